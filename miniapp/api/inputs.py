"""导入、并行与试算接口 inputs:先看一看、导入、复核、撤回、逐笔、对比与签认、试公式。文件写成 base64。"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from handlers import imports, inputs_bill, inputs_past, inputs_rows, parallel, what_if, what_if_deal
from handlers.imports import BatchesOf
from handlers.inputs_bill import BillView
from handlers.inputs_past import PastOf, PastView
from handlers.inputs_rows import EnterInput, InputsOf, InputView, MonthInputs, OneInput, WithdrawInput
from handlers.inputs_shapes import BatchView, FileBack, ImportFile, OneBatch, Preview, UndoBatch
from handlers.parallel import ParallelView, SignGroup
from handlers.what_if import Tried, TryOut
from handlers.what_if_deal import AnotherDeal, DealView
from miniapp.forms import month_in
from miniapp.visit import ApiKey, Id, PayVisitor, Words

router = APIRouter(tags=["导入与试算"])


@dataclass(frozen=True, slots=True)
class Why:
    """理由。"""

    reason: Words


@dataclass(frozen=True, slots=True)
class Signing:
    """签认一组:您看到的摘要与理由。"""

    seen: Words
    reason: Words


@router.get("/imports")
def batches(visit: PayVisitor, kind: str = "") -> list[BatchView]:
    """各批导入。"""
    return visit.ask(imports.batches, BatchesOf(kind))


@router.post("/imports/preview")
def preview(visit: PayVisitor, key: ApiKey, body: ImportFile) -> Preview:
    """先看一看,什么也不写。"""
    return visit.ask(imports.preview, body)


@router.post("/imports/errors")
def errors(visit: PayVisitor, key: ApiKey, body: ImportFile) -> FileBack:
    """问题清单(xlsx,base64)。"""
    return visit.ask(imports.errors, body)


@router.post("/imports")
def take(visit: PayVisitor, key: ApiKey, body: ImportFile) -> BatchView:
    """导入。"""
    return visit.do(imports.take, body, key)


@router.post("/imports/{batch_id}/confirm")
def confirm(visit: PayVisitor, key: ApiKey, batch_id: Id) -> BatchView:
    """复核一批(另一位薪酬同事)。"""
    return visit.do(imports.confirm, OneBatch(batch_id), key)


@router.post("/imports/{batch_id}/undo")
def undo(visit: PayVisitor, key: ApiKey, batch_id: Id, body: Why) -> BatchView:
    """撤回一批。"""
    return visit.do(imports.undo, UndoBatch(batch_id, body.reason), key)


@router.get("/imports/{batch_id}/bill")
def bill(visit: PayVisitor, batch_id: Id) -> BillView:
    """社保账单与我们算的差异。"""
    return visit.ask(inputs_bill.differences, OneBatch(batch_id))


@router.get("/inputs/{month}")
def month_inputs(visit: PayVisitor, month: str) -> MonthInputs:
    """一个月的输入。"""
    return visit.ask(inputs_rows.month_inputs, InputsOf(str(month_in(month, visit.today))))


@router.post("/inputs")
def enter(visit: PayVisitor, key: ApiKey, body: EnterInput) -> InputView:
    """手工录一笔。"""
    return visit.do(inputs_rows.enter, body, key)


@router.post("/inputs/{input_id}/confirm")
def confirm_one(visit: PayVisitor, key: ApiKey, input_id: Id) -> InputView:
    """复核一笔。"""
    return visit.do(inputs_rows.confirm_one, OneInput(input_id), key)


@router.post("/inputs/{input_id}/withdraw")
def withdraw(visit: PayVisitor, key: ApiKey, input_id: Id, body: Why) -> InputView:
    """撤回一笔。"""
    return visit.do(inputs_rows.withdraw, WithdrawInput(input_id, body.reason), key)


@router.get("/past-slips")
def past_slips(visit: PayVisitor) -> list[PastView]:
    """我启用之前的历史工资。"""
    return visit.ask(inputs_past.past_slips, PastOf(visit.actor.person_id))


@router.get("/parallel/{batch_id}")
def compare(visit: PayVisitor, batch_id: Id) -> ParallelView:
    """一次并行对比。"""
    return visit.ask(parallel.view, OneBatch(batch_id))


@router.post("/parallel/{batch_id}/{cause}/sign")
def sign(visit: PayVisitor, key: ApiKey, batch_id: Id, cause: str, body: Signing) -> ParallelView:
    """签认一组。"""
    return visit.do(parallel.sign, SignGroup(batch_id, cause, body.seen, body.reason), key)


@router.post("/what-if")
def try_out(visit: PayVisitor, key: ApiKey, body: TryOut) -> Tried:
    """试一条公式或一个开关,什么也不写。"""
    return visit.ask(what_if.try_out, body)


@router.get("/what-if/deal")
def deal(visit: PayVisitor, amount: str, month: str = "") -> DealView:
    """本人再签一单会怎样。"""
    return visit.ask(what_if_deal.another_deal, AnotherDeal(amount[:30], str(month_in(month, visit.today))))
