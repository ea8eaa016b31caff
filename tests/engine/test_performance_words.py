"""绩效的话:得分与每一项的来处一字不差(cases/words/performance.yaml),报错的每一句,界上的数。"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.money import Money
from engine.performance import (
    Band,
    Direction,
    Fact,
    Gate,
    Indicator,
    ItemScore,
    Missing,
    Plan,
    band_of,
    bonus,
    item_trace,
    ratio_of,
    score,
    trace,
)
from engine.performance_change import Change, Standing, changed, check, standing, with_items
from engine.performance_measure import Measure, Terms, measured
from engine.trace import Trace
from tests.engine.words import refusal, told

SALES = Indicator(
    "sales", "销售额完成率", Decimal("0.60"), actual=Decimal("120000.00"), target=Decimal("100000.00"), unit="money",
    source="plan.sales@2026-01-01", evidence=("deal:1", "deal:2"), target_evidence=("target:7",),
)  # fmt: skip
CSAT = Indicator("csat", "客户满意度", Decimal("0.40"), value=Decimal("0.95"), evidence=("rating:1",))
PLAN = Plan((SALES, CSAT), rule="performance.sales@2026-01-01")


def test_the_article_in_words() -> None:
    assert trace(PLAN, score(PLAN)) == told("performance", "article")


def test_caps_floors_gates_and_grades_in_words() -> None:
    deals = Indicator(
        "deals", "签单数完成率", Decimal("0.5"), actual=Fraction(10, 3), target=Decimal(2), unit="count",
        cap=Decimal("1.2"), labels=("签单数", "目标数"),
    )  # fmt: skip
    csat = Indicator("csat", "客户满意度", Decimal("0.3"), value=Decimal("0.2"), floor=Decimal("0.5"))
    lacking = Indicator("training", "培训", Decimal("0.2"), missing=Missing.REWEIGHT)
    plan = Plan(
        (deals, csat, lacking),
        gates=(
            Gate("safety", True, Decimal("0.9"), "安全事故", ("incident:1",)),
            Gate("quality", True, Decimal("0.8")),
            Gate("fraud", False, Decimal(0), "舞弊", ("incident:2",)),
        ),
        score_cap=Decimal("0.75"),
        round_places=1,
        bands=(Band(Decimal("0.6"), "C", Decimal("0.80")), Band(Decimal("0.9"), "B", Decimal(1))),
    )
    result = score(plan)
    assert (result.value, result.gates_hit) == (Fraction(8, 10), ("safety", "quality"))
    assert trace(plan, result) == told("performance", "everything")


ALL = Terms(Decimal(1))
DEALS = Measure("sales", "销售额完成率", "deals", "money", "销售额完成率 = 签单额 ÷ 目标", needs_target=True)


def money(name: str, value: int, *evidence: str, say: str = "") -> Fact:
    return Fact(name, Fraction(value), "money", evidence, say)


SOLD = money("签单额", 120000, "deal:1")
GOAL = money("目标", 100000, "target:7", say="11月整月换成第 2 版")
MISSED = Fact("缺卡次数", Fraction(3), "count", ("punch:9",))
TWO = Fact("目标", Fraction(2, 100), "rate", ("target:3",))
ERRORS = Measure("error", "差错率", "attendance", "rate", "差错率 = 缺卡次数 ÷ 100次", needs_target=True)
COST = Measure("cost", "费用", "deals", "money", "费用 = 签单额 × 10%", Direction.LOWER_LINEAR, needs_target=True)
PLAIN = Measure("plain", "签单额完成", "deals", "money", "签单额完成 = 签单额", needs_target=True)
RATED = Measure("csat", "客户满意度", "ratings", "rate", "客户满意度 = 平均分")


@pytest.mark.parametrize(
    ("key", "measure", "facts", "terms"),
    [
        ("by_formula", DEALS, (SOLD, GOAL), replace(ALL, source="plan.sales@2026-01-01")),
        ("one_fact", RATED, (Fact("平均分", Fraction(95, 100), "rate", ("rating:1",)),), ALL),
        ("higher", ERRORS, (MISSED, TWO), ALL),
        (
            "nothing_missed",
            replace(ERRORS, direction=Direction.LOWER_LINEAR),
            (Fact("缺卡次数", Fraction(0), "count"), TWO),
            ALL,
        ),
        ("nothing_sold", DEALS, (money("签单额", 0), GOAL), ALL),
        ("linear_money", COST, (money("签单额", 50000), money("目标", 4000)), ALL),
        ("plain_money", PLAIN, (money("签单额", 120000), money("目标", 100000)), ALL),
    ],
)
def test_an_item_by_formula_in_words(key: str, measure: Measure, facts: tuple[Fact, ...], terms: Terms) -> None:
    made = measured(measure, {fact.name: fact for fact in facts}, terms)
    (item,) = score(Plan((made,))).items
    assert item_trace(item) == told("performance", key)


def test_a_name_inside_another_is_not_cut() -> None:
    facts = (Fact("签单", Fraction(1), "count"), Fact("签单额", Fraction(1, 2), "count"))
    made = Indicator("x", "签单单价率", Decimal(1), value=Fraction(1, 2), formula="签单额 ÷ 签单", facts=facts)
    item = ItemScore(made, Fraction(1, 2), Fraction(1, 2), Fraction(1))
    assert item_trace(item) == told("performance", "long_names_first")


def shown(made: Indicator, ratio: Fraction) -> Trace:
    return item_trace(ItemScore(made, ratio, ratio, Fraction(1)))


def test_a_comparison_inside_the_formula_is_kept_whole() -> None:
    late = Fact("迟到次数", Fraction(0), "count")
    made = Indicator(
        "x", "准时", Decimal(1), value=Decimal(1), formula="准时 = 如果 迟到次数 = 0 则 100% 否则 50%", facts=(late,)
    )
    assert shown(made, Fraction(1)).say == "准时:如果 0 = 0 则 100% 否则 50% = 100%"


def test_a_given_ratio_wins_over_actual_and_target() -> None:
    made = Indicator("x", "满意度", Decimal(1), value=Fraction(1, 2), actual=Decimal(3), target=Decimal(4))
    assert shown(made, Fraction(1, 2)).say == "满意度:50%"
    rated = Fact("平均分", Fraction(1, 2), "rate")
    by_formula = replace(made, formula="满意度 = 平均分", facts=(rated,))
    assert shown(by_formula, Fraction(1, 2)).say == "满意度:50%"
    assert ratio_of(made) == Fraction(1, 2)


def test_a_third_is_written_to_six_places() -> None:
    third = Fact("平均分", Fraction(1, 3), "rate")
    made = Indicator("x", "满意度", Decimal(1), value=Fraction(1, 3), formula="满意度 = 平均分", facts=(third,))
    found = shown(made, Fraction(1, 3))
    assert found.parts == (Trace("平均分", "0.333333", "rate", "平均分:33.3333%"),)
    assert found.value == "0.333333"


def test_without_data_there_is_no_ratio() -> None:
    for made in (replace(SALES, target=None), replace(SALES, actual=None)):
        with pytest.raises(ValueError, match=r"^indicator without data$"):
            ratio_of(made)


def test_everything_left_out_is_named() -> None:
    lacking = (replace(SALES, actual=None), Indicator("t", "培训", Decimal(0)))
    plan = replace(PLAN, indicators=(*lacking, CSAT), missing=Missing.REWEIGHT, weights_must_sum=None)
    say = "绩效得分 = 95% × 100% = 95%(“销售额完成率、培训”没有数据,权重按比例摊给其他指标)"
    assert trace(plan, score(plan)).say == say


def test_a_measured_item_keeps_all_terms_and_sorts_its_evidence() -> None:
    terms = Terms(Decimal("0.6"), Decimal("1.5"), Decimal("0.2"), Missing.REWEIGHT, "plan:1")
    both = {"签单额": money("签单额", 120000, "deal:1", "deal:2", "deal:1"), "目标": GOAL}
    made = measured(DEALS, both, terms)
    assert made == Indicator(
        "sales", "销售额完成率", Decimal("0.6"), value=Fraction(6, 5), cap=Decimal("1.5"), floor=Decimal("0.2"),
        unit="money", source="plan:1", evidence=("deal:1", "deal:2"), target_evidence=("target:7",),
        missing=Missing.REWEIGHT, formula="销售额完成率 = 签单额 ÷ 目标", facts=(both["签单额"], GOAL),
    )  # fmt: skip


# ── 报错 ───────────────────────────────────────────────────────────────


def test_weights_that_do_not_sum() -> None:
    say = "各指标权重合计 95%,应当是 100%。请调整权重后再保存。"
    wrong = Plan((SALES, replace(CSAT, weight=Decimal("0.35"))))
    assert refusal(lambda: score(wrong)) == ("WEIGHTS_SUM", say, {"sum": "0.95"})


def test_only_what_blocks_is_named() -> None:
    say = "“客户满意度”还没有数据,得分暂时算不出来(没有数据不当作 0)。请补上数据或联系 HR。"
    lacking = (replace(SALES, actual=None, missing=Missing.REWEIGHT), replace(CSAT, value=None))
    got = refusal(lambda: score(Plan(lacking)))
    assert got == ("MISSING_DATA", say, {"items": "csat", "labels": "客户满意度"})


def test_nothing_left_to_weigh_names_everything_lacking() -> None:
    say = "“销售额完成率、客户满意度”还没有数据,得分暂时算不出来(没有数据不当作 0)。请补上数据或联系 HR。"
    lacking = Plan((replace(SALES, target=None), replace(CSAT, value=None)), missing=Missing.REWEIGHT)
    both = {"items": "sales,csat", "labels": "销售额完成率、客户满意度"}
    assert refusal(lambda: score(lacking)) == ("MISSING_DATA", say, both)
    # 有数据的那一项权重是零:让不出去,也要拦住。
    idle = Plan((replace(CSAT, weight=Decimal(0)), replace(SALES, weight=Decimal(1), actual=None)))
    assert refusal(lambda: score(replace(idle, missing=Missing.REWEIGHT)))[2]["items"] == "sales"


def test_a_zero_denominator_is_named_before_missing_data() -> None:
    say = "“销售额完成率、费用”的目标或实绩是 0,不能做除数。请先改好目标,再重新计算。"
    zero = replace(SALES, target=Decimal(0))
    cost = Indicator("cost", "费用", Decimal("0.2"), undefined=True)
    plan = Plan((zero, cost, replace(CSAT, weight=Decimal("0.2"), value=None)))
    both = {"items": "sales,cost", "labels": "销售额完成率、费用"}
    assert refusal(lambda: score(plan)) == ("ZERO_DENOMINATOR", say, both)
    assert ratio_of(cost) is None


def test_below_the_lowest_grade() -> None:
    say = "得分 110% 低于最低一档,没有对应的等级。请补上最低一档。"
    high = replace(PLAN, bands=(Band(Decimal("1.2"), "A", Decimal(1)),))
    assert refusal(lambda: score(high)) == ("NO_BAND", say, {})


def test_the_highest_reached_grade_whatever_the_order() -> None:
    bands = (
        Band(Decimal("1.1"), "A", Decimal("1.3")),
        Band(Decimal(0), "C", Decimal(0)),
        Band(Decimal("0.9"), "B", Decimal(1)),
    )
    plan = replace(PLAN, bands=bands)
    grades = [(Fraction(11, 10), "A"), (Fraction(109, 100), "B"), (Fraction(9, 10), "B"), (Fraction(0), "C")]
    for value, grade in grades:
        found = band_of(plan, value)
        assert found is not None and found.grade == grade
    assert band_of(PLAN, Fraction(1)) is None


def test_a_score_is_rounded_half_up_and_floored_last() -> None:
    # 120% × 60% + 86.25% × 40% = 106.5%;取两位 1.07;保底 1.2 在取整之前。
    odd = replace(PLAN, indicators=(SALES, replace(CSAT, value=Decimal("0.8625"))), round_places=2)
    assert score(odd).value == Fraction(107, 100)
    assert score(replace(odd, score_floor=Decimal("1.2"))).value == Fraction(12, 10)
    assert score(replace(odd, round_places=0)).value == Fraction(1)
    assert score(odd).pair == (107, 100)


def test_a_bonus_by_grade_or_by_score() -> None:
    # 10000 × 1.10 × 10% = 1100;有等级时 10000 × 1.3 × 10% = 1300;一次取整:0.05 元 × 1.1 × 10% = 0.55 分 → 1 分。
    bands = (Band(Decimal(1), "A", Decimal("1.3")),)
    assert bonus(Money.of("10000.00"), score(PLAN), Decimal("0.10")) == Money.of("1100.00")
    assert bonus(Money.of("10000.00"), score(replace(PLAN, bands=bands)), Decimal("0.10")) == Money.of("1300.00")
    assert bonus(Money(5), score(PLAN), Decimal("0.10")) == Money(1)


# ── 改动 ───────────────────────────────────────────────────────────────

BANDS = (
    Band(Decimal(0), "C", Decimal("0.5")),
    Band(Decimal("0.9"), "B", Decimal(1)),
    Band(Decimal("1.1"), "A", Decimal("1.30")),
)
GRADED = replace(PLAN, bands=BANDS)
BASE = Change("score", "校准", "王芳", " 重点客户多 ", "score:1/2026-10/1", value=Fraction(115, 100))


def under(key: str, *parts: Trace) -> Trace:
    return replace(told("performance", key), parts=parts)


def test_a_changed_score_stands_on_the_old_one() -> None:
    before = standing(GRADED)
    assert changed(GRADED, before, BASE) == Standing(Fraction(115, 100), BANDS[2], under("score_changed", before.trace))
    assert changed(PLAN, None, BASE) == Standing(Fraction(115, 100), None, under("score_given"))


def test_a_changed_grade_stands_on_the_old_one() -> None:
    before, plain = standing(GRADED), standing(PLAN)
    change = replace(BASE, kind="grade", value=None, grade="B")
    want = Standing(Fraction(11, 10), BANDS[1], under("grade_changed", before.trace))
    assert changed(GRADED, before, change) == want
    assert changed(GRADED, plain, change).trace == under("grade_new", plain.trace)


def test_a_changed_item_is_weighed_again() -> None:
    change = replace(BASE, kind="item", item="csat", value=Fraction(0))
    plan = with_items(PLAN, {"csat": (Fraction(0), "score:1/2026-10/1")})
    decided = replace(CSAT, value=Fraction(0), evidence=("score:1/2026-10/1",))
    assert plan == replace(PLAN, indicators=(SALES, decided))
    after = changed(plan, standing(PLAN), change)
    assert after == Standing(Fraction(72, 100), None, under("item_changed", standing(plan).trace))
    graded = changed(replace(plan, bands=BANDS), standing(PLAN), change)
    assert graded.band == BANDS[0]  # 72% 是 C


def test_an_item_decided_by_a_person_has_data_of_its_own() -> None:
    lost = replace(SALES, undefined=True, facts=(SOLD,))
    (found,) = with_items(Plan((lost,)), {"sales": (Fraction(1, 2), "score:2")}).indicators
    assert found == replace(
        SALES, value=Fraction(1, 2), actual=None, target=None, undefined=False, facts=(), evidence=("score:2",)
    )


@pytest.mark.parametrize(
    ("plan", "change", "code", "say"),
    [
        (GRADED, replace(BASE, reason="  "), "REASON_NEEDED", "改动得分需要写明理由,本人会看到。请填写后再保存。"),
        (GRADED, replace(BASE, kind="bonus"), "BAD_CHANGE", "请选择要改的是总分、等级还是某一项。"),
        (GRADED, replace(BASE, value=None), "BAD_SCORE", "得分要在 0% 到 1000% 之间。请改好后再保存。"),
        (
            GRADED,
            replace(BASE, kind="item", item="x"),
            "NO_INDICATOR",
            "这个方案里没有要改的这一项。请刷新页面后再试。",
        ),
        (GRADED, replace(BASE, kind="grade", grade="S"), "NO_GRADE", "没有“S”这个等级。可以选的等级是 A、B、C。"),
        (PLAN, replace(BASE, kind="grade", grade="S"), "NO_GRADE", "没有“S”这个等级。这个方案没有等级,请改总分。"),
    ],
)
def test_a_wrong_change_says_what_to_do(plan: Plan, change: Change, code: str, say: str) -> None:
    assert refusal(lambda: check(plan, change)) == (code, say, {})


def test_a_grade_needs_a_score_first() -> None:
    say = "得分还算不出来,不能只改等级。请先补上数据,或直接定总分。"
    change = replace(BASE, kind="grade", value=None, grade="B")
    assert refusal(lambda: changed(GRADED, None, change)) == ("SCORE_FIRST", say, {})
    check(GRADED, change)
    check(GRADED, replace(BASE, kind="item", item="csat"))
