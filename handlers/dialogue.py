"""对话 dialogue:一个人同时只有一件没说完的事,存在库里,重启也记得,过时作废。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from config.policies import Policies
from handlers.actor import Actor
from handlers.people import Nothing
from models.mailbox import Dialogue
from models.work import Work

KEEP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """没说完的事:intent 意图;slots 已知的(文字);question 问到哪里。空 intent 表示没有。"""

    intent: str = ""
    slots: tuple[tuple[str, str], ...] = ()
    question: str = ""


def open_matter(work: Work, command: Nothing, rules: Policies, actor: Actor) -> OpenMatter:
    """现在没说完的事。"""
    row = work.session.get(Dialogue, actor.person_id)
    if row is None or row.expires_at < work.now:
        return OpenMatter()
    state = row.state
    slots = state.get("slots") or {}
    assert isinstance(slots, dict)
    return OpenMatter(
        str(state.get("intent", "")), tuple((str(k), str(v)) for k, v in slots.items()), str(state.get("question", ""))
    )


def keep_matter(work: Work, command: OpenMatter, rules: Policies, actor: Actor) -> bool:
    """记下(或以空 intent 清掉)没说完的事。"""
    row = work.session.get(Dialogue, actor.person_id)
    if not command.intent:
        if row is not None:
            work.session.delete(row)
        return True
    state: dict[str, object] = {"intent": command.intent, "slots": dict(command.slots), "question": command.question}
    if row is None:
        row = Dialogue(person_id=actor.person_id, state=state, expires_at=work.now + KEEP)
    row.state, row.expires_at = state, work.now + KEEP
    work.session.add(row)
    return True
