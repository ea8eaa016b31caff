"""钉钉出毛病 DingTalk faults:限流、5xx、网页、半截、断线、令牌过期、会话过期、丢回执、额度用完:每一句照样有答,不重不漏。"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.e2e.conftest import Seeds
from tests.e2e.telling import (
    approval_card,
    ask_one,
    assert_no_amounts,
    assert_twice,
    heard,
    press,
    wait_done,
    wait_state,
    words,
)
from tests.harness.house import House
from tests.harness.sandbox import Json, until

WHO, BOSS = "jinlei", "xuwei"
WEBHOOK, CARDS = "/robot/sendBySession", "/v1.0/card/*"


@pytest.fixture(scope="module")
def alone(seeds: Seeds) -> Iterator[House]:
    """这个文件自己的一套:钟要拨,毛病要开。"""
    with ExitStack() as stack:
        yield stack.enter_context(House(seeds.copy(stack)))


@pytest.fixture
def troubled(alone: House) -> Iterator[House]:
    """讲完先修好、办完,再查金额、再来一遍。"""
    yield alone
    alone.sandbox.faults(clear=True)
    alone.sandbox.wait_connected()
    assert_no_amounts(alone)
    assert_twice(alone, 12)


def ill(house: House, path: str, kind: str, count: int = 1) -> None:
    """接下来 count 次这个接口出这种毛病。"""
    house.sandbox.faults(answers=[{"path": path, "kind": kind, "count": count}])


def draft_card(house: House, text: str) -> Json:
    """请假,等到那张待提交的卡(毛病好了之后补来的也算)。"""
    before = house.sandbox.seq(WHO)
    wait_done(house, str(house.sandbox.say(WHO, text)["msgId"]))
    return dict(house.sandbox.wait_card(WHO, lambda one: one["state"] == "待提交", after=before, timeout=60))


@pytest.mark.parametrize("kind", ["qps", "429", "503", "html", "truncated", "empty"])
def test_replies_and_cards_arrive_all_the_same(troubled: House, kind: str) -> None:
    house = troubled
    ill(house, WEBHOOK, kind)
    before = house.sandbox.seq(WHO)
    wait_done(house, str(house.sandbox.say(WHO, "年假还剩几天")["msgId"]))
    answers = [one for one in heard(house, WHO, "", before) if "年假" in words(one)]
    # 事已办成而回答坏了(truncated),分不清送到没有:宁可再说一遍,不可不答。
    assert len(answers) in ((1, 2) if kind == "truncated" else (1,)), kind
    ill(house, CARDS, kind)
    before = house.sandbox.seq(WHO)
    wait_done(house, str(house.sandbox.say(WHO, "12月9日下午请半天调休")["msgId"]))
    # 卡片一时投不出去的(网页多半是风控拦的),改用带链接的消息。
    house.sandbox.wait_for(WHO, lambda m: "调休申请" in words(m) and "待提交" in words(m), after=before, timeout=60)


@pytest.mark.parametrize(
    ("kind", "wait"), [("qps", ""), ("503", ""), ("truncated", ""), ("html", "2026-11-23T10:45:00+08:00")]
)
def test_the_approval_card_is_delivered_in_the_end(troubled: House, kind: str, wait: str) -> None:
    house = troubled
    card = draft_card(house, "12月10日下午请半天调休")
    before = house.sandbox.seq(BOSS)
    ill(house, CARDS, kind, 2)
    assert press(house, WHO, card, "提交")["state"] == "审批中"
    if wait:  # 网页多半是风控拦的:隔半小时才再试
        until(lambda: _errors(house), 20, lambda: "没有记下为什么没送到")
        house.sandbox.set_clock(wait)
    theirs = house.sandbox.wait_card(BOSS, lambda one: one["state"] == "审批中", after=before, timeout=60)
    assert press(house, WHO, card, "撤销")["state"] == "已撤销"
    wait_state(house, BOSS, theirs, "已撤销")


def test_a_refused_session_falls_back_to_the_robots_own_sending(troubled: House) -> None:
    ill(troubled, WEBHOOK, "403", -1)
    assert "年假" in words(ask_one(troubled, WHO, "年假还剩几天"))


def test_an_expired_token_is_renewed(troubled: House) -> None:
    for how in ("expire_token", "revoke_token"):
        troubled.sandbox.faults(**{how: True})
        assert draft_card(troubled, "12月11日下午请半天调休")["state"] == "待提交"


@pytest.mark.parametrize("how", ["notice", "1000", "1011", "1006"])
def test_after_a_disconnect_the_next_word_is_heard(troubled: House, how: str) -> None:
    house = troubled
    house.sandbox.faults(disconnect=how, repush_message_s=5)  # 只重推一次:要等得到重新接通(忙时要一两秒)
    assert "年假" in words(ask_one(house, WHO, "年假还剩几天"))


def test_lost_and_doubled_deliveries_are_done_once(troubled: House) -> None:
    house = troubled
    house.sandbox.faults(drop_ack=3, duplicate=True, repush_message_s=1)
    before = house.sandbox.seq(WHO)
    said = house.sandbox.say(WHO, "12月14日请一天调休")
    wait_done(house, str(said["msgId"]))
    until(lambda: _deliveries(house, str(said["msgId"])) > 2, 20, lambda: "没有重推")
    house.sandbox.faults(clear=True)
    house.settle()
    fresh = [one["card"] for one in heard(house, WHO, "", before) if one["card"] and "12月14日" in words(one)]
    assert len(fresh) == 1


def test_when_the_months_quota_is_used_up_the_work_is_still_done(troubled: House) -> None:
    house = troubled
    card = draft_card(house, "12月15日请一天调休")
    before = house.sandbox.seq(BOSS)
    ill(house, CARDS, "quota")
    assert press(house, WHO, card, "提交")["state"] == "审批中"
    sql = "SELECT state FROM leaverequest WHERE person_id = :p AND start = '2026-12-15'"
    assert house.rows(sql, p=house.person_id(WHO)) == [("pending",)]
    assert [row["type_label"] for row in house.page(BOSS).get("/api/v1/leave/waiting") if row["userid"] == WHO]
    until(lambda: _errors(house), 20, lambda: "没有记下为什么没送到")
    house.sandbox.set_clock("2026-11-23T18:30:00+08:00")  # 隔六小时再试
    approval_card(house, BOSS, "调休", before)


def _deliveries(house: House, message_id: str) -> int:
    return int(house.rows("SELECT deliveries FROM inboxrow WHERE message_id = :m", m=message_id)[0][0])


def _errors(house: House) -> list[tuple[Any, ...]]:
    """还没送到、已经失败过的发件。"""
    return house.rows("SELECT id, error FROM outboxrow WHERE state = 'new' AND attempts > 0")
