"""合同到期 contract alert:HR 收到提醒与补救;发一次续签提醒;花名册写上新的到期日,提醒自己关上。"""

from __future__ import annotations

from tests.e2e.telling import buttons, facts, look, press, words
from tests.harness.house import House
from tests.harness.sandbox import until


def test_the_alert_its_remedy_and_its_end(story: House) -> None:
    card = story.sandbox.wait_card("zhaohui", lambda one: "刘洋" in one["title"])
    assert "2027年1月10日" in facts(card)["到期日"] and "发送续签提醒" in buttons(card)
    seen = story.sandbox.seq("liuyang")
    sent = press(story, "zhaohui", card, "发送续签提醒")
    assert "发送续签提醒" not in buttons(sent)
    for userid in ("liuyang", "xuwei"):
        notice = story.sandbox.wait_for(
            userid, lambda m: "续签" in words(m), conversation="notices", after=seen, timeout=20
        )
        assert "2027年1月10日" in words(notice)
    story.settle()
    notices = story.sandbox.messages("liuyang", "notices", seen)
    again = story.sandbox.press("wujing", next(iter(_cards(story, "wujing")))["id"], "alert.renew_reminder")
    assert "没有重复发送" in str(again["response"])
    story.settle()
    assert story.sandbox.messages("liuyang", "notices", seen) == notices

    story.sandbox.ding("roster", userid="liuyang", contract_end="2030-01-10")
    until(lambda: _alert(story)["state"] == "closed", 20, lambda: f"没有关上:{_alert(story)}")
    assert "2030年1月10日" in _alert(story)["closed_because"]
    story.settle()
    assert buttons(look(story, "zhaohui", card)) == []


def test_only_hr_sees_alerts(story: House) -> None:
    for userid in ("liming", "wangfang", "chenjing"):
        assert story.page(userid).try_get("/api/v1/alerts")[0] == 403


def _cards(house: House, userid: str) -> list[dict[str, str]]:
    return [m["card"] for m in house.sandbox.messages(userid) if m["card"] and "合同" in m["card"]["title"]]


def _alert(house: House) -> dict[str, str]:
    rows = house.page("zhaohui").get("/api/v1/alerts")
    found: dict[str, str] = next(row for row in rows if row["person_name"] == "刘洋")
    return found
