"""服务 server:一个端口上的全部路径。OpenAPI 与长连接、会话 webhook、控制接口、聊天页、小程序代理。"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox import control, ding
from sandbox.gateway import Receive, Scope, Send
from sandbox.house import House
from sandbox.openapi import door, media, mischief
from sandbox.openapi.messages import by_session
from sandbox.proxy import Proxy
from sandbox.refusal import BadField, OldRefusal, SayRefusal
from sandbox.talk import person_of

HERE = Path(__file__).parent
PAGE = HERE / "page"
_OPENAPI = ("/v1.0/", "/topapi/", "/attendance/", "/gettoken")
_CSP = "default-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; frame-ancestors 'none'"


class App:
    """按路径分派;长连接直接交给网关。"""

    def __init__(self, house: House) -> None:
        self.house, self.proxy = house, Proxy(house)
        self._pages = Starlette(routes=self._routes())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 入口。"""
        if scope["type"] == "websocket":
            if scope["path"] == "/connect":
                await self.house.gateway.serve(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 4404})
            return
        path: str = scope["path"]
        if path.startswith(_OPENAPI):
            response = await door.answer(self.house, Request(scope, receive))
        elif path == "/robot/sendBySession":
            response = await self._webhook(Request(scope, receive))
        elif path == "/m" or path.startswith(("/m/", "/api/v1/")):
            response = await self.proxy.forward(Request(scope, receive))
        else:
            await self._pages(scope, receive, send)
            return
        await response(scope, receive, send)

    def _routes(self) -> list[Route | Mount]:
        return [
            *control.routes(self.house),
            *ding.routes(self.house),
            Route("/_sandbox/events", self._events),
            Route("/_sandbox/open", self._open),
            Route("/_sandbox/dd.js", self._dd),
            Route("/_sandbox/media/{code}", self._media),
            Route("/media/upload", self._upload, methods=["POST"]),
            Mount("/_sandbox/static", StaticFiles(directory=PAGE / "static", check_dir=False)),
            Route("/favicon.ico", self._icon),
            Route("/", self._page),
            Route("/{rest:path}", self._unknown, methods=["GET", "POST", "PUT", "DELETE"]),
        ]

    async def _page(self, request: Request) -> Response:
        headers = {"content-security-policy": _CSP, "cache-control": "no-cache"}
        return FileResponse(PAGE / "index.html", headers=headers)

    async def _icon(self, request: Request) -> Response:
        return FileResponse(PAGE / "static" / "favicon.svg", media_type="image/svg+xml")

    async def _dd(self, request: Request) -> Response:
        return FileResponse(HERE / "dd.js", media_type="text/javascript", headers={"cache-control": "no-cache"})

    async def _unknown(self, request: Request) -> Response:
        return PlainTextResponse("404 沙箱没有这个路径", 404)

    async def _open(self, request: Request) -> Response:
        """换人打开小程序:清掉这台主机的全部 cookie,记下是谁,转到入口。"""
        try:
            userid = person_of(self.house, request.query_params.get("userid", "")).userid
        except SayRefusal as refusal:
            return JSONResponse({"error": refusal.error, "say": refusal.say}, refusal.status)
        to = request.query_params.get("to") or "/m/"
        response = RedirectResponse("/m/enter?to=" + quote(to, safe="/"), 303)
        for name in request.cookies:
            response.delete_cookie(name, path="/")
            response.delete_cookie(name, path="/m")
        response.set_cookie("sandbox_user", userid, path="/", samesite="lax")
        return response

    async def _media(self, request: Request) -> Response:
        kind, body = self.house.media.get(request.path_params["code"], ("", b""))
        return Response(body, media_type=kind) if kind else PlainTextResponse("404", 404)

    async def _upload(self, request: Request) -> Response:
        return JSONResponse(await media.upload(self.house, request))

    async def _webhook(self, request: Request) -> Response:
        fault = self.house.faults.answer_for(request.url.path)
        if fault:
            return await mischief.spoil(fault, True, None)
        query = dict(parse_qsl(request.url.query))
        try:
            body = json.loads(await request.body())
            if not isinstance(body, dict):
                raise OldRefusal(40035, "不合法的参数")
            answer = by_session(self.house, query.get("session", ""), body)
        except ValueError:
            answer = OldRefusal(40035, "不合法的参数").body("sandbox")
        except BadField as refusal:
            answer = refusal.old().body("sandbox")
        except OldRefusal as refusal:
            answer = refusal.body("sandbox")
        self.house.note({"method": "POST", "path": request.url.path, "status": 200, "errcode": answer["errcode"]})
        return JSONResponse(answer)

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers={"cache-control": "no-store"})

    async def _stream(self) -> AsyncIterator[str]:
        """server-sent events:有变化就说一声;15 秒没有变化说一句空话保持连接。"""
        house, rev = self.house, -1
        closing = asyncio.create_task(house.closing.wait())
        try:
            while not closing.done():
                changed = house.chat.changed
                if house.chat.rev != rev or rev == -1:
                    rev = house.chat.rev
                    yield f'event: change\ndata: {{"rev": {rev}}}\n\n'
                waits = {asyncio.create_task(changed.wait()), closing}
                done, pending = await asyncio.wait(waits, timeout=15, return_when=asyncio.FIRST_COMPLETED)
                for task in pending - {closing}:
                    task.cancel()
                if not done:
                    yield ": ping\n\n"
                elif house.chat.rev == rev and not closing.done():
                    yield f'event: change\ndata: {{"rev": {rev}}}\n\n'
        finally:
            closing.cancel()
