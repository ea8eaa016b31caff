"""请假天数 leave days:一段请假到底是几天、哪几天、算进哪个月。

三种数法:工作日、自然日、自然日但剔除法定节假日。半天就是 0.5 天,不问那半天有几个钟头。
按小时请的,数的是被盖住的上班分钟,整份申请合计后向上取到最小单位,再除以一天的分钟数。
依据:职工带薪年休假条例第三条(法定休假日、休息日不计入年休假);补班日是工作日,调休放假不是。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from engine.days import KIND_LABELS, Calendar, DayKind, Month, days_between, show_date
from engine.errors import BadInput, RuleBroken
from engine.money import round_half_up
from engine.shifts import Part, Shift, Window, half_of, meet, merge, minutes_of

HALF = Fraction(1, 2)
LONGEST = 3 * 366
"""一份申请最长多少个自然日:再长多半是年份写错了。"""
ShiftOf = Callable[[date], Shift | None]
"""某一天排的班;没有排班为 None。"""


class CountRule(StrEnum):
    """数法:哪些日子算进请假天数。"""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    CALENDAR_DAYS_EXCLUDING_STATUTORY = "calendar_days_excluding_statutory"


@dataclass(frozen=True, slots=True)
class Counting:
    """怎么数:rule 数法;min_unit_minutes 按小时请假的最小单位;standard_minutes 那天没有班次时一天按几分钟。"""

    rule: CountRule
    min_unit_minutes: int = 1
    standard_minutes: int = 480


@dataclass(frozen=True, slots=True)
class Span:
    """起止 span。按天:start_part/end_part 为 am|pm,None 为整天(从上午起、到下午止)。

    按小时:start_at/end_at 都给(上海钟面时间,不带时区),start/end 是它们的日期。
    """

    start: date
    end: date
    start_part: Part | None = None
    end_part: Part | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None

    @classmethod
    def hours(cls, start_at: datetime, end_at: datetime) -> Span:
        """按小时的一段。"""
        return cls(start_at.date(), end_at.date(), start_at=start_at, end_at=end_at)

    @property
    def clock(self) -> Window | None:
        """按小时的,给出起止;按天的为 None。"""
        if self.start_at is None or self.end_at is None:
            return None
        return self.start_at, self.end_at

    def parts_on(self, day: date) -> tuple[Part, ...]:
        """按天的一段在这一天占上午、下午还是都占。"""
        if not self.start <= day <= self.end:
            return ()
        first = Part.AM if day > self.start else self.start_part or Part.AM
        last = Part.PM if day < self.end else self.end_part or Part.PM
        return tuple(p for p in Part if first <= p <= last)

    def check(self) -> None:
        """结束不能早于开始,不对报 BadInput(END_NOT_AFTER_START)。"""
        clock = self.clock
        wrong = clock[1] <= clock[0] if clock else not (self.start <= self.end and self.parts_on(self.start))
        if wrong:
            raise BadInput("END_NOT_AFTER_START", "结束时间不在开始时间之后。请您看一下起止时间,改好后再提交。")
        if (self.end - self.start).days > LONGEST:
            raise BadInput("SPAN_TOO_LONG", "这一段请假超过三年了。请您看一下起止日期,改好后再提交。")


@dataclass(frozen=True, slots=True)
class DayCount:
    """某一天算了多少:days 天(0.5 一档;按小时的为精确分数),minutes 分钟(按小时的为真正盖住的上班分钟)。"""

    day: date
    days: Fraction
    minutes: int
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaveDays:
    """数出来的结果。

    days 天数(精确);minutes 计入的分钟(按小时的已向上取到最小单位);covered 真正盖住的上班分钟;
    by_date 逐日;by_month 逐月天数(给工资用);excluded 没有计入的日子与原因。各部分之和等于总数。
    """

    days: Fraction
    minutes: int
    covered: int
    by_date: tuple[DayCount, ...]
    excluded: tuple[tuple[date, DayKind], ...]
    by_month: Mapping[Month, Fraction] = field(default_factory=dict)
    hours: Fraction = Fraction(0)


class NoCountedTime(RuleBroken):
    """选的时间全是不用请假的日子;`excluded` 逐日说明原因。"""

    excluded: tuple[tuple[date, DayKind], ...] = ()


def count_days(
    span: Span, counting: Counting, shift_of: ShiftOf, calendar: Calendar, roster: frozenset[date] | None = None
) -> LeaveDays:
    """数这一段请假几天。

    错误:END_NOT_AFTER_START、NO_COUNTED_TIME;那年没有放假通知时 NotReady(CALENDAR_MISSING)。
    """
    span.check()
    if span.clock is not None:
        return _count_hours(span.clock, counting, shift_of, _Counts(counting.rule, calendar, roster))
    counts = _Counts(counting.rule, calendar, roster)
    by_date: list[DayCount] = []
    excluded: list[tuple[date, DayKind]] = []
    exact = Fraction(0)
    for day in days_between(span.start, span.end):
        why = counts.excluded(day)
        if why is not None:
            excluded.append((day, why))
            continue
        shift = shift_of(day)
        parts = span.parts_on(day)
        days = HALF * len(parts)
        per_day = shift.minutes_per_day if shift else counting.standard_minutes
        exact += days * per_day
        by_date.append(DayCount(day, days, _whole(days * per_day), parts))
    minutes = _whole(exact)
    return _result(by_date, excluded, (minutes, minutes, exact))


def _count_hours(clock: Window, counting: Counting, shift_of: ShiftOf, counts: _Counts) -> LeaveDays:
    """按小时:前一天的夜班也可能被盖住,所以从前一天数起;一天的班没被碰到的,不算也不列。"""
    touched: list[tuple[date, int, int]] = []
    excluded: list[tuple[date, DayKind]] = []
    last = (clock[1] - timedelta.resolution).date()
    for day in days_between(clock[0].date() - timedelta(days=1), last):
        shift = shift_of(day)
        covered = minutes_of(meet([clock], shift.windows(day))) if shift else 0
        if not covered and (shift is not None or day < clock[0].date()):
            continue
        why = counts.excluded(day)
        if why is not None:
            excluded.append((day, why))
        elif shift is not None:
            touched.append((day, covered, shift.minutes_per_day))
    covered_all = sum(covered for _, covered, _ in touched)
    unit = counting.min_unit_minutes
    minutes = -(-covered_all // unit) * unit
    by_date: list[DayCount] = []
    for index, (day, covered, per_day) in enumerate(touched):
        # 向上取整多出来的几分钟算在最后一天,各日之和才等于总数。
        extra = minutes - covered_all if index == len(touched) - 1 else 0
        by_date.append(DayCount(day, Fraction(covered + extra, per_day), covered))
    return _result(by_date, excluded, (minutes, covered_all, Fraction(minutes)))


def _result(
    by_date: list[DayCount], excluded: list[tuple[date, DayKind]], amounts: tuple[int, int, Fraction]
) -> LeaveDays:
    minutes, covered, exact = amounts
    if not by_date:
        raise _nothing(tuple(excluded))
    by_month: dict[Month, Fraction] = {}
    for item in by_date:
        month = Month.of(item.day)
        by_month[month] = by_month.get(month, Fraction(0)) + item.days
    total = sum((item.days for item in by_date), Fraction(0))
    return LeaveDays(total, minutes, covered, tuple(by_date), tuple(excluded), by_month, exact * Fraction(1, 60))


def _nothing(excluded: tuple[tuple[date, DayKind], ...]) -> NoCountedTime:
    """没有要请的时间:说出是哪几天、为什么不用请。"""
    if excluded:
        dates = "、".join(f"{show_date(day)}是{KIND_LABELS[kind]}" for day, kind in excluded[:3])
        more = f"等 {len(excluded)} 天" if len(excluded) > 3 else ""
        say = f"{dates}{more},本来就不上班,不用请假。如果日期说错了,请您换个日期再提交。"
    else:
        say = "您选的时间不在上班时间里,不用请假。如果时间说错了,请您换个时间再提交。"
    error = NoCountedTime("NO_COUNTED_TIME", say)
    error.excluded = excluded
    return error


def _whole(value: Fraction) -> int:
    return round_half_up(value.numerator, value.denominator)


@dataclass(frozen=True, slots=True)
class _Counts:
    """某一天算不算。"""

    rule: CountRule
    calendar: Calendar
    roster: frozenset[date] | None

    def excluded(self, day: date) -> DayKind | None:
        """不算的,给出这一天的种类;算的为 None。自然日全算,不必查日历。"""
        if self.rule is CountRule.CALENDAR_DAYS:
            return None
        kind = self.calendar.kind(day, self.roster)
        if self.rule is CountRule.CALENDAR_DAYS_EXCLUDING_STATUTORY:
            return kind if kind is DayKind.STATUTORY else None
        return None if kind in (DayKind.WORKDAY, DayKind.MAKEUP) else kind


@dataclass(frozen=True, slots=True)
class Found:
    """从开始日数满若干天的结果:end 最后一天,end_part 数到半天时为 am|pm,skipped 没算的日子。"""

    start: date
    end: date
    end_part: Part | None
    skipped: tuple[date, ...]

    @property
    def span_days(self) -> int:
        """首尾都算的自然日数。"""
        return (self.end - self.start).days + 1


def find_end(
    start: tuple[date, Part | None], half_days: int, rule: CountRule, calendar: Calendar, roster: frozenset[date] | None
) -> Found:
    """从 start 起数满 half_days 个半天,到哪一天为止;半天数须为正,否则 BadInput(NO_COUNTED_TIME)。"""
    if half_days <= 0:
        raise BadInput("NO_COUNTED_TIME", "请假天数要大于零。请您写明请几天。")
    first, part = start
    counts = _Counts(rule, calendar, roster)
    skipped: list[date] = []
    left = half_days
    for day in days_between(first, first + timedelta(days=LONGEST)):
        if counts.excluded(day) is not None:
            skipped.append(day)
            continue
        begins = Part.PM if day == first and part is Part.PM else Part.AM
        room = 1 if begins is Part.PM else 2
        if left <= room:
            whole = left == room
            return Found(first, day, None if whole and begins is Part.AM else _last(begins, left), tuple(skipped))
        left -= room
    raise BadInput("SPAN_TOO_LONG", "从这一天起三年之内数不满这些天。请您看一下天数和排班,改好后再提交。")


def _last(begins: Part, halves: int) -> Part:
    return Part.AM if begins is Part.AM and halves == 1 else Part.PM


def windows_on(span: Span, day: date, shift: Shift | None) -> tuple[Window, ...]:
    """这份请假在这一天的班里占哪几段钟面时间(夜班属于开始的那天);用来查重叠、算考勤。"""
    clock = span.clock
    if clock is None:
        return merge(half_of(shift, day, part) for part in span.parts_on(day))
    if shift is not None:
        return meet([clock], [shift.whole(day)])
    return meet([clock], [half_of(None, day, part) for part in Part])
