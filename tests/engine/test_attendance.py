"""考勤判定:迟到、早退、缺卡、旷工、请假、夜班、加班,每个结论都带原因与证据。"""

from __future__ import annotations

from datetime import date, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.attendance import (
    AttendanceRules,
    DayFact,
    DayInput,
    LeaveOnDay,
    PunchSeen,
    State,
    absent_days,
    expected,
    judge,
    month_facts,
    present,
)
from engine.days import DayKind
from engine.leave_days import Span, windows_on
from engine.overtime import Approval
from engine.shifts import Part, Shift
from tests.engine.worlds import CALENDAR, DAY, NIGHT, at

MONDAY = date(2026, 10, 12)
STRICT = AttendanceRules()


def punches(*seen: tuple[str, str]) -> tuple[PunchSeen, ...]:
    """(钟面时间, on|off) 依次是 punch:1、punch:2 …"""
    return tuple(PunchSeen(f"punch:{n}", at(text), kind) for n, (text, kind) in enumerate(seen, 1))


def leave(day: date, span: Span, shift: Shift = DAY, kind: str = "personal") -> LeaveOnDay:
    halves = len(span.parts_on(day)) if span.clock is None else 0
    windows = windows_on(span, day, shift)
    return LeaveOnDay(kind, "事假", windows, halves, halves * shift.minutes_per_day // 2, "leave:3")


def workday(*seen: tuple[str, str], **more) -> DayFact:
    rules = more.pop("rules", STRICT)
    return judge(DayInput(MONDAY, DayKind.WORKDAY, more.pop("shift", DAY), punches(*seen), **more), rules)


def test_a_normal_day():
    fact = workday(("10-12 08:55", "on"), ("10-12 18:02", "off"))
    assert (fact.state, fact.planned_minutes, fact.worked_minutes) == (State.NORMAL, 480, 480)
    assert fact.reasons == ()
    assert fact.evidence == (("punch", "punch:1"), ("punch", "punch:2"))


def test_late_and_early_with_their_punches():
    fact = workday(("10-12 09:12", "on"), ("10-12 17:40", "off"))
    assert (fact.state, fact.late_minutes, fact.early_minutes, fact.worked_minutes) == (State.LATE, 12, 20, 448)
    assert fact.reasons == ("09:12 打上班卡,迟到 12 分钟", "17:40 打下班卡,早退 20 分钟")
    assert ("late", "punch:1") in fact.evidence
    assert ("early", "punch:2") in fact.evidence


def test_the_rest_is_not_missed_time():
    # 13:30 才来:上午 180 分钟加下午 30 分钟,午休不算。
    assert workday(("10-12 13:30", "on"), ("10-12 18:00", "off")).late_minutes == 210
    assert workday(("10-12 12:30", "on"), ("10-12 18:00", "off")).late_minutes == 180


def test_seconds_are_in_the_employees_favour():
    first = PunchSeen("punch:1", at("10-12 09:00:59"), "on")
    last = PunchSeen("punch:2", at("10-12 17:59:01"), "off")
    fact = judge(DayInput(MONDAY, DayKind.WORKDAY, DAY, (first, last)), STRICT)
    assert fact.state is State.NORMAL


@pytest.mark.parametrize(("minute", "late"), [("09:05", 0), ("09:06", 6)])
def test_tolerance_forgives_up_to_it_and_nothing_beyond(minute, late):
    fact = workday(
        (f"10-12 {minute}", "on"), ("10-12 18:00", "off"), rules=AttendanceRules(late_tolerance=5, early_tolerance=5)
    )
    assert fact.late_minutes == late


def test_very_late_counts_as_absence_when_the_company_says_so():
    fact = workday(("10-12 10:30", "on"), ("10-12 18:00", "off"), rules=AttendanceRules(absent_after=60))
    assert (fact.state, fact.late_minutes, fact.absent_minutes, fact.worked_minutes) == (State.ABSENT, 0, 90, 390)
    assert absent_days(fact) == Fraction(90, 480)


@pytest.mark.parametrize(
    ("seen", "missing", "words"),
    [((("10-12 08:55", "on"),), ("off",), "缺下班卡"), ((("10-12 18:05", "off"),), ("on",), "缺上班卡")],
)
def test_a_missing_punch(seen, missing, words):
    fact = workday(*seen)
    assert (fact.state, fact.missing, fact.absent_minutes) == (State.MISSING, missing, 0)
    assert words in fact.reasons


@pytest.mark.parametrize(("clock", "missing"), [("08:58", ("off",)), ("17:59", ("on",))])
def test_a_single_punch_without_a_side_is_taken_for_the_nearer_end(clock, missing):
    assert workday((f"10-12 {clock}", "")).missing == missing


def test_no_punch_at_all_is_absence():
    fact = workday()
    assert (fact.state, fact.absent_minutes, fact.worked_minutes) == (State.ABSENT, 480, 0)
    assert ("absent", "day:2026-10-12") in fact.evidence
    assert absent_days(fact) == 1


def test_a_correction_heals_the_day():
    fact = workday(("10-12 09:00", "on"), ("10-12 18:00", "off"))
    assert fact.state is State.NORMAL


def test_half_a_day_of_leave_moves_the_start():
    span = Span(MONDAY, MONDAY, Part.AM, Part.AM)
    fact = workday(("10-12 13:00", "on"), ("10-12 18:00", "off"), leaves=(leave(MONDAY, span),))
    assert (fact.state, fact.late_minutes, fact.worked_minutes) == (State.NORMAL, 0, 300)
    assert fact.leave == (("personal", 1, 240),)
    assert ("leave", "leave:3") in fact.evidence
    assert workday(("10-12 13:10", "on"), ("10-12 18:00", "off"), leaves=(leave(MONDAY, span),)).late_minutes == 10


def test_a_whole_day_of_leave_needs_no_punch():
    fact = workday(leaves=(leave(MONDAY, Span(MONDAY, MONDAY)),))
    assert (fact.state, fact.absent_minutes, fact.leave) == (State.LEAVE, 0, (("personal", 2, 480),))


def test_hours_of_leave_in_the_middle():
    span = Span.hours(at("10-12 16:00"), at("10-12 18:00"))
    fact = workday(("10-12 09:00", "on"), ("10-12 16:01", "off"), leaves=(leave(MONDAY, span),))
    assert (fact.state, fact.early_minutes) == (State.NORMAL, 0)


def test_a_night_shift_belongs_to_its_start_day():
    fact = workday(("10-12 22:10", "on"), ("10-13 05:50", "off"), shift=NIGHT)
    assert (fact.day, fact.late_minutes, fact.early_minutes) == (MONDAY, 10, 10)
    assert (fact.planned_minutes, fact.worked_minutes) == (450, 430)


def test_instants_with_a_zone_are_read_in_shanghai():
    utc = timezone.utc  # noqa: UP017
    seen = (
        PunchSeen("punch:1", at("10-12 01:07").replace(tzinfo=utc), "on"),
        PunchSeen("punch:2", at("10-12 10:00").replace(tzinfo=utc), "off"),
    )
    assert judge(DayInput(MONDAY, DayKind.WORKDAY, DAY, seen), STRICT).late_minutes == 7


def test_overtime_is_what_was_approved_and_worked():
    approval = Approval(at("10-12 18:30"), at("10-12 21:00"), "overtime:5")
    fact = workday(("10-12 09:00", "on"), ("10-12 20:00", "off"), overtime=(approval,))
    assert fact.overtime_minutes == 90
    assert {name for item, name in fact.evidence if item == "overtime"} == {"overtime:5", "punch:1", "punch:2"}
    assert "加班 18:30–20:00,90 分钟" in fact.reasons


def test_overtime_inside_the_shift_is_not_overtime():
    approval = Approval(at("10-12 17:00"), at("10-12 19:00"), "overtime:5")
    assert workday(("10-12 09:00", "on"), ("10-12 19:00", "off"), overtime=(approval,)).overtime_minutes == 60


def test_a_holiday_worked_by_approval():
    day = date(2026, 10, 1)
    approval = Approval(at("10-01 09:00"), at("10-01 17:00"), "overtime:6")
    seen = punches(("10-01 09:10", "on"), ("10-01 17:00", "off"))
    fact = judge(DayInput(day, CALENDAR.kind(day), None, seen, overtime=(approval,)), STRICT)
    assert (fact.state, fact.planned_minutes, fact.late_minutes, fact.overtime_minutes) == (State.REST, 0, 0, 470)


def test_a_shift_scheduled_on_a_holiday_needs_no_approval():
    # 10月1日排了日班:9:10–12:00 与 13:00–18:00,午休不算,共 470 分钟,按法定节假日加班。
    day = date(2026, 10, 1)
    seen = punches(("10-01 09:10", "on"), ("10-01 18:30", "off"))
    fact = judge(DayInput(day, CALENDAR.kind(day, frozenset({day})), DAY, seen), STRICT)
    assert (fact.state, fact.planned_minutes, fact.overtime_minutes) == (State.REST, 0, 470)
    assert ("overtime", "schedule:2026-10-01") in fact.evidence


def test_a_rest_day_and_a_workday_without_a_shift():
    rest = judge(DayInput(date(2026, 10, 11), DayKind.WEEKEND, None), STRICT)
    assert (rest.state, rest.reasons) == (State.REST, ("周末",))
    lost = judge(DayInput(MONDAY, DayKind.WORKDAY, None), STRICT)
    assert (lost.state, lost.absent_minutes) == (State.NO_SHIFT, 0)


def test_a_day_to_come_counts_as_planned():
    facts = DayInput(MONDAY, DayKind.WORKDAY, DAY, leaves=(leave(MONDAY, Span(MONDAY, MONDAY, Part.PM, None)),))
    fact = expected(facts)
    assert (fact.state, fact.worked_minutes, fact.absent_minutes, fact.leave) == (
        State.PLANNED,
        180,
        0,
        (("personal", 1, 240),),
    )


def test_presence_in_two_stretches():
    seen = punches(("10-12 09:00", "on"), ("10-12 18:00", "off"), ("10-12 19:00", "on"), ("10-12 21:00", "off"))
    assert present(seen) == ((at("10-12 09:00"), at("10-12 18:00")), (at("10-12 19:00"), at("10-12 21:00")))
    assert present(punches(("10-12 09:00", "on"))) == ()
    again = punches(("10-12 09:00", "on"), ("10-12 09:05", "on"), ("10-12 18:00", "off"), ("10-12 18:30", "off"))
    assert present(again) == ((at("10-12 09:00"), at("10-12 18:30")),)


def test_the_month_adds_up_with_its_evidence():
    days = (
        workday(("10-12 09:12", "on"), ("10-12 18:00", "off")),
        judge(DayInput(date(2026, 10, 13), DayKind.WORKDAY, DAY), STRICT),
        judge(DayInput(date(2026, 10, 17), DayKind.WEEKEND, None), STRICT),
        judge(
            DayInput(
                date(2026, 10, 14),
                DayKind.WORKDAY,
                DAY,
                leaves=(leave(date(2026, 10, 14), Span(date(2026, 10, 14), date(2026, 10, 14))),),
            ),
            STRICT,
        ),
    )
    month = month_facts(days)
    assert (month.workdays, month.worked_days, month.rest_days) == (3, 1, 1)
    assert (month.late, month.late_minutes, month.absent, month.absent_minutes) == (1, 12, 1, 480)
    assert (month.leave_half_days, month.leave_minutes) == ({"personal": 2}, {"personal": 480})
    assert month.evidence["late"] == ("punch:1",)
    assert month.evidence["absent"] == ("day:2026-10-13",)
    assert month.evidence["leave"] == ("leave:3",)
    assert not month.full_attendance
    assert month_facts(days[::-1]) == month


# ── 性质 ───────────────────────────────────────────────────────────────


@given(
    st.sampled_from([DAY, NIGHT]),
    st.integers(-120, 700),
    st.integers(-120, 700),
    st.sampled_from([None, Part.AM, Part.PM]),
    st.sampled_from([STRICT, AttendanceRules(5, 5), AttendanceRules(absent_after=120)]),
)
def test_time_is_neither_made_nor_lost(shift, comes, goes, off_part, rules):
    """应出勤 = 实际在 + 迟到 + 早退 + 旷工 + 请假盖住的(宽限以内的不计)。"""
    start = shift.whole(MONDAY)[0]
    first, last = sorted((comes, goes))
    seen = (
        PunchSeen("punch:1", start + timedelta(minutes=first), "on"),
        PunchSeen("punch:2", start + timedelta(minutes=last), "off"),
    )
    leaves = (leave(MONDAY, Span(MONDAY, MONDAY, off_part, off_part), shift),) if off_part else ()
    fact = judge(DayInput(MONDAY, DayKind.WORKDAY, shift, seen, leaves), rules)
    covered = 0
    if off_part:
        a, b = shift.half(MONDAY, off_part)
        covered = sum(
            (min(b, y) - max(a, x)) // timedelta(minutes=1) for x, y in shift.windows(MONDAY) if x < b and a < y
        )
    lost = fact.late_minutes + fact.early_minutes + fact.absent_minutes
    assert min(fact.worked_minutes, fact.late_minutes, fact.early_minutes, fact.absent_minutes) >= 0
    assert fact.worked_minutes + lost + covered == fact.planned_minutes
