"""班次一周读一次,却过一天就显示“晚了”;cron 里的星期写成 1 被当作周二。现在星期写名字,过了下一次该读的时候才算晚。"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.schedule import fire_times
from ehr_sync.pull.feeds import FEEDS
from handlers import sync_health
from tests.handlers.world import at


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_no_feed_is_late_before_its_next_turn(feed):
    start, end = at("2026-11-01", "00:00"), at("2026-12-31", "00:00")
    times = sorted(moment for run in feed.runs for moment in fire_times(run.cron, start, end))
    longest = max(after - before for before, after in zip(times, times[1:], strict=False))
    assert longest <= timedelta(minutes=sync_health.FEEDS[feed.name][1])


@pytest.mark.parametrize("feed", [f for f in FEEDS if any("mon" in run.cron for run in f.runs)], ids=lambda f: f.name)
def test_what_is_read_weekly_is_read_on_mondays(feed):
    for run in feed.runs:
        if run.cron.endswith("mon"):
            times = fire_times(run.cron, at("2026-11-01", "00:00"), at("2026-12-01", "00:00"))
            assert [moment.date().isoformat() for moment in times] == [
                "2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30",
            ]  # fmt: skip
