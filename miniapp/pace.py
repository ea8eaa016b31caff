"""进度 pace:完成率与时间过去了多少相比;落后的标红、排在前面。只比较,不改得分。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from engine.days import Month
from engine.performance_cycle import Cycle
from handlers.goals import GoalRow
from handlers.performance import ItemView

BEHIND = 15
"""完成率比时间落后这么多个百分点,标红。"""


@dataclass(frozen=True, slots=True)
class Pace:
    """一个指标的进度:tone good | wait | bad | mute。"""

    item: ItemView
    percent: int
    tone: str


@dataclass(frozen=True, slots=True)
class TeamRow:
    """团队里的一个人;passed 他的考核周期过去了百分之几。"""

    row: GoalRow
    items: tuple[Pace, ...]
    worst: int
    passed: int

    @property
    def tone(self) -> str:
        """这个人最要紧的颜色。"""
        tones = {pace.tone for pace in self.items}
        return next((tone for tone in ("bad", "wait", "good") if tone in tones), "mute")


def elapsed(span: Month | Cycle, today: date) -> int:
    """这个月(或周期)过去了百分之几(0–100)。"""
    if today > span.last:
        return 100
    if today < span.first:
        return 0
    return (today - span.first).days * 100 // ((span.last - span.first).days + 1)


def team_rows(rows: Sequence[GoalRow], today: date) -> list[TeamRow]:
    """落后最多的在前;季度、年度考核的与整个周期的时间相比。"""
    found = []
    for row in rows:
        passed = elapsed(Cycle.parse(row.score.cycle), today)
        items = tuple(_pace(item, passed) for item in row.score.items)
        gaps = [pace.percent - passed for pace in items if pace.item.target]
        found.append(TeamRow(row, items, min(gaps) if gaps else 0, passed))
    return sorted(found, key=lambda one: (one.worst, one.row.person_id))


def _pace(item: ItemView, passed: int) -> Pace:
    percent = percent_of(item.ratio)
    if item.missing or not item.ratio:
        return Pace(item, 0, "mute")
    if not item.target:
        return Pace(item, percent, "good" if percent >= 90 else "wait" if percent >= 80 else "bad")
    gap = percent - passed
    return Pace(item, percent, "good" if gap >= 0 else "wait" if gap >= -BEHIND else "bad")


def percent_of(text: str) -> int:
    """ "114.16%" → 114。"""
    try:
        return int(Decimal(text.rstrip("%") or "0"))
    except InvalidOperation:
        return 0
