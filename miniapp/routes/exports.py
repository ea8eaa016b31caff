"""导出 exports:一期的各种文件(工资表、银行、报税、社保、凭证、成本)、收款账户、与扣缴客户端核对;自己的工资条 PDF。"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, UploadFile
from starlette.responses import Response

from engine.errors import BadInput
from handlers import out_accounts, out_exports, out_sheet, out_slip, out_tax_check
from handlers.out_accounts import TakeAccounts
from handlers.out_exports import Export, FileOut, OneExport
from handlers.out_read import LARGEST, Upload, upload_of
from handlers.out_slip import SlipPdf
from handlers.out_tax_check import ExplainDifference, TakeResult
from handlers.payroll import OneRun
from miniapp import words
from miniapp.forms import clean, month_in
from miniapp.visit import FormKey, Id, PayVisitor, Text

router = APIRouter()
Sent = Annotated[UploadFile | None, File()]


@router.get("/m/payroll/{run_id}/exports")
def home(visit: PayVisitor, run_id: Id) -> Response:
    """一期的导出:能导什么、导过什么、谁没有收款账户。"""
    return visit.page(
        "exports.html",
        one=visit.ask(out_exports.exports, OneRun(run_id)),
        accounts=visit.ask(out_accounts.accounts, OneRun(run_id)),
        can=visit.actor.has("payroll"),
    )


@router.post("/m/payroll/{run_id}/exports")
def export(
    key: FormKey,
    visit: PayVisitor,
    run_id: Id,
    kind: Text = "",
    layout: Text = "",
    format: Text = "",
    since: Text = "",
    reason: Text = "",
) -> Response:
    """导出一份。"""
    made = visit.do(out_exports.export, Export(run_id, kind, layout[:60], format[:10], since[:7], reason), key)
    return visit.go(f"/m/payroll/{run_id}/exports#export-{made.export_id}", words.EXPORTED)


@router.get("/m/exports/{export_id}/file")
def download(visit: PayVisitor, export_id: Id) -> Response:
    """下载一份。"""
    return attached(visit.ask(out_exports.download, OneExport(export_id)))


@router.get("/m/payroll/{run_id}/print")
def printed(visit: PayVisitor, run_id: Id) -> Response:
    """工资表的打印页(A4 横向)。"""
    return visit.page("exports_print.html", one=visit.ask(out_sheet.print_sheet, OneRun(run_id)))


@router.post("/m/payroll/{run_id}/accounts")
def accounts(key: FormKey, visit: PayVisitor, run_id: Id, file: Sent = None) -> Response:
    """读入收款账户与证件。"""
    taken = visit.do(out_accounts.take, TakeAccounts(sent(file)), key)
    said = words.ACCOUNTS_TAKEN.format(accounts=taken.accounts, identities=taken.identities)
    tone = "wait" if taken.notes else "good"
    return visit.go(f"/m/payroll/{run_id}/exports#accounts", " ".join((said, *taken.notes)), tone)


@router.get("/m/payroll/{run_id}/tax-check")
def tax_check(visit: PayVisitor, run_id: Id) -> Response:
    """与扣缴客户端核对。"""
    one = visit.ask(out_tax_check.check, OneRun(run_id))
    return visit.page("exports_tax.html", one=one, can=visit.actor.has("payroll"))


@router.post("/m/payroll/{run_id}/tax-check")
def take_result(key: FormKey, visit: PayVisitor, run_id: Id, file: Sent = None) -> Response:
    """读回客户端的结果。"""
    seen = visit.do(out_tax_check.take_result, TakeResult(run_id, sent(file)), key)
    said = words.CLIENT_DIFFERS.format(open=seen.open) if seen.open else words.CLIENT_AGREES
    return visit.go(f"/m/payroll/{run_id}/tax-check", said, "wait" if seen.open else "good")


@router.post("/m/payroll/{run_id}/tax-check/{difference_id}")
def explain(key: FormKey, visit: PayVisitor, run_id: Id, difference_id: Id, reason: Text = "") -> Response:
    """说明一处不同。"""
    visit.do(out_tax_check.explain_difference, ExplainDifference(difference_id, reason), key)
    return visit.go(f"/m/payroll/{run_id}/tax-check", words.EXPLAINED)


@router.post("/m/payroll/{run_id}/declare")
def declare(key: FormKey, visit: PayVisitor, run_id: Id) -> Response:
    """登记已经申报。"""
    visit.do(out_tax_check.declare, OneRun(run_id), key)
    return visit.go(f"/m/payroll/{run_id}/tax-check", words.DECLARED)


@router.get("/m/slip-pdf/{month}")
def slip_pdf(visit: PayVisitor, month: str) -> Response:
    """下载自己的工资条 PDF。"""
    fonts = visit.house.settings.pdf_fonts
    command = SlipPdf(visit.actor.person_id, str(month_in(month, visit.today)), str(fonts) if fonts else "")
    return attached(visit.ask(out_slip.pdf, command))


def sent(file: UploadFile | None) -> Upload:
    """传来的文件。"""
    if file is None or not file.filename:
        raise BadInput("NO_FILE", words.NO_FILE)
    return upload_of(clean(file.filename)[:120], file.file.read(LARGEST + 1))


def attached(found: FileOut) -> Response:
    """作为附件给出。"""
    name = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    return Response(found.data, media_type=found.media, headers={"content-disposition": name})
