"""读表 sheet in:xlsx、xls、csv 的字节 → 一格一格的值(文字、Decimal、日期);只读值,从不信公式。

先查大小、压缩比与行列,再交给读表的库:一个几百字节的文件也能声称自己有一百七十亿格。
带公式的格与错误值(#N/A)记下位置:里面存的数是上次打开时算的,要不要由用的人定。
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine as calamine

from engine.errors import BadInput
from handlers import sheet_child, sheet_xls

MOST_BYTES = 8 * 1024 * 1024
MOST_UNZIPPED = 160 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 100_000, 500, 3_000_000
ZIP, OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
Value = str | Decimal | date | bool | None
"""一格的值:空为 None;数是 Decimal;日期时刻只留日期。"""
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """一张表:rows 从第 1 行起的各行;merged 合并的区域(行、列从 0 数,两端都含);formulas、errors 是“B5”这样的位置。"""

    name: str
    rows: tuple[tuple[Value, ...], ...]
    merged: tuple[Range, ...] = ()
    formulas: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Book:
    """一份文件:digest 字节的 SHA-256;sheets 看得见的表;hidden 没有读的隐藏表的名字。"""

    name: str
    digest: str
    sheets: tuple[Sheet, ...]
    hidden: tuple[str, ...] = ()
    kind: str = "xlsx"


@dataclass(slots=True)
class _Marks:
    """一张表的 XML 里看到的:公式与错误值的位置,最大的行与列。"""

    formulas: set[str] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)
    rows: int = 0
    columns: int = 0


def digest_of(data: bytes) -> str:
    """文件的指纹:SHA-256。"""
    return hashlib.sha256(data).hexdigest()


def read_book(name: str, data: bytes) -> Book:
    """读一份文件。太大、读不懂、带密码、不是表格,报 BadInput,写明怎么办。"""
    if not data:
        raise BadInput("EMPTY_FILE", "这份文件是空的,没有读到内容。请检查后重新选择文件。")
    if len(data) > MOST_BYTES:
        raise BadInput("FILE_TOO_LARGE", "文件超过 8 MB。请删去图片与用不到的表,或拆成几份再导入。")
    if data.startswith(ZIP):
        return _excel(name, data, "xlsx", _xlsx_marks(data))
    if data.startswith(OLE):
        return _excel(name, data, "xls", _xls_marks(data))
    return _csv(name, data)


def place(row: int, column: int) -> str:
    """位置的写法:行、列从 0 数 → "B5"。"""
    letters, n = "", column + 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


# ── Excel ─────────────────────────────────────────────────────────────

BROKEN = "这份 Excel 读不懂,可能没有存完整。请用 Excel 打开,另存为 xlsx 再导入。"
LOCKED = "这份文件设了打开密码,读不了。请去掉密码另存一份,再导入。"
CHILD = Path(__file__).with_name("sheet_child.py")
MOST_SECONDS = 60
Raw = list[tuple[str, bool, Sequence[Sequence[Any]], Sequence[Range]]]
"""各张表:(名字, 看得见, 各行, 合并区);看不见的没有行。"""


def _excel(name: str, data: bytes, kind: str, marks: dict[int, _Marks]) -> Book:
    found, hidden = [], []
    for index, (title, visible, rows, merged) in enumerate(_read_xls(data) if kind == "xls" else _read_xlsx(data)):
        if not visible:
            hidden.append(title)
        else:
            found.append(_sheet((title, rows, merged), marks.get(index, _Marks())))
    if not found:
        raise BadInput("NO_SHEET", "这份文件里没有看得见的表(隐藏的表不读)。请取消隐藏或换一份文件再导入。")
    return Book(name, digest_of(data), tuple(found), tuple(one for one in hidden if one), kind)


def _read_xlsx(data: bytes) -> Raw:
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found: Raw = []
        for index, meta in enumerate(book.sheets_metadata):
            if meta.typ is not calamine.SheetTypeEnum.WorkSheet:
                found.append(("", False, (), ()))
            elif meta.visible is not calamine.SheetVisibleEnum.Visible:
                found.append((meta.name, False, (), ()))
            else:
                sheet = book.get_sheet_by_index(index)
                rows = [[_value(one) for one in row] for row in sheet.to_python(skip_empty_area=False)]
                found.append((meta.name, True, rows, tuple(sheet.merged_cell_ranges or ())))
    except calamine.PasswordError:
        raise BadInput("FILE_LOCKED", LOCKED) from None
    except (calamine.CalamineError, OSError, ValueError) as problem:
        raise BadInput("BAD_FILE", BROKEN) from problem
    return found


def _read_xls(data: bytes) -> Raw:
    """旧格式另起一个进程读(见 handlers.sheet_child):它坏了不连累服务。"""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(CHILD)], input=data, capture_output=True, timeout=MOST_SECONDS, check=False
        )
        if done.returncode == sheet_child.LOCKED:
            raise BadInput("FILE_LOCKED", LOCKED)
        if done.returncode != 0:
            raise BadInput("BAD_FILE", BROKEN)
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as problem:
        raise BadInput("BAD_FILE", BROKEN) from problem
    return [
        (title, True, [[_decoded_cell(one) for one in row] for row in rows], merged)
        if visible
        else (title if rows else "", False, (), ())  # 图表一类不是表的,rows 为假,不必报名字
        for title, visible, rows, merged in found
    ]


def _decoded_cell(one: Any) -> Value:
    """另一个进程写的一格 → 值。"""
    if isinstance(one, list):
        kind, text = one
        return date.fromisoformat(text) if kind == "d" else _value(float(text) if kind == "n" else text)
    return _value(one) if isinstance(one, str) else one


def _sheet(found: tuple[str, Sequence[Sequence[Any]], Sequence[Any]], marks: _Marks) -> Sheet:
    name, given, merged = found
    if len(given) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in given[:1]):
        raise _too_wide(name)
    rows = [tuple(row) for row in given]
    while rows and not any(one is not None for one in rows[-1]):
        rows.pop()
    ranges = tuple(((top, left), (bottom, right)) for (top, left), (bottom, right) in merged)
    return Sheet(name, tuple(rows), ranges, frozenset(marks.formulas), frozenset(marks.errors))


def _too_wide(name: str) -> BadInput:
    say = f"“{name}”超过 {MOST_ROWS:,} 行或 {MOST_COLUMNS} 列。请删去空的行列,或拆成几份再导入。"
    return BadInput("SHEET_TOO_LARGE", say)


def _value(raw: Any) -> Value:
    """库给的值 → 我们的值。浮点数按 repr 成 Decimal,一位也不多。"""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, float | int):
        number = Decimal(repr(raw))
        return number if number.is_finite() else None
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw)
    return text if text.strip() else None


_CELL = re.compile(rb"<(?:\w{1,20}:)?c\b([^<>]{0,400})>\s{0,20}(<(?:\w{1,20}:)?f\b)?")
_EMPTY_CELL = re.compile(rb"<(?:\w{1,20}:)?c\b([^<>]{0,400})/>")
_WHERE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_ERROR = re.compile(rb"""\bt=["']e["']""")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


def _xlsx_marks(data: bytes) -> dict[int, _Marks]:
    """先把压缩包看一遍:解开有多大、每张表到第几行第几列、哪些格是公式或错误值;表的次序按工作簿里写的。"""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            whole = sum(one.file_size for one in archive.infolist())
            if whole > MOST_UNZIPPED or len(archive.infolist()) > 5000:
                raise BadInput("FILE_TOO_LARGE", "这份文件解开之后太大,没有读。请只留要导入的表,另存一份再导入。")
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                raise BadInput("BAD_FILE", "这不是 Excel 工作簿(xlsx)。请用 Excel 另存为 xlsx 再导入。")
            order = _sheet_files(archive, names)
            return {index: _scan(archive, one) for index, one in enumerate(order) if one in names}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as problem:
        raise BadInput("BAD_FILE", "这份 Excel 没有存完整,读不了。请用 Excel 打开,另存为 xlsx 再导入。") from problem


_ENTRY = re.compile(rb"<(?:\w{1,20}:)?sheet\b[^<>]{0,2000}?\b\w{1,20}:id=[\"']([^\"']{1,100})[\"']")
_REL = re.compile(rb"<(?:\w{1,20}:)?Relationship\b[^<>]{0,4000}>")
_ATTR = re.compile(rb"""\b(Id|Target)=["']([^"']{1,500})["']""")


def _sheet_files(archive: zipfile.ZipFile, names: list[str]) -> list[str]:
    """工作簿里第几张表是哪个文件。"""
    links: dict[bytes, str] = {}
    if "xl/_rels/workbook.xml.rels" in names:
        for entry in _REL.findall(archive.read("xl/_rels/workbook.xml.rels")):
            found = dict(_ATTR.findall(entry))
            target = found.get(b"Target", b"").decode("utf-8", "replace")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            links[found.get(b"Id", b"")] = path
    order = [links.get(mark, "") for mark in _ENTRY.findall(archive.read("xl/workbook.xml"))]
    return order or sorted(one for one in names if _SHEET.fullmatch(one))


def _scan(archive: zipfile.ZipFile, name: str) -> _Marks:
    text, marks = archive.read(name), _Marks()
    for pattern in (_CELL, _EMPTY_CELL):
        for found in pattern.finditer(text):
            where = _WHERE.search(found.group(1))
            if where is None:
                continue
            letters, row = where.group(1).decode(), int(where.group(2))
            marks.rows, marks.columns = max(marks.rows, row), max(marks.columns, _column(letters))
            if pattern is _CELL and found.group(2):
                marks.formulas.add(f"{letters}{row}")
            if _ERROR.search(found.group(1)):
                marks.errors.add(f"{letters}{row}")
    _check_size(marks)
    return marks


def _xls_marks(data: bytes) -> dict[int, _Marks]:
    """旧格式也先看一遍。"""
    found: dict[int, _Marks] = {}
    for index, seen in enumerate(sheet_xls.look(data)):
        found[index] = _Marks(
            {place(*one) for one in seen.formulas}, {place(*one) for one in seen.errors}, seen.rows, seen.columns
        )
        _check_size(found[index])
    return found


def _check_size(marks: _Marks) -> None:
    if marks.rows > MOST_ROWS or marks.columns > MOST_COLUMNS or marks.rows * marks.columns > MOST_CELLS:
        raise _too_wide("表")


def _column(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number


# ── 文字 ──────────────────────────────────────────────────────────────


def _csv(name: str, data: bytes) -> Book:
    text = _decoded(data)
    head = text[:4096].lstrip().lower()
    if head.startswith(("<!doctype", "<html", "<table", "<?xml", "<meta")):
        raise BadInput("NOT_A_SHEET", "这是网页格式的表(有些系统导出的 xls 就是)。请用 Excel 打开,另存为 xlsx 再导入。")
    if "\0" in text:
        raise BadInput("BAD_FILE", "这不是表格文件。请选择 xlsx、xls 或 csv。")
    first = text[:4096]
    delimiter = max((",", "\t", ";"), key=first.count)
    try:
        rows = _bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), name)
    except csv.Error as problem:
        raise BadInput("BAD_FILE", "这份 csv 读不懂(引号没有成对,或一格太长)。请用 Excel 打开检查后另存。") from problem
    return Book(name, digest_of(data), (Sheet("csv", tuple(rows)),), (), "csv")


def _bounded(lines: Iterable[list[str]], name: str) -> list[tuple[Value, ...]]:
    rows: list[tuple[Value, ...]] = []
    cells = 0
    for line in lines:
        cells += len(line)
        if len(rows) >= MOST_ROWS or len(line) > MOST_COLUMNS or cells > MOST_CELLS:
            raise _too_wide(name)
        rows.append(tuple(one if one.strip() else None for one in line))
    return rows


def _decoded(data: bytes) -> str:
    """UTF-8(可带 BOM)、UTF-16(带 BOM),否则按 GBK(GB18030)。"""
    ways = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for way in ways:
        try:
            return data.decode(way)
        except UnicodeDecodeError:
            continue
    raise BadInput("BAD_ENCODING", "这份文件的文字编码认不出来。请用 Excel 打开,另存为 xlsx 再导入。")
