"""输入进工资 inputs facts:复核过的月度输入变成工资条上有署名的行或公式里的标准;复核过的专项附加下载变成本月新计入的扣除。

由 handlers.pay_facts.gather 在收齐事实之后叫一次。同一项目的几笔合成一行,证据一笔一个编号(import: 或 manual:)。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.pay_facts import Adjustment, Allowance, PayFacts
from engine.pay_rules import INPUT_TAIL
from handlers.inputs_items import InputRule, input_rules
from models.inputs import ImportBatch, MonthlyInput, SpecialClaim
from models.people import Person
from models.work import Work

REASON = "薪酬录入,另一人复核"
"""行的缘由:进聊天的话里也用,所以不写人填的事由(可能带金额);事由在证据里,页面上看得到。"""


@dataclass(frozen=True, slots=True)
class Extra:
    """一个人这个月另外的输入:adjustments 行,standards 公式里的标准,special/other 本年截至发放月的累计扣除(分;None 没有下载)。"""

    adjustments: tuple[Adjustment, ...] = ()
    standards: tuple[Allowance, ...] = ()
    special: int | None = None
    other: int | None = None


def extras(work: Work, month: Month, pay_month: Month, rules: Policies, only: tuple[int, ...] = ()) -> dict[int, Extra]:
    """某个月各人另外的输入;only 只要这几个人的(空为全部)。"""
    lines, standards = inputs_for(work, month, rules, only), standards_for(work, month, rules, only)
    claimed = special_for(work, pay_month, only)
    return {
        one: Extra(lines.get(one, ()), standards.get(one, ()), *claimed.get(one, (None, None)))
        for one in {*lines, *standards, *claimed}
    }


def applied(facts: PayFacts, extra: Extra | None) -> PayFacts:
    """把另外的输入加进事实。标准盖过薪酬档案里同名的;累计扣除减去已经扣过的,就是本月新计入的(补报的往月也在里面)。"""
    if extra is None:
        return facts
    named = {one.name for one in extra.standards}
    tax = facts.tax
    if extra.special is not None:
        tax = tax._replace(new_special=extra.special - tax.special)
    if extra.other is not None:
        tax = tax._replace(new_other=extra.other - tax.other)
    kept = tuple(one for one in facts.allowances if one.name not in named)
    return facts._replace(
        adjustments=(*facts.adjustments, *extra.adjustments), allowances=(*kept, *extra.standards), tax=tax
    )


def inputs_for(
    work: Work, month: Month, rules: Policies, only: tuple[int, ...] = ()
) -> dict[int, tuple[Adjustment, ...]]:
    """复核过的、工资条上的行:人员编号 → 各行(同一项目合成一行)。"""
    found: dict[int, tuple[Adjustment, ...]] = {}
    for (person_id, item), rows in _confirmed(work, month, rules, ("line", only)).items():
        fen = sum(row.value for row in rows) * (-1 if item.minus else 1)
        line = Adjustment(item.line, item.label, item.section, fen, item.taxed, REASON, _evidence(rows))
        found[person_id] = (*found.get(person_id, ()), line)
    return found


def standards_for(
    work: Work, month: Month, rules: Policies, only: tuple[int, ...] = ()
) -> dict[int, tuple[Allowance, ...]]:
    """复核过的、公式里的标准(金额以分,个数照写)。"""
    found: dict[int, tuple[Allowance, ...]] = {}
    for (person_id, item), rows in _confirmed(work, month, rules, ("standard", only)).items():
        name = item.code.removeprefix("std:").removesuffix(INPUT_TAIL)
        one = Allowance(name, sum(row.value for row in rows), _evidence(rows))
        found[person_id] = (*found.get(person_id, ()), one)
    return found


Rows = dict[tuple[int, InputRule], list[MonthlyInput]]


def _confirmed(work: Work, month: Month, rules: Policies, which: tuple[str, tuple[int, ...]]) -> Rows:
    kind, only = which
    known = input_rules(rules)
    found: Rows = {}
    query = select(MonthlyInput).where(
        MonthlyInput.month == str(month), MonthlyInput.state == "confirmed", MonthlyInput.kind == kind
    )
    if only:
        query = query.where(col(MonthlyInput.person_id).in_(only))
    for row in work.session.exec(
        query.order_by(col(MonthlyInput.person_id), col(MonthlyInput.item), col(MonthlyInput.id))
    ):
        if row.item in known:
            found.setdefault((row.person_id, known[row.item]), []).append(row)
    return found


def _evidence(rows: list[MonthlyInput]) -> tuple[str, ...]:
    return tuple(f"{'manual' if row.batch_id is None else 'import'}:{row.id}" for row in rows)


def special_for(
    work: Work, pay_month: Month, only: tuple[int, ...] = ()
) -> Mapping[int, tuple[int | None, int | None]]:
    """复核过的专项附加下载:人员编号 → (专项附加累计, 其他扣除累计;文件里没有这样的列为 None);最后复核的一批为准。"""
    batch = work.session.exec(
        select(ImportBatch)
        .where(ImportBatch.kind == "special", ImportBatch.period == str(pay_month), ImportBatch.state == "confirmed")
        .order_by(col(ImportBatch.confirmed_at).desc(), col(ImportBatch.id).desc())
    ).first()
    if batch is None:
        return {}
    sums: dict[int, dict[str, int]] = {}
    query = select(SpecialClaim).where(SpecialClaim.batch_id == batch.id)
    for row in work.session.exec(query.where(col(SpecialClaim.person_id).in_(only)) if only else query):
        own = sums.setdefault(row.person_id, {})
        own[row.kind] = own.get(row.kind, 0) + row.cumulative.fen
    return {one: (own.get("special"), own.get("other")) for one, own in sums.items()}


def open_inputs(work: Work, month: Month, rules: Policies) -> tuple[str, ...]:
    """没复核的输入:发薪页要大声说。一人一句,不含金额。"""
    known = input_rules(rules)
    rows = work.session.exec(
        select(MonthlyInput, Person)
        .join(Person, col(Person.id) == col(MonthlyInput.person_id))
        .where(MonthlyInput.month == str(month), MonthlyInput.state == "open")
        .order_by(col(Person.id), col(MonthlyInput.id))
    )
    found: dict[str, list[str]] = {}
    for row, person in rows:
        label = known[row.item].label if row.item in known else row.item
        found.setdefault(person.name, []).append(label)
    return tuple(f"{name}的“{'、'.join(labels)}”还没有复核,没有算进工资。" for name, labels in found.items())
