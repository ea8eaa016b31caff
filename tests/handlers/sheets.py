"""做表的帮手 sheets:测试用的 xlsx 与上传;“=…”写成公式,别的照原样。"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from handlers.inputs_shapes import ImportFile, Upload


def xlsx(*rows: Sequence[Any], merge: Sequence[tuple[str, Any]] = (), hidden: Sequence[Sequence[Any]] = ()) -> bytes:
    """一张表;None 为空;merge 是 [("B1:C1", 字)];hidden 另有一张隐藏的表。"""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False})
    page = book.add_worksheet("表一")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for area, text in merge:
        page.merge_range(area, text)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, date | datetime):
                page.write_datetime(number, column, value, day)
            elif isinstance(value, str) and value.startswith("="):
                page.write_formula(number, column, value, None, 5)
            else:
                page.write(number, column, value)
    if hidden:
        other = book.add_worksheet("藏起来的")
        other.hide()
        for number, row in enumerate(hidden):
            other.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def file(kind: str, period: str, data: bytes, name: str = "十月.xlsx", **more: Any) -> ImportFile:
    """一次导入的命令。"""
    return ImportFile(kind, period, Upload.of(name, data), **more)
