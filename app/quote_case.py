"""算例 quote_case:读 JSON 算例里的数、日期、日历、班次;读不懂的说清是哪一项。

算例自带日历,没有列出的日子按周末算。这里只翻译,不计算。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from engine.days import Calendar, DayKind, Month, YearCalendar
from engine.effective import Dated
from engine.errors import BadInput, EhrError
from engine.leave_days import Span
from engine.money import Money
from engine.shifts import Part, Shift, minutes_of
from engine.trace import Trace

Case = Mapping[str, Any]
Answer = dict[str, Any]


class BadCase(ValueError):
    """算例读不懂:缺了什么、哪里不对(中文)。"""


WEEKDAY_NAMES = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True, slots=True)
class CaseCalendar(Calendar):
    """算例自带的日历:不分年份,先合者为准(法定节假日、调休放假、补班、排班、周末)。"""

    statutory: frozenset[date] = frozenset()
    in_lieu: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()

    def known(self, day: date) -> bool:
        return True

    def kind(self, day: date, roster: frozenset[date] | None = None) -> DayKind:
        if day in self.statutory:
            return DayKind.STATUTORY
        if day in self.in_lieu:
            return DayKind.IN_LIEU
        if day in self.makeup:
            return DayKind.MAKEUP
        if roster is not None:
            return DayKind.WORKDAY if day in roster else DayKind.ROSTER_OFF
        return DayKind.WEEKEND if day.weekday() in self.weekend else DayKind.WORKDAY


def need(case: Case, name: str) -> Any:
    """必须有的一项;没有报 BadCase。"""
    if not isinstance(case, Mapping):
        raise BadCase(f"这里应当是一个对象,才能读“{name}”")
    if name not in case or case[name] is None:
        raise BadCase(f"缺少“{name}”")
    return case[name]


def number(value: Any, *, least: str = "0") -> Decimal:
    """数:字符串或整数,不小于 least;浮点数不收(它已经不准了)。"""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadCase(f"“{value}”应当写成字符串的数")
    found = Decimal(value)
    exponent = found.as_tuple().exponent
    # 太长的数多半是写错了,也免得算到天荒地老。
    sane = isinstance(exponent, int) and exponent >= -30 and found.adjusted() <= 15
    if not sane or found < Decimal(least):
        raise BadCase(f"“{value}”不在允许的范围内")
    return found


def count(value: Any) -> int:
    """不小于零的整数。"""
    found = number(value)
    if found != found.to_integral_value():
        raise BadCase(f"“{value}”应当是整数")
    return int(found)


def money(value: Any) -> Money:
    return Money.of(number(value))


def signed(value: Any) -> Money:
    """可以为负的金额(更正、扣回)。"""
    return Money.of(number(value, least="-1E15"))


def years(value: Any) -> Fraction:
    """年数或天数,可以有小数。JSON 里写成数字的(9.5)按它的字面读。"""
    return Fraction(number(str(value) if isinstance(value, float) else value))


def day(value: Any) -> date:
    return date.fromisoformat(value)


def maybe_day(value: Any) -> date | None:
    return None if value is None else day(value)


def newest(rule: Dated[Any]) -> Any:
    """算例没有写日子的,按最新一版。"""
    return rule.versions[-1].value


def month_of(value: Any) -> Month:
    """月份 "2026-10"。"""
    try:
        return Month.parse(value)
    except BadInput as error:
        raise BadCase(error.say) from None


def yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadCase(f"“{value}”应当是 true 或 false")
    return value


def dates(values: Any) -> frozenset[date]:
    if not isinstance(values, list):
        raise BadCase("日期应当列成一个数组")
    return frozenset(date.fromisoformat(value) for value in values)


def calendar_of(case: Case) -> tuple[CaseCalendar, frozenset[date] | None]:
    """算例的日历与排班;没有日历的按周末双休。"""
    table = case.get("calendar") or {}
    weekend = frozenset(WEEKDAY_NAMES.index(str(name)[:3].upper()) for name in table.get("weekend", ["SAT", "SUN"]))
    years: dict[int, YearCalendar] = {}
    roster = dates(table["roster_workdays"]) if table.get("roster_workdays") is not None else None
    lists = [dates(table.get(name) or []) for name in ("statutory_holidays", "in_lieu_rest_days", "makeup_workdays")]
    return CaseCalendar(years, weekend, lists[0], lists[1], lists[2]), roster


def shift_of(case: Case) -> Shift | None:
    """算例的班次;每天折算几小时没有写的,按班次去掉休息算。"""
    table = case.get("shift")
    if table is None:
        return None
    start, end = (time.fromisoformat(need(table, name)) for name in ("start", "end"))
    rests = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in table.get("rests") or [])
    if table.get("hours_per_day") is not None:
        exact = Fraction(number(table["hours_per_day"], least="0.01")) * 60
        if exact.denominator != 1:
            raise BadCase("每天小时数折成的分钟应当是整数")
        return Shift("case", "", start, end, rests, int(exact))
    bare = Shift("case", "", start, end, rests, 0)
    return Shift("case", "", start, end, rests, minutes_of(bare.windows(date(2026, 1, 1))))


def part_of(side: Case) -> Part | None:
    return Part(side["part"]) if side.get("part") is not None else None


def span_of(case: Case) -> Span:
    """起止:按小时的写 at,按天的写 date 与 part。"""
    start, end = need(case, "start"), need(case, "end")
    if "at" in start or "at" in end:
        return Span.hours(instant(need(start, "at")), instant(need(end, "at")))
    first, last = (date.fromisoformat(need(side, "date")) for side in (start, end))
    return Span(first, last, part_of(start), part_of(end))


def instant(text: Any) -> datetime:
    """上海钟面时间,不带时区。"""
    found = datetime.fromisoformat(text)
    if found.tzinfo is not None:
        raise BadCase(f"“{text}”应当是不带时区的上海时间")
    return found


UNREADABLE = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, IndexError, RecursionError)


class Quote(Protocol):
    """算一个算例:收它的 input,给出 expect 的形状;各行的来处添进 why(给 `--why`)。"""

    def __call__(self, case: Case, why: list[Trace] | None = None) -> Answer: ...


def guarded(quote: Callable[[Case, list[Trace]], Answer]) -> Quote:
    """读不懂的算例给 BAD_CASE,规则不允许的给它的稳定英文名;都不拦别的算例。"""

    def run(case: Case, why: list[Trace] | None = None) -> Answer:
        try:
            return quote(case, [] if why is None else why)
        except EhrError as error:
            return {"error": error.code}
        except UNREADABLE as error:
            reason = str(error) if isinstance(error, BadCase) else f"{type(error).__name__}:{error}"
            return {"error": "BAD_CASE", "say": f"这个算例读不懂:{reason}。请照算例说明的写法改好后再试。"}

    return run
