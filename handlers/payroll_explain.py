"""发薪里看一个人 payroll explain:薪酬专员、审计打开一期里一个人的工资条与每一行怎么算的;每看一次留一行审计。

本人看自己的在 payslip,只看得到发布了的与试算;这里按期看,没发布的也看得到,复核的人由此查一个数的来处。
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from config.policies import Policies
from engine.days import Month
from engine.errors import NotFound, NotReady
from engine.pay_life import STATE_LABELS
from handlers.actor import Actor
from handlers.out_book import run_of
from handlers.pay_steps import slip_key, state_of
from handlers.payslip import Loaded, as_computed, as_stored, explanation, load_run
from handlers.payslip_shapes import ExplainLine, Explanation, SlipView
from handlers.people import person_of
from models.pay import PayInput, PayRun
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class SlipInRun:
    """一期里一个人的工资条。"""

    run_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class LineInRun:
    """一期里一个人的一行怎么算的;code 是行的编号(或 gross、net)。"""

    run_id: int
    person_id: int
    code: str


def subject(command: SlipInRun | LineInRun) -> str:
    """审计里的对象:谁的、哪一期。"""
    return f"person:{command.person_id}/run:{command.run_id}"


def slip(work: Work, command: SlipInRun, rules: Policies, actor: Actor) -> SlipView:
    """一期里一个人的工资条;没发布的写明走到哪一步。"""
    run, person = _of(work, command)
    try:
        shown = as_computed(work, person, load_run(work, person, run, rules), rules)
    except NotReady as problem:
        if problem.code != "SLIP_DIFFERS":
            raise
        shown = as_stored(work, person, run, rules)
    if run.published_at is None:
        shown = replace(shown, state="preview", state_words=STATE_LABELS[state_of(work, run)])
    return shown


def line(work: Work, command: LineInRun, rules: Policies, actor: Actor) -> Explanation:
    """一期里一个人的一行怎么算的。"""
    run, person = _of(work, command)
    found: Loaded = load_run(work, person, run, rules)
    return explanation(work, found, ExplainLine(command.person_id, slip_key(run), command.code), rules)


def _of(work: Work, command: SlipInRun | LineInRun) -> tuple[PayRun, Person]:
    """这一期与这个人;这一期里没有他的报 NO_SLIP。"""
    run, person = run_of(work, command.run_id), person_of(work, command.person_id)
    if work.session.get(PayInput, (command.run_id, command.person_id)) is None:
        raise NotFound(
            "NO_SLIP",
            f"{Month.parse(run.month).label}这一期里没有 {person.name} 的工资条。可能还没有算、暂缓着,或当月不在职;请在这一期的页面上核对。",
        )
    return run, person
