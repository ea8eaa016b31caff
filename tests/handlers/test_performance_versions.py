"""得分的各版:校准要理由、旧的看得见、发薪用最新的一版;锁定之后只有 HR 更正;两人同时改,后一位被告知。"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from engine.errors import BadInput, Conflict, EhrError, NotAllowed, NotReady, RuleBroken
from handlers import payroll, performance_lock, performance_overview, performance_story
from handlers.payroll import Prepare
from handlers.performance_lock import LockCycle
from handlers.performance_overview import CycleOf
from handlers.performance_story import AddComment, StoryOf
from tests.handlers.performance_world import (
    NOV,
    OCT,
    REASON,
    bonus,
    calibrate,
    gathered,
    install,
    late,
    plan,
    publish,
    score,
    story,
)
from tests.handlers.world import World, deal

BANDS = [["0", "C", "0.5"], ["0.9", "B", "1"], ["1.1", "A", "1.3"]]


def test_a_calibration_is_a_new_version_and_pay_takes_it(paid: World) -> None:
    assert (score(paid).score, score(paid).state, score(paid).revision) == ("110%", "preview", 0)
    done = calibrate(paid, "wangfang")
    assert (done.revision, done.score, done.state) == (1, "115%", "calibrated")
    assert (score(paid).score, score(paid).state) == ("115%", "calibrated")
    run = publish(paid)
    assert bonus(paid, run) == "1150.00"  # 10,000 × 115% × 10%
    told = story(paid)
    assert [(v.revision, v.say, v.how, v.state) for v in told.versions] == [
        (2, "115%", "锁定", "locked"),
        (1, "115%", "校准", "calibrated"),
    ]
    assert told.versions[1].by == "王芳"
    assert told.versions[1].told == f"校准:得分 110% → 115%(王芳:{REASON})"
    trace = score(paid).trace
    assert trace["value"] == "1.150000"
    assert "deal:deal-1" in str(trace)


def test_an_untouched_score_is_paid_exactly_and_locked(paid: World) -> None:
    run = publish(paid)
    assert bonus(paid, run) == "1100.00"
    assert [(v.say, v.how, v.state) for v in story(paid).versions] == [("110%", "锁定", "locked")]
    assert [item.ratio for item in score(paid).items] == ["120%", "95%"]


def test_two_managers_at_once_the_second_is_told_of_the_first(paid: World) -> None:
    calibrate(paid, "wangfang")
    with pytest.raises(Conflict) as told:
        calibrate(paid, "gaoyuan", "105%", seen=0)
    assert told.value.code == "SCORE_CHANGED"
    assert "王芳已改了李明2026年10月的得分:现在是 115%" in told.value.say
    assert REASON in told.value.say
    calibrate(paid, "gaoyuan", "105%", seen=1)
    assert [v.say for v in story(paid).versions] == ["105%", "115%"]


@pytest.mark.parametrize(
    ("by", "more", "error", "code"),
    [
        ("liming", {}, NotAllowed, "NOT_ALLOWED"),
        ("zhangsan", {}, NotAllowed, "NOT_ALLOWED"),
        ("chenjing", {}, NotAllowed, "NOT_ALLOWED"),
        ("wangfang", {"reason": " "}, BadInput, "REASON_NEEDED"),
        ("wangfang", {"value": "很好"}, BadInput, "BAD_SCORE"),
        ("wangfang", {"value": "2000%"}, BadInput, "BAD_SCORE"),
        ("wangfang", {"value": "1.0000001"}, BadInput, "BAD_SCORE"),
        ("wangfang", {"kind": "grade", "grade": "A"}, BadInput, "NO_GRADE"),
        ("wangfang", {"cycle": "2026-Q4"}, EhrError, "NO_PLAN"),
        ("wangfang", {"cycle": "十月"}, BadInput, "BAD_CYCLE"),
    ],
)
def test_what_cannot_be_calibrated(
    paid: World, by: str, more: dict[str, Any], error: type[EhrError], code: str
) -> None:
    with pytest.raises(error) as refused:
        calibrate(paid, by, **more)
    assert refused.value.code == code
    assert story(paid).versions == ()


def test_after_the_lock_only_hr_corrects_and_pay_hears_of_it(paid: World) -> None:
    publish(paid)
    with pytest.raises(RuleBroken) as refused:
        calibrate(paid, "wangfang", seen=1)
    assert refused.value.code == "CYCLE_LOCKED"
    done = calibrate(paid, "zhaohui", "112%", seen=1)
    assert (done.revision, done.state) == (2, "locked")
    assert [(v.how, v.say) for v in story(paid).versions] == [("锁定后更正", "112%"), ("锁定", "110%")]
    assert late(paid) == [(OCT, "score")]
    assert gathered(paid).facts.score.value == (28, 25)  # 冻结的仍是 11/10,差额由两者相比得来


def test_grades_give_the_factor_and_a_grade_can_be_calibrated(paid: World) -> None:
    install(paid, plan("sales", ("销售岗",), rules={"bands": BANDS}))
    assert (score(paid).score, score(paid).grade) == ("110%", "A")
    assert gathered(paid).facts.score.multiplier == (13, 10)
    calibrate(paid, "wangfang", "", kind="grade", grade="B")
    assert (score(paid).score, score(paid).grade) == ("110%", "B")
    assert gathered(paid).facts.score.multiplier == (1, 1)
    publish(paid)
    assert (score(paid).score, score(paid).grade, score(paid).state) == ("110%", "B", "locked")


def test_the_lock_is_hr_s_and_final_in_the_database(paid: World) -> None:
    with pytest.raises(NotAllowed):
        paid.do("wangfang", performance_lock.lock, LockCycle(OCT))
    with pytest.raises(NotReady) as early:
        paid.do("zhaohui", performance_lock.lock, LockCycle(NOV))
    assert early.value.code == "CYCLE_UNFINISHED"
    done = paid.do("zhaohui", performance_lock.lock, LockCycle(OCT))
    assert (done.locked, done.already, done.left_out) == (1, 0, ())
    again = paid.do("zhaohui", performance_lock.lock, LockCycle(OCT))
    assert (again.locked, again.already) == (0, 1)
    assert paid.one("SELECT count(*) FROM outboxrow WHERE cause = 'performance'") == 1
    for sql in ("UPDATE score SET exact = '2/1'", "DELETE FROM score"):
        with (
            paid.store.engine.connect().execution_options(ehr_mode="write") as connection,
            pytest.raises(IntegrityError),
        ):
            connection.execute(text(sql))
    run = publish(paid)
    assert bonus(paid, run) == "1100.00"
    assert len(story(paid).versions) == 1  # 已锁定的,发布不再写一版


def test_missing_data_block_the_lock_by_name(paid: World) -> None:
    """张三也用销售方案,没有签单目标,没有评价。"""
    install(paid, assigned=(("zhangsan", paid.now.date().replace(month=1, day=1), None, "sales"),))
    with pytest.raises(RuleBroken) as refused:
        paid.do("zhaohui", performance_lock.lock, LockCycle(OCT))
    assert refused.value.code == "SCORES_MISSING"
    assert "张三(销售额完成率、客户满意度)" in refused.value.say
    assert "李明" not in refused.value.say
    found = paid.ask("zhaohui", performance_overview.overview, CycleOf(OCT))
    assert [(r.name, r.state) for r in found.rows] == [("张三", "missing"), ("李明", "preview")]
    assert [r.name for r in found.missing] == ["张三"]
    done = paid.do("zhaohui", performance_lock.lock, LockCycle(OCT, (paid.id("zhangsan"),)))
    assert (done.locked, done.left_out) == (1, ("张三",))
    with pytest.raises(RuleBroken):
        paid.do("zhaohui", performance_lock.lock, LockCycle(OCT))
    calibrate(paid, "wangfang", "80%", person_id=paid.id("zhangsan"))
    assert paid.do("zhaohui", performance_lock.lock, LockCycle(OCT)).locked == 1


def test_a_cancelled_deal_after_the_lock_is_a_new_version_with_its_cause(paid: World) -> None:
    """第四笔 30,000 取消:90% × 60% + 95% × 40% = 92%。"""
    publish(paid)
    paid.take("deals", deal(4, "30000.00", "2026-10-14", "cancelled", "h-2"), window="w2")
    told = story(paid).versions
    assert [(v.revision, v.say, v.how, v.by) for v in told] == [
        (2, "92%", "依据有变,自动更正", "系统"),
        (1, "110%", "锁定", "孙丽"),
    ]
    assert "签单被取消:客户4" in told[0].reason
    assert late(paid) == [(OCT, "deal")]
    assert gathered(paid).facts.score.value == (23, 25)
    assert (score(paid).score, score(paid).state) == ("92%", "locked")
    paid.take("deals", deal(4, "30000.00", "2026-10-14", "signed", "h-3"), window="w3")
    assert [v.say for v in story(paid).versions] == ["110%", "92%", "110%"]
    paid.replay()
    assert len(story(paid).versions) == 3


def test_what_a_person_decided_does_not_follow_the_deals(paid: World) -> None:
    calibrate(paid, "wangfang")
    publish(paid)
    paid.take("deals", deal(4, "30000.00", "2026-10-14", "cancelled", "h-2"), window="w2")
    assert [v.say for v in story(paid).versions] == ["115%", "115%"]


def test_an_item_decided_by_a_person_stays_while_the_others_follow(paid: World) -> None:
    """满意度定为 100%:112%;取消一笔后 90% × 60% + 100% × 40% = 94%。"""
    calibrate(paid, "wangfang", "100%", kind="item", item="satisfaction")
    assert score(paid).score == "112%"
    publish(paid)
    paid.take("deals", deal(4, "30000.00", "2026-10-14", "cancelled", "h-2"), window="w2")
    assert story(paid).versions[0].say == "94%"


def test_comments_are_the_manager_s_and_the_person_reads_them(paid: World) -> None:
    me = paid.id("liming")
    paid.do("wangfang", performance_story.comment, AddComment(me, OCT, "sales", "大客户跟得紧"))
    paid.do("zhaohui", performance_story.comment, AddComment(me, OCT, "", "继续保持"))
    assert [(n.by, n.words, n.item_label) for n in story(paid).comments] == [
        ("赵慧", "继续保持", "总分"),
        ("王芳", "大客户跟得紧", "销售额完成率"),
    ]
    for by in ("liming", "zhangsan"):
        with pytest.raises(NotAllowed):
            paid.do(by, performance_story.comment, AddComment(me, OCT, "", "好"))
    with pytest.raises(NotAllowed):
        paid.ask("zhangsan", performance_story.story, StoryOf(me, OCT))


def test_the_overview_is_the_team_s_for_a_manager_and_suggests_only(paid: World) -> None:
    """两个人都是 A,A 不超过 50%:建议分低的一位降到 B,谁也不改。"""
    rules = {"bands": BANDS, "limits": {"A": "0.5"}}
    since = paid.now.date().replace(month=1, day=1)
    install(paid, plan("sales", ("销售岗",), rules=rules), assigned=(("zhangsan", since, None, "sales"),))
    calibrate(paid, "wangfang", "130%", person_id=paid.id("zhangsan"))
    before = paid.rows("score")
    found = paid.ask("zhaohui", performance_overview.overview, CycleOf(OCT))
    top = found.groups[0].shares[0]
    assert (top.grade, top.count, top.allowed, top.over, top.suggest, top.lower) == ("A", 2, 1, 1, ("李明",), "B")
    assert (found.whole, found.can_lock, found.wait) == (True, True, "")
    mine = paid.ask("wangfang", performance_overview.overview, CycleOf(OCT))
    assert (len(mine.rows), mine.can_lock) == (2, False)
    assert paid.rows("score") == before
    with pytest.raises(NotAllowed):
        paid.ask("liming", performance_overview.overview, CycleOf(OCT))


def test_missing_data_hold_only_that_person_in_the_pay_run(paid: World) -> None:
    install(paid, targets=(("zhangsan", "sales", OCT, Decimal("0")),),
            assigned=(("zhangsan", paid.now.date().replace(month=1, day=1), None, "sales"),))  # fmt: skip
    done = paid.do("chenjing", payroll.run, Prepare(OCT))
    named = {n.name: n.code for n in (*done.failures, *done.exceptions) if n.level in ("block", "failure")}
    assert set(named) == {"张三"}
    assert done.people >= 8
