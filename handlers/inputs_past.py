"""历史工资 inputs past:启用之前各月的工资表,各列照原样留下,供查看;要认得出应发与实发两列。"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, select

from config.input_layouts import naming, old_pay_layout
from config.policies import Policies
from engine.days import Month
from engine.errors import RuleBroken
from engine.money import Money
from handlers.actor import Actor
from handlers.company import company_of
from handlers.inputs_batch import Kind, Look, already_words, same_file
from handlers.inputs_columns import Columns
from handlers.inputs_people import Known, roll_of
from handlers.inputs_shapes import ImportFile, ItemTotal, Notes, Preview, PreviewLine
from handlers.people import person_of
from handlers.sheet_in import read_book
from handlers.sheet_table import Table, find_table
from handlers.sheet_values import Unreadable, money_of
from models.inputs import ImportBatch, PastSlip
from models.work import Work

NEEDED = "历史工资要有“姓名”或“工号”、“应发”、“实发”几列。"


@dataclass(frozen=True, slots=True)
class Past:
    """一个人一个月;lines 各列(列名, 分)。"""

    person: Known
    gross: int
    net: int
    lines: tuple[tuple[str, int], ...]
    place: str


@dataclass(frozen=True, slots=True)
class PastOf:
    """看一个人的历史工资。"""

    person_id: int


@dataclass(frozen=True, slots=True)
class PastView:
    """一个月:lines 旧表的列名与金额,照原样。"""

    month: str
    month_label: str
    gross: str
    net: str
    lines: tuple[tuple[str, str], ...]
    source: str


def _look(work: Work, command: ImportFile, rules: Policies) -> Look:
    """读:每人一行,各列照留。"""
    month = Month.parse(command.period)
    chosen = dict(command.mapping)
    guess = {one: code for code, names in old_pay_layout().targets.items() for one in names} | chosen
    who = naming(old_pay_layout().columns)

    def enough(names: Collection[str]) -> bool:
        known = {guess.get(one) for one in names}
        return bool({one for one in names if one in who}) and {"gross", "net"} <= known

    book = read_book(command.upload.name, command.upload.data())
    table = find_table(book, {*who, *guess}, enough, NEEDED)
    notes = Notes(notes=[*table.skipped, *table.notes])
    if str(month) >= company_of(work).first_month:
        notes.fault("整份文件", 0, f"{month.label}由本系统发放,不从历史导入。请选启用之前的月份。")
    found = _read(work, table, guess, notes)
    _check_known(work, found, month, notes)
    batch = same_file(work, "past", str(month), book.digest)
    shown = Preview(
        kind="past",
        period=str(month),
        file_name=book.name,
        digest=book.digest,
        lines=tuple(_line(one) for one in found),
        totals=(_total("应发", [one.gross for one in found]), _total("实发", [one.net for one in found])),
        faults=tuple(sorted(notes.faults, key=lambda one: one.row)),
        notes=tuple(notes.notes),
        already=already_words(work, batch) if batch is not None else "",
    )
    return Look(shown, found, book, table.sheet)


def _read(work: Work, table: Table, guess: dict[str, str], notes: Notes) -> list[Past]:
    columns, roll = Columns(table, old_pay_layout().columns, notes), roll_of(work)
    codes = {i: guess.get(name, "") for i, name in enumerate(table.columns) if name}
    gross_at = next(i for i, code in codes.items() if code == "gross")
    net_at = next(i for i, code in codes.items() if code == "net")
    found: list[Past] = []
    seen: dict[int, int] = {}
    for row in table.rows:
        person = columns.stranger(row, roll)
        if person is None:
            continue
        if seen.setdefault(person.person_id, row.number) != row.number:
            say = f"{person.name}在第 {seen[person.person_id]} 行已经有了。一个人请只留一行。"
            notes.fault(f"第 {row.number} 行", row.number, say)
            continue
        lines: dict[int, int] = {}
        for index in codes:
            if index in columns.at.values():
                continue
            cell = row.cells[index]
            try:
                if cell.error:
                    raise Unreadable("这一格是错误值(如 #N/A)。请改好再导入。")
                amount = money_of(cell.value)
            except Unreadable as problem:
                if index in (gross_at, net_at) or cell.error:
                    notes.fault(cell.at, row.number, problem.say)
                continue  # 部门、备注一类的文字列
            if amount is not None:
                lines[index] = amount.fen
        if gross_at not in lines or net_at not in lines:
            notes.fault(f"第 {row.number} 行", row.number, f"{person.name}的应发或实发是空的。没有发的请写 0。")
            continue
        named = tuple((table.columns[i], fen) for i, fen in lines.items() if i not in (gross_at, net_at))
        found.append(Past(person, lines[gross_at], lines[net_at], named, row.cells[gross_at].at))
    return found


def _check_known(work: Work, found: list[Past], month: Month, notes: Notes) -> None:
    """这个人这个月已经有一张的,不再收(撤回那一批再导入)。"""
    rows = work.session.exec(
        select(PastSlip.person_id)
        .join(ImportBatch, col(ImportBatch.id) == col(PastSlip.batch_id))
        .where(PastSlip.month == str(month), ImportBatch.state != "undone")
    )
    known = set(rows.all())
    for one in found:
        if one.person.person_id in known:
            notes.fault(one.place, 0, f"{one.person.name} {month.label}已经有历史工资。要换的话,请先撤回原来那一批。")


def _line(one: Past) -> PreviewLine:
    gross, net = Money(one.gross), Money(one.net)
    shown = f"应发 {gross.show()},实发 {net.show()},另 {len(one.lines)} 列"
    return PreviewLine(one.person.person_id, one.person.name, "历史工资", shown, net.yuan(), one.place)


def _total(label: str, found: list[int]) -> ItemTotal:
    return ItemTotal(label, len(found), Money(sum(found)).show(), Money(sum(found)).yuan())


def _write(work: Work, batch: ImportBatch, look: Look, actor: Actor) -> None:
    for one in look.staged:
        work.session.add(
            PastSlip(
                batch_id=batch.id or 0,
                person_id=one.person.person_id,
                month=batch.period,
                gross=Money(one.gross),
                net=Money(one.net),
                lines=json.dumps(one.lines, ensure_ascii=False),
            )
        )


def _nothing(work: Work, batch: ImportBatch, actor: Actor) -> None:
    """各行随批走:复核与撤回只看批的状态。"""


def _check(work: Work, period: str) -> None:
    """启用之后的月份不从历史导入。"""
    if str(Month.parse(period)) >= company_of(work).first_month:
        raise RuleBroken("MONTH_IS_OURS", "这个月由本系统发放,不从历史导入。请选启用之前的月份。")


PAST = Kind(_look, _write, _nothing, _nothing, _check)


def past_slips(work: Work, command: PastOf, rules: Policies, actor: Actor) -> list[PastView]:
    """一个人复核过的历史工资,新的在前。"""
    person_of(work, command.person_id)
    rows = work.session.exec(
        select(PastSlip, ImportBatch)
        .join(ImportBatch, col(ImportBatch.id) == col(PastSlip.batch_id))
        .where(PastSlip.person_id == command.person_id, ImportBatch.state == "confirmed")
        .order_by(col(PastSlip.month).desc())
    )
    return [
        PastView(
            slip.month,
            Month.parse(slip.month).label,
            slip.gross.show(),
            slip.net.show(),
            tuple((name, Money(fen).show()) for name, fen in json.loads(slip.lines)),
            batch.file_name,
        )
        for slip, batch in rows
    ]
