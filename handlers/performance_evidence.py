"""绩效的依据 performance evidence:每个指标由哪些签单、评价、目标、考勤得来,一条条给人看;没算进去的签单也列出并说明。

本人、上级、HR 可看。签单金额不是工资,可以写出。
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from config.policies import Policies
from engine.performance_cycle import Cycle
from handlers.actor import Actor
from handlers.evidence import EvidenceView, look_up
from handlers.people import person_of
from handlers.performance import ItemView, ScoreOf, ScoreView, view
from handlers.performance_plan import indicator_at
from models.people import Person
from models.performance import Deal
from models.work import Work


@dataclass(frozen=True, slots=True)
class ItemEvidence:
    """一个指标的依据:counted 算进去的;apart 没算进去的(例如已取消的签单)。"""

    code: str
    label: str
    counted: tuple[EvidenceView, ...]
    apart: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True)
class ScoreEvidence:
    """一个人一个月的绩效与它的全部依据;trail 得分来处里提到的每一条(含目标)。"""

    score: ScoreView
    items: tuple[ItemEvidence, ...]
    trail: tuple[EvidenceView, ...]


def evidence(work: Work, command: ScoreOf, rules: Policies, actor: Actor) -> ScoreEvidence:
    """一个人一个月的绩效,连同依据。"""
    person = person_of(work, command.person_id)
    score = view(work, command, rules, actor)
    items = tuple(_item(work, person, Cycle.parse(score.cycle), item) for item in score.items)
    known = {one.id: one for item in items for one in item.counted}
    ids = _ids(score.trace)
    others = look_up(work, [one for one in ids if one not in known])
    return ScoreEvidence(score, items, (*known.values(), *others))


def _item(work: Work, person: Person, cycle: Cycle, item: ItemView) -> ItemEvidence:
    counted = look_up(work, [one for one in item.evidence if not one.startswith(GENERAL)])
    row = indicator_at(work, item.code, cycle.last)
    apart = _apart(work, person, cycle, item) if row is not None and row.source == "deals" else ()
    return ItemEvidence(item.code, item.label, counted, apart)


GENERAL = ("deals:", "attendance:", "target:")
"""不列的:“某人某月的签单”这样的笼统编号(一笔也没有时才用);目标另有历史可看。"""


def _apart(work: Work, person: Person, cycle: Cycle, item: ItemView) -> tuple[EvidenceView, ...]:
    """这个周期签下而没算进去的:取消了的,或锁定之后才有的。"""
    rows = work.session.exec(
        select(Deal.source_id)
        .where(
            Deal.owner_userid == person.userid,
            col(Deal.signed_on) >= cycle.first,
            col(Deal.signed_on) <= cycle.last,
        )
        .order_by(col(Deal.signed_on), col(Deal.source_id))
    )
    return look_up(work, [mark for mark in (f"deal:{one}" for one in rows) if mark not in item.evidence])


def _ids(trace: object) -> list[str]:
    """来处里提到的全部证据编号,去重,保持先后。"""
    found: dict[str, None] = {}
    todo = [trace]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            found |= dict.fromkeys(str(one) for one in node.get("evidence", ()))
            todo += list(node.get("parts", ()))
    return list(found)
