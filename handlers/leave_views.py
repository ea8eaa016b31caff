"""请假的样子 leave_views:一份申请给人看的各项;卡片、页面、聊天都从这里取,不另编一遍。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache

from sqlmodel import col, select

from config.policies import Policies
from engine.days import shanghai_date
from engine.figures import hours_words, plain
from engine.leave import LeaveType, pay_effect, show_span
from engine.leave_ledger import Balance, balance
from handlers import terms
from handlers.actor import Actor
from handlers.leave_book import LIVE, ledger, span_of
from handlers.people import person_of, team_of
from models.leave import LeaveRequest
from models.people import Person
from models.work import Work

STATES = {
    "draft": "待提交",
    "pending": "审批中",
    "approved": "已同意",
    "rejected": "已拒绝",
    "withdrawn": "已撤销",
    "ended": "已销假",
    "replaced": "已作废",
}


@dataclass(frozen=True, slots=True)
class LeaveView:
    """一份请假申请的样子。

    amount_words 天数或小时数("0.5 天"、"3 小时");balance_before/after 余额的字(没有余额账为空);
    pay_words 对工资的影响(只给本人看,不含金额;别人看为空);away 同团队那几天还有谁不在;
    can 这位操作者此刻能做的:submit withdraw approve reject end;note 顺带一句(例如“已经处理过了”)。
    """

    request_id: int
    revision: int
    person_id: int
    userid: str
    person_name: str
    type: str
    type_label: str
    span_words: str
    amount_words: str
    start: date
    end: date
    state: str
    state_label: str
    reason: str
    balance_before: str
    balance_after: str
    pay_words: str
    approver_userid: str
    approver_name: str
    decided_by: str
    decision_reason: str
    source: str
    created_at: datetime
    warnings: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    can: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class BalanceView:
    """一种假的余额:各量已写成字;expiring 将到期的部分。"""

    type: str
    label: str
    granted: str
    used: str
    reserved: str
    available: str
    expiring: tuple[tuple[date, str], ...]
    as_of: date


def days_plain(days: Fraction) -> str:
    """天数写成数字:"0.5 天"。"""
    return f"{plain(days, 2)} 天"


def amount_words(amount: int, kind: LeaveType) -> str:
    """账的单位(半天或分钟)→ 字。"""
    return hours_words(amount) if kind.in_minutes else _half_days(amount)


@lru_cache(maxsize=1024)
def _half_days(amount: int) -> str:
    """半天数 → 字;余额来来去去就那么几个数,写过的不再算。"""
    return days_plain(Fraction(amount, 2))


def view_of(work: Work, request: LeaveRequest, rules: Policies, viewer: Actor, note: str = "") -> LeaveView:
    """一份申请给 viewer 看的样子。"""
    kind = terms.leave_type(rules, request.type, request.start)
    person = person_of(work, request.person_id)
    span = span_of(request)
    assert request.id is not None
    before, after = _balances(work, request, kind)
    own = viewer.person_id == request.person_id
    days = Fraction(request.half_days, 2)
    approver = _name(work, request.approver_userid)
    return LeaveView(
        request_id=request.id,
        revision=request.revision,
        person_id=request.person_id,
        userid=person.userid,
        person_name=person.name,
        type=request.type,
        type_label=kind.label,
        span_words=show_span(span),
        amount_words=hours_words(request.minutes) if span.clock else days_plain(days),
        start=request.start,
        end=request.end,
        state=request.state,
        state_label=STATES[request.state],
        reason=request.reason,
        balance_before=before if own else "",
        balance_after=after if own else "",
        pay_words=pay_effect(kind, span, days, request.minutes) if own else "",
        approver_userid=request.approver_userid or "",
        approver_name=approver,
        decided_by=_name(work, request.decided_by),
        decision_reason=request.decision_reason,
        source=request.source,
        created_at=request.created_at,
        warnings=tuple(line for line in request.warnings.split("\n") if line) if own else (),
        away=() if own else away_with(work, person, request),
        can=_can(work, request, viewer),
        note=note,
    )


def _balances(work: Work, request: LeaveRequest, kind: LeaveType) -> tuple[str, str]:
    """余额前后:待提交的,后=现余额−这份;已占用的,前=现余额+这份。"""
    if not kind.has_balance:
        return "", ""
    now = balance(ledger(work, request.person_id, kind.key), request.start).available
    mine = request.minutes if kind.in_minutes else request.half_days
    if request.state == "draft":
        return amount_words(now, kind), amount_words(now - mine, kind)
    if request.state in ("pending", "approved", "ended"):
        return amount_words(now + mine, kind), amount_words(now, kind)
    return amount_words(now, kind), amount_words(now, kind)


def _name(work: Work, userid: str | None) -> str:
    if not userid:
        return ""
    return work.session.exec(select(Person.name).where(Person.userid == userid)).first() or userid


def _can(work: Work, request: LeaveRequest, viewer: Actor) -> tuple[str, ...]:
    """此刻能做什么。"""
    own = viewer.person_id == request.person_id
    if request.state == "draft" and own:
        return ("submit", "withdraw")
    if request.state == "pending":
        if own:
            return ("withdraw",)
        return ("approve", "reject") if viewer.userid == request.approver_userid else ()
    if request.state == "approved" and own and request.source != "dingtalk":
        today = shanghai_date(work.now)
        return ("withdraw",) if request.start > today else ("end",) if request.end >= today else ()
    return ()


def away_with(work: Work, person: Person, request: LeaveRequest) -> tuple[str, ...]:
    """那几天同一位上级手下还有谁不在(姓名与日期,不含假种)。"""
    boss = person.manager_userid or request.approver_userid
    mates = [p for p in team_of(work, boss) if p.id != person.id] if boss else []
    names = {p.id: p.name for p in mates}
    rows = work.session.exec(
        select(LeaveRequest)
        .where(
            col(LeaveRequest.person_id).in_(list(names)),
            col(LeaveRequest.state).in_(LIVE),
            LeaveRequest.start <= request.end,
            LeaveRequest.end >= request.start,
        )
        .order_by(col(LeaveRequest.start))
    )
    return tuple(f"{names[row.person_id]} {show_span(span_of(row))}" for row in rows)


def balance_view(kind: LeaveType, found: Balance, as_of: date) -> BalanceView:
    """余额的样子。"""
    return BalanceView(
        kind.key,
        kind.label,
        amount_words(found.granted, kind),
        amount_words(found.used, kind),
        amount_words(found.reserved, kind),
        amount_words(found.available, kind),
        tuple((day, amount_words(left, kind)) for day, left in found.expiring),
        as_of,
    )
