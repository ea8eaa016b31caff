"""读月度输入 inputs read:一份 Excel → 一笔一笔的输入与问题。一人一行多列(提成、补贴各一列),或一笔一行(项目、金额)都认。"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from config.input_layouts import monthly_layout, naming
from engine.days import Month
from engine.money import Money
from handlers.inputs_items import InputRule, by_name
from handlers.inputs_people import Known, Roll
from handlers.inputs_shapes import Notes
from handlers.sheet_in import Book
from handlers.sheet_table import Cell, Row, Table, find_table, plain_name
from handlers.sheet_values import Unreadable, count_of, money_of, month_of

NEEDED = "月度输入要有“姓名”或“工号”一列,再有“项目”“金额”两列,或每个项目一列(提成、补贴、扣款……)。"


@dataclass(frozen=True, slots=True)
class Staged:
    """读出来的一笔:value 分或个数(扣的也是正数)。"""

    person: Known
    item: InputRule
    value: int
    reason: str
    place: str
    row: int


@dataclass(frozen=True, slots=True)
class Plan:
    """读的依据:哪个月、有哪些项目、花名册、哪些人这个月发不到、整份文件的事由。"""

    month: Month
    items: dict[str, InputRule]
    roll: Roll
    away: dict[int, str]
    reason: str = ""


def read_monthly(book: Book, plan: Plan) -> tuple[list[Staged], Notes, Table]:
    """读一份月度输入。认不出表头报 NO_HEADER;格子的问题都列进 Notes。"""
    named, columns = by_name(plan.items), naming(monthly_layout().columns)

    def enough(names: Collection[str]) -> bool:
        roles = {columns[one] for one in names if one in columns}
        who = bool({"name", "code"} & roles)
        long = "item" in roles and bool({"amount", "count"} & roles)
        return who and (long or any(one in named for one in names if one not in columns))

    table = find_table(book, {*columns, *named}, enough, NEEDED)
    reading = _Reading(plan, table, {columns[c]: i for i, c in enumerate(table.columns) if c in columns})
    wide = {i: named[c] for i, c in enumerate(table.columns) if c in named and c not in columns}
    for row in table.rows:
        reading.row(row, wide)
    reading.twice()
    reading.totals(wide)
    reading.notes.notes += [*table.skipped, *table.notes]
    return reading.found, reading.notes, table


class _Reading:
    """一行一行读。"""

    def __init__(self, plan: Plan, table: Table, columns: dict[str, int]) -> None:
        self.plan, self.table, self.columns = plan, table, columns
        self.found: list[Staged] = []
        self.notes = Notes()

    def cell(self, row: Row, role: str) -> Cell | None:
        at = self.columns.get(role)
        return row.cells[at] if at is not None else None

    def row(self, row: Row, wide: dict[int, InputRule]) -> None:
        """一行:认人,查月份,再读每一笔。"""
        cells = self._amounts(row, wide)
        if not cells and not any(self._text(row, role) for role in ("name", "code", "item")):
            return
        if not cells and self._text(row, "item"):
            self.notes.fault(f"第 {row.number} 行", row.number, "没有写金额(或数量)。没有这一笔的话,请删去这一行。")
            return
        try:
            person = self.plan.roll.find(self.cell(row, "code"), self.cell(row, "name"))
            self._check_month(row)
            if person.person_id in self.plan.away:
                raise Unreadable(self.plan.away[person.person_id])
        except Unreadable as problem:
            self.notes.fault(f"第 {row.number} 行", row.number, problem.say)
            return
        for item, cell in cells:
            self._one(row, person, item, cell)

    def _text(self, row: Row, role: str) -> str:
        cell = self.cell(row, role)
        return cell.text if cell is not None else ""

    def _check_month(self, row: Row) -> None:
        cell = self.cell(row, "month")
        month = month_of(cell.value, self.plan.month.year) if cell is not None else None
        if month is not None and month != self.plan.month:
            raise Unreadable(f"这一行写的是{month.label},现在导入的是{self.plan.month.label}。请分月导入。")

    def _amounts(self, row: Row, wide: dict[int, InputRule]) -> list[tuple[InputRule | None, Cell]]:
        found: list[tuple[InputRule | None, Cell]] = [(item, row.cells[i]) for i, item in wide.items()]
        if "item" in self.columns:
            item = by_name(self.plan.items).get(plain_name(self._text(row, "item")))
            role = "count" if item is not None and item.unit == "count" and "count" in self.columns else "amount"
            cell = self.cell(row, role) or self.cell(row, "count")
            if cell is not None:
                found.append((item, cell))
        return [(item, cell) for item, cell in found if not cell.blank]

    def _one(self, row: Row, person: Known, item: InputRule | None, cell: Cell) -> None:
        try:
            if item is None:
                raise Unreadable(self._unknown_item(row))
            value = value_in(item, cell)
            reason = self._text(row, "reason") or self.plan.reason.strip()
            if value and not reason:
                raise Unreadable("没有写事由。请在表里加“事由”一列,或在页面上填一个总的事由。")
        except Unreadable as problem:
            self.notes.fault(cell.at, row.number, problem.say)
            return
        if value:
            place = f"{self.table.book.name}:{self.table.sheet.name} {cell.at}"
            self.found.append(Staged(person, item, value, reason[:500], place[:300], row.number))

    def _unknown_item(self, row: Row) -> str:
        text = self._text(row, "item")
        names = "、".join(one.label for one in self.plan.items.values())
        return f"没有“{text[:20]}”这个项目。可以录的有:{names}。" if text else "没有写是哪个项目。"

    def twice(self) -> None:
        """同一份文件里一个人一个项目只能有一笔:点名写出两处。"""
        seen: dict[tuple[int, str], Staged] = {}
        for one in self.found:
            first = seen.setdefault((one.person.person_id, one.item.code), one)
            if first is not one:
                say = (
                    f"{one.person.name}的“{one.item.label}”在第 {first.row} 行已经有一笔。"
                    "同一份文件里一个人一个项目只能有一笔:是同一笔请删去一行,是两笔请加在一起。"
                )
                self.notes.fault(f"第 {one.row} 行", one.row, say)

    def totals(self, wide: dict[int, InputRule]) -> None:
        """表里只有一行合计时核对:与各行之和不符,多半是漏了行或粘错了。公式算的合计可能过期,只提醒。"""
        if len(self.table.totals) != 1:
            return
        row = self.table.totals[0]
        for column, item in wide.items():
            cell = row.cells[column]
            try:
                said = money_of(cell.value) if item.unit == "money" else None
            except Unreadable:
                continue
            whole = sum(one.value for one in self.found if one.item is item)
            if said is None or abs(said.fen) == whole or self.notes.faults:
                continue
            say = f"合计行的“{item.label}”写的是 {said.show()},各行加起来是 {Money(whole).show()}。请核对有没有漏行。"
            if cell.formula:
                self.notes.notes.append(f"{cell.at}:{say}")
            else:
                self.notes.fault(cell.at, row.number, say)


def value_in(item: InputRule, cell: Cell) -> int:
    """一格的值:分或个数,空与零为 0;公式、错误值、合并的格、扣款写成负数的不收。"""
    check_plain(cell)
    if item.unit == "count":
        count = count_of(cell.value) or 0
        if count < 0:
            raise Unreadable("个数不能是负的。")
        return count
    fen = (money_of(cell.value) or Money(0)).fen
    if fen < 0 and item.minus:
        raise Unreadable(f"“{item.label}”请写正数(写多少扣多少)。要退还给本人的,请录到“补发”。")
    if fen < 0 and item.kind == "standard":
        raise Unreadable(f"“{item.label}”不能是负的。")
    return fen


def check_plain(cell: Cell) -> None:
    """公式、错误值、合并的格不收:里面的数不可靠,或看不出是谁的。"""
    if cell.error:
        raise Unreadable("这一格是错误值(如 #N/A、#REF!)。请改成数再导入。")
    if cell.formula:
        raise Unreadable("这一格是公式,里面存的数可能已经过期。请选中它,“复制”再“选择性粘贴 → 值”,然后再导入。")
    if cell.merged:
        raise Unreadable("这一格与别的格合并了,看不出是谁的数。请取消合并,逐行填写。")
