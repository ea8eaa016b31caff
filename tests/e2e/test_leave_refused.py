"""拒绝请假 leave refused:理由要写;申请人看得到理由;额度退回,钉钉里什么也没写。"""

from __future__ import annotations

from tests.e2e.telling import balance, buttons, facts, look, press, slow_cards, submitted, wait_state, words, written
from tests.harness.house import House


def test_a_refusal_needs_a_reason_which_the_employee_sees(story: House) -> None:
    before = balance(story, "zhangwei", "annual")
    mine, theirs = submitted(story, "zhangwei", "12月9日请一天年假", "wangfang")
    assert theirs["reason_label"], "拒绝要填理由:卡片上有输入框"
    asked = press(story, "wangfang", theirs, "拒绝")
    assert asked["state"] == "审批中" and "理由" in asked["note"]
    assert press(story, "wangfang", theirs, "拒绝", reason="那天要陪客户验收")["state"] == "已拒绝"
    refused = wait_state(story, "zhangwei", mine, "已拒绝")
    assert facts(refused)["拒绝理由"] == "那天要陪客户验收"
    assert buttons(refused) == []
    assert balance(story, "zhangwei", "annual") == before
    story.settle()
    assert written(story, "zhangwei", "2026-12-09") == []


def test_a_card_that_has_moved_on_only_shows_where_it_stands(story: House) -> None:
    mine, theirs = submitted(story, "zhangwei", "12月10日请一天事假", "wangfang")
    with slow_cards(story):
        assert press(story, "zhangwei", mine, "撤销")["state"] == "已撤销"
        late = story.sandbox.press("wangfang", theirs["id"], "leave.approve")["response"]["cardData"]["cardParamMap"]
    assert late["state"] == "已撤销" and "已经撤销" in late["note"]
    sql = "SELECT state FROM leaverequest WHERE person_id = :p AND start = '2026-12-10'"
    assert story.rows(sql, p=story.person_id("zhangwei")) == [("withdrawn",)]
    story.settle()
    assert "撤销" in words({"card": look(story, "wangfang", theirs)})
