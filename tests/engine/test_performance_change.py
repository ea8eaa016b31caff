"""得分的改动与等级分布:改了什么、为什么看得见,原来的来处留着;分布只建议,不改人。"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput, EhrError, NotFound
from engine.performance import Band, Indicator, Plan
from engine.performance_change import Change, changed, check, standing, with_items
from engine.performance_distribution import Graded, shares

BANDS = (
    Band(Decimal("0"), "C", Decimal("0.5")),
    Band(Decimal("0.9"), "B", Decimal("1")),
    Band(Decimal("1.1"), "A", Decimal("1.3")),
)
SALES = Indicator("sales", "销售额完成率", Decimal("0.6"), value=Decimal("1.2"), evidence=("deal:1",))
CSAT = Indicator("csat", "客户满意度", Decimal("0.4"), value=Decimal("0.95"), evidence=("rating:1",))
PLAN = Plan((SALES, CSAT))
GRADED = replace(PLAN, bands=BANDS)
BASE = Change("score", "校准", "王芳", "重点客户多", "score:1/2026-10/1", value=Fraction(115, 100))


def test_a_new_total_keeps_the_old_trace_beneath() -> None:
    after = changed(GRADED, standing(GRADED), BASE)
    assert (after.value, after.band and after.band.grade, after.multiplier) == (
        Fraction(115, 100),
        "A",
        Fraction(13, 10),
    )
    assert after.trace.say == "校准:得分 110% → 115%,等级 A,系数 1.3(王芳:重点客户多)"
    assert after.trace.parts[0].say.startswith("绩效得分 = 120% × 60% + 95% × 40% = 110%")
    assert after.trace.all_evidence() == ["score:1/2026-10/1", "deal:1", "rating:1"]


def test_a_new_grade_leaves_the_score() -> None:
    after = changed(GRADED, standing(GRADED), replace(BASE, kind="grade", value=None, grade="B"))
    assert (after.value, after.multiplier) == (Fraction(11, 10), Fraction(1))
    assert after.trace.value == "1.100000"
    assert "等级 A → B,系数 1,得分仍是 110%" in after.trace.say


def test_a_new_item_is_weighed_again() -> None:
    """满意度由 95% 改为 100%:120% × 60% + 100% × 40% = 112%。"""
    change = replace(BASE, kind="item", item="csat", value=Fraction(1))
    plan = with_items(PLAN, {"csat": (Fraction(1), change.evidence)})
    after = changed(plan, standing(PLAN), change)
    assert after.value == Fraction(112, 100)
    assert after.trace.say == "校准:客户满意度定为 100%,得分 110% → 112%(王芳:重点客户多)"
    assert after.trace.all_evidence() == ["score:1/2026-10/1", "deal:1"]


def test_a_person_may_give_what_data_lack_but_says_so() -> None:
    lacking = replace(PLAN, indicators=(SALES, replace(CSAT, value=None, evidence=())))
    after = changed(lacking, None, BASE)
    assert after.trace.say == "校准:得分 由无数据定为 115%(王芳:重点客户多)"
    with pytest.raises(BadInput) as caught:
        changed(replace(lacking, bands=BANDS), None, replace(BASE, kind="grade", value=None, grade="B"))
    assert caught.value.code == "SCORE_FIRST"


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        (replace(BASE, reason="  "), BadInput, "REASON_NEEDED"),
        (replace(BASE, kind="bonus"), BadInput, "BAD_CHANGE"),
        (replace(BASE, value=None), BadInput, "BAD_SCORE"),
        (replace(BASE, value=Fraction(-1, 100)), BadInput, "BAD_SCORE"),
        (replace(BASE, value=Fraction(1001, 100)), BadInput, "BAD_SCORE"),
        (replace(BASE, kind="item", item="other"), NotFound, "NO_INDICATOR"),
        (replace(BASE, kind="grade", grade="S"), BadInput, "NO_GRADE"),
    ],
)
def test_a_wrong_change_is_refused(change: Change, error: type[EhrError], code: str) -> None:
    with pytest.raises(error) as caught:
        check(GRADED, change)
    assert caught.value.code == code


def test_the_edges_of_a_score_may_be_given() -> None:
    check(PLAN, replace(BASE, value=Fraction(0)))
    check(PLAN, replace(BASE, value=Fraction(10)))


def test_one_too_many_a_and_the_lowest_is_suggested() -> None:
    """十人,A 不超过 20% 即 2 人;有 3 人是 A,建议分最低的那位降到 B。"""
    people = [Graded(n, Fraction(110 + n, 100), "A") for n in (1, 2, 3)] + [
        Graded(n, Fraction(1), "B") for n in range(4, 11)
    ]
    a, b, c = shares(people, BANDS, {"A": Decimal("0.2")})
    assert (a.grade, a.count, a.allowed, a.over, a.suggest, a.tied, a.lower) == ("A", 3, 2, 1, (1,), (), "B")
    assert (b.count, b.allowed, b.over, b.suggest) == (7, None, 0, ())
    assert (c.grade, c.count) == ("C", 0)


def test_ties_at_the_edge_are_left_to_people() -> None:
    """七人 × 20% = 1.4,舍去得 1 人;三个 A 里两位同分,要降两位而最低一位独自一分:最低的建议,同分的由人定。"""
    people = [Graded(1, Fraction(12, 10), "A"), Graded(2, Fraction(12, 10), "A"), Graded(3, Fraction(11, 10), "A")]
    people += [Graded(n, Fraction(1), "B") for n in range(4, 8)]
    a, *_ = shares(people, BANDS, {"A": Decimal("0.2")})
    assert (a.allowed, a.over, a.suggest, a.tied) == (1, 2, (3,), (1, 2))


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from("ABC")), max_size=30), st.integers(0, 100))
def test_who_is_suggested_never_outranks_who_stays(found: list[tuple[int, str]], limit: int) -> None:
    people = [Graded(n, Fraction(v, 100), g) for n, (v, g) in enumerate(found)]
    value = {p.person_id: p.value for p in people}
    for one in shares(people, BANDS, dict.fromkeys("AB", Decimal(limit) / 100)):
        mine = {p.person_id for p in people if p.grade == one.grade}
        assert one.count == len(mine)
        stay = mine - set(one.suggest) - set(one.tied)
        assert all(value[gone] < value[kept] for gone in (*one.suggest, *one.tied) for kept in stay)
        assert len(one.suggest) <= one.over <= len(one.suggest) + len(one.tied)
