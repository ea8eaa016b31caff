"""接口 ports:聊天这扇门要外面替它做的事;由 app 用 ehr_sync/push 接上。

链接有两种:小程序路径(/m/…,接上的人换成先免登再到那一页的完整网址),
和 dtmd 链接(点了就替人把那句话发给机器人)。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

MOST_LINKS = 5
"""一条卡片消息最多几个按钮(钉钉的规矩)。"""


@dataclass(frozen=True, slots=True)
class Link:
    """一个按钮:字与去处(/m/… 或 dtmd://…)。"""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Markdown:
    """一条 Markdown;title 是会话列表里露出的那一行。"""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ActionCard:
    """带按钮的卡片消息,最多五个。"""

    title: str
    text: str
    links: tuple[Link, ...]


Message = Markdown | ActionCard


@dataclass(frozen=True, slots=True)
class Session:
    """往哪里回:webhook 会话地址与到期时刻(aware);group 为真时 conversation 是群的 openConversationId。"""

    webhook: str
    expires_at: datetime
    conversation: str
    userid: str
    robot_code: str = ""
    group: bool = False


@dataclass(frozen=True, slots=True)
class NewCard:
    """一张要投到 to 单聊里的互动卡片;params 是模板的变量(都是文字;link_url 是 /m/… 路径)。"""

    out_track_id: str
    to: str
    params: Mapping[str, str]


class Outgoing(Protocol):
    """外面替我们送的两样东西;送到了为 True,没送到为 False(收件会稍后重办),不抛错。"""

    def reply(self, session: Session, message: Message) -> bool:
        """回一句:先会话地址,不成再走机器人接口。"""
        ...

    def send_card(self, card: NewCard) -> bool:
        """投一张卡;同一 out_track_id 再投,钉钉不理,算送到。"""
        ...


OpenConnection = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""要一张长连接的票:请求体 → {"endpoint","ticket"};自己有期限,不成就抛错。"""
Follow = Callable[[str, Mapping[str, Any]], None]
"""跟进一个事件:(事件类型, 内容);只安排,不在这里慢慢做。"""


def say_link(text: str, words: str | None = None) -> Link:
    """点了就替人说一句话的按钮;words 不给就说按钮上的字。"""
    return Link(text, f"dtmd://dingtalkclient/sendMessage?content={quote(words or text, safe='')}")


def absolute(base: str, target: str) -> str:
    """小程序路径 → 先免登再到那一页的完整网址;别的原样。"""
    if target.startswith("/m/enter"):
        return f"{base}{target}"
    return f"{base}/m/enter?to={quote(target, safe='/')}" if target.startswith("/") else target
