"""考勤:班次、考勤组、排班、打卡。"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from ehr_sync.pull.attendance import read_schedule, read_shifts
from ehr_sync.pull.feeds import BY_NAME, pull
from ehr_sync.pull.punches import read_punches
from handlers.records import GroupRecord, PunchRecord, ScheduleRecord, ShiftRecord
from tests.ehr_sync.world import STAFF, MemoryIntake, World, ask, bad, ms, records

NIGHT = {
    "id": 5,
    "name": "夜班",
    "sections": [
        {
            "sectionId": 1,
            "punches": [
                {"checkType": "OnDuty", "checkTime": "1970-01-01 22:00:00", "across": 0},
                {"checkType": "OffDuty", "checkTime": "1970-01-01 06:00:00", "across": 1},
            ],
            "rests": [
                {"checkType": "OnDuty", "checkTime": "1970-01-01 02:00:00", "across": 1},
                {"checkType": "OffDuty", "checkTime": "1970-01-01 02:30:00", "across": 1},
            ],
        }
    ],
}
SPLIT = {
    "id": 4,
    "name": "两段班",
    "sections": [
        {"punches": [{"checkType": "OnDuty", "checkTime": "09:00"}, {"checkType": "OffDuty", "checkTime": "12:00"}]},
        {"punches": [{"checkType": "OnDuty", "checkTime": "13:00"}, {"checkType": "OffDuty", "checkTime": "18:00"}]},
    ],
}


def shifts_world(groups: list[dict[str, Any]], shifts: dict[str, Any], **more: Any) -> World:
    return World(
        STAFF
        | {
            "/v1.0/attendance/groupDetails": lambda b: {"result": {"groups": groups, "hasMore": False}},
            "/v1.0/attendance/shifts": lambda b: {"result": shifts[b["shiftId"]]},
            "/topapi/attendance/getusergroup": lambda b: {"result": {"group_id": 62, "name": "客服", "type": "TURN"}},
        }
        | more
    )


def test_shifts_and_groups():
    groups = [
        {
            "groupId": 61,
            "groupName": "办公室",
            "type": "FIXED",
            "userIds": ["u1"],
            "defaultClassId": 4,
            "selectedClass": [{"classId": 4, "className": "两段班"}],
            "workDayList": ["4", "4", "4", "4", "4", "0", "0"],
        },
        {"groupId": 62, "groupName": "客服", "type": "TURN", "userIds": [], "selectedClass": [{"classId": 5}]},
    ]
    world = shifts_world(groups, {"4": SPLIT, "5": NIGHT})
    got = records(list(read_shifts(world.source(), ask())))
    shifts = {r.shift_id: r for r in got if isinstance(r, ShiftRecord)}
    assert (shifts["5"].start, shifts["5"].end, shifts["5"].minutes) == (time(22), time(6), 450)
    assert shifts["5"].rests == ((time(2), time(2, 30)),)
    assert (shifts["4"].start, shifts["4"].end, shifts["4"].minutes) == (time(9), time(18), 480)
    assert shifts["4"].rests == ((time(12), time(13)),)
    office, service = [r for r in got if isinstance(r, GroupRecord)]
    assert office.weekday_shifts == dict.fromkeys(range(5), "4")
    assert (office.kind, office.members) == ("fixed", ("u1",))
    assert (service.kind, service.members, service.weekday_shifts) == ("rota", ("u2",), {})
    assert world.calls("/topapi/attendance/getusergroup") == [{"userid": "u2"}]


WORDS = [
    (
        ["周一、二、三、四 班次甲:09:00-18:00", "周五 班次乙:09:00-17:00", "周六、日 休息"],
        {0: "1", 1: "1", 2: "1", 3: "1", 4: "2"},
    ),
    ([], {0: "1", 1: "1", 2: "1", 3: "1", 4: "1"}),
]


@pytest.mark.parametrize("numbers", [["0", "1", "1", "1", "1", "1", "0"], ["1", "1", "1", "1", "1", "0", "0"]])
def test_week_in_numbers_from_sunday_or_monday(numbers: list[str]):
    group = {"groupId": 1, "type": "FIXED", "userIds": ["u1", "u2"], "defaultClassId": 1, "workDayList": numbers}
    got = records(list(read_shifts(shifts_world([group], {"1": SPLIT | {"id": 1}}).source(), ask())))
    assert [r.weekday_shifts for r in got if isinstance(r, GroupRecord)] == [dict.fromkeys(range(5), "1")]


@pytest.mark.parametrize(("lines", "expected"), WORDS)
def test_week_in_words(lines: list[str], expected: dict[int, str]):
    classes = [{"classId": 1, "className": "班次甲"}, {"classId": 2, "className": "班次乙"}]
    group = {"groupId": 1, "type": "FIXED", "userIds": ["u1", "u2"], "defaultClassId": 1}
    group |= {"selectedClass": classes, "workDayList": lines}
    shift = {"1": SPLIT | {"id": 1}, "2": SPLIT | {"id": 2}}
    got = records(list(read_shifts(shifts_world([group], shift).source(), ask())))
    assert [r.weekday_shifts for r in got if isinstance(r, GroupRecord)] == [expected]


BAD_SHIFTS = [
    ({"sections": []}, "班次没有上下班时间"),
    ({"sections": [{"punches": SPLIT["sections"][0]["punches"][:1]}]}, "班次的一段里不是一上一下"),  # type: ignore[index]
    ({"name": None}, "缺少“name”"),
    (
        {"sections": [{"punches": [{"checkType": "OnDuty", "checkTime": "九点"}, {"checkType": "OffDuty"}]}]},
        "“checkTime”不是钟点",
    ),
]


@pytest.mark.parametrize(("damage", "reason"), BAD_SHIFTS)
def test_bad_shift(damage: dict[str, Any], reason: str):
    group = {"groupId": 1, "type": "TURN", "userIds": ["u1", "u2"], "selectedClass": [{"classId": 4}, {"classId": 5}]}
    pages = list(read_shifts(shifts_world([group], {"4": SPLIT | damage, "5": NIGHT}).source(), ask()))
    assert bad(pages) == [("shift:4", reason)]
    assert [r.shift_id for r in records(pages) if isinstance(r, ShiftRecord)] == ["5"]


def plan(userid: str, class_id: int | None, kind: str = "OnDuty") -> dict[str, Any]:
    row: dict[str, Any] = {"plan_id": 1, "userid": userid, "check_type": kind, "group_id": 62}
    return row | ({"class_id": class_id} if class_id else {})


def test_schedule_by_days_with_paging_and_rest():
    rows = [plan("u1", 5), plan("u1", 5, "OffDuty"), plan("u2", None), {"plan_id": 9, "class_id": 5}]

    def listed(body: dict[str, Any]) -> Any:
        start = body["offset"]
        return {"result": {"schedules": rows[:3] if start == 0 else rows[3:], "has_more": start == 0}}

    world = World({"/topapi/attendance/listschedule": listed})
    pages = list(read_schedule(world.source(), ask(first=date(2026, 11, 20), last=date(2026, 11, 20))))
    got = [r for r in records(pages) if isinstance(r, ScheduleRecord)]
    assert [(r.userid, r.day, r.shift_id) for r in got] == [
        ("u1", date(2026, 11, 20), "5"),
        ("u2", date(2026, 11, 20), None),
    ]
    assert bad(pages) == [("9", "缺少“userid”")]
    assert [c["offset"] for c in world.calls("/topapi/attendance/listschedule")] == [0, 200]


def test_schedule_looks_two_weeks_ahead_and_goes_on_from_the_cursor():
    world = World({"/topapi/attendance/listschedule": lambda b: {"result": {"schedules": [], "has_more": False}}})
    intake = MemoryIntake()
    pull(BY_NAME["schedule"], world.source(), intake, ask())
    assert intake.cursors["schedule"] == "2026-12-07"
    assert len(world.calls("/topapi/attendance/listschedule")) == 18  # 11-20 到 12-07
    pull(BY_NAME["schedule"], world.source(), intake, ask(slot="s2", back=1))
    assert len(world.calls("/topapi/attendance/listschedule")) == 19


def punch(number: int, at: str, **more: Any) -> dict[str, Any]:
    day = at[:10]
    return {
        "id": number,
        "userId": "u1",
        "userCheckTime": ms(at),
        "checkType": "OnDuty",
        "workDate": ms(f"{day} 00:00"),
        "sourceType": "ATM",
        "isLegal": "Y",
        "gmtModified": ms(at),
    } | more


def punches_world(rows: list[Any]) -> World:
    def listed(body: dict[str, Any]) -> Any:
        day = body["checkDateFrom"][:10]
        found = [
            r for r in rows if not isinstance(r, dict) or not r.get("userCheckTime") or r["userCheckTime"] == "昨天"
        ]
        start, end = ms(f"{day} 00:00"), ms(f"{day} 23:59")
        found += [r for r in rows if r not in found and start <= r["userCheckTime"] <= end + 59_999]
        return {"recordresult": found, "hasMore": False}

    return World(STAFF | {"/attendance/listRecord": listed})


def test_punches_day_by_day_cursor_and_catch_up():
    rows = [punch(1, "2026-11-20 09:01"), punch(2, "2026-11-22 08:55"), punch(3, "2026-11-23 08:59")]
    world = punches_world(rows)
    intake = MemoryIntake()
    done = pull(BY_NAME["punches"], world.source(), intake, ask())
    assert done.fresh == 3
    assert intake.cursors["punches"] == "2026-11-22"  # 今天还没过完
    calls = world.calls("/attendance/listRecord")
    assert [c["checkDateFrom"][:10] for c in calls] == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]
    assert calls[0]["userIds"] == ["u1", "u2", "gone"]
    later = datetime(2026, 11, 25, 18, 10, tzinfo=UTC)  # 上海 11-26 02:10:早上六点前不读今天
    pull(BY_NAME["punches"], world.source(), intake, ask(now=later, slot="s2", back=1))
    assert [c["checkDateFrom"][:10] for c in world.calls("/attendance/listRecord")[4:]] == [
        "2026-11-22",
        "2026-11-23",
        "2026-11-24",
        "2026-11-25",
    ]
    assert intake.cursors["punches"] == "2026-11-25"


def test_punch_fields():
    rows = [
        punch(7, "2026-11-20 06:02", checkType="OffDuty", workDate=ms("2026-11-19 00:00"), procInstId="p-1"),
        punch(8, "2026-11-20 09:00", isLegal="N"),
    ]
    off, void = records(
        list(read_punches(punches_world(rows).source(), ask(first=date(2026, 11, 20), last=date(2026, 11, 20))))
    )
    assert isinstance(off, PunchRecord)
    assert isinstance(void, PunchRecord)
    assert (off.source_id, off.check_type, off.work_date, off.approve_id) == ("7", "off", date(2026, 11, 19), "p-1")
    assert off.at == datetime(2026, 11, 19, 22, 2, tzinfo=UTC)
    assert (void.valid, off.valid) == (False, True)


def test_a_correction_is_a_newer_version_of_the_same_punch():
    day = {"first": date(2026, 11, 20), "last": date(2026, 11, 20)}
    old = records(list(read_punches(punches_world([punch(1, "2026-11-20 09:31")]).source(), ask(**day))))
    fixed = punch(1, "2026-11-20 09:00", gmtModified=ms("2026-11-21 10:00"), sourceType="BOSS")
    new = records(list(read_punches(punches_world([fixed]).source(), ask(**day))))
    assert isinstance(old[0], PunchRecord)
    assert isinstance(new[0], PunchRecord)
    assert old[0].source_id == new[0].source_id
    assert old[0].version < new[0].version


BAD_PUNCHES = [
    ({"id": None}, "缺少“id”"),
    ({"userId": 5.5}, "“userId”不是文字"),
    ({"userCheckTime": "昨天"}, "“userCheckTime”不是整数"),
    ({"userCheckTime": 0}, "“userCheckTime”不是合理的时间"),
    ({"checkType": "Lunch"}, "不认得的打卡类型“Lunch”"),
    ({"sourceType": None}, "缺少“sourceType”"),
    ({"isLegal": "maybe"}, "“isLegal”不是是非"),
]


@pytest.mark.parametrize(("damage", "reason"), BAD_PUNCHES)
def test_bad_punches_are_listed(damage: dict[str, Any], reason: str):
    rows = [punch(1, "2026-11-20 09:00") | damage, punch(2, "2026-11-20 09:05")]
    pages = list(read_punches(punches_world(rows).source(), ask(first=date(2026, 11, 20), last=date(2026, 11, 20))))
    assert [reason for _, reason in bad(pages)] == [reason]
    assert [r.source_id for r in records(pages) if isinstance(r, PunchRecord)] == ["2"]


def test_not_an_object_at_all():
    pages = list(read_punches(punches_world(["oops"]).source(), ask(first=date(2026, 11, 20), last=date(2026, 11, 20))))
    assert bad(pages) == [("unknown", "这条记录不是一个对象")]


def test_asked_about_today_reads_one_person_once():
    world = punches_world([punch(3, "2026-11-23 08:59")])
    pages = list(read_punches(world.source(), ask(ids=("u1",))))
    assert [(p.cursor, p.complete, p.userids) for p in pages] == [("", False, ("u1",))]
    assert len(world.fake.requests) == 1
