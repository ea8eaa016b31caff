"""钉钉的各种回答 → 客户端怎么办:一张表。"""

from __future__ import annotations

import httpx
import pytest

from ehr_sync.dingtalk.endpoints import CARD_UPDATE, ROBOT_SEND, USER_GET, Endpoint
from ehr_sync.dingtalk.errors import DingTalkError, Verdict
from ehr_sync.dingtalk.limits import Meter
from ehr_sync.dingtalk.retry import Policy
from tests.ehr_sync.fakes import Clock, FakeDingTalk, client, in_turn, ok

HTML = {"content-type": "text/html; charset=utf-8"}
JSON = {"content-type": "application/json"}


def new(status: int, code: str, **more: object) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": "…", "requestid": "r1", **more})


def old(errcode: int, **more: object) -> httpx.Response:
    return httpx.Response(200, json={"errcode": errcode, "errmsg": "…", "request_id": "r1", **more})


def text(status: int, body: str, headers: dict[str, str]) -> httpx.Response:
    return httpx.Response(status, text=body, headers=headers)


OVER = "Forbidden.AccessDenied."
TABLE: list[tuple[str, Endpoint, httpx.Response, str, Verdict, int]] = [
    # 名字、接口、回答、错误名、判断、一共发几次(含重试;令牌失效发两次)
    ("new-bad-token", CARD_UPDATE, new(400, "InvalidAuthentication"), "DINGTALK_TOKEN", Verdict.ASK, 2),
    ("new-401", CARD_UPDATE, new(401, "x"), "DINGTALK_TOKEN", Verdict.ASK, 2),
    ("new-bad-secret", CARD_UPDATE, new(400, "invalidClientIdOrSecret"), "DINGTALK_BAD_SECRET", Verdict.ASK, 1),
    (
        "new-permission",
        CARD_UPDATE,
        new(403, OVER + "AccessTokenPermissionDenied", accessdenieddetail={"requiredScopes": ["Card.Instance.Write"]}),
        "DINGTALK_NO_PERMISSION",
        Verdict.ASK,
        1,
    ),
    ("new-ip", CARD_UPDATE, new(403, OVER + "IpNotInWhiteList"), "DINGTALK_IP", Verdict.ASK, 1),
    ("new-qps-app", CARD_UPDATE, new(403, OVER + "QpsLimitForAppkeyAndApi"), "DINGTALK_QPS", Verdict.RETRY, 4),
    ("new-qps-api", CARD_UPDATE, new(403, OVER + "QpsLimitForApi"), "DINGTALK_QPS", Verdict.RETRY, 4),
    ("new-qpm", CARD_UPDATE, new(403, OVER + "QpmLimitForAppkeyAndApi"), "DINGTALK_QPM", Verdict.RETRY, 1),
    ("new-quota", CARD_UPDATE, new(403, OVER + "ApiCountLimitForOrg"), "DINGTALK_MONTH_QUOTA", Verdict.ASK, 1),
    ("new-403-other", CARD_UPDATE, new(403, "whatever"), "DINGTALK_NO_PERMISSION", Verdict.ASK, 1),
    ("new-404", CARD_UPDATE, new(404, "InvalidAction.NotFound"), "DINGTALK_NO_METHOD", Verdict.GIVE_UP, 1),
    ("new-400", CARD_UPDATE, new(400, "param.error"), "DINGTALK_BAD_REQUEST", Verdict.GIVE_UP, 1),
    ("new-429", CARD_UPDATE, new(429, "Throttling"), "DINGTALK_QPS", Verdict.RETRY, 4),
    ("new-500", CARD_UPDATE, new(500, "ServiceUnavailable"), "DINGTALK_BUSY", Verdict.RETRY, 4),
    ("new-504", CARD_UPDATE, new(504, "x"), "DINGTALK_BUSY", Verdict.RETRY, 4),
    ("html-502", CARD_UPDATE, text(502, "<html>bad gateway</html>", HTML), "DINGTALK_BUSY", Verdict.RETRY, 4),
    ("html-200", CARD_UPDATE, text(200, "<!doctype html><p>punish", HTML), "DINGTALK_PUNISHED", Verdict.RETRY, 1),
    (
        "punish-json",
        USER_GET,
        text(200, '{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}', JSON),
        "DINGTALK_PUNISHED",
        Verdict.RETRY,
        1,
    ),
    ("truncated", CARD_UPDATE, text(200, '{"success":tr', JSON), "DINGTALK_NOT_JSON", Verdict.RETRY, 4),
    ("truncated-send", ROBOT_SEND, text(200, '{"processQ', JSON), "DINGTALK_NOT_JSON", Verdict.RETRY, 1),
    ("empty", USER_GET, text(200, "", JSON), "DINGTALK_NOT_JSON", Verdict.RETRY, 4),
    ("list", USER_GET, text(200, "[]", JSON), "DINGTALK_NOT_JSON", Verdict.RETRY, 4),
    ("no-errcode", USER_GET, text(200, "{}", JSON), "DINGTALK_NOT_JSON", Verdict.RETRY, 4),
    ("text-429", USER_GET, text(429, "slow down", {"content-type": "text/plain"}), "DINGTALK_QPS", Verdict.RETRY, 4),
    (
        "text-400",
        USER_GET,
        text(400, "nope", {"content-type": "text/plain"}),
        "DINGTALK_BAD_REQUEST",
        Verdict.GIVE_UP,
        1,
    ),
    ("old-busy", USER_GET, old(-1), "DINGTALK_BUSY", Verdict.RETRY, 4),
    ("old-15", USER_GET, old(15, sub_code="isp.top-remote-connection-timeout"), "DINGTALK_BUSY", Verdict.RETRY, 4),
    ("old-22", USER_GET, old(22), "DINGTALK_NO_METHOD", Verdict.GIVE_UP, 1),
    ("old-88-empty", USER_GET, old(88, sub_code=""), "DINGTALK_BUSY", Verdict.RETRY, 4),
    ("old-88-token", USER_GET, old(88, sub_code="40014"), "DINGTALK_TOKEN", Verdict.ASK, 2),
    ("old-88-permission", USER_GET, old(88, sub_code="60011"), "DINGTALK_NO_PERMISSION", Verdict.ASK, 1),
    ("old-88-words", USER_GET, old(88, sub_code="isv.x"), "DINGTALK_BAD_REQUEST", Verdict.GIVE_UP, 1),
    ("old-33012", USER_GET, old(33012), "DINGTALK_NO_PERSON", Verdict.GIVE_UP, 1),
    ("old-40014", USER_GET, old(40014), "DINGTALK_TOKEN", Verdict.ASK, 2),
    ("old-42001", USER_GET, old(42001), "DINGTALK_TOKEN", Verdict.ASK, 2),
    ("old-40078", USER_GET, old(40078), "DINGTALK_LOGIN_CODE", Verdict.GIVE_UP, 1),
    ("old-40089", USER_GET, old(40089), "DINGTALK_BAD_SECRET", Verdict.ASK, 1),
    ("old-50002", USER_GET, old(50002), "DINGTALK_SCOPE", Verdict.ASK, 1),
    ("old-60020", USER_GET, old(60020), "DINGTALK_IP", Verdict.ASK, 1),
    ("old-60121", USER_GET, old(60121), "DINGTALK_NO_PERSON", Verdict.GIVE_UP, 1),
    ("old-90002", USER_GET, old(90002), "DINGTALK_QPS", Verdict.RETRY, 4),
    ("old-90018", USER_GET, old(90018), "DINGTALK_QPS", Verdict.RETRY, 4),
    ("old-90020", USER_GET, old(90020), "DINGTALK_MONTH_QUOTA", Verdict.ASK, 1),
    ("old-40035", USER_GET, old(40035), "DINGTALK_BAD_REQUEST", Verdict.GIVE_UP, 1),
    (
        "old-string-code",
        USER_GET,
        text(200, '{"errcode":"90018","errmsg":"x"}', JSON),
        "DINGTALK_QPS",
        Verdict.RETRY,
        4,
    ),
    ("old-odd-code", USER_GET, text(200, '{"errcode":"abc"}', JSON), "DINGTALK_BAD_REQUEST", Verdict.GIVE_UP, 1),
]


@pytest.mark.parametrize(("name", "endpoint", "reply", "code", "verdict", "sent"), TABLE, ids=[row[0] for row in TABLE])
def test_each_answer(name: str, endpoint: Endpoint, reply: httpx.Response, code: str, verdict: Verdict, sent: int):
    fake = FakeDingTalk(lambda _: reply)
    with pytest.raises(DingTalkError) as caught:
        client(fake).call(endpoint, {"userid": "u"})
    error = caught.value
    assert (error.code, error.verdict, len(fake.requests)) == (code, verdict, sent)
    assert error.say.endswith("。")
    assert "系统错误" not in error.say
    assert "token-1" not in repr(error.details)


def test_scopes_are_named_to_the_person_who_must_act():
    reply = new(403, OVER + "AccessTokenPermissionDenied", accessdenieddetail={"requiredScopes": ["Card.Write", "b"]})
    with pytest.raises(DingTalkError) as caught:
        client(FakeDingTalk(lambda _: reply)).call(CARD_UPDATE, {})
    assert caught.value.details["scopes"] == "Card.Write、b"


def test_retry_after_is_respected():
    clock = Clock()
    busy = httpx.Response(429, json={"code": "Throttling"}, headers={"retry-after": "7"})
    fake = FakeDingTalk(in_turn(busy, httpx.Response(200, json={"success": True})))
    assert client(fake, clock).call(CARD_UPDATE, {}) == {"success": True}
    assert clock.slept == [7.0]


def test_a_wait_beyond_the_deadline_is_handed_back():
    clock = Clock()
    busy = httpx.Response(429, json={"code": "Throttling"}, headers={"retry-after": "120"})
    with pytest.raises(DingTalkError) as caught:
        client(FakeDingTalk(lambda _: busy), clock).call(CARD_UPDATE, {})
    assert caught.value.retry_after == 120.0
    assert clock.slept == []


def test_back_off_grows_and_is_jittered():
    clock = Clock()
    fake = FakeDingTalk(lambda _: new(500, "x"))
    with pytest.raises(DingTalkError):
        client(fake, clock, Policy(attempts=4, first=1.0, cap=3.0, deadline=60)).call(CARD_UPDATE, {})
    assert clock.slept == [1.0, 2.0, 3.0]  # 运气为 1:抖动取满


NETWORK: list[tuple[Exception, Endpoint, int]] = [
    (httpx.ConnectError("refused"), ROBOT_SEND, 4),  # 没连上:一定没办,可以再试
    (httpx.ConnectTimeout("t"), ROBOT_SEND, 4),
    (httpx.ReadTimeout("t"), ROBOT_SEND, 1),  # 可能办了:消息不在这里重发
    (httpx.ReadTimeout("t"), CARD_UPDATE, 4),  # 重做无害的照样再试
    (httpx.RemoteProtocolError("cut"), CARD_UPDATE, 4),
]


@pytest.mark.parametrize(("error", "endpoint", "sent"), NETWORK)
def test_network_faults(error: Exception, endpoint: Endpoint, sent: int):
    fake = FakeDingTalk(lambda _: error)
    with pytest.raises(DingTalkError) as caught:
        client(fake).call(endpoint, {})
    assert caught.value.code == "DINGTALK_UNREACHABLE"
    assert len(fake.requests) == sent


def test_token_goes_by_header_or_query_and_is_renewed_once():
    fake = FakeDingTalk(in_turn(old(40014), ok(result={"userid": "u"})))
    ding = client(fake)
    assert ding.call(USER_GET, {"userid": "u"})["result"] == {"userid": "u"}
    assert [r.url.params["access_token"] for r in fake.requests] == ["token-1", "token-2"]
    fake.rule = lambda _: httpx.Response(200, json={"success": True})
    ding.call(CARD_UPDATE, {"outTrackId": "x"})
    last = fake.requests[-1]
    assert last.headers["x-acs-dingtalk-access-token"] == "token-2"
    assert "access_token" not in last.url.params
    assert fake.tokens == 2


def test_only_metered_calls_are_counted():
    fake = FakeDingTalk(in_turn(ok(result={})))
    ding = client(fake)
    ding.call(USER_GET, {})
    assert ding.budget.reading(Meter.CALLS).used == 0
    fake.rule = lambda _: httpx.Response(200, json={})
    ding.call(CARD_UPDATE, {})
    assert ding.budget.reading(Meter.CALLS).used == 1


def test_session_address_of_a_stranger_is_refused():
    fake = FakeDingTalk(lambda _: ok())
    ding = client(fake)
    for url in (
        "http://evil.test/robot",
        "https://oapi.dingtalk.com.evil.test/x",
        "http://169.254.169.254/",
        "file:///etc",
    ):
        with pytest.raises(DingTalkError) as caught:
            ding.post_session(url, {"msgtype": "text"})
        assert caught.value.verdict is Verdict.GIVE_UP
    assert fake.requests == []
    assert ding.post_session("http://oapi.test/robot/sendBySession?session=1", {"msgtype": "text"})["errcode"] == 0
    assert ding.budget.reading(Meter.PUSHES).used == 1


def test_decimals_are_exact():
    fake = FakeDingTalk(lambda _: text(200, '{"errcode":0,"n":0.1,"m":120000.10}', JSON))
    answer = client(fake).call(USER_GET, {})
    assert str(answer["n"] + answer["m"]) == "120000.20"
