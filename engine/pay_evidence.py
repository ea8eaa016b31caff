"""工资的证据 pay evidence:工资事实里已有的加班、请假、迟到……变成公式可以合计、计数的一笔一笔。

工资事实里没有逐笔记录的种类(签单、评价)得 None:用到它们的公式报 EVIDENCE_MISSING。
等 PayFacts 带上逐笔的签单,在 FROM_FACTS 里添一行即可,公式与来处不用改。
往月的值同理:`rules.sheet.past` 说要哪些,用 engine.formula_history.past 装好,放进 `slots[scope.slots[need.slot]]`;
没有放的,用到它的公式报 HISTORY_NOT_LOADED。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.formula_evidence import EVIDENCE, Records
from engine.overtime import KIND_LABELS, OvertimeKind
from engine.pay_facts import PayFacts, evidence_of

Labels = Mapping[str, str]
"""假种的键 → 中文名。"""


def _overtime(facts: PayFacts, labels: Labels) -> Records:
    kind = EVIDENCE["加班"]
    return tuple(
        kind.record(*one.evidence, 小时=(one.minutes, 60), 种类=KIND_LABELS[OvertimeKind(one.kind)])
        for one in facts.overtime
    )


def _leave(facts: PayFacts, labels: Labels) -> Records:
    kind = EVIDENCE["请假"]
    return tuple(
        kind.record(*t.evidence, 天数=t.days, 假种=labels.get(t.kind, t.kind), 日期=f"{facts.month}-{t.day:02d}")
        for t in facts.leaves
    )


def _short(name: str, count: int, minutes: int | None, ids: tuple[str, ...]) -> Records:
    """count 次迟到、早退或缺卡;只有一次时才知道那一次的分钟。编号不是一次一个时,每次都记全部编号。"""
    kind = EVIDENCE[name]
    each = [(one,) for one in ids] if len(ids) == count else [ids] * count
    known = (minutes, 1) if minutes is not None and count == 1 else None
    return tuple(kind.record(*evidence, 分钟=known) for evidence in each)


def _late(facts: PayFacts, labels: Labels) -> Records:
    own = facts.attended
    return _short("迟到", own.late, own.late_minutes, evidence_of(own).get("迟到次数", ()))


def _early(facts: PayFacts, labels: Labels) -> Records:
    own = facts.attended
    return _short("早退", own.early, own.early_minutes, evidence_of(own).get("早退次数", ()))


def _missing(facts: PayFacts, labels: Labels) -> Records:
    own = facts.attended
    return _short("缺卡", own.missing, None, evidence_of(own).get("缺卡次数", ()))


def _absent(facts: PayFacts, labels: Labels) -> Records:
    own = facts.attended
    ids = evidence_of(own).get("旷工天数", ())
    return (EVIDENCE["旷工"].record(*ids, 天数=own.absent_days),) if own.absent_days[0] else ()


FROM_FACTS: Mapping[str, Callable[[PayFacts, Labels], Records]] = {
    "加班": _overtime,
    "请假": _leave,
    "迟到": _late,
    "早退": _early,
    "缺卡": _missing,
    "旷工": _absent,
}
"""证据的种类 → 怎么从工资事实里取。"""


def records_of(facts: PayFacts, kind: str, leave_labels: Labels) -> Records | None:
    """这个人当月这一类证据;工资事实里没有这一类为 None。"""
    found = FROM_FACTS.get(kind)
    return found(facts, leave_labels) if found else None
