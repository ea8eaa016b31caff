"""假期账簿 leave_book:台账的读与写,和一个人请假时的情形。规则在 engine.leave 与 engine.leave_ledger。"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from config.policies import Policies
from engine.days import SHANGHAI, Month, shanghai_date
from engine.leave import Circumstances, LeaveType, Other
from engine.leave_days import Span
from engine.leave_ledger import Kind, LedgerLine
from engine.shifts import Part, local
from handlers import terms
from handlers.company import known_cycle
from handlers.freshness import published_months
from handlers.workdays import pattern_of
from models.leave import LeaveLine, LeaveRequest
from models.people import Person
from models.work import Work

LIVE = ("pending", "approved", "ended")
"""占着时间的申请:审批中、已同意、已销假(销假后剩下的那段)。"""


def lock_leave(work: Work, person_id: int) -> None:
    """一个人的假一次只动一份:重叠不分假种,所以锁人不锁假种;读余额之前先锁。"""
    work.lock(f"leave:{person_id}")


_LINES = (
    "SELECT kind, lot, amount, on_day, expires_on, request_id FROM leaveline"
    " WHERE person_id = ? AND type = ? ORDER BY id"
)
"""问余额是最常问的话:按行读。"""


def ledger(work: Work, person_id: int, leave_type: str) -> tuple[LedgerLine, ...]:
    """某人某种假的台账。"""
    return tuple(
        LedgerLine(Kind(kind), lot, amount, _day(on_day), _day(expires_on) if expires_on else None, _name(request))
        for kind, lot, amount, on_day, expires_on, request in work.lean(_LINES, person_id, leave_type)
    )


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _name(request: int | None) -> str:
    return "" if request is None else str(request)


def book(work: Work, person_id: int, kind: LeaveType, lines: Iterable[LedgerLine], source: str) -> None:
    """追加台账行。"""
    for line in lines:
        work.session.add(
            LeaveLine(
                person_id=person_id,
                type=kind.key,
                kind=str(line.kind),
                amount=line.amount,
                unit="minute" if kind.in_minutes else "half_day",
                lot=line.grant,
                on_day=line.on,
                expires_on=line.expires,
                request_id=int(line.request) if line.request.isdigit() else None,
                source=source,
                at=work.now,
            )
        )
    work.session.flush()


def span_of(request: LeaveRequest) -> Span:
    """申请的起止。"""
    if request.start_at is not None and request.end_at is not None:
        return Span.hours(local(request.start_at), local(request.end_at))
    first = Part(request.start_part) if request.start_part else None
    last = Part(request.end_part) if request.end_part else None
    return Span(request.start, request.end, first, last)


def fill_span(request: LeaveRequest, span: Span) -> None:
    """把起止写进申请。"""
    request.start, request.end = span.start, span.end
    request.start_part, request.end_part = span.start_part or "", span.end_part or ""
    request.start_at = _aware(span.start_at)
    request.end_at = _aware(span.end_at)


def _aware(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=SHANGHAI) if at is not None and at.tzinfo is None else at


def circumstances(
    work: Work, who: tuple[Person, LeaveType], span: Span, rules: Policies, apart: int | None = None
) -> Circumstances:
    """谁请哪种假时的情形;apart 是不算在“已有的申请”里的那一份(改期、销假用)。"""
    person, kind = who
    assert person.id is not None
    around = (span.start - timedelta(days=31), span.end + timedelta(days=370))
    pattern = pattern_of(work, person.userid, around, rules.calendar)
    return Circumstances(
        today=shanghai_date(work.now),
        calendar=rules.calendar,
        shift_of=pattern.shift_of,
        roster=pattern.roster,
        ledger=ledger(work, person.id, kind.key) if kind.has_balance else (),
        others=_others(work, person.id, span, rules, apart),
        employed_from=person.hired_on,
        employed_to=person.last_work_day,
        closed_until=closed_until(work),
        company_first=company_first(rules, span.start),
    )


def company_first(rules: Policies, on: date) -> bool:
    """公司多给的年假先用,还是法定的先用(政策 annual.order)。"""
    return bool(rules.switches["annual.order"].on(on) == "company_first")


def _others(work: Work, person_id: int, span: Span, rules: Policies, apart: int | None) -> tuple[Other, ...]:
    rows = work.session.exec(
        select(LeaveRequest).where(
            LeaveRequest.person_id == person_id,
            col(LeaveRequest.state).in_(LIVE),
            LeaveRequest.start <= span.end + timedelta(days=1),
            LeaveRequest.end >= span.start - timedelta(days=1),
        )
    )
    return tuple(
        Other(str(row.id), terms.leave_type(rules, row.type, row.start).label, span_of(row))
        for row in rows
        if row.id != apart
    )


def closed_until(work: Work) -> date | None:
    """考勤已结算到哪一天:最近一个已发布工资的计薪周期的最后一天。"""
    months = published_months(work)
    return known_cycle(work).period(Month.parse(max(months))).last if months else None
