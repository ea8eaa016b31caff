"""公式的裁判 formula judge:另一个解释器。只用 Fraction 与直白的循环,不用引擎的闭包、折线、二分。

也在这里造随机的、单位合得上的语法树。
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import strategies as st

from engine.formula_evidence import EVIDENCE, Record, Records
from engine.formula_history import Need, Past
from engine.formula_parse import number
from engine.formula_tables import Bound, Gives, LookupTable, Mode, StepTable, Table
from engine.formula_types import (
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

UNITS = {
    "基本工资": Unit.MONEY,
    "回款额": Unit.MONEY,
    "绩效得分": Unit.RATE,
    "迟到次数": Unit.COUNT,
    "工龄": Unit.COUNT,
    "出勤天数": Unit.DAYS,
    "加班小时": Unit.HOURS,
    "岗位": Unit.TEXT,
    "试用": Unit.BOOL,
}


class NoValue(Exception):
    """算不出来:除以零、查不到、没有数据。"""


@dataclass
class World:
    """给公式的全部东西。"""

    values: Mapping[str, Any]
    tables: Mapping[str, Table]
    evidence: Mapping[str, Records]
    past: Mapping[Need, Past]
    record: Mapping[str, Any] = field(default_factory=dict)


def judge(node: Node, world: World) -> Any:
    """一棵树的值:Fraction、真假或文字。"""
    match node:
        case Number(text=text):
            return Fraction(*number(text)[0])
        case Text(value=value):
            return value
        case Name(name=name):
            return _plain(world.record[name] if name in world.record else world.values[name])
        case Unary(op=op, operand=inner):
            return not judge(inner, world) if op == "not" else -judge(inner, world)
        case If(condition=condition, then=then, other=other):
            return judge(then if judge(condition, world) else other, world)
        case Binary():
            return _binary(node, world)
        case Call(function=function, args=args):
            return _call(function, [judge(a, world) for a in args], world, node)
        case Ladder(table=name, value=value):
            return climb(world.tables[name], judge(value, world))
        case Lookup(table=name, key=key, default=default):
            found = find(world.tables[name], judge(key, world))
            if found is None and default is not None:
                return judge(default, world)
            return _must(found)
        case Gather():
            return _gather(node, world)
        case History(function=function, name=name, default=default):
            past = [
                v if v is not None else default and judge(default, world)
                for _, v in world.past[Need(function, name)].months
            ]
            return sum((_plain(_must(v)) for v in past), Fraction(0))
    raise AssertionError(node)


def _plain(value: Any) -> Any:
    return Fraction(*value) if isinstance(value, tuple) else value


def _must(value: Any) -> Any:
    if value is None:
        raise NoValue
    return value


def _binary(node: Binary, world: World) -> Any:
    left = judge(node.left, world)
    if node.op == "and":
        return left and judge(node.right, world)
    if node.op == "or":
        return left or judge(node.right, world)
    right = judge(node.right, world)
    if node.op == "÷":
        return left / right if right else _must(None)
    if node.op in "+-×":
        return {"+": left + right, "-": left - right}[node.op] if node.op != "×" else left * right
    if node.op in "=≠":
        return (left == right) is (node.op == "=")
    return {"<": left < right, "≤": left <= right, ">": left > right, "≥": left >= right}[node.op]


def _call(function: str, args: list[Any], world: World, node: Call) -> Fraction:
    if function in ("最大", "最小"):
        found: Fraction = (max if function == "最大" else min)(args)
        return found
    value, places = args
    scale = Fraction(10) ** (places - 2 if unit_of(node.args[0]) is Unit.MONEY else places)
    scaled = value * scale
    if function == "向上取整":
        return Fraction(math.ceil(scaled)) / scale
    if function == "向下取整":
        return Fraction(math.floor(scaled)) / scale
    half = math.floor(abs(scaled) + Fraction(1, 2))
    return Fraction(half if scaled >= 0 else -half) / scale


def climb(table: Table, x: Fraction) -> Fraction:
    """阶梯:一档一档走上去。"""
    assert isinstance(table, StepTable)
    total, lower = Fraction(0), Fraction(0)
    for upto, value in table.rows:
        top = None if upto is None else Fraction(*upto)
        inside = top is None or x < top or (x == top and table.bound is Bound.UPPER_IN)
        if inside and table.gives is Gives.AMOUNT:
            return Fraction(*value)
        if inside and table.mode is Mode.WHOLE:
            return x * Fraction(*value)
        if inside:
            return total + (x - lower) * Fraction(*value)
        assert top is not None
        total, lower = total + (top - lower) * Fraction(*value), top
    raise AssertionError("the last step is open")


def find(table: Table, key: Any) -> Fraction | None:
    """对照表:一行一行看。"""
    assert isinstance(table, LookupTable)
    for own, value in table.rows:
        mine = _plain(own)
        if table.bound is None:
            hit = mine == key
        else:
            hit = own is None or key < mine or (key == mine and table.bound is Bound.UPPER_IN)
        if hit:
            return Fraction(*value)
    return None if table.otherwise is None else Fraction(*table.otherwise)


def _gather(node: Gather, world: World) -> Fraction:
    total = Fraction(0)
    fields = EVIDENCE[node.kind].fields
    for record in world.evidence[node.kind]:
        own = World(
            world.values, world.tables, world.evidence, world.past, dict(zip(fields, record.values, strict=True))
        )
        if node.where is None or judge(node.where, own):
            total += 1 if node.value is None else judge(node.value, own)
    return total


# ── 随机的树 ──────────────────────────────────────────────────────────

TABLES: dict[str, Table] = {
    "提成表": StepTable("提成表", Unit.MONEY, Gives.RATE, Mode.MARGINAL, Bound.UPPER_IN,
                     (((1_000_000, 1), (1, 100)), ((3_000_000, 1), (3, 100)), (None, (7, 300)))),
    "全额表": StepTable("全额表", Unit.MONEY, Gives.RATE, Mode.WHOLE, Bound.LOWER_IN,
                     (((1_000_000, 1), (1, 100)), ((3_000_000, 1), (3, 100)), (None, (5, 100)))),
    "工龄表": LookupTable("工龄表", Unit.COUNT, Unit.MONEY, Bound.LOWER_IN, (((1, 1), (0, 1)), ((3, 1), (5000, 1)))),
    "岗位表": LookupTable("岗位表", Unit.TEXT, Unit.MONEY, None, (("销售", (30000, 1)), ("客服", (10000, 1)))),
}  # fmt: skip
SUFFIX = {Unit.MONEY: "元", Unit.RATE: "%", Unit.COUNT: "次", Unit.DAYS: "天", Unit.HOURS: "小时"}
NUMERIC = (Unit.MONEY, Unit.RATE, Unit.COUNT, Unit.DAYS, Unit.HOURS)


FIELDS = {name: unit for kind in EVIDENCE.values() for name, unit in kind.fields.items()}


def unit_of(node: Node) -> Unit:
    """生成的树的单位:乘除的左边、如果的前一支、函数的头一项说了算。"""
    match node:
        case Number(unit=unit):
            return unit
        case Name(name=name) | History(name=name):
            return {**FIELDS, **UNITS}[name]
        case Binary(left=first) | Unary(operand=first) | If(then=first):
            return unit_of(first)
        case Call(args=args):
            return unit_of(args[0])
        case Gather(value=value):
            return Unit.COUNT if value is None else unit_of(value)
    return Unit.MONEY  # 阶梯与查表,这里的表都给钱


@st.composite
def numbers(draw: st.DrawFn, unit: Unit, least: int = 0) -> Node:
    hundredths = draw(st.integers(least, 9_999_999))
    text = f"{hundredths // 100}.{hundredths % 100:02d}{SUFFIX[unit]}"
    value, found = number(text)
    return Number(value, found, text, 0)


@cache
def trees(unit: Unit, depth: int, kind: str = "") -> st.SearchStrategy[Node]:
    """结果是 unit 的树;kind 不空时在这一类证据的式子里,可以用它的字段。"""
    own = {**UNITS, **(EVIDENCE[kind].fields if kind else {})}
    names = sorted(name for name, u in own.items() if u is unit)
    leaves: list[Any] = [st.sampled_from(names).map(lambda n: Name(n, 0))] if names else []
    if unit in NUMERIC:
        leaves.append(numbers(unit))
    return st.one_of(leaves if depth == 0 else leaves + _bigger(unit, depth - 1, kind, own))


def _bigger(unit: Unit, depth: int, kind: str, own: Mapping[str, Unit]) -> list[Any]:
    sub: dict[Unit, Any] = {u: trees(u, depth, kind) for u in Unit if u is not Unit.TEXT}
    same = sub[unit]
    condition = sub[Unit.BOOL]
    found: list[Any] = [st.builds(If, condition, same, same, st.just(0))]
    if unit is Unit.BOOL:
        pick = st.sampled_from(NUMERIC).flatmap(lambda u: st.tuples(sub[u], sub[u]))
        compare = st.tuples(st.sampled_from("=≠<≤>≥"), pick)
        found.append(compare.map(lambda t: Binary(t[0], t[1][0], t[1][1], 0)))
        found.append(st.builds(Binary, st.sampled_from(["and", "or"]), condition, condition, st.just(0)))
        found.append(st.builds(Unary, st.just("not"), condition, st.just(0)))
        texts = sorted(n for n, u in own.items() if u is Unit.TEXT)
        words = st.sampled_from(["销售", "客服", "A", "B", ""])
        found.append(
            st.builds(
                lambda n, w, op: Binary(op, Name(n, 0), Text(w, 0), 0),
                st.sampled_from(texts),
                words,
                st.sampled_from("=≠"),
            )
        )
        return found
    rate = sub[Unit.RATE]
    places = st.integers(0, 4).map(lambda n: Number((n, 1), Unit.RATE, str(n), 0))
    rounding = st.sampled_from(["四舍五入", "向上取整", "向下取整"])
    found += [
        st.builds(Binary, st.sampled_from("+-"), same, same, st.just(0)),
        st.builds(lambda a, b: Binary("×", a, b, 0), same, rate),
        st.builds(lambda a, b: Binary("÷", a, b, 0), same, numbers(Unit.RATE, 1) | st.just(Name("绩效得分", 0))),
        st.builds(Unary, st.just("-"), same, st.just(0)),
        st.builds(lambda f, a, b: Call(f, (a, b), 0), st.sampled_from(["最大", "最小"]), same, same),
        st.builds(lambda f, a, p: Call(f, (a, p), 0), rounding, same, places),
    ]
    if unit is not Unit.RATE:
        past = sorted(n for n, u in UNITS.items() if u is unit)
        named = st.builds(
            History, st.sampled_from(["上月", "本年累计"]), st.sampled_from(past), st.none() | numbers(unit), st.just(0)
        )
        found.append(named)
    return found + _tables_and_evidence(unit, sub, kind)


def _tables_and_evidence(unit: Unit, sub: dict[Unit, Any], kind: str) -> list[Any]:
    found: list[Any] = []
    if unit is Unit.MONEY:
        found.append(st.builds(Ladder, st.sampled_from(["提成表", "全额表"]), sub[Unit.MONEY], st.just(0)))
        found.append(st.builds(Lookup, st.just("工龄表"), sub[Unit.COUNT], st.none() | sub[Unit.MONEY], st.just(0)))
        found.append(
            st.builds(Lookup, st.just("岗位表"), st.just(Name("岗位", 0)), st.none() | numbers(Unit.MONEY), st.just(0))
        )
    inside = {Unit.MONEY: "签单", Unit.COUNT: "迟到", Unit.HOURS: "加班", Unit.DAYS: "请假"}.get(unit)
    if inside and not kind:
        where = st.none() | trees(Unit.BOOL, 1, inside)
        found.append(st.builds(Gather, st.just("合计"), st.just(inside), trees(unit, 1, inside), where, st.just(0)))
    if unit is Unit.COUNT and not kind:
        where = st.none() | trees(Unit.BOOL, 1, "签单")
        found.append(st.builds(Gather, st.just("次数"), st.just("签单"), st.none(), where, st.just(0)))
    return found


PAIRS = st.tuples(st.integers(-(10**9), 10**9), st.integers(1, 400))
SMALL = st.tuples(st.integers(-3, 40), st.integers(1, 2))


def _value(unit: Unit) -> st.SearchStrategy[Any]:
    if unit is Unit.TEXT:
        return st.sampled_from(["销售", "客服", "财务", "A"])
    return st.booleans() if unit is Unit.BOOL else PAIRS if unit is Unit.MONEY else SMALL


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """随机的事实、证据与往月;往月可能缺。"""
    values = {name: draw(_value(unit)) for name, unit in UNITS.items()}
    evidence = {}
    for kind in ("签单", "迟到", "加班", "请假"):
        fields = EVIDENCE[kind].fields
        one = st.tuples(*(_value(u) for u in fields.values()))
        evidence[kind] = tuple(Record((f"{kind}:{i}",), v) for i, v in enumerate(draw(st.lists(one, max_size=3))))
    past = {}
    for name, unit in UNITS.items():
        months = [("2026-01", draw(st.none() | _value(unit))), ("2026-02", draw(_value(unit)))]
        past[Need("上月", name)] = Past((months[1],) if draw(st.booleans()) else (months[0],))
        past[Need("本年累计", name)] = Past(tuple(months))
    return World(values, TABLES, evidence, past)
