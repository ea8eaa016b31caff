"""请假天数:公开算例、手算的例子、性质。"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.quote_time import QUOTES
from engine.days import Calendar, DayKind, Month, YearCalendar, days_between
from engine.errors import BadInput, NotReady
from engine.leave_days import (
    Counting,
    CountRule,
    LeaveDays,
    NoCountedTime,
    Span,
    count_days,
    find_end,
    windows_on,
)
from engine.shifts import Part, Shift, half_of
from tests.engine.worlds import CALENDAR, DAY, NIGHT, at, public_cases

WORKING = Counting(CountRule.WORKING_DAYS)
HOURLY = Counting(CountRule.WORKING_DAYS, min_unit_minutes=30)
NATURAL = Counting(CountRule.CALENDAR_DAYS)
NOT_STATUTORY = Counting(CountRule.CALENDAR_DAYS_EXCLUDING_STATUTORY)


def day(text: str) -> date:
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def counted(
    span: Span, how: Counting = WORKING, shift: Shift = DAY, roster: frozenset[date] | None = None
) -> LeaveDays:
    return count_days(span, how, lambda _: shift, CALENDAR, roster)


@pytest.mark.parametrize("case", public_cases("leave_days"), ids=lambda case: case["id"])
def test_public_case(case):
    assert QUOTES["leave_days"](case["input"]) == case["expect"]


def test_parts_left_out_mean_whole_days():
    found = counted(Span(day("12-02"), day("12-04")))
    assert (found.days, found.minutes, found.hours) == (Fraction(3), 1440, Fraction(24))


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        # 2026-12-07 周一 … 12-13 周日
        (("12-07", Part.AM), ("12-07", Part.AM), "0.5"),
        (("12-07", Part.PM), ("12-07", Part.PM), "0.5"),
        (("12-07", Part.PM), ("12-08", Part.AM), "1"),
        (("12-11", Part.PM), ("12-14", Part.AM), "1"),
        (("12-07", None), ("12-13", None), "5"),
        (("09-19", None), ("09-20", None), "1"),  # 周六休,周日补班
    ],
)
def test_half_days(first, last, days):
    assert counted(Span(day(first[0]), day(last[0]), first[1], last[1])).days == Fraction(days)


def test_wholly_weekend_says_why():
    with pytest.raises(NoCountedTime) as raised:
        counted(Span(day("12-12"), day("12-13")))
    assert raised.value.code == "NO_COUNTED_TIME"
    assert raised.value.excluded == ((day("12-12"), DayKind.WEEKEND), (day("12-13"), DayKind.WEEKEND))
    assert raised.value.say.startswith("12月12日(周六)是周末、12月13日(周日)是周末,本来就不上班,不用请假。")


def test_year_without_notice_is_refused_and_named():
    with pytest.raises(NotReady) as raised:
        counted(Span(day("12-31"), date(2027, 1, 4)))
    assert raised.value.code == "CALENDAR_MISSING"
    assert "2027" in raised.value.say


def test_calendar_days_need_no_notice():
    assert counted(Span(day("12-31"), date(2027, 1, 4)), NATURAL).days == 5


def test_statutory_days_are_left_out_of_calendar_leave():
    # 10月1日至8日:1、2、3 日是法定节假日,其余(含周日、调休)都算,共 5 天。
    found = counted(Span(day("10-01"), day("10-08")), NOT_STATUTORY)
    assert found.days == 5
    assert [d for d, _ in found.excluded] == [day("10-01"), day("10-02"), day("10-03")]


def test_roster_replaces_the_week():
    roster = frozenset({day("12-05"), day("12-06")})  # 周六、周日排了班
    found = counted(Span(day("12-04"), day("12-07")), roster=roster)
    assert found.days == 2
    assert found.excluded == ((day("12-04"), DayKind.ROSTER_OFF), (day("12-07"), DayKind.ROSTER_OFF))


def test_hours_skip_the_rest_and_round_the_total_up_once():
    # 周一 11:40–13:20:午休 12–13 不算,盖住 20+20=40 分钟,按 30 分钟取到 60。
    found = counted(Span.hours(at("10-12 11:40"), at("10-12 13:20")), HOURLY)
    assert (found.covered, found.minutes, found.hours, found.days) == (40, 60, Fraction(1), Fraction(1, 8))


def test_hours_over_a_weekend():
    # 周五 17:00 到周一 10:00:60 + 60 分钟;周六、周日列为不计。
    found = counted(Span.hours(at("10-16 17:00"), at("10-19 10:00")), HOURLY)
    assert found.minutes == 120
    assert [(d.day, d.minutes) for d in found.by_date] == [(day("10-16"), 60), (day("10-19"), 60)]
    assert [d for d, _ in found.excluded] == [day("10-17"), day("10-18")]


def test_night_shift_belongs_to_the_day_it_starts():
    # 10月16日(周五)22:00 的夜班,请 10月17日 01:00–03:00:休息半小时,盖住 90 分钟,算 16 日。
    found = counted(Span.hours(at("10-17 01:00"), at("10-17 03:00")), HOURLY, NIGHT)
    assert [(d.day, d.minutes) for d in found.by_date] == [(day("10-16"), 90)]
    assert found.days == Fraction(90, 450)
    assert found.excluded == ()


def test_hours_outside_the_shift_count_nothing():
    with pytest.raises(NoCountedTime):
        counted(Span.hours(at("10-12 19:00"), at("10-12 21:00")), HOURLY)
    with pytest.raises(NoCountedTime):
        counted(Span.hours(at("10-12 12:00"), at("10-12 13:00")), HOURLY)


@pytest.mark.parametrize(
    "span",
    [
        Span(day("12-04"), day("12-02")),
        Span(day("12-02"), day("12-02"), Part.PM, Part.AM),
        Span.hours(at("12-02 15:00"), at("12-02 15:00")),
        Span.hours(at("12-02 15:00"), at("12-02 14:00")),
    ],
)
def test_end_not_after_start(span):
    with pytest.raises(BadInput) as raised:
        counted(span)
    assert raised.value.code == "END_NOT_AFTER_START"


def test_absurd_year_is_refused():
    with pytest.raises(BadInput) as raised:
        counted(Span(day("12-02"), date(2206, 12, 2)), NATURAL)
    assert raised.value.code == "SPAN_TOO_LONG"


@pytest.mark.parametrize(
    ("start", "halves", "rule", "end", "skipped"),
    [
        (("12-04", None), 4, CountRule.WORKING_DAYS, ("12-07", None), ["12-05", "12-06"]),
        (("12-04", Part.PM), 2, CountRule.WORKING_DAYS, ("12-07", Part.AM), ["12-05", "12-06"]),
        (("12-04", Part.PM), 1, CountRule.WORKING_DAYS, ("12-04", Part.PM), []),
        (("12-04", None), 3, CountRule.WORKING_DAYS, ("12-07", Part.AM), ["12-05", "12-06"]),
        (("09-30", None), 4, CountRule.CALENDAR_DAYS_EXCLUDING_STATUTORY, ("10-04", None), ["10-01", "10-02", "10-03"]),
    ],
)
def test_find_end(start, halves, rule, end, skipped):
    found = find_end((day(start[0]), start[1]), halves, rule, CALENDAR, None)
    assert (found.end, found.end_part) == (day(end[0]), end[1])
    assert found.skipped == tuple(day(text) for text in skipped)


def test_find_end_that_never_comes():
    none: frozenset[date] = frozenset()
    years = {year: YearCalendar(year, "", none, none, none) for year in range(2026, 2031)}
    known = Calendar(years, weekend=frozenset(range(7)))
    with pytest.raises(BadInput) as raised:
        find_end((day("12-04"), None), 2, CountRule.WORKING_DAYS, known, None)
    assert raised.value.code == "SPAN_TOO_LONG"
    with pytest.raises(BadInput):
        find_end((day("12-04"), None), 0, CountRule.CALENDAR_DAYS, CALENDAR, None)


# ── 性质 ───────────────────────────────────────────────────────────────

dates_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
parts = st.sampled_from([None, *Part])
shifts = st.sampled_from([DAY, NIGHT])
rules = st.sampled_from([WORKING, NATURAL, NOT_STATUTORY])


@st.composite
def spans(draw):
    first = draw(dates_2026)
    last = min(first + timedelta(days=draw(st.integers(0, 40))), date(2026, 12, 31))
    return Span(first, last, draw(parts), draw(parts))


def half_slots(span: Span) -> set[tuple[date, Part]]:
    return {(d, p) for d in days_between(span.start, span.end) for p in span.parts_on(d)}


@given(spans(), rules, shifts)
def test_counts_half_by_half(span, how, shift):
    """另一种数法:把每个半天单独问一遍,加起来应当一样。"""
    total = Fraction(0)
    for slot_day, part in half_slots(span):
        try:
            total += counted(Span(slot_day, slot_day, part, part), how, shift).days
        except NoCountedTime:
            continue
    try:
        found = counted(span, how, shift).days
    except (NoCountedTime, BadInput):
        found = Fraction(0)
    assert found == total


@given(spans(), rules)
def test_whole_is_the_sum_of_its_parts(span, how):
    try:
        found = counted(span, how)
    except (NoCountedTime, BadInput):
        return
    assert found.days > 0
    assert found.days == sum(d.days for d in found.by_date) == sum(found.by_month.values())
    assert all(d.days in (Fraction(1, 2), Fraction(1)) for d in found.by_date)
    months = {Month.of(d.day) for d in found.by_date}
    assert set(found.by_month) == months
    everyday = {d.day for d in found.by_date} | {d for d, _ in found.excluded}
    assert everyday == set(days_between(span.start, span.end))


@given(spans(), st.data())
def test_split_anywhere_adds_up(span, data):
    """一份申请从任何一天断成两份,两份之和等于原来的。"""
    if span.start == span.end:
        return
    cut_at = data.draw(st.dates(span.start, span.end - timedelta(days=1)))
    left = Span(span.start, cut_at, span.start_part, None)
    right = Span(cut_at + timedelta(days=1), span.end, None, span.end_part)

    def days(part: Span) -> Fraction:
        try:
            return counted(part).days
        except NoCountedTime:
            return Fraction(0)

    assert days(left) + days(right) == days(span)


@given(dates_2026, st.integers(0, 1439), st.integers(1, 3 * 1440), shifts)
def test_hours_minute_by_minute(first, start_minute, length, shift):
    """另一种数法:一分钟一分钟地看是不是在某一天的班里。"""
    start = datetime.combine(first, time()) + timedelta(minutes=start_minute)
    end = start + timedelta(minutes=length)
    if end.year != 2026:
        return
    expected: dict[date, int] = {}
    for owner in days_between(first - timedelta(days=1), end.date()):
        if owner.year != 2026 or not CALENDAR.is_work(owner):
            continue
        opens, closes = shift.whole(owner)
        for offset in range((closes - opens) // timedelta(minutes=1)):
            moment = opens + timedelta(minutes=offset)
            resting = any(a <= moment < b for a, b in shift.rests_on(owner))
            if start <= moment < end and not resting:
                expected[owner] = expected.get(owner, 0) + 1
    try:
        found = counted(Span.hours(start, end), HOURLY, shift)
    except NoCountedTime:
        assert not expected
        return
    assert {d.day: d.minutes for d in found.by_date} == expected
    total = sum(expected.values())
    assert found.covered == total
    assert total <= found.minutes < total + 30
    assert found.minutes % 30 == 0
    assert sum(d.days for d in found.by_date) == Fraction(found.minutes, shift.minutes_per_day)


@given(dates_2026, st.integers(1, 60), parts, st.sampled_from(CountRule))
def test_find_end_is_the_inverse_of_counting(first, halves, part, rule):
    try:
        found = find_end((first, part), halves, rule, CALENDAR, None)
        total = counted(Span(first, found.end, part, found.end_part), Counting(rule)).days
    except NotReady:
        return
    assert total * 2 == halves


@given(st.sampled_from([DAY, NIGHT, None]), dates_2026)
def test_halves_do_not_meet_and_cover_the_work(shift, some_day):
    morning, afternoon = half_of(shift, some_day, Part.AM), half_of(shift, some_day, Part.PM)
    assert morning[1] <= afternoon[0]
    both = windows_on(Span(some_day, some_day), some_day, shift)
    for start, end in shift.windows(some_day) if shift else ():
        assert any(a <= start and end <= b for a, b in both)
