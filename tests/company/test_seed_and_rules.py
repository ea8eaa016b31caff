"""种子与规则 seed and rules:装入真的政策,拿引擎核对种子——社保、个税、考勤各自独立得出,须一致。"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import yaml

from config.policies import shipped
from engine.attendance import DayFact, DayInput, LeaveOnDay, PunchSeen, State, judge
from engine.city import OwnRates, insurance_lines
from engine.days import DayKind, Month
from engine.formula import evaluate, formula
from engine.formula_types import Unit
from engine.insurance import BaseKind, contribute_all
from engine.overtime import Approval as OvertimeApproval
from engine.shifts import Shift, local
from engine.tax import Figures, Person, Scheme, settle_year
from sandbox.company import SEED, build
from sandbox.company.approvals import in_force
from sandbox.company.shapes import CST, Company, Schedule
from tests.company.opening import DEMO

PUBLISHED = datetime(2026, 11, 6, 16, 30, tzinfo=CST)


@pytest.fixture(scope="module")
def company() -> Company:
    return build(SEED)


@pytest.fixture(scope="module")
def opening() -> dict[str, Any]:
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(DEMO.glob("*.yaml"))}


def fen(text: str) -> int:
    return int(Decimal(text) * 100)


def test_calendar_is_the_shipped_one(company: Company):
    for day in company.holidays.statutory:
        assert shipped().calendar.kind(day) is DayKind.STATUTORY
    for day in company.holidays.in_lieu:
        assert shipped().calendar.kind(day) is DayKind.IN_LIEU
    for day in company.holidays.makeup:
        assert shipped().calendar.kind(day) is DayKind.MAKEUP


def test_every_leave_type_is_known_by_name(company: Company):
    labels = {kind.on(date(2026, 10, 1)).label for kind in shipped().leave.values()}
    assert {t.name for t in company.leave_types} <= labels


def test_standards_are_inputs_of_pay_items(opening: dict[str, Any]):
    root = DEMO.parents[2]
    items = yaml.safe_load((root / "config" / "policies" / "pay_items.yaml").read_text(encoding="utf-8"))
    for row in opening["pay_profiles"]["people"]:
        assert set(row["standards"]) <= set(items["inputs"])


def test_formulas_are_understood_and_give_the_article(opening: dict[str, Any]):
    rates = dict.fromkeys(("销售额完成率", "客户满意度", "出勤率", "绩效得分"), Unit.RATE)
    for plan in opening["performance"]["plans"]:
        assert formula(plan["formula"], rates).unit is Unit.RATE
        assert formula(plan["bonus"], {**rates, "基本工资": Unit.MONEY}).unit is Unit.MONEY
    sales = opening["performance"]["plans"][0]
    score = evaluate(formula(sales["formula"], rates), {"销售额完成率": (120, 100), "客户满意度": (95, 100)})
    assert Fraction(*score) == Fraction(110, 100)
    bonus = evaluate(
        formula(sales["bonus"], {**rates, "基本工资": Unit.MONEY}), {"基本工资": (1_000_000, 1), "绩效得分": score}
    )
    assert Fraction(*bonus) == 110_000  # 1,100.00 元


def own_share(row: dict[str, Any], work: Month, injury: Decimal) -> int:
    """引擎算的个人部分,分。"""
    rates = OwnRates(Decimal(row["housing_rate"]), Decimal(row["supplementary_rate"]), {"injury": injury})
    lines = insurance_lines(shipped().city(row["city"]), work.first, rates)
    base = max((b for b in row["bases"] if b["since"] <= str(work)), key=lambda b: b["since"])
    declared = {BaseKind.SOCIAL: fen(base["social"]), BaseKind.HOUSING: fen(base["housing"])}
    return contribute_all(lines, declared).employee_total


def test_insurance_of_the_ledger_is_what_the_engine_says(opening: dict[str, Any], company: Company):
    hired = {p.userid: Month.of(p.hired_on) for p in company.people}
    profiles = {row["userid"]: row for row in opening["pay_profiles"]["people"]}
    injury = Decimal(opening["company"]["injury_rate"])
    for row in opening["tax_ytd"]["people"]:
        for entry in row["months"]:
            work = Month(2026, entry["month"]).plus(-1)
            expected = own_share(profiles[row["userid"]], work, injury) if hired[row["userid"]] <= work else 0
            assert fen(entry["insurance"]) == expected, (row["userid"], entry["month"])


def test_withheld_of_the_ledger_is_what_the_engine_says(opening: dict[str, Any]):
    rules = shipped().withholding.on(date(2026, 10, 1))
    for row in opening["tax_ytd"]["people"]:
        months = [
            (
                m["month"],
                Figures(fen(m["income"]), insurance=fen(m["insurance"]), special=fen(m["special_additional"])),
            )
            for m in row["months"]
        ]
        results = settle_year(rules, Person(Scheme(row["scheme"]), row["start_month"]), months)
        assert [r.withheld for r in results] == [fen(m["withheld"]) for m in row["months"]], row["userid"]


def facts_of(company: Company, month: int, at: datetime) -> dict[tuple[str, date], DayFact]:
    """引擎判定的一个月,只看 at 以前知道的。"""
    shifts = {
        s.id: Shift(
            str(s.id),
            s.name,
            s.sections[0].on,
            s.sections[0].off,
            tuple((r.begin, r.end) for r in s.rests),
            s.work_minutes,
        )
        for s in company.shifts
    }
    punches: dict[tuple[str, date], list[PunchSeen]] = defaultdict(list)
    for p in company.punches:
        if p.known_at <= at and (p.superseded_at is None or at < p.superseded_at):
            kind = "on" if p.check_type == "OnDuty" else "off"
            punches[p.userid, p.work_date].append(PunchSeen(str(p.id), p.at, kind))
    rules = shipped().attendance.on(date(2026, month, 1))
    return {
        (s.userid, s.work_date): judge(_input(company, s, shifts, punches[s.userid, s.work_date]), rules)
        for s in company.schedules
        if s.work_date.month == month and s.work_date <= at.date()
    }


def _input(company: Company, schedule: Schedule, shifts: dict[int, Shift], punches: list[PunchSeen]) -> DayInput:
    day = schedule.work_date
    kind = DayKind.WORKDAY if schedule.shift_id else DayKind.ROSTER_OFF
    leaves = [
        LeaveOnDay(a.sub_type, a.sub_type, ((local(a.begin_at), local(a.end_at)),), 0, 0, a.process_instance_id)
        for a in in_force(company.approvals, "leave")
        if a.userid == schedule.userid and a.begin_at.date() <= day <= a.end_at.date()
    ]
    overtime = [
        OvertimeApproval(local(a.begin_at), local(a.end_at), a.process_instance_id)
        for a in in_force(company.approvals, "overtime")
        if a.userid == schedule.userid and a.begin_at.date() == day
    ]
    shift = shifts[schedule.shift_id] if schedule.shift_id else None
    return DayInput(day, kind, shift, tuple(punches), tuple(leaves), tuple(overtime))


def test_engine_and_dingtalk_agree_on_october(company: Company):
    facts = facts_of(company, 10, PUBLISHED)
    assert not [key for key, fact in facts.items() if fact.state is State.NO_SHIFT]
    absent = [key for key, fact in facts.items() if fact.state is State.ABSENT]
    assert absent == [("renhao", date(2026, 10, 21))]
    late = {key for key, fact in facts.items() if fact.late_minutes}
    judged = {
        (p.userid, p.work_date)
        for p in company.punches
        if p.work_date.month == 10
        and p.time_result in ("Late", "SeriousLate")
        and p.superseded_at is None
        and p.plan_id is not None
    }
    assert late == judged
    early = {key for key, fact in facts.items() if fact.early_minutes}
    assert early == {
        (p.userid, p.work_date) for p in company.punches if p.work_date.month == 10 and p.time_result == "Early"
    }
    missing = {key for key, fact in facts.items() if fact.missing}
    assert {("tangyu", date(2026, 10, 22)), ("dinghui", date(2026, 10, 14))} <= missing


def test_late_correction_mends_the_missing_punch(company: Company):
    key = ("tangyu", date(2026, 10, 22))
    assert facts_of(company, 10, PUBLISHED)[key].missing == ("off",)
    assert facts_of(company, 10, datetime(2026, 11, 30, tzinfo=CST))[key].missing == ()


def test_liming_as_the_engine_sees_him(company: Company):
    october = [fact for key, fact in facts_of(company, 10, PUBLISHED).items() if key[0] == "liming"]
    assert [(f.day, f.late_minutes) for f in october if f.state is not State.NORMAL and f.planned_minutes] == [
        (date(2026, 10, 14), 17)
    ]
    november = [
        fact
        for key, fact in facts_of(company, 11, datetime(2026, 11, 20, 23, tzinfo=CST)).items()
        if key[0] == "liming" and fact.planned_minutes
    ]
    assert len(november) == 15
    assert {f.state for f in november} == {State.NORMAL}


def test_overtime_is_paid_on_every_kind_of_day(company: Company):
    paid = {key: fact.overtime_minutes for key, fact in facts_of(company, 10, PUBLISHED).items() if fact.overtime}
    assert paid["liangchen", date(2026, 10, 14)] == 150
    assert paid["songyang", date(2026, 10, 17)] == 360
    assert paid["cuijian", date(2026, 10, 1)] == 480
    assert paid["chengyu", date(2026, 10, 3)] == 480
    assert 0 < paid["weiguo", date(2026, 10, 24)] < 240
    assert ("lvjia", date(2026, 10, 20)) not in paid
    assert ("duanxin", date(2026, 10, 22)) not in paid
