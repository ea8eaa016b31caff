"""配额 limits:每接口每秒 20 次、月度调用与推送的上限、不计量的接口、换月。"""

from __future__ import annotations

from tests.harness.sandbox import Sandbox

PUNCHES = {"userIds": ["liming"], "checkDateFrom": "2026-11-02 00:00:00", "checkDateTo": "2026-11-03 00:00:00"}


def test_the_twenty_first_call_in_a_second_is_refused_in_both_families(sandbox: Sandbox) -> None:
    token = sandbox.token()
    sandbox.meters(enabled=True, qps=5)
    codes = [sandbox.old("/attendance/listRecord", PUNCHES, token)["errcode"] for _ in range(8)]
    assert codes[:5] == [0] * 5 and set(codes[5:]) == {90018}
    answers = [sandbox.new("GET", "/v1.0/hrm/employees/dismissions", None, token) for _ in range(8)]
    assert [status for status, _ in answers[:5]] == [200] * 5
    assert {(s, a["code"]) for s, a in answers[5:]} == {(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")}


def test_only_metered_calls_count_and_beyond_the_quota_they_are_refused(sandbox: Sandbox) -> None:
    token = sandbox.token()
    sandbox.meters(reset=True, enabled=True, qps=1000, calls={"limit": 2})
    assert sandbox.old("/topapi/user/listid", {"dept_id": 101}, token)["errcode"] == 0
    assert sandbox.meters()["calls"]["used"] == 0
    codes = [sandbox.old("/attendance/listRecord", PUNCHES, token)["errcode"] for _ in range(3)]
    assert codes == [0, 0, 90020]
    code = sandbox.info["process_codes"]["leave"]
    body = {"processCode": code, "startTime": 1_793_000_000_000, "nextToken": 0, "maxResults": 20}
    status, answer = sandbox.new("POST", "/v1.0/workflow/processes/instanceIds/query", body, token)
    assert (status, answer["code"]) == (403, "Forbidden.AccessDenied.ApiCountLimitForOrg")
    assert sandbox.meters()["calls"] == {"used": 2, "limit": 2}


def test_pushes_beyond_the_quota_are_lost_and_counted_but_contact_events_are_free(sandbox: Sandbox) -> None:
    sandbox.meters(reset=True, enabled=True, pushes={"limit": 1})
    sandbox.say("liming", "第一句")
    sandbox.say("liming", "第二句")
    sandbox.ding("user", userid="liming", action="modify", title="高级销售")
    assert sandbox.meters()["pushes"] == {"used": 1, "limit": 1, "lost": 1}
    rows = sandbox.call("GET", "/frames?kind=event")["frames"]
    assert rows[-1]["extra"]["eventType"] == "user_modify_org" and rows[-1]["pushes"] >= 1


def test_switched_off_nothing_is_refused(sandbox: Sandbox) -> None:
    token = sandbox.token()
    sandbox.meters(enabled=False, qps=1, calls={"limit": 0})
    assert {sandbox.old("/attendance/listRecord", PUNCHES, token)["errcode"] for _ in range(30)} == {0}


def test_a_new_month_begins_at_zero() -> None:
    with Sandbox(quota=True) as sandbox:
        sandbox.old("/attendance/listRecord", PUNCHES)
        assert (sandbox.meters()["month"], sandbox.meters()["calls"]["used"]) == ("2026-11", 1)
        sandbox.set_clock("2026-12-01T00:00:01+08:00")
        after = sandbox.meters()
        assert (after["month"], after["calls"]["used"]) == ("2026-12", 0)
