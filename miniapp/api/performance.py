"""绩效接口 performance:得分、目标的历史、调整目标。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends

from engine.days import Month
from handlers import goals, performance
from handlers.goals import AdjustTarget, GoalChange, GoalHistory, GoalPreview, GoalRow, TeamGoals
from handlers.performance import ScoreOf, ScoreView
from miniapp.forms import month_in
from miniapp.visit import ApiKey, Day, Id, Number, Visitor, Who, Words

router = APIRouter(tags=["绩效"])


@dataclass(frozen=True, slots=True)
class NewTarget:
    """新目标:seen_revision 是您看到的那一版,别人先改过就不会保存。"""

    value: Words
    effective_on: Day
    reason: Words
    seen_revision: Number


@router.get("/performance/{month}")
def score(visit: Visitor, month: str, person: Who = 0) -> ScoreView:
    """一个人一个月的绩效;不写 person 是自己。"""
    when = str(month_in(month, visit.today))
    return visit.ask(performance.view, ScoreOf(person or visit.actor.person_id, when))


@router.get("/goals/{month}")
def team(visit: Visitor, month: str) -> list[GoalRow]:
    """我的团队的目标与进度。"""
    return visit.ask(goals.team_goals, TeamGoals(str(month_in(month, visit.today))))


@router.get("/goals/{month}/{person}/{indicator}")
def history(visit: Visitor, month: str, person: Id, indicator: str) -> list[GoalChange]:
    """一个目标的历史,新的在前。"""
    return visit.ask(goals.history, GoalHistory(person, indicator, str(month_in(month, visit.today))))


def command_of(month: str, person: Id, indicator: str, body: NewTarget) -> AdjustTarget:
    """地址与正文 → 调整的命令。"""
    when = str(Month.parse(month))
    return AdjustTarget(person, indicator, when, body.value, body.effective_on, body.reason, body.seen_revision)


Adjusting = Annotated[AdjustTarget, Depends(command_of)]


@router.post("/goals/{month}/{person}/{indicator}/preview")
def preview(visit: Visitor, command: Adjusting) -> GoalPreview:
    """先看前后,不保存。"""
    return visit.ask(goals.preview, command)


@router.post("/goals/{month}/{person}/{indicator}")
def adjust(visit: Visitor, key: ApiKey, command: Adjusting) -> GoalPreview:
    """调整目标。"""
    return visit.do(goals.adjust, command, key)
