"""目标的生效:期中改了,整月换,或按日历天数折算;精确的比。期望都是手算的。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.days import Month
from engine.performance_goal import Goal, Midcycle, cycle_goal, month_goal, words

NOV = Month(2026, 11)
FIRST = Goal(1, Decimal("100000"), date(2026, 11, 1))
SECOND = Goal(2, Decimal("80000"), date(2026, 11, 24))


def test_replace_takes_the_newest_for_the_whole_month() -> None:
    found = month_goal([FIRST, SECOND], NOV, Midcycle.REPLACE)
    assert found is not None
    assert (found.value, len(found.pieces), found.revision) == (Fraction(80000), 1, 2)
    assert words([found], "money") == ""


def test_calendar_days_are_weighted_exactly() -> None:
    """23 天 × 100,000 + 7 天 × 80,000 = 2,860,000,÷ 30 = 95,333⅓。"""
    found = month_goal([FIRST, SECOND], NOV, Midcycle.CALENDAR_DAYS)
    assert found is not None
    assert found.value == Fraction(286000, 3)
    assert [(p.value, p.first.day, p.last.day, p.days) for p in found.pieces] == [
        (Decimal("100000"), 1, 23, 23),
        (Decimal("80000"), 24, 30, 7),
    ]
    assert words([found], "money") == "11月 100000(1日–23日,23 天)、80000(24日–30日,7 天)按日历天数折算"


def test_the_newest_in_force_wins_even_if_it_starts_earlier() -> None:
    """第三版自 11 日起,盖住第二版:10 天 × 100,000 + 20 天 × 60,000 = 2,200,000 ÷ 30。"""
    third = Goal(3, Decimal("60000"), date(2026, 11, 11))
    found = month_goal([FIRST, SECOND, third], NOV, Midcycle.CALENDAR_DAYS)
    assert found is not None
    assert found.value == Fraction(220000, 3)
    assert [p.revision for p in found.pieces] == [1, 3]


def test_before_the_first_goal_the_first_one_holds() -> None:
    late = Goal(1, Decimal("90000"), date(2026, 11, 16))
    found = month_goal([late], NOV, Midcycle.CALENDAR_DAYS)
    assert found is not None
    assert (found.value, len(found.pieces)) == (Fraction(90000), 1)
    assert month_goal([], NOV, Midcycle.CALENDAR_DAYS) is None


def test_a_quarter_adds_amounts_and_averages_rates() -> None:
    """金额相加;比率按天数平均:10 月 31 天 90%,11 月 30 天 80%,12 月 31 天 100% → (27.9+24+31)÷92。"""
    amounts = [month_goal([Goal(1, Decimal(v), m.first)], m, Midcycle.REPLACE) for m, v in _months(("1", "2", "3"))]
    assert cycle_goal([m for m in amounts if m], "money") == 6
    rates = [month_goal([Goal(1, Decimal(v), m.first)], m, Midcycle.REPLACE) for m, v in _months(("0.9", "0.8", "1"))]
    assert cycle_goal([m for m in rates if m], "rate") == Fraction(829, 920)


def _months(values: tuple[str, ...]) -> list[tuple[Month, str]]:
    return [(Month(2026, 10 + n), value) for n, value in enumerate(values)]


GOALS = st.lists(st.tuples(st.integers(1, 10**8), st.integers(1, 30)), min_size=1, max_size=5)


@given(GOALS)
def test_by_days_equals_the_mean_of_the_daily_goal(found: list[tuple[int, int]]) -> None:
    """另一种算法:逐日取当天的目标,三十天的平均。"""
    goals = [Goal(n + 1, Decimal(v), date(2026, 11, d)) for n, (v, d) in enumerate(found)]
    month = month_goal(goals, NOV, Midcycle.CALENDAR_DAYS)
    assert month is not None
    first = min(goals, key=lambda g: (g.effective_on, -g.revision))
    daily = []
    for day in NOV.days():
        live = [g for g in goals if g.effective_on <= day]
        daily.append(live[-1].value if live else first.value)
    assert month.value * 30 == sum(Fraction(v) for v in daily)
    assert sum(p.days for p in month.pieces) == 30
    assert min(v for v, _ in found) <= month.value <= max(v for v, _ in found)
