"""假期工资与折算:公开算例、手算的例子、另一种算法、性质。"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.quote_time import QUOTES
from engine.days import Month
from engine.errors import BadInput, NotReady
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
from engine.proration import (
    Days,
    Divide,
    DivideBy,
    Employed,
    MonthShape,
    ProrationMethod,
    ProrationPolicy,
    Why,
    proration,
    raise_in_month,
)
from tests.engine.worlds import CALENDAR, public_cases

PAY_DAYS = Decimal("21.75")
BY_PAY_DAYS = Divide(DivideBy.PAY_DAYS, PAY_DAYS)
NOVEMBER = Days(Month(2026, 11), CALENDAR)
OCTOBER = Days(Month(2026, 10), CALENDAR)
WHY = Why("leave.personal@2026-01-01", ("leave:3",), "12月2日(周三)下午")

wages = st.integers(100_00, 200_000_00).map(Money)
half_days = st.integers(0, 46).map(lambda n: Fraction(n, 2))


@pytest.mark.parametrize("case", public_cases("leave_pay"), ids=lambda case: case["id"])
def test_public_case(case):
    assert QUOTES["leave_pay"](case["input"]) == case["expect"]


def test_half_a_day_of_ten_thousand():
    # 10000 ÷ 21.75 × 0.5 = 229.885… → 229.89
    found = personal_leave(Money.of("10000.00"), Fraction(1, 2), NOVEMBER.shape(), PersonalPolicy(BY_PAY_DAYS))
    assert found.deduction == Money.of("229.89")
    assert found.method is LeaveMethod.SUBTRACT


def test_the_trace_says_it_with_figures_and_without():
    found = personal_leave(Money.of("10000.00"), Fraction(1, 2), NOVEMBER.shape(), PersonalPolicy(BY_PAY_DAYS))
    trace = found.trace(WHY)
    assert trace.value == "-229.89"
    assert trace.say == "事假 0.5 天(12月2日(周三)下午):¥10,000.00 ÷ 21.75 × 0.5 = ¥229.89(口径:21.75 减法)"
    assert trace.words == "事假半天(12月2日(周三)下午)"
    assert trace.rule == "leave.personal@2026-01-01"
    assert trace.all_evidence() == ["leave:3"]


@pytest.mark.parametrize(("days", "method"), [("10.5", LeaveMethod.SUBTRACT), ("11", LeaveMethod.ADD)])
def test_auto_changes_when_more_than_half_is_missed(days, method):
    # 2026年11月有 21 个工作日:一半是 10.5 天,正好一半还用减法。
    found = personal_leave(Money.of("10000.00"), Fraction(days), NOVEMBER.shape(), PersonalPolicy(BY_PAY_DAYS))
    assert found.method is method


def test_a_whole_month_off_leaves_the_statutory_days():
    # 2026年10月:18 个工作日全请,3 天法定节假日照发:10000 ÷ 21.75 × 3 = 1379.31
    found = personal_leave(Money.of("10000.00"), Fraction(18), OCTOBER.shape(), PersonalPolicy(BY_PAY_DAYS))
    assert found.pay == Money.of("1379.31")
    assert found.deduction == Money.of("8620.69")


def test_no_days_to_divide_by():
    with pytest.raises(NotReady) as raised:
        Divide(DivideBy.ACTUAL_WORKDAYS).days(MonthShape(0, 0, 30))
    assert raised.value.code == "NO_DAYS_IN_MONTH"


@given(wages, half_days, st.sampled_from(LeaveMethod), st.sampled_from([*DivideBy]))
def test_personal_leave_against_decimal(wage, days, method, by):
    """另一种算法:五十位小数的 Decimal,最后才四舍五入。"""
    shape = NOVEMBER.shape()
    divide = Divide(by, PAY_DAYS)
    found = personal_leave(wage, days, shape, PersonalPolicy(divide, method))
    assert found.deduction + found.pay == wage
    assert 0 <= found.deduction.fen <= wage.fen
    with localcontext() as context:
        context.prec = 50
        divisor = {"pay_days": PAY_DAYS, "actual_workdays": Decimal(21), "calendar_days": Decimal(30)}[str(by)]
        missed = Decimal(days.numerator) / days.denominator
        adds = method is LeaveMethod.ADD or (method is LeaveMethod.AUTO and missed * 2 > 21)
        counted = max(21 - missed, Decimal(0)) if adds else missed
        line = (wage.fen * counted / divisor).quantize(Decimal(1), ROUND_HALF_UP)
    line = min(line, Decimal(wage.fen))
    assert found.deduction.fen == (wage.fen - line if adds else line)


@given(wages, half_days, half_days)
def test_more_leave_never_pays_more(wage, one, other):
    less, more = sorted((one, other))
    for method in (LeaveMethod.SUBTRACT, LeaveMethod.ADD):
        policy = PersonalPolicy(BY_PAY_DAYS, method, DailyRounding.NONE)
        shape = NOVEMBER.shape()
        assert personal_leave(wage, more, shape, policy).pay <= personal_leave(wage, less, shape, policy).pay


# ── 病假 ───────────────────────────────────────────────────────────────

SCALE = tuple((Decimal(y), Decimal(r)) for y, r in (("0", "0.6"), ("2", "0.7"), ("4", "0.8"), ("6", "0.9"), ("8", "1")))
SICK = SickPolicy(BY_PAY_DAYS, SCALE, Money.of("2740.00"), Decimal("0.80"))


@pytest.mark.parametrize(
    ("years", "rate"), [("0", "0.6"), ("1.99", "0.6"), ("2", "0.7"), ("5", "0.8"), ("8", "1"), ("30", "1")]
)
def test_scale_steps_begin_at_their_year(years, rate):
    assert SICK.rate(Decimal(years)) == Decimal(rate)


def test_a_lapsed_scale_leaves_the_floor():
    # 没有有效标准:只守最低工资 2740 × 80% = 2192;2192 ÷ 21.75 = 100.78
    policy = SickPolicy(BY_PAY_DAYS, (), Money.of("2740.00"), Decimal("0.80"))
    found = sick_pay(SickFacts(Money.of("10000.00"), Decimal(3), Fraction(1)), None, policy)
    assert found.floor_applied
    assert (found.wage_deduction.yuan(), found.sick_pay.yuan()) == ("459.77", "100.78")
    assert found.trace(WHY).value == "-358.99"


def test_a_whole_month_of_sickness_ignores_the_number_of_days():
    facts = SickFacts(Money.of("10000.00"), Decimal(3), Fraction(23), whole_month=True)
    found = sick_pay(facts, None, SICK)
    assert (found.wage_deduction, found.sick_pay) == (Money.of("10000.00"), Money.of("7000.00"))
    assert found.pay == Money.of("7000.00")


def test_no_step_for_the_years():
    policy = SickPolicy(BY_PAY_DAYS, SCALE[1:], Money.of("2740.00"), Decimal("0.80"))
    with pytest.raises(NotReady):
        sick_pay(SickFacts(Money.of("10000.00"), Decimal(1), Fraction(1)), None, policy)


def test_words_carry_no_amount():
    found = sick_pay(SickFacts(Money.of("10000.00"), Decimal(3), Fraction(1)), None, SICK)
    trace = found.trace(WHY)
    assert "¥" in trace.say
    assert all("¥" not in node.words for node in trace.walk())
    assert trace.words == "病假 1 天(12月2日(周三)下午),按 70% 发病假工资"


# ── 折算与调薪 ───────────────────────────────────────────────────────────

METHODS = [ProrationPolicy(method, PAY_DAYS, statutory) for method in ProrationMethod for statutory in (False, True)]


@given(wages, st.sampled_from(METHODS), st.integers(1, 12))
def test_employed_the_whole_month_gets_the_whole_wage(wage, policy, month):
    days = Days(Month(2026, month), CALENDAR)
    assert proration(wage, Employed(), days, policy).pay == wage
    assert proration(wage, Employed(date(2020, 1, 1), date(2030, 1, 1)), days, policy).pay == wage


@given(wages, st.sampled_from(METHODS), st.integers(1, 12), st.integers(1, 31), st.integers(1, 31))
def test_proration_stays_between_nothing_and_the_wage(wage, policy, month, one, other):
    days = Days(Month(2026, month), CALENDAR)
    first, last = sorted((min(one, days.month.last.day), min(other, days.month.last.day)))
    employed = Employed(date(2026, month, first), date(2026, month, last))
    found = proration(wage, employed, days, policy)
    assert 0 <= found.pay.fen <= wage.fen
    assert found.trace(WHY).value == found.pay.yuan()


@given(wages, st.integers(1, 12), st.integers(2, 31), st.booleans(), st.booleans())
def test_two_parts_of_a_month_make_the_whole(wage, month, cut, by_calendar, statutory):
    """前后两段在职(同一工资),天数相加等于全月,钱相加与整月最多差一分。"""
    days = Days(Month(2026, month), CALENDAR)
    cut_day = date(2026, month, min(cut, days.month.last.day))
    method = ProrationMethod.CALENDAR_DAYS if by_calendar else ProrationMethod.ACTUAL_WORKDAYS
    policy = ProrationPolicy(method, PAY_DAYS, statutory)
    left = proration(wage, Employed(until=cut_day - timedelta(days=1)), days, policy)
    right = proration(wage, Employed(since=cut_day), days, policy)
    assert left.numerator + right.numerator == left.denominator
    assert abs((left.pay + right.pay - wage).fen) <= 1


def test_not_employed_in_the_month_gets_nothing():
    for policy in METHODS:
        assert proration(Money.of("9000.00"), Employed(date(2026, 12, 1)), NOVEMBER, policy).pay == Money(0)


def test_a_raise_on_the_first_is_the_whole_new_wage():
    divide = Divide(DivideBy.ACTUAL_WORKDAYS, include_statutory=True)
    found = raise_in_month(
        [(date(2025, 1, 1), Money.of("9000.00")), (date(2026, 10, 1), Money.of("9999.99"))], divide, OCTOBER
    )
    assert found.pay == Money.of("9999.99")
    assert [segment.days for segment in found.segments] == [21]


def test_a_raise_and_a_leaver_in_one_month():
    # 10月:18 个工作日 + 3 个法定节假日 = 21。1–15 日 10 天,16–23 日 6 天,23 日是最后一天。
    divide = Divide(DivideBy.ACTUAL_WORKDAYS, include_statutory=True)
    wages_then = [(date(2026, 1, 1), Money.of("10000.00")), (date(2026, 10, 16), Money.of("12000.00"))]
    found = raise_in_month(wages_then, divide, OCTOBER, Employed(until=date(2026, 10, 23)))
    assert [(s.days, s.of, s.amount.yuan()) for s in found.segments] == [(10, 21, "4761.90"), (6, 21, "3428.57")]
    assert found.pay.yuan() == "8190.47"
    assert found.trace(WHY).parts[1].say == "10月16日(周五)至10月23日(周五):¥12,000.00 × 6 ÷ 21 = ¥3,428.57"


def test_segments_out_of_order():
    with pytest.raises(BadInput):
        raise_in_month([(date(2026, 10, 16), Money(1)), (date(2026, 10, 1), Money(1))], BY_PAY_DAYS, OCTOBER)


@given(wages, st.lists(st.integers(2, 31), max_size=4, unique=True))
def test_a_raise_that_changes_nothing_adds_up(wage, cuts):
    """同一工资切成几段:天数之和等于全月;各段各舍入一次,钱与整月最多差半分乘段数。"""
    starts = [date(2026, 10, 1), *(date(2026, 10, cut) for cut in sorted(cuts))]
    found = raise_in_month([(start, wage) for start in starts], Divide(DivideBy.CALENDAR_DAYS), OCTOBER)
    assert sum(segment.days for segment in found.segments) == 31
    assert abs((found.pay - wage).fen) * 2 <= len(found.segments)
