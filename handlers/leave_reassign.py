"""改派 leave reassign:审批人离职了,还没批的申请改派给现在该批的人,并把卡送过去。"""

from __future__ import annotations

from sqlmodel import col, select

from config.policies import Policies
from handlers.actor import Actor
from handlers.cards import open_card, refresh_cards, send_card
from handlers.people import Today, approver_for
from models.leave import LeaveRequest
from models.people import Person
from models.work import Work


def reassign(work: Work, command: Today, rules: Policies, actor: Actor) -> list[int]:
    """返回改派了的申请编号。"""
    active = set(work.session.exec(select(Person.userid).where(Person.status == "active")).all())
    waiting = work.session.exec(
        select(LeaveRequest).where(LeaveRequest.state == "pending").order_by(col(LeaveRequest.id))
    ).all()
    moved: list[int] = []
    for request in waiting:
        if request.approver_userid in active:
            continue
        now_by = approver_for(work, request.person_id)
        if now_by is None or now_by == request.approver_userid:
            continue
        request.approver_userid, request.updated_at = now_by, work.now
        request.revision += 1
        work.session.add(request)
        work.session.flush()
        assert request.id is not None
        cause = f"leave:{request.id}"
        send_card(work, open_card(work, "leave", request.id, "approver", now_by), cause)
        refresh_cards(work, "leave", request.id, request.revision, cause)
        moved.append(request.id)
    return moved
