"""门房 door:OpenAPI 的每个请求都过这里。故障 → 路径 → 令牌 → 限速 → 配额 → 形状 → 办事 → 写成本族的回答。"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from sandbox.house import House
from sandbox.openapi import mischief
from sandbox.openapi.endpoint import Endpoint
from sandbox.openapi.table import ENDPOINTS
from sandbox.refusal import BadField, NewRefusal, OldRefusal, Refusal
from sandbox.validate import Args, check

TOKEN_HEADER = "x-acs-dingtalk-access-token"
_FIXED = {(e.method, e.path): e for e in ENDPOINTS if "{" not in e.path}
_SHAPED = [(e, e.pattern()) for e in ENDPOINTS if "{" in e.path]
_log = logging.getLogger("sandbox")


@dataclass(frozen=True)
class Asked:
    """一个请求,读进来了。"""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes


def find(method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """找接口与路径参数。旧版接口 GET、POST 都认。"""
    fixed = _FIXED.get((method, path))
    if fixed is None and not path.startswith("/v1.0/"):
        fixed = _FIXED.get(("POST", path)) or _FIXED.get(("GET", path))
    if fixed is not None:
        return fixed, {}
    for endpoint, pattern in _SHAPED:
        hit = pattern.fullmatch(path)
        if hit and endpoint.method == method:
            return endpoint, hit.groupdict()
    return None


async def answer(house: House, request: Request) -> Response:
    """回答一个 OpenAPI 请求。"""
    try:
        raw = await request.body()
    except ClientDisconnect:
        return Response(status_code=499)
    asked = Asked(
        request.method,
        request.url.path,
        dict(parse_qsl(request.url.query, keep_blank_values=True)),
        dict(request.headers),
        raw,
    )
    if house.faults.slow_ms:
        await asyncio.sleep(house.faults.slow_ms / 1000)
    fault = house.faults.answer_for(asked.path)
    request_id = secrets.token_hex(8)
    old = not asked.path.startswith("/v1.0/")
    whole = None if fault and not mischief.after_work(fault) else _work(house, asked, request_id)
    response = whole if fault is None and whole is not None else await mischief.spoil(str(fault), old, whole)
    response.headers["x-acs-request-id"] = request_id
    if house.faults.clock_skew_s:
        response.headers["date"] = mischief.skewed_date(house)
    house.note({"method": asked.method, "path": asked.path, "status": response.status_code, "fault": fault})
    return response


def _work(house: House, asked: Asked, request_id: str) -> Response:
    """办事;拒绝写成本族的样子。"""
    old = not asked.path.startswith("/v1.0/")
    try:
        body = _serve(house, asked)
    except BadField as refusal:
        return _refuse(refusal.old() if old else refusal.new(), request_id)
    except Refusal as refusal:
        return _refuse(refusal, request_id)
    except Exception:
        _log.exception("沙箱自己出错:%s %s", asked.method, asked.path)
        return _refuse(
            OldRefusal(-1, "系统繁忙") if old else NewRefusal(500, "SystemError", "sandbox error"), request_id
        )
    if old:
        body = {"errcode": 0, "errmsg": "ok", "request_id": request_id, **body}
    return JSONResponse(body)


def _refuse(refusal: Refusal, request_id: str) -> Response:
    if isinstance(refusal, NewRefusal):
        return JSONResponse(refusal.body(request_id), refusal.status)
    assert isinstance(refusal, OldRefusal)
    return JSONResponse(refusal.body(request_id))


def _serve(house: House, asked: Asked) -> dict[str, Any]:
    found = find(asked.method, asked.path)
    if found is None:
        raise _unknown(asked)
    endpoint, path_args = found
    if endpoint.token:
        _admit(house, endpoint, asked)
    _allow(house, endpoint)
    args = _args(endpoint, asked)
    return endpoint.answer(house, {**args, **path_args})


def _unknown(asked: Asked) -> Refusal:
    if asked.path.startswith("/v1.0/"):
        return NewRefusal(
            404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."
        )
    return OldRefusal(22, "Invalid method")


def _admit(house: House, endpoint: Endpoint, asked: Asked) -> None:
    """查令牌:新版只认请求头,旧版只认查询串。"""
    if endpoint.family == "new":
        if house.tokens.state(asked.headers.get(TOKEN_HEADER, "")) != "good":
            raise NewRefusal(400, "InvalidAuthentication", "不合法的access_token")
        return
    token = asked.query.get("access_token", "")
    if not token:
        raise OldRefusal(41001, "缺少access_token参数")
    state = house.tokens.state(token)
    if state == "good":
        return
    code, say = (42001, "access_token超时") if state == "expired" else (40014, "不合法的access_token")
    # /topapi 走网关,网关把令牌错误包成 88 + sub_code;其余旧接口直接给码。
    raise OldRefusal(88, say, str(code)) if asked.path.startswith("/topapi/") else OldRefusal(code, say)


def _allow(house: House, endpoint: Endpoint) -> None:
    """限速与月度配额。"""
    new = endpoint.family == "new"
    if not house.meters.within_qps(endpoint.path):
        if new:
            code = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
            raise NewRefusal(403, code, "您的应用调用该接口超过 QPS 限制,请稍后再试")
        raise OldRefusal(90018, "您的应用调用当前接口的频率超过限制,请求被暂时禁用了")
    if endpoint.metered and not house.meters.spend_call():
        if new:
            raise NewRefusal(403, "Forbidden.AccessDenied.ApiCountLimitForOrg", "企业当月 API 调用量已达上限")
        raise OldRefusal(90020, "企业当月 API 调用量已达上限,请升级版本")


def _args(endpoint: Endpoint, asked: Asked) -> Args:
    """取参数:GET 全在查询串;POST/PUT 的正文是 JSON(旧版也可表单)。"""
    old = endpoint.family == "old"
    if asked.method == "GET":
        return check((*endpoint.form, *endpoint.query), dict(asked.query), loose=True)
    given = _body(asked, old)
    out = check(endpoint.form, given, loose=old)
    return {**out, **check(endpoint.query, dict(asked.query), loose=True)}


def _body(asked: Asked, old: bool) -> Args:
    kind = asked.headers.get("content-type", "")
    if old and "application/x-www-form-urlencoded" in kind:
        return dict(parse_qsl(asked.raw.decode(), keep_blank_values=True))
    if not asked.raw:
        return {}
    if "json" not in kind:
        raise (
            OldRefusal(43004, "无效的HTTP HEADER Content-Type")
            if old
            else NewRefusal(415, "UnsupportedMediaType", f"Content-Type {kind or '(none)'} is not supported")
        )
    try:
        body = json.loads(asked.raw)
    except ValueError as error:
        raise BadField("body", "invalid", "must be JSON") from error
    if isinstance(body, list):
        return {"body": body}
    if not isinstance(body, dict):
        raise BadField("body", "invalid", "must be a JSON object")
    return body
