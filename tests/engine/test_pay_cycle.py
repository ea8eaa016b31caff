"""计薪周期:自然月与 26 日到 25 日;天数、折算、缺勤、auto 都在期内数;一期记在末日的那个月。"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policies import shipped
from engine.days import Month
from engine.errors import BadInput
from engine.pay import compute
from engine.pay_cycle import CALENDAR_MONTH, PayCycle
from engine.pay_facts import LeaveTaken, PayFacts, Wage
from engine.pay_rules import PayRules
from tests.engine.overlay import rules_of
from tests.engine.pay_world import facts

NOV = Month(2026, 11)
CUT = PayCycle(26, pays_next=False)
"""上月 26 日到本月 25 日,当月发。"""


def cut(**more: object) -> PayFacts:
    """26–25 的人:十一月这一期是 10月26日 至 11月25日,23 个工作日,没有法定节假日。"""
    return facts(since="2026-10-26", last_day=31, **more)


def rules(pay_month: str = "2026-12") -> PayRules:
    return rules_of(shipped(), pay_month=pay_month, period=CUT.period(NOV))


def test_a_cycle_bears_the_month_of_its_last_day() -> None:
    found = CUT.period(NOV)
    assert (found.first, found.last, found.length) == (date(2026, 10, 26), date(2026, 11, 25), 31)
    assert found.label == "2026年11月(10月26日至11月25日)"
    assert CUT.period(Month(2026, 3)).length == 28
    assert CUT.period(Month(2027, 1)).first == date(2026, 12, 26)
    assert CUT.pay_month(NOV) == NOV
    assert CALENDAR_MONTH.pay_month(Month(2026, 12)) == Month(2027, 1)
    assert CALENDAR_MONTH.period(NOV) == NOV.period


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 28))
def test_every_day_belongs_to_one_cycle(day: date, start: int) -> None:
    """每一天恰好在它那个月名下的一期里;相邻两期首尾相接。"""
    cycle = PayCycle(start)
    month = cycle.month_of(day)
    assert day in cycle.period(month)
    assert cycle.period(month).last + timedelta(days=1) == cycle.period(month.plus(1)).first
    assert cycle.period(month).last.month == month.month


def test_whole_cycle_whole_wage() -> None:
    assert compute(cut(), rules()).gross.yuan() == "10000.00"


def test_a_joiner_is_prorated_over_the_cycle() -> None:
    """11月9日入职:期内 13 个工作日,10,000 ÷ 21.75 × 13 = 5,977.01。"""
    period = CUT.period(NOV)
    slip = compute(cut(first_day=period.number(date(2026, 11, 9))), rules())
    assert slip.gross.yuan() == "5977.01"
    leaver = compute(cut()._replace(last_day=period.number(date(2026, 10, 30))), rules())
    assert leaver.gross.yuan() == "2298.85"  # 10月26日至30日 5 天


def test_auto_counts_the_days_of_the_cycle() -> None:
    """23 个工作日缺 12 天,过半,改按出勤 11 天:10,000 ÷ 21.75 × 11 = 5,057.47;缺 11 天不过半,扣 5,057.47。"""
    away = compute(cut(leaves=(LeaveTaken("personal", (12, 1), 3),)), rules())
    assert away.gross.yuan() == "5057.47"
    less = compute(cut(leaves=(LeaveTaken("personal", (11, 1), 3),)), rules())
    assert less.gross.yuan() == "4942.53"


def test_a_raise_on_the_first_of_the_month_splits_the_cycle() -> None:
    """11月1日是当期第 7 天:前 5 个、后 18 个工作日。10,000 × 5/23 + 12,000 × 18/23。"""
    number = CUT.period(NOV).number(date(2026, 11, 1))
    slip = compute(cut(wages=(Wage(1, 1000000), Wage(number, 1200000))), rules())
    assert number == 7
    assert slip.gross.yuan() == "11565.21"  # 2,173.91 + 9,391.30


def test_inputs_of_another_cycle_are_refused() -> None:
    with pytest.raises(BadInput) as wrong:
        compute(facts(), rules())
    assert wrong.value.code == "WRONG_PERIOD"


def test_paid_in_the_same_month_the_tax_is_of_that_month() -> None:
    """当月发的组:十一月的工资十一月计税,减除费用按到十一月的月数。"""
    same = rules_of(shipped(), pay_month="2026-11", period=CUT.period(NOV))
    own = cut(pay_month="2026-11", tax=facts().tax._replace(months=tuple(range(1, 11)), income=10000000))
    slip = compute(own, same)
    # 累计 110,000 − 55,000 − 19,250 − 1,750 = 34,000 × 3% = 1,020,已扣 1,305:不退,为 0
    assert slip.tax.fen == 0
    assert not [c for c in slip.checks if c.code.startswith("YTD")]
