"""算例(工资与合规):读不懂的写法,以及 `ehr quote` 的输出。公开算例逐项核对在 test_quotes.py。"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.quote import quote
from tests.engine.worlds import public_cases

KINDS = ("iit_cumulative", "insurance", "performance", "iit_bonus", "annual_leave", "compliance", "payslip")
CASES = [(kind, case) for kind in KINDS for case in public_cases(kind)]


def test_a_file_of_cases_is_printed_in_its_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = [{"id": c["id"], "kind": kind, "input": c["input"]} for kind, c in CASES[:3]]
    cases.insert(1, {"id": "unknown", "kind": "lottery", "input": {}})
    cases.append({"id": "broken", "kind": "insurance", "input": {"periods": ["2026-03"]}})
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": cases}), encoding="utf-8")
    assert main(["quote", str(file)]) == 0
    results = json.loads(capsys.readouterr().out)["results"]
    assert [r["id"] for r in results] == [CASES[0][1]["id"], "unknown", CASES[1][1]["id"], CASES[2][1]["id"], "broken"]
    assert results[0]["result"] == CASES[0][1]["expect"]
    assert results[1]["result"]["error"] == "BAD_CASE"
    assert "iit_bonus" in results[1]["result"]["say"]
    assert results[4]["result"]["error"] == "BAD_CASE"
    assert results[4]["result"]["say"]


@pytest.mark.parametrize(
    "case",
    [
        None,
        [],
        "P-IIT-01",
        {"id": "x"},
        {"id": "x", "kind": 3, "input": {}},
        {"id": "x", "kind": "insurance"},
        {"id": "x", "kind": "compliance", "input": {"rule": "lottery"}},
        {"id": "x", "kind": "annual_leave", "input": {"calc": "lottery"}},
        {"id": "x", "kind": "annual_leave", "input": {"calc": "entitlement", "year": 0}},
        {"id": "x", "kind": "iit_bonus", "input": {"pay_date": "2026-02-30", "bonus": "1.00", "year": {}}},
        {"id": "x", "kind": "iit_bonus", "input": {"pay_date": "2026-02-20", "bonus": 1.555, "year": {"allowance": "0.00"}}},
        {"id": "x", "kind": "payslip", "input": {"month": "2026-13", "monthly_wage": "1.00", "iit": {}}},
        {"id": "x", "kind": "payslip", "input": {"month": "2026-10", "monthly_wage": "1.00", "iit": {"scheme": "standard", "before": [{"month": 10, "income": "1.00"}]}}},
        {"id": "x", "kind": "insurance", "input": []},
        {"id": "x", "kind": "iit_cumulative", "input": {"tax_year": "二〇二六", "scheme": "standard", "months": []}},
        {"id": "x", "kind": "iit_cumulative", "input": {"tax_year": 2026, "scheme": "half", "months": []}},
        {"id": "x", "kind": "iit_cumulative", "input": {"tax_year": 2026, "scheme": "standard", "months": [{"month": 1, "income": 1.555}]}},
        {"id": "x", "kind": "iit_cumulative", "input": {"tax_year": 2026, "scheme": "standard", "months": [{"month": 1, "income": "1.005"}]}},
        {"id": "x", "kind": "performance", "input": {"items": [{"code": "a", "weight": "NaN", "value": "1"}]}},
        {"id": "x", "kind": "performance", "input": {"items": "abc"}},
        {"id": "x", "kind": "performance", "input": {"items": [{"code": "a", "weight": "1", "value": "1E999999999"}]}},
        {"id": "x", "kind": "iit_cumulative", "input": {"tax_year": 2026, "scheme": "standard", "months": [{"month": 1, "income": "1E999999999"}]}},
        {"id": "x", "kind": "performance", "input": {"items": [{"code": "a", "weight": "1", "value": "1", "direction": "up"}]}},
    ],
)  # fmt: skip
def test_a_case_that_cannot_be_read_is_said_so(case: object) -> None:
    result = quote(case)["result"]
    assert result["error"] == "BAD_CASE"
    assert result["say"].endswith(("。", ")。"))


def test_every_field_may_be_lost_without_a_trace_back() -> None:
    """任意删去一处,要么照算,要么得一个错误名,绝不抛出来。"""
    seen = 0
    for kind, case in CASES:
        for path in _paths(case["input"]):
            broken = copy.deepcopy(case["input"])
            node: Any = broken
            for step in path[:-1]:
                node = node[step]
            del node[path[-1]]
            result = quote({"id": "x", "kind": kind, "input": broken})["result"]
            assert isinstance(result, dict)
            seen += "error" in result
    assert seen > 100


def _paths(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    keys = node.keys() if isinstance(node, dict) else range(min(2, len(node))) if isinstance(node, list) else ()
    for key in keys:
        found += [(*here, key), *_paths(node[key], (*here, key))]
    return found


def test_months_out_of_order_and_unknown_years_have_names() -> None:
    others = ("tax_free_income", "insurance", "special_additional", "other_deductions", "donation", "tax_relief")
    month = {"month": 2, "income": "1.00"} | dict.fromkeys(others, "0.00")
    case = {"tax_year": 2026, "scheme": "standard", "employment_start_month": 1, "months": [month, month]}
    assert quote({"id": 1, "kind": "iit_cumulative", "input": case})["result"]["error"] == "BAD_MONTH"
    old = {**case, "tax_year": 2018, "months": [month]}
    assert quote({"id": 1, "kind": "iit_cumulative", "input": old})["result"]["error"] == "RULE_MISSING"


def test_files_that_are_no_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quote", str(tmp_path / "none.json")]) == 2
    for body in (b"\xff\xfe", b"{", b"3", b'{"cases": 3}'):
        file = tmp_path / "bad.json"
        file.write_bytes(body)
        assert main(["quote", str(file)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "没有这个文件" in said.err
    assert "Traceback" not in said.err
