"""公式的对照:随机的树、随机的输入,引擎与另一个解释器(分数、直白循环)得同一个值;写回再读是同一棵树。"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import NotReady
from engine.explain import explain
from engine.formula import Given, Scope, compile_formula, evaluate, slots_for
from engine.formula_parse import Definition, parse
from engine.formula_tree import written
from engine.formula_types import Node, Source, Unit
from engine.trace import Trace
from tests.engine.formula_judge import NUMERIC, TABLES, UNITS, NoValue, World, judge, trees, worlds

SCOPE = Scope.of(UNITS, TABLES)
TREES = st.sampled_from((*NUMERIC, Unit.BOOL)).flatmap(lambda unit: st.tuples(st.just(unit), trees(unit, 3)))
NOTHING_THERE = {"ZERO_DENOMINATOR", "LOOKUP_MISSING", "HISTORY_MISSING"}


def engine_value(tree: Node, world: World) -> Any:
    one = compile_formula(Definition("结果", tree, "", Source()), SCOPE)
    found = evaluate(one, world.values, Given(world.evidence, world.past))
    return Fraction(*found) if isinstance(found, tuple) else found


@settings(max_examples=400)
@given(TREES, worlds())
def test_the_engine_and_the_judge_agree(made: tuple[Unit, Node], world: World) -> None:
    _, tree = made
    try:
        expected = judge(tree, world)
    except NoValue:
        expected = None
    if expected is None:
        with pytest.raises(NotReady) as caught:
            engine_value(tree, world)
        assert caught.value.code in NOTHING_THERE
    else:
        assert engine_value(tree, world) == expected


@settings(max_examples=300)
@given(TREES)
def test_a_tree_written_and_read_is_the_same_tree(made: tuple[Unit, Node]) -> None:
    _, tree = made
    assert parse(f"结果 = {written(tree)}", UNITS).tree == tree


@settings(max_examples=200)
@given(TREES, worlds())
def test_the_trace_has_the_value_and_only_what_was_used(made: tuple[Unit, Node], world: World) -> None:
    _, tree = made
    one = compile_formula(Definition("结果", tree, "", Source()), SCOPE)
    slots = slots_for(one, world.values, Given(world.evidence, world.past))
    try:
        value = one.run(slots)
    except NotReady:
        return
    found = explain(one, slots, lambda name: Trace(name, "0", evidence=(f"fact:{name}",)))
    assert found.say.startswith("结果:")
    if one.unit is Unit.MONEY:
        assert abs(Fraction(found.value) * 100 - Fraction(*value)) <= Fraction(1, 2)
    known = {f"fact:{name}" for name in one.names}
    known |= {e for kind in one.evidence for record in world.evidence[kind] for e in record.evidence}
    assert set(found.all_evidence()) <= known
    assert "¥" not in found.words
    assert all("¥" not in part.words for part in found.walk())
