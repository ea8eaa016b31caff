"""考核周期、等级分布、得分公式、目标、口径:界上的数与报错的每一句。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.days import Month
from engine.formula_types import Source
from engine.performance import Band, Direction, Fact
from engine.performance_cycle import Cycle, CycleKind, PayMonth, pay_months
from engine.performance_distribution import Graded, Share, shares
from engine.performance_formula import check_weights, weights_of
from engine.performance_goal import Goal, Midcycle, MonthGoal, Piece, amount_words, month_goal, words
from engine.performance_measure import Measure, Terms, compiled, measured, needed, units_of, usual_formula
from tests.engine.words import refusal

# ── 周期 ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["1999", "2101", "2026-00", "2026-13", "x2026", "2026x"])
def test_what_is_no_cycle_says_how_to_write_it(text: str) -> None:
    say = f"“{text}”不是考核周期。请写成 2026-10、2026-Q4 或 2026。"
    assert refusal(lambda: Cycle.parse(text)) == ("BAD_CYCLE", say, {})


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        ("2000", Cycle(Month(2000, 1), CycleKind.YEAR)),
        ("2100", Cycle(Month(2100, 1), CycleKind.YEAR)),
        (" 2026-01 ", Cycle(Month(2026, 1), CycleKind.MONTH)),
        ("2026-12", Cycle(Month(2026, 12), CycleKind.MONTH)),
        ("2026-Q1", Cycle(Month(2026, 1), CycleKind.QUARTER)),
        ("2026-Q3", Cycle(Month(2026, 7), CycleKind.QUARTER)),
    ],
)
def test_the_edges_of_what_is_read(text: str, cycle: Cycle) -> None:
    assert Cycle.parse(text) == cycle
    assert str(cycle) == text.strip()


def test_a_cycle_contains_its_first_and_last_day() -> None:
    quarter = Cycle.parse("2026-Q4")
    assert [d in quarter for d in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]
    assert [Cycle.of(CycleKind.QUARTER, Month(2026, m)).start.month for m in (1, 3, 4, 6, 9, 12)] == [1, 1, 4, 4, 7, 10]


def test_the_months_a_score_pays() -> None:
    quarter = Cycle.parse("2026-Q4")
    assert pay_months(quarter, PayMonth.LAST) == (Month(2026, 12),)
    assert pay_months(quarter, PayMonth.NEXT) == (Month(2027, 1), Month(2027, 2), Month(2027, 3))
    assert pay_months(Cycle.parse("2026-10"), PayMonth.NEXT) == (Month(2026, 10),)


# ── 分布 ───────────────────────────────────────────────────────────────

BANDS = (
    Band(Decimal(0), "C", Decimal(0)),
    Band(Decimal("1.1"), "A", Decimal(2)),
    Band(Decimal("0.9"), "B", Decimal(1)),
)


def people(*found: tuple[str, str]) -> list[Graded]:
    return [Graded(n, Fraction(value), grade) for n, (value, grade) in enumerate(found, 1)]


def test_the_lowest_are_suggested_in_order_and_ties_left_open() -> None:
    """五人 × 20% = 1 人;四个 A 要让三个:1.1、1.15 在内,1.2 两位同分只让一位,由人定。"""
    found = people(("1.2", "A"), ("1.15", "A"), ("1.2", "A"), ("1.1", "A"), ("1", "B"))
    a, b, c = shares(found, BANDS, {"A": Decimal("0.2")})
    assert a == Share("A", 4, 1, (4, 2), (1, 3), "B")
    assert (a.over, b, c) == (3, Share("B", 1, None), Share("C", 0, None))


def test_a_whole_tie_that_fits_is_suggested() -> None:
    found = people(("1.2", "A"), ("1.1", "A"), ("1.1", "A"), ("1", "B"), ("1", "B"))
    assert shares(found, BANDS, {"A": Decimal("0.2")})[0] == Share("A", 3, 1, (2, 3), (), "B")


def test_exactly_as_many_as_allowed_is_fine_and_the_lowest_grade_has_nowhere_to_go() -> None:
    found = people(("1.2", "A"), ("1", "B"), ("0.1", "C"), ("0.2", "C"), ("0.3", "C"))
    a, b, c = shares(found, BANDS, {"A": Decimal("0.2"), "B": Decimal(0), "C": Decimal("0.2")})
    assert a == Share("A", 1, 1)
    assert b == Share("B", 1, 0, (2,), (), "C")
    assert (c, c.over) == (Share("C", 3, 1), 2)
    one_over = people(("1.2", "A"), ("1.1", "A"), ("1", "B"), ("1", "B"), ("1", "B"))
    assert shares(one_over, BANDS, {"A": Decimal("0.2")})[0].suggest == (2,)


# ── 得分公式 ─────────────────────────────────────────────────────────────

LABELS = ("销售额完成率", "客户满意度")


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("绩效得分 = 销售额完成率 × 60% − -客户满意度 × 40%", ("60%", "40%")),
        ("绩效得分 = 2 × 销售额完成率 − 客户满意度", ("200%", "-100%")),
        ("绩效得分 = (销售额完成率 + 10%) × 60% + 客户满意度 × 40% − 6%", ("60%", "40%")),
        ("绩效得分 = (50% + 10%) × 销售额完成率 + 客户满意度 × (2 × 20%)", ("60%", "40%")),
    ],
)
def test_sums_differences_and_signs_are_weights(text: str, weights: tuple[str, str]) -> None:
    expect = {label: Fraction(w.rstrip("%")) / 100 for label, w in zip(LABELS, weights, strict=True)}
    assert weights_of(text, LABELS) == expect


def test_what_is_not_in_the_formula_has_no_weight() -> None:
    assert weights_of("绩效得分 = 客户满意度", LABELS) == {"客户满意度": Fraction(1)}
    check_weights("绩效得分 = 客户满意度", {"客户满意度": Decimal(1), "培训": Decimal(0)})
    say = "得分公式里“培训”的权重是 0%,各项里写的是 40%。请改成一样的。"
    got = refusal(lambda: check_weights("绩效得分 = 客户满意度", {"客户满意度": Decimal(1), "培训": Decimal("0.4")}))
    assert got == ("FORMULA_WEIGHTS", say, {"item": "培训"})


@pytest.mark.parametrize(
    "text",
    [
        "绩效得分 = 销售额完成率 × 客户满意度",  # 在 0 与 1 上看着像 0,换个数就露馅
        "绩效得分 = 销售额完成率 + 销售额完成率 × 客户满意度 × (销售额完成率 − 140%)",
        "绩效得分 = 销售额完成率 × 销售额完成率",
        "绩效得分 = 客户满意度 + 10%",
        "绩效得分 = 客户满意度 ÷ 2",
        "绩效得分 = 最大(客户满意度, 销售额完成率)",
    ],
)
def test_what_is_no_weighted_sum_says_how_to_write_it(text: str) -> None:
    say = f"得分公式“{text}”要写成“指标 × 权重”相加,例如 绩效得分 = 销售额完成率 × 60% + 客户满意度 × 40%。请改正。"
    assert refusal(lambda: weights_of(text, LABELS)) == ("NOT_WEIGHTED", say, {})


def test_a_score_is_a_rate() -> None:
    assert refusal(lambda: weights_of("绩效得分 = 2元", LABELS))[0] == "FORMULA_UNIT"


def test_a_wrong_name_is_placed_in_its_file() -> None:
    source = Source("plans.yaml", 12, 5)
    code, _, details = refusal(lambda: check_weights("满意 × 1", {"客户满意度": Decimal(1)}, source))
    assert (code, details["file"], details["line"], details["column"]) == (
        "FORMULA_UNKNOWN_NAME",
        "plans.yaml",
        "12",
        "5",
    )


# ── 目标 ───────────────────────────────────────────────────────────────


def piece(revision: int, value: str, month: int, first: int, last: int) -> Piece:
    return Piece(revision, Decimal(value), date(2026, month, first), date(2026, month, last))


def test_a_quarter_of_goals_in_words() -> None:
    november = MonthGoal(
        Month(2026, 11), Fraction(286000, 3), (piece(1, "100000", 11, 1, 23), piece(2, "80000", 11, 24, 30))
    )
    december = MonthGoal(Month(2026, 12), Fraction(80000), (piece(2, "80000", 12, 1, 31),))
    assert words([november, december], "money") == (
        "11月 100000(1日–23日,23 天)、80000(24日–30日,7 天)按日历天数折算;11月 95333.33、12月 80000,相加"
    )
    rates = [
        MonthGoal(Month(2026, m), Fraction(r), (piece(1, r, m, 1, 30),)) for m, r in ((11, "0.9"), (12, "0.87655"))
    ]
    assert words(rates, "rate") == "11月 90%、12月 87.655%,按天数平均"
    assert words(rates[:1], "rate") == ""
    split = MonthGoal(Month(2026, 11), Fraction(1), (piece(1, "0.9", 11, 1, 23), piece(2, "0.8", 11, 24, 30)))
    assert words([split], "rate") == "11月 90%(1日–23日,23 天)、80%(24日–30日,7 天)按日历天数折算"
    assert november.revision == 2


def test_amounts_in_words() -> None:
    assert amount_words(Fraction(286000, 3), "money") == "95333.33"
    assert amount_words(Fraction(1, 3), "rate") == "33.3333%"


def test_the_newest_of_two_first_goals_holds_before_them() -> None:
    goals = [Goal(1, Decimal(10), date(2026, 11, 16)), Goal(2, Decimal(20), date(2026, 11, 16))]
    found = month_goal(goals, Month(2026, 11), Midcycle.CALENDAR_DAYS)
    assert found == MonthGoal(Month(2026, 11), Fraction(20), (piece(2, "20", 11, 1, 30),))
    replaced = month_goal(goals, Month(2026, 11), Midcycle.REPLACE)
    assert replaced == found
    last_day = [Goal(1, Decimal(10), date(2026, 11, 1)), Goal(2, Decimal(40), date(2026, 11, 30))]
    found = month_goal(last_day, Month(2026, 11), Midcycle.CALENDAR_DAYS)
    split = (piece(1, "10", 11, 1, 29), piece(2, "40", 11, 30, 30))
    assert found == MonthGoal(Month(2026, 11), Fraction(10 * 29 + 40, 30), split)
    later = [Goal(2, Decimal(20), date(2026, 11, 20)), Goal(1, Decimal(10), date(2026, 11, 16))]
    found = month_goal(later, Month(2026, 11), Midcycle.CALENDAR_DAYS)
    assert found is not None
    assert found.pieces == (piece(1, "10", 11, 1, 19), piece(2, "20", 11, 20, 30))
    assert found.value == Fraction(10 * 19 + 20 * 11, 30)


# ── 口径 ───────────────────────────────────────────────────────────────

SALES = Measure("sales", "销售额完成率", "deals", "money", "销售额完成率 = 签单额 ÷ 目标", needs_target=True)


@pytest.mark.parametrize(
    ("measure", "code", "say"),
    [
        (
            replace(SALES, source="crm"),
            "UNKNOWN_SOURCE",
            "指标“销售额完成率”的来源“crm”不认得。可以用的是 deals(签单)、ratings(客户满意度回访)、attendance(考勤)、input(录入的分数)。请改正后再装入。",
        ),
        *(
            (
                replace(SALES, unit=unit),
                "UNKNOWN_UNIT",
                f"指标“销售额完成率”的单位“{unit}”不认得。请写 money、rate、count、days、hours 之一。",
            )
            for unit in ("kg", "text", "bool")
        ),
        (
            replace(SALES, direction=Direction.LOWER_LINEAR),
            "MEASURE_DIRECTION",
            "指标“销售额完成率”的公式里已经用了目标,方向就由公式决定。请把 direction 改为 higher,或从公式里去掉目标。",
        ),
        (
            replace(SALES, needs_target=False),
            "MEASURE_TARGET",
            "指标“销售额完成率”的公式用了目标,却写着不需要目标。请把 target 改为 required。",
        ),
    ],
)
def test_a_wrong_measure_says_what_to_write(measure: Measure, code: str, say: str) -> None:
    assert refusal(lambda: compiled(measure)) == (code, say, {})


def test_a_wrong_formula_is_placed_in_its_file() -> None:
    where = Source("indicators.yaml", 7, 3)
    _, _, details = refusal(lambda: compiled(replace(SALES, formula="甲 = 签单量"), where))
    assert (details["file"], details["line"], details["column"]) == ("indicators.yaml", "7", "7")
    _, _, unit = refusal(lambda: compiled(replace(SALES, formula="甲 = 签单数"), where))
    assert (unit["file"], unit["line"]) == ("indicators.yaml", "7")


def test_names_of_each_source() -> None:
    assert set(units_of(SALES)) == {"签单额", "签单数", "目标", "基线"}
    assert set(units_of(replace(SALES, source="input"))) == {"录入值", "目标", "基线"}
    assert units_of(replace(SALES, source="input", unit="hours"))["录入值"].value == "hours"


def test_usual_formulas_and_what_they_need() -> None:
    usual = replace(SALES, formula="")
    assert usual_formula(usual) == "销售额完成率 = 签单额 ÷ 目标"
    assert needed(usual) == ("签单额", "目标")
    inverse = replace(usual, direction=Direction.LOWER_INVERSE)
    assert usual_formula(inverse) == "销售额完成率 = 签单额"
    assert needed(inverse) == ("签单额", "目标")
    rated = Measure("csat", "客户满意度", "ratings", "rate")
    assert needed(rated) == ("评价合计", "评价份数")
    assert usual_formula(replace(rated, needs_target=True)) == "客户满意度 = (评价合计 ÷ 评价份数) ÷ 目标"


def test_a_result_of_hours_against_a_target_of_hours() -> None:
    one = Measure("hours", "加班时数", "input", "hours", direction=Direction.LOWER_INVERSE, needs_target=True)
    facts = {
        "录入值": Fact("录入值", Fraction(12), "hours", ("input:1",)),
        "目标": Fact("目标", Fraction(6), "hours", ("target:1",)),
    }
    made = measured(one, facts, Terms(Decimal(1)))
    assert (made.actual, made.target, made.evidence, made.target_evidence) == (
        Fraction(12),
        Fraction(6),
        ("input:1",),
        ("target:1",),
    )
    empty = measured(one, {**facts, "目标": Fact("目标", None, "hours")}, Terms(Decimal(1)))
    assert not empty.has_data
    assert [fact.name for fact in empty.facts] == ["录入值", "目标"]
