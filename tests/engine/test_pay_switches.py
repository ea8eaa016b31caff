"""开关:每一个选法都真的改变该改的那一行,并写进“怎么算的”。数都是手算的。"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.pay import compute
from engine.pay_decided import decisions
from engine.pay_explain import explain
from engine.pay_facts import Allowance, Attended, LeaveTaken, OvertimeWorked, PayFacts, TaxFacts, Wage
from engine.pay_rules import PayRules
from tests.engine.overlay import rules_of, switched
from tests.engine.pay_world import facts, rules

TWO_HOURS = (OvertimeWorked("workday", 120, "11月3日(周二)", ("overtime:1",)),)


def amount(one: PayFacts, found: PayRules, code: str) -> str:
    line = compute(one, found).line(code)
    return line.amount.yuan() if line is not None else "0.00"


@pytest.mark.parametrize(
    ("way", "expect"),
    [
        ("contract_wage", "172.41"),  # 10,000 × 2 × 1.5 ÷ 174
        ("listed_items", "181.03"),  # (10,000 + 500) × 3 ÷ 174
        ("full_wage", "186.47"),  # (10,000 + 500 + 15 × 21) × 3 ÷ 174
    ],
)
def test_the_overtime_base(tmp_path: Path, way: str, expect: str) -> None:
    found = rules_of(switched(tmp_path, overtime__base=way, overtime__base_items="[岗位津贴标准]"))
    one = facts(overtime=TWO_HOURS, allowances=(Allowance("岗位津贴", 50000), Allowance("餐补", 1500)))
    assert amount(one, found, "overtime_workday") == expect
    told = explain(one, found, "overtime_workday")
    assert told.value == expect
    assert any("加班工资基数" in leaf.words and leaf.rule.startswith("pay.overtime.base@") for leaf in told.parts)


def test_the_overtime_base_is_not_below_the_minimum_wage() -> None:
    """月薪 2,000:按最低工资 2,740 × 2 × 1.5 ÷ 174 = 47.24。"""
    low = facts(wages=(Wage(1, 200000),), overtime=TWO_HOURS)
    assert amount(low, rules(), "overtime_workday") == "47.24"
    assert explain(low, rules(), "overtime_workday").value == "47.24"


def _july() -> PayFacts:
    sick = (LeaveTaken("sick", (2, 1), 10, "", ("leave:1",)),)
    return facts(
        month="2026-07", pay_month="2026-08", leaves=sick, service_years=9, tax=TaxFacts(months=tuple(range(1, 8)))
    )


@pytest.mark.parametrize(
    ("values", "expect"),
    [
        ({}, "919.54"),  # 合同工资 × 100%:10,000 ÷ 21.75 × 2
        ({"sick__base": "ratio"}, "643.68"),  # 7,000 ÷ 21.75 × 2
        ({"sick__scale": "floor_only"}, "201.56"),  # 2,740 × 80% ÷ 21.75 × 2
    ],
)
def test_sick_pay(tmp_path: Path, values: dict[str, str], expect: str) -> None:
    found = rules_of(switched(tmp_path, **values), "2026-07", "2026-08")
    assert amount(_july(), found, "sick_pay") == expect
    words = [d.words for d in decisions(["sick_pay"], _july(), found)]
    assert len(words) == 2
    assert all("病假工资" in w for w in words)


@pytest.mark.parametrize(
    ("values", "days", "expect"),
    [
        ({}, (2, 1), "-919.54"),
        ({"leave__personal__divisor": "actual_workdays"}, (2, 1), "-952.38"),  # ÷ 21 个工作日 × 2
        ({"leave__personal__divisor": "calendar_days"}, (2, 1), "-666.67"),  # ÷ 30 × 2
        ({"leave__daily_rounding": "fen_first"}, (2, 1), "-919.54"),  # 459.77 × 2
        ({"leave__daily_rounding": "fen_first"}, (10, 1), "-4597.70"),  # 459.77 × 10,与 4,597.70 一致
        ({}, (11, 1), "-5402.30"),  # 21 天缺 11 天过半:10,000 − 10 ÷ 21.75 × 10,000
        ({"leave__personal__method": "subtract"}, (11, 1), "-5057.47"),
        ({"leave__personal__method": "add"}, (2, 1), "-1264.37"),  # 10,000 − 19 ÷ 21.75 × 10,000
    ],
)
def test_personal_leave(tmp_path: Path, values: dict[str, str], days: tuple[int, int], expect: str) -> None:
    one = facts(leaves=(LeaveTaken("personal", days, 3, "", ("leave:1",)),))
    assert amount(one, rules_of(switched(tmp_path, **values)), "personal_leave") == expect


def test_lateness_takes_at_most_the_minutes_missed(tmp_path: Path) -> None:
    late = facts(attended=Attended((21, 1), (21, 1), late=3, late_minutes=25, early=1, early_minutes=5))
    assert amount(late, rules(), "lateness") == "0.00"
    found = rules_of(switched(tmp_path, late__deduction="missed_minutes"))
    assert amount(late, found, "lateness") == "-28.74"  # 30 分钟:10,000 ÷ 174 × 0.5
    assert [d.words for d in decisions(["lateness"], late, found)] == ["迟到早退扣款:只扣缺的时间"]


def test_months_of_absence_may_be_left_out_of_the_minimum_wage(tmp_path: Path) -> None:
    """月薪 2,800 缺 4 天:按比例也不够;skip 则不比。"""
    away = facts(wages=(Wage(1, 270000),), insured=None, leaves=(LeaveTaken("personal", (4, 1), 3),))
    assert "BELOW_MINIMUM_WAGE" in [c.code for c in compute(away, rules()).checks]
    skip = rules_of(switched(tmp_path, minimum__absence="skip"))
    assert "BELOW_MINIMUM_WAGE" not in [c.code for c in compute(away, skip).checks]


def test_which_overtime_counts_towards_the_cap(tmp_path: Path) -> None:
    """工作日 30 小时 + 法定 8 小时:默认只数工作日与付钱的休息日,不超过 36;都数则超过。"""
    one = facts(overtime=(OvertimeWorked("workday", 1800), OvertimeWorked("statutory_holiday", 480)))
    assert "OVERTIME_CAP" not in [c.code for c in compute(one, rules()).checks]
    every = rules_of(
        switched(tmp_path, overtime__cap_counts="[workday, rest_day_paid, rest_day_comp, statutory_holiday]")
    )
    assert "OVERTIME_CAP" in [c.code for c in compute(one, every).checks]
    comp = facts(overtime=(OvertimeWorked("workday", 2160),), comp_minutes=1)
    assert "OVERTIME_CAP" not in [c.code for c in compute(comp, rules()).checks]
    assert "OVERTIME_CAP" in [c.code for c in compute(comp, every).checks]
    lapsed = facts(
        overtime=(OvertimeWorked("workday", 2160), OvertimeWorked("rest_day", 60, "6月1日(周一)补休到期未用"))
    )
    assert "OVERTIME_CAP" not in [c.code for c in compute(lapsed, rules()).checks]


def test_the_slip_names_what_decided() -> None:
    one = facts(leaves=(LeaveTaken("personal", (1, 1), 3, "", ("leave:1",)),), overtime=TWO_HOURS)
    codes = [x.code for x in compute(one, rules()).lines]
    words = [d.words for d in decisions(codes, one, rules())]
    assert "事假扣款口径:缺勤过半改按出勤计薪" in words
    assert "社保公积金按哪个月:按工资所属月缴" in words
    assert len(words) == len(set(words))
    assert all(d.rule.split("@")[1] == "2020-01-01" for d in decisions(codes, one, rules()))
    assert decisions(["base"], facts(), rules()) == ()
    part = facts(first_day=10)
    assert [d.words for d in decisions(["base"], part, rules())] == ["入离职当月工资:按 21.75 天加法"]
