"""绩效得分 performance:上月已锁定的与本月进行中的;有异议转给 HR;不是谁都能看谁的。"""

from __future__ import annotations

from tests.e2e.telling import ask_one, words
from tests.harness.house import House


def test_last_month_is_locked_and_this_month_is_open(story: House) -> None:
    text = words(ask_one(story, "liming", "我的绩效怎么样"))
    assert "2026年10月的绩效" in text and "110%" in text and "已锁定" in text
    assert "2026年11月的绩效" in text and "进行中" in text
    score = story.page("liming").get("/api/v1/performance/2026-10")
    assert (score["score"], score["state"]) == ("110%", "locked")
    assert {item["label"]: item["ratio"] for item in score["items"]} == {"销售额完成率": "120%", "客户满意度": "95%"}


def test_the_manager_may_look_and_a_colleague_may_not(story: House) -> None:
    person = story.person_id("liming")
    assert story.page("wangfang").get(f"/api/v1/performance/2026-10?person={person}")["score"] == "110%"
    assert story.page("zhangwei").try_get(f"/api/v1/performance/2026-10?person={person}")[0] == 403
    assert "权限" in words(ask_one(story, "zhangwei", "李明的绩效怎么样"))


def test_an_objection_goes_to_hr(story: House) -> None:
    seen = story.sandbox.seq("zhaohui")
    assert "赵慧" in words(ask_one(story, "huangtao", "我对绩效评分有异议,有一单没算进去"))
    notice = story.sandbox.wait_for("zhaohui", lambda m: "黄涛" in words(m), conversation="notices", after=seen)
    assert "有一单没算进去" in words(notice)
