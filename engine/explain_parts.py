"""解释的操作数 explain parts:一条公式真正用到的名字、取整、表、证据、往月,各成来处里的一个结点。"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Protocol

from engine.explain_values import exact, trace_value
from engine.formula import Formula
from engine.formula_evidence import EVIDENCE
from engine.formula_history import Need
from engine.formula_table_ops import row_finder, step_finder
from engine.formula_tables import BOUND_LABELS, MODE_LABELS, Gives, LookupTable, Mode, StepTable
from engine.formula_tree import children, walk, written
from engine.formula_types import (
    LAST_MONTH,
    ROUNDING,
    SUM,
    Call,
    Gather,
    History,
    If,
    Ladder,
    Lookup,
    Name,
    Node,
    Pair,
    Unit,
)
from engine.trace import Trace

Found = dict[object, Trace]
_PLACES = {2: "到分", 1: "到角", 0: "到元"}


class Telling(Protocol):
    """解释时的值与字,由 engine.explain 给出。"""

    slots: Any

    def value(self, node: Node) -> Any: ...

    def unit(self, node: Node) -> Unit: ...

    def decided(self, node: Node) -> bool: ...

    def because(self, node: If) -> None: ...

    def taken(self, node: Node) -> Node: ...

    def exact(self, node: Node) -> str: ...


class Parts:
    """走一遍真正算到的结点,收集来处。"""

    def __init__(self, formula: Formula, telling: Telling, leaf: Callable[[str], Trace]) -> None:
        self.formula, self.telling, self.leaf = formula, telling, leaf

    def of(self, *nodes: Node | None) -> tuple[Trace, ...]:
        """这些结点用到的东西,去重,按先后。"""
        found: Found = {}
        for node in nodes:
            if node is not None:
                self._add(node, found)
        return tuple(found.values())

    def _add(self, node: Node, found: Found) -> None:
        if isinstance(node, Name):
            if node.name not in found:
                found[node.name] = self.leaf(node.name)
        elif isinstance(node, If):
            self._add(node.condition, found)
            self.telling.because(node)
            self._add(node.then if self.telling.value(node.condition) else node.other, found)
        elif isinstance(node, Call) and node.function in ROUNDING:
            self._rounding(node, found)
        elif isinstance(node, Ladder):
            found[id(node)] = self._ladder(node)
        elif isinstance(node, Lookup):
            found[id(node)] = self._lookup(node)
        elif isinstance(node, Gather):
            found[id(node)] = self._gather(node)
        elif isinstance(node, History):
            found[id(node)] = self._history(node)
        else:
            for child in children(node)[: 1 if self.telling.decided(node) else None]:
                self._add(child, found)

    def _trace(self, node: Node, label: str, say: str, words: str) -> Trace:
        value, unit = self.telling.value(node), self.telling.unit(node)
        return Trace(label, trace_value(value, unit), unit.value, say, words)

    def _rounding(self, node: Call, found: Found) -> None:
        """取整:前后的值;里面全是常数的不成结点。"""
        inside = self.of(node.args[0])
        if not inside:
            return
        money = self.telling.unit(node) is Unit.MONEY
        n, d = (
            self.telling.value(node.args[1])
            if len(node.args) > 1
            else (2 if money and node.function == ROUNDING[0] else 0, 1)
        )
        whole = n // d
        to = _PLACES.get(whole, f"到元的小数第 {whole} 位") if money else f"到小数第 {whole} 位" if whole else "到整数"
        after = self.telling.exact(node)
        made = self._trace(
            node,
            node.function,
            f"{node.function}{to}:{self.telling.exact(node.args[0])} → {after}",
            f"{node.function}{to}",
        )
        found[id(node)] = _with(made, inside)

    def _ladder(self, node: Ladder) -> Trace:
        table = self.formula.scope.tables[node.table]
        if not isinstance(table, StepTable):
            raise AssertionError("compiled as a step table")
        n, d = self.telling.value(node.value)
        row = step_finder(table)(n, d)
        steps = _steps(table, Fraction(n, d), row)
        how = f"{MODE_LABELS[table.mode]},{BOUND_LABELS[table.bound]}"
        say = f"{node.table}({how}):{' + '.join(steps)} = {self.telling.exact(node)}"
        words = f"{node.table}({how}),落在第 {row + 1} 档"
        return _with(self._trace(node, node.table, say, words), self.of(node.value), table.rule)

    def _lookup(self, node: Lookup) -> Trace:
        table = self.formula.scope.tables[node.table]
        if not isinstance(table, LookupTable):
            raise AssertionError("compiled as a lookup table")
        row = row_finder(table)(self.telling.value(node.key))
        how = "表里没有,按没有时的值" if row is None else f"第 {row + 1} 行"
        key = self.telling.exact(node.key)
        say = f"{node.table}:{key} → {self.telling.exact(node)}({how})"
        own = table.key is not Unit.MONEY
        words = f"{node.table}{':' + key if own else ''}({how})"
        default = node.default if row is None else None
        return _with(self._trace(node, node.table, say, words), self.of(node.key, default), table.rule)

    def _gather(self, node: Gather) -> Trace:
        kind, scope = EVIDENCE[node.kind], self.formula.scope
        chosen = self.formula.readers[id(node)].chosen(self.telling.slots)
        label = written(node, hide_money=True)
        say = f"{written(node)}:{len(chosen)} {kind.counter}"
        if node.function == SUM:
            say += f",合计 {self.telling.exact(node)}"
        made = self._trace(node, label, say, f"{label},{len(chosen)} {kind.counter}")
        evidence = tuple(dict.fromkeys(e for record, _ in chosen for e in record.evidence))
        outer = [n for n in walk(node) if isinstance(n, Name) and n.name not in kind.fields and n.name in scope.units]
        return _with(made, self.of(*outer), "", evidence)

    def _history(self, node: History) -> Trace:
        need = Need(node.function, node.name)
        loaded = self.telling.slots[self.formula.scope.slots[need.slot]]
        months = [month for month, _ in loaded.months]
        blank = [month for month, value in loaded.months if value is None]
        span = (
            months[0]
            if node.function == LAST_MONTH
            else f"{months[0]} 至 {months[-1]}"
            if months
            else "今年前面没有在职的月份"
        )
        tail = f";{'、'.join(blank)} 没有,按没有时的值" if blank else ""
        label = f"{node.function}{node.name}"
        made = self._trace(node, label, f"{label}({span}):{self.telling.exact(node)}{tail}", f"{label}({span}){tail}")
        return _with(made, self.of(node.default) if blank else (), "", loaded.evidence)


def _with(made: Trace, parts: tuple[Trace, ...], rule: str = "", evidence: tuple[str, ...] = ()) -> Trace:
    return Trace(made.label, made.value, made.unit, made.say, made.words, rule, evidence, parts)


def _steps(table: StepTable, value: Fraction, row: int) -> list[str]:
    """各档怎么算的:`¥100,000.00 × 3%`、`¥50,000.00 × 5%`;定额只写那一档。"""
    rate = Unit.MONEY if table.gives is not Gives.RATE else Unit.RATE

    def one(part: Fraction, of: Pair) -> str:
        return f"{exact((part.numerator, part.denominator), table.input)} × {exact(of, rate)}"

    if table.gives is Gives.AMOUNT:
        return [f"第 {row + 1} 档 {exact(table.rows[row][1], Unit.MONEY)}"]
    if table.mode is Mode.WHOLE or row == 0:
        return [one(value, table.rows[row][1])]
    found, lower = [], Fraction(0)
    for upto, of in table.rows[:row]:
        top = Fraction(*upto) if upto is not None else value
        found.append(one(top - lower, of))
        lower = top
    return [*found, one(value - lower, table.rows[row][1])] if value != lower else found
