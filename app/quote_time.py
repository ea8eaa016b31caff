"""算例(时间)quote_time:把请假天数、假期工资、加班的 JSON 算例交给 engine,再按同样的形状写回。

形状与约定见算例说明:金额、天数、小时都是字符串;`error` 是稳定的英文名。这里只翻译,不计算。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.quote_case import (
    Answer,
    BadCase,
    Case,
    Quote,
    calendar_of,
    choice,
    count,
    day,
    guarded,
    instant,
    maybe_day,
    money,
    month_of,
    need,
    number,
    option,
    part_of,
    picked,
    rows,
    shift_of,
    span_of,
    table,
    years,
    yes,
)
from config.policies import shipped
from engine.days import Calendar, DayKind
from engine.figures import fixed, plain
from engine.leave_days import Counting, CountRule, NoCountedTime, count_days, find_end
from engine.leave_pay import (
    DailyRounding,
    LeaveMethod,
    PersonalPolicy,
    SickFacts,
    SickPolicy,
    personal_leave,
    sick_pay,
)
from engine.money import Money
from engine.overtime import (
    CrossMidnight,
    OvertimeKind,
    OvertimeLine,
    OvertimeRules,
    PeriodHours,
    Record,
    Segment,
    Settle,
    System,
    comprehensive_pay,
    overtime_pay,
    piece_pay,
    segments,
)
from engine.proration import (
    Days,
    Divide,
    DivideBy,
    Employed,
    ProrationMethod,
    ProrationPolicy,
    Why,
    proration,
    raise_in_month,
)
from engine.trace import Trace


def multipliers_on(on: date | None) -> Mapping[OvertimeKind, Decimal]:
    """加班倍数:算例没有写,按自带的政策;没有日子的取最新一版。"""
    rule = shipped().overtime
    return (rule.on(on) if on else rule.versions[-1].value).multipliers


def at_least_one(case: Case, name: str) -> int:
    """取整的分钟:至少一分钟;没有写的是一分钟(如实)。"""
    unit = count(case.get(name, 1))
    if unit < 1:
        raise BadCase(f"“{name}”至少是 1")
    return unit


def leave_days(case: Case, why: list[Trace]) -> Answer:
    """算例 leave_days。"""
    rule = choice(CountRule, need(case, "count_rule"))
    calendar, roster = calendar_of(case)
    if case.get("duration_days") is not None:
        return _duration(case, rule, calendar, roster)
    span, shift = span_of(case), shift_of(case)
    unit = at_least_one(case, "min_unit_minutes")
    try:
        found = count_days(span, Counting(rule, unit), lambda _: shift, calendar, roster)
    except NoCountedTime as none:
        return {"error": none.code, "excluded": _excluded(none.excluded)}
    answer: Answer = {"days": fixed(found.days), "hours": fixed(found.hours)}
    if span.clock is not None:
        answer["worked_minutes_covered"] = found.covered
        answer["by_date"] = [{"date": d.day.isoformat(), "minutes": d.minutes} for d in found.by_date]
    else:
        answer["by_date"] = [{"date": d.day.isoformat(), "days": fixed(d.days)} for d in found.by_date]
        answer["by_month"] = {str(month): fixed(days) for month, days in found.by_month.items()}
    answer["excluded"] = _excluded(found.excluded)
    return answer


def _excluded(found: tuple[tuple[date, DayKind], ...]) -> list[Answer]:
    return [{"date": off.isoformat(), "reason": str(kind)} for off, kind in found]


def _duration(case: Case, rule: CountRule, calendar: Calendar, roster: frozenset[date] | None) -> Answer:
    start = table(case, "start")
    halves = years(case["duration_days"]) * 2
    if halves.denominator != 1:
        raise BadCase("“duration_days”应当是半天的倍数")
    first = day(need(start, "date"))
    found = find_end((first, part_of(start)), int(halves), rule, calendar, roster)
    return {
        "end_date": found.end.isoformat(),
        "calendar_days_span": found.span_days,
        "skipped": [off.isoformat() for off in found.skipped],
    }


def leave_pay(case: Case, why: list[Trace]) -> Answer:
    """算例 leave_pay:按 calc 分四种。"""
    return picked(case, "calc", LEAVE_PAY)(case, why)


def _divide(case: Case) -> Divide:
    """除以几天:写了数的是月计薪天数,否则是 actual_workdays 或 calendar_days。"""
    given, statutory = need(case, "divisor"), yes(case.get("include_statutory", False))
    if given in (DivideBy.ACTUAL_WORKDAYS, DivideBy.CALENDAR_DAYS):
        return Divide(DivideBy(given), include_statutory=statutory)
    return Divide(DivideBy.PAY_DAYS, number(given, least="0.01"), statutory)


def days_of(case: Case) -> Days:
    calendar, roster = calendar_of(case)
    return Days(month_of(need(case, "month")), calendar, roster)


def _personal_leave(case: Case, why: list[Trace]) -> Answer:
    wage, missed = money(need(case, "monthly_wage")), Fraction(number(need(case, "leave_days")))
    method = option(case, "method", LeaveMethod.SUBTRACT)
    policy = PersonalPolicy(_divide(case), method, option(case, "daily_rounding", DailyRounding.NONE))
    found = personal_leave(wage, missed, days_of(case).shape(), policy)
    why.append(found.trace(Why()))
    answer: Answer = {
        "method_used": str(found.method),
        "divisor_days": plain(found.divisor),
        "daily_wage_display": found.daily_wage.yuan(),
        "deduction": found.deduction.yuan(),
        "pay": found.pay.yuan(),
    }
    if found.payable_days is not None:
        answer["payable_days"] = plain(found.payable_days)
    return answer


def _sick_pay(case: Case, why: list[Trace]) -> Answer:
    scale = tuple((number(need(step, "min_years")), number(need(step, "rate"))) for step in rows(case, "scale"))
    minimum = money(need(case, "local_minimum_wage"))
    policy = SickPolicy(_divide(case), tuple(sorted(scale)), minimum, number(need(case, "floor_ratio")))
    base = case.get("sick_base")
    facts = SickFacts(
        wage=money(need(case, "monthly_wage")),
        years=number(need(case, "service_years")),
        days=Fraction(number(need(case, "sick_days"))),
        base_ratio=number(need(case, "sick_base_ratio")) if base is None else Decimal(1),
        base=None if base is None else money(base),
    )
    month = days_of(case).shape() if policy.divide.by is not DivideBy.PAY_DAYS else None
    found = sick_pay(facts, month, policy)
    why.append(found.trace(Why()))
    return {
        "sick_base": found.base.yuan(),
        "rate": plain(found.rate),
        "monthly_sick_pay": found.monthly.yuan(),
        "monthly_floor": found.floor.yuan(),
        "floor_applied": found.floor_applied,
        "wage_deduction": found.wage_deduction.yuan(),
        "sick_pay": found.sick_pay.yuan(),
        "net_reduction": found.net_reduction.yuan(),
        "pay": found.pay.yuan(),
    }


def employed_of(case: Case) -> Employed:
    return Employed(maybe_day(case.get("employed_from")), maybe_day(case.get("employed_to")))


def _proration(case: Case, why: list[Trace]) -> Answer:
    method = choice(ProrationMethod, need(case, "method"))
    days = days_of(case)
    pay_days = shipped().numbers["pay_days"].on(days.month.first)
    policy = ProrationPolicy(method, pay_days, yes(case.get("include_statutory", False)))
    found = proration(money(need(case, "monthly_wage")), employed_of(case), days, policy)
    why.append(found.trace(Why()))
    return {
        "month_workdays": found.whole.workdays,
        "month_statutory_days": found.whole.statutory,
        "employed_workdays": found.employed.workdays,
        "employed_statutory_days": found.employed.statutory,
        "numerator_days": plain(found.numerator),
        "denominator_days": plain(found.denominator),
        "pay": found.pay.yuan(),
    }


def _raise_in_month(case: Case, why: list[Trace]) -> Answer:
    divide = Divide(choice(DivideBy, need(case, "method")), include_statutory=yes(case.get("include_statutory", False)))
    if divide.by is DivideBy.PAY_DAYS:
        raise BadCase("raise_in_month 只有 actual_workdays 与 calendar_days 两种 method")
    wages = [(day(need(s, "from")), money(need(s, "monthly_wage"))) for s in rows(case, "segments")]
    found = raise_in_month(wages, divide, days_of(case), employed_of(case))
    why.append(found.trace(Why()))
    segments = [
        {"days": s.days, "of": s.of, "monthly_wage": s.wage.yuan(), "amount": s.amount.yuan()} for s in found.segments
    ]
    return {"segments": segments, "pay": found.pay.yuan()}


LEAVE_PAY: dict[str, Callable[[Case, list[Trace]], Answer]] = {
    "personal_leave": _personal_leave,
    "sick_pay": _sick_pay,
    "proration": _proration,
    "raise_in_month": _raise_in_month,
}


def overtime(case: Case, why: list[Trace]) -> Answer:
    """算例 overtime:四种工时制度。"""
    system = choice(System, need(case, "system"))
    if system is System.PIECE:
        pieces = {choice(OvertimeKind, kind): number(value) for kind, value in table(case, "overtime_pieces").items()}
        found = piece_pay(money(need(case, "piece_unit_price")), pieces, multipliers_on(None))
        why += [line.trace(Why()) for line in found.lines]
        return {"lines": [_piece_line(line) for line in found.lines], "total_pay": found.pay.yuan()}
    records = [] if system is System.COMPREHENSIVE else [record_of(r) for r in rows(case, "records")]
    rules = OvertimeRules(
        multipliers=multipliers_on(records[0].start.date() if records else None),
        pay_days=number(need(case, "pay_days"), least="0.01"),
        hours_per_day=number(need(case, "hours_per_day"), least="0.01"),
        cross_midnight=option(case, "cross_midnight", CrossMidnight.SPLIT_BY_DATE),
        granularity_minutes=at_least_one(case, "granularity_minutes"),
        system=system,
        irregular_pays_statutory=yes(case.get("irregular_pays_statutory_holiday", True)),
    )
    base = money(need(case, "monthly_wage_base"))
    hourly = {"hourly_rate_display": fixed(base.fen * Fraction(3, 5) / rules.month_minutes, 4)}
    if system is System.COMPREHENSIVE:
        return hourly | _comprehensive(case, base, rules, why)
    calendar, roster = calendar_of(case)
    parts = segments(records, rules, calendar, roster)
    priced = overtime_pay(parts, base, rules)
    why += [line.trace(Why()) for line in priced.lines]
    return hourly | {
        "segments": [_segment(s) for s in parts],
        "lines": [_line(line) for line in priced.lines],
        "comp_leave_hours": fixed(Fraction(priced.comp_minutes, 60)),
        "forced_to_pay_records": list(priced.forced),
        "total_pay": priced.pay.yuan(),
        "overtime_hours_all": fixed(Fraction(priced.all_minutes, 60)),
    }


def record_of(case: Case) -> Record:
    start, end = instant(need(case, "start")), instant(need(case, "end"))
    return Record(start, end, option(case, "settle", Settle.PAY), count(need(case, "break_minutes")))


def _segment(found: Segment) -> Answer:
    return {
        "record": found.record,
        "date": found.day.isoformat(),
        "day_kind": str(found.kind),
        "minutes": found.minutes,
        "settle": str(found.settle),
    }


def _line(found: OvertimeLine) -> Answer:
    return {
        "day_kind": str(found.kind),
        "hours": fixed(found.hours),
        "multiplier": fixed(found.multiplier),
        "amount": found.amount.yuan(),
    }


def _piece_line(found: OvertimeLine) -> Answer:
    return {
        "day_kind": str(found.kind),
        "pieces": plain(found.pieces or 0),
        "multiplier": fixed(found.multiplier),
        "amount": found.amount.yuan(),
    }


def _comprehensive(case: Case, base: Money, rules: OvertimeRules, why: list[Trace]) -> Answer:
    period = table(case, "comprehensive")
    names = ("standard_hours", "worked_hours_without_holiday_work", "statutory_holiday_hours_worked")
    standard, worked, holiday = (number(need(period, name)) for name in names)
    found = comprehensive_pay(PeriodHours(standard, worked, holiday), base, rules)
    why += [line.trace(Why()) for line in found.lines]
    return {"lines": [_line(line) for line in found.lines], "total_pay": found.pay.yuan()}


QUOTES: dict[str, Quote] = {
    "leave_days": guarded(leave_days),
    "leave_pay": guarded(leave_pay),
    "overtime": guarded(overtime),
}
"""种类 → 算一个算例(收它的 input,给出 expect 的形状)。"""
