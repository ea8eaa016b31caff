"""绩效接口 performance:得分、目标的历史、调整目标。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends

from engine.days import Month
from handlers import goals, goals_pay, goals_undo, performance, performance_evidence
from handlers.goals import AdjustTarget, GoalChange, GoalHistory, GoalPreview, GoalRow, TeamGoals
from handlers.goals_pay import BonusView
from handlers.goals_undo import UndoTarget
from handlers.performance import ScoreOf, ScoreView
from handlers.performance_evidence import ScoreEvidence
from miniapp.forms import month_in
from miniapp.visit import ApiKey, Day, Id, Number, PayVisitor, Visitor, Who, Words

router = APIRouter(tags=["绩效"])


@dataclass(frozen=True, slots=True)
class NewTarget:
    """新目标:seen_revision 是您看到的那一版,别人先改过就不会保存。"""

    value: Words
    effective_on: Day
    reason: Words
    seen_revision: Number


@dataclass(frozen=True, slots=True)
class BackTo:
    """改回哪一版:revision 那一版的值,写成新的一版;seen_revision 是您看到的最新一版。"""

    revision: Number
    reason: Words
    seen_revision: Number


@router.get("/performance/{month}")
def score(visit: Visitor, month: str, person: Who = 0) -> ScoreView:
    """一个人一个月的绩效;不写 person 是自己。"""
    when = str(month_in(month, visit.today))
    return visit.ask(performance.view, ScoreOf(person or visit.actor.person_id, when))


@router.get("/performance/{month}/evidence")
def evidence(visit: Visitor, month: str, person: Who = 0) -> ScoreEvidence:
    """绩效连同依据:每一笔签单(客户、日期、金额、有效与否)、每一份评价。"""
    when = str(month_in(month, visit.today))
    return visit.ask(performance_evidence.evidence, ScoreOf(person or visit.actor.person_id, when))


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


@router.post("/goals/{month}/{person}/{indicator}/bonus")
def bonus(visit: PayVisitor, command: Adjusting) -> BonusView:
    """先看绩效奖金的前后:只给有“看薪酬”权限的上级与薪酬专员。"""
    return visit.ask(goals_pay.preview, command)


def back_of(month: str, person: Id, indicator: str, body: BackTo) -> UndoTarget:
    """地址与正文 → 改回的命令。"""
    return UndoTarget(person, indicator, str(Month.parse(month)), body.revision, body.reason, body.seen_revision)


@router.post("/goals/{month}/{person}/{indicator}/undo")
def undo(visit: Visitor, key: ApiKey, command: Annotated[UndoTarget, Depends(back_of)]) -> GoalPreview:
    """改回以前的一版(写成新的一版)。"""
    return visit.do(goals_undo.undo, command, key)


@router.post("/goals/{month}/{person}/{indicator}")
def adjust(visit: Visitor, key: ApiKey, command: Adjusting) -> GoalPreview:
    """调整目标。"""
    return visit.do(goals.adjust, command, key)
