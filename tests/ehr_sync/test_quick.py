"""快信:连接保持着用、断了的先换新的、说不清的绝不再送一遍;证书、代理、期限。"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from ehr_sync.dingtalk.client import App, DingTalk
from ehr_sync.dingtalk.errors import NO_SESSION, DingTalkError
from ehr_sync.dingtalk.http_reply import Reply
from ehr_sync.dingtalk.quick import Quick, QuickError

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"errcode":0}'
LAST = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")


@dataclass
class Peer:
    """对面:每条连接依次照 script 办——字节就是回答,HANG_UP 收下不答就挂断,SILENT 收下一直不答。"""

    script: Callable[[int], list[bytes | str]]
    requests: list[bytes] = field(default_factory=list)
    links: int = 0
    hung_up: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/robot/sendBySession?session=1"

    def serve(self, listener: socket.socket, closing: threading.Event) -> None:
        threads = []
        while True:
            try:
                link, _ = listener.accept()
            except OSError:
                break
            self.links += 1
            steps = self.script(self.links)
            thread = threading.Thread(target=self._one, args=(link, steps, closing))
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join(5)

    def _one(self, link: socket.socket, steps: list[bytes | str], closing: threading.Event) -> None:
        with link:
            for step in steps:
                request = whole_request(link)
                if request is None:
                    return
                self.requests.append(request)
                if step == SILENT:
                    closing.wait(5)
                elif isinstance(step, bytes):
                    link.sendall(step)
        self.hung_up.set()


SILENT, HANG_UP = "silent", "hang up"


def whole_request(link: socket.socket) -> bytes | None:
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            more = link.recv(65_536)
        except OSError:
            return None
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(row[15:]) for row in head.split(b"\r\n") if row.startswith(b"Content-Length:")), 0)
    while len(body) < length:
        body += link.recv(65_536)
    return head + b"\r\n\r\n" + body


@contextmanager
def peer(script: Callable[[int], list[bytes | str]]) -> Iterator[Peer]:
    listener = socket.create_server(("127.0.0.1", 0))
    made = Peer(script, port=listener.getsockname()[1])
    closing = threading.Event()
    thread = threading.Thread(target=made.serve, args=(listener, closing))
    thread.start()
    try:
        yield made
    finally:
        closing.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@contextmanager
def quick(seconds: float = 5.0) -> Iterator[Quick]:
    made = Quick(seconds, {"Content-Type": "application/json"})
    try:
        yield made
    finally:
        made.close()


def bodies(there: Peer) -> list[bytes]:
    return [request.partition(b"\r\n\r\n")[2] for request in there.requests]


def test_one_connection_carries_many_letters() -> None:
    with peer(lambda n: [OK] * 3) as there, quick() as sender:
        found = [sender.post(urlsplit(there.url), b"letter %d" % n) for n in range(3)]
        assert found == [Reply(200, {"content-type": "application/json", "content-length": "13"}, '{"errcode":0}')] * 3
    assert there.links == 1
    assert bodies(there) == [b"letter 0", b"letter 1", b"letter 2"]
    head = there.requests[0].split(b"\r\n")
    assert head[0] == b"POST /robot/sendBySession?session=1 HTTP/1.1"
    assert f"Host: 127.0.0.1:{there.port}".encode() in head


def test_a_line_the_other_side_has_hung_up_is_replaced_before_anything_is_sent() -> None:
    with peer(lambda n: [OK]) as there, quick() as sender:
        assert sender.post(urlsplit(there.url), b"first").status == 200
        assert there.hung_up.wait(5)
        assert sender.post(urlsplit(there.url), b"second").status == 200
    assert bodies(there) == [b"first", b"second"]
    assert there.links == 2


def test_a_reply_that_says_close_is_the_last_on_its_line() -> None:
    with peer(lambda n: [LAST]) as there, quick() as sender:
        assert sender.post(urlsplit(there.url), b"first").last
        assert sender.post(urlsplit(there.url), b"second").status == 200
    assert there.links == 2


@pytest.mark.parametrize(
    "step", [HANG_UP, SILENT, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf", b"rubbish\r\n\r\n"]
)
def test_what_may_have_arrived_is_never_sent_again_by_itself(step: bytes | str) -> None:
    with peer(lambda n: [step] if n == 1 else [OK]) as there, quick(0.5) as sender:
        with pytest.raises(QuickError) as caught:
            sender.post(urlsplit(there.url), b"once")
        assert caught.value.maybe_done
        assert bodies(there) == [b"once"]
        assert sender.post(urlsplit(there.url), b"next").status == 200
    assert bodies(there) == [b"once", b"next"]


def test_nobody_there_means_surely_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with quick() as sender, pytest.raises(QuickError) as caught:
        sender.post(urlsplit(f"http://127.0.0.1:{port}/x"), b"letter")
    assert not caught.value.maybe_done


def test_a_peer_without_a_good_certificate_gets_nothing() -> None:
    with peer(lambda n: [OK]) as there, quick(0.5) as sender:
        with pytest.raises(QuickError) as caught:
            sender.post(urlsplit(f"https://127.0.0.1:{there.port}/x"), b"secret letter")
        assert not caught.value.maybe_done
    assert all(b"secret letter" not in request for request in there.requests)


@pytest.mark.parametrize("path", ["/a b", "/a\x7fb", "/路", "/x?a=1 HTTP/1.1"])
def test_an_address_that_is_no_address_is_refused_unsent(path: str) -> None:
    with peer(lambda n: [OK]) as there, quick() as sender:
        with pytest.raises(QuickError) as caught:
            sender.post(urlsplit(f"http://127.0.0.1:{there.port}{path}"), b"letter")
        assert not caught.value.maybe_done
    assert there.links == 0


def test_each_thread_has_a_line_of_its_own() -> None:
    together = threading.Barrier(2)
    with peer(lambda n: [OK] * 2) as there, quick() as sender:

        def run() -> None:
            sender.post(urlsplit(there.url), b"a")
            together.wait(5)
            sender.post(urlsplit(there.url), b"b")

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert there.links == 2
    assert sorted(bodies(there)) == [b"a", b"a", b"b", b"b"]


# ------- 在客户端里


def test_the_machine_itself_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(lambda n: []) as proxy, peer(lambda n: [OK]) as there:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        base = f"http://127.0.0.1:{there.port}"
        with DingTalk(App("id", "secret", api=base, oapi=base)) as ding:
            assert ding.post_session(there.url, {"msgtype": "text"}) == {"errcode": 0}
    assert proxy.links == 0
    assert bodies(there) == [b'{"msgtype": "text"}']


def test_a_company_behind_a_proxy_answers_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
    with peer(lambda n: [refused]) as proxy:
        for name in ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        with DingTalk(App("id", "secret")) as ding, pytest.raises(DingTalkError):
            ding.post_session("https://oapi.dingtalk.com/robot/sendBySession?session=1", {"msgtype": "text"})
    assert proxy.requests[0].startswith(b"CONNECT oapi.dingtalk.com:443 ")


def test_an_unclear_reply_is_told_as_unclear_and_sent_once() -> None:
    with peer(lambda n: [HANG_UP]) as there:
        base = f"http://127.0.0.1:{there.port}"
        with DingTalk(App("id", "secret", api=base, oapi=base)) as ding, pytest.raises(DingTalkError) as caught:
            ding.post_session(there.url, {"msgtype": "text"})
        assert caught.value.maybe_done
    assert len(there.requests) == 1


@pytest.mark.parametrize(
    "url", ["http://[", "https://evil.example/x", "https://oapi.dingtalk.com.evil.example/", "ftp://oapi.dingtalk.com/"]
)
def test_an_address_that_is_not_dingtalks_gets_nothing(url: str) -> None:
    with DingTalk(App("id", "secret")) as ding, pytest.raises(DingTalkError) as caught:
        ding.post_session(url, {"msgtype": "text"})
    assert caught.value.code == NO_SESSION.code
    assert not caught.value.maybe_done
