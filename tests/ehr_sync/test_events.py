"""事件 → 该拉什么。"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ehr_sync.events import RULES, Follow, Known, follow
from ehr_sync.pull.feeds import BY_NAME

KNOWN = Known(frozenset({"PROC-L"}), "PROC-DEAL", "PROC-RATE")

TABLE: list[tuple[str, Any, list[Follow]]] = [
    (
        "user_add_org",
        {"timeStamp": "1", "userId": ["u1", "u2"]},
        [Follow("people", ("u1", "u2")), Follow("roster", ("u1", "u2"))],
    ),
    ("user_modify_org", {"userId": ["u1"], "diffInfo": {}}, [Follow("people", ("u1",))]),
    ("user_leave_org", {"userId": ["u1"]}, [Follow("people", ("u1",))]),
    ("user_leave_org", {}, [Follow("people")]),
    ("org_dept_modify", {"deptId": [1]}, [Follow("people")]),
    ("hrm_user_record_change", {"staffId": "u1", "actionType": "userInfoChange"}, [Follow("roster", ("u1",))]),
    (
        "bpms_instance_change",
        {"processInstanceId": "p", "processCode": "PROC-L", "type": "finish"},
        [Follow("approvals", ("p",))],
    ),
    ("bpms_instance_change", {"processInstanceId": "p", "processCode": "PROC-EXPENSE"}, []),
    ("bpms_instance_change", {"processCode": "PROC-L"}, []),
    ("bpms_task_change", {"processInstanceId": "p", "processCode": "PROC-L"}, []),
    (
        "attendance_approve_status_change",
        {"processInstanceId": "p", "processCode": "PROC-L"},
        [Follow("approvals", ("p",))],
    ),
    ("ding_paas_object_data_update", {"dataId": "INST-1", "objectType": "PROC-DEAL"}, [Follow("deals", ("INST-1",))]),
    ("ding_paas_object_data_create", {"dataId": "INST-1", "objectType": "PROC-RATE"}, [Follow("ratings", ("INST-1",))]),
    ("ding_paas_object_data_create", {"dataId": "INST-1", "objectType": "crm_customer"}, []),
    ("ding_paas_object_data_create", {"objectType": "PROC-RATE"}, []),
    (
        "attend_user_daily_summary_refresh",
        {"userId": "u1", "workDate": "2026-11-20"},
        [Follow("punches", ("u1",), date(2026, 11, 20))],
    ),
    (
        "attend_bossCheck_change",
        {"userId": "u1", "workDate": "2026-11-20 00:00:00"},
        [Follow("punches", ("u1",), date(2026, 11, 20))],
    ),
    ("attend_bossCheck_change", {"userId": "u1", "workDate": "昨天"}, []),
    ("attendance_check_record", {"dataList": [{"userId": "u1"}, {"userId": "u1"}, "x"]}, [Follow("punches", ("u1",))]),
    ("leave_quota_update", {"leaveCode": "L", "userId": "u1"}, [Follow("quotas", ("u1",))]),
    ("attend_group_change", {}, [Follow("shifts")]),
    ("never_heard_of", {"userId": "u1"}, []),
    ("user_add_org", "not an object", []),
]


@pytest.mark.parametrize(("kind", "data", "expected"), TABLE)
def test_follow(kind: str, data: Any, expected: list[Follow]):
    assert follow({"eventType": kind}, data, KNOWN) == expected


def test_every_feed_named_exists():
    for kind in RULES:
        for data in (
            {
                "userId": ["u"],
                "workDate": "2026-11-20",
                "processInstanceId": "p",
                "dataId": "d",
                "objectType": "PROC-DEAL",
            },
        ):
            for one in follow({"eventType": kind}, data, KNOWN):
                assert one.feed in BY_NAME


def test_without_a_list_of_processes_all_are_looked_at():
    assert follow({"eventType": "bpms_instance_change"}, {"processInstanceId": "p"}) == [Follow("approvals", ("p",))]
