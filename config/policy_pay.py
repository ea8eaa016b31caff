"""发薪用的政策 policy pay:从全部政策里取一个月适用的值,编成引擎的发薪规则。

工资、请假、加班、社保按所属月(`month`)取;个税按发放月(`pay_month`)取。
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypedDict

from config.policies import Policies
from engine.city import FundLimits
from engine.days import Month, Period
from engine.leave_pay import DailyRounding, LeaveMethod, PersonalPolicy
from engine.overtime import CrossMidnight, OvertimeRules
from engine.pay_items import BUILT_IN
from engine.pay_rules import OvertimeCap, PayRules, PayTerms
from engine.proration import Divide, DivideBy, ProrationMethod, ProrationPolicy


def overtime_rules(policies: Policies, month: Month) -> OvertimeRules:
    """一个月的加班规则(标准工时)。"""
    day = month.first
    return OvertimeRules(
        multipliers=policies.overtime.on(day).multipliers,
        pay_days=policies.numbers["pay_days"].on(day),
        hours_per_day=policies.numbers["hours_per_day"].on(day),
        cross_midnight=CrossMidnight(policies.switches["overtime.cross_midnight"].on(day)),
        granularity_minutes=policies.switches["overtime.granularity_minutes"].on(day),
        irregular_pays_statutory=policies.switches["overtime.irregular_statutory"].on(day),
    )


def pay_terms(
    policies: Policies,
    month: Month,
    pay_month: Month,
    company_rates: Mapping[str, Decimal],
    period: Period | None = None,
) -> PayTerms:
    """一期适用的政策值。company_rates 是公司的费率,如 {"injury": 0.002};period 计薪周期(None 为自然月)。

    政策以工资所属月 1 日有效的版本为准(个税以发放月 1 日、社保以 insurance.month 的那个月 1 日);月中改的下一期起用。
    """
    day = month.first
    switch = {key: one.on(day) for key, one in policies.switches.items() if one.at(day) is not None}
    leave = {key: one.on(day) for key, one in policies.leave.items() if one.at(day) is not None}
    insured = pay_month if switch["insurance.month"] == "paid" else month
    return PayTerms(
        month=month,
        pay_month=pay_month,
        insurance_month=insured,
        calendar=policies.calendar,
        items=policies.items,
        paid={key: one.paid for key, one in leave.items()},
        leave_labels={key: one.label for key, one in leave.items()},
        withholding=policies.withholding.on(pay_month.first),
        sick_floor_ratio=policies.numbers["sick_floor_ratio"].on(day),
        overtime=overtime_rules(policies, month),
        cities=policies.cities,
        company_rates={**company_rates, **_dated_rates(policies, insured)},
        version=policies.version,
        rule_ids=_rule_ids(policies, month, insured),
        period=period,
        full_attendance=policies.full_attendance.on(day),
        after_tax=policies.after_tax.on(day),
        fund_limits=_fund_limits(policies, insured),
        rule_words={rule: policies.decided(key, day) for rule, key in DECIDED_BY.items()},
        **_switched(policies, switch, day),
    )


class Switched(TypedDict):
    """由开关定的几样。"""

    deduct_lateness: bool
    minimum_by_proportion: bool
    overtime_base: str
    overtime_base_items: tuple[str, ...]
    overtime_cap: OvertimeCap
    sick_by_city: bool
    personal: PersonalPolicy
    proration: ProrationPolicy
    raise_divide: Divide
    sick_base_ratio: Decimal


def _switched(policies: Policies, switch: Mapping[str, Any], day: date) -> Switched:
    pay_days = policies.numbers["pay_days"].on(day)
    by_days = switch["wage.raise"] == "calendar_days"
    ratio = policies.numbers["sick_base_ratio"].on(day) if switch["sick.base"] == "ratio" else Decimal(1)
    cap = policies.overtime.on(day).month_cap_hours
    return Switched(
        deduct_lateness=switch["late.deduction"] == "missed_minutes",
        minimum_by_proportion=switch["minimum.absence"] == "proportion",
        overtime_base=switch["overtime.base"],
        overtime_base_items=tuple(switch["overtime.base_items"]),
        overtime_cap=OvertimeCap(Fraction(cap), frozenset(switch["overtime.cap_counts"])),
        sick_by_city=switch["sick.scale"] == "city",
        personal=PersonalPolicy(
            Divide(DivideBy(switch["leave.personal.divisor"]), pay_days),
            LeaveMethod(switch["leave.personal.method"]),
            DailyRounding(switch["leave.daily_rounding"]),
        ),
        proration=ProrationPolicy(
            ProrationMethod(switch["wage.proration"]), pay_days, switch["wage.proration.include_statutory"]
        ),
        raise_divide=Divide(DivideBy.CALENDAR_DAYS if by_days else DivideBy.ACTUAL_WORKDAYS, pay_days, True),
        sick_base_ratio=ratio,
    )


def _dated_rates(policies: Policies, insured: Month) -> dict[str, Decimal]:
    """那个月有效的公司费率;还没到开始日期的用公司资料里的。"""
    found = {code: one.at(insured.first) for code, one in policies.rates.items()}
    return {code: version.value for code, version in found.items() if version is not None}


def _fund_limits(policies: Policies, insured: Month) -> FundLimits | None:
    limits = policies.deductions.limits
    if not limits:
        return None
    day = insured.first
    return FundLimits(limits["housing_fund_rate"].on(day), limits["housing_fund_base_multiple"].on(day))


DECIDED_BY = {
    "personal_leave": "leave.personal.method",
    "personal_divisor": "leave.personal.divisor",
    "daily_rounding": "leave.daily_rounding",
    "proration": "wage.proration",
    "raise": "wage.raise",
    "lateness": "late.deduction",
    "sick_scale": "sick.scale",
    "sick_base": "sick.base",
    "overtime_base": "overtime.base",
    "cross_midnight": "overtime.cross_midnight",
    "insurance_month": "insurance.month",
    "minimum": "minimum.absence",
}
"""由开关定的规则 → 开关;工资条与“怎么算的”写明是哪一种。"""


def _rule_ids(policies: Policies, month: Month, insured: Month) -> dict[str, str]:
    """内置规则 → 编号(键名@生效日),写进解释。"""
    day = month.first
    out = {rule: policies.switches[key].rule_id(day) for rule, key in DECIDED_BY.items()}
    out |= {rule: policies.overtime.rule_id(day) for rule in BUILT_IN if rule.startswith("overtime")}
    out["sick"] = policies.numbers["sick_floor_ratio"].rule_id(day)
    for name, pack in policies.cities.items():
        out[f"housing.{name}"] = pack.housing.rule_id(insured.first)
        for code, line in pack.lines.items():
            out[f"{code}.{name}"] = line.rule_id(insured.first)
    return out


def pay_rules(
    policies: Policies,
    month: Month,
    pay_month: Month,
    company_rates: Mapping[str, Decimal],
    period: Period | None = None,
) -> PayRules:
    """编好一期的发薪规则;一次发薪编一次,给每个人用。"""
    return PayRules(pay_terms(policies, month, pay_month, company_rates, period))
