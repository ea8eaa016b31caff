"""以前各月的工资 wages before:离职前十二个月(不满一年按在本单位的月份)每月应发多少、其中加班费多少。

本系统发的照已发布的各期,启用之前的照复核过的历史工资;两处都没有的月份列出来,由 HR 填,不猜。
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlmodel import col, select

from config.policies import Policies
from engine.annual_leave import MONTHS_BEFORE, MonthWage
from engine.days import Month
from engine.money import Money
from engine.trace import Trace, money_leaf
from handlers.pay_compute import rules_for
from handlers.pay_settled import SETTLED
from models.inputs import ImportBatch, PastSlip
from models.pay import PayRun, Payslip
from models.people import Person
from models.work import Work

OVERTIME = "overtime"
OVERTIME_WORD = "加班"
"""历史工资里的加班费:列名含这两个字的。"""


@dataclass(frozen=True, slots=True)
class MonthBefore:
    """一个月(分):gross 应发,overtime 其中的加班费,counted 其中算进经济补偿的(政策 severance.wage_items);从哪些期、哪份文件来。"""

    month: Month
    gross: int
    overtime: int
    counted: int
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """缺的各月,HR 填的合计:应发、其中加班费(分)。"""

    gross: int
    overtime: int


@dataclass(frozen=True, slots=True)
class Before:
    """要看的各月:found 有的,missing 缺的;filled 缺的各月 HR 填的合计(没填为 None)。"""

    found: tuple[MonthBefore, ...]
    missing: tuple[Month, ...]
    filled: Filled | None

    @property
    def complete(self) -> bool:
        """各月都有了。"""
        return not self.missing or self.filled is not None

    @property
    def count(self) -> int:
        """几个月。"""
        return len(self.found) + len(self.missing)

    def average(self) -> Money:
        """月均应得工资,默认应发全部、含加班费与奖金(实施条例第二十七条;哪些算由政策定);四舍五入到分。"""
        whole = sum(one.counted for one in self.found) + (self.filled.gross if self.filled else 0)
        return Money.rounded(Fraction(whole, self.count))

    def wages(self) -> list[MonthWage]:
        """各月的工资与加班费(年休假用)。填的是合计,放在缺的头一个月,其余写零:月均一样。"""
        own = [MonthWage(Money(one.gross), Money(one.overtime)) for one in self.found]
        given = self.filled or Filled(0, 0)
        rest = [MonthWage(Money(given.gross), Money(given.overtime))] if self.missing else []
        zeros = [MonthWage(Money(0), Money(0)) for _ in self.missing[1:]]
        return [*rest, *zeros, *own]

    def leaves(self, without_overtime: bool = False) -> tuple[Trace, ...]:
        """各月一片叶子。"""
        what = "应发(不含加班费)" if without_overtime else "应发"

        def fen(one: MonthBefore | Filled) -> Money:
            if without_overtime:
                return Money(one.gross - one.overtime)
            return Money(one.counted if isinstance(one, MonthBefore) else one.gross)

        own = tuple(money_leaf(f"{one.month.label}{what}", fen(one), evidence=one.evidence) for one in self.found)
        if self.filled is None or not self.missing:
            return own
        label = f"{self.missing[0].label}起 {len(self.missing)} 个月{what}合计(HR 填写)"
        return (money_leaf(label, fen(self.filled)), *own)


def months_before(person: Person, last: Month) -> list[Month]:
    """最后工作日那个月之前的十二个月里在本单位的;当月入职当月离职的,就是那个月。"""
    hired = Month.of(person.hired_on) if person.hired_on is not None else None
    found = [last.plus(-n) for n in range(MONTHS_BEFORE, 0, -1)]
    kept = [one for one in found if hired is None or str(one) >= str(hired)]
    return kept or [last]


def wages_before(work: Work, person: Person, last: Month, rules: Policies, filled: Filled | None) -> Before:
    """离职前各月的工资。"""
    months = months_before(person, last)
    items = frozenset(str(one) for one in rules.switches["severance.wage_items"].on(last.first))
    found = _ours(work, person, months, (rules, items))
    past = _past(work, person, [one for one in months if one not in found], _names(rules, last, items))
    known = {**past, **found}
    missing = tuple(one for one in months if one not in known)
    return Before(tuple(known[one] for one in months if one in known), missing, filled if missing else None)


ALL = "all"
"""政策 severance.wage_items:应发的全部项目。"""


def _names(rules: Policies, month: Month, items: frozenset[str]) -> frozenset[str]:
    """列明的项目在旧工资表里的列名;全部项目为空。"""
    return frozenset(one.label for one in rules.items.on(month.first) if one.key in items and ALL not in items)


def _ours(
    work: Work, person: Person, months: list[Month], about: tuple[Policies, frozenset[str]]
) -> Mapping[Month, MonthBefore]:
    """已发布的各期,按所属月合起来;离职结算里的补偿不是工资,不算。"""
    rules, counted = about
    items = rules_for(work, rules, months[-1]).items
    overtime = {one.key for one in items if OVERTIME in (one.rule.partition("_")[0], one.minimum_wage_class)}
    rows = work.session.exec(
        select(col(PayRun.id), col(PayRun.month), col(Payslip.gross), col(Payslip.lines))
        .join(PayRun, col(PayRun.id) == col(Payslip.run_id))
        .where(
            Payslip.person_id == person.id,
            PayRun.state == "published",
            col(PayRun.month).in_([str(one) for one in months]),
        )
        .order_by(col(PayRun.id))
    )
    found: dict[Month, MonthBefore] = {}
    for run_id, month, gross, lines in rows:
        named = json.loads(lines)
        apart = sum(fen for code, fen in named if code in SETTLED and fen > 0)
        extra = sum(fen for code, fen in named if code in overtime)
        key = Month.parse(month)
        before = found.get(key, MonthBefore(key, 0, 0, 0, ()))
        own = gross.fen - apart
        part = own if ALL in counted else sum(fen for code, fen in named if code in counted)
        evidence = (*before.evidence, f"payrun:{run_id}")
        found[key] = MonthBefore(key, before.gross + own, before.overtime + extra, before.counted + part, evidence)
    return found


def _past(work: Work, person: Person, months: list[Month], names: frozenset[str]) -> Mapping[Month, MonthBefore]:
    """复核过的历史工资;names 是算进经济补偿的列(空为全部应发)。"""
    rows = work.session.exec(
        select(PastSlip)
        .join(ImportBatch, col(ImportBatch.id) == col(PastSlip.batch_id))
        .where(
            PastSlip.person_id == person.id,
            ImportBatch.state == "confirmed",
            col(PastSlip.month).in_([str(one) for one in months]),
        )
    )
    return {
        Month.parse(row.month): MonthBefore(
            Month.parse(row.month),
            row.gross.fen,
            sum(fen for name, fen in json.loads(row.lines) if OVERTIME_WORD in name),
            sum(fen for name, fen in json.loads(row.lines) if name in names) if names else row.gross.fen,
            (f"past:{row.id}",),
        )
        for row in rows
    }
