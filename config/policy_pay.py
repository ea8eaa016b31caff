"""发薪用的政策 policy pay:从全部政策里取一个月适用的值,编成引擎的发薪规则。

工资、请假、加班、社保按所属月(`month`)取;个税按发放月(`pay_month`)取。
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from config.policies import Policies
from engine.days import Month
from engine.leave_pay import DailyRounding, LeaveMethod, PersonalPolicy
from engine.overtime import CrossMidnight, OvertimeRules
from engine.pay_items import BUILT_IN
from engine.pay_rules import PayRules, PayTerms
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


def pay_terms(policies: Policies, month: Month, pay_month: Month, company_rates: Mapping[str, Decimal]) -> PayTerms:
    """一个月适用的政策值。company_rates 是公司的费率,如 {"injury": 0.002}。"""
    day = month.first
    switch = {key: one.on(day) for key, one in policies.switches.items() if one.at(day) is not None}
    pay_days = policies.numbers["pay_days"].on(day)
    leave = {key: one.on(day) for key, one in policies.leave.items() if one.at(day) is not None}
    insured = pay_month if switch["insurance.month"] == "paid" else month
    raise_by_days = switch["wage.raise"] == "calendar_days"
    return PayTerms(
        month=month,
        pay_month=pay_month,
        insurance_month=insured,
        calendar=policies.calendar,
        items=policies.items,
        paid={key: one.paid for key, one in leave.items()},
        leave_labels={key: one.label for key, one in leave.items()},
        withholding=policies.withholding.on(pay_month.first),
        personal=PersonalPolicy(
            Divide(DivideBy(switch["leave.personal.divisor"]), pay_days),
            LeaveMethod(switch["leave.personal.method"]),
            DailyRounding(switch["leave.daily_rounding"]),
        ),
        proration=ProrationPolicy(
            ProrationMethod(switch["wage.proration"]), pay_days, switch["wage.proration.include_statutory"]
        ),
        raise_divide=Divide(DivideBy.CALENDAR_DAYS if raise_by_days else DivideBy.ACTUAL_WORKDAYS, pay_days, True),
        sick_floor_ratio=policies.numbers["sick_floor_ratio"].on(day),
        sick_base_ratio=policies.numbers["sick_base_ratio"].on(day),
        overtime=overtime_rules(policies, month),
        deduct_lateness=switch["late.deduction"] == "missed_minutes",
        minimum_by_proportion=switch["minimum.absence"] == "proportion",
        cities=policies.cities,
        company_rates=dict(company_rates),
        version=policies.version,
        rule_ids=_rule_ids(policies, month, insured),
    )


def _rule_ids(policies: Policies, month: Month, insured: Month) -> dict[str, str]:
    """内置规则 → 编号(键名@生效日),写进解释。"""
    day = month.first
    switches = {
        "personal_leave": "leave.personal.method",
        "proration": "wage.proration",
        "raise": "wage.raise",
        "lateness": "late.deduction",
    }
    out = {rule: policies.switches[key].rule_id(day) for rule, key in switches.items()}
    out |= {rule: policies.overtime.rule_id(day) for rule in BUILT_IN if rule.startswith("overtime")}
    out["sick"] = policies.numbers["sick_floor_ratio"].rule_id(day)
    for name, pack in policies.cities.items():
        out[f"social.{name}"] = pack.social.rule_id(insured.first)
        out[f"housing.{name}"] = pack.housing.rule_id(insured.first)
    return out


def pay_rules(policies: Policies, month: Month, pay_month: Month, company_rates: Mapping[str, Decimal]) -> PayRules:
    """编好一个月的发薪规则;一次发薪编一次,给每个人用。"""
    return PayRules(pay_terms(policies, month, pay_month, company_rates))
