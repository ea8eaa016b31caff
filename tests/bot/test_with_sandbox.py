"""对着沙箱:官方 Stream SDK 收、真的 HTTP 回;请假从一句话到同意,重来、断线、停机都在这里。"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from config.policies import Policies
from handlers.desk import Desk
from models.mailbox import InboxRow
from tests.bot.company import Clock, make_desk, until
from tests.bot.real import RealBot
from tests.harness.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


@pytest.fixture(scope="module")
def shared_desk(tmp_path_factory: pytest.TempPathFactory, rules: Policies) -> Iterator[Desk]:
    desk = make_desk(Path(tmp_path_factory.mktemp("real")), rules, Clock())
    yield desk
    desk.store.close()


@pytest.fixture(scope="module")
def real(sandbox: Sandbox, shared_desk: Desk) -> Iterator[RealBot]:
    with RealBot(sandbox, shared_desk) as bot:
        yield bot


@pytest.fixture(autouse=True)
def clean(sandbox: Sandbox) -> None:
    sandbox.faults(clear=True)


def inbox(desk: Desk) -> list[tuple[str, str, int]]:
    def look(work: Any) -> list[tuple[str, str, int]]:
        return [(row.message_id, row.state, row.deliveries) for row in work.session.exec(select(InboxRow))]

    return desk.read(look)


def answers_to(msg_id: str) -> Callable[[dict[str, Any]], bool]:
    return lambda message: message["reply_to"] == msg_id


def test_a_question_is_answered_in_the_same_conversation(sandbox: Sandbox, real: RealBot):
    said = sandbox.say("liming", "年假还剩几天")
    reply = sandbox.wait_for("liming", lambda m: m["reply_to"] == said["msgId"])
    assert "还可用 **4 天**" in reply["text"]
    assert reply["buttons"][0]["url"].startswith(f"{sandbox.base}/m/enter?to=/m/leave")


def test_half_a_day_from_words_to_approval(sandbox: Sandbox, real: RealBot):
    sandbox.say("liming", "明天下午请半天事假")
    card = sandbox.wait_card("liming", lambda c: c["state"] == "待提交")
    assert {"k": "工资", "v": "扣半天工资"} in card["fields"]
    assert [b["id"] for b in card["buttons"]] == ["leave.submit", "leave.withdraw"]
    pressed = sandbox.press("liming", card["id"], "leave.submit")
    assert pressed["code"] == 200
    assert not pressed["late"]
    assert sandbox.wait_card("liming", lambda c: c["id"] == card["id"])["state"] == "审批中"
    until(real.pump)
    boss = sandbox.wait_card("wangfang", lambda c: c["state"] == "审批中")
    assert not [row for row in boss["fields"] if row["k"] in ("工资", "余额")]
    assert boss["reason_label"]
    sandbox.press("wangfang", boss["id"], "leave.approve")
    until(real.pump)
    after = sandbox.wait_card("liming", lambda c: c["id"] == card["id"] and c["state"] == "已同意")
    assert [b["id"] for b in after["buttons"]] == ["leave.withdraw"]
    again = sandbox.press("wangfang", boss["id"], "leave.reject", reason="晚了")
    note = again["response"]["cardData"]["cardParamMap"]["note"]
    assert "已经同意" in note


def test_the_wrong_person_is_told_and_nothing_changes(sandbox: Sandbox, real: RealBot):
    sandbox.say("liming", "下周一请一天事假")
    card = sandbox.wait_card("liming", lambda c: c["state"] == "待提交")
    answer = sandbox.press("wangfang", card["id"], "leave.submit")
    assert "没有找到" in answer["response"]["cardData"]["cardParamMap"]["note"]
    assert sandbox.wait_card("liming", lambda c: c["id"] == card["id"])["state"] == "待提交"


def test_the_same_message_twice_is_answered_once(sandbox: Sandbox, real: RealBot, shared_desk: Desk):
    sandbox.say("zhaohui", "帮助", msg_id="msg-twice")
    sandbox.wait_for("zhaohui", lambda m: "明天下午请半天事假" in m["text"])
    sandbox.say("zhaohui", "帮助", msg_id="msg-twice")
    until(lambda: ("msg-twice", "done") in [row[:2] for row in inbox(shared_desk)])
    said = sandbox.say("zhaohui", "年假还剩几天")
    sandbox.wait_for("zhaohui", lambda m: m["reply_to"] == said["msgId"])
    helps = [m for m in sandbox.messages("zhaohui") if m["from"].get("bot") and "明天下午请半天事假" in m["text"]]
    assert len(helps) == 1


def test_in_a_group_personal_matters_are_not_spoken_of(sandbox: Sandbox, real: RealBot):
    group = next(iter(sandbox.groups("liming").values()))
    for text in ("查工资条", "年假还剩几天", "我的绩效怎么样", "这个月迟到几次", "明天请假"):
        said = sandbox.say("liming", text, conversation=group)
        reply = sandbox.wait_for("liming", answers_to(said["msgId"]), conversation=group)
        assert reply["text"] == "这件事请和我私聊,我在单聊里告诉您。"
        assert not reply["buttons"]


def test_an_event_is_followed_once(sandbox: Sandbox, real: RealBot):
    sandbox.ding("roster", userid="liuyang", contract_end="2029-01-10")
    until(lambda: [kind for kind, data in real.events if kind == "hrm_user_record_change"])
    sandbox.redeliver(["event"])
    kinds = [kind for kind, data in real.events if kind == "hrm_user_record_change"]
    assert len(kinds) == 1


@pytest.mark.parametrize("how", ["notice", "1006", "1000", "1011"])
def test_after_a_break_the_bot_is_back(sandbox: Sandbox, real: RealBot, how: str):
    opened = len([r for r in sandbox.log() if r["path"].endswith("/connections/open")])
    sandbox.faults(disconnect=how)
    until(lambda: len([r for r in sandbox.log() if r["path"].endswith("/connections/open")]) > opened, 10)
    sandbox.wait_connected()
    until(lambda: real.bot.stream.connected)
    said = sandbox.say("liming", "年假还剩几天")
    assert "4 天" in sandbox.wait_for("liming", lambda m: m["reply_to"] == said["msgId"], timeout=15)["text"]


def test_everything_again_changes_nothing(sandbox: Sandbox, real: RealBot, shared_desk: Desk):
    until(lambda: all(row[1] == "done" for row in inbox(shared_desk)))
    until(lambda: not real.pump())
    before = len(sandbox.messages("liming"))
    rows = {row[0]: row[1] for row in inbox(shared_desk)}
    assert sandbox.redeliver(seed=3) > 10
    assert {row[0]: row[1] for row in inbox(shared_desk)} == rows
    assert real.pump() == 0
    assert len(sandbox.messages("liming")) == before


def test_without_a_template_the_card_is_a_message_with_a_link(
    sandbox: Sandbox, real: RealBot, tmp_path: Path, rules: Policies
):
    real.bot.stop()
    desk = make_desk(tmp_path, rules, Clock())
    with RealBot(sandbox, desk, cards=False):
        said = sandbox.say("liming", "明天下午请半天事假")
        reply = sandbox.wait_for("liming", lambda m: m["reply_to"] == said["msgId"])
        assert reply["kind"] == "actionCard"
        assert "11月24日(周二)下午" in reply["text"]
        assert reply["buttons"][0]["url"] == f"{sandbox.base}/m/enter?to=/m/leave/1"
    desk.store.close()


def test_it_stops_within_two_seconds(sandbox: Sandbox, tmp_path: Path, rules: Policies):
    desk = make_desk(tmp_path, rules, Clock())
    with RealBot(sandbox, desk) as bot:
        started = time.monotonic()
        assert bot.bot.stream.stop(2.0)
        assert time.monotonic() - started < 2.0
    desk.store.close()
