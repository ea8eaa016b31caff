"""检查用的手脚 check street:像人一样在沙箱里说话、按按钮、看消息,只经过它的控制 API。"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE = 15.0  # 秒;等一条消息最多等这么久
MONEY = re.compile(r"[¥¥]\s*\d|\d+(?:\.\d+)?\s*元|\d{1,3}(?:,\d{3})+\.\d\d|\d{3,}\.\d\d(?![\d.])")

NEVER = (403, 404, 405, 422)  # 再等也不会变的回答

Message = dict[str, Any]


class StepFailed(Exception):
    """这一步没有成立:`say` 说等的是什么、看到的是什么;`final` 是再等也不会变的。"""

    def __init__(self, say: str, *, final: bool = False) -> None:
        super().__init__(say)
        self.say = say
        self.final = final


@dataclass
class Street:
    """沙箱的控制 API。`seen` 记住每一步留给后面的东西(卡片号等)。"""

    chat: str
    api: httpx.Client
    seen: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, httpx.Client] = field(default_factory=dict)
    transport: httpx.BaseTransport | None = None

    def call(self, method: str, path: str, **rest: Any) -> Any:
        """一次控制 API;不成就是 StepFailed。"""
        answer = self.api.request(method, f"{self.chat}/_sandbox/api/{path}", **rest)
        if answer.status_code >= 400:
            raise StepFailed(f"沙箱回答 {answer.status_code}:{answer.text[:200]}")
        return answer.json()

    def page(self, userid: str, method: str, path: str, body: object = None) -> Any:
        """以这个人的身份问小程序的接口:像钉钉里那样先免登,再带着会话问。经过沙箱的地址。"""
        if userid not in self.pages:
            code = self.call("POST", "authcode", json={"userid": userid})["code"]
            visitor = httpx.Client(base_url=self.chat, timeout=60, trust_env=False, transport=self.transport)
            self.pages[userid] = visitor
            login = visitor.post("/m/login", json={"code": code})
            if login.status_code >= 400:
                raise StepFailed(f"{userid} 没能登录小程序({login.status_code}):{login.text[:200]}")
        key = {"Idempotency-Key": secrets.token_urlsafe(12)}
        answer = self.pages[userid].request(method, path, json=body, headers=key)
        if answer.status_code >= 400:
            said = f"{method} {path} 回答 {answer.status_code}:{answer.text[:200]}"
            raise StepFailed(said, final=answer.status_code in NEVER)
        return answer.json()

    def close(self) -> None:
        """关掉各人的会话。"""
        for visitor in self.pages.values():
            visitor.close()

    def latest(self, userid: str) -> int:
        """沙箱此刻的改动号;之后的才算新的。"""
        return int(self.call("GET", "messages", params={"userid": userid, "after": str(1 << 60)})["seq"])

    def say(self, userid: str, text: str) -> int:
        """对机器人说一句,返回说之前的改动号。"""
        before = self.latest(userid)
        self.call("POST", "say", json={"userid": userid, "text": text})
        return before

    def press(self, userid: str, card: Message, button: str, **params: str) -> Any:
        """按卡片上写着 button 的那个按钮。"""
        buttons = {item["text"]: item["id"] for item in card["buttons"]}
        found = next((action for text, action in buttons.items() if button in text), None)
        if found is None:
            raise StepFailed(f"卡片“{card['title']}”上没有“{button}”,只有:{'、'.join(buttons) or '没有按钮'}")
        body = {"userid": userid, "card": card["id"], "action": found, "params": params}
        return self.call("POST", "press", json=body)

    def wait(
        self, userid: str, after: int, good: Callable[[Message], bool], what: str, conversation: str = ""
    ) -> Message:
        """等这个人收到一条合乎 good 的消息(或改动过的卡片);conversation 为空是与机器人的单聊。"""
        deadline = time.monotonic() + PATIENCE
        asked = {"userid": userid, "after": str(after), "conversation": conversation}
        while True:
            messages: list[Message] = self.call("GET", "messages", params=asked)["messages"]
            for message in messages:
                if not message["from"].get("userid") and good(message):
                    return message
            if time.monotonic() > deadline:
                last = words_of(messages[-1])[:160] if messages else "什么也没有"
                raise StepFailed(f"等了 {PATIENCE:g} 秒没等到{what};最后看到的是:{last}")
            time.sleep(0.1)


def words_of(message: Message) -> str:
    """一条消息里人能读到的全部字。"""
    card = message.get("card") or {}
    rows = [f"{row['k']}:{row['v']}" for row in card.get("fields") or []]
    parts = [message.get("title"), message.get("text"), card.get("title"), card.get("state"), card.get("body"), *rows]
    buttons = [item["text"] for item in card.get("buttons") or []]
    return "\n".join(str(part) for part in [*parts, card.get("note"), card.get("link_text"), *buttons] if part)


def no_money(message: Message) -> None:
    """任何消息与卡片都不带工资金额。"""
    found = MONEY.search(words_of(message))
    if found:
        raise StepFailed(f"消息里出现了金额“{found.group()}”:{words_of(message)[:160]}")


def card_with(*words: str) -> Callable[[Message], bool]:
    """是一张卡片,而且读得到这些字。"""

    def good(message: Message) -> bool:
        return bool(message.get("card")) and all(word in words_of(message) for word in words)

    return good


def until(seconds: float, attempt: Callable[[], str]) -> str:
    """反复试,直到成立;到时还不成立,把最后一次的话说出来。"""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except StepFailed as problem:
            if problem.final or time.monotonic() > deadline:
                raise
            time.sleep(0.5)
