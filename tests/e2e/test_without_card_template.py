"""没有卡片模板 without card template:同样的事用带链接的消息来办,链接打得开,在网页里办完。"""

from __future__ import annotations

import re

from tests.e2e.conftest import Make
from tests.e2e.telling import ask_one, assert_no_amounts, assert_twice, words
from tests.harness.house import House, Page
from tests.harness.sandbox import Json


def test_leave_goes_the_same_way_by_links(own: Make) -> None:
    house = own(EHR_CARD_TEMPLATE_ID="")
    asked = ask_one(house, "liming", "明天下午请半天事假")
    assert asked["card"] is None and asked["kind"] == "actionCard"
    text = words(asked)
    for part in ("事假", "11月24日(周二)下午", "0.5 天", "扣半天工资", "王芳"):
        assert part in text
    before = house.sandbox.seq("wangfang")
    act(house, "liming", link(asked), "submit")
    theirs = house.sandbox.wait_for("wangfang", lambda m: "李明" in words(m), after=before, timeout=20)
    assert theirs["card"] is None and "工资" not in words(theirs)
    act(house, "wangfang", link(theirs), "approve")
    sql = "SELECT state FROM leaverequest WHERE person_id = :p AND start = '2026-11-24'"
    assert house.rows(sql, p=house.person_id("liming")) == [("approved",)]
    house.settle()
    assert house.page("liming").get("/api/v1/leave?limit=1")[0]["state"] == "approved"
    assert_no_amounts(house)
    assert_twice(house, 10)


def link(message: Json) -> str:
    """这条消息的第一个链接,去掉免登那一截。"""
    url = str(message["buttons"][0]["url"])
    return url.partition("to=")[2].replace("%3F", "?").replace("%3D", "=")


def act(house: House, userid: str, path: str, what: str) -> None:
    """打开那一页,交上面的表单。"""
    page: Page = house.page(userid)
    shown = page.http.get(path)
    assert shown.status_code == 200, (path, shown.status_code)
    number = path.rstrip("/").rpartition("/")[2]
    actions = [one for one in re.findall(r'<form[^>]+action="([^"]+)"', shown.text) if number in one]
    assert actions, shown.text[:2000]
    if what == "submit":
        page.post(f"/api/v1/leave/{number}/submit")
    else:
        page.post(f"/api/v1/leave/{number}/decide", {"approve": True})
