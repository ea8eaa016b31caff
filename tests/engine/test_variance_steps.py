"""差异归因怎么一步步换:每一组缘由换哪些事实,只换月份时在职与排班怎么夹,规则哪里变了多走哪一步。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.days import Calendar, Month, Period
from engine.effective import Dated, Version
from engine.leave_pay import LeaveMethod
from engine.pay import compute
from engine.pay_facts import Adjustment, Insured, Night, PayFacts, TaxFacts, Wage
from engine.pay_rules import PayRules
from engine.variance import GROUPS, Side, Why, _month, _pinned, between, figures
from tests.engine.pay_world import facts, rules
from tests.engine.test_pay_facts import FULL

OCT, NOV = rules("2026-10", "2026-11"), rules("2026-11", "2026-12")
HAND = Adjustment("refund", "退款", "after_tax", 100, False, "")
LATE = Adjustment("arrears_202609_punch", "补差", "earning", 200, True, "")
OLD = facts(adjustments=(HAND, LATE._replace(fen=300)))
NEW = FULL._replace(
    person="other",
    unit="别的",
    month="2026-10",
    pay_month="2026-11",
    city="昆明",
    adjustments=(HAND._replace(fen=7), LATE),
)
"""与 OLD 没有一个字段相同的人。"""
CHANGES: dict[Why, set[str]] = {
    Why.BASE: {"wages", "insured", "city"},
    Why.DAYS: {
        "first_day", "last_day", "roster", "attended", "leaves", "overtime", "comp_minutes", "night", "heat", "service_years",
    },
    Why.SCORE: {"score", "score_missing"},
}  # fmt: skip
"""缘由 → 换上的事实。"""


@pytest.mark.parametrize("why", CHANGES)
def test_a_cause_changes_its_own_facts_only(why: Why) -> None:
    changed = dict(GROUPS)[why](OLD, NEW)
    for name in PayFacts._fields:
        assert getattr(changed, name) == getattr(NEW if name in CHANGES[why] else OLD, name), name


def test_late_truths_are_changed_before_what_was_written_by_hand() -> None:
    """先换补差行、留着上月的手工行;最后一组换上余下的全部,正好是本月的事实。"""
    changed = dict(GROUPS)[Why.LATE](OLD, NEW)
    assert changed == OLD._replace(adjustments=(HAND, LATE))
    assert dict(GROUPS)[Why.OTHER](OLD, NEW) == NEW
    assert [why for why, _ in GROUPS] == ["base", "days", "score", "late", "other"]


@pytest.mark.parametrize(
    ("old", "want"),
    [
        # 十月 31 天整月在职 → 十一月整月;十月没做满的,首尾照旧,夹在 30 天之内
        ({}, {"first_day": 1, "last_day": 30}),
        ({"first_day": 0, "last_day": 31}, {"first_day": 1, "last_day": 30}),
        ({"first_day": 2}, {"first_day": 2, "last_day": 30}),
        ({"last_day": 30}, {"first_day": 1, "last_day": 30}),
        ({"last_day": 20}, {"first_day": 1, "last_day": 20}),
        ({"first_day": 31}, {"first_day": 30, "last_day": 30}),
        ({"roster": (1, 30, 31)}, {"roster": (1, 30)}),
        ({"roster": ()}, {"roster": ()}),
    ],
)
def test_only_the_month_moves(old: dict[str, Any], want: dict[str, Any]) -> None:
    last = facts(month="2026-10", pay_month="2026-11", last_day=31)._replace(**old)
    tax = TaxFacts(income=1)
    moved = _month(Side(last, OCT, {}), Side(facts(tax=tax, since="2026-10-26"), NOV, {}))
    whole: dict[str, Any] = {
        "month": "2026-11",
        "pay_month": "2026-12",
        "since": "2026-10-26",
        "tax": tax,
        "first_day": 1,
        "last_day": 30,
    }
    assert moved == last._replace(**(whole | want))


def test_a_whole_short_month_becomes_a_whole_long_one() -> None:
    september, october = rules("2026-09", "2026-10"), OCT
    last = facts(month="2026-09", pay_month="2026-10", last_day=30)
    moved = _month(Side(last, september, {}), Side(facts(month="2026-10", pay_month="2026-11"), october, {}))
    assert (moved.first_day, moved.last_day) == (1, 31)
    part = _month(Side(last._replace(last_day=29), september, {}), Side(facts(), october, {}))
    assert (part.first_day, part.last_day) == (1, 29)


# ── 规则 ──────────────────────────────────────────────────────────────


def _after(**changes: Any) -> PayRules:
    return PayRules(replace(NOV.terms, **changes))


def _steps(after: PayRules) -> list[str]:
    """各步把个税、养老、基本工资归给谁。"""
    return ["/".join(why(code) for code in ("iit", "ins_pension", "base")) for why, _ in between(OCT, after)]


CALENDAR, RATE, POLICY = "rate/days/days", "rate/rate/policy", "policy/policy/policy"
CITY = NOV.terms.cities["上海"]


def _city(**changes: Any) -> dict[str, Any]:
    return {"cities": {**NOV.terms.cities, "上海": replace(CITY, **changes)}}


def _no(name: str) -> Dated[Any]:
    return replace(getattr(CITY, name), versions=())


def test_nothing_changed_is_one_step_to_this_months_rules() -> None:
    assert _steps(NOV) == [CALENDAR]
    assert between(OCT, NOV)[0][1] is NOV
    assert between(OCT, NOV) is between(OCT, NOV)


@pytest.mark.parametrize(
    "changes",
    [
        {"withholding": replace(NOV.terms.withholding, monthly_allowance=600000)},
        {"company_rates": {"injury": Decimal("0.003")}},
        {"fund_limits": None},
        {"cities": {"上海": CITY}},
        _city(social=_no("social")),
        _city(housing=_no("housing")),
        _city(minimum_wage=_no("minimum_wage")),
        _city(sick_scale=Dated("s", "病假", (Version(date(2020, 1, 1), ((Decimal(0), Decimal(1)),), "测试"),))),
    ],
    ids=["tax", "rates", "fund", "cities", "social", "housing", "minimum", "sick"],
)
def test_a_new_rate_is_a_step_of_its_own(changes: dict[str, Any]) -> None:
    after = _after(**changes)
    assert _steps(after) == [CALENDAR, RATE]
    (_, first), (_, last) = between(OCT, after)
    assert last is after
    assert first.terms == replace(
        OCT.terms, month=NOV.terms.month, pay_month=NOV.terms.pay_month, period=NOV.terms.period,
        calendar=NOV.terms.calendar, items=first.terms.items,
    )  # fmt: skip


def test_the_first_step_takes_this_months_days() -> None:
    """周期与日历先换成本月的,规定仍是上月的。"""
    period = Period(Month(2026, 11), date(2026, 10, 26), date(2026, 11, 25))
    calendar = Calendar({2026: NOV.terms.calendar.years[2026]})
    after = _after(company_rates={"injury": Decimal("0.003")}, period=period, calendar=calendar)
    first = between(OCT, after)[0][1].terms
    assert (first.period, first.month, first.pay_month) == (period, Month(2026, 11), Month(2026, 12))
    assert first.calendar is calendar
    assert first.company_rates == OCT.terms.company_rates


@pytest.mark.parametrize(
    "changes",
    [
        {"deduct_lateness": True},
        {"personal": replace(NOV.terms.personal, method=LeaveMethod.ADD)},
        {"items": replace(NOV.terms.items, inputs=NOV.terms.items.inputs[1:], items=())},
        {"items": replace(NOV.terms.items, items=NOV.terms.items.items[:1])},
        {"items": replace(NOV.terms.items, inputs=(*NOV.terms.items.inputs, replace(NOV.terms.items.inputs[0], name="车贴标准")))},
    ],
    ids=["lateness", "leave", "no_items", "one_item", "inputs"],
)  # fmt: skip
def test_a_new_policy_is_a_step_of_its_own(changes: dict[str, Any]) -> None:
    after = _after(**changes)
    assert _steps(after) == [CALENDAR, POLICY]
    (_, first), (_, last) = between(OCT, after)
    assert last is after
    assert first.terms.deduct_lateness is False


def test_another_version_number_is_no_change() -> None:
    """版本号、规则编号、口径的话变了,不算规定变了。"""
    assert _steps(_after(version="x", rule_ids={}, rule_words={})) == [CALENDAR]


def test_rates_come_before_policy_when_both_changed() -> None:
    rates = {"injury": Decimal("0.003")}
    after = _after(company_rates=rates, deduct_lateness=True, fund_limits=None)
    assert _steps(after) == [CALENDAR, RATE, POLICY]
    (_, first), (_, middle), (_, last) = between(OCT, after)
    assert (first.terms.company_rates, first.terms.deduct_lateness) == (OCT.terms.company_rates, False)
    assert (middle.terms.company_rates, middle.terms.fund_limits, middle.terms.deduct_lateness) == (rates, None, False)
    own = (middle.terms.withholding, middle.terms.cities, middle.terms.insurance_month, middle.month)
    assert own == (NOV.terms.withholding, NOV.terms.cities, NOV.terms.insurance_month, "2026-11")
    assert last is after


def test_items_are_pinned_to_their_month() -> None:
    """换月份时项目仍是上月的那一版;上月没有的项目不带。"""
    one = OCT.terms.items.items[0]
    version = replace(one.versions[0], since=date(2026, 1, 1), until=date(2026, 10, 31))
    mine = replace(one, versions=(version, replace(version, since=date(2026, 11, 1), until=None)))
    later = replace(one, key="later", versions=(replace(version, since=date(2026, 11, 1), until=None),))
    pinned = _pinned(replace(OCT.terms.items, items=(mine, later)), OCT.terms.month)
    assert pinned == replace(
        OCT.terms.items, items=(Dated(one.key, one.label, (replace(version, since=date.min, until=None),)),)
    )


def test_the_figures_are_what_moves_the_net() -> None:
    """说明行与单位部分不在内;同编号的手工行合起来;转下月的一截是正数。"""
    hand = (HAND, HAND, HAND._replace(code="er", section="employer"), HAND._replace(code="note", section="info"))
    found = figures(compute(facts(adjustments=hand), NOV))
    assert found == {
        "base": 1000000, "refund": 200, "ins_pension": -80000, "ins_medical": -20000, "ins_unemployment": -5000,
        "ins_housing": -70000, "iit": -7500,
    }  # fmt: skip
    short = figures(
        compute(
            facts(
                wages=(Wage(1, 0),),
                insured=Insured("上海", None, 1000000, "0.07"),
                tax=TaxFacts("first_job", months=tuple(range(1, 12))),
            ),
            NOV,
        )
    )
    assert short == {"ins_housing": -70000, "receivable": 70000}


def test_night_and_heat_belong_to_the_days() -> None:
    changed = dict(GROUPS)[Why.DAYS](facts(), facts(night=Night(3), heat="室外"))
    assert (changed.night, changed.heat) == (Night(3), "室外")


def test_a_new_version_of_an_item_waits_for_the_policy_step() -> None:
    """十一月起改了名字的项目:换月份那一步仍是旧名字,换规定才是新名字。"""
    first, *rest = OCT.terms.items.items
    version = first.versions[0]
    new = replace(version, since=date(2026, 11, 1), value=replace(version.value, label="底薪"))
    items = replace(OCT.terms.items, items=(replace(first, versions=(version, new)), *rest))
    before, after = PayRules(replace(OCT.terms, items=items)), PayRules(replace(NOV.terms, items=items))
    steps = [(why("base"), found.items[0].label) for why, found in between(before, after)]
    assert steps == [(Why.DAYS, "基本工资"), (Why.POLICY, "底薪")]
