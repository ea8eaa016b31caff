"""卡片接口 cards:建、投、更新、流式更新;值只认字符串,模板只认登记过的,outTrackId 重用不作声。"""

from __future__ import annotations

from typing import Any

from sandbox.cards import TEMPLATES
from sandbox.chat import Conversation
from sandbox.house import House
from sandbox.openapi.endpoint import Endpoint, Json
from sandbox.openapi.messages import BOT, group_of
from sandbox.outgoing import Content
from sandbox.refusal import BadField, NewRefusal
from sandbox.validate import Args, check, may, must

_PARAMS = (must("cardParamMap", "params"),)


def _param_map(name: str, data: Any) -> dict[str, str]:
    """{cardParamMap:{…}}:键不超 100 字节,值不超 1 KB(文档所写),超了按文档拒绝。"""
    if not isinstance(data, dict):
        raise BadField(name, "invalid", "must be an object")
    try:
        params: dict[str, str] = check(_PARAMS, data, loose=False).get("cardParamMap", {})
    except BadField as error:
        if error.why == "missing" and data.get("cardParamMap") == {}:
            return {}
        raise BadField(name, "invalid", f"cardParamMap: {error.say or error.why}") from error
    for key, value in params.items():
        if len(key.encode()) > 100 or len(value.encode()) > 1024:
            raise BadField(name, "invalid", f"cardParamMap.{key} is too long")
    return params


def _refuse(code: str, say: str = "") -> NewRefusal:
    return NewRefusal(400, f"param.{code}", say or f"param.{code}")


def _private(house: House, a: Args) -> dict[str, dict[str, str]]:
    for userid in a.get("privateData", {}):
        if userid not in house.world.people:
            raise _refuse("userIdNotExist", f"privateData 里的用户 {userid} 不存在")
    return {userid: _param_map("privateData", data) for userid, data in a.get("privateData", {}).items()}


_EMPTY = {
    "outTrackId": "outTrackIdEmpty",
    "cardTemplateId": "cardTemplateIdEmpty",
    "cardData": "cardPublicDataEmpty",
    "openSpaceId": "openSpaceIdEmpty",
}


def _full(a: Args, *names: str) -> None:
    """必填的缺了,用卡片自己的错误码。"""
    for name in names:
        if name not in a:
            raise _refuse(_EMPTY[name])


def _create(house: House, a: Args) -> Json:
    _full(a, "cardTemplateId", "outTrackId", "cardData")
    if a["cardTemplateId"] not in TEMPLATES:
        raise _refuse("templateNotExist", f"模板不存在:{a['cardTemplateId']}")
    if a.get("callbackType", "HTTP") not in ("STREAM", "HTTP"):
        raise BadField("callbackType", "invalid")
    public, private = _param_map("cardData", a["cardData"]), _private(house, a)
    if a["outTrackId"] not in house.cards.all:
        house.cards.create(a["outTrackId"], a["cardTemplateId"], a.get("callbackType", ""), public)
        house.cards.lay_private(a["outTrackId"], private, by_key=False)
    return {"success": True, "result": a["outTrackId"]}


def _deliver(house: House, a: Args) -> Json:
    _full(a, "outTrackId", "openSpaceId")
    _known(house, a)
    return {"success": True, "result": [_place(house, a)]}


def _create_and_deliver(house: House, a: Args) -> Json:
    _full(a, "cardTemplateId", "outTrackId", "cardData", "openSpaceId")
    known = a["outTrackId"] in house.cards.all
    _target(house, a)
    _create(house, a)
    if known:
        kind, _, where = a["openSpaceId"].removeprefix("dtv1.card//").partition(".")
        placed: Json = {"spaceId": where, "spaceType": kind, "success": True, "carrierId": "", "errorMsg": ""}
    else:
        placed = _place(house, a)
    return {"success": True, "result": {"outTrackId": a["outTrackId"], "deliverResults": [placed]}}


def _target(house: House, a: Args) -> tuple[Conversation | None, str]:
    """openSpaceId → (会话, 出错的话);投放模型要与场域配套。"""
    space: str = a["openSpaceId"]
    kind, _, where = space.removeprefix("dtv1.card//").partition(".")
    if not space.startswith("dtv1.card//") or kind not in ("IM_GROUP", "IM_ROBOT") or not where:
        raise _refuse(
            "openSpaceIdInvalid", "openSpaceId 应为 dtv1.card//IM_GROUP.<会话> 或 dtv1.card//IM_ROBOT.<userId>"
        )
    model = "imGroupOpenDeliverModel" if kind == "IM_GROUP" else "imRobotOpenDeliverModel"
    if model not in a:
        raise _refuse("openDeliverModelEmpty", f"场域投放模型为空:{model}")
    if kind == "IM_GROUP":
        if a[model].get("robotCode") != house.robot_code:
            raise _refuse("openDeliverModelError", f"{model}.robotCode 不对")
        group = group_of(house, where)
        return group, "" if group else "群不存在,或机器人不在群里"
    if a[model].get("spaceType") != "IM_ROBOT":
        raise _refuse("openDeliverModelError", f"{model}.spaceType 应为 IM_ROBOT")
    if house.world.person(where) is None:
        return None, "用户不存在"
    return house.chat.solo(where), ""


def _place(house: House, a: Args) -> Json:
    conversation, wrong = _target(house, a)
    kind, _, where = a["openSpaceId"].removeprefix("dtv1.card//").partition(".")
    placed = {"spaceId": where, "spaceType": kind, "success": conversation is not None, "errorMsg": wrong}
    if conversation is None:
        return {**placed, "carrierId": ""}
    only = a.get("imGroupOpenDeliverModel", {}).get("recipients") if kind == "IM_GROUP" else None
    house.cards.place(a["outTrackId"], a["openSpaceId"])
    doc = house.chat.add(conversation, BOT, Content("card"), card=a["outTrackId"], only=only or None)
    return {**placed, "carrierId": doc["id"]}


def _update(house: House, a: Args) -> Json:
    _full(a, "outTrackId")
    _known(house, a)
    options = a.get("cardUpdateOptions", {})
    public = _param_map("cardData", a["cardData"]) if "cardData" in a else None
    private = _private(house, a)
    if public is None and not private:
        raise _refuse("cardDataAndPrivateDataBothEmpty")
    if public is not None:
        house.cards.lay_public(a["outTrackId"], public, by_key=bool(options.get("updateCardDataByKey")))
    if private:
        house.cards.lay_private(a["outTrackId"], private, by_key=bool(options.get("updatePrivateDataByKey")))
    house.chat.touch_card(a["outTrackId"])
    return {"success": True, "result": True}


def _stream(house: House, a: Args) -> Json:
    _known(house, a)
    card = house.cards.all[a["outTrackId"]]
    before = "" if a.get("isFull", False) else card["public"].get(a["key"], "")
    house.cards.lay_public(a["outTrackId"], {a["key"]: before + a["content"]}, by_key=True)
    house.chat.touch_card(a["outTrackId"])
    return {"success": True, "result": True}


def _known(house: House, a: Args) -> None:
    if a["outTrackId"] not in house.cards.all:
        raise _refuse("cardNotExist", f"卡片不存在:{a['outTrackId']}")


_SPACES = (
    may("imGroupOpenSpaceModel", "dict"),
    may("imRobotOpenSpaceModel", "dict"),
    may("imSingleOpenSpaceModel", "dict"),
)
_NEW_CARD = (
    may("cardTemplateId"),
    may("outTrackId", most=256),
    may("cardData", "dict"),
    may("callbackType"),
    may("callbackRouteKey", "text"),
    may("privateData", "dict"),
    may("userId"),
    may("userIdType", "int"),
    *_SPACES,
)
_DELIVERY = (
    may("openSpaceId"),
    may("imGroupOpenDeliverModel", "dict"),
    may("imRobotOpenDeliverModel", "dict"),
    may("userIdType", "int"),
)
ENDPOINTS = (
    Endpoint("POST", "/v1.0/card/instances", _create, _NEW_CARD),
    Endpoint("POST", "/v1.0/card/instances/deliver", _deliver, (may("outTrackId"), *_DELIVERY)),
    Endpoint("POST", "/v1.0/card/instances/createAndDeliver", _create_and_deliver, (*_NEW_CARD, *_DELIVERY)),
    Endpoint(
        "PUT",
        "/v1.0/card/instances",
        _update,
        (
            may("outTrackId"),
            may("cardData", "dict"),
            may("privateData", "dict"),
            may("cardUpdateOptions", "dict"),
            may("userIdType", "int"),
        ),
    ),
    Endpoint(
        "PUT",
        "/v1.0/card/streaming",
        _stream,
        (
            must("outTrackId"),
            must("guid"),
            must("key"),
            must("content", "text", most=3072),
            may("isFull", "bool"),
            may("isFinalize", "bool"),
            may("isError", "bool"),
        ),
    ),
)
