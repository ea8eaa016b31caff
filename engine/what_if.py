"""试算新办法 what if:换了规则,用冻结的输入把过去的月份再算一遍,看谁多谁少。只算不写。

个税是累计的:前面的月份多发了,后面月份的累计收入、已扣税额跟着变,所以按月依次算,差额一路带下去;换了税年从零开始。
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from engine.errors import EhrError
from engine.pay import Slip, compute
from engine.pay_facts import PayFacts, TaxFacts, from_list
from engine.pay_rules import PayRules


class Figures(NamedTuple):
    """一张工资条要比的数(分):应发、应税收入、可扣的社保、个税、实发。"""

    gross: int
    taxable: int
    deductible: int
    tax: int
    net: int


class Carry(NamedTuple):
    """本税年已试过的各月,与当时的差(分):应税收入、可扣的社保、已扣税额。"""

    year: str = ""
    income: int = 0
    insurance: int = 0
    withheld: int = 0


class Effect(NamedTuple):
    """一个人一个月:before 当时,after 试的;after 为 None 是算不出来,say 说明。"""

    before: Figures
    after: Figures | None
    carry: Carry
    say: str = ""


def figures_of(slip: Slip) -> Figures:
    """工资条 → 要比的数。"""
    return Figures(slip.gross_fen, slip.taxable_income, slip.deductible, slip.tax_fen, slip.net_fen)


Frozen = Sequence[Any]
"""一个人冻结的输入:engine.pay_facts.to_json 的文字解开的列表,字段的次序同 PayFacts。"""
_TAX = PayFacts._fields.index("tax")
_PAY_MONTH = PayFacts._fields.index("pay_month")
_INCOME, _INSURANCE, _WITHHELD = (TaxFacts._fields.index(one) for one in ("income", "insurance", "withheld"))


def compute_many(found: Sequence[Frozen], rules: PayRules) -> list[Figures | EhrError]:
    """一批人同一个月:各人要比的数,算不出来的是它的错误。与 found 一一对应。

    这是试算的唯一一道缝:成批的算法(engine.batch_slip)接在这里,别处不用改。
    """
    out: list[Figures | EhrError] = []
    for one in found:
        try:
            out.append(figures_of(compute(from_list(one), rules)))
        except EhrError as problem:
            out.append(problem)
    return out


def carried(one: Frozen, carry: Carry) -> Frozen:
    """把前面月份的差额带进这个月的累计;另一个税年的不带。"""
    if carry.year != one[_PAY_MONTH][:4] or not (carry.income or carry.insurance or carry.withheld):
        return one
    tax = list(one[_TAX])
    tax[_INCOME] += carry.income
    tax[_INSURANCE] += carry.insurance
    tax[_WITHHELD] += carry.withheld
    return [*one[:_TAX], tax, *one[_TAX + 1 :]]


def try_month(people: Sequence[tuple[Frozen, Figures, Carry]], rules: PayRules) -> list[Effect]:
    """一个月:每人(冻结的输入, 当时的数, 带来的差额)→ 试的结果与带下去的差额。"""
    results = compute_many([carried(one, carry) for one, _, carry in people], rules)
    return [_effect(*one, result) for one, result in zip(people, results, strict=True)]


def _effect(one: Frozen, before: Figures, carry: Carry, after: Figures | EhrError) -> Effect:
    year = one[_PAY_MONTH][:4]
    kept = carry if carry.year == year else Carry(year)
    if isinstance(after, EhrError):
        return Effect(before, None, kept, after.say)
    moved = Carry(
        year,
        kept.income + after.taxable - before.taxable,
        kept.insurance + after.deductible - before.deductible,
        kept.withheld + after.tax - before.tax,
    )
    return Effect(before, after, moved)
