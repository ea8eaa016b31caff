"""公式的树 formula tree:走一遍语法树,找出名字、证据、往月、表;写回成公式(读回来还是同一棵树)。"""

from __future__ import annotations

from collections.abc import Iterator

from engine.formula_evidence import EVIDENCE, slot_name
from engine.formula_history import Need
from engine.formula_parse import COMPARISONS, NOT_POWER, POWER, SIGN_POWER
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

_WORDS = {"and": "且", "or": "或"}


def children(node: Node) -> tuple[Node, ...]:
    """一个结点的下级。"""
    if isinstance(node, Unary):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, If):
        return (node.condition, node.then, node.other)
    if isinstance(node, Call):
        return node.args
    if isinstance(node, Ladder):
        return (node.value,)
    if isinstance(node, Lookup):
        return _given(node.key, node.default)
    if isinstance(node, Gather):
        return _given(node.value, node.where)
    return _given(node.default) if isinstance(node, History) else ()


def _given(*nodes: Node | None) -> tuple[Node, ...]:
    return tuple(n for n in nodes if n is not None)


def walk(node: Node) -> Iterator[Node]:
    """式子里的全部结点,先自己后下级。"""
    yield node
    for child in children(node):
        yield from walk(child)


def names_in(node: Node) -> tuple[str, ...]:
    """式子里用到的外面的名字,去重,按出现的先后;证据的字段、表、往月的项目不算。"""
    if isinstance(node, Name):
        return (node.name,)
    found = dict.fromkeys(name for child in children(node) for name in names_in(child))
    fields = EVIDENCE[node.kind].fields if isinstance(node, Gather) and node.kind in EVIDENCE else {}
    return tuple(name for name in found if name not in fields)


def evidence_in(node: Node) -> tuple[str, ...]:
    """用到的证据的种类。"""
    return tuple(dict.fromkeys(n.kind for n in walk(node) if isinstance(n, Gather)))


def needs_in(node: Node) -> tuple[Need, ...]:
    """用到的往月的值。"""
    return tuple(dict.fromkeys(Need(n.function, n.name) for n in walk(node) if isinstance(n, History)))


def tables_in(node: Node) -> tuple[str, ...]:
    """用到的表。"""
    return tuple(dict.fromkeys(n.table for n in walk(node) if isinstance(n, Ladder | Lookup)))


def extra_slots(node: Node) -> tuple[str, ...]:
    """名字以外要的槽:证据与往月。"""
    return (*(slot_name(kind) for kind in evidence_in(node)), *(need.slot for need in needs_in(node)))


def written(node: Node, power: int = 0, *, hide_money: bool = False) -> str:
    """写回成公式:parse(written(树)) 是同一棵树。hide_money 时写死的金额写作“定额”(给聊天用)。"""

    def inner(one: Node, needs: int = 0) -> str:
        return written(one, needs, hide_money=hide_money)

    if isinstance(node, Number):
        return "定额" if hide_money and node.unit is Unit.MONEY else node.text
    if isinstance(node, Text):
        return f'"{node.value}"'
    if isinstance(node, Name):
        return node.name
    if isinstance(node, If):
        parts = (inner(node.condition), inner(node.then), inner(node.other))
        text = "如果 {} 则 {} 否则 {}".format(*parts)
        return f"({text})" if power else text
    if isinstance(node, Unary):
        own = NOT_POWER if node.op == "not" else SIGN_POWER
        text = f"非 {inner(node.operand, own)}" if node.op == "not" else f"-{inner(node.operand, own)}"
    elif isinstance(node, Binary):
        own = POWER[node.op]
        left = inner(node.left, own + (node.op in COMPARISONS))
        text = f"{left} {_WORDS.get(node.op, node.op)} {inner(node.right, own + 1)}"
    else:
        return f"{_function(node)}({', '.join((*_bare(node), *(inner(a) for a in children(node))))})"
    return f"({text})" if own < power else text


def _function(node: Call | Ladder | Lookup | Gather | History) -> str:
    return "阶梯" if isinstance(node, Ladder) else "查表" if isinstance(node, Lookup) else node.function


def _bare(node: Node) -> tuple[str, ...]:
    if isinstance(node, Ladder | Lookup):
        return (node.table,)
    if isinstance(node, Gather):
        return (node.kind,)
    return (node.name,) if isinstance(node, History) else ()
