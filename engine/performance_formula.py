"""得分公式 performance formula:`绩效得分 = 销售额完成率 × 60% + 客户满意度 × 40%` 里的权重。

公式是 HR 写的数据;这里读出各指标的权重,并保证它真的是“指标 × 权重”相加,不是别的算法。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from engine.errors import BadInput
from engine.formula import Formula, formula, names_in, walk
from engine.formula_types import Binary, Name, Node, Number, Source, Unary, Unit
from engine.money import percent


def _value(one: Formula, values: Sequence[Fraction]) -> Fraction:
    slots = [v.as_integer_ratio() for v in values]
    n, d = one.run(slots)
    return Fraction(n, d)


def _weighted(node: Node) -> bool:
    """加权之和里可以有的:名字、数、正负号、加减,与有一边不带名字的乘;这样写成的一定是各项乘常数相加。"""
    if not isinstance(node, Binary):
        return isinstance(node, Name | Number | Unary)
    if node.op == "×":
        return not (names_in(node.left) and names_in(node.right))
    return node.op in ("+", "-")


def weights_of(text: str, labels: Sequence[str], source: Source | None = None) -> dict[str, Fraction]:
    """公式里各指标的权重;用了没有的指标报 FormulaError,不是加权之和报 BadInput(NOT_WEIGHTED)。"""
    one = formula(text, dict.fromkeys(labels, Unit.RATE), Unit.RATE, source)
    nothing = [Fraction(0)] * len(labels)
    if not all(_weighted(node) for node in walk(one.tree)) or _value(one, nothing):
        raise _refused(text)
    return {
        label: _value(one, [Fraction(i == k) for k in range(len(labels))])
        for i, label in enumerate(labels)
        if label in one.names
    }


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
