"""新鲜 freshness:一条事实变了,触及哪个人哪个月。开着的月份总是现算;已锁定、已发布的月份不改,记成迟到的事实,下一期补差。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from engine.pay_life import LOCKED
from handlers.company import known_cycle
from models.pay import LateTruth, PayRun
from models.work import Work


@dataclass(frozen=True, slots=True)
class Change:
    """一处变化:person_id 谁;day 哪天;kind 种类(punch、leave、overtime、deal、rating、wage…);say 一句话。"""

    person_id: int
    day: date
    kind: str
    source_id: str
    version: str
    say: str


PUBLISHING = "publishing"
"""锁定与发布独占、改事实的共享这个名字的锁。"""


def published_months(work: Work) -> set[str]:
    """已发布(常规)工资的月份。"""
    return set(
        work.session.exec(select(PayRun.month).where(PayRun.state == "published", PayRun.kind == "regular")).all()
    )


def closed_months(work: Work) -> set[str]:
    """事实已经冻结的月份:锁定之后,直到退回重新准备。"""
    states = [str(s) for s in LOCKED]
    return set(
        work.session.exec(select(PayRun.month).where(col(PayRun.state).in_(states), PayRun.kind == "regular")).all()
    )


def touch(work: Work, changes: list[Change]) -> int:
    """登记一批变化:开着的月份总是现算,无事可做;触及已锁定月份的,各记一条迟到的事实。返回迟到的条数。

    与锁定、发布互让:要么这里先提交(锁定时收得到),要么锁定先提交(这里记成迟到的事实),不会两头落空。
    """
    if not changes:
        return 0
    work.lock(PUBLISHING, shared=True)
    closed = closed_months(work)
    cycle = known_cycle(work)
    dated = [(c, str(cycle.month_of(c.day))) for c in changes]
    return sum(_remember(work, c, month) for c, month in dated if month in closed)


def _remember(work: Work, change: Change, month: str) -> int:
    """记一条迟到的事实(同一来源同一版本,对同一个人同一个月只记一次)。"""
    known = work.session.exec(
        select(LateTruth.id).where(
            LateTruth.kind == change.kind,
            LateTruth.source_id == change.source_id,
            LateTruth.version == change.version,
            LateTruth.person_id == change.person_id,
            LateTruth.month == month,
        )
    ).first()
    if known is not None:
        return 0
    work.session.add(
        LateTruth(
            person_id=change.person_id,
            month=month,
            kind=change.kind,
            source_id=change.source_id,
            version=change.version,
            say=change.say,
            seen_at=work.now,
        )
    )
    work.session.flush()
    return 1
