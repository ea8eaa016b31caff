"""页面 view:把模板与数据变成 HTML;日期、月份、掩码等写法在这里,模板里只管摆放。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from engine.days import Month, shanghai, show_date, show_date_full
from miniapp.words import TONES

HERE = Path(__file__).parent
STATIC = HERE / "static"


def when(at: datetime) -> str:
    """时刻:"11月23日(周一) 09:30"(上海)。"""
    local = shanghai(at)
    return f"{show_date(local.date())} {local:%H:%M}"


def clock(at: datetime, day: date) -> str:
    """钟点:"08:55";不在这一天的(夜班)写"次日 06:03"。"""
    local = shanghai(at)
    ahead = (local.date() - day).days
    return f"{'次日 ' if ahead == 1 else '前一日 ' if ahead == -1 else ''}{local:%H:%M}"


def month_label(text: str) -> str:
    """ "2026-10" → "2026年10月";另发的一期("2026-10-r5")也写它的月份。"""
    return Month.parse(text.partition("-r")[0]).label


def ratio_width(text: str, most: int = 100) -> int:
    """ "85.5%" → 85(给进度条的宽度,不超过 most);认不得为 0。"""
    digits = text.rstrip("%").strip()
    try:
        return max(0, min(most, int(digits.partition(".")[0] or "0")))
    except ValueError:
        return 0


def number(text: str) -> str:
    """目标与实绩的数:"120000.00" → "120,000";认不得照写。"""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    whole = f"{value:,.2f}"
    return whole.removesuffix(".00")


_CJK = "\u4e00-\u9fff"
_LOOSE = re.compile(rf"(?<=[{_CJK}\u201d\u300b])[,:;!?]|(?<=\))[,;:](?=[{_CJK}\u00a5\d])")
_FULL = {",": "\uff0c", ":": "\uff1a", ";": "\uff1b", "!": "\uff01", "?": "\uff1f"}


def typeset(value: object) -> object:
    """排版:汉字之后的半角标点换成全角;只换给人看的字,填在输入框里的(Typed)照原样。"""
    if type(value) is not str:
        return value
    return _LOOSE.sub(lambda found: _FULL[found.group()], value)


class Typed(str):
    """人填的字,放回输入框时一个字也不改。"""

    __slots__ = ()


class Pages:
    """模板的家。"""

    def __init__(self) -> None:
        self.jinja = Environment(
            loader=FileSystemLoader(HERE / "pages"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=typeset,
        )
        self.jinja.globals["version"] = _version()
        self.jinja.globals["tone_of"] = lambda state: TONES.get(state, "mute")
        self.jinja.filters.update(
            when=when,
            clock=clock,
            day=_day,
            full_day=_full_day,
            month_label=month_label,
            width=ratio_width,
            number=number,
            path=lambda text: quote(str(text), safe=""),
        )

    def html(self, template: str, context: Mapping[str, Any]) -> str:
        """一张页面的 HTML。"""
        return self.jinja.get_template(template).render(**context)


def _day(value: date | None) -> str:
    return show_date(value) if value else ""


def _full_day(value: date | None) -> str:
    return show_date_full(value) if value else ""


def _version() -> str:
    """静态文件的版本:文件变了地址就变,浏览器可以放心长存。"""
    newest = max(int(path.stat().st_mtime) for path in STATIC.rglob("*") if path.is_file())
    return f"{newest:x}"
