"""卡片 cards:创建并投放、在原处更新;没有模板编号时改发带链接的卡片消息(ActionCard)。

模板的变量都是文字(见卡片模板说明);一个变量最多 1 KB,长了截短。
投放按 outTrackId 认:同一编号再投,钉钉不理,所以失败了可以放心再来。
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ehr_sync.dingtalk.client import DingTalk
from ehr_sync.dingtalk.endpoints import CARD_CREATE, CARD_UPDATE
from ehr_sync.push.messages import ActionCard, Link, Links, clip

VALUE_BYTES = 1024
Params = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Card:
    """一张卡:`private` 是各人自己看到的不同之处(userid → 变量);`group` 为真时 `to` 是群的 openConversationId。"""

    out_track_id: str
    to: str
    params: Params
    private: Mapping[str, Params]
    group: bool = False


@dataclass(frozen=True, slots=True)
class Landed:
    """投放结果:`ok` 到了;没到的原因在 `reason`。"""

    ok: bool
    reason: str = ""


def create(ding: DingTalk, template_id: str, card: Card) -> Landed:
    """创建并投放;钉钉对每个投放点各说成败,都成才算成。"""
    space = f"dtv1.card//IM_GROUP.{card.to}" if card.group else f"dtv1.card//IM_ROBOT.{card.to}"
    body: dict[str, Any] = {
        "cardTemplateId": template_id,
        "outTrackId": card.out_track_id,
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": fit(card.params)},
        "openSpaceId": space,
        "userIdType": 1,
    }
    if card.private:
        body["privateData"] = _private(card.private)
    said = {"supportForward": False, "lastMessageI18n": {"ZH_CN": clip(card.params.get("title", "") or "新卡片", 60)}}
    if card.group:
        body["imGroupOpenSpaceModel"] = said
        body["imGroupOpenDeliverModel"] = {"robotCode": ding.app.robot_code}
    else:
        body["imRobotOpenSpaceModel"] = said
        body["imRobotOpenDeliverModel"] = {"spaceType": "IM_ROBOT", "robotCode": ding.app.robot_code}
    result = ding.call(CARD_CREATE, body).get("result")
    rows = result.get("deliverResults") if isinstance(result, dict) else None
    failed = [row for row in rows or [] if isinstance(row, dict) and row.get("success") is False]
    if failed:
        return Landed(False, str(failed[0].get("errorMsg") or "钉钉没有说明原因"))
    return Landed(True)


def update(ding: DingTalk, out_track_id: str, params: Params, private: Mapping[str, Params]) -> None:
    """在原处更新:只改给出的变量,别的不动。"""
    body: dict[str, Any] = {
        "outTrackId": out_track_id,
        "userIdType": 1,
        "cardData": {"cardParamMap": fit(params)},
        "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
    }
    if private:
        body["privateData"] = _private(private)
    ding.call(CARD_UPDATE, body)


def fit(params: Params) -> dict[str, str]:
    """每个变量都装得下:文字截短;`fields`(一串 JSON)从尾上去掉几项。"""
    return {key: _fields(value) if key == "fields" else clip(value, VALUE_BYTES) for key, value in params.items()}


def _fields(value: str) -> str:
    rows = _rows(value)
    while rows and len(value.encode()) > VALUE_BYTES:
        rows = rows[:-1]
        value = json.dumps(rows, ensure_ascii=False)
    return value


def _private(private: Mapping[str, Params]) -> dict[str, Any]:
    return {userid: {"cardParamMap": fit(params)} for userid, params in private.items()}


def as_action_card(card: Card, links: Links) -> ActionCard:
    """没有模板时的样子:同样的内容写成 Markdown,按钮换成一个进小程序的链接。"""
    own = dict(card.params) | dict(card.private.get(card.to, {}))
    title = own.get("title", "") or "人事助手"
    lines = [f"### {title}"]
    if own.get("state"):
        lines.append(f"**{own['state']}**")
    if own.get("body"):
        lines.append(own["body"])
    lines += [f"- {row.get('k', '')}:{row.get('v', '')}" for row in _rows(own.get("fields", ""))]
    if own.get("note"):
        lines.append(f"> {own['note']}")
    url = links.absolute(own.get("link_url") or "/m/")
    return ActionCard(title, "\n\n".join(lines), (Link(own.get("link_text") or "打开办理", url),))


def _rows(text: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(text) if text else []
    except ValueError:
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
