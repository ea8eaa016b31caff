"""写文件 out write:一张表写成 xlsx 或 csv。同样的内容永远是同样的字节,所以摘要可以再算一遍来核对。

文字一律写成文字格子:以 = + - @ 或制表符开头的姓名不会被当成公式;工号、账号、证件号不会变成数字、丢掉末几位。
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from engine.days import shanghai
from engine.money import Money

Cell = str | int | Money | None
"""一格:文字、整数(笔数、天数)、金额;None 是空。"""
CREATED = datetime(2020, 1, 1)  # noqa: DTZ001 文件属性里的建立时间:固定,不让它影响字节
RISKY = ("=", "+", "-", "@", "\t", "\r")
WIDEST, NARROWEST = 40, 6
CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Stamp:
    """谁、何时、筛选了什么:写在给人看的表上面,也写在 xlsx 的属性里。at 带时区;by 姓名。"""

    at: datetime
    by: str
    chosen: str
    source: str = ""

    def lines(self) -> tuple[str, ...]:
        """给人看的几行。"""
        basis = (f"依据:{self.source}",) if self.source else ()
        return (f"筛选:{self.chosen}", f"导出:{shanghai(self.at):%Y-%m-%d %H:%M} {self.by}", *basis)


@dataclass(frozen=True, slots=True)
class Table:
    """一张表:name 工作表名;top 表上面的几行(头一行是标题);head 表头;rows 明细;strong 要加粗的行(小计、合计)的序号;foot 表下面的几行。"""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    top: tuple[str, ...] = ()
    strong: frozenset[int] = frozenset()
    foot: tuple[str, ...] = ()


def xlsx(tables: Sequence[Table], stamp: Stamp) -> bytes:
    """写成 Excel。A4 横向,一页宽,每页重复表头。"""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    about = {"author": stamp.by, "comments": ";".join(stamp.lines()), "created": CREATED}
    book.set_properties({name: _legal(str(value)) if name != "created" else value for name, value in about.items()})
    formats = _formats(book)
    for table in tables:
        _sheet(book.add_worksheet(table.name), table, formats)
    book.close()
    return out.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    money, edge = {"num_format": "#,##0.00"}, {"border": 1}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"font_color": "#5a6270"}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "align": "center"} | edge),
        "text": book.add_format({"num_format": "@"} | edge),
        "int": book.add_format({"num_format": "0"} | edge),
        "money": book.add_format(money | edge),
        "text!": book.add_format({"num_format": "@", "bold": True, "bg_color": "#f2f3f5"} | edge),
        "int!": book.add_format({"num_format": "0", "bold": True, "bg_color": "#f2f3f5"} | edge),
        "money!": book.add_format(money | edge | {"bold": True, "bg_color": "#f2f3f5"}),
    }


def _sheet(sheet: Any, table: Table, formats: dict[str, Any]) -> None:
    for n, text in enumerate(table.top):
        sheet.write_string(n, 0, _legal(text), formats["title" if n == 0 else "note"])
    start = len(table.top)
    for column, text in enumerate(table.head):
        sheet.write_string(start, column, _legal(text), formats["head"])
    for n, row in enumerate(table.rows):
        mark = "!" if n in table.strong else ""
        for column, cell in enumerate(row):
            _write(sheet, (start + 1 + n, column), cell, (formats, mark))
    for n, text in enumerate(table.foot):
        sheet.write_string(start + 2 + len(table.rows) + n, 0, _legal(text), formats["note"])
    for column in range(len(table.head)):
        sheet.set_column(column, column, _width(table, column))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if table.head:
        sheet.repeat_rows(start)
        sheet.freeze_panes(start + 1, min(2, len(table.head)))
    sheet.set_footer("&C第 &P 页,共 &N 页")


def _write(sheet: Any, place: tuple[int, int], cell: Cell, style: tuple[dict[str, Any], str]) -> None:
    formats, mark = style
    if cell is None:
        sheet.write_blank(*place, None, formats[f"text{mark}"])
    elif isinstance(cell, Money):
        sheet.write_number(*place, Decimal(cell.fen).scaleb(-2), formats[f"money{mark}"])
    elif isinstance(cell, int):
        sheet.write_number(*place, cell, formats[f"int{mark}"])
    else:
        sheet.write_string(*place, _legal(cell), formats[f"text{mark}"])


def _legal(text: str) -> str:
    """XML 里不能有的控制字符去掉。"""
    return "".join(c for c in text if c in "\t\n" or ord(c) >= 32)


def _width(table: Table, column: int) -> int:
    cells = [table.head[column], *(_plain(row[column]) for row in table.rows[:200] if column < len(row))]
    return max(NARROWEST, min(WIDEST, max(_columns(one) for one in cells) + 2))


def _columns(text: str) -> int:
    return sum(2 if ord(c) > 255 else 1 for c in text)


def _plain(cell: Cell) -> str:
    return "" if cell is None else cell.yuan() if isinstance(cell, Money) else str(cell)


def csv_of(table: Table) -> bytes:
    """写成 csv(UTF-8,带 BOM,Excel 直接打得开);可能被当成公式的文字前面加一个撇号。"""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_safe(line)] for line in table.top)
    writer.writerow([_safe(text) for text in table.head])
    writer.writerows([_safe_cell(cell) for cell in row] for row in table.rows)
    writer.writerows([_safe(line)] for line in table.foot)
    return out.getvalue().encode("utf-8-sig")


def _safe_cell(cell: Cell) -> str:
    return _safe(cell) if isinstance(cell, str) else _plain(cell)


def _safe(text: str) -> str:
    clean = _legal(text)
    return f"'{clean}" if clean.startswith(RISKY) else clean
