"""绩效申诉:本人对一项提出,上级与 HR 看得到、答得上,HR 定;成立的是新的一版,流进工资。"""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.errors import BadInput, Conflict, EhrError, NotAllowed, NotFound, RuleBroken
from handlers import payroll, performance_appeals, performance_story
from handlers.payroll import OneRun, Prepare
from handlers.people import Nothing
from handlers.performance_appeals import DecideAppeal, OpenAppeal, ReplyAppeal, WithdrawAppeal
from handlers.performance_story import OneAppeal
from tests.handlers.performance_world import OCT, bonus, calibrate, gathered, late, publish, score, story
from tests.handlers.world import World, later

WHY = "有一份评价是给别人的,我这边只有好评"


def appeal(world: World, item: str = "satisfaction", words: str = WHY, by: str = "liming") -> int:
    done = world.do(by, performance_appeals.appeal, OpenAppeal(OCT, item, words))
    number: int = done.appeal_id
    return number


def grant(world: World, number: int, by: str = "zhaohui", **more: Any) -> Any:
    usual: dict[str, Any] = {"words": "核对属实", "value": "100%", "seen_revision": 1}
    return world.do(by, performance_appeals.decide, DecideAppeal(number, True, **(usual | more)))


def test_a_granted_appeal_is_a_new_version_and_a_late_truth(paid: World) -> None:
    """满意度 95% 改为 100%:120% × 60% + 100% × 40% = 112%。"""
    run = publish(paid)
    number = appeal(paid)
    assert [a.appeal_id for a in paid.ask("wangfang", performance_story.open_appeals, Nothing())] == [number]
    paid.do("wangfang", performance_appeals.reply, ReplyAppeal(number, "我去核对一下"))
    paid.do("liming", performance_appeals.reply, ReplyAppeal(number, "谢谢"))
    for by in ("wangfang", "liming", "zhangsan", "chenjing"):
        with pytest.raises(NotAllowed):
            grant(paid, number, by)
    done = grant(paid, number)
    assert (done.state, done.revision) == ("granted", 2)
    seen = paid.ask("liming", performance_story.one, OneAppeal(number))
    assert [(n.by, n.words) for n in seen.notes] == [
        ("李明", WHY),
        ("王芳", "我去核对一下"),
        ("李明", "谢谢"),
        ("赵慧", "核对属实"),
    ]
    assert (seen.state_label, seen.item_label, seen.closed_by, seen.result_revision) == (
        "成立",
        "客户满意度",
        "赵慧",
        2,
    )
    assert [(v.how, v.say) for v in story(paid).versions] == [("申诉成立", "112%"), ("锁定", "110%")]
    assert late(paid) == [(OCT, "appeal")]
    assert gathered(paid).facts.score.value == (28, 25)
    assert bonus(paid, run) == "1100.00"  # 已发布的不变
    assert paid.ask("chenjing", payroll.verify, OneRun(run)) == []
    assert paid.ask("wangfang", performance_story.open_appeals, Nothing()) == []


def test_granted_before_publication_the_next_computation_takes_it(paid: World) -> None:
    first = paid.do("chenjing", payroll.run, Prepare(OCT))
    assert bonus(paid, first.run_id) == "1100.00"
    grant(paid, appeal(paid), seen_revision=0)
    assert late(paid) == [("2026-10", "appeal")]  # 已经锁定:不重算就在下一期补,重算就收进来
    assert bonus(paid, publish(paid)) == "1120.00"


def test_two_items_granted_one_after_the_other_both_hold(paid: World) -> None:
    """满意度 100%,销售额 130%:130% × 60% + 100% × 40% = 118%。"""
    publish(paid)
    grant(paid, appeal(paid))
    grant(paid, appeal(paid, "sales"), value="130", seen_revision=2)
    assert story(paid).versions[0].say == "118%"
    assert [(i.label, i.ratio) for i in score(paid).items] == [("销售额完成率", "130%"), ("客户满意度", "100%")]


def test_the_total_may_be_appealed_and_dismissed_with_a_reason(paid: World) -> None:
    publish(paid)
    number = appeal(paid, "")
    with pytest.raises(BadInput) as bare:
        paid.do("zhaohui", performance_appeals.decide, DecideAppeal(number, False, " "))
    assert bare.value.code == "WORDS_NEEDED"
    done = paid.do("zhaohui", performance_appeals.decide, DecideAppeal(number, False, "依据核对无误"))
    assert (done.state, len(story(paid).versions), late(paid)) == ("dismissed", 1, [])
    again = appeal(paid, "")  # 办完了可以再提
    assert grant(paid, again, value="120").revision == 2
    assert score(paid).score == "120%"


def test_who_decides_sees_the_newest_version(paid: World) -> None:
    publish(paid)
    number = appeal(paid)
    calibrate(paid, "zhaohui", "111%", seen=1)
    with pytest.raises(Conflict) as told:
        grant(paid, number)
    assert told.value.code == "SCORE_CHANGED"
    assert paid.ask("liming", performance_story.one, OneAppeal(number)).state == "open"


def test_nothing_is_done_twice(paid: World) -> None:
    publish(paid)
    number = appeal(paid)
    with pytest.raises(RuleBroken) as second:
        appeal(paid)
    assert second.value.code == "APPEAL_OPEN"
    appeal(paid, "sales")
    grant(paid, number)
    for use_case, command in (
        (performance_appeals.decide, DecideAppeal(number, False, "再定")),
        (performance_appeals.reply, ReplyAppeal(number, "再说")),
    ):
        with pytest.raises(Conflict) as closed:
            paid.do("zhaohui", use_case, command)
        assert closed.value.code == "APPEAL_CLOSED"
    paid.replay()
    assert len(story(paid).versions) == 2


def test_others_see_nothing_and_hr_cannot_decide_their_own(paid: World) -> None:
    publish(paid)
    number = appeal(paid)
    for by in ("zhangsan", "chenjing", "loner"):
        with pytest.raises(NotFound):
            paid.ask(by, performance_story.one, OneAppeal(number))
        with pytest.raises(EhrError):
            paid.do(by, performance_appeals.reply, ReplyAppeal(number, "我也说一句"))
        with pytest.raises(NotFound):
            paid.do(by, performance_appeals.withdraw, WithdrawAppeal(number))
    with pytest.raises(EhrError) as none:
        paid.do("zhangsan", performance_appeals.appeal, OpenAppeal(OCT, "", WHY))
    assert none.value.code == "NO_PLAN"


def test_withdrawn_by_the_person_and_told_to_the_office(paid: World) -> None:
    publish(paid)
    number = appeal(paid)
    assert paid.one("SELECT count(*) FROM outboxrow WHERE cause = :c", c=f"appeal:{number}") == 1
    told = paid.one("SELECT payload FROM outboxrow WHERE cause = :c", c=f"appeal:{number}")
    assert (told if isinstance(told, dict) else json.loads(told))["to"] == ["wangfang", "zhaohui"]
    paid.do("liming", performance_appeals.withdraw, WithdrawAppeal(number))
    assert story(paid).appeals[0].state_label == "已撤回"
    assert paid.ask("zhaohui", performance_story.open_appeals, Nothing()) == []


def test_after_thirty_days_it_is_too_late_and_after_seven_it_is_overdue(paid: World) -> None:
    publish(paid)
    number = appeal(paid)
    later(paid, days=7)
    assert not paid.ask("zhaohui", performance_story.one, OneAppeal(number)).overdue
    later(paid, days=1)
    assert paid.ask("zhaohui", performance_story.one, OneAppeal(number)).overdue
    later(paid, days=22)
    appeal(paid, "sales")  # 锁定后第 30 天,还可以
    later(paid, days=1)
    with pytest.raises(RuleBroken) as closed:
        appeal(paid, "")
    assert closed.value.code == "APPEAL_LATE"
    assert "30 天" in closed.value.say
