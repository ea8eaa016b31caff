"""差异归因 variance:每一分差额都有缘由,各份之和恰好是实发的差额;说不清的单列。"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from engine.arrears import Cause, apply, lines
from engine.pay import compute
from engine.pay_facts import Adjustment, Allowance, Attended, Insured, LeaveTaken, PayFacts, Scored, TaxFacts, Wage
from engine.variance import Part, Side, Why, by_why, figures, strange, variance
from tests.engine.pay_world import any_facts, facts, rules

QUICK = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
OCT, NOV = rules("2026-10", "2026-11"), rules("2026-11", "2026-12")


def october(**more: Any) -> PayFacts:
    return facts(**({"month": "2026-10", "pay_month": "2026-11", "last_day": 31, "tax": TAX_OCT} | more))


TAX_OCT = TaxFacts(
    income=10000000, insurance=1750000, special=1000000, withheld=67500, months=tuple(range(1, 11)), new_special=100000
)
TAX_NOV = TaxFacts(
    income=11000000, insurance=1925000, special=1100000, withheld=74250, months=tuple(range(1, 12)), new_special=100000
)
"""月薪一万、社保 17.5%、专项附加一千:每月应税 10,000 − 1,750 − 1,000 − 5,000 = 2,250 × 3% = 67.50(手算)。"""


def november(**more: Any) -> PayFacts:
    return facts(**({"last_day": 30, "tax": TAX_NOV} | more))


def side(one: PayFacts) -> Side:
    own = OCT if one.month == "2026-10" else NOV
    return Side(one, own, figures(compute(one, own)))


def whys(parts: tuple[Part, ...]) -> dict[str, int]:
    return {str(k): v for k, v in by_why(parts).items() if v}


def steady(**more: Any) -> Side:
    return side(november(**more))


BEFORE = side(october())


def test_the_first_figures_by_hand() -> None:
    """十月:10,000 − 1,750 − 67.50 = 8,182.50;十一月累计一样多一个月,也是 67.50。"""
    assert compute(BEFORE.facts, OCT).net_fen == 818250
    assert compute(steady().facts, NOV).net_fen == 818250
    assert variance(BEFORE, steady()) == ()


@pytest.mark.parametrize(
    ("more", "want"),
    [
        # 事假 1 天:10,000 ÷ 21.75 = 459.77,税少 13.79
        (
            {"leaves": (LeaveTaken("personal", (1, 1), 10),), "attended": Attended((21, 1), (20, 1))},
            {"days": -45977 + 1379},
        ),
        # 得分 110%:奖金 1,100,税多 33.00
        ({"score": Scored((110, 100), (110, 100))}, {"score": 110000 - 3300}),
        # 调薪 1,000:税多 30.00;基数不变
        ({"wages": (Wage(1, 1100000),)}, {"base": 100000 - 3000}),
        # 岗位津贴 500:税多 15.00
        ({"allowances": (Allowance("岗位津贴", 50000),)}, {"other": 50000 - 1500}),
        # 手工扣 200(税后)
        (
            {"adjustments": (Adjustment("damage", "赔偿", "after_tax", -20000, False, "损坏"),)},
            {"other": -20000},
        ),
    ],
)
def test_one_change_has_one_cause(more: dict[str, Any], want: dict[str, int]) -> None:
    assert whys(variance(BEFORE, steady(**more))) == want


def test_a_late_truth_is_its_own_cause() -> None:
    """补十月 2,000:多 2,000,税多 60.00。"""
    seen = october(wages=(Wage(1, 1200000),))
    late = lines(apply(october(), seen, [Cause("wage", (1,), ("调薪",))]), OCT)
    assert whys(variance(BEFORE, steady(adjustments=late))) == {"late": 200000 - 6000}


def test_a_higher_bracket_is_the_rate() -> None:
    """上月累计应税还在 3%,本月累计到了 10% 一级:差额在个税那一行,缘由是税率与累计。"""
    tax = TAX_NOV._replace(income=16000000, withheld=108000)
    parts = variance(BEFORE, side(november(tax=tax)))
    assert {(p.code, p.why) for p in parts} == {("iit", Why.RATE)}


def test_new_and_left_are_whole_slips() -> None:
    assert whys(variance(None, steady())) == {"new": 818250}
    assert whys(variance(BEFORE, None)) == {"left": -818250}
    assert variance(None, None) == ()


def test_what_was_changed_by_hand_is_unexplained() -> None:
    """库里的数被人改过:归不到任何缘由。"""
    now = steady()
    touched = now._replace(lines={**now.lines, "base": now.lines["base"] + 100})
    assert whys(variance(BEFORE, touched)) == {"unexplained": 100}
    before = BEFORE._replace(lines={**BEFORE.lines, "iit": BEFORE.lines["iit"] - 5})
    assert whys(variance(before, now)) == {"unexplained": 5}
    assert whys(variance(None, touched)) == {"new": 818250, "unexplained": 100}
    assert whys(variance(before, None)) == {"left": -818250, "unexplained": 5}
    assert [strange(one) for one in (touched, before, now, BEFORE, None)] == [True, True, False, False, False]


@given(any_facts(), any_facts())
@QUICK
def test_parts_add_up_to_the_difference(one: PayFacts, two: PayFacts) -> None:
    last = one._replace(month="2026-10", pay_month="2026-11", last_day=31 if one.last_day == 30 else one.last_day)
    before, after = side(last), side(two)
    parts = variance(before, after)
    change = compute(two, NOV).net_fen - compute(last, OCT).net_fen
    assert sum(p.fen for p in parts) == change
    assert all(p.why is not Why.UNEXPLAINED for p in parts)


@given(any_facts())
@QUICK
def test_the_figures_are_the_net(one: PayFacts) -> None:
    slip = compute(one, NOV)
    assert sum(figures(slip).values()) == slip.net_fen


def test_the_same_hand_in_both_months_leaves_no_difference() -> None:
    """上月、本月都被人多写了 100:说不清的一进一出,差额里没有。"""
    now = steady()
    before = BEFORE._replace(lines={**BEFORE.lines, "base": BEFORE.lines["base"] + 100})
    after = now._replace(lines={**now.lines, "base": now.lines["base"] + 100})
    assert variance(before, after) == ()


def test_new_bounds_are_the_rate() -> None:
    """上海七月起基数下限 7,460 → 7,546:基数 7,000 的人个人多缴 86 × 10.5% = 9.03,缘由是费率与上下限。"""
    june, july = rules("2026-06", "2026-07"), rules("2026-07", "2026-08")
    insured = Insured("上海", 700000, 700000, "0.07", "0.00")
    tax = TaxFacts(scheme="sixty_thousand", months=tuple(range(1, 7)))
    one = facts(month="2026-06", pay_month="2026-07", last_day=30, insured=insured, tax=tax)
    two = one._replace(month="2026-07", pay_month="2026-08", last_day=31, tax=tax._replace(months=tuple(range(1, 8))))
    parts = variance(Side(one, june, figures(compute(one, june))), Side(two, july, figures(compute(two, july))))
    assert {p.code: p.fen for p in parts if p.why is Why.RATE} == {
        "ins_pension": -688,
        "ins_medical": -172,
        "ins_unemployment": -43,
    }
    assert {p.why for p in parts} == {Why.RATE}
