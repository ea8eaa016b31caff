"""文档里的公式 formulas:docs/how-to/formulas.md 的每个例子都跑一遍,答案与错误要和写的一字不差。"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from app.cli import main
from app.formula_files import load as load_formulas
from app.formula_files import read_evidence
from app.formula_values import read_values
from config.policies import load
from engine.explain import show
from engine.formula_book import read_book
from engine.formula_evidence import EVIDENCE
from engine.formula_types import FUNCTIONS, SUFFIXES
from engine.pay_items import FACT_UNITS
from tests.house import ROOT

PAGE = (ROOT / "docs" / "how-to" / "formulas.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def of(kind: str) -> list[str]:
    return [body for name, body in BLOCKS if name == kind]


def trials() -> list[tuple[str, str, str]]:
    """(公式, 证据, 一行试算):试算用它前面最近的公式与证据。"""
    book = evidence = ""
    found = []
    for kind, body in BLOCKS:
        if kind == "公式":
            book, evidence = body, ""
        elif kind == "证据":
            evidence = body
        elif kind == "试算":
            found += [(book, evidence, line) for line in body.splitlines()]
    return found


def test_the_page_has_examples_of_everything() -> None:
    assert all(f"`{name}" in PAGE or f'"{name}"' in PAGE for name in (*FUNCTIONS, *SUFFIXES))
    assert all(name in PAGE for kind in EVIDENCE.values() for name in (kind.name, *kind.fields))
    assert all(name in PAGE for name in FACT_UNITS)
    assert len(trials()) > 30


@pytest.mark.parametrize("body", of("公式"), ids=lambda body: body.splitlines()[0])
def test_every_formula_is_read(body: str) -> None:
    assert [fault.say for fault in read_book(body, "文档.txt", FACT_UNITS).faults] == []


@pytest.mark.parametrize("case", trials(), ids=lambda case: case[2])
def test_every_trial_has_its_answer(case: tuple[str, str, str], tmp_path: Path) -> None:
    book, evidence, line = case
    (tmp_path / "甲.txt").write_text(book, encoding="utf-8")
    (tmp_path / "证据.json").write_text(evidence or "{}", encoding="utf-8")
    left, _, expected = line.partition(" → ")
    name, _, words = left.partition(" | ")
    trial = load_formulas(tmp_path / "甲.txt").trial
    values, given = read_values(words.split(), trial, read_evidence(tmp_path / "证据.json"))
    value, _ = trial.run(name.strip(), values, given)
    assert show(value, trial.formulas[name.strip()].unit) == expected


@pytest.mark.parametrize(
    "case",
    [p for body in of("写错") for p in pairwise(body.splitlines()) if p[1].startswith("→")],
    ids=lambda case: case[0],
)
def test_every_mistake_is_said_so(case: tuple[str, str]) -> None:
    text, expected = case
    (fault,) = read_book(text, "文档.txt", FACT_UNITS).faults
    assert f"→ {fault.details['column']}: {fault.details['problem']}" == expected


def test_the_pay_items_are_loaded(tmp_path: Path) -> None:
    (yaml,) = of("yaml")
    (tmp_path / "pay_items.yaml").write_text(yaml, encoding="utf-8")
    names = {v.value.name for d in load([tmp_path]).items.items for v in d.versions}
    assert {"销售提成", "工龄津贴"} <= names


def test_every_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, kind in (("提成.txt", "公式"), ("签单.json", "证据"), ("pay_items.yaml", "yaml")):
        (tmp_path / name).write_text(of(kind)[0], encoding="utf-8")
    commands = [line.split()[1:] for body in of("sh") for line in body.splitlines() if line.startswith("ehr ")]
    assert len(commands) == 3
    for words in commands:
        assert main(words) == 0, words
    assert "本月奖金 = ¥5,800.02" in capsys.readouterr().out
