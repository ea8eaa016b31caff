"""按小时的假提前回来:只退没休的钟点(原先整份退回)。"""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import BadInput
from handlers import leave
from handlers.leave import EndLeave
from tests.handlers.test_leave_life import approved, available
from tests.handlers.world import World, at


def test_two_of_four_hours_are_kept(world: World):
    number = approved(world, type="comp", start_at=at("2026-11-26", "14:00"), end_at=at("2026-11-26", "18:00"))
    assert available(world, "comp") == "4 小时"
    world.now = at("2026-11-26", "16:00")
    view = world.do("liming", leave.end_early, EndLeave(number)).view
    assert (view.state, view.amount_words, available(world, "comp")) == ("ended", "2 小时", "6 小时")


def test_nothing_is_kept_before_it_begins(world: World):
    number = approved(world, type="comp", start_at=at("2026-11-26", "14:00"), end_at=at("2026-11-26", "18:00"))
    world.now = at("2026-11-26", "13:00")
    assert world.do("liming", leave.end_early, EndLeave(number)).view.state == "withdrawn"
    assert available(world, "comp") == "8 小时"


def test_after_the_end_there_is_nothing_to_end(world: World):
    number = approved(world, type="comp", start_at=at("2026-11-26", "14:00"), end_at=at("2026-11-26", "18:00"))
    world.now = at("2026-11-26", "18:00")
    with pytest.raises(BadInput) as refused:
        world.do("liming", leave.end_early, EndLeave(number))
    assert refused.value.code == "NOT_EARLIER"


def test_an_afternoon_named_as_the_last_part_is_the_whole_day(world: World):
    """“休到周五下午”就是休满,不算提前。"""
    number = approved(world, start=date(2026, 11, 26), end=date(2026, 11, 27))
    with pytest.raises(BadInput) as refused:
        world.do("liming", leave.end_early, EndLeave(number, date(2026, 11, 27), "pm"))
    assert refused.value.code == "NOT_EARLIER"


def test_only_days_off_kept_means_nothing_was_used(world: World):
    """周六到下周二的假,休到周日为止:一天也没用。"""
    number = approved(world, start=date(2026, 11, 28), end=date(2026, 12, 1))
    view = world.do("liming", leave.end_early, EndLeave(number, date(2026, 11, 29))).view
    assert view.state == "withdrawn"
