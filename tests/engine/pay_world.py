"""测试用的工资事实 pay world:上海的一家公司,2026 年 10、11 月;随机造事实的办法。"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from config.policies import shipped
from config.policy_pay import pay_rules
from engine.days import Month
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
)
from engine.pay_rules import PayRules

RATES = {"injury": Decimal("0.002")}


@cache
def rules(month: str = "2026-11", pay_month: str = "2026-12") -> PayRules:
    """自带政策在某月的发薪规则。"""
    return pay_rules(shipped(), Month.parse(month), Month.parse(pay_month), RATES)


OFFICE = Insured("上海", 1000000, 1000000, "0.07", "0.00", ("import:base",))
"""一万元基数、公积金 7% 的人。"""


def facts(**more: Any) -> PayFacts:
    """月薪一万、整月在职、十一月的人;要改什么就写什么。"""
    base: dict[str, Any] = {
        "person": "liming",
        "unit": "云帆",
        "month": "2026-11",
        "pay_month": "2026-12",
        "city": "上海",
        "wages": (Wage(1, 1000000, ("import:wage",)),),
        "attended": Attended((21, 1), (21, 1)),
        "insured": OFFICE,
        "tax": TaxFacts(income=11000000, insurance=1925000, withheld=130500, months=tuple(range(1, 12))),
    }
    return PayFacts(**(base | more))


def _tax(draw: st.DrawFn) -> TaxFacts:
    income, tax_free, insurance, special = (draw(st.integers(0, 30_000_000)) for _ in range(4))
    return TaxFacts(
        scheme=draw(st.sampled_from(["standard", "first_job", "sixty_thousand"])),
        start_month=draw(st.integers(1, 12)),
        income=income,
        tax_free=tax_free,
        insurance=insurance,
        special=special,
        relief=draw(st.integers(0, 1000)),
        withheld=draw(st.integers(0, 3_000_000)),
        months=tuple(range(1, 12)),
        new_special=draw(st.integers(0, 500_000)),
    )


FEN = st.integers(0, 5_000_000)
SCORES = st.tuples(st.integers(0, 300), st.just(100))
LEAVES = st.builds(
    LeaveTaken,
    st.sampled_from(["personal", "sick", "annual", "maternity"]),
    st.tuples(st.integers(1, 44), st.just(2)),
    st.integers(1, 30),
    st.just("11月3日(周二)"),
    st.just(("leave:1",)),
)
OVERTIME = st.builds(
    OvertimeWorked,
    st.sampled_from(["workday", "rest_day", "statutory_holiday"]),
    st.integers(1, 2000),
    st.just(""),
    st.just(("overtime:1",)),
)
ADJUSTMENTS = st.builds(
    Adjustment,
    st.just("arrears"),
    st.just("补发"),
    st.sampled_from(["earning", "deduction", "after_tax"]),
    st.integers(-200_000, 200_000),
    st.booleans(),
    st.just("更正十月考勤"),
    st.just(("manual:1",)),
)
INSURED = st.builds(
    Insured,
    st.just("上海"),
    st.none() | FEN,
    st.none() | FEN,
    st.sampled_from(["0.05", "0.07"]),
    st.sampled_from(["0.00", "0.05"]),
    st.just(("import:base",)),
)
ATTENDED = st.builds(
    Attended,
    st.just((21, 1)),
    st.tuples(st.integers(0, 42), st.just(2)),
    st.integers(0, 3),
    st.integers(0, 90),
    st.integers(0, 2),
    st.integers(0, 60),
    st.integers(0, 2),
    st.tuples(st.integers(0, 8), st.just(2)),
    st.just((("迟到次数", ("punch:1",)),)),
)
ALLOWANCES = st.lists(
    st.builds(
        Allowance, st.sampled_from(["餐补", "岗位津贴", "全勤奖", "通讯补贴"]), st.integers(0, 100_000), st.just(())
    ),
    unique_by=lambda a: a.name,
    max_size=4,
)


@st.composite
def any_facts(draw: st.DrawFn) -> PayFacts:
    """随便一个人的十一月:工资、入离职、假、加班、旷工、绩效、津贴、调整、累计都随机。"""
    first = draw(st.sampled_from([1, 1, 1, 2, 16, 30]))
    days = sorted({1, *draw(st.lists(st.integers(2, 30), max_size=2))})
    return facts(
        wages=tuple(Wage(d, draw(FEN)) for d in days),
        first_day=first,
        last_day=draw(st.sampled_from([30, 30, 30, 29, 20])) if first < 20 else 30,
        roster=draw(st.none() | st.just(tuple(range(1, 31, 2)))),
        attended=draw(ATTENDED),
        leaves=tuple(draw(st.lists(LEAVES, max_size=3))),
        overtime=tuple(draw(st.lists(OVERTIME, max_size=3))),
        score=draw(st.none() | st.builds(Scored, SCORES, SCORES, st.just(""))),
        allowances=tuple(draw(ALLOWANCES)),
        insured=draw(st.none() | INSURED),
        tax=_tax(draw),
        adjustments=tuple(draw(st.lists(ADJUSTMENTS, max_size=2))),
        service_years=draw(st.integers(0, 30)),
    )
