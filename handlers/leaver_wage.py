"""离职前的月均工资 leaver wage:经济补偿用的前 12 个月应得工资的平均,由已发布的工资条与导入的历史工资得来。

算哪些项目由政策 severance.wage_items(默认应发的全部项目)。不满 12 个月的按实际月数;缺哪个月写明,不按少的月数平均。
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month, shanghai_date
from engine.errors import NotReady
from engine.money import Money
from engine.severance import average_wage
from handlers.actor import Actor
from handlers.pay_steps import REGULAR
from handlers.people import person_of
from models.inputs import ImportBatch, PastSlip
from models.pay import PayRun, Payslip
from models.people import Person
from models.work import Work

MONTHS = 12
WHOLE = (REGULAR, "leaver")
ALL = "all"


@dataclass(frozen=True, slots=True)
class LeaverWage:
    """看谁的。"""

    person_id: int


@dataclass(frozen=True, slots=True)
class LeaverWageView:
    """月均 average(元,"9000.00")与 show;months 各月("2026-10", 元);policy 算哪些项目的话。"""

    person_id: int
    average: str
    show: str
    months: tuple[tuple[str, str], ...]
    policy: str


def leaver_wage(work: Work, command: LeaverWage, rules: Policies, actor: Actor) -> LeaverWageView:
    """离职(或今天)以前 12 个月的月均应得工资。缺月份报 NotReady(WAGE_MONTHS_MISSING),一个月也没有报 NO_WAGE_MONTHS。"""
    person = person_of(work, command.person_id)
    day = person.last_work_day or shanghai_date(work.now)
    wanted = _months(person, Month.of(day))
    if not wanted:
        raise NotReady(
            "NO_WAGE_MONTHS", f"{person.name} 在离职以前没有一个整月的工资可以平均。请按合同月工资人工核定。"
        )
    items = tuple(str(one) for one in rules.switches["severance.wage_items"].on(day))
    found = {**_imported(work, person, wanted, _names(rules, wanted[0], items)), **_paid(work, person, wanted, items)}
    lacking = [Month.parse(m).label for m in wanted if m not in found]
    if lacking:
        say = f"{person.name} 缺 {'、'.join(lacking)}的工资,平均不出来。请先导入历史工资,或补发那几个月。"
        raise NotReady("WAGE_MONTHS_MISSING", say, {"months": ",".join(m for m in wanted if m not in found)})
    average = average_wage([found[m] for m in wanted])
    months = tuple((m, Money(found[m]).yuan()) for m in wanted)
    return LeaverWageView(
        command.person_id, average.yuan(), average.show(), months, rules.decided("severance.wage_items", day)
    )


def _months(person: Person, last: Month) -> list[str]:
    """离职那个月以前的 12 个整月;入职那个月算在内。"""
    months = [last.plus(-n) for n in range(MONTHS, 0, -1)]
    return [str(m) for m in months if person.hired_on is None or person.hired_on <= m.last]


def _paid(work: Work, person: Person, months: list[str], items: tuple[str, ...]) -> dict[str, int]:
    """已发布的各期按所属月合起来:当月工资(常规、离职结算)在的月份才算有,补发与奖金加在上面。"""
    rows = work.session.exec(
        select(PayRun, Payslip)
        .join(Payslip, col(Payslip.run_id) == col(PayRun.id))
        .where(Payslip.person_id == person.id, PayRun.state == "published", col(PayRun.month).in_(months))
    )
    found: dict[str, int] = {}
    whole: set[str] = set()
    for run, slip in rows:
        fen = slip.gross.fen if ALL in items else sum(x for code, x in json.loads(slip.lines) if code in items)
        found[run.month] = found.get(run.month, 0) + fen
        whole |= {run.month} if run.kind in WHOLE else set()
    return {month: fen for month, fen in found.items() if month in whole}


def _names(rules: Policies, month: str, items: tuple[str, ...]) -> frozenset[str]:
    """列明的项目在旧工资表里的列名。"""
    return frozenset(one.label for one in rules.items.on(Month.parse(month).first) if one.key in items)


def _imported(work: Work, person: Person, months: list[str], names: frozenset[str]) -> dict[str, int]:
    """启用之前:复核过的历史工资;没有列明项目的按应发。"""
    rows = work.session.exec(
        select(PastSlip)
        .join(ImportBatch, col(ImportBatch.id) == col(PastSlip.batch_id))
        .where(PastSlip.person_id == person.id, col(PastSlip.month).in_(months), ImportBatch.state == "confirmed")
    )
    return {
        row.month: sum(fen for name, fen in json.loads(row.lines) if name in names) if names else row.gross.fen
        for row in rows
    }
