"""请假 leave:一份申请行不行,是几天,用多少余额,对工资有什么影响。

先后次序:起止前后 → 在职期间 → 往回补的期限 → 已结算的月份 → 数天数(日历、休息日)→ 与别的假重叠 → 余额。
任何一条不合就报错,什么都不记;余额不够时给出拆开的办法。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from engine.days import Calendar, DayKind, Month, show_date
from engine.errors import NotEnough, RuleBroken
from engine.figures import days_words, hours_words, much, plain
from engine.leave_days import (
    Counting,
    CountRule,
    DayCount,
    LeaveDays,
    ShiftOf,
    Span,
    count_days,
    windows_on,
)
from engine.leave_ledger import Allocation, LedgerLine, balance, reserve, take_each
from engine.money import round_half_up
from engine.shifts import PART_LABELS, Part, meet


class Unit(StrEnum):
    """请假的最小档:整天、半天、小时。"""

    DAY = "day"
    HALF_DAY = "half_day"
    HOUR = "hour"


class Paid(StrEnum):
    """请假期间怎么发工资。"""

    FULL = "full"  # 带薪,工资不变
    NONE = "none"  # 不发:事假
    SICK = "sick"  # 按病假工资
    ALLOWANCE = "allowance"  # 生育津贴与工资就高:公司照发工资,津贴由基金拨给公司


@dataclass(frozen=True, slots=True)
class LeaveType:
    """假种的规定。

    count_rule 数法;unit 最小档;has_balance 有没有余额账(账的单位:小时档的是分钟,其余是半天);
    min_unit_minutes 小时档的最小分钟;max_back_days 最多往回补多少个自然日;instead 余额不够时建议改用哪种假。
    """

    key: str
    label: str
    count_rule: CountRule
    unit: Unit
    has_balance: bool
    paid: Paid
    min_unit_minutes: int = 60
    max_back_days: int = 31
    aliases: tuple[str, ...] = ()
    instead: tuple[str, str] = ("personal", "事假")
    proof: str = ""
    since: date = date.min
    source: str = ""

    def counting(self) -> Counting:
        """怎么数这种假。"""
        return Counting(self.count_rule, self.min_unit_minutes)

    @property
    def in_minutes(self) -> bool:
        """账按分钟记(否则按半天)。"""
        return self.unit is Unit.HOUR


@dataclass(frozen=True, slots=True)
class Other:
    """已经在的另一份申请(未批或已批)。"""

    id: str
    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Circumstances:
    """这个人的情形:班、日历、账、别的申请、在职期间、已结算到哪一天、今天几号;company_first 公司多给的假先用。"""

    today: date
    calendar: Calendar
    shift_of: ShiftOf
    roster: frozenset[date] | None = None
    ledger: tuple[LedgerLine, ...] = ()
    others: tuple[Other, ...] = ()
    employed_from: date | None = None
    employed_to: date | None = None
    closed_until: date | None = None
    company_first: bool = False


@dataclass(frozen=True, slots=True)
class LeaveDecision:
    """可以请。days 天数,minutes 分钟,balance_* 余额(账的单位;没有账为 None),amount 用掉多少(账的单位),
    allocations 从哪几笔额度拿,pay_effect 对工资的影响(不含金额),warnings 顺带要说的话。"""

    kind: LeaveType
    span: Span
    days: Fraction
    minutes: int
    by_date: tuple[DayCount, ...]
    by_month: Mapping[Month, Fraction]
    excluded: tuple[tuple[date, DayKind], ...]
    amount: int
    balance_before: int | None
    balance_after: int | None
    allocations: tuple[Allocation, ...]
    pay_effect: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfferPart:
    """拆开办法的一段:用哪种假、哪一段、多少(days 天)。"""

    key: str
    label: str
    span: Span
    days: Fraction


@dataclass(eq=False)
class NotEnoughLeave(NotEnough):
    """假期余额不够;`offer` 是拆开的办法。"""

    offer: tuple[OfferPart, ...] = field(default=())


def decide(span: Span, kind: LeaveType, person: Circumstances) -> LeaveDecision:
    """这份申请行不行。

    错误:END_NOT_AFTER_START、UNIT_TOO_SMALL、OUTSIDE_EMPLOYMENT、TOO_FAR_BACK、PERIOD_CLOSED、NO_COUNTED_TIME、
    CALENDAR_MISSING、OVERLAP、NOT_ENOUGH(NotEnoughLeave,带拆开的办法)。
    """
    span.check()
    _check_unit(span, kind)
    _check_dates(span, kind, person)
    counted = count_days(span, kind.counting(), person.shift_of, person.calendar, person.roster)
    _check_overlap(span, counted, person)
    amounts = ledger_amounts(counted, kind)
    before: int | None = None
    after: int | None = None
    allocations: tuple[Allocation, ...] = ()
    if kind.has_balance:
        before = balance(person.ledger, span.start).available
        try:
            allocations = take_each(person.ledger, amounts, company_first=person.company_first)
        except NotEnough as short:
            raise _not_enough(short, span, kind, counted) from None
        booked = (*person.ledger, *reserve(allocations, "?", person.today))
        after = balance(booked, span.start).available
    return LeaveDecision(
        kind=kind,
        span=span,
        days=counted.days,
        minutes=counted.minutes,
        by_date=counted.by_date,
        by_month=counted.by_month,
        excluded=counted.excluded,
        amount=sum(amount for _, amount in amounts),
        balance_before=before,
        balance_after=after,
        allocations=allocations,
        pay_effect=pay_effect(kind, span, counted.days, counted.minutes),
        warnings=_warnings(kind, span, counted, person),
    )


def ledger_amounts(counted: LeaveDays, kind: LeaveType) -> tuple[tuple[date, int], ...]:
    """逐日用多少余额(账的单位);分钟取整的零头算在最后一天,合计等于总数。"""
    if not kind.in_minutes:
        return tuple((item.day, int(item.days * 2)) for item in counted.by_date)
    amounts = [(item.day, item.minutes) for item in counted.by_date]
    day, last = amounts[-1]
    amounts[-1] = (day, last + counted.minutes - sum(minutes for _, minutes in amounts))
    return tuple(amounts)


def pay_effect(kind: LeaveType, span: Span, days: Fraction, minutes: int) -> str:
    """对工资的影响,用字说,不含金额。"""
    words = hours_words(minutes) if span.clock else days_words(days)
    if kind.paid is Paid.NONE:
        return f"{much('扣', words)}工资"
    if kind.paid is Paid.SICK:
        return f"{words}按病假工资发放"
    if kind.paid is Paid.ALLOWANCE:
        return "工资照发;生育津贴高于工资的,差额由公司补发"
    return "带薪,工资不变"


def show_span(span: Span) -> str:
    """人看的起止,带星期:"12月2日(周三)下午"、"12月2日(周三)至12月4日(周五)上午"。"""
    if span.clock is not None:
        begins, ends = span.clock
        end = f"{ends:%H:%M}" if span.end == span.start else f"{show_date(span.end)}{ends:%H:%M}"
        return f"{show_date(span.start)}{begins:%H:%M}至{end}"
    first = span.start_part if span.start_part is Part.PM else None
    last = span.end_part if span.end_part is Part.AM else None
    if span.start == span.end:
        part = last or first
        return show_date(span.start) + (PART_LABELS[part] if part else "")
    return (
        f"{show_date(span.start)}{PART_LABELS[first] if first else ''}"
        f"至{show_date(span.end)}{PART_LABELS[last] if last else ''}"
    )


def _check_unit(span: Span, kind: LeaveType) -> None:
    if kind.unit is Unit.HOUR or (kind.unit is Unit.HALF_DAY and span.clock is None):
        return
    halves = span.start_part is Part.PM or span.end_part is Part.AM
    if kind.unit is Unit.DAY and span.clock is None and not halves:
        return
    least = "半天" if kind.unit is Unit.HALF_DAY else "一天"
    raise RuleBroken(
        "UNIT_TOO_SMALL", f"{kind.label}最少按{least}请。请您改成{least}或{least}的倍数,再提交。", {"unit": kind.unit}
    )


def _check_dates(span: Span, kind: LeaveType, person: Circumstances) -> None:
    start, end = span.start, span.end
    if person.employed_from and start < person.employed_from:
        raise _outside(span, f"入职日是{show_date(person.employed_from)}")
    if person.employed_to and end > person.employed_to:
        raise _outside(span, f"在职的最后一天是{show_date(person.employed_to)}")
    if start < person.today - timedelta(days=kind.max_back_days):
        raise RuleBroken(
            "TOO_FAR_BACK",
            f"{kind.label}最多补请 {kind.max_back_days} 天以内的,{show_date(start)}已经超过了。请您联系 HR 代为补录。",
            {"max_back_days": str(kind.max_back_days)},
        )
    if person.closed_until is not None and start <= person.closed_until:
        raise RuleBroken(
            "PERIOD_CLOSED",
            f"{Month.of(start).label}的考勤已经结算,{show_date(start)}不能再补请。"
            "请您联系 HR,由 HR 更正后在下个月的工资里补算。",
            {"closed_until": person.closed_until.isoformat()},
        )


def _outside(span: Span, why: str) -> RuleBroken:
    say = f"{show_span(span)}不全在您的在职期间内({why})。请您改一下日期,再提交。"
    return RuleBroken("OUTSIDE_EMPLOYMENT", say)


def _check_overlap(span: Span, counted: LeaveDays, person: Circumstances) -> None:
    for item in counted.by_date:
        shift = person.shift_of(item.day)
        own = windows_on(span, item.day, shift)
        for other in person.others:
            if meet(own, windows_on(other.span, item.day, shift)):
                raise RuleBroken(
                    "OVERLAP",
                    f"{show_span(span)}与您已有的{other.label}({show_span(other.span)})重叠。"
                    "请您改一下时间,或者先撤回原来那一份。",
                    {"request": other.id, "day": item.day.isoformat()},
                )


def _not_enough(short: NotEnough, span: Span, kind: LeaveType, counted: LeaveDays) -> NotEnoughLeave:
    """余额不够:说还剩多少、要多少,并给拆开的办法。"""
    left, needed = int(short.details["left"]), int(short.details["needed"])
    offer = offer_split(span, kind, counted, left)
    words = " + ".join(f"{part.label} {plain(part.days, 2)} 天" for part in offer)
    how = f"您可以改请 {words}" if len(offer) > 1 else f"您可以改请{kind.instead[1]}"
    say = (
        f"{kind.label}还可用 {_amount_words(left, kind)},这次要用 {_amount_words(needed, kind)},不够。"
        f"{how},也可以减少天数后再提交。"
    )
    details = dict(short.details)
    details["offer"] = words
    return NotEnoughLeave("NOT_ENOUGH", say, details, offer)


def _amount_words(amount: int, kind: LeaveType) -> str:
    return hours_words(amount) if kind.in_minutes else f"{plain(Fraction(amount, 2))} 天"


def offer_split(span: Span, kind: LeaveType, counted: LeaveDays, left: int) -> tuple[OfferPart, ...]:
    """拆开的办法:前面能用余额的用余额,后面的改用 kind.instead。按小时请的不拆,整段改用。"""
    key, label = kind.instead
    if span.clock is not None:
        return (OfferPart(key, label, span, counted.days),)
    slots = [(item.day, part) for item in counted.by_date for part in item.parts]
    fits = 0
    for need in _half_by_half(counted, kind):
        left -= need
        if left < 0:
            break
        fits += 1
    if kind.unit is Unit.DAY:
        fits -= fits % 2
    if not fits:
        return (OfferPart(key, label, span, counted.days),)
    mine, rest = slots[:fits], slots[fits:]
    first = Span(span.start, mine[-1][0], span.start_part, mine[-1][1])
    second = Span(rest[0][0], span.end, rest[0][1], span.end_part)
    return (
        OfferPart(kind.key, kind.label, first, Fraction(len(mine), 2)),
        OfferPart(key, label, second, Fraction(len(rest), 2)),
    )


def _half_by_half(counted: LeaveDays, kind: LeaveType) -> Iterator[int]:
    """每半天要用多少余额(账的单位)。分钟是单数的班,零头算在前半天,两个半天之和等于一天。"""
    for item in counted.by_date:
        halves = len(item.parts)
        for n in range(halves):
            if kind.in_minutes:
                yield round_half_up(item.minutes * (n + 1), halves) - round_half_up(item.minutes * n, halves)
            else:
                yield 1


def _warnings(kind: LeaveType, span: Span, counted: LeaveDays, person: Circumstances) -> tuple[str, ...]:
    out: list[str] = []
    if counted.excluded:
        dates = "、".join(show_date(day) for day, _ in counted.excluded[:3])
        more = "等" if len(counted.excluded) > 3 else ""
        out.append(f"{dates}{more}共 {len(counted.excluded)} 天是休息日或节假日,不计入。")
    if span.start < person.today:
        out.append("这是事后补请,批准后会更正当天的考勤。")
    if kind.proof:
        out.append(f"请您备好{kind.proof},批准前后交给 HR 都可以。")
    return tuple(out)
