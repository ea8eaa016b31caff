"""请假接口 leave:余额、我的申请、起草、提交、审批、撤销、销假。"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from fastapi import APIRouter

from handlers import leave, leave_preview, leave_queries
from handlers.leave import DecideLeave, DraftLeave, EndLeave, LeaveOutcome, SubmitLeave, WithdrawLeave
from handlers.leave_queries import Inbox, MyBalances, MyLeaves, OneLeave
from handlers.leave_views import BalanceView, LeaveView
from miniapp.visit import ApiKey, Day, Half, Id, Moment, Visitor, Words

router = APIRouter(tags=["请假"])


@dataclass(frozen=True, slots=True)
class NewLeave:
    """起草。type 假种键(annual、personal…);start/end 日期(含);start_part=pm 从下午起,end_part=am 到上午止;
    按小时的给 start_at/end_at(带时区)。
    """

    type: Words
    start: Day
    end: Day
    start_part: Half = ""
    end_part: Half = ""
    start_at: Moment | None = None
    end_at: Moment | None = None
    reason: Words = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """审批:拒绝须写理由。"""

    approve: bool
    reason: Words = ""


@dataclass(frozen=True, slots=True)
class BackEarly:
    """销假:实际休到哪天(可带 am);不写是休到此刻为止。"""

    last: Day | None = None
    last_part: Half = ""


@router.get("/leave/balances")
def balances(visit: Visitor, type: str = "") -> list[BalanceView]:
    """我的余额。"""
    return visit.ask(leave_queries.balances, MyBalances(type))


@router.get("/leave")
def mine(visit: Visitor, limit: int = 20) -> list[LeaveView]:
    """我的申请,新的在前。"""
    return visit.ask(leave_queries.mine, MyLeaves(max(1, min(limit, 200))))


@router.get("/leave/waiting")
def waiting(visit: Visitor) -> list[LeaveView]:
    """等我审批的。"""
    return visit.ask(leave_queries.waiting, Inbox())


@router.get("/leave/{request_id}")
def one(visit: Visitor, request_id: Id) -> LeaveView:
    """一份申请。"""
    return visit.ask(leave_queries.one, OneLeave(request_id))


@router.post("/leave")
def draft(visit: Visitor, key: ApiKey, body: NewLeave) -> LeaveView:
    """起草:算好天数、余额与对工资的影响,还没有提交。"""
    command = DraftLeave(**asdict(body), source="api")
    return _view(visit.do(leave.draft, command, key))


@router.post("/leave/preview")
def preview(visit: Visitor, body: NewLeave) -> LeaveView:
    """先看天数、余额与对工资的影响:什么也不存,request_id 为 0。"""
    return visit.ask(leave_preview.preview, DraftLeave(**asdict(body), source="api"))


@router.post("/leave/{request_id}/submit")
def submit(visit: Visitor, key: ApiKey, request_id: Id) -> LeaveView:
    """提交。"""
    return _view(visit.do(leave.submit, SubmitLeave(request_id), key))


@router.post("/leave/{request_id}/decide")
def decide(visit: Visitor, key: ApiKey, request_id: Id, body: Decision) -> LeaveView:
    """审批:只有现在的审批人可以。"""
    return _view(visit.do(leave.decide_request, DecideLeave(request_id, body.approve, body.reason), key))


@router.post("/leave/{request_id}/withdraw")
def withdraw(visit: Visitor, key: ApiKey, request_id: Id) -> LeaveView:
    """撤销。"""
    return _view(visit.do(leave.withdraw, WithdrawLeave(request_id), key))


@router.post("/leave/{request_id}/end")
def end(visit: Visitor, key: ApiKey, request_id: Id, body: BackEarly) -> LeaveView:
    """销假。"""
    return _view(visit.do(leave.end_early, EndLeave(request_id, body.last, body.last_part), key))


def _view(outcome: LeaveOutcome) -> LeaveView:
    return outcome.view
