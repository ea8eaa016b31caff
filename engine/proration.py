"""折算 proration:计薪天数、入离职当月工资、月中调薪。

法律没有规定入离职当月怎么折,由公司制度在几种办法里选一种,工资条写明是哪一种。
整月在职的人,不论哪种办法都发整月工资。先乘后除,一行只在最后四舍五入一次到分。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from engine.days import Calendar, DayKind, Span, days_between, show_date
from engine.errors import BadInput, NotReady
from engine.figures import plain
from engine.money import Money, total
from engine.trace import Trace


@dataclass(frozen=True, slots=True)
class Why:
    """来处的附注:rule 规则编号,evidence 证据编号,when 日子(中文),label 名字(空则用默认)。"""

    rule: str = ""
    evidence: tuple[str, ...] = ()
    when: str = ""
    label: str = ""


def leaf_days(label: str, days: Fraction | int, evidence: tuple[str, ...] = ()) -> Trace:
    return Trace(label, plain(days), "days", evidence=evidence)


def leaf_money(label: str, amount: Money, evidence: tuple[str, ...] = ()) -> Trace:
    return Trace(label, amount.yuan(), "money", evidence=evidence)


@dataclass(frozen=True, slots=True)
class MonthShape:
    """一段日子里有几个工作日、几个法定节假日、几个自然日。"""

    workdays: int
    statutory: int
    days: int


def shape(first: date, last: date, calendar: Calendar, roster: frozenset[date] | None = None) -> MonthShape:
    """数一段日子(含两端);last 在前则全为 0。没有排班的数过一次就记着。"""
    if roster is None:
        found = calendar.counted.get((first, last))
        if found is None:
            found = calendar.counted[first, last] = _count(first, last, calendar, None)
        return MonthShape(*found)
    return MonthShape(*_count(first, last, calendar, roster))


def _count(first: date, last: date, calendar: Calendar, roster: frozenset[date] | None) -> tuple[int, int, int]:
    kinds = [calendar.kind(day, roster) for day in days_between(first, last)]
    workdays = sum(kind in (DayKind.WORKDAY, DayKind.MAKEUP) for kind in kinds)
    return workdays, sum(kind is DayKind.STATUTORY for kind in kinds), len(kinds)


class DivideBy(StrEnum):
    """除以几天。"""

    PAY_DAYS = "pay_days"  # 月计薪天数(21.75)
    ACTUAL_WORKDAYS = "actual_workdays"  # 当月工作日
    CALENDAR_DAYS = "calendar_days"  # 当月自然日


@dataclass(frozen=True, slots=True)
class Divide:
    """日工资的除数:by 哪一种;pay_days 月计薪天数;include_statutory 工作日里加不加法定节假日。"""

    by: DivideBy
    pay_days: Decimal = Decimal(0)
    include_statutory: bool = False

    def days(self, month: MonthShape | None) -> Fraction:
        """除数;当月没有可除的天数时报 NotReady(NO_DAYS_IN_MONTH)。"""
        if self.by is DivideBy.PAY_DAYS:
            found = Fraction(self.pay_days)
        elif month is None:
            found = Fraction(0)
        elif self.by is DivideBy.CALENDAR_DAYS:
            found = Fraction(month.days)
        else:
            found = Fraction(month.workdays + (month.statutory if self.include_statutory else 0))
        if found <= 0:
            raise NotReady("NO_DAYS_IN_MONTH", "这个月没有可以折算的天数。请 HR 检查排班与日历,再重新计算。")
        return found

    @property
    def label(self) -> str:
        """口径的名字。"""
        if self.by is DivideBy.PAY_DAYS:
            return plain(self.pay_days)
        if self.by is DivideBy.CALENDAR_DAYS:
            return "自然日"
        return "实际工作日(含法定节假日)" if self.include_statutory else "实际工作日"


class ProrationMethod(StrEnum):
    """入离职当月怎么折。"""

    PAY_DAYS_ADD = "pay_days_add"
    PAY_DAYS_SUBTRACT = "pay_days_subtract"
    ACTUAL_WORKDAYS = "actual_workdays"
    CALENDAR_DAYS = "calendar_days"


@dataclass(frozen=True, slots=True)
class ProrationPolicy:
    """折算制度:method 办法;pay_days 月计薪天数;include_statutory 实际工作日里加不加法定节假日。"""

    method: ProrationMethod
    pay_days: Decimal = Decimal(0)
    include_statutory: bool = False

    @property
    def divide(self) -> Divide:
        by = {
            ProrationMethod.ACTUAL_WORKDAYS: DivideBy.ACTUAL_WORKDAYS,
            ProrationMethod.CALENDAR_DAYS: DivideBy.CALENDAR_DAYS,
        }.get(self.method, DivideBy.PAY_DAYS)
        return Divide(by, self.pay_days, self.include_statutory)

    @property
    def label(self) -> str:
        tail = {ProrationMethod.PAY_DAYS_ADD: " 加法", ProrationMethod.PAY_DAYS_SUBTRACT: " 减法"}.get(self.method, "")
        return self.divide.label + tail


@dataclass(frozen=True, slots=True)
class Employed:
    """在职期间:两端都算;None 为不限。"""

    since: date | None = None
    until: date | None = None

    def within(self, month: Span) -> tuple[date, date]:
        """在这个月(或周期)里的首尾两天(首大于尾即不在职)。"""
        return max(self.since or month.first, month.first), min(self.until or month.last, month.last)


@dataclass(frozen=True, slots=True)
class Proration:
    """折算结果:whole 整月、employed 在职部分各有几天;numerator ÷ denominator 就是用的那两个天数。"""

    wage: Money
    label: str
    whole: MonthShape
    employed: MonthShape
    numerator: Fraction
    denominator: Fraction
    subtract: bool
    pay: Money
    first: date
    last: date

    @property
    def full(self) -> bool:
        """整月在职。"""
        return self.whole == self.employed

    def trace(self, why: Why) -> Trace:
        """当月工资的来处。"""
        label = why.label or "基本工资"
        span = f"{show_date(self.first)}至{show_date(self.last)}在职"
        share = f"{self.wage.show()} ÷ {plain(self.denominator)} × {plain(self.numerator)}"
        if self.full:
            return Trace(
                label,
                self.pay.yuan(),
                say=f"整月在职,发整月 {self.pay.show()}",
                words="整月在职,按整月发",
                rule=why.rule,
                evidence=why.evidence,
                parts=(leaf_money("月工资", self.wage),),
            )
        sums = f"{self.wage.show()} − {share}" if self.subtract else share
        say = f"{span}:{sums} = {self.pay.show()}(口径:{self.label})"
        parts = (
            leaf_money("月工资", self.wage),
            leaf_days("缺的天数" if self.subtract else "在职计薪天数", self.numerator, why.evidence),
            leaf_days("计薪天数", self.denominator),
        )
        return Trace(label, self.pay.yuan(), "money", say, f"{span},按天折算", why.rule, why.evidence, parts)


@dataclass(frozen=True, slots=True)
class Days:
    """哪个月(或计薪周期)、哪套日历、哪张排班。"""

    month: Span
    calendar: Calendar
    roster: frozenset[date] | None = None

    def shape(self, first: date | None = None, last: date | None = None) -> MonthShape:
        """这个月(或其中一段)的天数。"""
        return shape(first or self.month.first, last or self.month.last, self.calendar, self.roster)


def proration(wage: Money, employed: Employed, days: Days, policy: ProrationPolicy) -> Proration:
    """入离职当月工资。一天都不在职的为 0;整月在职的为整月工资;任何办法都在 0 与月工资之间。"""
    first, last = employed.within(days.month)
    whole, part = days.shape(), days.shape(first, last)
    subtract = policy.method is ProrationMethod.PAY_DAYS_SUBTRACT
    if policy.method is ProrationMethod.CALENDAR_DAYS:
        numerator = part.days
    elif policy.method is ProrationMethod.ACTUAL_WORKDAYS:
        numerator = part.workdays + (part.statutory if policy.include_statutory else 0)
    else:
        numerator = part.workdays + part.statutory
        if subtract:
            numerator = whole.workdays + whole.statutory - numerator
    if part == whole:
        denominator = policy.divide.days(whole) if whole.workdays else Fraction(1)
        pay = wage
    else:
        denominator = policy.divide.days(whole)
        share = Fraction(wage.fen * numerator * denominator.denominator, denominator.numerator)
        exact = max(wage.fen - share, Fraction(0)) if subtract else min(share, Fraction(wage.fen))
        pay = Money.rounded(exact) if part.days else Money(0)
    return Proration(wage, policy.label, whole, part, Fraction(numerator), denominator, subtract, pay, first, last)


@dataclass(frozen=True, slots=True)
class WageSegment:
    """一段工资:first…last 这几天、days 占 of 的多少、月工资多少、这一段多少钱。"""

    first: date
    last: date
    days: int
    of: int
    wage: Money
    amount: Money

    def trace(self, why: Why) -> Trace:
        say = (
            f"{show_date(self.first)}至{show_date(self.last)}:{self.wage.show()} × {self.days} ÷ {self.of}"
            f" = {self.amount.show()}"
        )
        words = f"{show_date(self.first)}至{show_date(self.last)}占 {self.of} 天里的 {self.days} 天"
        parts = (leaf_money("月工资", self.wage), leaf_days("天数", self.days), leaf_days("全月天数", self.of))
        return Trace("基本工资(一段)", self.amount.yuan(), "money", say, words, why.rule, why.evidence, parts)


@dataclass(frozen=True, slots=True)
class WageSegments:
    """月中调薪的结果:各段各自舍入,合计是各段之和。"""

    segments: tuple[WageSegment, ...]
    pay: Money

    def trace(self, why: Why) -> Trace:
        parts = tuple(segment.trace(why) for segment in self.segments)
        say = " + ".join(segment.amount.show() for segment in self.segments) + f" = {self.pay.show()}"
        words = f"本月工资分 {len(parts)} 段计算"
        return Trace(why.label or "基本工资", self.pay.yuan(), "money", say, words, why.rule, why.evidence, parts)


def raise_in_month(
    wages: Sequence[tuple[date, Money]], divide: Divide, days: Days, employed: Employed = Employed()
) -> WageSegments:
    """月中调薪:每一段按自己的天数占全月天数发;整月一段的就是整月工资。

    wages:(从哪天起, 月工资),按日期先后;次序不对报 BadInput(SEGMENTS_ORDER)。
    """
    if any(later[0] <= earlier[0] for earlier, later in zip(wages, wages[1:], strict=False)):
        raise BadInput("SEGMENTS_ORDER", "各段工资的起始日期要由早到晚,且不能重复。请您改好后再来。")
    begin, finish = employed.within(days.month)
    whole = _counted(days.shape(), divide)
    found: list[WageSegment] = []
    for index, (since, wage) in enumerate(wages):
        until = wages[index + 1][0] - timedelta(days=1) if index + 1 < len(wages) else finish
        first, last = max(since, begin), min(until, finish)
        if last < first:
            continue
        own = _counted(days.shape(first, last), divide)
        all_month = (first, last) == (days.month.first, days.month.last)
        amount = wage if all_month else Money.rounded(Fraction(wage.fen * own, whole)) if whole else Money(0)
        found.append(WageSegment(first, last, own, whole, wage, amount))
    return WageSegments(tuple(found), total([segment.amount for segment in found]))


def _counted(part: MonthShape, divide: Divide) -> int:
    if divide.by is DivideBy.CALENDAR_DAYS:
        return part.days
    return part.workdays + (part.statutory if divide.include_statutory else 0)
