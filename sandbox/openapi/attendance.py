"""考勤接口 attendance:打卡结果、打卡流水、排班、班次、考勤组、一人一天的全貌。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sandbox import absences
from sandbox.absences import Absence
from sandbox.clock import SHANGHAI, to_ms
from sandbox.company.shapes import Punch
from sandbox.durations import plain
from sandbox.house import CORP_ID, House
from sandbox.openapi.endpoint import Answer, Endpoint, Json
from sandbox.refusal import BadField, OldRefusal
from sandbox.validate import Args, Field, may, must
from sandbox.world import days

_HALF_YEAR = timedelta(days=180)


def midnight_ms(day: date) -> int:
    """这天零点的毫秒。"""
    return to_ms(datetime.combine(day, time(), SHANGHAI))


def _range(house: House, a: Args, names: tuple[str, str], most: int, *, whole: bool) -> tuple[datetime, datetime]:
    begin, end = a[names[0]], a[names[1]]
    if end < begin:
        raise BadField(names[1], "invalid", "结束时间早于开始时间")
    span = (end.date() - begin.date()).days + 1 if whole else (end - begin) / timedelta(days=1)
    if span > most:
        raise BadField(names[1], "invalid", f"时间跨度超过 {most} 天")
    if begin < house.clock.now() - _HALF_YEAR:
        raise BadField(names[0], "invalid", "只能查 180 天以内的数据")
    return begin, end


# ------- 打卡结果(应打的时段,没打也有)


def _results(house: House, a: Args) -> Json:
    begin, end = _range(house, a, ("workDateFrom", "workDateTo"), 7, whole=True)
    rows = [
        row
        for book in (book_of(house, userid) for userid in dict.fromkeys(a["userIdList"]))
        for day in days(begin.date(), end.date())
        for row in slots(house, book, day)
    ]
    start, stop = a["offset"], a["offset"] + a["limit"]
    page = [house.faults.spoil("punch", row) for row in rows[start:stop]]
    return {"recordresult": page, "hasMore": stop < len(rows)}


@dataclass(frozen=True)
class Book:
    """一个人此刻看得见的打卡(按排班号)与在效的请假出差。"""

    userid: str
    punches: dict[int, Punch]
    away: list[Absence]


def book_of(house: House, userid: str) -> Book:
    """翻开一个人的考勤。"""
    punches = {p.plan_id: p for p in house.world.punches(userid) if p.plan_id}
    return Book(userid, punches, [x for x in absences.of_person(house.world, userid) if x.biz_type != 1])


def slots(house: House, book: Book, day: date) -> Iterator[Json]:
    """一人一天的应打时段:打过的给打卡,请假的给审批,过了点没打的给 NotSigned。"""
    plan = house.world.schedule(book.userid, day)
    if plan is None or plan.shift_id is None or plan.on_at is None or plan.off_at is None:
        return
    person = house.world.people.get(book.userid)
    if person is None or not person.employed_on(day):
        return
    for number, kind, base in ((plan.plan_id, "OnDuty", plan.on_at), (plan.plan_id + 1, "OffDuty", plan.off_at)):
        if base > house.clock.now() and number not in book.punches:
            continue
        head = {
            "userId": book.userid,
            "workDate": midnight_ms(day),
            "checkType": kind,
            "baseCheckTime": to_ms(base),
            "planId": number,
            "groupId": plan.group_id,
        }
        excuse = next((x for x in book.away if x.covers(base)), None)
        yield {**head, **_slot(book.punches.get(number), excuse, base, number)}


def _slot(punch: Punch | None, excuse: Absence | None, base: datetime, number: int) -> Json:
    if punch is not None:
        row: Json = {
            "id": punch.id,
            "recordId": punch.id,
            "userCheckTime": to_ms(punch.at),
            "timeResult": punch.time_result,
            "locationResult": punch.location_result,
            "sourceType": punch.source_type,
        }
        if punch.process_instance_id:
            row["procInstId"] = punch.process_instance_id
        return row
    row = {"id": 100_000_000_000 + number, "userCheckTime": to_ms(base), "locationResult": "NotSigned"}
    if excuse is not None:
        more = {"timeResult": "Normal", "sourceType": "APPROVE", "locationResult": "Normal"}
        return {**row, **more, "approveId": excuse.number, "procInstId": excuse.approve_id}
    return {**row, "timeResult": "NotSigned", "sourceType": "SYSTEM"}


# ------- 打卡流水(只有真打过的)


def _records(house: House, a: Args) -> Json:
    begin, end = _range(house, a, ("checkDateFrom", "checkDateTo"), 7, whole=False)
    rows = [
        house.faults.spoil("punch", _record(punch))
        for userid in dict.fromkeys(a["userIds"])
        for punch in house.world.punches(userid)
        if begin <= punch.at <= end and punch.at <= house.clock.now()
    ]
    return {"recordresult": rows}


def _record(punch: Punch) -> Json:
    row: Json = {
        "id": punch.id,
        "userId": punch.userid,
        "workDate": midnight_ms(punch.work_date),
        "checkType": punch.check_type,
        "userCheckTime": to_ms(punch.at),
        "timeResult": punch.time_result,
        "locationResult": punch.location_result,
        "sourceType": punch.source_type,
        "isLegal": "Y",
        "corpId": CORP_ID,
        "groupId": punch.group_id,
        "bizId": f"B{punch.id}",
        "locationMethod": "ATM" if punch.source_type == "ATM" else "MAP",
        "gmtCreate": to_ms(punch.at),
        "gmtModified": to_ms(punch.known_at),
    }
    if punch.plan_id is not None and punch.base_at is not None:
        base = to_ms(punch.base_at)
        row |= {"planId": punch.plan_id, "classId": punch.shift_id, "baseCheckTime": base, "planCheckTime": base}
    if punch.address:
        row["userAddress"] = punch.address
    if punch.remark:
        row["outsideRemark"] = punch.remark
    if punch.process_instance_id:
        row["procInstId"] = punch.process_instance_id
    return row


# ------- 一人一天


def _update_data(house: House, a: Args) -> Json:
    day: date = a["work_date"]
    userid = a["userid"]
    known(house, userid)
    mine = [p for p in house.world.punches(userid) if p.work_date == day]
    away = [x for x in absences.of_person(house.world, userid) if x.begin.date() <= day <= x.end.date()]
    result: Json = {
        "userid": userid,
        "corpId": CORP_ID,
        "work_date": f"{day} 00:00:00",
        "attendance_result_list": [_result(house, row) for row in slots(house, book_of(house, userid), day)],
        "approve_list": [_approve(x) for x in away],
        "check_record_list": [
            {
                "record_id": p.id,
                "user_check_time": clock_text(p.at),
                "source_type": p.source_type,
                "valid_matched": p.plan_id is not None,
            }
            for p in mine
        ],
    }
    return {"result": result, "success": True}


def _result(house: House, row: Json) -> Json:
    base = datetime.fromtimestamp(row["baseCheckTime"] / 1000, SHANGHAI)
    at = datetime.fromtimestamp(row["userCheckTime"] / 1000, SHANGHAI)
    plan = house.world.schedule(row["userId"], datetime.fromtimestamp(row["workDate"] / 1000, SHANGHAI).date())
    out: Json = {
        "record_id": row["id"],
        "source_type": row["sourceType"],
        "check_type": row["checkType"],
        "plan_check_time": clock_text(base),
        "plan_id": row["planId"],
        "group_id": row["groupId"],
        "class_id": plan.shift_id if plan else 0,
        "time_result": row["timeResult"],
        "location_result": row["locationResult"],
    }
    if row["timeResult"] != "NotSigned":
        out["user_check_time"] = clock_text(at)
    if "procInstId" in row:
        out["procInst_id"] = row["procInstId"]
    return out


def _approve(x: Absence) -> Json:
    return {
        "biz_type": x.biz_type,
        "tag_name": x.tag_name,
        "sub_type": x.sub_type,
        "duration": str(plain(x.duration_x100)),
        "duration_unit": x.unit,
        "begin_time": clock_text(x.begin),
        "end_time": clock_text(x.end),
        "procInst_id": x.approve_id,
        "gmt_finished": clock_text(x.finished_at),
    }


def clock_text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def known(house: House, userid: str) -> None:
    if userid not in house.world.people:
        raise OldRefusal(33012, "无效的USERID", "33012")


def _post(path: str, answer: Answer, *fields: Field) -> Endpoint:
    return Endpoint("POST", path, answer, fields)


ENDPOINTS = (
    _post(
        "/attendance/list",
        _results,
        must("workDateFrom", "when"),
        must("workDateTo", "when"),
        must("userIdList", "strs", most=50),
        must("offset", "int", least=0),
        must("limit", "int", most=50, least=1),
        may("isI18n", "bool"),
    ),
    _post(
        "/attendance/listRecord",
        _records,
        must("userIds", "strs", most=50),
        must("checkDateFrom", "when"),
        must("checkDateTo", "when"),
        may("isI18n", "bool"),
    ),
    _post("/topapi/attendance/getupdatedata", _update_data, must("userid"), must("work_date", "day")),
)
