"""休完很久或已结算的假,不能自己“销”回来(原先可以把早已休完的年假退回账上)。"""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import RuleBroken
from handlers import leave
from handlers.leave import EndLeave
from tests.handlers.test_leave_life import approved, available
from tests.handlers.world import World, at


def test_days_longer_back_than_the_limit_are_for_hr(world: World):
    number = approved(world, type="annual", start=date(2026, 11, 26), end=date(2026, 11, 30))
    world.now = at("2027-01-05")
    with pytest.raises(RuleBroken) as refused:
        world.do("liming", leave.end_early, EndLeave(number, date(2026, 11, 26)))
    assert refused.value.code == "TOO_FAR_BACK"


def test_yesterday_can_still_be_given_back(world: World):
    number = approved(world, type="annual", start=date(2026, 11, 26), end=date(2026, 11, 27))
    world.now = at("2026-11-30")
    view = world.do("liming", leave.end_early, EndLeave(number, date(2026, 11, 26))).view
    assert (view.state, view.amount_words, available(world)) == ("ended", "1 天", "2 天")
