"""月度输入 inputs:提成、补贴、扣款由 Excel 导入或手工录入;先看一看(什么也不写),再写下,由另一个人复核,锁定之前可以撤回。

只有复核过的进工资;没复核的在发薪页大声列出(open_inputs)。同一份文件来两次只记一次。
"""

from __future__ import annotations

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import BadInput
from handlers.actor import Actor
from handlers.inputs_batch import Kind, Look, already_words, check_open, same_file
from handlers.inputs_items import input_rules
from handlers.inputs_people import not_in_month, roll_of
from handlers.inputs_read import Plan, Staged, read_monthly
from handlers.inputs_rows import STATES, take_back
from handlers.inputs_shapes import Fault, ImportFile, ItemTotal, Preview, PreviewLine
from handlers.sheet_in import read_book
from models.inputs import ImportBatch, MonthlyInput
from models.work import Work

REPEATS = ("refuse", "add", "replace")


def _look(work: Work, command: ImportFile, rules: Policies) -> Look:
    """读:会写下什么、与已有的差在哪里、哪些格有问题。"""
    month = Month.parse(command.period)
    if command.repeat not in REPEATS:
        raise BadInput("BAD_CHOICE", "请选择已有同一个人同一个项目时怎么办。")
    book = read_book(command.upload.name, command.upload.data())
    plan = Plan(month, input_rules(rules), roll_of(work), not_in_month(work, month), command.reason)
    staged, notes, table = read_monthly(book, plan)
    before = _before(work, month)
    found = same_file(work, "monthly", str(month), book.digest)
    if found is None:
        _repeats(staged, before, command.repeat, notes.faults)
    if not staged and not notes.faults:
        notes.fault("整份文件", 0, "没有读到一笔要录的数。请核对列名与金额。")
    shown = Preview(
        kind="monthly",
        period=str(month),
        file_name=book.name,
        digest=book.digest,
        lines=tuple(_line(one, before) for one in staged),
        totals=_totals(staged),
        faults=tuple(sorted(notes.faults, key=lambda one: one.row)),
        notes=tuple(notes.notes),
        already=already_words(work, found) if found is not None else "",
        repeat=command.repeat,
    )
    return Look(shown, staged, book, table.sheet)


Before = dict[tuple[int, str], list[MonthlyInput]]


def _before(work: Work, month: Month) -> Before:
    """这个月已有的(没撤回的),按人与项目。"""
    found: Before = {}
    rows = work.session.exec(
        select(MonthlyInput)
        .where(MonthlyInput.month == str(month), MonthlyInput.state != "withdrawn")
        .order_by(col(MonthlyInput.id))
    )
    for row in rows:
        found.setdefault((row.person_id, row.item), []).append(row)
    return found


def _repeats(staged: list[Staged], before: Before, repeat: str, faults: list[Fault]) -> None:
    for one in staged:
        old = before.get((one.person.person_id, one.item.code))
        if old and repeat == "refuse":
            had = "、".join(f"{one.item.show(row.value)}({STATES[row.state]})" for row in old)
            say = f"{one.person.name}这个月的“{one.item.label}”已经有了:{had}。要另加一笔或换掉,请在导入时选明。"
            faults.append(Fault(f"第 {one.row} 行", one.row, say))


def _line(one: Staged, before: Before) -> PreviewLine:
    old = before.get((one.person.person_id, one.item.code), ())
    return PreviewLine(
        one.person.person_id,
        one.person.name,
        one.item.label,
        one.item.show(one.value),
        one.item.plain(one.value),
        one.place.rpartition(" ")[2],
        one.reason,
        "、".join(one.item.show(row.value) for row in old),
    )


def _totals(staged: list[Staged]) -> tuple[ItemTotal, ...]:
    by_item: dict[str, list[Staged]] = {}
    for one in staged:
        by_item.setdefault(one.item.code, []).append(one)
    found = []
    for rows in by_item.values():
        item, whole = rows[0].item, sum(one.value for one in rows)
        people = len({one.person.person_id for one in rows})
        found.append(ItemTotal(item.label, people, item.show(whole), item.plain(whole)))
    return tuple(found)


def _write(work: Work, batch: ImportBatch, look: Look, actor: Actor) -> None:
    """写下各笔;换掉的旧的撤回。"""
    before = _before(work, Month.parse(batch.period))
    for one in look.staged:
        if look.preview.repeat == "replace":
            for old in before.get((one.person.person_id, one.item.code), ()):
                take_back(work, old, actor, f"由新的导入换掉(第 {batch.id} 批)")
        work.session.add(_row(work, one, (batch.period, batch.id), actor))


def _row(work: Work, one: Staged, about: tuple[str, int | None], actor: Actor) -> MonthlyInput:
    month, batch_id = about
    return MonthlyInput(
        batch_id=batch_id,
        person_id=one.person.person_id,
        month=month,
        item=one.item.code,
        kind=one.item.kind,
        unit=one.item.unit,
        value=one.value,
        reason=one.reason,
        place=one.place,
        entered_by=actor.userid,
        entered_at=work.now,
    )


def _confirm(work: Work, batch: ImportBatch, actor: Actor) -> None:
    """里面没撤回的各笔一起复核。"""
    for one in _rows_of(work, batch):
        if one.state == "open":
            one.state, one.confirmed_by, one.confirmed_at = "confirmed", actor.userid, work.now
            work.session.add(one)


def _undo(work: Work, batch: ImportBatch, actor: Actor) -> None:
    """各笔一起撤回。"""
    for one in _rows_of(work, batch):
        if one.state != "withdrawn":
            take_back(work, one, actor, batch.undone_reason)


def _rows_of(work: Work, batch: ImportBatch) -> list[MonthlyInput]:
    query = select(MonthlyInput).where(MonthlyInput.batch_id == batch.id).order_by(col(MonthlyInput.id))
    return list(work.session.exec(query))


MONTHLY = Kind(_look, _write, _confirm, _undo, check_open)
