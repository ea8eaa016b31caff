"""算例里漏写的数不当作零:每一个数删掉都是 BAD_CASE,并说出缺的是哪一项;写成空的 [] 就是空的,不当作没写。

原先:漏写收入、免税收入、险种定额、出勤比例一类,照零或照默认算出一个错的数;漏写日历,当作没有节假日。
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from app.quote import QUOTES, quote
from tests.engine.worlds import public_cases

SWITCHES = {
    "cap", "floor", "score_cap", "score_floor", "score_round_places", "weights_must_sum", "value", "missing", "direction",
    "twelve_months_met_on", "tier_change", "article4_facts", "signed_date", "employed_from", "employed_to",
    "contract_kind", "probation_end", "sent", "resolved", "windows", "cap_counts", "excluded_classes",
    "minimum_is_after_employee_insurance", "notice_pay_due", "notice_pay_in_exempt_pool", "include_statutory",
    "separate_already_used_this_year", "employee_declined_in_writing", "irregular_pays_statutory_holiday",
    "settle", "cross_midnight", "granularity_minutes", "min_unit_minutes", "method", "daily_rounding", "rounding",
    "part", "rests", "name_zh", "formula_zh", "source", "period", "facts", "first_wage_this_year", "prior_year_income",
    "prior_year_same_unit_12_months_declared", "same_unit_from_january", "gates", "bands", "already_paid",
    "weekend", "statutory_holidays", "in_lieu_rest_days", "makeup_workdays", "roster_workdays", "tax_method", "before",
    "overtime", "additions", "performance", "personal_leave_days", "wage_segments", "end",
    "tax_exempt_base_cap", "tax_exempt_rate_cap", "workday", "rest_day", "statutory_holiday", "rest_day_paid",
    "rest_day_comp_leave", "actual", "target", "year", "monthly_wage", "duration_days",
}  # fmt: skip
"""可以不写的:开关、日期、可有可无的段落,与写了别的就不用的数。`monthly_wage`、`year` 在几种里用不上,下面另查。"""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """一个算例里每一个带名字的地方。"""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value[:1]):
            yield from places(inner, (*path, index))


def without(case: Any, path: tuple[Any, ...]) -> Any:
    found = copy.deepcopy(case)
    node = found
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    return found


def answer(kind: str, case: Any) -> dict[str, Any]:
    result: dict[str, Any] = quote({"id": 1, "kind": kind, "input": case})["result"]
    return result


@pytest.mark.parametrize("kind", sorted(QUOTES))
def test_every_figure_left_out_is_named(kind: str) -> None:
    seen = 0
    for case in public_cases(kind):
        for path in places(case["input"]):
            if path[-1] in SWITCHES:
                continue
            result = answer(kind, without(case["input"], path))
            assert result.get("error") == "BAD_CASE", (case["id"], path)
            assert path[-1] in result["say"], (case["id"], path, result["say"])
            seen += 1
    assert seen > 20


WAGED = [("leave_pay", "personal_leave"), ("leave_pay", "sick_pay"), ("leave_pay", "proration"), ("payslip", None)]


@pytest.mark.parametrize(("kind", "calc"), WAGED)
def test_the_monthly_wage_is_needed(kind: str, calc: str | None) -> None:
    case = next(c["input"] for c in public_cases(kind) if c["input"].get("calc") == calc)
    result = answer(kind, without(case, ("monthly_wage",)))
    assert (result["error"], "monthly_wage" in result["say"]) == ("BAD_CASE", True)


@pytest.mark.parametrize("calendar", [None, 0, "SAT", [], ...])
@pytest.mark.parametrize("kind", ["overtime", "leave_days", "leave_pay", "payslip"])
def test_a_calendar_is_an_object(kind: str, calendar: object) -> None:
    for case in public_cases(kind):
        if "calendar" not in case["input"]:
            continue
        own = copy.deepcopy(case["input"]) | {"calendar": calendar}
        if calendar is ...:
            del own["calendar"]
        result = answer(kind, own)
        assert (result["error"], "calendar" in result["say"]) == ("BAD_CASE", True), case["id"]


def compliance(rule: str) -> dict[str, Any]:
    found: dict[str, Any] = next(c["input"] for c in public_cases("compliance") if c["input"]["rule"] == rule)
    return copy.deepcopy(found)


def test_nothing_counts_against_the_cap() -> None:
    found = answer("compliance", compliance("overtime_cap") | {"cap_counts": []})
    assert (found["counted_hours"], found["over_36"], found["hours_over"]) == ("0.00", False, "0.00")


def test_without_windows_only_what_has_ended_is_said() -> None:
    found = answer("compliance", compliance("contract_expiry") | {"windows": []})
    assert [(a["id"], a["alert"]) for a in found["alerts"]] == [("G", "EXPIRED_UNRENEWED")]


@pytest.mark.parametrize("end", [None, ...])
def test_a_fixed_contract_has_an_end(end: object) -> None:
    case = compliance("probation") | {"contract_kind": "fixed", "contract_end": end}
    if end is ...:
        del case["contract_end"]
    result = answer("compliance", case)
    assert (result["error"], "contract_end" in result["say"]) == ("BAD_CASE", True)
    open_ended = answer("compliance", case | {"contract_kind": "open_ended", "contract_end": None})
    assert open_ended["max_months"] == 6


def test_no_bands_is_no_grade() -> None:
    case = copy.deepcopy(public_cases("performance")[0]["input"])
    without_bands = answer("performance", case | {"bands": None})
    assert answer("performance", case | {"bands": []}) == without_bands
    assert "grade" not in without_bands


def test_a_cap_left_out_is_not_a_cap_of_none() -> None:
    # 基数 50000 × 8% = 4000;写明 null 的没有上限
    line = {"code": "p", "name_zh": "养老", "base_kind": "social", "employee_rate": "0.08", "employer_rate": "0.16",
            "base_floor": "4000.00", "base_cap": None, "employee_fixed": "0.00", "employer_fixed": "0.00"}  # fmt: skip
    case: dict[str, Any] = {
        "periods": ["2026-03"],
        "declared_bases": [{"kind": "social", "since": "2026-01", "base": "50000.00"}],
        "scheme_versions": [{"since": "2026-01", "lines": [line]}],
    }
    assert answer("insurance", case)["periods"][0]["employee_total"] == "4000.00"
    del line["base_cap"]
    assert answer("insurance", case)["error"] == "BAD_CASE"
