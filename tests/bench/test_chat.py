"""量聊天 bench chat:小小地真跑一遍(不看快慢),每条都答到、答对;中途杀掉再起也不丢;报数算得对。"""

from __future__ import annotations

import json

import pytest

from bench import chat
from bench.chat import Plan, measure, result_of
from bench.gateway import Message, Round, share
from bench.http_door import length_of


def test_runs_for_real_killed_once_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "KILLS", 1)
    found = measure(Plan(messages=20, people=5, rounds=1))
    assert found["lost"] == 0
    assert (found["kills"], found["sent_with_kills"]) == (1, 4 * chat.FLYING)
    assert {"vs_echo", "vs_echo_100ms", "ack_p99_ms", "lost"} <= set(found)
    assert found["rate"] > 0 and found["echo_rate"] > 0
    assert json.loads(json.dumps(found)) == found


def test_accepted_but_never_answered_counts_as_lost() -> None:
    this = Round("ours", count=3, flying=3)
    this.messages = [Message(n, sent=1.0, acked=1.5) for n in range(3)]
    this.messages[0].replies = 2
    this.acks, this.began, this.ended = 3, 1.0, 2.0
    found = this.report()
    assert (found["lost"], found["again"], found["unacked"], found["ack_p50_ms"]) == (2, 1, 0, 500.0)


def test_ratios_are_taken_within_a_round_and_the_median_is_told() -> None:
    def told(ours: float, echo: float) -> dict[str, dict[str, float]]:
        rest = {"ack_p50_ms": 1.0, "ack_p99_ms": 2.0, "reply_p50_ms": 3.0, "reply_p99_ms": 4.0}
        return {name: {"rate": rate, **rest} for name, rate in (
            ("ours", ours), ("echo", echo), ("ours_100ms", ours * 10), ("echo_100ms", echo)
        )}  # fmt: skip

    rounds = [told(300.0, 100.0), told(90.0, 100.0), told(240.0, 120.0)]
    found = result_of(rounds, {"lost": 1, "unacked": 2, "sent": 9, "again": 0})
    assert (found["vs_echo"], found["vs_echo_100ms"], found["lost"]) == (2.0, 20.0, 3)


@pytest.mark.parametrize(
    ("head", "length"),
    [
        (b"POST / HTTP/1.1\r\ncontent-Length: 12\r\nA: b", 12),
        (b"GET / HTTP/1.1", 0),
        (b"POST / HTTP/1.1\r\nContent-Length: 7", 7),
    ],
)
def test_length_of_a_request(head: bytes, length: int) -> None:
    assert length_of(head) == length


def test_share_of_nothing_is_nothing() -> None:
    assert share([], 99) == 0.0
    assert share([1.0, 2.0, 3.0], 50) == 2.0
