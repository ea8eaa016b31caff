"""拒绝 refusals:一张坏请求的表,每行是钉钉会怎样拒绝它。"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.harness.sandbox import Sandbox

FROM, TO = "2026-11-02 00:00:00", "2026-11-08 00:00:00"
RANGE = {"workDateFrom": FROM, "workDateTo": TO, "userIdList": ["liming"], "offset": 0, "limit": 50}
RECORD = {"userIds": ["liming"], "checkDateFrom": FROM, "checkDateTo": TO}
QUOTA = {"leave_code": "x", "op_userid": "zhaohui", "userids": "liming", "offset": 0, "size": 50}
OTO = {
    "robotCode": "dingsandboxapp0000001",
    "userIds": ["liming"],
    "msgKey": "sampleText",
    "msgParam": '{"content":"好"}',
}
NOTICE = {"agent_id": 3100000001, "userid_list": "liming", "msg": {"msgtype": "text", "text": {"content": "好"}}}
MANY = [f"u{n}" for n in range(51)]

OLD: list[tuple[str, dict[str, Any], int]] = [
    ("/topapi/v2/user/nothing", {}, 22),
    ("/topapi/v2/user/get", {}, 40035),
    ("/topapi/v2/user/get", {"userid": ["liming"]}, 400002),
    ("/topapi/v2/user/get", {"userid": "nobody"}, 60121),
    ("/topapi/v2/department/listsub", {"dept_id": 9}, 60003),
    ("/topapi/v2/user/list", {"dept_id": 101, "cursor": 0, "size": 101}, 400002),
    ("/topapi/v2/user/list", {"dept_id": 101, "size": 10}, 40035),
    ("/topapi/v2/user/getuserinfo", {"code": "used-up"}, 40078),
    ("/attendance/list", {**RANGE, "userIdList": MANY}, 400002),
    ("/attendance/list", {**RANGE, "workDateTo": "2026-11-09 00:00:00"}, 400002),
    ("/attendance/list", {**RANGE, "limit": 51}, 400002),
    ("/attendance/list", {**RANGE, "workDateFrom": "2026-11-02"}, 400002),
    ("/attendance/list", {**RECORD, "offset": 0, "limit": 50}, 40035),
    ("/attendance/listRecord", RANGE, 40035),
    ("/attendance/listRecord", {**RECORD, "userIds": MANY}, 400002),
    ("/attendance/listRecord", {**RECORD, "checkDateTo": "2026-11-09 00:00:01"}, 400002),
    (
        "/attendance/listRecord",
        {**RECORD, "checkDateFrom": "2026-04-01 00:00:00", "checkDateTo": "2026-04-02 00:00:00"},
        400002,
    ),
    (
        "/topapi/attendance/getcolumnval",
        {"userid": "liming", "column_id_list": "1", "from_date": FROM, "to_date": TO},
        400002,
    ),
    ("/topapi/attendance/getupdatedata", {"userid": "nobody", "work_date": FROM}, 33012),
    ("/topapi/attendance/vacation/quota/list", {**QUOTA, "size": 51}, 400002),
    ("/topapi/attendance/vacation/quota/list", {**QUOTA, "op_userid": "liming"}, 880001),
    ("/topapi/attendance/vacation/quota/list", QUOTA, 880004),
    ("/topapi/smartwork/hrm/employee/queryonjob", {"status_list": "3", "offset": 0, "size": 51}, 400002),
    ("/topapi/message/corpconversation/asyncsend_v2", {**NOTICE, "agent_id": 1}, 400002),
    ("/topapi/message/corpconversation/asyncsend_v2", {**NOTICE, "userid_list": ""}, 40035),
    ("/topapi/message/corpconversation/asyncsend_v2", {**NOTICE, "msg": {"msgtype": "markdown"}}, 40035),
    (
        "/topapi/message/corpconversation/asyncsend_v2",
        {**NOTICE, "msg": {"msgtype": "text", "text": {"content": "长" * 700}}},
        400002,
    ),
]


@pytest.mark.parametrize(("path", "body", "errcode"), OLD)
def test_the_old_family_refuses_with_http_200_and_an_errcode(
    sandbox: Sandbox, path: str, body: dict[str, Any], errcode: int
) -> None:
    answer = sandbox.old(path, body)
    assert answer["errcode"] == errcode
    assert answer["errmsg"] and answer["request_id"]


CARD = {
    "cardTemplateId": "ehr-card-1.schema",
    "outTrackId": "refused-card",
    "cardData": {"cardParamMap": {"title": "好"}},
    "openSpaceId": "dtv1.card//IM_ROBOT.liming",
    "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"},
}
PARAM = {"bizType": 3, "fromTime": "2026-11-25", "toTime": "2026-11-25", "durationUnit": "day", "calculateModel": 1}
FINISH = {"userId": "liming", "approveId": "a1", "tagName": "请假", "subType": "事假"}
IDS = {"processCode": "PROC-7E0B5A4C-3D51-4C0B-9E0A-6A1F2B8C1001", "startTime": 1_793_000_000_000, "nextToken": 0}
CREATE, DELIVER = "/v1.0/card/instances", "/v1.0/card/instances/createAndDeliver"
DONE, WORK = "/v1.0/attendance/approvals/finish", "/v1.0/workflow/processes/instanceIds/query"


def finish(**change: Any) -> dict[str, Any]:
    return {**FINISH, "topCalculateApproveDurationParam": {**PARAM, **change}}


NEW: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("POST", "/v1.0/no/such/api", {}, 404, "InvalidAction.NotFound"),
    ("GET", DELIVER, {}, 404, "InvalidAction.NotFound"),
    ("POST", DELIVER, {**CARD, "cardTemplateId": "unknown.schema"}, 400, "param.templateNotExist"),
    ("POST", DELIVER, {**CARD, "cardData": {"cardParamMap": {"title": 3}}}, 400, "InvalidcardData"),
    ("POST", DELIVER, {**CARD, "cardData": {"cardParamMap": {"title": "长" * 342}}}, 400, "InvalidcardData"),
    ("POST", DELIVER, {**CARD, "openSpaceId": "liming"}, 400, "param.openSpaceIdInvalid"),
    ("POST", DELIVER, {**CARD, "imRobotOpenDeliverModel": {"spaceType": "X"}}, 400, "param.openDeliverModelError"),
    ("POST", DELIVER, {k: v for k, v in CARD.items() if "Model" not in k}, 400, "param.openDeliverModelEmpty"),
    ("POST", DELIVER, {k: v for k, v in CARD.items() if k != "outTrackId"}, 400, "param.outTrackIdEmpty"),
    ("POST", DELIVER, {**CARD, "privateData": {"nobody": {"cardParamMap": {}}}}, 400, "param.userIdNotExist"),
    ("PUT", CREATE, {"outTrackId": "never-made", "cardData": {"cardParamMap": {}}}, 400, "param.cardNotExist"),
    (
        "POST",
        "/v1.0/robot/oToMessages/batchSend",
        {**OTO, "userIds": MANY[:21]},
        400,
        "invalidParameter.userIds.overMax",
    ),
    ("POST", "/v1.0/robot/oToMessages/batchSend", {**OTO, "msgKey": "text"}, 400, "invalidParameter.msgKey.invalid"),
    ("POST", "/v1.0/robot/oToMessages/batchSend", {**OTO, "msgParam": "{}"}, 400, "invalidParameter.msgParam.invalid"),
    ("POST", "/v1.0/robot/oToMessages/batchSend", {**OTO, "msgParam": {"content": "x"}}, 400, "InvalidmsgParam"),
    (
        "POST",
        "/v1.0/robot/oToMessages/batchSend",
        {**OTO, "robotCode": "x"},
        400,
        "invalidParameter.robotCode.notExsit",
    ),
    ("POST", DONE, {**FINISH}, 400, "MissingtopCalculateApproveDurationParam"),
    ("POST", DONE, finish(bizType=4), 400, "illegalApproveType"),
    ("POST", DONE, finish(calculateModel=2), 400, "illegalCalculateType"),
    ("POST", DONE, finish(durationUnit="week"), 400, "illegalDurationUnit"),
    ("POST", DONE, finish(durationUnit="halfDay"), 400, "illegalDateTypeForHalfDay"),
    ("POST", DONE, finish(fromTime="2026-11-25 AM"), 400, "invalidRequestParams"),
    ("POST", DONE, finish(fromTime="2026-11-26"), 400, "beginDateCannotAfterEndDate"),
    ("POST", DONE, finish(fromTime="2026-10-22", toTime="2026-10-23"), 400, "dateTooEarly"),
    ("POST", DONE, finish(toTime="2026-12-26"), 400, "durationTooLong"),
    ("POST", DONE, finish(bizType=1), 400, "illegalOvertimeDurationUnit"),
    ("POST", DONE, {**finish(), "approveId": "x" * 101}, 400, "InvalidapproveId"),
    ("POST", DONE, {**finish(), "jumpUrl": "x" * 201}, 400, "InvalidjumpUrl"),
    ("POST", DONE, {**finish(), "subType": ""}, 400, "MissingsubType"),
    ("POST", WORK, {**IDS, "maxResults": 21}, 400, "InvalidmaxResults"),
    ("POST", WORK, {**IDS, "maxResults": 20, "processCode": "PROC-x"}, 400, "processCodeError"),
    ("POST", WORK, {**IDS, "maxResults": 20, "startTime": 1_780_000_000_000}, 400, "InvalidendTime"),
    ("GET", "/v1.0/workflow/processInstances?processInstanceId=x", {}, 400, "processInstanceNotExist"),
    (
        "POST",
        "/v1.0/workflow/processInstances",
        {
            "originatorUserId": "liming",
            "processCode": IDS["processCode"],
            "formComponentValues": [{"name": "a", "value": "b"}],
        },
        400,
        "processInstanceStartFailed",
    ),
    ("POST", "/v1.0/crm/customObjects/datas/query", {"name": "PROC-x", "maxResults": 10}, 400, "system.error"),
    ("POST", "/v1.0/hrm/rosters/lists/query", {"userIdList": ["liming"], "appAgentId": 1}, 400, "invalidAgentId"),
    ("POST", "/v1.0/hrm/rosters/lists/query", {"userIdList": ["liming"]}, 400, "MissingappAgentId"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), NEW)
def test_the_new_family_refuses_with_a_status_and_a_code(
    sandbox: Sandbox, method: str, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    got, answer = sandbox.new(method, path, None if method == "GET" else body)
    assert (got, answer["code"]) == (status, code), answer
    assert answer["message"] and answer["requestid"]


def test_more_rows_than_a_page_of_crm_are_refused(sandbox: Sandbox) -> None:
    body = {"name": sandbox.info["crm"]["deal"]["name"], "maxResults": 101}
    status, answer = sandbox.new("POST", "/v1.0/crm/customObjects/datas/query", body)
    assert (status, answer["code"]) == (400, "pageSize.exceeds")
    body = {**body, "maxResults": 100, "queryDsl": "not json"}
    status, answer = sandbox.new("POST", "/v1.0/crm/customObjects/datas/query", body)
    assert (status, answer["code"]) == (400, "queryDsl.json.error")


def test_a_token_in_the_wrong_place_does_not_count(sandbox: Sandbox) -> None:
    token = sandbox.token()
    _, raw = sandbox.request("POST", "/topapi/user/listid", {"dept_id": 1}, {"x-acs-dingtalk-access-token": token})
    assert json.loads(raw)["errcode"] == 41001
    status, raw = sandbox.request("POST", f"/v1.0/oauth2/jsapiTickets?access_token={token}", {})
    assert (status, json.loads(raw)["code"]) == (400, "InvalidAuthentication")


def test_one_token_works_on_both_families_until_it_is_revoked_or_expires(sandbox: Sandbox) -> None:
    token = sandbox.token()
    status, raw = sandbox.request(
        "GET", f"/gettoken?appkey={sandbox.info['client_id']}&appsecret={sandbox.info['client_secret']}"
    )
    assert (status, json.loads(raw)["access_token"]) == (200, token)
    assert sandbox.old("/topapi/user/listid", {"dept_id": 101}, token)["errcode"] == 0
    sandbox.faults(expire_token=True)
    bad = sandbox.old("/topapi/user/listid", {"dept_id": 101}, token)
    assert (bad["errcode"], bad["sub_code"]) == (88, "42001")
    assert sandbox.old("/attendance/list", RANGE, token)["errcode"] == 42001
    assert sandbox.new("POST", "/v1.0/oauth2/jsapiTickets", {}, token)[1]["code"] == "InvalidAuthentication"
    fresh = sandbox.token()
    assert fresh != token
    sandbox.faults(revoke_token=True)
    bad = sandbox.old("/topapi/user/listid", {"dept_id": 101}, fresh)
    assert (bad["errcode"], bad["sub_code"]) == (88, "40014")


def test_a_body_that_is_no_json_or_no_known_type_is_refused(sandbox: Sandbox) -> None:
    token = sandbox.token()
    path = f"/topapi/user/listid?access_token={token}"
    _, raw = sandbox.request("POST", path, b"{", {"content-type": "application/json"})
    assert json.loads(raw)["errcode"] == 400002
    _, raw = sandbox.request("POST", path, b"dept_id=101", {"content-type": "text/plain"})
    assert json.loads(raw)["errcode"] == 43004
    _, raw = sandbox.request("POST", path, b"dept_id=101", {"content-type": "application/x-www-form-urlencoded"})
    assert json.loads(raw)["errcode"] == 0
    head = {"x-acs-dingtalk-access-token": token, "content-type": "text/plain"}
    assert sandbox.request("POST", "/v1.0/robot/oToMessages/batchSend", b"x", head)[0] == 415


def test_a_connection_needs_the_right_secret_and_a_fresh_ticket(sandbox: Sandbox) -> None:
    body: dict[str, Any] = {"clientId": sandbox.info["client_id"], "clientSecret": "wrong", "subscriptions": []}
    status, raw = sandbox.request("POST", "/v1.0/gateway/connections/open", body)
    assert (status, json.loads(raw)["code"]) == (400, "Missingsubscriptions")
    body["subscriptions"] = [{"type": "EVENT", "topic": "*"}]
    status, raw = sandbox.request("POST", "/v1.0/gateway/connections/open", body)
    assert (status, json.loads(raw)["code"]) == (401, "authFailed")
    sandbox.faults(refuse_open=1)
    body["clientSecret"] = sandbox.info["client_secret"]
    assert sandbox.request("POST", "/v1.0/gateway/connections/open", body)[0] == 503
    status, raw = sandbox.request("POST", "/v1.0/gateway/connections/open", body)
    answer = json.loads(raw)
    assert status == 200 and answer["endpoint"].startswith("ws://127.0.0.1:") and answer["ticket"].isalnum()
