"""问题清单 inputs faults:原样的各行后面加一列“问题”,做成 xlsx 还给人改;文字一律是文字,绝不会变成公式。"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter

from handlers.inputs_shapes import Fault
from handlers.sheet_in import Book, Sheet, Value

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CREATED = datetime(2026, 1, 1)  # noqa: DTZ001  写进文件属性的固定时刻:同样的内容永远同样的字节


def marked(book: Book, sheet: Sheet, faults: Sequence[Fault]) -> bytes:
    """一份带“问题”列的 xlsx:各行各列还在原来的位置,最后多一列;整份文件的问题(row 为 0)写在第一行。"""
    out = io.BytesIO()
    work = xlsxwriter.Workbook(out, OPTIONS)
    work.set_properties({"created": CREATED, "title": f"{book.name} 的问题"})
    page = work.add_worksheet("问题清单")
    bad = work.add_format({"font_color": "#B42318", "bold": True})
    by_row: dict[int, list[str]] = {}
    for one in faults:
        by_row.setdefault(one.row, []).append(f"{one.at}:{one.say}" if one.row else one.say)
    width = max((len(row) for row in sheet.rows), default=0)
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            _write(page, (number, column), value)
    for number, said in sorted(by_row.items()):
        page.write_string(max(number - 1, 0), width, ";".join(said), bad)
    if not {0, 1} & set(by_row):
        page.write_string(0, width, "问题", bad)
    page.set_column(width, width, 60)
    work.close()
    return out.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, at: tuple[int, int], value: Value) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(*at, value)
    elif isinstance(value, Decimal) and abs(value) < 10**15:
        page.write_number(*at, value)  # Decimal 由 xlsxwriter 写成数,不经浮点运算
    elif isinstance(value, date):
        page.write_string(*at, value.isoformat())
    else:
        page.write_string(*at, str(value))
