"""月历 calendar:把逐日的考勤事实排成一周一行;每天的结论、颜色与大白话都在这里定。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.attendance import STATE_LABELS, DayFact, MonthFacts, State
from engine.days import KIND_LABELS, DayKind, Month
from engine.figures import hours_words
from miniapp.words import TONES

SHORT = {
    State.NORMAL: "",
    State.LATE: "迟",
    State.EARLY: "早",
    State.MISSING: "缺",
    State.ABSENT: "旷",
    State.LEAVE: "假",
    State.REST: "",
    State.NO_SHIFT: "?",
    State.PLANNED: "",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """一格:fact 为 None 是不在职的日子;inside 在不在这个月;mark 角上的一个字;label 读屏用的话。"""

    day: date
    inside: bool
    fact: DayFact | None
    state: str
    mark: str
    label: str
    off: bool


def weeks_of(month: Month, days: Sequence[DayFact]) -> list[list[Cell]]:
    """周一开头的几行。"""
    known = {fact.day: fact for fact in days}
    first = month.first - timedelta(days=month.first.weekday())
    weeks: list[list[Cell]] = []
    while first <= month.last:
        weeks.append([_cell(month, first + timedelta(days=n), known) for n in range(7)])
        first += timedelta(days=7)
    return weeks


def _cell(month: Month, day: date, known: dict[date, DayFact]) -> Cell:
    fact = known.get(day)
    if fact is None or day not in month:
        return Cell(day, day in month, None, "", "", f"{day.day}日", False)
    makeup = fact.kind is DayKind.MAKEUP
    off = fact.kind in (DayKind.STATUTORY, DayKind.IN_LIEU)
    mark = SHORT[fact.state] or (
        "加" if fact.overtime else "假" if fact.leave else "班" if makeup else "休" if off else ""
    )
    return Cell(day, True, fact, str(fact.state), mark, f"{day.day}日,{state_words(fact)}", off)


def state_words(fact: DayFact) -> str:
    """一天的结论:"迟到"、"法定节假日"。"""
    return KIND_LABELS[fact.kind] if fact.state is State.REST else STATE_LABELS[fact.state]


def is_notable(fact: DayFact) -> bool:
    """要留意的一天:不是照常出勤或休息,或者那天有请假、加班。"""
    quiet = (State.NORMAL, State.REST, State.PLANNED)
    return fact.state not in quiet or bool(fact.leave) or bool(fact.overtime)


def shown(fact: DayFact) -> tuple[str, str]:
    """(结论, 语气);照常的一天有加班或请假,就说加班或请假。"""
    words = state_words(fact)
    if fact.state in (State.NORMAL, State.REST, State.PLANNED):
        words = "加班" if fact.overtime else "请假" if fact.leave else words
    return words, TONES.get(str(fact.state), "mute")


def leave_words(facts: MonthFacts) -> str:
    """请假合计:"1.5 天"或"3 小时";没有为空。"""
    halves = sum(facts.leave_half_days.values())
    if halves:
        return f"{halves // 2}{'.5' if halves % 2 else ''} 天"
    minutes = sum(facts.leave_minutes.values())
    return hours_words(minutes) if minutes else ""


def overtime_words(days: Sequence[DayFact]) -> str:
    """加班合计小时;没有为空。"""
    minutes = sum(fact.overtime_minutes for fact in days)
    return hours_words(minutes) if minutes else ""
