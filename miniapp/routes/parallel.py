"""并行对比 parallel:旧工资表对上列、逐行比、一组一组签认;能不能换过来,看还剩几组。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from handlers import imports, parallel, parallel_columns
from handlers.imports import BatchesOf
from handlers.inputs_shapes import OneBatch
from handlers.parallel import SignGroup
from miniapp import words
from miniapp.forms import month_in
from miniapp.routes.upload import ImportForm
from miniapp.visit import FormKey, Id, PayVisitor, Text

router = APIRouter()


@router.get("/m/parallel")
def home(visit: PayVisitor, month: str = "") -> Response:
    """各次对比,与新的一次。"""
    found = [one for one in visit.ask(imports.batches, BatchesOf("old")) if one.state != "undone"]
    when = month_in(month, visit.today).plus(0 if month else -1)
    return visit.page("parallel.html", batches=found, month=when, can=visit.actor.has("payroll"))


@router.post("/m/parallel/columns")
def columns(key: FormKey, visit: PayVisitor, form: ImportForm) -> Response:
    """旧表的列怎么对应(猜的、记住的、这次选的),连同先看一看。"""
    return visit.part("parts/parallel_columns.html", found=visit.ask(parallel_columns.columns, form))


@router.get("/m/parallel/{batch_id}")
def one(visit: PayVisitor, batch_id: Id) -> Response:
    """一次对比。"""
    return visit.page(
        "parallel_one.html", one=visit.ask(parallel.view, OneBatch(batch_id)), can=visit.actor.has("payroll")
    )


@router.post("/m/parallel/{batch_id}/sign")
def sign(
    key: FormKey, visit: PayVisitor, batch_id: Id, cause: Text = "", seen: Text = "", reason: Text = ""
) -> Response:
    """签认一组。"""
    visit.do(parallel.sign, SignGroup(batch_id, cause, seen, reason), key)
    return visit.go(f"/m/parallel/{batch_id}#{cause}", words.SIGNED)
