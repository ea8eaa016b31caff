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
    count,
    guarded,
    instant,
    money,
    need,
    number,
    part_of,
    shift_of,
    span_of,
    years,
    yes,
)
from config.policies import shipped
from engine.days import Calendar, DayKind, Month
from engine.errors import BadInput
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


def multipliers_on(day: date | None) -> Mapping[OvertimeKind, Decimal]:
    """加班倍数:算例没有写,按自带的政策;没有日子的取最新一版。"""
    rule = shipped().overtime
    return (rule.on(day) if day else rule.versions[-1].value).multipliers


def leave_days(case: Case, why: list[Trace]) -> Answer:
    """算例 leave_days。"""
    rule = CountRule(need(case, "count_rule"))
    calendar, roster = calendar_of(case)
    if case.get("duration_days") is not None:
        return _duration(case, rule, calendar, roster)
    span, shift = span_of(case), shift_of(case)
    unit = count(case.get("min_unit_minutes", 1))
    if shift is None and span.clock is not None:
        raise BadCase("按小时请假的算例要写“shift”")
    if unit < 1:
        raise BadCase("“min_unit_minutes”至少是 1")
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
    return [{"date": day.isoformat(), "reason": str(kind)} for day, kind in found]


def _duration(case: Case, rule: CountRule, calendar: Calendar, roster: frozenset[date] | None) -> Answer:
    start = need(case, "start")
    halves = years(case["duration_days"]) * 2
    if halves.denominator != 1:
        raise BadCase("“duration_days”应当是半天的倍数")
    first = date.fromisoformat(need(start, "date"))
    found = find_end((first, part_of(start)), int(halves), rule, calendar, roster)
    return {
        "end_date": found.end.isoformat(),
        "calendar_days_span": found.span_days,
        "skipped": [day.isoformat() for day in found.skipped],
    }


def leave_pay(case: Case, why: list[Trace]) -> Answer:
    """算例 leave_pay:按 calc 分四种。"""
    calc = need(case, "calc")
    if calc not in LEAVE_PAY:
        raise BadCase(f"不认识的 calc“{calc}”")
    return LEAVE_PAY[calc](case, why)


def _divide(case: Case) -> Divide:
    """除以几天:写了数的是月计薪天数,否则是 actual_workdays 或 calendar_days。"""
    text, statutory = str(need(case, "divisor")), yes(case.get("include_statutory", False))
    if text in (DivideBy.ACTUAL_WORKDAYS, DivideBy.CALENDAR_DAYS):
        return Divide(DivideBy(text), include_statutory=statutory)
    return Divide(DivideBy.PAY_DAYS, number(text, least="0.01"), statutory)


def days_of(case: Case) -> Days:
    calendar, roster = calendar_of(case)
    try:
        month = Month.parse(need(case, "month"))
    except BadInput as error:
        raise BadCase(error.say) from None
    return Days(month, calendar, roster)


def _personal_leave(case: Case, why: list[Trace]) -> Answer:
    wage, missed = money(need(case, "monthly_wage")), Fraction(number(need(case, "leave_days")))
    method = LeaveMethod(case.get("method", LeaveMethod.SUBTRACT))
    policy = PersonalPolicy(_divide(case), method, DailyRounding(case.get("daily_rounding", DailyRounding.NONE)))
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
    scale = tuple((number(need(step, "min_years")), number(need(step, "rate"))) for step in need(case, "scale"))
    minimum = money(need(case, "local_minimum_wage"))
    policy = SickPolicy(_divide(case), tuple(sorted(scale)), minimum, number(need(case, "floor_ratio")))
    facts = SickFacts(
        wage=money(need(case, "monthly_wage")),
        years=number(need(case, "service_years")),
        days=Fraction(number(need(case, "sick_days"))),
        base_ratio=number(case.get("sick_base_ratio") or "1"),
        base=money(case["sick_base"]) if case.get("sick_base") is not None else None,
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
    since, until = (case.get(name) for name in ("employed_from", "employed_to"))
    return Employed(date.fromisoformat(since) if since else None, date.fromisoformat(until) if until else None)


def _proration(case: Case, why: list[Trace]) -> Answer:
    method = ProrationMethod(need(case, "method"))
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
    divide = Divide(DivideBy(need(case, "method")), include_statutory=yes(case.get("include_statutory", False)))
    if divide.by is DivideBy.PAY_DAYS:
        raise BadCase("raise_in_month 只有 actual_workdays 与 calendar_days 两种 method")
    wages = [(date.fromisoformat(need(s, "from")), money(need(s, "monthly_wage"))) for s in need(case, "segments")]
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
    system = System(need(case, "system"))
    if system is System.PIECE:
        table = need(case, "overtime_pieces")
        pieces = {OvertimeKind(kind): number(value) for kind, value in table.items()}
        found = piece_pay(money(need(case, "piece_unit_price")), pieces, multipliers_on(None))
        why += [line.trace(Why()) for line in found.lines]
        return {"lines": [_piece_line(line) for line in found.lines], "total_pay": found.pay.yuan()}
    records = [record_of(r) for r in case.get("records") or []]
    rules = OvertimeRules(
        multipliers=multipliers_on(records[0].start.date() if records else None),
        pay_days=number(need(case, "pay_days"), least="0.01"),
        hours_per_day=number(need(case, "hours_per_day"), least="0.01"),
        cross_midnight=CrossMidnight(case.get("cross_midnight", CrossMidnight.SPLIT_BY_DATE)),
        granularity_minutes=max(count(case.get("granularity_minutes", 1)), 1),
        system=system,
        irregular_pays_statutory=yes(case.get("irregular_pays_statutory_holiday", True)),
    )
    base = money(need(case, "monthly_wage_base"))
    hourly = {"hourly_rate_display": fixed(base.fen * Fraction(3, 5) / rules.month_minutes, 4)}
    if system is System.COMPREHENSIVE:
        return hourly | _comprehensive(case, base, rules, why)
    need(case, "records")
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
    return Record(start, end, Settle(case.get("settle", Settle.PAY)), count(case.get("break_minutes", 0)))


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
    table = need(case, "comprehensive")
    names = ("standard_hours", "worked_hours_without_holiday_work", "statutory_holiday_hours_worked")
    standard, worked, holiday = (number(need(table, name)) for name in names)
    found = comprehensive_pay(PeriodHours(standard, worked, holiday), base, rules)
    why += [line.trace(Why()) for line in found.lines]
    return {"lines": [_line(line) for line in found.lines], "total_pay": found.pay.yuan()}


QUOTES: dict[str, Quote] = {
    "leave_days": guarded(leave_days),
    "leave_pay": guarded(leave_pay),
    "overtime": guarded(overtime),
}
"""种类 → 算一个算例(收它的 input,给出 expect 的形状)。"""
