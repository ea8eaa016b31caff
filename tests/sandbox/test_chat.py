"""会话 chat:三种发法、卡片、私有数据、工作通知、会话到期、未读。"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.harness.sandbox import ControlError, Sandbox

AGENT = 3_100_000_001


def webhook(sandbox: Sandbox, session: str, body: dict[str, Any]) -> dict[str, Any]:
    status, raw = sandbox.request("POST", session.removeprefix(sandbox.base), body)
    assert status == 200
    answer: dict[str, Any] = json.loads(raw)
    return answer


def session_of(sandbox: Sandbox, userid: str, text: str) -> str:
    said = sandbox.say(userid, text)
    frames = sandbox.call("GET", "/frames?kind=message")["frames"]
    return next(str(f["data"]["sessionWebhook"]) for f in frames if f["data"]["msgId"] == said["msgId"])


@pytest.mark.parametrize(
    ("body", "kind", "title", "buttons"),
    [
        ({"msgtype": "text", "text": {"content": "好的"}}, "text", "", []),
        ({"msgtype": "markdown", "markdown": {"title": "余额", "text": "**3 天**"}}, "markdown", "余额", []),
        (
            {
                "msgtype": "actionCard",
                "actionCard": {"title": "卡", "text": "看", "singleTitle": "开", "singleURL": "http://x/m/"},
            },
            "actionCard",
            "卡",
            [{"text": "开", "url": "http://x/m/"}],
        ),
        (
            {
                "msgtype": "actionCard",
                "actionCard": {"title": "卡", "text": "看", "btns": [{"title": "甲", "actionURL": "http://x"}]},
            },
            "actionCard",
            "卡",
            [{"text": "甲", "url": "http://x"}],
        ),
        ({"msgtype": "link", "link": {"title": "条", "text": "看", "messageUrl": "http://x/m/"}}, "link", "条", []),
    ],
)
def test_a_reply_by_webhook_is_seen(
    sandbox: Sandbox, body: dict[str, Any], kind: str, title: str, buttons: list[dict[str, str]]
) -> None:
    session = session_of(sandbox, "liming", "在吗")
    seq = sandbox.seq("liming")
    assert webhook(sandbox, session, body) == {"errcode": 0, "errmsg": "ok"}
    got = sandbox.wait_for("liming", lambda m: m["kind"] == kind, after=seq)
    assert (got["title"], got["buttons"]) == (title, buttons)


@pytest.mark.parametrize(
    "body", [{}, {"msgtype": "text"}, {"msgtype": "video"}, {"msgtype": "markdown", "markdown": {"text": "x"}}]
)
def test_a_bad_reply_is_refused(sandbox: Sandbox, body: dict[str, Any]) -> None:
    session = session_of(sandbox, "liming", "在吗")
    assert webhook(sandbox, session, body)["errcode"] in (40035, 400002)
    assert webhook(sandbox, f"{sandbox.base}/robot/sendBySession?session=x", body)["errcode"] == 300001


def test_a_session_ends_after_ninety_minutes_of_the_sandbox_clock() -> None:
    with Sandbox(quota=False) as sandbox:
        session = session_of(sandbox, "liming", "在吗")
        sandbox.set_clock("2026-11-23T10:59:00+08:00")
        assert webhook(sandbox, session, {"msgtype": "text", "text": {"content": "还在"}})["errcode"] == 0
        sandbox.set_clock("2026-11-23T11:01:00+08:00")
        late = webhook(sandbox, session, {"msgtype": "text", "text": {"content": "晚了"}})
        assert (late["errcode"], late["errmsg"]) == (300001, "session 不存在")


def test_a_work_notice_is_sent_once_a_day_with_the_same_words(sandbox: Sandbox) -> None:
    msg = {
        "msgtype": "action_card",
        "action_card": {"title": "合同", "markdown": "请续签", "single_title": "看", "single_url": "http://x/m/"},
    }
    body = {"agent_id": AGENT, "userid_list": "zhaohui,nobody", "msg": msg}
    first = sandbox.old("/topapi/message/corpconversation/asyncsend_v2", body)
    again = sandbox.old("/topapi/message/corpconversation/asyncsend_v2", body)
    assert first["errcode"] == again["errcode"] == 0
    notices = sandbox.messages("zhaohui", "notices")
    assert [(m["kind"], m["title"], m["buttons"]) for m in notices] == [
        ("notice", "合同", [{"text": "看", "url": "http://x/m/"}])
    ]

    def result(task: int) -> dict[str, Any]:
        asked = {"agent_id": AGENT, "task_id": task}
        found: dict[str, Any] = sandbox.old("/topapi/message/corpconversation/getsendresult", asked)["send_result"]
        return found

    assert result(first["task_id"])["unread_user_id_list"] == ["zhaohui"]
    assert result(first["task_id"])["invalid_user_id_list"] == ["nobody"]
    assert result(again["task_id"])["forbidden_user_id_list"] == ["zhaohui"]
    sandbox.old("/topapi/message/corpconversation/recall", {"agent_id": AGENT, "msg_task_id": first["task_id"]})
    assert [m["text"] for m in sandbox.messages("zhaohui", "notices")] == ["[消息已撤回]"]


def deliver(sandbox: Sandbox, card: str, space: str, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "cardTemplateId": "ehr-card-1.schema",
        "outTrackId": card,
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": {"title": "请假", "state": "审批中", "b1_text": "同意", "b1_action": "ok"}},
        "openSpaceId": f"dtv1.card//{space}",
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"},
        "imGroupOpenDeliverModel": {"robotCode": sandbox.info["robot_code"]},
        **more,
    }
    status, answer = sandbox.new("POST", "/v1.0/card/instances/createAndDeliver", body)
    assert status == 200, answer
    result: dict[str, Any] = answer["result"]["deliverResults"][0]
    return result


def test_an_update_lays_over_by_key_or_replaces_all(sandbox: Sandbox) -> None:
    assert deliver(sandbox, "c-update", "IM_ROBOT.liming")["success"]
    body: dict[str, Any] = {"outTrackId": "c-update", "cardData": {"cardParamMap": {"state": "已同意", "b1_text": ""}}}
    sandbox.new("PUT", "/v1.0/card/instances", {**body, "cardUpdateOptions": {"updateCardDataByKey": True}})
    card = sandbox.wait_card("liming", lambda c: c["state"] == "已同意")
    assert (card["title"], card["buttons"]) == ("请假", [])
    sandbox.new("PUT", "/v1.0/card/instances", body)
    assert sandbox.wait_card("liming", lambda c: c["id"] == "c-update")["title"] == ""


def test_private_data_is_seen_by_its_owner_only(sandbox: Sandbox) -> None:
    group = sandbox.groups("liming")["销售一部工作群"]
    deliver(
        sandbox, "c-private", f"IM_GROUP.{group}", privateData={"liming": {"cardParamMap": {"note": "只有您看得见"}}}
    )
    assert sandbox.wait_card("liming", conversation=group)["note"] == "只有您看得见"
    assert sandbox.wait_card("wangfang", conversation=group)["note"] == ""


def test_recipients_of_a_group_card_are_the_only_ones_to_see_it(sandbox: Sandbox) -> None:
    group = sandbox.groups("liming")["销售一部工作群"]
    model = {"robotCode": sandbox.info["robot_code"], "recipients": ["wangfang"]}
    deliver(sandbox, "c-only", f"IM_GROUP.{group}", imGroupOpenDeliverModel=model)
    assert sandbox.wait_card("wangfang", lambda c: c["id"] == "c-only", conversation=group)
    assert not [m for m in sandbox.messages("liming", group) if m["card"] and m["card"]["id"] == "c-only"]


def test_the_same_out_track_id_changes_nothing_and_says_nothing(sandbox: Sandbox) -> None:
    deliver(sandbox, "c-twice", "IM_ROBOT.liming")
    data = {"cardParamMap": {"title": "另一张"}}
    assert deliver(sandbox, "c-twice", "IM_ROBOT.liming", cardData=data)["success"]
    shown = [m["card"]["title"] for m in sandbox.messages("liming") if m["card"] and m["card"]["id"] == "c-twice"]
    assert shown == ["请假"]


def test_delivery_to_someone_unknown_fails_inside_the_result(sandbox: Sandbox) -> None:
    result = deliver(sandbox, "c-nobody", "IM_ROBOT.nobody")
    assert result["success"] is False and result["errorMsg"]


def test_pressing_without_a_bot_says_so(sandbox: Sandbox) -> None:
    deliver(sandbox, "c-press", "IM_ROBOT.liming")
    with pytest.raises(ControlError) as failed:
        sandbox.press("liming", "c-press", "nothing")
    assert failed.value.error == "NO_SUCH_BUTTON"
    with pytest.raises(ControlError) as failed:
        sandbox.press("liming", "c-none", "ok")
    assert failed.value.error == "NO_SUCH_CARD"
    answer = sandbox.press("liming", "c-press", "同意")
    assert answer["response"] is None and answer["messageId"]


def test_unread_counts_what_others_said_since_one_looked(sandbox: Sandbox) -> None:
    def unread() -> int:
        rows = sandbox.call("GET", "/conversations?userid=zhoujun")
        return int(next(r["unread"] for r in rows if r["type"] == "1" and r["id"] != "notices"))

    param = json.dumps({"content": "您好"}, ensure_ascii=False)
    body = {"robotCode": sandbox.info["robot_code"], "userIds": ["zhoujun"], "msgKey": "sampleText", "msgParam": param}
    sandbox.new("POST", "/v1.0/robot/oToMessages/batchSend", body)
    assert unread() == 1
    assert sandbox.messages("zhoujun")
    assert unread() == 0


@pytest.mark.parametrize(
    ("key", "param", "kind"),
    [
        ("sampleMarkdown", {"title": "题", "text": "**文**"}, "markdown"),
        ("sampleActionCard", {"title": "题", "text": "文", "singleTitle": "看", "singleURL": "http://x"}, "actionCard"),
        (
            "sampleActionCard2",
            {
                "title": "题",
                "text": "文",
                "actionTitle1": "甲",
                "actionURL1": "u",
                "actionTitle2": "乙",
                "actionURL2": "v",
            },
            "actionCard",
        ),
        ("sampleLink", {"title": "题", "text": "文", "picUrl": "", "messageUrl": "http://x"}, "link"),
    ],
)
def test_group_messages_by_template(sandbox: Sandbox, key: str, param: dict[str, str], kind: str) -> None:
    group = sandbox.groups("liming")["销售一部工作群"]
    body = {"robotCode": sandbox.info["robot_code"], "openConversationId": group, "msgKey": key}
    status, answer = sandbox.new(
        "POST", "/v1.0/robot/groupMessages/send", {**body, "msgParam": json.dumps(param, ensure_ascii=False)}
    )
    assert (status, bool(answer["processQueryKey"])) == (200, True)
    assert sandbox.wait_for("liming", lambda m: m["title"] == "题", conversation=group)["kind"] == kind


def test_an_unknown_person_or_group_is_told_so(sandbox: Sandbox) -> None:
    for body in ({"userid": "nobody", "text": "好"}, {"userid": "liming", "text": "好", "conversation": "cidnone"}):
        with pytest.raises(ControlError) as failed:
            sandbox.call("POST", "/say", body)
        assert failed.value.status == 404 and failed.value.say
