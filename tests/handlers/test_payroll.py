"""发薪 payroll:算、重算、四只眼、核对的就是发的、发布之后不动;工资条只给本人,每行讲得清,假扣多少先说后扣一分不差。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from engine.days import Month
from engine.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from engine.money import Money
from handlers import leave, leave_cost, opening, pay_why, payroll, payslip
from handlers.leave import DecideLeave, EndLeave, SubmitLeave
from handlers.leave_cost import LeaveCost
from handlers.payroll import OneRun, Prepare, Publish
from handlers.payslip import Answer, ExplainLine, MonthSlip
from handlers.people import Nothing
from models import guards
from tests.handlers.test_leave_life import approved, draft
from tests.handlers.world import COMPANY, World, at, deal, pay_of, punches

OCT, NOV = "2026-10", "2026-11"


def run(paid: World, month: str = OCT, who: str = "chenjing") -> Any:
    return paid.do(who, payroll.run, Prepare(month))


def published(paid: World) -> Any:
    computed = run(paid)
    return paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))


def slip(paid: World, month: str = OCT, userid: str = "liming") -> Any:
    return paid.ask(userid, payslip.view, MonthSlip(paid.id(userid), month))


def line(view: Any, code: str) -> str:
    return next((x.amount for x in view.lines if x.code == code), "0.00")


def execute(paid: World, sql: str) -> None:
    """有意作弊的管理员:拆掉库里的守门再改。"""
    with paid.store.engine.connect().execution_options(ehr_mode="write") as connection:
        guards.remove(connection)
        connection.execute(text(sql))
        connection.commit()


def test_the_articles_bonus(paid: World):
    """基本工资 10,000.00 × 110% × 10% = 1,100.00;110% = 120% × 60% + 95% × 40%。"""
    view = published(paid)
    assert (view.state, view.people, view.failures, view.missing_days) == ("published", 9, (), ())
    assert line(slip(paid), "performance_bonus") == "1100.00"
    told = paid.ask("liming", payslip.explain, ExplainLine(paid.id("liming"), OCT, "performance_bonus"))
    assert "110%" in told.say
    assert {e.kind for e in told.evidence} >= {"deal", "rating", "target"}
    assert sum(e.kind == "deal" for e in told.evidence) == 4


def test_computing_again_gives_the_same(paid: World):
    first, second = run(paid), run(paid)
    assert (second.run_id, second.revision) == (first.run_id, 2)
    assert (second.input_hash, second.net) == (first.input_hash, first.net)
    assert paid.one("SELECT count(*) FROM payrun") == 1
    assert paid.one("SELECT count(*) FROM payslip") == 9


def test_four_eyes(paid: World):
    computed = run(paid)
    assert computed.can == ("run",)
    with pytest.raises(NotAllowed) as refused:
        paid.do("chenjing", payroll.publish, Publish(computed.run_id, computed.input_hash))
    assert refused.value.code == "FOUR_EYES"
    assert paid.ask("sunli", payroll.view, OneRun(computed.run_id)).can == ("run", "publish")
    assert paid.ask("zhoujun", payroll.view, OneRun(computed.run_id)).can == ()


def test_what_was_seen_is_what_is_published(paid: World):
    """算好之后输入是锁住的:签单又变,记成迟到的事实;重新准备就收进来,看过旧的那份就发不了。"""
    computed = run(paid)
    paid.take("deals", deal(1, "50000.00", "2026-10-11", version="h-2"), window="w2")
    assert [(v.kind, v.state) for v in paid.ask("chenjing", payroll.late, Nothing())] == [("deal", "open")]
    again = run(paid)
    assert again.input_hash != computed.input_hash
    assert [v.state for v in paid.ask("chenjing", payroll.late, Nothing())] == ["absorbed"]
    with pytest.raises(Conflict) as stale:
        paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))
    assert stale.value.code == "RUN_CHANGED"
    assert paid.do("sunli", payroll.publish, Publish(again.run_id, again.input_hash)).state == "published"
    assert line(slip(paid), "performance_bonus") == "1220.00"  # 140,000 ÷ 100,000 × 60% + 95% × 40% = 122%


def test_published_is_final(paid: World):
    done = published(paid)
    before = paid.rows(without=("donekey", "auditline"))
    with pytest.raises(RuleBroken) as refused:
        run(paid)
    assert refused.value.code == "ALREADY_PUBLISHED"
    again = paid.do("chenjing", payroll.publish, Publish(done.run_id, done.input_hash))
    assert (again.state, "没有重复发布" in again.note) == ("published", True)
    assert paid.rows(without=("donekey", "auditline")) == before
    assert paid.one("SELECT count(*) FROM outboxrow WHERE dedupe_key = :k", k=f"payslip:{done.run_id}") == 1


def test_an_unfinished_month_is_a_draft_that_names_its_days(paid: World):
    view = run(paid, NOV)
    assert (view.state, view.missing_days[0], view.missing_days[-1]) == ("draft", "2026-11-23", "2026-11-30")
    with pytest.raises(RuleBroken) as refused:
        paid.do("sunli", payroll.publish, Publish(view.run_id, view.input_hash))
    assert refused.value.code == "MONTH_UNFINISHED"


def test_a_month_before_the_first_is_refused(paid: World):
    with pytest.raises(RuleBroken) as refused:
        run(paid, "2026-09")
    assert refused.value.code == "BEFORE_FIRST_MONTH"


def test_one_person_who_cannot_be_computed_is_named_and_blocks(paid: World):
    execute(paid, f"DELETE FROM wagesegment WHERE person_id = {paid.id('zhangsan')}")
    view = run(paid)
    assert [(f.name, f.code) for f in view.failures] == [("张三", "NO_WAGE")]
    assert view.people == 8
    with pytest.raises(RuleBroken) as refused:
        paid.do("sunli", payroll.publish, Publish(view.run_id, view.input_hash))
    assert (refused.value.code, "张三" in refused.value.say) == ("BLOCKED", True)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE payslip SET net = net + 1 WHERE person_id = {me}",
        "UPDATE payslip SET tax = tax - 1 WHERE person_id = {me}",
        "UPDATE payinput SET facts = replace(facts, '1000000', '2000000') WHERE person_id = {me}",
        "DELETE FROM payslip WHERE person_id = {me}",
        "DELETE FROM payinput WHERE person_id = {me}",
        "INSERT INTO payslip (run_id, person_id, gross, insurance, tax, net, lines, exceptions)"
        " SELECT run_id, 999, gross, insurance, tax, net, lines, exceptions FROM payslip WHERE person_id = {me}",
        "UPDATE taxledger SET withheld = withheld + 100 WHERE person_id = {me} AND source LIKE 'run:%'",
    ],
)
def test_verify_finds_what_was_changed(paid: World, sql: str):
    done = published(paid)
    assert paid.ask("zhoujun", payroll.verify, OneRun(done.run_id)) == []
    execute(paid, sql.format(me=paid.id("liming")))
    assert paid.ask("zhoujun", payroll.verify, OneRun(done.run_id)) != []


def test_the_lines_add_up_and_every_line_explains_itself(paid: World):
    published(paid)
    view = slip(paid)
    sections: dict[str, Decimal] = {}
    for one in view.lines:
        sections[one.section] = sections.get(one.section, Decimal(0)) + Decimal(one.amount)
        told = paid.ask("liming", payslip.explain, ExplainLine(paid.id("liming"), OCT, one.code))
        assert Decimal(told.amount) == Decimal(one.amount)
        assert told.say
        assert "¥" not in told.words
    own = sum((v for k, v in sections.items() if k not in ("employer", "info")), Decimal(0))
    assert f"¥{own:,.2f}" == view.net


def test_a_preview_plans_the_days_to_come(paid: World):
    published(paid)
    view = slip(paid, NOV)
    assert (view.state, "预估" in view.state_words, len(view.missing_days)) == ("preview", True, 8)
    assert line(view, "base") == "10000.00"


def test_a_month_that_has_not_begun_or_never_was_has_no_slip(paid: World):
    for month in ("2026-12", "2026-08"):
        with pytest.raises(NotFound) as refused:
            slip(paid, month)
        assert refused.value.code == "NO_SLIP"
    with pytest.raises(BadInput):
        slip(paid, "2026-13")


def test_half_a_day_of_personal_leave_costs_what_was_said(paid: World):
    """10,000 ÷ 21.75 ÷ 2 = 229.885 → 229.89。"""
    published(paid)
    number = draft(paid, start=date(2026, 11, 25), end=date(2026, 11, 25), start_part="pm")
    said = paid.ask("liming", leave_cost.cost, LeaveCost(number))
    assert (said.amount, said.month) == ("-229.89", NOV)
    before = slip(paid, NOV)
    paid.do("liming", leave.submit, SubmitLeave(number))
    paid.do("wangfang", leave.decide_request, DecideLeave(number, True))
    after = slip(paid, NOV)
    assert (line(before, "personal_leave"), line(after, "personal_leave")) == ("0.00", "-229.89")
    assert paid.ask("liming", leave_cost.cost, LeaveCost(number)).amount == "-229.89"


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "annual", "start": date(2026, 11, 25), "end": date(2026, 11, 25)},
        {"type": "sick", "start": date(2026, 11, 25), "end": date(2026, 11, 26)},
        {"type": "personal", "start": date(2026, 11, 24), "end": date(2026, 11, 30)},
        {"type": "personal", "start": date(2026, 11, 20), "end": date(2026, 11, 20)},  # 事后补请,那天没有打卡
    ],
)
def test_the_cost_is_the_later_difference(paid: World, fields: dict[str, Any]):
    published(paid)
    seen = [p for p in punches(paid, "liming", Month(2026, 11)) if p.work_date != date(2026, 11, 20)]
    paid.take("punches", *seen, window="nov")
    number = draft(paid, **fields)
    said = paid.ask("liming", leave_cost.cost, LeaveCost(number)).amount
    before = Decimal(slip(paid, NOV).gross.replace("¥", "").replace(",", ""))
    paid.do("liming", leave.submit, SubmitLeave(number))
    paid.do("wangfang", leave.decide_request, DecideLeave(number, True))
    after = Decimal(slip(paid, NOV).gross.replace("¥", "").replace(",", ""))
    assert Decimal(said) == after - before


def test_the_cost_of_anothers_leave_is_not_told(paid: World):
    number = draft(paid)
    for other in ("wangfang", "zhaohui", "sunli"):
        with pytest.raises(NotFound):
            paid.ask(other, leave_cost.cost, LeaveCost(number))


def test_asking_why_gives_words_without_amounts(paid: World):
    published(paid)
    approved(paid, start=date(2026, 11, 25), end=date(2026, 11, 25), start_part="pm")
    told = paid.ask("liming", pay_why.why, pay_why.WhyItem(paid.id("liming"), NOV, "为什么这个月少了"))
    assert told.lines
    assert all("¥" not in x.words and "229" not in x.words for x in told.lines)


def test_the_receipt(paid: World):
    done = published(paid)
    me = paid.id("liming")
    paid.ask("liming", pay_why.why, pay_why.WhyItem(me, OCT, "为什么少了"))
    assert slip(paid).receipt_state == "sent", "聊天里问为什么,不算看过工资条"
    opened = paid.desk.ask(payslip.view, MonthSlip(me, OCT), paid.actor("liming", "miniapp"))
    assert opened.receipt_state == "viewed"
    with pytest.raises(BadInput) as refused:
        paid.do("liming", payslip.answer, Answer(done.run_id, me, "objected"))
    assert refused.value.code == "WORDS_NEEDED"
    assert paid.do("liming", payslip.answer, Answer(done.run_id, me, "objected", "meal", "少一天")) == "objected"
    assert paid.one("SELECT count(*) FROM outboxrow WHERE dedupe_key LIKE 'objection:%'") == 1
    with pytest.raises(NotFound):
        paid.do("liming", payslip.answer, Answer(done.run_id + 1, me, "confirmed"))


def test_a_month_that_is_closed_takes_no_more_leave(paid: World):
    published(paid)
    with pytest.raises(RuleBroken) as refused:
        draft(paid, start=date(2026, 10, 30), end=date(2026, 10, 30))
    assert refused.value.code == "PERIOD_CLOSED"


def test_days_of_a_closed_month_cannot_be_given_back(paid: World):
    paid.now = at("2026-10-29")
    number = approved(paid, start=date(2026, 10, 29), end=date(2026, 11, 26))
    paid.now = at("2026-11-23")
    published(paid)
    with pytest.raises(RuleBroken) as refused:
        paid.do("liming", leave.end_early, EndLeave(number, date(2026, 10, 29)))
    assert refused.value.code == "PERIOD_CLOSED"
    assert paid.do("liming", leave.end_early, EndLeave(number, date(2026, 11, 20))).view.state == "ended"
    assert paid.ask("zhaohui", payroll.late, Nothing()) == []


def test_a_pending_request_approved_after_publication_is_a_late_truth(paid: World):
    paid.now = at("2026-11-05")
    number = draft(paid, start=date(2026, 10, 30), end=date(2026, 10, 30))
    paid.do("liming", leave.submit, SubmitLeave(number))
    published(paid)
    paid.do("wangfang", leave.decide_request, DecideLeave(number, True))
    assert [v.kind for v in paid.ask("chenjing", payroll.late, Nothing())] == ["leave"]


def test_a_raise_known_after_publication_is_a_late_truth(paid: World):
    published(paid)
    one = pay_of("liming")
    raised = replace(one, wages=(*one.wages, (date(2026, 10, 15), Money.of("12000.00"), "调薪")))
    paid.do("system", opening.open_pay, opening.OpenPay(COMPANY, (raised,)))
    assert [(v.kind, v.month) for v in paid.ask("chenjing", payroll.late, Nothing())] == [("wage", OCT)]


def test_nobody_is_told_an_amount(paid: World):
    published(paid)
    for (payload,) in paid.desk.read(lambda work: work.rows("SELECT payload FROM outboxrow")):
        assert "¥" not in str(payload)
    assert all("¥" not in v for v in paid.ask("liming", payslip.months, Nothing())[0].state_words)
