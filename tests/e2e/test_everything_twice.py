"""一切都来两遍 everything twice:一天里的各种事办完,消息、事件、按钮、拉取全部乱序再来,各表逐行不变。"""

from __future__ import annotations

from tests.e2e.conftest import Make
from tests.e2e.telling import approved, ask, assert_no_amounts, assert_twice, submitted
from tests.harness.house import House


def test_a_day_of_everything_delivered_again(own: Make) -> None:
    house = own()
    approved(house, "liming", "明天下午请半天事假", "wangfang")
    submitted(house, "zhangwei", "12月9日请一天年假", "wangfang")
    ask(house, "xiejuan", "转人工")
    number = house.page("huangtao").get("/api/v1/training")[0]["course_id"]
    house.page("huangtao").post(f"/api/v1/training/{number}/enrol")
    _in_dingtalk(house)
    house.settle()
    _all_pulled(house)  # 先都读到最新,此后才是“再来一遍”
    for seed in (1, 2):
        assert_twice(house, seed, again=lambda: _all_pulled(house))
    assert_no_amounts(house)


def _in_dingtalk(house: House) -> None:
    """人们在钉钉自己那边做的事。"""
    span = {"from": "2026-12-07", "to": "2026-12-08"}
    house.sandbox.ding("leave", userid="hanbing", type="年假", unit="day", reason="家里有事", **span)
    house.sandbox.ding("punch", userid="chenxin", at="2026-11-18T09:41:00+08:00", type="OnDuty")
    house.sandbox.ding("roster", userid="liuyang", contract_end="2030-01-10")
    house.sandbox.ding(
        "deal", owner="tangyu", customer="新来的客户", amount="20000.00", signed_on="2026-11-20", status="signed"
    )


def _all_pulled(house: House) -> None:
    assert house.pull_again() == [], "有来源没有读成"
