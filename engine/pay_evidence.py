"""工资的证据 pay evidence:公式合计、计数的一笔一笔,与往月的值,都从工资事实里取。

收集时照当月公式要的种类装进 PayFacts.records、PayFacts.past(见 handlers.pay_records、handlers.pay_past)。
没有装逐笔的加班、请假、迟到……由工资事实里的合计造出几笔(分钟、日期可能不知道);没有装的签单、评价得 None,
用到它们的公式报 EVIDENCE_MISSING;没有装的往月,用到它的公式报 HISTORY_NOT_LOADED。
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from engine.formula_evidence import EVIDENCE, Records
from engine.formula_history import Past
from engine.overtime import KIND_LABELS, OvertimeKind
from engine.pay_facts import PayFacts, Recorded, evidence_of

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
    """这个人当月这一类证据:逐笔装了的就是那些,没有装的由合计造;都没有为 None。"""
    for one in facts.records:
        if one.kind == kind:
            return one.rows
    found = FROM_FACTS.get(kind)
    return found(facts, leave_labels) if found else None


def past_of(facts: PayFacts, slot: str) -> Past | None:
    """这个人装入的一个往月的值;没有装为 None。slot 如“上月(绩效奖金)”。"""
    return next((Past(one.months, one.evidence) for one in facts.past if one.slot == slot), None)


def swapped(old: tuple[Recorded, ...], new: tuple[Recorded, ...], kinds: Collection[str]) -> tuple[Recorded, ...]:
    """其中几类换成新的,别的仍用旧的;旧的没有装的种类不添。"""
    fresh = {one.kind: one for one in new if one.kind in kinds}
    return tuple(fresh.get(one.kind, one) for one in old)


ATTENDANCE = ("迟到", "早退", "缺卡", "旷工", "加班")
"""由打卡、排班、加班审批得来的种类。"""
LEAVE = "请假"
DEALS, RATINGS = "签单", "评价"
