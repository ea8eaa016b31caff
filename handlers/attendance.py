"""考勤 attendance:由原始打卡、排班、请假、加班审批,现算一个人一个月的每一天;结论不另存。"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from config.policies import Policies
from engine.attendance import DayFact, DayInput, LeaveOnDay, MonthFacts, PunchSeen, expected, judge, month_facts
from engine.days import SHANGHAI, DayKind, Month, Period, Span, days_between, period_of, shanghai, shanghai_date
from engine.leave_days import windows_on
from engine.overtime import Approval, Settle
from engine.shifts import local
from handlers import terms
from handlers.actor import Actor
from handlers.leave_book import span_of
from handlers.people import person_of
from handlers.workdays import Pattern, pattern_of
from models.attendance import OvertimeApproval, Punch
from models.leave import LeaveRequest
from models.mailbox import Cursor
from models.people import Person
from models.work import Work

CHUNK = 400
COUNTED = ("approved", "ended")


@dataclass(frozen=True, slots=True)
class MonthOf:
    """问一个人一个月的考勤;month 如 "2026-11"。"""

    person_id: int
    month: str


@dataclass(frozen=True, slots=True)
class PersonMonth:
    """一个人一个月的考勤:days 逐日(在职的日子);facts 合计;through 算到哪天为止是真打卡,之后按如期出勤计。"""

    person_id: int
    userid: str
    name: str
    month: Month
    days: tuple[DayFact, ...]
    facts: MonthFacts
    through: date
    period: Period


@dataclass(slots=True)
class _Raw:
    """一个人一个月的原始记录。"""

    punches: dict[date, list[Punch]] = field(default_factory=lambda: defaultdict(list))
    leaves: list[LeaveRequest] = field(default_factory=list)
    overtime: dict[date, list[Approval]] = field(default_factory=lambda: defaultdict(list))


def month(work: Work, command: MonthOf, rules: Policies, actor: Actor) -> PersonMonth:
    """一个人一个月的考勤。"""
    person = person_of(work, command.person_id)
    return months_of(work, [person], Month.parse(command.month), rules)[0]


def months_of(work: Work, people: Sequence[Person], span: Span, rules: Policies) -> list[PersonMonth]:
    """一批人一个月(或一个计薪周期)的考勤(同一条路:一个人也走这里)。"""
    when = period_of(span)
    raws = _load(work, people, when)
    seen = _seen(work)
    return [_person_month(work, person, when, (raws[person.userid], seen), rules) for person in people]


def _seen(work: Work) -> tuple[date, datetime]:
    """打卡读到了哪一天、最后一次读全是何时。还没读到的日子不能当旷工。没有接打卡来源的库不受此限。"""
    row = work.session.get(Cursor, "punches")
    if row is None:
        return date.max, work.now
    if row.success_at is None and not row.cursor:
        return date.min, work.now
    return date.fromisoformat(row.cursor[:10]) if row.cursor else date.max, row.success_at or work.now


def _person_month(
    work: Work, person: Person, when: Period, found: tuple[_Raw, tuple[date, datetime]], rules: Policies
) -> PersonMonth:
    raw, (seen_day, seen_at) = found
    pattern = pattern_of(work, person.userid, (when.first, when.last), rules.calendar)
    now = shanghai(min(work.now, seen_at))
    first = max(when.first, person.hired_on or when.first)
    last = min(when.last, person.last_work_day or when.last)
    days: list[DayFact] = []
    through = first - timedelta(days=1)
    for day in days_between(first, last):
        facts = _day_input(day, raw, pattern, rules)
        if day <= seen_day and _over(facts, now):
            days.append(judge(facts, rules.attendance.on(day)))
            through = day
        else:
            days.append(expected(facts))
    assert person.id is not None
    return PersonMonth(person.id, person.userid, person.name, when.month, tuple(days), month_facts(days), through, when)


def _over(facts: DayInput, now: datetime) -> bool:
    """到读全打卡的那一刻,这一天的班过完了没有:没有班的日子过了零点即完,有班的到下班之后。"""
    if facts.shift is not None:
        return facts.shift.whole(facts.day)[1] <= local(now)
    return facts.day < now.date()


def _day_input(day: date, raw: _Raw, pattern: Pattern, rules: Policies) -> DayInput:
    kind = rules.calendar.kind(day, pattern.roster)
    shift = pattern.shift_of(day)
    punches = tuple(
        PunchSeen(f"punch:{p.source_id}", p.at, p.check_type) for p in sorted(raw.punches[day], key=lambda p: p.at)
    )
    leaves = tuple(
        LeaveOnDay(
            row.type,
            terms.leave_type(rules, row.type, row.start).label,
            windows_on(span_of(row), day, shift),
            row.by_date[day.isoformat()][0],
            row.by_date[day.isoformat()][1],
            f"leave:{row.id}",
        )
        for row in raw.leaves
        if day.isoformat() in row.by_date
    )
    overtime = tuple(raw.overtime[day])
    if kind in (DayKind.WORKDAY, DayKind.MAKEUP) and shift is None and pattern.roster is None:
        kind = DayKind.WEEKEND
    return DayInput(day, kind, shift, punches, leaves, overtime)


def _load(work: Work, people: Sequence[Person], when: Period) -> dict[str, _Raw]:
    """一批人这个月的原始记录:按行读,分好到人到天。"""
    raws: dict[str, _Raw] = {p.userid: _Raw() for p in people}
    users = list(raws)
    ids = {p.id: p.userid for p in people if p.id is not None}
    for i in range(0, len(users), CHUNK):
        _load_punches(work, users[i : i + CHUNK], when, raws)
        _load_overtime(work, users[i : i + CHUNK], when, raws)
    keys = list(ids)
    for i in range(0, len(keys), CHUNK):
        rows = work.session.exec(
            select(LeaveRequest)
            .where(
                col(LeaveRequest.person_id).in_(keys[i : i + CHUNK]),
                col(LeaveRequest.state).in_(COUNTED),
                LeaveRequest.start <= when.last,
                LeaveRequest.end >= when.first,
            )
            .order_by(col(LeaveRequest.id))
        )
        for row in rows:
            raws[ids[row.person_id]].leaves.append(row)
    return raws


def _load_punches(work: Work, users: list[str], when: Period, raws: dict[str, _Raw]) -> None:
    rows = work.session.exec(
        select(Punch).where(
            col(Punch.userid).in_(users),
            Punch.work_date >= when.first,
            Punch.work_date <= when.last,
            col(Punch.valid),
        )
    )
    for row in rows:
        raws[row.userid].punches[row.work_date].append(row)


def _load_overtime(work: Work, users: list[str], when: Period, raws: dict[str, _Raw]) -> None:
    """加班归到开始的那天;零点后的部分由规则按日子拆。"""
    rows = work.session.exec(
        select(OvertimeApproval)
        .where(
            col(OvertimeApproval.userid).in_(users),
            OvertimeApproval.state == "approved",
            col(OvertimeApproval.start_at) >= _start_of(when.first),
            col(OvertimeApproval.start_at) < _start_of(when.last + timedelta(days=1)),
        )
        .order_by(col(OvertimeApproval.start_at))
    )
    for row in rows:
        approval = Approval(local(row.start_at), local(row.end_at), f"overtime:{row.source_id}", Settle(row.settle))
        raws[row.userid].overtime[shanghai_date(row.start_at)].append(approval)


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
