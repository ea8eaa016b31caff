"""成批求值 batch:同一棵公式树,一家公司一次算完。64 位整数,精确;结果与逐人的求值器(engine.explain、formula.run)分毫不差。

证不了装得下的行、除以零的行、不会成批算的结点,交给逐人的求值器,交了几行在 `Evaluated.handed` 里。
数值特别大的几行会拖累整列的界,所以先把它们挑出来单算,其余的再试。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import batch_ops as ops
from engine.batch_ops import Bools, HandOver, Ints, NotVectorised, Truth, Vector
from engine.errors import EhrError
from engine.formula import Compiler, Formula
from engine.formula_ops import COMPARE
from engine.formula_parse import Definition
from engine.formula_tables import Bound, StepTable, segments
from engine.formula_tree import written
from engine.formula_types import (
    Binary,
    Call,
    Gather,
    History,
    If,
    Ladder,
    Name,
    Node,
    Number,
    Pair,
    Source,
    Text,
    Unary,
    Unit,
)
from engine.money import round_half_up


class Column(NamedTuple):
    """一列输入:n ÷ d(d 是列或常数);missing 是没有这个值的行。是否与文字的列只用 n(布尔或文字的数组)。"""

    n: NDArray[Any]
    d: Any = 1
    missing: Bools | None = None

    def rows(self, at: Any) -> Column:
        """其中几行。"""
        return Column(
            self.n[at],
            self.d if isinstance(self.d, int) else self.d[at],
            None if self.missing is None else self.missing[at],
        )


@dataclass(frozen=True, slots=True)
class Evaluated:
    """一条公式算出的各行:values 是 (分子, 分母)、真假或文字,没有输入的行是 None,算不出的行在 errors 里。

    handed 是交给逐人求值器的行数。
    """

    values: tuple[Any, ...]
    errors: Mapping[int, EhrError]
    handed: int

    def fen(self) -> tuple[int | None, ...]:
        """各行四舍五入到分(只对金额有意义)。"""
        return tuple(None if v is None else round_half_up(*v) for v in self.values)


def columns_of(formula: Formula, rows: Sequence[Mapping[str, Any]]) -> dict[str, Column]:
    """由各人的值(名字 → (分子, 分母)、真假或文字;没有的写 None 或不写)做成列。"""
    return {name: _column(formula.scope.units[name], [one.get(name) for one in rows]) for name in formula.names}


def _column(unit: Unit, found: Sequence[Any]) -> Column:
    missing = np.array([v is None for v in found], dtype=np.bool_)
    gone = missing if missing.any() else None
    if unit in (Unit.BOOL, Unit.TEXT):
        return Column(np.array(found, dtype=np.bool_ if unit is Unit.BOOL else object), 1, gone)
    pairs = [(0, 1) if v is None else v for v in found]
    n, d = ([p[i] for p in pairs] for i in (0, 1))
    wide = any(abs(x) > ops.LIMIT for x in (*n, *d))
    kind: Any = object if wide else np.int64
    return Column(np.array(n, dtype=kind), np.array(d, dtype=kind), gone)


class Batch:
    """编成一列一列算的公式:`vector(columns)` 得一列,证不了的抛 HandOver。"""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self._compiler = Compiler(Definition(formula.name, formula.tree, formula.text, Source()), formula.scope)
        self._scales: dict[int, Pair] = {}
        self.only_names = not getattr(formula, "evidence", ()) and not getattr(formula, "past", ())
        """只用到名字:不会成批算时,可以只把这一条公式逐行算,不必整张工资条逐人算。"""

    def run(self, inputs: Mapping[str, Vector | Truth | NDArray[Any]]) -> Any:
        """整棵树算一遍:Vector、Truth 或文字的列。inputs 里没有的名字、不会的结点抛 HandOver。"""
        return self._node(self.formula.tree, inputs)

    def each(self, inputs: Mapping[str, Vector], rows: int) -> tuple[list[int], Bools]:
        """逐行算(只用到名字的公式):各行四舍五入到分,与算不出的行。"""
        slots: list[Any] = [None] * len(self.formula.scope.slots)
        places = [self.formula.scope.slots[name] for name in self.formula.names]
        columns = [_pairs(inputs[name], rows) for name in self.formula.names]
        fens, lost = [0] * rows, np.zeros(rows, dtype=np.bool_)
        for row, values in enumerate(zip(*columns, strict=True) if columns else [()] * rows):
            for place, value in zip(places, values, strict=True):
                slots[place] = value
            try:
                fens[row] = round_half_up(*self.formula.run(slots))
            except EhrError:
                lost[row] = True
        return fens, lost

    def _node(self, node: Node, inputs: Mapping[str, Any]) -> Any:
        reader = _NODES.get(type(node))
        if reader is None:
            raise NotVectorised(type(node).__name__)
        return reader(self, node, inputs)

    def _name(self, node: Name, inputs: Mapping[str, Any]) -> Any:
        found = inputs.get(node.name)
        if found is None:
            raise HandOver(node.name)
        return found

    def _unary(self, node: Unary, inputs: Mapping[str, Any]) -> Any:
        inner = self._node(node.operand, inputs)
        return ops.opposite(inner) if node.op == "not" else ops.negate(inner)

    def _binary(self, node: Binary, inputs: Mapping[str, Any]) -> Any:
        left, right = self._node(node.left, inputs), self._node(node.right, inputs)
        if not isinstance(left, Vector) and node.op in ("=", "≠"):
            return _same(node.op == "=", left, right)
        if node.op in COMPARE:
            return ops.compare(node.op, left, right)
        work = _BINARY.get(node.op)
        if work is None:
            raise NotVectorised(node.op)
        return work(left, right)

    def _if(self, node: If, inputs: Mapping[str, Any]) -> Any:
        test, then, other = (self._node(part, inputs) for part in (node.condition, node.then, node.other))
        if isinstance(then, Vector) and isinstance(other, Vector):
            return ops.choose(test, then, other)
        if isinstance(then, Truth) and isinstance(other, Truth):
            return ops.branch(test, then, other)
        raise NotVectorised("if")

    def _call(self, node: Call, inputs: Mapping[str, Any]) -> Vector:
        if node.function in ("最大", "最小"):
            return ops.extreme(node.function == "最大", [self._node(a, inputs) for a in node.args])
        whole = _ROUNDERS.get(node.function)
        if whole is None:
            raise NotVectorised(node.function)
        found = self._scales.get(id(node))
        if found is None:
            found = self._scales[id(node)] = self._places(node)
        up, down = found
        return ops.times(whole(ops.times(self._node(node.args[0], inputs), ops.number(up, down))), ops.number(down, up))

    def _ladder(self, node: Ladder, inputs: Mapping[str, Any]) -> Vector:
        """阶梯表:从最后一档往前,一档一档按界限取。"""
        table = self.formula.scope.tables[node.table]
        if not isinstance(table, StepTable):
            raise NotVectorised(node.table)
        x = self._node(node.value, inputs)
        inside = "≤" if table.bound is Bound.UPPER_IN else "<"
        found: Vector | None = None
        for one in reversed(segments(table)):
            line = ops.times(x, ops.number(*one.slope.as_integer_ratio()))
            line = ops.plus(line, ops.number(*one.intercept.as_integer_ratio()))
            if found is not None and one.upto is not None:
                line = ops.choose(ops.compare(inside, x, ops.number(*one.upto.as_integer_ratio())), line, found)
            found = line
        if found is None:
            raise NotVectorised(node.table)
        return found

    def _sought(self, node: Gather | History, inputs: Mapping[str, Any]) -> Any:
        """合计、次数、上月、本年累计:先求好的一列,按公式里的写法找;没有先求的不会。"""
        found = inputs.get(written(node))
        if found is None:
            raise NotVectorised(type(node).__name__)
        return found

    def _places(self, node: Call) -> Pair:
        """取整到哪一位:(乘数, 除数)。金额以元计位数,与 engine.formula_ops.rounded 相同。"""
        unit = self._compiler.code(node.args[0]).unit
        if len(node.args) > 1:
            n, d = self._compiler.code(node.args[1]).const or (0, 1)
            places = n // d
        else:
            places = 2 if node.function == "四舍五入" and unit is Unit.MONEY else 0
        power = places - 2 if unit is Unit.MONEY else places
        return (10**power, 1) if power >= 0 else (1, 10**-power)


def _pairs(one: Vector, rows: int) -> list[Pair]:
    n, d = (np.broadcast_to(np.asarray(part), rows).tolist() for part in (one.n, one.d))
    return list(zip(n, d, strict=True))


def _same(want: bool, a: Any, b: Any) -> Truth:
    """两段文字或两个是否相不相等。"""
    lost = None
    if isinstance(a, Truth):
        lost, a, b = ops.either(a.lost, b.lost), a.v, b.v
    if isinstance(a, bool | str) and isinstance(b, bool | str):
        return Truth((a == b) is want, lost)
    found = np.asarray(np.asarray(a, dtype=object) == np.asarray(b, dtype=object), dtype=np.bool_)
    return Truth(found if want else ~found, lost)


_NODES: Mapping[type, Callable[[Batch, Any, Mapping[str, Any]], Any]] = {
    Number: lambda batch, node, inputs: ops.number(*node.value),
    Text: lambda batch, node, inputs: node.value,
    Name: Batch._name,
    Unary: Batch._unary,
    Binary: Batch._binary,
    If: Batch._if,
    Call: Batch._call,
    Ladder: Batch._ladder,
    Gather: Batch._sought,
    History: Batch._sought,
}
"""会成批算的结点;不在表里的交给逐人的求值器。"""
_BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": ops.plus,
    "-": ops.minus,
    "×": ops.times,
    "÷": ops.over,
    "and": ops.both,
    "or": ops.any_of,
}
_ROUNDERS: Mapping[str, Callable[[Vector], Vector]] = {
    "四舍五入": ops.half_up,
    "向上取整": ops.upward,
    "向下取整": ops.downward,
}

STEPS = (2**50, 2**44, 2**38, 2**30)
"""挑出大数的界,由大到小。"""


def calm(size: Ints) -> list[NDArray[np.intp]]:
    """可以依次试的几组行:全部,再是不超过各级界的(行数没变的、空的不列)。size 是各行最大的绝对值。"""
    found = [np.arange(len(size))]
    for step in STEPS:
        rows = np.flatnonzero(size <= step)
        if 0 < len(rows) < len(found[-1]):
            found.append(rows)
    return found


def inputs_of(columns: Mapping[str, Column], at: Any) -> dict[str, Any]:
    """列 → 求值用的向量;装不进 64 位的列抛 HandOver。"""
    out: dict[str, Any] = {}
    for name, one in columns.items():
        n, d = one.n[at], one.d if isinstance(one.d, int) else one.d[at]
        if n.dtype == np.bool_:
            out[name] = Truth(n)
        elif n.dtype == object and len(n) and isinstance(n[0], str):
            out[name] = n
        else:
            out[name] = ops.column(n.astype(np.int64), d if isinstance(d, int) else d.astype(np.int64))
    return out


def evaluate(formula: Formula, columns: Mapping[str, Column], rows: int) -> Evaluated:
    """一条公式,rows 行:先整列算,证不了的挑出来逐行算。列里没有公式用到的名字报 KeyError。"""
    used = {name: columns[name] for name in formula.names}
    absent = np.zeros(rows, dtype=np.bool_)
    for one in used.values():
        if one.missing is not None:
            absent |= one.missing
    present = np.flatnonzero(~absent)
    values: list[Any] = [None] * rows
    done = np.array(absent)
    narrowed = {name: one.rows(present) for name, one in used.items()}
    for at in calm(_size(narrowed, len(present))) if len(present) else ():
        try:
            found = Batch(formula).run(inputs_of(narrowed, at))
        except (HandOver, OverflowError):
            continue
        _take(values, done, (found, present[at]))
        break
    errors: dict[int, EhrError] = {}
    left = np.flatnonzero(~done).tolist()
    for row in left:
        try:
            values[row] = formula.run(_slots(formula, used, row))
        except EhrError as error:
            errors[row] = error
    return Evaluated(tuple(values), errors, len(left))


def _size(columns: Mapping[str, Column], rows: int) -> Ints:
    """各行最大的绝对值(装不进 64 位的记作最大)。"""
    size = np.zeros(rows, dtype=np.int64)
    for one in columns.values():
        for part in (one.n, one.d):
            if isinstance(part, int) or part.dtype == np.bool_ or (len(part) and isinstance(part[0], str)):
                continue
            wide = np.abs(part) if part.dtype != object else np.array([min(abs(x), 2**62) for x in part], np.int64)
            size = np.maximum(size, wide)
    return size


def _take(values: list[Any], done: Bools, about: tuple[Any, NDArray[np.intp]]) -> None:
    """把算好的一列放回各行;lost 的行不放。"""
    found, rows = about
    lost = getattr(found, "lost", None)
    count = len(rows)
    if isinstance(found, Vector):
        n, d = (np.broadcast_to(np.asarray(part), count).tolist() for part in (found.n, found.d))
        fresh: list[Any] = list(zip(n, d, strict=True))
    else:
        plain = found.v if isinstance(found, Truth) else np.array(found, dtype=object)
        fresh = np.broadcast_to(np.asarray(plain), count).tolist()
    for i, row in enumerate(rows.tolist()):
        if lost is None or not lost[i]:
            values[row] = fresh[i]
            done[row] = True


def _slots(formula: Formula, columns: Mapping[str, Column], row: int) -> list[Any]:
    """一行的槽,给逐人的求值器。"""
    slots: list[Any] = [None] * len(formula.scope.slots)
    for name, one in columns.items():
        unit = formula.scope.units[name]
        if unit in (Unit.BOOL, Unit.TEXT):
            slots[formula.scope.slots[name]] = one.n[row].item() if unit is Unit.BOOL else one.n[row]
        else:
            slots[formula.scope.slots[name]] = (int(one.n[row]), one.d if isinstance(one.d, int) else int(one.d[row]))
    return slots
