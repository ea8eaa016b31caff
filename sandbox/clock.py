"""时钟 clock:沙箱的时间,只能往前拨,拨过之后照常走;停机时停住(由状态文件记着)。"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
START = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)


class BackwardError(ValueError):
    """要往回拨:不许。"""


def to_ms(at: datetime) -> int:
    """时刻 → 毫秒。"""
    whole = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return int(whole)


def from_ms(ms: int) -> datetime:
    """毫秒 → 上海时间。"""
    return datetime(1970, 1, 1, tzinfo=UTC).astimezone(SHANGHAI) + timedelta(milliseconds=ms)


def parse(text: str) -> datetime:
    """ISO 文字 → 上海时间;没有时区的按上海算。不合法时 ValueError。"""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


class Clock:
    """一个会走的钟。start 是这份状态最初的时刻,now 是接着走的时刻。"""

    def __init__(self, start: datetime, now: datetime | None = None) -> None:
        self.start = start
        self._base = now or start
        self._mark = time.monotonic()

    def now(self) -> datetime:
        """此刻(上海)。"""
        return self._base + timedelta(seconds=time.monotonic() - self._mark)

    def ms(self) -> int:
        """此刻的毫秒数。"""
        return to_ms(self.now())

    def forward(self, to: datetime) -> None:
        """往前拨到 to;比现在早则 BackwardError。"""
        if to < self.now():
            raise BackwardError(to.isoformat())
        self._base, self._mark = to.astimezone(SHANGHAI), time.monotonic()
