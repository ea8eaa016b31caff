"""折算:数天、除数、四种办法、月中调薪的分段;都是手算的。十月 31 天:18 个工作日(含 10日补班)、3 个法定日。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.days import Month
from engine.errors import BadInput, NotReady
from engine.money import Money, round_half_up, total
from engine.proration import (
    Days,
    Divide,
    DivideBy,
    Employed,
    MonthShape,
    Proration,
    ProrationMethod,
    ProrationPolicy,
    leaf_days,
    leaf_money,
    proration,
    raise_in_month,
    shape,
)
from engine.trace import Trace
from tests.engine.worlds import CALENDAR

OCT = Days(Month(2026, 10).period, CALENDAR)
WAGE = Money.of("10000.00")
D = Decimal("21.75")


def oct_(day: int) -> date:
    return date(2026, 10, day)


@pytest.mark.parametrize(
    ("first", "last", "want"),
    [
        (1, 31, MonthShape(18, 3, 31)),
        (1, 3, MonthShape(0, 3, 3)),
        (4, 7, MonthShape(0, 0, 4)),  # 周日与三天调休
        (10, 10, MonthShape(1, 0, 1)),  # 补班的周六
        (8, 31, MonthShape(18, 0, 24)),
        (9, 8, MonthShape(0, 0, 0)),
    ],
)
def test_days_are_counted(first: int, last: int, want: MonthShape) -> None:
    assert shape(oct_(first), oct_(last), CALENDAR) == OCT.shape(oct_(first), oct_(last)) == want


def test_a_rota_has_its_own_days() -> None:
    """排班的人法定日仍是法定日,排到的才是工作日。"""
    rota = frozenset({oct_(1), oct_(4), oct_(9)})
    own = Days(OCT.month, CALENDAR, rota)
    assert own.shape() == shape(oct_(1), oct_(31), CALENDAR, rota) == MonthShape(2, 3, 31)
    assert own.shape(oct_(5)) == MonthShape(1, 0, 27)
    assert own.shape(last=oct_(4)) == MonthShape(1, 3, 4)


MONTH = MonthShape(18, 3, 31)
WHOLE = Divide(DivideBy.ACTUAL_WORKDAYS, include_statutory=True)


@pytest.mark.parametrize(
    ("divide", "month", "days", "label"),
    [
        (Divide(DivideBy.PAY_DAYS, D), MONTH, Fraction(87, 4), "21.75"),
        (Divide(DivideBy.PAY_DAYS, D), None, Fraction(87, 4), "21.75"),
        (Divide(DivideBy.CALENDAR_DAYS), MONTH, Fraction(31), "自然日"),
        (Divide(DivideBy.ACTUAL_WORKDAYS), MONTH, Fraction(18), "实际工作日"),
        (WHOLE, MONTH, Fraction(21), "实际工作日(含法定节假日)"),
        (Divide(DivideBy.ACTUAL_WORKDAYS), MonthShape(1, 0, 1), Fraction(1), "实际工作日"),
    ],
)
def test_what_a_day_is_divided_by(divide: Divide, month: MonthShape | None, days: Fraction, label: str) -> None:
    assert (divide.days(month), divide.label) == (days, label)


@pytest.mark.parametrize(
    ("divide", "month"),
    [
        (Divide(DivideBy.PAY_DAYS), MONTH),
        (Divide(DivideBy.CALENDAR_DAYS), None),
        (WHOLE, MonthShape(0, 0, 31)),
        (Divide(DivideBy.ACTUAL_WORKDAYS), MonthShape(0, 3, 31)),
    ],
)
def test_nothing_to_divide_by_is_said(divide: Divide, month: MonthShape | None) -> None:
    with pytest.raises(NotReady) as found:
        divide.days(month)
    assert (found.value.code, found.value.say) == (
        "NO_DAYS_IN_MONTH",
        "这个月没有可以折算的天数。请 HR 检查排班与日历,再重新计算。",
    )


ADD, SUBTRACT = ProrationPolicy(ProrationMethod.PAY_DAYS_ADD, D), ProrationPolicy(ProrationMethod.PAY_DAYS_SUBTRACT, D)
ACTUAL = ProrationPolicy(ProrationMethod.ACTUAL_WORKDAYS, D, True)
WORKDAYS = ProrationPolicy(ProrationMethod.ACTUAL_WORKDAYS, D)
NATURAL = ProrationPolicy(ProrationMethod.CALENDAR_DAYS, D)
FROM_8, TO_23, TO_3 = Employed(oct_(8)), Employed(None, oct_(23)), Employed(None, oct_(3))


@pytest.mark.parametrize(
    ("policy", "employed", "numerator", "denominator", "pay", "label"),
    [
        (ADD, FROM_8, 18, D, "8275.86", "21.75 加法"),
        (SUBTRACT, FROM_8, 3, D, "8620.69", "21.75 减法"),  # 10,000 − 3 ÷ 21.75
        (ACTUAL, FROM_8, 18, 21, "8571.43", "实际工作日(含法定节假日)"),
        (WORKDAYS, FROM_8, 18, 18, "10000.00", "实际工作日"),
        (NATURAL, FROM_8, 24, 31, "7741.94", "自然日"),
        (ADD, TO_23, 16, D, "7356.32", "21.75 加法"),
        (SUBTRACT, TO_23, 5, D, "7701.15", "21.75 减法"),
        (ACTUAL, TO_23, 16, 21, "7619.05", "实际工作日(含法定节假日)"),
        (WORKDAYS, TO_23, 13, 18, "7222.22", "实际工作日"),
        (NATURAL, TO_23, 23, 31, "7419.35", "自然日"),
        (ACTUAL, TO_3, 3, 21, "1428.57", "实际工作日(含法定节假日)"),
        (WORKDAYS, TO_3, 0, 18, "0.00", "实际工作日"),
        (ADD, Employed(), 21, D, "10000.00", "21.75 加法"),
        (SUBTRACT, Employed(), 0, D, "10000.00", "21.75 减法"),
        (NATURAL, Employed(), 31, 31, "10000.00", "自然日"),
        # 不在职的月
        (ADD, Employed(date(2026, 11, 1)), 0, D, "0.00", "21.75 加法"),
        (SUBTRACT, Employed(date(2026, 11, 1)), 21, D, "0.00", "21.75 减法"),
    ],
)  # fmt: skip
def test_part_of_a_month(
    policy: ProrationPolicy, employed: Employed, numerator: int, denominator: Decimal | int, pay: str, label: str
) -> None:
    found = proration(WAGE, employed, OCT, policy)
    assert (found.numerator, found.denominator) == (Fraction(numerator), Fraction(denominator))
    assert (found.pay.yuan(), found.label, found.subtract) == (pay, label, policy is SUBTRACT)
    assert found.full is (employed == Employed())
    assert found.whole == MONTH
    assert (found.first, found.last) == employed.within(OCT.month)


def test_a_long_month_by_addition_is_capped_at_the_wage() -> None:
    """七月 23 个工作日:2日入职做了 22 天,22 ÷ 21.75 超过 1,只发整月;减法扣得再多也不低于零。"""
    july = Days(Month(2026, 7).period, CALENDAR)
    assert proration(WAGE, Employed(date(2026, 7, 2)), july, ADD).pay == WAGE
    assert proration(WAGE, Employed(date(2026, 7, 31)), july, SUBTRACT).pay == Money(0)  # 缺 22 天
    assert proration(WAGE, Employed(date(2026, 7, 31)), july, ADD).pay.yuan() == "459.77"


def test_a_whole_month_without_workdays_is_paid() -> None:
    """排班整月休息而在职:发整月,不去除。"""
    idle = Days(OCT.month, CALENDAR, frozenset())
    found = proration(WAGE, Employed(), idle, WORKDAYS)
    assert (found.pay, found.denominator, found.full) == (WAGE, Fraction(1), True)
    with pytest.raises(NotReady):
        proration(WAGE, FROM_8, idle, WORKDAYS)


def test_the_ends_are_clipped_to_the_month() -> None:
    assert Employed().within(OCT.month) == (oct_(1), oct_(31))
    assert Employed(date(2020, 1, 1), date(2030, 1, 1)).within(OCT.month) == (oct_(1), oct_(31))
    assert Employed(oct_(2), oct_(30)).within(OCT.month) == (oct_(2), oct_(30))


# ── 月中调薪 ──────────────────────────────────────────────────────────

TWO = [(oct_(1), WAGE), (oct_(16), Money.of("12000.00"))]


@pytest.mark.parametrize(
    ("divide", "employed", "want"),
    [
        # (首日, 末日, 天数, 全月, 金额)
        (WHOLE, Employed(), [(1, 15, 10, 21, "4761.90"), (16, 31, 11, 21, "6285.71")]),
        (Divide(DivideBy.ACTUAL_WORKDAYS), Employed(), [(1, 15, 7, 18, "3888.89"), (16, 31, 11, 18, "7333.33")]),
        (Divide(DivideBy.CALENDAR_DAYS), Employed(), [(1, 15, 15, 31, "4838.71"), (16, 31, 16, 31, "6193.55")]),
        (WHOLE, Employed(oct_(8)), [(8, 15, 7, 21, "3333.33"), (16, 31, 11, 21, "6285.71")]),
        (WHOLE, Employed(None, oct_(23)), [(1, 15, 10, 21, "4761.90"), (16, 23, 6, 21, "3428.57")]),
        (WHOLE, Employed(None, oct_(15)), [(1, 15, 10, 21, "4761.90")]),
        (WHOLE, Employed(oct_(16)), [(16, 31, 11, 21, "6285.71")]),
        (WHOLE, Employed(oct_(15), oct_(16)), [(15, 15, 1, 21, "476.19"), (16, 16, 1, 21, "571.43")]),
    ],
)  # fmt: skip
def test_segments_of_a_month(divide: Divide, employed: Employed, want: list[tuple[int, int, int, int, str]]) -> None:
    found = raise_in_month(TWO, divide, OCT, employed)
    assert [(s.first.day, s.last.day, s.days, s.of, s.amount.yuan()) for s in found.segments] == want
    assert found.pay == total([s.amount for s in found.segments])


def test_one_segment_of_the_whole_month_is_the_wage() -> None:
    assert raise_in_month(TWO[:1], WHOLE, OCT).pay == WAGE
    before = [(date(2026, 9, 1), WAGE)]
    assert raise_in_month(before, WHOLE, OCT).pay == WAGE
    idle = Days(OCT.month, CALENDAR, frozenset())
    assert raise_in_month(TWO[:1], Divide(DivideBy.ACTUAL_WORKDAYS), idle).pay == WAGE
    assert raise_in_month(TWO, Divide(DivideBy.ACTUAL_WORKDAYS), idle).pay == Money(0)


@pytest.mark.parametrize("second", [oct_(1), date(2026, 9, 30)])
def test_segments_must_be_in_order(second: date) -> None:
    with pytest.raises(BadInput) as bad:
        raise_in_month([(oct_(1), WAGE), (second, WAGE)], WHOLE, OCT)
    assert (bad.value.code, bad.value.say) == (
        "SEGMENTS_ORDER",
        "各段工资的起始日期要由早到晚,且不能重复。请您改好后再来。",
    )


def test_a_leaf_keeps_its_records() -> None:
    assert leaf_money("月工资", WAGE, ("wage:1",)) == Trace("月工资", "10000.00", "money", evidence=("wage:1",))
    assert leaf_days("天数", Fraction(1, 2), ("day:1",)) == Trace("天数", "0.5", "days", evidence=("day:1",))


# ── 金额 ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("numerator", "denominator", "want"),
    [(1, 2, 1), (-1, 2, -1), (0, 1, 0), (3, 2, 2), (-3, 2, -2), (1, 3, 0), (-1, 3, 0), (2, 3, 1), (-2, 3, -1), (5, 1, 5), (-5, 1, -5)],
)  # fmt: skip
def test_halves_go_away_from_zero(numerator: int, denominator: int, want: int) -> None:
    assert round_half_up(numerator, denominator) == want
    assert Money.rounded((numerator, denominator)) == Money.rounded(Fraction(numerator, denominator)) == Money(want)


@pytest.mark.parametrize("denominator", [0, -1])
def test_a_denominator_must_be_positive(denominator: int) -> None:
    with pytest.raises(ValueError, match=r"^denominator must be positive$"):
        round_half_up(1, denominator)
    with pytest.raises(ValueError, match=r"^parts must be positive$"):
        Money(1).split(denominator)


@pytest.mark.parametrize(
    ("text", "fen", "yuan", "show"),
    [
        ("1100.00", 110000, "1100.00", "¥1,100.00"),
        ("-229.89", -22989, "-229.89", "−¥229.89"),
        ("0", 0, "0.00", "¥0.00"),
        ("0.01", 1, "0.01", "¥0.01"),
        ("-0.01", -1, "-0.01", "−¥0.01"),
        ("1234567.8", 123456780, "1234567.80", "¥1,234,567.80"),
    ],
)
def test_money_is_read_and_written(text: str, fen: int, yuan: str, show: str) -> None:
    money = Money.of(text)
    assert (money.fen, money.yuan(), money.show(), bool(money)) == (fen, yuan, show, fen != 0)


def test_three_decimals_are_no_money() -> None:
    with pytest.raises(ValueError, match=r"^金额最多两位小数:0.001$"):
        Money.of("0.001")


def test_money_adds_and_compares() -> None:
    one, two = Money(100), Money(250)
    assert (one + two, one - two, -one, two.times(Decimal("0.5")), two.times(3)) == (
        Money(350), Money(-150), Money(-100), Money(125), Money(750),
    )  # fmt: skip
    assert one < two
    assert total([]) == Money(0)
    assert Money(-7).split(3) == [Money(-2), Money(-2), Money(-3)]
    assert Money(7).split(3) == [Money(3), Money(2), Money(2)]
    assert Money(7).split(1) == [Money(7)]


def test_a_proration_keeps_what_it_used() -> None:
    found = proration(WAGE, FROM_8, OCT, ADD)
    assert isinstance(found, Proration)
    assert (found.wage, found.employed) == (WAGE, MonthShape(18, 0, 24))
