"""反向代理 proxy:/m/** 与 /api/v1/** 转给小程序自己的地址;只在 /m/** 的网页里插入 dd.js,其余原样过。"""

from __future__ import annotations

import re

import aiohttp
from multidict import CIMultiDict
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sandbox.house import House

SCRIPT = b'<script src="/_sandbox/dd.js"></script>'
_HEAD = re.compile(rb"<head(\s[^>]*)?>", re.IGNORECASE)
_HOP = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "proxy-connection",
    "content-length",
}
_DOWN = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>小程序没有开</title></head>
<body><p>小程序还没有启动,或地址不对。请先启动服务(ehr serve 或 ehr demo),再重新打开这一页。</p></body></html>"""


class Proxy:
    """一个代理,一个连接池。"""

    def __init__(self, house: House) -> None:
        self._house = house
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """收工。"""
        if self._session is not None:
            await self._session.close()

    async def forward(self, request: Request) -> Response:
        """转一次。小程序没开时给一句人话。"""
        if not self._house.miniapp:
            return HTMLResponse(_DOWN, 502)
        if self._session is None:
            jar = aiohttp.DummyCookieJar()
            timeout = aiohttp.ClientTimeout(total=60)
            self._session = aiohttp.ClientSession(cookie_jar=jar, auto_decompress=False, timeout=timeout)
        target = self._house.miniapp.rstrip("/") + request.url.path
        if request.url.query:
            target += "?" + request.url.query
        headers = CIMultiDict((k, v) for k, v in request.headers.items() if k not in _HOP and k != "accept-encoding")
        headers["x-forwarded-host"] = request.headers.get("host", "")
        headers["x-forwarded-proto"] = "http"
        headers["accept-encoding"] = "identity"  # 压缩过的网页插不进 dd.js
        body = await request.body()
        try:
            async with self._session.request(
                request.method,
                target,
                headers=headers,
                data=body or None,
                allow_redirects=False,
                skip_auto_headers=("content-type", "user-agent", "accept"),
            ) as answer:
                return self._pass_on(request, answer, await answer.read())
        except (aiohttp.ClientError, TimeoutError):
            return HTMLResponse(_DOWN, 502)

    def _pass_on(self, request: Request, answer: aiohttp.ClientResponse, body: bytes) -> Response:
        page = answer.headers.get("content-type", "").startswith("text/html")
        if page and not request.url.path.startswith("/api/") and "content-encoding" not in answer.headers:
            body = _HEAD.sub(lambda head: head.group(0) + SCRIPT, body, count=1)
        response = Response(body, answer.status)
        for name in ("content-type",):
            if name in response.headers:
                del response.headers[name]
        for name, value in answer.headers.items():
            if name.lower() not in _HOP:
                response.headers.append(name, value)
        return response
