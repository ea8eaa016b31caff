"""审批 approvals:等我审批的请假;同意,或写明理由后拒绝。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from handlers import leave, leave_queries
from handlers.leave import DecideLeave
from handlers.leave_queries import Inbox
from miniapp import words
from miniapp.forms import one_of
from miniapp.visit import FormKey, Id, Text, Visitor

router = APIRouter()


@router.get("/m/approvals")
def home(visit: Visitor) -> Response:
    """等我审批的。"""
    return visit.page("approvals.html", waiting=visit.ask(leave_queries.waiting, Inbox()))


@router.post("/m/approvals/{request_id}")
def decide(key: FormKey, visit: Visitor, request_id: Id, decision: Text = "", reason: Text = "") -> Response:
    """同意或拒绝。"""
    approve = one_of(decision, ("approve", "reject"), "同意或拒绝") == "approve"
    view = visit.do(leave.decide_request, DecideLeave(request_id, approve, reason), key).view
    return visit.go("/m/approvals", view.note or (words.APPROVED if approve else words.REJECTED))
