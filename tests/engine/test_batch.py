"""成批求值 batch:随机的公式、随机的人,三个算法一字不差:成批的、逐人的、测试里另写的分数解释器。"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from engine.batch import Column, columns_of, evaluate
from engine.errors import EhrError
from engine.formula import Formula, Scope, formula, formula_in
from engine.formula import evaluate as explain_value
from engine.formula_tables import Bound, Gives, Mode, StepTable
from engine.formula_types import Binary, Call, If, Name, Node, Number, Text, Unary, Unit

UNITS = {
    "基本工资": Unit.MONEY,
    "销售额": Unit.MONEY,
    "得分": Unit.RATE,
    "系数": Unit.RATE,
    "天数": Unit.DAYS,
    "次数": Unit.COUNT,
    "在编": Unit.BOOL,
    "岗位": Unit.TEXT,
}
EDGE_FEN = [
    0,
    1,
    -1,
    2,
    5,
    49,
    50,
    51,
    99,
    100,
    3_600_000,
    3_600_001,
    14_400_000,
    10**11,
    10**11 + 1,
    -(10**11),
    10**13,
]
MONEY = st.one_of(
    st.tuples(st.sampled_from(EDGE_FEN), st.just(1)),
    st.tuples(st.integers(-(10**9), 10**9), st.just(1)),
    st.tuples(st.integers(-999, 999), st.sampled_from([1, 2, 3, 200])),  # 半分、三分之一分
)
RATE = st.tuples(st.integers(-300, 300), st.sampled_from([1, 3, 7, 100]))
DAYS = st.tuples(st.integers(0, 62), st.sampled_from([1, 2, 8]))
COUNT = st.tuples(st.integers(-2, 60), st.just(1))
VALUES: dict[Unit, st.SearchStrategy[Any]] = {
    Unit.MONEY: MONEY,
    Unit.RATE: RATE,
    Unit.DAYS: DAYS,
    Unit.COUNT: COUNT,
    Unit.BOOL: st.booleans(),
    Unit.TEXT: st.sampled_from(["销售", "职员", ""]),
}
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {name: st.none() | VALUES[unit] if name == "系数" else VALUES[unit] for name, unit in UNITS.items()}
    ),
    min_size=1,
    max_size=6,
)


def _money(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(["基本工资", "销售额", "0元", "0.01元", "15元", "2500.5元", "-3元"])
    if not depth:
        return leaf
    m, r, n = _money(depth - 1), _rate(depth - 1), _plain(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} + {})".format, m, m),
        st.builds("({} - {})".format, m, m),
        st.builds("({} × {})".format, m, r),
        st.builds("({} ÷ {})".format, m, r),
        st.builds("({} × {})".format, n, m),
        st.builds("({} ÷ {})".format, m, n),
        st.builds("(-{})".format, m),
        st.builds("最大({}, {})".format, m, m),
        st.builds("最小({}, {}, 100元)".format, m, m),
        st.builds("{}({})".format, st.sampled_from(["四舍五入", "向上取整", "向下取整"]), m),
        st.builds("四舍五入({}, {})".format, m, st.integers(0, 4)),
        st.builds("(如果 {} 则 {} 否则 {})".format, _test(depth - 1), m, m),
    )


def _rate(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(["得分", "系数", "10%", "21.75", "0", "1", "3", "0.333"])
    if not depth:
        return leaf
    r = _rate(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} {} {})".format, r, st.sampled_from("+-×÷"), r),
        st.builds("({} ÷ {})".format, _money(depth - 1), _money(depth - 1)),
        st.builds("向上取整({}, 1)".format, r),
        st.builds("(如果 {} 则 {} 否则 {})".format, _test(depth - 1), r, r),
    )


def _plain(depth: int) -> st.SearchStrategy[str]:
    return st.sampled_from(["天数", "(天数 + 1天)", "次数", "(天数 - 3天)", "向下取整(天数)"])


def _test(depth: int) -> st.SearchStrategy[str]:
    sign = st.sampled_from(["=", "≠", "<", "≤", ">", "≥"])
    m, r = _money(max(0, depth - 1)), _rate(max(0, depth - 1))
    leaf = st.one_of(
        st.builds("({} {} {})".format, m, sign, m),
        st.builds("({} {} {})".format, r, sign, r),
        st.builds("(次数 {} 3)".format, sign),
        st.sampled_from(['(岗位 = "销售")', '(岗位 ≠ "销售")', "在编", "(非 在编)", "(在编 = 在编)"]),
    )
    if not depth:
        return leaf
    t = _test(depth - 1)
    return st.one_of(
        leaf, st.builds("({} 且 {})".format, t, t), st.builds("({} 或 {})".format, t, t), st.builds("(非 {})".format, t)
    )


class NoAnswer(Exception):
    """裁判算不出:除以零。"""


class Judge:
    """裁判:照语法书的意思,用 Fraction 直接解释;单位另推,与编译器无关。"""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def unit(self, node: Node) -> Unit:
        if isinstance(node, Name):
            return UNITS[node.name]
        if isinstance(node, Number):
            return node.unit
        if isinstance(node, Unary):
            return self.unit(node.operand)
        if isinstance(node, If):
            a, b = self.unit(node.then), self.unit(node.other)
            return b if a is Unit.RATE and b is Unit.MONEY else a
        if isinstance(node, Call):
            found = [self.unit(a) for a in (node.args if node.function in ("最大", "最小") else node.args[:1])]
            return Unit.MONEY if Unit.MONEY in found else found[0]
        assert isinstance(node, Binary)
        a, b = self.unit(node.left), self.unit(node.right)
        if node.op == "÷":
            return Unit.RATE if a is b else a
        return Unit.MONEY if Unit.MONEY in (a, b) else (b if a is Unit.RATE else a)

    def value(self, node: Node) -> Any:
        if isinstance(node, Number):
            return Fraction(*node.value)
        if isinstance(node, Name):
            found = self.values[node.name]
            return Fraction(*found) if isinstance(found, tuple) else found
        if isinstance(node, Unary):
            return not self.value(node.operand) if node.op == "not" else -self.value(node.operand)
        if isinstance(node, If):
            return self.value(node.then if self.value(node.condition) else node.other)
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, Text):
            return node.value
        assert isinstance(node, Binary)
        return self.binary(node)

    def binary(self, node: Binary) -> Any:
        a = self.value(node.left)
        if node.op in ("and", "or"):
            return (a and self.value(node.right)) if node.op == "and" else (a or self.value(node.right))
        b = self.value(node.right)
        if node.op == "÷":
            if b == 0:
                raise NoAnswer
            return a / b
        signs = {"=": a == b, "≠": a != b}
        if node.op in signs:
            return signs[node.op]
        if node.op in "<≤>≥":
            return {"<": a < b, "≤": a <= b, ">": a > b, "≥": a >= b}[node.op]
        return {"+": a + b, "-": a - b, "×": a * b}[node.op]

    def call(self, node: Call) -> Fraction:
        found = [self.value(a) for a in node.args]
        if node.function in ("最大", "最小"):
            best: Fraction = max(found) if node.function == "最大" else min(found)
            return best
        money = self.unit(node.args[0]) is Unit.MONEY
        places = int(found[1]) if len(found) > 1 else (2 if money and node.function == "四舍五入" else 0)
        step = Fraction(10) ** (places - (2 if money else 0))
        x: Fraction = found[0] * step
        if node.function == "四舍五入":
            whole = floor(abs(x) + Fraction(1, 2)) * (1 if x >= 0 else -1)
        else:
            whole = floor(x) if node.function == "向下取整" else -floor(-x)
        return whole / step


def made(text: str, unit: Unit) -> Formula:
    """编一条;写死的除以零在装入时就被拒绝,换一例。"""
    try:
        return formula(text, UNITS, unit)
    except EhrError as error:
        if error.code == "FORMULA_ZERO":
            reject()
        raise


def _explained(one: Formula, values: dict[str, Any]) -> Any:
    try:
        return explain_value(one, values)
    except EhrError as error:
        return error.code


@given(text=_money(3), people=PEOPLE)
@settings(max_examples=500)
def test_three_ways_agree(text: str, people: list[dict[str, Any]]) -> None:
    one = made(text, Unit.MONEY)
    found = evaluate(one, columns_of(one, people), len(people))
    for row, values in enumerate(people):
        if any(values[name] is None for name in one.names):
            assert found.values[row] is None and row not in found.errors
            continue
        try:
            judged = Judge(values).value(one.tree)
        except NoAnswer:
            assert _explained(one, values) == "ZERO_DENOMINATOR"
            assert found.errors[row].code == "ZERO_DENOMINATOR" and found.values[row] is None
            continue
        assert Fraction(*_explained(one, values)) == judged
        assert Fraction(*found.values[row]) == judged
        cents = floor(abs(judged) + Fraction(1, 2)) * (1 if judged >= 0 else -1)
        assert found.fen()[row] == cents


@given(text=_test(2), people=PEOPLE)
def test_conditions_agree(text: str, people: list[dict[str, Any]]) -> None:
    one = made(text, Unit.BOOL)
    found = evaluate(one, columns_of(one, people), len(people))
    for row, values in enumerate(people):
        if any(values[name] is None for name in one.names):
            continue
        try:
            judged = Judge(values).value(one.tree)
        except NoAnswer:
            assert found.errors[row].code == "ZERO_DENOMINATOR"
            continue
        assert bool(_explained(one, values)) is bool(judged) is bool(found.values[row])


ROWS = (((100_000, 1), (1, 100)), ((300_000, 1), (3, 100)), (None, (5, 100)))


def _by_hand(x: Fraction, table: StepTable) -> Fraction:
    """阶梯照表的意思直接算:分段是每一档里的那一截各乘各的,全额是整个数乘所在那一档的,定额是那一档的数。"""
    total, lower = Fraction(0), Fraction(0)
    for upto, value in table.rows:
        top = None if upto is None else Fraction(*upto)
        here = top is None or (x <= top if table.bound is Bound.UPPER_IN else x < top)
        if here or top is None:
            if table.gives is Gives.AMOUNT:
                return Fraction(*value)
            return x * Fraction(*value) if table.mode is Mode.WHOLE else total + (x - lower) * Fraction(*value)
        total, lower = total + (top - lower) * Fraction(*value), top
    raise AssertionError("the last step is open")


@given(
    mode=st.sampled_from(Mode),
    bound=st.sampled_from(Bound),
    gives=st.sampled_from([Gives.RATE, Gives.AMOUNT]),
    sales=st.lists(
        st.sampled_from([0, 1, 99_999, 100_000, 100_001, 299_999, 300_000, 300_001, 10**11]) | st.integers(0, 10**7),
        min_size=1,
        max_size=6,
    ),
)
def test_step_tables_are_vectorised(mode: Mode, bound: Bound, gives: Gives, sales: list[int]) -> None:
    rows = ROWS if gives is Gives.RATE else tuple((upto, (v[0] * 1000, 1)) for upto, v in ROWS)
    table = StepTable("提成表", Unit.MONEY, gives, mode, bound, rows)
    one = formula_in("阶梯(提成表, 销售额)", Scope.of(UNITS, {"提成表": table}), Unit.MONEY)
    found = evaluate(one, {"销售额": _ints(*sales)}, len(sales))
    assert found.handed == 0
    for value, fen in zip(found.values, sales, strict=True):
        assert Fraction(*value) == _by_hand(Fraction(fen), table) == Fraction(*explain_value(one, {"销售额": (fen, 1)}))


def _ints(*values: int) -> Column:
    return Column(np.array(values, dtype=np.int64))


def test_one_huge_row_does_not_drag_the_rest_along() -> None:
    """一人的数大到证不了装得下,只有这一人交给逐人的。"""
    one = formula("销售额 × (销售额 ÷ 1元) × 系数 × 10%", UNITS, Unit.MONEY)
    amounts, rates = (100, 200, 10**17, 300), (Fraction(1), Fraction(1, 2), Fraction(1), Fraction(3, 7))
    columns = {
        "销售额": _ints(*amounts),
        "系数": Column(_ints(*(r.numerator for r in rates)).n, _ints(*(r.denominator for r in rates)).n),
    }
    found = evaluate(one, columns, 4)
    assert found.handed == 1
    expected = [Fraction(n * n, 100) * r * Fraction(1, 10) for n, r in zip(amounts, rates, strict=True)]
    assert [Fraction(*v) for v in found.values] == expected


def test_a_zero_divisor_hands_over_that_person_only() -> None:
    one = formula("基本工资 ÷ 系数", UNITS, Unit.MONEY)
    found = evaluate(one, {"基本工资": _ints(100, 100, 100), "系数": _ints(2, 0, 3)}, 3)
    assert found.handed == 1
    assert found.values[1] is None and found.errors[1].code == "ZERO_DENOMINATOR"
    assert Fraction(*found.values[2]) == Fraction(100, 3)


def test_a_zero_divisor_in_the_branch_not_taken_is_no_fault() -> None:
    one = formula("如果 系数 = 0 则 0元 否则 基本工资 ÷ 系数", UNITS, Unit.MONEY)
    found = evaluate(one, {"基本工资": _ints(100, 100), "系数": _ints(0, 4)}, 2)
    assert (found.handed, found.errors) == (0, {})
    assert found.fen() == (0, 25)


def test_numbers_wider_than_64_bits_are_still_exact() -> None:
    one = formula("基本工资 × 3", UNITS, Unit.MONEY)
    people = [{"基本工资": (10**30 + 1, 2)}, {"基本工资": (7, 2)}]
    found = evaluate(one, columns_of(one, people), 2)
    assert [Fraction(*v) for v in found.values] == [Fraction(3 * (10**30 + 1), 2), Fraction(21, 2)]
    assert found.handed == 1


@pytest.mark.parametrize(
    "fen, expected", [(1, 1), (-1, -1), (3, 2), (-3, -2), (5, 3), (-5, -3), (0, 0), (10**11 + 1, 5 * 10**10 + 1)]
)
def test_half_fens_go_away_from_zero(fen: int, expected: int) -> None:
    """半分远离零:0.5 → 1,−0.5 → −1,1.5 → 2。"""
    one = formula("四舍五入(基本工资 × 50%)", UNITS, Unit.MONEY)
    assert evaluate(one, {"基本工资": _ints(fen, fen)}, 2).values[0] == (expected, 1)


def test_a_constant_over_a_column_can_be_divided_by() -> None:
    """分子是常数、分母是列的数也能作除数,为零的行交出去。"""
    one = formula("基本工资 ÷ (如果 在编 则 1 否则 (0元 ÷ 基本工资))", UNITS, Unit.MONEY)
    kept = formula("基本工资 ÷ (300元 ÷ 基本工资)", UNITS, Unit.MONEY)
    people = [{"基本工资": (100, 1), "在编": True}, {"基本工资": (200, 1), "在编": False}]
    found = evaluate(one, columns_of(one, people), 2)
    assert found.values[0] is not None and Fraction(*found.values[0]) == 100
    assert found.errors[1].code == "ZERO_DENOMINATOR"
    values = evaluate(kept, columns_of(kept, people), 2).values
    assert [Fraction(*v) for v in values] == [Fraction(100 * 100, 30_000), Fraction(200 * 200, 30_000)]


def test_nobody_is_no_trouble() -> None:
    one = formula("基本工资 × 2", UNITS, Unit.MONEY)
    assert evaluate(one, {"基本工资": _ints()}, 0).values == ()
