"""发薪接口 payroll:各期、算一个月、发布(另一位薪酬同事)、复核。"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from handlers import payroll, payroll_compare, payslip_receipts
from handlers.payroll import LateView, OneRun, Prepare, Publish, RunView, SlipRow
from handlers.payroll_compare import RunChange
from handlers.payslip_receipts import ReceiptsView, ReplyToObjection
from handlers.people import Nothing
from miniapp.forms import month_in
from miniapp.visit import ApiKey, Id, PayVisitor, Words

router = APIRouter(tags=["发薪"])


@dataclass(frozen=True, slots=True)
class Seen:
    """您核对时看到的输入摘要 input_hash。"""

    seen_hash: Words


@dataclass(frozen=True, slots=True)
class MonthToRun:
    """要算的月份,如 2026-11。"""

    month: Words


@dataclass(frozen=True, slots=True)
class Reply:
    """答复的话。"""

    words: Words


@router.get("/payroll")
def runs(visit: PayVisitor) -> list[RunView]:
    """各期。"""
    return visit.ask(payroll.runs, Nothing())


@router.get("/payroll/late")
def late(visit: PayVisitor) -> list[LateView]:
    """迟到的事实。"""
    return visit.ask(payroll.late, Nothing())


@router.post("/payroll")
def prepare(visit: PayVisitor, key: ApiKey, body: MonthToRun) -> RunView:
    """算一个月。"""
    return visit.do(payroll.run, Prepare(str(month_in(body.month, visit.today))), key)


@router.get("/payroll/{run_id}")
def one(visit: PayVisitor, run_id: Id) -> RunView:
    """一期。"""
    return visit.ask(payroll.view, OneRun(run_id))


@router.get("/payroll/{run_id}/rows")
def rows(visit: PayVisitor, run_id: Id) -> list[SlipRow]:
    """一期里每个人的合计。"""
    return visit.ask(payroll.rows, OneRun(run_id))


@router.get("/payroll/{run_id}/verify")
def verify(visit: PayVisitor, run_id: Id) -> list[str]:
    """由冻结的输入再算一遍;空为完全一致。"""
    return visit.ask(payroll.verify, OneRun(run_id))


@router.get("/payroll/{run_id}/changes")
def changes(visit: PayVisitor, run_id: Id) -> RunChange:
    """与上月比:合计、新来与不在的人、各人实发的前后。"""
    return visit.ask(payroll_compare.changes, OneRun(run_id))


@router.get("/payroll/{run_id}/receipts")
def receipts(visit: PayVisitor, run_id: Id) -> ReceiptsView:
    """回执:看过、确认、有异议各多少,异议与答复。"""
    return visit.ask(payslip_receipts.receipts, OneRun(run_id))


@router.post("/payroll/{run_id}/remind")
def remind(visit: PayVisitor, key: ApiKey, run_id: Id) -> ReceiptsView:
    """提醒还没看的人,一条通知;一天一次。"""
    return visit.do(payslip_receipts.remind, OneRun(run_id), key)


@router.post("/payroll/{run_id}/reply/{person_id}")
def reply(visit: PayVisitor, key: ApiKey, run_id: Id, person_id: Id, body: Reply) -> ReceiptsView:
    """答复一条异议;本人会收到通知(不带内容)。"""
    return visit.do(payslip_receipts.reply, ReplyToObjection(run_id, person_id, body.words), key)


@router.post("/payroll/{run_id}/publish")
def publish(visit: PayVisitor, key: ApiKey, run_id: Id, body: Seen) -> RunView:
    """发布。"""
    return visit.do(payroll.publish, Publish(run_id, body.seen_hash), key)
