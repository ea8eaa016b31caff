"""发薪的样子 payroll views:一期工资、每个人的一行、要留意的人、迟到的事实,给页面与命令看。只摆放,不改动。"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import col, select

from engine.days import Month
from engine.money import Money
from engine.pay_life import CHECKING, FRESH, STATE_LABELS, TRANSITIONS, State, Step
from handlers.actor import Actor
from handlers.pay_rows import TAX_APART
from handlers.pay_steps import KINDS, REGULAR, StepView, history, makers, state_of
from models.pay import NOTED, PayFailure, PayHold, PayRun, Payslip
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class PersonNote:
    """一个人要看的一件事:level block 拦住发布 | warn 提醒 | failure 算不出来。"""

    person_id: int
    userid: str
    name: str
    code: str
    level: str
    say: str


@dataclass(frozen=True, slots=True)
class RunView:
    """一期发薪的样子。gross 等写成 "¥1,100.00",gross_amount 等是 "1100.00";can 这位操作者此刻能做的。

    tax 个税合计,其中单独计税的(年终奖、经济补偿)另写在 tax_apart(没有为空);kind 常规或另发;steps 走过的各步(谁、何时);held 暂缓的人;next 这位此刻能走的步;took 从准备到发布用了多久。
    """

    run_id: int
    month: str
    month_label: str
    pay_month: str
    state: str
    state_label: str
    revision: int
    people: int
    failures: tuple[PersonNote, ...]
    exceptions: tuple[PersonNote, ...]
    missing_days: tuple[str, ...]
    gross: str
    insurance: str
    tax: str
    net: str
    gross_amount: str
    insurance_amount: str
    tax_amount: str
    net_amount: str
    previous_net: str
    created_by: str
    computed_at: datetime | None
    published_by: str
    published_at: datetime | None
    input_hash: str
    rules_version: str
    can: tuple[str, ...]
    note: str = ""
    kind: str = "regular"
    kind_label: str = ""
    steps: tuple[StepView, ...] = ()
    held: tuple[HeldView, ...] = ()
    next: tuple[str, ...] = ()
    took: str = ""
    tax_apart: str = ""


@dataclass(frozen=True, slots=True)
class HeldView:
    """这一期暂缓的人:reason 理由,by 谁决定的(姓名)。"""

    person_id: int
    userid: str
    name: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SlipRow:
    """一期里一个人的一行。"""

    person_id: int
    userid: str
    name: str
    gross: str
    insurance: str
    tax: str
    net: str
    gross_amount: str
    insurance_amount: str
    tax_amount: str
    net_amount: str
    notes: int


@dataclass(frozen=True, slots=True)
class LateView:
    """一条迟到的事实:触及已锁定、已发布的月份。state open 待补 | handled 已补 | absorbed 重新准备时已算进去。"""

    late_id: int
    person_id: int
    name: str
    month: str
    kind: str
    say: str
    state: str
    seen_at: datetime


Names = dict[int | None, Person]


def run_view(work: Work, row: PayRun, actor: Actor, note: str = "") -> RunView:
    """一期的样子。"""
    assert row.id is not None
    names = _names(work, row)
    state, steps = state_of(work, row), history(work, row.id)
    return RunView(
        run_id=row.id,
        month=row.month,
        month_label=Month.parse(row.month).label,
        pay_month=row.pay_month,
        state=state,
        state_label=STATE_LABELS[state],
        revision=row.revision,
        failures=_failures(work, row.id, names),
        exceptions=_exceptions(work, row.id, names),
        missing_days=tuple(row.missing_days),
        **_totals(row),
        previous_net=_previous(work, row),
        created_by=name_of(names, row.created_by),
        computed_at=row.computed_at,
        published_by=name_of(names, row.published_by),
        published_at=row.published_at,
        input_hash=row.input_hash,
        rules_version=row.rules_version,
        can=_can(row, actor),
        note=note,
        kind=row.kind,
        kind_label=KINDS[row.kind],
        steps=steps,
        held=_held(work, row.id, names),
        next=_next(work, row, state, actor),
        took=_took(steps),
    )


def _names(work: Work, row: PayRun) -> Names:
    """要写名字的人:经手的,与有事要看的;公司再大也只取他们。"""
    ids: set[int] = set()
    for table, extra in ((PayFailure, ()), (PayHold, ()), (Payslip, (text(NOTED),))):
        ids |= set(work.session.exec(select(col(table.person_id)).where(table.run_id == row.id, *extra)))
    users = [row.created_by, row.published_by]
    users += work.session.exec(select(PayHold.by).where(PayHold.run_id == row.id))
    who = col(Person.userid).in_(users)
    found: Names = {p.id: p for p in work.session.exec(select(Person).where(who))}
    for start in range(0, len(ids), MOST_IDS):
        some = sorted(ids)[start : start + MOST_IDS]
        found |= {p.id: p for p in work.session.exec(select(Person).where(col(Person.id).in_(some)))}
    return found


MOST_IDS = 1000


def _totals(row: PayRun) -> dict[str, Any]:
    """人数与合计的两种写法。"""
    totals = {k: int(str(v)) for k, v in row.totals.items()}
    found: dict[str, Any] = {"people": totals.get("people", 0)}
    for name in ("gross", "insurance", "tax", "net"):
        amount = Money(totals.get(name, 0) + (totals.get(TAX_APART, 0) if name == "tax" else 0))
        found |= {name: amount.show(), f"{name}_amount": amount.yuan()}
    if totals.get(TAX_APART):
        found["tax_apart"] = Money(totals[TAX_APART]).show()
    return found


def _can(row: PayRun, actor: Actor) -> tuple[str, ...]:
    """这位此刻能做什么:还没人复核的可以重算;算好的由另一个人发布。"""
    if row.state == State.PUBLISHED or not actor.has("payroll"):
        return ()
    again = ("run",) if row.state in FRESH and row.kind == REGULAR else ()
    ready = row.state in (State.COMPUTED, State.REVIEWED, State.APPROVED)
    return (*again, "publish") if ready and actor.userid != row.created_by else again


def _next(work: Work, row: PayRun, state: str, actor: Actor) -> tuple[str, ...]:
    """这位此刻能走的步(四只眼也算在内)。"""
    if not actor.has("payroll"):
        return ()
    made = actor.userid in makers(work, row)
    away = {Step.EXTRA} if row.kind == REGULAR else {Step.PREPARE, Step.HOLD, Step.RELEASE, Step.RERUN}
    return tuple(
        str(step)
        for (here, step) in TRANSITIONS
        if here == state and not (made and step in CHECKING) and step not in away
    )


def _held(work: Work, run_id: int, names: Names) -> tuple[HeldView, ...]:
    found = work.session.exec(select(PayHold).where(PayHold.run_id == run_id).order_by(col(PayHold.person_id)))
    return tuple(
        HeldView(h.person_id, names[h.person_id].userid, names[h.person_id].name, h.reason, name_of(names, h.by), h.at)
        for h in found
    )


def _took(steps: tuple[StepView, ...]) -> str:
    """从第一次准备到发布(还没发布的到最近一步)用了多久。"""
    if len(steps) < 2:
        return ""
    last = next((s for s in steps if s.step == Step.PUBLISH), steps[-1])
    minutes = int((last.at - steps[0].at).total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    days, left = divmod(hours, 24)
    return f"{days} 天 {left} 小时" if days else f"{hours} 小时 {rest} 分钟" if hours else f"{rest} 分钟"


def _failures(work: Work, run_id: int, names: Names) -> tuple[PersonNote, ...]:
    found = work.session.exec(select(PayFailure).where(PayFailure.run_id == run_id)).all()
    return tuple(_note(names, f.person_id, (f.code, "failure", f.say)) for f in found)


def _exceptions(work: Work, run_id: int, names: Names) -> tuple[PersonNote, ...]:
    slips = work.session.exec(
        select(col(Payslip.person_id), col(Payslip.exceptions)).where(Payslip.run_id == run_id, text(NOTED))
    ).all()
    return tuple(_note(names, pid, (code, level, say)) for pid, kept in slips for code, level, say in json.loads(kept))


def _note(names: Names, person_id: int, said: tuple[str, str, str]) -> PersonNote:
    person = names[person_id]
    return PersonNote(person_id, person.userid, person.name, *said)


def _previous(work: Work, row: PayRun) -> str:
    if row.kind != REGULAR:
        return ""
    before = work.session.exec(
        select(PayRun).where(
            PayRun.month == str(Month.parse(row.month).plus(-1)), PayRun.state == "published", PayRun.kind == REGULAR
        )
    ).first()
    return Money(int(str(before.totals.get("net", 0)))).show() if before else ""


def name_of(names: Names, userid: str) -> str:
    """userid → 姓名;认不得照写。"""
    return next((p.name for p in names.values() if p.userid == userid), userid)
