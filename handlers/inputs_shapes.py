"""导入的样子 inputs shapes:上传的文件、读出来的问题、先看一看的结果、一批导入;各种导入共用。"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime

from engine.errors import BadInput


@dataclass(frozen=True, slots=True)
class Upload:
    """上传的一份文件:name 文件名;content 字节的 base64 文字(命令与接口都写成 JSON)。"""

    name: str
    content: str

    @classmethod
    def of(cls, name: str, data: bytes) -> Upload:
        """由字节做成。"""
        return cls(name[-120:], base64.b64encode(data).decode())

    def data(self) -> bytes:
        """字节;不是 base64 报 BAD_FILE。"""
        try:
            return base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError):
            raise BadInput("BAD_FILE", "文件在传送时坏了,没有读到。请重新选择文件再试。") from None


@dataclass(frozen=True, slots=True)
class ImportFile:
    """导入一份文件。kind 哪一种(见 inputs_batch.KINDS);period 哪个月("2026-11";个税期初是年 "2026")。

    seen 是您先看的那份的摘要;reason 表里没写事由时用;mapping 列名 → 我们的项目(旧工资表、历史工资要);
    repeat 已有同一个人同一个项目时:refuse 不收 | add 另加一笔 | replace 换掉。
    """

    kind: str
    period: str
    upload: Upload
    reason: str = ""
    repeat: str = "refuse"
    seen: str = ""
    mapping: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """一处问题:at 位置(“B5”;整行写“第 5 行”);row 第几行(0 为整份文件);say 是什么、怎么改。"""

    at: str
    row: int
    say: str


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """会写下的一笔:show 写成 "¥1,100.00" 或 "3 个",amount 给程序用;before 现在已有的(空为没有)。"""

    person_id: int
    name: str
    label: str
    show: str
    amount: str
    place: str
    reason: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class ItemTotal:
    """一个项目的合计:people 几个人,show 合计。"""

    label: str
    people: int
    show: str
    amount: str


@dataclass(frozen=True, slots=True)
class Preview:
    """先看一看:什么也没写。faults 空才能导入;already 非空是这份文件导入过(谁、什么时候)。"""

    kind: str
    period: str
    file_name: str
    digest: str
    lines: tuple[PreviewLine, ...]
    totals: tuple[ItemTotal, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()
    already: str = ""
    repeat: str = "refuse"


@dataclass(frozen=True, slots=True)
class BatchView:
    """一批导入。state_label 状态的话;can 这位此刻能做的(confirm、undo);kind_label 哪一种。"""

    batch_id: int
    kind: str
    kind_label: str
    period: str
    file_name: str
    digest: str
    rows: int
    state: str
    state_label: str
    imported_by: str
    imported_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    undone_by: str
    undone_reason: str
    can: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class OneBatch:
    """一批导入。"""

    batch_id: int


@dataclass(frozen=True, slots=True)
class UndoBatch:
    """撤回一批:理由要写。"""

    batch_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class FileBack:
    """给人下载的一份文件:content 字节的 base64 文字。"""

    name: str
    content: str

    def data(self) -> bytes:
        """字节。"""
        return base64.b64decode(self.content)


@dataclass(slots=True)
class Notes:
    """一边读一边记:faults 问题,notes 要人知道的。"""

    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, at: str, row: int, say: str) -> None:
        """记一处问题。"""
        self.faults.append(Fault(at, row, say))
