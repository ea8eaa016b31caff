"""班表 workdays:某人某天上什么班、哪些天上班。固定班制看公司日历,排班制看排班表。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from sqlmodel import col, select

from engine.days import Calendar
from engine.shifts import Shift as ShiftRule
from models.attendance import AttendanceGroup, GroupMember, Schedule, Shift
from models.work import Work

STANDARD = ShiftRule("standard", "标准班", time(9), time(18), ((time(12), time(13)),), 480)
"""没有考勤组的人按标准班算:周一至周五 09:00–12:00、13:00–18:00。"""


@dataclass(frozen=True, slots=True)
class Pattern:
    """一个人的班表:shift_of 某天的班(休息为 None);roster 排班制的人哪些天上班(固定班制为 None);known 是否有考勤组。"""

    shift_of: Callable[[date], ShiftRule | None]
    roster: frozenset[date] | None
    known: bool


def pattern_of(work: Work, userid: str, span: tuple[date, date], calendar: Calendar) -> Pattern:
    """某人在一段日子里的班表。那年没有放假通知时,固定班制按星期给班(是否计入由数天数的规则把关)。"""
    group = _group_of(work, userid)
    shifts = all_shifts(work)
    if group is not None and group.kind == "rota":
        return _rota(work, userid, span, shifts)
    table = {int(k): shifts[v] for k, v in group.weekday_shifts.items() if v in shifts} if group else {}
    if group is None or not table:
        table = dict.fromkeys(range(5), STANDARD)
    usual = table[min(table)]

    def shift_of(day: date) -> ShiftRule | None:
        if not calendar.known(day):
            return table.get(day.weekday())
        return table.get(day.weekday(), usual) if calendar.is_work(day) else None

    return Pattern(shift_of, None, group is not None)


def _rota(work: Work, userid: str, span: tuple[date, date], shifts: dict[str, ShiftRule]) -> Pattern:
    rows = work.session.exec(
        select(col(Schedule.day), col(Schedule.shift_id)).where(
            Schedule.userid == userid, Schedule.day >= span[0], Schedule.day <= span[1]
        )
    ).all()
    table = {day: shifts[shift_id] for day, shift_id in rows if shift_id and shift_id in shifts}
    return Pattern(table.get, frozenset(table), True)


def _group_of(work: Work, userid: str) -> AttendanceGroup | None:
    member = work.session.get(GroupMember, userid)
    return work.session.get(AttendanceGroup, member.group_id) if member else None


def all_shifts(work: Work) -> dict[str, ShiftRule]:
    """全部班次:编号 → 规则里的班次。"""
    return {row.shift_id: _rule(row) for row in work.session.exec(select(Shift)).all()}


def _rule(row: Shift) -> ShiftRule:
    rests = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in row.rests)
    return ShiftRule(
        row.shift_id, row.name, time.fromisoformat(row.start), time.fromisoformat(row.end), rests, row.minutes
    )
