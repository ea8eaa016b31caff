"""方案簿 performance planbook:方案、谁用哪个方案、指标口径一次读出,给一个人或一批人用。"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlmodel import col, select

from engine.days import Month
from models.pay import PayProfile
from models.people import Person
from models.performance import Indicator, Plan, PlanAssignment
from models.work import Work


class PlanBook:
    """people 空为所有人;方案与指标不多,总是全读。"""

    def __init__(self, work: Work, people: Collection[int] | None = None) -> None:
        self._plans = work.session.exec(select(Plan).order_by(col(Plan.since).desc(), col(Plan.id))).all()
        self._indicators: dict[str, list[Indicator]] = defaultdict(list)
        for row in work.session.exec(select(Indicator).order_by(col(Indicator.since))):
            self._indicators[row.code].append(row)
        self._assigned: dict[int, list[PlanAssignment]] = defaultdict(list)
        assigned = select(PlanAssignment).order_by(col(PlanAssignment.since).desc())
        posts = select(col(PayProfile.person_id), col(PayProfile.post))
        if people is not None:
            assigned = assigned.where(col(PlanAssignment.person_id).in_(people))
            posts = posts.where(col(PayProfile.person_id).in_(people))
        for one in work.session.exec(assigned):
            self._assigned[one.person_id].append(one)
        self._posts: dict[int, str] = dict(work.session.exec(posts).all())

    def plan_for(self, person: Person, month: Month) -> Plan | None:
        """这个人这个月用哪个方案:先看单独指定的,再看岗位;方案以 since 最近的一版为准。"""
        assert person.id is not None
        mine = (
            one
            for one in self._assigned.get(person.id, ())
            if one.since <= month.last and (one.until is None or one.until >= month.first)
        )
        assigned = next(mine, None)
        post = self._posts.get(person.id, "")
        for plan in self._plans:
            fits = plan.code == assigned.plan_code if assigned is not None else bool(post) and plan.post == post
            if fits and plan.since <= month.last:
                return plan if plan.until is None or plan.until >= month.first else None
        return None

    def indicator_at(self, code: str, day: date) -> Indicator | None:
        """一个指标在这一天的口径;那天还没有的,取最早的一版;没有这个指标为 None。"""
        return in_force(self._indicators.get(code, ()), day)


def in_force(rows: Sequence[Indicator], day: date) -> Indicator | None:
    """各版(旧的在前)里这一天有效的一版。"""
    live = [row for row in rows if row.since <= day]
    return live[-1] if live else rows[0] if rows else None
