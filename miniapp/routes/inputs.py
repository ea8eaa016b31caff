"""月度输入与导入 inputs:选文件、先看一看、导入、另一位同事复核、撤回;手工录一笔;社保账单与我们的差异。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from handlers import imports, inputs_bill, inputs_rows, people
from handlers.imports import BatchesOf
from handlers.inputs_rows import EnterInput, InputsOf, OneInput, WithdrawInput
from handlers.inputs_shapes import BatchView, OneBatch, UndoBatch
from handlers.people import FindPerson
from miniapp import words
from miniapp.forms import month_in, one_of
from miniapp.routes.upload import ImportForm, file_back
from miniapp.visit import FormKey, Id, PayVisitor, Text

router = APIRouter()
KINDS: dict[str, tuple[str, str, str]] = {
    "monthly": ("月度输入", "所属月份", "提成、补贴、扣款。一人一行、每个项目一列,或一笔一行(项目、金额)都可以。"),
    "special": (
        "专项附加扣除",
        "发放月份",
        "扣缴端下载的专项附加扣除(累计列)。复核之后进当月个税,补报的往月一次计入。",
    ),
    "bill": ("社保账单", "所属月份", "经办机构的社保公积金账单。只用来与我们算的比,不进工资。"),
    "ytd": ("个税期初", "年份", "启用之前本年各发放月的收入与已扣税额,一人一月一行。复核之后写进个税台账。"),
    "past": ("历史工资", "所属月份", "启用之前的工资表,各列照原样留下供查看。"),
}
"""页面上的各种导入 → (名字, 期次叫什么, 一句说明)。"""


@router.get("/m/inputs")
def home(visit: PayVisitor, kind: str = "monthly", month: str = "") -> Response:
    """一种导入的页面。"""
    chosen = one_of(kind, tuple(KINDS), "导入哪一种")
    when = month_in(month, visit.today)
    monthly = visit.ask(inputs_rows.month_inputs, InputsOf(str(when))) if chosen == "monthly" else None
    found = visit.ask(imports.batches, BatchesOf(chosen))
    return visit.page(
        "inputs.html",
        kind=chosen,
        kinds=KINDS,
        month=when,
        monthly=monthly,
        batches=[one for one in found if monthly is None or one.period == str(when)],
        can=visit.actor.has("payroll"),
    )


@router.post("/m/inputs/preview")
def preview(key: FormKey, visit: PayVisitor, form: ImportForm) -> Response:
    """先看一看,什么也不写。"""
    return visit.part("parts/import_preview.html", shown=visit.ask(imports.preview, form))


@router.post("/m/inputs/errors")
def errors(key: FormKey, visit: PayVisitor, form: ImportForm) -> Response:
    """问题清单(xlsx)。"""
    return file_back(visit.ask(imports.errors, form))


@router.post("/m/inputs/take")
def take(key: FormKey, visit: PayVisitor, form: ImportForm) -> Response:
    """导入。"""
    done = visit.do(imports.take, form, key)
    say = words.COMPARED if done.kind == "old" else words.IMPORTED
    return visit.go(_where(done), done.note or say, "wait" if done.note else "good")


@router.post("/m/inputs/enter")
def enter(
    key: FormKey,
    visit: PayVisitor,
    month: Text = "",
    person: Text = "",
    item: Text = "",
    amount: Text = "",
    reason: Text = "",
) -> Response:
    """手工录一笔。"""
    when = str(month_in(month, visit.today))
    who = visit.ask(people.find_person, FindPerson(person))
    visit.do(inputs_rows.enter, EnterInput(who.person_id, when, item, amount, reason), key)
    return visit.go(f"/m/inputs?month={when}#rows", words.ENTERED)


@router.post("/m/inputs/row/{input_id}/confirm")
def confirm_row(key: FormKey, visit: PayVisitor, input_id: Id) -> Response:
    """复核一笔。"""
    done = visit.do(inputs_rows.confirm_one, OneInput(input_id), key)
    return visit.go(f"/m/inputs?month={done.month}#rows", words.CHECKED)


@router.post("/m/inputs/row/{input_id}/withdraw")
def withdraw_row(key: FormKey, visit: PayVisitor, input_id: Id, reason: Text = "") -> Response:
    """撤回一笔。"""
    done = visit.do(inputs_rows.withdraw, WithdrawInput(input_id, reason), key)
    return visit.go(f"/m/inputs?month={done.month}#rows", words.TAKEN_BACK)


@router.post("/m/inputs/batch/{batch_id}/confirm")
def confirm(key: FormKey, visit: PayVisitor, batch_id: Id) -> Response:
    """复核一批。"""
    return visit.go(_where(visit.do(imports.confirm, OneBatch(batch_id), key)), words.CHECKED)


@router.post("/m/inputs/batch/{batch_id}/undo")
def undo(key: FormKey, visit: PayVisitor, batch_id: Id, reason: Text = "") -> Response:
    """撤回一批。"""
    return visit.go(_where(visit.do(imports.undo, UndoBatch(batch_id, reason), key)), words.TAKEN_BACK)


@router.get("/m/inputs/bill/{batch_id}")
def bill(visit: PayVisitor, batch_id: Id) -> Response:
    """一份社保账单与我们的差异。"""
    return visit.page("inputs_bill.html", one=visit.ask(inputs_bill.differences, OneBatch(batch_id)))


def _where(done: BatchView) -> str:
    """办完之后看哪一页。"""
    if done.kind == "old":
        return f"/m/parallel/{done.batch_id}" if done.state != "undone" else "/m/parallel"
    month = f"&month={done.period}" if done.kind == "monthly" else ""
    return f"/m/inputs?kind={done.kind}{month}#batches"
