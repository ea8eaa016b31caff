"""绩效 performance:本人看自己的得分、指标、依据、评语、各版与申诉;上级与 HR 看团队的,校准、写评语。分数不是钱,不遮。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import APIRouter
from starlette.responses import Response

from engine.errors import Conflict, EhrError
from engine.performance_cycle import Cycle
from handlers import goals, performance_appeals, performance_calibrate, performance_evidence, performance_story
from handlers.goals import GoalHistory
from handlers.performance import ScoreOf
from handlers.performance_appeals import OpenAppeal
from handlers.performance_calibrate import Calibrate
from handlers.performance_story import AddComment, StoryOf
from miniapp import words
from miniapp.faults import status_of
from miniapp.forms import count_in, month_in
from miniapp.tree import tree_of
from miniapp.view import Typed
from miniapp.visit import FormKey, Id, Text, Visit, Visitor, Who

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Held:
    """没办成时留在页上的:say 为什么,form 哪张表单,typed 您填的字。"""

    say: str = ""
    form: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    status: int = 200


@router.get("/m/performance")
def score(visit: Visitor, month: str = "", person: Who = 0) -> Response:
    """一个人的绩效。"""
    return page(visit, person or visit.actor.person_id, month, Held())


def page(visit: Visit, who: int, text: str, held: Held) -> Response:
    """绩效页:没办成的事连同填的字留在这里。"""
    when = month_in(text, visit.today)
    found = visit.ask(performance_evidence.evidence, ScoreOf(who, str(when)))
    cycle = found.score.cycle
    history = {
        item.code: visit.ask(goals.history, GoalHistory(who, item.code, str(when)))
        for item in found.score.items
        if item.adjustable
    }
    own = who == visit.actor.person_id
    locked = found.score.state == "locked"
    return visit.page(
        "performance.html",
        held.status,
        month=when,
        score=found.score,
        history=history,
        proof={one.code: one for one in found.items},
        own=own,
        may_change=bool(cycle) and not own and (not locked or visit.actor.has("hr")),
        tree=tree_of(found.score.trace, found.trail) if found.score.trace else None,
        story=visit.ask(performance_story.story, StoryOf(who, cycle)) if cycle else None,
        held=held,
        typed={name: Typed(value) for name, value in held.typed.items()},
    )


def last_month(cycle: str) -> str:
    """周期最后一个月:回到绩效页用。"""
    return str(Cycle.parse(cycle).months[-1])


@router.post("/m/performance/{person}/{cycle}/calibrate")
def calibrate(
    key: FormKey,
    visit: Visitor,
    person: Id,
    cycle: str,
    what: Text = "score",
    value: Text = "",
    grade: Text = "",
    reason: Text = "",
    seen_revision: Text = "0",
) -> Response:
    """校准:what 是 score、grade 或某一项的编号。"""
    kind = what if what in ("score", "grade") else "item"
    item = what if kind == "item" else ""
    command = Calibrate(person, cycle, kind, value, grade, item, reason, count_in(seen_revision))
    typed = {"what": what, "value": value, "grade": grade, "reason": reason}
    held = Held(form="grade" if kind == "grade" else "score", typed=typed)
    return _done(
        visit,
        (person, cycle),
        held,
        (lambda: visit.do(performance_calibrate.calibrate, command, key), words.CALIBRATED),
    )


@router.post("/m/performance/{person}/{cycle}/comment")
def comment(key: FormKey, visit: Visitor, person: Id, cycle: str, item: Text = "", comment: Text = "") -> Response:
    """写评语。"""
    command = AddComment(person, cycle, item, comment)
    held = Held(form="comment", typed={"item": item, "comment": comment})
    return _done(
        visit, (person, cycle), held, (lambda: visit.do(performance_story.comment, command, key), words.COMMENTED)
    )


@router.post("/m/performance/{cycle}/appeal")
def appeal(key: FormKey, visit: Visitor, cycle: str, item: Text = "", why: Text = "") -> Response:
    """对自己的绩效提出申诉。"""
    command = OpenAppeal(cycle, item, why)
    held = Held(form=f"appeal-{item}", typed={"why": why})
    about = (visit.actor.person_id, cycle)
    return _done(visit, about, held, (lambda: visit.do(performance_appeals.appeal, command, key), words.APPEALED))


def _done(visit: Visit, about: tuple[int, str], held: Held, act: tuple[Callable[[], object], str]) -> Response:
    """办成了回到绩效页;没办成留在本页,说明为什么,填的字还在。"""
    person, cycle = about
    change, say = act
    month = last_month(cycle)
    try:
        change()
    except EhrError as error:
        if not isinstance(error, Conflict) and status_of(error) in (403, 404):
            raise
        return page(visit, person, month, Held(error.say, held.form, held.typed, status_of(error)))
    who = "" if person == visit.actor.person_id else f"&person={person}"
    return visit.go(f"/m/performance?month={month}{who}", say)
