"""离谱的条数与日期:照常回答,不崩溃(原先负的条数在 PostgreSQL 上报错,在 SQLite 上给出全部)。"""

from __future__ import annotations

from datetime import date

import pytest

from handlers import leave_queries
from handlers.leave_queries import Inbox, MyLeaves, WhoIsAway
from tests.handlers.test_leave_life import approved, submitted
from tests.handlers.world import World


@pytest.mark.parametrize(("limit", "given"), [(-1, 1), (0, 1), (1, 1), (2, 2), (10**9, 2)])
def test_limits(world: World, limit: int, given: int):
    submitted(world)
    submitted(world, start=date(2026, 11, 27), end=date(2026, 11, 27))
    assert len(world.ask("liming", leave_queries.mine, MyLeaves(limit))) == given
    assert len(world.ask("wangfang", leave_queries.waiting, Inbox(limit))) == given


@pytest.mark.parametrize(("first", "away"), [(date.min, 0), (date.max, 0), (date(2026, 11, 20), 1)])
def test_who_is_away_at_the_ends_of_time(world: World, first: date, away: int):
    approved(world)
    assert len(world.ask("zhangsan", leave_queries.who_is_away, WhoIsAway(first, date.max))) == 0
    assert len(world.ask("wangfang", leave_queries.who_is_away, WhoIsAway(first, date.max))) == away
