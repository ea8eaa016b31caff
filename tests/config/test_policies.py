"""自带的政策:读得进来,日期没有空档与重叠,日历与外面的一致,公司的目录盖得上去。"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest

from config.policies import SHIPPED, Policies, load, shipped
from config.policy_health import notes
from config.policy_pay import pay_rules
from engine.days import Month, days_between
from engine.effective import Dated, gaps
from engine.errors import NotFound, NotReady
from engine.leave import Paid
from engine.money import Money
from engine.overtime import OvertimeKind

LEAVE_TYPES = (
    "annual personal sick marriage maternity prenatal nursing paternity parental care bereavement comp work_injury"
).split()


def dated(policies: Policies) -> Iterator[Dated[Any]]:
    """全部有日期的政策。"""
    yield from (policies.withholding, policies.bonus, policies.overtime, policies.attendance)
    yield from policies.numbers.values()
    yield from policies.switches.values()
    yield from policies.leave.values()
    yield from policies.items.items
    for pack in policies.cities.values():
        yield from (pack.social, pack.housing, pack.minimum_wage, pack.average_month_wage)
        if pack.sick_scale is not None:
            yield pack.sick_scale


def test_every_rule_has_a_birthday_a_source_and_no_gap() -> None:
    seen = 0
    for one in dated(shipped()):
        assert gaps(one.versions) == []
        for version in one.versions:
            assert version.source
            assert version.verified in ("official", "third_party", "company", "memory")
            seen += 1
    assert seen > 50


def test_thirteen_leave_types_with_words_of_their_own() -> None:
    policies, day = shipped(), date(2026, 11, 23)
    assert sorted(policies.leave) == sorted(LEAVE_TYPES)
    words = [w for one in policies.leave.values() for w in (one.label, *one.on(day).aliases)]
    assert len(words) == len(set(words))
    assert policies.leave["personal"].on(day).paid is Paid.NONE
    assert policies.leave["annual"].on(day).has_balance


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_calendar_equals_the_published_one(year: int) -> None:
    calendar = shipped().calendar
    days = list(days_between(date(year, 1, 1), date(year, 12, 31)))
    assert [d for d in days if calendar.is_work(d) != chinese_calendar.is_workday(d)] == []
    assert sum(calendar.is_work(d) for d in days) == 248
    names = calendar.years[year].names
    assert set(names) == set(calendar.years[year].statutory)


def test_a_year_without_a_notice_is_loud() -> None:
    with pytest.raises(NotReady) as caught:
        shipped().calendar.is_work(date(2027, 1, 4))
    assert caught.value.code == "CALENDAR_MISSING"


def test_figures_that_the_issue_names() -> None:
    policies = shipped()
    assert policies.numbers["pay_days"].on(date(2026, 10, 1)) == Decimal("21.75")
    assert policies.overtime.on(date(2026, 10, 1)).multipliers[OvertimeKind.STATUTORY] == Decimal("3.00")
    city = policies.city("上海")
    assert city.minimum_wage.on(date(2026, 10, 1)).monthly == Money.of("2740.00")
    assert city.social.on(date(2026, 6, 30))[0].cap == 3730200
    assert city.social.on(date(2026, 7, 1))[0].cap == 3773100
    with pytest.raises(NotFound):
        policies.city("云州")


def test_what_has_lapsed_is_said_and_not_a_gap() -> None:
    """上海病假工资标准 2026-08-15 到期未续:不算空档,但要说出来。"""
    said = notes(shipped(), date(2026, 11, 23))
    assert any("病假工资标准" in s and "2026-08-15" in s for s in said)
    assert not any("上海病假工资标准" in s for s in notes(shipped(), date(2026, 8, 15)))
    assert any("2027年" in s for s in said)
    assert any("13 个月" in s for s in notes(shipped(), date(2027, 9, 1)))


def test_the_version_is_the_content() -> None:
    assert load().version == shipped().version
    assert len(shipped().version) == len(hashlib.sha256().hexdigest()[:16])


def test_a_company_lays_its_own_over_ours(tmp_path: Path) -> None:
    own = tmp_path / "ours"
    own.mkdir()
    (own / "pay.yaml").write_text(
        "switches:\n  late.deduction:\n    versions:\n"
        "      - {since: 2026-01-01, value: missed_minutes, source: 员工手册}\n",
        encoding="utf-8",
    )
    (own / "pay_items.yaml").write_text(
        "items:\n  heat:\n    {label: 高温津贴, section: earning, order: 90, minimum_wage_class: special_environment,\n"
        "     versions: [{since: 2026-06-01, formula: 高温津贴 = 300元 × 在职比例, source: 公司制度}]}\n",
        encoding="utf-8",
    )
    policies = load([own])
    assert policies.version != shipped().version
    assert policies.switches["late.deduction"].on(date(2026, 10, 1)) == "missed_minutes"
    assert policies.switches["wage.proration"].on(date(2026, 10, 1)) == "pay_days_add"
    items = [i.key for i in policies.items.on(date(2026, 10, 1))]
    assert "heat" in items
    assert items.index("heat") < items.index("overtime_workday")
    rules = pay_rules(policies, Month(2026, 10), Month(2026, 11), {"injury": Decimal("0.002")})
    assert rules.terms.deduct_lateness


def test_the_shipped_directory_holds_every_subject() -> None:
    names = {p.relative_to(SHIPPED).as_posix() for p in SHIPPED.rglob("*.yaml")}
    assert names >= {"tax.yaml", "pay.yaml", "pay_items.yaml", "leave.yaml", "overtime.yaml", "attendance.yaml"}
    assert names >= {"cities/shanghai.yaml", "calendars/2025.yaml", "calendars/2026.yaml"}


def test_a_company_can_load_the_next_years_notice_without_a_release(tmp_path: Path) -> None:
    """放假通知只是文件:放进公司的 calendars/ 就认得那一年(这里的日子是编的,只求数目对得上)。"""
    year = tmp_path / "ours" / "calendars"
    year.mkdir(parents=True)
    days = [f"2027-{m:02d}-01" for m in range(1, 13)] + ["2027-03-02"]
    rest = [f"2027-12-{d:02d}" for d in (13, 14, 15)]
    weekend = sum(date.fromisoformat(d).weekday() >= 5 for d in days)
    (year / "2027.yaml").write_text(
        f"year: 2027\nsource: 演练\nverified: company\nstatutory: [{', '.join(days)}]\n"
        f"rest_in_lieu: [{', '.join(rest[:weekend])}]\nmakeup_work: []\n",
        encoding="utf-8",
    )
    assert 0 < weekend <= len(rest)
    policies = load([tmp_path / "ours"])
    assert not policies.calendar.is_work(date(2027, 1, 1))
    assert policies.calendar.is_work(date(2027, 1, 4))
    assert not any("2027年" in s for s in notes(policies, date(2026, 11, 23)))


def test_insurance_may_follow_the_month_of_payment(tmp_path: Path) -> None:
    own = tmp_path / "ours"
    own.mkdir()
    (own / "pay.yaml").write_text(
        "switches:\n  insurance.month:\n    versions: [{since: 2020-01-01, value: paid, source: 公司制度}]\n",
        encoding="utf-8",
    )
    june, july = Month(2026, 6), Month(2026, 7)
    rates = {"injury": Decimal("0.002")}
    assert pay_rules(shipped(), june, july, rates).city("上海").social[0].cap == 3730200
    assert pay_rules(load([own]), june, july, rates).city("上海").social[0].cap == 3773100
