"""表单 forms:把人填的字变成日期、时刻、月份;填错了说清是哪一项、该怎么填。"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import TypeVar

from engine.days import SHANGHAI, Month
from engine.errors import BadInput

Day = TypeVar("Day", bound=date)


def clean(text: str) -> str:
    """去掉看不见的控制字符与半个字(库里存不下);换行与制表留着。"""
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    return "".join(c for c in whole if c in "\n\t" or unicodedata.category(c) != "Cc")


def sane_day(day: Day) -> Day:
    """日期或时刻要在 2000 到 2100 年之间;时刻要带时区。"""
    if not 2000 <= day.year <= 2100:
        raise ValueError("year out of range")
    if isinstance(day, datetime) and day.tzinfo is None:
        raise ValueError("timezone missing")
    return day


def day_in(text: str, label: str) -> date:
    """日期,如 2026-12-01。"""
    try:
        return sane_day(date.fromisoformat(text.strip()))
    except ValueError:
        raise BadInput("BAD_DATE", f"“{label}”不是一个存在的日期。请从日历里选一天。") from None


def day_or_none(text: str, label: str) -> date | None:
    """可以不填的日期。"""
    return day_in(text, label) if text.strip() else None


def moment_in(day: str, clock: str, label: str) -> datetime:
    """日期与钟点 → 上海时间的时刻。"""
    try:
        hour, minute = (int(part) for part in clock.strip().split(":")[:2])
        on = day_in(day, label)
        return datetime(on.year, on.month, on.day, hour, minute, tzinfo=SHANGHAI)
    except ValueError:
        raise BadInput("BAD_TIME", f"“{label}”的钟点没有填对。请填 24 小时制的时间,如 14:30。") from None


def month_in(text: str, today: date) -> Month:
    """月份,如 2026-11;空为本月。"""
    if not text.strip():
        return Month.of(today)
    try:
        found = Month.parse(text.strip())
    except (ValueError, BadInput):
        raise BadInput("BAD_MONTH", "月份没有写对,应如 2026-11。请从列表里选一个月。") from None
    if not 2000 <= found.year <= 2100:
        raise BadInput("BAD_MONTH", "月份没有写对,应如 2026-11。请从列表里选一个月。")
    return found


def slip_in(text: str, today: date) -> str:
    """哪一张工资条:月份 2026-11,或另发的一期 2026-11-r5;空为本月。"""
    month, mark, number = text.strip().partition("-r")
    if mark and not (number.isdecimal() and len(number) < 10):
        raise BadInput("BAD_MONTH", "工资条的地址没有写对。请从列表里选一张。")
    return f"{month_in(month, today)}{mark}{number}"


def one_of(text: str, choices: tuple[str, ...], label: str) -> str:
    """几样里选一样。"""
    if text not in choices:
        raise BadInput("BAD_CHOICE", f"请选择“{label}”。")
    return text
