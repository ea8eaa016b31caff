"""请假查询 leave_queries:余额、我的申请、等我审批、谁不在。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from config.policies import Policies
from engine.days import shanghai_date
from engine.errors import NotFound
from engine.leave import show_span
from engine.leave_ledger import balance
from handlers import terms
from handlers.actor import Actor, is_manager_of
from handlers.leave_book import LIVE, ledger, span_of
from handlers.leave_views import BalanceView, LeaveView, balance_view, view_of
from handlers.people import team_of
from models.leave import LeaveRequest
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class MyBalances:
    """我的余额;type 为空给全部有余额账的假。"""

    type: str = ""


@dataclass(frozen=True, slots=True)
class MyLeaves:
    """我的申请,新的在前;limit 条数。"""

    limit: int = 20


@dataclass(frozen=True, slots=True)
class OneLeave:
    """看一份申请。"""

    request_id: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """等我审批的。"""

    limit: int = 50


@dataclass(frozen=True, slots=True)
class WhoIsAway:
    """我的团队(或与我同一位上级的同事)这几天谁不在。"""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Away:
    """谁、何时不在(不含假种)。"""

    name: str
    when: str


def balances(work: Work, command: MyBalances, rules: Policies, actor: Actor) -> list[BalanceView]:
    """我的余额,截至今天。"""
    today = shanghai_date(work.now)
    found: list[BalanceView] = []
    for kind in terms.leave_types(rules, today, command.type).values():
        if not kind.has_balance:
            continue
        lines = ledger(work, actor.person_id, kind.key)
        if lines or command.type or kind.key == "annual":
            found.append(balance_view(kind, balance(lines, today), today))
    return found


def mine(work: Work, command: MyLeaves, rules: Policies, actor: Actor) -> list[LeaveView]:
    """我的申请(草稿与作废的不列)。"""
    rows = work.session.exec(
        select(LeaveRequest)
        .where(LeaveRequest.person_id == actor.person_id, col(LeaveRequest.state).not_in(("replaced",)))
        .order_by(col(LeaveRequest.id).desc())
        .limit(_most(command.limit))
    )
    return [view_of(work, row, rules, actor) for row in rows]


def one(work: Work, command: OneLeave, rules: Policies, actor: Actor) -> LeaveView:
    """看一份申请:本人、审批人、上级、HR 可看;别人等于没有。"""
    row = work.session.get(LeaveRequest, command.request_id)
    allowed = row is not None and (
        row.person_id == actor.person_id
        or row.approver_userid == actor.userid
        or actor.has("hr", "system")
        or is_manager_of(work, actor, row.person_id)
    )
    if row is None or not allowed:
        raise NotFound("NO_REQUEST", "没有找到这份请假申请。请到“我的请假”里查看最新的记录。")
    return view_of(work, row, rules, actor)


def waiting(work: Work, command: Inbox, rules: Policies, actor: Actor) -> list[LeaveView]:
    """等我审批的,先来的在前。"""
    rows = work.session.exec(
        select(LeaveRequest)
        .where(LeaveRequest.approver_userid == actor.userid, LeaveRequest.state == "pending")
        .order_by(col(LeaveRequest.id))
        .limit(_most(command.limit))
    )
    return [view_of(work, row, rules, actor) for row in rows]


LONGEST = timedelta(days=62)
"""谁不在,一次最多看两个月。"""


def _most(limit: int) -> int:
    """一次最多给两百条;负数在 PostgreSQL 上是错,在 SQLite 上是全部。"""
    return max(1, min(limit, 200))


def who_is_away(work: Work, command: WhoIsAway, rules: Policies, actor: Actor) -> list[Away]:
    """团队里谁不在:只给姓名与日期;已离职的不列。"""
    me = work.session.get(Person, actor.person_id)
    team = team_of(work, actor.userid) or (team_of(work, me.manager_userid) if me and me.manager_userid else [])
    names = {p.id: p.name for p in team if p.id != actor.person_id}
    last = min(command.last, command.first + LONGEST) if command.first < date.max - LONGEST else command.last
    rows = work.session.exec(
        select(LeaveRequest)
        .where(
            col(LeaveRequest.person_id).in_(list(names)),
            col(LeaveRequest.state).in_(LIVE),
            LeaveRequest.start <= last,
            LeaveRequest.end >= command.first,
        )
        .order_by(col(LeaveRequest.start), col(LeaveRequest.id))
    )
    return [Away(names[row.person_id], show_span(span_of(row))) for row in rows]
