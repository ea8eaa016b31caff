"""算例:用工合规 quote compliance。把 JSON 变成引擎的值,算完写回;这里只翻译,不计算。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from app.quote_case import (
    Answer,
    Case,
    Quote,
    choice,
    count,
    day,
    guarded,
    maybe_day,
    maybe_rows,
    money,
    need,
    newest,
    number,
    option,
    picked,
    rows,
    signed,
    table,
    text,
    texts,
    years,
    yes,
)
from app.quote_time import multipliers_on
from config.policies import shipped
from config.policy_compliance import ComplianceTerms
from engine import compliance, compliance_contract, retirement, severance
from engine.compliance import MinimumTerms, OvertimeCap, WageItem
from engine.compliance_contract import Contract, ContractKind, ExpiryAlert, Probation, StartDay
from engine.days import Month
from engine.figures import fixed, plain
from engine.money import Money
from engine.overtime import OvertimeKind, OvertimeRules
from engine.severance import KindOfEnd, Leaving, LocalWages
from engine.trace import Trace

LOWEST_OF_POST = ("post_lowest_wage", "post_minimum_wage", "post_lowest", "lowest_wage_of_post", "lowest_post_wage")
"""相同岗位最低档工资可以写的名字。"""


def terms() -> ComplianceTerms:
    return shipped().compliance


Rule = Callable[[Case, list[Trace]], Answer]


def compliance_case(case: Case, why: list[Trace]) -> Answer:
    """算例 compliance:按 rule 分。"""
    return picked(case, "rule", RULES)(case, why)


def _contract_expiry(case: Case, why: list[Trace]) -> Answer:
    today = day(need(case, "today"))
    own = case.get("windows") is not None  # 写了空的 [],就是到期前不提醒
    windows = rows(case, "windows") if own else shipped().switches["contract.alert_days"].on(today)
    contracts = [_contract(one) for one in rows(case, "contracts")]
    alerts = compliance_contract.contract_alerts(
        contracts, today, [count(w) for w in windows], terms().renewal.on(today)
    )
    why += [compliance_contract.alert_trace(alert) for alert in alerts]
    return {"alerts": [_alert(alert) for alert in alerts]}


def _contract(one: Case) -> Contract:
    # sent 里别的记号(比如已到期的一档)与档次无关。
    name = text(need(one, "id"))
    sent = frozenset(w for w in maybe_rows(one, "sent") if isinstance(w, int) and not isinstance(w, bool))
    return Contract(
        id=name,
        end=maybe_day(one.get("end")),
        sent=sent,
        resolved=yes(one.get("resolved", False)),
        fixed_terms_signed=count(need(one, "fixed_terms_signed")),
        years_of_service=years(need(one, "years_of_service")),
    )


def _alert(alert: ExpiryAlert) -> Answer:
    return {
        "id": alert.contract.id,
        "days_left": alert.days_left,
        "alert": alert.code,
        "open_ended_required_if_asked": alert.open_ended,
    }


def _no_written_contract(case: Case, why: list[Trace]) -> Answer:
    wages = table(case, "monthly_wages")

    def wage_of(month: Month) -> Money:
        return money(wages[str(month)] if str(month) in wages else need(wages, "default"))

    hired, today = day(need(case, "hire_date")), day(need(case, "as_of"))
    start = option(case, "double_pay_start", StartDay(newest(shipped().switches["contract.double_pay_start"])))
    taxed = shipped().decided("tax.second_wage", today)
    rules = replace(terms().no_written_contract.on(hired), start=start, taxed=taxed)
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
    kind = option(case, "contract_kind", ContractKind.FIXED)
    own = Probation(
        kind=kind,
        start=day(need(case, "contract_start")),
        end=day(need(case, "contract_end")) if kind is ContractKind.FIXED else maybe_day(case.get("contract_end")),
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
    own = case.get("cap_counts") is not None  # 写了空的 [],就是哪一种都不计入
    counts = texts(rows(case, "cap_counts")) if own else newest(shipped().switches["overtime.cap_counts"])
    hours = {kind: number(value) for kind, value in table(case, "hours").items()}
    daily = [(day(need(d, "date")), number(need(d, "hours"))) for d in rows(case, "daily")]
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
    items = [_wage_item(one) for one in rows(case, "items")]
    after = yes(case.get("minimum_is_after_employee_insurance", False))
    city = MinimumTerms(
        money(need(case, "local_minimum_wage")), frozenset(texts(maybe_rows(case, "excluded_classes"))), after
    )
    insurance = money(need(case, "employee_insurance"))
    found = compliance.minimum_wage(items, insurance, city, Fraction(number(need(case, "attendance_ratio"))))
    why.append(compliance.minimum_trace(found, items))
    return {
        "comparable_wage": found.comparable.yuan(),
        "floor": found.floor.yuan(),
        "shortfall": found.shortfall.yuan(),
        "excluded_items": list(found.excluded),
    }


def _wage_item(one: Case) -> WageItem:
    return WageItem(text(need(one, "code")), text(need(one, "class")), signed(need(one, "amount")))


def _severance(case: Case, why: list[Trace]) -> Answer:
    leaving = Leaving(
        service_from=day(need(case, "service_from")),
        service_to=day(need(case, "service_to")),
        average=money(need(case, "average_wage_12_months")),
        kind=choice(KindOfEnd, need(case, "kind_of_end")),
        notice_due=yes(case.get("notice_pay_due", False)),
        last_wage=money(need(case, "last_month_wage")),
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
        pay_days=_number_or(case, "pay_days", newest(numbers["pay_days"])),
        hours_per_day=_number_or(case, "hours_per_day", newest(numbers["hours_per_day"])),
    )
    hours = {choice(OvertimeKind, kind): number(value) for kind, value in table(case, "hours_to_pay").items()}
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


def _number_or(case: Case, name: str, default: Decimal) -> Decimal:
    """算例没有写的,照自带的政策。"""
    return default if case.get(name) is None else number(case[name], least="0.01")


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
    found = retirement.retirement(day(need(case, "birth_date")), text(need(case, "class")), rules)
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

QUOTES: dict[str, Quote] = {"compliance": guarded(compliance_case)}
"""种类 → 算一个算例。"""
