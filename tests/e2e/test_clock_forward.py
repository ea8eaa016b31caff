"""钟往前拨 clock forward:错过的槽按日期补做:考勤补齐、提醒升档、离职停用;只做一次。"""

from __future__ import annotations

from app.schedule import SLOTS
from tests.e2e.conftest import Make
from tests.e2e.telling import assert_no_amounts, assert_twice
from tests.harness.house import House
from tests.harness.sandbox import Json, until

DAYS = [f"11-{day}" for day in range(24, 31)] + [f"12-{day:02d}" for day in range(1, 13)]


def test_slots_that_were_passed_run_by_their_date(own: Make) -> None:
    house = own()
    assert _alert(house)["window"] == "60"
    house.sandbox.set_clock("2026-12-12T10:00:00+08:00")
    until(lambda: _alert(house)["window"] == "30", 60, lambda: f"没有升档:{_alert(house)}")
    until(lambda: _through(house) >= "2026-12-11", 60, lambda: f"考勤只到 {_through(house)}")
    house.settle(120)
    marks = dict(house.rows("SELECT key, value FROM fact WHERE key LIKE 'slot:%'"))
    daily = [f"slot:{slot.name}" for slot in SLOTS if slot.cron.endswith("* * *")]
    assert len(daily) > 5
    assert all(marks[key] >= "2026-12-11" for key in daily), marks
    done = house.rows("SELECT key FROM donekey WHERE key LIKE 'daily:alerts:%' ORDER BY key")
    assert [row[0][-10:] for row in done] == [f"2026-{day}" for day in DAYS], "每天的提醒按日期各扫一次,一天不漏"
    assert_no_amounts(house)
    assert_twice(house, 9)


def test_the_clock_never_runs_backward_and_stands_while_everything_is_down(own: Make) -> None:
    house = own()
    status, _ = house.sandbox.request("PUT", "/_sandbox/api/clock", {"now": "2026-11-01T09:00:00+08:00"})
    assert status == 409
    house.stop()
    house.sandbox.start()
    house.start_service()
    assert house.sandbox.now().startswith("2026-11-23T09:3")


def _alert(house: House) -> Json:
    rows: list[Json] = house.page("zhaohui").get("/api/v1/alerts")
    return next(row for row in rows if row["person_name"] == "刘洋")


def _through(house: House) -> str:
    return str(house.page("liming").get("/api/v1/attendance/2026-12")["through"])
