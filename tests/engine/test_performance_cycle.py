"""考核周期:写法、包含、用在哪个月的工资;两个方向互为反面。"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.days import Month
from engine.errors import BadInput
from engine.performance_cycle import Cycle, CycleKind, PayMonth, paid_in, pay_months

MONTHS = st.builds(Month, st.integers(2020, 2030), st.integers(1, 12))


@pytest.mark.parametrize(
    ("text", "label", "first", "last", "months"),
    [
        ("2026-10", "2026年10月", date(2026, 10, 1), date(2026, 10, 31), 1),
        ("2026-Q4", "2026年第4季度", date(2026, 10, 1), date(2026, 12, 31), 3),
        ("2028-Q1", "2028年第1季度", date(2028, 1, 1), date(2028, 3, 31), 3),
        ("2026", "2026年度", date(2026, 1, 1), date(2026, 12, 31), 12),
    ],
)
def test_what_is_written_is_read(text: str, label: str, first: date, last: date, months: int) -> None:
    found = Cycle.parse(text)
    assert (str(found), found.label, found.first, found.last, len(found.months)) == (text, label, first, last, months)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "26", "2026-1", "2026-Q0", "1999", "2026-10-01", "Q4"])
def test_what_is_no_cycle_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        Cycle.parse(text)
    assert caught.value.code == "BAD_CYCLE"


@pytest.mark.parametrize(
    ("kind", "month", "how", "cycle"),
    [
        ("month", "2026-11", PayMonth.LAST, "2026-11"),
        ("month", "2026-11", PayMonth.NEXT, "2026-11"),
        ("quarter", "2026-12", PayMonth.LAST, "2026-Q4"),
        ("quarter", "2026-11", PayMonth.LAST, None),
        ("quarter", "2026-11", PayMonth.NEXT, "2026-Q3"),
        ("quarter", "2027-01", PayMonth.NEXT, "2026-Q4"),
        ("year", "2026-12", PayMonth.LAST, "2026"),
        ("year", "2026-05", PayMonth.LAST, None),
        ("year", "2027-05", PayMonth.NEXT, "2026"),
    ],
)
def test_which_score_a_month_s_pay_uses(kind: str, month: str, how: PayMonth, cycle: str | None) -> None:
    found = paid_in(CycleKind(kind), Month.parse(month), how)
    assert (None if found is None else str(found)) == cycle


@given(MONTHS, st.sampled_from(CycleKind), st.sampled_from(PayMonth))
def test_used_in_and_pays_are_each_other_s_reverse(month: Month, kind: CycleKind, how: PayMonth) -> None:
    used = paid_in(kind, month, how)
    if used is not None:
        assert month in pay_months(used, how)
    here = Cycle.of(kind, month)
    assert all(paid_in(kind, m, how) == here for m in pay_months(here, how))


@given(MONTHS, st.sampled_from(CycleKind), st.integers(-8, 8))
def test_cycles_follow_one_another_without_gap(month: Month, kind: CycleKind, n: int) -> None:
    here = Cycle.of(kind, month)
    assert month in here.months
    assert (here.plus(1).first - here.last).days == 1
    assert here.plus(n).plus(-n) == here
    assert Cycle.parse(str(here)) == here
