"""来处的树 tree:把一个数字的来处(trace)与它的证据排成能一层层看的样子;只摆放,不重算。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.money import Money, percent
from handlers.evidence import EvidenceView

UNITS = {"days": " 天", "hours": " 小时", "minutes": " 分钟", "count": "", "text": "", "money": "", "rate": ""}


@dataclass(frozen=True, slots=True)
class Node:
    """一个结点:show 写好的值;money 是不是钱(要遮);rule_words 依据的规定;evidence 直接挂着的证据;parts 由什么算来;
    link 这一行自己的“怎么算的”。
    """

    label: str
    show: str
    money: bool
    say: str
    rule_words: str
    evidence: tuple[EvidenceView, ...]
    parts: tuple[Node, ...]
    link: str = ""

    @property
    def has_money(self) -> bool:
        """这句话里可能有金额:自己或操作数是钱。"""
        return self.money or any(part.money for part in self.parts)

    @property
    def many(self) -> bool:
        """证据多(比如二十几份评价):先折起来。"""
        return len(self.evidence) > 6


def tree_of(trace: Mapping[str, Any], evidence: Sequence[EvidenceView], links: Sequence[str] = ()) -> Node:
    """trace(Trace.to_json 的样子)与证据 → 树;links 依次是最上一层各操作数的“怎么算的”(不齐就都不给)。"""
    root = _node(trace, {one.id: one for one in evidence})
    if len(links) != len(root.parts):
        return root
    return replace(root, parts=tuple(replace(p, link=link) for p, link in zip(root.parts, links, strict=True)))


def _node(trace: Mapping[str, Any], known: Mapping[str, EvidenceView]) -> Node:
    label, unit = str(trace["label"]), str(trace.get("unit", "text"))
    say = str(trace.get("say", ""))
    said = _plain_value(label, say) if not trace.get("parts") else ""
    ids = [str(one) for one in trace.get("evidence", ())]
    return Node(
        label=label,
        show=said or show(label, str(trace.get("value", "")), unit),
        money=unit == "money",
        say="" if said else say,
        rule_words=rule_words(str(trace.get("rule", ""))),
        evidence=tuple(known[one] for one in ids if one in known),
        parts=tuple(_node(part, known) for part in trace.get("parts", ())),
    )


def _plain_value(label: str, say: str) -> str:
    """叶子的话若只是“名字:值”,值照它写,话就不再说一遍。"""
    head, mark, value = say.replace("\uff1a", ":", 1).partition(":")
    alone = head == label and mark and value and not any(sign in value for sign in "×÷=+;\uff1b\uff0c")
    return value if alone else ""


RULE_KINDS = {
    "pay": "工资项目规定",
    "plan": "绩效方案",
    "leave": "假期规定",
    "tax": "个税规定",
    "city": "城市社保公积金规定",
    "overtime": "加班规定",
    "attendance": "考勤规定",
}


def rule_words(rule: str) -> str:
    """规定的编号写成人看的:"pay.late@2026-01-01" → "依据工资项目规定,2026年1月1日起(pay.late)"。"""
    name, _, since = rule.partition("@")
    words = f"依据{RULE_KINDS.get(name.replace(':', '.', 1).partition('.')[0], '公司规定')}"
    try:
        day = date.fromisoformat(since)
    except ValueError:
        return f"{words}({rule})" if rule else ""
    return f"{words},{day.year}年{day.month}月{day.day}日起({name})"


def show(label: str, value: str, unit: str) -> str:
    """值写成人看的字:钱 ¥1,100.00,比率 110%,倍数 1.5 倍,天数带单位;认不得照写。"""
    if label == "倍数":
        return f"{value} 倍"
    try:
        if unit == "money":
            return Money.of(value).show()
        if unit == "rate":
            return percent(Decimal(value))
    except (InvalidOperation, ValueError):
        return value
    return f"{value}{UNITS.get(unit, '')}"
