"""格子的值 sheet values:办公室里的写法 → 金额、数、月份、编号。读不成的说清是哪里不对。

“1,234.50”“¥1,234.50”“(200.00)”、全角数字、末尾的空格都认;百分数、日期、公式、丢了位数的编号不收。
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation, localcontext

from engine.days import Month
from engine.errors import BadInput
from engine.money import Money
from handlers.sheet_in import Value

DASHES = ("-", "--", "—", "——", "/", "无", "无。")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{2}")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?")
LARGEST = Decimal(10) ** 11
"""一笔一千亿元以上的数,一定是写错了。"""


class Unreadable(Exception):
    """这一格读不成:`say` 说是什么、怎么改。"""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


def text_of(value: Value) -> str:
    """文字:全角变半角,去掉首尾与看不见的字符;数按原样写出。"""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    folded = unicodedata.normalize("NFKC", value)
    kept = "".join(c for c in folded if unicodedata.category(c) not in ("Cc", "Cf") or c in "\n\t")
    return " ".join(kept.split()).removeprefix("'").strip()


def number_of(value: Value) -> Decimal | None:
    """数;空格、“-”为 None。"""
    if value is None:
        return None
    if isinstance(value, bool):
        raise Unreadable("这里要填数,填的是“是/否”。")
    if isinstance(value, date):
        raise Unreadable("这里要填数,填的是日期(或 Excel 把数当成了日期)。请改成数。")
    if isinstance(value, Decimal):
        return _sane(value)
    text = text_of(value).replace(" ", "")
    if not text or text in DASHES:
        return None
    if text.endswith("%"):
        raise Unreadable("这里要填数,填的是百分数。请换算成金额或个数再填。")
    negative = text.startswith("(") and text.endswith(")")
    bare = text.strip("()").replace("−", "-").removeprefix("¥").removeprefix("RMB").removesuffix("元")
    if bare.startswith("-¥"):
        bare = f"-{bare[2:]}"
    if not _NUMBER.fullmatch(bare) or not any(c.isdigit() for c in bare):
        raise Unreadable(f"“{_short(text)}”不是数。请改成数字,如 1234.50。")
    try:
        found = Decimal(bare.replace(",", ""))
    except InvalidOperation:
        raise Unreadable(f"“{_short(text)}”不是数。请改成数字,如 1234.50。") from None
    return _sane(-found if negative else found)


def _sane(number: Decimal) -> Decimal:
    if not number.is_finite() or abs(number) >= LARGEST:
        raise Unreadable("这个数太大了,请核对有没有多写零、或把别的编号填到了这一列。")
    return number


def money_of(value: Value) -> Money | None:
    """金额(元 → 分);空为 None。

    Excel 的数只有 15 位有效数字:算出来的 0.1 + 0.2 存成 0.30000000000000004,按 15 位还原是 0.30。
    还原之后仍有三位以上小数的不替人取整,退回去。
    """
    number = number_of(value)
    if number is None:
        return None
    fen = number * 100
    if fen != fen.to_integral_value() and isinstance(value, Decimal):
        with localcontext() as context:
            context.prec = 15
            fen = +number * 100
    if fen != fen.to_integral_value():
        raise Unreadable(f"“{number:f}”有三位以上的小数,金额最多两位。请在 Excel 里取整到分再填。")
    return Money(int(fen))


def count_of(value: Value) -> int | None:
    """个数:整数;空为 None。"""
    number = number_of(value)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise Unreadable(f"“{number:f}”不是整数,这一项要填整数。")
    return int(number)


def code_of(value: Value) -> str:
    """工号、证件号、账号:文字照写;被 Excel 当成数而丢了末几位的不收。"""
    if isinstance(value, Decimal):
        if value != value.to_integral_value() or abs(value) >= Decimal(10) ** 15:
            raise Unreadable("这个编号在 Excel 里被当成了数,15 位以后的数字已经丢了。请把这一列设成“文本”,重新填写。")
        return f"{int(value)}"
    text = text_of(value).replace(" ", "")
    if _SCIENTIFIC.fullmatch(text):
        raise Unreadable("这个编号变成了科学计数法,末几位已经丢了。请把这一列设成“文本”,重新填写。")
    return text


_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*(?:月份?)?(?:\s*[-/.]?\s*\d{1,2}\s*日?)?")
_ONLY_MONTH = re.compile(r"(\d{1,2})\s*月?份?")
_EPOCH = date(1899, 12, 30)


def month_of(value: Value, year: int) -> Month | None:
    """月份:日期格、日期序号、“2026-10”“2026年10月”“202610”“10月”(按 year 那一年);空为 None。"""
    if value is None:
        return None
    if isinstance(value, date):
        return Month.of(value)
    if isinstance(value, Decimal) and value == value.to_integral_value() and 20_000 <= value <= 80_000:
        return Month.of(_EPOCH + timedelta(days=int(value)))
    text = text_of(value)
    found = _MONTH.fullmatch(text)
    try:
        if found:
            return Month.parse(f"{int(found.group(1)):04d}-{int(found.group(2)):02d}")
        only = _ONLY_MONTH.fullmatch(text)
        if only:
            return Month.parse(f"{year:04d}-{int(only.group(1)):02d}")
    except (ValueError, BadInput):
        pass
    raise Unreadable(f"“{_short(text)}”不是月份。请写成 2026-10 这样。")


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:20]}…"
