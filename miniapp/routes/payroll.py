"""发薪 payroll:各期、一步一步走、暂缓与单独重算、另发、例外与缺项、与上月的差与归因、由另一位薪酬同事核对后发布;回执与异议、迟到的事实。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from engine.days import Month, show_date
from engine.pay_life import STAGES, STEP_LABELS, Step
from handlers import (
    inputs_rows,
    payroll,
    payroll_compare,
    payroll_explain,
    payroll_hold,
    payroll_life,
    payroll_offcycle,
    payroll_variance,
    payslip_receipts,
    policy_health,
)
from handlers.inputs_rows import InputsOf
from handlers.pay_bonus import BonusWays
from handlers.payroll import OneRun, Prepare, Publish, RunView
from handlers.payroll_explain import LineInRun, SlipInRun
from handlers.payroll_hold import OneInRun
from handlers.payroll_life import Move
from handlers.payroll_offcycle import AddBonus, AddLine, DropLine, ExtraView, OpenApart
from handlers.payslip_receipts import ReplyToObjection
from handlers.people import FindPerson, Nothing, find_person
from handlers.policy_health import HealthOf
from miniapp import words
from miniapp.forms import month_in, one_of
from miniapp.slip import blocks_of
from miniapp.tree import tree_of
from miniapp.visit import FormKey, Id, PayVisitor, Text

router = APIRouter()
OF_PERSON = {"hold": payroll_hold.hold, "release": payroll_hold.release, "rerun": payroll_hold.rerun}


@router.get("/m/payroll")
def home(visit: PayVisitor) -> Response:
    """各期发薪。"""
    this = Month.of(visit.today)
    return visit.page(
        "payroll.html",
        runs=visit.ask(payroll.runs, Nothing()),
        late=visit.ask(payroll.late, Nothing()),
        months=[this, this.plus(-1)],
        can_run=visit.actor.has("payroll"),
    )


@router.post("/m/payroll")
def prepare(key: FormKey, visit: PayVisitor, month: Text = "") -> Response:
    """算一个月。"""
    view = visit.do(payroll.run, Prepare(str(month_in(month, visit.today))), key)
    return visit.go(f"/m/payroll/{view.run_id}", view.note or words.RUN_DONE)


@router.get("/m/payroll/{run_id}")
def one(visit: PayVisitor, run_id: Id) -> Response:
    """一期:合计、例外、与上月的差、回执、触及这个月的迟到的事实。"""
    found = visit.ask(payroll.view, OneRun(run_id))
    late = [one for one in visit.ask(payroll.late, Nothing()) if one.month == found.month]
    extras = visit.ask(payroll_offcycle.extras, OneRun(run_id)) if found.kind != "regular" else []
    return visit.page(
        "payroll_one.html",
        one=found,
        rows=visit.ask(payroll.rows, OneRun(run_id)),
        over=Month.parse(found.month).last < visit.today,
        missing=[show_date(date.fromisoformat(day)) for day in found.missing_days[:5]],
        health=visit.ask(policy_health.health, HealthOf(found.month)),
        changes=visit.ask(payroll_compare.changes, OneRun(run_id)),
        receipts=visit.ask(payslip_receipts.receipts, OneRun(run_id)) if found.published_at else None,
        late=late,
        stages=stages(found),
        variance=visit.ask(payroll_variance.variance, OneRun(run_id)),
        waiting=visit.ask(inputs_rows.waiting, InputsOf(found.month)),
        extras=extras,
        ways=_ways(visit, found, extras),
        can_reply=visit.actor.has("payroll"),
    )


def _ways(visit: PayVisitor, one: RunView, extras: list[ExtraView]) -> dict[int, BonusWays]:
    """还没发布的年终奖,两种计税各要多少税:手工行的编号 → 两种。"""
    if one.kind != "bonus" or one.published_at:
        return {}
    return {
        x.extra_id: visit.ask(payroll_offcycle.bonus_ways, AddBonus(one.run_id, x.person_id, x.amount, x.reason))
        for x in extras
        if not x.code.startswith("member")
    }


@dataclass(frozen=True, slots=True)
class Stage:
    """七步里的一步:done 走过了(who、at),now 轮到它。"""

    step: str
    label: str
    done: bool
    now: bool
    who: str
    at: datetime | None


def stages(one: RunView) -> list[Stage]:
    """七步各是谁、何时走的;没走的第一步是现在。"""
    walked = {s.step: s for s in one.steps if s.revision == one.revision}
    gone = [i for i, s in enumerate(one.steps) if s.step == Step.BACK]
    if gone:
        after_back = one.steps[gone[-1] + 1 :]
        walked = {s.step: s for s in after_back} | {k: v for k, v in walked.items() if k == Step.PREPARE}
    found: list[Stage] = []
    for step in STAGES:
        own = walked.get(str(step))
        now = own is None and all(stage.done for stage in found)
        found.append(
            Stage(str(step), STEP_LABELS[step], own is not None, now, own.by if own else "", own.at if own else None)
        )
    return found


@router.post("/m/payroll/apart")
def open_apart(key: FormKey, visit: PayVisitor, kind: Text = "", month: Text = "", pay_month: Text = "") -> Response:
    """开一期另发。"""
    command = OpenApart(kind, str(month_in(month, visit.today)), str(month_in(pay_month, visit.today)))
    view = visit.do(payroll_offcycle.open_apart, command, key)
    return visit.go(f"/m/payroll/{view.run_id}")


@router.post("/m/payroll/prepare")
def only_prepare(key: FormKey, visit: PayVisitor, month: Text = "") -> Response:
    """只走准备。"""
    view = visit.do(payroll_life.prepare, Prepare(str(month_in(month, visit.today))), key)
    return visit.go(f"/m/payroll/{view.run_id}", view.note or words.STEPPED)


@router.post("/m/payroll/{run_id}/step")
def move(
    key: FormKey,
    visit: PayVisitor,
    run_id: Id,
    step: Text = "",
    seen_state: Text = "",
    seen_hash: Text = "",
    note: Text = "",
) -> Response:
    """走一步。"""
    visit.do(payroll_life.move, Move(run_id, step, seen_state, seen_hash, note), key)
    return visit.go(f"/m/payroll/{run_id}", words.STEPPED)


@router.post("/m/payroll/{run_id}/run")
def run_apart(key: FormKey, visit: PayVisitor, run_id: Id) -> Response:
    """算另发的一期。"""
    visit.do(payroll_offcycle.run, OneRun(run_id), key)
    return visit.go(f"/m/payroll/{run_id}", words.RUN_DONE)


@router.post("/m/payroll/{run_id}/people/{what}")
def one_person(key: FormKey, visit: PayVisitor, run_id: Id, what: str, who: Text = "", note: Text = "") -> Response:
    """一期里的一个人:暂缓、恢复、单独重算;who 是姓名或账号。"""
    chosen = one_of(what, tuple(OF_PERSON), "暂缓、恢复或重算")
    person = visit.ask(find_person, FindPerson(who))
    visit.do(OF_PERSON[chosen], OneInRun(run_id, person.person_id, note), key)
    return visit.go(f"/m/payroll/{run_id}", words.STEPPED)


@router.post("/m/payroll/{run_id}/lines")
def add_line(
    key: FormKey,
    visit: PayVisitor,
    run_id: Id,
    who: Text = "",
    label: Text = "",
    amount: Text = "",
    section: Text = "earning",
    taxed: Text = "",
    way: Text = "",
    note: Text = "",
) -> Response:
    """给一个人添一行手工行,或年终奖(写了 way 的)。"""
    person = visit.ask(find_person, FindPerson(who))
    if way:
        visit.do(payroll_offcycle.add_bonus, AddBonus(run_id, person.person_id, amount, note, way), key)
    else:
        line = AddLine(run_id, person.person_id, note, label, amount, section, bool(taxed))
        visit.do(payroll_offcycle.add_line, line, key)
    return visit.go(f"/m/payroll/{run_id}#lines", words.STEPPED)


@router.post("/m/payroll/{run_id}/lines/{extra_id}/drop")
def drop_line(key: FormKey, visit: PayVisitor, run_id: Id, extra_id: Id) -> Response:
    """去掉一行。"""
    visit.do(payroll_offcycle.drop_line, DropLine(run_id, extra_id), key)
    return visit.go(f"/m/payroll/{run_id}#lines", words.STEPPED)


@router.get("/m/payroll/{run_id}/slips/{person_id}")
def slip(visit: PayVisitor, run_id: Id, person_id: Id) -> Response:
    """一期里一个人的工资条;每看一次留一行审计。"""
    found = visit.ask(payroll_explain.slip, SlipInRun(run_id, person_id))
    return visit.page("payroll_slip.html", slip=found, blocks=blocks_of(found), run_id=run_id)


@router.get("/m/payroll/{run_id}/slips/{person_id}/{code}")
def explain(visit: PayVisitor, run_id: Id, person_id: Id, code: str) -> Response:
    """一期里一个人的一行怎么算的。"""
    found = visit.ask(payroll_explain.line, LineInRun(run_id, person_id, code[:60]))
    back = f"/m/payroll/{run_id}/slips/{person_id}"
    links = [f"{back}/{quote(one, safe='')}" for one in found.part_codes]
    tree = tree_of(found.trace, found.evidence, links)
    return visit.page("explain.html", found=found, tree=tree, back=back, slip_label="这一期")


@router.post("/m/payroll/{run_id}/remind")
def remind(key: FormKey, visit: PayVisitor, run_id: Id) -> Response:
    """提醒还没看工资条的人。"""
    visit.do(payslip_receipts.remind, OneRun(run_id), key)
    return visit.go(f"/m/payroll/{run_id}#receipts", words.REMINDED)


@router.post("/m/payroll/{run_id}/reply/{person_id}")
def reply(key: FormKey, visit: PayVisitor, run_id: Id, person_id: Id, note: Text = "") -> Response:
    """答复一条异议。"""
    visit.do(payslip_receipts.reply, ReplyToObjection(run_id, person_id, note), key)
    return visit.go(f"/m/payroll/{run_id}#receipts", words.REPLIED)


@router.post("/m/payroll/{run_id}/publish")
def publish(key: FormKey, visit: PayVisitor, run_id: Id, seen_hash: Text = "") -> Response:
    """发布。"""
    view = visit.do(payroll.publish, Publish(run_id, seen_hash), key)
    return visit.go(f"/m/payroll/{run_id}", view.note or words.PUBLISHED)
