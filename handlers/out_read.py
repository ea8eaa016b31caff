"""读文件 out read:上传的 xlsx、xls、csv 读成一行行文字;给收款账户与客户端结果的读入用。

从不算公式,只取存下的值;整数不带 .0,小数照最短的写法,不经过别的取整;太大的、打不开的,说清楚。
"""

from __future__ import annotations

import base64
import binascii
import csv
import hashlib
import io
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import python_calamine

from engine.errors import BadInput
from engine.money import Money

LARGEST = 6 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 20_000, 200


@dataclass(frozen=True, slots=True)
class Upload:
    """上传的一份文件:name 文件名,content 内容的 base64。"""

    name: str
    content: str

    def data(self) -> bytes:
        """内容;太大或读不成报 BadInput。"""
        try:
            found = base64.b64decode(self.content, validate=True)
        except binascii.Error:
            raise BadInput("BAD_FILE", "文件没有传完整。请重新选择文件再试。") from None
        if not found:
            raise BadInput("EMPTY_FILE", "文件是空的。请重新选择文件再试。")
        if len(found) > LARGEST:
            raise BadInput("FILE_TOO_LARGE", f"文件超过 {LARGEST // 1024 // 1024} MB。请去掉图片和用不到的工作表再试。")
        return found


def upload_of(name: str, data: bytes) -> Upload:
    """一份文件 → 上传的样子。"""
    return Upload(name, base64.b64encode(data).decode("ascii"))


def digest_of(upload: Upload) -> str:
    """内容的 SHA-256。"""
    return hashlib.sha256(upload.data()).hexdigest()


def rows_of(upload: Upload) -> list[list[str]]:
    """第一张看得见的、有内容的工作表(或整个 csv)的各行,每格是去掉头尾空白的文字。"""
    data = upload.data()
    rows = _csv(data) if upload.name.lower().endswith(".csv") else _excel(data)
    if len(rows) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in rows):
        raise BadInput("FILE_TOO_LARGE", f"表格超过 {MOST_ROWS} 行或 {MOST_COLUMNS} 列。请只留要用的部分再试。")
    return rows


def _excel(data: bytes) -> list[list[str]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        seen = [meta.name for meta in book.sheets_metadata if meta.visible is python_calamine.SheetVisibleEnum.Visible]
        for name in seen or book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
                raise BadInput("FILE_TOO_LARGE", f"表格超过 {MOST_ROWS} 行或 {MOST_COLUMNS} 列。请只留要用的部分再试。")
            rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            if any(any(row) for row in rows):
                return rows
    except (python_calamine.CalamineError, OSError, ValueError):
        raise BadInput("BAD_FILE", "这个文件打不开,它可能不是 Excel,或设了密码。请另存为 .xlsx 再试。") from None
    return []


def _csv(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [[_clean(cell) for cell in row] for row in csv.reader(io.StringIO(text))]
    raise BadInput("BAD_FILE", "这个 csv 的编码认不得。请另存为 UTF-8 或 GBK 的 csv,或 .xlsx 再试。")


def _text(cell: object) -> str:
    if isinstance(cell, float):
        whole = Decimal(repr(cell))
        return str(int(whole)) if whole == whole.to_integral_value() else f"{whole:f}"
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return _clean(str(cell))


def _clean(text: str) -> str:
    return text.strip().removeprefix("'").strip()


def title_of(text: str) -> str:
    """列名认同一个:全角变半角,不看空格、换行、星号。"""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("*", "")


def money_in(text: str, where: str) -> Money:
    """一格金额:"1,234.50"、"¥1234.5"、"-" 都认;认不得报 BadInput 并指出是哪一格。"""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("¥", "").strip()
    if plain in ("", "-", "--"):
        return Money(0)
    try:
        return Money.of(Decimal(plain))
    except (InvalidOperation, ValueError):
        raise BadInput("BAD_AMOUNT", f"{where}的“{text}”不是两位小数以内的金额。请改好再试。") from None
