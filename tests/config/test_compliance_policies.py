"""用工合规的政策:自带的数与法条一致、每版有出处;写错的在装入时拒绝,写明哪里。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from config.policies import load, shipped
from engine.effective import gaps
from engine.errors import BadInput

DAY = date(2026, 10, 1)
TERMS = shipped().compliance


def test_every_rule_has_a_source_and_no_gap() -> None:
    rules = list(TERMS.all())
    assert len(rules) == 8
    for rule in rules:
        assert rule.key.startswith("compliance.") and rule.label
        assert all(version.source for version in rule.versions)
        assert gaps(rule.versions) == []
        assert rule.at(DAY) is not None


def test_the_shipped_figures_are_those_of_the_law() -> None:
    annual = TERMS.annual_leave.on(DAY)
    assert annual.tiers == ((1, 5), (10, 10), (20, 15))
    assert (annual.year_days, str(annual.unused_multiple)) == (365, "3.00")
    severance = TERMS.severance.on(DAY)
    assert (str(severance.cap_multiple), severance.cap_months, str(severance.unlawful_multiple)) == ("3", 12, "2")
    assert severance.exempt_multiple == 3
    probation = TERMS.probation.on(DAY)
    assert (probation.steps, probation.wage_ratio) == (((0, 0), (3, 1), (12, 2), (36, 6)), Decimal("0.8"))
    assert TERMS.renewal.on(DAY).fixed_terms == 2
    overtime = shipped().overtime.on(DAY)
    caps = (overtime.day_usual_hours, overtime.day_cap_hours, overtime.month_cap_hours)
    assert list(map(str, caps)) == ["1", "3", "36"]


def test_what_is_from_memory_says_so() -> None:
    """凭记忆的([M])不冒充看过原文。"""
    assert {rule.key for rule in TERMS.all() if rule.versions[-1].verified == "memory"} == {
        "compliance.annual_barred",
        "compliance.retirement",
    }


def one(name: str, body: str) -> str:
    head = f"{name}:\n  label: 某条\n  versions:\n    - since: 2026-01-01\n      source: 制度\n"
    return head + "".join(f"      {line}\n" for line in body.split("; "))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (one("annual_leave", "tiers: [[10, 10], [1, 5]]; year_days: 365; unused_multiple: '3'"), "由小到大"),
        (one("annual_leave", "tiers: []; year_days: 365; unused_multiple: '3'"), "至少写一档"),
        (one("annual_leave", "tiers: [[1, 5]]; year_days: 0; unused_multiple: '3'"), "year_days"),
        (one("annual_leave", "tiers: [[1, 5]]; year_days: 365; unused_multiple: 3"), "带引号"),
        (one("annual_barred", "personal_days: '20'; sick_months: [[10, '3'], [5, '2']]"), "由小到大"),
        (one("severance", "cap_multiple: '3'; cap_months: 12; unlawfull_multiple: '2'; exempt_multiple: '3'"), "unlawful_multiple"),
        (one("probation", "steps: [[3, 1], [0, 0]]; open_ended_months: 6; wage_ratio: '0.8'"), "由小到大"),
        (one("retirement", "classes: {men: {label: 男, old_years: 60, step: 0, most: 36}}; flexible_months: 36; "
                           "contribution: {months: 180, since_year: 2030, step: 6, most: 240}"), "step"),
        ("lottery:\n  label: 彩票\n", "lottery"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, body: str, words: str) -> None:
    own = tmp_path / "ours"
    own.mkdir()
    (own / "compliance.yaml").write_text(body, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load([own])
    assert words in caught.value.say
    assert "compliance.yaml:" in caught.value.say


def test_a_company_may_promise_more(tmp_path: Path) -> None:
    """公司自己的目录盖在上面:未休年假按四倍付。"""
    own = tmp_path / "ours"
    own.mkdir()
    body = one("annual_leave", "tiers: [[1, 5], [10, 10], [20, 15]]; year_days: 365; unused_multiple: '4.00'")
    (own / "compliance.yaml").write_text(body, encoding="utf-8")
    policies = load([own])
    assert policies.compliance.annual_leave.on(DAY).unused_multiple == 4
    assert policies.compliance.severance.on(DAY) == TERMS.severance.on(DAY)
