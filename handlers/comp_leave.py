"""调休入账 comp leave:选了补休的休息日加班,按审批与在场重叠的时间记进调休账,六个月内用(政策 comp_leave.expiry_months)。

依据:劳动法第四十四条(休息日加班可安排补休;工作日与法定节假日只能付钱)。要么补休要么付钱,绝不两样都给。
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import col, select

from config.policies import Policies
from config.policy_pay import overtime_rules
from engine.days import Month, add_months
from engine.leave_ledger import Kind, LedgerLine
from engine.overtime import Settle, segments
from handlers import terms
from handlers.actor import Actor
from handlers.attendance import months_of
from handlers.leave_book import book, lock_leave
from handlers.people import Today
from handlers.workdays import pattern_of
from models.attendance import OvertimeApproval
from models.leave import LeaveLine
from models.people import Person
from models.work import Work

LOOK_BACK = timedelta(days=40)


def grant(work: Work, command: Today, rules: Policies, actor: Actor) -> int:
    """把近四十天里已经过去的补休加班入账;同一次加班同一天只入一次。返回新入的笔数。"""
    since = command.today - LOOK_BACK
    userids = set(
        work.session.exec(
            select(OvertimeApproval.userid).where(
                OvertimeApproval.settle == "comp_leave", OvertimeApproval.state == "approved"
            )
        ).all()
    )
    people = list(work.session.exec(select(Person).where(col(Person.userid).in_(userids)).order_by(col(Person.id))))
    # 那年的放假通知还没装入:那个月先不入账,装入后的每日扫描会补上(往回看四十天)。
    months = {m for m in (Month.of(since), Month.of(command.today)) if rules.calendar.known(m.first)}
    return sum(_grant(work, person, month, rules, command.today) for person in people for month in sorted(months))


def _grant(work: Work, person: Person, month: Month, rules: Policies, today: date) -> int:
    assert person.id is not None
    lock_leave(work, person.id)
    attended = months_of(work, [person], month, rules)[0]
    roster = pattern_of(work, person.userid, (month.first, month.last), rules.calendar).roster
    kind = terms.leave_type(rules, "comp", month.last)
    keep = int(rules.switches["comp_leave.expiry_months"].on(month.last))
    known = set(
        work.session.exec(
            select(LeaveLine.lot).where(LeaveLine.person_id == person.id, LeaveLine.kind == "grant")
        ).all()
    )
    count = 0
    for part in segments(attended.facts.overtime, overtime_rules(rules, month), rules.calendar, roster):
        if part.settle is not Settle.COMP_LEAVE or part.day >= today:
            continue
        lot = f"comp:{part.evidence[0] if part.evidence else part.record}:{part.day.isoformat()}"
        if lot in known:
            continue
        line = LedgerLine(Kind.GRANT, lot, part.minutes, part.day, add_months(part.day, keep))
        book(work, person.id, kind, [line], "休息日加班换补休")
        count += 1
    return count
