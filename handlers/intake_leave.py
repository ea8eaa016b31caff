"""收审批 intake_leave:假期类型、额度、请假与加班审批。自己写回去的(ehr-…)认得出来,不记第二遍。

在钉钉自己的表单里批的假,一样进这本账;早晚、重复、乱序都可以,同一份审批以最新版本为准。
"""

from __future__ import annotations

from fractions import Fraction

from sqlmodel import select

from config.policies import Policies
from engine.days import shanghai_date, show_date
from engine.errors import EhrError
from engine.leave import LeaveType, ledger_amounts
from engine.leave_days import LeaveDays, Span, count_days
from engine.leave_ledger import Allocation, balance, commit, reserve, reverse, take_each
from engine.shifts import Part, local
from handlers import terms
from handlers.alerts_book import AlertMark, raise_alert
from handlers.freshness import Change
from handlers.intake_people import by_userid, ids_of
from handlers.leave_book import book, circumstances, fill_span, ledger, lock_leave
from handlers.records import ApprovalRecord, LeaveTypeRecord, QuotaRecord
from models.attendance import OvertimeApproval
from models.leave import LeaveRequest, LeaveTypeCode
from models.people import Person
from models.work import Work


def types(work: Work, records: list[LeaveTypeRecord], rules: Policies) -> list[Change]:
    """假期类型代码:按名字对到我们的假种。"""
    for record in records:
        kind = terms.leave_type_by_name(rules, record.name, shanghai_date(work.now))
        work.session.merge(
            LeaveTypeCode(
                leave_code=record.leave_code, name=record.name, unit=record.unit, type=kind.key if kind else None
            )
        )
    return []


def quotas(work: Work, records: list[QuotaRecord], rules: Policies) -> list[Change]:
    """额度:只留原文作核对之用;余额以我们的台账为准。"""
    return []


def approvals(work: Work, records: list[ApprovalRecord], rules: Policies) -> list[Change]:
    """审批:请假进台账,加班进加班表;出差、外出与补卡只留原文。"""
    changes: list[Change] = []
    people = ids_of(work, [r.userid for r in records])
    for record in sorted(records, key=lambda r: (r.created_at or r.start, r.instance_id)):
        if record.userid not in people or (record.approve_id or "").startswith("ehr-"):
            continue
        if record.kind == "overtime":
            changes += _overtime(work, record, people[record.userid])
        elif record.kind == "leave":
            changes += _leave(work, record, rules)
    return changes


def _overtime(work: Work, record: ApprovalRecord, person_id: int) -> list[Change]:
    row = work.session.exec(
        select(OvertimeApproval).where(OvertimeApproval.source_id == record.instance_id)
    ).first() or OvertimeApproval(
        source_id=record.instance_id, userid=record.userid, start_at=record.start, end_at=record.end
    )
    row.start_at, row.end_at, row.settle = record.start, record.end, record.settle
    row.state, row.reason, row.version = record.state, record.reason, record.version
    work.session.add(row)
    work.session.flush()
    day = shanghai_date(record.start)
    say = f"{show_date(day)}的加班审批有变动"
    return [Change(person_id, day, "overtime", record.instance_id, record.version, say)]


def _leave(work: Work, record: ApprovalRecord, rules: Policies) -> list[Change]:
    """钉钉表单里的请假:同意就记账;之后被撤销或终止就退回。"""
    person = by_userid(work, record.userid)
    kind = terms.leave_type_by_name(rules, record.type_name, shanghai_date(record.start))
    if person is None or kind is None:
        if person is not None and person.id is not None:
            _unknown_type(work, record, person)
        return []
    row = work.session.exec(select(LeaveRequest).where(LeaveRequest.source_id == record.instance_id)).first()
    if record.state == "approved":
        if row is not None and row.state == "approved":
            _release(work, row, kind)
        return _book(work, record, (person, kind, row), rules)
    if row is not None and row.state == "approved" and record.state in ("terminated", "refused"):
        _release(work, row, kind)
        row.state, row.updated_at, row.revision = "withdrawn", work.now, row.revision + 1
        work.session.add(row)
        return _changes(row, record, kind)
    return []


def _book(
    work: Work, record: ApprovalRecord, found: tuple[Person, LeaveType, LeaveRequest | None], rules: Policies
) -> list[Change]:
    person, kind, row = found
    assert person.id is not None
    span = _span(record)
    around = circumstances(work, (person, kind), span, rules, apart=row.id if row else None)
    try:
        counted = count_days(span, kind.counting(), around.shift_of, rules.calendar, around.roster)
    except EhrError as error:
        raise_alert(
            work,
            AlertMark("leave.uncountable", f"leave.uncountable:{record.instance_id}", person.id),
            f"{person.name} 在钉钉里批过的{kind.label}数不出天数:{error.say}请核对原审批。",
        )
        return []
    request = row or LeaveRequest(
        person_id=person.id,
        type=kind.key,
        start=span.start,
        end=span.end,
        by_month={},
        by_date={},
        source="dingtalk",
        source_id=record.instance_id,
        created_at=record.created_at or work.now,
        updated_at=work.now,
    )
    _fill(request, record, counted)
    fill_span(request, span)
    request.state, request.updated_at = "approved", work.now
    work.session.add(request)
    work.session.flush()
    _take(work, request, (person, kind), counted)
    return _changes(request, record, kind)


def _fill(request: LeaveRequest, record: ApprovalRecord, counted: LeaveDays) -> None:
    request.unit = "hour" if record.unit == "hour" else "half_day"
    request.half_days = 0 if record.unit == "hour" else int(counted.days * 2)
    request.minutes = counted.minutes
    request.by_month = {str(m): int(Fraction(d) * 2) for m, d in counted.by_month.items()}
    request.by_date = {d.day.isoformat(): [int(d.days * 2), d.minutes] for d in counted.by_date}
    request.reason = record.reason[:500]
    request.decided_at = record.finished_at


def _take(work: Work, request: LeaveRequest, who: tuple[Person, LeaveType], counted: LeaveDays) -> None:
    """记账:钉钉已经批了,余额不够也认,能扣多少扣多少,差额提醒 HR。"""
    person, kind = who
    assert person.id is not None
    if not kind.has_balance:
        return
    lock_leave(work, person.id)
    today = shanghai_date(work.now)
    lines = ledger(work, person.id, kind.key)
    wanted = ledger_amounts(counted, kind)
    allocations: tuple[Allocation, ...] = ()
    try:
        allocations = take_each(lines, wanted)
    except EhrError as short:
        left = int(short.details.get("left", "0"))
        if left > 0 and balance(lines, request.start).available >= left:
            allocations = take_each(lines, ((request.start, left),))
        raise_alert(
            work,
            AlertMark("leave.short", f"leave.short:{request.id}", person.id),
            f"{person.name} 在钉钉里批过的{kind.label}超过了余额,请核对额度,或与本人商量改为其他假。",
        )
    held = (*lines, *reserve(allocations, str(request.id), today))
    book(work, person.id, kind, held[len(lines) :], "dingtalk")
    book(work, person.id, kind, commit(held, str(request.id), today), "dingtalk")


def _release(work: Work, row: LeaveRequest, kind: LeaveType) -> None:
    if kind.has_balance:
        lock_leave(work, row.person_id)
        lines = ledger(work, row.person_id, kind.key)
        book(work, row.person_id, kind, reverse(lines, str(row.id), shanghai_date(work.now)), "dingtalk")


def _changes(row: LeaveRequest, record: ApprovalRecord, kind: LeaveType) -> list[Change]:
    say = f"{kind.label}审批{'生效' if row.state == 'approved' else '撤销'}"
    days = row.by_date or {row.start.isoformat(): []}
    return [
        Change(
            row.person_id,
            row.start.fromisoformat(day),
            "leave",
            record.instance_id,
            f"{record.version}:{day}",
            f"{show_date(row.start.fromisoformat(day))}的{say}",
        )
        for day in days
    ]


def _span(record: ApprovalRecord) -> Span:
    if record.unit == "hour":
        return Span.hours(local(record.start), local(record.end))
    first = Part(record.start_part) if record.start_part else None
    last = Part(record.end_part) if record.end_part else None
    return Span(shanghai_date(record.start), shanghai_date(record.end), first, last)


def _unknown_type(work: Work, record: ApprovalRecord, person: Person) -> None:
    assert person.id is not None
    raise_alert(
        work,
        AlertMark("leave.unknown_type", f"leave.unknown_type:{record.type_name}", person.id),
        f"钉钉里的假期类型“{record.type_name}”还没有对应的规定,相关请假没有入账。请在请假政策里补上这种假的名字。",
    )
