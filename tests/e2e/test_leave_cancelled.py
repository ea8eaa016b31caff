"""取消请假 leave cancelled:没提交的、审批中的、批了还没开始的都能撤;写回钉钉的跟着撤掉;提前回来用销假。"""

from __future__ import annotations

from tests.e2e.telling import (
    approved,
    ask_card,
    ask_one,
    balance,
    buttons,
    facts,
    press,
    submitted,
    wait_state,
    words,
    written,
)
from tests.harness.house import House


def test_never_mind_drops_the_draft(story: House) -> None:
    card = ask_card(story, "tangyu", "12月3日请一天年假")
    answer = ask_one(story, "tangyu", "算了")
    assert "作废" in words(answer)
    story.settle()
    assert wait_state(story, "tangyu", card, "已撤销")["buttons"] == []


def test_withdrawing_before_the_decision_gives_the_days_back(story: House) -> None:
    before = balance(story, "tangyu", "annual")
    card, theirs = submitted(story, "tangyu", "12月3日请一天年假", "wangfang")
    assert balance(story, "tangyu", "annual") != before
    assert press(story, "tangyu", card, "撤销")["state"] == "已撤销"
    assert balance(story, "tangyu", "annual") == before
    gone = wait_state(story, "wangfang", theirs, "已撤销")
    assert buttons(gone) == [] and "不用再审批" in gone["body"]


def test_withdrawing_an_approved_leave_takes_it_out_of_dingtalk_again(story: House) -> None:
    before = balance(story, "tangyu", "annual")
    card = approved(story, "tangyu", "12月4日请一天年假", "wangfang")
    story.settle()
    assert len(written(story, "tangyu", "2026-12-04")) == 1
    again = ask_card(story, "tangyu", "取消12月4日的假")
    assert facts(again)["时间"] == "12月4日(周五)"
    assert press(story, "tangyu", again, "撤销")["state"] == "已撤销"
    wait_state(story, "tangyu", card, "已撤销")
    story.settle()
    assert written(story, "tangyu", "2026-12-04") == []
    assert balance(story, "tangyu", "annual") == before
    assert ("leave.unwrite", "done") in story.rows("SELECT kind, state FROM outboxrow WHERE kind LIKE 'leave.%'")


def test_coming_back_early_keeps_what_was_taken_and_gives_back_the_rest(story: House) -> None:
    before = balance(story, "heqiang", "annual")
    card = approved(story, "heqiang", "从上周五到本周三请年假", "wangfang")
    assert facts(card)["时长"] == "4 天"
    story.settle()
    assert len(written(story, "heqiang", "2026-11-25")) == 1
    ended = press(story, "heqiang", ask_card(story, "heqiang", "我提前回来了,销假"), "销假")
    assert ended["state"] == "已销假" and facts(ended)["时长"] == "1 天"
    story.settle()
    assert written(story, "heqiang", "2026-11-25") == [] and len(written(story, "heqiang", "2026-11-20")) == 1
    after = balance(story, "heqiang", "annual")
    assert float(before.split()[0]) - float(after.split()[0]) == 1.0
