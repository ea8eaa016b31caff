"""考勤接口 attendance:一个人一个月的每一天与合计;本人、上级、HR。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter

from engine.attendance import DayFact
from handlers import attendance
from handlers.attendance import MonthOf
from miniapp.forms import month_in
from miniapp.visit import Visitor, Who

router = APIRouter(tags=["考勤"])


@dataclass(frozen=True, slots=True)
class Day:
    """一天:state 结论,kind 日子的种类,各量为分钟,reasons 缘由。"""

    day: date
    kind: str
    state: str
    planned_minutes: int
    worked_minutes: int
    late_minutes: int
    early_minutes: int
    absent_minutes: int
    overtime_minutes: int
    reasons: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """一个月:through 算到哪天为止是真打卡,之后按排班计。"""

    person_id: int
    name: str
    month: str
    through: date
    workdays: int
    late: int
    early: int
    missing: int
    absent: int
    days: tuple[Day, ...]


@router.get("/attendance/{month}")
def month(visit: Visitor, month: str, person: Who = 0) -> MonthSheet:
    """一个月的考勤;不写 person 是自己。"""
    when = str(month_in(month, visit.today))
    found = visit.ask(attendance.month, MonthOf(person or visit.actor.person_id, when))
    facts = found.facts
    return MonthSheet(
        found.person_id,
        found.name,
        when,
        found.through,
        facts.workdays,
        facts.late,
        facts.early,
        facts.missing,
        facts.absent,
        tuple(_day(fact) for fact in found.days),
    )


def _day(fact: DayFact) -> Day:
    return Day(
        fact.day,
        str(fact.kind),
        str(fact.state),
        fact.planned_minutes,
        fact.worked_minutes,
        fact.late_minutes,
        fact.early_minutes,
        fact.absent_minutes,
        fact.overtime_minutes,
        fact.reasons,
        tuple(one for _, one in fact.evidence),
    )
