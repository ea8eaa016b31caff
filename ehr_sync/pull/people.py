"""人员 people:部门树、人(含角色与主管)、离职。通讯录与智能人事的接口都不计费。

不在任何部门的人,从智能人事的在职名单里找到;离职的人通讯录里已没有,从离职信息里补上。
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ehr_sync.dingtalk.endpoints import (
    DEPT_LISTSUB,
    HRM_DIMISSION_INFOS,
    HRM_DISMISSIONS,
    HRM_ON_JOB,
    USER_GET,
    USER_LIST,
)
from ehr_sync.dingtalk.errors import NO_PERSON, DingTalkError
from ehr_sync.dingtalk.paging import Slice, batches, pages
from ehr_sync.pull import read
from ehr_sync.pull.feed import Ask, Basket, Feed, Run, Source, Window, split_on_error
from ehr_sync.pull.read import Raw, Unreadable
from handlers.records import DepartmentRecord, DismissalRecord, Page, PersonRecord, Record

ROOT = 1
ON_JOB = "2,3,5,-1"
"""在职的各种状态:试用、正式、待离职、无状态。"""
CHUNK = 50


def read_people(source: Source, ask: Ask) -> Iterator[Page]:
    """整份读:部门 → 人 → 离职;`ask.ids` 给了就只读这些人。

    末页的 `userids` 是通讯录里现有的全部人:不在其中而库里还在职的,就是被直接移出了通讯录。
    """
    basket = Basket("people", ask)
    if ask.ids:
        yield from _some(source, basket, list(ask.ids))
        return
    depts = _departments(source, basket)
    yield basket.turn()
    listed = _listed(source, depts)
    present = list(dict.fromkeys([*listed, *on_job(source)]))
    found: set[str] = set()
    for chunk in batches(present, CHUNK):
        found |= {userid for userid in chunk if _person(source, basket, userid)}
        yield basket.turn()
    left = dismissed(source)
    for chunk in batches(left, HRM_DIMISSION_INFOS.batch):
        _dismissals(source, basket, chunk, found)
        yield basket.turn()
    yield basket.turn(cursor=ask.now.isoformat(), complete=True, userids=tuple(sorted(found)))


def on_job(source: Source) -> list[str]:
    """在职名单(不计费)。"""

    def fetch(offset: str) -> Slice:
        body = {"status_list": ON_JOB, "offset": int(offset), "size": HRM_ON_JOB.page}
        result = read.inner(source.ding.call(HRM_ON_JOB, body), "result")
        following = result.get("next_cursor")
        return Slice(read.items(result, "data_list"), None if following is None else str(following))

    return [str(userid) for page in pages(fetch, "0") for userid in page]


def dismissed(source: Source) -> list[str]:
    """离职名单(不计费)。"""

    def fetch(token: str) -> Slice:
        query = {"nextToken": token, "maxResults": str(HRM_DISMISSIONS.page)}
        answer = source.ding.call(HRM_DISMISSIONS, query=query)
        more = read.flag(answer, "hasMore", False) and read.has(answer, "nextToken")
        return Slice(read.items(answer, "userIdList"), str(answer["nextToken"]) if more else None)

    return [str(userid) for page in pages(fetch, "0") for userid in page]


def staff(source: Source) -> list[str]:
    """打卡、额度按人批量时用的名单:在职的与离职的。"""
    return list(dict.fromkeys([*on_job(source), *dismissed(source)]))


def _some(source: Source, basket: Basket, userids: list[str]) -> Iterator[Page]:
    """事件说这几个人变了:只读他们;已不在通讯录的看离职信息。"""
    gone = [userid for userid in userids if not _person(source, basket, userid)]
    told: set[str] = set()
    for chunk in batches(gone, HRM_DIMISSION_INFOS.batch):
        told |= _dismissals(source, basket, chunk, set())
    for userid in gone:
        if userid not in told:
            basket.spoil({"userid": userid}, "已不在通讯录,离职信息里也没有,请 HR 核对", f"person:{userid}")
    yield basket.turn()


def _departments(source: Source, basket: Basket) -> list[int]:
    """从根起一层层往下;交回全部部门编号(含根)。转圈的只走一次。"""
    basket.add({"dept_id": ROOT, "name": "全公司"}, lambda raw: DepartmentRecord(ROOT, raw["name"], None))
    seen, level = [ROOT], [ROOT]
    while level:
        below: list[int] = []
        for dept in level:
            for raw in read.items(source.ding.call(DEPT_LISTSUB, {"dept_id": dept}), "result"):
                basket.add(raw, department)
                if isinstance(raw, dict) and isinstance(raw.get("dept_id"), int) and raw["dept_id"] not in seen:
                    seen.append(raw["dept_id"])
                    below.append(raw["dept_id"])
        level = below
    return seen


def _listed(source: Source, depts: list[int]) -> list[str]:
    """各部门的人(不递归,故逐个部门问);一人在几个部门只算一次。"""
    found: dict[str, None] = {}
    for dept in depts:
        for raw in _dept_users(source, dept):
            if isinstance(raw, dict) and isinstance(raw.get("userid"), str):
                found[raw["userid"]] = None
    return list(found)


def _dept_users(source: Source, dept: int) -> Iterator[Any]:
    def fetch(cursor: str) -> Slice:
        body = {"dept_id": dept, "cursor": int(cursor), "size": USER_LIST.page}
        result = read.inner(source.ding.call(USER_LIST, body), "result")
        more = read.flag(result, "has_more", False) and read.has(result, "next_cursor")
        return Slice(read.items(result, "list"), str(result["next_cursor"]) if more else None)

    for page in pages(fetch, "0"):
        yield from page


def _person(source: Source, basket: Basket, userid: str) -> bool:
    """读一个人;通讯录里没有了交回 False。"""
    try:
        answer = source.ding.call(USER_GET, {"userid": userid})
    except DingTalkError as error:
        if error.code == NO_PERSON.code:
            return False
        if error.retryable:
            raise
        basket.spoil({"userid": userid}, f"钉钉不给这个人的资料:{error.say}", f"person:{userid}")
        return True
    basket.add(answer.get("result"), person, f"person:{userid}")
    return True


def _dismissals(source: Source, basket: Basket, userids: list[str], present: set[str]) -> set[str]:
    """读一批离职信息;交回答得出来的人。"""

    def call(ids: list[str]) -> list[Any]:
        answer = source.ding.call(HRM_DIMISSION_INFOS, query={"userIdList": read.raw_text(ids)})
        return read.items(answer, "result")

    rows = split_on_error(
        userids, call, lambda userid, error: basket.spoil({"userId": userid}, error.say, f"dismissal:{userid}")
    )
    for raw in rows:
        basket.add(raw, lambda value: dismissal(value, present))
    return {read.soft(raw, "userId") for raw in rows if isinstance(raw, dict)}


def department(value: object) -> DepartmentRecord:
    """部门的一条。"""
    raw = read.record(value)
    parent = read.integer(raw, "parent_id") if read.has(raw, "parent_id") else ROOT
    return DepartmentRecord(read.integer(raw, "dept_id"), read.text(raw, "name"), parent)


def person(value: object) -> PersonRecord:
    """通讯录里的一个人;没有权限的字段整个不出现,不算坏。"""
    raw = read.record(value)
    roles = [read.record(role) for role in read.items(raw, "role_list")]
    leads = [read.record(row) for row in read.needed(raw, "leader_in_dept")]
    fields: dict[str, Any] = {
        "userid": read.text(raw, "userid"),
        "name": read.text(raw, "name"),
        "unionid": read.text_or(raw, "unionid"),
        "title": read.text_or(raw, "title"),
        "job_number": read.text_or(raw, "job_number"),
        "dept_ids": _dept_ids(raw),
        "leader_of": tuple(sorted(read.integer(r, "dept_id") for r in leads if read.flag(r, "leader", False))),
        "manager_userid": read.text_or(raw, "manager_userid") or None,
        "role_names": tuple(sorted(read.text(role, "name") for role in roles)),
        "hired_on": read.day_ms(raw, "hired_date") if read.has(raw, "hired_date") else None,
    }
    return PersonRecord(version=read.stamped(None, fields), **fields)


def _dept_ids(raw: Raw) -> tuple[int, ...]:
    ids = read.needed(raw, "dept_id_list")
    if any(isinstance(one, bool) or not isinstance(one, int) for one in ids):
        raise Unreadable("“dept_id_list”里有不是编号的东西")
    return tuple(ids)


def dismissal(value: object, present: set[str]) -> list[Record]:
    """离职的一条;通讯录里已经没有的人,连同他的名字与部门一起补上。"""
    raw = read.record(value)
    userid, last = read.text(raw, "userId"), read.day_ms(raw, "lastWorkDay")
    records: list[Record] = []
    if userid not in present and read.has(raw, "name"):
        depts = [read.integer(read.record(row), "dept_id") for row in read.items(raw, "deptList")]
        if read.has(raw, "mainDeptId"):
            depts.insert(0, read.integer(raw, "mainDeptId"))
        fields: dict[str, Any] = {
            "userid": userid,
            "name": read.text(raw, "name"),
            "dept_ids": tuple(dict.fromkeys(depts)),
            "active": False,
        }
        records.append(PersonRecord(version=read.stamped(None, fields), **fields))
    records.append(DismissalRecord(userid, last, read.stamped(None, (userid, last))))
    return records


PEOPLE = Feed("people", "人员", Window.SNAPSHOT, CHUNK, (Run("20 1 * * *"),), read_people)
