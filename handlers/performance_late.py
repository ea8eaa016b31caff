"""依据有变 performance late:得分锁定之后,签单、评价、考勤、录入的分数又变了,由新的依据写新的一版,写明起因。

全由依据算得的(或只有几项是人定的)才跟着变;总分或等级是人定的,人定的算数,不自动改。
算不出来的(例如最后一份评价也撤了)不动,等人来补。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.performance_change import with_items
from engine.performance_cycle import Cycle, CycleKind
from handlers.freshness import PUBLISHING, Change, touch
from handlers.people import person_of
from handlers.performance import fresh
from handlers.performance_book import Version, add, newest, overrides_of, standing_of
from handlers.performance_facts import About
from handlers.performance_pay import months_paid
from handlers.performance_plan import build_plan, plan_of_cycle
from models.people import Person
from models.performance import Score
from models.work import Work

CHUNK = 400


def follow(work: Work, changes: Sequence[Change], rules: Policies) -> int:
    """一批变化触及的锁定得分,各写新的一版;返回写了几版。季度、年度的,用到它的月份另记迟到的事实。"""
    cycles = {str(Cycle.of(kind, Month.of(c.day))) for c in changes for kind in CycleKind}
    touched: dict[tuple[int, str], list[Change]] = {}
    for person_id, key in _locked(work, sorted({c.person_id for c in changes}), cycles):
        mine = [c for c in changes if c.person_id == person_id and c.day in Cycle.parse(key)]
        if mine:
            touched[person_id, key] = mine
    return sum(renew(work, *about, causes, rules) for about, causes in touched.items())


def follow_from(work: Work, change: Change, until: date | None, rules: Policies) -> int:
    """一处从某天起长期有效的变化(录入的分数):触及那天以后的各个锁定的周期。"""
    keys = {key for _, key in _locked(work, [change.person_id], None)}
    cycles = [Cycle.parse(key) for key in sorted(keys)]
    hit = [c for c in cycles if c.last >= change.day and (until is None or c.first <= until)]
    return sum(renew(work, change.person_id, str(c), [change], rules) for c in hit)


def _locked(work: Work, people: Sequence[int], cycles: set[str] | None) -> list[tuple[int, str]]:
    """这些人锁定了的周期。"""
    found: list[tuple[int, str]] = []
    for i in range(0, len(people), CHUNK):
        query = (
            select(col(Score.person_id), col(Score.cycle))
            .where(col(Score.person_id).in_(people[i : i + CHUNK]), Score.state == "locked")
            .distinct()
            .order_by(col(Score.person_id), col(Score.cycle))
        )
        if cycles is not None:
            query = query.where(col(Score.cycle).in_(sorted(cycles)))
        found += [(person_id, cycle) for person_id, cycle in work.session.exec(query)]
    return found


def renew(work: Work, person_id: int, key: str, causes: list[Change], rules: Policies) -> int:
    """由现在的依据重算一个锁定的得分;变了就写新的一版(1),没变、算不出、人定的为 0。"""
    person, cycle = person_of(work, person_id), Cycle.parse(key)
    plan = plan_of_cycle(work, person, cycle, rules)
    work.lock(PUBLISHING, shared=True)
    work.lock(f"score:{person_id}:{cycle}")
    row = newest(work, person_id, cycle)
    if plan is None or row is None or row.state != "locked" or row.decided == "total":
        return 0
    filled = build_plan(work, plan, About(person, cycle, rules))
    decided = overrides_of(row)
    found, _ = fresh(replace(filled, plan=with_items(filled.plan, decided)))
    kept = standing_of(row)
    if found is None or (found.value, found.multiplier) == (kept.value, kept.multiplier):
        return 0
    says = list(dict.fromkeys(c.say for c in causes))
    reason = ";".join(says[:5]) + (f" 等 {len(says)} 处" if len(says) > 5 else "")
    add(work, person_id, cycle, Version(found, plan.code, "locked", "late", row.decided, decided, reason, ""))
    _tell_pay(work, (person, cycle), causes, rules)
    return 1


def _tell_pay(work: Work, about: tuple[Person, Cycle], causes: list[Change], rules: Policies) -> None:
    """用到这个得分的各月里已发布的,同样的起因各记一条(收下变化的地方已经记过的不重记)。"""
    person, cycle = about
    touch(work, [replace(c, day=m.first) for c in causes for m in months_paid(cycle, person, rules)])
