"""工资条接口 payslip:我的各月、一张、一行怎么算的、确认或异议。只给本人,登录要新鲜。"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from handlers import payslip
from handlers.payslip import Answer, ExplainLine, Explanation, MonthItem, MonthSlip, SlipView
from handlers.people import Nothing
from miniapp.forms import slip_in
from miniapp.visit import ApiKey, Number, PayVisitor, Visitor, Words

router = APIRouter(tags=["工资条"])


@dataclass(frozen=True, slots=True)
class Receipt:
    """state: confirmed 确认 | objected 有异议(写明哪一行、什么疑问)。"""

    run_id: Number
    state: Words
    line_code: Words = ""
    words: Words = ""


@dataclass(frozen=True, slots=True)
class ReceiptState:
    """回执现在的状态。"""

    state: str


@router.get("/payslips")
def months(visit: PayVisitor) -> list[MonthItem]:
    """有工资条的月份。"""
    return visit.ask(payslip.months, Nothing())


@router.get("/payslips/{month}")
def one(visit: PayVisitor, month: str) -> SlipView:
    """一个月的工资条。"""
    return visit.ask(payslip.view, MonthSlip(visit.actor.person_id, slip_in(month, visit.today)))


@router.get("/payslips/{month}/{code}")
def explain(visit: PayVisitor, month: str, code: str) -> Explanation:
    """一行怎么算的:来处的树与证据。"""
    return visit.ask(payslip.explain, ExplainLine(visit.actor.person_id, slip_in(month, visit.today), code[:60]))


@router.post("/payslips/receipt")
def answer(visit: Visitor, key: ApiKey, body: Receipt) -> ReceiptState:
    """确认或提出异议。"""
    command = Answer(body.run_id, visit.actor.person_id, body.state, body.line_code[:60], body.words)
    return ReceiptState(visit.do(payslip.answer, command, key))
