"""请假的话:能请的逐项核对,不能请的每一句一字不差;几处正好在边上的日子。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from engine.days import DayKind, Month
from engine.leave import (
    Circumstances,
    LeaveDecision,
    LeaveType,
    NotEnoughLeave,
    OfferPart,
    Other,
    Paid,
    Unit,
    decide,
)
from engine.leave_days import CountRule, DayCount, Span
from engine.leave_ledger import Kind, LedgerLine
from engine.shifts import Part, Shift
from tests.engine.words import refusal
from tests.engine.worlds import CALENDAR, DAY, NIGHT, at

ANNUAL = LeaveType("annual", "年假", CountRule.WORKING_DAYS, Unit.HALF_DAY, True, Paid.FULL)
PERSONAL = LeaveType("personal", "事假", CountRule.WORKING_DAYS, Unit.HOUR, False, Paid.NONE, min_unit_minutes=30)
SICK = LeaveType("sick", "病假", CountRule.WORKING_DAYS, Unit.HALF_DAY, False, Paid.SICK, proof="病历或诊断证明")
MATERNITY = LeaveType("maternity", "产假", CountRule.CALENDAR_DAYS, Unit.DAY, False, Paid.ALLOWANCE)
CARE = LeaveType("care", "护理假", CountRule.WORKING_DAYS, Unit.DAY, True, Paid.FULL)
COMP = LeaveType("comp", "调休", CountRule.WORKING_DAYS, Unit.HOUR, True, Paid.FULL)
TODAY = date(2026, 11, 23)
BOTH = (Part.AM, Part.PM)


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def grant(amount: int) -> LedgerLine:
    return LedgerLine(Kind.GRANT, "2026", amount, date(2026, 1, 1), date(2026, 12, 31))


ME = Circumstances(today=TODAY, calendar=CALENDAR, shift_of=lambda _: DAY, ledger=(grant(4),))
NOT_TODAY = replace(ME, today=d("01-05"))
"""年初看,什么都不算补请。"""


def offered(span: Span, kind: LeaveType, person: Circumstances) -> tuple[OfferPart, ...]:
    with pytest.raises(NotEnoughLeave) as raised:
        decide(span, kind, person)
    return raised.value.offer


def test_a_whole_decision_over_a_weekend():
    # 11月27日周五、30日周一,中间周末不计。
    span = Span(d("11-27"), d("11-30"))
    weekend = ((d("11-28"), DayKind.WEEKEND), (d("11-29"), DayKind.WEEKEND))
    assert decide(span, SICK, ME) == LeaveDecision(
        kind=SICK,
        span=span,
        days=Fraction(2),
        minutes=960,
        by_date=(DayCount(d("11-27"), Fraction(1), 480, BOTH), DayCount(d("11-30"), Fraction(1), 480, BOTH)),
        by_month={Month(2026, 11): Fraction(2)},
        excluded=weekend,
        amount=4,
        balance_before=None,
        balance_after=None,
        allocations=(),
        pay_effect="2 天按病假工资发放",
        warnings=(
            "11月28日(周六)、11月29日(周日)共 2 天是休息日或节假日,不计入。",
            "请您备好病历或诊断证明,批准前后交给 HR 都可以。",
        ),
    )


def test_the_roster_decides_which_days_are_worked():
    # 周五没排班、周六排了班:只算周六。
    person = replace(ME, roster=frozenset({d("11-28")}))
    found = decide(Span(d("11-27"), d("11-28")), PERSONAL, person)
    assert [item.day for item in found.by_date] == [d("11-28")]


def test_natural_days_count_the_weekend_and_need_no_shift():
    found = decide(Span(d("12-02"), d("12-08")), MATERNITY, replace(ME, shift_of=lambda _: None))
    assert (found.days, found.minutes) == (Fraction(7), 7 * 480)  # 没有班次的日子一天按 8 小时


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ("06-22", "6月19日(周五)、6月20日(周六)、6月21日(周日)共 3 天是休息日或节假日,不计入。"),
        ("06-27", "6月19日(周五)、6月20日(周六)、6月21日(周日)等共 4 天是休息日或节假日,不计入。"),
    ],
)
def test_at_most_three_days_left_out_are_named(last, words):
    assert decide(Span(d("06-18"), d(last)), PERSONAL, NOT_TODAY).warnings == (words,)


def test_today_is_not_late_and_yesterday_is():
    assert decide(Span(TODAY, TODAY), PERSONAL, ME).warnings == ()
    late = decide(Span(d("11-20"), d("11-20")), PERSONAL, ME).warnings
    assert late == ("这是事后补请,批准后会更正当天的考勤。",)


def test_the_first_and_the_last_day_of_employment_are_inside():
    person = replace(ME, employed_from=d("11-24"), employed_to=d("12-31"))
    assert decide(Span(d("11-24"), d("11-24")), PERSONAL, person).days == 1
    assert decide(Span(d("12-31"), d("12-31")), PERSONAL, person).days == 1
    early = "11月23日(周一)至11月24日(周二)不全在您的在职期间内(入职日是11月24日(周二))。请您改一下日期,再提交。"
    assert refusal(lambda: decide(Span(TODAY, d("11-24")), PERSONAL, person)) == ("OUTSIDE_EMPLOYMENT", early, {})
    leaver = replace(person, employed_to=d("12-02"))
    late = "12月3日(周四)不全在您的在职期间内(在职的最后一天是12月2日(周三))。请您改一下日期,再提交。"
    assert refusal(lambda: decide(Span(d("12-03"), d("12-03")), PERSONAL, leaver)) == ("OUTSIDE_EMPLOYMENT", late, {})


def test_too_far_back_says_whom_to_ask():
    say = "病假最多补请 31 天以内的,10月22日(周四)已经超过了。请您联系 HR 代为补录。"
    back = refusal(lambda: decide(Span(d("10-22"), d("10-22")), SICK, ME))
    assert back == ("TOO_FAR_BACK", say, {"max_back_days": "31"})


def test_the_last_closed_day_is_closed():
    person = replace(ME, closed_until=d("10-30"))
    say = "2026年10月的考勤已经结算,10月30日(周五)不能再补请。请您联系 HR,由 HR 更正后在下个月的工资里补算。"
    closed = refusal(lambda: decide(Span(d("10-30"), d("10-30")), SICK, person))
    assert closed == ("PERIOD_CLOSED", say, {"closed_until": "2026-10-30"})


@pytest.mark.parametrize(
    ("kind", "span", "say", "unit"),
    [
        (
            ANNUAL,
            Span.hours(at("12-02 09:00"), at("12-02 10:00")),
            "年假最少按半天请。请您改成半天或半天的倍数,再提交。",
            "half_day",
        ),
        (
            MATERNITY,
            Span(d("12-02"), d("12-04"), Part.PM, None),
            "产假最少按一天请。请您改成一天或一天的倍数,再提交。",
            "day",
        ),
    ],
)
def test_too_small_a_piece(kind, span, say, unit):
    assert refusal(lambda: decide(span, kind, ME)) == ("UNIT_TOO_SMALL", say, {"unit": unit})


def test_overlap_is_seen_in_the_shift_of_that_day():
    # 12月2日的夜班 22:00–06:00,下午(后半夜)从 02:30 起;已有 3 日 03:00 的调休,两边碰上。
    taken = Other("7", "调休", Span.hours(at("12-03 03:00"), at("12-03 04:00")))
    person = replace(ME, shift_of=lambda day: {d("12-02"): NIGHT}.get(day), others=(taken,))
    say = "12月2日(周三)下午与您已有的调休(12月3日(周四)03:00至04:00)重叠。请您改一下时间,或者先撤回原来那一份。"
    span = Span(d("12-02"), d("12-02"), Part.PM, Part.PM)
    assert refusal(lambda: decide(span, PERSONAL, person)) == ("OVERLAP", say, {"request": "7", "day": "2026-12-02"})


# ── 余额不够 ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "span", "left", "say", "details"),
    [
        (
            ANNUAL,
            Span(d("12-02"), d("12-04")),
            3,
            "年假还可用 1.5 天,这次要用 3 天,不够。您可以改请 年假 1.5 天 + 事假 1.5 天,也可以减少天数后再提交。",
            {"left": "3", "needed": "6", "short": "3", "offer": "年假 1.5 天 + 事假 1.5 天"},
        ),
        (
            ANNUAL,
            Span(d("12-02"), d("12-02")),
            0,
            "年假还可用 0 天,这次要用 1 天,不够。您可以改请事假,也可以减少天数后再提交。",
            {"left": "0", "needed": "2", "short": "2", "offer": "事假 1 天"},
        ),
        (
            COMP,
            Span(d("12-02"), d("12-02")),
            300,
            "调休还可用 5 小时,这次要用 8 小时,不够。您可以改请 调休 0.5 天 + 事假 0.5 天,也可以减少天数后再提交。",
            {"left": "300", "needed": "480", "short": "180", "offer": "调休 0.5 天 + 事假 0.5 天"},
        ),
        (  # 7 小时是 0.875 天,写两位
            COMP,
            Span.hours(at("12-02 09:00"), at("12-02 17:00")),
            300,
            "调休还可用 5 小时,这次要用 7 小时,不够。您可以改请事假,也可以减少天数后再提交。",
            {"left": "300", "needed": "420", "short": "120", "offer": "事假 0.88 天"},
        ),
    ],
)
def test_not_enough_says_what_is_left_and_what_to_do(kind, span, left, say, details):
    person = replace(ME, ledger=(grant(left),))
    assert refusal(lambda: decide(span, kind, person)) == ("NOT_ENOUGH", say, details)


def test_an_offer_keeps_the_first_and_the_last_half_as_asked():
    # 2日下午到4日上午:2 天;余 3 个半天:2日下午、3日全天用年假,4日上午改事假。
    span = Span(d("12-02"), d("12-04"), Part.PM, Part.AM)
    assert offered(span, ANNUAL, replace(ME, ledger=(grant(3),))) == (
        OfferPart("annual", "年假", Span(d("12-02"), d("12-03"), Part.PM, Part.PM), Fraction(3, 2)),
        OfferPart("personal", "事假", Span(d("12-04"), d("12-04"), Part.AM, Part.AM), Fraction(1, 2)),
    )


def test_an_offer_of_a_whole_day_kind_is_in_whole_days():
    # 余 5 个半天,整天的假只能用 2 天。
    assert offered(Span(d("12-02"), d("12-04")), CARE, replace(ME, ledger=(grant(5),))) == (
        OfferPart("care", "护理假", Span(d("12-02"), d("12-03"), None, Part.PM), Fraction(2)),
        OfferPart("personal", "事假", Span(d("12-04"), d("12-04"), Part.AM, None), Fraction(1)),
    )


def test_nothing_fits_or_by_the_hour_the_whole_goes_to_the_other_kind():
    day = Span(d("12-02"), d("12-02"))
    assert offered(day, CARE, replace(ME, ledger=(grant(1),))) == (OfferPart("personal", "事假", day, Fraction(1)),)
    hours = Span.hours(at("12-02 09:00"), at("12-02 17:00"))
    assert offered(hours, COMP, replace(ME, ledger=(grant(300),))) == (
        OfferPart("personal", "事假", hours, Fraction(7, 8)),
    )


@pytest.mark.parametrize(("left", "fits"), [(225, 0), (226, 1), (450, 1), (451, 2), (676, 2), (677, 3)])
def test_a_day_of_odd_minutes_is_split_as_it_is_booked(left, fits):
    # 一天 451 分钟:上午按 226 分钟记账,余 225 分钟就一个半天也拆不出;两天要 902 分钟。
    odd = Shift("odd", "单数班", DAY.start, DAY.end, DAY.rests, 451)
    person = replace(ME, shift_of=lambda _: odd, ledger=(grant(left),))
    offer = offered(Span(d("12-02"), d("12-03")), COMP, person)
    assert sum((part.days for part in offer if part.key == "comp"), Fraction(0)) == Fraction(fits, 2)
    for part in offer:
        if part.key == "comp":
            assert decide(part.span, COMP, person).amount <= left
