"""旧格式的表 sheet xls:xls(BIFF8)里哪些格是公式、哪些是错误值,到第几行第几列;读表的库把错误值读成空,不看一眼就漏了一笔。

只认这几种记录:BOUNDSHEET8(0x85)、FORMULA(0x06)、BOOLERR(0x205)、BOF(0x809)、EOF(0x0A);结构见 [MS-XLS]、[MS-CFB]。
看不懂的结构不猜:给空的结果,由读表的库去说。
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

FREE, END = 0xFFFFFFFF, 0xFFFFFFFE
BOUND_SHEET, FORMULA, BOOL_ERROR, BOF, EOF = 0x85, 0x06, 0x205, 0x809, 0x0A
CELLS = frozenset({0x06, 0x205, 0x203, 0x27E, 0xFD, 0x204, 0xBD, 0xBE, 0x201})
"""开头是(行, 列)的格记录:公式、真假与错误、数、压缩的数、文字、旧文字、几个连着的、空格。"""
NAMES = ("Workbook", "Book")


@dataclass(slots=True)
class Seen:
    """一张表里看到的:公式与错误值的位置(行、列从 0 数),最大的行与列(从 1 数)。"""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    rows: int = 0
    columns: int = 0


def look(data: bytes) -> list[Seen]:
    """各张表,按工作簿里的次序。"""
    try:
        stream = _workbook(data)
        starts = [struct.unpack_from("<I", body)[0] for code, body in _records(stream, 0) if code == BOUND_SHEET]
        return [_sheet(stream, start) for start in starts]
    except (struct.error, IndexError):
        return []


def _sheet(stream: bytes, start: int) -> Seen:
    seen = Seen()
    for code, body in _records(stream, start):
        if code not in CELLS or len(body) < 4:
            continue
        row, column = struct.unpack_from("<HH", body)
        seen.rows, seen.columns = max(seen.rows, row + 1), max(seen.columns, column + 1)
        if code == FORMULA:
            seen.formulas.add((row, column))
            if len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff":
                seen.errors.add((row, column))
        elif code == BOOL_ERROR and len(body) >= 8 and body[7] == 1:
            seen.errors.add((row, column))
    return seen


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """从 at 起的一段:到这一段自己的 EOF 为止(里面嵌着的图表段跳过)。"""
    depth = 0
    while at + 4 <= len(stream):
        code, size = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if code == BOF:
            depth += 1
        elif code == EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield code, body


def _workbook(data: bytes) -> bytes:
    """复合文档里的 Workbook 流。"""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    small = 1 << struct.unpack_from("<H", data, 32)[0]
    first_directory, cutoff = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 56)[0]
    if size not in (512, 4096) or small != 64:
        return b""
    table = _allocation(data, size)
    directory = _chain(data, table, first_directory, size)
    root, found = b"", b""
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        length = struct.unpack_from("<H", entry, 64)[0]
        name = entry[: max(0, length - 2)].decode("utf-16-le", "replace")
        if entry[66] == 5:
            root = entry
        elif entry[66] == 2 and name in NAMES and not found:
            found = entry
    if not found:
        return b""
    start, whole = struct.unpack_from("<I", found, 116)[0], struct.unpack_from("<I", found, 120)[0]
    if whole >= cutoff:
        return _chain(data, table, start, size)[:whole]
    inner = _chain(data, table, struct.unpack_from("<I", root, 116)[0], size)
    short = _words(_chain(data, table, struct.unpack_from("<I", data, 60)[0], size))
    return _chain(b"\0" * small + inner, short, start, small)[:whole]


def _allocation(data: bytes, size: int) -> list[int]:
    """扇区分配表:头里的 109 个,再加续表。"""
    sectors = [one for one in struct.unpack_from("<109I", data, 76) if one < END]
    more, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, 10_000)):
        if more >= END:
            break
        words = _words(data[(more + 1) * size : (more + 2) * size])
        sectors += [one for one in words[:-1] if one < END]
        more = words[-1]
    return [word for one in sectors for word in _words(data[(one + 1) * size : (one + 2) * size])]


def _words(block: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))


def _chain(data: bytes, table: list[int], start: int, size: int) -> bytes:
    """一串扇区连起来;绕圈的到文件那么长为止。"""
    found: list[bytes] = []
    most = len(data) // size + 1
    while start < len(table) and len(found) < most:
        found.append(data[(start + 1) * size : (start + 2) * size])
        start = table[start]
    return b"".join(found)
