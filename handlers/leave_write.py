"""写回 leave_write:同意后把请假写进钉钉考勤;同一编号再写是更新,超过 31 天的由推送分段。"""

from __future__ import annotations

from sqlmodel import select

from engine.leave import LeaveType
from engine.leave_days import CountRule, Span
from engine.shifts import Part
from handlers.leave_book import span_of
from handlers.outbox import post
from handlers.people import person_of
from models.leave import LeaveRequest, LeaveTypeCode
from models.work import Work


def write_back(work: Work, request: LeaveRequest, kind: LeaveType, was: Span | None = None) -> None:
    """写一封“写回”发件。来自钉钉自己表单的不必写回;was 是缩短之前的起止,多出来的几段要撤掉。"""
    if request.source == "dingtalk":
        return
    post(
        work,
        "leave.writeback",
        f"writeback:{request.id}:{request.revision}",
        _payload(work, request, kind) | ({"was_to": _bounds(was)[2]} if was is not None else {}),
        f"leave:{request.id}",
    )


def unwrite(work: Work, request: LeaveRequest, kind: LeaveType) -> None:
    """写一封“撤回”发件。"""
    if request.source == "dingtalk" or request.approve_id is None:
        return
    post(
        work,
        "leave.unwrite",
        f"unwrite:{request.id}:{request.revision}",
        _payload(work, request, kind),
        f"leave:{request.id}",
    )


def _payload(work: Work, request: LeaveRequest, kind: LeaveType) -> dict[str, object]:
    code = work.session.exec(select(LeaveTypeCode.leave_code).where(LeaveTypeCode.type == kind.key)).first()
    unit, start, end = _bounds(span_of(request))
    return {
        "userid": person_of(work, request.person_id).userid,
        "approve_id": request.approve_id or f"ehr-{request.id}",
        "type_label": kind.label,
        "leave_code": code or "",
        "unit": unit,
        "from": start,
        "to": end,
        "jump_url": f"/m/leave/{request.id}",
        "natural": kind.count_rule is CountRule.CALENDAR_DAYS,
    }


def _bounds(span: Span) -> tuple[str, str, str]:
    """钉钉的写法:day 2026-12-02;halfDay 2026-12-02 PM;hour 2026-12-02 14:00。"""
    if span.start_at is not None and span.end_at is not None:
        return "hour", f"{span.start_at:%Y-%m-%d %H:%M}", f"{span.end_at:%Y-%m-%d %H:%M}"
    first, last = span.start_part or Part.AM, span.end_part or Part.PM
    if first is Part.AM and last is Part.PM:
        return "day", span.start.isoformat(), span.end.isoformat()
    return "halfDay", f"{span.start.isoformat()} {first.upper()}", f"{span.end.isoformat()} {last.upper()}"
