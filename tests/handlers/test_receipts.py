"""回执与对比 receipts:两种库上,看过、异议、答复、提醒、和上月比、逐日打卡、绩效的依据、奖金的前后、目标改回都一样。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.errors import Conflict, EhrError, NotAllowed, RuleBroken
from engine.money import Money
from handlers import (
    attendance_days,
    goals,
    goals_pay,
    goals_undo,
    leave_preview,
    leave_queries,
    payroll,
    payroll_compare,
    payslip,
    payslip_receipts,
    performance_evidence,
)
from handlers.attendance import MonthOf
from handlers.goals import AdjustTarget, GoalHistory
from handlers.goals_undo import UndoTarget
from handlers.leave import DraftLeave
from handlers.leave_queries import MyLeaves
from handlers.payroll import OneRun, Prepare, Publish
from handlers.payslip import Answer, MonthSlip
from handlers.payslip_receipts import ReplyToObjection
from handlers.performance import ScoreOf
from tests.handlers.world import World

OCT, NOV = "2026-10", "2026-11"


def published(paid: World) -> int:
    computed = paid.do("chenjing", payroll.run, Prepare(OCT))
    paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))
    return int(computed.run_id)


def test_from_seen_to_answered(paid: World):
    run, me = published(paid), paid.id("liming")
    before = paid.ask("chenjing", payslip_receipts.receipts, OneRun(run))
    assert (before.sent, before.viewed, before.objections, before.can_remind) == (9, 0, (), True)
    paid.ask("liming", payslip.view, MonthSlip(me, OCT))
    paid.do("liming", payslip.answer, Answer(run, me, "objected", "iit", "税怎么多了"))
    paid.do("sunli", payslip_receipts.remind, OneRun(run))
    with pytest.raises(RuleBroken) as again:
        paid.do("sunli", payslip_receipts.remind, OneRun(run))
    assert again.value.code == "REMINDED_TODAY"
    after = paid.do("chenjing", payslip_receipts.reply, ReplyToObjection(run, me, "已核对,见个税一行"))
    assert (after.viewed, after.objected, len(after.unviewed), after.can_remind) == (1, 1, 8, False)
    assert [(o.userid, o.line_label, o.words) for o in after.objections] == [("liming", "个人所得税", "税怎么多了")]
    assert [r.words for r in paid.ask("liming", payslip.view, MonthSlip(me, OCT)).replies] == ["已核对,见个税一行"]
    assert paid.one("SELECT count(*) FROM outboxrow WHERE dedupe_key LIKE 'payslip-remind:%'") == 1


def test_nobody_is_answered_who_did_not_object(paid: World):
    run = published(paid)
    with pytest.raises(EhrError) as refused:
        paid.do("chenjing", payslip_receipts.reply, ReplyToObjection(run, paid.id("liming"), "您好"))
    assert refused.value.code == "NO_OBJECTION"
    draft = paid.do("chenjing", payroll.run, Prepare(NOV))
    with pytest.raises(RuleBroken) as early:
        paid.do("chenjing", payslip_receipts.remind, OneRun(draft.run_id))
    assert early.value.code == "NOT_PUBLISHED"


def test_the_changes_add_up(paid: World):
    published(paid)
    draft = paid.do("chenjing", payroll.run, Prepare(NOV))
    found = paid.ask("zhoujun", payroll_compare.changes, OneRun(draft.run_id))
    assert found.previous_people == 9
    total = sum(row.change_fen for row in found.rows)
    assert found.change == ("+" if total > 0 else "") + Money(total).show()
    assert [abs(row.change_fen) for row in found.rows] == sorted((abs(r.change_fen) for r in found.rows), reverse=True)


def test_a_look_at_leave_keeps_nothing(paid: World):
    day = date(2026, 11, 26)
    before = paid.rows(without=("auditline",))
    seen = paid.ask("liming", leave_preview.preview, DraftLeave("personal", day, day, "pm"))
    cost = paid.ask("liming", leave_preview.preview_cost, DraftLeave("personal", day, day, "pm"))
    assert (seen.request_id, seen.amount_words, seen.pay_words) == (0, "0.5 天", "扣半天工资")
    assert cost.amount == "-229.89"
    assert [line.code for line in cost.lines] == ["personal_leave"]
    assert paid.rows(without=("auditline",)) == before
    assert paid.ask("liming", leave_queries.mine, MyLeaves()) == []


def test_each_day_with_its_punches(paid: World):
    found = paid.ask("wangfang", attendance_days.days, MonthOf(paid.id("liming"), OCT))
    ninth = next(one for one in found.days if one.fact.day == date(2026, 10, 9))
    assert [(p.side, p.counted, p.corrected, p.used) for p in ninth.punches] == [
        ("上班", True, False, True),
        ("下班", True, False, True),
    ]
    assert next(one for one in found.days if one.fact.day == date(2026, 10, 1)).punches == ()


def test_the_score_opens_to_its_deals(paid: World):
    for userid in ("liming", "wangfang", "zhaohui"):
        found = paid.ask(userid, performance_evidence.evidence, ScoreOf(paid.id("liming"), OCT))
        sales = next(item for item in found.items if item.code == found.score.items[0].code)
        assert len([one for one in sales.counted if one.kind == "deal"]) == 4
        assert all("¥" in one.say for one in sales.counted)


def test_the_bonus_follows_the_target_and_goes_back(paid: World):
    me = paid.id("liming")
    code = paid.ask("liming", performance_evidence.evidence, ScoreOf(me, NOV)).score.items[0].code
    seen = paid.ask("wangfang", goals.history, GoalHistory(me, code, NOV))[0].revision
    change = AdjustTarget(me, code, NOV, "50000", date(2026, 11, 23), "试试", seen)
    with pytest.raises(NotAllowed):
        paid.ask("wangfang", goals_pay.preview, change)
    assert paid.ask("chenjing", goals_pay.bonus, ScoreOf(me, NOV)).month == NOV
    paid.do("wangfang", goals.adjust, change)
    back = UndoTarget(me, code, NOV, seen, "改回", seen + 1)
    with pytest.raises(Conflict):
        paid.do("wangfang", goals_undo.undo, replace(back, seen_revision=seen))
    paid.do("wangfang", goals_undo.undo, back)
    versions = paid.ask("liming", goals.history, GoalHistory(me, code, NOV))
    assert [v.revision for v in versions] == [seen + 2, seen + 1, seen]
    assert versions[0].value == versions[2].value
