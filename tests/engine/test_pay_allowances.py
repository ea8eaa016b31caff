"""全勤奖的档、夜班津贴、高温津贴、用工成本分部门、算不了的人。"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policies import SHIPPED
from engine.attendance_award import FullAttendance, NightRule, award
from engine.cost_split import COST, cost_split, days_in, share_out
from engine.errors import NotReady
from engine.pay import compute
from engine.pay_explain import explain
from engine.pay_facts import Allowance, Attended, InDepartment, LeaveTaken, Night, PayFacts, Wage
from engine.pay_scope import Scope, require
from engine.shifts import Shift
from tests.engine.overlay import policies, rules_of
from tests.engine.pay_world import OFFICE, any_facts, facts, rules

TIERS = FullAttendance(True, frozenset({"missing", "absent", "personal"}), ((0, Decimal(1)), (2, Decimal("0.5"))))


@pytest.mark.parametrize(
    ("attended", "leaves", "share"),
    [
        (Attended(), (), (1, 1)),
        (Attended(late=1, late_minutes=3), (), (1, 2)),
        (Attended(late=1, early=1), (), (1, 2)),
        (Attended(late=3), (), (0, 1)),
        (Attended(missing=1), (), (0, 1)),
        (Attended(absent_days=(1, 2)), (), (0, 1)),
        (Attended(), (LeaveTaken("personal", (1, 2), 3),), (0, 1)),
        (Attended(), (LeaveTaken("sick", (1, 1), 3),), (1, 1)),
        (Attended(), (LeaveTaken("annual", (1, 1), 3),), (1, 1)),
    ],
)
def test_tiers_only_reduce_the_award(
    attended: Attended, leaves: tuple[LeaveTaken, ...], share: tuple[int, int]
) -> None:
    found = award(True, attended, leaves, TIERS)
    assert found.share == share
    assert found.words
    assert award(False, attended, leaves, TIERS).share == (0, 1)


def test_a_company_writes_its_own_tiers(tmp_path: Path) -> None:
    """迟到两次以内发一半:全勤奖 200 × 50% = 100;工资一分不扣。"""
    body = (
        "full_attendance:\n  versions:\n    - {since: 2020-01-01, source: 员工手册, lost_by: [missing, absent],"
        ' late_tiers: [[0, "1"], [2, "0.50"]]}\n'
    )
    found = rules_of(policies(tmp_path, attendance=body))
    late = Attended((21, 1), (21, 1), late=2, late_minutes=40, evidence=(("迟到次数", ("punch:1", "punch:2")),))
    one = facts(allowances=(Allowance("全勤奖", 20000),), attended=late)
    slip = compute(one, found)
    assert slip.gross.yuan() == "10100.00"
    told = explain(one, found, "full_attendance")
    assert told.all_evidence() == ["punch:1", "punch:2"]
    assert any("迟到早退 2 次" in node.words for node in told.walk())


def test_night_allowance_by_shifts_worked() -> None:
    one = facts(allowances=(Allowance("夜班津贴", 5000),), night=Night(8, ("punch:1", "punch:2")))
    assert compute(one, rules()).line("night").amount.yuan() == "400.00"  # type: ignore[union-attr]
    assert explain(one, rules(), "night").all_evidence() == ["punch:1", "punch:2"]


@pytest.mark.parametrize(
    ("start", "end", "night"),
    [("20:00", "08:00", True), ("16:00", "00:00", True), ("16:00", "23:59", False), ("04:00", "12:00", True), ("09:00", "18:00", False)],
)  # fmt: skip
def test_what_is_a_night_shift(start: str, end: str, night: bool) -> None:
    """22:00–06:00 里满 120 分钟算一个夜班。"""
    rule, day = NightRule(time(22), time(6), 120), date(2026, 11, 3)
    shift = Shift("s", "班", time.fromisoformat(start), time.fromisoformat(end), (), 480)
    assert rule.is_night(day, shift.windows(day)) is night


SHANGHAI = (SHIPPED / "cities" / "shanghai.yaml").read_text(encoding="utf-8")
HEAT = 'months: [6, 7, 8, 9]\n    per: {per}\n    rates: {{室外: "300.00", 室内: "200.00"}}\n'


def _heat(tmp_path: Path, per: str) -> str:
    old = "months: []\n    rates: {室外: blank, 室内: blank}\n"
    assert old in SHANGHAI
    return SHANGHAI.replace(old, HEAT.format(per=per))


def test_heat_allowance_by_city_month_and_kind(tmp_path: Path) -> None:
    """虚构的标准:七月室外 300 一个月;半个月(12 ÷ 23 个计薪日)按比例 156.52;十一月没有。"""
    found = policies(tmp_path, cities__shanghai=_heat(tmp_path, "month"))
    july = rules_of(found, "2026-07", "2026-08")
    one = facts(month="2026-07", pay_month="2026-08", heat="室外")
    assert compute(one, july).line("heat").amount.yuan() == "300.00"  # type: ignore[union-attr]
    told = explain(one, july, "heat")
    assert told.rule.startswith("shanghai.heat_allowance@")
    half = one._replace(first_day=16)
    assert compute(half, july).line("heat").amount.yuan() == "156.52"  # type: ignore[union-attr]
    november = rules_of(found)
    assert compute(facts(heat="室外"), november).line("heat") is None


def test_heat_allowance_by_the_day(tmp_path: Path) -> None:
    july = rules_of(policies(tmp_path, cities__shanghai=_heat(tmp_path, "day")), "2026-07", "2026-08")
    one = facts(month="2026-07", pay_month="2026-08", heat="室内", attended=Attended((23, 1), (20, 1)))
    assert compute(one, july).line("heat").amount.yuan() == "4000.00"  # type: ignore[union-attr]


def test_a_heat_rate_not_filled_in_is_refused() -> None:
    with pytest.raises(NotReady) as blank:
        compute(facts(month="2026-07", pay_month="2026-08", heat="室外"), rules("2026-07", "2026-08"))
    assert (blank.value.code, "高温津贴" in blank.value.say) == ("CITY_BLANK", True)


# ── 用工成本 ─────────────────────────────────────────────────────────


def test_a_transfer_splits_the_cost_by_days() -> None:
    """11月11日从一部到二部:10 天与 20 天。基本工资 10,000 分 3,333.33 与 6,666.67。"""
    moved = facts(departments=(InDepartment(1, "一部"), InDepartment(11, "二部")))
    slip = compute(moved, rules())
    parts = cost_split(moved, slip)
    base = {p.department: p.fen for p in parts if p.line == "base"}
    assert base == {"一部": 333333, "二部": 666667}
    assert sum(p.fen for p in parts) == slip.cost.fen
    assert {p.line for p in parts} >= {"base", "er_pension", "er_housing"}


def test_who_left_and_came_back_is_one_department() -> None:
    moved = facts(
        departments=(InDepartment(1, "一部"), InDepartment(11, "二部"), InDepartment(21, "一部")), first_day=6
    )
    found = {p.department: p.fen for p in cost_split(moved, compute(moved, rules())) if p.line == "er_housing"}
    assert found == {"一部": 42000, "二部": 28000}  # 公积金单位 700:一部 15 天、二部 10 天


@pytest.mark.parametrize(
    ("more", "want"),
    [
        ({}, (("", 30),)),
        ({"first_day": 6, "last_day": 25}, (("", 20),)),
        ({"departments": (InDepartment(1, "一部"),)}, (("一部", 30),)),
        # 11日调动:在职 6 日到 25 日,前 5 天、后 15 天
        ({"first_day": 6, "last_day": 25, "departments": (InDepartment(1, "一部"), InDepartment(11, "二部"))}, (("一部", 5), ("二部", 15))),
        # 入职(6日)之前、离职(25日)之后的调动都与在职的日子无关
        ({"first_day": 6, "last_day": 25, "departments": (InDepartment(1, "一部"), InDepartment(3, "二部"), InDepartment(28, "三部"))}, (("二部", 20),)),
        # 头一段从第 9 天才记:之前的日子也归它
        ({"departments": (InDepartment(9, "一部"), InDepartment(21, "二部"))}, (("一部", 20), ("二部", 10))),
    ],
)  # fmt: skip
def test_days_in_each_department(more: dict[str, Any], want: tuple[tuple[str, int], ...]) -> None:
    assert days_in(facts(**more), 30) == want


def test_the_cost_without_a_department_is_under_no_name() -> None:
    parts = cost_split(facts(), compute(facts(), rules()))
    assert {p.department for p in parts} == {""}
    assert sum(p.fen for p in parts) == compute(facts(), rules()).cost.fen


@pytest.mark.parametrize(
    ("fen", "weights", "want"),
    [
        (100, (10, 20), (33, 67)),
        (-100, (10, 20), (-33, -67)),
        (1, (1, 1), (1, 0)),  # 一样大的零头给先待的部门
        (5, (1, 1, 1), (2, 2, 1)),
        (0, (1, 2), (0, 0)),
        (10, (3, 3, 1), (4, 4, 2)),  # 4.29、4.29、1.43:先各 4、4、1,余 1 给零头最大的第三份
    ],
)
def test_the_remainder_goes_to_the_largest_fraction(fen: int, weights: tuple[int, ...], want: tuple[int, ...]) -> None:
    assert share_out(fen, weights) == want


@given(any_facts(), st.lists(st.integers(2, 30), max_size=3, unique=True))
def test_the_parts_of_the_cost_are_the_whole(one: PayFacts, days: list[int]) -> None:
    """月中哪天调动都一样:各部门各行之和等于用工成本。"""
    moved = one._replace(departments=tuple(InDepartment(d, f"部门{d}") for d in [1, *sorted(days)]))
    slip = compute(moved, rules())
    parts = cost_split(moved, slip)
    assert sum(p.fen for p in parts) == slip.cost.fen
    for code in {p.line for p in parts}:
        whole = sum(x.amount.fen for x in slip.lines if x.code == code and x.section in COST)
        assert sum(p.fen for p in parts if p.line == code) == whole


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(1, 31), min_size=1, max_size=6))
def test_sharing_out_loses_nothing(fen: int, weights: list[int]) -> None:
    parts = share_out(fen, tuple(weights))
    assert sum(parts) == fen
    assert all(abs(p * sum(weights) - fen * w) < sum(weights) for p, w in zip(parts, weights, strict=True))


# ── 算不了的人 ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("scope", "code", "word"),
    [
        (Scope(employment="part_time"), "PART_TIME", "按小时"),
        (Scope(employment="labour"), "LABOUR_FEE", "劳务报酬"),
        (Scope(employment="intern"), "INTERN", "实习"),
        (Scope(tax_residence="non_resident"), "NON_RESIDENT", "非居民"),
        (Scope(net_pay=True), "GROSS_UP", "税后"),
        (Scope(hours_system="comprehensive"), "HOURS_SYSTEM", "综合"),
        (Scope(hours_system="piece"), "HOURS_SYSTEM", "计件"),
        (Scope(employment="robot"), "UNKNOWN_EMPLOYMENT", "robot"),
    ],
)
def test_out_of_scope_is_refused_with_its_reason(scope: Scope, code: str, word: str) -> None:
    with pytest.raises(NotReady) as refused:
        require(scope, "李明")
    assert refused.value.code == code
    assert word in refused.value.say
    assert "李明" in refused.value.say
    assert "请" in refused.value.say


def test_after_tax_wages_are_refused_in_words() -> None:
    with pytest.raises(NotReady) as refused:
        require(Scope(net_pay=True), "李明")
    assert refused.value.say == (
        "李明:约定的是税后工资(单位承担税款),要倒算含税收入,暂时不会算,也不能猜。请换算成税前工资后填写。"
    )


@pytest.mark.parametrize("scope", [Scope(), Scope(employment="retired"), Scope(hours_system="irregular")])
def test_who_can_be_computed(scope: Scope) -> None:
    require(scope, "李明")


def test_someone_may_be_insured_elsewhere(tmp_path: Path) -> None:
    """在昆明上班、上海参保:最低工资看昆明(应发比 2,270),社保按上海;昆明没填的社保格子不妨碍他。"""
    one = facts(city="昆明", wages=(Wage(1, 230000),), insured=OFFICE._replace(social_base=230000))
    slip = compute(one, rules())
    assert slip.line("ins_pension").amount.yuan() == "-603.68"  # type: ignore[union-attr]
    assert "BELOW_MINIMUM_WAGE" not in [c.code for c in slip.checks]
    low = compute(one._replace(wages=(Wage(1, 226000),)), rules())
    assert "BELOW_MINIMUM_WAGE" in [c.code for c in low.checks]
    with pytest.raises(NotReady) as blank:
        compute(facts(insured=OFFICE._replace(city="昆明")), rules())
    assert blank.value.code == "CITY_BLANK"
    assert "基数下限" in blank.value.say
