"""改派 leave reassign:审批人离职或换了,还没批的申请改派给现在该批的人,并把卡送过去;离职的人占着的课位退出来。"""

from __future__ import annotations

from sqlmodel import col, select

from config.policies import Policies
from handlers.actor import Actor
from handlers.cards import open_card, refresh_cards, send_card
from handlers.people import Today, approver_for
from handlers.training import leave_courses
from models.leave import LeaveRequest
from models.people import Person
from models.training import Enrolment
from models.work import Work


def reassign(work: Work, command: Today, rules: Policies, actor: Actor) -> list[int]:
    """每日一遍。返回改派了的申请编号。"""
    left = work.session.exec(
        select(Person.id)
        .join(Enrolment, col(Enrolment.person_id) == col(Person.id))
        .where(Person.status == "left", col(Enrolment.live_key).is_not(None))
        .distinct()
        .order_by(col(Person.id))
    ).all()
    for person_id in left:
        if person_id is not None:
            leave_courses(work, person_id)
    return reassign_waiting(work)


def reassign_waiting(work: Work) -> list[int]:
    """还没批的申请,该批的人已经不是原来那位的,改派过去。返回改派了的编号。"""
    waiting = work.session.exec(
        select(LeaveRequest).where(LeaveRequest.state == "pending").order_by(col(LeaveRequest.id)).with_for_update()
    ).all()
    moved: list[int] = []
    for request in waiting:
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
