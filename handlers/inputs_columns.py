"""导入的列 inputs columns:按版式认出各列,取一格,查单位与月份;几种导入共用。"""

from __future__ import annotations

from collections.abc import Mapping

from config.input_layouts import naming
from engine.days import Month
from engine.money import Money
from handlers.inputs_people import Known, Roll
from handlers.inputs_read import check_plain
from handlers.inputs_shapes import Notes
from handlers.sheet_table import Cell, Row, Table
from handlers.sheet_values import Unreadable, money_of, month_of


class Columns:
    """一张表里认得的列。"""

    def __init__(self, table: Table, columns: Mapping[str, tuple[str, ...]], notes: Notes) -> None:
        names = naming(columns)
        self.table, self.notes = table, notes
        self.at = {names[c]: i for i, c in enumerate(table.columns) if c in names}

    def cell(self, row: Row, role: str) -> Cell | None:
        """某列的一格;没有这一列为 None。"""
        at = self.at.get(role)
        return row.cells[at] if at is not None else None

    def person(self, row: Row, roll: Roll) -> Known | None:
        """认人;认不得记下问题,给 None。"""
        try:
            return roll.find(self.cell(row, "code"), self.cell(row, "name"))
        except Unreadable as problem:
            self.notes.fault(f"第 {row.number} 行", row.number, problem.say)
            return None

    def stranger(self, row: Row, roll: Roll) -> Known | None:
        """认人;通讯录里没有的(别处代缴、早已离职)只提醒,不算问题。"""
        try:
            return roll.find(self.cell(row, "code"), self.cell(row, "name"))
        except Unreadable as problem:
            self.notes.notes.append(f"第 {row.number} 行没有读:{problem.say}")
            return None

    def money(self, row: Row, index: int) -> Money | None:
        """金额,不收负数、公式与错误值;读不成记下问题,给 None。"""
        cell = row.cells[index]
        try:
            check_plain(cell)
            found = money_of(cell.value)
            if found is not None and found.fen < 0:
                raise Unreadable("这里不能是负数。确有退回的月份,请在扣缴端更正之后再导入。")
            return found
        except Unreadable as problem:
            self.notes.fault(cell.at, row.number, problem.say)
            return None

    def same_unit(self, row: Row, unit: str) -> None:
        """写了单位的,要是我们的扣缴义务人。"""
        cell = self.cell(row, "unit")
        if cell is not None and cell.text and cell.text.replace(" ", "") != unit.replace(" ", ""):
            say = f"这一行的单位是“{cell.text[:40]}”,我们是“{unit}”。别的单位发的不计入本单位的累计。"
            self.notes.fault(cell.at, row.number, say)

    def month(self, row: Row, role: str, year: int) -> Month | None:
        """月份;没有这一列或空的为 None,读不成记下问题。"""
        cell = self.cell(row, role)
        if cell is None:
            return None
        try:
            return month_of(cell.value, year)
        except Unreadable as problem:
            self.notes.fault(cell.at, row.number, problem.say)
            return None
