"""个税 tax:居民工资薪金的累计预扣法,按发放月份计。

依据:个人所得税法第三、六条;国家税务总局公告2018年第61号第六条(累计预扣)、
2020年第13号(首次就业)、2020年第19号(上年不超6万元)。税率、减除费用都是有日期的数据。
年内只扣不退:累计应扣小于已扣时本月为 0,差额留到次年汇算。
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum

from engine.errors import BadInput
from engine.money import Money, percent, round_half_up
from engine.trace import Trace, money_leaf


class Scheme(StrEnum):
    """减除费用的算法。"""

    STANDARD = "standard"  # 5,000 × 本单位任职月数
    FIRST_JOB = "first_job"  # 5,000 × 1 月起的月数
    SIXTY_THOUSAND = "sixty_thousand"  # 一次 60,000


SCHEME_LABELS = {
    Scheme.STANDARD: "每月减除费用×本单位任职月数",
    Scheme.FIRST_JOB: "首次就业,每月减除费用×当年月数",
    Scheme.SIXTY_THOUSAND: "上年收入不超过界限,全年减除费用一次减除",
}


@dataclass(frozen=True, slots=True)
class Bracket:
    """一级税率:`upto` 上限(分,含;None 为以上全部),税率,速算扣除数(分)。"""

    upto: int | None
    rate: Decimal
    quick: int


@dataclass(frozen=True, slots=True)
class TaxTable:
    """税率表:各级按上限升序,最后一级无上限。"""

    brackets: tuple[Bracket, ...]
    _uppers: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _figures: tuple[tuple[int, int, int], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        uppers = tuple(b.upto for b in self.brackets[:-1] if b.upto is not None)
        if not self.brackets or self.brackets[-1].upto is not None or len(uppers) != len(self.brackets) - 1:
            raise ValueError("only the last bracket may be open")
        if list(uppers) != sorted(set(uppers)):
            raise ValueError("brackets must ascend")
        figures = tuple((*b.rate.as_integer_ratio(), b.quick) for b in self.brackets)
        object.__setattr__(self, "_uppers", uppers)
        object.__setattr__(self, "_figures", figures)

    def bracket(self, taxable: int) -> Bracket:
        """应纳税所得额(分)落在哪一级;正好等于上限仍在本级。"""
        return self.brackets[bisect_left(self._uppers, taxable)]

    def tax(self, taxable: int) -> int:
        """税额(分):所得额 × 税率 − 速算扣除数,四舍五入到分。"""
        n, d, quick = self._figures[bisect_left(self._uppers, taxable)]
        return round_half_up(taxable * n - quick * d, d)


@dataclass(frozen=True, slots=True)
class WithholdingRules:
    """预扣的规定:年度税率表、每月减除费用、一次减除额、上年收入的界限(都以分计)。"""

    table: TaxTable
    monthly_allowance: int
    yearly_allowance: int
    prior_income_limit: int
    rule: str = "tax.withholding"


@dataclass(frozen=True, slots=True)
class SchemeFacts:
    """选减除算法的事实。"""

    first_wage_this_year: bool = False
    prior_year_same_unit_12_months_declared: bool = False
    prior_year_income: int | None = None
    same_unit_from_january: bool = False


def choose_scheme(facts: SchemeFacts, rules: WithholdingRules) -> Scheme:
    """选减除费用的算法。

    2020年第19号:上年在同一单位按月申报满 12 个月、全年工薪收入不超过 6 万元、今年 1 月仍在,1 月起一次减除 6 万元。
    2020年第13号:当年首次取得工资薪金,可按 5,000 元 × 当年截至本月的月数减除。
    """
    income = facts.prior_year_income
    kept = facts.prior_year_same_unit_12_months_declared and facts.same_unit_from_january
    if kept and income is not None and income <= rules.prior_income_limit:
        return Scheme.SIXTY_THOUSAND
    return Scheme.FIRST_JOB if facts.first_wage_this_year else Scheme.STANDARD


def allowance(rules: WithholdingRules, scheme: Scheme, start_month: int, month: int) -> int:
    """截至本月的累计减除费用(分)。"""
    if scheme is Scheme.SIXTY_THOUSAND:
        return rules.yearly_allowance
    if scheme is Scheme.FIRST_JOB:
        return rules.monthly_allowance * month
    return rules.monthly_allowance * max(0, month - start_month + 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """一个月(或累计)的数,都以分计。donation 是已按限额算好的;relief 是减免税额。"""

    income: int = 0
    tax_free: int = 0
    insurance: int = 0
    special: int = 0
    other: int = 0
    donation: int = 0
    relief: int = 0

    def plus(self, more: Figures) -> Figures:
        return Figures(*(getattr(self, f.name) + getattr(more, f.name) for f in fields(Figures)))


@dataclass(frozen=True, slots=True)
class Ledger:
    """本年累计 year to date:扣缴义务人、人、税年的账;不从上个月那一行推。

    `months` 是已有发放记录的月份(零工资的月也在内)。
    """

    cumulative: Figures = Figures()
    withheld: int = 0
    months: tuple[int, ...] = ()

    def plus(self, month: int, figures: Figures, withheld: int) -> Ledger:
        return Ledger(self.cumulative.plus(figures), self.withheld + withheld, (*self.months, month))


@dataclass(frozen=True, slots=True)
class Person:
    """这个人这一年在本单位的扣缴方式:`start_month` 是本税年在本单位的第一个月。"""

    scheme: Scheme = Scheme.STANDARD
    start_month: int = 1


@dataclass(frozen=True, slots=True)
class Withholding:
    """一个月的扣缴结果(分)。balance = 累计应扣 − 累计已扣,负数是次年汇算可退的。"""

    cumulative: Figures
    allowance: int
    taxable: int
    rate: Decimal
    quick: int
    due: int
    withheld: int
    total_withheld: int

    @property
    def balance(self) -> int:
        return self.due - self.total_withheld


def taxable_after(cumulative: Figures, allowed: int) -> int:
    """累计应纳税所得额(分),不小于 0。"""
    c = cumulative
    return max(0, c.income - c.tax_free - allowed - c.insurance - c.special - c.other - c.donation)


def withhold(rules: WithholdingRules, person: Person, ledger: Ledger, month: int, now: Figures) -> Withholding:
    """本月应扣的税。`ledger` 是本月以前的累计,`now` 是本月发放的数。"""
    if not 1 <= month <= 12:
        raise BadInput("BAD_MONTH", f"发放月份 {month} 不对,请写 1 到 12。")
    cumulative = ledger.cumulative.plus(now)
    allowed = allowance(rules, person.scheme, person.start_month, month)
    taxable = taxable_after(cumulative, allowed)
    bracket = rules.table.bracket(taxable)
    due = max(0, rules.table.tax(taxable) - cumulative.relief)
    held = max(0, due - ledger.withheld)
    return Withholding(cumulative, allowed, taxable, bracket.rate, bracket.quick, due, held, ledger.withheld + held)


def missing_months(person: Person, ledger: Ledger, month: int) -> tuple[int, ...]:
    """账上缺的月份:任职以来、本月以前没有记录的(零工资也应当有一行)。"""
    return tuple(m for m in range(person.start_month, month) if m not in ledger.months)


def bonus_bracket(table: TaxTable, bonus: int) -> Bracket:
    """全年一次性奖金(分)落在哪一级:奖金 ÷ 12 与上限比,不先取整,所以拿 上限 × 12 来比。"""
    for bracket in table.brackets:
        if bracket.upto is None or bonus <= bracket.upto * 12:
            return bracket
    raise AssertionError("the last bracket is open")


def bonus_apart(table: TaxTable, bonus: int) -> int:
    """全年一次性奖金单独计税(分):按 奖金÷12 找级(不先取整),奖金 × 税率 − 速算扣除数。

    财政部 税务总局公告2023年第30号,至 2027-12-31;`table` 是按月换算的税率表。
    """
    bracket = bonus_bracket(table, bonus)
    n, d = bracket.rate.as_integer_ratio()
    return max(0, round_half_up(bonus * n - bracket.quick * d, d))


def trace(result: Withholding, person: Person, ledger: Ledger, rules: WithholdingRules) -> Trace:
    """个税的来处:累计收入、减除、扣除、税率、已扣。"""
    c = result.cumulative
    due, paid, now = (Money(x) for x in (result.due, ledger.withheld, result.withheld))
    say = (
        f"个税:累计应纳税所得额 {Money(result.taxable).show()} × {percent(result.rate)} − 速算扣除数 "
        f"{Money(result.quick).show()}"
        + (f" − 减免税额 {Money(c.relief).show()}" if c.relief else "")
        + f" = 累计税额 {due.show()},减已扣 {paid.show()},本月 {now.show()}"
    )
    if result.balance < 0:
        say += ";累计应扣小于已扣,本年不退,次年汇算处理"
    words = f"按累计预扣法计算,本月适用 {percent(result.rate)} 一级;{SCHEME_LABELS[person.scheme]}"
    evidence = tuple(f"ytd:{m:02d}" for m in ledger.months)
    parts = [
        money_leaf("累计收入", Money(c.income), evidence=evidence),
        money_leaf("累计减除费用", Money(result.allowance), rule=rules.rule, say=SCHEME_LABELS[person.scheme]),
        money_leaf("累计三险一金(个人)", Money(c.insurance), evidence=evidence),
        money_leaf("累计专项附加扣除", Money(c.special), evidence=evidence),
    ]
    for label, amount in (("累计免税收入", c.tax_free), ("累计其他扣除", c.other), ("累计捐赠扣除", c.donation)):
        if amount:
            parts.append(money_leaf(label, Money(amount)))
    parts.append(money_leaf("累计应纳税所得额", Money(result.taxable)))
    parts.append(money_leaf("累计已扣税额", paid, evidence=evidence))
    return Trace("个人所得税", now.yuan(), "money", say=say, words=words, rule=rules.rule, parts=tuple(parts))


def settle_year(rules: WithholdingRules, person: Person, months: list[tuple[int, Figures]]) -> list[Withholding]:
    """逐月算一年:月份须递增,缺的月份是第一次发放之前的。"""
    ledger, out, last = Ledger(), [], 0
    for month, figures in months:
        if month <= last:
            raise BadInput("BAD_MONTH", f"月份须从小到大、不重复,{month} 月排在 {last} 月之后。")
        result = withhold(rules, person, ledger, month, figures)
        ledger = ledger.plus(month, figures, result.withheld)
        out.append(result)
        last = month
    return out
