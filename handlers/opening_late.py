"""开账里的迟到 opening late:装入的月工资、申报基数与已有的不同,而那个月的工资已经发布,列给 HR。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.days import Month, show_date
from engine.money import Money
from handlers.freshness import Change, closed_months, touch
from models.pay import InsuranceBase, WageSegment
from models.work import Work

Wages = tuple[tuple[date, Money, str], ...]
Bases = tuple[tuple[str, Money, Money], ...]


def touch_pay(work: Work, who: tuple[int, str], wages: Wages, bases: Bases) -> int:
    """在写入之前问:哪些是新的或变了的,触及哪些已发布的月份。返回迟到的条数。"""
    closed = sorted(closed_months(work))
    if not closed:
        return 0
    person_id, userid = who
    changes = [
        Change(person_id, max(since, Month.parse(month).first), kind, f"{userid}:{since}", mark, say)
        for kind, since, mark, say in _changed(work, person_id, wages, bases)
        for month in closed
        if Month.parse(month).last >= since
    ]
    return touch(work, changes)


def _changed(work: Work, person_id: int, wages: Wages, bases: Bases) -> Iterator[tuple[str, date, str, str]]:
    for since, wage, _ in wages:
        row = work.session.get(WageSegment, (person_id, since))
        if row is None or row.monthly_wage != wage:
            yield "wage", since, str(wage.fen), f"月工资有调整,自 {show_date(since)} 起"
    for since_month, social, housing in bases:
        base = work.session.get(InsuranceBase, (person_id, since_month))
        if base is None or (base.social, base.housing) != (social, housing):
            first = Month.parse(since_month).first
            yield (
                "insurance",
                first,
                f"{social.fen}/{housing.fen}",
                f"社保公积金基数有调整,自 {Month.of(first).label} 起",
            )
