"""年终奖 bonus:全年一次性奖金单独计税与并入综合所得的比较,临界区的提醒。

依据:财税〔2018〕164号一(一);财政部 税务总局公告2023年第30号(到期日是数据);每人每年只能用一次(国税发〔2005〕9号三)。
单独计税按 奖金÷12(不先取整)找级,全额乘税率减速算扣除数,所以刚过级距时多发一分、到手少许多:这一段叫临界区。
选哪一种是本人的权利:这里只算清两种、说明哪种少交,不替人选。金额都是分。
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.money import Money, percent
from engine.tax import Figures, TaxTable, WithholdingRules, bonus_apart, bonus_bracket, taxable_after
from engine.trace import Trace, money_leaf


class Refusal(StrEnum):
    """为什么不能单独计税。"""

    ALREADY_USED = "ALREADY_USED_THIS_YEAR"
    EXPIRED = "POLICY_EXPIRED"


REFUSAL_LABELS = {
    Refusal.ALREADY_USED: "本年已经单独计税过一次,这一笔只能并入综合所得",
    Refusal.EXPIRED: "单独计税的规定在发放日没有效力,只能并入综合所得",
}


class Better(StrEnum):
    """哪一种少交税。"""

    SEPARATE = "separate"
    MERGED = "merged"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class YearWages:
    """全年工资薪金(不含这笔奖金)的合计与全年减除费用,分。"""

    figures: Figures
    allowance: int


@dataclass(frozen=True, slots=True)
class Taxed:
    """一种算法的结果:base 计税的数(分)、税率、速算扣除数(分)、税额(分)。"""

    base: int
    rate: Decimal
    quick: int
    tax: int


@dataclass(frozen=True, slots=True)
class Cliff:
    """临界区:奖金大于 start、小于 end 时,到手比只发 start 还少;net 是发 start 的到手数,发 end 才与它持平。"""

    start: int
    end: int
    net: int


@dataclass(frozen=True, slots=True)
class BonusTax:
    """比较的结果:wages 只有工资,apart 单独计税(不能用为 None,原因在 refusal),merged 并入。"""

    bonus: int
    wages: Taxed
    apart: Taxed | None
    refusal: Refusal | None
    merged: Taxed
    better: Better
    cliff: Cliff | None


def year_tax(wages: YearWages, rules: WithholdingRules, more: int = 0) -> Taxed:
    """全年工资(再加并入的 more 分)的年度税;工资不够减除的部分,并入时由奖金接着减。"""
    taxable = taxable_after(wages.figures.plus(Figures(income=more)), wages.allowance)
    bracket = rules.table.bracket(taxable)
    tax = max(0, rules.table.tax(taxable) - wages.figures.relief)
    return Taxed(taxable, bracket.rate, bracket.quick, tax)


def apart_tax(bonus: int, table: TaxTable) -> Taxed:
    """单独计税:奖金 × 税率 − 速算扣除数。"""
    bracket = bonus_bracket(table, bonus)
    return Taxed(bonus, bracket.rate, bracket.quick, bonus_apart(table, bonus))


def compare(
    wages: YearWages, bonus: int, rules: WithholdingRules, table: TaxTable | None, used: bool = False
) -> BonusTax:
    """单独与并入的比较。`table` 是发放日有效的按月换算税率表,规定失效为 None;`used` 本年是否用过单独计税。"""
    alone, merged = year_tax(wages, rules), year_tax(wages, rules, bonus)
    if table is None or used:
        refusal = Refusal.ALREADY_USED if used else Refusal.EXPIRED  # 两个都占的,先说本人自己的缘故
        return BonusTax(bonus, alone, None, refusal, merged, Better.MERGED, None)
    apart = apart_tax(bonus, table)
    return BonusTax(
        bonus, alone, apart, None, merged, better_of(alone.tax + apart.tax, merged.tax), cliff_at(bonus, table)
    )


def better_of(separate: int, merged: int) -> Better:
    """全年税合计哪一种少。"""
    if separate == merged:
        return Better.EQUAL
    return Better.SEPARATE if separate < merged else Better.MERGED


def net(bonus: int, table: TaxTable) -> int:
    """单独计税后的到手数(分)。"""
    return bonus - bonus_apart(table, bonus)


def cliffs(table: TaxTable) -> tuple[Cliff, ...]:
    """各个临界区,由税率表算出。"""
    found = []
    for index, bracket in enumerate(table.brackets[:-1]):
        start = (bracket.upto or 0) * 12
        kept = net(start, table)
        if net(start + 1, table) < kept:
            found.append(Cliff(start, _meets(kept, start, index + 1, table), kept))
    return tuple(found)


def _meets(kept: int, start: int, index: int, table: TaxTable) -> int:
    """大于 start 的数里,到手不少于 kept 的最小一个:同一级里到手数不减,可以折半找。"""
    low = start
    for bracket in table.brackets[index:]:
        high = bracket.upto * 12 if bracket.upto is not None else 2 * (low + 1)
        while bracket.upto is None and net(high, table) < kept:
            high *= 2
        if net(high, table) >= kept:
            break
        low = high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if net(middle, table) >= kept else (middle, high)
    return high


def cliff_at(bonus: int, table: TaxTable) -> Cliff | None:
    """这笔奖金落在哪个临界区;不在为 None。"""
    return next((c for c in cliffs(table) if c.start < bonus < c.end), None)


def advice(result: BonusTax, table: TaxTable | None) -> tuple[str, ...]:
    """给 HR 与本人看的话(含金额,只上页面):临界区怎么避开,哪种算法少交多少。"""
    out = []
    if result.cliff is not None and table is not None:
        start, end = Money(result.cliff.start), Money(result.cliff.end)
        less = Money(result.cliff.net - net(result.bonus, table))
        out.append(
            f"奖金 {Money(result.bonus).show()} 落在临界区(大于 {start.show()}、小于 {end.show()}):单独计税到手比发 "
            f"{start.show()} 少 {less.show()}。建议改发 {start.show()},或发到 {end.show()} 以上"
        )
    if result.refusal is not None:
        out.append(REFUSAL_LABELS[result.refusal])
    elif result.apart is not None:
        apart, merged = result.wages.tax + result.apart.tax, result.merged.tax
        gap = Money(abs(merged - apart))
        way = {
            Better.SEPARATE: f"单独计税全年少交 {gap.show()}",
            Better.MERGED: f"并入综合所得全年少交 {gap.show()}",
            Better.EQUAL: "两种算法全年税额相同",
        }[result.better]
        out.append(f"单独计税全年合计 {Money(apart).show()},并入合计 {Money(merged).show()}:{way};由本人选")
    return tuple(out)


def apart_trace(taxed: Taxed, rule: str = "", evidence: tuple[str, ...] = ()) -> Trace:
    """单独计税的税额怎么来的。"""
    say = (
        f"年终奖单独计税:{Money(taxed.base).show()} ÷ 12 落在 {percent(taxed.rate)} 一级,"
        f"{Money(taxed.base).show()} × {percent(taxed.rate)} − 速算扣除数 {Money(taxed.quick).show()}"
        f" = {Money(taxed.tax).show()}"
    )
    words = f"年终奖单独计税,适用 {percent(taxed.rate)} 一级"
    parts = (money_leaf("年终奖", Money(taxed.base), evidence=evidence), Trace("税率", percent(taxed.rate), "rate"))
    return Trace("年终奖个税", Money(taxed.tax).yuan(), "money", say, words, rule, evidence, parts)


def trace(result: BonusTax, table: TaxTable | None, rule: str = "", evidence: tuple[str, ...] = ()) -> Trace:
    """两种算法与建议。"""
    merged = result.merged
    say = (
        f"并入综合所得:全年应纳税所得额 {Money(merged.base).show()} × {percent(merged.rate)} − 速算扣除数 "
        f"{Money(merged.quick).show()} = {Money(merged.tax).show()}"
    )
    parts = [Trace("并入综合所得的全年税额", Money(merged.tax).yuan(), say=say)]
    parts.append(money_leaf("不含奖金的全年税额", Money(result.wages.tax)))
    if result.apart is not None:
        parts.insert(0, apart_trace(result.apart, rule, evidence))
    words = "年终奖落在临界区,请看建议" if result.cliff is not None else "年终奖两种计税方法的比较"
    chosen = {Better.SEPARATE: "单独计税", Better.MERGED: "并入综合所得", Better.EQUAL: "相同"}[result.better]
    said = ";".join(advice(result, table))
    return Trace("年终奖计税", chosen, "text", said, words, rule, evidence, tuple(parts))
