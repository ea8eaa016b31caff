"""快信 quick:往会话地址回一句用的 HTTP。标准库的连接,一个线程一条,保持着;请求一次写出,回答自己读。

回话是最热的路:httpx 一封要 0.3 毫秒以上的处理器时间,十几个线程还要共等一个连接池的锁;这里 0.05 毫秒,各用各的。
证书的规矩与 httpx 相同;要经代理的不走这里(见 DingTalk.post_session)。
"""

from __future__ import annotations

import select
import ssl
import threading
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection, InvalidURL
from typing import BinaryIO
from urllib.parse import SplitResult

import httpx

from ehr_sync.dingtalk.http_reply import Reply, read_reply


class QuickError(Exception):
    """没有送成;maybe_done 为真时对方可能已经收到。"""

    def __init__(self, error: Exception, maybe_done: bool) -> None:
        super().__init__(type(error).__name__)
        self.maybe_done = maybe_done


class _Line:
    """一条连接:head 是请求里不变的几行(到 Content-Length 为止);reader 读回答。"""

    def __init__(self, link: HTTPConnection, netloc: str, headers: Mapping[str, str]) -> None:
        self.link = link
        self.reader: BinaryIO | None = None
        lines = {"Host": netloc, "Accept-Encoding": "identity", **headers}
        self.head = "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "Content-Length: "

    def open(self) -> None:
        """没有连着就连上。空闲的连接有东西可读,是对方挂断了:重连。"""
        if self.reader is not None and readable(self.link):
            self.close()
        if self.reader is None:
            self.link.connect()
            self.reader = self.link.sock.makefile("rb")

    def send(self, path: str, body: bytes) -> Reply:
        """写出一封,读回答;对方说不再用这条连接就挂断。"""
        assert self.reader is not None
        head = f"POST {path} HTTP/1.1\r\n{self.head}{len(body)}\r\n\r\n"
        self.link.sock.sendall(head.encode("ascii") + body)
        reply = read_reply(self.reader)
        if reply.last:
            self.close()
        return reply

    def close(self) -> None:
        if self.reader is not None:
            self.reader.close()
            self.reader = None
        self.link.close()


class Quick:
    """快信。seconds 是连、读、写各自的期限。"""

    def __init__(self, seconds: float, headers: Mapping[str, str]) -> None:
        self._seconds, self._headers = seconds, dict(headers)
        self._own = threading.local()
        self._lock = threading.Lock()
        self._all: list[_Line] = []
        self._secure: ssl.SSLContext | None = None

    def post(self, url: SplitResult, body: bytes) -> Reply:
        """送一封;没有送成抛 QuickError。已经写出的绝不自己再送一遍。"""
        path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        if not url.netloc.isascii() or not path.isascii() or not path.isprintable() or " " in path:
            raise QuickError(InvalidURL(), maybe_done=False)
        line = self._line(url.scheme, url.netloc)
        sent = False
        try:
            line.open()
            sent = True
            return line.send(path, body)
        except (OSError, HTTPException, ValueError) as error:
            line.close()
            raise QuickError(error, sent) from None

    def close(self) -> None:
        """都挂断。"""
        with self._lock:
            lines, self._all = self._all, []
        for line in lines:
            line.close()

    def _line(self, scheme: str, netloc: str) -> _Line:
        """本线程到那里的连接。"""
        lines: dict[tuple[str, str], _Line] | None = getattr(self._own, "lines", None)
        if lines is None:
            lines = self._own.lines = {}
        line = lines.get((scheme, netloc))
        if line is None:
            line = lines[scheme, netloc] = _Line(self._new(scheme, netloc), netloc, self._headers)
            with self._lock:
                self._all.append(line)
        return line

    def _new(self, scheme: str, netloc: str) -> HTTPConnection:
        try:
            if scheme == "http":
                return HTTPConnection(netloc, timeout=self._seconds)
            with self._lock:
                if self._secure is None:
                    self._secure = httpx.create_ssl_context()
            return HTTPSConnection(netloc, timeout=self._seconds, context=self._secure)
        except HTTPException as error:
            raise QuickError(error, maybe_done=False) from None


def readable(link: HTTPConnection) -> bool:
    """空闲的连接有东西可读:对方挂断了。"""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(link.sock, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([link.sock], [], [], 0)[0])
