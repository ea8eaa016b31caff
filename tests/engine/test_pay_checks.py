"""要人看的事:每一种的代码、轻重、整句话与补充;界限正好在哪里。话是照 pay-law §17 第 14 条手写的,不含金额。"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.pay import compute
from engine.pay_checks import Check
from engine.pay_facts import (
    Adjustment,
    Allowance,
    Attended,
    LeaveTaken,
    Note,
    OvertimeWorked,
    PayFacts,
    Scored,
    TaxFacts,
    Wage,
)
from engine.pay_rules import OvertimeCap, PayRules
from tests.engine.overlay import rules_of, switched
from tests.engine.pay_world import OFFICE, facts, rules

MONTHS = tuple(range(1, 12))
NO_TAX = facts().tax._replace(withheld=10**8)
DEBT = Adjustment("damage:phone", "赔偿手机", "after_tax", -300000, False, "本人书面认可")
NEGATIVE = Check("NEGATIVE_NET", "warn", "扣款大于应发,实发按零发放,不足的部分列为待收回。请与本人商量怎么收回。")
ZERO = Check("ZERO_NET", "warn", "实发为零,请确认是否正确。")
LOW = Check("BELOW_MINIMUM_WAGE", "warn", "扣除加班费等之后低于当地最低工资。请核对,并补足差额。")
CAP = Check("OVERTIME_CAP", "warn", "本月加班超过 36 小时的上限(劳动法第四十一条)。加班费照付,请 HR 安排减少加班。")
JOINER = Check("JOINER_FULL_WORKDAYS", "warn", "入离职当月没有少上一个工作日,但工资按折算发放。请确认折算办法。")
WRONG = Check(
    "YTD_WRONG", "block", "本年个税累计里有负数、重复或不成立的月份,与扣缴客户端对不上。请核对导入的累计后重算。"
)


def gap(names: str, detail: str) -> Check:
    return Check("YTD_GAP", "block", f"本年个税累计缺 {names} 的记录(没有发工资也要有一行)。请补齐后重算。", detail)


def ahead(names: str, detail: str) -> Check:
    return Check("YTD_AHEAD", "block", f"个税累计里已有 {names} 的记录,不早于本次发放月。请核对是否重复发放。", detail)


def ledger(months: tuple[int, ...], start: int = 1, **more: Any) -> dict[str, Any]:
    return {"tax": facts().tax._replace(months=months, start_month=start, **more)}


@pytest.mark.parametrize(
    ("more", "want"),
    [
        ({}, ()),
        ({"has_bank": False}, (Check("NO_BANK_ACCOUNT", "block", "还没有收款账号,工资发不出去。请补上账号。"),)),
        # 个税累计:缺月、超前、重复、不成立、负数
        (ledger((1, 2, 3, 5, 6, 7, 9, 10, 11)), (gap("4月、8月", "4,8"),)),
        (ledger(tuple(range(3, 12)), 3), ()),
        (ledger(tuple(range(4, 12)), 3), (gap("3月", "3"),)),
        (ledger((*MONTHS, 12)), (ahead("12月", "12"),)),
        (ledger((*MONTHS, 11)), (WRONG,)),
        (ledger((0, *MONTHS)), (WRONG,)),
        (ledger((*MONTHS, 13)), (ahead("13月", "13"), WRONG)),
        (ledger(MONTHS, income=-1), (WRONG,)),
        (ledger(MONTHS, relief=-1), (WRONG,)),
        (ledger(MONTHS, withheld=-1), (WRONG,)),
        # 绩效没有数据;有得分的不管
        (
            {"score_missing": ("客户满意度", "回款额")},
            (Check("SCORE_MISSING", "block", "“客户满意度、回款额”还没有数据,绩效得分算不出来(没有数据不当作 0)。请补上数据后重算。", "客户满意度、回款额"),),
        ),
        ({"score_missing": ("客户满意度",), "score": Scored((1, 1), (1, 1))}, ()),
        (
            {"allowances": (Allowance("餐补", 100), Allowance("打车", 100))},
            (Check("UNKNOWN_ALLOWANCE", "block", "津贴“打车”没有对应的工资项目,没有算进去。请在工资项目里添上,或改名字。", "打车"),),
        ),
        ({"notes": (Note("A", "warn", "甲", "细"), Note("B", "block", "乙"))}, (Check("A", "warn", "甲", "细"), Check("B", "block", "乙"))),
        # 入离职当月没有少上一个工作日(11月1日是周日)
        ({"first_day": 2}, (JOINER,)),
        ({"first_day": 3}, ()),
        ({"last_day": 29}, ()),
        ({"first_day": 2, "roster": tuple(range(1, 31))}, ()),  # 排班的 1 日没有上
        ({"first_day": 2, "roster": tuple(range(2, 31))}, (JOINER,)),
        # 税后扣款没扣完
        (
            {"adjustments": (DEBT,)},
            (Check("DEDUCTION_CARRIED", "warn", "“赔偿手机”没有扣完:每月最多扣当月工资的 20%,余下的转到下月。", "damage:phone"),),
        ),
    ],
)  # fmt: skip
def test_what_is_to_be_looked_at(more: dict[str, Any], want: tuple[Check, ...]) -> None:
    assert compute(facts(**more), rules()).checks == want


@pytest.mark.parametrize(
    ("wage", "want"),
    [
        # 不缴社保的人,个税已扣够:实发就是工资
        (0, (ZERO, LOW)),
        (1, (LOW,)),
        (273999, (LOW,)),  # 上海最低工资 2,740
        (274000, ()),
    ],
)
def test_the_net_and_the_minimum_wage(wage: int, want: tuple[Check, ...]) -> None:
    assert compute(facts(wages=(Wage(1, wage),), insured=None, tax=NO_TAX), rules()).checks == want


def test_own_insurance_counts_where_the_city_says_so() -> None:
    """上海与扣除个人社保公积金之后的比:基数按下限 7,546,个人 10.5% 是 792.33,公积金基数 5,000 缴 350:3,882.33 恰好够。"""
    own = OFFICE._replace(social_base=400000, housing_base=500000)
    enough = facts(wages=(Wage(1, 274000 + 79233 + 35000),), insured=own)
    assert compute(enough, rules()).insurance_fen == 79233 + 35000
    assert compute(enough, rules()).checks == ()
    assert compute(enough._replace(wages=(Wage(1, 274000 + 79233 + 34999),)), rules()).checks == (LOW,)


def test_a_negative_net_is_paid_as_zero() -> None:
    """没有工资、社保照缴 1,050 + 700。"""
    assert compute(facts(wages=(Wage(1, 0),), tax=NO_TAX), rules()).checks == (NEGATIVE, LOW)


def test_overtime_and_meals_do_not_count_as_the_minimum_wage() -> None:
    """2,700 加餐补 315、加班 2 小时:合起来过了 2,740,最低工资不含这些。"""
    more = {"allowances": (Allowance("餐补", 1500),), "overtime": (OvertimeWorked("workday", 120),)}
    low = facts(wages=(Wage(1, 270000),), insured=None, tax=NO_TAX, **more)
    assert compute(low, rules()).checks == (LOW,)
    phone = facts(wages=(Wage(1, 270000),), insured=None, tax=NO_TAX, allowances=(Allowance("通讯补贴", 4000),))
    assert compute(phone, rules()).checks == ()


def _part(**more: Any) -> PayFacts:
    return facts(insured=None, tax=NO_TAX, **more)


@pytest.mark.parametrize(
    ("one", "low"),
    [
        # 11月16日入职:11 个工作日,2,740 × 11 ÷ 21 = 1,435.24;月薪 2,837.86 × 11 ÷ 21.75 = 1,435.24 够,少一分是 1,435.23
        (_part(wages=(Wage(1, 283786),), first_day=16), False),
        (_part(wages=(Wage(1, 283785),), first_day=16), True),
        # 13日离职:10 个工作日,2,740 × 10 ÷ 21 = 1,304.76…
        (_part(wages=(Wage(1, 283787),), last_day=13), False),
        (_part(wages=(Wage(1, 283786),), last_day=13), True),
        # 排班四天、16日入职上两天:2,740 × 2 ÷ 4 = 1,370
        (_part(wages=(Wage(1, 1489875),), first_day=16, roster=(1, 2, 16, 17)), False),
        (_part(wages=(Wage(1, 1489860),), first_day=16, roster=(1, 2, 16, 17)), True),
        # 事假两笔各 1 天:2,740 × 19 ÷ 21 = 2,479.05
        (_part(wages=(Wage(1, 273010),), leaves=(LeaveTaken("personal", (1, 1), 3), LeaveTaken("personal", (1, 1), 9))), False),
        (_part(wages=(Wage(1, 273005),), leaves=(LeaveTaken("personal", (1, 1), 3), LeaveTaken("personal", (1, 1), 9))), True),
        # 排班四天缺一天:2,740 × 3 ÷ 4 = 2,055
        (_part(wages=(Wage(1, 215500),), roster=(1, 2, 16, 17), leaves=(LeaveTaken("personal", (1, 1), 2),)), False),
        # 事假 1 天:2,740 × 20 ÷ 21 = 2,609.52;2,735.29 − 125.76 = 2,609.53
        (_part(wages=(Wage(1, 273529),), leaves=(LeaveTaken("personal", (1, 1), 3),)), False),
        (_part(wages=(Wage(1, 273527),), leaves=(LeaveTaken("personal", (1, 1), 3),)), True),
        # 旷工与事假一样按缺勤;带薪的假不减
        (_part(wages=(Wage(1, 273529),), attended=Attended((21, 1), (20, 1), absent_days=(1, 1))), False),
        (_part(wages=(Wage(1, 273529),), leaves=(LeaveTaken("annual", (1, 1), 3),)), True),
        # 整月没来的人没有可比的
        (_part(wages=(Wage(1, 273529),), leaves=(LeaveTaken("personal", (21, 1), 2),)), False),
    ],
)  # fmt: skip
def test_part_months_compare_by_proportion(one: PayFacts, low: bool) -> None:
    assert (LOW in compute(one, rules()).checks) is low


def test_part_months_are_left_out_when_the_policy_says_so(tmp_path: Path) -> None:
    skip = rules_of(switched(tmp_path, minimum__absence="skip"))
    assert LOW not in compute(_part(wages=(Wage(1, 200000),), first_day=16), skip).checks
    for last in (30, 31):
        assert LOW in compute(_part(wages=(Wage(1, 200000),), last_day=last), skip).checks


@pytest.mark.parametrize(
    ("worked", "comp", "want"),
    [
        ((("workday", 2160),), 0, ()),
        ((("workday", 2161),), 0, (CAP,)),
        ((("workday", 2000), ("rest_day", 161)), 0, (CAP,)),
        ((("workday", 2000), ("statutory_holiday", 600)), 0, ()),
        ((("workday", 2160),), 600, ()),
    ],
)
def test_the_cap_of_overtime(worked: tuple[tuple[str, int], ...], comp: int, want: tuple[Check, ...]) -> None:
    one = facts(overtime=tuple(OvertimeWorked(k, m) for k, m in worked), comp_minutes=comp)
    assert compute(one, rules()).checks == want


def _capped(counts: set[str], hours: Fraction = Fraction(1)) -> PayRules:
    return PayRules(replace(rules().terms, overtime_cap=OvertimeCap(hours, frozenset(counts))))


def test_what_counts_towards_the_cap_is_a_policy() -> None:
    hour = (OvertimeWorked("statutory_holiday", 61),)
    say = "本月加班超过 1.5 小时的上限(劳动法第四十一条)。加班费照付,请 HR 安排减少加班。"
    one = facts(overtime=(OvertimeWorked("statutory_holiday", 91),))
    assert compute(one, _capped({"statutory_holiday"}, Fraction(3, 2))).checks == (Check("OVERTIME_CAP", "warn", say),)
    assert compute(facts(overtime=hour), _capped({"workday"})).checks == ()
    both = facts(overtime=(OvertimeWorked("workday", 30),), comp_minutes=31)
    assert [c.code for c in compute(both, _capped({"workday", "rest_day_comp"})).checks] == ["OVERTIME_CAP"]
    assert compute(both._replace(comp_minutes=30), _capped({"workday", "rest_day_comp"})).checks == ()
    none = PayRules(replace(rules().terms, overtime_cap=None))
    assert compute(facts(overtime=(OvertimeWorked("workday", 9999),)), none).checks == ()


def test_a_city_without_a_minimum_wage_says_so(tmp_path: Path) -> None:
    """没有填最低工资的城市不比,提醒 HR 去填。"""
    pack = rules().terms.cities["上海"]
    blank = replace(pack, minimum_wage=replace(pack.minimum_wage, versions=()))
    bare = PayRules(replace(rules().terms, cities={"上海": blank}))
    say = "还没有上海的最低工资标准,没有比过。请 HR 照当地公告填进城市文件。"
    assert compute(facts(), bare).checks == (Check("MINIMUM_WAGE_UNKNOWN", "warn", say, "上海"),)


def test_the_first_month_of_the_year_has_no_months_before() -> None:
    one = facts(month="2025-12", pay_month="2026-01", last_day=31, tax=TaxFacts())
    assert compute(one, rules("2025-12", "2026-01")).checks == ()


@pytest.mark.parametrize(("wage", "low"), [(283786, False), (283785, True)])
def test_statutory_days_count_in_a_part_month(wage: int, low: bool) -> None:
    """10月3日入职:18 个工作日加 1 个法定日,2,740 × 19 ÷ 21 = 2,479.05。"""
    one = _part(wages=(Wage(1, wage),), first_day=3, month="2026-10", pay_month="2026-11", last_day=31)
    assert (LOW in compute(one, rules("2026-10", "2026-11")).checks) is low


def test_october_counts_its_statutory_days() -> None:
    """十月 21 天:请一天按 20 ÷ 21 比(2,609.52);2日入职也是 20 天。"""
    october: dict[str, Any] = {"month": "2026-10", "pay_month": "2026-11", "last_day": 31}
    found = rules("2026-10", "2026-11")
    # 2,700 − 124.14 = 2,575.86
    away = _part(wages=(Wage(1, 270000),), leaves=(LeaveTaken("personal", (1, 1), 9),), **october)
    assert LOW in compute(away, found).checks
    # 2,837.86 × 20 ÷ 21.75 = 2,609.53
    assert LOW not in compute(_part(wages=(Wage(1, 283786),), first_day=2, **october), found).checks


def test_several_months_ahead_are_all_named() -> None:
    one = facts(month="2026-10", pay_month="2026-11", last_day=31, **ledger(tuple(range(1, 13))))
    assert compute(one, rules("2026-10", "2026-11")).checks == (ahead("11月、12月", "11,12"),)
