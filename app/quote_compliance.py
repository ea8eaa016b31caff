"""算例:年休假与用工合规 quote compliance。把 JSON 变成引擎的值,算完写回;这里只翻译,不计算。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from app.quote_case import (
    Answer,
    BadCase,
    Case,
    Quote,
    count,
    day,
    guarded,
    maybe_day,
    money,
    need,
    number,
    signed,
    years,
    yes,
)
from app.quote_time import multipliers_on
from config.policies import shipped
from config.policy_compliance import ComplianceTerms
from engine import annual_leave, compliance, compliance_contract, retirement, severance
from engine.annual_leave import AnnualFacts, AnnualRules, MonthWage, TierChange, UnusedDays, YearAbsence
from engine.compliance import MinimumTerms, OvertimeCap, WageItem
from engine.compliance_contract import Contract, ContractKind, ExpiryAlert, Probation, StartDay
from engine.days import Month
from engine.effective import Dated
from engine.figures import fixed, plain
from engine.money import ZERO, Money
from engine.overtime import OvertimeKind, OvertimeRules
from engine.severance import KindOfEnd, Leaving, LocalWages
from engine.trace import Trace

LOWEST_OF_POST = ("post_lowest_wage", "post_minimum_wage", "post_lowest", "lowest_wage_of_post", "lowest_post_wage")
"""相同岗位最低档工资可以写的名字。"""


def terms() -> ComplianceTerms:
    return shipped().compliance


def newest(rule: Dated[Any]) -> Any:
    """算例没有写日子的,按最新一版。"""
    return rule.versions[-1].value


# ── 年休假 ────────────────────────────────────────────────────────────


def annual_leave_case(case: Case, why: list[Trace]) -> Answer:
    """算例 annual_leave:按 calc 分三种。"""
    calc = need(case, "calc")
    if calc not in ANNUAL:
        raise BadCase(f"不认识的 calc“{calc}”")
    return ANNUAL[calc](case, why)


def _entitlement(case: Case, why: list[Trace]) -> Answer:
    year = count(need(case, "year"))
    rules = terms().annual_leave.on(date(year, 12, 31))
    change = TierChange(case.get("tier_change") or shipped().switches["annual.tier_change"].on(date(year, 12, 31)))
    facts = AnnualFacts(
        year=year,
        service_from=day(need(case, "accumulated_service_from")),
        hired=day(need(case, "hire_date")),
        right_from=maybe_day(case.get("twelve_months_met_on")),
        barred=tuple(case.get("article4_facts") or ()),
    )
    if case.get("absence") is not None:
        facts = replace(facts, barred=facts.barred + _barred(case["absence"], facts, rules))
    found = annual_leave.entitlement(facts, rules, change)
    why.append(annual_leave.trace(found, rules, change))
    if found.barred:
        return {"days": "0", "reason": found.barred}
    segments = [{"tier": span.tier, "calendar_days": span.days} for span in found.spans]
    return {"segments": segments, "raw_days": fixed(found.raw, 4), "days": str(found.days)}


def _barred(table: Case, facts: AnnualFacts, rules: AnnualRules) -> tuple[str, ...]:
    """由一年的缺勤查出不享受的事由;档按年底的。"""
    names = ("school_holiday_days", "paid_personal_days", "sick_months")
    absence = YearAbsence(*(years(table.get(name) or 0) for name in names))
    tier = annual_leave.tier_on(date(facts.year, 12, 31), facts.service_from, rules)
    return annual_leave.barred_by(absence, tier, terms().annual_barred.on(date(facts.year, 12, 31)))


def _leaver(case: Case, why: list[Trace]) -> Answer:
    left = day(need(case, "leave_date"))
    rules = terms().annual_leave.on(left)
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
    rules, pay_days = newest(terms().annual_leave), newest(shipped().numbers["pay_days"])
    before = [MonthWage(money(need(m, "wage")), money(m.get("overtime") or "0")) for m in need(case, "wages_before")]
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


Rule = Callable[[Case, list[Trace]], Answer]
ANNUAL: Mapping[str, Rule] = {"entitlement": _entitlement, "leaver": _leaver, "unused_pay": _unused_pay}

# ── 用工合规 ──────────────────────────────────────────────────────────


def compliance_case(case: Case, why: list[Trace]) -> Answer:
    """算例 compliance:按 rule 分。"""
    rule = need(case, "rule")
    if rule not in RULES:
        raise BadCase(f"不认识的 rule“{rule}”")
    return RULES[rule](case, why)


def _contract_expiry(case: Case, why: list[Trace]) -> Answer:
    today = day(need(case, "today"))
    windows = case.get("windows") or shipped().switches["contract.alert_days"].on(today)
    contracts = [_contract(one) for one in need(case, "contracts")]
    alerts = compliance_contract.contract_alerts(
        contracts, today, [count(w) for w in windows], terms().renewal.on(today)
    )
    why += [compliance_contract.alert_trace(alert) for alert in alerts]
    return {"alerts": [_alert(alert) for alert in alerts]}


def _contract(one: Case) -> Contract:
    # sent 里别的记号(比如已到期的一档)与档次无关。
    sent = frozenset(w for w in one.get("sent") or () if isinstance(w, int) and not isinstance(w, bool))
    return Contract(
        id=need(one, "id"),
        end=maybe_day(one.get("end")),
        sent=sent,
        resolved=yes(one.get("resolved", False)),
        fixed_terms_signed=count(one.get("fixed_terms_signed") or 0),
        years_of_service=years(one.get("years_of_service") or 0),
    )


def _alert(alert: ExpiryAlert) -> Answer:
    return {
        "id": alert.contract.id,
        "days_left": alert.days_left,
        "alert": alert.code,
        "open_ended_required_if_asked": alert.open_ended,
    }


def _no_written_contract(case: Case, why: list[Trace]) -> Answer:
    wages = need(case, "monthly_wages")

    def wage_of(month: Month) -> Money:
        return money(wages[str(month)] if str(month) in wages else need(wages, "default"))

    hired, today = day(need(case, "hire_date")), day(need(case, "as_of"))
    start = StartDay(case.get("double_pay_start") or "hire_day_counts")
    rules = replace(terms().no_written_contract.on(hired), start=start)
    found = compliance_contract.no_written_contract(hired, maybe_day(case.get("signed_date")), today, wage_of, rules)
    why.append(compliance_contract.unwritten_trace(found, rules))
    return {
        "state": str(found.state),
        "double_pay_from": found.first.isoformat() if found.first else None,
        "double_pay_to": found.last.isoformat() if found.last else None,
        "segments": [
            {"month": str(m.month), "days": m.days, "of": m.of, "extra": m.extra.yuan()} for m in found.months
        ],
        "extra_total": found.extra.yuan(),
    }


def _probation(case: Case, why: list[Trace]) -> Answer:
    lowest = next((case[name] for name in LOWEST_OF_POST if case.get(name) is not None), None)
    own = Probation(
        kind=ContractKind(case.get("contract_kind") or "fixed"),
        start=day(need(case, "contract_start")),
        end=maybe_day(case.get("contract_end")),
        until=maybe_day(case.get("probation_end")),
        wage=money(need(case, "probation_wage")),
        contract_wage=money(need(case, "contract_wage")),
        minimum_wage=money(need(case, "local_minimum_wage")),
        post_lowest=None if lowest is None else money(lowest),
    )
    rules = terms().probation.on(own.start)
    found = compliance_contract.check_probation(own, rules)
    why.append(compliance_contract.probation_trace(own, found, rules))
    return {
        "max_months": found.most,
        "last_lawful_day": found.last_lawful.isoformat() if found.last_lawful else None,
        "days_over": found.days_over,
        "wage_floor": found.floor.yuan(),
        "findings": list(found.findings),
    }


def _overtime_cap(case: Case, why: list[Trace]) -> Answer:
    policy = newest(shipped().overtime)
    cap = OvertimeCap(policy.day_usual_hours, policy.day_cap_hours, policy.month_cap_hours)
    counts = case.get("cap_counts") or newest(shipped().switches["overtime.cap_counts"])
    hours = {kind: number(value) for kind, value in need(case, "hours").items()}
    daily = [(day(need(d, "date")), number(need(d, "hours"))) for d in case.get("daily") or ()]
    found = compliance.overtime_cap(hours, frozenset(counts), daily, cap)
    why.append(compliance.cap_trace(found, cap))
    return {
        "counted_hours": fixed(found.counted),
        "over_36": found.over > 0,
        "hours_over": fixed(found.over),
        "days_over_3h": [d.isoformat() for d in found.days_over],
        "days_over_1h_need_reason": [d.isoformat() for d in found.days_reason],
    }


def _minimum_wage(case: Case, why: list[Trace]) -> Answer:
    items = [WageItem(need(i, "code"), str(need(i, "class")), signed(need(i, "amount"))) for i in need(case, "items")]
    after = yes(case.get("minimum_is_after_employee_insurance", False))
    city = MinimumTerms(money(need(case, "local_minimum_wage")), frozenset(case.get("excluded_classes") or ()), after)
    insurance = money(case.get("employee_insurance") or "0")
    found = compliance.minimum_wage(items, insurance, city, Fraction(number(case.get("attendance_ratio") or "1")))
    why.append(compliance.minimum_trace(found, items))
    return {
        "comparable_wage": found.comparable.yuan(),
        "floor": found.floor.yuan(),
        "shortfall": found.shortfall.yuan(),
        "excluded_items": list(found.excluded),
    }


def _severance(case: Case, why: list[Trace]) -> Answer:
    leaving = Leaving(
        service_from=day(need(case, "service_from")),
        service_to=day(need(case, "service_to")),
        average=money(need(case, "average_wage_12_months")),
        kind=KindOfEnd(need(case, "kind_of_end")),
        notice_due=yes(case.get("notice_pay_due", False)),
        last_wage=money(case.get("last_month_wage") or "0"),
    )
    minimum = case.get("local_minimum_wage")
    local = LocalWages(
        money(need(case, "local_average_month_wage")),
        money(need(case, "local_average_year_wage")),
        None if minimum is None else money(minimum),
    )
    on = leaving.service_to
    rules, table = terms().severance.on(on), shipped().withholding.on(on).table
    found = severance.severance(leaving, local, rules)
    taxed = severance.severance_tax(found, local, rules, table, yes(case.get("notice_pay_in_exempt_pool", True)))
    why += [severance.trace(found, rules), severance.tax_trace(taxed, rules)]
    return {
        "service_months_paid": plain(found.months),
        "uncapped_n": plain(found.uncapped),
        "capped": found.capped,
        "wage_used": Money.rounded(found.wage).yuan(),
        "compensation": found.compensation.yuan(),
        "notice_pay": found.notice.yuan(),
        "tax_exempt_limit": taxed.limit.yuan(),
        "taxable": taxed.taxable.yuan(),
        "tax": taxed.tax.yuan(),
    }


def _overtime_shortfall(case: Case, why: list[Trace]) -> Answer:
    numbers = shipped().numbers
    rules = OvertimeRules(
        multipliers=multipliers_on(None),
        pay_days=number(case.get("pay_days") or str(newest(numbers["pay_days"])), least="0.01"),
        hours_per_day=number(case.get("hours_per_day") or str(newest(numbers["hours_per_day"])), least="0.01"),
    )
    hours = {OvertimeKind(kind): number(value) for kind, value in need(case, "hours_to_pay").items()}
    found = compliance.overtime_shortfall(
        money(need(case, "monthly_wage_base")), hours, money(need(case, "paid")), rules
    )
    why.append(compliance.shortfall_trace(found))
    return {
        "lines": [{"day_kind": str(line.kind), "due": line.amount.yuan()} for line in found.lines],
        "due": found.due.yuan(),
        "paid": found.paid.yuan(),
        "shortfall": found.short.yuan(),
        "alert": bool(found.short),
    }


def _medical_period(case: Case, why: list[Trace]) -> Answer:
    first = day(need(case, "first_sick_day"))
    steps = terms().medical_period.on(first)
    found = compliance.medical_period(
        years(need(case, "total_years")), years(need(case, "years_in_unit")), first, steps
    )
    why.append(compliance.medical_trace(found))
    return {
        "medical_period_months": found.months,
        "counting_window_months": found.window,
        "window_end": found.window_end.isoformat(),
    }


def _retirement(case: Case, why: list[Trace]) -> Answer:
    rules = newest(terms().retirement)
    found = retirement.retirement(day(need(case, "birth_date")), need(case, "class"), rules)
    why.append(retirement.trace(found, rules))
    return {
        "retirement_date": found.day.isoformat(),
        "delay_months": found.delay,
        "earliest": found.earliest.isoformat(),
        "latest": found.latest.isoformat(),
        "contribution_months": found.contribution,
    }


RULES: Mapping[str, Rule] = {
    "contract_expiry": _contract_expiry,
    "no_written_contract": _no_written_contract,
    "probation": _probation,
    "overtime_cap": _overtime_cap,
    "minimum_wage": _minimum_wage,
    "severance": _severance,
    "overtime_shortfall": _overtime_shortfall,
    "medical_period": _medical_period,
    "retirement": _retirement,
}

QUOTES: dict[str, Quote] = {
    "annual_leave": guarded(annual_leave_case),
    "compliance": guarded(compliance_case),
}
"""种类 → 算一个算例。"""
