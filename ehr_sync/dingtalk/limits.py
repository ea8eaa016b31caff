"""限流与额度 limits:每个接口 20 QPS;每月两只表(调用、推送),预测到月底,不够时按次序省。

标准版一个企业一个月 5,000 次计费调用、3,000 次推送(机器人收发各算一次)。
省的次序:先少发进度卡片,再改发小程序链接,审批最后。
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Protocol

from ehr_sync.dingtalk.retry import Pace
from engine.days import Month

QPS = 20
WINDOW = 1.05
"""窗口比一秒略宽:两头的时钟与网络抖动不会让对方数到第 21 次。"""


class QpsGate:
    """限速 gate:每个接口一个滑动窗口,满了就等;许多线程共用。"""

    def __init__(self, pace: Pace, limit: int = QPS, window: float = WINDOW) -> None:
        self._pace = pace
        self._limit = limit
        self._window = window
        self._lock = threading.Lock()
        self._sent: dict[str, deque[float]] = {}

    def enter(self, name: str) -> None:
        """要发一次 `name`:还没满就记一笔走,满了睡到最早那一笔过期。"""
        while True:
            with self._lock:
                sent = self._sent.setdefault(name, deque())
                now = self._pace.now()
                while sent and now - sent[0] >= self._window:
                    sent.popleft()
                if len(sent) < self._limit:
                    sent.append(now)
                    return
                wait = self._window - (now - sent[0])
            self._pace.sleep(max(wait, 0.001))


class Meter(StrEnum):
    """两只表。"""

    CALLS = "calls"  # 计费的接口调用
    PUSHES = "pushes"  # 机器人消息收发与事件推送


LIMITS: Mapping[Meter, int] = {Meter.CALLS: 5_000, Meter.PUSHES: 3_000}
"""标准版一个月的额度;买了用量的企业在设置里改。"""


class Level(IntEnum):
    """省到哪一步;数字越大越省。"""

    NORMAL = 0  # 照常
    FEWER_CARDS = 1  # 不发进度卡片
    LINKS = 2  # 能用小程序链接的都用链接
    APPROVALS_ONLY = 3  # 只发审批
    EMPTY = 4  # 用完了(仍会试,钉钉可能已经加了用量)


class Weight(StrEnum):
    """一条要发的东西有多要紧。"""

    PROGRESS = "progress"  # 进度:少了也行
    ANSWER = "answer"  # 回答与通知
    APPROVAL = "approval"  # 审批:最后才省


STOPS_AT: Mapping[Weight, Level] = {Weight.PROGRESS: Level.FEWER_CARDS, Weight.ANSWER: Level.APPROVALS_ONLY}
"""到了哪一步就不发;不在表里的(审批)总是发:用完了也试,可能刚加了用量。"""


class MeterStore(Protocol):
    """表的存处,由 app 给:`add` 加上 n 并返回这个月的新总数。"""

    def add(self, meter: str, month: str, count: int) -> int: ...

    def used(self, meter: str, month: str) -> int: ...


class MemoryMeters:
    """放在内存里的表:测试与一次性的命令用。"""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[tuple[str, str], int] = {}

    def add(self, meter: str, month: str, count: int) -> int:
        with self._lock:
            total = self._used.get((meter, month), 0) + count
            self._used[meter, month] = total
            return total

    def used(self, meter: str, month: str) -> int:
        with self._lock:
            return self._used.get((meter, month), 0)


@dataclass(frozen=True, slots=True)
class Reading:
    """一只表的读数:用了几次、上限、按到今天的速度月底会到几次、该省到哪一步。"""

    meter: Meter
    month: Month
    used: int
    limit: int
    forecast: int
    level: Level


def forecast(used: int, today: date) -> int:
    """月底会到几次:到今天为止的平均速度乘以这个月的天数,向上取整。"""
    days = Month.of(today).last.day
    return -(-used * days // today.day)


def level_of(used: int, limit: int, expected: int) -> Level:
    """该省到哪一步:用掉的比例与预测两样都看;月初的一阵忙(不到一半)不算数。"""
    if used >= limit:
        return Level.EMPTY
    if used * 100 >= limit * 95:
        return Level.APPROVALS_ONLY
    if used * 100 >= limit * 80 and expected > limit:
        return Level.LINKS
    if used * 2 >= limit and expected > limit:
        return Level.FEWER_CARDS
    return Level.NORMAL


def allows(level: Level, weight: Weight) -> bool:
    """省到这一步时,这么要紧的东西还发不发。"""
    stop = STOPS_AT.get(weight)
    return stop is None or level < stop


@dataclass(slots=True)
class _Pending:
    """还没写进存处的几笔(攒一攒,免得每次调用都写库)。"""

    month: Month
    counts: dict[Meter, int] = field(default_factory=lambda: dict.fromkeys(Meter, 0))


class Budget:
    """额度 budget:数两只表,说该省到哪一步。`today` 是上海的今天。"""

    def __init__(
        self,
        store: MeterStore,
        today: Callable[[], date],
        limits: Mapping[Meter, int] | None = None,
        batch: int = 10,
    ) -> None:
        self._store = store
        self._today = today
        self._limits = dict(limits or LIMITS)
        self._batch = batch
        self._lock = threading.Lock()
        self._pending = _Pending(Month.of(today()))

    def count(self, meter: Meter, times: int = 1) -> None:
        """记 `times` 笔;攒够一批才写。"""
        month = Month.of(self._today())
        with self._lock:
            full = self._take() if month != self._pending.month else []
            self._pending.month = month
            self._pending.counts[meter] += times
            if self._pending.counts[meter] >= self._batch:
                full += self._take()
        self._write(full)

    def flush(self) -> None:
        """把攒着的写下去;停机前与读数前用。"""
        with self._lock:
            full = self._take()
        self._write(full)

    def reading(self, meter: Meter) -> Reading:
        """这只表现在的读数。"""
        today = self._today()
        month = Month.of(today)
        with self._lock:
            waiting = self._pending.counts[meter] if self._pending.month == month else 0
        used = self._store.used(meter, str(month)) + waiting
        limit = self._limits[meter]
        expected = forecast(used, today)
        return Reading(meter, month, used, limit, expected, level_of(used, limit, expected))

    def level(self) -> Level:
        """两只表里更紧的那一只说了算。"""
        return max(self.reading(meter).level for meter in Meter)

    def _take(self) -> list[tuple[Meter, Month, int]]:
        taken = [(meter, self._pending.month, n) for meter, n in self._pending.counts.items() if n]
        self._pending.counts = dict.fromkeys(Meter, 0)
        return taken

    def _write(self, taken: list[tuple[Meter, Month, int]]) -> None:
        for meter, month, times in taken:
            self._store.add(meter, str(month), times)
