"""看护长连接:应答的样子、要票不成再要、没动静就重连、平台要断先接新的、停得下、日志里没有票。"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import stream as module
from bot.stream import Stream, backoff
from handlers.mail import Letter
from tests.bot.company import frame, until
from tests.bot.gate import Gate, system


class FakeDoor:
    """收信的人:记下,照吩咐回。"""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.fresh: bool | None = True
        self.answer: Mapping[str, Any] | Exception = {"cardData": {"cardParamMap": {"state": "审批中"}}}

    def letter(self, kind: str, headers: Mapping[str, str], data: Mapping[str, Any]) -> Letter:
        key = headers["eventId"] if kind == "event" else headers["messageId"]
        return Letter(key, kind, "liming", headers["eventType"], str(data), datetime(2026, 11, 23, tzinfo=UTC))

    async def accept(self, letter: Letter) -> bool | None:
        self.letters.append(letter)
        return self.fresh

    async def pressed(self, letter: Letter) -> Mapping[str, Any]:
        self.letters.append(letter)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(module, "LAST_WAIT", 0.2)


@pytest.fixture
def gate() -> Iterator[Gate]:
    with Gate() as opened:
        yield opened


@pytest.fixture
def door() -> FakeDoor:
    return FakeDoor()


@pytest.fixture
def stream(gate: Gate, door: FakeDoor) -> Iterator[Stream]:
    made = Stream(("ding-id", "ding-secret"), door, gate.open_connection)
    yield made
    assert made.stop()


def connected(stream: Stream, gate: Gate, count: int = 1) -> None:
    stream.start() if not stream.connected else None
    until(lambda: len(gate.connections) >= count and stream.connected)


def test_the_ticket_is_asked_for_as_the_sdk_does(stream: Stream, gate: Gate):
    connected(stream, gate)
    (body,) = gate.asked
    assert body["clientId"] == "ding-id"
    assert body["subscriptions"] == [
        {"type": "EVENT", "topic": "*"},
        {"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"},
        {"type": "CALLBACK", "topic": "/v1.0/card/instances/callback"},
    ]


def test_acks_have_the_shape_the_platform_reads(stream: Stream, gate: Gate, door: FakeDoor):
    connected(stream, gate)
    gate.send(frame("CALLBACK", {"msgId": "m1"}, "f1"))
    ack = gate.ack()
    assert (ack["code"], ack["headers"]["messageId"], ack["data"]) == (200, "f1", {"response": None})
    gate.send(frame("EVENT", {"userId": ["u"]}, "f2", eventId="e1", eventType="user_leave_org", eventBornTime="1"))
    ack = gate.ack()
    assert (ack["code"], ack["data"]) == (200, {"status": "SUCCESS", "message": ""})
    gate.send(frame("CARD", {"outTrackId": "c"}, "f3"))
    assert gate.ack()["data"] == {"response": {"cardData": {"cardParamMap": {"state": "审批中"}}}}
    gate.send(system("ping", {"opaque": "x"}))
    assert gate.ack()["data"] == {"opaque": "x"}
    assert [(one.kind, one.message_id, one.topic) for one in door.letters] == [
        ("message", "f1", ""),
        ("event", "e1", "user_leave_org"),
        ("callback", "f3", ""),
    ]


def test_what_could_not_be_stored_is_not_acked_as_done(stream: Stream, gate: Gate, door: FakeDoor):
    connected(stream, gate)
    door.fresh = None
    gate.send(frame("CALLBACK", {"msgId": "m1"}, "f1"))
    assert gate.ack()["code"] == 500
    gate.send(frame("EVENT", {}, "f2", eventId="e1", eventType="x", eventBornTime="1"))
    assert gate.ack()["data"]["status"] == "LATER"
    door.answer = ConnectionError("db")
    gate.send(frame("CARD", {"outTrackId": "c"}, "f3"))
    gate.send(system("ping", {"opaque": "after"}))
    assert gate.ack()["data"] == {"opaque": "after"}


def test_a_spoiled_frame_does_not_end_the_connection(stream: Stream, gate: Gate):
    connected(stream, gate)
    gate.send({"type": "CALLBACK"})
    gate.send({"type": "CALLBACK", "headers": {"time": "x"}, "data": "{"})
    gate.send(frame("CALLBACK", {"msgId": "m1"}, "f1"))
    assert gate.ack()["headers"]["messageId"] == "f1"


@pytest.mark.parametrize("bad", [OSError("no net"), ValueError("html"), {"code": "x"}, {"endpoint": 5, "ticket": None}])
def test_without_a_ticket_it_asks_again(stream: Stream, gate: Gate, bad: Any):
    gate.trouble = [bad, bad]
    connected(stream, gate)
    assert len(gate.asked) == 3


def test_a_hanging_ticket_does_not_hold_the_stop(door: FakeDoor):
    gate = threading.Event()
    stream = Stream(("a", "b"), door, lambda body: {"x": gate.wait(30)})
    stream.start()
    started = time.monotonic()
    assert stream.stop(2.0)
    assert time.monotonic() - started < 2.0
    gate.set()


def test_silence_means_a_new_connection(stream: Stream, gate: Gate):
    stream.silence = 0.3
    connected(stream, gate)
    connected(stream, gate, 2)
    until(lambda: gate.open_ones() == 1)
    assert gate.connections[0].close_code is not None
    gate.send(frame("CALLBACK", {"msgId": "m1"}, "f1"))
    assert gate.ack()["headers"]["messageId"] == "f1"


def test_a_broken_connection_is_opened_again(stream: Stream, gate: Gate):
    connected(stream, gate)
    gate.connections[0].close(1011)
    connected(stream, gate, 2)
    gate.send(frame("CALLBACK", {"msgId": "m1"}, "f1"))
    assert gate.ack()["code"] == 200


def test_told_to_leave_it_opens_the_new_one_before_the_old_is_closed(stream: Stream, gate: Gate):
    connected(stream, gate)
    gate.send(frame("CALLBACK", {"msgId": "m0"}, "f0"))
    gate.ack()
    gate.send(system("disconnect", {"reason": "connection is expired"}))
    connected(stream, gate, 2)
    assert gate.ack()["headers"]["messageId"] == "s1"
    until(lambda: gate.open_ones() == 1)
    assert gate.connections[1].close_code is None
    gate.send(frame("CALLBACK", {"msgId": "m1"}, "f1"))
    assert gate.ack()["headers"]["messageId"] == "f1"


def test_the_log_has_no_ticket(stream: Stream, gate: Gate, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    connected(stream, gate)
    gate.connections[0].close(1011)
    connected(stream, gate, 2)
    spoken = [r.getMessage() for r in caplog.records if r.name.startswith(("ehr", "dingtalk_stream"))]
    assert any("已接通" in text for text in spoken)
    assert not any("ticket" in text or "ws://" in text for text in spoken)


def test_waits_grow_with_jitter_up_to_a_minute(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    assert all(0 <= backoff(0) <= 1 for _ in range(50))
    assert all(4 <= backoff(3) <= 8 for _ in range(50))
    assert all(30 <= backoff(99) <= 60 for _ in range(50))
    assert len({backoff(5) for _ in range(20)}) > 1
