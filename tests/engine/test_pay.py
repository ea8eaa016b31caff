"""工资条:公开算例、文章的数、请假加班、入离职、调薪、检查。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.quote_pay import plan_of
from config.policies import shipped
from config.policy_pay import overtime_rules
from engine import performance
from engine.days import Month
from engine.errors import BadInput, NotFound
from engine.money import Money
from engine.overtime import Record, segments
from engine.pay import Slip, compute
from engine.pay_explain import explain
from engine.pay_facts import (
    Adjustment,
    Allowance,
    Attended,
    Insured,
    LeaveTaken,
    OvertimeWorked,
    PayFacts,
    Scored,
    TaxFacts,
    Wage,
    as_pair,
)
from engine.pay_rules import PayRules
from engine.tax import bonus_apart
from tests.engine.pay_world import facts, rules
from tests.engine.worlds import public_cases


def amounts(slip: Slip) -> dict[str, str]:
    return {one.code: one.amount.yuan() for one in slip.lines}


def codes(slip: Slip) -> list[str]:
    return [c.code for c in slip.checks]


# ── 公开算例:整张工资条 ─────────────────────────────────────────────


def _public(case: dict[str, Any]) -> tuple[Slip, int]:
    """算例 → 事实(所属月等于发放月,上海自带的规定与算例的相同)。"""
    month, wage = Month.parse(case["month"]), Money.of(case["monthly_wage"]).fen
    base = Money.of(case["insurance"]["declared_bases"][0]["base"]).fen
    worked: dict[str, int] = {}
    records = [
        Record(datetime.fromisoformat(r["start"]), datetime.fromisoformat(r["end"])) for r in case.get("overtime", ())
    ]
    for part in segments(records, overtime_rules(shipped(), month), shipped().calendar):
        worked[part.kind.value] = worked.get(part.kind.value, 0) + part.minutes
    score = None
    if "performance" in case:
        found = performance.score(plan_of(case["performance"]))
        score = Scored(found.pair, as_pair(found.multiplier))
    extra, bonus_tax = [], 0
    for one in case.get("additions", ()):
        fen = Money.of(one["amount"]).fen
        extra.append(Adjustment(one["code"], one["code"], "earning", fen, False, ""))
        bonus_tax += bonus_apart(shipped().bonus.on(month.first), fen)
    if bonus_tax:
        extra.append(Adjustment("bonus_iit", "年终奖个税", "after_tax", -bonus_tax, False, "单独计税"))
    days = Decimal(case.get("personal_leave_days", "0"))
    slip = compute(
        facts(
            month=str(month), pay_month=str(month), wages=(Wage(1, wage),), insured=Insured("上海", base, base, "0.07"),
            tax=TaxFacts(case["iit"]["scheme"], case["iit"]["employment_start_month"], months=()),
            leaves=(LeaveTaken("personal", as_pair(days), 5),) if days else (),
            overtime=tuple(OvertimeWorked(k, m) for k, m in worked.items()), score=score, adjustments=tuple(extra),
        ),
        rules(str(month), str(month)),
    )  # fmt: skip
    return slip, bonus_tax


@pytest.mark.parametrize("case", public_cases("payslip"), ids=lambda c: c["id"])
def test_public_payslips(case: dict[str, Any]) -> None:
    slip, bonus_tax = _public(case["input"])
    expect, found = case["expect"], amounts(slip)
    for code, amount in expect["lines"].items():
        if code == "overtime":
            total = sum(Money.of(v).fen for k, v in found.items() if k.startswith("overtime"))
            assert Money(total).yuan() == amount
        else:
            assert found[code] == amount
    assert slip.gross.yuan() == expect["gross"]
    assert slip.insurance.yuan() == expect["employee_insurance"]
    assert slip.tax.yuan() == expect["iit"]
    assert Money(bonus_tax).yuan() == expect["bonus_iit"]
    assert slip.net.yuan() == expect["net"]
    assert slip.employer.yuan() == expect["employer_insurance"]
    assert slip.cost.yuan() == expect["employer_cost"]


# ── 文章与十一月试算 ─────────────────────────────────────────────────


def test_the_articles_bonus_and_half_a_day() -> None:
    slip = compute(facts(score=Scored((11, 10), (11, 10))), rules())
    assert amounts(slip)["performance_bonus"] == "1100.00"
    half = LeaveTaken("personal", (1, 2), 24, "11月24日(周二)下午", ("leave:3",))
    after = compute(facts(score=Scored((11, 10), (11, 10)), leaves=(half,)), rules())
    assert amounts(after)["personal_leave"] == "-229.89"
    assert after.gross.fen == slip.gross.fen - 22989
    why = explain(facts(leaves=(half,)), rules(), "personal_leave")
    assert why.say == "事假 0.5 天(11月24日(周二)下午):¥10,000.00 ÷ 21.75 × 0.5 = ¥229.89(口径:21.75 减法)"
    assert why.words == "事假半天(11月24日(周二)下午)"
    assert why.all_evidence() == ["leave:3"]


def test_paid_leave_changes_nothing() -> None:
    slip = compute(facts(leaves=(LeaveTaken("annual", (1, 2), 25),)), rules())
    assert amounts(slip) == amounts(compute(facts(), rules()))


def test_the_full_attendance_award() -> None:
    award = (Allowance("全勤奖", 20000),)
    assert amounts(compute(facts(allowances=award), rules()))["full_attendance"] == "200.00"
    late = Attended((21, 1), (21, 1), late=1, late_minutes=6, evidence=(("迟到次数", ("punch:9",)),))
    lost = facts(allowances=award, attended=late)
    assert "full_attendance" not in amounts(compute(lost, rules()))
    away = facts(allowances=award, leaves=(LeaveTaken("personal", (1, 2), 24),))
    assert "full_attendance" not in amounts(compute(away, rules()))


def test_no_plan_no_bonus_and_missing_data_blocks() -> None:
    assert "performance_bonus" not in amounts(compute(facts(), rules()))
    slip = compute(facts(score_missing=("客户满意度",)), rules())
    assert "performance_bonus" not in amounts(slip)
    assert [(c.code, c.level) for c in slip.checks] == [("SCORE_MISSING", "block")]
    assert "客户满意度" in slip.checks[0].say


# ── 加班、病假、旷工 ─────────────────────────────────────────────────


def test_one_overtime_line_a_kind() -> None:
    """分两次的同一种加班先合起来,再算一次:10,000 ÷ 21.75 ÷ 8 × 1.5 × (1/60) 两次各取整会差一分。"""
    once = compute(facts(overtime=(OvertimeWorked("workday", 14),)), rules())
    twice = compute(facts(overtime=(OvertimeWorked("workday", 7), OvertimeWorked("workday", 7))), rules())
    assert amounts(once)["overtime_workday"] == amounts(twice)["overtime_workday"] == "20.11"
    holiday = compute(facts(overtime=(OvertimeWorked("statutory_holiday", 480),)), rules())
    assert amounts(holiday)["overtime_statutory"] == "1379.31"


def test_sick_pay_is_two_lines() -> None:
    """2026-08-15 之后上海的标准没有续期,只守最低工资 80% 的下限:2,740 × 80% ÷ 21.75 × 2。"""
    slip = compute(facts(leaves=(LeaveTaken("sick", (2, 1), 10),), service_years=9), rules())
    assert amounts(slip)["sick_leave"] == "-919.54"
    assert amounts(slip)["sick_pay"] == "201.56"
    july = facts(
        month="2026-07", pay_month="2026-08", leaves=(LeaveTaken("sick", (2, 1), 10),), service_years=9,
        tax=TaxFacts(months=tuple(range(1, 8))),
    )  # fmt: skip
    assert amounts(compute(july, rules("2026-07", "2026-08")))["sick_pay"] == "919.54"


def test_days_without_leave_or_punch_are_deducted() -> None:
    slip = compute(facts(attended=Attended((21, 1), (20, 1), absent_days=(1, 1))), rules())
    assert amounts(slip)["absence"] == "-459.77"


def test_deductions_never_exceed_the_wage() -> None:
    """整月缺勤:事假、病假、旷工合起来不超过基本工资(陷阱 12)。"""
    away = (LeaveTaken("personal", (10, 1), 2), LeaveTaken("sick", (11, 1), 16))
    slip = compute(facts(leaves=away, attended=Attended((21, 1), (0, 1), absent_days=(9, 1))), rules())
    found = amounts(slip)
    taken = sum(Money.of(found[c]).fen for c in ("personal_leave", "sick_leave", "absence"))
    assert taken == -1000000
    assert (
        "扣到当月工资为止"
        in explain(facts(leaves=away, attended=Attended((21, 1), (0, 1), absent_days=(9, 1))), rules(), "absence").say
    )


def test_more_than_half_a_month_away_is_paid_by_days_worked() -> None:
    """23 个工作日缺 22 天,减法会扣成零;auto 改按出勤(pay-law §6)。"""
    july = facts(
        month="2026-07", pay_month="2026-08", leaves=(LeaveTaken("personal", (22, 1), 1),),
        tax=TaxFacts(months=tuple(range(1, 8))),
    )  # fmt: skip
    slip = compute(july, rules("2026-07", "2026-08"))
    assert slip.gross.yuan() == "459.77"


# ── 入离职与调薪 ─────────────────────────────────────────────────────


def october(**more: Any) -> PayFacts:
    return facts(month="2026-10", pay_month="2026-11", tax=TaxFacts(months=tuple(range(1, 11))), **more)


def test_a_joiner_is_paid_by_days() -> None:
    own = (Allowance("岗位津贴", 30000), Allowance("餐补", 1500))
    here = Attended((18, 1), (17, 1))
    slip = compute(october(first_day=8, allowances=own, attended=here), rules("2026-10", "2026-11"))
    assert amounts(slip)["base"] == "8275.86"
    assert amounts(slip)["position_allowance"] == "257.14"  # 18 ÷ 21 × 300
    assert amounts(slip)["meal"] == "255.00"  # 出勤 17 天 × 15
    assert codes(slip) == ["JOINER_FULL_WORKDAYS"]
    leaver = compute(october(last_day=23), rules("2026-10", "2026-11"))
    assert amounts(leaver)["base"] == "7356.32"  # 13 个工作日 + 3 个法定日


def test_a_raise_in_the_month_makes_two_parts() -> None:
    raised = october(
        wages=(Wage(1, 1000000, ("wage:1",)), Wage(16, 1200000, ("wage:2",))), score=Scored((1, 1), (1, 1))
    )
    slip = compute(raised, rules("2026-10", "2026-11"))
    assert amounts(slip)["base"] == "11047.61"  # 10 ÷ 21 × 10,000 + 11 ÷ 21 × 12,000
    assert amounts(slip)["performance_bonus"] == "1200.00"  # 基本工资是月末的标准
    assert explain(raised, rules("2026-10", "2026-11"), "base").all_evidence() == ["wage:1", "wage:2"]


def test_a_rota_has_its_own_workdays() -> None:
    rota = tuple(d for d in range(1, 31) if d % 2)
    slip = compute(facts(roster=rota, first_day=16), rules())
    assert amounts(slip)["base"] == "3218.39"  # 7 ÷ 21.75 × 10,000


# ── 社保、个税、调整、检查 ───────────────────────────────────────────


def test_the_fund_may_exceed_its_limit() -> None:
    """单位与个人超出免税限额的部分并入应税;上海上限等于限额,故自带规定里不会发生。"""
    slip = compute(facts(insured=Insured("上海", 9000000, 9000000, "0.07", "0.05")), rules())
    assert amounts(slip)["ins_housing"] == "-2641.00"
    assert amounts(slip)["ins_housing_supplement"] == "-1887.00"
    assert slip.taxable_income == slip.gross.fen
    assert slip.deductible == slip.insurance.fen


def test_retired_people_pay_no_insurance() -> None:
    slip = compute(facts(insured=None), rules())
    assert (slip.insurance.fen, slip.employer.fen) == (0, 0)
    assert not [one for one in slip.lines if one.code.startswith(("ins_", "er_"))]


def test_adjustments_are_lines_of_their_own() -> None:
    extra = (
        Adjustment("delta", "补发十月加班费", "earning", 12345, True, "更正打卡", ("punch:8",)),
        Adjustment("loan", "归还借款", "after_tax", -50000, False, "借款协议", ("manual:2",)),
    )
    plain, slip = compute(facts(), rules()), compute(facts(adjustments=extra), rules())
    assert slip.gross.fen == plain.gross.fen + 12345
    assert slip.taxable_income == plain.taxable_income + 12345
    assert slip.net.fen == slip.gross.fen - slip.insurance.fen - slip.tax.fen - 50000
    assert explain(facts(adjustments=extra), rules(), "delta").all_evidence() == ["punch:8"]


def test_net_never_falls_below_zero() -> None:
    debt = Adjustment("loan", "扣回", "after_tax", -5000000, False, "离职结算")
    slip = compute(facts(adjustments=(debt,)), rules())
    assert slip.net.fen == 0
    assert slip.receivable.fen == 5000000 - (slip.gross.fen - slip.insurance.fen - slip.tax.fen)
    assert codes(slip) == ["NEGATIVE_NET", "DEDUCTION_CARRIED"]
    assert amounts(slip)["receivable"] == slip.receivable.yuan()


@pytest.mark.parametrize(
    ("more", "code", "level"),
    [
        ({"has_bank": False}, "NO_BANK_ACCOUNT", "block"),
        ({"tax": TaxFacts(months=(1, 2, 3, 5, 6, 7, 8, 9, 10, 11))}, "YTD_GAP", "block"),
        ({"tax": TaxFacts(months=tuple(range(1, 13)))}, "YTD_AHEAD", "block"),
        ({"allowances": (Allowance("神秘补贴", 1),)}, "UNKNOWN_ALLOWANCE", "block"),
        ({"wages": (Wage(1, 300000),), "insured": Insured("上海", 300000, 300000, "0.07")}, "BELOW_MINIMUM_WAGE", "warn"),
        ({"wages": (Wage(1, 0),), "insured": None}, "ZERO_NET", "warn"),
    ],
)  # fmt: skip
def test_checks(more: dict[str, Any], code: str, level: str) -> None:
    found = {c.code: c for c in compute(facts(**more), rules()).checks}
    assert found[code].level == level
    assert found[code].say.endswith("。")
    assert "¥" not in found[code].say


def test_the_minimum_wage_is_compared_in_proportion() -> None:
    """缺勤月份按出勤比例比:月薪 4,000 缺两天不低于最低工资;加班费不算在内。"""
    low = {"wages": (Wage(1, 400000),), "insured": None}
    away = (LeaveTaken("personal", (10, 1), 2),)
    assert "BELOW_MINIMUM_WAGE" not in codes(compute(facts(**low, leaves=away), rules()))
    hidden = facts(wages=(Wage(1, 270000),), insured=None, overtime=(OvertimeWorked("workday", 1200),))
    assert "BELOW_MINIMUM_WAGE" in codes(compute(hidden, rules()))


def test_wrong_month_wrong_city_and_nobody() -> None:
    with pytest.raises(BadInput) as month:
        compute(facts(month="2026-10"), rules())
    assert month.value.code == "WRONG_MONTH"
    with pytest.raises(BadInput) as gone:
        compute(facts(first_day=20, last_day=10), rules())
    assert gone.value.code == "NOT_EMPLOYED"
    with pytest.raises(NotFound) as city:
        compute(facts(city="云州"), rules())
    assert city.value.code == "NO_CITY"
    with pytest.raises(NotFound):
        explain(facts(), rules(), "no_such_line")
    with pytest.raises(BadInput) as kind:
        compute(facts(overtime=(OvertimeWorked("over_period_standard", 60),)), rules())
    assert kind.value.code == "UNKNOWN_OVERTIME"


def test_lateness_is_deducted_only_where_the_company_says_so() -> None:
    late = facts(attended=Attended((21, 1), (21, 1), late=2, late_minutes=30, evidence=(("迟到次数", ("punch:1",)),)))
    assert "lateness" not in amounts(compute(late, rules()))
    strict = PayRules(replace(rules().terms, deduct_lateness=True))
    assert amounts(compute(late, strict))["lateness"] == "-28.74"  # 10,000 ÷ 21.75 ÷ 8 × 0.5
    assert explain(late, strict, "lateness").all_evidence() == ["punch:1"]


def test_the_rules_know_their_version_and_day() -> None:
    assert rules().version == shipped().version
    assert rules().terms.withholding is shipped().withholding.on(date(2026, 12, 1))
