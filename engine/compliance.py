"""用工合规 compliance:加班上限、最低工资、加班费差额、医疗期。合同与试用期在 `engine.compliance_contract`。

依据:劳动法第四十一条(每日一般 1 小时、特殊原因 3 小时,每月 36 小时)、第四十四条;最低工资规定第十二条;
劳动合同法第八十五条(这里只提议差额,加付由劳动行政部门责令);劳部发〔1994〕479号第三、四条。
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.days import add_months
from engine.errors import NotReady
from engine.figures import plain
from engine.money import ZERO, Money, total
from engine.overtime import KIND_LABELS, OvertimeKind, OvertimeLine, OvertimeRules, line
from engine.service import ONE_DAY
from engine.trace import Trace, money_leaf

# ── 加班上限 ──────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class OvertimeCap:
    """加班上限(小时):一般每日、特殊原因每日、每月。"""

    day_usual: Decimal
    day_most: Decimal
    month_most: Decimal


@dataclass(frozen=True, slots=True)
class CapCheck:
    """查出来的:counted 计入上限的小时,over 超了几小时,days_over 超过每日最多的日子,days_reason 超过一般、要写原因的日子。"""

    counted: Fraction
    over: Fraction
    days_over: tuple[date, ...]
    days_reason: tuple[date, ...]


def overtime_cap(
    hours: Mapping[str, Decimal], counts: Collection[str], daily: Sequence[tuple[date, Decimal]], cap: OvertimeCap
) -> CapCheck:
    """加班有没有超过上限。counts 是哪几种计入(法律没有说死,由政策定);正好 36 小时不算超。"""
    counted = sum((Fraction(value) for kind, value in hours.items() if kind in counts), Fraction(0))
    over = max(counted - Fraction(cap.month_most), Fraction(0))
    too_long = tuple(day for day, value in daily if value > cap.day_most)
    reason = tuple(day for day, value in daily if cap.day_usual < value <= cap.day_most)
    return CapCheck(counted, over, too_long, reason)


def cap_trace(found: CapCheck, cap: OvertimeCap) -> Trace:
    """加班上限的话。"""
    say = f"计入上限的加班 {plain(found.counted, 2)} 小时,每月最多 {plain(cap.month_most)} 小时"
    if found.over:
        say += f",超了 {plain(found.over, 2)} 小时"
    if found.days_over:
        say += f";{len(found.days_over)} 天超过每日 {plain(cap.day_most)} 小时"
    if found.days_reason:
        say += f";{len(found.days_reason)} 天超过 {plain(cap.day_usual)} 小时,要有特殊原因"
    return Trace("加班小时", plain(found.counted, 2), "hours", say, say)


# ── 最低工资 ──────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class WageItem:
    """一项工资:code 名字,kind 类别(overtime、special_shift、special_environment……),amount 金额。"""

    code: str
    kind: str
    amount: Money


@dataclass(frozen=True, slots=True)
class MinimumTerms:
    """当地最低工资:monthly 月标准,excluded 不计入的类别,after_insurance 与扣除个人社保公积金之后的工资比。"""

    monthly: Money
    excluded: frozenset[str]
    after_insurance: bool


@dataclass(frozen=True, slots=True)
class MinimumCheck:
    """可比工资 comparable、本月下限 floor、差额 shortfall(不小于零)、没有计入的项目。"""

    comparable: Money
    floor: Money
    shortfall: Money
    excluded: tuple[str, ...]


def minimum_wage(
    items: Sequence[WageItem], insurance: Money, terms: MinimumTerms, attendance: Fraction = Fraction(1)
) -> MinimumCheck:
    """有没有低于最低工资;attendance 是提供正常劳动的比例(有未付薪的缺勤时按比例比)。"""
    counted = total([item.amount for item in items if item.kind not in terms.excluded])
    comparable = counted - insurance if terms.after_insurance else counted
    floor = Money.rounded(terms.monthly.fen * attendance)
    excluded = tuple(item.code for item in items if item.kind in terms.excluded)
    return MinimumCheck(comparable, floor, max(floor - comparable, ZERO), excluded)


def minimum_trace(found: MinimumCheck, items: Sequence[WageItem]) -> Trace:
    """最低工资的话。"""
    say = f"可比工资 {found.comparable.show()},最低 {found.floor.show()}"
    words = "不低于当地最低工资"
    if found.shortfall:
        say += f",差 {found.shortfall.show()},请补足"
        words = "低于当地最低工资,请补足差额"
    if found.excluded:
        say += f"(没有计入:{'、'.join(found.excluded)})"
    parts = tuple(money_leaf(item.code, item.amount) for item in items)
    return Trace("最低工资差额", found.shortfall.yuan(), "money", say, words, "", (), parts)


# ── 加班费差额 ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Shortfall:
    """少付的加班费:各种应付、合计应付、已付、差额(不小于零)。"""

    lines: tuple[OvertimeLine, ...]
    due: Money
    paid: Money
    short: Money


def overtime_shortfall(
    base: Money, hours: Mapping[OvertimeKind, Decimal], paid: Money, rules: OvertimeRules
) -> Shortfall:
    """应付减已付。零小时的不成一行。"""
    kinds = (OvertimeKind.WORKDAY, OvertimeKind.REST_DAY, OvertimeKind.STATUTORY)
    lines = tuple(line(kind, Fraction(hours[kind]) * 60, base, rules) for kind in kinds if hours.get(kind))
    due = total([one.amount for one in lines])
    return Shortfall(lines, due, paid, max(due - paid, ZERO))


def shortfall_trace(found: Shortfall) -> Trace:
    """少付的加班费的话。"""
    say = f"应付 {found.due.show()},已付 {found.paid.show()}"
    say += f",少付 {found.short.show()},请补发" if found.short else ",没有少付"
    parts = tuple(money_leaf(f"{KIND_LABELS[one.kind]}费", one.amount) for one in found.lines)
    words = "加班费少付,请补发" if found.short else "加班费没有少付"
    return Trace("加班费差额", found.short.yuan(), "money", say, words, "", (), parts)


# ── 医疗期 ────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class MedicalStep:
    """医疗期的一档:实际工龄满 total 年、本单位满 unit 年的,months 个月,在 window 个月内累计。"""

    total: int
    unit: int
    months: int
    window: int


@dataclass(frozen=True, slots=True)
class MedicalPeriod:
    """医疗期:months 个月,从第一天病休起 window 个月内累计,到 window_end 为止。"""

    months: int
    window: int
    window_end: date


def medical_period(
    total_years: Fraction, unit_years: Fraction, first_sick_day: date, steps: Sequence[MedicalStep]
) -> MedicalPeriod:
    """医疗期(劳部发〔1994〕479号):先看实际工龄,再看本单位工龄;没有合适的一档报 NotReady(RULE_MISSING)。"""
    fits = [step for step in steps if step.total <= total_years and step.unit <= unit_years]
    if not fits:
        raise NotReady("RULE_MISSING", "医疗期的档次里没有这个工龄。请 HR 在政策文件里补上,再重新计算。")
    step = max(fits, key=lambda s: (s.total, s.unit))
    return MedicalPeriod(step.months, step.window, add_months(first_sick_day, step.window) - ONE_DAY)


def medical_trace(found: MedicalPeriod) -> Trace:
    """医疗期的话。"""
    say = f"医疗期 {found.months} 个月,在 {found.window} 个月内累计,到 {found.window_end.isoformat()} 为止"
    return Trace("医疗期(月)", str(found.months), "count", say, say)
