"""请假的决定:能不能请,是几天,余额怎么变,怎么说;每一种不行的都说清下一步。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EhrError, NotReady
from engine.leave import (
    Circumstances,
    LeaveType,
    NotEnoughLeave,
    Other,
    Paid,
    Unit,
    decide,
    pay_effect,
    show_span,
)
from engine.leave_days import CountRule, NoCountedTime, Span
from engine.leave_ledger import Kind, LedgerLine, reserve, take_each
from engine.shifts import Part
from tests.engine.worlds import CALENDAR, DAY, NIGHT, at

ANNUAL = LeaveType("annual", "年假", CountRule.WORKING_DAYS, Unit.HALF_DAY, True, Paid.FULL)
PERSONAL = LeaveType("personal", "事假", CountRule.WORKING_DAYS, Unit.HOUR, False, Paid.NONE, min_unit_minutes=30)
SICK = LeaveType("sick", "病假", CountRule.WORKING_DAYS, Unit.HALF_DAY, False, Paid.SICK, proof="病历或诊断证明")
MATERNITY = LeaveType("maternity", "产假", CountRule.CALENDAR_DAYS, Unit.DAY, False, Paid.ALLOWANCE)
COMP = LeaveType("comp", "调休", CountRule.WORKING_DAYS, Unit.HOUR, True, Paid.FULL)

TODAY = date(2026, 11, 23)
GRANT = LedgerLine(Kind.GRANT, "2026", 4, date(2026, 1, 1), date(2026, 12, 31))
"""两天年假。"""

ME = Circumstances(
    today=TODAY,
    calendar=CALENDAR,
    shift_of=lambda _: DAY,
    ledger=(GRANT,),
    employed_from=date(2024, 3, 1),
    closed_until=date(2026, 10, 31),
)


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def refused(span: Span, kind: LeaveType, person: Circumstances = ME) -> EhrError:
    with pytest.raises(EhrError) as raised:
        decide(span, kind, person)
    assert "请" in raised.value.say  # 每一种都说接下来怎么办
    return raised.value


def test_half_a_day_of_personal_leave():
    found = decide(Span(d("11-24"), d("11-24"), Part.PM, Part.PM), PERSONAL, ME)
    assert (found.days, found.minutes, found.amount) == (Fraction(1, 2), 240, 240)
    assert (found.balance_before, found.balance_after) == (None, None)
    assert found.pay_effect == "扣半天工资"


def test_annual_leave_changes_the_balance_and_not_the_pay():
    found = decide(Span(d("12-02"), d("12-02"), Part.PM, Part.PM), ANNUAL, ME)
    assert (found.balance_before, found.balance_after) == (4, 3)
    assert found.allocations[0].grant == "2026"
    assert found.pay_effect == "带薪,工资不变"


@pytest.mark.parametrize(
    ("kind", "span", "words"),
    [
        (PERSONAL, Span(d("12-02"), d("12-03")), "扣 2 天工资"),
        (PERSONAL, Span(d("12-02"), d("12-03"), Part.PM, None), "扣 1.5 天工资"),
        (PERSONAL, Span.hours(at("12-02 09:00"), at("12-02 10:15")), "扣 1.5 小时工资"),
        (SICK, Span(d("12-02"), d("12-02")), "1 天按病假工资发放"),
        (MATERNITY, Span(d("12-02"), d("12-05")), "工资照发;生育津贴高于工资的,差额由公司补发"),
    ],
)
def test_effect_on_pay_in_words(kind, span, words):
    found = decide(span, kind, ME)
    assert found.pay_effect == words
    assert "¥" not in found.pay_effect
    assert pay_effect(kind, span, found.days, found.minutes) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(d("12-02"), d("12-02")), "12月2日(周三)"),
        (Span(d("12-02"), d("12-02"), Part.AM, Part.PM), "12月2日(周三)"),
        (Span(d("12-02"), d("12-02"), Part.PM, Part.PM), "12月2日(周三)下午"),
        (Span(d("12-02"), d("12-02"), Part.AM, Part.AM), "12月2日(周三)上午"),
        (Span(d("12-02"), d("12-04"), Part.PM, None), "12月2日(周三)下午至12月4日(周五)"),
        (Span(d("12-02"), d("12-04"), None, Part.AM), "12月2日(周三)至12月4日(周五)上午"),
        (Span.hours(at("12-02 14:30"), at("12-02 16:00")), "12月2日(周三)14:30至16:00"),
        (Span.hours(at("12-02 22:30"), at("12-03 01:00")), "12月2日(周三)22:30至12月3日(周四)01:00"),
    ],
)
def test_span_in_words(span, words):
    assert show_span(span) == words


def test_wholly_weekend():
    assert isinstance(refused(Span(d("11-28"), d("11-29")), PERSONAL), NoCountedTime)


def test_year_without_notice():
    error = refused(Span(date(2027, 1, 4), date(2027, 1, 4)), PERSONAL)
    assert isinstance(error, NotReady)
    assert error.code == "CALENDAR_MISSING"


@pytest.mark.parametrize(("back", "code"), [(31, None), (32, "TOO_FAR_BACK")])
def test_days_further_back_than_31(back, code):
    # 11月23日往回 31 天是 10月23日(周五),32 天是 10月22日(周四)。
    day = d("10-23") if back == 31 else d("10-22")
    open_books = replace(ME, closed_until=None)
    if code is None:
        assert decide(Span(day, day), SICK, open_books).warnings[0].startswith("这是事后补请")
    else:
        assert refused(Span(day, day), SICK, open_books).code == code


def test_closed_month():
    error = refused(Span(d("10-30"), d("10-30")), SICK)
    assert error.code == "PERIOD_CLOSED"
    assert "2026年10月" in error.say


def test_before_hire_and_after_the_last_day():
    joiner = replace(ME, employed_from=d("11-20"), employed_to=d("12-31"))
    assert refused(Span(d("11-19"), d("11-19")), PERSONAL, joiner).code == "OUTSIDE_EMPLOYMENT"
    error = refused(Span(d("12-31"), date(2027, 1, 4)), PERSONAL, joiner)
    assert error.code == "OUTSIDE_EMPLOYMENT"
    assert "12月31日(周四)" in error.say


@pytest.mark.parametrize(
    ("kind", "span"),
    [
        (ANNUAL, Span.hours(at("12-02 09:00"), at("12-02 10:00"))),
        (MATERNITY, Span(d("12-02"), d("12-04"), Part.PM, None)),
    ],
)
def test_smaller_than_the_unit(kind, span):
    assert refused(span, kind).code == "UNIT_TOO_SMALL"


@pytest.mark.parametrize(
    ("mine", "theirs", "clash"),
    [
        (Span(d("12-02"), d("12-02"), Part.PM, Part.PM), Span(d("12-02"), d("12-02")), True),
        (Span(d("12-02"), d("12-02"), Part.PM, Part.PM), Span(d("12-02"), d("12-02"), Part.AM, Part.AM), False),
        (Span(d("12-02"), d("12-02"), None, Part.AM), Span.hours(at("12-02 11:00"), at("12-02 14:00")), True),
        (Span(d("12-02"), d("12-02"), Part.PM, None), Span.hours(at("12-02 11:00"), at("12-02 13:00")), False),
        (Span(d("12-01"), d("12-04")), Span(d("12-04"), d("12-08")), True),
        (Span(d("12-01"), d("12-03")), Span(d("12-04"), d("12-08")), False),
        (Span(d("12-04"), d("12-05")), Span(d("12-05"), d("12-07")), False),  # 只在周六碰头,周六谁也不计
    ],
)
def test_overlap(mine, theirs, clash):
    person = replace(ME, others=(Other("7", "年假", theirs),))
    if clash:
        error = refused(mine, PERSONAL, person)
        assert error.code == "OVERLAP"
        assert error.details["request"] == "7"
    else:
        assert decide(mine, PERSONAL, person).days > 0


def test_too_small_a_balance_offers_the_split():
    error = refused(Span(d("12-02"), d("12-04")), ANNUAL)  # 3 天,余 2 天
    assert isinstance(error, NotEnoughLeave)
    assert (error.code, error.details["offer"]) == ("NOT_ENOUGH", "年假 2 天 + 事假 1 天")
    assert "年假 2 天 + 事假 1 天" in error.say
    first, second = error.offer
    assert decide(first.span, ANNUAL, ME).days == 2
    assert decide(second.span, PERSONAL, ME).days == 1
    assert show_span(second.span) == "12月4日(周五)"


def test_split_in_the_middle_of_a_day():
    person = replace(ME, ledger=(replace(GRANT, amount=3),))
    error = refused(Span(d("12-02"), d("12-03")), ANNUAL, person)
    assert isinstance(error, NotEnoughLeave)
    assert [show_span(part.span) for part in error.offer] == ["12月2日(周三)至12月3日(周四)上午", "12月3日(周四)下午"]


def test_nothing_left_offers_the_other_leave():
    error = refused(Span(d("12-02"), d("12-02")), ANNUAL, replace(ME, ledger=()))
    assert isinstance(error, NotEnoughLeave)
    assert [(part.key, part.days) for part in error.offer] == [("personal", Fraction(1))]


def test_comp_leave_is_booked_in_minutes():
    ledger = (LedgerLine(Kind.GRANT, "ot-1", 300, d("10-18"), date(2027, 4, 18)),)
    person = replace(ME, ledger=ledger)
    found = decide(Span(d("12-02"), d("12-02"), Part.AM, Part.AM), COMP, person)
    assert (found.balance_before, found.balance_after, found.amount) == (300, 60, 240)
    error = refused(Span(d("12-02"), d("12-02")), COMP, person)
    assert isinstance(error, NotEnoughLeave)
    assert [(part.key, part.days) for part in error.offer] == [("comp", Fraction(1, 2)), ("personal", Fraction(1, 2))]


def test_night_shift_half_day():
    person = replace(ME, shift_of=lambda _: NIGHT)
    found = decide(Span(d("12-02"), d("12-02"), Part.PM, Part.PM), PERSONAL, person)
    assert (found.days, found.minutes) == (Fraction(1, 2), 225)


def test_warnings_name_the_days_left_out():
    found = decide(Span(d("11-27"), d("11-30")), SICK, ME)
    assert found.days == 2
    assert any("11月28日(周六)、11月29日(周日)" in words for words in found.warnings)
    assert any("病历或诊断证明" in words for words in found.warnings)


@given(st.permutations([(1, 2), (7, 8), (9, 11), (14, 14), (16, 18)]))
def test_independent_of_the_order_of_requests(order):
    """几份互不相干的申请,先后次序不同,天数与最后的余额都一样。"""
    ledger: tuple[LedgerLine, ...] = (replace(GRANT, amount=30),)
    days: dict[tuple[int, int], Fraction] = {}
    for number, (first, last) in enumerate(order):
        person = replace(ME, ledger=ledger)
        found = decide(Span(date(2026, 12, first), date(2026, 12, last)), ANNUAL, person)
        days[first, last] = found.days
        amounts = tuple((item.day, int(item.days * 2)) for item in found.by_date)
        ledger += reserve(take_each(ledger, amounts), str(number), TODAY)
        assert found.balance_after == 30 - sum(line.amount for line in ledger[1:])
    assert days == {(1, 2): 2, (7, 8): 2, (9, 11): 3, (14, 14): 1, (16, 18): 3}
