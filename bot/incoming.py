"""收到的话 incoming:一条机器人消息 → 谁、在哪里、说了什么字;语音用识别出的字,别的种类说明能做什么。

字段缺了、类型不对都不抛错:读得出多少算多少,读不出的当作空话来答。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import words
from bot.ports import Session

LONGEST = 1000
"""一句话最多几个字;再长请人缩短,不花力气去猜。"""
FAR = timedelta(days=400)
"""发话时刻离此刻多远就算离谱。排队几天才送到的话,“明天”仍从说的那天数。"""


@dataclass(frozen=True, slots=True)
class Incoming:
    """一条消息。userid 为空是外部的人或机器人还没发布;kind 是钉钉的 msgtype;at 说话的时刻(aware)。"""

    userid: str
    text: str
    kind: str
    at: datetime
    session: Session

    @property
    def group(self) -> bool:
        return self.session.group


def read_message(data: Mapping[str, Any], clock: Callable[[], datetime]) -> Incoming:
    """读一条消息;clock 给此刻,发话时刻缺了或离谱时用。"""
    now = clock()
    group = str(data.get("conversationType") or "1") == "2"
    userid = _text(data.get("senderStaffId"))
    session = Session(
        webhook=_text(data.get("sessionWebhook")),
        expires_at=_instant(data.get("sessionWebhookExpiredTime")) or now,
        conversation=_text(data.get("conversationId")),
        userid=userid,
        robot_code=_text(data.get("robotCode")),
        group=group,
    )
    kind = _text(data.get("msgtype")) or "text"
    at = _instant(data.get("createAt"))
    text = _words(data, kind).strip()
    return Incoming(
        userid, _without_mention(text) if group else text, kind, at if at and abs(at - now) < FAR else now, session
    )


def trouble(message: Incoming) -> str | None:
    """这条消息不能当一句话来听的话,答什么;能听为 None。"""
    if message.kind in words.KINDS and not message.text:
        return words.KINDS[message.kind]
    if message.kind not in ("text", "audio", "richText"):
        return words.OTHER_KIND
    if not message.text:
        return words.EMPTY
    if len(message.text) > LONGEST:
        return words.too_long(len(message.text), LONGEST)
    if not any(c.isalnum() for c in message.text):
        return words.NO_WORDS
    return None


def _words(data: Mapping[str, Any], kind: str) -> str:
    """说出的字:文字;语音的识别结果;图文里的字。"""
    if kind == "text":
        return _text(_inside(data, "text").get("content"))
    if kind == "audio":
        return _text(_inside(data, "content").get("recognition"))
    if kind == "richText":
        parts = _inside(data, "content").get("richText")
        rows = parts if isinstance(parts, list) else []
        return " ".join(_text(row.get("text")) for row in rows if isinstance(row, dict) and row.get("text"))
    return ""


def _inside(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _instant(value: object) -> datetime | None:
    """毫秒 → 时刻;不成样子为 None。"""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _without_mention(text: str) -> str:
    """去掉开头的 @机器人。"""
    if not text.startswith("@"):
        return text
    _, _, rest = text.partition(" ")
    return rest.strip()
