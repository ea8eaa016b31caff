"""内置的工资行 pay lines:基本工资、事假、病假、旷工、迟到。算一次得到结果,金额与来处都出自它。

当月扣的工资合起来不超过当月的基本工资:事假、病假、旷工、迟到依次扣,扣完为止。
入职、离职当月的事假一律用减法(分母是整月,加法会把在职以外的日子也发了)。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from engine.errors import NotReady
from engine.leave import Paid
from engine.leave_pay import (
    DailyRounding,
    LeaveMethod,
    PersonalLeave,
    PersonalPolicy,
    SickFacts,
    SickPay,
    SickPolicy,
    personal_leave,
    sick_pay,
)
from engine.money import Money, round_half_up
from engine.pay_facts import LeaveTaken, PayFacts, Wage
from engine.pay_rules import PayRules
from engine.proration import MonthShape, Proration, WageSegments, proration, raise_in_month


@dataclass(frozen=True, slots=True)
class LeaveGroup:
    """同一种扣法、同一个月工资的几笔假。"""

    wage: Wage
    days: Fraction
    taken: tuple[LeaveTaken, ...]


@dataclass(frozen=True, slots=True)
class HeatRate:
    """一个岗位类别的高温津贴:标准、按天与否、规则编号。"""

    rate: Money
    per_day: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Absences:
    """当月不上班的扣发:事假各组、病假各组、旷工、迟到早退(分钟与金额)。"""

    personal: tuple[tuple[LeaveGroup, PersonalLeave], ...] = ()
    sick: tuple[tuple[LeaveGroup, SickPay], ...] = ()
    absent: PersonalLeave | None = None
    late_minutes: int = 0
    late_fen: int = 0
    limit: int = 0

    def amounts(self) -> tuple[int, int, int, int, int]:
        """(事假扣、病假扣、病假工资、旷工扣、迟到扣),以分计;扣的合计不超过 limit。"""
        wanted = (
            sum(p.deduction.fen for _, p in self.personal),
            sum(s.wage_deduction.fen for _, s in self.sick),
            self.absent.deduction.fen if self.absent else 0,
            self.late_fen,
        )
        left, given = self.limit, []
        for fen in wanted:
            given.append(min(fen, left))
            left -= given[-1]
        return given[0], given[1], sum(s.sick_pay.fen for _, s in self.sick), given[2], given[3]

    @property
    def capped(self) -> bool:
        """有没有碰到上限。"""
        given = self.amounts()
        wanted = sum(p.deduction.fen for _, p in self.personal) + sum(s.wage_deduction.fen for _, s in self.sick)
        wanted += (self.absent.deduction.fen if self.absent else 0) + self.late_fen
        return given[0] + given[1] + given[3] + given[4] < wanted


def wage_on(wages: Sequence[Wage], day: int) -> Wage:
    """当月某日的月工资:day 不晚于那天的最后一段;都晚于那天则取第一段。"""
    found = wages[0]
    for wage in wages:
        if wage.day <= day:
            found = wage
    return found


def employed_whole(facts: PayFacts, rules: PayRules) -> bool:
    """整月在职。"""
    return facts.first_day <= 1 and facts.last_day >= rules.last_day


def base_wage(facts: PayFacts, rules: PayRules) -> Proration | WageSegments:
    """当月基本工资:整月、按在职折算,或按调薪分段。"""
    days, employed = rules.days(facts.roster), rules.employed(facts.first_day, facts.last_day)
    inside = [w for w in facts.wages if w.day <= facts.last_day]
    started = [w for w in inside if w.day <= max(1, facts.first_day)]
    segments = [*started[-1:], *(w for w in inside if w.day > max(1, facts.first_day))]
    if len(segments) == 1:
        return proration(Money(segments[0].fen), employed, days, rules.terms.proration)
    wages = [(rules.period.day(max(1, w.day)), Money(w.fen)) for w in segments]
    return raise_in_month(wages, rules.terms.raise_divide, days, employed)


def employed_ratio(facts: PayFacts, rules: PayRules) -> tuple[int, int]:
    """在职比例:在职的计薪日 ÷ 整月的计薪日(工作日加法定节假日)。"""
    if employed_whole(facts, rules):
        return 1, 1
    days, (first, last) = rules.days(facts.roster), rules.employed(facts.first_day, facts.last_day).within(rules.period)
    part, whole = days.shape(first, last), days.shape()
    counted, total = part.workdays + part.statutory, whole.workdays + whole.statutory
    return (counted, total) if total else (0, 1)


def heat_rate(facts: PayFacts, rules: PayRules) -> HeatRate | None:
    """高温津贴的标准(防暑降温措施管理办法第十七条;各地公告):不在发放的月份为 None;还没填的报 NotReady(CITY_BLANK)。"""
    pack = rules.city(facts.city).pack
    version = pack.heat.at(rules.terms.month.first) if pack.heat is not None else None
    if version is None or facts.heat in version.value.blank or facts.heat not in version.value.rates:
        say = (
            f"{pack.name}“{facts.heat}”岗位的高温津贴标准还没有填。请 HR 照当地规定填进政策目录的城市文件,再重新计算。"
        )
        raise NotReady("CITY_BLANK", say, {"city": pack.name, "line": "heat_allowance"})
    rates = version.value
    if rules.terms.month.month not in rates.months:
        return None
    return HeatRate(
        rates.rates[facts.heat], rates.per_day, pack.heat.rule_id(rules.terms.month.first) if pack.heat else ""
    )


def heat_allowance(facts: PayFacts, rules: PayRules, employed: tuple[int, int]) -> int:
    """高温津贴(分):按月的乘在职比例,按天的乘出勤天数。"""
    found = heat_rate(facts, rules)
    if found is None:
        return 0
    n, d = facts.attended.worked_days if found.per_day else employed
    return round_half_up(found.rate.fen * n, d)


def absences(facts: PayFacts, rules: PayRules, base_fen: int) -> Absences:
    """当月事假、病假、旷工、迟到的扣发。"""
    shape = rules.shape_of(facts.roster)
    whole = employed_whole(facts, rules)
    policy = rules.terms.personal if whole else replace(rules.terms.personal, method=LeaveMethod.SUBTRACT)
    unpaid, ill = _groups(facts, rules)
    if len(unpaid) > 1:
        policy = replace(policy, method=LeaveMethod.SUBTRACT)
    personal = tuple((g, personal_leave(Money(g.wage.fen), g.days, shape, policy)) for g in unpaid)
    sick = tuple((g, _sick(g, facts, rules, shape)) for g in ill)
    attended = facts.attended
    last = wage_on(facts.wages, facts.last_day)
    absent = None
    if attended.absent_days[0]:
        by_day = PersonalPolicy(rules.terms.personal.divide, LeaveMethod.SUBTRACT, DailyRounding.NONE)
        absent = personal_leave(Money(last.fen), Fraction(*attended.absent_days), shape, by_day)
    minutes = attended.late_minutes + attended.early_minutes if rules.terms.deduct_lateness else 0
    late = 0
    if minutes:
        per = rules.terms.overtime.month_minutes
        late = round_half_up(last.fen * minutes * per.denominator, per.numerator)
    return Absences(personal, sick, absent, minutes, late, base_fen)


def absent_fen(facts: PayFacts, rules: PayRules, base_fen: int) -> tuple[int, int, int, int, int]:
    """只要金额(次序同 Absences.amounts):不扣的假、整月在职的一笔事假直接算,别的细算;两种写法相等,有测试。"""
    leaves, attended = facts.leaves, facts.attended
    if attended.absent_days[0] or (rules.terms.deduct_lateness and (attended.late_minutes or attended.early_minutes)):
        return absences(facts, rules, base_fen).amounts()
    if len(leaves) == 1 and rules.personal is not None and facts.roster is None and employed_whole(facts, rules):
        kinds, up, down, most = rules.personal
        kind, (n, d), day, _, _ = leaves[0]
        if kind in kinds and (most is None or 2 * n <= most * d):
            wage = wage_on(facts.wages, day).fen
            fen = (2 * wage * n * up + d * down) // (2 * d * down)
            return min(fen, wage, base_fen), 0, 0, 0, 0
    for taken in leaves:
        if taken.kind in rules.unpaid:
            return absences(facts, rules, base_fen).amounts()
    return 0, 0, 0, 0, 0


def _groups(facts: PayFacts, rules: PayRules) -> tuple[list[LeaveGroup], list[LeaveGroup]]:
    """(不发工资的假, 病假)各按月工资分组;别的假不扣。"""
    found: dict[Paid, dict[Wage, list[LeaveTaken]]] = {Paid.NONE: {}, Paid.SICK: {}}
    for taken in facts.leaves:
        groups = found.get(rules.terms.paid.get(taken.kind, Paid.FULL))
        if groups is not None:
            groups.setdefault(wage_on(facts.wages, taken.day), []).append(taken)
    unpaid, ill = ([_group(wage, taken) for wage, taken in one.items()] for one in found.values())
    return unpaid, ill


def _group(wage: Wage, taken: list[LeaveTaken]) -> LeaveGroup:
    days = Fraction(*taken[0].days)
    for one in taken[1:]:
        days += Fraction(*one.days)
    return LeaveGroup(wage, days, tuple(taken))


def _sick(group: LeaveGroup, facts: PayFacts, rules: PayRules, shape: MonthShape) -> SickPay:
    terms, city = rules.terms, rules.city(facts.city)
    on = rules.period.day(min(max(1, group.taken[0].day), rules.last_day))
    scale = city.sick_scale.at(on) if city.sick_scale is not None else None
    policy = SickPolicy(
        terms.personal.divide, scale.value if scale is not None else (), city.least(), terms.sick_floor_ratio
    )
    whole = employed_whole(facts, rules) and group.days >= shape.workdays
    years = Decimal(facts.service_years)
    found = SickFacts(Money(group.wage.fen), years, group.days, terms.sick_base_ratio, whole_month=whole)
    return sick_pay(found, shape, policy)
