"""试算 what if:薪酬写公式或换开关,用已发布的月份看谁多谁少;本人问再签一单会怎样。都不写。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from engine.errors import EhrError
from handlers import what_if, what_if_deal
from handlers.people import Nothing
from handlers.what_if import TryOut
from handlers.what_if_deal import AnotherDeal
from miniapp.faults import status_of
from miniapp.forms import month_in
from miniapp.view import Typed
from miniapp.visit import FormKey, PayVisitor, Text

router = APIRouter()


@router.get("/m/what-if")
def home(visit: PayVisitor) -> Response:
    """试算页。"""
    return visit.page("what_if.html", offered=visit.ask(what_if.trials, Nothing()), can=visit.actor.has("payroll"))


@router.post("/m/what-if/try")
def try_out(
    key: FormKey,
    visit: PayVisitor,
    formulas: Text = "",
    switch: Text = "",
    value: Text = "",
    first: Text = "",
    last: Text = "",
) -> Response:
    """试一试;公式写错了,说第几行第几字。"""
    chosen, _, picked = switch.partition("=")
    command = TryOut(formulas, chosen, value or picked, first, last)
    return visit.part("parts/what_if.html", found=visit.ask(what_if.try_out, command))


@router.get("/m/what-if/deal")
def deal(visit: PayVisitor, amount: str = "", month: str = "") -> Response:
    """再签一单。"""
    when = month_in(month, visit.today)
    found, say, status = None, "", 200
    if amount.strip():
        try:
            found = visit.ask(what_if_deal.another_deal, AnotherDeal(amount[:30], str(when)))
        except EhrError as problem:
            say, status = problem.say, status_of(problem)
    return visit.page(
        "what_if_deal.html",
        200 if status == 404 else status,
        month=when,
        amount=Typed(amount[:30]),
        found=found,
        say=say,
    )
