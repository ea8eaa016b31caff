"""考勤接口 attendance:一个人一个月的每一天与合计;本人、上级、HR。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter

from handlers import attendance_days
from handlers.attendance import MonthOf
from handlers.attendance_days import DayRecord, PunchView
from miniapp.calendar import state_words
from miniapp.forms import month_in
from miniapp.visit import Visitor, Who

router = APIRouter(tags=["考勤"])


@dataclass(frozen=True, slots=True)
class Day:
    """一天:state 结论(state_label 中文),kind 日子的种类,shift 那天的班,各量为分钟,reasons 缘由,punches 原始打卡。"""

    day: date
    kind: str
    state: str
    state_label: str
    shift: str
    planned_minutes: int
    worked_minutes: int
    late_minutes: int
    early_minutes: int
    absent_minutes: int
    overtime_minutes: int
    reasons: tuple[str, ...]
    evidence: tuple[str, ...]
    punches: tuple[PunchView, ...]


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
    found = visit.ask(attendance_days.days, MonthOf(person or visit.actor.person_id, when))
    person_month = found.month
    facts = person_month.facts
    return MonthSheet(
        person_month.person_id,
        person_month.name,
        when,
        person_month.through,
        facts.workdays,
        facts.late,
        facts.early,
        facts.missing,
        facts.absent,
        tuple(_day(record) for record in found.days),
    )


def _day(record: DayRecord) -> Day:
    fact = record.fact
    return Day(
        fact.day,
        str(fact.kind),
        str(fact.state),
        state_words(fact),
        record.shift_words,
        fact.planned_minutes,
        fact.worked_minutes,
        fact.late_minutes,
        fact.early_minutes,
        fact.absent_minutes,
        fact.overtime_minutes,
        fact.reasons,
        tuple(one for _, one in fact.evidence),
        record.punches,
    )
