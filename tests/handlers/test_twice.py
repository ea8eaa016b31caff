"""一切来两遍 twice:一段故事之后,办过的每件事按同样的键、打乱次序再来一遍,每张表逐行相同。"""

from __future__ import annotations

import random
from datetime import date, datetime
from typing import Any

import pytest

from handlers import alerts, goals, handoff, leave, mail, payroll, payslip, training
from handlers.alerts import OneAlert
from handlers.goals import AdjustTarget
from handlers.handoff import AnswerHandoff, HandOver
from handlers.leave import DecideLeave, EndLeave, WithdrawLeave
from handlers.mail import Letter
from handlers.payroll import Prepare, Publish
from handlers.people import Today
from handlers.records import ApprovalRecord
from handlers.training import CancelEnrolment, Enrol
from tests.handlers.test_leave_life import approved, submitted
from tests.handlers.test_races import course
from tests.handlers.world import World, at, deal, people, roster


def story(paid: World) -> None:
    """一家公司的半个月,每种事都有一件。"""
    first = submitted(paid, type="annual", start_part="pm")
    paid.do("wangfang", leave.decide_request, DecideLeave(first, False, "那天要盘点"))
    second = approved(paid, type="annual", start=date(2026, 11, 25), end=date(2026, 11, 27))
    third = submitted(paid, "zhangsan", type="sick", start=date(2026, 11, 30), end=date(2026, 11, 30))
    paid.do("zhangsan", leave.withdraw, WithdrawLeave(third))
    number = course(paid, 1)
    for userid in ("zhangsan", "sunli", "zhoujun"):
        paid.do(userid, training.enrol, Enrol(number))
    paid.do("zhangsan", training.cancel, CancelEnrolment(number))
    run = paid.do("chenjing", payroll.run, Prepare("2026-10"))
    paid.do("sunli", payroll.publish, Publish(run.run_id, run.input_hash))
    me = paid.id("liming")
    paid.do("liming", payslip.answer, payslip.Answer(run.run_id, me, "objected", "meal", "少一天"))
    target = AdjustTarget(me, "sales", "2026-11", "80000", date(2026, 11, 23), "区域调整", 1)
    paid.do("wangfang", goals.adjust, target)
    paid.take("roster", roster("liming", date(2027, 1, 10), "h-2"), window="w2")
    paid.do("system", alerts.scan, Today(date(2026, 11, 23)))
    alert = paid.one("SELECT id FROM alert WHERE state = 'open'")
    paid.do("zhaohui", alerts.send_renewal, OneAlert(alert))
    asked = paid.do("liming", handoff.hand_over, HandOver("feedback", "有意见"))
    paid.do("zhaohui", handoff.answer, AnswerHandoff(asked.handoff_id, "好的"))
    paid.take("deals", deal(1, "30000.00", "2026-10-11", "cancelled", "h-2"), window="w2")
    start = at("2026-12-10", "00:00")
    paid.take("approvals", ApprovalRecord("PI-1", "leave", "zhangsan", "年假", "day", start, start, "approved", "h-1"))
    paid.take("people", *people(), window="w2")
    paid.now = at("2026-11-26", "09:00")
    paid.do("liming", leave.end_early, EndLeave(second))


@pytest.mark.parametrize("seed", [1, 2])
def test_all_that_was_done_again_in_another_order_changes_nothing(paid: World, seed: int):
    story(paid)
    before = paid.rows()
    paid.replay(seed)
    assert paid.rows() == before


def test_pages_pulled_again_change_only_counters(paid: World):
    """同样的页换一个时段再拉:除了游标与簿记,逐行相同。"""
    story(paid)
    before = paid.rows(without=("donekey", "auditline", "cursor"))
    pages = [d for d in paid.done if d.use_case.__name__ == "take_page"]
    random.Random(3).shuffle(pages)
    for number, one in enumerate(pages):
        paid.desk.do(one.use_case, one.command, one.actor, f"again-{number}")
    assert paid.rows(without=("donekey", "auditline", "cursor")) == before


def letter(number: int, at_: datetime, **more: Any) -> Letter:
    return Letter(f"m-{number}", "message", "liming", "/v1.0/im/bot", "{}", at_, **more)


def test_letters_accepted_twice_are_counted_not_repeated(world: World):
    letters = [letter(n, world.now) for n in range(3)]
    assert world.desk.write(lambda work: mail.accept(work, letters)) == [True] * 3
    assert world.desk.write(lambda work: mail.accept(work, [*letters, letter(3, world.now)])) == [False] * 3 + [True]
    counters = world.desk.read(lambda work: work.rows("SELECT deliveries FROM inboxrow ORDER BY id"))
    assert [n for (n,) in counters] == [2, 2, 2, 1]
    assert [r.letter.message_id for r in world.desk.read(lambda work: mail.pending(work, 10))] == [
        "m-0",
        "m-1",
        "m-2",
        "m-3",
    ]


def test_a_letter_that_fails_eight_times_is_dead_with_its_reason(world: World):
    world.desk.write(lambda work: mail.accept(work, [letter(1, world.now)]))
    again = [world.desk.write(lambda work: mail.stumble(work, "m-1", "连不上")) for _ in range(mail.MAX_ATTEMPTS)]
    assert again == [True] * (mail.MAX_ATTEMPTS - 1) + [False]
    assert world.desk.read(lambda work: mail.by_message(work, "m-1")) == ("dead", "连不上")
    assert world.desk.read(lambda work: mail.pending(work, 10)) == []


def test_the_outbox_keeps_until_delivered_or_dead(world: World):
    submitted(world)
    out = world.desk.read(lambda work: mail.due(work, 1))[0]
    world.desk.write(lambda work: mail.retry_later(work, out.id, at("2026-11-24") - world.now, "503"))
    assert out.id not in [o.id for o in world.desk.read(lambda work: mail.due(work, 10))]
    world.now = at("2026-11-24")
    assert [o.attempts for o in world.desk.read(lambda work: mail.due(work, 10)) if o.id == out.id] == [1]
    world.desk.write(lambda work: mail.delivered(work, out.id))
    world.desk.write(lambda work: mail.bury(work, out.id, "晚到的埋葬不算"))
    assert world.one("SELECT state FROM outboxrow WHERE id = :i", i=out.id) == "done"
