"""发薪 payroll:各期、算一个月、例外与缺项、与上月的差、由另一位薪酬同事核对后发布;回执与异议、迟到的事实列给人看。"""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from engine.days import Month, show_date
from handlers import inputs_rows, payroll, payroll_compare, payslip_receipts
from handlers.inputs_rows import InputsOf
from handlers.payroll import OneRun, Prepare, Publish
from handlers.payslip_receipts import ReplyToObjection
from handlers.people import Nothing
from miniapp import words
from miniapp.forms import month_in
from miniapp.visit import FormKey, Id, PayVisitor, Text

router = APIRouter()


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
    return visit.page(
        "payroll_one.html",
        one=found,
        rows=visit.ask(payroll.rows, OneRun(run_id)),
        over=Month.parse(found.month).last < visit.today,
        missing=[show_date(date.fromisoformat(day)) for day in found.missing_days[:5]],
        changes=visit.ask(payroll_compare.changes, OneRun(run_id)),
        receipts=visit.ask(payslip_receipts.receipts, OneRun(run_id)) if found.state == "published" else None,
        late=late,
        waiting=visit.ask(inputs_rows.waiting, InputsOf(found.month)),
        can_reply=visit.actor.has("payroll"),
    )


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
