"""算例(时间)的读法:公开算例之外的写法、读不懂的写法。答案都是手算的。"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.quote_time import QUOTES
from tests.engine.worlds import public_cases

KINDS = ("leave_days", "leave_pay", "overtime")
DAY_SHIFT = {"start": "09:00", "end": "18:00", "rests": [["12:00", "13:00"]], "hours_per_day": "8"}
NIGHT_SHIFT = {"start": "22:00", "end": "06:00", "rests": [["02:00", "02:30"]], "hours_per_day": "7.5"}
WEEK = {"weekend": ["SAT", "SUN"]}


def hours(start: str, end: str, shift: dict[str, Any], unit: int = 30, **more: Any) -> dict[str, Any]:
    return {
        "count_rule": "working_days",
        "start": {"at": start},
        "end": {"at": end},
        "min_unit_minutes": unit,
        "shift": shift,
        "calendar": WEEK,
        **more,
    }


def test_a_night_shift_by_the_hour():
    # 周五 22:00 的夜班,请周六 01:00–04:10:190 分钟减 30 分钟休息 = 160,按 30 分钟取到 180。
    found = QUOTES["leave_days"](hours("2026-10-17T01:00", "2026-10-17T04:10", NIGHT_SHIFT))
    assert found == {
        "days": "0.40",
        "hours": "3.00",
        "worked_minutes_covered": 160,
        "by_date": [{"date": "2026-10-16", "minutes": 160}],
        "excluded": [],
    }


def test_a_roster_with_calendar_lists():
    # 排班:10月3、4、5、6 日;3 日法定、5 日和 6 日调休先合者为准,只剩 4 日。
    case = {
        "count_rule": "working_days",
        "start": {"date": "2026-10-03", "part": "am"},
        "end": {"date": "2026-10-06", "part": "am"},
        "shift": NIGHT_SHIFT,
        "calendar": {
            "weekend": [],
            "statutory_holidays": ["2026-10-03"],
            "in_lieu_rest_days": ["2026-10-05", "2026-10-06"],
            "roster_workdays": ["2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06"],
        },
    }
    found = QUOTES["leave_days"](case)
    assert (found["days"], found["hours"], found["by_month"]) == ("1.00", "7.50", {"2026-10": "1.00"})
    assert [row["reason"] for row in found["excluded"]] == ["statutory_holiday", "in_lieu_rest", "in_lieu_rest"]


def test_a_roster_alone():
    case = {
        "count_rule": "working_days",
        "start": {"date": "2026-12-04", "part": "pm"},
        "end": {"date": "2026-12-06", "part": "pm"},
        "shift": DAY_SHIFT,
        "calendar": {"weekend": [], "roster_workdays": ["2026-12-04", "2026-12-06"]},
    }
    found = QUOTES["leave_days"](case)
    assert found["days"] == "1.50"
    assert found["excluded"] == [{"date": "2026-12-05", "reason": "roster_off"}]


def test_a_duration_in_working_days():
    # 10月16日(周五)起 3 天:16、19、20。
    case = {"count_rule": "working_days", "start": {"date": "2026-10-16"}, "duration_days": 3, "calendar": WEEK}
    assert QUOTES["leave_days"](case) == {
        "end_date": "2026-10-20",
        "calendar_days_span": 5,
        "skipped": ["2026-10-17", "2026-10-18"],
    }


def test_no_hours_to_count():
    found = QUOTES["leave_days"](hours("2026-10-17T09:00", "2026-10-18T18:00", DAY_SHIFT))
    assert found == {
        "error": "NO_COUNTED_TIME",
        "excluded": [{"date": "2026-10-17", "reason": "weekend"}, {"date": "2026-10-18", "reason": "weekend"}],
    }


def test_sick_pay_by_the_days_of_the_month():
    # 2026年11月 21 个工作日:10500 ÷ 21 × 2 = 1000;基数 5000 × 60% = 3000 ÷ 21 × 2 = 285.71
    case = {
        "calc": "sick_pay",
        "monthly_wage": "10500.00",
        "month": "2026-11",
        "sick_base": "5000.00",
        "scale": [{"min_years": "0", "rate": "0.60"}],
        "service_years": "1",
        "sick_days": "2",
        "divisor": "actual_workdays",
        "local_minimum_wage": "2740.00",
        "floor_ratio": "0.80",
        "calendar": WEEK,
    }
    found = QUOTES["leave_pay"](case)
    assert (found["wage_deduction"], found["sick_pay"], found["pay"]) == ("1000.00", "285.71", "9785.71")


def test_a_leaver_by_addition():
    # 11月13日离职:10 个工作日,8700 ÷ 21.75 × 10 = 4000
    case = {
        "calc": "proration",
        "monthly_wage": "8700.00",
        "month": "2026-11",
        "employed_from": None,
        "employed_to": "2026-11-13",
        "method": "pay_days_add",
        "calendar": WEEK,
    }
    found = QUOTES["leave_pay"](case)
    assert (found["employed_workdays"], found["numerator_days"], found["pay"]) == (10, "10", "4000.00")


BAD = [
    ("leave_days", {}),
    ("leave_days", {"count_rule": "moon_days"}),
    ("leave_days", {"count_rule": "working_days", "start": {"date": "2026-02-30"}, "end": {"date": "2026-03-01"}}),
    ("leave_days", {"count_rule": "working_days", "start": {"at": "2026-10-12T09:00"}, "end": {"date": "2026-10-12"}}),
    ("leave_days", hours("2026-10-12T09:00", "2026-10-12T10:00", DAY_SHIFT, unit=0)),
    ("leave_days", hours("2026-10-12T09:00+08:00", "2026-10-12T10:00+08:00", DAY_SHIFT)),
    ("leave_days", hours("2026-10-12T09:00", "2026-10-12T10:00", DAY_SHIFT, calendar={"weekend": ["XXX"]})),
    ("leave_pay", {"calc": "lottery"}),
    ("leave_pay", {"calc": "personal_leave", "monthly_wage": "10000.001", "month": "2026-10", "leave_days": "1"}),
    ("leave_pay", {"calc": "personal_leave", "monthly_wage": 10000.001, "month": "2026-10", "leave_days": "1"}),
    ("overtime", {"system": "standard"}),
    ("overtime", {"system": "piece", "piece_unit_price": "2.35", "overtime_pieces": {"workday": "-1"}}),
]


@pytest.mark.parametrize(("kind", "case"), BAD)
def test_what_cannot_be_read_is_said(kind, case):
    found = QUOTES[kind](case)
    assert found["error"] == "BAD_CASE"
    assert "算例" in found["say"]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += _paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += _paths(inner, (*path, index))
    return found


RULE_ERRORS = (
    "END_NOT_AFTER_START",
    "NO_COUNTED_TIME",
    "SPAN_TOO_LONG",
    "OVERTIME_TOO_LONG",
    "SEGMENTS_ORDER",
    "NO_DAYS_IN_MONTH",
    "RULE_MISSING",
)
ALL = [(kind, case["input"]) for kind in KINDS for case in public_cases(kind)]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.sampled_from(
        ["", "0", "-1", "NaN", "Infinity", "1e999999999", "1e-999999999", "x", "2026-13", "9999-12-31", "24:00", "am"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(max_examples=300)
@given(st.sampled_from(ALL), JUNK, st.data())
def test_a_spoiled_case_is_answered_and_never_raises(picked, junk, data):
    kind, original = picked
    case = copy.deepcopy(original)
    path = data.draw(st.sampled_from(_paths(case)))
    place = case
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = junk
    found = QUOTES[kind](case)
    assert found.get("error") in {None, "BAD_CASE", *RULE_ERRORS}
    assert "error" in found or len(found) >= 2
