"""捣乱 mischief:故障开关要求的坏回答。"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.house import House

PAGE = "<html><head><title>访问被拦截</title></head><body><h1>很抱歉,您的访问被拦截</h1></body></html>"
_PLAIN = {"500": 500, "503": 503, "504": 504, "401": 401}
_NEW: dict[str, tuple[int, str, str]] = {
    "qps": (403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "您的应用调用该接口超过 QPS 限制"),
    "quota": (403, "Forbidden.AccessDenied.ApiCountLimitForOrg", "企业当月 API 调用量已达上限"),
    "403": (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", "应用尚未开通所需的权限"),
    "busy": (503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."),
    "500": (500, "SystemError", "系统异常"),
    "503": (503, "ServiceUnavailable", "服务暂不可用"),
    "504": (504, "GatewayTimeout", "upstream timeout"),
    "401": (401, "Unauthorized", "鉴权失败"),
}
_OLD = {
    "qps": (90018, "您的应用调用当前接口的频率超过限制,请求被暂时禁用了"),
    "quota": (90020, "企业当月 API 调用量已达上限"),
    "403": (60011, "没有调用该接口的权限"),
    "busy": (-1, "系统繁忙"),
}


def after_work(kind: str) -> bool:
    """这种毛病出在办完事之后(事已办,回答坏了)。"""
    return kind in ("truncated", "hang")


async def spoil(kind: str, old: bool, whole: Response | None) -> Response:
    """坏回答;whole 是办完事的好回答(只有 after_work 的有)。"""
    if kind == "hang":
        await asyncio.sleep(30)
        return Response(status_code=504)
    if kind == "truncated":
        body = bytes(whole.body) if whole is not None else b"{}"
        return Response(body[: max(1, len(body) // 2)], media_type="application/json")
    if kind == "html":
        return Response(PAGE, media_type="text/html; charset=utf-8")
    if kind == "502":
        return Response(PAGE, 502, media_type="text/html; charset=utf-8")
    if kind == "empty":
        return Response(b"", media_type="application/json")
    if kind == "1111":
        return JSONResponse({"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "sandbox"})
    if kind == "429":
        body_429 = json.dumps({"code": "Throttling", "message": "请求过于频繁"}, ensure_ascii=False)
        return Response(body_429, 429, headers={"retry-after": "1"}, media_type="application/json")
    return _refusal(kind, old)


def _refusal(kind: str, old: bool) -> Response:
    if old and kind in _OLD:
        code, say = _OLD[kind]
        return JSONResponse({"errcode": code, "errmsg": say, "request_id": "sandbox"})
    if old:
        return Response(PAGE, _PLAIN[kind], media_type="text/html; charset=utf-8")
    status, name, say = _NEW[kind]
    body: dict[str, Any] = {"code": name, "message": say, "requestid": "sandbox"}
    return JSONResponse(body, status)


def skewed_date(house: House) -> str:
    """按偏差写的 Date 头。"""
    at = house.clock.now() + timedelta(seconds=house.faults.clock_skew_s)
    return format_datetime(at.astimezone(UTC), usegmt=True)
