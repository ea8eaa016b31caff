"""得分公式 performance formula:`绩效得分 = 销售额完成率 × 60% + 客户满意度 × 40%` 里的权重。

公式是 HR 写的数据;这里读出各指标的权重,并保证它真的是“指标 × 权重”相加,不是别的算法。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from engine.errors import BadInput
from engine.formula import Formula, formula, walk
from engine.formula_types import Binary, Name, Node, Number, Source, Unary, Unit
from engine.money import percent

_SUMS = ("+", "-", "×")


def _value(one: Formula, values: Sequence[Fraction]) -> Fraction:
    slots = [v.as_integer_ratio() for v in values]
    n, d = one.run(slots)
    return Fraction(n, d)


def _plain(node: Node) -> bool:
    """加权之和里可以有的运算:加、减、乘。"""
    return not isinstance(node, Binary) or node.op in _SUMS


def weights_of(text: str, labels: Sequence[str], source: Source | None = None) -> dict[str, Fraction]:
    """公式里各指标的权重;用了没有的指标报 FormulaError,不是加权之和报 BadInput(NOT_WEIGHTED)。"""
    one = formula(text, dict.fromkeys(labels, Unit.RATE), Unit.RATE, source)
    nothing = [Fraction(0)] * len(labels)
    if not all(isinstance(node, Name | Number | Unary | Binary) and _plain(node) for node in walk(one.tree)):
        raise _refused(text)
    start = _value(one, nothing)
    found: dict[str, Fraction] = {}
    for i, label in enumerate(labels):
        found[label] = _value(one, [Fraction(i == k) for k in range(len(labels))]) - start
    probe = [Fraction(7 + 3 * k, 5) for k in range(len(labels))]
    straight = sum((found[label] * p for label, p in zip(labels, probe, strict=True)), Fraction(0))
    if start or straight != _value(one, probe):
        raise _refused(text)
    return {label: weight for label, weight in found.items() if label in one.names}


def _refused(text: str) -> BadInput:
    say = f"得分公式“{text}”要写成“指标 × 权重”相加,例如 绩效得分 = 销售额完成率 × 60% + 客户满意度 × 40%。请改正。"
    return BadInput("NOT_WEIGHTED", say)


def check_weights(text: str, items: Mapping[str, Decimal], source: Source | None = None) -> None:
    """公式与各项权重要说同一件事;不同报 BadInput(FORMULA_WEIGHTS),写明哪一项差在哪里。"""
    found = weights_of(text, list(items), source)
    for label, weight in items.items():
        if found.get(label, Fraction(0)) != Fraction(weight):
            written, listed = percent(found.get(label, Fraction(0))), percent(weight)
            say = f"得分公式里“{label}”的权重是 {written},各项里写的是 {listed}。请改成一样的。"
            raise BadInput("FORMULA_WEIGHTS", say, {"item": label})
