"""通讯录接口 contacts:部门、成员、角色;旧版,不计量;可缺的字段没有就不给。"""

from __future__ import annotations

import json
from datetime import datetime, time

from sandbox.clock import SHANGHAI, to_ms
from sandbox.company.shapes import Department, Person
from sandbox.house import House
from sandbox.openapi.endpoint import Answer, Endpoint, Json
from sandbox.refusal import OldRefusal
from sandbox.validate import Args, Field, may, must


def hired_ms(person: Person) -> int:
    """入职日零点的毫秒。"""
    return to_ms(datetime.combine(person.hired_on, time(), SHANGHAI))


def _brief(house: House, person: Person, dept_id: int) -> Json:
    row: Json = {
        "userid": person.userid,
        "unionid": person.unionid,
        "name": person.name,
        "mobile": person.mobile,
        "title": person.title,
        "job_number": person.job_number,
        "dept_id_list": list(person.dept_ids),
        "hired_date": hired_ms(person),
        "leader": dept_id in person.leader_of,
        "admin": person.admin,
        "boss": person.boss,
        "active": True,
        "dept_order": 1,
    }
    return house.faults.spoil("user", row)


def _full(house: House, person: Person) -> Json:
    roles = {role.name: role for role in house.world.company.roles}
    row: Json = {
        "userid": person.userid,
        "unionid": person.unionid,
        "name": person.name,
        "mobile": person.mobile,
        "state_code": "86",
        "title": person.title,
        "job_number": person.job_number,
        "hired_date": hired_ms(person),
        "dept_id_list": list(person.dept_ids),
        "leader_in_dept": [{"dept_id": d, "leader": d in person.leader_of} for d in person.dept_ids],
        "role_list": [
            {"id": roles[n].id, "name": n, "group_name": roles[n].group_name} for n in person.roles if n in roles
        ],
        "admin": person.admin,
        "boss": person.boss,
        "senior": False,
        "active": True,
        "real_authed": True,
        "exclusive_account": False,
        "extension": json.dumps({}, ensure_ascii=False),
    }
    if person.manager_userid:
        row["manager_userid"] = person.manager_userid
    if person.email:
        row["email"] = person.email
    return house.faults.spoil("user", row)


def _user(house: House, userid: str) -> Person:
    person = house.world.person(userid)
    if person is None:
        raise OldRefusal(60121, "找不到该用户", "60121")
    return person


def _dept(house: House, dept_id: int) -> Department:
    department = house.world.departments.get(dept_id)
    if department is None:
        raise OldRefusal(60003, "部门不存在", "60003")
    return department


def _get(house: House, a: Args) -> Json:
    return {"result": _full(house, _user(house, a["userid"]))}


def _by_mobile(house: House, a: Args) -> Json:
    for person in house.world.active():
        if person.mobile == a["mobile"]:
            return {"result": {"userid": person.userid}}
    raise OldRefusal(60121, "找不到该用户", "60121")


def _sub(house: House, a: Args) -> list[Department]:
    parent = _dept(house, a.get("dept_id", 1)).dept_id
    return [d for d in house.world.departments.values() if d.parent_id == parent]


def _listsub(house: House, a: Args) -> Json:
    rows = [
        {
            "dept_id": d.dept_id,
            "name": d.name,
            "parent_id": d.parent_id,
            "create_dept_group": True,
            "auto_add_user": True,
        }
        for d in _sub(house, a)
    ]
    return {"result": rows}


def _listsubid(house: House, a: Args) -> Json:
    return {"result": {"dept_id_list": [d.dept_id for d in _sub(house, a)]}}


def _dept_get(house: House, a: Args) -> Json:
    d = _dept(house, a["dept_id"])
    row: Json = {
        "dept_id": d.dept_id,
        "name": d.name,
        "dept_manager_userid_list": [d.manager_userid] if d.manager_userid else [],
        "order": d.dept_id,
        "create_dept_group": True,
        "auto_add_user": True,
        "hide_dept": False,
        "outer_dept": False,
    }
    if d.parent_id:
        row["parent_id"] = d.parent_id
    return {"result": row}


def _listid(house: House, a: Args) -> Json:
    dept = _dept(house, a["dept_id"])
    return {"result": {"userid_list": [p.userid for p in house.world.members(dept.dept_id)]}}


def _list(house: House, a: Args) -> Json:
    people = house.world.members(_dept(house, a["dept_id"]).dept_id)
    start, end = a["cursor"], a["cursor"] + a["size"]
    result: Json = {
        "has_more": end < len(people),
        "list": [_brief(house, p, a["dept_id"]) for p in people[start:end]],
    }
    if end < len(people):
        result["next_cursor"] = end
    return {"result": result}


def _roles(house: House, a: Args) -> Json:
    groups: dict[str, list[Json]] = {}
    for role in house.world.company.roles:
        groups.setdefault(role.group_name, []).append({"id": role.id, "name": role.name})
    rows = [{"groupId": n, "name": name, "roles": roles} for n, (name, roles) in enumerate(groups.items(), 1)]
    return {"result": {"hasMore": False, "list": rows}}


def _role_people(house: House, a: Args) -> Json:
    role = next((r for r in house.world.company.roles if r.id == a["role_id"]), None)
    if role is None:
        raise OldRefusal(60011, "角色不存在", "60011")
    people = [p for p in house.world.active() if role.name in p.roles]
    start, end = a.get("offset", 0), a.get("offset", 0) + a.get("size", 20)
    rows = [{"userid": p.userid, "name": p.name} for p in people[start:end]]
    return {"result": {"hasMore": end < len(people), "nextCursor": end, "list": rows}}


def _post(path: str, answer: Answer, *fields: Field) -> Endpoint:
    return Endpoint("POST", path, answer, fields, metered=False)


ENDPOINTS = (
    _post("/topapi/v2/user/get", _get, must("userid"), may("language")),
    _post("/topapi/v2/user/getbymobile", _by_mobile, must("mobile")),
    _post("/topapi/v2/department/listsub", _listsub, may("dept_id", "int"), may("language")),
    _post("/topapi/v2/department/listsubid", _listsubid, may("dept_id", "int")),
    _post("/topapi/v2/department/get", _dept_get, must("dept_id", "int"), may("language")),
    _post("/topapi/user/listid", _listid, must("dept_id", "int")),
    _post(
        "/topapi/v2/user/list",
        _list,
        must("dept_id", "int"),
        must("cursor", "int", least=0),
        must("size", "int", most=100, least=1),
        may("order_field"),
        may("contain_access_limit", "bool"),
        may("language"),
    ),
    _post("/topapi/role/list", _roles, may("offset", "int"), may("size", "int", most=200)),
    _post(
        "/topapi/role/simplelist",
        _role_people,
        must("role_id", "int"),
        may("offset", "int"),
        may("size", "int", most=100),
    ),
)
