"""极小的 HTTP 门 http door:量聊天用的对面。只认带 Content-Length 的请求,保持连接,回答可以迟一会儿。

要轻:它占的处理器时间越少,量到的越是机器人自己的。
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.utils import formatdate

Answer = tuple[float, bytes]
"""过几秒再答、答的 JSON。"""
Handle = Callable[[str, bytes], Answer]
"""(带查询的路径, 请求体) → 回答。"""


class HttpDoor(asyncio.Protocol):
    """一条 HTTP 连接。"""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._left = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._left = self._left + data if self._left else data
        while (head := self._left.find(b"\r\n\r\n")) >= 0:
            end = head + 4 + length_of(self._left[:head])
            if len(self._left) < end:
                return
            path = self._left[: self._left.index(b"\r\n")].split(b" ")[1].decode()
            body, self._left = self._left[head + 4 : end], self._left[end:]
            wait, answer = self._handle(path, body)
            if wait:
                asyncio.get_running_loop().call_later(wait, self._write, answer)
            else:
                self._write(answer)

    def _write(self, answer: bytes) -> None:
        assert self._transport is not None
        if not self._transport.is_closing():
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\nDate: {formatdate(usegmt=True)}\r\n"
                f"Content-Length: {len(answer)}\r\n\r\n"
            )
            self._transport.write(head.encode() + answer)


def length_of(head: bytes) -> int:
    """请求体多长;没有写明为 0。"""
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at < 0:
        return 0
    end = lower.find(b"\r\n", at)
    return int(lower[at + 15 : end if end >= 0 else len(lower)])
