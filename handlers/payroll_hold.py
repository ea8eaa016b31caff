"""发薪里的一个人 payroll hold:暂缓(写明理由,不影响别人)、恢复、单独重收重算;代价只是他一个人的一个月。"""

from __future__ import annotations

from dataclasses import dataclass

from config.policies import Policies
from engine.days import Month
from engine.errors import BadInput, NotFound, RuleBroken
from engine.pay_life import State, Step, after
from handlers.actor import Actor
from handlers.company import company_of
from handlers.freshness import PUBLISHING
from handlers.pay_arrears import employed_in
from handlers.pay_prepare import drop, held_ids, refreeze, settled_apart
from handlers.pay_steps import REGULAR, take, walk
from handlers.payroll_views import RunView, run_view
from handlers.people import person_of
from models.pay import PayHold, PayProfile, PayRun
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class OneInRun:
    """一期里的一个人;reason 暂缓要写理由。"""

    run_id: int
    person_id: int
    reason: str = ""


def hold(work: Work, command: OneInRun, rules: Policies, actor: Actor) -> RunView:
    """暂缓一个人:这一期不发他的,合计与封条随即更新;发布之后在下一期或补发里补上。"""
    row, person = _about(work, command, rules)
    if not command.reason.strip():
        raise BadInput("REASON_NEEDED", "暂缓要写明理由,留在这一期的经过里。请填写后再试。")
    if command.person_id in held_ids(work, command.run_id):
        raise RuleBroken("ALREADY_HELD", f"{person.name} 在这一期里已经暂缓。")
    after(row.state, Step.HOLD)
    drop(work, row, command.person_id)
    work.session.add(
        PayHold(
            run_id=command.run_id,
            person_id=command.person_id,
            reason=command.reason.strip()[:500],
            by=actor.userid,
            at=work.now,
        )
    )
    work.session.flush()
    walk(work, row, Step.HOLD, actor, f"{person.name}:{command.reason.strip()[:400]}")
    return run_view(work, row, actor)


def release(work: Work, command: OneInRun, rules: Policies, actor: Actor) -> RunView:
    """恢复一个人:重新收他的事实;算过的期随即只算他一个。"""
    row, person = _about(work, command, rules)
    kept = work.session.get(PayHold, (command.run_id, command.person_id))
    if kept is None:
        raise NotFound("NOT_HELD", f"{person.name} 在这一期里没有暂缓。请刷新页面查看。")
    after(row.state, Step.RELEASE)
    work.session.delete(kept)
    work.session.flush()
    refreeze(work, row, person, rules)
    walk(work, row, Step.RELEASE, actor, person.name)
    return run_view(work, row, actor)


def rerun(work: Work, command: OneInRun, rules: Policies, actor: Actor) -> RunView:
    """单独重收重算一个人:别人的一分不动,公司再大也只算他的这个月。"""
    row, person = _about(work, command, rules)
    after(row.state, Step.RERUN)
    if command.person_id in held_ids(work, command.run_id):
        raise RuleBroken("ALREADY_HELD", f"{person.name} 在这一期里暂缓。请先恢复,恢复时会重新收、重新算。")
    refreeze(work, row, person, rules)
    walk(work, row, Step.RERUN, actor, person.name)
    return run_view(work, row, actor)


def _about(work: Work, command: OneInRun, rules: Policies) -> tuple[PayRun, Person]:
    """拿一期与这个人;不在这一期里的报 NOT_IN_RUN。"""
    work.lock(PUBLISHING)
    row = take(work, command.run_id)
    if row.kind != REGULAR:
        raise BadInput("BAD_KIND", "另发的一期里,不发谁就去掉他的行;改好之后重新计算这一期。")
    person = person_of(work, command.person_id)
    here = (
        work.session.get(PayProfile, command.person_id) is not None
        and employed_in(person, company_of(work).period(Month.parse(row.month), rules))
        and command.person_id not in settled_apart(work, Month.parse(row.month), command.person_id)
    )
    if row.state == State.PUBLISHED or here:
        return row, person
    raise NotFound("NOT_IN_RUN", f"{person.name} 不在这一期里:那个月不在职,没有薪酬档案,或已经单独结算。")
