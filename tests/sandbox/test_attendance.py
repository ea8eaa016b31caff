"""考勤与假期 attendance:种子公司的打卡、排班、写回、额度,只看得见时钟之前的。"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.clock import SHANGHAI, to_ms
from tests.harness.sandbox import Sandbox

WEEK = {"workDateFrom": "2026-11-16 00:00:00", "workDateTo": "2026-11-22 00:00:00", "offset": 0, "limit": 50}


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))


def finish(sandbox: Sandbox, approve_id: str, start: str, end: str, **more: Any) -> tuple[int, dict[str, Any]]:
    unit = {10: "day", 13: "halfDay", 16: "hour"}[len(start)]
    param = {"bizType": 3, "fromTime": start, "toTime": end, "durationUnit": unit, "calculateModel": 1}
    body = {"approveId": approve_id, "tagName": "请假", "subType": "事假", "topCalculateApproveDurationParam": param}
    return sandbox.new("POST", "/v1.0/attendance/approvals/finish?userId=liming", {**body, **more})


def test_results_are_top_level_and_name_each_planned_slot(sandbox: Sandbox) -> None:
    answer = sandbox.old("/attendance/list", {**WEEK, "userIdList": ["liming"]})
    assert "result" not in answer and answer["hasMore"] is False
    rows = answer["recordresult"]
    assert len(rows) == 10  # 五个工作日,上下班各一
    assert {row["checkType"] for row in rows} == {"OnDuty", "OffDuty"}
    assert {row["workDate"] for row in rows} == {ms(f"2026-11-{day}") for day in range(16, 21)}


def test_results_page_by_offset_and_limit(sandbox: Sandbox) -> None:
    first = sandbox.old("/attendance/list", {**WEEK, "limit": 7, "userIdList": ["liming"]})
    rest = sandbox.old("/attendance/list", {**WEEK, "limit": 7, "offset": 7, "userIdList": ["liming"]})
    assert first["hasMore"] and not rest["hasMore"]
    assert len({row["id"] for row in first["recordresult"] + rest["recordresult"]}) == 10


def test_today_before_the_evening_only_the_morning_is_there(sandbox: Sandbox) -> None:
    body = {"userIds": ["liming"], "checkDateFrom": "2026-11-23 00:00:00", "checkDateTo": "2026-11-24 00:00:00"}
    rows = sandbox.old("/attendance/listRecord", body)["recordresult"]
    assert [row["checkType"] for row in rows] == ["OnDuty"]
    assert rows[0]["userCheckTime"] <= ms(sandbox.now()[:19])
    day = sandbox.old("/topapi/attendance/getupdatedata", {"userid": "liming", "work_date": "2026-11-23 00:00:00"})
    assert [row["check_type"] for row in day["result"]["attendance_result_list"]] == ["OnDuty"]


def test_a_written_back_approval_is_known_again_by_its_approve_id(sandbox: Sandbox) -> None:
    status, answer = finish(sandbox, "ehr-back-1", "2026-11-20 PM", "2026-11-20 PM")
    assert (status, answer["result"]["duration"]) == (200, 0.5)
    assert finish(sandbox, "ehr-back-1", "2026-11-19 AM", "2026-11-20 PM")[1]["result"]["duration"] == 2
    body = {"userIds": "liming", "bizTypes": [3], "fromDateTime": ms("2026-11-19"), "toDateTime": ms("2026-11-21")}
    rows = sandbox.new("POST", "/v1.0/attendance/approvals/query", body)[1]["result"]
    assert [(r["approveId"], r["beginTime"], r["subType"]) for r in rows] == [
        ("ehr-back-1", "2026-11-19 09:00:00", "事假")
    ]
    day = sandbox.old("/topapi/attendance/getupdatedata", {"userid": "liming", "work_date": "2026-11-20 00:00:00"})
    papers = day["result"]["approve_list"]
    assert [(p["procInst_id"], p["tag_name"], p["duration"]) for p in papers] == [("ehr-back-1", "请假", "2")]
    body = {
        "userid_list": "liming",
        "start_time": ms("2026-11-19"),
        "end_time": ms("2026-11-21"),
        "offset": 0,
        "size": 20,
    }
    rows = sandbox.old("/topapi/attendance/getleavestatus", body)["result"]["leave_status"]
    assert [(r["duration_percent"], r["duration_unit"]) for r in rows] == [(200, "percent_day")]


def test_a_planned_slot_under_an_approval_is_of_source_approve(sandbox: Sandbox) -> None:
    finish(sandbox, "ehr-future-1", "2026-11-24", "2026-11-24")
    sandbox_now = {"userIdList": ["liming"], "workDateFrom": "2026-11-24 00:00:00", "workDateTo": "2026-11-24 00:00:00"}
    assert sandbox.old("/attendance/list", {**sandbox_now, "offset": 0, "limit": 50})["recordresult"] == []
    body = {"workDate": "2026-11-24 00:00:00", "offset": 0, "size": 200}
    plans = [
        p
        for p in sandbox.old("/topapi/attendance/listschedule", body)["result"]["schedules"]
        if p["userid"] == "liming"
    ]
    assert len(plans) == 2 and all("approve_id" in plan for plan in plans)


def test_duration_counts_working_days_only(sandbox: Sandbox) -> None:
    body = {
        "bizType": 3,
        "fromTime": "2026-09-30 PM",
        "toTime": "2026-10-08 AM",
        "durationUnit": "halfDay",
        "calculateModel": 1,
    }
    path = "/v1.0/attendance/approvals/durations/calculate?userId=liming"
    status, answer = sandbox.new("POST", path, body)
    assert (status, answer["result"]["duration"]) == (200, 1)  # 国庆连休,前后各半天
    status, answer = sandbox.new("POST", path, {**body, "calculateModel": 0})
    assert answer["result"]["duration"] == 8


def test_an_hour_leave_does_not_count_the_lunch_break(sandbox: Sandbox) -> None:
    status, answer = finish(sandbox, "ehr-hours-1", "2026-11-18 11:00", "2026-11-18 15:00")
    assert (status, answer["result"]["duration"]) == (200, 3)


def test_the_fourth_overlapping_approval_is_refused(sandbox: Sandbox) -> None:
    for n in range(3):
        assert finish(sandbox, f"ehr-same-{n}", "2026-12-09", "2026-12-09")[0] == 200
    assert finish(sandbox, "ehr-same-3", "2026-12-09", "2026-12-09")[1]["code"] == "repeatApprovesOverLimit"
    assert finish(sandbox, "ehr-same-0", "2026-12-10", "2026-12-10")[0] == 200


def test_the_old_twin_writes_back_too(sandbox: Sandbox) -> None:
    body = {
        "userid": "liming",
        "biz_type": 3,
        "from_time": "2026-12-14",
        "to_time": "2026-12-14",
        "duration_unit": "day",
    }
    more = {"calculate_model": 1, "tag_name": "请假", "sub_type": "病假", "approve_id": "ehr-old-1"}
    assert sandbox.old("/topapi/attendance/approve/finish", {**body, **more})["result"]["duration"] == "1"
    bad = sandbox.old("/topapi/attendance/approve/finish", {**body, **more, "to_time": "2026-12-13"})
    assert (bad["errcode"], bad["sub_code"]) == (400002, "beginDateCannotAfterEndDate")


def test_a_cancelled_approval_is_gone_from_attendance(sandbox: Sandbox) -> None:
    finish(sandbox, "ehr-cancel-1", "2026-11-12", "2026-11-13")
    cancel = "/topapi/attendance/approve/cancel"
    body = {"userid": "liming", "approve_id": "ehr-cancel-1"}
    assert sandbox.old(cancel, {"approve_id": "ehr-cancel-1"})["errcode"] == 40035
    assert sandbox.old(cancel, {**body, "userid": "wangfang"})["sub_code"] == "approveNotExist"
    assert sandbox.old(cancel, {**body, "userid": "nobody"})["sub_code"] == "33012"
    assert sandbox.old(cancel, {**body, "approve_id": "x" * 101})["errcode"] == 400002
    assert sandbox.old(cancel, body)["errcode"] == 0
    assert sandbox.old(cancel, body)["sub_code"] == "approveNotExist"
    span = {"fromDateTime": ms("2026-11-12"), "toDateTime": ms("2026-11-14")}
    rows = sandbox.new("POST", "/v1.0/attendance/approvals/query", {"userIds": "liming", "bizTypes": [3], **span})
    assert rows[1]["result"] == []
    day = sandbox.old("/topapi/attendance/getupdatedata", {"userid": "liming", "work_date": "2026-11-12 00:00:00"})
    assert day["result"]["approve_list"] == []
    asked = {"userid_list": "liming", "start_time": ms("2026-11-12"), "end_time": ms("2026-11-14")}
    status = sandbox.old("/topapi/attendance/getleavestatus", {**asked, "offset": 0, "size": 20})
    assert status["result"]["leave_status"] == []


def test_leave_types_say_true_and_false_in_words_and_quotas_are_times_a_hundred(sandbox: Sandbox) -> None:
    admin = "gaoyuan"
    types = sandbox.old("/topapi/attendance/vacation/type/list", {"op_userid": admin, "vacation_source": "all"})[
        "result"
    ]
    by_name = {row["leave_name"]: row for row in types}
    assert by_name["婚假"]["natural_day_leave"] == "true" and by_name["年假"]["natural_day_leave"] == "false"
    assert by_name["年假"]["hours_in_per_day"] == 800
    body = {
        "leave_code": by_name["年假"]["leave_code"],
        "op_userid": admin,
        "userids": "liming",
        "offset": 0,
        "size": 50,
    }
    quotas = sandbox.old("/topapi/attendance/vacation/quota/list", body)["result"]["leave_quotas"]
    before = sum(q["used_num_per_day"] for q in quotas)
    assert sum(q["quota_num_per_day"] for q in quotas) - before > 200  # 余额多于两天
    sandbox.ding(
        "leave", userid="liming", type="年假", unit="halfDay", **{"from": "2026-12-02 AM", "to": "2026-12-02 PM"}
    )
    quotas = sandbox.old("/topapi/attendance/vacation/quota/list", body)["result"]["leave_quotas"]
    assert sum(q["used_num_per_day"] for q in quotas) == before + 100
    row = {"userid": "liming", "leave_code": by_name["年假"]["leave_code"], "quota_num_per_day": 900}
    failed = sandbox.old("/topapi/attendance/vacation/quota/update", {"op_userid": admin, "leave_quotas": [row]})
    assert failed["errcode"] == 0 and failed["result"][0]["quota"]["userid"] == "liming"


def test_a_leave_type_made_by_api_can_be_given_and_used(sandbox: Sandbox) -> None:
    made = {"leaveName": "福利假", "leaveViewUnit": "day", "bizType": "general_leave"}
    body = {**made, "naturalDayLeave": False, "hoursInPerDay": 800}
    status, answer = sandbox.new("POST", "/v1.0/attendance/leaves/types?opUserId=gaoyuan", body)
    code = answer["result"]["leaveCode"]
    row = {"userid": "liming", "leave_code": code, "quota_num_per_day": 300}
    done = sandbox.old("/topapi/attendance/vacation/quota/init", {"op_userid": "gaoyuan", "leave_quotas": [row]})
    assert (status, done["result"]) == (200, [])
    asked = {"leave_code": code, "op_userid": "gaoyuan", "userids": "liming", "offset": 0, "size": 50}
    quotas = sandbox.old("/topapi/attendance/vacation/quota/list", asked)["result"]["leave_quotas"]
    assert [(q["quota_num_per_day"], q["used_num_per_day"]) for q in quotas] == [(300, 0)]
    types = [f["extra"]["eventType"] for f in sandbox.call("GET", "/frames?kind=event")["frames"]]
    assert "leave_quota_update" in types


def test_report_values_nest_the_same_name_and_are_words(sandbox: Sandbox) -> None:
    columns = {c["name"]: c for c in sandbox.old("/topapi/attendance/getattcolumns", {})["result"]["columns"]}
    assert "id" in columns["迟到次数"] and "id" not in columns["年假"]
    span = {"from_date": "2026-10-01 00:00:00", "to_date": "2026-10-31 00:00:00"}
    body = {"userid": "liming", "column_id_list": f"{columns['迟到次数']['id']},{columns['应出勤天数']['id']}", **span}
    late, due = sandbox.old("/topapi/attendance/getcolumnval", body)["result"]["column_vals"]
    assert sum(int(v["value"]) for v in late["column_vals"]) == 1  # 李明十月迟到一次
    assert sum(float(v["value"]) for v in due["column_vals"]) == 18  # 十月十八个工作日(含 10 日补班)
    body = {"userid": "liming", "leave_names": "年假,事假", **span}
    names = sandbox.old("/topapi/attendance/getleavetimebynames", body)["result"]["columns"]
    assert [c["columnvo"]["name"] for c in names] == ["年假", "事假"]
    assert {v["value"] for c in names for v in c["columnvals"]} == {"0"}


def test_a_corrected_punch_replaces_the_planned_one(sandbox: Sandbox) -> None:
    sandbox.ding("punch", userid="liming", at="2026-11-18T09:41:00+08:00", type="OnDuty")
    day = {"workDateFrom": "2026-11-18 00:00:00", "workDateTo": "2026-11-18 00:00:00", "offset": 0, "limit": 50}
    rows = sandbox.old("/attendance/list", {**day, "userIdList": ["liming"]})["recordresult"]
    first = next(row for row in rows if row["checkType"] == "OnDuty")
    assert (first["timeResult"], first["sourceType"]) == ("Late", "BOSS")
    assert first["userCheckTime"] == ms("2026-11-18 09:41:00")


def test_groups_and_shifts(sandbox: Sandbox) -> None:
    groups = sandbox.new("GET", "/v1.0/attendance/groupDetails?nextToken=0&maxResults=10")[1]["result"]["groups"]
    assert {g["type"] for g in groups} == {"FIXED", "TURN"}
    mine = sandbox.old("/topapi/attendance/getusergroup", {"userid": "liming"})["result"]
    times = mine["classes"][0]["sections"][0]["times"]
    assert [t["check_time"][-8:] for t in times] == ["09:00:00", "18:00:00"]
    night = next(c["classId"] for g in groups for c in g["selectedClass"] if c["className"] == "夜班")
    shift = sandbox.new("GET", f"/v1.0/attendance/shifts?shiftId={night}")[1]["result"]
    assert [p["across"] for p in shift["sections"][0]["punches"]] == [0, 1]
