"""算工资的十六个陷阱 traps:一个一条,编号与说法见每个测试的说明。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from app.quote import quote
from config.policies import shipped
from engine.annual_leave import AnnualFacts, entitlement, leaver_days
from engine.bonus import apart_tax
from engine.city import OwnRates, housing_lines
from engine.days import Month
from engine.errors import NotReady
from engine.insurance import BaseKind, Contribution, DeclaredBase, InsuranceLine, bases_for, contribute
from engine.leave_days import Counting, CountRule, Span, count_days
from engine.leave_pay import LeaveMethod, PersonalPolicy, personal_leave
from engine.money import Money
from engine.overtime import (
    CrossMidnight,
    OvertimeKind,
    OvertimeRules,
    Record,
    Settle,
    kind_of,
    overtime_pay,
    segments,
)
from engine.performance import Indicator, Plan, score
from engine.proration import Days, Divide, DivideBy
from engine.severance import KindOfEnd, Leaving, LocalWages, severance
from engine.tax import Figures, Ledger, Person, settle_year, withhold
from engine.whole_slip import SlipLine, SlipTax, TaxMethod, whole_slip
from tests.engine.worlds import CALENDAR, DAY, at

TODAY = date(2026, 10, 1)
POLICIES = shipped()
TAX = POLICIES.withholding.on(TODAY)
ANNUAL = POLICIES.compliance.annual_leave.on(TODAY)
RULES = OvertimeRules(POLICIES.overtime.on(TODAY).multipliers, Decimal("21.75"), Decimal(8))
HOURLY_50 = Money.of("8700.00")


def test_1_the_bonus_bracket_is_chosen_before_rounding() -> None:
    """36,000.01 ÷ 12 先取整会留在 3%。"""
    bonus = POLICIES.bonus.on(TODAY)
    assert [apart_tax(fen, bonus).tax for fen in (3_600_000, 3_600_001)] == [108_000, 339_000]


def test_2_halves_go_up_not_to_even() -> None:
    """银行家舍入会得 0.04、21.60。"""
    assert Money.rounded(Fraction(45, 10)).yuan() == "0.05"
    line = InsuranceLine("u", "失业", BaseKind.SOCIAL, Decimal("0.005"), Decimal("0.005"))
    assert Money(contribute(line, 432_100).employee).yuan() == "21.61"


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 4, 5), OvertimeKind.STATUTORY),
        (date(2026, 4, 6), OvertimeKind.REST_DAY),
        (date(2026, 5, 4), OvertimeKind.REST_DAY),
        (date(2026, 10, 5), OvertimeKind.REST_DAY),
        (date(2026, 10, 4), OvertimeKind.REST_DAY),
        (date(2026, 10, 10), OvertimeKind.WORKDAY),
    ],
)
def test_3_make_good_days_are_doubled_not_tripled(day: date, kind: OvertimeKind) -> None:
    """三倍只在法定的那一天;补假、调休放假、放假期间的周末是两倍。"""
    assert kind_of(day, CALENDAR) is kind


def test_4_a_makeup_saturday_counts_as_leave() -> None:
    """2026年10月8日到10日:10 日是补班周六,三天。"""
    span = Span(date(2026, 10, 8), date(2026, 10, 10))
    assert count_days(span, Counting(CountRule.WORKING_DAYS), lambda _: DAY, CALENDAR).days == 3


def test_5_a_month_without_pay_does_not_break_the_year() -> None:
    """在职 12 个月、6 月没有工资:全年 37,080,不是 23,060。"""
    months = [(m, Figures(income=0 if m == 6 else 3_000_000)) for m in range(1, 13)]
    assert sum(r.withheld for r in settle_year(TAX, Person(), months)) == 3_708_000


def test_6_nothing_is_refunded_inside_the_year() -> None:
    """三月前已扣 45000×10%−2520=1980;四月补报 40,000 扣除,累计 5000×3%=150:本月 0,差的 1830 留到汇算。"""
    before = Ledger(Figures(income=6_000_000), withheld=198_000, months=(1, 2, 3))
    now = withhold(TAX, Person(), before, 4, Figures(income=500_000, special=4_000_000))
    assert (now.withheld, now.balance) == (0, -183_000)


def test_7_twelve_years_only_for_the_capped() -> None:
    """20 年工龄:不到三倍的付 20 个月,高于三倍的付 12 个月。"""
    rules = POLICIES.compliance.severance.on(TODAY)
    local = LocalWages(Money.of("12000.00"), Money.of("144000.00"))
    months = [
        severance(Leaving(date(2006, 7, 1), date(2026, 6, 30), Money.of(w), KindOfEnd.DUE), local, rules).months
        for w in ("35999.99", "36000.00", "36000.01")
    ]
    assert months == [20, 20, 12]


def test_8_a_raise_does_not_move_the_base() -> None:
    """申报基数到下一次申报才变,工资翻倍也不动。"""
    declared = [DeclaredBase(BaseKind.SOCIAL, Month(2026, 7), 1_000_000)]
    assert bases_for(declared, Month(2026, 12)) == {BaseKind.SOCIAL: 1_000_000}
    case: dict[str, Any] = {
        "month": "2026-10",
        "monthly_wage": "10000.00",
        "calendar": {"weekend": ["SAT", "SUN"]},
        "insurance": {
            "declared_bases": [{"kind": "social", "since": "2026-07", "base": "10000.00"}],
            "scheme_versions": [{"since": "2026-07", "lines": [
                {"code": "p", "base_kind": "social", "employee_rate": "0.08", "employer_rate": "0.16", "base_floor": "0.00",
                 "base_cap": None, "employee_fixed": "0.00", "employer_fixed": "0.00"}]}],
        },
        "iit": {"scheme": "standard", "employment_start_month": 10, "special_additional": "0.00"},
    }  # fmt: skip
    raised = case | {"wage_segments": [{"from": "2026-10-01", "monthly_wage": "20000.00"}]}
    slips = [quote({"id": 1, "kind": "payslip", "input": one})["result"] for one in (case, raised)]
    assert [s["lines"]["base"] for s in slips] == ["10000.00", "20000.00"]
    assert [s["employee_insurance"] for s in slips] == ["800.00", "800.00"]


def test_9_leap_years_are_divided_by_365() -> None:
    """2028年7月1日入职:184 ÷ 365 × 10 = 5.0411;除以 366 是 5.0273。离职在 146 天:146 ÷ 365 × 5 正好 2 天。"""
    facts = AnnualFacts(2028, date(2010, 1, 1), date(2028, 7, 1))
    assert entitlement(facts, ANNUAL).raw == Fraction(1840, 365)
    left = leaver_days(date(2020, 1, 1), date(2028, 5, 25), Fraction(5), Fraction(0), ANNUAL)
    assert (left.passed, left.unpaid) == (146, 2)


def test_10_half_days_taken_are_not_floored_first() -> None:
    """折出 7.4795 天,已休 2.5 天:剩 4.9795 → 4 天;先把 2.5 去成 2 会得 5 天。"""
    left = leaver_days(date(2019, 5, 6), date(2026, 9, 30), Fraction(10), Fraction(5, 2), ANNUAL)
    assert left.unpaid == 4


def test_11_rest_day_overtime_is_paid_or_given_never_both() -> None:
    """补休的那 8 小时不再付钱;付钱的不再记补休。"""
    found = [
        overtime_pay(
            segments([Record(at("10-17 09:00"), at("10-17 17:00"), settle)], RULES, CALENDAR), HOURLY_50, RULES
        )
        for settle in (Settle.COMP_LEAVE, Settle.PAY)
    ]
    assert [(one.pay.yuan(), one.comp_minutes) for one in found] == [("0.00", 480), ("800.00", 0)]


def test_12_leave_takes_no_more_than_the_wage() -> None:
    """23 个工作日全缺:÷ 21.75 × 23 大于月工资,扣完为止。"""
    policy = PersonalPolicy(Divide(DivideBy.PAY_DAYS, Decimal("21.75")), LeaveMethod.SUBTRACT)
    found = personal_leave(HOURLY_50, Fraction(23), Days(Month(2026, 7), CALENDAR).shape(), policy)
    assert (found.deduction, found.pay) == (HOURLY_50, Money(0))


def test_13_a_missing_score_is_not_zero() -> None:
    """缺一项:拦住并点名,不是按 0 平均。"""
    plan = Plan((Indicator("a", "销售", Decimal("0.6"), Decimal(1)), Indicator("b", "满意度", Decimal("0.4"))))
    with pytest.raises(NotReady) as caught:
        score(plan)
    assert (caught.value.code, caught.value.details["items"]) == ("MISSING_DATA", "b")


def test_14_the_supplementary_fund_is_rounded_on_its_own() -> None:
    """上海,基数 10,010:7% → 701,5% → 501,合 1,202;合成 12% 只有 1,201。"""
    lines = housing_lines(POLICIES.city("上海"), TODAY, OwnRates(Decimal("0.07"), Decimal("0.05")))
    assert [contribute(line, 1_001_000).employee for line in lines] == [70_100, 50_100]


def test_15_tax_free_items_reach_the_net() -> None:
    """不征税的 500 元:不进收入,但在应发与实发里。"""
    tax = SlipTax(TAX, Person(start_month=10), Ledger(), 10, Figures())
    wage = SlipLine("base", HOURLY_50)
    extra = SlipLine("heat", Money.of("500.00"), TaxMethod.NOT_TAXED)
    without, with_it = (whole_slip(lines, Contribution(()), tax, ()) for lines in ([wage], [wage, extra]))
    assert with_it.withheld == without.withheld
    assert with_it.net - without.net == with_it.gross - without.gross == Money.of("500.00")


def test_16_a_night_into_a_holiday_is_split_at_midnight() -> None:
    """9月30日 20 点到 10月1日 4 点:节前 4 小时 1.5 倍,节日 4 小时 3 倍;不是整段三倍,也不是整段平日。"""
    night = [Record(at("09-30 20:00"), at("10-01 04:00"))]
    found = overtime_pay(segments(night, RULES, CALENDAR), HOURLY_50, RULES)
    assert [(line.kind, int(line.minutes), line.amount.yuan()) for line in found.lines] == [
        (OvertimeKind.WORKDAY, 240, "300.00"),
        (OvertimeKind.STATUTORY, 240, "600.00"),
    ]
    start_day = OvertimeRules(RULES.multipliers, RULES.pay_days, RULES.hours_per_day, CrossMidnight.START_DATE)
    (whole,) = overtime_pay(segments(night, start_day, CALENDAR), HOURLY_50, start_day).lines
    assert (whole.kind, int(whole.minutes)) == (OvertimeKind.WORKDAY, 480)
