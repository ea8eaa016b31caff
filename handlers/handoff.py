"""转交 handoff:听得懂但这里还办不了的,或您想找真人的,交给 HR:HR 收到原话和链接,您知道交给了谁。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from config.policies import Policies
from engine.errors import BadInput, NotFound, NotReady
from handlers.actor import Actor
from handlers.markup import plain
from handlers.outbox import post
from handlers.people import Nothing, hr_userids, person_of
from models.alerts import Handoff
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class HandOver:
    """转交:intent 意图名,words 员工的原话。"""

    intent: str
    words: str


@dataclass(frozen=True, slots=True)
class AnswerHandoff:
    """HR 答复一件转交的事。"""

    handoff_id: int
    answer: str


@dataclass(frozen=True, slots=True)
class HandoffView:
    """一件转交的事。"""

    handoff_id: int
    person_id: int
    person_name: str
    intent: str
    words: str
    given_to: str
    state: str
    at: datetime
    answer: str


def hand_over(work: Work, command: HandOver, rules: Policies, actor: Actor) -> HandoffView:
    """转交给 HR:一条工作通知,带原话与链接。没有 HR 时报 NO_HR。"""
    to = [u for u in hr_userids(work) if u != actor.userid] or hr_userids(work)
    if not to:
        raise NotReady("NO_HR", "现在还没有登记 HR,没能转交。请直接联系您的上级。")
    row = Handoff(person_id=actor.person_id, intent=command.intent, words=command.words[:1000], at=work.now)
    names = [work.session.exec(select(Person.name).where(Person.userid == userid)).first() or userid for userid in to]
    row.given_to = "、".join(names)
    work.session.add(row)
    work.session.flush()
    payload: dict[str, object] = {
        "to": to,
        "title": "有同事需要您帮忙",
        "text": f"{plain(actor.name, 30)} 说:\n\n> {plain(command.words, 500)}\n\n请在方便时答复。",
        "link": f"/m/handoffs/{row.id}",
        "link_text": "查看并答复",
    }
    post(work, "notice", f"handoff:{row.id}", payload, f"handoff:{row.id}")
    return _view(work, row)


def answer(work: Work, command: AnswerHandoff, rules: Policies, actor: Actor) -> HandoffView:
    """答复:回到员工与机器人的聊天里。"""
    row = work.session.exec(select(Handoff).where(Handoff.id == command.handoff_id).with_for_update()).first()
    if row is None:
        raise NotFound("NO_HANDOFF", "没有找到这件事,可能已经处理。请回到列表查看。")
    if not command.answer.strip():
        raise BadInput("ANSWER_EMPTY", "请写下答复再发送。")
    if row.state != "closed":
        row.state, row.answer, row.closed_at = "closed", command.answer.strip()[:2000], work.now
        work.session.add(row)
        person = person_of(work, row.person_id)
        text = f"您之前问:{plain(row.words)}\n\nHR {plain(actor.name, 30)} 答复:{plain(row.answer, 1000)}"
        payload: dict[str, object] = {"to": person.userid, "title": "HR 的答复", "markdown": text}
        post(work, "say", f"handoff-answer:{row.id}", payload, f"handoff:{row.id}")
    return _view(work, row)


def handoffs(work: Work, command: Nothing, rules: Policies, actor: Actor) -> list[HandoffView]:
    """转交的事,没办的在前。"""
    rows = work.session.exec(select(Handoff).order_by(col(Handoff.state).desc(), col(Handoff.id).desc()).limit(100))
    return [_view(work, row) for row in rows]


def _view(work: Work, row: Handoff) -> HandoffView:
    assert row.id is not None
    return HandoffView(
        row.id,
        row.person_id,
        person_of(work, row.person_id).name,
        row.intent,
        row.words,
        row.given_to,
        row.state,
        row.at,
        row.answer,
    )
