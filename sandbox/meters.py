"""计量 meters:标准版的月度配额(调用 5,000、推送 3,000)与每接口每秒 20 次;都是开关。

推送超额:钉钉没有公开说明,按最坏处假定“丢掉”,并计数(lost)。月份按沙箱时钟的上海月份。
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from sandbox.clock import Clock
from sandbox.store import Store

CALLS, PUSHES, QPS = 5_000, 3_000, 20


class Meters:
    """两只表和一个限速。"""

    def __init__(self, clock: Clock, store: Store, enabled: bool) -> None:
        self._clock, self._store = clock, store
        self.enabled = enabled
        self.calls_limit, self.pushes_limit, self.qps = CALLS, PUSHES, QPS
        self.calls = self.pushes = self.lost = 0
        self.month = clock.now().strftime("%Y-%m")
        self._recent: dict[str, deque[float]] = {}
        for doc in store.load("meters"):
            self._restore(doc)

    def spend_call(self) -> bool:
        """记一次计量调用;超额返回 False(这次不作数)。"""
        self._turn()
        if self.enabled and self.calls >= self.calls_limit:
            return False
        self.calls += 1
        self._keep()
        return True

    def spend_push(self) -> bool:
        """记一次推送;超额返回 False,并记为丢失。"""
        self._turn()
        if self.enabled and self.pushes >= self.pushes_limit:
            self.lost += 1
            self._keep()
            return False
        self.pushes += 1
        self._keep()
        return True

    def within_qps(self, api: str) -> bool:
        """这个接口此刻还容得下一次吗(滑动一秒,按真实时间)。"""
        now = time.monotonic()
        recent = self._recent.setdefault(api, deque())
        while recent and recent[0] <= now - 1.0:
            recent.popleft()
        if self.enabled and len(recent) >= self.qps:
            return False
        recent.append(now)
        return True

    def change(self, doc: dict[str, Any]) -> None:
        """按控制 API 的写法改:enabled、qps、reset、calls/pushes 的 used/limit。"""
        if doc.get("reset"):
            self.calls = self.pushes = self.lost = 0
            self._recent.clear()
        self.enabled = bool(doc.get("enabled", self.enabled))
        self.qps = int(doc.get("qps", self.qps))
        calls, pushes = doc.get("calls") or {}, doc.get("pushes") or {}
        self.calls, self.calls_limit = int(calls.get("used", self.calls)), int(calls.get("limit", self.calls_limit))
        self.pushes = int(pushes.get("used", self.pushes))
        self.pushes_limit = int(pushes.get("limit", self.pushes_limit))
        self._keep()

    def view(self) -> dict[str, Any]:
        """控制 API 的样子。"""
        self._turn()
        return {
            "month": self.month,
            "enabled": self.enabled,
            "qps": self.qps,
            "calls": {"used": self.calls, "limit": self.calls_limit},
            "pushes": {"used": self.pushes, "limit": self.pushes_limit, "lost": self.lost},
        }

    def _turn(self) -> None:
        month = self._clock.now().strftime("%Y-%m")
        if month != self.month:
            self.month, self.calls, self.pushes, self.lost = month, 0, 0, 0

    def _keep(self) -> None:
        self._store.put("meters", "meters", self.view_raw())

    def view_raw(self) -> dict[str, Any]:
        """留底的样子。"""
        return {
            "month": self.month,
            "calls": [self.calls, self.calls_limit],
            "pushes": [self.pushes, self.pushes_limit],
            "lost": self.lost,
            "qps": self.qps,
        }

    def _restore(self, doc: dict[str, Any]) -> None:
        self.month, self.lost, self.qps = doc["month"], doc["lost"], doc["qps"]
        self.calls, self.calls_limit = doc["calls"]
        self.pushes, self.pushes_limit = doc["pushes"]
