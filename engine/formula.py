"""公式 formula:HR 用中文写的算法。查单位、排次序、编成闭包;结果是精确的 (分子, 分母)。

单位:钱、比率、天、小时、次数、是否、文字。钱加天数这类写法在装入时就被拒绝。
天数、小时、次数与钱相乘除时当作数:`基本工资 ÷ 21.75 × 事假天数` 是钱。
不用 eval/exec:语法树编成闭包,名字编成槽号;快路径上不约分、不用 Fraction。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from engine.formula_compile import Compiler, Scope
from engine.formula_evidence import Records, slot_name
from engine.formula_gather import Reader
from engine.formula_history import Need, Past
from engine.formula_ops import Code, Run
from engine.formula_parse import Definition, parse
from engine.formula_tree import children, evidence_in, names_in, needs_in, tables_in, walk
from engine.formula_types import UNIT_LABELS, Name, Node, Source, Unit, formula_error


@dataclass(frozen=True, slots=True)
class Formula:
    """编好的公式:`run(slots)` 得精确的值;`names` 是用到的名字,按先后。

    evidence、past、tables 是它要的证据种类、往月的值、表;codes、readers 是每个结点的闭包与证据的读法(键是结点的 id),解释用。
    """

    name: str
    text: str
    tree: Node
    unit: Unit
    names: tuple[str, ...]
    run: Run
    scope: Scope
    evidence: tuple[str, ...] = ()
    past: tuple[Need, ...] = ()
    tables: tuple[str, ...] = ()
    codes: Mapping[int, Code] = field(default_factory=dict, compare=False, repr=False)
    readers: Mapping[int, Reader] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """名字以外给公式的东西:证据(种类 → 各笔)、往月(要的值 → 各月)。"""

    evidence: Mapping[str, Records] = field(default_factory=dict)
    past: Mapping[Need, Past] = field(default_factory=dict)


NOTHING = Given()


def compile_formula(definition: Definition, scope: Scope, unit: Unit | None = None) -> Formula:
    """编一条公式;`unit` 是结果应当的单位,不合报 FORMULA_UNIT。"""
    tree = definition.tree
    held = scope.holding([tree])
    compiler = Compiler(definition, held)
    code = compiler.code(tree)
    zero = code.const is not None and code.const[0] == 0 and code.unit is Unit.RATE
    if unit is not None and code.unit is not unit and not zero:
        compiler.fail("FORMULA_UNIT", f"结果应当是{UNIT_LABELS[unit]},却是{UNIT_LABELS[code.unit]}。", tree)
    return Formula(
        definition.name, definition.text, tree, unit or code.unit, names_in(tree), code.run, held,
        evidence_in(tree), needs_in(tree), tables_in(tree), compiler.codes, compiler.readers,
    )  # fmt: skip


def formula(text: str, units: Mapping[str, Unit], unit: Unit | None = None, source: Source | None = None) -> Formula:
    """读并编一条公式:名字与单位由 `units` 给出。"""
    return formula_in(text, Scope.of(units), unit, source)


def formula_in(text: str, scope: Scope, unit: Unit | None = None, source: Source | None = None) -> Formula:
    """同上,名字、表、往月的项目由 scope 给出。"""
    return compile_formula(parse(text, scope.units, source), scope, unit)


def slots_for(one: Formula, values: Mapping[str, Any], given: Given = NOTHING) -> list[Any]:
    """按名字给值,排成槽;没有给的证据与往月留空,用到时报错。"""
    slots: list[Any] = [None] * len(one.scope.slots)
    for name in one.names:
        slots[one.scope.slots[name]] = values[name]
    for kind in one.evidence:
        slots[one.scope.slots[slot_name(kind)]] = given.evidence.get(kind)
    for need in one.past:
        slots[one.scope.slots[need.slot]] = given.past.get(need)
    return slots


def evaluate(one: Formula, values: Mapping[str, Any], given: Given = NOTHING) -> Any:
    """按名字给值,得精确的值:(分子, 分母)、真假或文字。金额以分计。"""
    return one.run(slots_for(one, values, given))


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


__all__ = [
    "NOTHING",
    "Compiler",
    "Formula",
    "Given",
    "Scope",
    "children",
    "compile_formula",
    "evaluate",
    "formula",
    "formula_in",
    "in_order",
    "names_in",
    "slots_for",
    "walk",
]
