"""公式:读法、单位、精确的值、次序;错误写得出在哪里、该怎么改。"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import NotReady
from engine.explain import explain, show
from engine.formula import evaluate, formula, in_order
from engine.formula_parse import parse
from engine.formula_types import FormulaError, Source, Unit
from engine.trace import Trace

UNITS = {
    "基本工资": Unit.MONEY,
    "全勤奖标准": Unit.MONEY,
    "绩效得分": Unit.RATE,
    "迟到次数": Unit.COUNT,
    "出勤天数": Unit.DAYS,
    "应出勤天数": Unit.DAYS,
    "加班小时": Unit.HOURS,
    "岗位": Unit.TEXT,
    "试用": Unit.BOOL,
}
VALUES: dict[str, Any] = {
    "基本工资": (1000000, 1),
    "全勤奖标准": (20000, 1),
    "绩效得分": (110, 100),
    "迟到次数": (1, 1),
    "出勤天数": (20, 1),
    "应出勤天数": (21, 1),
    "加班小时": (3, 2),
    "岗位": "销售",
    "试用": False,
}


def value(text: str, **other: Any) -> Any:
    found = evaluate(formula(text, UNITS), {**VALUES, **other})
    return Fraction(*found) if isinstance(found, tuple) else found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("绩效奖金 = 基本工资 × 绩效得分 × 10%", 110000),
        ("绩效奖金＝基本工资＊绩效得分×１０％", 110000),
        ("基本工资 ÷ 21.75 × 0.5", Fraction(1000000 * 100, 2175 * 2)),
        ("基本工资/21.75天*(应出勤天数-出勤天数)", Fraction(1000000 * 100, 2175)),
        ("1 + 2 × 3 - 4 ÷ 2", 5),
        ("-2 × -3", 6),
        ("(1 + 2) × 3", 9),
        ("15元 × 出勤天数", 30000),
        ("如果 迟到次数 = 0 则 全勤奖标准 否则 0", 0),
        ("如果迟到次数≤1且出勤天数≥20天则全勤奖标准否则0元", 20000),
        ("如果 非 试用 且 (迟到次数 > 3次 或 岗位 = \"销售\") 则 1元 否则 2元", 100),
        ("如果 岗位 ≠ “销售” 则 1 否则 如果 试用 则 2 否则 3", 3),
        ("最大(0, 基本工资 - 20000元)", 0),
        ("最小(绩效得分, 100%, 2)", 1),
        ("四舍五入(基本工资 ÷ 3)", 333333),
        ("四舍五入(基本工资 ÷ 3, 0)", 333300),
        ("四舍五入(0.045, 2)", Fraction(5, 100)),
        ("四舍五入(-0.045, 2)", Fraction(-5, 100)),
        ("向上取整(15.01元)", 1600),
        ("向下取整(加班小时)", 1),
        ("出勤天数 ÷ 应出勤天数", Fraction(20, 21)),
        ("基本工资 ÷ 基本工资", 1),
        ("1 ÷ (2 - 4)", Fraction(-1, 2)),
    ],
)  # fmt: skip
def test_values_are_exact(text: str, expected: int | Fraction) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "code", "column", "hint"),
    [
        ("基本工姿 × 2", "FORMULA_UNKNOWN_NAME", 1, "是不是“基本工资”"),
        ("2 × 基本工资基本工资", "FORMULA_UNKNOWN_NAME", 5, "基本工资"),
        ("基本工资 + 出勤天数", "FORMULA_UNIT", 6, "金额和天数"),
        ("基本工资 × 基本工资", "FORMULA_UNIT", 6, "金额不能乘金额"),
        ("出勤天数 ÷ 基本工资", "FORMULA_UNIT", 6, "天数不能除以金额"),
        ("基本工资 > 5000", "FORMULA_UNIT", 6, "200元"),
        ("如果 迟到次数 则 1 否则 2", "FORMULA_UNIT", 4, "应当是是否"),
        ("如果 试用 则 1元 否则 2天", "FORMULA_UNIT", 1, "金额和天数"),
        ("试用 + 1", "FORMULA_UNIT", 1, "应当是数"),
        ("基本工资 × (1 + 2", "FORMULA_SYNTAX", 14, "右括号"),
        ("基本工资 ×", "FORMULA_SYNTAX", 7, "一个数"),
        ("基本工资 2", "FORMULA_SYNTAX", 6, "运算符"),
        ("如果 试用 1", "FORMULA_SYNTAX", 7, "“则”"),
        ("1 < 2 < 3", "FORMULA_SYNTAX", 7, "且"),
        ("基本工资 $ 2", "FORMULA_SYNTAX", 6, "$"),
        ("最大(1)", "FORMULA_SYNTAX", 1, "至少要两项"),
        ("四舍五入(基本工资, 2.5)", "FORMULA_SYNTAX", 1, "小数位数"),
        ("四舍五入(基本工资, 9)", "FORMULA_SYNTAX", 1, "小数位数"),
        ("岗位 = \"销售", "FORMULA_SYNTAX", 6, "引号"),
        ("", "FORMULA_SYNTAX", 1, "结尾"),
        ("1234567890123456789", "FORMULA_TOO_BIG", 1, "位"),
        ("(" * 60 + "1" + ")" * 60, "FORMULA_TOO_BIG", 42, "层"),
        ("1" + " + 1" * 400, "FORMULA_TOO_BIG", 599, "个运算"),
        ("1" * 3000, "FORMULA_TOO_BIG", 1, "字"),
        ("__import__('os')", "FORMULA_SYNTAX", 12, "看不懂"),
        ("基本工资.__class__", "FORMULA_SYNTAX", 5, "看不懂"),
    ],
)  # fmt: skip
def test_mistakes_say_where_and_what(text: str, code: str, column: int, hint: str) -> None:
    with pytest.raises(FormulaError) as caught:
        formula(text, UNITS, source=Source("pay_items.yaml", 7, 1))
    assert (caught.value.code, caught.value.details["line"]) == (code, "7")
    assert caught.value.details["column"] == str(column)
    assert "pay_items.yaml:7" in caught.value.say
    assert hint in caught.value.say


def test_the_result_must_have_its_unit() -> None:
    with pytest.raises(FormulaError) as caught:
        formula("绩效得分 × 2", UNITS, Unit.MONEY)
    assert "应当是金额" in caught.value.say
    assert formula("0", UNITS, Unit.MONEY).unit is Unit.MONEY


def test_a_longer_chain_still_runs() -> None:
    text = "1" + " + 1" * 140
    assert value(text) == 141


def test_dividing_by_nothing_is_said() -> None:
    with pytest.raises(NotReady) as caught:
        value("出勤天数 ÷ 应出勤天数", 应出勤天数=(0, 1))
    assert caught.value.code == "ZERO_DENOMINATOR"


def test_order_and_rings() -> None:
    texts = {"丙": "丙 = 乙 + 1元", "乙": "乙 = 甲 × 2", "甲": "甲 = 3元"}
    parsed = {name: parse(text, texts) for name, text in texts.items()}
    order = in_order(parsed)
    assert order.index("甲") < order.index("乙") < order.index("丙")
    ring = {"甲": "甲 = 乙 + 1", "乙": "乙 = 丙", "丙": "丙 = 甲 × 2"}
    with pytest.raises(FormulaError) as caught:
        in_order({n: parse(t, ring, Source("f.yaml", 3, 5)) for n, t in ring.items()})
    path = caught.value.details["ring"].split(" → ")
    assert (caught.value.code, path[0]) == ("FORMULA_RING", path[-1])
    assert set(path) == {"甲", "乙", "丙"}
    assert "f.yaml:3" in caught.value.say


def test_a_formula_tells_its_figures_and_its_words() -> None:
    def leaf(name: str) -> Trace:
        return Trace(name, "x", evidence=(f"fact:{name}",))

    slots = [VALUES[name] for name in UNITS]
    bonus = explain(formula("绩效奖金 = 基本工资 × 绩效得分 × 10%", UNITS), slots, leaf, "pay.bonus@2026-01-01")
    assert bonus.value == "1100.00"
    assert bonus.say == "绩效奖金:¥10,000.00 × 110% × 10% = ¥1,100.00"
    assert bonus.words == "绩效奖金 = 基本工资 × 绩效得分 × 10%"
    assert bonus.all_evidence() == ["fact:基本工资", "fact:绩效得分"]
    full = explain(formula("全勤奖 = 如果 迟到次数 = 0 则 全勤奖标准 否则 10元", UNITS), slots, leaf)
    assert full.say == "全勤奖:¥10.00(因为 迟到次数 = 0 不成立)"
    assert "¥" not in full.words
    assert "10元" not in full.words
    assert full.all_evidence() == ["fact:迟到次数"]


NUMBERS = st.integers(0, 10**6).map(lambda n: (f"{n // 100}.{n % 100:02d}", Fraction(n, 100)))


def _combine(children: st.SearchStrategy[tuple[str, Fraction]]) -> st.SearchStrategy[tuple[str, Fraction]]:
    def join(picked: tuple[str, tuple[str, Fraction], tuple[str, Fraction]]) -> tuple[str, Fraction]:
        op, (left, a), (right, b) = picked
        values = {"+": a + b, "-": a - b, "×": a * b, "÷": a / b if b else a}
        if op == "÷" and not b:
            op, values = "+", {"+": a}
            right = "0"
        return f"({left} {op} {right})", values[op]

    return st.tuples(st.sampled_from("+-×÷"), children, children).map(join)


@given(st.recursive(NUMBERS, _combine, max_leaves=12))
def test_any_sum_equals_fractions(made: tuple[str, Fraction]) -> None:
    text, expected = made
    assert value(text) == expected


@given(st.text(alphabet='基本工资绩效得分如果则否则且或非最大(),+-×÷=<≥ 0123456789.%元天“”"', max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    said, unit = "公式写得不对", Unit.MONEY
    try:
        unit = formula(text, UNITS).unit
    except FormulaError as caught:
        said = caught.say
    assert said.startswith("公式写得不对")
    assert unit in Unit


def test_values_are_shown_with_their_units() -> None:
    assert show((1, 2), Unit.DAYS) == "0.5 天"
    assert show((3, 2), Unit.HOURS) == "1.5 小时"
    assert show(True, Unit.BOOL) == "是"
    assert show("销售", Unit.TEXT) == "“销售”"
