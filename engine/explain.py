"""公式的解释 explain:用同一棵树、同一个闭包算出值,再写明代入的数与来处。

聊天里用的 words 不含金额:金额只写名字,公式里写死的金额写作“定额”。
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from engine.figures import plain
from engine.formula import Compiler, Formula
from engine.formula_parse import Definition
from engine.formula_types import Binary, Call, If, Name, Node, Number, Source, Text, Unary, Unit
from engine.money import Money, percent, round_half_up
from engine.trace import Trace

Leaf = Callable[[str], Trace]
"""名字 → 它的来处。"""
_WORDS = {"and": " 且 ", "or": " 或 "}
_POWER = {"or": 1, "and": 2, "=": 3, "≠": 3, "<": 3, "≤": 3, ">": 3, "≥": 3, "+": 4, "-": 4, "×": 5, "÷": 5}


def show(value: Any, unit: Unit) -> str:
    """人看的值:金额 ¥1,100.00,比率 110%,天数 0.5 天。"""
    if unit is Unit.BOOL:
        return "是" if value else "否"
    if unit is Unit.TEXT:
        return f"“{value}”"
    n, d = value
    if unit is Unit.MONEY:
        return Money(round_half_up(n, d)).show()
    if unit is Unit.RATE:
        return percent(Fraction(n, d))
    tail = {Unit.DAYS: " 天", Unit.HOURS: " 小时"}.get(unit, "")
    return f"{plain(Fraction(n, d))}{tail}"


def trace_value(value: Any, unit: Unit) -> str:
    """机器看的值:金额 "1100.00",其余小数。"""
    if unit is Unit.BOOL:
        return "true" if value else "false"
    if unit is Unit.TEXT:
        return str(value)
    n, d = value
    return Money(round_half_up(n, d)).yuan() if unit is Unit.MONEY else plain(Fraction(n, d), 6)


class _Telling:
    """把一条公式说出来:走过的分支、代入的数。"""

    def __init__(self, formula: Formula, slots: Sequence[Any]) -> None:
        self.formula = formula
        self.slots = slots
        self.used: dict[str, None] = {}
        self.conditions: dict[str, None] = {}
        self.compiler = Compiler(Definition(formula.name, formula.tree, formula.text, Source()), formula.scope)

    def taken(self, node: Node) -> Node:
        """顺着“如果”走到真正算的那一支,记下条件成不成立。"""
        while isinstance(node, If):
            holds = self.compiler.code(node.condition).run(self.slots)
            self.note(node.condition)
            self.conditions[f"{self.text(node.condition, figures=False)} {'成立' if holds else '不成立'}"] = None
            node = node.then if holds else node.other
        return node

    def note(self, node: Node) -> None:
        """记下用到的名字。"""
        if isinstance(node, Name):
            self.used[node.name] = None
        elif isinstance(node, Unary):
            self.note(node.operand)
        elif isinstance(node, Binary):
            self.note(node.left)
            self.note(node.right)
        elif isinstance(node, If):
            self.note(self.taken(node))
        elif isinstance(node, Call):
            for arg in node.args:
                self.note(arg)

    def text(self, node: Node, *, figures: bool, power: int = 0) -> str:
        """写成一句:figures 为真代入数,否则写名字。"""
        if isinstance(node, Number):
            return "定额" if node.unit is Unit.MONEY and not figures else _number(node)
        if isinstance(node, Text):
            return f"“{node.value}”"
        if isinstance(node, Name):
            return self._name(node) if figures else node.name
        if isinstance(node, Unary):
            inner = self.text(node.operand, figures=figures, power=6)
            return f"非 {inner}" if node.op == "not" else f"−{inner}"
        if isinstance(node, Call):
            return f"{node.function}({', '.join(self.text(a, figures=figures) for a in node.args)})"
        if isinstance(node, If):
            return self.text(self.taken(node), figures=figures, power=power)
        return self._binary(node, figures, power)

    def _name(self, node: Name) -> str:
        scope = self.formula.scope
        return show(self.slots[scope.slots[node.name]], scope.units[node.name])

    def _binary(self, node: Binary, figures: bool, power: int) -> str:
        own = _POWER[node.op]
        left = self.text(node.left, figures=figures, power=own)
        right = self.text(node.right, figures=figures, power=own + 1)
        sign = "−" if node.op == "-" else node.op
        body = f"{left}{_WORDS.get(node.op, f' {sign} ')}{right}"
        return f"({body})" if own < power else body


def _number(node: Number) -> str:
    return show(node.value, node.unit) if node.unit is Unit.MONEY else node.text


def explain(formula: Formula, slots: Sequence[Any], leaf: Leaf, rule: str = "") -> Trace:
    """一条公式的来处:值由 formula.run 算出;parts 是真正用到的名字各自的来处。"""
    value = formula.run(slots)
    telling = _Telling(formula, slots)
    node = telling.taken(formula.tree)
    telling.note(node)
    shown = show(value, formula.unit)
    figures = telling.text(node, figures=True)
    words = telling.text(node, figures=False)
    reason = f"(因为 {';'.join(telling.conditions)})" if telling.conditions else ""
    name = formula.name or "结果"
    say = f"{name}:{figures} = {shown}{reason}" if figures != shown else f"{name}:{shown}{reason}"
    parts = tuple(leaf(used) for used in telling.used)
    value_text = trace_value(value, formula.unit)
    return Trace(name, value_text, formula.unit.value, say, f"{name} = {words}{reason}", rule, (), parts)
