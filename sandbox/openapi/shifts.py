"""班次接口 shifts:排班、班次、考勤组、节假日安排。"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox import absences
from sandbox.company.shapes import AttendanceGroup, Schedule, Shift
from sandbox.house import CORP_ID, House
from sandbox.openapi.attendance import clock_text, known, midnight_ms
from sandbox.openapi.endpoint import Answer, Endpoint, Json
from sandbox.refusal import NewRefusal
from sandbox.validate import Args, Field, may, must


def _schedules(house: House, a: Args) -> Json:
    rows = [row for plan in house.world.schedules_on(a["workDate"]) for row in _plan(house, plan)]
    start, stop = a.get("offset", 0), a.get("offset", 0) + a.get("size", 200)
    return {"result": {"has_more": stop < len(rows), "schedules": rows[start:stop]}}


def _plan(house: House, plan: Schedule) -> Iterator[Json]:
    if plan.published_at > house.clock.now():
        return
    head: Json = {"userid": plan.userid, "group_id": plan.group_id}
    if plan.shift_id is None or plan.on_at is None or plan.off_at is None:
        yield {**head, "plan_id": plan.plan_id, "is_rest": "Y", "work_date": f"{plan.work_date} 00:00:00"}
        return
    away = [x for x in absences.of_person(house.world, plan.userid) if x.biz_type != 1]
    for number, kind, base in ((0, "OnDuty", plan.on_at), (1, "OffDuty", plan.off_at)):
        row = {**head, "plan_id": plan.plan_id + number, "check_type": kind, "class_id": plan.shift_id}
        row["plan_check_time"] = clock_text(base)
        excuse = next((x for x in away if x.covers(base)), None)
        yield {**row, "approve_id": excuse.number} if excuse else row


def _group_of(house: House, a: Args) -> Json:
    known(house, a["userid"])
    group = next((g for g in house.world.company.groups if a["userid"] in g.members), None)
    if group is None:
        return {"result": {}}
    classes = [_class(house.world.shifts[number]) for number in group.shift_ids]
    return {"result": {"group_id": group.id, "name": group.name, "type": group.type, "classes": classes}}


def _class(shift: Shift) -> Json:
    sections = [
        {
            "times": [
                {"check_time": f"1970-01-01 {s.on:%H:%M:%S}", "check_type": "OnDuty", "across": 0},
                {"check_time": f"1970-01-01 {s.off:%H:%M:%S}", "check_type": "OffDuty", "across": int(s.off_across)},
            ]
        }
        for s in shift.sections
    ]
    setting: Json = {"work_time_minutes": shift.work_minutes, "serious_late_minutes": shift.serious_late_minutes}
    if shift.rests:
        rest = shift.rests[0]
        setting["rest_begin_time"] = {
            "check_time": f"1970-01-01 {rest.begin:%H:%M:%S}",
            "across": int(rest.begin_across),
        }
        setting["rest_end_time"] = {"check_time": f"1970-01-01 {rest.end:%H:%M:%S}", "across": int(rest.end_across)}
    return {"class_id": shift.id, "name": shift.name, "sections": sections, "setting": setting}


def _shift(house: House, a: Args) -> Json:
    shift = house.world.shifts.get(a["shiftId"])
    if shift is None:
        raise NewRefusal(400, "shiftNotExist", "班次不存在")
    sections = [
        {
            "sectionId": shift.id * 10 + n,
            "punches": [
                {"checkType": "OnDuty", "checkTime": f"{s.on:%H:%M}", "across": 0, "puncheId": shift.id * 100 + 2 * n},
                {
                    "checkType": "OffDuty",
                    "checkTime": f"{s.off:%H:%M}",
                    "across": int(s.off_across),
                    "puncheId": shift.id * 100 + 2 * n + 1,
                },
            ],
            "rests": _rests(shift),
        }
        for n, s in enumerate(shift.sections)
    ]
    setting = {"shiftId": shift.id, "workTimeMinutes": shift.work_minutes, "corpId": CORP_ID, "attendDays": "1.0"}
    body = {"id": shift.id, "name": shift.name, "corpId": CORP_ID, "sections": sections, "shiftSetting": setting}
    return {"result": body}


def _rests(shift: Shift) -> list[Json]:
    rows: list[Json] = []
    for n, rest in enumerate(shift.rests):
        for kind, at, across in (("OnDuty", rest.begin, rest.begin_across), ("OffDuty", rest.end, rest.end_across)):
            rows.append({"restId": n, "checkType": kind, "checkTime": f"{at:%H:%M}", "across": int(across)})
    return rows


def _groups(house: House, a: Args) -> Json:
    groups = house.world.company.groups
    start, stop = a["nextToken"], a["nextToken"] + a["maxResults"]
    return {"result": {"groups": [_group(house, g) for g in groups[start:stop]], "hasMore": stop < len(groups)}}


def _group(house: House, group: AttendanceGroup) -> Json:
    members = [userid for userid in group.members if house.world.person(userid)]
    return {
        "groupId": group.id,
        "groupName": group.name,
        "type": group.type,
        "isDefault": group.id == house.world.company.groups[0].id,
        "memberCount": len(members),
        "userIds": members,
        "defaultClassId": group.default_shift_id,
        "classesList": [house.world.shifts[n].name for n in group.shift_ids],
        "workDayList": ["0" if n is None else str(n) for n in (group.weekday_shift[-1], *group.weekday_shift[:-1])],
        "selectedClass": [{"classId": n, "className": house.world.shifts[n].name} for n in group.shift_ids],
    }


def _holidays(house: House, a: Args) -> Json:
    book = house.world.company.holidays
    kinds = [(book.statutory, "festival"), (book.in_lieu, "rest"), (book.makeup, "workday")]
    first, last = a["workDateFrom"].date(), a["workDateTo"].date()
    rows = [
        {"workDate": midnight_ms(day), "holidayName": "节假日", "holidayType": kind}
        for table, kind in kinds
        for day in table
        if first <= day <= last
    ]
    return {"result": [{"userId": userid, "holidays": rows} for userid in a["userIds"]]}


def _post(path: str, answer: Answer, *fields: Field) -> Endpoint:
    return Endpoint("POST", path, answer, fields)


ENDPOINTS = (
    _post("/topapi/attendance/getusergroup", _group_of, must("userid")),
    _post(
        "/topapi/attendance/listschedule",
        _schedules,
        must("workDate", "day"),
        may("offset", "int", least=0),
        may("size", "int", most=200, least=1),
    ),
    Endpoint("GET", "/v1.0/attendance/shifts", _shift, (may("opUserId"), must("shiftId", "int"))),
    Endpoint(
        "GET",
        "/v1.0/attendance/groupDetails",
        _groups,
        (must("nextToken", "int", least=0), must("maxResults", "int", most=50, least=1)),
    ),
    _post(
        "/v1.0/attendance/holidays",
        _holidays,
        must("userIds", "strs", most=50),
        must("workDateFrom", "ms"),
        must("workDateTo", "ms"),
    ),
)
