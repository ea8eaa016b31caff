"""工资条 payslip:各月列表、一张工资条、每一行怎么算的、确认或提出异议。只给本人;每看一次留一行审计。"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from handlers import payslip
from handlers.payslip import Answer, ExplainLine, MonthSlip
from handlers.people import Nothing
from miniapp import words
from miniapp.forms import one_of, slip_in
from miniapp.slip import blocks_of
from miniapp.tree import tree_of
from miniapp.visit import FormKey, PayVisitor, Text, Visitor

router = APIRouter()


@router.get("/m/payslips")
def home(visit: PayVisitor) -> Response:
    """有工资条的月份。"""
    return visit.page("payslips.html", months=visit.ask(payslip.months, Nothing()))


@router.get("/m/payslips/{month}")
def one(visit: PayVisitor, month: str) -> Response:
    """一个月的工资条。"""
    command = MonthSlip(visit.actor.person_id, slip_in(month, visit.today))
    slip = visit.ask(payslip.view, command)
    return visit.page("payslip.html", slip=slip, blocks=blocks_of(slip))


@router.get("/m/payslips/{month}/{code}")
def explain(visit: PayVisitor, month: str, code: str) -> Response:
    """一行怎么算的:一棵可以往下看到打卡与签单的树。"""
    command = ExplainLine(visit.actor.person_id, slip_in(month, visit.today), code[:60])
    found = visit.ask(payslip.explain, command)
    links = [f"/m/payslips/{found.month}/{quote(one, safe='')}" for one in found.part_codes]
    return visit.page(
        "explain.html", found=found, tree=tree_of(found.trace, found.evidence, links), back="", slip_label=""
    )


@router.post("/m/payslips/{month}/answer")
def answer(
    key: FormKey,
    visit: Visitor,
    month: str,
    state: Text = "",
    run_id: Text = "",
    line_code: Text = "",
    note: Text = "",
) -> Response:
    """确认,或写明疑问提出异议。"""
    chosen = one_of(state, ("confirmed", "objected"), "确认或有异议")
    number = int(run_id) if run_id.isdecimal() and len(run_id) < 10 else 0
    visit.do(payslip.answer, Answer(number, visit.actor.person_id, chosen, line_code[:60], note), key)
    path = f"/m/payslips/{slip_in(month, visit.today)}"
    return visit.go(path, words.CONFIRMED if chosen == "confirmed" else words.OBJECTED)
