"""审批、假期额度、签单、满意度:从钉钉的写法读成我们的记录。"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ehr_sync.pull.approval_form import fill
from ehr_sync.pull.approvals import Mark, read_approvals
from ehr_sync.pull.deals import read_deals
from ehr_sync.pull.feeds import BY_NAME, FEEDS, pull, waves
from ehr_sync.pull.leave import leave_status, read_quotas
from ehr_sync.pull.read import Unreadable
from ehr_sync.pull.satisfaction import read_ratings
from engine.money import Money
from handlers.records import ApprovalRecord, DealRecord, LeaveTypeRecord, QuotaRecord, RatingRecord
from tests.ehr_sync.world import DEALS, NOW, STAFF, MemoryIntake, World, ask, bad, ms, records


def holiday(*value: Any) -> list[dict[str, str]]:
    return [
        {
            "name": '["开始时间","结束时间"]',
            "componentType": "DDHolidayField",
            "value": json.dumps(value, ensure_ascii=False),
        },
        {"name": "请假事由", "componentType": "TextareaField", "value": "家里有事"},
    ]


def overtime(start: str, end: str, pay: str = "加班费") -> list[dict[str, str]]:
    rows = [("开始时间", start), ("结束时间", end), ("加班补偿", pay), ("加班原因", "上线")]
    return [{"name": name, "componentType": "TextField", "value": value} for name, value in rows]


DAY = timedelta(hours=16)  # 上海零点是前一天 16:00 UTC


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


FORMS = [
    (holiday("2026-10-12", "2026-10-13", 2, "day", "婚假", "请假类型"), "leave", "婚假", "day", None, None),
    (holiday("2026-10-12 上午", "2026-10-12 下午", 1, "halfDay", "事假", "x"), "leave", "事假", "halfDay", "am", "pm"),
    (holiday("2026-10-12 PM", "2026-10-13 AM", 1, "halfDay", "年假", "x"), "leave", "年假", "halfDay", "pm", "am"),
    (holiday("2026-10-12 09:00", "2026-10-12 11:30", 2.5, "hour", "调休", "x"), "leave", "调休", "hour", None, None),
    (overtime("2026-10-12 18:30", "2026-10-12 21:00"), "overtime", "加班", "hour", None, None),
]


@pytest.mark.parametrize(("form", "kind", "name", "unit", "first", "last"), FORMS)
def test_forms(form: list[Any], kind: str, name: str, unit: str, first: str | None, last: str | None):
    got = fill(form)
    assert (got.kind, got.type_name, got.unit, got.start_part, got.end_part) == (kind, name, unit, first, last)


def test_form_times_are_shanghai_times():
    hours = fill(holiday("2026-10-12 09:00", "2026-10-12 11:30", 2.5, "hour", "调休", "x"))
    assert (hours.start, hours.end) == (at("2026-10-12T01:00"), at("2026-10-12T03:30"))
    days = fill(holiday("2026-10-12", "2026-10-13", 2, "day", "婚假", "x"))
    assert (days.start, days.end) == (at("2026-10-11T16:00"), at("2026-10-12T16:00"))
    assert days.reason == "家里有事"


def test_overtime_suite_with_children_and_comp_leave():
    children = [
        {"key": "a", "label": "开始时间", "bizAlias": "startTime", "value": "2026-10-05"},
        {"key": "b", "label": "结束时间", "bizAlias": "finishTime", "value": "2026-10-05"},
        {"key": "c", "bizAlias": "duration", "value": "1", "extendValue": {"unit": "day"}},
        {"key": "d", "bizAlias": "compensation", "value": "转调休"},
    ]
    suite = {"componentType": "DDBizSuite", "name": "加班", "value": json.dumps(children, ensure_ascii=False)}
    got = fill([suite])
    assert (got.kind, got.unit, got.settle) == ("overtime", "day", "comp_leave")


BAD_FORMS: list[tuple[list[Any], str]] = [
    ([], "审批单里找不到起止时间"),
    (holiday("2026-10-13", "2026-10-12", 1, "day", "事假", "x"), "结束早于开始"),
    (holiday("2026-10-12 PM", "2026-10-12 AM", 1, "halfDay", "事假", "x"), "结束早于开始"),
    (holiday("2026-02-30", "2026-03-01", 1, "day", "事假", "x"), "“起止”不是日期"),
    (holiday("2026-10-12", "2026-10-12", 1, "week", "事假", "x"), "不认得的单位“week”"),
    (holiday("2026-10-12", "2026-10-12"), "请假控件的值不是起、止、时长、单位、类型"),
    (holiday("2026-10-12", "2026-10-12", 1, "day", None, "x"), "请假单没有假期类型"),
    ([{"componentType": "DDHolidayField", "name": "x", "value": "oops"}], "请假控件的值不是 JSON"),
    (["oops"], "这条记录不是一个对象"),
]


@pytest.mark.parametrize(("form", "reason"), BAD_FORMS)
def test_bad_forms(form: list[Any], reason: str):
    with pytest.raises(Unreadable) as caught:
        fill(form)
    assert str(caught.value) == reason


def instance(created: str, status: Any = "COMPLETED", result: str = "agree", **more: Any) -> dict[str, Any]:
    return {
        "title": "李明提交的请假",
        "status": status,
        "result": result,
        "createTime": created,
        "finishTime": created.replace("T0", "T1") if status != "RUNNING" else None,
        "originatorUserId": "u1",
        "businessId": "202611200001",
        "formComponentValues": holiday("2026-11-26", "2026-11-26", 1, "day", "事假", "x"),
    } | more


class Approvals:
    """审批的假服务:按模板与创建时刻列编号,每页两条。"""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.world = World(
            STAFF
            | {
                "/v1.0/workflow/processes/instanceIds/query": self.listed,
                "/v1.0/workflow/processInstances": lambda b: {
                    "result": self.rows[b["processInstanceId"]],
                    "success": "true",
                },
            }
        )

    def listed(self, body: dict[str, Any]) -> Any:
        if body["processCode"] != "PROC-L":
            return {"result": {"list": []}, "success": True}
        ids = [k for k, v in self.rows.items() if body["startTime"] <= created_ms(v) <= body["endTime"]]
        start = body["nextToken"]
        result: dict[str, Any] = {"list": ids[start : start + 2]}
        if start + 2 < len(ids):
            result["nextToken"] = str(start + 2)
        return {"result": result, "success": True}


def created_ms(row: dict[str, Any]) -> int:
    return int(datetime.strptime(row["createTime"], "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC).timestamp()) * 1000


def test_new_and_still_open_are_read_and_only_they():
    service = Approvals()
    service.rows = {
        "a": instance("2026-11-20T01:00Z"),
        "b": instance("2026-11-20T02:00Z", "RUNNING", ""),
        "c": instance("2026-11-21T02:00Z", result="refuse"),
    }
    intake = MemoryIntake()
    pull(BY_NAME["approvals"], service.world.source(), intake, ask())
    got = [r for r in records(intake.pages) if isinstance(r, ApprovalRecord)]
    assert [(r.instance_id, r.state) for r in got] == [("a", "approved"), ("b", "running"), ("c", "refused")]
    assert json.loads(intake.cursors["approvals"])["open"] == ["b"]
    service.rows["b"] = instance("2026-11-20T02:00Z", finishTime="2026-11-23T03:00Z")
    service.rows["d"] = instance("2026-11-24T01:00Z", "TERMINATED", "")
    seen = len(service.world.calls("/v1.0/workflow/processInstances"))
    intake.pages.clear()
    pull(BY_NAME["approvals"], service.world.source(), intake, ask(now=NOW + timedelta(days=2), slot="s2"))
    again = [r for r in records(intake.pages) if isinstance(r, ApprovalRecord)]
    assert [(r.instance_id, r.state) for r in again] == [("b", "approved"), ("d", "terminated")]
    assert len(service.world.calls("/v1.0/workflow/processInstances")) == seen + 2
    assert got[1].version < again[0].version
    assert json.loads(intake.cursors["approvals"])["open"] == []


def test_a_revocation_ends_the_paper_it_names():
    service = Approvals()
    service.rows = {
        "a": instance("2026-11-20T01:00Z"),
        "r": instance("2026-11-21T01:00Z", bizAction="REVOKE", mainProcessInstanceId="a"),
    }
    pages = list(read_approvals(service.world.source(), ask()))
    got = [r for r in records(pages) if isinstance(r, ApprovalRecord)]
    assert [(r.instance_id, r.state) for r in got] == [("a", "approved"), ("a", "terminated")]
    assert got[0].version < got[1].version
    by_event = list(read_approvals(service.world.source(), ask(ids=("r",))))
    assert [(r.instance_id, r.state) for r in records(by_event) if isinstance(r, ApprovalRecord)][-1] == (
        "a",
        "terminated",
    )


def test_a_window_of_half_a_year_is_cut_into_pieces():
    service = Approvals()
    list(read_approvals(service.world.source(processes={"leave": "PROC-L"}), ask(since=date(2026, 6, 1))))
    for call in service.world.calls("/v1.0/workflow/processes/instanceIds/query"):
        assert call["endTime"] - call["startTime"] <= 120 * 86_400_000
        assert call["maxResults"] <= 20
    assert len(service.world.calls("/v1.0/workflow/processes/instanceIds/query")) == 2


def test_one_that_cannot_be_had_or_read_does_not_stop_the_others():
    service = Approvals()
    service.rows = {
        "a": instance("2026-11-20T01:00Z", formComponentValues=[]),
        "b": instance("2026-11-20T02:00Z", status="ODD"),
        "c": instance("2026-11-20T03:00Z"),
        "d": instance("2026-11-20T04:00Z", status=["COMPLETED"], createTime="2026-11-20T04:00Z"),
    }
    pages = list(read_approvals(service.world.source(), ask()))
    assert bad(pages) == [
        ("a", "审批单里找不到起止时间"),
        ("b", "不认得的审批状态“ODD agree”"),
        ("d", "“status”不是文字"),
    ]
    assert [r.instance_id for r in records(pages) if isinstance(r, ApprovalRecord)] == ["c"]
    assert json.loads(pages[-1].cursor)["open"] == ["d"]  # 连状态都读不出的,下次再看


def test_ours_is_known_again():
    service = Approvals()
    service.rows = {"a": instance("2026-11-20T01:00Z", businessId="ehr-17")}
    (got,) = records(list(read_approvals(service.world.source(), ask())))
    assert isinstance(got, ApprovalRecord)
    assert got.approve_id == "ehr-17"


def test_mark_goes_through_text():
    mark = Mark(NOW, ("b", "a"))
    assert Mark.read(mark.write(), NOW) == Mark(NOW, ("a", "b"))


def test_quotas_by_type_and_batch():
    types = [
        {"leave_code": "L1", "leave_name": "年假", "leave_view_unit": "halfDay", "natural_day_leave": "false"},
        {"leave_code": "L2", "leave_name": "调休", "leave_view_unit": "hour"},
        {"leave_code": "L3", "leave_name": "怪假", "leave_view_unit": "moon"},
    ]
    span = {"start_time": ms("2026-01-01 00:00"), "end_time": ms("2026-12-31 00:00")}

    def quotas(body: dict[str, Any]) -> Any:
        by_code: dict[str, list[dict[str, Any]]] = {
            "L1": [{"quota_num_per_day": 1000, "used_num_per_day": 250}],
            "L2": [{"quota_num_per_hour": 1600, "used_num_per_hour": 0}, {"quota_num_per_hour": "x"}],
        }
        rows = by_code.get(body["leave_code"], [])
        named = [{"userid": "u1", "leave_code": body["leave_code"], "quota_cycle": "2026"} | span | r for r in rows]
        return {"result": {"leave_quotas": named, "has_more": False}}

    world = World(
        STAFF
        | {
            "/topapi/attendance/vacation/type/list": lambda b: {"result": types},
            "/topapi/attendance/vacation/quota/list": quotas,
        }
    )
    pages = list(read_quotas(world.source(), ask()))
    got = records(pages)
    assert [(r.leave_code, r.name, r.unit) for r in got if isinstance(r, LeaveTypeRecord)] == [
        ("L1", "年假", "halfDay"),
        ("L2", "调休", "hour"),
    ]
    assert [(r.leave_code, r.quota, r.used, r.unit, r.end) for r in got if isinstance(r, QuotaRecord)] == [
        ("L1", 1000, 250, "day", date(2026, 12, 31)),
        ("L2", 1600, 0, "hour", date(2026, 12, 31)),
    ]
    assert [reason for _, reason in bad(pages)] == ["不认得的请假单位“moon”", "“quota_num_per_hour”不是整数"]
    assert world.calls("/topapi/attendance/vacation/quota/list")[0]["userids"] == "u1,u2"


def test_leave_status_for_reconciling():
    rows = [
        {
            "userid": "u1",
            "leave_code": "L1",
            "start_time": ms("2026-11-26 00:00"),
            "end_time": ms("2026-11-26 23:59"),
            "duration_percent": 50,
            "duration_unit": "percent_day",
        },
        {"userid": "u1", "duration_unit": "moons"},
    ]
    world = World(
        {"/topapi/attendance/getleavestatus": lambda b: {"result": {"leave_status": rows, "has_more": False}}}
    )
    (got,) = leave_status(world.source(), ["u1"], NOW, NOW + timedelta(days=7))
    assert (got.amount, got.unit) == (Decimal("0.5"), "day")


def crm(number: int, status: str = "已签约", amount: Any = "32600.00", **more: Any) -> dict[str, Any]:
    data = {"F-owner": '["u1"]', "F-cust": "恒信", "F-amt": amount, "F-date": "2026-10-09", "F-st": status}
    return {
        "instanceId": f"INST-{number}",
        "data": data,
        "gmtCreate": "2026-10-09T02:00Z",
        "gmtModified": "2026-10-09T02:00Z",
        "permission": {"ownerUserIds": ["u9"]},
    } | more


def crm_world(rows: list[Any]) -> World:
    def query(body: dict[str, Any]) -> Any:
        start = int(body.get("nextToken") or 0)
        result: dict[str, Any] = {"values": rows[start : start + 2], "hasMore": start + 2 < len(rows)}
        if start + 2 < len(rows):
            result["nextToken"] = str(start + 2)
        return {"result": result}

    return World({"/v1.0/crm/customObjects/datas/query": query})


def test_deals_are_read_with_the_tenants_own_fields():
    rows = [
        crm(1),
        crm(2, "已撤单", 46800, gmtModified="2026-10-27T02:00Z"),
        crm(3, amount="1,845.05"),
        crm(4, procInstStatus="RUNNING"),
        crm(5) | {"data": crm(5)["data"] | {"F-owner": None, "F-date": ms("2026-10-09 00:00")}},
    ]
    world = crm_world(rows)
    got = [r for r in records(list(read_deals(world.source(), ask()))) if isinstance(r, DealRecord)]
    assert [(r.source_id, r.status, r.amount, r.owner_userid) for r in got] == [
        ("INST-1", "signed", Money(3_260_000), "u1"),
        ("INST-2", "cancelled", Money(4_680_000), "u1"),
        ("INST-3", "signed", Money(184_505), "u1"),
        ("INST-4", "open", Money(3_260_000), "u1"),
        ("INST-5", "signed", Money(3_260_000), "u9"),
    ]
    assert {r.signed_on for r in got} == {date(2026, 10, 9)}
    body = world.calls("/v1.0/crm/customObjects/datas/query")[0]
    assert (body["name"], body["currentOperatorUserId"], body["maxResults"]) == ("PROC-DEAL", "admin", 100)


BAD_DEALS = [
    (crm(1, amount="12.345"), "金额多于两位小数"),
    (crm(1, amount=True), "“amount”不是数"),
    (crm(1, amount="一百"), "“amount”不是数"),
    (crm(1, status="画饼"), "不认得的签单状态“画饼”,请在字段对应里写明"),
    (crm(1) | {"data": None}, "缺少“data”"),
    (crm(1) | {"gmtModified": None, "gmtCreate": None}, "缺少“gmtCreate”"),
    (crm(1) | {"instanceId": None}, "缺少“instanceId”"),
    (crm(1) | {"data": crm(1)["data"] | {"F-date": None}}, "已签的单没有签约日期"),
    (crm(1) | {"data": crm(1)["data"] | {"F-owner": None}, "permission": None}, "没有负责人"),
]


@pytest.mark.parametrize(("row", "reason"), BAD_DEALS)
def test_bad_deals(row: dict[str, Any], reason: str):
    pages = list(read_deals(crm_world([row, crm(2)]).source(), ask()))
    assert [reason for _, reason in bad(pages)] == [reason]
    assert [r.source_id for r in records(pages) if isinstance(r, DealRecord)] == ["INST-2"]


def test_a_company_without_crm_reads_nothing():
    world = crm_world([])
    assert list(read_deals(world.source(deals=None), ask())) == []
    assert world.fake.requests == []


def test_a_deal_named_by_an_event_but_gone_is_listed_for_hr():
    pages = list(read_deals(crm_world([crm(1), crm(2)]).source(), ask(ids=("INST-2", "INST-9"))))
    assert [r.source_id for r in records(pages) if isinstance(r, DealRecord)] == ["INST-2"]
    assert bad(pages) == [("deals:INST-9", "客户管理里已找不到这条记录(可能被删除),请 HR 核对")]


def test_own_words_for_status():
    form = DEALS.__class__(DEALS.name, DEALS.fields, {"画饼": "open"})
    (got,) = records(list(read_deals(crm_world([crm(1, "画饼")]).source(deals=form), ask())))
    assert isinstance(got, DealRecord)
    assert got.status == "open"


def test_ratings():
    def row(score: Any) -> dict[str, Any]:
        data = {"R-owner": "u1", "R-score": score, "R-date": "2026-10-12"}
        return {"instanceId": f"I{score}", "data": data, "gmtModified": ms("2026-10-12 10:00")}

    pages = list(read_ratings(crm_world([row(95), row("92.5"), row(101), row(None)]).source(), ask()))
    assert [r.score for r in records(pages) if isinstance(r, RatingRecord)] == [Decimal("0.95"), Decimal("0.925")]
    assert [reason for _, reason in bad(pages)] == ["分数不在 0 到 100 之间", "缺少“score”"]


def test_pulled_twice_changes_nothing():
    world = crm_world([crm(1), crm(2), crm(3)])
    intake = MemoryIntake()
    first = pull(BY_NAME["deals"], world.source(), intake, ask())
    again = pull(BY_NAME["deals"], world.source(), intake, ask())
    assert (first.fresh, again.fresh, again.same) == (3, 0, 3)


def test_feeds_are_in_order_and_waves_respect_it():
    names = [feed.name for feed in FEEDS]
    for feed in FEEDS:
        assert all(names.index(before) < names.index(feed.name) for before in feed.after)
    order = [feed.name for wave in waves() for feed in wave]
    assert sorted(order) == sorted(names)
    assert [feed.name for feed in waves()[0]] == ["people"]
