"""收审批 intake_leave:假期类型、额度、请假与加班审批。自己写回去的(ehr-…)认得出来,不记第二遍。

在钉钉自己的表单里批的假,一样进这本账;早晚、重复、乱序都可以,同一份审批以最新版本为准。
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from sqlmodel import select

from config.policies import Policies
from engine.days import shanghai_date, show_date
from engine.errors import EhrError
from engine.leave import Circumstances, LeaveType, ledger_amounts, show_span
from engine.leave_days import LeaveDays, Span, count_days, windows_on
from engine.leave_ledger import Allocation, Kind, LedgerLine, balance, commit, reserve, reverse, take
from engine.shifts import Part, local, meet
from handlers import terms
from handlers.alerts_book import AlertMark, close_by_key, raise_alert
from handlers.freshness import Change
from handlers.intake_people import by_userid, ids_of
from handlers.leave_book import book, circumstances, fill_span, ledger, lock_leave
from handlers.outbox import post
from handlers.records import ApprovalRecord, LeaveTypeRecord, QuotaRecord
from models.attendance import OvertimeApproval
from models.leave import LeaveRequest, LeaveTypeCode
from models.mailbox import Cursor
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
    """审批:请假进台账,加班进加班表;补卡安排重读那天的打卡;出差与外出只留原文。"""
    changes: list[Change] = []
    people = ids_of(work, [r.userid for r in records])
    for record in sorted(records, key=lambda r: (r.created_at or r.start, r.instance_id)):
        if record.userid not in people or (record.approve_id or "").startswith("ehr-"):
            continue
        if record.kind == "overtime":
            changes += _overtime(work, record, people[record.userid])
        elif record.kind == "leave":
            changes += _leave(work, record, rules)
        elif record.kind == "supply" and record.state == "approved":
            _look_at_punches(work, record)
    return changes


def _look_at_punches(work: Work, record: ApprovalRecord) -> None:
    """补卡批了:那一天的打卡早就读过的,安排重读(夜班连前一天);还没读到那天的,到时自然读到。"""
    cursor = work.session.get(Cursor, "punches")
    day = shanghai_date(record.start)
    if cursor is None or not cursor.cursor or cursor.cursor[:10] < day.isoformat():
        return
    payload: dict[str, object] = {"feed": "punches", "ids": [record.userid], "day": day.isoformat()}
    post(work, "pull", f"supply:{record.instance_id}:{record.version}", payload, f"approval:{record.instance_id}")


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
    if person is None or person.id is None:
        return []
    lock_leave(work, person.id)
    row = work.session.exec(select(LeaveRequest).where(LeaveRequest.source_id == record.instance_id)).first()
    if record.state in ("terminated", "refused"):
        return _undo(work, record, row, rules) if row is not None and row.state == "approved" else []
    if kind is None:
        _unknown_type(work, record, person)
        return []
    return _book(work, record, (person, kind, row), rules) if record.state == "approved" else []


def _undo(work: Work, record: ApprovalRecord, row: LeaveRequest, rules: Policies) -> list[Change]:
    """撤销或终止:额度退回,为它开的提醒关上。"""
    _release(work, row, rules)
    row.state, row.updated_at, row.revision = "withdrawn", work.now, row.revision + 1
    work.session.add(row)
    for name in ("short", "overlap", "uncountable"):
        close_by_key(work, f"leave.{name}:{record.instance_id}", "钉钉里的审批已经撤销")
    return _changes(row, record, set(row.by_date))


def _book(
    work: Work, record: ApprovalRecord, found: tuple[Person, LeaveType, LeaveRequest | None], rules: Policies
) -> list[Change]:
    """记账。先数得出天数再动旧账:数不出来的,旧的照旧,提醒 HR。"""
    person, kind, row = found
    assert person.id is not None
    span = _span(record)
    around = circumstances(work, (person, kind), span, rules, apart=row.id if row else None)
    try:
        counted = count_days(span, kind.counting(), around.shift_of, rules.calendar, around.roster)
    except EhrError as error:
        say = f"{person.name} 在钉钉里批过的{kind.label}数不出天数:{error.say}请核对原审批。"
        _alert(work, "uncountable", record, (person.id, say))
        return []
    before: set[str] = set()
    if row is not None and row.state == "approved":
        _release(work, row, rules)
        before = set(row.by_date)
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
    request.type, request.state, request.updated_at = kind.key, "approved", work.now
    request.revision += 1 if row is not None else 0
    work.session.add(request)
    work.session.flush()
    _take(work, request, (person, kind), (counted, around.company_first))
    _check_overlap(work, record, person, (counted, span, around))
    close_by_key(work, f"leave.uncountable:{record.instance_id}", "更正之后数得出来了")
    return _changes(request, record, before | set(request.by_date))


def _check_overlap(
    work: Work, record: ApprovalRecord, person: Person, what: tuple[LeaveDays, Span, Circumstances]
) -> None:
    """与已有的假重叠:两边都批了的照记,提醒 HR 撤一份(不然同一段时间扣两次)。"""
    counted, span, around = what
    key = f"leave.overlap:{record.instance_id}"
    for item in counted.by_date:
        shift = around.shift_of(item.day)
        own = windows_on(span, item.day, shift)
        other = next((o for o in around.others if meet(own, windows_on(o.span, item.day, shift))), None)
        if other is not None and person.id is not None:
            say = (
                f"{person.name} 在钉钉里批过的假与已有的{other.label}({show_span(other.span)})重叠,"
                "同一段时间会记两次。请与本人核对,撤掉其中一份。"
            )
            _alert(work, "overlap", record, (person.id, say))
            return
    close_by_key(work, key, "已经不重叠了")


def _alert(work: Work, name: str, record: ApprovalRecord, about: tuple[int, str]) -> None:
    person_id, say = about
    raise_alert(work, AlertMark(f"leave.{name}", f"leave.{name}:{record.instance_id}", person_id), say)


def _fill(request: LeaveRequest, record: ApprovalRecord, counted: LeaveDays) -> None:
    request.unit = "hour" if record.unit == "hour" else "half_day"
    request.half_days = 0 if record.unit == "hour" else int(counted.days * 2)
    request.minutes = counted.minutes
    request.by_month = {str(m): int(Fraction(d) * 2) for m, d in counted.by_month.items()}
    request.by_date = {d.day.isoformat(): [int(d.days * 2), d.minutes] for d in counted.by_date}
    request.reason = record.reason[:500]
    request.decided_at = record.finished_at


def _take(work: Work, request: LeaveRequest, who: tuple[Person, LeaveType], how: tuple[LeaveDays, bool]) -> None:
    """记账:钉钉已经批了,余额不够也认,能扣多少扣多少,差额提醒 HR。how 是(数得的天数, 公司多给的先用)。"""
    (person, kind), (counted, company_first) = who, how
    assert person.id is not None
    key = f"leave.short:{request.source_id}"
    if not kind.has_balance:
        close_by_key(work, key, "改成了不用余额的假")
        return
    today = shanghai_date(work.now)
    lines = ledger(work, person.id, kind.key)
    allocations = _within(lines, ledger_amounts(counted, kind), company_first=company_first)
    if sum(a.amount for a in allocations) < sum(amount for _, amount in ledger_amounts(counted, kind)):
        say = f"{person.name} 在钉钉里批过的{kind.label}超过了余额,请核对额度,或与本人商量改为其他假。"
        raise_alert(work, AlertMark("leave.short", key, person.id), say)
    else:
        close_by_key(work, key, "余额够了")
    held = (*lines, *reserve(allocations, str(request.id), today))
    book(work, person.id, kind, held[len(lines) :], "dingtalk")
    book(work, person.id, kind, commit(held, str(request.id), today), "dingtalk")


def _within(
    lines: tuple[LedgerLine, ...], wanted: tuple[tuple[date, int], ...], *, company_first: bool
) -> tuple[Allocation, ...]:
    """从早到晚能拿多少拿多少。"""
    taken: dict[str, int] = {}
    for day, amount in sorted(wanted):
        for one in _most(lines, (day, amount), company_first=company_first):
            taken[one.grant] = taken.get(one.grant, 0) + one.amount
            lines = (*lines, LedgerLine(Kind.RESERVE, one.grant, one.amount, day, request="?"))
    return tuple(Allocation(grant, amount) for grant, amount in taken.items())


def _most(lines: tuple[LedgerLine, ...], wanted: tuple[date, int], *, company_first: bool) -> tuple[Allocation, ...]:
    day, amount = wanted
    piece = min(amount, balance(lines, day).available)
    return take(lines, piece, day, company_first=company_first) if piece > 0 else ()


def _release(work: Work, row: LeaveRequest, rules: Policies) -> None:
    """按原来的假种退回。"""
    kind = terms.leave_type(rules, row.type, row.start)
    if kind.has_balance:
        lines = ledger(work, row.person_id, kind.key)
        book(work, row.person_id, kind, reverse(lines, str(row.id), shanghai_date(work.now)), "dingtalk")


def _changes(row: LeaveRequest, record: ApprovalRecord, days: set[str]) -> list[Change]:
    """原来的日子和现在的日子都算触及。"""
    say = f"请假审批{'生效' if row.state == 'approved' else '撤销'}"
    found = sorted(date.fromisoformat(day) for day in days or {row.start.isoformat()})
    return [
        Change(row.person_id, d, "leave", record.instance_id, f"{record.version}:{d}", f"{show_date(d)}的{say}")
        for d in found
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
