"""时间词 timephrase:在一句话里找出日子、半天、钟点、长度,各成一个记号。

只找词,不拼成起止(那是 timespan 的事)。日子的相对含义在 daywords 里解。
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.understand import daywords as dw
from bot.understand.daywords import Context, Day
from bot.understand.lazy import Lazy
from bot.understand.quantities import DAYS, DAYS_BY_SUN, HOURS, NUM, Count, day_count, hour_count, number


@dataclass(frozen=True, slots=True)
class Token:
    """一个时间记号:kind 为 date/half/clock/count/month;at、to 为在规整后句子里的位置。"""

    kind: str
    at: int
    to: int
    day: Day | None = None
    half: str = ""
    minutes: int = -1
    count: Count | None = None
    month: str = ""


Builder = Callable[[re.Match[str], Context], "Day | None"]

_REWRITES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"今早上?|今晨|今天早(?!上)"), "今天上午"),
    (re.compile(r"明早上?|明晨|明天早(?!上)|明儿早上?"), "明天上午"),
    (re.compile(r"(?<![天周月期拜以之])后早上?"), "后天上午"),
    (re.compile(rf"(?<![今明后昨起太最很更尽上])早(?={dw.CLOCK_N}点)"), "上午"),
    (re.compile(r"昨早|昨晨"), "昨天上午"),
    (re.compile(r"([今明昨])(?:晚上?|夜)"), r"\1天晚上"),
    (re.compile(r"([今明昨])午(?!饭|餐)"), r"\1天中午"),
    (re.compile(r"([今明昨])(?=上午|下午|中午|傍晚)"), r"\1天"),
    (
        re.compile(r"([今明昨前后])(?:儿个?|个儿)|(?<![周期拜天月以之个])([今明昨])个(?=[请休不我要上下想事年病调])"),
        r"\1\2天",
    ),
    (re.compile(r"([今明昨])日"), r"\1天"),
    (re.compile(r"前儿"), "前天"),
    (re.compile(rf"(月{dw.D31})(到|至|-|~|、|和)({dw.D31})(?![\d点:.月/天个号日周十])"), r"\1号\2\3号"),
    (re.compile(rf"(月{dw.D31}[号日])(到|至|-|~)({dw.D31})(?![\d点:.月/天个号日周十])"), r"\1\2\3号"),
    (re.compile(rf"(?<![\d.:])({dw.CLOCK_N})(到|至|-|~)({dw.CLOCK_N}点)"), r"\1点\2\3"),
    (re.compile(r"(\d{1,2})(到|至|-|~)(\d{1,2}:\d\d)"), r"\1点\2\3"),
    (re.compile(r"(周|星期|礼拜)一?整个?(?:周|星期|礼拜)"), r"\1"),
    (re.compile(r"([这下本上]个?)一?整个?(?:周|星期|礼拜)"), r"\1周"),
    (re.compile(r"一整个?(?:周|星期|礼拜)"), "一周"),
    (re.compile(r"([这下本]个?(?:周|星期|礼拜))(?:一周|五天)(?![一二三四五六日])"), r"\1"),
)

_LISTS = ((re.compile(rf"(?<![\d:.点月])({dw.D31})[号日]?(到|至|-|~|、|和|跟|,)({dw.D31})([号日])"), r"\1号\2\3\4"),)
"""25、26、27号:要从右往左补,所以跑几遍。"""

_FULL = Lazy(r"(?<!\d)(?P<y>20\d\d)(?:年|[-/.])(?P<m>\d{1,2})(?:月|[-/.])(?P<d>\d{1,2})[日号]?(?!\d)")
_EIGHT = Lazy(r"(?<!\d)(?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)")
_NTH_WEEKDAY = Lazy(
    rf"(?:(?P<r>下下|下|这|本|当)个?|(?P<m>{dw.D12}))月份?的?(?:第(?P<n>[一二三四五1-5])|(?P<z>最后一?))个?(?:周|星期|礼拜)(?P<d>[一二三四五六日天])"
)
_MONTH_DAY = Lazy(
    rf"(?:(?P<y>20\d\d年?|(?<!\d)\d\d年|[零一二三四五六七八九]{{4}}年|明年|今年|去年|后年)的?)?(?P<m>{dw.D12})月份?的?(?P<d>{dw.D31})"
    r"(?:[日号]|(?![\d零一二三四五六七八九十天个点年.:周]))"
)
_REL_MONTH_DAY = Lazy(rf"(?P<r>下下|下|上上|上|这|本|当)个?月份?的?(?P<d>{dw.D31})[日号]")
_MONTH_EDGE = Lazy(
    rf"(?:(?P<r>下下|下|上上|上|这|本|当)个?|(?P<m>{dw.D12}))?月份?的?(?P<e>底|末)的?(?P<w>最后一?个?工作日|最后一天)?"
    rf"|(?:(?P<r2>下下|下|上上|上|这|本|当)个?|(?P<m2>{dw.D12}))月份?的?(?P<e2>最后一?个?工作日|最后一天|第一个?工作日|第一天)"
    r"|(?P<e3>年底最后一天|年末最后一天|今年最后一天|年底最后一个工作日|今年最后一个工作日)"
)
_MONTH_HEAD = Lazy(rf"(?:(?P<r>下下|下|这|本|当)个?|(?P<m>{dw.D12}))月份?的?(?:头|前|最初)(?P<n>{NUM})天")
_LAST_WEEK = Lazy(
    rf"(?:(?P<r>下下|下|这|本|当)个?|(?P<m>{dw.D12}))月份?的?(?P<w>最后|第)一个?(?:周|星期|礼拜)(?![一二三四五六日末天])"
    r"|年底最后一个?(?:周|星期|礼拜)(?![一二三四五六日末天])"
)
_DAY = Lazy(
    rf"(?<![\d.第十百周期点])(?!(?<=[请休补放假])[一二三四五六七八九十]日)(?P<d>{dw.D31})[号日](?![线楼店门房院子本程报志会])"
)
_SLASH = Lazy(
    r"(?<![\d./])(?<!\d:)(?P<m>1[0-2]|0?[1-9])[/.](?P<d>3[01]|[12]\d|0?[1-9])(?![\d./:%]|天|个|小时|h|倍|万|分|元|块|周|月|折)[日号]?"
)
_DASH = Lazy(r"(?<![\d:-])(?P<m>1[0-2]|0?[1-9])-(?P<d>3[01]|[12]\d|0[1-9])(?![\d:-]|天|个|小时|点|号|日|月|周)")
_OFFSET = Lazy(
    rf"(?:(?<![超不])再?过)?(?P<n>{NUM}|半)个?(?P<u>工作日|天|周|星期|礼拜|月)(?:(?:之|以)?(?P<w>后|前)(?![天面回再来]))"
    rf"|(?<![超不])再?过(?P<n2>{NUM})个?(?P<u2>工作日|天|周|星期|礼拜|月)"
)
_BAD_MONTH = Lazy(r"(?<!\d)(?:1[3-9]|[2-9]\d|十[三四五六七八九])月(?:\d{1,2}|[一二三四五六七八九十]{1,3})[号日]")
_RELATIVE = Lazy(
    r"今明后三?天|明后大后三?天|大前天|大后天|大昨天|前天|昨天|今天|明天|后天|明后两?天|今明两?天|昨今两?天|当天(?=就?请)"
)
_WEEK = r"(?P<r>下下下|下下|下|上上|上|这|本|今|当)?(?:一|个)?(?:周|星期|礼拜)"
_WEEKDAYS = Lazy(rf"{_WEEK}(?P<ds>[一二三四五六]{{2,6}}日?|六日)(?!天(?!气)|个|次|小时)")
_WEEKDAY = Lazy(
    rf"{_WEEK}(?P<d>[一二三四五六日末1-6]|天(?!气))(?!天(?!气)|个|次|小时|号|日|点|月|\d(?!\d?(?:\.\d)?(?:天|个|小时|h|点|:)))"
)
_WHOLE_WEEK = Lazy(
    r"(?P<r>下下|下|上上|上|这|本)(?:一|个)?(?:周|星期|礼拜)(?![一二三四五六日末1-7](?!天(?!气)|个|次|小时))"
    r"(?:一?整[周个]?(?:周|星期|礼拜)?|全周|一周|都)?"
)
_FEAST = (
    "(?<![周期拜十])(?:"
    + "|".join(sorted((re.escape(name) for name in dw.FEAST_NAMES), key=len, reverse=True))
    + ")(?<!五一(?=[天个周点号日月小]))(?<!六一(?=[天个周点号日月小]))"
)
_FEAST_BREAK = Lazy(
    rf"(?P<f>{_FEAST})?(?:节|假期|长假|小长假|放假)*+(?P<w>之?前|之?后)的?(?:最后|第|头)?一个?(?:天|工作日)"
)
_FEAST_DAY = Lazy(rf"(?P<f>{_FEAST})(?:节|那天|当天|假期|当日)*+(?:的?第(?P<n>{NUM})天)?(?!之?前|之?后|期间)")
_NEW_YEAR_DAY = Lazy(r"(?:大年|正月|年)初(?P<n>[一二三四五六七八九十])")

_DATE_RULES: tuple[tuple[Lazy, Builder], ...] = (
    (_FULL, dw.full),
    (_EIGHT, dw.full),
    (_BAD_MONTH, dw.bad_month),
    (_NTH_WEEKDAY, dw.nth_weekday),
    (_LAST_WEEK, dw.edge_week),
    (_MONTH_HEAD, dw.month_head),
    (_MONTH_EDGE, dw.month_edge),
    (_REL_MONTH_DAY, dw.relative_month_day),
    (_MONTH_DAY, dw.month_day),
    (_FEAST_BREAK, dw.feast_break),
    (_NEW_YEAR_DAY, dw.new_year_day),
    (_FEAST_DAY, dw.feast_day),
    (_OFFSET, dw.offset),
    (_RELATIVE, dw.relative),
    (_WEEKDAYS, dw.weekdays),
    (_WEEKDAY, dw.weekday),
    (_DAY, dw.day_only),
    (_SLASH, dw.month_day),
    (_DASH, dw.month_day),
    (_WHOLE_WEEK, dw.whole_week),
)

_HALF = Lazy(
    r"(?P<am>中午(?:之|以)?前|午前|上午|早上|早晨|清晨|清早|一早|一大早|大早上|上半天|前半天|凌晨|早间)|(?P<pm>下午|午后|傍晚|下半天|后半天|下班前)|(?P<noon>中午)|(?P<eve>晚上|晚间|夜里|夜间)"
)
_COLON = Lazy(r"(?<!\d)(?P<h>[01]?\d|2[0-4]):(?P<m>[0-5]\d)(?!\d)")
_CLOCK = Lazy(
    rf"(?<![\d.有快早晚差:])(?P<h>{dw.CLOCK_N})(?:点钟?|时(?!间|候|刻))(?:(?P<half>半)|(?P<q>[一三]刻)|(?P<m>[0-5]?\d|[零一二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九])分?(?!天|个|小时|号))?"
    r"(?P<after>事|儿|[^,]|$)?"
)
_MONTH = Lazy(
    rf"(?:(?P<y>20\d\d年?|(?<!\d)\d\d年|明年|今年|去年)的?)?(?:(?P<m>{dw.D12})月份?(?![\d一二三四五六七八九十底末])|(?P<r>上上|上|这|本|当|下下|下)个?月份?)"
)
_ONE_OCLOCK_OK = Lazy(r"(?:上午|早上|凌晨|中午|下午|晚上|从|到|至|-|~|号|日|天|周.|,|^)$")


def rewrite(text: str) -> str:
    """把省略的写法补全:25到27号 → 25号到27号;今早 → 今天上午。"""
    for pattern, into in (*_REWRITES, *_LISTS, *_LISTS):
        text = pattern.sub(into, text)
    return text


class _Sheet:
    """一句话的草稿:找到的词涂掉,后面的规则便不会再碰它。"""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []

    def claim(self, at: int, to: int) -> bool:
        if at >= to or "\0" in self.text[at:to]:
            return False
        self.text = f"{self.text[:at]}{chr(0) * (to - at)}{self.text[to:]}"
        return True


def scan(text: str, context: Context) -> list[Token]:
    """找出所有时间记号,按位置排好;互不重叠,先写的规则优先。"""
    sheet = _Sheet(text)
    for match in HOURS.finditer(text):
        if sheet.claim(*match.span()):
            sheet.tokens.append(Token("count", *match.span(), count=hour_count(match)))
    _scan_dates(sheet, context)
    _scan_clocks(sheet, text)
    for match in _HALF.finditer(sheet.text):
        if sheet.claim(*match.span()):
            sheet.tokens.append(Token("half", *match.span(), half=match.lastgroup or ""))
    for pattern in (DAYS, DAYS_BY_SUN):
        for match in pattern.finditer(sheet.text):
            if sheet.claim(*match.span()):
                sheet.tokens.append(Token("count", *match.span(), count=day_count(match)))
    for match in _MONTH.finditer(sheet.text):
        if sheet.claim(*match.span()):
            sheet.tokens.append(Token("month", *match.span(), month=dw.month_name(match, context)))
    return sorted(sheet.tokens, key=lambda token: token.at)


def _scan_dates(sheet: _Sheet, context: Context) -> None:
    for pattern, build in _DATE_RULES:
        for match in pattern.finditer(sheet.text):
            day = build(match, context)
            if day is not None and sheet.claim(*match.span()):
                sheet.tokens.append(Token("date", *match.span(), day=day))


def _scan_clocks(sheet: _Sheet, text: str) -> None:
    for match in _COLON.finditer(sheet.text):
        if sheet.claim(*match.span()):
            minutes = int(match["h"]) * 60 + int(match["m"])
            sheet.tokens.append(Token("clock", *match.span(), minutes=minutes))
    for match in _CLOCK.finditer(sheet.text):
        end = match.end() - len(match["after"] or "")
        if match["h"] == "一" and not _one_oclock(text, match):
            continue
        hour = number(match["h"])
        if hour is None or hour > 24 or not sheet.claim(match.start(), end):
            continue
        sheet.tokens.append(Token("clock", match.start(), end, minutes=int(hour) * 60 + _minutes(match)))


def _one_oclock(text: str, match: re.Match[str]) -> bool:
    """ "一点" 多半是 "一点儿";只有前后像钟点才算一点钟。"""
    if match["after"] in ("事", "儿"):
        return False
    if match["half"] or match["q"] or match["m"] or "钟" in match.group(0):
        return True
    return bool(_ONE_OCLOCK_OK.search(text[: match.start()])) and (match["after"] or "") not in "小私急"


def _minutes(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["q"]:
        return 15 if match["q"][0] == "一" else 45
    return int(number(match["m"].lstrip("零") if match["m"] != "零" else "零") or 0) if match["m"] else 0
