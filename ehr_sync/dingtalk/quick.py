"""快信 quick:往会话地址回一句用的 HTTP。标准库的连接,一个线程一条,保持着。

回话是最热的路:httpx 一封要 0.3 毫秒以上的处理器时间,十几个线程还要共等一个连接池的锁;这里 0.06 毫秒,各用各的。
证书的规矩与 httpx 相同;要经代理的不走这里(见 DingTalk.post_session)。
"""

from __future__ import annotations

import select
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import httpx


class QuickError(Exception):
    """没有送成;maybe_done 为真时对方可能已经收到。"""

    def __init__(self, error: Exception, maybe_done: bool) -> None:
        super().__init__(type(error).__name__)
        self.maybe_done = maybe_done


@dataclass(frozen=True, slots=True)
class Reply:
    """对方的回答。"""

    status: int
    headers: Mapping[str, str]
    text: str


class Quick:
    """快信。seconds 是连、读、写各自的期限。"""

    def __init__(self, seconds: float, headers: Mapping[str, str]) -> None:
        self._seconds, self._headers = seconds, dict(headers)
        self._own = threading.local()
        self._lock = threading.Lock()
        self._all: list[HTTPConnection] = []
        self._secure: ssl.SSLContext | None = None

    def post(self, url: str, body: bytes) -> Reply:
        """送一封;没有送成抛 QuickError。"""
        parts = urlsplit(url)
        place = (parts.scheme, parts.netloc)
        line = self._line(place)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        sent = False
        try:
            if line.sock is None:
                line.connect()
            sent = True
            line.request("POST", path, body, self._headers)
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            line.close()
            raise QuickError(error, sent) from None
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)

    def close(self) -> None:
        """都挂断。"""
        with self._lock:
            lines, self._all = self._all, []
        for line in lines:
            line.close()

    def _line(self, place: tuple[str, str]) -> HTTPConnection:
        """本线程到那里的连接;对方已经挂断的(有东西可读)重连。"""
        lines: dict[tuple[str, str], HTTPConnection] | None = getattr(self._own, "lines", None)
        if lines is None:
            lines = self._own.lines = {}
        line = lines.get(place)
        if line is None:
            line = lines[place] = self._new(place)
            with self._lock:
                self._all.append(line)
        if line.sock is not None and readable(line):
            line.close()
        return line

    def _new(self, place: tuple[str, str]) -> HTTPConnection:
        scheme, host = place
        if scheme == "http":
            return HTTPConnection(host, timeout=self._seconds)
        with self._lock:
            if self._secure is None:
                self._secure = httpx.create_ssl_context()
        return HTTPSConnection(host, timeout=self._seconds, context=self._secure)


def readable(line: HTTPConnection) -> bool:
    """空闲的连接有东西可读:对方挂断了。"""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(line.sock, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([line.sock], [], [], 0)[0])
