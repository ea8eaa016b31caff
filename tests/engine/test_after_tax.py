"""税后扣款:次序、20%、不低于最低工资、扣不完的转下月;都是手算的数。"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.after_tax import AfterTaxRules, DeductionKind, Pool, Wanted, deduct
from engine.pay import compute
from engine.pay_explain import explain
from engine.pay_facts import Adjustment, PayFacts, Wage
from tests.engine.pay_world import OFFICE, facts, rules

RULES = AfterTaxRules(
    (
        DeductionKind("court", "法院"),
        DeductionKind("damage", "赔偿", Decimal("0.20"), keep_minimum_wage=True),
        DeductionKind("other", "其他"),
    ),
    "after_tax.order@2020-01-01",
)


def owed(code: str, fen: int) -> Adjustment:
    return Adjustment(code, "赔偿手机", "after_tax", -fen, False, "本人书面认可", (f"manual:{code}",))


def lines(one: PayFacts) -> dict[str, str]:
    return {x.code: x.amount.yuan() for x in compute(one, rules()).lines}


def test_damage_takes_a_fifth_of_the_months_wage() -> None:
    """应发 10,000:最多扣 2,000,3,000 的余下 1,000 转下月;实发 10,000 − 1,750 − 75 − 2,000 = 6,175。"""
    one = facts(adjustments=(owed("damage:phone", 300000),))
    slip = compute(one, rules())
    found = lines(one)
    assert found["damage:phone"] == "-2000.00"
    assert found["rest_damage:phone"] == "1000.00"
    assert (slip.net.yuan(), slip.receivable.yuan()) == ("6175.00", "1000.00")
    assert [c.code for c in slip.checks] == ["DEDUCTION_CARRIED"]
    assert "20%" in slip.checks[0].say
    told = explain(one, rules(), "damage:phone")
    assert "应扣 ¥3,000.00" in told.say
    assert told.rule == "after_tax.order@1995-01-01"
    assert told.all_evidence() == ["manual:damage:phone"]
    assert "¥" not in told.words


def test_what_is_left_is_not_below_the_minimum_wage() -> None:
    """月薪 4,000(社保按下限 7,546,公积金 280):实发 2,927.67,离最低工资 2,740 只有 187.67。"""
    one = facts(
        wages=(Wage(1, 400000),), insured=OFFICE._replace(social_base=400000, housing_base=400000),
        adjustments=(owed("damage", 100000),),
    )  # fmt: skip
    slip = compute(one, rules())
    assert slip.insurance.yuan() == "1072.33"
    assert slip.tax.fen == 0
    assert lines(one)["damage"] == "-187.67"
    assert slip.net.yuan() == "2740.00"
    assert "最低工资" in slip.checks[-1].say


def test_the_court_comes_first() -> None:
    """法院 8,000、赔偿 3,000:先列赔偿也是法院先扣;剩 175,不够最低工资,赔偿一分不扣。"""
    one = facts(adjustments=(owed("damage", 300000), owed("court", 800000)))
    found = lines(one)
    assert (found["court"], found["damage"], found["rest_damage"]) == ("-8000.00", "0.00", "3000.00")
    assert compute(one, rules()).net.yuan() == "175.00"


def test_several_damages_share_one_limit() -> None:
    found = lines(facts(adjustments=(owed("damage:a", 150000), owed("damage:b", 150000))))
    assert (found["damage:a"], found["damage:b"]) == ("-1500.00", "-500.00")


def test_a_month_without_wages_owes_its_insurance() -> None:
    """没有工资,社保照缴 984.33:实发零,不足的转下月;各行之和仍等于实发。"""
    one = facts(wages=(Wage(1, 0),), tax=facts().tax._replace(withheld=10**9))
    slip = compute(one, rules())
    assert (slip.net.fen, slip.shortage.yuan(), slip.receivable.yuan()) == (0, "1750.00", "1750.00")
    assert lines(one)["shortage"] == "1750.00"


def test_a_refund_after_tax_is_added_first() -> None:
    """税后的收入先加进来,再扣。"""
    refund = Adjustment("refund", "退还押金", "after_tax", 50000, False, "")
    slip = compute(facts(adjustments=(owed("loan", 860000), refund)), rules())
    assert slip.net.yuan() == "75.00"  # 8,175 + 500 − 8,600


@given(
    st.lists(st.tuples(st.sampled_from(["court", "damage", "damage:x", "loan"]), st.integers(1, 10**7)), max_size=6),
    st.integers(-(10**6), 10**7),
    st.integers(0, 10**7),
    st.integers(0, 300_000),
)
def test_limits_hold_whatever_is_asked(asked: list[tuple[str, int]], available: int, wage: int, least: int) -> None:
    found = deduct([Wanted(*one) for one in asked], Pool(available, wage, least), RULES)
    assert [t.code for t in found] == [code for code, _ in asked]
    assert all(t.fen + t.rest == t.wanted and t.fen >= 0 and t.rest >= 0 for t in found)
    assert sum(t.fen for t in found) <= max(0, available)
    damage = sum(t.fen for t in found if t.kind.key == "damage")
    assert damage * 5 <= wage
    court = sum(t.fen for t in found if t.kind.key == "court")
    if damage:
        assert available - court - damage >= least
    assert all(bool(t.limit) == bool(t.rest) for t in found)


@given(st.permutations([("court", 500000), ("damage", 100000), ("loan", 200000)]))
def test_the_order_of_the_rows_does_not_matter(asked: list[tuple[str, int]]) -> None:
    found = {t.code: t.fen for t in deduct([Wanted(*one) for one in asked], Pool(700000, 400000, 150000), RULES)}
    assert found == {"court": 500000, "damage": 50000, "loan": 150000}


@pytest.mark.parametrize("code", ["damage", "damage:手机"])
def test_a_code_tells_its_kind(code: str) -> None:
    assert RULES.kinds[RULES.rank(code)].key == "damage"
    assert RULES.kinds[RULES.rank("damages")].key == "other"
