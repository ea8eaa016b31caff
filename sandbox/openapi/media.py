"""素材接口 media:上传图片、语音、文件,得到 media_id。"""

from __future__ import annotations

import secrets
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from sandbox.house import House
from sandbox.refusal import OldRefusal

_KINDS = {"image": 20, "voice": 2, "file": 20, "video": 20}


async def upload(house: House, request: Request) -> dict[str, Any]:
    """multipart 的 media;大小按类型限(MB)。"""
    try:
        return await _take(house, request)
    except OldRefusal as refusal:
        return refusal.body(secrets.token_hex(6))


async def _take(house: House, request: Request) -> dict[str, Any]:
    state = house.tokens.state(request.query_params.get("access_token", ""))
    if state != "good":
        raise OldRefusal(42001 if state == "expired" else 40014, "不合法的access_token")
    async with request.form() as form:
        kind = str(request.query_params.get("type") or form.get("type") or "")
        media = form.get("media")
        if kind not in _KINDS or not isinstance(media, UploadFile):
            raise OldRefusal(40035, "缺少参数 type 或 media")
        body = await media.read()
        if len(body) > _KINDS[kind] * 1024 * 1024:
            raise OldRefusal(40004, "文件太大")
        media_id = "@" + secrets.token_urlsafe(24)
        house.media[media_id] = (media.content_type or "application/octet-stream", body)
    return {
        "errcode": 0,
        "errmsg": "ok",
        "media_id": media_id,
        "created_at": house.clock.ms(),
        "type": kind,
    }
