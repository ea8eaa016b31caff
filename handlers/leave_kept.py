"""销假留下的 leave kept:提前回来时,这份假实际休到哪里、退回的是哪几天。只算,不写。"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from engine.days import Month, show_date
from engine.errors import BadInput, RuleBroken
from engine.leave import Circumstances, LeaveDecision, LeaveType, Unit, decide, show_span
from engine.leave_days import NoCountedTime, Span
from engine.shifts import Part, local

NOON = 12


@dataclass(frozen=True, slots=True)
class Said:
    """本人说的:休到哪天(含)、哪半天;last 为空是“休到现在”。now 此刻(aware)。"""

    last: date | None
    part: Part | None
    now: datetime


def kept_of(span: Span, kind: LeaveType, said: Said) -> Span | None:
    """留下的那段;一点都没休为 None。不比原来早结束,报 NOT_EARLIER。"""
    if span.start_at is not None and span.end_at is not None:
        return _kept_hours(span, span.start_at, span.end_at, said)
    last, part = _half_before(said)
    if kind.unit is Unit.DAY:
        part = None  # 只能整天请的假,半天也算一天
    if last > span.end or (last == span.end and (part is None or span.end_part is Part.AM)):
        raise _not_earlier(span)
    if last < span.start or (last == span.start and part is Part.AM and span.start_part is Part.PM):
        return None
    return Span(span.start, last, span.start_part, part)


def _half_before(said: Said) -> tuple[date, Part | None]:
    """休到哪天哪半天;下午就是一整天。没说的,休到此刻所在的半天之前。"""
    if said.last is not None:
        return said.last, Part.AM if said.part is Part.AM else None
    now = local(said.now)
    return (now.date(), Part.AM) if now.hour >= NOON else (now.date() - timedelta(days=1), None)


def _kept_hours(span: Span, start: datetime, end: datetime, said: Said) -> Span | None:
    """按小时的:休到此刻,或说的那天(半天)为止。"""
    stop = local(said.now).replace(second=0, microsecond=0)
    if said.last is not None:
        stop = datetime.combine(said.last, time()) + timedelta(hours=NOON if said.part is Part.AM else 24)
    if stop >= end:
        raise _not_earlier(span)
    return Span.hours(start, stop) if stop > start else None


def _not_earlier(span: Span) -> BadInput:
    return BadInput("NOT_EARLIER", f"销假要早于原来的结束时间({show_span(span)})。请写明您实际休到哪一天。")


def count_kept(kept: Span | None, kind: LeaveType, around: Circumstances) -> LeaveDecision | None:
    """数留下的那段;全是休息日等于没休。余额、补请期限、结算与重叠当初已经查过,不再查。"""
    if kept is None:
        return None
    free = replace(kind, has_balance=False, max_back_days=10_000)
    try:
        return decide(kept, free, replace(around, others=(), closed_until=None))
    except NoCountedTime:
        return None


def given_back(by_date: dict[str, list[int]], decision: LeaveDecision | None) -> list[date]:
    """退回的日子:原来计入、现在不计入或计得少的。"""
    left = {d.day.isoformat(): [int(d.days * 2), d.minutes] for d in decision.by_date} if decision else {}
    return [date.fromisoformat(day) for day, amount in sorted(by_date.items()) if left.get(day) != amount]


def check_back(days: list[date], kind: LeaveType, around: Circumstances) -> None:
    """退回的日子里有已结算的,或太久以前的,要由 HR 来更正。"""
    if not days:
        return
    first = days[0]
    if around.closed_until is not None and first <= around.closed_until:
        raise RuleBroken(
            "PERIOD_CLOSED",
            f"{Month.of(first).label}的考勤已经结算,{show_date(first)}不能再销假。请联系 HR,由 HR 更正后在下个月的工资里补算。",
        )
    if first < around.today - timedelta(days=kind.max_back_days):
        raise RuleBroken(
            "TOO_FAR_BACK",
            f"销假最多往回 {kind.max_back_days} 天,{show_date(first)}已经超过了。请联系 HR 核对打卡后更正。",
        )
