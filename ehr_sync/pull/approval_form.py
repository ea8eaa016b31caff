"""审批表单 approval_form:把一张请假、加班、出差、补卡单的填写内容读成起止、单位、类型、理由。

请假套件(DDHolidayField)的值是六元数组 [起, 止, 时长, 单位, 类型名, 标签];
其余按 bizAlias(startTime、finishTime…),没有 bizAlias 的按控件名字认。
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from ehr_sync.pull import read
from ehr_sync.pull.read import Raw, Unreadable
from engine.days import SHANGHAI

UNITS = {
    "day": "day",
    "halfday": "halfDay",
    "half_day": "halfDay",
    "hour": "hour",
    "halfhour": "hour",
    "limithour": "hour",
}
PARTS = {"AM": "am", "PM": "pm", "上午": "am", "下午": "pm"}
SUITE = "DDBizSuite"
HOLIDAY = "DDHolidayField"
NAMES: Mapping[str, str] = {
    "开始时间": "startTime",
    "结束时间": "finishTime",
    "请假类型": "type",
    "加班补偿": "compensation",
    "补卡时间": "userCheckTime",
    "目的地": "place",
    "请假事由": "reason",
    "加班原因": "reason",
    "出差事由": "reason",
    "补卡理由": "reason",
    "事由": "reason",
}
"""控件名字 → bizAlias。"""


@dataclass(frozen=True, slots=True)
class Filled:
    """填好的单:见 handlers.records.ApprovalRecord 的同名字段。"""

    kind: str
    type_name: str
    unit: str
    start: datetime
    end: datetime
    start_part: str | None
    end_part: str | None
    reason: str
    settle: str


def fill(components: list[Any]) -> Filled:
    """读表单;认不出是哪一种,或起止不对,报 Unreadable。"""
    values = _values(components)
    if HOLIDAY in values:
        return _leave(values)
    if "userCheckTime" in values:
        at = values["userCheckTime"]
        return _filled("supply", "补卡", "hour", (at, at), values)
    if "startTime" not in values or "finishTime" not in values:
        raise Unreadable("审批单里找不到起止时间")
    ends = (values["startTime"], values["finishTime"])
    kind, name = _kind(values)
    return _filled(kind, name, values.get("unit") or _unit_of(ends[0]), ends, values)


def _kind(values: Mapping[str, str]) -> tuple[str, str]:
    if values.get("type"):
        return "leave", values["type"]
    if "place" in values:
        return "trip", "出差"
    return "overtime", "加班"


def _leave(values: Mapping[str, str]) -> Filled:
    try:
        parts = json.loads(values[HOLIDAY], parse_float=Decimal)
    except ValueError:
        raise Unreadable("请假控件的值不是 JSON") from None
    if not isinstance(parts, list) or len(parts) < 5:
        raise Unreadable("请假控件的值不是起、止、时长、单位、类型")
    start, end, unit, name = str(parts[0]), str(parts[1]), str(parts[3]), parts[4]
    if not isinstance(name, str) or not name:
        raise Unreadable("请假单没有假期类型")
    return _filled("leave", name, unit, (start, end), values)


def _filled(kind: str, name: str, unit: str, ends: tuple[str, str], values: Mapping[str, str]) -> Filled:
    known = UNITS.get(unit.lower())
    if known is None:
        raise Unreadable(f"不认得的单位“{unit}”")
    start, start_part = _point(ends[0], known)
    end, end_part = _point(ends[1], known)
    if end < start or (start == end and (start_part, end_part) == ("pm", "am")):
        raise Unreadable("结束早于开始")
    if known == "halfDay":
        start_part, end_part = start_part or "am", end_part or "pm"
    settle = "comp_leave" if "调休" in values.get("compensation", "") else "pay"
    return Filled(kind, name, known, start, end, start_part, end_part, values.get("reason", "")[:500], settle)


def _point(words: str, unit: str) -> tuple[datetime, str | None]:
    """ "2026-10-12" · "2026-10-12 AM" · "2026-10-12 09:00" → 时刻(UTC)与上下午。"""
    head, _, tail = words.strip().partition(" ")
    day = read.day({"起止": head}, "起止")
    if unit == "hour":
        clock = read.clock_time({"起止": tail}, "起止") if tail else time()
        return datetime.combine(day, clock, SHANGHAI).astimezone(UTC), None
    part = PARTS.get(tail.upper())
    if tail and part is None:
        clock = read.clock_time({"起止": tail}, "起止")
        part = "am" if clock.hour < 12 else "pm"
    return read.midnight(day), part if unit == "halfDay" else None


def _unit_of(start: str) -> str:
    _, _, tail = start.strip().partition(" ")
    if not tail:
        return "day"
    return "halfDay" if tail.upper() in PARTS else "hour"


def _values(components: list[Any]) -> dict[str, str]:
    """控件 → 值;套件(DDBizSuite)的值是子控件数组,展开。"""
    found: dict[str, str] = {}
    for one in components:
        raw = read.record(one)
        kind, value = read.text_or(raw, "componentType"), read.text_or(raw, "value")
        if kind == HOLIDAY:
            found[HOLIDAY] = value
            continue
        if kind == SUITE:
            found |= {k: v for k, v in _values(_children(value)).items() if k not in found}
            continue
        alias = _alias(raw)
        if alias and value and alias not in found:
            found[alias] = value
            found |= _unit_from(raw, alias)
    return found


def _alias(raw: Raw) -> str:
    alias = read.text_or(raw, "bizAlias")
    if alias in NAMES.values():
        return alias
    name = read.text_or(raw, "name") or read.text_or(raw, "label")
    return NAMES.get(name, alias if alias == "duration" else "")


def _unit_from(raw: Raw, alias: str) -> dict[str, str]:
    """时长控件的扩展值里写着单位。"""
    if alias != "duration":
        return {}
    extra = raw.get("extValue") or raw.get("extendValue")
    try:
        data = json.loads(extra) if isinstance(extra, str) and extra else extra
    except ValueError:
        return {}
    unit = str(data.get("unit") or data.get("durationUnit") or "") if isinstance(data, dict) else ""
    return {"unit": unit} if unit.lower() in UNITS else {}


def _children(value: str) -> list[Any]:
    try:
        rows = json.loads(value)
    except ValueError:
        raise Unreadable("套件控件的值不是 JSON") from None
    return rows if isinstance(rows, list) else []
