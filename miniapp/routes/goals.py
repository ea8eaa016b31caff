"""目标 goals:经理看团队进度,进度落后的在前;调整目标先看前后再保存,有人先改过就让您先看到。"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from engine.errors import Conflict, EhrError
from handlers import goals
from handlers.goals import AdjustTarget, GoalHistory, TeamGoals
from miniapp import words
from miniapp.faults import status_of
from miniapp.forms import day_in, month_in
from miniapp.pace import elapsed, team_rows
from miniapp.view import Typed
from miniapp.visit import FormKey, Id, Text, Visit, Visitor

router = APIRouter()


@router.get("/m/goals")
def home(visit: Visitor, month: str = "") -> Response:
    """团队目标。"""
    when = month_in(month, visit.today)
    passed = elapsed(when, visit.today)
    rows = team_rows(visit.ask(goals.team_goals, TeamGoals(str(when))), passed)
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
    seen = int(seen_revision) if seen_revision.isdecimal() and len(seen_revision) < 9 else 0
    on = day_in(effective_on, "生效日期")
    return AdjustTarget(person, indicator, str(when), value, on, reason, seen)


GoalForm = Annotated[AdjustTarget, Depends(goal_form)]


@router.get("/m/goals/{person}/{indicator}")
def one(visit: Visitor, person: Id, indicator: str, month: str = "") -> Response:
    """调整一个人的一个目标。"""
    return _page(visit, (person, indicator, month), {}, "")


def _page(
    visit: Visit, about: tuple[int, str, str], typed: dict[str, str], say: str, status: int = 200
) -> Response:
    person, indicator, text = about
    when = month_in(text, visit.today)
    team = visit.ask(goals.team_goals, TeamGoals(str(when)))
    row = next((r for r in team if r.person_id == person), None)
    history = visit.ask(goals.history, GoalHistory(person, indicator, str(when)))
    item = next((i for i in row.score.items if i.code == indicator), None) if row else None
    revision = history[0].revision if history else 0
    default_day = min(max(visit.today, when.first), when.last)
    return visit.page(
        "goal_one.html",
        status,
        month=when,
        row=row,
        person=person,
        indicator=indicator,
        item=item,
        history=history,
        revision=revision,
        typed={"value": "", "reason": "", "effective_on": default_day.isoformat()}
        | {name: Typed(text) for name, text in typed.items()},
        say=say,
    )


@router.post("/m/goals/{person}/{indicator}/preview")
def preview(key: FormKey, visit: Visitor, form: GoalForm) -> Response:
    """先看前后,不保存。"""
    return visit.part("parts/goal_preview.html", shown=visit.ask(goals.preview, form))


@router.post("/m/goals/{person}/{indicator}")
def save(key: FormKey, visit: Visitor, form: GoalForm) -> Response:
    """保存;不成就留在本页,您填的字还在,最新的目标也在。"""
    try:
        visit.do(goals.adjust, form, key)
    except EhrError as error:
        about = (form.person_id, form.indicator, form.month)
        typed = {"value": form.value, "reason": form.reason, "effective_on": form.effective_on.isoformat()}
        if not isinstance(error, Conflict) and status_of(error) in (403, 404):
            raise
        return _page(visit, about, typed, error.say, status_of(error))
    return visit.go(f"/m/goals?month={form.month}", words.SAVED)
