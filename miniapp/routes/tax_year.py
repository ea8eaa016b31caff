"""税年 tax year:一月新开个税台账,列出谁可以一次减除 6 万元,薪酬专员逐人确认。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from engine.errors import BadInput
from handlers import tax_year
from handlers.tax_year import ConfirmScheme, TaxYearOf
from miniapp import words
from miniapp.visit import FormKey, Id, PayVisitor, Text

router = APIRouter()


@router.get("/m/payroll/tax-year/{year}")
def one(visit: PayVisitor, year: Id) -> Response:
    """一个税年。"""
    found = visit.ask(tax_year.candidates, TaxYearOf(_sane(year)))
    return visit.page("tax_year.html", one=found, can_confirm=visit.actor.has("payroll"))


@router.post("/m/payroll/tax-year/{year}/{person_id}")
def confirm(key: FormKey, visit: PayVisitor, year: Id, person_id: Id, scheme: Text = "", note: Text = "") -> Response:
    """确认一个人的减除办法。"""
    visit.do(tax_year.confirm, ConfirmScheme(person_id, _sane(year), scheme, note), key)
    return visit.go(f"/m/payroll/tax-year/{year}", words.SCHEME_CONFIRMED)


def _sane(year: int) -> int:
    if not 2019 <= year <= 2100:
        raise BadInput("BAD_YEAR", "没有这个税年。请选 2019 年之后的一年。")
    return year
