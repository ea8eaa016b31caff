"""指标的口径:公式的三种写法、缺一个事实就是无数据、除数为零指名、写错了在装入时就拒绝。"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.errors import BadInput, EhrError, NotReady
from engine.formula_types import FormulaError
from engine.performance import Direction, Fact, Indicator, Missing, Plan, ratio_of, score, trace
from engine.performance_measure import Measure, Terms, compiled, measured, usual_formula

SALES = Measure("sales", "销售额完成率", "deals", "money", "销售额完成率 = 签单额 ÷ 目标", needs_target=True)
CSAT = Measure("csat", "客户满意度", "ratings", "rate", "客户满意度 = 平均分")
SIX, FOUR = Terms(Decimal("0.6")), Terms(Decimal("0.4"))


def fact(name: str, value: str | None, unit: str = "money", evidence: tuple[str, ...] = ()) -> Fact:
    return Fact(name, None if value is None else Fraction(value), unit, evidence)


def facts(*found: Fact) -> dict[str, Fact]:
    return {one.name: one for one in found}


ARTICLE = (
    measured(SALES, facts(fact("签单额", "120000", evidence=("deal:1",)), fact("目标", "100000", evidence=("target:7",))), SIX),
    measured(CSAT, facts(fact("平均分", "0.95", "rate", ("rating:1",)), fact("目标", None, "rate")), FOUR),
)  # fmt: skip


def test_the_article_by_formulas_is_110_percent_exactly() -> None:
    plan = Plan(ARTICLE)
    result = score(plan)
    assert result.value == Fraction(11, 10)
    told = trace(plan, result)
    assert told.say == "绩效得分 = 120% × 60% + 95% × 40% = 110%"
    assert [p.say for p in told.parts] == ["销售额完成率:¥120,000.00 ÷ ¥100,000.00 = 120%", "客户满意度:95%"]
    assert told.all_evidence() == ["deal:1", "target:7", "rating:1"]


def test_a_missing_fact_is_no_data_and_never_zero() -> None:
    lacking = measured(CSAT, facts(fact("平均分", None, "rate")), FOUR)
    assert not lacking.has_data
    with pytest.raises(NotReady) as caught:
        score(Plan((ARTICLE[0], lacking)))
    assert (caught.value.code, caught.value.details["labels"]) == ("MISSING_DATA", "客户满意度")


def test_each_item_has_its_own_rule_for_missing_data() -> None:
    """销售额完成率 120% 占 60%;满意度缺数据:这一项写 reweight 就让出权重,得 120%;方案写 reweight 而这一项写 block 就拦住。"""
    lacking = measured(CSAT, facts(fact("平均分", None, "rate")), replace(FOUR, missing=Missing.REWEIGHT))
    assert score(Plan((ARTICLE[0], lacking))).value == Fraction(12, 10)
    blocked = replace(lacking, missing=Missing.BLOCK)
    with pytest.raises(NotReady):
        score(Plan((ARTICLE[0], blocked), missing=Missing.REWEIGHT))


def test_a_zero_target_is_named_and_not_computed() -> None:
    zero = measured(SALES, facts(fact("签单额", "120000"), fact("目标", "0")), SIX)
    assert zero.has_data
    assert ratio_of(zero) is None
    with pytest.raises(BadInput) as caught:
        score(Plan((zero, ARTICLE[1])))
    assert caught.value.code == "ZERO_DENOMINATOR"
    assert "销售额完成率" in caught.value.say


@pytest.mark.parametrize(
    ("direction", "ratio", "how"),
    [
        (Direction.HIGHER, Fraction(3, 2), "3% ÷ 2%"),
        (Direction.LOWER_INVERSE, Fraction(2, 3), "2% ÷ 3%"),
        (Direction.LOWER_LINEAR, Fraction(1, 2), "2 − 3% ÷ 2%"),
    ],
)
def test_without_the_target_in_the_formula_the_direction_decides(
    direction: Direction, ratio: Fraction, how: str
) -> None:
    """差错率 = 缺卡次数 ÷ 100次:3 ÷ 100 = 3%,目标 2%。"""
    one = Measure("error", "差错率", "attendance", "rate", "差错率 = 缺卡次数 ÷ 100次", direction, needs_target=True)
    made = measured(one, facts(fact("缺卡次数", "3", "count"), fact("目标", "0.02", "rate")), Terms(Decimal(1)))
    assert ratio_of(made) == ratio
    told = trace(Plan((made,)), score(Plan((made,)))).parts[0].say
    assert how in told


def test_money_without_the_target_keeps_yuan() -> None:
    one = Measure("cost", "费用", "deals", "money", "费用 = 签单额 × 10%", Direction.LOWER_LINEAR, needs_target=True)
    made = measured(one, facts(fact("签单额", "50000"), fact("目标", "4000")), Terms(Decimal(1)))
    assert made.actual == 5000
    assert ratio_of(made) == 2 - Fraction(5, 4)


@pytest.mark.parametrize(
    ("measure", "code"),
    [
        (replace(SALES, source="crm"), "UNKNOWN_SOURCE"),
        (replace(SALES, unit="kg"), "UNKNOWN_UNIT"),
        (replace(SALES, formula="销售额完成率 = 签单量 ÷ 目标"), "FORMULA_UNKNOWN_NAME"),
        (replace(SALES, formula="销售额完成率 = 签单额 + 签单数"), "FORMULA_UNIT"),
        (replace(SALES, formula="销售额完成率 = 签单额 ×"), "FORMULA_SYNTAX"),
        (replace(SALES, direction=Direction.LOWER_INVERSE), "MEASURE_DIRECTION"),
        (replace(SALES, needs_target=False), "MEASURE_TARGET"),
        (replace(CSAT, formula="客户满意度 = 评价份数"), "FORMULA_UNIT"),
    ],
)
def test_what_is_written_wrongly_is_refused_at_load(measure: Measure, code: str) -> None:
    with pytest.raises(EhrError) as caught:
        compiled(measure)
    assert caught.value.code == code


def test_a_wrong_name_says_the_nearest() -> None:
    with pytest.raises(FormulaError) as caught:
        compiled(replace(SALES, formula="销售额完成率 = 签单款 ÷ 目标"))
    assert caught.value.details["nearest"] in ("签单额", "签单数")


def test_the_usual_formula_of_each_source() -> None:
    assert usual_formula(replace(SALES, formula="")) == "销售额完成率 = 签单额 ÷ 目标"
    assert usual_formula(replace(CSAT, formula="")) == "客户满意度 = 评价合计 ÷ 评价份数"
    assert usual_formula(replace(CSAT, needs_target=True)) == "客户满意度 = (评价合计 ÷ 评价份数) ÷ 目标"
    assert usual_formula(Measure("t", "培训", "input", "rate")) == "培训 = 录入值"


def test_a_baseline_can_stand_in_the_formula() -> None:
    """试用期的结果导向 = 录入值 ÷ 基线:8.4 ÷ 7 = 120%。"""
    one = Measure("result", "结果导向", "input", "count", "结果导向 = 录入值 ÷ 基线")
    given = facts(fact("录入值", "8.4", "count", ("input:2",)), fact("基线", "7", "count", ("input:1", "interview:5")))
    made: Indicator = measured(one, given, Terms(Decimal(1)))
    assert ratio_of(made) == Fraction(6, 5)
    assert made.evidence == ("input:2", "input:1", "interview:5")
