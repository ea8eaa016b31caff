"""年休假:一天一天数的另一种算法、离职、未休的钱、来处。"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policies import shipped
from engine.annual_leave import (
    AnnualFacts,
    MonthWage,
    TierChange,
    UnusedDays,
    YearAbsence,
    barred_by,
    entitlement,
    leaver_days,
    leaver_trace,
    pay_trace,
    tier_on,
    trace,
    unused_pay,
)
from engine.days import add_months
from engine.errors import BadInput
from engine.money import Money

RULES = shipped().compliance.annual_leave.on(date(2026, 1, 1))
BARRED = shipped().compliance.annual_barred.on(date(2026, 1, 1))
PAY_DAYS = Decimal("21.75")


def by_days(facts: AnnualFacts, change: TierChange) -> Fraction:
    """一天一天加:当天那一档 ÷ 365;整年同一档的不折算。"""
    right = facts.right_from or add_months(facts.service_from, 12)
    year = [date(facts.year, 1, 1) + timedelta(days=n) for n in range(366)]
    mine = [d for d in year if d.year == facts.year and d >= max(facts.hired, right)]
    whole = sum(d.year == facts.year for d in year)

    def tier(day: date) -> int:
        if add_months(facts.service_from, 240) <= day:
            return 15
        return 10 if add_months(facts.service_from, 120) <= day else 5

    tiers = [tier(d) for d in mine]
    if mine and change is TierChange.HIGHEST:
        tiers = [tiers[-1]] * len(mine)
    if mine and change is TierChange.YEAR_START:
        tiers = [tiers[0]] * len(mine)
    if len(mine) == whole and len(set(tiers)) == 1:
        return Fraction(tiers[0])
    return sum((Fraction(t, 365) for t in tiers), Fraction(0))


@given(
    st.integers(2024, 2030),
    st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    st.one_of(st.none(), st.dates(date(2015, 1, 1), date(2030, 12, 31))),
    st.sampled_from(TierChange),
)
def test_a_year_counted_day_by_day(year: int, since: date, hired: date, right: date | None, change: TierChange) -> None:
    facts = AnnualFacts(year, since, hired, right)
    found = entitlement(facts, RULES, change)
    assert found.raw == by_days(facts, change)
    assert found.days == found.raw // 1
    assert sum(span.days for span in found.spans) <= 366
    assert all(a.tier < b.tier for a, b in zip(found.spans, found.spans[1:], strict=False))


@pytest.mark.parametrize(
    ("since", "hired", "days"),
    [
        (date(2025, 9, 1), date(2025, 9, 1), 122),
        (date(2025, 12, 31), date(2025, 12, 31), 1),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
        (date(2010, 1, 1), date(2026, 12, 31), 1),
        (date(2010, 1, 1), date(2027, 1, 1), 0),
    ],
)
def test_the_right_begins_after_a_year_and_not_before_the_hire(since: date, hired: date, days: int) -> None:
    """没有写满 12 个月的日子时,由累计工龄的起点加一年;12月31日才有权利的也有一天。"""
    spans = entitlement(AnnualFacts(2026, since, hired), RULES).spans
    assert sum(span.days for span in spans) == days


def test_the_tier_turns_on_the_anniversary() -> None:
    since = date(2006, 7, 1)
    days = [date(2016, 6, 30), date(2016, 7, 1), date(2026, 6, 30), date(2026, 7, 1), date(2006, 7, 1)]
    assert [tier_on(day, since, RULES) for day in days] == [5, 10, 10, 15, 5]


@given(st.integers(0, 365), st.integers(0, 30), st.integers(0, 60))
def test_a_leaver_gets_whole_days_and_nothing_is_taken_back(passed: int, full: int, halves: int) -> None:
    left = date(2026, 1, 1) + timedelta(days=min(passed, 364))
    taken = Fraction(halves, 2)
    found = leaver_days(date(2020, 1, 1), left, Fraction(full), taken, RULES)
    exact = Fraction((left - date(2025, 12, 31)).days * full, 365) - taken
    assert found.unpaid == max(exact // 1, 0) and found.over == max(-exact, 0)


def test_a_leave_date_before_the_hire_date_is_refused() -> None:
    with pytest.raises(BadInput):
        leaver_days(date(2026, 5, 1), date(2026, 4, 30), Fraction(5), Fraction(0), RULES)


def wages(*yuan: str) -> list[MonthWage]:
    return [MonthWage(Money.of(one), Money(0)) for one in yuan]


def test_only_the_last_twelve_months_count() -> None:
    before = wages(*["1.00"] * 3, *["8700.00"] * 12)
    found = unused_pay(before, UnusedDays(Fraction(3)), PAY_DAYS, RULES)
    assert (found.months, int(found.average), found.normal.yuan(), found.extra.yuan()) == (
        12,
        870_000,
        "1200.00",
        "2400.00",
    )
    assert found.daily == 40_000
    with pytest.raises(BadInput):
        unused_pay([], UnusedDays(Fraction(3)), PAY_DAYS, RULES)


@pytest.mark.parametrize(
    ("unused", "statutory", "taken", "paid"), [(7, 10, 8, 2), (2, 10, 0, 2), (3, 5, 7, 0), (1, 5, 4, 1)]
)
def test_statutory_days_are_used_first(unused: int, statutory: int, taken: int, paid: int) -> None:
    days = UnusedDays(Fraction(unused), statutory=Fraction(statutory), taken=Fraction(taken))
    assert unused_pay(wages("8700.00"), days, PAY_DAYS, RULES).days == paid


@pytest.mark.parametrize(
    ("absence", "tier", "reasons"),
    [
        (YearAbsence(sick_months=Fraction(2)), 5, ("SICK_LEAVE_OVER_LIMIT",)),
        (YearAbsence(sick_months=Fraction(2)), 10, ()),
        (YearAbsence(sick_months=Fraction(3)), 10, ("SICK_LEAVE_OVER_LIMIT",)),
        (YearAbsence(sick_months=Fraction(3)), 15, ()),
        (YearAbsence(sick_months=Fraction(4)), 15, ("SICK_LEAVE_OVER_LIMIT",)),
        (YearAbsence(personal_paid=Fraction(39, 2)), 5, ()),
        (YearAbsence(personal_paid=Fraction(20)), 5, ("PERSONAL_LEAVE_OVER_LIMIT",)),
        (YearAbsence(school_holiday=Fraction(5)), 5, ()),
        (YearAbsence(school_holiday=Fraction(6)), 5, ("SCHOOL_HOLIDAY_LONGER",)),
    ],
)
def test_what_bars_a_year(absence: YearAbsence, tier: int, reasons: tuple[str, ...]) -> None:
    assert barred_by(absence, tier, BARRED) == reasons


def test_the_traces_say_how() -> None:
    facts = AnnualFacts(2026, date(2016, 7, 1), date(2018, 1, 1))
    split = trace(entitlement(facts, RULES), RULES, TierChange.SEGMENTS)
    assert split.say == "(5 × 181 + 10 × 184)÷ 365 = 7.5205,去尾 7 天(年中升档分段折算)"
    assert [part.value for part in split.parts] == ["181", "184"]
    high = trace(entitlement(facts, RULES, TierChange.HIGHEST), RULES, TierChange.HIGHEST)
    assert high.say == "2026年整年在职,法定年休假 10 天(年中升档全年按高档)"
    none = AnnualFacts(2026, date(2010, 1, 1), date(2018, 1, 1), barred=("SICK_LEAVE_OVER_LIMIT",))
    assert trace(entitlement(none, RULES), RULES, TierChange.SEGMENTS).say == (
        "2026年不享受年休假(条例第四条:病假累计达到限度)"
    )
    over = leaver_days(date(2019, 5, 6), date(2026, 3, 31), Fraction(10), Fraction(5), RULES)
    assert "多休 2.53 天,不扣回" in leaver_trace(over, Fraction(10), Fraction(5), RULES).say
    left = leaver_days(date(2019, 5, 6), date(2026, 6, 30), Fraction(10), Fraction(1), RULES)
    assert leaver_trace(left, Fraction(10), Fraction(1), RULES).say == (
        "当年已过 181 天 ÷ 365 × 10 = 4.9589 天,已休 1 天,未休的整天 3 天"
    )


def test_the_trace_of_unused_days() -> None:
    paid = pay_trace(unused_pay(wages(*["8700.00"] * 12), UnusedDays(Fraction(3)), PAY_DAYS, RULES), RULES)
    assert paid.value == "2400.00"
    assert paid.say == (
        "未休年休假 3 天:前12个月月均(不含加班)¥8,700.00 ÷ 21.75 × 200% × 3 = ¥2,400.00(另 100% 已在工资中)"
    )
    declined = unused_pay(wages("8700.00"), UnusedDays(Fraction(3), declined=True), PAY_DAYS, RULES)
    assert (declined.extra.yuan(), declined.normal.yuan()) == ("0.00", "1200.00")
    assert "本人书面提出不休" in pay_trace(declined, RULES).say
    assert "¥" not in paid.words
