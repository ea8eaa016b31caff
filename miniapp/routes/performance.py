"""绩效 performance:本人看自己的得分、指标、每个指标的依据、目标的来历;上级与 HR 可看团队的。分数不是钱,不遮。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from handlers import goals, performance_evidence
from handlers.goals import GoalHistory
from handlers.performance import ScoreOf
from miniapp.forms import month_in
from miniapp.tree import tree_of
from miniapp.visit import Visitor, Who

router = APIRouter()


@router.get("/m/performance")
def score(visit: Visitor, month: str = "", person: Who = 0) -> Response:
    """一个人一个月的绩效。"""
    when = month_in(month, visit.today)
    who = person or visit.actor.person_id
    found = visit.ask(performance_evidence.evidence, ScoreOf(who, str(when)))
    history = {
        item.code: visit.ask(goals.history, GoalHistory(who, item.code, str(when)))
        for item in found.score.items
        if item.target
    }
    return visit.page(
        "performance.html",
        month=when,
        score=found.score,
        history=history,
        proof={one.code: one for one in found.items},
        own=who == visit.actor.person_id,
        tree=tree_of(found.score.trace, found.trail) if found.score.trace else None,
    )
