"""时钟 clock:正式环境用本机的钟;演示里沙箱管着唯一的钟,别人都来问它。

演示的钟只会往前:问一次记下与本机单调钟的差,半秒之内不再问。
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from engine.errors import Unavailable

Clock = Callable[[], datetime]
ASK_EVERY = 0.5


def machine_clock() -> datetime:
    """本机的钟(aware UTC)。"""
    return datetime.now(UTC)


class SandboxClock:
    """演示的钟:`url` 是沙箱的时钟地址。可当函数用,返回此刻(aware)。"""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = httpx.Client(timeout=5.0, trust_env=False)
        self._lock = threading.Lock()
        self._offset: timedelta | None = None
        self._asked = 0.0

    def __call__(self) -> datetime:
        with self._lock:
            moment = time.monotonic()
            if self._offset is None or moment - self._asked > ASK_EVERY:
                self._ask(moment)
            assert self._offset is not None
            return self._base() + self._offset

    def forward(self, to: datetime) -> None:
        """把演示的钟拨到 to(只能往前)。"""
        answer = self._http.put(self._url, json={"now": to.isoformat()})
        if answer.status_code >= 300:
            raise Unavailable("CLOCK", f"演示的钟没有拨到 {to.isoformat()}。请看沙箱的日志,或用 --fresh 重新开始。")
        with self._lock:
            self._ask(time.monotonic())

    def close(self) -> None:
        self._http.close()

    @staticmethod
    def _base() -> datetime:
        return datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=time.monotonic())

    def _ask(self, moment: float) -> None:
        try:
            now = datetime.fromisoformat(self._http.get(self._url).json()["now"])
        except (httpx.HTTPError, ValueError, KeyError):
            if self._offset is None:
                raise Unavailable("CLOCK", "问不到演示的时钟。请确认沙箱还在运行,再试一次。") from None
            self._asked = moment
            return
        self._offset, self._asked = now - self._base(), moment
