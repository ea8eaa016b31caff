"""服务被强杀 service killed:一阵 30 条消息说到一半,服务没了;再起来,每条都答了,也只办了一次。"""

from __future__ import annotations

from tests.e2e.conftest import Make
from tests.e2e.telling import assert_no_amounts, assert_twice
from tests.harness.house import House
from tests.harness.sandbox import until

PEOPLE = ("liming", "zhangwei", "chenxin", "heqiang", "tangyu", "hanbing", "huangtao", "xiejuan", "caiming", "guobin")


def test_every_message_of_a_burst_is_answered_once(own: Make) -> None:
    house = own()
    house.sandbox.faults(repush_message_s=15)  # 没有回执的,钉钉过一会儿重推一次
    before = house.sandbox.seq("liming")
    for day in (7, 8, 9):
        for userid in PEOPLE:
            house.sandbox.say(userid, f"12月{day}日请一天事假")
    until(lambda: _drafts(house) > 3, 20, lambda: "还没有开始办")
    house.kill()
    assert _drafts(house) < 30, "要在办到一半时杀"
    house.start_service()
    until(lambda: _drafts(house) == 30, 60, lambda: f"只办了 {_drafts(house)} 件")
    house.settle()
    assert house.rows("SELECT state, count(*) FROM inboxrow WHERE kind = 'message' GROUP BY state") == [("done", 30)]
    for userid in PEOPLE:
        heard = [m for m in house.sandbox.messages(userid, after=before) if m["from"].get("bot")]
        cards = [m["card"]["id"] for m in heard if m["card"]]
        assert len(cards) == len(set(cards)) == 3 and len(heard) == 3, (userid, heard)
    assert_no_amounts(house)
    assert_twice(house, 11)


def _drafts(house: House) -> int:
    sql = "SELECT count(*) FROM leaverequest WHERE type = 'personal' AND start BETWEEN '2026-12-07' AND '2026-12-09'"
    return int(house.rows(sql)[0][0])
