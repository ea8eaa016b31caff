"""人员与花名册:部门树、角色、主管、不在部门的人、离职的人、坏记录。"""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from ehr_sync.pull.feeds import BY_NAME, pull
from ehr_sync.pull.people import read_people
from ehr_sync.pull.roster import read_roster
from engine.errors import Unavailable
from handlers.records import DepartmentRecord, DismissalRecord, PersonRecord, RosterRecord
from tests.ehr_sync.world import STAFF, MemoryIntake, World, ask, bad, ms, records

USERS: dict[str, dict[str, Any]] = {
    "u1": {
        "userid": "u1",
        "unionid": "x1",
        "name": "李明",
        "title": "销售",
        "job_number": "A001",
        "hired_date": ms("2022-03-01 00:00"),
        "dept_id_list": [11],
        "leader_in_dept": [{"dept_id": 11, "leader": False}],
        "manager_userid": "u2",
        "role_list": [{"id": 9, "name": "人事", "group_name": "职务"}, {"id": 2, "name": "审计", "group_name": "职务"}],
    },
    "u2": {
        "userid": "u2",
        "name": "王芳",
        "dept_id_list": [11, 12],
        "leader_in_dept": [{"dept_id": 11, "leader": True}],
    },
    "u3": {"userid": "u3", "name": "新人", "dept_id_list": [], "leader_in_dept": []},
}
TREE = {
    1: [{"dept_id": 11, "name": "销售一部", "parent_id": 1}, {"dept_id": 12, "name": "研发部", "parent_id": 1}],
    11: [{"dept_id": 111, "name": "一组", "parent_id": 11}],
    12: [],
    111: [],
}


def get_user(body: dict[str, Any]) -> Any:
    user = USERS.get(body["userid"])
    return {"result": user} if user else httpx.Response(200, json={"errcode": 60121, "errmsg": "找不到该用户"})


def company(**more: Any) -> World:
    lists = {11: ["u1", "u2"], 12: ["u2"]}

    def user_list(body: dict[str, Any]) -> Any:
        people = lists.get(body["dept_id"], [])
        start = body["cursor"]
        page = people[start : start + 1]
        more_left = start + 1 < len(people)
        result = {"list": [{"userid": u, "name": u} for u in page], "has_more": more_left}
        return {"result": result | ({"next_cursor": start + 1} if more_left else {})}

    handlers = STAFF | {
        "/topapi/smartwork/hrm/employee/queryonjob": lambda b: {"result": {"data_list": ["u1", "u3"]}},
        "/topapi/v2/department/listsub": lambda b: {"result": TREE[b["dept_id"]]},
        "/topapi/v2/user/list": user_list,
        "/topapi/v2/user/get": get_user,
        "/v1.0/hrm/employees/dimissionInfos": lambda b: {
            "result": [
                {
                    "userId": "gone",
                    "name": "孙离",
                    "lastWorkDay": ms("2026-10-23 00:00"),
                    "mainDeptId": 12,
                    "deptList": [{"dept_id": 12, "dept_path": "研发部"}],
                }
            ]
        },
    }
    return World(handlers | more)


def test_whole_company_is_read():
    pages = list(read_people(company().source(), ask()))
    got = records(pages)
    depts = [r for r in got if isinstance(r, DepartmentRecord)]
    assert [(d.dept_id, d.name, d.parent_id) for d in depts] == [
        (1, "全公司", None),
        (11, "销售一部", 1),
        (12, "研发部", 1),
        (111, "一组", 11),
    ]
    people = {r.userid: r for r in got if isinstance(r, PersonRecord)}
    assert list(people) == ["u1", "u2", "u3", "gone"]
    assert people["u1"].role_names == ("人事", "审计")
    assert people["u1"].manager_userid == "u2"
    assert people["u1"].hired_on == date(2022, 3, 1)
    assert people["u2"].leader_of == (11,)
    assert (people["u3"].dept_ids, people["u3"].active) == ((), True)
    assert (people["gone"].active, people["gone"].dept_ids) == (False, (12,))
    assert next(r for r in got if isinstance(r, DismissalRecord)).last_work_day == date(2026, 10, 23)
    assert bad(pages) == []
    assert [p.complete for p in pages][-1]
    assert pages[-1].cursor


def test_someone_about_to_leave_stays_active():
    world = company(
        **{
            "/v1.0/hrm/employees/dismissions": lambda b: {"hasMore": False, "userIdList": ["u1"]},
            "/v1.0/hrm/employees/dimissionInfos": lambda b: {
                "result": [{"userId": "u1", "name": "李明", "lastWorkDay": ms("2026-12-31 00:00")}]
            },
        }
    )
    people = [r for r in records(list(read_people(world.source(), ask()))) if isinstance(r, PersonRecord)]
    assert [p.active for p in people if p.userid == "u1"] == [True]


def test_the_last_page_names_everybody_who_is_there():
    pages = list(read_people(company().source(), ask()))
    assert pages[-1].userids == ("u1", "u2", "u3")


def test_gone_without_a_word_is_listed_for_hr():
    world = company(**{"/v1.0/hrm/employees/dimissionInfos": lambda b: {"result": []}})
    pages = list(read_people(world.source(), ask(ids=("vanished",))))
    assert bad(pages) == [("person:vanished", "已不在通讯录,离职信息里也没有,请 HR 核对")]


def test_event_reads_only_these_people_and_leaves_the_cursor():
    world = company()
    pages = list(read_people(world.source(), ask(ids=("u1", "gone"))))
    assert [type(r).__name__ for r in records(pages)] == ["PersonRecord", "PersonRecord", "DismissalRecord"]
    assert [(p.cursor, p.complete) for p in pages] == [("", False)]
    assert world.calls("/topapi/v2/department/listsub") == []


BROKEN = [
    ({"name": None}, "缺少“name”"),
    ({"name": ["李明"]}, "“name”不是文字"),
    ({"hired_date": "not a time"}, "“hired_date”不是整数"),
    ({"hired_date": 12}, "“hired_date”不是合理的时间"),
    ({"leader_in_dept": None}, "缺少“leader_in_dept”"),
    ({"dept_id_list": "11"}, "“dept_id_list”不是一串"),
    ({"dept_id_list": ["11"]}, "“dept_id_list”里有不是编号的东西"),
    ({"role_list": ["人事"]}, "这条记录不是一个对象"),
    ({"leader_in_dept": [{"dept_id": 11, "leader": "perhaps"}]}, "“leader”不是是非"),
]


@pytest.mark.parametrize(("damage", "reason"), BROKEN)
def test_a_broken_person_does_not_stop_the_others(damage: dict[str, Any], reason: str):
    hurt = USERS["u1"] | damage

    def users(body: dict[str, Any]) -> Any:
        return {"result": hurt} if body["userid"] == "u1" else get_user(body)

    pages = list(read_people(company(**{"/topapi/v2/user/get": users}).source(), ask()))
    assert bad(pages) == [("person:u1", reason)]
    assert {r.userid for r in records(pages) if isinstance(r, PersonRecord)} == {"u2", "u3", "gone"}
    assert "李明" in pages[1].bad[0].raw or damage.get("name", "") != ""


def test_a_person_out_of_scope_is_listed_and_not_called_gone():
    def users(body: dict[str, Any]) -> Any:
        return httpx.Response(200, json={"errcode": 50002}) if body["userid"] == "u1" else get_user(body)

    pages = list(read_people(company(**{"/topapi/v2/user/get": users}).source(), ask()))
    assert [source for source, _ in bad(pages)] == ["person:u1"]


def test_version_changes_only_with_content():
    first = records(list(read_people(company().source(), ask())))
    again = records(list(read_people(company().source(), ask(slot="s2"))))
    assert first == again
    moved = USERS["u1"] | {"title": "高级销售"}
    world = company(**{"/topapi/v2/user/get": lambda b: {"result": moved} if b["userid"] == "u1" else get_user(b)})
    changed = records(list(read_people(world.source(), ask())))
    assert [r.version for r in changed if isinstance(r, PersonRecord) and r.userid == "u1"] != [
        r.version for r in first if isinstance(r, PersonRecord) and r.userid == "u1"
    ]


def test_a_page_of_another_shape_is_not_an_empty_page():
    world = company(**{"/topapi/v2/user/list": lambda b: {"result": "busy"}})
    intake = MemoryIntake()
    with pytest.raises(Unavailable) as caught:
        pull(BY_NAME["people"], world.source(), intake, ask())
    assert caught.value.code == "PAGE_UNREADABLE"
    assert intake.failures[0][0] == "people"
    assert "people" not in intake.cursors


def roster_world(fields: list[dict[str, Any]]) -> World:
    row = {"userId": "u1", "fieldDataList": fields}
    return World(STAFF | {"/v1.0/hrm/rosters/lists/query": lambda b: {"result": [row]}})


def field(code: str, value: str, label: str | None = None) -> dict[str, Any]:
    return {"fieldCode": code, "fieldValueList": [{"itemIndex": 0, "value": value, "label": label or value}]}


def test_roster():
    world = roster_world(
        [
            field("sys05-contractType", "1", "固定期限劳动合同"),
            field("sys05-nowContractStartTime", "2024-01-11"),
            field("sys05-nowContractEndTime", "2027-01-10"),
            field("sys02-joinWorkingTime", "2015-07-01"),
            field("sys02-certNo", "310101199001011234"),
            field("sys04-bankAccountNo", "6222020000001234567"),
            {"fieldCode": "sys01-planRegularTime", "fieldValueList": []},
        ]
    )
    pages = list(read_roster(world.source(), ask()))
    (got,) = records(pages)
    assert isinstance(got, RosterRecord)
    assert (got.contract_kind, got.contract_start, got.contract_end) == ("fixed", date(2024, 1, 11), date(2027, 1, 10))
    assert (got.service_from, got.probation_end) == (date(2015, 7, 1), None)
    assert (got.id_number_masked, got.bank_account_masked) == ("****1234", "****4567")
    body = world.calls("/v1.0/hrm/rosters/lists/query")[0]
    assert body["userIdList"] == ["u1", "u2", "gone"]
    assert body["appAgentId"] == 1


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("无固定期限劳动合同", "open_ended"),
        ("以完成一定工作任务为期限的劳动合同", "task"),
        ("固定期限劳动合同", "fixed"),
        ("其它", None),
    ],
)
def test_contract_kinds(words: str, kind: str | None):
    (got,) = records(list(read_roster(roster_world([field("sys05-contractType", words)]).source(), ask())))
    assert isinstance(got, RosterRecord)
    assert got.contract_kind == kind


def test_roster_with_dates_the_wrong_way_round_is_listed():
    world = roster_world(
        [field("sys05-nowContractStartTime", "2027-01-11"), field("sys05-nowContractEndTime", "2027-01-10")]
    )
    assert bad(list(read_roster(world.source(), ask()))) == [("u1", "合同到期日早于起始日")]


def test_one_bad_person_in_a_batch_is_found_by_halving():
    def query(body: dict[str, Any]) -> Any:
        if "u2" in body["userIdList"]:
            return httpx.Response(400, json={"code": "invalid.userId", "message": "u2"})
        return {"result": [{"userId": u, "fieldDataList": []} for u in body["userIdList"]]}

    pages = list(read_roster(World(STAFF | {"/v1.0/hrm/rosters/lists/query": query}).source(), ask()))
    assert [r.userid for r in records(pages) if isinstance(r, RosterRecord)] == ["u1", "gone"]
    assert [source for source, _ in bad(pages)] == ["roster:u2"]
