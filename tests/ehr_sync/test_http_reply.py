"""读回答:合规矩的各种写法都读得对,不合规矩的一律不猜。"""

from __future__ import annotations

import io
from http.client import HTTPException

import pytest

from ehr_sync.dingtalk.http_reply import MOST_BODY, MOST_HEADERS, read_reply


@pytest.mark.parametrize(
    ("raw", "status", "text", "last"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", False),
        (b"HTTP/1.1 200\r\ncontent-length:2\r\n\r\nok", 200, "ok", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Close\r\n\r\nok", 200, "ok", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok", 200, "ok", False),
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", 200, "to the end", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, "", False),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", False),
        (b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nbus\r\n1;a=b\r\ny\r\n0\r\nX: 1\r\n\r\n", 503, "busy", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n", 200, "0123456789", False),
        ("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n好的".encode(), 200, "好的", False),
    ],
)  # fmt: skip
def test_a_proper_answer_is_read_to_its_last_byte_and_no_further(
    raw: bytes, status: int, text: str, last: bool
) -> None:
    reader = io.BytesIO(raw if last and b"Length" not in raw else raw + b"NEXT")
    found = read_reply(reader)
    assert (found.status, found.text, found.last) == (status, text, last)
    assert reader.read() in (b"NEXT", b"")
    assert reader.tell() == len(reader.getvalue())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000\r\n\r\n",
        b"<html>busy</html>\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (MOST_BODY + 1),
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * (MOST_HEADERS + 1) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nlong: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
    ],
)
def test_what_is_no_proper_answer_is_not_guessed_at(raw: bytes) -> None:
    with pytest.raises((HTTPException, ValueError)):
        read_reply(io.BytesIO(raw))
