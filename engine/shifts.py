"""班次 shifts:几点上班、几点下班、中间哪几段休息。

钟面时间一律是不带时区的上海时间。下班不晚于上班的,是跨零点的夜班;夜班属于开始的那一天。
半天以“正午”为界:离班次正中最近(或包住正中)的那段休息,之前是上午,之后是下午。
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from engine.days import SHANGHAI

Window = tuple[datetime, datetime]
"""一段时间 [开始, 结束),上海钟面时间。"""
NO_TIME, ONE_DAY = timedelta(0), timedelta(days=1)


class Part(StrEnum):
    """半天:上午或下午。"""

    AM = "am"
    PM = "pm"


PART_LABELS = {Part.AM: "上午", Part.PM: "下午"}


def local(at: datetime) -> datetime:
    """变成不带时区的上海钟面时间;本来就不带时区的照原样。"""
    return at if at.tzinfo is None else at.astimezone(SHANGHAI).replace(tzinfo=None)


def minutes_of(windows: Iterable[Window]) -> int:
    """各段合计多少整分钟(每段先舍去不满一分钟的零头)。"""
    return sum((end - start) // timedelta(minutes=1) for start, end in windows)


def merge(windows: Iterable[Window]) -> tuple[Window, ...]:
    """并集:相接或重叠的并成一段,按时间排好;空段去掉。"""
    out: list[Window] = []
    for start, end in sorted(windows):
        if end <= start:
            continue
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)


def meet(left: Iterable[Window], right: Iterable[Window]) -> tuple[Window, ...]:
    """交集:两边都有的时间。"""
    others = merge(right)
    found = [(max(a, c), min(b, d)) for a, b in merge(left) for c, d in others]
    return tuple((start, end) for start, end in found if start < end)


def cut(windows: Iterable[Window], holes: Iterable[Window]) -> tuple[Window, ...]:
    """差集:从 windows 里挖去 holes。"""
    rest = list(merge(windows))
    for hole_start, hole_end in merge(holes):
        pieces: list[Window] = []
        for start, end in rest:
            pieces += [(start, min(end, hole_start)), (max(start, hole_end), end)]
        rest = [(start, end) for start, end in pieces if start < end]
    return tuple(rest)


@dataclass(frozen=True, slots=True)
class Shift:
    """班次 shift。

    start/end 上下班钟点;rests 各段休息的起止钟点;minutes_per_day 一天按多少分钟折算(制度规定的,
    可与 start…end 减去休息不等)。
    """

    id: str
    name: str
    start: time
    end: time
    rests: tuple[tuple[time, time], ...]
    minutes_per_day: int

    def whole(self, day: date) -> Window:
        """这一天的班从几时到几时(含休息)。"""
        start = datetime.combine(day, self.start)
        end = datetime.combine(day, self.end)
        return start, end if end > start else end + timedelta(days=1)

    def rests_on(self, day: date) -> tuple[Window, ...]:
        """这一天的各段休息落在班里的部分:跨零点的班到第二天;骑在上下班钟点上的,只算班里的那一截。"""
        whole = self.whole(day)
        found: list[Window] = []
        for begin, finish in self.rests:
            rest_start, rest_end = datetime.combine(day, begin), datetime.combine(day, finish)
            if rest_end <= rest_start:
                rest_end += ONE_DAY
            # 钟点天天一样:前一天的休息可能还没完,第二天的可能已经开始。
            found += [(rest_start + shift, rest_end + shift) for shift in (-ONE_DAY, NO_TIME, ONE_DAY)]
        return meet([whole], found)

    def windows(self, day: date) -> tuple[Window, ...]:
        """这一天要干活的各段时间(已去掉休息)。"""
        return cut([self.whole(day)], self.rests_on(day))

    def noon(self, day: date) -> Window:
        """正午:(上午到几时, 下午从几时);没有休息则都是班次的正中。"""
        start, end = self.whole(day)
        middle = start + (end - start) // 2
        rests = self.rests_on(day)
        if not rests:
            return middle, middle

        def distance(rest: Window) -> timedelta:
            return max(rest[0] - middle, middle - rest[1], timedelta(0))

        return min(rests, key=distance)

    def half(self, day: date, part: Part) -> Window:
        """这一天上午或下午的起止(含其中的小休息)。"""
        start, end = self.whole(day)
        am_end, pm_start = self.noon(day)
        return (start, am_end) if part is Part.AM else (pm_start, end)


def half_of(shift: Shift | None, day: date, part: Part) -> Window:
    """半天的起止;那天没有班次时,以钟面 12:00 为界。"""
    if shift is not None:
        return shift.half(day, part)
    midnight = datetime.combine(day, time())
    noon = midnight + timedelta(hours=12)
    return (midnight, noon) if part is Part.AM else (noon, midnight + timedelta(days=1))
