"""试算新办法 what if:换了规则,用冻结的输入把过去的月份再算一遍,看谁多谁少。只算不写。

个税是累计的:前面的月份多发了,后面月份的累计收入、已扣税额跟着变,所以按月依次算,差额一路带下去;换了税年从零开始。
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from engine.batch_slip import SlipBatch
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


_TAX = PayFacts._fields.index("tax")
_INCOME, _INSURANCE, _WITHHELD = (TaxFacts._fields.index(one) for one in ("income", "insurance", "withheld"))
_READ = json.JSONDecoder().raw_decode
_MAKE = tuple.__new__
WORTH = 32
"""同样规定的人不到这么多,逐人算更快。"""


def compute_many(found: Sequence[str], rules: PayRules, carries: Sequence[Carry] = ()) -> list[Figures | EhrError]:
    """一批人同一个月:各人要比的数,算不出来的是它的错误。与 found(冻结的输入,engine.pay_facts.to_json 的文字)一一对应。

    carries 是各人带来的差额(不给就是没有)。平常的人成批算(engine.batch_slip),其余逐人算,两者一分不差。
    """
    out: list[Any] = [None] * len(found)
    batch, year = batch_of(rules), rules.pay_month[:4]
    brought = carries or (Carry(),) * len(found)
    # 解一个、压一行、丢一个:不攒着解开的列表,垃圾回收就不用一遍遍翻它们
    groups, left = batch.gather(carried(_READ(one)[0], c, year) for one, c in zip(found, brought, strict=True))
    for group in groups:
        done, more = batch.compute(group)
        left += more
        for one in done:
            columns = (one.gross, one.taxable, one.deductible, one.tax, one.net)
            rows = zip(*(column.tolist() for column in columns), strict=True)
            for at, row in zip(one.at.tolist(), rows, strict=True):
                out[at] = _MAKE(Figures, row)
    for at in left:
        try:
            out[at] = figures_of(compute(from_list(carried(_READ(found[at])[0], brought[at], year)), rules))
        except EhrError as problem:
            out[at] = problem
    return out


def batch_of(rules: PayRules) -> SlipBatch:
    """这套规则成批的算法;头一回用到才编。"""
    found: SlipBatch | None = rules.batch
    if found is None:
        found = rules.batch = SlipBatch(rules, WORTH)
    return found


def carried(one: Sequence[Any], carry: Carry, year: str) -> Sequence[Any]:
    """把前面月份的差额带进这个月的累计(解开的列表);另一个税年的不带。"""
    kept, income, insurance, withheld = carry
    if kept != year or not (income or insurance or withheld):
        return one
    tax = list(one[_TAX])
    tax[_INCOME] += income
    tax[_INSURANCE] += insurance
    tax[_WITHHELD] += withheld
    return [*one[:_TAX], tax, *one[_TAX + 1 :]]


def try_month(people: Sequence[tuple[str, Figures, Carry]], rules: PayRules) -> list[Effect]:
    """一个月:每人(冻结的输入, 当时的数, 带来的差额)→ 试的结果与带下去的差额。"""
    texts, _, carries = zip(*people, strict=True) if people else ((), (), ())
    year = rules.pay_month[:4]
    results = compute_many(texts, rules, carries)
    return [_effect(before, carry, result, year) for (_, before, carry), result in zip(people, results, strict=True)]


def _effect(before: Figures, carry: Carry, after: Figures | EhrError, year: str) -> Effect:
    kept = carry if carry[0] == year else _MAKE(Carry, (year, 0, 0, 0))
    if isinstance(after, EhrError):
        return Effect(before, None, kept, after.say)
    if after != before:
        _, income, insurance, withheld = kept
        kept = _MAKE(
            Carry,
            (year, income + after[1] - before[1], insurance + after[2] - before[2], withheld + after[3] - before[3]),
        )
    return _MAKE(Effect, (before, after, kept, ""))
