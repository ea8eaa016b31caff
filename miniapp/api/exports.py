"""导出接口 exports:给财务系统与脚本——一期的导出记录、导出一份、取文件、与扣缴客户端核对的情形。"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from handlers import out_exports, out_tax_check
from handlers.out_exports import Export, ExportsView, ExportView, OneExport
from handlers.out_tax_check import TaxCheckView
from handlers.payroll import OneRun
from miniapp.routes.exports import attached
from miniapp.visit import ApiKey, Id, PayVisitor, Words

router = APIRouter(tags=["导出"])


@dataclass(frozen=True, slots=True)
class ToExport:
    """要导出的:kind 是 sheet、bank、tax、insurance、voucher、cost;layout 银行格式;format xlsx 或 csv;since 成本表起始月;reason 理由。"""

    kind: Words
    layout: Words = ""
    format: Words = ""
    since: Words = ""
    reason: Words = ""


@router.get("/payroll/{run_id}/exports")
def exports(visit: PayVisitor, run_id: Id) -> ExportsView:
    """一期的导出记录。"""
    return visit.ask(out_exports.exports, OneRun(run_id))


@router.post("/payroll/{run_id}/exports")
def export(visit: PayVisitor, key: ApiKey, run_id: Id, body: ToExport) -> ExportView:
    """导出一份;内容用 /exports/{export_id}/file 取。"""
    command = Export(run_id, body.kind, body.layout[:60], body.format[:10], body.since[:7], body.reason)
    return visit.do(out_exports.export, command, key)


@router.get("/exports/{export_id}/file")
def download(visit: PayVisitor, export_id: Id) -> Response:
    """取文件。"""
    return attached(visit.ask(out_exports.download, OneExport(export_id)))


@router.get("/payroll/{run_id}/tax-check")
def tax_check(visit: PayVisitor, run_id: Id) -> TaxCheckView:
    """与扣缴客户端核对的情形。"""
    return visit.ask(out_tax_check.check, OneRun(run_id))
