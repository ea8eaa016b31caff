"""另起一个进程读旧格式的表 sheet child:读表的库遇到坏的 xls 会让整个进程退出(要 687 GB 内存的都有),不能连累服务。

标准输入是文件的字节,标准输出是 JSON:[[表名, 看得见, 各行, 合并区], …]。退出码 0 读成,3 有密码,别的是读不成。
只用标准库与读表的库,不引用本项目:由 handlers.sheet_in 以文件路径起它。
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime
from typing import Any

import python_calamine as calamine

MOST_MEMORY = 2 * 1024 * 1024 * 1024
LOCKED = 3


def encoded(raw: Any) -> Any:
    """一格 → JSON:数写成 ["n", repr],日期写成 ["d", …],文字照写,空为 null。"""
    if isinstance(raw, bool) or raw is None:
        return raw
    if isinstance(raw, float | int):
        return ["n", repr(raw)]
    if isinstance(raw, datetime):
        return ["d", raw.date().isoformat()]
    if isinstance(raw, date):
        return ["d", raw.isoformat()]
    return str(raw)


def read(data: bytes) -> list[Any]:
    """各张表。"""
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    found: list[Any] = []
    for index, meta in enumerate(book.sheets_metadata):
        visible = meta.visible is calamine.SheetVisibleEnum.Visible
        if meta.typ is not calamine.SheetTypeEnum.WorkSheet or not visible:
            found.append([meta.name, False, meta.typ is calamine.SheetTypeEnum.WorkSheet, []])
            continue
        sheet = book.get_sheet_by_index(index)
        rows = [[encoded(one) for one in row] for row in sheet.to_python(skip_empty_area=False)]
        found.append([meta.name, True, rows, sheet.merged_cell_ranges or []])
    return found


def limit_memory() -> None:
    """要太多内存的当场失败;没有这个办法的系统(Windows)照读。"""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    except (ImportError, ValueError, OSError):
        return


def main() -> int:
    """读一份,写一份。"""
    limit_memory()
    try:
        found = read(sys.stdin.buffer.read())
    except calamine.PasswordError:
        return LOCKED
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
