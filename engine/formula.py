"""公式 formula:HR 用中文写的算法。查单位、排次序、编成闭包;结果是精确的 (分子, 分母)。

单位:钱、比率、天、小时、次数、是否、文字。钱加天数这类写法在装入时就被拒绝。
天数、小时、次数与钱相乘除时当作数:`基本工资 ÷ 21.75 × 事假天数` 是钱。
不用 eval/exec:语法树编成闭包,名字编成槽号;快路径上不约分、不用 Fraction。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from operator import itemgetter
from typing import Any, NoReturn

from engine import formula_ops as ops
from engine.formula_ops import Code, Run
from engine.formula_parse import Definition, near, parse
from engine.formula_types import (
    UNIT_LABELS,
    Binary,
    Call,
    If,
    Name,
    Node,
    Number,
    Source,
    Text,
    Unary,
    Unit,
    formula_error,
)

_COUNTS = (Unit.DAYS, Unit.HOURS, Unit.COUNT)
_MAX_PLACES = 6


@dataclass(frozen=True, slots=True)
class Scope:
    """可以用的名字:名字 → 单位,名字 → 槽号。"""

    units: Mapping[str, Unit]
    slots: Mapping[str, int]

    @classmethod
    def of(cls, units: Mapping[str, Unit]) -> Scope:
        return cls(units, {name: i for i, name in enumerate(units)})


@dataclass(frozen=True, slots=True)
class Formula:
    """编好的公式:`run(slots)` 得精确的值;`names` 是用到的名字,按先后。"""

    name: str
    text: str
    tree: Node
    unit: Unit
    names: tuple[str, ...]
    run: Run
    scope: Scope


def names_in(node: Node) -> tuple[str, ...]:
    """式子里用到的名字,去重,按出现的先后。"""
    if isinstance(node, Name):
        return (node.name,)
    return tuple(dict.fromkeys(name for child in children(node) for name in names_in(child)))


def children(node: Node) -> tuple[Node, ...]:
    """一个结点的下级。"""
    if isinstance(node, Unary):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, If):
        return (node.condition, node.then, node.other)
    return node.args if isinstance(node, Call) else ()


class Compiler:
    """查单位,并把语法树编成闭包。"""

    def __init__(self, definition: Definition, scope: Scope) -> None:
        self.definition = definition
        self.scope = scope

    def fail(self, code: str, say: str, node: Node, **more: str) -> NoReturn:
        raise formula_error(code, say, self.definition.text, node.at, self.definition.source, **more)

    def code(self, node: Node) -> Code:
        if isinstance(node, Number):
            return ops.constant(node.value, node.unit)
        if isinstance(node, Text):
            value = node.value
            return Code(lambda s: value, Unit.TEXT)
        if isinstance(node, Name):
            return self._name(node)
        if isinstance(node, Unary):
            return self._unary(node)
        if isinstance(node, Binary):
            return self._binary(node)
        return self._if(node) if isinstance(node, If) else self._call(node)

    def _name(self, node: Name) -> Code:
        unit = self.scope.units.get(node.name)
        if unit is None:
            nearest = near(node.name, self.scope.units)
            hint = f"是不是“{nearest}”?" if nearest else "请检查写法,或先添上这个项目。"
            self.fail("FORMULA_UNKNOWN_NAME", f"没有叫“{node.name}”的项目,{hint}", node, nearest=nearest)
        return Code(itemgetter(self.scope.slots[node.name]), unit)

    def _unary(self, node: Unary) -> Code:
        inner = self.code(node.operand)
        if node.op == "not":
            self._want(inner, Unit.BOOL, node.operand)
            run = inner.run
            return Code(lambda s: not run(s), Unit.BOOL)
        self._numeric(inner, node.operand)
        return ops.negate(inner)

    def _binary(self, node: Binary) -> Code:
        left, right = self.code(node.left), self.code(node.right)
        if node.op in ("and", "or"):
            return self._logic(node, left, right)
        if node.op in ("=", "≠") and left.unit is right.unit and left.unit in (Unit.TEXT, Unit.BOOL):
            return ops.same_value(node.op, left, right)
        self._numeric(left, node.left)
        self._numeric(right, node.right)
        if node.op == "×":
            return ops.times(left, right, self._product(node, left, right))
        if node.op == "÷":
            return ops.over(left, right, self._quotient(node, left, right))
        unit = self._same(node, (left, right))
        if node.op in ops.COMPARE:
            return ops.compare(node.op, left, right)
        return ops.plus(left, right, unit, 1 if node.op == "+" else -1)

    def _logic(self, node: Binary, left: Code, right: Code) -> Code:
        self._want(left, Unit.BOOL, node.left)
        self._want(right, Unit.BOOL, node.right)
        a, b = left.run, right.run
        if node.op == "and":
            return Code(lambda s: a(s) and b(s), Unit.BOOL)
        return Code(lambda s: a(s) or b(s), Unit.BOOL)

    def _product(self, node: Binary, a: Code, b: Code) -> Unit:
        units = (a.unit, b.unit)
        if Unit.RATE in units:
            return b.unit if a.unit is Unit.RATE else a.unit
        if Unit.MONEY in units and a.unit is not b.unit:
            return Unit.MONEY
        if Unit.COUNT in units:
            return b.unit if a.unit is Unit.COUNT else a.unit
        self.fail("FORMULA_UNIT", f"{UNIT_LABELS[a.unit]}不能乘{UNIT_LABELS[b.unit]},请检查这一处。", node)

    def _quotient(self, node: Binary, a: Code, b: Code) -> Unit:
        if a.unit is b.unit:
            return Unit.RATE
        if b.unit is Unit.RATE or (a.unit is Unit.MONEY and b.unit in _COUNTS) or b.unit is Unit.COUNT:
            return a.unit
        self.fail("FORMULA_UNIT", f"{UNIT_LABELS[a.unit]}不能除以{UNIT_LABELS[b.unit]},请检查这一处。", node)

    def _same(self, node: Node, parts: Sequence[Code]) -> Unit:
        """各部分单位要一样;写成纯数的 0 可以配任何单位,写成纯数的常数可以配天数、小时、次数(`迟到次数 ≤ 1`)。"""
        units = {p.unit for p in parts if p.const is None or p.const[0] != 0 or p.unit is not Unit.RATE}
        if len(units) == 2 and Unit.RATE in units and units & set(_COUNTS):
            units = {p.unit for p in parts if p.const is None or p.unit is not Unit.RATE}
        if len(units) <= 1:
            return units.pop() if units else parts[0].unit
        first, second, *_ = sorted(units, key=list(Unit).index)
        hint = "数字后面请写明单位,例如 200元、3天、60%。" if Unit.RATE in units else "请检查这一处。"
        say = f"{UNIT_LABELS[first]}和{UNIT_LABELS[second]}不能放在一起加减或比较。{hint}"
        self.fail("FORMULA_UNIT", say, node)

    def _numeric(self, code: Code, node: Node) -> None:
        if code.unit in (Unit.BOOL, Unit.TEXT):
            self.fail("FORMULA_UNIT", f"这里应当是数,却是{UNIT_LABELS[code.unit]}。请检查这一处。", node)

    def _want(self, code: Code, unit: Unit, node: Node) -> None:
        if code.unit is not unit:
            self.fail("FORMULA_UNIT", f"这里应当是{UNIT_LABELS[unit]},却是{UNIT_LABELS[code.unit]}。", node)

    def _if(self, node: If) -> Code:
        condition, then, other = self.code(node.condition), self.code(node.then), self.code(node.other)
        self._want(condition, Unit.BOOL, node.condition)
        unit = then.unit if then.unit is other.unit else self._same(node, (then, other))
        test, a, b = condition.run, then.run, other.run
        return Code(lambda s: a(s) if test(s) else b(s), unit)

    def _call(self, node: Call) -> Code:
        args = [self.code(a) for a in node.args]
        for arg, written in zip(args, node.args, strict=True):
            self._numeric(arg, written)
        if node.function in ("最大", "最小"):
            if len(args) < 2:
                self.fail("FORMULA_SYNTAX", f"“{node.function}”至少要两项,用逗号隔开。", node)
            return ops.extreme(node.function == "最大", args, self._same(node, args))
        return ops.rounded(node.function, args[0], self._places(node, args))

    def _places(self, node: Call, args: Sequence[Code]) -> int:
        if len(args) == 1:
            return 2 if node.function == "四舍五入" and args[0].unit is Unit.MONEY else 0
        places = args[1].const
        if len(args) > 2 or places is None or args[1].unit is not Unit.RATE or places[0] % places[1]:
            self.fail("FORMULA_SYNTAX", f"“{node.function}”的第二项是小数位数,请写成 0 到 {_MAX_PLACES} 的整数。", node)
        if not 0 <= places[0] // places[1] <= _MAX_PLACES:
            self.fail("FORMULA_SYNTAX", f"小数位数请写成 0 到 {_MAX_PLACES} 的整数。", node)
        return places[0] // places[1]


def compile_formula(definition: Definition, scope: Scope, unit: Unit | None = None) -> Formula:
    """编一条公式;`unit` 是结果应当的单位,不合报 FORMULA_UNIT。"""
    compiler = Compiler(definition, scope)
    code = compiler.code(definition.tree)
    zero = code.const is not None and code.const[0] == 0 and code.unit is Unit.RATE
    if unit is not None and code.unit is not unit and not zero:
        compiler.fail("FORMULA_UNIT", f"结果应当是{UNIT_LABELS[unit]},却是{UNIT_LABELS[code.unit]}。", definition.tree)
    names = names_in(definition.tree)
    return Formula(definition.name, definition.text, definition.tree, unit or code.unit, names, code.run, scope)


def formula(text: str, units: Mapping[str, Unit], unit: Unit | None = None, source: Source | None = None) -> Formula:
    """读并编一条公式:名字与单位由 `units` 给出。"""
    definition = parse(text, units, source)
    return compile_formula(definition, Scope.of(units), unit)


def evaluate(one: Formula, values: Mapping[str, Any]) -> Any:
    """按名字给值,得精确的值:(分子, 分母)、真假或文字。金额以分计。"""
    slots: list[Any] = [None] * len(one.scope.slots)
    for name in one.names:
        slots[one.scope.slots[name]] = values[name]
    return one.run(slots)


def in_order(definitions: Mapping[str, Definition]) -> tuple[str, ...]:
    """排出先算谁后算谁;成环报 FORMULA_RING,写出一圈的名字。"""
    graph = {name: [used for used in names_in(d.tree) if used in definitions] for name, d in definitions.items()}
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as ring:
        path = list(reversed(ring.args[1]))
        first = definitions[path[0]]
        at = next(n.at for n in walk(first.tree) if isinstance(n, Name) and n.name == path[1])
        say = f"几条公式互相引用,成了一圈:{' → '.join(path)}。请改其中一条,使它不再用到前面的项目。"
        raise formula_error("FORMULA_RING", say, first.text, at, first.source, ring=" → ".join(path)) from None


def walk(node: Node) -> list[Node]:
    """式子里的全部结点。"""
    return [node, *(inner for child in children(node) for inner in walk(child))]
