"""算例 quote_case:读 JSON 算例里的数、日期、日历、班次;读不懂的说清是哪一项。

算例自带日历,没有列出的日子按周末算。这里只翻译,不计算。
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import isfinite
from typing import Any, Protocol, TypeVar

from engine.days import Calendar, DayKind, Month, YearCalendar
from engine.effective import Dated
from engine.errors import EhrError
from engine.leave_days import Span
from engine.money import Money
from engine.shifts import Part, Shift
from engine.trace import Trace

Case = Mapping[str, Any]
Answer = dict[str, Any]


class BadCase(ValueError):
    """算例读不懂:缺了什么、哪里不对(中文)。"""


Word = TypeVar("Word", bound=StrEnum)
Found = TypeVar("Found")

MOST_SHOWN = 40
"""话里引用一个值最多几个字;数也不会比这更长。"""
LOWEST = "-1E15"
"""可以为负的数最低到哪里。"""
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}")
INSTANT = re.compile(rf"{DAY.pattern}T{CLOCK.pattern}")
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


def shown(value: Any) -> str:
    """话里引用的一个值:照 JSON 的写法,最多四十个字。"""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping | list):
        return "一个对象" if isinstance(value, Mapping) else "一个数组"
    if isinstance(value, int) and value.bit_length() > 200:
        return "太长的整数"
    text = str(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def need(case: Any, name: str) -> Any:
    """必须有的一项;没有报 BadCase。"""
    if not isinstance(case, Mapping):
        raise BadCase(f"这里应当是一个对象,才能读“{name}”")
    if name not in case or case[name] is None:
        raise BadCase(f"缺少“{name}”")
    return case[name]


def table(case: Case, name: str) -> Case:
    """必须有的一个对象。"""
    found = need(case, name)
    if not isinstance(found, Mapping):
        raise BadCase(f"“{name}”应当是一个对象")
    return found


def rows(case: Case, name: str) -> list[Any]:
    """必须有的一个数组。"""
    found = need(case, name)
    if not isinstance(found, list):
        raise BadCase(f"“{name}”应当是一个数组")
    return found


def maybe_rows(case: Case, name: str) -> list[Any]:
    """可以没有的数组;没有写(或写 null)是空的。"""
    return [] if case.get(name) is None else rows(case, name)


def text(value: Any) -> str:
    """文字。"""
    if not isinstance(value, str):
        raise BadCase(f"“{shown(value)}”应当是文字")
    return value


def texts(values: list[Any]) -> list[str]:
    return [text(value) for value in values]


def choice(kinds: type[Word], value: Any) -> Word:
    """几个词里的一个。"""
    if isinstance(value, str) and value in {str(word) for word in kinds}:
        return kinds(value)
    raise BadCase(f"不认识“{shown(value)}”,可以写:{'、'.join(kinds)}")


def option(case: Case, name: str, default: Word) -> Word:
    """可以不写的一个词:没有写(或写 null)的照默认。"""
    return default if case.get(name) is None else choice(type(default), case[name])


def picked(case: Case, name: str, known: Mapping[str, Found]) -> Found:
    """按一项的词去查表。"""
    value = need(case, name)
    if isinstance(value, str) and value in known:
        return known[value]
    raise BadCase(f"不认识的 {name}“{shown(value)}”,可以写:{'、'.join(known)}")


def number(value: Any, *, least: str = "0") -> Decimal:
    """数:文字或 JSON 的数,不小于 least。JSON 的小数按它最短的十进制写法读,不经二进制。"""
    found = Decimal(_digits(value))
    exponent = found.as_tuple().exponent
    # 太长的数多半是写错了,也免得算到天荒地老。
    sane = isinstance(exponent, int) and exponent >= -30 and found.adjusted() <= 15
    if not sane or found < Decimal(least):
        raise BadCase(f"“{shown(value)}”不在允许的范围内")
    return found


def _digits(value: Any) -> str:
    """一个数的十进制文字:0.1 → "0.1";读不出报 BadCase。"""
    if isinstance(value, float) and isfinite(value):
        return repr(value)
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= 200:
        return str(value)
    if isinstance(value, str) and len(value) <= MOST_SHOWN and NUMBER.fullmatch(value):
        return value
    raise BadCase(f'“{shown(value)}”应当是一个数,例如 "12.50"')


def count(value: Any) -> int:
    """不小于零的整数。"""
    found = number(value)
    if found != found.to_integral_value():
        raise BadCase(f"“{shown(value)}”应当是整数")
    return int(found)


def integer(case: Case, name: str, least: int, most: int) -> int:
    """JSON 的整数,在 least 与 most 之间(都含);文字、小数、true 都不收。"""
    value = need(case, name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadCase(f"“{name}”应当是 {least} 到 {most} 的整数,不是“{shown(value)}”")
    return value


def money(value: Any) -> Money:
    """金额,元,不小于零,最多两位小数。"""
    return _fen(value, "0")


def signed(value: Any) -> Money:
    """可以为负的金额(更正、扣回)。"""
    return _fen(value, LOWEST)


def _fen(value: Any, least: str) -> Money:
    fen = Fraction(number(value, least=least)) * 100
    if fen.denominator != 1:
        raise BadCase(f"金额“{shown(value)}”最多两位小数")
    return Money(int(fen))


def years(value: Any) -> Fraction:
    """年数或天数,可以有小数。"""
    return Fraction(number(value))


def day(value: Any) -> date:
    """日期 "2026-10-12",只收这一种写法。"""
    try:
        return date.fromisoformat(_matched(DAY, value))
    except ValueError:
        raise BadCase(f"“{shown(value)}”不是日期,请写成 2026-10-12 这样") from None


def _matched(form: re.Pattern[str], value: Any) -> str:
    """合乎写法的文字;不合报 ValueError,由读的人换成话。"""
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(form.pattern)
    return value


def maybe_day(value: Any) -> date | None:
    return None if value is None else day(value)


def newest(rule: Dated[Any]) -> Any:
    """算例没有写日子的,按最新一版。"""
    return rule.versions[-1].value


def month_of(value: Any) -> Month:
    """月份 "2026-10",只收这一种写法。"""
    try:
        return Month.of(date.fromisoformat(f"{_matched(MONTH, value)}-01"))
    except ValueError:
        raise BadCase(f"“{shown(value)}”不是月份,请写成 2026-10 这样") from None


def yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadCase(f"“{shown(value)}”应当是 true 或 false")
    return value


def dates(case: Case, name: str) -> frozenset[date]:
    """一列日期;没有写的是空的。"""
    return frozenset(day(value) for value in maybe_rows(case, name))


def calendar_of(case: Case) -> tuple[CaseCalendar, frozenset[date] | None]:
    """算例的日历与排班:必须有;没有写 weekend 的按周末双休。"""
    given = table(case, "calendar")
    names = rows(given, "weekend") if "weekend" in given else WEEKDAY_NAMES[5:]
    weekend = frozenset(_weekday(name) for name in names)
    years: dict[int, YearCalendar] = {}
    roster = dates(given, "roster_workdays") if given.get("roster_workdays") is not None else None
    lists = [dates(given, name) for name in ("statutory_holidays", "in_lieu_rest_days", "makeup_workdays")]
    return CaseCalendar(years, weekend, lists[0], lists[1], lists[2]), roster


def _weekday(name: Any) -> int:
    found = text(name)[:3].upper()
    if found not in WEEKDAY_NAMES:
        raise BadCase(f"不认识的星期“{shown(name)}”,可以写:{'、'.join(WEEKDAY_NAMES)}")
    return WEEKDAY_NAMES.index(found)


def shift_of(case: Case) -> Shift:
    """算例的班次:上下班、各段休息、每天折算几小时。"""
    given = table(case, "shift")
    start, end = (_clock(need(given, name)) for name in ("start", "end"))
    rests = tuple(_rest(one) for one in maybe_rows(given, "rests"))
    exact = Fraction(number(need(given, "hours_per_day"), least="0.01")) * 60
    if exact.denominator != 1:
        raise BadCase("每天小时数折成的分钟应当是整数")
    return Shift("case", "", start, end, rests, int(exact))


def _rest(value: Any) -> tuple[time, time]:
    if not isinstance(value, list) or len(value) != 2:
        raise BadCase('班次的一段休息应当写成两个钟点,例如 ["12:00", "13:00"]')
    return _clock(value[0]), _clock(value[1])


def _clock(value: Any) -> time:
    """钟点 "09:00",只收这一种写法。"""
    try:
        return time.fromisoformat(_matched(CLOCK, value))
    except ValueError:
        raise BadCase(f"“{shown(value)}”不是钟点,请写成 09:00 这样") from None


def part_of(side: Case) -> Part | None:
    return None if side.get("part") is None else choice(Part, side["part"])


def span_of(case: Case) -> Span:
    """起止:按小时的写 at,按天的写 date 与 part。"""
    start, end = table(case, "start"), table(case, "end")
    if "at" in start or "at" in end:
        return Span.hours(instant(need(start, "at")), instant(need(end, "at")))
    first, last = (day(need(side, "date")) for side in (start, end))
    return Span(first, last, part_of(start), part_of(end))


def instant(value: Any) -> datetime:
    """上海钟面时间 "2026-10-12T18:00",不带时区,只收这一种写法。"""
    try:
        return datetime.fromisoformat(_matched(INSTANT, value))
    except ValueError:
        raise BadCase(f"“{shown(value)}”不是时刻,请写成 2026-10-12T18:00 这样(上海时间,不带时区)") from None


UNREADABLE = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, IndexError, RecursionError)


class Quote(Protocol):
    """算一个算例:收它的 input,给出 expect 的形状;各行的来处添进 why(给 `--why`)。"""

    def __call__(self, case: Case, why: list[Trace] | None = None) -> Answer: ...


def unreadable(problem: Exception) -> Answer:
    """读不懂的算例的回答:说得清的说清是哪一处,说不清的也不露程序的话。"""
    reason = str(problem) if isinstance(problem, BadCase) else "里面有看不懂的值"
    return bad_case(f"这个算例读不懂:{reason}。请照算例说明的写法改好后再试。")


def bad_case(say: str) -> Answer:
    return {"error": "BAD_CASE", "say": say}


def guarded(quote: Callable[[Case, list[Trace]], Answer]) -> Quote:
    """读不懂的算例给 BAD_CASE,规则不允许的给它的稳定英文名;都不拦别的算例。"""

    def run(case: Case, why: list[Trace] | None = None) -> Answer:
        try:
            return quote(case, [] if why is None else why)
        except EhrError as error:
            return {"error": error.code}
        except UNREADABLE as error:
            return unreadable(error)

    return run
