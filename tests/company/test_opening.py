"""开户资料 opening:我们那一半与钉钉那一半对得上,个税累计由另一种算法核对到分。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.company import SEED, build
from sandbox.company.shapes import Company
from tests.company.opening import DEMO, MADE, text_of

BY_HAND = ("company.yaml", "roles.yaml", "payroll_people.yaml", "performance.yaml")


@pytest.fixture(scope="module")
def company() -> Company:
    return build(SEED)


@pytest.fixture(scope="module")
def opening() -> dict[str, Any]:
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(DEMO.glob("*.yaml"))}


def test_exactly_these_files():
    assert sorted(path.name for path in DEMO.glob("*.yaml")) == sorted((*MADE, *BY_HAND))


@pytest.mark.parametrize("name", sorted(MADE))
def test_files_are_what_the_seed_writes(name: str):
    assert (DEMO / name).read_text(encoding="utf-8") == text_of(name)


@pytest.mark.parametrize("name", sorted((*MADE, *BY_HAND)))
def test_every_file_begins_by_saying_what_it_is(name: str):
    head = (DEMO / name).read_text(encoding="utf-8").splitlines()[:2]
    assert all(line.startswith("#") for line in head)
    assert "演示公司" in head[0]


def userids(value: Any) -> set[str]:
    """任意深处的 userid。"""
    if isinstance(value, dict):
        found = {value["userid"]} if "userid" in value else set()
        return found.union(*(userids(v) for v in value.values()))
    if isinstance(value, list):
        return set().union(*(userids(v) for v in value))
    return set()


def test_every_userid_exists_in_dingtalk(company: Company, opening: dict[str, Any]):
    people = {p.userid for p in company.people}
    for name, content in opening.items():
        assert userids(content) <= people, name
    assert userids(opening["pay_profiles"]) == people


def test_names_and_accounts_agree_with_dingtalk(company: Company, opening: dict[str, Any]):
    names = {p.userid: p.name for p in company.people}
    accounts = {r.userid: set[str | None]() for r in company.rosters}
    for roster in company.rosters:
        accounts[roster.userid].add(roster.value("sys04-bankAccountNo"))
    for row in opening["pay_profiles"]["people"]:
        assert row["name"] == names[row["userid"]]
        assert row["bank"]["account"] in accounts[row["userid"]]


def test_amounts_are_text_with_two_decimals(opening: dict[str, Any]):
    for row in opening["pay_profiles"]["people"]:
        amounts = [w["monthly_wage"] for w in row["wages"]] + [
            b[k] for b in row["bases"] for k in ("social", "housing")
        ]
        amounts += [*row["standards"].values(), *(a["monthly"] for a in row["special_additional"])]
        for text in amounts:
            assert isinstance(text, str)
            assert Decimal(text).as_tuple().exponent == -2


def test_wages_cover_every_day_of_employment(company: Company, opening: dict[str, Any]):
    hired = {p.userid: p.hired_on for p in company.people}
    for row in opening["pay_profiles"]["people"]:
        since = [w["since"] for w in row["wages"]]
        assert since == sorted(set(since))
        assert since[0] <= max(hired[row["userid"]], date(2026, 10, 1))


def test_raises_and_range_of_wages(opening: dict[str, Any]):
    people = {row["userid"]: row for row in opening["pay_profiles"]["people"]}
    assert people["liming"]["wages"][-1]["monthly_wage"] == "10000.00"
    raised = sorted(w["since"] for row in people.values() for w in row["wages"] if w["since"] >= date(2026, 10, 13))
    assert date(2026, 10, 16) in raised
    assert date(2026, 11, 1) in raised
    bases = [Decimal(row["bases"][-1]["social"]) for row in people.values()]
    assert max(bases) > Decimal("37731")
    assert min(bases) < Decimal("7546")


def test_leave_opening_equals_dingtalk_quota(company: Company, opening: dict[str, Any]):
    name = {t.code: t.name for t in company.leave_types}
    key = {"年假": "annual", "调休": "comp", "育儿假": "parental"}
    there = sorted(
        (q.userid, key[name[q.code]], q.unit, q.start, q.end, Decimal(q.quota_x100) / 100, Decimal(q.used_x100) / 100)
        for q in company.leave_quotas
        if q.start < date(2026, 9, 1)
    )
    here = sorted(
        (r["userid"], r["type"], r["unit"], r["since"], r["expires_on"], Decimal(r["granted"]), Decimal(r["used"]))
        for r in opening["leave_opening"]["lots"]
    )
    assert here == there


def test_roles_are_dingtalk_roles(company: Company, opening: dict[str, Any]):
    assert set(opening["roles"]["roles"]) <= {r.name for r in company.roles}
    roles = {p.userid: p.roles for p in company.people}
    payroll = opening["payroll_people"]["payroll"]
    assert {row["duty"] for row in payroll} == {"compute", "publish"}
    assert len({row["userid"] for row in payroll}) == 2
    assert all("薪酬专员" in roles[row["userid"]] for row in payroll)


def test_plans_weigh_one_and_posts_exist(opening: dict[str, Any]):
    posts = {row["post"] for row in opening["pay_profiles"]["people"]}
    names = {i["name"] for i in opening["performance"]["indicators"]}
    for plan in opening["performance"]["plans"]:
        assert set(plan["posts"]) <= posts
        assert sum(int(item["weight"].rstrip("%")) for item in plan["items"]) == 100
        assert {item["indicator"] for item in plan["items"]} <= names
        for item in plan["items"]:
            assert f"{item['indicator']} × {item['weight']}" in plan["formula"]


def test_everyone_with_a_sales_plan_has_targets(company: Company, opening: dict[str, Any]):
    posts = set(opening["performance"]["plans"][0]["posts"])
    sellers = {row["userid"] for row in opening["pay_profiles"]["people"] if row["post"] in posts}
    targets = {(t["userid"], t["month"]) for t in opening["targets"]["targets"]}
    people = {p.userid: p for p in company.people}
    for userid in sellers:
        for month in (10, 11, 12):
            if people[userid].last_work_day is None or month == 10:
                assert (userid, f"2026-{month}") in targets, (userid, month)
    assert {t["target"] for t in opening["targets"]["targets"] if t["userid"] == "liming"} == {"100000.00"}


def test_courses(opening: dict[str, Any]):
    courses = opening["courses"]["courses"]
    assert len(courses) >= 5
    assert len({c["code"] for c in courses}) == len(courses)
    assert sum(1 for c in courses if c["seats"] == 10) >= 2
    for course in courses:
        assert course["starts_at"] < course["ends_at"]
        assert course["cancel_until"] < course["starts_at"]
        assert course["starts_at"].startswith("2026-12")


# ── 个税:不用速算扣除数,一级一级累加,Decimal 到分 ────────────────────────────

STEPS = (
    ("36000", "0.03"),
    ("108000", "0.10"),
    ("156000", "0.20"),
    ("120000", "0.25"),
    ("240000", "0.30"),
    ("300000", "0.35"),
)
"""每一级的宽度与税率;再往上 45%。"""


def tax_by_steps(taxable: Decimal) -> Decimal:
    left, tax = max(taxable, Decimal(0)), Decimal(0)
    for width, rate in STEPS:
        part = min(left, Decimal(width))
        tax, left = tax + part * Decimal(rate), left - part
    return (tax + left * Decimal("0.45")).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def allowance(row: dict[str, Any], month: int) -> Decimal:
    if row["scheme"] == "sixty_thousand":
        return Decimal(60000)
    first = 1 if row["scheme"] == "first_job" else row["start_month"]
    return Decimal(5000) * (month - first + 1)


def test_withheld_is_exact_by_an_independent_method(opening: dict[str, Any]):
    ledger = opening["tax_ytd"]
    assert ledger["tax_year"] == 2026
    zero, checked = 0, 0
    for row in ledger["people"]:
        paid, taxable = Decimal(0), Decimal(0)
        for entry in row["months"]:
            taxable += Decimal(entry["income"]) - Decimal(entry["insurance"]) - Decimal(entry["special_additional"])
            due = tax_by_steps(taxable - allowance(row, entry["month"]))
            expected = max(Decimal(0), due - paid)
            assert Decimal(entry["withheld"]) == expected, (row["userid"], entry["month"])
            paid += expected
            checked += 1
            zero += Decimal(entry["income"]) == 0
    assert checked > 500
    assert zero >= 3


def test_ledger_months_have_no_gap(company: Company, opening: dict[str, Any]):
    hired = {p.userid: p.hired_on for p in company.people}
    seen = {row["userid"]: row for row in opening["tax_ytd"]["people"]}
    for userid, day in hired.items():
        first = day.month if day.year == 2026 else 1
        if first > 10:
            assert userid not in seen
            continue
        row = seen[userid]
        assert row["start_month"] == first
        assert [m["month"] for m in row["months"]] == list(range(first, 11)), userid


def test_schemes_agree_between_files(opening: dict[str, Any]):
    profiles = {row["userid"]: row["tax_scheme"] for row in opening["pay_profiles"]["people"]}
    for row in opening["tax_ytd"]["people"]:
        assert row["scheme"] == profiles[row["userid"]]
        assert ("facts" in row) == (row["scheme"] != "standard")
    assert {"first_job", "sixty_thousand", "standard"} == set(profiles.values())


def test_insurance_of_liming_by_hand(opening: dict[str, Any]):
    row = next(r for r in opening["tax_ytd"]["people"] if r["userid"] == "liming")
    # 2026 年 7 月起基数 10,000:800 + 200 + 50 + 公积金 700;八月发的是七月的工资
    assert [m["insurance"] for m in row["months"] if m["month"] >= 8] == ["1750.00"] * 3
    # 此前基数 9,600:768 + 192 + 48 + 672
    assert {m["insurance"] for m in row["months"] if m["month"] <= 7} == {"1680.00"}


def test_demo_folder_has_only_documented_text():
    for path in Path(DEMO).iterdir():
        assert path.suffix == ".yaml"
        assert "\t" not in path.read_text(encoding="utf-8")
