"""手算的算例表:tests/engine/cases/hand/*.yaml,薪酬专员读得懂、加得上。

一例三项:说明(怎么手算的)、given(算例的 input)、expect(要核对的字段;没有写的不核对,列表要一样长)。
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.quote import QUOTES, quote

HAND = Path(__file__).parent / "cases" / "hand"


def hand_cases() -> list[tuple[str, str, dict[str, Any]]]:
    """(文件名, 种类, 一例)。"""
    found = []
    for path in sorted(HAND.glob("*.yaml")):
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [(path.stem, table["kind"], case) for case in table["cases"]]
    return found


def differences(found: Any, expect: Any, where: str = "") -> list[str]:
    """expect 里写了的,found 里要一样。"""
    if isinstance(expect, dict) and isinstance(found, dict):
        return [
            d for key, want in expect.items() for d in differences(found.get(key, "(没有)"), want, f"{where}.{key}")
        ]
    if isinstance(expect, list) and isinstance(found, list) and len(expect) == len(found):
        return [d for i, want in enumerate(expect) for d in differences(found[i], want, f"{where}[{i}]")]
    return [] if found == expect else [f"{where}:应为 {expect},算出 {found}"]


CASES = hand_cases()


@pytest.mark.parametrize(
    ("kind", "case"), [(k, c) for _, k, c in CASES], ids=[f"{name}-{i}" for i, (name, _, _) in enumerate(CASES)]
)
def test_hand_calculated_cases(kind: str, case: dict[str, Any]) -> None:
    assert set(case) == {"说明", "given", "expect"}
    assert case["expect"]
    assert re.search("[\u4e00-\u9fff]", case["说明"])
    found = quote({"id": "hand", "kind": kind, "input": case["given"]})["result"]
    assert not differences(found, case["expect"]), case["说明"]


def test_every_kind_has_a_table() -> None:
    assert {kind for _, kind, _ in CASES} == set(QUOTES)
    assert len(CASES) > 100
