"""用工合规的话:来处与提醒一字不差(cases/words/compliance.yaml);界上的日子与档次。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from config.policies import shipped
from engine.compliance import (
    MedicalPeriod,
    MedicalStep,
    MinimumTerms,
    OvertimeCap,
    WageItem,
    cap_trace,
    medical_period,
    medical_trace,
    minimum_trace,
    minimum_wage,
    overtime_cap,
    overtime_shortfall,
    shortfall_trace,
)
from engine.compliance_contract import (
    Contract,
    ContractKind,
    ExpiryAlert,
    Probation,
    ProbationCheck,
    RenewalRules,
    alert_trace,
    check_probation,
    contract_alerts,
    no_written_contract,
    probation_trace,
    unwritten_trace,
)
from engine.days import Month
from engine.money import Money
from engine.overtime import OvertimeKind, OvertimeRules
from tests.engine.words import refusal, told

TERMS = shipped().compliance
DAY = date(2026, 1, 1)
UNWRITTEN = TERMS.no_written_contract.on(DAY)
PROBATION = TERMS.probation.on(DAY)
CAP = OvertimeCap(Decimal(1), Decimal(3), Decimal(36))
WAGE = Money.of("9000.00")


def test_the_overtime_cap_in_words() -> None:
    daily = [(DAY + timedelta(days=i), Decimal(h)) for i, h in enumerate(("1", "1.01", "3", "3.01"))]
    over = overtime_cap({"workday": Decimal("36.125")}, {"workday"}, daily, CAP)
    assert cap_trace(over, CAP) == told("compliance", "cap_over")
    fine = overtime_cap({"workday": Decimal(36)}, {"workday"}, (), CAP)
    assert cap_trace(fine, CAP) == told("compliance", "cap_fine")


def test_the_minimum_wage_in_words() -> None:
    items = (
        WageItem("基本工资", "regular", Money.of("3000.00")),
        WageItem("高温津贴", "special_environment", Money.of("300.00")),
        WageItem("夜班津贴", "special_shift", Money.of("200.00")),
    )
    terms = MinimumTerms(Money.of("2740.00"), frozenset({"special_environment", "special_shift"}), True)
    short = minimum_wage(items, Money.of("400.00"), terms)
    assert minimum_trace(short, items) == told("compliance", "minimum_short")
    before = MinimumTerms(Money.of("2740.00"), frozenset(), False)
    fine = minimum_wage(items[:1], Money.of("400.00"), before)
    assert minimum_trace(fine, items[:1]) == told("compliance", "minimum_fine")


def test_unpaid_overtime_in_words() -> None:
    rules = OvertimeRules(shipped().overtime.on(DAY).multipliers, Decimal("21.75"), Decimal(8))
    hours = {OvertimeKind.STATUTORY: Decimal(1), OvertimeKind.WORKDAY: Decimal(2)}
    short = overtime_shortfall(Money.of("8700.00"), hours, Money.of("299.99"), rules)
    assert shortfall_trace(short) == told("compliance", "overtime_short")
    fine = overtime_shortfall(Money.of("8700.00"), hours, Money.of("300.00"), rules)
    assert shortfall_trace(fine) == told("compliance", "overtime_fine")
    more = overtime_shortfall(Money.of("8700.00"), hours, Money.of("300.01"), rules)
    assert more.short == Money(0)  # 多付的不倒扣


def test_the_medical_period_in_words() -> None:
    found = medical_period(Fraction(3), Fraction(3), date(2026, 3, 5), TERMS.medical_period.on(DAY))
    assert found == MedicalPeriod(3, 6, date(2026, 9, 4))
    assert medical_trace(found) == told("compliance", "medical")
    say = "医疗期的档次里没有这个工龄。请 HR 在政策文件里补上,再重新计算。"
    steps = (MedicalStep(10, 0, 6, 12),)
    assert refusal(lambda: medical_period(Fraction(9), Fraction(9), DAY, steps)) == ("RULE_MISSING", say, {})


def test_contracts_that_end_in_words() -> None:
    rules = RenewalRules(2, 10)
    today = date(2026, 9, 1)
    done = Contract("HT-0", date(2026, 9, 2), resolved=True)
    endless = Contract("HT-3", None)
    soon = Contract("HT-1", date(2026, 9, 8), fixed_terms_signed=2)
    gone = Contract("HT-2", date(2026, 8, 31), frozenset({7, 30, 60}))
    far = Contract("HT-4", date(2027, 9, 1))
    alerts = contract_alerts((done, endless, far, soon, gone), today, (7, 60, 30), rules)
    assert alerts == (ExpiryAlert(soon, 7, 7, True), ExpiryAlert(gone, -1, None, False))
    assert [a.code for a in alerts] == ["EXPIRES_WITHIN_7", "EXPIRED_UNRENEWED"]
    assert [alert_trace(a) for a in alerts] == [told("compliance", "expires"), told("compliance", "expired")]


def test_the_last_day_of_a_contract_is_not_expired() -> None:
    today = date(2026, 9, 1)
    (only,) = contract_alerts([Contract("HT-5", today)], today, (7,), RenewalRules(2, 10))
    assert (only.days_left, only.window) == (0, 7)
    unsent = Contract("HT-6", date(2026, 8, 31))
    (late,) = contract_alerts([unsent], today, (7,), RenewalRules(2, 10))
    assert (late.days_left, late.window) == (-1, None)  # 一次也没提醒过的,过了期也只报未续


def test_the_second_wage_in_words() -> None:
    owed = no_written_contract(date(2026, 1, 15), date(2026, 5, 20), date(2026, 6, 1), lambda _: WAGE, UNWRITTEN)
    assert unwritten_trace(owed, UNWRITTEN) == told("compliance", "unwritten")
    none = no_written_contract(DAY, date(2026, 1, 20), date(2026, 6, 1), lambda _: WAGE, UNWRITTEN)
    assert (none.first, none.last, none.extra) == (None, None, Money(0))
    assert unwritten_trace(none, UNWRITTEN) == told("compliance", "in_time")


def test_each_month_has_its_own_wage() -> None:
    # 2月 9,000,3月起 9,300:28/28 + 10/31 × 9,300 = 9,000 + 3,000
    wages = {Month(2026, 2): WAGE, Month(2026, 3): Money.of("9300.00")}
    found = no_written_contract(DAY, date(2026, 3, 11), date(2026, 6, 1), wages.__getitem__, UNWRITTEN)
    assert [m.extra for m in found.months] == [WAGE, Money.of("3000.00")]


def test_signed_today_counts_as_signed() -> None:
    # 3月1日当天签:付到前一天。
    found = no_written_contract(DAY, date(2026, 3, 1), date(2026, 3, 1), lambda _: WAGE, UNWRITTEN)
    assert (found.first, found.last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert found.extra == WAGE
    one = no_written_contract(DAY, None, date(2026, 2, 1), lambda _: Money.of("2800.00"), UNWRITTEN)
    assert (one.first, one.last, one.extra) == (date(2026, 2, 1), date(2026, 2, 1), Money.of("100.00"))


def probation(until: date | None, wage: str, end: date) -> Probation:
    ten, least = Money.of("10000.00"), Money.of("2740.00")
    return Probation(ContractKind.FIXED, DAY, end, until, Money.of(wage), ten, least)


def test_a_probation_in_words() -> None:
    fine = probation(date(2026, 6, 30), "8000.00", date(2028, 12, 31))
    found = check_probation(fine, PROBATION)
    assert found == ProbationCheck(6, date(2026, 6, 30), 0, Money.of("8000.00"), ())
    assert probation_trace(fine, found, PROBATION) == told("compliance", "probation_fine")
    bad = probation(date(2026, 3, 31), "7000.00", date(2026, 12, 31))
    found = check_probation(bad, PROBATION)
    both = ("PROBATION_TOO_LONG", "PROBATION_WAGE_TOO_LOW")
    assert found == ProbationCheck(2, date(2026, 2, 28), 31, Money.of("8000.00"), both)
    assert probation_trace(bad, found, PROBATION) == told("compliance", "probation_bad")


def test_without_a_probation_its_wage_is_not_judged() -> None:
    own = probation(None, "7000.00", date(2028, 12, 31))
    found = check_probation(own, PROBATION)
    assert (found.days_over, found.findings) == (0, ())
    assert probation_trace(own, found, PROBATION).say == "试用期最多 6 个月"


def test_a_term_below_every_step_has_no_probation() -> None:
    short = probation(date(2026, 1, 10), "8000.00", date(2026, 2, 28))
    assert check_probation(short, replace(PROBATION, steps=((3, 1),))).most == 0


def test_a_fixed_term_without_an_end_is_treated_as_open_ended() -> None:
    own = Probation(ContractKind.FIXED, DAY, None, None, WAGE, WAGE, WAGE)
    assert check_probation(own, PROBATION).most == 6
