"""外发消息 outgoing:机器人三种发法(会话 webhook、OpenAPI 模板、工作通知)的消息体,校验后化成同一种样子。"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.refusal import BadField


@dataclass(frozen=True)
class Content:
    """聊天页能画的一条消息。"""

    kind: str
    text: str = ""
    title: str = ""
    buttons: list[dict[str, str]] = field(default_factory=list)
    link: str = ""
    fields: list[dict[str, str]] = field(default_factory=list)


def _need(body: dict[str, Any], *path: str) -> str:
    """取一个必填的非空字符串。"""
    node: Any = body
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    if node is None or node == "":
        raise BadField(".".join(path), "missing")
    if not isinstance(node, str):
        raise BadField(".".join(path), "invalid", "must be a string")
    return node


def _buttons(rows: Any, name: str, keys: tuple[str, str]) -> list[dict[str, str]]:
    if not isinstance(rows, list) or not rows:
        raise BadField(name, "missing")
    return [{"text": _need(row, keys[0]), "url": _need(row, keys[1])} for row in rows]


# ------- 会话 webhook


def from_webhook(body: dict[str, Any]) -> Content:
    """会话 webhook 的消息体。"""
    kind = _need(body, "msgtype")
    if kind == "text":
        return Content("text", _need(body, "text", "content"))
    if kind == "markdown":
        return Content("markdown", _need(body, "markdown", "text"), _need(body, "markdown", "title"))
    if kind == "actionCard":
        return _webhook_card(body)
    if kind == "link":
        link = _need(body, "link", "messageUrl")
        return Content("link", _need(body, "link", "text"), _need(body, "link", "title"), link=link)
    if kind == "feedCard":
        rows = (body.get("feedCard") or {}).get("links")
        return Content("actionCard", buttons=_buttons(rows, "feedCard.links", ("title", "messageURL")))
    if kind == "empty":
        return Content("empty")
    raise BadField("msgtype", "invalid", f"unsupported msgtype {kind}")


def _webhook_card(body: dict[str, Any]) -> Content:
    card = body.get("actionCard") or {}
    text, title = _need(body, "actionCard", "text"), _need(body, "actionCard", "title")
    if card.get("btns"):
        return Content("actionCard", text, title, _buttons(card["btns"], "actionCard.btns", ("title", "actionURL")))
    button = {"text": _need(body, "actionCard", "singleTitle"), "url": _need(body, "actionCard", "singleURL")}
    return Content("actionCard", text, title, [button])


# ------- OpenAPI 模板(msgKey, msgParam)

_MULTI = {f"sampleActionCard{n}": n for n in (2, 3, 4, 5)}


def from_sample(key: str, param: str) -> Content:
    """OpenAPI 的 msgKey 与 msgParam(JSON 文字)。"""
    try:
        body = json.loads(param)
    except ValueError as error:
        raise BadField("msgParam", "invalid", "must be a JSON string") from error
    if not isinstance(body, dict):
        raise BadField("msgParam", "invalid", "must be a JSON object")
    if key in _MULTI or key in ("sampleActionCard", "sampleActionCard6"):
        return _sample_card(key, body)
    if key not in _SAMPLES:
        raise BadField("msgKey", "invalid", f"unknown msgKey {key}")
    kind, text, title, link = _SAMPLES[key]
    return Content(
        kind,
        _need(body, text) if text else "",
        _need(body, title) if title else "",
        link=_need(body, link) if link else "",
    )


_SAMPLES = {
    "sampleText": ("text", "content", "", ""),
    "sampleMarkdown": ("markdown", "text", "title", ""),
    "sampleImageMsg": ("picture", "", "", "photoURL"),
    "sampleLink": ("link", "text", "title", "messageUrl"),
    "sampleAudio": ("audio", "", "", "mediaId"),
    "sampleFile": ("link", "", "fileName", "mediaId"),
}


def _sample_card(key: str, body: dict[str, Any]) -> Content:
    text, title = _need(body, "text"), _need(body, "title")
    if key == "sampleActionCard":
        pairs = [("singleTitle", "singleURL")]
    elif key == "sampleActionCard6":
        pairs = [("buttonTitle1", "buttonUrl1"), ("buttonTitle2", "buttonUrl2")]
    else:
        pairs = [(f"actionTitle{n}", f"actionURL{n}") for n in range(1, _MULTI[key] + 1)]
    buttons = [{"text": _need(body, name), "url": _need(body, url)} for name, url in pairs]
    return Content("actionCard", text, title, buttons)


# ------- 工作通知


def from_notice(body: dict[str, Any]) -> Content:
    """工作通知的 msg(蛇形命名)。"""
    kind = _need(body, "msgtype")
    if kind == "text":
        return Content("notice", _need(body, "text", "content"))
    if kind == "markdown":
        return Content("notice", _need(body, "markdown", "text"), _need(body, "markdown", "title"))
    if kind == "link":
        link = _need(body, "link", "messageUrl")
        return Content("notice", _need(body, "link", "text"), _need(body, "link", "title"), link=link)
    if kind == "action_card":
        return _notice_card(body)
    if kind == "oa":
        return _notice_oa(body)
    if kind in ("image", "voice", "file"):
        return Content("notice", f"[{kind}]", link=_need(body, kind, "media_id"))
    raise BadField("msgtype", "invalid", f"unsupported msgtype {kind}")


def _notice_card(body: dict[str, Any]) -> Content:
    card = body.get("action_card") or {}
    text, title = _need(body, "action_card", "markdown"), str(card.get("title") or "")
    if card.get("btn_json_list"):
        rows = _buttons(card["btn_json_list"], "action_card.btn_json_list", ("title", "action_url"))
        return Content("notice", text, title, rows)
    button = {"text": _need(body, "action_card", "single_title"), "url": _need(body, "action_card", "single_url")}
    return Content("notice", text, title, [button], link=button["url"])


def _notice_oa(body: dict[str, Any]) -> Content:
    _need(body, "oa", "head", "text")
    inner = body["oa"].get("body") or {}
    rows = [{"k": str(row.get("key", "")), "v": str(row.get("value", ""))} for row in inner.get("form") or []]
    title = str(inner.get("title") or body["oa"]["head"]["text"])
    return Content(
        "oa", str(inner.get("content") or ""), title, link=str(body["oa"].get("message_url") or ""), fields=rows
    )
