"""限速、两只表与翻页。"""

from __future__ import annotations

from datetime import date

import pytest

from ehr_sync.dingtalk.limits import Budget, Level, MemoryMeters, Meter, QpsGate, Weight, allows, forecast, level_of
from ehr_sync.dingtalk.paging import Slice, batches, pages
from engine.errors import Unavailable
from tests.ehr_sync.fakes import Clock


def test_twenty_in_a_second_and_no_more():
    clock = Clock()
    gate = QpsGate(clock.pace())
    times = []
    for _ in range(65):
        gate.enter("a")
        times.append(clock.now())
    for first, later in zip(times, times[20:], strict=False):
        assert later - first >= 1.0
    assert clock.now() - 1000.0 < 4.0


def test_another_api_has_its_own_window():
    clock = Clock()
    gate = QpsGate(clock.pace(), 2)
    for name in ("a", "a", "b", "b"):
        gate.enter(name)
    assert clock.slept == []


FORECAST = [
    (0, date(2026, 11, 1), 0),
    (100, date(2026, 11, 10), 300),
    (1, date(2026, 11, 30), 1),
    (10, date(2026, 2, 3), 94),  # 28 天:280/3 = 93.3… 向上
]


@pytest.mark.parametrize(("used", "today", "expected"), FORECAST)
def test_forecast(used: int, today: date, expected: int):
    assert forecast(used, today) == expected


LEVELS = [
    (400, 1000, 4000, Level.NORMAL),  # 月初一阵忙,不到一半
    (500, 1000, 1000, Level.NORMAL),
    (500, 1000, 1001, Level.FEWER_CARDS),
    (800, 1000, 900, Level.NORMAL),
    (800, 1000, 1200, Level.LINKS),
    (950, 1000, 960, Level.APPROVALS_ONLY),
    (1000, 1000, 1000, Level.EMPTY),
]


@pytest.mark.parametrize(("used", "limit", "expected", "level"), LEVELS)
def test_level(used: int, limit: int, expected: int, level: Level):
    assert level_of(used, limit, expected) is level


def test_order_of_saving():
    store = MemoryMeters()
    budget = Budget(store, lambda: date(2026, 11, 15), {Meter.CALLS: 1000, Meter.PUSHES: 100}, batch=1)
    steps = []
    for target in (10, 60, 85, 96, 100):
        budget.count(Meter.PUSHES, target - budget.reading(Meter.PUSHES).used)
        steps.append([w.value for w in Weight if allows(budget.level(), w)])
    assert steps == [
        ["progress", "answer", "approval"],
        ["answer", "approval"],
        ["answer", "approval"],
        ["approval"],
        ["approval"],
    ]


def test_counts_are_batched_and_never_lost_over_the_month():
    day = [date(2026, 11, 30)]
    store = MemoryMeters()
    budget = Budget(store, lambda: day[0], batch=10)
    for _ in range(13):
        budget.count(Meter.CALLS)
    assert store.used("calls", "2026-11") == 10
    assert budget.reading(Meter.CALLS).used == 13
    day[0] = date(2026, 12, 1)
    budget.count(Meter.CALLS)
    assert store.used("calls", "2026-11") == 13
    assert budget.reading(Meter.CALLS).used == 1
    budget.flush()
    assert store.used("calls", "2026-12") == 1


def test_pages_are_read_to_the_end():
    book = {"0": Slice([1, 2], "2"), "2": Slice([3], None)}
    assert list(pages(book.__getitem__, "0")) == [[1, 2], [3]]


def test_a_page_given_twice_is_asked_for_again():
    answers = iter([Slice([1, 2], "2"), Slice([1, 2], "2"), Slice([3], None)])
    assert list(pages(lambda _: next(answers), "0")) == [[1, 2], [3]]


def test_a_page_that_stays_the_same_stops_the_reading():
    answers = iter([Slice([1], "1"), Slice([1], "2"), Slice([1], "2")])
    with pytest.raises(Unavailable) as caught:
        list(pages(lambda _: next(answers), "0"))
    assert caught.value.code == "PAGE_REPEATED"


def test_a_ring_of_positions_stops():
    book = {"0": Slice([1], "1"), "1": Slice([2], "0")}
    with pytest.raises(Unavailable):
        list(pages(book.__getitem__, "0"))


def test_batches():
    assert list(batches([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]
    assert list(batches([], 2)) == []
