"""假期工资的话:来处一字不差(cases/words/leave_pay.yaml),与几处正好在边上的数。"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from engine.leave_pay import (
    DailyRounding,
    LeaveMethod,
    PersonalPolicy,
    SickFacts,
    SickPolicy,
    percent,
    personal_leave,
    sick_pay,
)
from engine.money import Money
from engine.proration import Divide, DivideBy, MonthShape, Why
from tests.engine.words import refusal, told

BY_PAY_DAYS = Divide(DivideBy.PAY_DAYS, Decimal("21.75"))
NOVEMBER = MonthShape(21, 0, 30)
WHY = Why("leave.personal@2026-01-01", ("leave:3",), "12月2日(周三)下午")
WAGE = Money.of("10000.00")
SCALE = ((Decimal(0), Decimal("0.6")), (Decimal(2), Decimal("0.7")))
SICK = SickPolicy(BY_PAY_DAYS, SCALE, Money.of("2740.00"), Decimal("0.80"))
LAPSED = SickPolicy(BY_PAY_DAYS, (), Money.of("2740.00"), Decimal("0.80"))


@pytest.mark.parametrize(
    ("key", "days", "policy", "why"),
    [
        ("personal_half_day", Fraction(1, 2), PersonalPolicy(BY_PAY_DAYS), WHY),
        ("mostly_absent", Fraction(15), PersonalPolicy(BY_PAY_DAYS), Why(label="无薪探亲")),
        ("always_add", Fraction(1), PersonalPolicy(BY_PAY_DAYS, LeaveMethod.ADD), Why()),
    ],
)
def test_personal_leave_tells_where_it_comes_from(key, days, policy, why):
    assert personal_leave(WAGE, days, NOVEMBER, policy).trace(why) == told("leave_pay", key)


@pytest.mark.parametrize(
    ("key", "facts", "policy", "why"),
    [
        ("sick_by_scale", SickFacts(WAGE, Decimal(3), Fraction(1)), SICK, WHY),
        ("sick_on_the_floor", SickFacts(WAGE, Decimal(3), Fraction(1)), LAPSED, Why()),
        ("sick_whole_month", SickFacts(WAGE, Decimal(3), Fraction(23), whole_month=True), SICK, Why()),
    ],
)
def test_sick_pay_tells_where_it_comes_from(key, facts, policy, why):
    assert sick_pay(facts, None, policy).trace(why) == told("leave_pay", key)


def test_a_scale_that_meets_the_floor_needs_no_topping_up():
    # 2740 × 80% = 2192,正好等于下限:按标准发,不说“已按下限补足”。
    policy = SickPolicy(BY_PAY_DAYS, ((Decimal(0), Decimal("0.8")),), Money.of("2740.00"), Decimal("0.80"))
    found = sick_pay(SickFacts(Money.of("2740.00"), Decimal(1), Fraction(1)), None, policy)
    assert not found.floor_applied
    assert found.monthly == found.floor == Money.of("2192.00")


def test_no_day_of_sickness_takes_and_gives_nothing():
    found = sick_pay(SickFacts(WAGE, Decimal(3), Fraction(0), whole_month=True), None, SICK)
    assert (found.wage_deduction, found.sick_pay, found.pay) == (Money(0), Money(0), WAGE)


def test_a_daily_wage_rounded_first_when_the_company_says_so():
    # 9999 ÷ 21.75 = 459.724… → 459.72;× 3 = 1379.16。不先取整:1379.17。
    wage = Money.of("9999.00")
    first = PersonalPolicy(BY_PAY_DAYS, LeaveMethod.SUBTRACT, DailyRounding.FEN_FIRST)
    assert personal_leave(wage, Fraction(3), NOVEMBER, first).deduction == Money.of("1379.16")
    last = PersonalPolicy(BY_PAY_DAYS, LeaveMethod.SUBTRACT)
    found = personal_leave(wage, Fraction(3), NOVEMBER, last)
    assert (found.deduction, found.daily_wage) == (Money.of("1379.17"), Money.of("459.72"))


def test_years_below_the_first_step_are_a_gap_for_hr_to_fill():
    say = "病假工资标准里没有这个工龄的一档。请 HR 在政策文件里补上,再重新计算。"
    policy = SickPolicy(BY_PAY_DAYS, SCALE[1:], Money.of("2740.00"), Decimal("0.80"))
    assert refusal(lambda: policy.rate(Decimal("1.99"))) == ("RULE_MISSING", say, {})


def test_percent_keeps_two_places():
    assert percent(Decimal("0.66666")) == "66.67%"
