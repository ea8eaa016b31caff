"""算例里写法不合的值:说清是哪一个,不猜,不露程序的话;JSON 的数照它的十进制字面读。

原先:月份收小数与 true、日期收 20261012 与全角数字、取整的零分钟当一分钟、年休假的事由收数字;
骑在上班钟点上的休息被挪到第二天;两个理由都占时说规定到期;权重合计写成 "0.90"。
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.quote import QUOTES, quote
from tests.engine.worlds import public_cases


def answer(kind: str, case: Any) -> dict[str, Any]:
    result: dict[str, Any] = quote({"id": 1, "kind": kind, "input": case})["result"]
    return result


def one(kind: str, key: str = "", value: str = "") -> dict[str, Any]:
    """一个公开算例的 input。"""
    return copy.deepcopy(next(c["input"] for c in public_cases(kind) if not key or c["input"].get(key) == value))


def month(number: object, income: object = "9000.00") -> dict[str, Any]:
    names = ("tax_free_income", "insurance", "special_additional", "other_deductions", "donation", "tax_relief")
    return {"month": number, "income": income} | dict.fromkeys(names, "0.00")


def year(start: object, *months: dict[str, Any]) -> dict[str, Any]:
    return {"tax_year": 2026, "scheme": "standard", "employment_start_month": start, "months": list(months)}


# ── 月份 ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("start", [0, 13, -1, True, "1", 1.0, 1.5, None, []])
def test_the_start_month_is_one_to_twelve(start: object) -> None:
    assert answer("iit_cumulative", year(start, month(12)))["error"] == "BAD_CASE"
    slip = one("payslip")
    slip["iit"]["employment_start_month"] = start
    assert answer("payslip", slip)["error"] == "BAD_CASE"


@pytest.mark.parametrize("number", [0, 13, True, "4", 4.5, 3])
def test_a_month_of_pay_is_not_before_the_start(number: object) -> None:
    assert answer("iit_cumulative", year(4, month(number)))["error"] == "BAD_CASE"


def test_the_start_month_itself_is_paid() -> None:
    # 4 月入职:9000−5000=4000×3%=120
    assert answer("iit_cumulative", year(4, month(4)))["total_withheld"] == "120.00"


def test_a_slip_is_not_before_the_start() -> None:
    slip = one("payslip")
    slip |= {"month": "2026-03"}
    slip["iit"] |= {"employment_start_month": 4, "before": []}
    assert answer("payslip", slip)["error"] == "BAD_CASE"
    slip["iit"] |= {"employment_start_month": 2, "before": [{"month": 1, "income": "1.00"}]}
    assert answer("payslip", slip)["error"] == "BAD_CASE"


# ── 日期与时刻 ────────────────────────────────────────────────────────

ODD_DAYS = [
    "20261008", "2026-W41-4", "2026-10-8", "2026-10-08 ", "２０２６-10-08", "2026-10-08T00:00", "2026-02-30", 20261008,
    None,
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD_DAYS)
def test_days_are_written_one_way(odd: object) -> None:
    leave = one("leave_days", "count_rule", "working_days")
    leave["start"] = {"date": odd, "part": "am"}
    assert answer("leave_days", leave)["error"] == "BAD_CASE"
    assert answer("iit_bonus", one("iit_bonus") | {"pay_date": odd})["error"] == "BAD_CASE"
    calendar = {"weekend": ["SAT", "SUN"], "statutory_holidays": [odd]}
    assert answer("payslip", one("payslip") | {"calendar": calendar})["error"] == "BAD_CASE"


@pytest.mark.parametrize(
    "odd",
    ["2026-10-12T18", "2026-10-12T18:00:00", "2026-10-12 18:00", "2026-10-12T18:00Z", "2026-10-12T18:00+08:00",
     "20261012T1800", "2026-10-12", "2026-10-12T24:00", "2026-10-12T１８:00"],
)  # fmt: skip
def test_instants_are_written_one_way(odd: str) -> None:
    record = {"start": odd, "end": "2026-10-13T19:00", "settle": "pay", "break_minutes": 0}
    assert answer("overtime", one("overtime", "system", "standard") | {"records": [record]})["error"] == "BAD_CASE"


@pytest.mark.parametrize("odd", ["2026-3", "2026-03-01", "202603", "2026-13", 202603, "２０２６-03"])
def test_months_are_written_one_way(odd: object) -> None:
    assert answer("insurance", one("insurance") | {"periods": [odd]})["error"] == "BAD_CASE"
    assert answer("payslip", one("payslip") | {"month": odd})["error"] == "BAD_CASE"


# ── 数 ────────────────────────────────────────────────────────────────


def as_numbers(value: Any) -> Any:
    """把写成文字的数都换成 JSON 的数。"""
    if isinstance(value, dict):
        return {key: as_numbers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_numbers(inner) for inner in value]
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        return json.loads(value)
    return value


@pytest.mark.parametrize("kind", sorted(QUOTES))
def test_json_numbers_read_as_their_text_does(kind: str) -> None:
    for case in public_cases(kind):
        given_ = as_numbers(copy.deepcopy(case["input"]))
        assert answer(kind, given_) == case["expect"], case["id"]


def test_a_json_number_is_decimal_not_binary() -> None:
    # 0.1+0.2=0.3 元:二进制的 0.1、0.2 都不是整分
    items = [{"code": code, "class": "regular", "amount": amount} for code, amount in (("a", 0.1), ("b", 0.2))]
    case = one("compliance", "rule", "minimum_wage") | {"items": items, "employee_insurance": 0}
    assert answer("compliance", case)["comparable_wage"] == "0.30"


@pytest.mark.parametrize(
    "odd", [36000.005, "36000.005", "1.000000000000000000000000000001", "1e5", "+5", " 8 ", "1_000", "１２", True, "NaN",
            "-0.01", 1e300, "", None, {}],
)  # fmt: skip
def test_money_has_at_most_two_decimals(odd: object) -> None:
    assert answer("iit_bonus", one("iit_bonus") | {"bonus": odd})["error"] == "BAD_CASE"


@pytest.mark.parametrize("minutes", [0, -5, "0", 0.5, None, True])
def test_a_unit_is_at_least_a_minute(minutes: object) -> None:
    case = one("overtime", "system", "standard") | {"granularity_minutes": minutes}
    assert answer("overtime", case)["error"] == "BAD_CASE"


@pytest.mark.parametrize("facts", [[1], [None], [["SCHOOL_HOLIDAYS"]], [{}], "SCHOOL_HOLIDAYS", [""] * 2 + [0]])
def test_reasons_are_words(facts: object) -> None:
    case = one("annual_leave", "calc", "entitlement") | {"article4_facts": facts}
    assert answer("annual_leave", case)["error"] == "BAD_CASE"


# ── 骑在上班钟点上的休息 ──────────────────────────────────────────────


def by_the_hour(start: str, end: str, shift: tuple[str, str], *rests: list[str]) -> dict[str, Any]:
    table = {"start": shift[0], "end": shift[1], "rests": list(rests), "hours_per_day": "8"}
    return {
        "count_rule": "working_days", "start": {"at": start}, "end": {"at": end}, "min_unit_minutes": 1,
        "shift": table, "calendar": {"weekend": ["SAT", "SUN"]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("case", "minutes"),
    [
        # 9 点到 14 点五小时,其中 9–10 点还在休息:4 小时
        (by_the_hour("2026-10-12T09:00", "2026-10-12T14:00", ("09:00", "18:00"), ["07:00", "10:00"]), 240),
        # 骑在下班钟点上:16–18 点里 17 点起休息
        (by_the_hour("2026-10-12T16:00", "2026-10-12T20:00", ("09:00", "18:00"), ["17:00", "19:00"]), 60),
        # 零点半的班,休息从前一天 23:30 到 1 点:0:30–3:00 里去掉半小时
        (by_the_hour("2026-10-12T00:30", "2026-10-12T03:00", ("00:30", "08:00"), ["23:30", "01:00"]), 120),
        # 跨零点的班,休息在第二天
        (by_the_hour("2026-10-13T01:00", "2026-10-13T04:00", ("22:00", "06:00"), ["02:00", "02:30"]), 150),
        # 全在班外的休息不相干
        (by_the_hour("2026-10-12T09:00", "2026-10-12T12:00", ("09:00", "18:00"), ["07:00", "08:00"]), 180),
    ],
)
def test_a_rest_counts_for_its_part_inside_the_shift(case: dict[str, Any], minutes: int) -> None:
    assert answer("leave_days", case)["worked_minutes_covered"] == minutes


# ── 三处写法 ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("weights", "total"), [(("0.60", "0.30"), "0.9"), (("0.7", "0.50"), "1.2"), (("60", "30"), "90"), (("1", "1"), "2")]
)
def test_a_sum_of_weights_has_no_idle_zeros(weights: tuple[str, str], total: str) -> None:
    items = [{"code": w, "name_zh": "项", "weight": w, "value": "1"} for w in weights]
    assert answer("performance", one("performance") | {"items": items}) == {"error": "WEIGHTS_SUM", "sum": total}


def test_weights_are_added_exactly() -> None:
    items = [{"code": str(n), "name_zh": "项", "weight": "0." + "3" * 30, "value": "1"} for n in range(3)]
    case = one("performance") | {"items": items, "weights_must_sum": "1"}
    assert answer("performance", case) == {"error": "WEIGHTS_SUM", "sum": "0." + "9" * 30}


def test_used_is_said_before_expired() -> None:
    case = one("iit_bonus") | {"pay_date": "2028-01-20", "separate_already_used_this_year": True}
    assert answer("iit_bonus", case)["separate"] == {"allowed": False, "reason": "ALREADY_USED_THIS_YEAR"}
    later = case | {"separate_already_used_this_year": False}
    assert answer("iit_bonus", later)["separate"]["reason"] == "POLICY_EXPIRED"


@pytest.mark.parametrize(("sent", "alert"), [([30], 60), ([60], None), ([], 60), ([30, 7], 60)])
def test_the_tightest_window_not_yet_sent(sent: list[int], alert: int | None) -> None:
    # 9月1日到10月11日还有 40 天
    contract = {
        "id": "A", "end": "2026-10-11", "sent": sent, "resolved": False, "fixed_terms_signed": 1, "years_of_service": 3,
    }  # fmt: skip
    found = answer("compliance", one("compliance", "rule", "contract_expiry") | {"contracts": [contract]})
    assert [a["alert"] for a in found["alerts"]] == ([] if alert is None else [f"EXPIRES_WITHIN_{alert}"])


# ── 话里没有程序的话 ──────────────────────────────────────────────────

PYTHON = re.compile(
    r"None|True|False|Error|Exception|object|attribute|class|isoformat|subscript|iterable|Decimal|Conversion|argument"
    r"|unhashable|literal|'str'|'int'|'list'|'dict'"
)
CASES = [(kind, case["input"]) for kind in QUOTES for case in public_cases(kind)]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "x", "NaN", "-1", "2026-13", "24:00", "0001-01-01", "9999-12-31", "\ud800"]),
    st.lists(st.one_of(st.integers(), st.lists(st.none(), max_size=1)), max_size=2),
    st.dictionaries(st.sampled_from(["a", "b"]), st.integers(), max_size=2),
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found += paths(value[key], (*path, key))
    return found


@settings(max_examples=400)
@given(st.sampled_from(CASES), JUNK, st.data())
def test_a_say_is_plain_chinese(picked: tuple[str, Any], junk: Any, data: st.DataObject) -> None:
    kind, original = picked
    case = copy.deepcopy(original)
    path = data.draw(st.sampled_from(paths(case)))
    node = case
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = junk
    result = answer(kind, case)
    if result.get("error") == "BAD_CASE":
        said = result["say"].replace("“class”", "")  # class 是算例里的一个键
        assert re.search("[\u4e00-\u9fff]", said)
        assert not PYTHON.search(said), said
