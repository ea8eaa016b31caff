"""发薪日之后才入职的人,入职那个月本单位没有发过工资:算一个零的月,不拦发布(原先报“个税累计缺月”)。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from handlers import opening, payslip
from handlers.payslip import MonthSlip
from tests.handlers.test_payroll import published
from tests.handlers.world import COMPANY, World, pay_of, person

HIRED = date(2026, 11, 16)


def joined(paid: World) -> None:
    paid.take("people", person("newbie", "新人", hired_on=HIRED))
    profile = replace(pay_of("liming"), userid="newbie", post="职能岗")
    paid.do("system", opening.open_pay, opening.OpenPay(COMPANY, (profile,)))


def test_the_month_of_joining_was_paid_without_them(paid: World):
    published(paid)
    joined(paid)
    view = paid.ask("newbie", payslip.view, MonthSlip(paid.id("newbie"), "2026-11"))
    assert [note for note in view.notes if "个税累计" in note] == []


def test_a_month_that_nobody_knows_is_still_a_gap(paid: World):
    """十月还没有由本系统发布:十一月发过什么,谁也不知道,照样要人来补。"""
    joined(paid)
    view = paid.ask("newbie", payslip.view, MonthSlip(paid.id("newbie"), "2026-11"))
    assert any("个税累计缺 11月" in note for note in view.notes)
