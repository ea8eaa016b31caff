"""退休年龄:一个月一个月排批次的另一种算法、界上的人、最低缴费。"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policies import shipped
from engine.days import Month, add_months
from engine.errors import BadInput
from engine.retirement import contribution_months, delay_months, retirement, trace

RULES = shipped().compliance.retirement.versions[-1].value


def in_batches(old: Month, step: int, most: int) -> int:
    """从 2025 年 1 月起排批次:每 step 个月一批,一批多延一个月,到 most 为止。"""
    delay, month = 0, Month(2025, 1)
    while month <= old:
        if (month.year - 2025) * 12 + month.month - 1 in range(0, 10_000, step):
            delay = min(delay + 1, most)
        month = month.plus(1)
    return delay


@given(st.dates(date(1960, 1, 1), date(1999, 12, 31)), st.sampled_from(sorted(RULES.classes)))
def test_the_batches_agree(born: date, key: str) -> None:
    kind = RULES.classes[key]
    old = add_months(born, 12 * kind.old_years)
    found = retirement(born, key, RULES)
    assert found.delay == in_batches(Month.of(old), kind.step, kind.most)
    assert old <= found.earliest <= found.day <= found.latest
    assert found.day == add_months(born, 12 * kind.old_years + found.delay)


@pytest.mark.parametrize(
    ("key", "old", "delay"),
    [
        ("men", Month(2024, 12), 0), ("men", Month(2025, 1), 1), ("men", Month(2025, 4), 1), ("men", Month(2025, 5), 2),
        ("men", Month(2036, 8), 35), ("men", Month(2036, 9), 36), ("men", Month(2050, 1), 36),
        ("women_50", Month(2025, 2), 1), ("women_50", Month(2025, 3), 2), ("women_50", Month(2034, 11), 60),
    ],
)  # fmt: skip
def test_the_border_months(key: str, old: Month, delay: int) -> None:
    assert delay_months(old, RULES.classes[key], RULES.start) == delay


@pytest.mark.parametrize(
    ("year", "months"), [(2025, 180), (2029, 180), (2030, 186), (2031, 192), (2038, 234), (2039, 240), (2060, 240)]
)
def test_contribution_years_rise_by_half_a_year(year: int, months: int) -> None:
    assert contribution_months(year, RULES) == months


def test_flexible_retirement_never_goes_below_the_old_age() -> None:
    full = retirement(date(1990, 1, 1), "men", RULES)
    assert (full.earliest, full.day, full.latest) == (date(2050, 1, 1), date(2053, 1, 1), date(2056, 1, 1))


def test_the_trace_and_the_refusal() -> None:
    assert trace(retirement(date(1970, 6, 30), "men", RULES), RULES).say == (
        "男职工:法定退休年龄 61 岁 5 个月,2031-11-30 到龄;最低缴费 16 年"
    )
    assert "58 岁,2050-01-01 到龄;最低缴费 20 年" in trace(retirement(date(1992, 1, 1), "women_55", RULES), RULES).say
    with pytest.raises(BadInput) as caught:
        retirement(date(1992, 1, 1), "women", RULES)
    assert "women_55(原五十五周岁退休的女职工)" in caught.value.say
