"""取整到分的公式 formula fen:同一棵树,编成直接得分(整数)的闭包,供逐人算薪的快路;不认得的结点用原来的闭包。

与 `round_half_up(*formula.run(slots))` 恒等(有性质测试),省的是中间的 (分子, 分母) 与一层层的调用:
名字直接取槽,名字乘名字、名字乘常数、如果…则…否则…、一串“= 0”的条件各有专门的写法。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.formula import Compiler, Formula
from engine.formula_ops import COMPARE, Run
from engine.formula_parse import Definition
from engine.formula_types import Binary, If, Name, Node, Number, Pair, Source
from engine.money import round_half_up

Fen = Callable[[Sequence[Any]], int]
Test = Callable[[Sequence[Any]], Any]


def fen_of(formula: Formula) -> Fen:
    """编一条公式:给它槽,得四舍五入到分的整数。"""
    return _Quick(formula).fen(formula.tree)


def _rounded(n: int, d: int) -> int:
    return n if d == 1 else (2 * n + d) // (2 * d) if n >= 0 else round_half_up(n, d)


class _Quick:
    def __init__(self, formula: Formula) -> None:
        self.slots: Mapping[str, int] = formula.scope.slots
        self._compiler = Compiler(Definition(formula.name, formula.tree, formula.text, Source()), formula.scope)

    def run(self, node: Node) -> Run:
        """原来的闭包。"""
        return self._compiler.code(node).run

    def fen(self, node: Node) -> Fen:
        """一个结点,得分。"""
        if isinstance(node, Name):
            return _name(self.slots[node.name])
        if isinstance(node, Number):
            fen = _rounded(*node.value)
            return lambda s: fen
        if isinstance(node, If):
            test, then, other = self.test(node.condition), self.fen(node.then), self.fen(node.other)
            return lambda s: then(s) if test(s) else other(s)
        factors = _factors(node)
        found = self._product(factors) if factors else None
        return found or _generic(self.run(node))

    def _product(self, factors: tuple[Node, ...]) -> Fen | None:
        """一两个名字乘常数;别的样子为 None。"""
        names = [self.slots[f.name] for f in factors if isinstance(f, Name)]
        n0, d0 = 1, 1
        for one in factors:
            if isinstance(one, Number):
                n0, d0 = n0 * one.value[0], d0 * one.value[1]
        if len(names) + sum(isinstance(f, Number) for f in factors) != len(factors) or not 1 <= len(names) <= 2:
            return None
        return _scaled(names[0], n0, d0) if len(names) == 1 else _both(names[0], names[1], (n0, d0))

    def test(self, node: Node) -> Test:
        """条件:用“且”连着的拆开,与零比的放在前面一起看。条件里有除法的照原来的次序(除以零只在走到时才算错)。"""
        parts = _conjuncts(node)
        simple = [self._simple(one) for one in parts]
        if any(one is None for one in simple):
            return self.run(node)
        zeros = tuple(one for one in simple if isinstance(one, int))
        others = tuple(one for one in simple if one is not None and not isinstance(one, int))
        return _all_zero(zeros, others)

    def _simple(self, node: Node) -> int | Test | None:
        """名字与常数比:“= 0”给槽号,别的给闭包;不是这样的为 None。"""
        if not (isinstance(node, Binary) and isinstance(node.left, Name) and isinstance(node.right, Number)):
            return None
        slot, (n0, d0) = self.slots[node.left.name], node.right.value
        if node.op == "=" and n0 == 0:
            return slot
        compare = COMPARE.get(node.op)
        if compare is None:
            return None
        known = compare

        def against(s: Sequence[Any]) -> bool:
            n, d = s[slot]
            return known(n * d0, n0 * d)

        return against


def _conjuncts(node: Node) -> list[Node]:
    """“且”连着的各条。"""
    if isinstance(node, Binary) and node.op == "and":
        return [*_conjuncts(node.left), *_conjuncts(node.right)]
    return [node]


def _factors(node: Node) -> tuple[Node, ...]:
    """连乘的各项;不是连乘为空。"""
    if not (isinstance(node, Binary) and node.op == "×"):
        return ()
    left, right = _factors(node.left) or (node.left,), _factors(node.right) or (node.right,)
    return (*left, *right)


def _name(slot: int) -> Fen:
    def fen(s: Sequence[Any]) -> int:
        n, d = s[slot]
        return n if d == 1 else _rounded(n, d)

    return fen


def _generic(run: Run) -> Fen:
    def fen(s: Sequence[Any]) -> int:
        n, d = run(s)
        return n if d == 1 else (2 * n + d) // (2 * d) if n >= 0 else round_half_up(n, d)

    return fen


def _scaled(slot: int, n0: int, d0: int) -> Fen:
    def fen(s: Sequence[Any]) -> int:
        n, d = s[slot]
        n, d = n * n0, d * d0
        return n if d == 1 else (2 * n + d) // (2 * d) if n >= 0 else round_half_up(n, d)

    return fen


def _both(first: int, second: int, by: Pair) -> Fen:
    n0, d0 = by

    def fen(s: Sequence[Any]) -> int:
        n1, d1 = s[first]
        n2, d2 = s[second]
        n, d = n1 * n2 * n0, d1 * d2 * d0
        return n if d == 1 else (2 * n + d) // (2 * d) if n >= 0 else round_half_up(n, d)

    return fen


def _all_zero(zeros: tuple[int, ...], others: tuple[Test, ...]) -> Test:
    def test(s: Sequence[Any]) -> bool:
        for slot in zeros:
            if s[slot][0]:
                return False
        for one in others:
            if not one(s):
                return False
        return True

    return test
