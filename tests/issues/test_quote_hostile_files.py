"""算例文件里有一例坏得厉害:只那一例 BAD_CASE,别的照算,印出来的总是合法的 UTF-8 JSON。

原先:取整 10 亿位会一直算下去;落单的半个字符印不出来;六千位的整数、五万层的括号让整份读不了;NaN 原样印出;话里引用几兆字。
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.quote import quote
from tests.engine.worlds import public_cases

GOOD = public_cases("iit_bonus")[0]
SCORED = public_cases("performance")[0]
GOOD_TEXT = json.dumps({"id": "ok", "kind": "iit_bonus", "input": GOOD["input"]})


def printed(text: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> list[dict[str, Any]]:
    """`ehr quote` 印出来的:必须是 UTF-8,必须是没有 NaN 的 JSON。"""
    file = tmp_path / "cases.json"
    file.write_text(text, encoding="utf-8")
    assert main(["quote", str(file)]) == 0

    def never(constant: str) -> None:
        raise AssertionError(constant)

    results: list[dict[str, Any]] = json.loads(capfdbinary.readouterr().out.decode("utf-8"), parse_constant=never)[
        "results"
    ]
    return results


def deep(id_: str, levels: int = 50_000) -> str:
    return f'{{"kind": "overtime", "input": {{"x": {"[" * levels}{"]" * levels}, "id": 9}}, "id": {id_}}}'


BROKEN = [
    ('{"id": "a", "kind": "iit_cumulative", "input": {"tax_year": ' + "9" * 6000 + "}}", "a"),
    ('{"id": "a", "kind": "iit_cumulative", "input": {"tax_year": NaN}}', "a"),
    ('{"id": "a", "kind": "iit_cumulative", "input": {"tax_year": -Infinity}}', "a"),
    ('{"id": "a", "kind": "iit_cumulative", "input": {"tax_year": 1e999}}', "a"),
    ('{"id": NaN, "kind": "iit_cumulative", "input": {}}', None),
    (f'{{"id": {"7" * 6000}, "kind": "iit_cumulative", "input": {{}}}}', None),
    ('{"id": [[1]], "kind": "iit_cumulative", "input": {}}', None),
    (deep('"a"'), "a"),
    (deep('"a]}\\"\\\\"'), 'a]}"\\'),
    (deep("12"), 12),
    (deep("[3]"), None),
    ("[" * 50_000 + "]" * 50_000, None),
    ('{"id": "a", "kind": "\\ud800", "input": {}}', "a"),
    ('{"id": "\\udc00", "kind": "lottery", "input": {}}', "\udc00"),
]


@pytest.mark.parametrize(("broken", "id_"), BROKEN)
@pytest.mark.parametrize("shape", ['{{"cases": [1], "note": "],[", "cases": [{0}]}}', " [{0}] "])
def test_one_broken_case_stops_no_other(
    broken: str, id_: object, shape: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    first, middle, last = printed(shape.format(f"{GOOD_TEXT}, {broken} ,{GOOD_TEXT}"), tmp_path, capfdbinary)
    assert first == last == {"id": "ok", "result": GOOD["expect"]}
    assert (middle["id"], middle["result"]["error"]) == (id_, "BAD_CASE")
    assert middle["result"]["say"].endswith("。")


def test_half_a_character_in_a_result_is_escaped(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    case = copy.deepcopy(public_cases("annual_leave")[0])
    case["input"] |= {"calc": "entitlement", "article4_facts": ["\ud800"]}
    text = json.dumps({"cases": [{"id": "中", "kind": "annual_leave", "input": case["input"]}]})
    (only,) = printed(text, tmp_path, capfdbinary)
    assert only == {"id": "中", "result": {"days": "0", "reason": "\ud800"}}


def test_a_file_that_is_broken_as_a_whole_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bodies = [
        f'{{"cases": [{deep("1")}',  # 没有写完
        f'{{"cases": [{deep("1")}], }}',  # 深的一例之外还有错
        f'{{"cases": [{deep("1")} {GOOD_TEXT}]}}',  # 两例之间少了逗号
        f'{{"note": {"[" * 50_000}{"]" * 50_000}, "cases": []}}',  # 深的不是算例
        f'{{"cases": {{"a": {deep("1")}}}}}',
    ]
    for body in bodies:
        file = tmp_path / "bad.json"
        file.write_text(body, encoding="utf-8")
        assert main(["quote", str(file)]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("places", [10**9, 13, -1, 2.0, 2.5, True, "2", [2]])
def test_rounding_places_are_small_integers(places: object) -> None:
    found = quote({"id": 1, "kind": "performance", "input": SCORED["input"] | {"score_round_places": places}})
    assert found["result"]["error"] == "BAD_CASE"
    assert "score_round_places" in found["result"]["say"]


@pytest.mark.parametrize(("places", "score"), [(0, "1.000000"), (12, "1.333333"), (None, "1.333333")])
def test_rounding_places_that_are_taken(places: int | None, score: str) -> None:
    # 实绩 4 ÷ 目标 3 = 1.333…
    items = [{"code": "a", "name_zh": "甲", "weight": "1", "actual": "4", "target": "3", "direction": "higher"}]
    found = quote(
        {"id": 1, "kind": "performance", "input": SCORED["input"] | {"items": items, "score_round_places": places}}
    )
    assert found["result"]["score"] == score


LONG = "x" * 1_000_000


@pytest.mark.parametrize(
    "case",
    [
        {"kind": LONG, "input": {}},
        {"kind": "overtime", "input": {"system": LONG}},
        {"kind": "annual_leave", "input": {"calc": LONG}},
        {"kind": "iit_bonus", "input": GOOD["input"] | {"bonus": "1" * 1_000_000}},
        {"kind": "iit_bonus", "input": GOOD["input"] | {"pay_date": LONG}},
        {"kind": "iit_bonus", "input": GOOD["input"] | {"bonus": [LONG]}},
        {"kind": "payslip", "input": {"month": LONG}},
    ],
)
def test_a_say_never_repeats_megabytes(case: dict[str, Any]) -> None:
    result = quote({"id": 1} | case)["result"]
    assert result["error"] == "BAD_CASE"
    assert len(result["say"]) < 250
    assert "x" * 41 not in result["say"]
    assert "1" * 41 not in result["say"]
