"""测试用的日子与班次 worlds:2025、2026 两年的放假通知,日班、夜班,读算例。"""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml

from engine.days import Calendar, YearCalendar
from engine.shifts import Shift


def _days(year: int, text: str) -> frozenset[date]:
    return frozenset(date(year, *(int(n) for n in item.split("-"))) for item in text.split())


CALENDAR = Calendar(
    {
        2025: YearCalendar(
            2025,
            "国办发明电〔2024〕12号",
            _days(2025, "1-1 1-28 1-29 1-30 1-31 4-4 5-1 5-2 5-31 10-1 10-2 10-3 10-6"),
            _days(2025, "2-3 2-4 5-5 6-2 10-7 10-8"),
            _days(2025, "1-26 2-8 4-27 9-28 10-11"),
        ),
        2026: YearCalendar(
            2026,
            "国办发明电〔2025〕7号",
            _days(2026, "1-1 2-16 2-17 2-18 2-19 4-5 5-1 5-2 6-19 9-25 10-1 10-2 10-3"),
            _days(2026, "1-2 2-20 2-23 4-6 5-4 5-5 10-5 10-6 10-7"),
            _days(2026, "1-4 2-14 2-28 5-9 9-20 10-10"),
        ),
    }
)

DAY = Shift("day", "日班", time(9), time(18), ((time(12), time(13)),), 480)
NIGHT = Shift("night", "夜班", time(22), time(6), ((time(2), time(2, 30)),), 450)


def at(text: str) -> datetime:
    """上海钟面时间:"10-12 14:30" 或 "2026-10-12 14:30"。"""
    full = text if len(text.split()[0]) == 10 else f"2026-{text}"
    return datetime.fromisoformat(full)


def public_cases(kind: str) -> list[dict[str, Any]]:
    """公开算例:tests/engine/cases/<kind>.yaml。"""
    with (Path(__file__).parent / "cases" / f"{kind}.yaml").open(encoding="utf-8") as file:
        cases: list[dict[str, Any]] = yaml.safe_load(file)["cases"]
    return cases
