"""算例:年休假 quote annual。把 JSON 变成引擎的值,算完写回;这里只翻译,不计算。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from app.quote_case import (
    Answer,
    Case,
    Quote,
    count,
    day,
    guarded,
    maybe_day,
    maybe_rows,
    money,
    need,
    newest,
    option,
    picked,
    rows,
    table,
    texts,
    years,
    yes,
)
from config.policies import shipped
from engine import annual_leave
from engine.annual_leave import AnnualFacts, AnnualRules, MonthWage, TierChange, UnusedDays, YearAbsence
from engine.figures import fixed, plain
from engine.money import ZERO, Money
from engine.trace import Trace


def annual_leave_case(case: Case, why: list[Trace]) -> Answer:
    """算例 annual_leave:按 calc 分三种。"""
    return picked(case, "calc", ANNUAL)(case, why)


def _entitlement(case: Case, why: list[Trace]) -> Answer:
    year = count(need(case, "year"))
    rules = shipped().compliance.annual_leave.on(date(year, 12, 31))
    change = option(case, "tier_change", TierChange(shipped().switches["annual.tier_change"].on(date(year, 12, 31))))
    facts = AnnualFacts(
        year=year,
        service_from=day(need(case, "accumulated_service_from")),
        hired=day(need(case, "hire_date")),
        right_from=maybe_day(case.get("twelve_months_met_on")),
        barred=tuple(texts(maybe_rows(case, "article4_facts"))),
    )
    if case.get("absence") is not None:
        facts = replace(facts, barred=facts.barred + _barred(table(case, "absence"), facts, rules))
    found = annual_leave.entitlement(facts, rules, change)
    why.append(annual_leave.trace(found, rules, change))
    if found.barred:
        return {"days": "0", "reason": found.barred}
    segments = [{"tier": span.tier, "calendar_days": span.days} for span in found.spans]
    return {"segments": segments, "raw_days": fixed(found.raw, 4), "days": str(found.days)}


def _barred(missed: Case, facts: AnnualFacts, rules: AnnualRules) -> tuple[str, ...]:
    """由一年的缺勤查出不享受的事由;档按年底的。"""
    names = ("school_holiday_days", "paid_personal_days", "sick_months")
    absence = YearAbsence(*(years(missed.get(name) or 0) for name in names))
    tier = annual_leave.tier_on(date(facts.year, 12, 31), facts.service_from, rules)
    return annual_leave.barred_by(absence, tier, shipped().compliance.annual_barred.on(date(facts.year, 12, 31)))


def _leaver(case: Case, why: list[Trace]) -> Answer:
    left = day(need(case, "leave_date"))
    rules = shipped().compliance.annual_leave.on(left)
    full, taken = years(need(case, "full_year_days")), years(need(case, "taken_days"))
    found = annual_leave.leaver_days(day(need(case, "hire_date")), left, full, taken, rules)
    why.append(annual_leave.leaver_trace(found, full, taken, rules))
    return {
        "passed_calendar_days": found.passed,
        "raw_days": fixed(found.raw, 4),
        "unused_days_paid": str(found.unpaid),
        "over_taken_days": fixed(found.over),
        "clawback": ZERO.yuan(),
    }


def _unused_pay(case: Case, why: list[Trace]) -> Answer:
    rules, pay_days = newest(shipped().compliance.annual_leave), newest(shipped().numbers["pay_days"])
    before = [MonthWage(money(need(m, "wage")), money(need(m, "overtime"))) for m in rows(case, "wages_before")]
    statutory = case.get("statutory_days")
    unused = UnusedDays(
        days=years(need(case, "unused_days")),
        declined=yes(case.get("employee_declined_in_writing", False)),
        statutory=None if statutory is None else years(statutory),
        taken=years(case.get("taken_days") or 0),
    )
    found = annual_leave.unused_pay(before, unused, pay_days, rules)
    why.append(annual_leave.pay_trace(found, rules))
    return {
        "average_month_display": Money.rounded(found.average).yuan(),
        "daily_display": Money.rounded(found.daily).yuan(),
        "days_paid": plain(found.days),
        "extra_pay_200": found.extra.yuan(),
        "total_300_including_normal": (found.normal + found.extra).yuan(),
    }


ANNUAL: Mapping[str, Callable[[Case, list[Trace]], Answer]] = {
    "entitlement": _entitlement,
    "leaver": _leaver,
    "unused_pay": _unused_pay,
}

QUOTES: dict[str, Quote] = {"annual_leave": guarded(annual_leave_case)}
"""种类 → 算一个算例。"""
