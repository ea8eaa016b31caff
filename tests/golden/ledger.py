"""黄金公司的工资条 golden ledger:由平白的事实造 PayFacts,一月一月接着累计往下算。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from config.policies import Policies, load, shipped
from config.policy_pay import pay_rules
from engine.arrears import Cause, apply, lines
from engine.days import Month
from engine.formula_evidence import EVIDENCE, Record
from engine.pay import Slip, compute
from engine.pay_facts import (
    Adjustment,
    Allowance,
    Attended,
    Insured,
    LeaveTaken,
    Night,
    OvertimeWorked,
    PayFacts,
    Recorded,
    Scored,
    TaxFacts,
    Wage,
)
from engine.pay_rules import PayRules
from engine.proration import Days
from tests.golden.company import HERE, Company, PersonMonth, company


class Paid(NamedTuple):
    """一人一月:事实、规则、工资条。"""

    row: PersonMonth
    facts: PayFacts
    rules: PayRules
    slip: Slip


def fen(yuan: Decimal) -> int:
    return int(yuan * 100)


def pair(number: Decimal | str) -> tuple[int, int]:
    return Decimal(number).as_integer_ratio()


@cache
def rules_of(key: str, month: Month) -> PayRules:
    found = company(key)
    return pay_rules(policies_of(key), month, found.pay_month(month), {"injury": found.injury})


@cache
def policies_of(key: str) -> Policies:
    """自带的政策;公司有自己的目录就盖上。"""
    own = HERE / key
    return load([own]) if own.is_dir() else shipped()


def slips(key: str) -> Iterator[Paid]:
    """一家公司全部的工资条,一人一人、一月一月。"""
    found = company(key)
    rows: dict[tuple[str, str], PersonMonth] = {}
    tax = TaxFacts()
    for row in found.rows():
        rows[row.person, str(row.month)] = row
        tax = _opening(row, tax) if row.month == found.months[0] or (row.person, _before(row)) not in rows else tax
        if row.month != found.months[0] and row.pay_month.month == 1:
            tax = TaxFacts()
        yield (one := _one(found, rows, row, tax))
        tax = _after(one, tax)


def _before(row: PersonMonth) -> str:
    return str(row.month.plus(-1))


def _opening(row: PersonMonth, _: TaxFacts) -> TaxFacts:
    opening = row.opening
    return TaxFacts(
        income=fen(opening.get("income", Decimal(0))),
        insurance=fen(opening.get("insurance", Decimal(0))),
        special=fen(opening.get("special", Decimal(0))),
        withheld=fen(opening.get("withheld", Decimal(0))),
        months=tuple(range(row.start_month, row.pay_month.month)),
    )


def _after(one: Paid, tax: TaxFacts) -> TaxFacts:
    return tax._replace(
        income=tax.income + one.slip.taxable_income,
        insurance=tax.insurance + one.slip.deductible,
        special=tax.special + fen(one.row.special),
        withheld=tax.withheld + one.slip.tax_fen,
        months=(*tax.months, one.row.pay_month.month),
    )


def _one(found: Company, rows: Mapping[tuple[str, str], PersonMonth], row: PersonMonth, tax: TaxFacts) -> Paid:
    rules = rules_of(found.key, row.month)
    extra = tuple(line for c in row.corrections for line in _fixed(found, rows[row.person, str(c["of"])], c))
    if row.merged_bonus:
        extra += (Adjustment("annual_bonus", "年终奖", "earning", fen(row.merged_bonus), True, "并入计税"),)
    facts = facts_of(row, found, rules)._replace(
        adjustments=extra,
        tax=tax._replace(scheme=row.scheme, start_month=row.start_month, new_special=fen(row.special)),
    )
    return Paid(row, facts, rules, compute(facts, rules))


def _fixed(found: Company, old: PersonMonth, one: Mapping[str, Any]) -> tuple[Adjustment, ...]:
    """更正一个发过的月:一个缘由一行(engine.arrears)。"""
    new = replace(
        old,
        overtime={**old.overtime, **one.get("overtime", {})},
        score=Decimal(one["score"]) if "score" in one else old.score,
        leaves=(*old.leaves, *one.get("leaves", ())),
    )
    kind = "overtime" if "overtime" in one else "score" if "score" in one else "leave"
    rules = rules_of(found.key, old.month)
    applied = apply(facts_of(old, found, rules), facts_of(new, found, rules), [Cause(kind, (1,), (one["why"],))])
    return lines(applied, rules)


def facts_of(row: PersonMonth, found: Company, rules: PayRules) -> PayFacts:
    """一人一月的事实(个税累计与更正另加)。"""
    days = Days(row.month, rules.terms.calendar)
    here = days.shape(row.first, row.last).workdays
    away = sum((Decimal(x["days"]) for x in row.leaves), Decimal(0)) + row.absent
    wages = [Wage(1 if row.hired < row.month.first else row.first.day, fen(row.wage))]
    if row.raised and row.raised_to:
        wages.append(Wage(row.raised.day, fen(row.raised_to)))
    score = None if row.score is None else Scored(pair(row.score), pair(row.score))
    return PayFacts(
        person=row.person,
        unit=found.name,
        month=str(row.month),
        pay_month=str(row.pay_month),
        city="上海",
        wages=tuple(wages),
        first_day=row.first.day,
        last_day=row.last.day,
        attended=Attended(pair(str(days.shape().workdays)), pair(here - away), late=row.late[0],
                          late_minutes=row.late[1], absent_days=pair(row.absent)),
        leaves=tuple(LeaveTaken(x["kind"], pair(x["days"]), x["day"]) for x in row.leaves),
        overtime=tuple(OvertimeWorked(k, m) for k, m in row.overtime.items()),
        score=score,
        allowances=tuple(Allowance(k, fen(v)) for k, v in row.allowances.items()),
        night=Night(row.nights),
        insured=Insured("上海", _fen(row.social), _fen(row.fund), str(row.housing), str(row.supplementary)),
        service_years=row.service_years,
        records=(Recorded("签单", _deals(fen(row.deals))),),
    )  # fmt: skip


def _deals(whole: int) -> tuple[Record, ...]:
    """当月的签单:合计写在文件里,分成两笔(一笔三分之一),逐笔相加要正好。"""
    parts = (whole // 3, whole - whole // 3) if whole else ()
    return tuple(EVIDENCE["签单"].record(f"deal:{i}", 金额=(one, 1)) for i, one in enumerate(parts, 1))


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else fen(yuan)


def day_of(value: object) -> date:
    """工作簿里的日期。"""
    assert isinstance(value, date)
    return value
