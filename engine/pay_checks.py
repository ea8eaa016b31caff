"""工资检查 pay checks:算完之后要人看的事。block 拦住发布,warn 只提醒。话里不写金额。

最低工资规定(劳社部令第21号)第十二条:不含加班费、特殊津贴等;有的地方与扣除个人社保公积金之后的工资比。
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from engine.after_tax import Taken, words
from engine.figures import plain
from engine.leave import Paid
from engine.pay_facts import COMP_LAPSED, Adjustment, PayFacts
from engine.pay_rules import OvertimeCap, PayRules


class Check(NamedTuple):
    """一件要人看的事:code 稳定英文名,level 为 block 或 warn,say 中文,detail 补充(如缺的月份)。"""

    code: str
    level: str
    say: str
    detail: str = ""


def check(facts: PayFacts, rules: PayRules, amounts: tuple[int, ...], sums: tuple[int, int, int]) -> tuple[Check, ...]:
    """一张工资条的全部检查;sums 是(应发、个人社保公积金、扣完未取零的实发)。"""
    gross, own, net = sums
    out: list[Check] = []
    if net < 0:
        out.append(
            Check("NEGATIVE_NET", "warn", "扣款大于应发,实发按零发放,不足的部分列为待收回。请与本人商量怎么收回。")
        )
    elif net == 0:
        out.append(Check("ZERO_NET", "warn", "实发为零,请确认是否正确。"))
    if not facts.has_bank:
        out.append(Check("NO_BANK_ACCOUNT", "block", "还没有收款账号,工资发不出去。请补上账号。"))
    tax = facts.tax
    if tax.months != rules.expected_months[tax.start_month] or min(tax[2:10]) < 0:
        out += _ytd(facts, rules)
    if facts.score is None and facts.score_missing:
        names = "、".join(facts.score_missing)
        say = f"“{names}”还没有数据,绩效得分算不出来(没有数据不当作 0)。请补上数据后重算。"
        out.append(Check("SCORE_MISSING", "block", say, names))
    for allowance in facts.allowances:
        if allowance.name not in rules.input_slot:
            say = f"津贴“{allowance.name}”没有对应的工资项目,没有算进去。请在工资项目里添上,或改名字。"
            out.append(Check("UNKNOWN_ALLOWANCE", "block", say, allowance.name))
    if facts.notes:
        out += [Check(*note) for note in facts.notes]
    if facts.overtime and rules.terms.overtime_cap is not None:
        out += _overtime_cap(facts, rules.terms.overtime_cap)
    city = rules.city(facts.city)
    if not city.minimum:
        say = f"还没有{city.pack.name}的最低工资标准,没有比过。请 HR 照当地公告填进城市文件。"
        out.append(Check("MINIMUM_WAGE_UNKNOWN", "warn", say, city.pack.name))
    counted = gross - own if city.after_insurance else gross
    for i in city.excluded:
        counted -= amounts[i]
    if counted < city.minimum and _below_minimum(facts, rules, counted):
        say = "扣除加班费等之后低于当地最低工资。请核对,并补足差额。"
        out.append(Check("BELOW_MINIMUM_WAGE", "warn", say))
    if not (facts.first_day <= 1 and facts.last_day >= rules.last_day):
        out += _joiner(facts, rules)
    return tuple(out)


def _ytd(facts: PayFacts, rules: PayRules) -> list[Check]:
    """本年累计缺月:在职而没有记录的月份,税会算错(零工资的月也要有一行)。"""
    gone = [m for m in rules.expected_months[facts.tax.start_month] if m not in facts.tax.months]
    late = [m for m in facts.tax.months if m >= rules.tax_month]
    out = []
    if gone:
        names = "、".join(f"{m}月" for m in gone)
        say = f"本年个税累计缺 {names} 的记录(没有发工资也要有一行)。请补齐后重算。"
        out.append(Check("YTD_GAP", "block", say, ",".join(map(str, gone))))
    if late:
        names = "、".join(f"{m}月" for m in late)
        say = f"个税累计里已有 {names} 的记录,不早于本次发放月。请核对是否重复发放。"
        out.append(Check("YTD_AHEAD", "block", say, ",".join(map(str, late))))
    t = facts.tax
    if min(t[2:10]) < 0 or len(set(t.months)) != len(t.months) or not all(1 <= m <= 12 for m in t.months):
        say = "本年个税累计里有负数、重复或不成立的月份,与扣缴客户端对不上。请核对导入的累计后重算。"
        out.append(Check("YTD_WRONG", "block", say))
    return out


def carried_checks(rest: Sequence[Taken], adjustments: Sequence[Adjustment]) -> list[Check]:
    """税后扣款没有扣完:说哪一项、为什么、转到下月。"""
    labels = {a.code: a.label for a in adjustments}
    return [
        Check("DEDUCTION_CARRIED", "warn", f"“{labels.get(t.code, t.kind.label)}”没有扣完:{words(t)}。", t.code)
        for t in rest
    ]


COUNTED_AS = {"workday": "workday", "rest_day": "rest_day_paid", "statutory_holiday": "statutory_holiday"}
"""加班种类 → 政策 overtime.cap_counts 里的名字。"""


def _overtime_cap(facts: PayFacts, cap: OvertimeCap) -> list[Check]:
    """劳动法第四十一条:每月加班不超过 36 小时;哪些种类计入由政策定。"""
    fresh = [o for o in facts.overtime if not o.when.endswith(COMP_LAPSED)]
    minutes = sum(o.minutes for o in fresh if COUNTED_AS.get(o.kind) in cap.counts)
    minutes += facts.comp_minutes if "rest_day_comp" in cap.counts else 0
    if minutes <= cap.hours * 60:
        return []
    say = f"本月加班超过 {plain(cap.hours)} 小时的上限(劳动法第四十一条)。加班费照付,请 HR 安排减少加班。"
    return [Check("OVERTIME_CAP", "warn", say)]


def _below_minimum(facts: PayFacts, rules: PayRules, counted: int) -> bool:
    """缺勤、在职不满月的按比例比(政策 minimum.absence);skip 则这样的月份不比。"""
    terms = rules.terms
    unpaid = Fraction(*facts.attended.absent_days)
    for taken in facts.leaves:
        if terms.paid.get(taken.kind) in (Paid.NONE, Paid.SICK):
            unpaid += Fraction(*taken.days)
    whole = facts.first_day <= 1 and facts.last_day >= rules.last_day
    if whole and not unpaid:
        return True
    if not terms.minimum_by_proportion:
        return False
    shape = rules.shape_of(facts.roster)
    total = shape.workdays + shape.statutory
    here = _employed_days(facts, rules) - unpaid
    return counted * total < rules.city(facts.city).minimum * max(here, Fraction(0))


def _employed_days(facts: PayFacts, rules: PayRules) -> int:
    days, (first, last) = rules.days(facts.roster), rules.employed(facts.first_day, facts.last_day).within(rules.period)
    part = days.shape(first, last)
    return part.workdays + part.statutory


def _joiner(facts: PayFacts, rules: PayRules) -> list[Check]:
    """入离职当月没有少上一个工作日,折算出来却可能少于整月:提醒 HR 选折算办法。"""
    days, (first, last) = rules.days(facts.roster), rules.employed(facts.first_day, facts.last_day).within(rules.period)
    if days.shape(first, last).workdays == days.shape().workdays:
        return [
            Check("JOINER_FULL_WORKDAYS", "warn", "入离职当月没有少上一个工作日,但工资按折算发放。请确认折算办法。")
        ]
    return []
