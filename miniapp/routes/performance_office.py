"""绩效办公 performance office:一个周期的总览与锁定,申诉的往来与结果。上级看自己的团队,HR 看全公司。"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from engine.days import Month
from engine.errors import EhrError
from engine.performance_cycle import Cycle, CycleKind
from handlers import performance_appeals, performance_lock, performance_overview, performance_story
from handlers.people import Nothing
from handlers.performance_appeals import DecideAppeal, ReplyAppeal, WithdrawAppeal
from handlers.performance_lock import LockCycle
from handlers.performance_overview import CycleOf
from handlers.performance_story import OneAppeal
from miniapp import words
from miniapp.faults import status_of
from miniapp.forms import count_in
from miniapp.routes.performance import Held, last_month
from miniapp.view import Typed
from miniapp.visit import LARGEST_ID, FormKey, Id, Text, Visit, Visitor

router = APIRouter()


@router.get("/m/performance/cycle")
def cycle_page(visit: Visitor, cycle: str = "") -> Response:
    """一个周期的总览;不写是上个月。"""
    return _cycle(visit, cycle or str(Month.of(visit.today).plus(-1)), Held())


def _cycle(visit: Visit, text: str, held: Held) -> Response:
    cycle = Cycle.parse(text)
    kinds = [(kind, str(Cycle.of(kind, cycle.months[-1]))) for kind in CycleKind]
    return visit.page(
        "performance_cycle.html",
        held.status,
        found=visit.ask(performance_overview.overview, CycleOf(str(cycle))),
        kinds=kinds,
        kind=cycle.kind,
        last=last_month(str(cycle)),
        appeals=visit.ask(performance_story.open_appeals, Nothing()),
        held=held,
    )


@router.post("/m/performance/cycle/lock")
def lock(
    key: FormKey, visit: Visitor, cycle: Text = "", leave_out: Annotated[list[str] | None, Form()] = None
) -> Response:
    """锁定一个周期;勾选的人先不锁。"""
    left = tuple(sorted({n for n in map(count_in, leave_out or ()) if 0 < n <= LARGEST_ID}))
    try:
        visit.do(performance_lock.lock, LockCycle(cycle, left), key)
    except EhrError as error:
        if status_of(error) in (403, 404):
            raise
        return _cycle(visit, cycle, Held(error.say, "lock", {}, status_of(error)))
    return visit.go(f"/m/performance/cycle?cycle={cycle}", words.CYCLE_LOCKED)


@router.get("/m/performance/appeals/{appeal_id}")
def appeal(visit: Visitor, appeal_id: Id) -> Response:
    """一件申诉与往来。"""
    return _appeal(visit, appeal_id, Held())


def _appeal(visit: Visit, appeal_id: int, held: Held) -> Response:
    one = visit.ask(performance_story.one, OneAppeal(appeal_id))
    return visit.page(
        "appeal_one.html",
        held.status,
        one=one,
        own=one.person_id == visit.actor.person_id,
        held=held,
        typed={name: Typed(value) for name, value in held.typed.items()},
    )


@router.post("/m/performance/appeals/{appeal_id}/reply")
def reply(key: FormKey, visit: Visitor, appeal_id: Id, reply: Text = "") -> Response:
    """说一句。"""
    visit.do(performance_appeals.reply, ReplyAppeal(appeal_id, reply), key)
    return visit.go(f"/m/performance/appeals/{appeal_id}", words.SAID)


@router.post("/m/performance/appeals/{appeal_id}/withdraw")
def withdraw(key: FormKey, visit: Visitor, appeal_id: Id) -> Response:
    """撤回自己的申诉。"""
    visit.do(performance_appeals.withdraw, WithdrawAppeal(appeal_id), key)
    return visit.go(f"/m/performance/appeals/{appeal_id}", words.APPEAL_BACK)


@router.post("/m/performance/appeals/{appeal_id}/decide")
def decide(
    key: FormKey,
    visit: Visitor,
    appeal_id: Id,
    grant: Text = "",
    value: Text = "",
    reason: Text = "",
    seen_revision: Text = "0",
) -> Response:
    """定成立不成立。"""
    command = DecideAppeal(appeal_id, grant == "yes", reason, "", value, "", count_in(seen_revision))
    try:
        visit.do(performance_appeals.decide, command, key)
    except EhrError as error:
        if status_of(error) in (403, 404):
            raise
        held = Held(error.say, "decide", {"grant": grant, "value": value, "reason": reason})
        return _appeal(visit, appeal_id, replace(held, status=status_of(error)))
    return visit.go(f"/m/performance/appeals/{appeal_id}", words.DECIDED)
