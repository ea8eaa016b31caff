"""网关 gateway:裸的 WebSocket 客户端看沙箱的长连接:票、订阅、几条连接、稍后再来、各种断法。"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.harness.sandbox import Sandbox, until

BOT, CARD = "/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback"
ALL = [{"type": "EVENT", "topic": "*"}, {"type": "CALLBACK", "topic": BOT}, {"type": "CALLBACK", "topic": CARD}]
Json = dict[str, Any]


def ticket(sandbox: Sandbox, subscriptions: list[dict[str, str]]) -> str:
    body = {"clientId": sandbox.info["client_id"], "clientSecret": sandbox.info["client_secret"]}
    raw = sandbox.request("POST", "/v1.0/gateway/connections/open", {**body, "subscriptions": subscriptions})[1]
    answer = json.loads(raw)
    return f"{answer['endpoint']}?ticket={answer['ticket']}"


class Client:
    """收帧、回执;answer 决定回什么。"""

    def __init__(self, sandbox: Sandbox, subscriptions: list[dict[str, str]] | None = None, status: str = "") -> None:
        self.frames: list[Json] = []
        self.status = status
        self.closed: list[int | None] = []
        self._link: ClientConnection | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ticket(sandbox, subscriptions or ALL),), daemon=True)
        self._thread.start()
        assert self._ready.wait(5), "没有连上"

    def _run(self, address: str) -> None:
        with connect(address, proxy=None) as self._link:
            self._ready.set()
            try:
                for text in self._link:
                    self._take(self._link, json.loads(text))
                self.closed.append(self._link.close_code)
            except ConnectionClosed as closed:
                self.closed.append(closed.rcvd.code if closed.rcvd else None)

    def _take(self, link: ClientConnection, frame: Json) -> None:
        self.frames.append(frame)
        data = json.dumps({"status": self.status or "SUCCESS"})
        head = {"contentType": "application/json", "messageId": frame["headers"]["messageId"]}
        link.send(json.dumps({"code": 200, "headers": head, "message": "OK", "data": data}))

    def of(self, kind: str) -> list[Json]:
        return [f for f in self.frames if f["type"] == kind]

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
        self._thread.join(5)


@contextlib.contextmanager
def client(sandbox: Sandbox, **how: Any) -> Iterator[Client]:
    made = Client(sandbox, **how)
    try:
        yield made
    finally:
        made.close()


def test_a_ticket_opens_one_connection_only(sandbox: Sandbox) -> None:
    address = ticket(sandbox, ALL)
    with connect(address, proxy=None):
        pass
    for again in (address, address.replace("ticket=", "ticket=x")):
        with pytest.raises(InvalidStatus), connect(again, proxy=None):
            pass


def test_a_frame_has_the_documented_head_and_its_data_is_text(sandbox: Sandbox) -> None:
    with client(sandbox) as bot:
        said = sandbox.say("liming", "你好")
        frame = until(lambda: bot.of("CALLBACK"), 5, lambda: str(bot.frames))[0]
        head = frame["headers"]
        assert frame["specVersion"] == "1.0" and head["topic"] == BOT and head["contentType"] == "application/json"
        assert head["appId"] and head["connectionId"] and head["messageId"] and int(head["time"]) > 0
        assert json.loads(frame["data"])["msgId"] == said["msgId"]
        sandbox.ding("user", action="modify", userid="liming", title="资深销售")
        event = until(lambda: bot.of("EVENT"), 5, lambda: str(bot.frames))[0]
        head = event["headers"]
        assert (head["topic"], head["eventType"]) == ("*", "user_modify_org")
        assert head["eventId"] and int(head["eventBornTime"]) and head["eventCorpId"] and head["eventUnifiedAppId"]
        assert json.loads(event["data"])["userId"] == ["liming"]


def test_only_what_was_subscribed_is_delivered(sandbox: Sandbox) -> None:
    with client(sandbox, subscriptions=[{"type": "EVENT", "topic": "*"}]) as bot:
        sandbox.say("liming", "没人听")
        sandbox.ding("user", action="modify", userid="liming", title="销售")
        until(lambda: bot.of("EVENT"), 5, lambda: str(bot.frames))
        assert bot.of("CALLBACK") == []


def test_several_connections_share_the_messages(sandbox: Sandbox) -> None:
    with client(sandbox) as one, client(sandbox) as two:
        for n in range(40):
            sandbox.say("liming", f"分一分 {n}")
        until(lambda: len(one.of("CALLBACK")) + len(two.of("CALLBACK")) == 40, 5, lambda: "没有收齐")
        assert one.of("CALLBACK") and two.of("CALLBACK")


def test_later_means_again(sandbox: Sandbox) -> None:
    sandbox.faults(event_retry_s=[0.2, 0.2, 0.2, 0.2])
    with client(sandbox, status="LATER") as bot:
        sandbox.ding("roster", userid="liming", fields={"sys00-workPlace": "浦东"})
        until(lambda: len(bot.of("EVENT")) >= 2, 5, lambda: str(bot.frames))
        first, second = (frame["headers"] for frame in bot.of("EVENT")[:2])
        assert first["eventId"] == second["eventId"]
        bot.status = "SUCCESS"
        until(lambda: sandbox.call("GET", "/frames?kind=event")["frames"][-1]["acked"], 5, lambda: "没有认下")


def test_an_event_waits_for_a_connection(sandbox: Sandbox) -> None:
    sandbox.faults(event_retry_s=[0.2] * 20)
    sandbox.ding("roster", userid="liming", fields={"sys00-workPlace": "张江"})
    sent = sandbox.call("GET", "/frames?kind=event")["frames"][-1]
    assert not sent["acked"]
    with client(sandbox) as bot:
        event = until(lambda: bot.of("EVENT"), 5, lambda: str(bot.frames))[0]
        assert event["headers"]["messageId"] == sent["id"]


@pytest.mark.parametrize(("how", "code"), [("1000", 1000), ("1001", 1001), ("1011", 1011), ("1006", None)])
def test_the_connection_can_be_cut(sandbox: Sandbox, how: str, code: int | None) -> None:
    with client(sandbox) as bot:
        sandbox.faults(disconnect=how)
        until(lambda: bot.closed, 5, lambda: "没有断")
        assert bot.closed == [code]


def test_after_the_notice_nothing_more_is_delivered(sandbox: Sandbox) -> None:
    with client(sandbox) as old:
        sandbox.faults(disconnect="notice")
        frame = until(lambda: old.of("SYSTEM"), 5, lambda: str(old.frames))[0]
        assert frame["headers"]["topic"] == "disconnect"
        assert json.loads(frame["data"])["reason"] == "connection is expired"
        with client(sandbox) as new:
            for n in range(5):
                sandbox.say("liming", f"新连接收 {n}")
            until(lambda: len(new.of("CALLBACK")) == 5, 5, lambda: str(new.frames))
            assert old.of("CALLBACK") == []


def test_frames_can_be_delayed_and_shuffled(sandbox: Sandbox) -> None:
    with client(sandbox) as bot:
        sandbox.faults(reorder=True, delay_ms=50)
        marks = [f"乱 {n}" for n in range(30)]
        for mark in marks:
            sandbox.say("liming", mark)
        until(lambda: len(bot.of("CALLBACK")) == 30, 10, lambda: f"{len(bot.frames)}")
        got = [json.loads(f["data"])["text"]["content"] for f in bot.of("CALLBACK")]
        assert sorted(got) == sorted(marks) and got != marks
