"""公式的解释 explain:用同一棵树、同一些闭包算出值,再写明代入的数与来处。

取整写明取整前后;阶梯写明落在哪一档;查表写明键与版本;合计、次数列出每一笔证据的编号。
聊天里用的 words 不含金额:金额只写名字,公式里写死的金额写作“定额”。每个结点只算一次、只写一次。
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.explain_parts import Parts
from engine.explain_values import exact, show, trace_value
from engine.formula import Formula
from engine.formula_evidence import EVIDENCE
from engine.formula_parse import POWER
from engine.formula_tree import written
from engine.formula_types import (
    ROUNDING,
    SUM,
    Binary,
    Call,
    Gather,
    History,
    If,
    Ladder,
    Lookup,
    Name,
    Node,
    Number,
    Text,
    Unary,
    Unit,
)
from engine.trace import Trace

Leaf = Callable[[str], Trace]
"""名字 → 它的来处。"""
_WORDS = {"and": " 且 ", "or": " 或 "}
_UNARY_POWER = 70


class _Telling:
    """把一条公式说出来:走过的分支、代入的数。没有走到的一支、没有算到的一半不代入。"""

    def __init__(self, formula: Formula, slots: Sequence[Any]) -> None:
        self.formula, self.slots = formula, slots
        self.conditions: dict[str, None] = {}
        self.values: dict[int, Any] = {}
        self.texts: dict[tuple[int, bool, int], str] = {}

    def value(self, node: Node) -> Any:
        """一个结点的值;同一个结点只算一次。"""
        if id(node) not in self.values:
            self.values[id(node)] = self.formula.codes[id(node)].run(self.slots)
        return self.values[id(node)]

    def unit(self, node: Node) -> Unit:
        return self.formula.codes[id(node)].unit

    def taken(self, node: Node) -> Node:
        """顺着“如果”走到真正算的那一支。"""
        while isinstance(node, If):
            node = node.then if self.value(node.condition) else node.other
        return node

    def because(self, node: If) -> None:
        """记下条件成不成立。"""
        holds = "成立" if self.value(node.condition) else "不成立"
        self.conditions[f"{self.text(node.condition, figures=False)} {holds}"] = None

    def decided(self, node: Node) -> bool:
        """且、或的左边已经定了,右边没有算。"""
        if not isinstance(node, Binary) or node.op not in ("and", "or"):
            return False
        return bool(self.value(node.left)) is (node.op == "or")

    def text(self, node: Node, *, figures: bool, power: int = 0) -> str:
        """写成一句:figures 为真代入数,否则写名字。"""
        key = (id(node), figures, power)
        if key not in self.texts:
            self.texts[key] = self._figures(node, power) if figures else self._words(node, power)
        return self.texts[key]

    def _words(self, node: Node, power: int) -> str:
        if isinstance(node, Text):
            return f"“{node.value}”"
        if isinstance(node, Unary):
            inner = self.text(node.operand, figures=False, power=_UNARY_POWER)
            return f"非 {inner}" if node.op == "not" else f"−{inner}"
        if isinstance(node, Call):
            return f"{node.function}({', '.join(self.text(a, figures=False) for a in node.args)})"
        if isinstance(node, If):
            return self.text(self.taken(node), figures=False, power=power)
        if isinstance(node, Binary):
            return self._binary(node, False, power)
        if isinstance(node, Ladder):
            return f"阶梯({node.table}, {self.text(node.value, figures=False)})"
        return written(node, hide_money=True)

    def _figures(self, node: Node, power: int) -> str:
        if isinstance(node, Number):
            return show(node.value, node.unit) if node.unit is Unit.MONEY else node.text
        if isinstance(node, Name):
            return show(self.value(node), self.unit(node))
        if isinstance(node, Call) and node.function in ROUNDING:
            return self.rounding(node)
        if isinstance(node, Ladder):
            return f"{node.table}({self.text(node.value, figures=True)} → {self.exact(node)})"
        if isinstance(node, Lookup):
            return f"{node.table}({self.text(node.key, figures=True)} → {self.exact(node)})"
        if isinstance(node, Gather):
            counter = EVIDENCE[node.kind].counter
            tail = f"合计 {self.exact(node)}" if node.function == SUM else f" {self.exact(node)} {counter}"
            return f"{node.kind}{tail}"
        if isinstance(node, History):
            return f"{node.function}{node.name} {self.exact(node)}"
        if isinstance(node, Call):
            return f"{node.function}({', '.join(self.text(a, figures=True) for a in node.args)})"
        if isinstance(node, If):
            return self.text(self.taken(node), figures=True, power=power)
        if isinstance(node, Unary):
            inner = self.text(node.operand, figures=True, power=_UNARY_POWER)
            return f"非 {inner}" if node.op == "not" else f"−{inner}"
        return self._binary(node, True, power) if isinstance(node, Binary) else self._words(node, power)

    def exact(self, node: Node) -> str:
        """不取整的值。"""
        return exact(self.value(node), self.unit(node))

    def rounding(self, node: Call) -> str:
        """`四舍五入(¥10,000.00 ÷ 3 = ¥3,333.333333… → ¥3,333.33)`:取整前、取整后都写。"""
        before, after = self.exact(node.args[0]), self.exact(node)
        inner = self.text(node.args[0], figures=True)
        middle = "" if inner == before or inner.endswith(f"→ {before})") else f" = {before}"
        return f"{node.function}({inner}{middle} → {after})"

    def _binary(self, node: Binary, figures: bool, power: int) -> str:
        own = POWER[node.op]
        left = self.text(node.left, figures=figures, power=own)
        right = self.text(node.right, figures=figures and not self.decided(node), power=own + 1)
        sign = "−" if node.op == "-" else node.op
        body = f"{left}{_WORDS.get(node.op, f' {sign} ')}{right}"
        return f"({body})" if own < power else body


def explain(formula: Formula, slots: Sequence[Any], leaf: Leaf, rule: str = "") -> Trace:
    """一条公式的来处:值由 formula.run 算出;parts 是真正用到的名字、表、证据、往月各自的来处。"""
    value = formula.run(slots)
    telling = _Telling(formula, slots)
    parts = Parts(formula, telling, leaf).of(formula.tree)
    node = telling.taken(formula.tree)
    shown = show(value, formula.unit)
    figures = telling.text(node, figures=True)
    words = telling.text(node, figures=False)
    reason = f"(因为 {';'.join(telling.conditions)})" if telling.conditions else ""
    name = formula.name or "结果"
    say = f"{name}:{figures} = {shown}{reason}" if figures != shown else f"{name}:{shown}{reason}"
    value_text = trace_value(value, formula.unit)
    return Trace(name, value_text, formula.unit.value, say, f"{name} = {words}{reason}", rule, (), parts)


__all__ = ["explain", "show", "trace_value"]
