"""培训 training:看课、报名、满了候补、有人退出自动递补并告诉他。"""

from __future__ import annotations

from tests.e2e.telling import ask_card, ask_one, buttons, facts, press, words
from tests.harness.house import House

COURSE = "团队管理入门"
TEN = ("baixue", "cuijian", "dengchao", "kongde", "luyan", "qinchuan", "renhao", "tanli", "xiongfei", "zhongwei")


def test_enrolling_waiting_and_moving_up(story: House) -> None:
    listed = words(ask_one(story, "xiejuan", "最近有什么培训"))
    assert COURSE in listed and "余 10 个名额" in listed
    number = next(c for c in story.page("xiejuan").get("/api/v1/training") if c["name"] == COURSE)["course_id"]
    for userid in TEN:
        assert story.page(userid).post(f"/api/v1/training/{number}/enrol")["mine"] == "enrolled"

    card = ask_card(story, "xiejuan", f"我要报名{COURSE}")
    waiting = press(story, "xiejuan", card, "报名" if "报名" in buttons(card) else buttons(card)[0])
    assert "候补" in waiting["state"] and "第 1" in words({"card": waiting})
    second = press(story, "xiejuan", ask_card(story, "xiejuan", f"我要报名{COURSE}"), buttons(waiting)[0])
    assert "取消" in words({"card": second})
    again = ask_card(story, "xiejuan", f"我要报名{COURSE}")
    press(story, "xiejuan", again, buttons(again)[0])

    seen = story.sandbox.seq("xiejuan")
    assert story.page(TEN[0]).post(f"/api/v1/training/{number}/cancel")["mine"] == ""
    told = story.sandbox.wait_for("xiejuan", lambda m: "从候补转为正式报名" in words(m), after=seen, timeout=20)
    assert COURSE in words(told)
    mine = story.page("xiejuan").get("/api/v1/training/mine")
    assert [(c["name"], c["mine"]) for c in mine if c["course_id"] == number] == [(COURSE, "enrolled")]
    assert COURSE in words(ask_one(story, "xiejuan", "我报名了哪些课"))
    assert "时间" in facts(again)
