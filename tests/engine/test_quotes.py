"""公开算例:十种、一百零二例,每一项都要一样(只供显示的也不略过);`--why` 的话。"""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from app.quote import QUOTES, quote
from tests.engine.worlds import public_cases

COUNTS = {
    "iit_cumulative": 13,
    "iit_bonus": 9,
    "insurance": 10,
    "overtime": 10,
    "leave_days": 10,
    "leave_pay": 14,
    "annual_leave": 10,
    "performance": 8,
    "compliance": 13,
    "payslip": 5,
}
CASES = [(kind, case) for kind in COUNTS for case in public_cases(kind)]


def test_ten_kinds_and_a_hundred_and_two_cases() -> None:
    assert set(QUOTES) == set(COUNTS)
    assert {kind: len(public_cases(kind)) for kind in COUNTS} == COUNTS
    assert len({case["id"] for _, case in CASES}) == 102


@pytest.mark.parametrize(("kind", "case"), CASES, ids=[case["id"] for _, case in CASES])
def test_every_field_agrees(kind: str, case: dict[str, Any]) -> None:
    found = quote({"id": case["id"], "kind": kind, "input": case["input"]})
    assert found == {"id": case["id"], "result": case["expect"]}


@pytest.mark.parametrize(("kind", "case"), CASES, ids=[case["id"] for _, case in CASES])
def test_why_says_it_in_chinese_and_changes_nothing(kind: str, case: dict[str, Any]) -> None:
    found = quote({"id": case["id"], "kind": kind, "input": case["input"]}, explain=True)
    assert found["result"] == case["expect"]
    said = kind != "leave_days" and "error" not in case["expect"] and case["id"] != "P-CP-01"
    assert bool(found["why"]) or not said
    assert all(re.search("[\u4e00-\u9fff]", sentence) for sentence in found["why"])


def test_why_names_the_figures_of_the_result() -> None:
    """话里的数就是结果里的数:临界区、少交多少、二倍工资的合计。"""
    by_id = {case["id"]: (kind, case) for kind, case in CASES}

    def why(id_: str) -> str:
        kind, case = by_id[id_]
        return ";".join(quote({"id": id_, "kind": kind, "input": case["input"]}, explain=True)["why"])

    assert "大于 ¥36,000.00、小于 ¥38,566.67" in why("P-BON-02")
    assert "并入综合所得全年少交 ¥990.00" in why("P-BON-04")
    assert "¥28,016.13" in why("P-CP-02")
    assert "¥21,750.00 ÷ 21.75 × 2 = ¥2,000.00" in why("P-PS-02")
    assert "最多 12 个月" in why("P-CP-13")


def test_the_command_prints_results_and_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kind, case = CASES[13]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": [{"id": case["id"], "kind": kind, "input": case["input"]}]}), encoding="utf-8")
    assert main(["quote", str(file), "--why"]) == 0
    (only,) = json.loads(capsys.readouterr().out)["results"]
    assert only["result"] == case["expect"]
    assert "单独计税" in only["why"][0]


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "0", "-1", "NaN", "1e999999999", "1e-999999999", "x", "2026-13", "9999-12-31", "0001-01-01"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """算例里每一处。"""
    found = [path] if path else []
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found += paths(value[key], (*path, key))
    return found


@settings(max_examples=400)
@given(st.sampled_from(CASES), JUNK, st.data())
def test_a_spoiled_case_is_answered_and_never_raises(
    picked: tuple[str, dict[str, Any]], junk: Any, data: st.DataObject
) -> None:
    kind, original = picked
    case = copy.deepcopy(original["input"])
    path = data.draw(st.sampled_from(paths(case)))
    place = case
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = junk
    found = quote({"id": "x", "kind": kind, "input": case}, explain=True)
    json.dumps(found)
    result = found["result"]
    assert "error" not in result or re.fullmatch("[A-Z_]+", result["error"])
    assert result.get("error") != "BAD_CASE" or re.search("[\u4e00-\u9fff]", result["say"])
