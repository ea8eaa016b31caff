"""故障 faults:每个开关真的出那样的毛病,用完就好。"""

from __future__ import annotations

import json

import pytest

from tests.harness.sandbox import ControlError, Sandbox

OLD, NEW = "/topapi/user/listid", "/v1.0/hrm/employees/dismissions"


def ask(sandbox: Sandbox, path: str) -> tuple[int, bytes]:
    token = sandbox.token()
    if path == OLD:
        return sandbox.request("POST", f"{path}?access_token={token}", {"dept_id": 101})
    return sandbox.request("GET", path, None, {"x-acs-dingtalk-access-token": token})


@pytest.mark.parametrize(
    ("kind", "path", "status", "mark"),
    [
        ("429", NEW, 429, b"Throttling"),
        ("qps", NEW, 403, b"QpsLimitForAppkeyAndApi"),
        ("qps", OLD, 200, b"90018"),
        ("quota", NEW, 403, b"ApiCountLimitForOrg"),
        ("quota", OLD, 200, b"90020"),
        ("403", NEW, 403, b"AccessTokenPermissionDenied"),
        ("403", OLD, 200, b"60011"),
        ("401", NEW, 401, b"Unauthorized"),
        ("401", OLD, 401, b"<html>"),
        ("busy", OLD, 200, b'"errcode":-1'),
        ("busy", NEW, 503, b"ServiceUnavailable"),
        ("500", NEW, 500, b"SystemError"),
        ("500", OLD, 500, b"<html>"),
        ("502", OLD, 502, b"<html>"),
        ("503", NEW, 503, b"ServiceUnavailable"),
        ("504", NEW, 504, b"GatewayTimeout"),
        ("html", OLD, 200, b"<html>"),
        ("1111", OLD, 200, b'"status":1111'),
        ("empty", NEW, 200, b""),
    ],
)
def test_a_bad_answer_comes_once_and_then_all_is_well(
    sandbox: Sandbox, kind: str, path: str, status: int, mark: bytes
) -> None:
    sandbox.faults(answers=[{"path": path, "kind": kind, "count": 1}])
    got, raw = ask(sandbox, path)
    assert got == status and mark in raw
    got, raw = ask(sandbox, path)
    assert got == 200 and isinstance(json.loads(raw), dict)


def test_a_truncated_answer_is_half_of_the_true_one_and_the_work_was_done(sandbox: Sandbox) -> None:
    token = sandbox.token()
    sandbox.faults(answers=[{"path": "/v1.0/robot/*", "kind": "truncated", "count": 1}])
    body = {"robotCode": sandbox.info["robot_code"], "userIds": ["liming"], "msgKey": "sampleText"}
    head = {"x-acs-dingtalk-access-token": token}
    body["msgParam"] = json.dumps({"content": "半截"}, ensure_ascii=False)
    status, raw = sandbox.request("POST", "/v1.0/robot/oToMessages/batchSend", body, head)
    assert status == 200
    with pytest.raises(ValueError, match=r"."):
        json.loads(raw)
    assert sandbox.wait_for("liming", lambda m: m["text"] == "半截")


def test_only_the_named_path_is_hit(sandbox: Sandbox) -> None:
    sandbox.faults(answers=[{"path": "/attendance/*", "kind": "500", "count": -1}])
    assert ask(sandbox, OLD)[0] == 200
    assert sandbox.request("POST", "/attendance/list", {})[0] == 500
    sandbox.faults(clear=True)
    assert sandbox.request("POST", "/attendance/list", {})[0] == 200


@pytest.mark.parametrize("kind", ["missing", "type"])
def test_a_record_can_be_spoilt(sandbox: Sandbox, kind: str) -> None:
    body = {"userIds": ["liming"], "checkDateFrom": "2026-11-02 00:00:00", "checkDateTo": "2026-11-06 00:00:00"}
    good = sandbox.old("/attendance/listRecord", body)["recordresult"]
    sandbox.faults(bad_records=[{"feed": "punch", "kind": kind, "count": 1}])
    bad = sandbox.old("/attendance/listRecord", body)["recordresult"]
    assert bad[1:] == good[1:] and bad[0] != good[0]
    if kind == "missing":
        assert set(bad[0]) < set(good[0])
    else:
        assert isinstance(bad[0]["userCheckTime"], str) and isinstance(bad[0]["userId"], list)


def test_an_unknown_fault_is_refused_with_a_hint(sandbox: Sandbox) -> None:
    for switches in ({"nonsense": 1}, {"answers": [{"path": "*", "kind": "what"}]}, {"disconnect": "42"}):
        with pytest.raises(ControlError) as failed:
            sandbox.faults(**switches)
        assert failed.value.error == "UNKNOWN_FAULT" and failed.value.say


def test_the_switches_name_themselves_for_the_page(sandbox: Sandbox) -> None:
    view = sandbox.faults()
    assert {s["key"] for s in view["switches"]} <= set(view)
    assert all(s["label"] for s in view["switches"])
    assert sandbox.faults(drop_ack=True)["drop_ack"] == -1
    assert sandbox.faults(drop_ack=False)["drop_ack"] == 0


def test_the_clock_in_answers_can_be_off(sandbox: Sandbox) -> None:
    sandbox.faults(clock_skew_s=-3600)
    said = sandbox.say("liming", "几点了")
    frames = sandbox.call("GET", "/frames?kind=message")["frames"]
    data = next(f["data"] for f in frames if f["data"]["msgId"] == said["msgId"])
    assert data["sessionWebhookExpiredTime"] - data["createAt"] > 5_400_000 + 3_500_000


def test_a_webhook_can_fail_too(sandbox: Sandbox) -> None:
    sandbox.faults(answers=[{"path": "/robot/*", "kind": "500", "count": 1}])
    body = {"msgtype": "empty"}
    assert sandbox.request("POST", "/robot/sendBySession?session=x", body)[0] == 500
    assert sandbox.request("POST", "/robot/sendBySession?session=x", body)[0] == 200
