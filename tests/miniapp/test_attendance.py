"""网页考勤 attendance:哪天怎么了、为什么;原始打卡一条条列出,补的、无效的写明;上级看团队的,HR 按姓名找人。"""

from __future__ import annotations

from datetime import date, datetime

from engine.days import SHANGHAI
from handlers import intake
from handlers.desk import SYSTEM
from handlers.records import Page, PunchRecord
from miniapp.view import clock
from tests.miniapp.browser import Browser
from tests.miniapp.test_leave import words_of
from tests.miniapp.world import World

DAY = date(2026, 11, 18)


def punch(world: World, number: str, hour: int, source: str, valid: bool = True) -> None:
    """李明 11 月 18 日的一次下班卡。"""
    at = datetime(2026, 11, 18, hour, 5, tzinfo=SHANGHAI)
    record = PunchRecord(number, "liming", at, "off", DAY, source, "v1", valid=valid)
    page = Page("punches", "2026-11-22", (record,), cursor="2026-11-22")
    world.desk.do(intake.take_page, page, SYSTEM, f"take:{number}")


def punches_of(me: Browser, path: str = "/api/v1/attendance/2026-11") -> list[tuple[str, str, bool, bool]]:
    days = {d["day"]: d for d in me.get(path).json()["days"]}
    return [(p["side"], p["source"], p["corrected"], p["counted"]) for p in days["2026-11-18"]["punches"]]


def test_attendance_marks_the_days_and_says_why(world: World) -> None:
    me = Browser(world, "liming")
    text = words_of(me.get("/m/attendance?month=2026-11").text)
    assert "11月12日(周四) 白班 09:00–18:00 09:12 打上班卡，迟到 12 分钟" in text
    assert "11月18日(周三) 白班 09:00–18:00 缺下班卡" in text
    assert "11月22日(周日)以前按打卡计算，之后按排班显示" in text
    october = me.get("/m/attendance?month=2026-10").text
    assert 'aria-label="1日，法定节假日"' in october
    sheet = me.get("/api/v1/attendance/2026-11").json()
    assert (sheet["late"], sheet["missing"], sheet["through"]) == (1, 1, "2026-11-22")
    late = next(d for d in sheet["days"] if d["day"] == "2026-11-12")
    assert (late["late_minutes"], late["state_label"], late["shift"]) == (12, "迟到", "白班 09:00–18:00")
    assert [(p["side"], p["at"], p["used"]) for p in late["punches"]] == [
        ("上班", "2026-11-12T01:12:00Z", True),
        ("下班", "2026-11-12T10:04:00Z", True),
    ]


def test_a_corrected_punch_and_a_void_one_are_told_apart(world: World) -> None:
    me = Browser(world, "liming")
    assert punches_of(me) == [("上班", "手机打卡", False, True)]
    assert "11月18日(周三) 白班 09:00–18:00 缺下班卡 上班 08:55 手机打卡" in words_of(
        me.get("/m/attendance?month=2026-11").text
    )
    punch(world, "p-void", 17, "USER", valid=False)
    punch(world, "p-fixed", 18, "APPROVE")
    assert punches_of(me)[1:] == [("下班", "手机打卡", False, False), ("下班", "补卡审批", True, True)]
    text = words_of(me.get("/m/attendance?month=2026-11").text)
    assert "缺下班卡" not in text
    assert "下班 17:05 手机打卡 无效，不计 下班 18:05 补卡审批 已更正" in text


def test_a_manager_opens_the_team_and_hr_finds_by_name(world: World) -> None:
    liming = world.person("liming")
    boss, hr, peer = Browser(world, "wangfang"), Browser(world, "zhaohui"), Browser(world, "zhangwei")
    assert f"person={liming}" in boss.get("/m/attendance").text
    for me in (boss, hr):
        page = me.get(f"/m/attendance?person={liming}&month=2026-11").text
        assert "李明的考勤" in words_of(page)
        assert "08:55" in page
    assert "李明的考勤" in words_of(hr.get("/m/attendance?name=李明&month=2026-11").text)
    assert "没有找到" in hr.get("/m/attendance?name=某某").text
    assert peer.get(f"/m/attendance?person={liming}").status_code == 403
    assert "张伟" in peer.get("/m/attendance?name=李明").text
    assert "李明" not in peer.get("/m/attendance?name=李明").text
    assert peer.get(f"/api/v1/attendance/2026-11?person={liming}").status_code == 403


def test_a_night_shift_ends_the_next_day() -> None:
    out = datetime(2026, 11, 19, 6, 3, tzinfo=SHANGHAI)
    assert clock(out, DAY) == "次日 06:03"
    assert clock(out, date(2026, 11, 19)) == "06:03"
    assert clock(datetime(2026, 11, 17, 21, 58, tzinfo=SHANGHAI), DAY) == "前一日 21:58"
