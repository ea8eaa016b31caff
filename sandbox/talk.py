"""说话 talk:某人在聊天页上说一句、按一下卡片按钮,化成发给机器人的帧。"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.chat import NOTICES, Conversation
from sandbox.clock import to_ms
from sandbox.company.shapes import Person
from sandbox.frames import Frame
from sandbox.house import BOT_ID, CORP_ID, House
from sandbox.outgoing import Content
from sandbox.refusal import SayRefusal

SESSION_LIFE_MS = 5_400_000
CALLBACK_LIMIT, PATIENCE = 2.0, 5.0
KINDS = ("text", "audio", "picture", "richText", "file")
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass(frozen=True)
class Saying:
    """一句话。at 只改 createAt;msg_id 与从前的相同就是同一条消息又投一次。"""

    userid: str
    text: str = ""
    conversation: str = ""
    kind: str = "text"
    recognition: str = ""
    at: datetime | None = None
    msg_id: str = ""


def person_of(house: House, userid: str) -> Person:
    """说话的人;不在通讯录里的不能说。"""
    person = house.world.person(userid)
    if person is None:
        raise SayRefusal(404, "NO_SUCH_PERSON", f"通讯录里现在没有“{userid}”这个人。名单见 GET /_sandbox/api/people。")
    return person


def say(house: House, saying: Saying) -> dict[str, Any]:
    """说一句。返回 msgId、seq、会话。"""
    person = person_of(house, saying.userid)
    if saying.kind not in KINDS:
        raise SayRefusal(400, "BAD_KIND", f"消息类型只有 {'、'.join(KINDS)}。")
    again = house.chat.message(saying.msg_id) if saying.msg_id else None
    if again is not None:
        return _again(house, again)
    conversation = _conversation(house, saying)
    if conversation.type == "2" and saying.kind in ("audio", "file"):
        raise SayRefusal(400, "NOT_IN_GROUP", "群里的语音和文件到不了机器人(钉钉也一样)。")
    msg_id = saying.msg_id or "msg" + secrets.token_urlsafe(18)
    text = saying.text or saying.recognition or f"[{saying.kind}]"
    content = Content("text" if saying.kind in ("text", "richText") else saying.kind, text)
    doc = house.chat.add(conversation, {"userid": person.userid, "name": person.name}, content, id=msg_id)
    frame = Frame(secrets.token_hex(16), "message", _data(house, saying, conversation, msg_id))
    doc["frame"] = frame.id
    house.store.put("message", str(doc["seq"]), doc)
    house.gateway.push(frame)
    return _said(house, doc)


def _again(house: House, doc: dict[str, Any]) -> dict[str, Any]:
    frame = house.gateway.frames.get(doc.get("frame", ""))
    if frame is None:
        raise SayRefusal(409, "NOT_A_SAYING", "这个 msg_id 不是人说的话,不能再投。")
    house.gateway.push(frame)
    return _said(house, doc)


def _said(house: House, doc: dict[str, Any]) -> dict[str, Any]:
    return {"msgId": doc["id"], "seq": doc["seq"], "conversation": house.chat.public_id(doc["conversation"])}


def _conversation(house: House, saying: Saying) -> Conversation:
    if not saying.conversation:
        return house.chat.solo(saying.userid)
    found = house.chat.find(saying.conversation, saying.userid)
    if found is None or saying.userid not in found.members or saying.conversation == NOTICES:
        raise SayRefusal(404, "NO_SUCH_CONVERSATION", "没有这个会话,或您不在里面,或它不能发言。")
    return found


def _data(house: House, saying: Saying, conversation: Conversation, msg_id: str) -> dict[str, Any]:
    person = person_of(house, saying.userid)
    now = house.gateway.time_ms()
    group = conversation.type == "2"
    data: dict[str, Any] = {
        "conversationId": conversation.id,
        "conversationType": conversation.type,
        "chatbotCorpId": CORP_ID,
        "chatbotUserId": BOT_ID,
        "msgId": msg_id,
        "createAt": to_ms(saying.at) if saying.at else now,
        "senderId": f"$:LWCP_v1:${base64.urlsafe_b64encode(person.unionid.encode()).decode()}",
        "senderStaffId": person.userid,
        "senderNick": person.name,
        "senderCorpId": CORP_ID,
        "senderPlatform": "Mac",
        "isAdmin": person.admin,
        "sessionWebhook": _session(house, conversation, saying.userid, msg_id),
        "sessionWebhookExpiredTime": house.clock.ms() + SESSION_LIFE_MS,
        "robotCode": house.robot_code,
        "msgtype": saying.kind,
        **_body(house, saying, group),
    }
    if group:
        more = {"conversationTitle": conversation.title, "isInAtList": True, "atUsers": [{"dingtalkId": BOT_ID}]}
        data.update(more)
    return data


def _session(house: House, conversation: Conversation, userid: str, msg_id: str) -> str:
    token = secrets.token_hex(16)
    expires = house.clock.ms() + SESSION_LIFE_MS
    doc = {"token": token, "conversation": conversation.id, "userid": userid, "msg_id": msg_id, "expires": expires}
    house.sessions[token] = doc
    house.store.put("session", token, doc)
    return f"{house.base}/robot/sendBySession?session={token}"


def _body(house: House, saying: Saying, group: bool) -> dict[str, Any]:
    if saying.kind == "text":
        return {"text": {"content": (" " if group else "") + saying.text}}
    if saying.kind == "richText":
        return {"content": {"richText": [{"text": saying.text}]}}
    code = secrets.token_hex(16)
    house.media[code] = ("image/png", base64.b64decode(_PIXEL))
    if saying.kind == "picture":
        return {"content": {"downloadCode": code, "pictureDownloadCode": code}}
    if saying.kind == "audio":
        heard = saying.recognition or saying.text
        return {"content": {"duration": max(1000, 250 * len(heard)), "downloadCode": code, "recognition": heard}}
    name = saying.text or "文件.pdf"
    return {"content": {"spaceId": "1", "fileName": name, "downloadCode": code, "fileId": secrets.token_hex(6)}}


# ------- 按卡片按钮


async def press(house: House, userid: str, card_id: str, action: str, params: dict[str, Any]) -> dict[str, Any]:
    """按一下。返回 messageId 与机器人对回调的回答;超过 2 秒的回答不再改卡片(钉钉那时已报失败)。"""
    person_of(house, userid)
    card = house.cards.all.get(card_id)
    if card is None:
        raise SayRefusal(404, "NO_SUCH_CARD", f"没有卡片 {card_id}。")
    button = house.cards.button(card, userid, action)
    if button is None:
        raise SayRefusal(404, "NO_SUCH_BUTTON", f"这张卡片上没有按钮“{action}”。")
    content = {"cardPrivateData": {"actionIds": [button[0]], "params": {"action": button[1], **params}}}
    text = json.dumps(content, ensure_ascii=False)
    kind, _, where = card["space"].removeprefix("dtv1.card//").partition(".")
    data = {
        "type": "actionCallback",
        "outTrackId": card_id,
        "corpId": CORP_ID,
        "userId": userid,
        "userIdType": 1,
        "spaceType": kind.removeprefix("IM_").replace("ROBOT", "IM") or "IM",
        "spaceId": where,
        "extension": "{}",
        "content": text,
        "value": text,
    }
    frame = Frame(secrets.token_hex(16), "callback", data)
    started = asyncio.get_running_loop().time()
    try:
        ack = await asyncio.wait_for(house.gateway.push(frame), PATIENCE)
    except TimeoutError:
        return {"messageId": frame.id, "response": None, "say": "机器人 5 秒没有回答"}
    late = asyncio.get_running_loop().time() - started > CALLBACK_LIMIT
    response = ack.data.get("response")
    if not late and ack.code == 200 and isinstance(response, dict):
        _apply(house, card_id, userid, response)
    return {"messageId": frame.id, "response": response, "code": ack.code, "late": late}


def _apply(house: House, card_id: str, userid: str, response: dict[str, Any]) -> None:
    """回调回答里的 cardData 只刷新按的那个人;值不是字符串的不理。"""
    options = response.get("cardUpdateOptions") or {}
    public = _strings(response.get("cardData"))
    private = _strings(response.get("userPrivateData"))
    if public:
        house.cards.lay_local(card_id, userid, public, by_key=bool(options.get("updateCardDataByKey")))
    if private:
        by_key = bool(options.get("updatePrivateDataByKey"))
        house.cards.lay_private(card_id, {userid: private}, by_key=by_key)
    if public or private:
        house.chat.touch_card(card_id)


def _strings(part: Any) -> dict[str, str]:
    params = part.get("cardParamMap") if isinstance(part, dict) else None
    return {k: v for k, v in params.items() if isinstance(v, str)} if isinstance(params, dict) else {}
