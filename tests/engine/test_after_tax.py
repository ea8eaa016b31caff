"""税后扣款:次序、20%、不低于最低工资、扣不完的转下月;都是手算的数。"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.after_tax import AfterTaxRules, DeductionKind, Pool, Taken, Wanted, deduct, say, words
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


@pytest.mark.parametrize("code", ["damage", "damage:手机", "damage:手机:屏幕"])
def test_a_code_tells_its_kind(code: str) -> None:
    assert RULES.kinds[RULES.rank(code)].key == "damage"
    assert RULES.kinds[RULES.rank("damages")].key == "other"


COURT, DAMAGE, OTHER = RULES.kinds


@pytest.mark.parametrize(
    ("one", "why", "sentence"),
    [
        (Taken("damage", 300000, 300000, 0, DAMAGE), "", "赔偿:−¥3,000.00"),
        (
            Taken("damage", 300000, 200000, 100000, DAMAGE, "ratio"),
            "每月最多扣当月工资的 20%,余下的转到下月",
            "赔偿:应扣 ¥3,000.00,每月最多扣当月工资的 20%,余下的转到下月;本月扣 ¥2,000.00",
        ),
        (
            Taken("damage", 300000, 18767, 281233, DAMAGE, "minimum"),
            "扣后实发不低于当地最低工资,余下的转到下月",
            "赔偿:应扣 ¥3,000.00,扣后实发不低于当地最低工资,余下的转到下月;本月扣 ¥187.67",
        ),
        (
            Taken("loan", 100, 0, 100, OTHER, "net"),
            "实发不够扣,余下的转到下月",
            "赔偿:应扣 ¥1.00,实发不够扣,余下的转到下月;本月扣 ¥0.00",
        ),
    ],
)
def test_why_something_is_left_in_words(one: Taken, why: str, sentence: str) -> None:
    assert words(one) == why
    assert say(one, "赔偿") == sentence


@pytest.mark.parametrize(
    ("asked", "pool", "want"),
    [
        # 赔偿 20% 是 1,000.1 分向下取 1,000;剩下的够最低工资
        ([("damage", 5000)], (9000, 5000, 1000), [(1000, "ratio")]),
        ([("damage", 5000)], (9000, 5004, 1000), [(1000, "ratio")]),
        ([("damage", 1000)], (9000, 5000, 1000), [(1000, "")]),
        # 最低工资 8,500:只剩 500 可扣;最低工资比手里的还多:一分不扣
        ([("damage", 5000)], (9000, 5000, 8500), [(500, "minimum")]),
        ([("damage", 5000)], (9000, 5000, 9500), [(0, "minimum")]),
        # 20% 与离最低工资的数一样多,按先看的最低工资说
        ([("damage", 5000)], (9000, 5000, 8000), [(1000, "minimum")]),
        # 最低工资为零:手里只有 900
        ([("damage", 5000)], (900, 50000, 0), [(900, "net")]),
        ([("loan", 5000)], (-1, 5000, 0), [(0, "net")]),
        ([("damage", 5000)], (9000, -5, 0), [(0, "ratio")]),
        # 同一类守一个上限
        (
            [("damage:a", 300), ("damage:b", 300), ("damage:c", 600)],
            (9000, 5000, 0),
            [(300, ""), (300, ""), (400, "ratio")],
        ),
        ([("damage:a", 600), ("damage:b", 600)], (9000, 5000, 0), [(600, ""), (400, "ratio")]),
    ],
)
def test_limits_by_hand(asked: list[tuple[str, int]], pool: tuple[int, int, int], want: list[tuple[int, str]]) -> None:
    found = deduct([Wanted(*one) for one in asked], Pool(*pool), RULES)
    assert [(t.fen, t.limit) for t in found] == want


def test_nothing_is_taken_from_a_month_without_wages() -> None:
    """比例是全部工资,工资为零:一分不扣。"""
    all_of_it = AfterTaxRules((DeductionKind("all", "全部", Decimal(1)),))
    assert [t.fen for t in deduct([Wanted("all", 5)], Pool(9, 0, 0), all_of_it)] == [0]
    assert [t.fen for t in deduct([Wanted("all", 5)], Pool(9, 1, 0), all_of_it)] == [1]
