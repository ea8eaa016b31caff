"""跟进 follow up:一阵事件并成几次去看;停的时候攒着的不丢;一件没开成不拦别的。"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from datetime import date

import pytest

from app.follow_up import MOST, FollowUp, Start
from ehr_sync.events import Follow

SOON = {"deals": 0.02, "people": 0.02}
NEVER = {"deals": 3600.0, "approvals": 3600.0, "punches": 3600.0, "people": 3600.0}
made: list[FollowUp] = []


@pytest.fixture
def started() -> Iterator[queue.Queue[Follow]]:
    yield queue.Queue()
    while made:
        made.pop().stop()


def follow_up(start: Start, waits: dict[str, float]) -> FollowUp:
    made.append(FollowUp(start, waits))
    return made[-1]


def left(found: queue.Queue[Follow]) -> list[Follow]:
    return [found.get_nowait() for _ in range(found.qsize())]


def test_a_burst_becomes_one_look(started: queue.Queue[Follow]) -> None:
    here = follow_up(lambda one, _slot: started.put(one), SOON)
    for number in range(50):
        here.add(Follow("deals", (f"d{number % 5}",)))
    assert started.get(timeout=5) == Follow("deals", ("d0", "d1", "d2", "d3", "d4"))
    here.add(Follow("deals", ("d9",)))
    assert started.get(timeout=5) == Follow("deals", ("d9",)), "下一阵是下一次"
    assert started.empty()


def test_what_waits_is_handed_over_at_the_end(started: queue.Queue[Follow]) -> None:
    here = follow_up(lambda one, _slot: started.put(one), NEVER)
    here.add(Follow("approvals", ("a",)))
    here.add(Follow("punches", ("u1",), date(2026, 11, 23)))
    here.add(Follow("punches", ("u1",), date(2026, 11, 24)))
    here.add(Follow("people", ("u1",)))
    here.add(Follow("people"))
    here.stop()
    assert left(started) == [
        Follow("approvals", ("a",)),
        Follow("punches", ("u1",), date(2026, 11, 23)),
        Follow("punches", ("u1",), date(2026, 11, 24)),
        Follow("people"),
    ], "有人说整份看,就不必带编号;不同的日子分开"


def test_a_very_long_list_is_cut(started: queue.Queue[Follow]) -> None:
    here = follow_up(lambda one, _slot: started.put(one), NEVER)
    here.add(Follow("deals", tuple(f"d{n}" for n in range(MOST + 1))))
    here.stop()
    assert [len(one.ids) for one in left(started)] == [MOST, 1]


def test_one_that_cannot_start_does_not_stop_the_others(
    started: queue.Queue[Follow], caplog: pytest.LogCaptureFixture
) -> None:
    slots: list[str] = []

    def start(one: Follow, slot: str) -> None:
        slots.append(slot)
        if one.feed == "deals":
            raise RuntimeError("boom")
        started.put(one)

    here = follow_up(start, NEVER)
    here.add(Follow("deals", ("d1",)))
    here.add(Follow("approvals", ("a1",)))
    here.stop()
    assert left(started) == [Follow("approvals", ("a1",))]
    assert len(set(slots)) == 2, "每一次有自己的编号"
    assert "follow up not started: deals" in caplog.text
