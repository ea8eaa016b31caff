"""目标的生效 performance goal:目标在周期中间改了,整个换成新的,还是按日历天数分段(政策 performance.midcycle)。

目标按月立;季度、年度的目标,金额、个数这样能相加的是各月之和,比率是按天数的平均。都是精确的比,不取整。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from engine.days import Month
from engine.figures import plain


class Midcycle(StrEnum):
    """期中改目标怎么算。"""

    REPLACE = "replace"  # 以最新一版为准,整月换
    CALENDAR_DAYS = "calendar_days"  # 各版按生效的日历天数折算


@dataclass(frozen=True, slots=True)
class Goal:
    """一版目标:revision 第几版,value 值(金额以元计),effective_on 自哪天起。"""

    revision: int
    value: Decimal
    effective_on: date


@dataclass(frozen=True, slots=True)
class Piece:
    """一段:从 first 到 last(含)按这一版的 value。"""

    revision: int
    value: Decimal
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class MonthGoal:
    """一个月的目标:value 精确的值;pieces 由哪几段得来,先后相接,不重不漏。"""

    month: Month
    value: Fraction
    pieces: tuple[Piece, ...]

    @property
    def revision(self) -> int:
        """最新的一版。"""
        return max(p.revision for p in self.pieces)


def month_goal(goals: Sequence[Goal], month: Month, how: Midcycle) -> MonthGoal | None:
    """一个月的目标;一版也没有为 None。

    某一天以那天已生效的最新一版为准;第一版生效之前的日子,照最早生效的那一版。
    """
    if not goals:
        return None
    newest = max(goals, key=lambda g: g.revision)
    if how is Midcycle.REPLACE:
        return MonthGoal(month, Fraction(newest.value), (_piece(newest, month.first, month.last),))
    earliest = min(goals, key=lambda g: (g.effective_on, -g.revision))
    pieces: list[Piece] = []
    for day in month.days():
        here = max((g for g in goals if g.effective_on <= day), key=lambda g: g.revision, default=earliest)
        if pieces and pieces[-1].revision == here.revision:
            pieces[-1] = _piece(here, pieces[-1].first, day)
        else:
            pieces.append(_piece(here, day, day))
    return MonthGoal(month, _average([(Fraction(p.value), p.days) for p in pieces]), tuple(pieces))


def _piece(goal: Goal, first: date, last: date) -> Piece:
    return Piece(goal.revision, goal.value, first, last)


def _average(parts: Sequence[tuple[Fraction, int]]) -> Fraction:
    """按天数的平均:先乘后加,最后除一次。"""
    total = sum((value * days for value, days in parts), Fraction(0))
    return Fraction(total, sum(days for _, days in parts))


def cycle_goal(months: Sequence[MonthGoal], unit: str) -> Fraction:
    """周期的目标:比率按天数平均,其余相加。months 不空。"""
    if unit == "rate":
        return _average([(m.value, (m.month.last - m.month.first + timedelta(days=1)).days) for m in months])
    return sum((m.value for m in months), Fraction(0))


def words(months: Sequence[MonthGoal], unit: str) -> str:
    """折算的话:"100,000(1日–23日,23 天)、80,000(24日–30日,7 天)按日历天数折算";不用折算为空。"""
    told: list[str] = []
    for one in months:
        if len(one.pieces) > 1:
            parts = "、".join(
                f"{amount_words(Fraction(p.value), unit)}({p.first.day}日–{p.last.day}日,{p.days} 天)"
                for p in one.pieces
            )
            told.append(f"{one.month.month}月 {parts}按日历天数折算")
    if len(months) > 1:
        parts = "、".join(f"{m.month.month}月 {amount_words(m.value, unit)}" for m in months)
        told.append(f"{parts},{'按天数平均' if unit == 'rate' else '相加'}")
    return ";".join(told)


def amount_words(value: Fraction, unit: str) -> str:
    """目标写成字:比率写百分数,其余写数(金额以元计)。"""
    return f"{plain(value * 100)}%" if unit == "rate" else plain(value, 2)
