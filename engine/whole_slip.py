"""整张工资条 whole slip:各行已经算好之后的次序:应发、社保公积金、个税(奖金单独)、税后扣款、实发。

不靠工资项目表与城市数据,给 `ehr quote` 与人手核对用;发薪走 `engine.pay`,两边的次序相同(个人所得税法、工资支付暂行规定第六条)。
公积金单位部分超过免税限额的并入当月收入,但不进应发;不征税的项目进应发、不进收入。实发不小于零,不够扣的列为待收回。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.bonus import Taxed, apart_tax, apart_trace
from engine.errors import RuleBroken
from engine.insurance import Contribution
from engine.money import Money, percent, total
from engine.performance import Plan, Score
from engine.performance import bonus as performance_bonus
from engine.performance import trace as score_trace
from engine.tax import Figures, Ledger, Person, TaxTable, Withholding, WithholdingRules, withhold
from engine.tax import trace as tax_trace
from engine.trace import Trace, money_leaf


class TaxMethod(StrEnum):
    """一行怎么计税:并入工资薪金、全年一次性奖金单独、不征税。"""

    WAGE = "wage"
    BONUS = "annual_bonus_separate"
    NOT_TAXED = "not_taxed"


@dataclass(frozen=True, slots=True)
class SlipLine:
    """应发里的一行:code 名字,amount 金额(扣的为负),怎么计税,来处。"""

    code: str
    amount: Money
    method: TaxMethod = TaxMethod.WAGE
    why: Trace | None = None


@dataclass(frozen=True, slots=True)
class SlipTax:
    """个税要的:规定、扣缴方式、本月以前的累计、发放月份、本月别的扣除(专项附加等)、奖金的税率表(失效为 None)。"""

    rules: WithholdingRules
    person: Person
    ledger: Ledger
    month: int
    deductions: Figures
    bonus_table: TaxTable | None = None


@dataclass(frozen=True, slots=True)
class WholeSlip:
    """一张工资条的结果;receivable 是实发取零之后还欠的。"""

    lines: tuple[SlipLine, ...]
    gross: Money
    own: Contribution
    withheld: Withholding
    bonus: Taxed | None
    after_tax: Money
    net: Money
    receivable: Money
    employer_cost: Money
    traces: tuple[Trace, ...]


def performance_line(base: Money, plan: Plan, result: Score, ratio: Decimal) -> SlipLine:
    """绩效奖金一行:基数 ×(得分或系数)× 比例,来处连着得分的来处。"""
    amount = performance_bonus(base, result, ratio)
    scored = score_trace(plan, result)
    what = percent(result.multiplier)
    say = f"绩效奖金:{base.show()} × {what} × {percent(ratio)} = {amount.show()}({scored.say})"
    words = f"绩效奖金:得分 {what},比例 {percent(ratio)}"
    parts = (money_leaf("奖金基数", base), Trace("比例", percent(ratio), "rate"), scored)
    return SlipLine("performance_bonus", amount, why=Trace("绩效奖金", amount.yuan(), "money", say, words, parts=parts))


def amount_of(lines: Sequence[SlipLine], *methods: TaxMethod) -> Money:
    """按计税办法合计。"""
    return total([line.amount for line in lines if line.method in methods])


def bonus_of(lines: Sequence[SlipLine], table: TaxTable | None) -> Taxed | None:
    """单独计税的奖金(同月的几笔合成一笔);规定失效报 RuleBroken(POLICY_EXPIRED)。"""
    if not any(line.method is TaxMethod.BONUS for line in lines):
        return None
    if table is None:
        say = "全年一次性奖金单独计税的规定在发放月没有效力。请改为并入当月工资计税,再重新计算。"
        raise RuleBroken("POLICY_EXPIRED", say)
    return apart_tax(amount_of(lines, TaxMethod.BONUS).fen, table)


def income_of(lines: Sequence[SlipLine], own: Contribution) -> int:
    """本月计税收入(分):并入工资的各行,加单位公积金超限部分。"""
    return amount_of(lines, TaxMethod.WAGE).fen + own.added_income


def whole_slip(lines: Sequence[SlipLine], own: Contribution, tax: SlipTax, after_tax: Sequence[Money]) -> WholeSlip:
    """各行 → 实发。"""
    gross = total([line.amount for line in lines])
    apart = bonus_of(lines, tax.bonus_table)
    now = tax.deductions.plus(Figures(income=income_of(lines, own), insurance=own.deductible))
    held = withhold(tax.rules, tax.person, tax.ledger, tax.month, now)
    taken = total(list(after_tax))
    left = gross - Money(own.employee_total + held.withheld + (apart.tax if apart else 0)) - taken
    whys = [line.why for line in lines if line.why is not None]
    whys.append(tax_trace(held, tax.person, tax.ledger, tax.rules))
    if apart is not None:
        whys.append(apart_trace(apart))
    return WholeSlip(
        lines=tuple(lines),
        gross=gross,
        own=own,
        withheld=held,
        bonus=apart,
        after_tax=taken,
        net=max(left, Money(0)),
        receivable=max(-left, Money(0)),
        employer_cost=gross + Money(own.employer_total),
        traces=tuple(whys),
    )
