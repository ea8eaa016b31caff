"""消息 messages:回复、单聊、群、工作通知;文字、Markdown、带按钮的卡片消息(ActionCard)。

回复先走会话地址(机器人推送),过期或不成再走 OpenAPI(计费调用)。
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from ehr_sync.dingtalk.client import DingTalk
from ehr_sync.dingtalk.endpoints import NOTICE_SEND, ROBOT_GROUP, ROBOT_SEND
from ehr_sync.dingtalk.errors import DingTalkError
from ehr_sync.dingtalk.retry import FAST, Policy

NOTICE_BYTES = 2048
"""工作通知一条最多几个字节。"""
PARAM_BYTES = 15_000
MOST_BUTTONS = 5
LAST_MINUTE = timedelta(minutes=1)
"""会话地址快到期的一分钟里就不用了。"""


@dataclass(frozen=True, slots=True)
class Text:
    """纯文字。"""

    text: str


@dataclass(frozen=True, slots=True)
class Markdown:
    """Markdown:`title` 是会话列表里露出的那一行。"""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """一个按钮:字与网址(已是完整网址)。"""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class ActionCard:
    """带按钮的卡片消息;按钮只能是链接,最多五个。"""

    title: str
    text: str
    links: tuple[Link, ...]


Message = Text | Markdown | ActionCard


@dataclass(frozen=True, slots=True)
class Session:
    """一次会话:`webhook` 回复地址与到期时刻(aware);`group` 为真时 `conversation` 是群的 openConversationId。"""

    webhook: str
    expires_at: datetime
    conversation: str
    userid: str
    robot_code: str = ""
    group: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """小程序网址:`base` 是对外的基地址。写成 /m/… 的都换成先免登再到那一页的完整网址。"""

    base: str

    def absolute(self, link: str) -> str:
        if link.startswith("/m/enter"):
            return f"{self.base}{link}"
        if link.startswith("/"):
            return f"{self.base}/m/enter?to={quote(link, safe='/')}"
        return link


class Replier:
    """快的回复(不经发件箱):先会话地址,再 OpenAPI。`clock` 给此刻(aware)。"""

    def __init__(self, ding: DingTalk, clock: Callable[[], datetime]) -> None:
        self._ding = ding
        self._clock = clock

    def reply(self, session: Session, message: Message) -> bool:
        """回一句;送到了为 True。两条路都不成为 False(调用的人留着收件,稍后再来)。"""
        if session.webhook and session.expires_at - self._clock() > LAST_MINUTE:
            try:
                self._ding.post_session(session.webhook, by_session(message))
                return True
            except DingTalkError:
                pass  # 过期(300001)、限流、网页都一样:换一条路
        try:
            if session.group:
                send_group(self._ding, session.conversation, message, FAST)
                return True
            return not send_people(self._ding, [session.userid], message, FAST).missed
        except DingTalkError:
            return False


@dataclass(frozen=True, slots=True)
class Sent:
    """批量单聊的结果:`unknown` 查无此人,`slowed` 被限流,`filtered` 被过滤(对方屏蔽等)。"""

    unknown: tuple[str, ...] = ()
    slowed: tuple[str, ...] = ()
    filtered: tuple[str, ...] = ()

    @property
    def missed(self) -> bool:
        return bool(self.unknown or self.slowed or self.filtered)


def send_people(ding: DingTalk, userids: list[str], message: Message, policy: Policy | None = None) -> Sent:
    """机器人单聊,每次最多二十人。"""
    unknown: list[str] = []
    slowed: list[str] = []
    filtered: list[str] = []
    key, param = by_robot(message)
    for start in range(0, len(userids), ROBOT_SEND.batch):
        body = {
            "robotCode": ding.app.robot_code,
            "userIds": userids[start : start + ROBOT_SEND.batch],
            "msgKey": key,
            "msgParam": param,
        }
        answer = ding.call(ROBOT_SEND, body, policy=policy)
        unknown += answer.get("invalidStaffIdList") or []
        slowed += answer.get("flowControlledStaffIdList") or []
        filtered += answer.get("filteredStaffIdList") or []
    return Sent(tuple(unknown), tuple(slowed), tuple(filtered))


def send_group(ding: DingTalk, conversation: str, message: Message, policy: Policy | None = None) -> None:
    """发到群里。"""
    key, param = by_robot(message)
    body = {
        "robotCode": ding.app.robot_code,
        "openConversationId": conversation,
        "msgKey": key,
        "msgParam": param,
    }
    ding.call(ROBOT_GROUP, body, policy=policy)


def send_notice(ding: DingTalk, userids: list[str], message: ActionCard | Markdown) -> list[str]:
    """工作通知,每次最多一百人;交回各批的 task_id。同样内容一天一人只到一次(钉钉的规矩)。"""
    tasks: list[str] = []
    for start in range(0, len(userids), NOTICE_SEND.batch):
        body = {
            "agent_id": int(ding.app.agent_id) if ding.app.agent_id.isdecimal() else ding.app.agent_id,
            "userid_list": ",".join(userids[start : start + NOTICE_SEND.batch]),
            "msg": by_notice(message),
        }
        tasks.append(str(ding.call(NOTICE_SEND, body).get("task_id", "")))
    return tasks


def by_session(message: Message) -> dict[str, Any]:
    """会话地址的写法。"""
    match message:
        case Text(text):
            return {"msgtype": "text", "text": {"content": text}}
        case Markdown(title, text):
            return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
        case ActionCard(title, text, links):
            card: dict[str, Any] = {"title": title, "text": text}
            if len(links) == 1:
                card |= {"singleTitle": links[0].text, "singleURL": links[0].url}
            else:
                card |= {"btnOrientation": "0", "btns": [{"title": one.text, "actionURL": one.url} for one in links]}
            return {"msgtype": "actionCard", "actionCard": card}


def by_robot(message: Message) -> tuple[str, str]:
    """OpenAPI 机器人的写法:(msgKey, msgParam 文字)。"""
    match message:
        case Text(text):
            return "sampleText", _param({"content": text})
        case Markdown(title, text):
            return "sampleMarkdown", _param({"title": title, "text": text})
        case ActionCard(title, text, links):
            if not links:
                return "sampleMarkdown", _param({"title": title, "text": text})
            if len(links) == 1:
                single = {"singleTitle": links[0].text, "singleURL": links[0].url}
                return "sampleActionCard", _param({"title": title, "text": text} | single)
            shown = links[:MOST_BUTTONS]
            named = {f"actionTitle{n}": one.text for n, one in enumerate(shown, 1)}
            named |= {f"actionURL{n}": one.url for n, one in enumerate(shown, 1)}
            return f"sampleActionCard{len(shown)}", _param({"title": title, "text": text} | named)


def by_notice(message: ActionCard | Markdown) -> dict[str, Any]:
    """工作通知的写法;整条不超过 2048 字节,长了截短(链接里有全文)。"""
    text = message.text
    while True:
        body = _notice(message, text)
        over = len(json.dumps(body, ensure_ascii=False).encode()) - NOTICE_BYTES
        if over <= 0 or not text:
            return body
        text = clip(text, len(text.encode()) - over - 3)


def _notice(message: ActionCard | Markdown, text: str) -> dict[str, Any]:
    if isinstance(message, Markdown) or not message.links:
        return {"msgtype": "markdown", "markdown": {"title": message.title, "text": text}}
    link = message.links[0]
    card = {"title": message.title, "markdown": text, "single_title": link.text, "single_url": link.url}
    return {"msgtype": "action_card", "action_card": card}


def clip(text: str, limit: int) -> str:
    """截到最多 `limit` 个字节(UTF-8,不截断一个字),截了就加省略号。"""
    data = text.encode()
    if len(data) <= limit:
        return text
    return data[: max(limit - 3, 0)].decode(errors="ignore") + "…" if limit > 3 else ""


def _param(values: dict[str, str]) -> str:
    """msgParam:不超过 15,000 字节,长了截短正文。"""
    key = "content" if "content" in values else "text"
    whole = json.dumps(values, ensure_ascii=False)
    over = len(whole.encode()) - PARAM_BYTES
    if over > 0:
        values = values | {key: clip(values[key], len(values[key].encode()) - over - 200)}
    return json.dumps(values, ensure_ascii=False)
