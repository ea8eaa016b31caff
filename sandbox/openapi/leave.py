"""假期接口 leave:假期类型、额度(全部 ×100)、消费记录;失败写在 result 里而 errcode 仍是 0。"""

from __future__ import annotations

import dataclasses
import uuid
from datetime import datetime, time
from typing import Any

from sandbox import happening
from sandbox.clock import SHANGHAI, to_ms
from sandbox.company.shapes import LeaveQuota, LeaveType
from sandbox.house import House
from sandbox.openapi.endpoint import Answer, Endpoint, Json
from sandbox.refusal import NewRefusal, OldRefusal
from sandbox.validate import Args, Field, check, may, must


def _admin(house: House, userid: str) -> None:
    person = house.world.person(userid)
    if person is None:
        raise OldRefusal(33012, "无效的USERID", "33012")
    if not (person.admin or person.boss):
        raise OldRefusal(880001, "op_userid 没有 OA 审批管理权限", "880001")


def _types(house: House, a: Args) -> Json:
    _admin(house, a["op_userid"])
    return {"result": [_old_type(t) for t in house.world.leave_types.values()], "success": True}


def _old_type(leave: LeaveType) -> Json:
    row: Json = {
        "leave_code": leave.code,
        "leave_name": leave.name,
        "leave_view_unit": leave.unit,
        "biz_type": leave.biz_type,
        "hours_in_per_day": leave.hours_in_per_day_x100,
        "natural_day_leave": "true" if leave.natural_day_leave else "false",
        "source": leave.source,
    }
    if leave.has_quota:
        row |= {"validity_type": "absolute_time", "validity_value": "12-31"}
    return row


def _new_types(house: House, a: Args) -> Json:
    try:
        _admin(house, a["opUserId"])
    except OldRefusal as refusal:
        raise NewRefusal(400, "invalidParameter", refusal.errmsg) from refusal
    rows = [
        {
            "leaveCode": t.code,
            "leaveName": t.name,
            "leaveViewUnit": t.unit,
            "bizType": t.biz_type,
            "hoursInPerDay": t.hours_in_per_day_x100,
            "naturalDayLeave": t.natural_day_leave,
            "source": t.source,
        }
        for t in house.world.leave_types.values()
    ]
    return {"result": rows}


def _quotas(house: House, a: Args) -> Json:
    _admin(house, a["op_userid"])
    if a["leave_code"] not in house.world.leave_types:
        raise OldRefusal(880004, "假期类型不存在", "880004")
    rows = [
        _quota_row(house, quota)
        for userid in a["userids"]
        for quota in sorted(house.world.quotas_of(userid, a["leave_code"]), key=lambda q: q.quota_id)
    ]
    start, stop = a["offset"], a["offset"] + a["size"]
    return {"result": {"has_more": stop < len(rows), "leave_quotas": rows[start:stop]}, "success": True}


def _quota_row(house: House, quota: LeaveQuota) -> Json:
    day_ms = {
        "start_time": to_ms(datetime.combine(quota.start, time(), SHANGHAI)),
        "end_time": to_ms(datetime.combine(quota.end, time(23, 59, 59), SHANGHAI)),
    }
    unit = "hour" if quota.unit == "hour" else "day"
    return {
        "userid": quota.userid,
        "leave_code": quota.code,
        "quota_cycle": quota.cycle,
        "quota_id": quota.quota_id,
        **day_ms,
        f"quota_num_per_{unit}": quota.quota_x100,
        f"used_num_per_{unit}": house.world.used_x100(quota),
    }


_QUOTA = (
    must("userid"),
    must("leave_code"),
    may("quota_cycle"),
    may("quota_num_per_day", "int", least=0),
    may("quota_num_per_hour", "int", least=0),
    may("start_time", "ms"),
    may("end_time", "ms"),
    may("reason", "text"),
)


def _init(house: House, a: Args) -> Json:
    _admin(house, a["op_userid"])
    failures = [_set_quota(house, check(_QUOTA, row, loose=True), a["op_userid"]) for row in a["leave_quotas"]]
    return {"result": [row for row in failures if row], "success": True}


def _set_quota(house: House, row: Args, op: str) -> Json | None:
    """发一份;不能发返回失败的样子。只有接口建的假期类型(external)能改。"""
    leave = house.world.leave_types.get(row["leave_code"])
    cycle = row.get("quota_cycle") or str(house.clock.now().year)
    who: Json = {"leave_code": row["leave_code"], "userid": row["userid"], "quota_cycle": cycle}
    if leave is None:
        return {"reason": "假期类型不存在", "quota": who}
    if leave.source != "external":
        return {"reason": "该假期类型不是通过接口创建的,不能修改余额", "quota": who}
    if house.world.person(row["userid"]) is None:
        return {"reason": "用户不存在", "quota": who}
    unit = "hour" if leave.unit == "hour" else "day"
    if f"quota_num_per_{unit}" not in row:
        return {"reason": f"缺少 quota_num_per_{unit}", "quota": who}
    old = next((q for q in house.world.quotas_of(row["userid"], leave.code) if q.cycle == cycle), None)
    year = datetime(int(cycle), 1, 1, tzinfo=SHANGHAI)
    quota = LeaveQuota(
        quota_id=old.quota_id if old else str(uuid.uuid4()),
        userid=row["userid"],
        code=leave.code,
        cycle=cycle,
        start=(row.get("start_time") or year).date(),
        end=(row.get("end_time") or year.replace(month=12, day=31)).date(),
        unit="hour" if unit == "hour" else "day",
        quota_x100=row[f"quota_num_per_{unit}"],
        used_x100=old.used_x100 if old else 0,
        granted_at=house.clock.now(),
    )
    house.world.set_quota(quota)
    house.gateway.event("leave_quota_update", happening.quota_change(quota.userid, quota.code, op))
    return None


def _add_type(house: House, a: Args) -> Json:
    if any(t.name == a["leaveName"] for t in house.world.leave_types.values()):
        raise NewRefusal(400, "leaveNameRepeat", "假期名称重复")
    pattern = next(iter(house.world.leave_types.values()))
    leave = dataclasses.replace(
        pattern,
        code=str(uuid.uuid4()),
        name=a["leaveName"],
        unit=a["leaveViewUnit"],
        biz_type=a["bizType"],
        hours_in_per_day_x100=a["hoursInPerDay"],
        natural_day_leave=a["naturalDayLeave"],
        paid=a.get("paidLeave", False),
        source="external",
    )
    house.world.set_leave_type(leave)
    row = {"leaveCode": leave.code, "leaveName": leave.name, "leaveViewUnit": leave.unit, "bizType": leave.biz_type}
    return {"result": {**row, "hoursInPerDay": leave.hours_in_per_day_x100, "naturalDayLeave": leave.natural_day_leave}}


def _records(house: House, a: Args) -> Json:
    """消费记录:已同意的请假。"""
    rows: list[dict[str, Any]] = []
    for userid in a["userIds"]:
        for approval in house.world.approved(userid, "leave"):
            if approval.leave_code == a["leaveCode"]:
                unit = "recordNumPerHour" if approval.unit == "hour" else "recordNumPerDay"
                rows.append(
                    {
                        "recordId": approval.process_instance_id,
                        "userId": userid,
                        "leaveCode": a["leaveCode"],
                        "startTime": to_ms(approval.begin_at),
                        "endTime": to_ms(approval.end_at),
                        "leaveStatus": "success",
                        "leaveRecordType": "leave",
                        "calType": "minus",
                        "leaveReason": approval.reason,
                        "leaveViewUnit": approval.unit,
                        unit: approval.duration_x100,
                        "gmtCreate": to_ms(approval.created_at),
                        "gmtModified": to_ms(approval.finished_at or approval.created_at),
                    }
                )
    start = (a["pageNumber"] - 1) * a["pageSize"]
    page = rows[start : start + a["pageSize"]]
    return {"result": {"hasMore": start + len(page) < len(rows), "leaveRecords": page}, "success": True}


def _post(path: str, answer: Answer, *fields: Field) -> Endpoint:
    return Endpoint("POST", path, answer, fields)


_SOURCE = may("vacation_source", "text")
ENDPOINTS = (
    _post("/topapi/attendance/vacation/type/list", _types, must("op_userid"), _SOURCE),
    Endpoint("GET", "/v1.0/attendance/leaves/types", _new_types, (must("opUserId"), may("vacationSource", "text"))),
    Endpoint(
        "POST",
        "/v1.0/attendance/leaves/types",
        _add_type,
        (
            must("leaveName"),
            Field("leaveViewUnit", must=True, one_of=("day", "halfDay", "hour")),
            Field("bizType", must=True, one_of=("general_leave", "lieu_leave")),
            must("naturalDayLeave", "bool"),
            must("hoursInPerDay", "int", most=2400, least=1),
            may("paidLeave", "bool"),
        ),
        (must("opUserId"),),
    ),
    _post(
        "/topapi/attendance/vacation/quota/list",
        _quotas,
        must("leave_code"),
        must("op_userid"),
        must("userids", "csv", most=50),
        must("offset", "int", least=0),
        must("size", "int", most=50, least=1),
    ),
    _post("/topapi/attendance/vacation/quota/init", _init, must("op_userid"), must("leave_quotas", "dicts", most=50)),
    _post("/topapi/attendance/vacation/quota/update", _init, must("op_userid"), must("leave_quotas", "dicts", most=50)),
    _post(
        "/v1.0/attendance/vacations/records/query",
        _records,
        must("opUserId"),
        must("leaveCode"),
        must("userIds", "strs", most=50),
        must("pageNumber", "int", least=1),
        must("pageSize", "int", most=50, least=1),
    ),
)
