"""成批的证据 batch evidence:公式里的合计、次数、上月、本年累计先逐人求出一个数,成一列,公式其余的部分照样成批算。

求值用的就是公式编好的那个闭包,所以与逐人的一分不差;没有装的证据、缺的月份、没有填的字段,那一个人交给 engine.pay.compute。
式子里还用到外面的名字的(例如 合计(签单, 金额 × 绩效得分))各人各项要先算,不能先求,整张表不成批。
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from engine.errors import EhrError
from engine.formula_evidence import Record
from engine.formula_history import Past
from engine.formula_tree import children, names_in, walk, written
from engine.formula_types import Gather, History, Node
from engine.pay_rules import PayRules


class Sought(NamedTuple):
    """先求的一个数:name 列名,text 公式里的写法,run 求它的闭包。"""

    name: str
    text: str
    run: Callable[[Sequence[Any]], Any]


class EvidenceReader:
    """按一个月的规则:哪些数要先求,一个人的各是多少。"""

    def __init__(self, rules: PayRules) -> None:
        self.kinds = {kind: place for place, kind in rules.evidence}
        self.slots = {slot: place for place, slot in rules.past}
        self._size = len(rules.sheet.scope.slots)
        found: dict[str, Callable[[Sequence[Any]], Any]] = {}
        self.ready = True
        for _, one in rules.sheet.formulas:
            for node in outermost(one.tree):
                self.ready &= alone(node)
                found.setdefault(written(node), one.codes[id(node)].run)
        self.sought = tuple(Sought(f"sought:{i}", text, run) for i, (text, run) in enumerate(found.items()))

    @property
    def columns(self) -> tuple[str, ...]:
        """各列:分子与分母。"""
        return tuple(f"{one.name}{tail}" for one in self.sought for tail in ("_n", "_d"))

    def values(self, records: Sequence[Any], past: Sequence[Any]) -> tuple[int, ...] | None:
        """一个人的各数:(分子, 分母, 分子, 分母, …)。records、past 是事实里的(或其 JSON 列表);求不出的为 None。"""
        slots: list[Any] = [None] * self._size
        for kind, rows in records:
            if kind in self.kinds:
                slots[self.kinds[kind]] = [Record(*row) for row in rows]
        for slot, months, evidence in past:
            if slot in self.slots:
                slots[self.slots[slot]] = Past(months, evidence)
        out: list[int] = []
        try:
            for one in self.sought:
                n, d = one.run(slots)
                out += (n, d)
        except EhrError:
            return None
        return tuple(out)


def outermost(node: Node) -> Iterator[Gather | History]:
    """最外面的各个合计、次数、上月、本年累计。"""
    if isinstance(node, Gather | History):
        yield node
        return
    for child in children(node):
        yield from outermost(child)


def alone(node: Gather | History) -> bool:
    """只看证据或往月就能求:式子里没有外面的名字,也没有套着别的。"""
    nested = any(isinstance(one, Gather | History) for child in children(node) for one in walk(child))
    return not nested and not names_in(node)
