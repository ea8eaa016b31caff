"""放假 holidays:2026 年 9 至 12 月的放假与补班,照国办发明电〔2025〕7号抄录。

沙箱不用我们的日历文件:外面的世界须自己立得住,错也要错得与我们无关。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sandbox.company.shapes import Holidays

FIRST_DAY = date(2026, 9, 1)
LAST_DAY = date(2026, 12, 31)

HOLIDAYS = Holidays(
    statutory=(date(2026, 9, 25), date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3)),
    in_lieu=(date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7)),
    makeup=(date(2026, 9, 20), date(2026, 10, 10)),
)


def days(first: date, last: date) -> Iterator[date]:
    """从 first 到 last(含两端)逐日。"""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def is_statutory(day: date) -> bool:
    """是不是法定节假日。"""
    return day in HOLIDAYS.statutory


def is_workday(day: date) -> bool:
    """固定班次的人这一天上不上班:补班上,节假日、调休放假、周末不上。"""
    if day in HOLIDAYS.makeup:
        return True
    return day.weekday() < 5 and day not in HOLIDAYS.statutory and day not in HOLIDAYS.in_lieu
