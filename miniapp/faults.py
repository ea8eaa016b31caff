"""出错 faults:我们的错误各有状态码与一句话;没想到的错给一个编号,话客气,细节只进日志。"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import (
    BadInput,
    Conflict,
    EhrError,
    NotAllowed,
    NotFound,
    NotReady,
    RuleBroken,
    Unavailable,
    Unclear,
)
from miniapp import words
from miniapp.session import COOKIE
from miniapp.visit import LoginNeeded, enter_path, house_of, render

LOG = logging.getLogger("ehr.miniapp")
STATUS: tuple[tuple[type[EhrError], int], ...] = (
    (NotAllowed, 403),
    (NotFound, 404),
    (RuleBroken, 409),
    (Conflict, 409),
    (NotReady, 409),
    (BadInput, 422),
    (Unclear, 422),
    (Unavailable, 503),
)
TITLES = {403: "没有权限", 404: "没有找到", 409: "没有办成", 422: "请改一下再提交", 503: "请稍后再试", 500: "没能打开"}


def status_of(error: EhrError) -> int:
    """错误 → HTTP 状态码。"""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 409)


def is_api(request: Request) -> bool:
    """给程序用的请求:回 JSON。"""
    return request.url.path.startswith("/api/") or request.url.path == "/m/login"


def answer(request: Request, status: int, code: str, say: str) -> Response:
    """按来的是谁,回 JSON、一块、或一整页。"""
    if is_api(request):
        return JSONResponse({"error": code, "say": say}, status)
    house = house_of(request)
    if request.headers.get("hx-request") == "true":
        return HTMLResponse(house.pages.html("parts/said.html", {"say": say, "tone": "bad"}), status)
    back = getattr(request.state, "back", "/m/")
    context = {"title": TITLES.get(status, "没有办成"), "say": say, "code": code, "back": back}
    return render(house, request, "error.html", context, status)


def on_ehr_error(request: Request, error: Exception) -> Response:
    """我们的错误。"""
    assert isinstance(error, EhrError)
    return answer(request, status_of(error), error.code, error.say)


def on_login_needed(request: Request, error: Exception) -> Response:
    """没登录:页面去免登,接口回 401,htmx 整页跳转。"""
    assert isinstance(error, LoginNeeded)
    if is_api(request):
        return JSONResponse({"error": "LOGIN_NEEDED", "say": words.NEEDS_LOGIN}, 401)
    if request.headers.get("hx-request") == "true":
        return Response(headers={"hx-redirect": enter_path(getattr(request.state, "back", "/m/"))})
    if request.method in ("GET", "HEAD"):
        return RedirectResponse(enter_path(error.to), 303)
    response = RedirectResponse(enter_path(getattr(request.state, "back", "/m/")), 303)
    house_of(request).sessions.tell(response, words.LOGIN_AGAIN, "wait")
    return response


def on_bad_form(request: Request, error: Exception) -> Response:
    """字段缺了或类型不对;地址里的编号不对等于没有这一页。"""
    assert isinstance(error, RequestValidationError)
    if error.errors() and all(one["loc"][0] == "path" for one in error.errors()):
        return answer(request, 404, "NO_PAGE", words.NOT_HERE)
    return answer(request, 422, "BAD_FORM", words.BAD_FORM)


def on_http(request: Request, error: Exception) -> Response:
    """没有这个地址、方法不对。"""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return answer(request, 404, "NO_PAGE", words.NOT_HERE)
    return answer(request, error.status_code, "BAD_REQUEST", words.BAD_FORM)


HANDLERS: tuple[tuple[type[Exception], Callable[[Request, Exception], Response]], ...] = (
    (EhrError, on_ehr_error),
    (LoginNeeded, on_login_needed),
    (RequestValidationError, on_bad_form),
    (HTTPException, on_http),
)


def install(app: FastAPI) -> None:
    """装上。"""
    for kind, handler in HANDLERS:
        app.add_exception_handler(kind, handler)


class Net:
    """最外的一张网:没想到的错(bug)变成带编号的页面,并写进日志。"""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http":
                raise
            number = secrets.token_hex(4)
            LOG.exception("页面出错 %s %s %s", number, scope["method"], scope["path"])
            if started:
                return
            request = Request(scope, receive)
            response = answer(request, 500, "BUG", f"{words.BUG}(错误编号 {number})")
            await response(scope, receive, send)


class Renew:
    """还在用的会话往后续:在任何一种回应上写 cookie(包括跳转)。"""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def renewed(message: Message) -> None:
            session = scope.get("state", {}).get("session")
            if message["type"] == "http.response.start" and session is not None:
                carrier = Response()
                house_of(Request(scope)).sessions.keep(carrier, session)
                message["headers"] = [*message["headers"], *_cookies(carrier, message)]
            await send(message)

        await self.app(scope, receive, renewed)


def _cookies(carrier: Response, message: Message) -> list[tuple[bytes, bytes]]:
    """要加的 cookie 头;回应自己已经写了会话就不加。"""
    own = any(k == b"set-cookie" and v.startswith(COOKIE.encode() + b"=") for k, v in message["headers"])
    return [] if own else [(k, v) for k, v in carrier.raw_headers if k == b"set-cookie"]
