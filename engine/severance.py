"""经济补偿 severance:离职补偿 N、违法解除 2N、代通知金,与一次性补偿收入的个税。

依据:劳动合同法第四十条(代通知金)、第四十六、四十七、八十七条;实施条例第二十、二十七条(含加班费、奖金的应得工资,
不低于最低工资);财税〔2018〕164号五(一)(当地上年职工年平均工资 3 倍以内免税,超过的单独按年度税率表,不减除费用)。
三倍封顶与 12 年封顶只用于月均工资高于当地月平均工资三倍的人。2008 年以前的工龄由 HR 另填。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from engine.days import show_date_full
from engine.figures import plain
from engine.money import ZERO, Money, percent
from engine.service import half_years_rounded
from engine.tax import TaxTable
from engine.trace import Trace, money_leaf


class KindOfEnd(StrEnum):
    """怎么结束的:应付补偿、违法解除(2N)、不付(如本人拒绝不低于原条件的续签)。"""

    DUE = "severance_due"
    UNLAWFUL = "unlawful_dismissal"
    NONE = "none"


END_LABELS = {
    KindOfEnd.DUE: "经济补偿",
    KindOfEnd.UNLAWFUL: "违法解除赔偿金",
    KindOfEnd.NONE: "不付经济补偿",
}


@dataclass(frozen=True, slots=True)
class SeveranceRules:
    """封顶是当地月平均工资的几倍、封顶者最多几个月(年)、违法解除几倍、免税额是当地年平均工资的几倍。"""

    cap_multiple: Decimal
    cap_months: int
    unlawful_multiple: Decimal
    exempt_multiple: Decimal
    rule: str = "compliance.severance"


@dataclass(frozen=True, slots=True)
class Leaving:
    """离职的事实:service_to 是最后一天(算在内);average 前 12 个月的月均应得工资;last_wage 上个月工资(代通知金用)。"""

    service_from: date
    service_to: date
    average: Money
    kind: KindOfEnd
    notice_due: bool = False
    last_wage: Money = ZERO


@dataclass(frozen=True, slots=True)
class LocalWages:
    """当地的数:上年月平均工资、年平均工资、最低工资(不给则不兜底)。"""

    average_month: Money
    average_year: Money
    minimum: Money | None = None


@dataclass(frozen=True, slots=True)
class Severance:
    """算出来的补偿:uncapped 按工龄的月数,months 封顶后的,wage 用的月工资(精确的分)。"""

    leaving: Leaving
    uncapped: Fraction
    months: Fraction
    capped: bool
    wage: Fraction
    compensation: Money
    notice: Money


@dataclass(frozen=True, slots=True)
class SeveranceTax:
    """一次性补偿收入的个税:pool 合在一起比免税额的数,limit 免税额,taxable 超过的,tax 税。"""

    pool: Money
    limit: Money
    taxable: Money
    rate: Decimal
    quick: Money
    tax: Money


def average_wage(months: Sequence[int]) -> Money:
    """前几个月应得工资(分)的平均:先加后除,只取整一次。没有月份报 ValueError。"""
    if not months:
        raise ValueError("no months to average")
    return Money.rounded(Fraction(sum(months), len(months)))


def severance(leaving: Leaving, local: LocalWages, rules: SeveranceRules) -> Severance:
    """补偿 = 用的月工资 × 月数(违法解除再 × 2),代通知金 = 上个月工资。"""
    uncapped = half_years_rounded(leaving.service_from, leaving.service_to)
    wage = Fraction(max(leaving.average.fen, local.minimum.fen if local.minimum else 0))
    ceiling = local.average_month.fen * Fraction(rules.cap_multiple)
    capped = wage > ceiling
    months = min(uncapped, Fraction(rules.cap_months)) if capped else uncapped
    wage = min(wage, ceiling)
    times = {
        KindOfEnd.DUE: Fraction(1),
        KindOfEnd.UNLAWFUL: Fraction(rules.unlawful_multiple),
        KindOfEnd.NONE: Fraction(0),
    }[leaving.kind]
    notice = leaving.last_wage if leaving.notice_due else ZERO
    return Severance(leaving, uncapped, months, capped, wage, Money.rounded(wage * months * times), notice)


def severance_tax(
    found: Severance, local: LocalWages, rules: SeveranceRules, table: TaxTable, notice_in_pool: bool
) -> SeveranceTax:
    """一次性补偿收入的个税;notice_in_pool 代通知金是否并进来比免税额(各地做法不同,由政策定)。"""
    pool = found.compensation + found.notice if notice_in_pool else found.compensation
    limit = local.average_year.times(rules.exempt_multiple)
    taxable = max(pool - limit, ZERO)
    bracket = table.bracket(taxable.fen)
    return SeveranceTax(pool, limit, taxable, bracket.rate, Money(bracket.quick), Money(table.tax(taxable.fen)))


def trace(found: Severance, rules: SeveranceRules, evidence: tuple[str, ...] = ()) -> Trace:
    """补偿怎么来的。"""
    own, label = found.leaving, END_LABELS[found.leaving.kind]
    span = f"{show_date_full(own.service_from)}至{show_date_full(own.service_to)}"
    wage = Money.rounded(found.wage)
    say = f"{label}:{span}计 {plain(found.uncapped)} 个月"
    if found.capped:
        say += (
            f";月均 {own.average.show()} 高于当地月平均工资的 {plain(rules.cap_multiple)} 倍,按 {wage.show()}、"
            f"最多 {rules.cap_months} 个月"
        )
    elif wage > own.average:
        say += f";月均 {own.average.show()} 低于最低工资,按 {wage.show()}"
    twice = f" × {plain(rules.unlawful_multiple)}" if own.kind is KindOfEnd.UNLAWFUL else ""
    if own.kind is KindOfEnd.NONE:
        say += ";这种情形不付"
    else:
        say += f":{wage.show()} × {plain(found.months)}{twice} = {found.compensation.show()}"
    parts = [
        money_leaf("前 12 个月月均应得工资", own.average, evidence=evidence),
        Trace("补偿月数", plain(found.months), "count", say=span, rule=rules.rule, evidence=evidence),
    ]
    if found.notice:
        parts.append(money_leaf("代通知金(上月工资)", found.notice, evidence=evidence))
    words = f"{label}:计 {plain(found.months)} 个月" + (",已按三倍与十二年封顶" if found.capped else "")
    amount = (found.compensation + found.notice).yuan()
    return Trace(label, amount, "money", say, words, rules.rule, evidence, tuple(parts))


def tax_trace(taxed: SeveranceTax, rules: SeveranceRules) -> Trace:
    """一次性补偿收入的个税怎么来的。"""
    if not taxed.taxable:
        say = f"一次性补偿收入 {taxed.pool.show()} 不超过免税额 {taxed.limit.show()},不交个税"
    else:
        say = (
            f"一次性补偿收入个税:{taxed.pool.show()} − 免税额 {taxed.limit.show()} = {taxed.taxable.show()},× "
            f"{percent(taxed.rate)} − 速算扣除数 {taxed.quick.show()} = {taxed.tax.show()}"
        )
    words = f"当地年平均工资 {plain(rules.exempt_multiple)} 倍以内免税,超过的单独计税"
    parts = (money_leaf("一次性补偿收入", taxed.pool), money_leaf("免税额", taxed.limit, rule=rules.rule))
    return Trace("补偿收入个税", taxed.tax.yuan(), "money", say, words, rules.rule, (), parts)
