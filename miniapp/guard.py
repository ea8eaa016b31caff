"""守门 guard:每个回应都带安全头;别的网站发来的改动不收;太大的请求不收。"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'self' https://*.dingtalk.com",
    )
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
LARGEST = 256 * 1024
LARGEST_UPLOAD = 12 * 1024 * 1024
UPLOADS = ("/m/inputs/", "/m/parallel/", "/api/v1/imports")
UPLOAD_ENDS = ("/accounts", "/tax-check")
"""收文件的地方(地址的开头、结尾):上限放宽(文件本身不超过 8 MB,编码与表单另占一些),多大由用例再定。"""
TOO_LARGE = "提交的内容太大,没有办理。请删减文字后再试。"
FOREIGN = "这个请求来自别的网站,没有办理。请从钉钉里打开本应用再操作。"


class Guard:
    """包在应用外面的一层(纯 ASGI)。"""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/m/static/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        refused = _refusal(scope)
        if refused is not None:
            status, code, say = refused
            await JSONResponse({"error": code, "say": say}, status)(scope, receive, send_guarded)
            return
        await self.app(scope, _Counted(receive, _largest(scope)), send_guarded)


class _Counted:
    """一边收一边数:没写长度的请求也不许超过上限。"""

    def __init__(self, receive: Receive, largest: int) -> None:
        self._receive = receive
        self._largest = largest
        self._got = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._got += len(message.get("body", b""))
        if self._got > self._largest:
            return {"type": "http.disconnect"}
        return message


def _largest(scope: Scope) -> int:
    """这个地址最多收多少字节。"""
    files = scope["path"].startswith(UPLOADS) or scope["path"].endswith(UPLOAD_ENDS)
    return LARGEST_UPLOAD if files else LARGEST


def _refusal(scope: Scope) -> tuple[int, str, str] | None:
    """不收的请求:(状态码, 错误名, 话)。"""
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return None
    headers = Headers(scope=scope)
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > _largest(scope):
        return 413, "TOO_LARGE", TOO_LARGE
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return 403, "FOREIGN_SITE", FOREIGN
    return None
