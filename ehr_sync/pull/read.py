"""严格读字段 read:一条记录里的每一项,类型不对、缺了,就说清哪一项、为什么(Unreadable)。

钉钉的编号有时是数字有时是文字,布尔有时是 "true"、"Y":这些认;别的类型一概不猜。
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.days import SHANGHAI, shanghai_date

Raw = Mapping[str, Any]


class Unreadable(ValueError):
    """这条记录读不懂:文字是给 HR 看的原因。"""


def record(value: object) -> Raw:
    """必须是一个对象。"""
    if not isinstance(value, dict):
        raise Unreadable("这条记录不是一个对象")
    return value


def inner(data: Raw, key: str) -> Raw:
    """回答里必须有的一个对象;没有就是这一页坏了,不能当作空页。"""
    value = data.get(key)
    if not isinstance(value, dict):
        raise Unreadable(f"回答里没有“{key}”")
    return value


def has(data: Raw, key: str) -> bool:
    """有这一项,且不是 null、空文字。"""
    return data.get(key) not in (None, "")


def text(data: Raw, key: str) -> str:
    """必须有的文字;数字编号也认。"""
    if not has(data, key):
        raise Unreadable(f"缺少“{key}”")
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unreadable(f"“{key}”不是文字")
    return str(value).strip()


def text_or(data: Raw, key: str, default: str = "") -> str:
    """可缺的文字。"""
    return text(data, key) if has(data, key) else default


def integer(data: Raw, key: str) -> int:
    """必须有的整数;写成文字的也认。"""
    if not has(data, key):
        raise Unreadable(f"缺少“{key}”")
    value = data[key]
    if isinstance(value, bool):
        raise Unreadable(f"“{key}”不是整数")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise Unreadable(f"“{key}”不是整数") from None
    if not number.is_finite() or number != number.to_integral_value():
        raise Unreadable(f"“{key}”不是整数")
    return int(number)


def decimal(data: Raw, key: str) -> Decimal:
    """必须有的小数;写成文字的、带千分号的也认。"""
    if not has(data, key):
        raise Unreadable(f"缺少“{key}”")
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Unreadable(f"“{key}”不是数")
    try:
        number = Decimal(str(value).replace(",", "").replace("¥", "").strip())
    except InvalidOperation:
        raise Unreadable(f"“{key}”不是数") from None
    if not number.is_finite():
        raise Unreadable(f"“{key}”不是数")
    return number


def flag(data: Raw, key: str, default: bool) -> bool:
    """是非;"true"、"Y"、1 也认;缺了用默认。"""
    if not has(data, key):
        return default
    value = str(data[key]).lower()
    if value in ("true", "y", "yes", "1"):
        return True
    if value in ("false", "n", "no", "0"):
        return False
    raise Unreadable(f"“{key}”不是是非")


def items(data: Raw, key: str) -> list[Any]:
    """一串;缺了当空。"""
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"“{key}”不是一串")
    return value


def needed(data: Raw, key: str) -> list[Any]:
    """必须有的一串(可以是空的)。"""
    if data.get(key) is None:
        raise Unreadable(f"缺少“{key}”")
    return items(data, key)


def soft(data: Raw, key: str) -> str:
    """是文字就给文字,别的当空:只用于决定下一步去哪里看,不用于记账。"""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def instant_ms(data: Raw, key: str) -> datetime:
    """毫秒时间戳 → aware UTC;离谱的(1990 年前、2100 年后)不认。"""
    ms = integer(data, key)
    if not 631_152_000_000 <= ms < 4_102_444_800_000:
        raise Unreadable(f"“{key}”不是合理的时间")
    seconds, rest = divmod(ms, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def day_ms(data: Raw, key: str) -> date:
    """毫秒时间戳 → 上海日期。"""
    return shanghai_date(instant_ms(data, key))


FORMATS = ("%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ")
LOCAL = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")


def instant(data: Raw, key: str) -> datetime:
    """时刻:毫秒、ISO(带 Z 或偏移)、或上海的 "2026-10-12 09:30" → aware UTC。"""
    value = text(data, key)
    if value.isdecimal():
        return instant_ms(data, key)
    for shape in FORMATS:
        try:
            return datetime.strptime(value, shape).replace(tzinfo=UTC)
        except ValueError:
            continue
    for shape in LOCAL:
        try:
            return datetime.strptime(value, shape).replace(tzinfo=SHANGHAI).astimezone(UTC)
        except ValueError:
            continue
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        raise Unreadable(f"“{key}”不是时间") from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def day(data: Raw, key: str) -> date:
    """日期:"2026-10-12"、带时间的、或毫秒。"""
    value = text(data, key)
    if value.isdecimal() and len(value) == 13:
        return day_ms(data, key)
    try:
        return date.fromisoformat(value.replace("/", "-").replace(".", "-")[:10])
    except ValueError:
        raise Unreadable(f"“{key}”不是日期") from None


def clock_time(data: Raw, key: str) -> time:
    """钟点:"09:00"、"09:00:00",或完整的 "1970-01-01 09:00:00"、毫秒。"""
    value = text(data, key)
    if value.isdecimal():
        return instant_ms(data, key).astimezone(SHANGHAI).time().replace(second=0, microsecond=0)
    try:
        return time.fromisoformat(value.split(" ")[-1]).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Unreadable(f"“{key}”不是钟点") from None


def midnight(on: date) -> datetime:
    """上海那一天的零点(aware UTC)。"""
    return datetime.combine(on, time(), SHANGHAI).astimezone(UTC)


def raw_text(value: object) -> str:
    """原文:键按序的紧凑 JSON。"""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    """小数原来就是数:还写成数。"""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def digest(value: object) -> str:
    """内容摘要:没有修改时间的记录拿它当版本。"""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def stamped(modified: datetime | None, value: object) -> str:
    """版本:修改时间(可按文字比先后)加摘要;没有修改时间就只有摘要。"""
    mark = digest(value)
    return f"{modified:%Y%m%dT%H%M%S}-{mark}" if modified else f"h-{mark}"
