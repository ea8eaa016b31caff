"""长连接 stream:未改动的官方 dingtalk-stream 对沙箱说话:连、回声、卡片回调、事件、断线重连、重推。"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.harness.sandbox import Sandbox, until

BOT = Path(__file__).with_name("sdk_bot.py")
Json = dict[str, Any]


class Bot:
    """跑着 SDK 的进程;seen 是它打印过的每一行。"""

    def __init__(self, sandbox: Sandbox) -> None:
        info = sandbox.info
        words = [sys.executable, str(BOT), info["api"], info["client_id"], info["client_secret"]]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.seen: list[Json] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.seen.append(json.loads(line))

    def wait(self, fits: Callable[[Json], bool], count: int = 1) -> list[Json]:
        """等到有 count 条合 fits 的。"""

        def look() -> list[Json] | None:
            found = [row for row in list(self.seen) if fits(row)]
            return found if len(found) >= count else None

        found: list[Json] = until(look, 15, lambda: f"机器人只看到 {self.seen[-5:]}")
        return found

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(5)
        self._reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def bot(running: Sandbox) -> Iterator[Bot]:
    made = Bot(running)
    try:
        running.wait_connected()
        yield made
    finally:
        made.stop()


def test_a_text_is_echoed_through_the_session_webhook(sandbox: Sandbox, bot: Bot) -> None:
    said = sandbox.say("liming", "年假还剩几天")
    reply = sandbox.wait_for("liming", lambda m: m["reply_to"] == said["msgId"])
    assert reply["text"] == "echo: 年假还剩几天"
    got = bot.wait(lambda row: row.get("id") == said["msgId"])[0]["data"]
    assert got["senderStaffId"] == "liming" and got["conversationType"] == "1"
    assert got["sessionWebhookExpiredTime"] - got["createAt"] == pytest.approx(5_400_000, abs=1_000)
    assert got["robotCode"] == sandbox.info["robot_code"]


def test_in_a_group_the_text_comes_with_a_leading_space_and_the_group_sees_the_reply(
    sandbox: Sandbox, bot: Bot
) -> None:
    group = sandbox.groups("liming")["销售一部工作群"]
    said = sandbox.say("liming", "查工资条", conversation=group)
    reply = sandbox.wait_for("wangfang", lambda m: m["reply_to"] == said["msgId"], conversation=group)
    assert reply["text"] == "echo: 查工资条"
    got = bot.wait(lambda row: row.get("id") == said["msgId"])[0]["data"]
    assert got["text"]["content"] == " 查工资条"
    assert (got["conversationTitle"], got["isInAtList"]) == ("销售一部工作群", True)


@pytest.mark.parametrize(
    ("kind", "key"),
    [("audio", "recognition"), ("picture", "downloadCode"), ("file", "fileName"), ("richText", "richText")],
)
def test_other_kinds_of_message_carry_their_content(sandbox: Sandbox, bot: Bot, kind: str, key: str) -> None:
    said = sandbox.say("liming", "明天请假", kind=kind)
    got = bot.wait(lambda row: row.get("id") == said["msgId"])[0]["data"]
    assert got["msgtype"] == kind
    assert key in got["content"]


def test_a_picture_can_be_downloaded_by_its_code(sandbox: Sandbox, bot: Bot) -> None:
    said = sandbox.say("liming", "", kind="picture")
    code = bot.wait(lambda row: row.get("id") == said["msgId"])[0]["data"]["content"]["downloadCode"]
    body = {"downloadCode": code, "robotCode": sandbox.info["robot_code"]}
    status, answer = sandbox.new("POST", "/v1.0/robot/messageFiles/download", body)
    assert status == 200
    status, raw = sandbox.request("GET", answer["downloadUrl"].removeprefix(sandbox.base))
    assert (status, raw[:4]) == (200, b"\x89PNG")


def test_a_card_made_by_the_sdk_is_pressed_and_its_answer_changes_it_for_the_one_who_pressed(
    sandbox: Sandbox, bot: Bot
) -> None:
    sandbox.say("liming", "发卡")
    made = bot.wait(lambda row: row["got"] == "card")[-1]["id"]
    card = sandbox.wait_card("liming", lambda c: c["id"] == made)
    assert card["buttons"] == [{"id": "leave.approve:7", "text": "同意", "style": "normal"}]
    answer = sandbox.press("liming", made, "leave.approve:7", reason="好")
    assert answer["code"] == 200 and not answer["late"]
    got = bot.wait(lambda row: row["got"] == "press")[-1]["data"]
    content = json.loads(got["content"])["cardPrivateData"]
    assert content == {"actionIds": ["b1"], "params": {"action": "leave.approve:7", "reason": "好"}}
    assert got["outTrackId"] == made and got["userId"] == "liming"
    after = sandbox.wait_card("liming", lambda c: c["id"] == made and c["state"] == "已同意")
    assert after["buttons"] == [] and after["title"] == "请假"
    # 旧画面上还按得到:钉钉照样把点击送来,认不认由机器人定
    again = sandbox.press("wangfang", made, "leave.approve:7")
    assert again["messageId"] != answer["messageId"]


def test_an_answer_after_two_seconds_no_longer_changes_the_card(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.say("liming", "发卡")
    made = bot.wait(lambda row: row["got"] == "card", count=2)[-1]["id"]
    sandbox.wait_card("liming", lambda c: c["id"] == made)
    sandbox.faults(delay_ms=2_200)
    answer = sandbox.press("liming", made, "b1")
    assert answer["late"] and answer["response"]["cardData"]["cardParamMap"]["state"] == "已同意"
    assert sandbox.wait_card("liming", lambda c: c["id"] == made)["state"] == "审批中"


def test_what_happens_in_dingtalk_arrives_as_an_event(sandbox: Sandbox, bot: Bot) -> None:
    done = sandbox.ding("leave", userid="liming", type="事假", **{"from": "2026-12-03", "to": "2026-12-03"})
    rows = bot.wait(
        lambda r: r["got"] == "event" and r["data"].get("processInstanceId") == done["processInstanceId"], count=4
    )
    kinds = {(row["type"], row["data"]["type"]) for row in rows}
    assert kinds == {(f"bpms_{what}_change", when) for what in ("instance", "task") for when in ("start", "finish")}
    finish = next(r for r in rows if r["type"] == "bpms_instance_change" and r["data"]["type"] == "finish")
    assert finish["data"]["result"] == "agree"
    assert abs(int(finish["born"]) - finish["data"]["finishTime"]) < 2_000


def test_the_same_message_again_is_the_same_frame(sandbox: Sandbox, bot: Bot) -> None:
    first = sandbox.say("liming", "你好", msg_id="msg-once-more")
    again = sandbox.say("liming", "你好", msg_id="msg-once-more")
    assert first == again
    got = bot.wait(lambda row: row.get("id") == "msg-once-more", count=2)
    assert got[0]["data"] == got[1]["data"]


def test_everything_can_be_delivered_again(sandbox: Sandbox, bot: Bot) -> None:
    said = sandbox.say("liming", "再来一遍")
    bot.wait(lambda row: row.get("id") == said["msgId"])
    count = sandbox.redeliver(["message"], seed=7)
    assert count == len([f for f in sandbox.call("GET", "/frames?kind=message")["frames"] if f["pushes"]])
    bot.wait(lambda row: row.get("id") == said["msgId"], count=2)


@pytest.mark.parametrize("how", ["notice", "1000"])
def test_after_a_disconnect_the_sdk_comes_back_and_is_served(sandbox: Sandbox, bot: Bot, how: str) -> None:
    opened = len([r for r in sandbox.log() if r["path"].endswith("/connections/open")])
    sandbox.faults(disconnect=how)
    until(
        lambda: len([r for r in sandbox.log() if r["path"].endswith("/connections/open")]) > opened,
        15,
        lambda: "SDK 没有重连",
    )
    sandbox.wait_connected()
    until(lambda: sandbox.faults()["connections"] == 1, 15, lambda: "旧连接还在")
    said = sandbox.say("liming", f"回来了 {how}")
    assert sandbox.wait_for("liming", lambda m: m["reply_to"] == said["msgId"])["text"] == f"echo: 回来了 {how}"


def test_an_event_without_ack_is_pushed_again_under_the_same_event_id(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.faults(drop_ack=1, event_retry_s=[0.2, 0.2, 0.2])
    sandbox.ding("roster", userid="liuyang", contract_end="2029-01-10")
    rows = bot.wait(lambda r: r["got"] == "event" and r["data"].get("staffId") == "liuyang", count=2)
    assert rows[0]["id"] == rows[1]["id"]
    assert rows[0]["type"] == "hrm_user_record_change"


def test_a_bot_message_without_ack_is_pushed_once_more(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.faults(drop_push=1, repush_message_s=1)
    said = sandbox.say("liming", "丢过一次")
    assert sandbox.wait_for("liming", lambda m: m["reply_to"] == said["msgId"])["text"] == "echo: 丢过一次"
    sandbox.faults(duplicate=1)
    twice = sandbox.say("liming", "来两份")
    bot.wait(lambda row: row.get("id") == twice["msgId"], count=2)


def test_the_gateway_carries_two_hundred_messages_a_second(sandbox: Sandbox, bot: Bot) -> None:
    marks = [f"load-{n}" for n in range(200)]
    for mark in marks:
        sandbox.say("zhoujun", mark)

    def echoed() -> bool:
        texts = {m["text"] for m in sandbox.messages("zhoujun")}
        return all(f"echo: {mark}" in texts for mark in marks)

    assert until(echoed, 15, lambda: "有没有回声的")
