"""这个月的考勤 attendance month:聊天里答合计与不正常的日子,网页与接口里有每一天;改了卡,跟着变。"""

from __future__ import annotations

from tests.e2e.telling import ask_one, words
from tests.harness.house import House
from tests.harness.sandbox import until


def test_october_of_the_salesman_one_lateness(story: House) -> None:
    text = words(ask_one(story, "liming", "我十月份迟到几次"))
    assert "迟到 1 次" in text and "10月14日(周三)" in text
    sheet = story.page("liming").get("/api/v1/attendance/2026-10")
    assert (sheet["workdays"], sheet["late"], sheet["missing"], sheet["absent"]) == (18, 1, 0, 0)
    late = [day for day in sheet["days"] if day["state"] == "late"]
    assert [(day["day"], day["late_minutes"]) for day in late] == [("2026-10-14", 17)]


def test_the_manager_sees_the_team_and_a_colleague_does_not(story: House) -> None:
    person = story.person_id("liming")
    assert story.page("wangfang").get(f"/api/v1/attendance/2026-10?person={person}")["name"] == "李明"
    assert story.page("zhangwei").try_get(f"/api/v1/attendance/2026-10?person={person}")[0] == 403
    assert "权限" in words(ask_one(story, "zhangwei", "李明这个月迟到几次"))


def test_a_corrected_punch_changes_the_day(story: House) -> None:
    day = "2026-11-18"
    assert _day(story, "chenxin", day)["state"] != "late"
    story.sandbox.ding("punch", userid="chenxin", at=f"{day}T09:41:00+08:00", type="OnDuty")
    until(
        lambda: _day(story, "chenxin", day)["state"] == "late", 20, lambda: f"没有跟着变:{_day(story, 'chenxin', day)}"
    )
    assert _day(story, "chenxin", day)["late_minutes"] == 41


def _day(house: House, userid: str, day: str) -> dict[str, object]:
    sheet = house.page(userid).get(f"/api/v1/attendance/{day[:7]}")
    found: dict[str, object] = next(one for one in sheet["days"] if one["day"] == day)
    return found
