"""裁判 pay judge:精确分数,逐人从头算,另写一遍,不用产品的任何算法;只从规则里取数字(比例、上下限、税率)。

每一行四舍五入到分一次。个税按“每一级里的那一段各乘各的税率”算,与速算扣除数无关。
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import NamedTuple

from engine.insurance import InsuranceLine, Rounding
from engine.pay_facts import Insured, PayFacts
from engine.pay_rules import PayRules

PAY_DAYS = Fraction("21.75")
TIMES = {"workday": Fraction(3, 2), "rest_day": Fraction(2), "statutory_holiday": Fraction(3)}
MONTHLY = 500_000
YEARLY = 6_000_000
HALF = Fraction(1, 2)


class Judged(NamedTuple):
    """裁判的结果(分):应发、个人社保公积金、累计应纳税所得额、个税、实发。"""

    gross: int
    insurance: int
    taxable: int
    tax: int
    net: int


def fen(value: Fraction) -> int:
    """四舍五入到分,半分远离零。"""
    return floor(abs(value) + HALF) * (1 if value >= 0 else -1)


class Judge:
    """按一个月的规则判。"""

    def __init__(self, rules: PayRules) -> None:
        self.rules = rules
        self.month = rules.tax_month
        self.workdays, self.holidays = rules.shape.workdays, rules.shape.statutory
        self.brackets = [(b.upto, Fraction(b.rate)) for b in rules.table.brackets]
        self._lines: dict[tuple[str, str, bool, bool], list[InsuranceLine]] = {}

    def judge(self, one: PayFacts) -> Judged:
        """一个人。"""
        wage = one.wages[0].fen
        gross = self._earned(one, wage) - self._leave(one, wage)
        own = sum(self._own(line, one.insured) for line in self._insured(one.insured)) if one.insured else 0
        t = one.tax
        taxable = t.income + gross - t.tax_free - self._allowed(t.scheme, t.start_month) - t.insurance - own
        taxable -= t.special + t.new_special + t.other + t.new_other + t.donation + t.new_donation
        tax = max(0, self._tax(taxable) - t.relief - t.new_relief - t.withheld)
        return Judged(gross, own, taxable, tax, max(0, gross - own - tax))

    def _earned(self, one: PayFacts, wage: int) -> int:
        given = {a.name: a.fen for a in one.allowances}
        at = one.attended
        total = wage + given.get("岗位津贴", 0) + given.get("通讯补贴", 0)
        if one.score is not None:
            total += fen(wage * Fraction(*one.score.value) * Fraction(1, 10))
        here = not (at.late or at.early or at.missing) and not any(x.kind in ("personal", "sick") for x in one.leaves)
        total += given.get("全勤奖", 0) if here else 0
        total += fen(given.get("餐补", 0) * Fraction(*at.worked_days))
        for kind, times in TIMES.items():
            minutes = sum(o.minutes for o in one.overtime if o.kind == kind)
            total += fen(Fraction(wage * minutes) * times / 60 / 8 / PAY_DAYS)
        return total

    def _leave(self, one: PayFacts, wage: int) -> int:
        """事假:缺到一半为止按缺的扣,过半按出勤发。"""
        days = sum((Fraction(*x.days) for x in one.leaves if x.kind == "personal"), Fraction(0))
        if 2 * days > self.workdays:
            worked = max(Fraction(0), self.workdays - days + self.holidays)
            return wage - min(wage, fen(wage * worked / PAY_DAYS))
        return min(wage, fen(wage * days / PAY_DAYS))

    def _insured(self, own: Insured) -> list[InsuranceLine]:
        key = (own.housing_rate, own.supplementary_rate, own.social_base is None, own.housing_base is None)
        if key not in self._lines:
            self._lines[key] = [step.line for step in self.rules.shares(own)]
        return self._lines[key]

    def _own(self, line: InsuranceLine, own: Insured) -> int:
        """个人一边。这家公司的基数都在免税限额之内。"""
        base = (own.housing_base if line.base_kind == "housing" else own.social_base) or 0
        base = max(line.floor, base if line.cap is None else min(base, line.cap))
        whole = base * Fraction(line.employee_rate) + line.employee_fixed
        unit = 100 if line.rounding is Rounding.YUAN_HALF_UP else 1
        return fen(whole / unit) * unit

    def _allowed(self, scheme: str, start: int) -> int:
        if scheme == "sixty_thousand":
            return YEARLY
        return MONTHLY * (self.month if scheme == "first_job" else self.month - start + 1)

    def _tax(self, taxable: int) -> int:
        """一级一级切开,各乘各的税率。"""
        total, lower = Fraction(0), 0
        for upto, rate in self.brackets:
            top = taxable if upto is None else min(taxable, upto)
            if top <= lower:
                break
            total += (top - lower) * rate
            lower = top
        return fen(total)
