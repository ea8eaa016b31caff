"""帧 frames:Stream 网关与客户端之间的一帧,以及收到的回执。"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

BOT = "/v1.0/im/bot/messages/get"
CARD = "/v1.0/card/instances/callback"
EVENT = "*"


@dataclass
class Frame:
    """一帧:kind 为 message | event | callback;re-push 时 id 与 extra 不变。"""

    id: str
    kind: str
    data: dict[str, Any]
    extra: dict[str, str] = field(default_factory=dict)
    pushes: int = 0
    acked: bool = False

    @property
    def topic(self) -> str:
        """订阅的题目。"""
        return {"message": BOT, "event": EVENT, "callback": CARD}[self.kind]

    def doc(self) -> dict[str, Any]:
        """留底的样子。"""
        return asdict(self)

    def wire(self, app_id: str, connection_id: str, at_ms: int) -> str:
        """发出去的文字。"""
        headers = {
            "appId": app_id,
            "connectionId": connection_id,
            "contentType": "application/json",
            "messageId": self.id,
            "time": str(at_ms),
            "topic": self.topic,
            **self.extra,
        }
        kind = "EVENT" if self.kind == "event" else "CALLBACK"
        data = json.dumps(self.data, ensure_ascii=False)
        return json.dumps({"specVersion": "1.0", "type": kind, "headers": headers, "data": data}, ensure_ascii=False)


def system(topic: str, message_id: str, at_ms: int, data: dict[str, Any]) -> str:
    """系统帧:ping、disconnect。"""
    headers = {"contentType": "application/json", "messageId": message_id, "time": str(at_ms), "topic": topic}
    return json.dumps({"specVersion": "1.0", "type": "SYSTEM", "headers": headers, "data": json.dumps(data)})


@dataclass(frozen=True)
class Ack:
    """回执;data 已解开(不是 JSON 时为空对象)。"""

    id: str
    code: int
    message: str
    data: dict[str, Any]

    @property
    def settles(self) -> bool:
        """算不算办妥:代码 200,且没有说“稍后”。"""
        return self.code == 200 and self.data.get("status") != "LATER"


def read_ack(text: str) -> Ack | None:
    """解一份回执;不成样子返回 None。"""
    try:
        raw = json.loads(text)
        data = raw.get("data")
        data = json.loads(data) if isinstance(data, str) and data else data
        head = raw.get("headers") or {}
        return Ack(
            str(head.get("messageId", "")),
            int(raw.get("code", 0)),
            str(raw.get("message") or ""),
            data if isinstance(data, dict) else {},
        )
    except (ValueError, TypeError, AttributeError):
        return None
