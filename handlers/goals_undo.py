"""目标改回 goals undo:把目标改回以前的一版。历史只增不改,所以是用旧值写新的一版,照样要理由,照样防互相覆盖。"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from config.policies import Policies
from engine.days import Month, shanghai_date
from engine.errors import NotFound, RuleBroken
from handlers.actor import Actor
from handlers.goals import AdjustTarget, GoalPreview, adjust
from handlers.people import person_of
from handlers.performance_facts import target_of
from models.performance import Target
from models.work import Work


@dataclass(frozen=True, slots=True)
class UndoTarget:
    """改回 revision 那一版;seen_revision 是您看到的最新一版。"""

    person_id: int
    indicator: str
    month: str
    revision: int
    reason: str
    seen_revision: int


def undo(work: Work, command: UndoTarget, rules: Policies, actor: Actor) -> GoalPreview:
    """改回:锁定的月份不能改,别人先改过报 GOAL_CHANGED,与现在一样的不必改。"""
    person, month = person_of(work, command.person_id), Month.parse(command.month)
    old = work.session.exec(
        select(Target).where(
            Target.person_id == command.person_id,
            Target.indicator == command.indicator,
            Target.month == str(month),
            Target.revision == command.revision,
        )
    ).first()
    if old is None:
        raise NotFound("NO_REVISION", "没有找到要改回的那一版目标。请刷新页面,从历史里选一版。")
    current = target_of(work, person, command.indicator, month)
    if current is not None and current.revision == command.seen_revision and current.value == old.value:
        raise RuleBroken("SAME_TARGET", f"现在的目标就是 {old.value:f},不用改回。")
    day = min(max(shanghai_date(work.now), month.first), month.last)
    value, seen = f"{old.value:f}", command.seen_revision
    return adjust(
        work,
        AdjustTarget(command.person_id, command.indicator, str(month), value, day, command.reason, seen),
        rules,
        actor,
    )
