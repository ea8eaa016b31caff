"""排道 lanes:同时在想的有数,按钮与事件不等想的;想好了让出位子;一条道上一次一件。"""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from bot.workers import Job, Lanes
from handlers.mail import Letter


def job(number: int, kind: str = "message", left: tuple[str, ...] = ()) -> Job:
    return Job(Letter(f"m{number}", kind, "u", "", "{}", datetime(2026, 11, 23, tzinfo=UTC)), left=left)


def taken(lanes: Lanes) -> tuple[str, str]:
    found = lanes.take()
    assert found is not None
    return found[0], found[1].letter.message_id


def waiting(lanes: Lanes) -> tuple[threading.Thread, list[tuple[str, str]]]:
    """一个来取活的人,取到的记在后面。"""
    got: list[tuple[str, str]] = []
    thread = threading.Thread(target=lambda: got.append(taken(lanes)))
    thread.start()
    return thread, got


def test_only_so_many_think_at_once_and_thinking_done_lets_the_next_begin() -> None:
    lanes = Lanes(1)
    lanes.put("a", job(1))
    lanes.put("b", job(2))
    assert taken(lanes) == ("a", "m1")
    thread, got = waiting(lanes)
    thread.join(0.05)
    assert got == []
    lanes.thought("a")
    thread.join(5)
    assert got == [("b", "m2")]


def test_a_press_and_an_undelivered_answer_do_not_wait_for_thinkers() -> None:
    lanes = Lanes(1)
    for lane, one in (("a", job(1)), ("b", job(2)), ("press", job(3, "callback")), ("c", job(4, left=("said",)))):
        lanes.put(lane, one)
    assert [taken(lanes) for _ in range(3)] == [("press", "m3"), ("c", "m4"), ("a", "m1")]


def test_a_lane_gives_its_next_only_when_the_first_is_done_even_if_thought_out() -> None:
    lanes = Lanes(4)
    lanes.put("a", job(1))
    lanes.put("a", job(2))
    assert taken(lanes) == ("a", "m1")
    lanes.thought("a")
    thread, got = waiting(lanes)
    thread.join(0.05)
    assert got == []
    lanes.put("b", job(3))
    thread.join(5)
    assert got == [("b", "m3")]
    lanes.done("a")
    assert taken(lanes) == ("a", "m2")
    for lane in ("a", "b"):
        lanes.done(lane)
    assert lanes.size() == 0


def test_one_that_failed_while_thinking_gives_its_place_back() -> None:
    lanes = Lanes(1)
    lanes.put("a", job(1))
    lanes.put("b", job(2))
    assert taken(lanes) == ("a", "m1")
    lanes.done("a")
    assert taken(lanes) == ("b", "m2")


def test_many_workers_take_every_job_once() -> None:
    lanes, seen, lock = Lanes(3), [], threading.Lock()
    everything = threading.Event()

    def work() -> None:
        while (found := lanes.take()) is not None:
            lanes.thought(found[0])
            with lock:
                seen.append(found[1].letter.message_id)
                if len(seen) == 400:
                    everything.set()
            lanes.done(found[0])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for n in range(400):
        lanes.put(f"lane{n % 40}", job(n, "event" if n % 7 == 0 else "message"))
    assert everything.wait(20)
    lanes.close()
    for thread in threads:
        thread.join(5)
    assert sorted(seen) == sorted(f"m{n}" for n in range(400))
    for lane in range(40):
        own = [f"m{n}" for n in range(400) if n % 40 == lane]
        assert [one for one in seen if one in own] == own
