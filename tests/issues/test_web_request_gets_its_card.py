"""在小程序里提的申请,本人那张卡从没投过:原先每次更新都进死信,本人不知道批没批;现在第一次更新时投出去。"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from ehr_sync.push.deliver import Dead, Delivered
from tests.ehr_sync.fakes import deliver, in_turn, new
from tests.harness.sandbox import Sandbox

CREATE = "/v1.0/card/instances/createAndDeliver"
REFUSED: dict[str, Any] = {
    "out_track_id": "leave.7.self.liming",
    "to": "liming",
    "params": {"title": "事假申请", "state": "已拒绝", "tone": "bad", "body": "理由:这周要交付"},
    "conversation": {"type": "1"},
    "weight": "answer",
}


def no_such_card(sandbox: Sandbox) -> httpx.Response:
    """沙箱对没有的卡的真回答。"""
    info = sandbox.call("GET", "/info")
    login = {"appKey": info["client_id"], "appSecret": info["client_secret"]}
    token = httpx.post(f"{info['api']}/v1.0/oauth2/accessToken", json=login, trust_env=False).json()["accessToken"]
    body = {"outTrackId": "never-made", "cardData": {"cardParamMap": {}}, "userIdType": 1}
    head = {"x-acs-dingtalk-access-token": token}
    answer = httpx.put(f"{info['api']}/v1.0/card/instances", json=body, headers=head, trust_env=False)
    return httpx.Response(answer.status_code, content=answer.content, headers={"content-type": "application/json"})


@pytest.fixture(scope="module")
def missing() -> httpx.Response:
    with Sandbox() as sandbox:
        return no_such_card(sandbox)


def test_the_first_update_delivers_the_card_as_it_is_now(missing: httpx.Response):
    result, fake = deliver(in_turn(missing, new(success=True, result={})), "card.update", REFUSED)
    assert result == Delivered()
    assert [(r.method, r.url.path) for r in fake.requests] == [("PUT", "/v1.0/card/instances"), ("POST", CREATE)]
    assert fake.bodies[1]["cardData"]["cardParamMap"]["state"] == "已拒绝"
    assert fake.bodies[1]["openSpaceId"] == "dtv1.card//IM_ROBOT.liming"


def test_a_draft_that_was_replaced_is_not_shown_at_all(missing: httpx.Response):
    gone = REFUSED | {"params": REFUSED["params"] | {"tone": "mute", "state": "已作废"}}
    result, fake = deliver(lambda _: missing, "card.update", gone)
    assert result == Delivered("这张卡没有投放过,不用更新。")
    assert len(fake.requests) == 1


def test_any_other_refusal_is_still_put_aside():
    other = httpx.Response(400, json={"code": "param.error", "message": "cardData"})
    result, fake = deliver(lambda _: other, "card.update", REFUSED)
    assert isinstance(result, Dead)
    assert len(fake.requests) == 1
