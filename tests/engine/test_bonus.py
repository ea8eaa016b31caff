"""年终奖:临界区由税率表算出、两种算法的比较、话里不带金额。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policies import shipped
from engine.bonus import (
    Better,
    Refusal,
    YearWages,
    advice,
    apart_trace,
    better_of,
    cliff_at,
    cliffs,
    compare,
    net,
    trace,
)
from engine.money import Money
from engine.tax import Bracket, Figures, TaxTable

DAY = date(2026, 1, 20)
RULES = shipped().withholding.on(DAY)
TABLE = shipped().bonus.on(DAY)
WAGES = YearWages(Figures(income=24_000_000, insurance=3_600_000, special=2_400_000), 6_000_000)


def test_the_cliffs_are_the_published_ones() -> None:
    """公开的六段:发到后一个数,到手才与前一个数持平(分向上取)。"""
    found = [(Money(c.start).yuan(), Money(c.end).yuan()) for c in cliffs(TABLE)]
    assert found == [
        ("36000.00", "38566.67"),
        ("144000.00", "160500.00"),
        ("300000.00", "318333.33"),
        ("420000.00", "447500.00"),
        ("660000.00", "706538.46"),
        ("960000.00", "1120000.00"),
    ]


@pytest.mark.parametrize("cliff", cliffs(TABLE), ids=lambda c: str(c.start))
def test_the_ends_of_a_cliff_are_exact(cliff) -> None:
    assert net(cliff.start, TABLE) == cliff.net
    assert net(cliff.start + 1, TABLE) < cliff.net
    assert net(cliff.end - 1, TABLE) < cliff.net <= net(cliff.end, TABLE)
    assert cliff_at(cliff.start, TABLE) is None and cliff_at(cliff.end, TABLE) is None
    assert cliff_at(cliff.start + 1, TABLE) == cliff_at(cliff.end - 1, TABLE) == cliff


@given(st.integers(0, 200_000_000), st.integers(0, 200_000_000))
def test_more_bonus_nets_more_unless_in_a_cliff(one: int, other: int) -> None:
    less, more = sorted((one, other))
    if cliff_at(more, TABLE) is None:
        assert net(more, TABLE) >= net(less, TABLE)
    else:
        assert net(more, TABLE) < net(cliff_at(more, TABLE).start, TABLE)  # type: ignore[union-attr]


def test_a_table_without_jumps_has_no_cliff() -> None:
    """全额累进才有临界区:只有一级,或速算扣除使税额连续的表,没有。"""
    assert cliffs(TaxTable((Bracket(None, Decimal("0.03"), 0),))) == ()
    smooth = TaxTable((Bracket(100, Decimal("0.1"), 0), Bracket(None, Decimal("0.2"), 120)))
    assert cliffs(smooth) == ()
    # 1,201 分的税 120.5 进成 121,到手与 1,200 分同是 1,080:没有变少,不算临界区。
    level = TaxTable((Bracket(100, Decimal("0.1"), 0), Bracket(None, Decimal("0.5"), 480)))
    assert cliffs(level) == ()


def test_a_cliff_may_run_over_a_whole_bracket() -> None:
    """窄的一级里到手追不回来,要到再上一级:3% 到 1,200 分,90% 一级只到 1,320 分,其上 20%。"""
    table = TaxTable((Bracket(100, Decimal("0"), 0), Bracket(110, Decimal("0.9"), 0), Bracket(None, Decimal("0.2"), 0)))
    first = cliffs(table)[0]
    assert (first.start, first.net) == (1_200, 1_200)
    # 1,321 分起 20%:到手 80%,1,500 分才到 1,200;四舍五入使 1,499 分(税 300,到手 1,199)不够。
    assert first.end == 1_500


STEP_RATES = st.lists(st.sampled_from(["0", "0.1", "0.3", "0.5", "0.9"]), min_size=4, max_size=4)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True), STEP_RATES, st.integers(0, 3))
def test_cliffs_are_found_by_trying_every_fen(uppers: list[int], rates: list[str], quick: int) -> None:
    """随便一张小表:一分一分往上试,到手第一次不少于级距那一点的,就是临界区的尽头。"""
    bounds = [*sorted(uppers), None]
    table = TaxTable(
        tuple(
            Bracket(upto, Decimal(rate), quick * i) for i, (upto, rate) in enumerate(zip(bounds, rates, strict=False))
        )
    )
    tried = []
    for upto in sorted(uppers):
        start = upto * 12
        if net(start + 1, table) < net(start, table):
            end = next(fen for fen in range(start + 1, 10_000) if net(fen, table) >= net(start, table))
            tried.append((start, end, net(start, table)))
    assert [(c.start, c.end, c.net) for c in cliffs(table)] == tried


@pytest.mark.parametrize(
    ("separate", "merged", "better"), [(1, 2, Better.SEPARATE), (2, 1, Better.MERGED), (2, 2, Better.EQUAL)]
)
def test_the_better_way_is_the_smaller_tax(separate: int, merged: int, better: Better) -> None:
    assert better_of(separate, merged) is better


def test_refusals_have_names_and_leave_merging() -> None:
    used = compare(WAGES, 2_000_000, RULES, TABLE, used=True)
    lapsed = compare(WAGES, 2_000_000, RULES, None)
    both = compare(WAGES, 2_000_000, RULES, None, used=True)
    # 两个缘故都占的,先说本人本年已经用过
    assert [r.refusal for r in (used, lapsed, both)] == [Refusal.ALREADY_USED, Refusal.EXPIRED, Refusal.ALREADY_USED]
    for one in (used, lapsed):
        assert one.bonus == 2_000_000
        assert one.apart is None and one.better is Better.MERGED and one.cliff is None
        # 120000+20000=140000×10%−2520=11480
        assert (one.wages.tax, one.merged.tax) == (948_000, 1_148_000)


def test_a_shortfall_of_wages_reduces_the_bonus_only_when_merged() -> None:
    found = compare(YearWages(Figures(income=4_000_000), 6_000_000), 4_000_000, RULES, TABLE)
    assert found.apart is not None
    assert (found.apart.tax, found.merged.base, found.merged.tax) == (379_000, 2_000_000, 60_000)


def test_relief_is_taken_off_both_ways() -> None:
    wages = YearWages(Figures(income=8_000_000, relief=50_000), 6_000_000)
    found = compare(wages, 1_000_000, RULES, TABLE)
    assert (found.wages.base, found.wages.tax, found.merged.tax) == (2_000_000, 10_000, 40_000)
    much = compare(YearWages(Figures(income=8_000_000, relief=90_001), 6_000_000), 0, RULES, TABLE)
    assert (much.wages.tax, much.merged.tax) == (0, 0)


def test_advice_names_the_cliff_and_the_better_way() -> None:
    found = compare(WAGES, 14_400_001, RULES, TABLE)
    cliff, way = advice(found, TABLE)
    assert "大于 ¥144,000.00、小于 ¥160,500.00" in cliff and "少 ¥13,199.99" in cliff
    assert "并入综合所得全年少交 ¥990.00" in way
    (only,) = advice(compare(WAGES, 3_600_000, RULES, TABLE), TABLE)
    assert "单独计税全年少交 ¥3,720.00" in only
    same = compare(YearWages(Figures(income=8_000_000), 6_000_000), 1_000_000, RULES, TABLE)
    assert "税额相同" in advice(same, TABLE)[0]
    assert advice(compare(WAGES, 1, RULES, None), None) == ("单独计税的规定在发放日没有效力,只能并入综合所得",)


def test_traces_hold_the_figures_and_words_hold_none() -> None:
    found = compare(WAGES, 3_600_001, RULES, TABLE)
    why = trace(found, TABLE, "tax.bonus@2019-01-01", ("manual:1",))
    assert why.value == "单独计税"
    assert [part.value for part in why.parts] == ["3390.00", "14280.00", "9480.00"]
    assert why.words == "年终奖落在临界区,请看建议"
    assert found.apart is not None
    apart = apart_trace(found.apart, "tax.bonus@2019-01-01", ("manual:1",))
    assert apart.say.endswith("¥36,000.01 × 10% − 速算扣除数 ¥210.00 = ¥3,390.00")
    assert apart.all_evidence() == ["manual:1"]
    for one in (why, apart):
        assert not any(sign in node.words for node in one.walk() for sign in "¥元")
