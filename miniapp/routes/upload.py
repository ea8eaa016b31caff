"""上传 upload:页面上传来的文件与几项字 → 导入的命令。"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, File, Form, UploadFile
from starlette.responses import Response

from engine.errors import BadInput
from handlers.inputs_shapes import FileBack, ImportFile, Upload
from handlers.sheet_in import MOST_BYTES
from miniapp.visit import Text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_form(
    kind: Text = "",
    period: Text = "",
    reason: Text = "",
    repeat: Text = "refuse",
    seen: Text = "",
    head: Annotated[list[str] | None, Form()] = None,
    target: Annotated[list[str] | None, Form()] = None,
    file: Annotated[UploadFile | None, File()] = None,
) -> ImportFile:
    """表单 → 导入的命令;head 与 target 一一对应(旧工资表的列)。没有选文件报 NO_FILE。"""
    if file is None or not file.filename:
        raise BadInput("NO_FILE", "请先选择一份文件(xlsx、xls 或 csv)。")
    data = file.file.read(MOST_BYTES + 1)
    pairs = tuple((h, t) for h, t in zip(head or [], target or [], strict=False) if t)
    return ImportFile(kind, period.strip(), Upload.of(file.filename, data), reason, repeat or "refuse", seen, pairs)


ImportForm = Annotated[ImportFile, Depends(import_form)]


def file_back(found: FileBack) -> Response:
    """给人下载的文件;名字用 UTF-8 写。"""
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"}
    return Response(found.data(), media_type=XLSX, headers=headers)
