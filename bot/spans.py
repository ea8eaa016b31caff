"""起止 spans:听到的要素 ↔ 起草请假的命令,以及说得完整的一句话(改口、拆开、接着办时重听用)。"""

from __future__ import annotations

from datetime import date, datetime

from bot import words
from bot.understand import Slots
from engine.days import SHANGHAI
from engine.errors import BadInput
from engine.leave_days import Span
from engine.shifts import PART_LABELS, Part
from handlers.leave import DraftLeave


def draft_of(slots: Slots, reason: str = "") -> DraftLeave:
    """要素 → 起草。只有一头有钟点时报 BadInput(CLOCK_BOTH)。"""
    assert slots.type is not None and slots.start is not None and slots.end is not None
    first, start_more = _split(slots.start)
    last, end_more = _split(slots.end)
    clocks = (":" in start_more, ":" in end_more)
    if any(clocks) and not all(clocks):
        raise BadInput("CLOCK_BOTH", words.CLOCK_BOTH)
    if all(clocks):
        return DraftLeave(
            slots.type, first, last, start_at=_at(first, start_more), end_at=_at(last, end_more), reason=reason
        )
    return DraftLeave(slots.type, first, last, start_more, end_more, reason=reason)


def sentence(start: str, end: str, label: str) -> str:
    """说得完整的一句,例如“2026年12月2日下午请事假”。"""
    head, tail = _words(start), _words(end)
    if start[:10] == end[:10]:
        _, more = _split(end)
        tail = more if ":" in more else ""
    elif start == end:
        tail = ""
    return f"{head}{'到' + tail if tail and tail != head else ''}请{label}"


def span_sentence(span: Span, label: str) -> str:
    """一段起止 → 说得完整的一句。"""
    if span.start_at is not None and span.end_at is not None:
        return sentence(f"{span.start_at:%Y-%m-%d %H:%M}", f"{span.end_at:%Y-%m-%d %H:%M}", label)
    parts = span.parts_on(span.start)
    if span.start == span.end:
        half = f" {parts[0]}" if len(parts) == 1 else ""
        return sentence(f"{span.start}{half}", f"{span.end}{half}", label)
    last = span.parts_on(span.end)
    return sentence(
        f"{span.start}{' pm' if parts == (Part.PM,) else ''}", f"{span.end}{' am' if last == (Part.AM,) else ''}", label
    )


def dates_of(slots: Slots) -> tuple[date, date] | None:
    """要素里的起止日期;没有为 None。"""
    if slots.start is None or slots.end is None:
        return None
    return _split(slots.start)[0], _split(slots.end)[0]


def _split(text: str) -> tuple[date, str]:
    day, _, more = text.partition(" ")
    return date.fromisoformat(day), more


def _at(day: date, clock: str) -> datetime:
    hour, _, minute = clock.partition(":")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=SHANGHAI)


def _words(text: str) -> str:
    day, more = _split(text)
    shown = PART_LABELS[Part(more)] if more in ("am", "pm") else more
    return f"{day.year}年{day.month}月{day.day}日{shown}"
