"""控制接口 control:命令行替人在沙箱里说话、按按钮、看消息;不成就是一句人话。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from engine.errors import BadInput, NotFound, Unavailable, Unclear

Json = dict[str, Any]


def _client() -> httpx.Client:
    return httpx.Client(timeout=30, trust_env=False)


@dataclass
class Control:
    """一个沙箱的控制接口;`chat` 是聊天页的地址。用完要 close。"""

    chat: str
    http: httpx.Client = field(default_factory=_client)

    def close(self) -> None:
        """关掉连接。"""
        self.http.close()

    def call(self, method: str, path: str, **rest: Any) -> Any:
        """一次请求;沙箱说不是 NotFound 或 BadInput,连不上是 Unavailable。"""
        try:
            answer = self.http.request(method, f"{self.chat}/_sandbox/api/{path}", **rest)
        except httpx.HTTPError as error:
            raise Unavailable(
                "SANDBOX", f"连不上演示的沙箱({self.chat},{type(error).__name__})。请看演示是否还在运行,再试一次。"
            ) from None
        if answer.status_code < 400:
            return answer.json()
        code, say = _refusal(answer)
        if answer.status_code >= 500:
            raise Unavailable(code, say)
        raise (NotFound if answer.status_code == 404 else BadInput)(code, say)

    def person(self, text: str) -> Json:
        """按 userid 或姓名找人;没有、或同名分不清,都说清楚。"""
        people: list[Json] = self.call("GET", "people")
        found = [one for one in people if one["userid"] == text] or [one for one in people if one["name"] == text]
        if len(found) > 1:
            found = [one for one in found if one["active"]] or found
        if len(found) == 1:
            return found[0]
        if found:
            names = "、".join(f"{one['userid']}({one['dept']})" for one in found)
            raise Unclear("AMBIGUOUS_PERSON", f"有 {len(found)} 位叫“{text}”的同事:{names}。请改用账号再试一次。")
        near = [
            f"{one['name']}({one['userid']})"
            for one in people
            if text and (text in one["name"] or text in one["userid"])
        ]
        hint = f"您是不是要找:{'、'.join(near[:5])}?" if near else "请用账号(如 liming)或全名(如 李明)再试一次。"
        raise NotFound("UNKNOWN_PERSON", f"没有找到“{text}”。{hint}")

    def group(self, userid: str) -> str:
        """这个人在的第一个群的编号。"""
        for one in self.call("GET", "conversations", params={"userid": userid}):
            if one["type"] == "2":
                return str(one["id"])
        raise NotFound("NO_GROUP", "这个人不在任何群里。请去掉 --group,在单聊里说。")

    def messages(self, userid: str, conversation: str, after: int = 0) -> list[Json]:
        """一个会话里 after 之后的消息(含改动过的);conversation 为空是与机器人的单聊。"""
        params = {"userid": userid, "conversation": conversation, "after": str(after)}
        found: list[Json] = self.call("GET", "messages", params=params)["messages"]
        return found

    def latest(self, userid: str) -> int:
        """整个沙箱此刻的改动号;之后的都算新的。"""
        return int(self.call("GET", "messages", params={"userid": userid, "after": str(1 << 60)})["seq"])


def _refusal(answer: httpx.Response) -> tuple[str, str]:
    try:
        body = answer.json()
        return str(body["error"]), str(body["say"])
    except (ValueError, KeyError, TypeError):
        return "SANDBOX", f"沙箱没有办成({answer.status_code})。请看它的日志,再试一次。"


def button_of(card: Json, word: str) -> str | None:
    """卡片上叫 word 的按钮的编号:编号、编号冒号前的一段、文字都认;都不全同时,文字里含有它的也算。"""
    buttons = [(str(one["id"]), str(one["text"])) for one in card.get("buttons") or []]
    tests: tuple[Callable[[str, str], bool], ...] = (
        lambda action, text: word in (action, text),
        lambda action, text: action.partition(":")[0] == word,
        lambda action, text: word in text,
    )
    for fits in tests:
        for action, text in buttons:
            if fits(action, text):
                return action
    return None
