"""时长 durations:钉钉写法的起止 → 时刻,以及按排班或自然日数出来的时长(×100)。"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sandbox.clock import SHANGHAI
from sandbox.company.shapes import Shift
from sandbox.refusal import BadField
from sandbox.world import World

_AM, _PM = (time(9), time(12)), (time(13), time(18))


@dataclass(frozen=True)
class Span:
    """一段:unit 为 day | halfDay | hour;begin、end 是时刻,first_half、last_half 说明首尾是不是半天。"""

    unit: str
    begin: datetime
    end: datetime
    from_text: str
    to_text: str

    @property
    def first(self) -> date:
        """首日。"""
        return self.begin.date()

    @property
    def last(self) -> date:
        """末日。"""
        return self.end.date()


def read_span(unit: str, from_text: str, to_text: str) -> Span:
    """读起止;格式与单位不配、止在起之前,都拒绝。"""
    begin, end = _end_of(unit, from_text, "fromTime", 0), _end_of(unit, to_text, "toTime", 1)
    if end <= begin:
        raise BadField("toTime", "invalid", "must be after fromTime")
    return Span(unit, begin, end, from_text, to_text)


def _end_of(unit: str, text: str, name: str, side: int) -> datetime:
    try:
        if unit == "hour":
            return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
        day = date.fromisoformat(text[:10])
    except ValueError as error:
        raise BadField(name, "invalid", _FORMS.get(unit, "")) from error
    if unit == "day" and len(text) == 10:
        return datetime.combine(day, (_AM[0], _PM[1])[side], SHANGHAI)
    if unit == "halfDay" and text[10:] in (" AM", " PM"):
        return datetime.combine(day, (_AM if text.endswith("AM") else _PM)[side], SHANGHAI)
    raise BadField(name, "invalid", _FORMS.get(unit, "unknown durationUnit"))


_FORMS = {
    "day": "must be yyyy-MM-dd",
    "halfDay": "must be yyyy-MM-dd AM|PM",
    "hour": "must be yyyy-MM-dd HH:mm",
}


def fit(world: World, userid: str, span: Span) -> Span:
    """按天的,首尾贴到排班的上下班时刻(夜班才不会漏)。"""
    if span.unit != "day":
        return span
    opening, closing = world.schedule(userid, span.first), world.schedule(userid, span.last)
    begin = opening.on_at if opening and opening.on_at else span.begin
    end = closing.off_at if closing and closing.off_at else span.end
    return replace(span, begin=begin, end=end)


def by_day(world: World, userid: str, span: Span, *, working: bool) -> list[tuple[date, int]]:
    """每天的时长(×100,天或小时);working 为真只数排了班的。"""
    rows = []
    day = span.first
    while day <= span.last:
        shift = world.shift_for(userid, day)
        if span.unit == "hour":
            amount = _hours(span, day, shift if working else None, working)
        else:
            amount = 0 if working and shift is None else _share(span, day)
        rows.append((day, amount))
        day += timedelta(days=1)
    return rows


def total(rows: list[tuple[date, int]]) -> int:
    """合计(×100)。"""
    return sum(amount for _, amount in rows)


def _share(span: Span, day: date) -> int:
    """这天请了几成:100 或 50。"""
    late = day == span.first and span.from_text.endswith("PM")
    early = day == span.last and span.to_text.endswith("AM")
    return 100 - 50 * int(late) - 50 * int(early)


def _hours(span: Span, day: date, shift: Shift | None, working: bool) -> int:
    if not working:
        begin = max(span.begin, datetime.combine(day, time(), SHANGHAI))
        end = min(span.end, datetime.combine(day + timedelta(days=1), time(), SHANGHAI))
        return _minutes(begin, end) * 100 // 60
    if shift is None:
        return 0
    minutes = 0
    for section in shift.sections:
        on = datetime.combine(day, section.on, SHANGHAI)
        off = datetime.combine(day + timedelta(days=int(section.off_across)), section.off, SHANGHAI)
        minutes += _minutes(max(on, span.begin), min(off, span.end))
    for rest in shift.rests:
        begin = datetime.combine(day + timedelta(days=int(rest.begin_across)), rest.begin, SHANGHAI)
        end = datetime.combine(day + timedelta(days=int(rest.end_across)), rest.end, SHANGHAI)
        minutes -= _minutes(max(begin, span.begin), min(end, span.end))
    return max(0, minutes) * 100 // 60


def _minutes(begin: datetime, end: datetime) -> int:
    return max(0, int((end - begin).total_seconds()) // 60)


def plain(x100: int) -> float | int:
    """×100 → JSON 里的数。"""
    return x100 // 100 if x100 % 100 == 0 else x100 / 100
