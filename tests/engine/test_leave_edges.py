"""请假天数与假期账的边:没有班次的日子、正好半夜、一笔额度几行账、账坏了说是哪里坏了。"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.days import DayKind
from engine.leave_days import Counting, CountRule, LeaveDays, Span, count_days, find_end, windows_on
from engine.leave_ledger import (
    Allocation,
    Kind,
    LedgerLine,
    adjust,
    balance,
    commit,
    expire,
    lapsed,
    reserve,
    reverse,
    take,
    take_each,
)
from engine.shifts import Shift
from tests.engine.words import refusal
from tests.engine.worlds import CALENDAR, DAY, NIGHT, at

TODAY = date(2026, 11, 23)
HOURLY = Counting(CountRule.WORKING_DAYS, min_unit_minutes=30)


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def weekdays_only(day: date) -> Shift | None:
    return DAY if day.weekday() < 5 else None


def hours(start: str, end: str) -> LeaveDays:
    return count_days(Span.hours(at(start), at(end)), HOURLY, weekdays_only, CALENDAR)


# ── 按小时,周末没有班次(10月17日周六、18日周日)────────────────────────────


def test_hours_that_end_at_midnight_do_not_reach_the_next_day():
    found = hours("10-16 13:00", "10-17 00:00")
    assert (found.minutes, found.excluded) == (300, ())


def test_a_day_off_before_the_hours_is_not_mentioned():
    found = hours("10-19 09:00", "10-19 10:00")
    assert ([item.day for item in found.by_date], found.excluded) == ([d("10-19")], ())


def test_days_off_inside_the_hours_are_listed():
    found = hours("10-17 09:00", "10-19 10:00")
    assert [item.day for item in found.by_date] == [d("10-19")]
    assert found.excluded == ((d("10-17"), DayKind.WEEKEND), (d("10-18"), DayKind.WEEKEND))


def test_counting_an_end_follows_the_roster():
    roster = frozenset({d("12-05"), d("12-06")})
    found = find_end((d("12-04"), None), 4, CountRule.WORKING_DAYS, CALENDAR, roster)
    assert (found.end, found.skipped, found.span_days) == (d("12-06"), (d("12-04"),), 3)


def test_counting_an_end_refuses_in_words():
    zero = "请假天数要大于零。请您写明请几天。"
    got = refusal(lambda: find_end((d("12-04"), None), 0, CountRule.CALENDAR_DAYS, CALENDAR, None))
    assert got == ("NO_COUNTED_TIME", zero, {})
    far = "从这一天起三年之内数不满这些天。请您看一下天数和排班,改好后再提交。"
    got = refusal(lambda: find_end((d("12-04"), None), 5000, CountRule.CALENDAR_DAYS, CALENDAR, None))
    assert got == ("SPAN_TOO_LONG", far, {})


def test_a_span_that_cannot_be_says_how_to_mend_it() -> None:
    say = "结束时间不在开始时间之后。请您看一下起止时间,改好后再提交。"
    assert refusal(Span(d("12-04"), d("12-02")).check) == ("END_NOT_AFTER_START", say, {})
    say = "这一段请假超过三年了。请您看一下起止日期,改好后再提交。"
    first = d("01-01")
    assert refusal(Span(first, first + timedelta(days=3 * 366 + 1)).check) == ("SPAN_TOO_LONG", say, {})
    Span(first, first + timedelta(days=3 * 366)).check()


def test_hours_follow_the_rule_and_the_roster_too() -> None:
    # 周六排了班、周日没排:请这两天的上午,只算周六;按自然日数的假周日也算。
    span = Span.hours(at("10-17 09:00"), at("10-18 12:00"))
    roster = frozenset({d("10-17")})
    found = count_days(span, HOURLY, lambda _: DAY, CALENDAR, roster)
    assert ([item.day for item in found.by_date], found.excluded) == ([d("10-17")], ((d("10-18"), DayKind.ROSTER_OFF),))
    natural = Counting(CountRule.CALENDAR_DAYS, min_unit_minutes=30)
    found = count_days(span, natural, lambda _: DAY, CALENDAR)
    assert [item.day for item in found.by_date] == [d("10-17"), d("10-18")]


def test_each_day_is_as_long_as_its_own_shift() -> None:
    # 周一夜班 450 分钟,周二日班 480 分钟。
    shifts = {d("12-07"): NIGHT, d("12-08"): DAY}
    found = count_days(Span(d("12-07"), d("12-08")), HOURLY, shifts.get, CALENDAR)
    assert ([item.minutes for item in found.by_date], found.minutes) == ([450, 480], 930)


def test_nothing_to_ask_for_says_which_days_and_why() -> None:
    def asked(span: Span) -> tuple[str, str, dict[str, str]]:
        return refusal(lambda: count_days(span, HOURLY, lambda _: DAY, CALENDAR))

    three = (
        "6月19日(周五)是法定节假日、6月20日(周六)是周末、6月21日(周日)是周末,"
        "本来就不上班,不用请假。如果日期说错了,请您换个日期再提交。"
    )
    assert asked(Span(d("06-19"), d("06-21"))) == ("NO_COUNTED_TIME", three, {})
    four = (
        "10月1日(周四)是法定节假日、10月2日(周五)是法定节假日、10月3日(周六)是法定节假日等 4 天,"
        "本来就不上班,不用请假。如果日期说错了,请您换个日期再提交。"
    )
    assert asked(Span(d("10-01"), d("10-04"))) == ("NO_COUNTED_TIME", four, {})
    evening = "您选的时间不在上班时间里,不用请假。如果时间说错了,请您换个时间再提交。"
    assert asked(Span.hours(at("10-12 19:00"), at("10-12 21:00"))) == ("NO_COUNTED_TIME", evening, {})


def test_hours_on_a_day_meet_the_shift_or_the_whole_day():
    morning = Span.hours(at("12-02 08:00"), at("12-02 13:00"))
    assert windows_on(morning, d("12-02"), DAY) == ((at("12-02 09:00"), at("12-02 13:00")),)
    assert windows_on(morning, d("12-02"), None) == ((at("12-02 08:00"), at("12-02 13:00")),)
    night = Span.hours(at("12-02 23:00"), at("12-03 01:00"))
    assert windows_on(night, d("12-02"), None) == ((at("12-02 23:00"), at("12-03 00:00")),)


# ── 账 ─────────────────────────────────────────────────────────────────


def grant(name: str, amount: int, on: str, expires: str | None = None) -> LedgerLine:
    return LedgerLine(
        Kind.GRANT, name, amount, date.fromisoformat(on), date.fromisoformat(expires) if expires else None
    )


OLD = grant("2025", 4, "2025-01-01", "2026-12-31")


def line(kind: Kind, amount: int, request: str = "", name: str = "2025") -> LedgerLine:
    return LedgerLine(kind, name, amount, TODAY, request=request)


def test_two_grant_lines_of_one_pot_add_up():
    assert balance((OLD, OLD), TODAY).available == 8


def test_a_pot_without_expiry_never_expires_and_empty_pots_are_not_told():
    gone = grant("gone", 2, "2025-01-01", "2026-12-31")
    lines = (grant("forever", 3, "2025-01-01"), gone, line(Kind.RESERVE, 2, "r1", "gone"))
    seen = balance(lines, TODAY)
    assert (seen.available, seen.expiring) == (3, ())
    assert expire(lines, date(2030, 1, 1)) == ()


def test_pots_that_expire_together_are_told_together():
    lines = (OLD, grant("more", 3, "2026-01-01", "2026-12-31"))
    assert balance(lines, TODAY).expiring == ((d("12-31"), 7),)


def test_what_expires_first_goes_first_whatever_its_name_or_age():
    lines = (
        grant("a", 2, "2024-01-01"),
        grant("b", 2, "2025-01-01", "2027-12-31"),
        grant("z", 2, "2026-01-01", "2026-12-31"),
    )
    assert take(lines, 5, TODAY) == (Allocation("z", 2), Allocation("b", 2), Allocation("a", 1))


def test_what_is_short_on_several_days_is_summed():
    lines = (grant("first", 1, "2026-01-01", "2026-11-30"), grant("second", 1, "2026-12-01", "2026-12-31"))
    say = "假期余额不够。请您减少天数,或者差的部分改用别的假。"
    got = refusal(lambda: take_each(lines, ((d("11-30"), 2), (d("12-01"), 2))))
    assert got == ("NOT_ENOUGH", say, {"left": "2", "needed": "4", "short": "2"})


def test_every_line_bears_its_day():
    lines: tuple[LedgerLine, ...] = (OLD,)
    booked = reserve((Allocation("2025", 2),), "r1", d("12-01"))
    assert booked == (LedgerLine(Kind.RESERVE, "2025", 2, d("12-01"), request="r1"),)
    lines += booked
    done = commit(lines, "r1", d("12-02"))
    assert done == (LedgerLine(Kind.COMMIT, "2025", 2, d("12-02"), request="r1"),)
    lines += done
    back = reverse(lines, "r1", d("12-03"), 1)
    assert back == (LedgerLine(Kind.RELEASE, "2025", 1, d("12-03"), request="r1"),)
    assert adjust(lines, "2025", 1, d("12-04")) == LedgerLine(Kind.ADJUST, "2025", 1, d("12-04"))


def test_a_request_booked_in_two_lines_is_one_request():
    lines: tuple[LedgerLine, ...] = (OLD, line(Kind.RESERVE, 2, "r1"), line(Kind.RESERVE, 1, "r1"))
    assert commit(lines, "r1", TODAY) == (line(Kind.COMMIT, 3, "r1"),)
    lines += (line(Kind.COMMIT, 1, "r1"), line(Kind.COMMIT, 2, "r1"))
    assert balance(lines, TODAY).used == 3
    assert reverse(lines, "r1", TODAY) == (line(Kind.RELEASE, 3, "r1"),)
    lines += (line(Kind.RELEASE, 3, "r1"),)
    assert balance(lines, TODAY).available == 4


def test_a_part_given_back_before_the_approval_is_not_approved() -> None:
    lines = (OLD, line(Kind.RESERVE, 3, "r1"), line(Kind.RELEASE, 1, "r1"))
    assert commit(lines, "r1", TODAY) == (line(Kind.COMMIT, 2, "r1"),)
    seen = balance((*lines, line(Kind.COMMIT, 2, "r1")), TODAY)
    assert (seen.used, seen.reserved, seen.available) == (2, 0, 2)


def test_two_requests_on_one_pot_are_used_together():
    lines = (OLD, *(line(kind, 2, name) for name in ("r1", "r2") for kind in (Kind.RESERVE, Kind.COMMIT)))
    seen = balance(lines, TODAY)
    assert (seen.used, seen.reserved, seen.available) == (4, 0, 0)


def test_the_last_day_of_a_pot_is_still_good():
    assert expire((OLD,), d("12-31")) == ()
    assert expire((OLD,), date(2027, 1, 1)) == (LedgerLine(Kind.EXPIRE, "2025", 4, date(2027, 1, 1)),)


def test_lapsed_is_what_was_left_on_the_last_day():
    lines: tuple[LedgerLine, ...] = (OLD, grant("forever", 3, "2025-01-01"), line(Kind.RESERVE, 1, "r1"))
    told = (("2025", d("12-31"), 3),)
    assert lapsed(lines, d("12-31"), d("12-31")) == told
    assert lapsed(lines, d("12-30"), d("12-30")) == lapsed(lines, date(2027, 1, 1), date(2027, 1, 2)) == ()
    lines += expire(lines, date(2027, 1, 1))
    assert lapsed(lines, d("01-01"), d("12-31")) == told  # 写了过期行也一样
    used_up = (OLD, line(Kind.RESERVE, 4, "r1"))
    assert lapsed(used_up, d("01-01"), d("12-31")) == ()
    one_left = (OLD, line(Kind.RESERVE, 3, "r1"))
    assert lapsed(one_left, d("01-01"), d("12-31")) == (("2025", d("12-31"), 1),)


def test_refusals_say_what_to_do():
    lines = (OLD, line(Kind.RESERVE, 3, "r1"))
    more = "要退回的假比原来请的还多。请您核对一下要退回的天数。"
    assert refusal(lambda: reverse(lines, "r1", TODAY, 4)) == ("TOO_MUCH_BACK", more, {})
    less = "这笔额度剩下的不够扣减。请您先退回已占用的假,或者少扣一些。"
    short = {"left": "1", "needed": "3", "short": "2"}
    assert refusal(lambda: adjust(lines, "2025", -3, TODAY)) == ("NOT_ENOUGH", less, short)


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ((line(Kind.RESERVE, 5, "r1"),), "grant 2025 is below zero"),
        ((line(Kind.RELEASE, 1, "r1"),), "request r1 gives back more than it took"),
        (
            (line(Kind.RESERVE, 3, "r1"), line(Kind.RELEASE, 1, "r1"), line(Kind.RELEASE, 3, "r1")),
            "request r1 gives back more than it took",
        ),
        ((line(Kind.COMMIT, 1, "r1"),), "request r1 gives back more than it took"),
        ((line(Kind.RESERVE, 2, "r1"), line(Kind.RELEASE, 1, "r2")), "request r2 gives back more than it took"),
        (
            (
                *(line(kind, 2, name) for name in ("r1", "r2") for kind in (Kind.RESERVE, Kind.COMMIT)),
                line(Kind.RELEASE, 2, "r1"),
                line(Kind.RELEASE, 1, "r1"),
            ),
            "request r1 gives back more than it took",
        ),
    ],
)
def test_a_broken_ledger_says_where(lines, what):
    with pytest.raises(ValueError, match=f"^leave ledger broken: {what}$"):
        balance((OLD, *lines), TODAY)
