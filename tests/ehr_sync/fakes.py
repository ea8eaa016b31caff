"""假的对方 fakes:按次序回答的钉钉、不真睡的时钟。"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx

from ehr_sync.dingtalk.client import App, DingTalk, Parts
from ehr_sync.dingtalk.limits import Budget, MemoryMeters
from ehr_sync.dingtalk.retry import Pace, Policy
from ehr_sync.push.deliver import Deliverer, Result, Row
from ehr_sync.push.messages import Links

APP = App("client", "secret", "corp", "1", "robot", "http://api.test", "http://oapi.test")
TODAY = date(2026, 11, 23)
LINKS = Links("http://mini.test")


class Clock:
    """不真睡的时钟:睡了就把时间往前拨。"""

    def __init__(self) -> None:
        self.at = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def now(self) -> float:
        with self._lock:
            return self.at

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.at += seconds

    def pace(self) -> Pace:
        return Pace(self.sleep, self.now, lambda: 1.0)


Reply = httpx.Response | Exception
Rule = Callable[[httpx.Request], Reply]


class FakeDingTalk:
    """假的钉钉:令牌自动给;别的请求交给 `rule`;请求都记下来。"""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.requests: list[httpx.Request] = []
        self.tokens = 0
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1.0/oauth2/accessToken":
            with self._lock:
                self.tokens += 1
                return httpx.Response(200, json={"accessToken": f"token-{self.tokens}", "expireIn": 7200})
        with self._lock:
            self.requests.append(request)
        reply = self.rule(request)
        if isinstance(reply, Exception):
            raise reply
        return reply

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(r.content) if r.content else None for r in self.requests]


def in_turn(*replies: Reply) -> Rule:
    """按次序回答;最后一个一直用。"""
    left = list(replies)

    def rule(_: httpx.Request) -> Reply:
        return left.pop(0) if len(left) > 1 else left[0]

    return rule


def new(**data: Any) -> httpx.Response:
    """新接口的成功。"""
    return httpx.Response(200, json=data)


def ok(**data: Any) -> httpx.Response:
    """旧接口的成功。"""
    return httpx.Response(200, json={"errcode": 0, "errmsg": "ok", **data})


def client(
    fake: Callable[[httpx.Request], httpx.Response], clock: Clock | None = None, policy: Policy | None = None
) -> DingTalk:
    clock = clock or Clock()
    budget = Budget(MemoryMeters(), lambda: TODAY, batch=1)
    return DingTalk(APP, Parts(httpx.MockTransport(fake), clock.pace(), policy or Policy(), budget))


def deliver(
    rule: Rule, kind: str, payload: dict[str, Any], *, template: str = "T", attempts: int = 0
) -> tuple[Result, FakeDingTalk]:
    fake = FakeDingTalk(rule)
    return Deliverer(client(fake), template, LINKS, lambda: TODAY).deliver(Row(kind, payload, attempts)), fake
