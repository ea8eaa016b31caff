"""戏台 stage:把网页开在空闲端口上,外面包一层假容器,像钉钉的网页容器那样给页面 window.dd。"""

from __future__ import annotations

import json
import socket
import threading
from typing import Any
from urllib.parse import quote

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.miniapp.world import World

DD = """
window.dd = {
  env: { platform: "stage" },
  requestAuthCode({ corpId, clientId, onSuccess, onFail }) {
    const who = document.cookie.split("; ").find((row) => row.startsWith("sandbox_user="));
    return fetch("/_sandbox/api/authcode", {
      method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ userid: who ? who.split("=")[1] : "", corpId, clientId }),
    }).then((answer) => answer.json()).then((got) => { onSuccess(got); return got; }, onFail);
  },
  setNavigationTitle: () => Promise.resolve({}),
};
"""
SCRIPT = b'<script src="/_sandbox/dd.js"></script>'


class Container:
    """假容器:/m/** 的网页里插入 dd.js;/_sandbox/open 以某人的身份打开一页。dd=False 是普通浏览器。"""

    def __init__(self, app: ASGIApp, world: World, dd: bool = True) -> None:
        self.app, self.world, self.dd = app, world, dd
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/_sandbox/"):
            await self.app(scope, receive, self._injecting(scope, send))
            return
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.url.path == "/_sandbox/dd.js":
            return Response(DD, media_type="text/javascript")
        if request.url.path == "/_sandbox/api/authcode":
            body = json.loads(await request.body())
            self.asked.append(body)
            return JSONResponse({"code": self.world.code(body["userid"])})
        response = RedirectResponse(f"/m/enter?to={quote(request.query_params['to'], safe='')}", 303)
        for name in request.cookies:
            response.delete_cookie(name)
        response.set_cookie("sandbox_user", request.query_params["userid"], path="/")
        return response

    def _injecting(self, scope: Scope, send: Send) -> Send:
        held: list[Message] = []

        async def send_injected(message: Message) -> None:
            if message["type"] == "http.response.start":
                kinds = [v for k, v in message["headers"] if k == b"content-type"]
                if self.dd and scope["type"] == "http" and kinds and kinds[0].startswith(b"text/html"):
                    held.append(message)
                    return
            if held and message["type"] == "http.response.body":
                body = message.get("body", b"").replace(b"<head>", b"<head>" + SCRIPT, 1)
                start = held.pop()
                start["headers"] = [(k, v) for k, v in start["headers"] if k != b"content-length"]
                start["headers"].append((b"content-length", str(len(body)).encode()))
                await send(start)
                message = {**message, "body": body}
            await send(message)

        return send_injected


class Stage:
    """开在 127.0.0.1 空闲端口上的服务;用 with。"""

    def __init__(self, world: World, dd: bool = True) -> None:
        self.container = Container(world.app, world, dd)
        config = uvicorn.Config(self.container, log_level="warning", ws="none", lifespan="off")
        self._server = uvicorn.Server(config)
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="stage", daemon=True)

    def open(self, userid: str, to: str) -> str:
        """以某人的身份打开一页的地址。"""
        return f"{self.base}/_sandbox/open?userid={userid}&to={quote(to, safe='')}"

    def __enter__(self) -> Stage:
        self._socket.listen(64)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()
