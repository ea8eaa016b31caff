"""令牌接口 token:两族取令牌、免登换人、jsapi 票据、失败事件、开长连接。"""

from __future__ import annotations

import secrets

from sandbox.clock import to_ms
from sandbox.house import CORP_ID, House
from sandbox.openapi.endpoint import Endpoint, Json
from sandbox.refusal import NewRefusal, OldRefusal
from sandbox.tokens import LIFE
from sandbox.validate import Args, Field, may, must


def _new_token(house: House, a: Args) -> Json:
    if not house.tokens.right(a["appKey"], a["appSecret"]):
        raise NewRefusal(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
    return {"accessToken": house.tokens.issue(), "expireIn": LIFE}


def _corp_token(house: House, a: Args) -> Json:
    if a["corp_id"] != CORP_ID:
        raise NewRefusal(400, "invalidCorpId", "无效的corpId")
    if not house.tokens.right(a["client_id"], a["client_secret"]):
        raise NewRefusal(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret")
    return {"access_token": house.tokens.issue(), "expires_in": LIFE}


def _old_token(house: House, a: Args) -> Json:
    if not house.tokens.right(a["appkey"], a["appsecret"]):
        raise OldRefusal(40089, "不合法的appkey或appsecret")
    return {"access_token": house.tokens.issue(), "expires_in": LIFE}


def _ticket(house: House, a: Args) -> Json:
    return {"jsapiTicket": secrets.token_hex(24), "expireIn": LIFE}


def _whoami(house: House, a: Args) -> Json:
    userid = house.tokens.redeem(a["code"])
    person = house.world.person(userid) if userid else None
    if person is None:
        raise OldRefusal(40078, "不存在的临时授权码")
    who = {"userid": person.userid, "unionid": person.unionid, "name": person.name, "device_id": secrets.token_hex(8)}
    return {"result": {**who, "sys": person.admin, "sys_level": 1 if person.boss else 2 if person.admin else 0}}


def _open(house: House, a: Args) -> Json:
    if house.faults.take("refuse_open"):
        raise NewRefusal(503, "ServiceUnavailable", "长连接服务暂不可用")
    if not house.tokens.right(a["clientId"], a["clientSecret"]):
        raise NewRefusal(401, "authFailed", "鉴权失败,无效的clientId或者clientSecret")
    for item in a["subscriptions"]:
        if item.get("type") not in ("EVENT", "CALLBACK", "SYSTEM") or not isinstance(item.get("topic"), str):
            raise NewRefusal(400, "Invalidsubscriptions", "Specified parameter subscriptions is not valid.")
    endpoint = house.base.replace("http://", "ws://") + "/connect"
    return {"endpoint": endpoint, "ticket": house.gateway.open(a["subscriptions"])}


def _failed(house: House, a: Args) -> Json:
    rows: list[Json] = [
        {
            "corpId": CORP_ID,
            "eventTime": int(frame.extra["eventBornTime"]),
            "callBackTag": frame.extra["eventType"],
            "callBackData": frame.data,
        }
        for frame in house.gateway.failed()
    ]
    if "beginTime" in a:
        rows = [row for row in rows if row["eventTime"] >= to_ms(a["beginTime"])]
    if "endTime" in a:
        rows = [row for row in rows if row["eventTime"] <= to_ms(a["endTime"])]
    return {"hasMore": False, "failedList": rows}


ENDPOINTS = (
    Endpoint(
        "POST", "/v1.0/oauth2/accessToken", _new_token, (must("appKey"), must("appSecret")), metered=False, token=False
    ),
    Endpoint(
        "POST",
        "/v1.0/oauth2/{corp_id}/token",
        _corp_token,
        (must("client_id"), must("client_secret"), Field("grant_type", must=True, one_of=("client_credentials",))),
        metered=False,
        token=False,
    ),
    Endpoint("GET", "/gettoken", _old_token, (must("appkey"), must("appsecret")), metered=False, token=False),
    Endpoint("POST", "/v1.0/oauth2/jsapiTickets", _ticket, metered=False),
    Endpoint("POST", "/topapi/v2/user/getuserinfo", _whoami, (must("code"),), metered=False),
    Endpoint(
        "POST",
        "/v1.0/gateway/connections/open",
        _open,
        (
            must("clientId"),
            must("clientSecret"),
            must("subscriptions", "dicts"),
            may("ua"),
            may("localIp", "text"),
            may("extras", "dict"),
        ),
        metered=False,
        token=False,
    ),
    Endpoint(
        "GET",
        "/v1.0/event/callbacks/failedResults",
        _failed,
        (may("beginTime", "ms"), may("endTime", "ms")),
    ),
)
