"""又来一遍 said or pressed again:同一条消息、同一个按钮、别人来按、旧卡片,都只办一次。"""

from __future__ import annotations

from tests.e2e.telling import ask_card, balance, look, press, submitted, wait_done, written
from tests.harness.house import House, together


def test_the_same_message_again_is_answered_once(story: House) -> None:
    before = story.sandbox.seq("guobin")
    said = story.sandbox.say("guobin", "12月14日请一天事假")
    wait_done(story, str(said["msgId"]))
    cards = [m["card"]["id"] for m in story.sandbox.messages("guobin", after=before) if m["card"]]
    for _ in range(3):
        story.sandbox.say("guobin", "12月14日请一天事假", msg_id=said["msgId"])
    story.settle()
    assert [m["card"]["id"] for m in story.sandbox.messages("guobin", after=before) if m["card"]] == cards
    sql = "SELECT deliveries FROM inboxrow WHERE message_id = :m"
    assert story.rows(sql, m=said["msgId"]) == [(4,)]
    sql = "SELECT count(*) FROM leaverequest WHERE person_id = :p AND start = '2026-12-14'"
    assert story.rows(sql, p=story.person_id("guobin")) == [(1,)]


def test_a_button_pressed_many_times_at_once_counts_once(story: House) -> None:
    before = float(balance(story, "guobin", "annual").split()[0])
    card = ask_card(story, "guobin", "12月15日请一天年假")
    together([lambda: press(story, "guobin", card, "leave.submit") for _ in range(5)])
    story.settle()
    assert float(balance(story, "guobin", "annual").split()[0]) == before - 1
    sent = [m for m in story.sandbox.messages("zhengkai") if m["card"] and "郭斌" in m["card"]["title"]]
    assert len({m["card"]["id"] for m in sent}) == len(sent) == 1


def test_the_wrong_person_changes_nothing(story: House) -> None:
    mine, theirs = submitted(story, "caiming", "12月16日请一天事假", "zhengkai")
    for userid in ("caiming", "wangfang", "dongliang"):
        answer = story.sandbox.press(userid, theirs["id"], "leave.approve")["response"]
        assert "不由您审批" in str(answer) or "没有" in str(answer)
    assert press(story, "caiming", mine, "b1")["state"] == "已撤销"
    sql = "SELECT state FROM leaverequest WHERE person_id = :p AND start = '2026-12-16'"
    assert story.rows(sql, p=story.person_id("caiming")) == [("withdrawn",)]


def test_yes_and_no_pressed_at_once_only_one_of_them_counts(story: House) -> None:
    mine, theirs = submitted(story, "caiming", "12月17日请一天事假", "zhengkai")
    card = theirs["id"]
    together(
        [
            lambda: story.sandbox.press("zhengkai", card, "leave.approve"),
            lambda: story.sandbox.press("zhengkai", card, "leave.reject", reason="改主意了"),
        ]
    )
    story.settle()
    sql = "SELECT state FROM leaverequest WHERE person_id = :p AND start = '2026-12-17'"
    state = story.rows(sql, p=story.person_id("caiming"))[0][0]
    assert state in ("approved", "rejected")
    assert look(story, "caiming", mine)["state"] == {"approved": "已同意", "rejected": "已拒绝"}[state]
    assert len(written(story, "caiming", "2026-12-17")) == (1 if state == "approved" else 0)
