"""节流 throttle:登录连着失败太多次就歇一歇——乱试授权码会白白用掉全公司的接口额度。"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from engine.errors import Unavailable

MOST_FAILURES = 20
WINDOW_SECONDS = 300
MOST_ADDRESSES = 10_000


class Throttle:
    """按来处数失败:五分钟里失败满二十次,就等旧的过去。成功不算。"""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, address: str) -> None:
        """还能不能试;不能报 Unavailable(TOO_MANY_LOGINS)。"""
        with self._lock:
            if len(self._recent(address)) >= MOST_FAILURES:
                raise Unavailable("TOO_MANY_LOGINS", "登录失败的次数太多,请过几分钟再打开本页。")

    def failed(self, address: str) -> None:
        """记一次失败。"""
        with self._lock:
            if len(self._failures) >= MOST_ADDRESSES:
                self._failures.clear()
            self._recent(address).append(self._now())

    def _recent(self, address: str) -> deque[float]:
        times = self._failures.setdefault(address, deque())
        while times and times[0] < self._now() - WINDOW_SECONDS:
            times.popleft()
        return times
