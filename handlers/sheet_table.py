"""表格 sheet table:从办公室的 Excel 里认出表头与数据行:合并的表头、空行、合计行、表尾的签字行都认得。

表头在前 30 行里找,认得的列名最多的一行为准(两层表头取下面一层,重名的带上面一层:“单位/养老”)。
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from engine.errors import BadInput
from handlers.sheet_in import Book, Range, Sheet, Value, place
from handlers.sheet_values import text_of

LOOK_ROWS = 30
TOTALS = ("合计", "总计", "小计", "共计", "总额", "平均", "本页合计", "汇总")
FOOTER = re.compile(r"(?:制表|审核|复核|批准|填表|经办|签字|签名|总经理|财务|部门负责人|备注|说明|注)[^:]{0,8}:")
"""表尾的签字行、说明行:词后面有冒号;“财务部”这样的部门名不算。"""


@dataclass(frozen=True, slots=True)
class Cell:
    """一格:value 值;at 位置“B5”;formula 是公式;error 是错误值;merged 与上面或左边合并、值不在这一格。"""

    value: Value
    at: str
    formula: bool = False
    error: bool = False
    merged: bool = False

    @property
    def text(self) -> str:
        """文字。"""
        return text_of(self.value)

    @property
    def blank(self) -> bool:
        """空的(错误值与公式不算空)。"""
        return not self.text and not self.error and not self.formula


@dataclass(frozen=True, slots=True)
class Row:
    """一行:number 第几行(从 1 数);cells 按列的次序。"""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """认出来的表:columns 列名(与 cells 同序,没有名字的为空);header 表头在第几行;totals 合计行;skipped 略过的行与原因;uppers 上面一层的列名。"""

    book: Book
    sheet: Sheet
    columns: tuple[str, ...]
    header: int
    rows: tuple[Row, ...]
    totals: tuple[Row, ...] = ()
    skipped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    uppers: tuple[str, ...] = ()


def plain_name(text: str) -> str:
    """列名比较时用:去掉空白、括号里的单位(“金额(元)”就是“金额”)与必填的星号。"""
    folded = text_of(text).replace(" ", "").replace("*", "").replace("\n", "")
    for tail in ("(元)", "(人民币)", "(¥)", "(RMB)", "(rmb)"):
        folded = folded.removesuffix(tail)
    return folded


def find_table(book: Book, known: Collection[str], needs: Callable[[Collection[str]], bool], say: str) -> Table:
    """在看得见的表里找表头:known 认得的列名(plain_name 之后),needs(有的列名) 够不够;都不够报 NO_HEADER,say 说要哪几列。

    几张表都像的,报 MANY_SHEETS(不猜)。
    """
    found = [(sheet, at) for sheet in book.sheets if (at := _header(sheet, known, needs)) is not None]
    if not found:
        hidden = f"(隐藏的表没有读:{'、'.join(book.hidden)})" if book.hidden else ""
        raise BadInput("NO_HEADER", f"没有认出表头{hidden}。{say}")
    if len(found) > 1:
        names = "、".join(f"“{sheet.name}”" for sheet, _ in found)
        raise BadInput(
            "MANY_SHEETS", f"这份文件里有 {len(found)} 张表都像要导入的:{names}。请只留一张,另存一份再导入。"
        )
    sheet, at = found[0]
    return _table(book, sheet, at)


def _filled(sheet: Sheet, row: int) -> list[str]:
    """表头的一行:合并的区域里每一格都填上字。"""
    if row < 0 or row >= len(sheet.rows):
        return []
    out = [text_of(one) for one in sheet.rows[row]]
    for (top, left), (bottom, right) in sheet.merged:
        if top <= row <= bottom and top < len(sheet.rows):
            text = text_of(_get(sheet, top, left))
            for column in range(left, min(right + 1, len(out))):
                out[column] = text
    return out


def _get(sheet: Sheet, row: int, column: int) -> Value:
    cells = sheet.rows[row] if row < len(sheet.rows) else ()
    return cells[column] if column < len(cells) else None


def _header(sheet: Sheet, known: Collection[str], needs: Callable[[Collection[str]], bool]) -> int | None:
    best, where = 0, None
    for row in range(min(LOOK_ROWS, len(sheet.rows))):
        names = {plain_name(one) for one in _filled(sheet, row)} & set(known)
        if needs(names) and len(names) >= best:
            best, where = len(names), row
    return where


def _table(book: Book, sheet: Sheet, header: int) -> Table:
    columns = _columns(sheet, header)
    covered = _covered(sheet.merged, header)
    rows: list[Row] = []
    totals: list[Row] = []
    skipped: list[str] = []
    for number in range(header + 1, len(sheet.rows)):
        row = _row(sheet, number, len(columns), covered)
        if all(one.blank for one in row.cells):
            continue
        first = next(one.text for one in row.cells if not one.blank).replace(" ", "")
        if first.startswith(TOTALS) or any(_bare(one).endswith(TOTALS[:4]) for one in row.cells[:4]):
            totals.append(row)
        elif FOOTER.match(first) or _same_header(row, columns):
            skipped.append(f"第 {row.number} 行“{first[:12]}”不是数据,没有读")
        else:
            rows.append(row)
    notes = (f"隐藏的表没有读:{'、'.join(book.hidden)}",) if book.hidden else ()
    uppers = tuple(plain_name(one) for one in _filled(sheet, header - 1))
    return Table(book, sheet, columns, header + 1, tuple(rows), tuple(totals), tuple(skipped), notes, uppers)


def _bare(cell: Cell) -> str:
    return cell.text.replace(" ", "").rstrip(":") if isinstance(cell.value, str) else ""


def _same_header(row: Row, columns: tuple[str, ...]) -> bool:
    """每页重复打印的表头。"""
    names = [plain_name(one.text) for one in row.cells if not one.blank]
    return len(names) >= 2 and set(names) <= {one.rpartition("/")[2] for one in columns}


def _columns(sheet: Sheet, header: int) -> tuple[str, ...]:
    """列名:下面一层没有字的用上面一层;重名的带上面一层;还重名的不收。"""
    lower, upper = _filled(sheet, header), _filled(sheet, header - 1)
    upper += [""] * (len(lower) - len(upper))
    names = [plain_name(low or up) for low, up in zip(lower, upper, strict=False)]
    whole = [
        f"{plain_name(up)}/{name}" if names.count(name) > 1 and name and plain_name(up) not in ("", name) else name
        for name, up in zip(names, upper, strict=False)
    ]
    twice = sorted({name for name in whole if name and whole.count(name) > 1})
    if twice:
        at = "、".join(place(header, i) for i, name in enumerate(whole) if name == twice[0])
        raise BadInput("SAME_HEADER", f"表头里有两列都叫“{twice[0]}”({at})。请把其中一列改个名字再导入。")
    return tuple(whole)


def _covered(merged: tuple[Range, ...], header: int) -> dict[tuple[int, int], tuple[int, int]]:
    """数据区里被合并盖住的格 → 值所在的格。"""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for (top, left), (bottom, right) in merged:
        if bottom <= header or (bottom - top + 1) * (right - left + 1) > 10_000:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    found[row, column] = (top, left)
    return found


def _row(sheet: Sheet, number: int, width: int, covered: dict[tuple[int, int], tuple[int, int]]) -> Row:
    cells = []
    for column in range(width):
        at, home = place(number, column), covered.get((number, column))
        value = _get(sheet, number, column) if home is None else _get(sheet, *home)
        if home is not None and home[0] == number:
            value = None  # 横着合并的,值只算在第一格
        cells.append(Cell(value, at, at in sheet.formulas, at in sheet.errors, home is not None and value is not None))
    return Row(number + 1, tuple(cells))
