"""用工成本按部门分 cost split:月中调动的人,应发与单位承担的每一行按在各部门的日子分;各份之和等于整行,一分不差。

按自然日分(在职的日子里,各段占几天);零头用最大余数法给小数部分最大的那几份,同样大的给先待的部门。
"""

from __future__ import annotations

from typing import NamedTuple

from engine.pay import Slip
from engine.pay_facts import PayFacts
from engine.pay_items import Section

COST = (Section.EARNING, Section.DEDUCTION, Section.EMPLOYER)
"""算进用工成本的栏:应发(收入减扣除)与单位承担。"""


class CostPart(NamedTuple):
    """一份:部门、工资条的行、分。"""

    department: str
    line: str
    fen: int


def days_in(facts: PayFacts, last_day: int) -> tuple[tuple[str, int], ...]:
    """在各部门待了几天(在职的日子);没有部门的记在空名字下。"""
    first, last = max(1, facts.first_day), min(facts.last_day, last_day)
    segments = facts.departments
    if not segments:
        return (("", last - first + 1),)
    found: dict[str, int] = {}
    for i, one in enumerate(segments):
        until = segments[i + 1].day - 1 if i + 1 < len(segments) else last
        since = first if i == 0 else max(one.day, first)
        found[one.name] = found.get(one.name, 0) + max(0, min(until, last) - since + 1)
    return tuple((name, days) for name, days in found.items() if days)


def share_out(fen: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """按权重分一个数(可为负):各份之和等于原数。"""
    total, sign, whole = sum(weights), -1 if fen < 0 else 1, abs(fen)
    parts = [whole * w // total for w in weights]
    rest = sorted(range(len(weights)), key=lambda i: (-(whole * weights[i] % total), i))
    for i in rest[: whole - sum(parts)]:
        parts[i] += 1
    return tuple(sign * part for part in parts)


def cost_split(facts: PayFacts, slip: Slip) -> list[CostPart]:
    """一张工资条的用工成本分到部门:合计等于 slip.cost。为零的份不列。"""
    shares = days_in(facts, slip.rules.last_day)
    weights = tuple(days for _, days in shares)
    out = []
    for line in slip.lines:
        if line.section in COST:
            for (name, _), fen in zip(shares, share_out(line.amount.fen, weights), strict=True):
                if fen:
                    out.append(CostPart(name, line.code, fen))
    return out
