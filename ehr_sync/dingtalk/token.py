"""访问令牌 token:两族接口共用一个;许多线程同时要,只去取一次。"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

MARGIN = 300.0
"""到期前多少秒就换:令牌两小时,提前五分钟。"""


@dataclass(frozen=True, slots=True)
class Token:
    """令牌:`text` 本身,`expires_in` 还有几秒到期。"""

    text: str
    expires_in: float


class _Flight:
    """正在飞的一次取令牌:先到的去取,后到的等结果(成败都共享)。"""

    def __init__(self) -> None:
        self.landed = threading.Event()
        self.token: str = ""
        self.error: Exception | None = None

    def result(self) -> str:
        self.landed.wait()
        if self.error is not None:
            raise self.error
        return self.token


class TokenKeeper:
    """令牌保管:`fetch` 去钉钉取一个;`now` 是单调秒(不受改钟影响)。"""

    def __init__(self, fetch: Callable[[], Token], now: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._now = now
        self._lock = threading.Lock()
        self._text = ""
        self._until = 0.0
        self._flight: _Flight | None = None

    def get(self) -> str:
        """现在可用的令牌;没有或快到期就去取。"""
        with self._lock:
            if self._text and self._now() < self._until:
                return self._text
        return self._renew(self._text)

    def renew(self, stale: str) -> str:
        """`stale` 被拒绝了:别的线程已换过就用换好的,否则去换。"""
        with self._lock:
            if self._text and self._text != stale:
                return self._text
        return self._renew(stale)

    def _renew(self, stale: str) -> str:
        with self._lock:
            if self._text and self._text != stale and self._now() < self._until:
                return self._text
            flight = self._flight
            mine = flight is None
            if flight is None:
                flight = self._flight = _Flight()
        if mine:
            self._fly(flight)
        return flight.result()

    def _fly(self, flight: _Flight) -> None:
        try:
            token = self._fetch()
        except Exception as error:  # 任何失败都要叫醒等着的线程,再原样抛给它们
            flight.error = error
            with self._lock:
                self._flight = None
            flight.landed.set()
            return
        flight.token = token.text
        with self._lock:
            self._text = token.text
            self._until = self._now() + max(token.expires_in - MARGIN, token.expires_in / 2)
            self._flight = None
        flight.landed.set()
