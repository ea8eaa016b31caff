"""公式的表:阶梯的分段与全额、界限归谁、单价与定额;对照表逐个与按档;查不到报错,不当作零。数字都是手算的。"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import NotReady
from engine.formula import Scope, evaluate, formula_in
from engine.formula_tables import MAX_ROWS, Bound, Gives, LookupTable, Mode, StepTable, Table, faults, segments
from engine.formula_types import FormulaError, Pair, Source, Unit
from tests.engine.formula_judge import climb

UNITS = {"回款额": Unit.MONEY, "工龄": Unit.COUNT, "件数": Unit.COUNT, "完成率": Unit.RATE, "城市": Unit.TEXT}
WAN = 1_000_000  # 一万元的分
ROWS: tuple[tuple[Pair | None, Pair], ...] = (((10 * WAN, 1), (1, 100)), ((30 * WAN, 1), (3, 100)), (None, (5, 100)))


def steps(mode: Mode = Mode.MARGINAL, bound: Bound = Bound.UPPER_IN, **other: Any) -> StepTable:
    table = {"input": Unit.MONEY, "gives": Gives.RATE, "rows": ROWS, **other}
    return StepTable(
        "提成表", table["input"], table["gives"], mode, bound, table["rows"], "pay.table.提成表@2026-01-01"
    )


def lookup(**other: Any) -> LookupTable:
    rows = (((1, 1), (0, 1)), ((3, 1), (5000, 1)), (None, (20000, 1)))
    table = {"key": Unit.COUNT, "unit": Unit.MONEY, "bound": Bound.LOWER_IN, "rows": rows, "otherwise": None, **other}
    return LookupTable("津贴表", table["key"], table["unit"], table["bound"], table["rows"], table["otherwise"])


def value(text: str, table: Table, **values: Any) -> Fraction:
    made = formula_in(text, Scope.of(UNITS, {table.name: table}))
    return Fraction(*evaluate(made, values))


@pytest.mark.parametrize(
    ("mode", "bound", "yuan", "expected"),
    [
        # 分段:10 万 × 1% + 5 万 × 3% = 1000 + 1500;界限归谁不改变结果
        (Mode.MARGINAL, Bound.UPPER_IN, 150_000, 2500),
        (Mode.MARGINAL, Bound.LOWER_IN, 150_000, 2500),
        (Mode.MARGINAL, Bound.UPPER_IN, 100_000, 1000),
        (Mode.MARGINAL, Bound.LOWER_IN, 100_000, 1000),
        (Mode.MARGINAL, Bound.UPPER_IN, 500_000, 17_000),  # 1000 + 6000 + 20 万 × 5%
        # 全额:恰好 10 万,≤ 按 1%,≥ 按 3%
        (Mode.WHOLE, Bound.UPPER_IN, 100_000, 1000),
        (Mode.WHOLE, Bound.LOWER_IN, 100_000, 3000),
        (Mode.WHOLE, Bound.UPPER_IN, 300_000, 9000),
        (Mode.WHOLE, Bound.LOWER_IN, 300_000, 15_000),
        (Mode.WHOLE, Bound.UPPER_IN, 150_000, 4500),
        (Mode.WHOLE, Bound.UPPER_IN, 0, 0),
        # 退款多于回款:按第一档
        (Mode.MARGINAL, Bound.UPPER_IN, -20_000, -200),
        (Mode.WHOLE, Bound.LOWER_IN, -20_000, -200),
    ],
)  # fmt: skip
def test_commission_by_steps(mode: Mode, bound: Bound, yuan: int, expected: int) -> None:
    assert value("阶梯(提成表, 回款额)", steps(mode, bound), 回款额=(yuan * 100, 1)) == expected * 100


def test_a_fen_above_the_bound_is_the_next_step() -> None:
    whole = steps(Mode.WHOLE)
    assert value("阶梯(提成表, 回款额)", whole, 回款额=(10 * WAN + 1, 1)) == Fraction((10 * WAN + 1) * 3, 100)
    assert value("阶梯(提成表, 回款额)", whole, 回款额=(20 * WAN + 1, 2)) == Fraction((20 * WAN + 1) * 3, 200)


def test_nothing_is_rounded_inside_a_step_table() -> None:
    assert value("阶梯(提成表, 回款额)", steps(), 回款额=(333, 1)) == Fraction(333, 100)
    assert value("四舍五入(阶梯(提成表, 回款额))", steps(), 回款额=(333, 1)) == 3


def test_price_for_each_piece() -> None:
    """前 100 件每件 5 角,以上每件 8 角:130 件 = 50 + 24 = 74 元;全额则 130 × 0.8 = 104 元。"""
    rows = (((100, 1), (50, 1)), (None, (80, 1)))
    assert value("阶梯(提成表, 件数)", steps(input=Unit.COUNT, gives=Gives.PRICE, rows=rows), 件数=(130, 1)) == 7400
    whole = steps(Mode.WHOLE, input=Unit.COUNT, gives=Gives.PRICE, rows=rows)
    assert value("阶梯(提成表, 件数)", whole, 件数=(130, 1)) == 10400


def test_an_amount_for_the_step_reached() -> None:
    """完成率不到 80% 没有,80% 起 500 元,100% 起 1000 元。"""
    rows = (((80, 100), (0, 1)), ((1, 1), (50000, 1)), (None, (100000, 1)))
    table = steps(Mode.WHOLE, Bound.LOWER_IN, input=Unit.RATE, gives=Gives.AMOUNT, rows=rows)
    for rate, yuan in (((79, 100), 0), ((8, 10), 500), ((99, 100), 500), ((1, 1), 1000), ((13, 10), 1000)):
        assert value("阶梯(提成表, 完成率)", table, 完成率=rate) == yuan * 100


TABLES = st.tuples(
    st.lists(st.integers(1, 10**7), min_size=1, max_size=6, unique=True), st.sampled_from(Mode), st.sampled_from(Bound)
)


@given(TABLES, st.integers(-(10**7), 2 * 10**7), st.integers(1, 7), st.data())
def test_any_step_table_is_climbed_step_by_step(made: Any, n: int, d: int, data: st.DataObject) -> None:
    uppers, mode, bound = made
    rates = data.draw(
        st.lists(
            st.tuples(st.integers(0, 999), st.integers(1, 999)), min_size=len(uppers) + 1, max_size=len(uppers) + 1
        )
    )
    table = steps(mode, bound, rows=tuple(zip([*((u, 1) for u in sorted(uppers)), None], rates, strict=True)))
    assert faults(table) == []
    assert value("阶梯(提成表, 回款额)", table, 回款额=(n, d)) == climb(table, Fraction(n, d))
    lines = segments(table)
    assert [one.upto for one in lines] == [*sorted(uppers), None]
    if mode is Mode.MARGINAL:  # 分段的折线在每个界限上是连着的
        for one, after in zip(lines, lines[1:], strict=False):
            assert one.upto is not None
            assert one.intercept + one.slope * one.upto == after.intercept + after.slope * one.upto


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (steps(rows=()), "一行也没有"),
        (steps(rows=ROWS[:2]), "最后一档不能有上限"),
        (steps(rows=(ROWS[1], ROWS[0], ROWS[2])), "由小到大"),
        (steps(rows=(ROWS[0], ROWS[0], ROWS[2])), "重叠"),
        (steps(rows=(ROWS[2], ROWS[0], ROWS[2])), "只有最后一档"),
        (steps(gives=Gives.PRICE), "单价"),
        (steps(gives=Gives.AMOUNT), "只能是全额"),
        (steps(input=Unit.TEXT), "要是数"),
        (steps(rows=(*(((i, 1), (1, 1)) for i in range(MAX_ROWS)), ROWS[2])), "拆成几张"),
        (lookup(rows=()), "一行也没有"),
        (lookup(rows=(((3, 1), (0, 1)), ((1, 1), (0, 1)))), "由小到大"),
        (lookup(rows=(("一", (0, 1)),)), "不能是文字"),
        (lookup(otherwise=(0, 1)), "不会查不到"),
        (lookup(key=Unit.TEXT), "键要是数"),
        (lookup(bound=None), "没有“以上”"),
        (lookup(bound=None, rows=(((1, 1), (0, 1)), ((2, 2), (0, 1)))), "写了两次"),
        (lookup(bound=None, key=Unit.TEXT, rows=(("甲", (0, 1)), ("甲", (0, 1)))), "写了两次"),
    ],
)  # fmt: skip
def test_wrong_tables_are_refused(table: Table, words: str) -> None:
    assert words in faults(table)[0].say


@pytest.mark.parametrize(("years", "yuan"), [(0, 0), (1, 50), (2, 50), (3, 200), (40, 200)])
def test_a_range_lookup(years: int, yuan: int) -> None:
    assert value("查表(津贴表, 工龄)", lookup(), 工龄=(years, 1)) == yuan * 100


def test_range_bounds_may_belong_to_the_row() -> None:
    assert value("查表(津贴表, 工龄)", lookup(bound=Bound.UPPER_IN), 工龄=(1, 1)) == 0
    assert value("查表(津贴表, 工龄)", lookup(bound=Bound.UPPER_IN), 工龄=(3, 2)) == 5000


def test_exact_keys_meet_whatever_their_writing() -> None:
    table = lookup(bound=None, rows=(((3, 2), (100, 1)), ((2, 1), (200, 1))))
    assert value("查表(津贴表, 工龄)", table, 工龄=(6, 4)) == 100
    assert value("查表(津贴表, 工龄)", table, 工龄=(2, 1)) == 200


CITIES = lookup(key=Unit.TEXT, bound=None, rows=(("上海", (50000, 1)), ("苏州", (30000, 1))))


def test_text_keys_and_what_is_said_when_missing() -> None:
    assert value("查表(津贴表, 城市)", CITIES, 城市="苏州") == 30000
    with pytest.raises(NotReady) as caught:
        value("津贴 = 查表(津贴表, 城市)", CITIES, 城市="苏洲")
    assert caught.value.code == "LOOKUP_MISSING"
    assert {"“苏洲”", "“苏州”", "“津贴表”", "“津贴”"} <= set(_quoted(caught.value.say))
    assert caught.value.details["table"] == "津贴表"


def _quoted(say: str) -> list[str]:
    return [f"“{part.split('”')[0]}”" for part in say.split("“")[1:]]


def test_a_missing_row_is_never_zero_unless_it_is_said() -> None:
    short = lookup(rows=(((1, 1), (100, 1)),))
    with pytest.raises(NotReady) as caught:
        value("查表(津贴表, 工龄)", short, 工龄=(9, 1))
    assert "“9”" in caught.value.say
    assert value("查表(津贴表, 工龄, 7元)", short, 工龄=(9, 1)) == 700
    assert value("查表(津贴表, 工龄)", lookup(rows=short.rows, otherwise=(300, 1)), 工龄=(9, 1)) == 300
    assert value("查表(津贴表, 工龄, 7元)", lookup(rows=short.rows, otherwise=(300, 1)), 工龄=(9, 1)) == 700


def test_a_missing_money_key_is_not_told() -> None:
    table = lookup(key=Unit.MONEY, rows=(((100, 1), (100, 1)),))
    with pytest.raises(NotReady) as caught:
        value("查表(津贴表, 回款额)", table, 回款额=(987654, 1))
    assert "9876" not in caught.value.say + str(caught.value.details)


@pytest.mark.parametrize(
    ("text", "code", "column", "words"),
    [
        ("阶梯(提程表, 回款额)", "FORMULA_UNKNOWN_TABLE", 1, "是不是“提成表”"),
        ("阶梯(提成表, 工龄)", "FORMULA_UNIT", 9, "应当是金额,却是次数"),
        ("阶梯(提成表, 500)", "FORMULA_UNIT", 9, "应当是金额"),
        ("查表(提成表, 回款额)", "FORMULA_TABLE_KIND", 1, "请用 阶梯(提成表"),
        ("阶梯(津贴表, 工龄)", "FORMULA_TABLE_KIND", 1, "请用 查表(津贴表"),
        ("查表(津贴表, 城市)", "FORMULA_UNIT", 9, "的键应当是次数,却是文字"),
        ("查表(津贴表, 工龄, 3天)", "FORMULA_UNIT", 13, "没有时的值应当是金额"),
        ("阶梯(提成表)", "FORMULA_SYNTAX", 7, "逗号"),
        ("阶梯(提成表, 回款额, 1)", "FORMULA_SYNTAX", 12, "右括号"),
        ("阶梯(1, 回款额)", "FORMULA_SYNTAX", 4, "阶梯表的名字"),
        ("查表(津贴表, 工龄, 1元, 2元)", "FORMULA_SYNTAX", 15, "右括号"),
        ("阶梯提成(提成表, 回款额)", "FORMULA_UNKNOWN_FUNCTION", 1, "是不是“阶梯”"),
    ],
)  # fmt: skip
def test_mistakes_with_tables(text: str, code: str, column: int, words: str) -> None:
    scope = Scope.of(UNITS, {"提成表": steps(), "津贴表": lookup()})
    with pytest.raises(FormulaError) as caught:
        formula_in(text, scope, source=Source("甲.txt", 3, 1))
    assert (caught.value.code, caught.value.details["column"]) == (code, str(column))
    assert words in caught.value.say
    assert "甲.txt:3" in caught.value.say
