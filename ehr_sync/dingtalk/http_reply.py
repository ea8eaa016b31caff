"""HTTP 回答 http reply:从一条连接上读一个 HTTP/1.1 回答。标准库的读法要过一遍邮件解析器,热路上嫌贵。

只读得懂规矩的写法:状态行、头、Content-Length 或 chunked 或读到断;别的一律 HTTPException,不猜。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import BadStatusLine, HTTPException, IncompleteRead, LineTooLong, RemoteDisconnected
from typing import BinaryIO

LONGEST_LINE = 65_536
MOST_HEADERS = 100
MOST_BODY = 10_000_000
"""回答最多读这么多字节:回一句话的回答只有几十个。"""


@dataclass(frozen=True, slots=True)
class Reply:
    """对方的回答;头的名字都是小写;last 为真时这条连接不能再用。"""

    status: int
    headers: Mapping[str, str]
    text: str
    last: bool = False


def read_reply(reader: BinaryIO) -> Reply:
    """读一个回答;半路断了、不合规矩抛 HTTPException(断线、超时抛 OSError)。"""
    version, status = _status(reader)
    headers = _headers(reader)
    while 100 <= status < 200:  # “请继续”之类,后面才是回答
        version, status = _status(reader)
        headers = _headers(reader)
    connection = headers.get("connection", "").lower()
    last = "close" in connection or (version == "HTTP/1.0" and "keep-alive" not in connection)
    if status in (204, 304):
        return Reply(status, headers, "", last)
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _chunks(reader)
    elif "content-length" in headers:
        body = _exactly(reader, _length(headers["content-length"], 10))
    else:
        body, last = reader.read(MOST_BODY), True
    return Reply(status, headers, body.decode("utf-8", "replace"), last)


def _status(reader: BinaryIO) -> tuple[str, int]:
    line = _line(reader)
    if not line:
        raise RemoteDisconnected("no answer")
    version, _, rest = line.rstrip("\r\n").partition(" ")
    code = rest[:3]
    if not version.startswith("HTTP/1.") or not code.isdecimal() or len(code) != 3 or rest[3:4] not in ("", " "):
        raise BadStatusLine(line[:40])
    return version, int(code)


def _headers(reader: BinaryIO) -> dict[str, str]:
    """头;同名的取最后一个。"""
    found: dict[str, str] = {}
    for _ in range(MOST_HEADERS + 1):
        line = _line(reader)
        if not line:
            raise IncompleteRead(b"")
        if line in ("\r\n", "\n"):
            return found
        name, colon, value = line.partition(":")
        if not colon:
            raise HTTPException("header without colon")
        found[name.strip().lower()] = value.strip()
    raise HTTPException("too many headers")


def _line(reader: BinaryIO) -> str:
    line = reader.readline(LONGEST_LINE + 1)
    if len(line) > LONGEST_LINE:
        raise LineTooLong("line")
    return line.decode("latin-1")


def _chunks(reader: BinaryIO) -> bytes:
    """一块一块的正文,连同末尾的头。"""
    parts: list[bytes] = []
    left = MOST_BODY
    while size := _length(_line(reader).partition(";")[0].strip(), 16):
        left -= size
        if left < 0:
            raise HTTPException("body too long")
        parts.append(_exactly(reader, size))
        if _line(reader).strip():
            raise HTTPException("chunk without end")
    _headers(reader)
    return b"".join(parts)


def _length(text: str, base: int) -> int:
    if not text.isalnum() or not text.isascii():
        raise HTTPException("bad length")
    size = int(text, base)
    if size > MOST_BODY:
        raise HTTPException("body too long")
    return size


def _exactly(reader: BinaryIO, size: int) -> bytes:
    body = reader.read(size)
    if len(body) < size:
        raise IncompleteRead(body, size - len(body))
    return body
