"""绩效:文章里的两个数、缺数据绝不当零、红线等级、方向、解释直到成交与评价。"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput, NotReady
from engine.money import Money
from engine.performance import Band, Direction, Gate, Indicator, Missing, Plan, bonus, score, trace
from engine.performance_formula import check_weights, weights_of

SALES = Indicator(
    "sales", "销售额完成率", Decimal("0.60"), actual=Decimal("120000.00"), target=Decimal("100000.00"), unit="money",
    evidence=("deal:1", "deal:2", "deal:3", "deal:4"), target_evidence=("target:7",),
)  # fmt: skip
CSAT = Indicator("csat", "客户满意度", Decimal("0.40"), value=Decimal("0.95"), evidence=("rating:1", "rating:2"))
PLAN = Plan((SALES, CSAT), rule="performance.sales@2026-01-01")


def test_the_articles_two_figures() -> None:
    result = score(PLAN)
    assert result.value == Fraction(11, 10)
    assert bonus(Money.of("10000.00"), result, Decimal("0.10")) == Money.of("1100.00")


def test_the_trace_goes_down_to_deals_and_ratings() -> None:
    found = trace(PLAN, score(PLAN))
    assert found.value == "1.100000"
    assert found.say == "绩效得分 = 120% × 60% + 95% × 40% = 110%"
    assert [p.say for p in found.parts] == [
        "销售额完成率:¥120,000.00 ÷ ¥100,000.00 = 120%",
        "客户满意度:95%",
    ]
    assert found.all_evidence() == ["deal:1", "deal:2", "deal:3", "deal:4", "target:7", "rating:1", "rating:2"]


def test_missing_data_is_never_zero() -> None:
    """缺的指标要么拦住,要么让出权重(陷阱 13)。"""
    lacking = replace(CSAT, value=None)
    with pytest.raises(NotReady) as caught:
        score(Plan((SALES, lacking)))
    assert caught.value.code == "MISSING_DATA"
    assert caught.value.details["items"] == "csat"
    assert "没有数据不当作 0" in caught.value.say
    plan = Plan((SALES, lacking), missing=Missing.REWEIGHT)
    result = score(plan)
    assert result.value == Fraction(12, 10)
    assert [i.indicator.code for i in result.items] == ["sales"]
    assert "权重按比例摊给其他指标" in trace(plan, result).say
    with pytest.raises(NotReady):
        score(Plan((replace(SALES, actual=None), lacking), missing=Missing.REWEIGHT))


def test_every_missing_item_is_listed() -> None:
    with pytest.raises(NotReady) as caught:
        score(Plan((replace(SALES, target=None), replace(CSAT, value=None))))
    assert caught.value.details["items"] == "sales,csat"
    assert "销售额完成率、客户满意度" in caught.value.say


@pytest.mark.parametrize(
    ("direction", "actual", "target", "ratio"),
    [
        (Direction.HIGHER, "80", "100", Fraction(8, 10)),
        (Direction.LOWER_INVERSE, "80", "100", Fraction(10, 8)),
        (Direction.LOWER_LINEAR, "80", "100", Fraction(12, 10)),
        (Direction.LOWER_LINEAR, "250", "100", Fraction(-5, 10)),
    ],
)
def test_directions(direction: Direction, actual: str, target: str, ratio: Fraction) -> None:
    one = Indicator("x", "差错率", Decimal(1), actual=Decimal(actual), target=Decimal(target), direction=direction)
    assert score(Plan((one,))).value == ratio


@pytest.mark.parametrize(
    ("direction", "actual", "target"),
    [(Direction.HIGHER, "1", "0"), (Direction.LOWER_INVERSE, "0", "1"), (Direction.LOWER_LINEAR, "1", "0")],
)
def test_no_division_by_zero(direction: Direction, actual: str, target: str) -> None:
    one = Indicator("x", "差错率", Decimal(1), actual=Decimal(actual), target=Decimal(target), direction=direction)
    with pytest.raises(BadInput) as caught:
        score(Plan((one,)))
    assert caught.value.code == "ZERO_DENOMINATOR"


def test_order_of_caps_gates_and_rounding() -> None:
    """单项封顶 → 加权 → 红线 → 总分封顶 → 总分保底 → 取整。"""
    capped = replace(SALES, cap=Decimal("1.10"))
    gate = Gate("safety", True, Decimal("0.60"), "安全事故", ("incident:1",))
    assert score(Plan((capped, CSAT))).value == Fraction(104, 100)
    hit = Plan((SALES, CSAT), gates=(gate, Gate("other", False, Decimal(0))), score_floor=Decimal("0.70"))
    result = score(hit)
    assert (result.value, result.gates_hit) == (Fraction(7, 10), ("safety",))
    found = trace(hit, result)
    assert "触发红线“安全事故”" in found.say
    assert "incident:1" in found.all_evidence()
    odd = replace(CSAT, value=Decimal("0.8625"))
    assert score(Plan((SALES, odd), round_places=2)).value == Fraction(107, 100)  # 1.065 → 1.07


def test_bands_give_the_factor() -> None:
    bands = (Band(Decimal("0.90"), "B", Decimal("1.00")), Band(Decimal("1.10"), "A", Decimal("1.30")))
    result = score(replace(PLAN, bands=bands))
    assert result.band is not None
    assert (result.band.grade, result.multiplier) == ("A", Fraction(13, 10))
    assert "等级 A,系数 1.3" in trace(PLAN, result).say
    with pytest.raises(BadInput) as caught:
        score(Plan((replace(CSAT, weight=Decimal(1), value=Decimal("0.10")),), bands=bands))
    assert caught.value.code == "NO_BAND"


def test_weights_must_sum() -> None:
    with pytest.raises(BadInput) as caught:
        score(Plan((SALES, replace(CSAT, weight=Decimal("0.35")))))
    assert (caught.value.code, caught.value.details["sum"]) == ("WEIGHTS_SUM", "0.95")
    free = Plan((SALES, replace(CSAT, weight=Decimal("0.35"))), weights_must_sum=None)
    assert score(free).value == Fraction(72, 100) + Fraction(95 * 35, 10000)


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(0, 300)), min_size=1, max_size=6))
def test_a_score_lies_between_its_items(items: list[tuple[int, int]]) -> None:
    made = tuple(Indicator(str(n), f"指标{n}", Decimal(w), value=Decimal(v) / 100) for n, (w, v) in enumerate(items))
    lacking = Indicator("none", "缺的", Decimal(7))
    result = score(Plan((*made, lacking), weights_must_sum=None, missing=Missing.REWEIGHT))
    values = [Fraction(v, 100) for _, v in items]
    assert min(values) <= result.value <= max(values)
    assert sum(i.weight for i in result.items) == 1


ARTICLE = "绩效得分 = 销售额完成率 × 60% + 客户满意度 × 40%"
LABELS = ("销售额完成率", "客户满意度")


def test_the_formula_and_the_weights_say_the_same() -> None:
    assert weights_of(ARTICLE, LABELS) == {"销售额完成率": Fraction(3, 5), "客户满意度": Fraction(2, 5)}
    assert weights_of("(销售额完成率 + 客户满意度) × 50%", LABELS) == dict.fromkeys(LABELS, Fraction(1, 2))
    check_weights(ARTICLE, {"销售额完成率": Decimal("0.60"), "客户满意度": Decimal("0.40")})
    with pytest.raises(BadInput) as caught:
        check_weights(ARTICLE, {"销售额完成率": Decimal("0.70"), "客户满意度": Decimal("0.30")})
    assert caught.value.code == "FORMULA_WEIGHTS"
    assert "60%" in caught.value.say
    assert "70%" in caught.value.say


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("绩效得分 = 销售额完成率 × 客户满意度", "NOT_WEIGHTED"),
        ("绩效得分 = 销售额完成率 × 60% + 40%", "NOT_WEIGHTED"),
        ("绩效得分 = 最小(销售额完成率, 客户满意度)", "NOT_WEIGHTED"),
        ("绩效得分 = 如果 客户满意度 ≥ 90% 则 销售额完成率 否则 0", "NOT_WEIGHTED"),
        ("绩效得分 = 1 ÷ 客户满意度", "NOT_WEIGHTED"),
        ("绩效得分 = 销售完成率 × 60% + 客户满意度 × 40%", "FORMULA_UNKNOWN_NAME"),
    ],
)
def test_other_formulas_are_no_weights(text: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        weights_of(text, LABELS)
    assert caught.value.code == code
