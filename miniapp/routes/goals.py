"""目标 goals:经理看团队进度,进度落后的在前;调整目标先看前后再保存,有人先改过就让您先看到;可以改回以前的一版。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from engine.errors import Conflict, EhrError, NotAllowed
from handlers import goals, goals_pay, goals_undo, performance_evidence
from handlers.goals import AdjustTarget, GoalHistory, GoalPreview, TeamGoals
from handlers.goals_undo import UndoTarget
from handlers.performance import ScoreOf
from miniapp import words
from miniapp.faults import status_of
from miniapp.forms import count_in, day_in, month_in
from miniapp.pace import elapsed, team_rows
from miniapp.view import Typed
from miniapp.visit import FormKey, Id, Text, Visit, Visitor, pay_visitor

router = APIRouter()


@router.get("/m/goals")
def home(visit: Visitor, month: str = "") -> Response:
    """团队目标。"""
    when = month_in(month, visit.today)
    passed = elapsed(when, visit.today)
    rows = team_rows(visit.ask(goals.team_goals, TeamGoals(str(when))), visit.today)
    return visit.page("goals.html", month=when, rows=rows, passed=passed)


def goal_form(
    visit: Visitor,
    person: Id,
    indicator: str,
    month: Text = "",
    value: Text = "",
    effective_on: Text = "",
    reason: Text = "",
    seen_revision: Text = "0",
) -> AdjustTarget:
    """表单 → 调整的命令。"""
    when = month_in(month, visit.today)
    on = day_in(effective_on, "生效日期")
    return AdjustTarget(person, indicator, str(when), value, on, reason, count_in(seen_revision))


GoalForm = Annotated[AdjustTarget, Depends(goal_form)]


@router.get("/m/goals/{person}/{indicator}")
def one(visit: Visitor, person: Id, indicator: str, month: str = "") -> Response:
    """调整一个人的一个目标。看得到奖金的人,登录要新鲜。"""
    if person == visit.actor.person_id or not visit.actor.has("manager", "hr"):
        raise NotAllowed("NOT_ALLOWED", words.NOT_YOUR_TEAM)
    return _page(pay_visitor(visit) if sees_pay(visit) else visit, (person, indicator, month), {}, "")


def sees_pay(visit: Visit) -> bool:
    """这位要不要给看奖金:薪酬专员,或有“看薪酬”权限的上级。是不是这个人的上级,办事台再查。"""
    return visit.actor.has("payroll", "pay_view")


def _page(visit: Visit, about: tuple[int, str, str], typed: dict[str, str], say: str, status: int = 200) -> Response:
    person, indicator, text = about
    when = month_in(text, visit.today)
    found = visit.ask(performance_evidence.evidence, ScoreOf(person, str(when)))
    history = visit.ask(goals.history, GoalHistory(person, indicator, str(when)))
    default_day = min(max(visit.today, when.first), when.last)
    return visit.page(
        "goal_one.html",
        status,
        month=when,
        name=found.score.person_name,
        person=person,
        indicator=indicator,
        item=next((i for i in found.score.items if i.code == indicator), None),
        proof=next((i for i in found.items if i.code == indicator), None),
        locked=found.score.state == "locked",
        bonus=visit.ask(goals_pay.bonus, ScoreOf(person, str(when))) if visit.pay else None,
        history=history,
        revision=history[0].revision if history else 0,
        typed={"value": "", "reason": "", "effective_on": default_day.isoformat()}
        | {name: Typed(text) for name, text in typed.items()},
        say=say,
    )


@router.post("/m/goals/{person}/{indicator}/preview")
def preview(key: FormKey, visit: Visitor, form: GoalForm) -> Response:
    """先看前后,不保存;有权限而登录够新鲜的,连奖金的前后一起看。"""
    fresh = sees_pay(visit) and visit.house.sessions.fresh_for_pay(visit.session)
    return visit.part(
        "parts/goal_preview.html",
        shown=visit.ask(goals.preview, form),
        bonus=visit.ask(goals_pay.preview, form) if fresh else None,
        stale=sees_pay(visit) and not fresh,
    )


@router.post("/m/goals/{person}/{indicator}/undo")
def undo(
    key: FormKey,
    visit: Visitor,
    person: Id,
    indicator: str,
    month: Text = "",
    revision: Text = "0",
    reason: Text = "",
    seen_revision: Text = "0",
) -> Response:
    """改回以前的一版。"""
    about = (person, indicator, str(month_in(month, visit.today)))
    command = UndoTarget(*about, count_in(revision), reason, count_in(seen_revision))
    return _done(visit, about, {}, lambda: visit.do(goals_undo.undo, command, key))


@router.post("/m/goals/{person}/{indicator}")
def save(key: FormKey, visit: Visitor, form: GoalForm) -> Response:
    """保存;不成就留在本页,您填的字还在,最新的目标也在。"""
    about = (form.person_id, form.indicator, form.month)
    typed = {"value": form.value, "reason": form.reason, "effective_on": form.effective_on.isoformat()}
    return _done(visit, about, typed, lambda: visit.do(goals.adjust, form, key))


def _done(
    visit: Visit, about: tuple[int, str, str], typed: dict[str, str], change: Callable[[], GoalPreview]
) -> Response:
    """改成了回到团队目标;没改成留在本页,说明为什么。"""
    try:
        change()
    except EhrError as error:
        if not isinstance(error, Conflict) and status_of(error) in (403, 404):
            raise
        fresh = sees_pay(visit) and visit.house.sessions.fresh_for_pay(visit.session)
        return _page(replace(visit, pay=fresh), about, typed, error.say, status_of(error))
    return visit.go(f"/m/goals?month={about[2]}", words.SAVED)
