"""智能人事接口 hrm:在职名单、花名册字段、离职名单与离职信息;不计量。"""

from __future__ import annotations

from datetime import datetime, time

from sandbox.clock import SHANGHAI, to_ms
from sandbox.company.shapes import Person, RosterRecord
from sandbox.house import AGENT_ID, CORP_ID, House
from sandbox.openapi.endpoint import Endpoint, Json
from sandbox.refusal import BadField, NewRefusal
from sandbox.validate import Args, may, must

# 员工状态:2 试用期、3 正式、5 待离职、-1 无状态
_STATUS = {"试用": "2", "试用期": "2", "正式": "3", "待离职": "5"}


def _on_job(house: House, a: Args) -> Json:
    for status in a["status_list"]:
        if status not in ("2", "3", "5", "-1"):
            raise BadField("status_list", "invalid", f"没有状态 {status}")
    people = sorted(p.userid for p in house.world.active() if _status(house, p) in a["status_list"])
    start, stop = a["offset"], a["offset"] + a["size"]
    result: Json = {"data_list": people[start:stop]}
    if stop < len(people):
        result["next_cursor"] = stop
    return {"result": result, "success": True}


def _status(house: House, person: Person) -> str:
    record = house.world.roster(person.userid)
    text = record.value("sys01-employeeStatus") if record else None
    return _STATUS.get(text or "", "-1")


def _roster(house: House, a: Args) -> Json:
    _agent(a["appAgentId"])
    wanted = a.get("fieldFilterList", [])
    rows = []
    for userid in a["userIdList"]:
        record = house.world.roster(userid)
        if record is not None:
            rows.append(house.faults.spoil("roster", _record(house, record, wanted)))
    return {"result": rows}


def _record(house: House, record: RosterRecord, wanted: list[str]) -> Json:
    fields = [
        {
            "fieldCode": f.code,
            "fieldName": f.name,
            "groupId": f.group_id,
            "fieldValueList": [{"itemIndex": 0, "label": f.label, "value": f.value}] if f.value else [],
        }
        for f in record.fields
        if not wanted or f.code in wanted
    ]
    person = house.world.people[record.userid]
    return {"userId": record.userid, "unionId": person.unionid, "corpId": CORP_ID, "fieldDataList": fields}


def _agent(agent_id: int) -> None:
    if agent_id != AGENT_ID:
        raise NewRefusal(400, "invalidAgentId", "appAgentId 不正确")


def _meta(house: House, a: Args) -> Json:
    _agent(a["appAgentId"])
    record = house.world.company.rosters[0]
    rows = [{"fieldCode": f.code, "fieldName": f.name, "fieldType": "TextField"} for f in record.fields]
    return {"result": rows}


def _left(house: House, a: Args) -> Json:
    people = sorted(house.world.left(), key=lambda p: (p.left_at or datetime.min.replace(tzinfo=SHANGHAI), p.userid))
    start, stop = a.get("nextToken", 0), a.get("nextToken", 0) + a.get("maxResults", 50)
    return {
        "userIdList": [p.userid for p in people[start:stop]],
        "hasMore": stop < len(people),
        "nextToken": min(stop, len(people)),
    }


def _left_info(house: House, a: Args) -> Json:
    left = {p.userid: p for p in house.world.left()}
    return {"result": [_info(house, left[u]) for u in a["userIdList"] if u in left]}


def _info(house: House, person: Person) -> Json:
    dept = house.world.departments[person.dept_ids[0]]
    row: Json = {
        "userId": person.userid,
        "name": person.name,
        "mainDeptId": dept.dept_id,
        "mainDeptName": dept.name,
        "deptList": [{"dept_id": d, "dept_path": house.world.departments[d].name} for d in person.dept_ids],
        "preStatus": 3,
        "status": 2,
        "voluntaryReason": [person.leave_reason] if person.leave_reason else [],
        "passiveReason": [],
        "reasonMemo": person.leave_reason or "",
    }
    if person.manager_userid:
        row["handoverUserId"] = person.manager_userid
    if person.last_work_day is not None:
        row["lastWorkDay"] = to_ms(datetime.combine(person.last_work_day, time(), SHANGHAI))
    return row


ENDPOINTS = (
    Endpoint(
        "POST",
        "/topapi/smartwork/hrm/employee/queryonjob",
        _on_job,
        (must("status_list", "csv"), must("offset", "int", least=0), must("size", "int", most=50, least=1)),
        metered=False,
    ),
    Endpoint(
        "POST",
        "/v1.0/hrm/rosters/lists/query",
        _roster,
        (
            must("userIdList", "strs", most=100),
            may("fieldFilterList", "strs", most=100),
            must("appAgentId", "int"),
            may("text2SelectConvert", "bool"),
        ),
        metered=False,
    ),
    Endpoint("GET", "/v1.0/hrm/rosters/meta/authorities/fields", _meta, (must("appAgentId", "int"),), metered=False),
    Endpoint(
        "GET",
        "/v1.0/hrm/employees/dismissions",
        _left,
        (may("nextToken", "int", least=0), may("maxResults", "int", most=50, least=1)),
        metered=False,
    ),
    Endpoint(
        "GET",
        "/v1.0/hrm/employees/dimissionInfos",
        _left_info,
        (must("userIdList", "strs", most=50),),
        metered=False,
    ),
)
