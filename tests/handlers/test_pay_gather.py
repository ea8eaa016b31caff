"""收集工资的输入:计薪周期、参保截止日与新入职的基数、别的城市、夜班、调动、扣除、上期没扣完的、算不了的人。"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from config.policies import Policies
from engine.days import Month
from engine.errors import RuleBroken
from engine.money import Money
from engine.pay_facts import Adjustment, InDepartment, PayFacts
from handlers import opening, payroll, policy_health
from handlers.company import known_cycle
from handlers.desk import Desk
from handlers.opening import PersonScope
from handlers.pay_facts import Gathered, gather
from handlers.payroll import Prepare, Publish
from handlers.people import person_of
from handlers.policy_health import HealthOf
from handlers.records import GroupRecord, ShiftRecord
from handlers.table import PERMITS
from tests.engine.overlay import policies, switched
from tests.handlers.test_leave_life import approved, draft
from tests.handlers.test_payroll import execute, published
from tests.handlers.world import (
    COMPANY,
    OCTOBER,
    OFFICE,
    ROLES,
    SALES,
    STAFF,
    World,
    at,
    deal,
    pay_of,
    person,
    punch,
    punches,
    rating,
)

NOV = Month(2026, 11)


def under(world: World, rules: Policies) -> World:
    """换一套政策。"""
    world.rules = rules
    world.desk = Desk(world.store, rules, lambda: world.now, PERMITS, ROLES)
    return world


def gathered(world: World, userid: str, month: Month = OCTOBER) -> Gathered:
    who = world.id(userid)
    return world.desk.read(lambda work: gather(work, [person_of(work, who)], month, world.rules)[0])


def facts_of(world: World, userid: str, month: Month = OCTOBER) -> PayFacts:
    found = gathered(world, userid, month)
    assert found.facts is not None, found.failure
    return found.facts


def hire(world: World, userid: str, hired: date, **more: Any) -> None:
    """十月来的新人:没有申报基数。"""
    world.take("people", person(userid, userid, hired_on=hired), window=userid)
    values: dict[str, Any] = {"wages": ((hired, Money.of("12000.00"), "入职"),), "bases": ()}
    one = replace(pay_of(userid), **(values | more))
    world.do("system", opening.open_pay, opening.OpenPay(COMPANY, (one,)))


def reopen(world: World, userid: str, **more: Any) -> None:
    world.do("system", opening.open_pay, opening.OpenPay(COMPANY, (replace(pay_of(userid), **more),)))


# ── 计薪周期 ─────────────────────────────────────────────────────────

CUT = "groups:\n  月薪:\n    versions:\n      - {since: 2020-01-01, cycle_from: 26, pays: this_month, pay_day: 28, source: 薪酬制度}\n"


def test_a_cycle_from_the_26th_to_the_25th(paid: World, tmp_path: Path):
    """十一月是 10月26日 至 11月25日,当月 28 日发:23 个工作日;发布后到 11月25日 的考勤关账,11月27日 还开着。"""
    under(paid, policies(tmp_path, pay_groups=CUT))
    paid.now = at("2026-12-01", "20:00")
    paid.take("punches", *(p for u in OFFICE for p in punches(paid, u, NOV)), window="nov")
    for feed, record in (("deals", deal(9, "30000.00", "2026-11-10")), ("ratings", rating(99, "0.95", "2026-11-10"))):
        paid.take(feed, record, window="nov")
    one = facts_of(paid, "zhangsan", NOV)
    assert (one.since, one.month, one.pay_month) == ("2026-10-26", "2026-11", "2026-11")
    assert (one.first_day, one.last_day, one.attended.workdays, one.attended.worked_days) == (1, 31, (23, 1), (23, 1))
    run = paid.do("chenjing", payroll.run, Prepare("2026-11"))
    assert (run.state, run.missing_days, run.pay_month) == ("computed", (), "2026-11")
    done = paid.do("sunli", payroll.publish, Publish(run.run_id, run.input_hash))
    assert done.state == "published"
    told = paid.one("SELECT payload FROM outboxrow WHERE dedupe_key = :k", k=f"payslip:{run.run_id}")
    assert "11月28日" in (json.loads(told) if isinstance(told, str) else told)["text"]
    with pytest.raises(RuleBroken) as closed:
        draft(paid, start=date(2026, 11, 25), end=date(2026, 11, 25))
    assert closed.value.code == "PERIOD_CLOSED"
    draft(paid, start=date(2026, 11, 27), end=date(2026, 11, 27))
    assert str(paid.desk.read(known_cycle).month_of(date(2026, 10, 28))) == "2026-11"


def test_a_raise_inside_the_cycle_keeps_its_day(paid: World, tmp_path: Path):
    under(paid, policies(tmp_path, pay_groups=CUT))
    reopen(
        paid,
        "zhangsan",
        wages=((date(2026, 1, 1), Money.of("10000.00"), ""), (date(2026, 11, 1), Money.of("12000.00"), "")),
    )
    assert [(w.day, w.fen) for w in facts_of(paid, "zhangsan", NOV).wages] == [(1, 1000000), (7, 1200000)]


# ── 社保公积金 ───────────────────────────────────────────────────────


def test_a_joiners_base_is_the_first_months_wage(paid: World):
    hire(paid, "newbie", date(2026, 10, 12))
    one = facts_of(paid, "newbie")
    assert one.insured is not None
    assert (one.insured.social_base, one.insured.housing_base) == (1200000, 1200000)
    assert one.insured.evidence == ("import:wage:newbie:2026-10-12",)
    assert [n.code for n in one.notes] == ["JOINER_BASE"]


def test_hr_may_want_to_fill_the_base_by_hand(paid: World, tmp_path: Path):
    under(paid, switched(tmp_path, insurance__joiner_base="manual"))
    hire(paid, "newbie", date(2026, 10, 12))
    assert (gathered(paid, "newbie").failure or ("",))[0] == "NO_INSURANCE_BASE"


@pytest.mark.parametrize(
    ("cutoff", "hired", "due"), [("15", 12, True), ("15", 15, True), ("15", 16, False), ("none", 30, True)]
)
def test_a_joiner_after_the_cutoff_day_pays_from_next_month(
    paid: World, tmp_path: Path, cutoff: str, hired: int, due: bool
):
    under(paid, switched(tmp_path, insurance__join_cutoff_day=cutoff))
    hire(paid, "newbie", date(2026, 10, hired))
    one = facts_of(paid, "newbie")
    assert (one.insured is not None) is due
    assert ("NOT_INSURED" in [n.code for n in one.notes]) is not due
    assert facts_of(paid, "newbie", NOV).insured is not None


def test_a_leaver_before_the_cutoff_day_pays_no_more(paid: World, tmp_path: Path):
    execute(paid, f"UPDATE person SET last_work_day = '2026-10-14' WHERE id = {paid.id('zhangsan')}")
    assert facts_of(paid, "zhangsan").insured is not None
    under(paid, switched(tmp_path, insurance__leave_cutoff_day="15"))
    assert facts_of(paid, "zhangsan").insured is None
    under(paid, switched(tmp_path, insurance__leave_cutoff_day="14"))
    assert facts_of(paid, "zhangsan").insured is not None


def test_next_month_payers_may_pay_the_insurance_of_the_month_paid(paid: World, tmp_path: Path):
    """十月工资十一月发:按发放月的基数;10月离职的人十一月已不在,不缴。"""
    bases = (
        ("2025-07", Money.of("10000.00"), Money.of("10000.00")),
        ("2026-11", Money.of("15000.00"), Money.of("15000.00")),
    )
    reopen(paid, "zhangsan", bases=bases)
    assert facts_of(paid, "zhangsan").insured.social_base == 1000000  # type: ignore[union-attr]
    under(paid, switched(tmp_path, insurance__month="paid"))
    assert facts_of(paid, "zhangsan").insured.social_base == 1500000  # type: ignore[union-attr]
    execute(paid, f"UPDATE person SET last_work_day = '2026-10-30' WHERE id = {paid.id('zhangsan')}")
    assert facts_of(paid, "zhangsan").insured is None


def test_a_first_ever_member_of_the_fund_starts_in_the_second_month(paid: World):
    hire(paid, "newbie", date(2026, 10, 9), scope=PersonScope(first_fund=True))
    assert facts_of(paid, "newbie").insured.housing_base is None  # type: ignore[union-attr]
    assert facts_of(paid, "newbie").insured.social_base == 1200000  # type: ignore[union-attr]
    assert facts_of(paid, "newbie", NOV).insured.housing_base == 1200000  # type: ignore[union-attr]


def test_retired_people_pay_no_insurance_and_zero_means_none(paid: World):
    reopen(paid, "zhangsan", scope=PersonScope(employment="retired"))
    assert facts_of(paid, "zhangsan").insured is None
    reopen(paid, "liming", bases=(("2025-07", Money.of("10000.00"), Money(0)),))
    assert facts_of(paid, "liming").insured.housing_base is None  # type: ignore[union-attr]


def test_someone_works_in_another_city_than_the_insured_one(paid: World):
    reopen(paid, "zhangsan", scope=PersonScope(work_city="昆明"))
    one = facts_of(paid, "zhangsan")
    assert (one.city, one.insured.city) == ("昆明", "上海")  # type: ignore[union-attr]
    lines = paid.ask("chenjing", policy_health.health, HealthOf("2026-10")).lines
    assert {x.kind for x in lines} >= {"blank", "lapsed", "memory"}
    assert any("昆明" in x.say for x in lines)


# ── 别的输入 ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        (PersonScope(employment="part_time"), "PART_TIME"),
        (PersonScope(employment="labour"), "LABOUR_FEE"),
        (PersonScope(tax_residence="non_resident"), "NON_RESIDENT"),
        (PersonScope(net_pay=True), "GROSS_UP"),
    ],
)
def test_out_of_scope_is_listed_by_name_and_hurts_nobody(paid: World, scope: PersonScope, code: str):
    reopen(paid, "zhangsan", scope=scope)
    view = paid.do("chenjing", payroll.run, Prepare("2026-10"))
    assert [(f.name, f.code) for f in view.failures] == [("张三", code)]
    assert view.people == 8


def test_night_shifts_are_counted_from_the_punches(paid: World):
    night = ShiftRecord("night", "夜班", time(20), time(8), ((time(0), time(1)),), 660, "v1")
    paid.take(
        "shifts",
        night,
        GroupRecord("g2", "夜班组", "fixed", ("loner",), dict.fromkeys(range(5), "night"), "v1"),
        window="n",
    )
    execute(paid, "UPDATE punch SET valid = (1 = 0) WHERE userid = 'loner'")
    cards = []
    for day in (date(2026, 10, 12), date(2026, 10, 13)):
        cards.append(punch(f"n-{day}-on", "loner", at(day.isoformat(), "19:55"), "on", work_date=day))
        cards.append(
            punch(
                f"n-{day}-off",
                "loner",
                at(date.fromordinal(day.toordinal() + 1).isoformat(), "08:03"),
                "off",
                work_date=day,
            )
        )
    paid.take("punches", *cards, window="night")
    found = facts_of(paid, "loner").night
    assert found.shifts == 2
    assert "punch:n-2026-10-12-on" in found.evidence


def test_a_transfer_is_remembered_with_its_day(paid: World):
    """11月23日从销售一部到人力资源部:十一月两段;十月还是原来的一段。"""
    assert facts_of(paid, "zhangsan").departments == (InDepartment(1, "销售一部"),)
    paid.take("people", person("zhangsan", "张三", STAFF, version="h-2"), window="moved")
    found = facts_of(paid, "zhangsan", NOV).departments
    assert [(d.day, d.name) for d in found] == [(1, "销售一部"), (23, "人力资源部")]
    assert [(d.day, d.name) for d in facts_of(paid, "zhangsan").departments] == [(1, "销售一部")]
    paid.take("people", person("zhangsan", "张三", SALES, version="h-3"), window="back")
    assert [d.name for d in facts_of(paid, "zhangsan", NOV).departments] == ["销售一部", "销售一部"]


def test_special_deductions_are_taken_as_declared_and_others_within_limits(paid: World):
    """十月工资十一月发。个人养老金每月 1,500:前十个月已扣满 12,000,本月不能再扣;商业健康保险只扣 200。"""
    special = (
        ("子女教育", "2026-01", Money.of("2000.00")),
        ("住房租金", "2026-01", Money.of("1234.00")),
        ("大病医疗", "2026-01", Money.of("100.00")),
        ("个人养老金", "2026-01", Money.of("1500.00")),
        ("商业健康保险", "2026-01", Money.of("250.00")),
    )
    reopen(paid, "zhangsan", special=special)
    one = facts_of(paid, "zhangsan")
    assert (one.tax.new_special, one.tax.new_other) == (323400, 20000)
    assert [n.code for n in one.notes] == ["SPECIAL_DEDUCTION"] * 2 + ["DEDUCTION_LIMIT"] * 2
    assert all("¥" not in n.say for n in one.notes)


def test_what_was_not_fully_taken_is_carried_to_the_next_period(paid: World):
    done = published(paid)
    who = paid.id("zhangsan")
    rest = '[["base",1000000],["damage:phone",-200000],["rest_damage:phone",100000],["shortage",98433]]'
    execute(
        paid,
        f"UPDATE payslip SET lines = '{rest}' WHERE run_id = {done.run_id} AND person_id = {who}".replace(":p", "\\:p"),
    )
    found = facts_of(paid, "zhangsan", NOV).adjustments
    assert [(a.code, a.fen, a.section) for a in found] == [
        ("damage:phone", -100000, "after_tax"),
        ("carried_shortage", -98433, "after_tax"),
    ]
    assert found[0] == Adjustment(
        "damage:phone",
        "10月转来:赔偿损失",
        "after_tax",
        -100000,
        False,
        "2026年10月没有扣完,转到本期",
        (f"payrun:{done.run_id}",),
    )
    assert facts_of(paid, "liming", NOV).adjustments == ()


def test_comp_leave_that_lapsed_unused_is_paid(paid: World):
    """补休 8 小时 10月20日到期,用了 3 小时:余下 5 小时改付休息日加班费;还没到期的不付。"""
    who = paid.id("zhangsan")
    head = "INSERT INTO leaveline (id, person_id, type, kind, amount, unit, lot, on_day, expires_on, request_id, source, note, at) VALUES "
    stamp = "2026-04-20 00:00:00" if "sqlite" in str(paid.store.engine.url) else "2026-04-20T00:00:00+00:00"
    rows = (
        (9001, "grant", 480, "comp:overtime:o-1:2026-04-18", "'2026-10-20'", "NULL"),
        (9002, "reserve", 180, "comp:overtime:o-1:2026-04-18", "NULL", "7"),
        (9003, "commit", 180, "comp:overtime:o-1:2026-04-18", "NULL", "7"),
        (9004, "grant", 240, "comp:overtime:o-2:2026-06-06", "'2026-12-06'", "NULL"),
    )
    for id_, kind, amount, lot, expires, request in rows:
        values = f"({id_}, {who}, 'comp', '{kind}', {amount}, 'minute', '{lot}', '2026-04-18', {expires}, {request}, '', '', '{stamp}')"
        execute(paid, (head + values).replace(":", "\\:"))
    found = facts_of(paid, "zhangsan").overtime
    assert [(o.kind, o.minutes, o.evidence) for o in found] == [("rest_day", 300, ("overtime:o-1",))]
    assert found[0].when == "10月20日(周二)补休到期未用"


def test_half_days_may_count_by_the_minutes_of_the_shift(paid: World, tmp_path: Path):
    """上午 3 小时、下午 5 小时的班:下午半天按分钟是 5 ÷ 8 天。"""
    approved(paid, start=date(2026, 11, 25), end=date(2026, 11, 25), start_part="pm")
    assert facts_of(paid, "liming", NOV).leaves[0].days == (1, 2)
    under(paid, switched(tmp_path, leave__half_day="shift_minutes"))
    assert facts_of(paid, "liming", NOV).leaves[0].days == (5, 8)
