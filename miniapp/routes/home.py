"""首页 home:我的假期、考勤、工资条、绩效、培训、待我审批;经理、HR、薪酬各有自己的格子。"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter
from starlette.responses import Response

from engine.days import Month
from engine.errors import EhrError
from handlers import alerts, attendance, handoff, leave_queries, payslip, performance, performance_story, training
from handlers.attendance import MonthOf
from handlers.leave_queries import Inbox, MyBalances
from handlers.people import Nothing
from handlers.performance import ScoreOf
from miniapp.visit import Visit, Visitor

router = APIRouter()
Found = TypeVar("Found")


@router.get("/m/")
def home(visit: Visitor) -> Response:
    """首页。一格读不出来不连累别的格。"""
    month = str(Month.of(visit.today))
    me = visit.actor.person_id
    waiting = visit.ask(leave_queries.waiting, Inbox())
    return visit.page(
        "home.html",
        month=month,
        waiting=waiting,
        balances=_try(lambda: visit.ask(leave_queries.balances, MyBalances())),
        attendance=_try(lambda: visit.ask(attendance.month, MonthOf(me, month))),
        score=_try(lambda: visit.ask(performance.view, ScoreOf(me, month))),
        slips=_try(lambda: visit.ask(payslip.months, Nothing())),
        courses=_try(lambda: visit.ask(training.my_courses, Nothing())),
        counts=_counts(visit),
    )


def _counts(visit: Visit) -> dict[str, int]:
    """格子上的数:经理与 HR 的开着的申诉;HR 的开着的提醒、没答复的转交。"""
    if not visit.actor.has("manager", "hr"):
        return {}
    appeals = {"appeals": len(visit.ask(performance_story.open_appeals, Nothing()))}
    if not visit.actor.has("hr"):
        return appeals
    opened = [a for a in visit.ask(alerts.alerts, Nothing()) if a.state == "open"]
    asked = [h for h in visit.ask(handoff.handoffs, Nothing()) if h.state == "open"]
    return {**appeals, "alerts": len(opened), "handoffs": len(asked)}


def _try(ask: Callable[[], Found]) -> Found | None:
    """读得出来就给;缺日历、缺数据之类的读不出来,这一格写“还没有”。"""
    try:
        return ask()
    except EhrError:
        return None
