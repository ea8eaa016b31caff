"""推送:回复两条路、卡片、工作通知、请假写回,以及发件箱的每一种结局。"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from ehr_sync.dingtalk.limits import Meter
from ehr_sync.push.deliver import Dead, Delivered, Deliverer, Result, Retry, Row
from ehr_sync.push.messages import ActionCard, Link, Markdown, Message, Replier, Session, Text, by_notice, clip
from tests.ehr_sync.fakes import LINKS, TODAY, FakeDingTalk, Rule, client, deliver, in_turn, new, ok

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
HOOK = "http://oapi.test/robot/sendBySession?session=s"


def session(minutes: int = 90, *, group: bool = False) -> Session:
    return Session(HOOK, NOW + timedelta(minutes=minutes), "cid", "u1", "robot", group)


def reply(rule: Rule, message: Message, given: Session) -> tuple[bool, FakeDingTalk]:
    fake = FakeDingTalk(rule)
    return Replier(client(fake), lambda: NOW).reply(given, message), fake


def test_reply_by_session_first():
    done, fake = reply(lambda _: ok(), Text("您好"), session())
    assert done
    assert [r.url.path for r in fake.requests] == ["/robot/sendBySession"]
    assert fake.bodies == [{"msgtype": "text", "text": {"content": "您好"}}]


FALLBACKS = [
    httpx.Response(200, json={"errcode": 300001, "errmsg": "session 不存在"}),
    httpx.Response(200, text="<html>", headers={"content-type": "text/html"}),
    httpx.Response(500, json={"code": "x"}),
    httpx.ConnectError("refused"),
]


@pytest.mark.parametrize("first", FALLBACKS, ids=["expired", "html", "500", "refused"])
def test_reply_falls_back_to_openapi(first: Any):
    done, fake = reply(in_turn(first, new(processQueryKey="k")), Text("您好"), session())
    assert done
    assert fake.requests[1].url.path == "/v1.0/robot/oToMessages/batchSend"
    body = fake.bodies[1]
    assert (body["userIds"], body["msgKey"]) == (["u1"], "sampleText")
    assert json.loads(body["msgParam"]) == {"content": "您好"}


def test_expired_session_is_not_even_tried_and_groups_go_to_the_group():
    done, fake = reply(lambda _: new(processQueryKey="k"), Markdown("t", "x"), session(0, group=True))
    assert done
    assert [r.url.path for r in fake.requests] == ["/v1.0/robot/groupMessages/send"]
    assert fake.bodies[0]["openConversationId"] == "cid"


def test_reply_that_reaches_nobody_says_so():
    done, _ = reply(lambda _: new(invalidStaffIdList=["u1"]), Text("x"), session(0))
    assert not done
    assert not reply(lambda _: httpx.Response(503, json={}), Text("x"), session())[0]


def test_pushes_and_calls_are_counted_apart():
    fake = FakeDingTalk(in_turn(ok(), new(processQueryKey="k")))
    ding = client(fake)
    replier = Replier(ding, lambda: NOW)
    replier.reply(session(), Text("a"))
    replier.reply(session(0), Text("b"))
    used = {meter: ding.budget.reading(meter).used for meter in Meter}
    assert used == {Meter.PUSHES: 1, Meter.CALLS: 1}


def test_action_card_in_three_dialects():
    two = ActionCard("标题", "正文", (Link("甲", "http://a"), Link("乙", "http://b")))
    _, fake = reply(lambda _: ok(), two, session())
    assert fake.bodies[0]["actionCard"]["btns"] == [
        {"title": "甲", "actionURL": "http://a"},
        {"title": "乙", "actionURL": "http://b"},
    ]
    _, fake = reply(lambda _: new(processQueryKey="k"), two, session(0))
    assert fake.bodies[0]["msgKey"] == "sampleActionCard2"
    assert json.loads(fake.bodies[0]["msgParam"])["actionURL2"] == "http://b"
    one = by_notice(ActionCard("标题", "正文", (Link("甲", "http://a"),)))
    assert one["action_card"] == {"title": "标题", "markdown": "正文", "single_title": "甲", "single_url": "http://a"}


def test_a_long_notice_is_cut_to_2048_bytes_without_breaking_a_character():
    body = by_notice(ActionCard("标题", "长" * 3000 + '"\\\n' * 50, (Link("看", "http://a"),)))
    assert len(json.dumps(body, ensure_ascii=False).encode()) <= 2048
    assert body["action_card"]["markdown"].endswith("…")
    assert len(json.dumps(by_notice(Markdown("t", '"' * 4000)), ensure_ascii=False).encode()) <= 2048


@pytest.mark.parametrize(
    ("text", "limit", "expected"), [("abc", 3, "abc"), ("长长长", 6, "长…"), ("长长", 2, ""), ("长长长", 7, "长…")]
)
def test_clip(text: str, limit: int, expected: str):
    assert clip(text, limit) == expected
    assert len(expected.encode()) <= limit


CARD: dict[str, Any] = {
    "out_track_id": "c1",
    "to": "u2",
    "params": {
        "title": "请假审批",
        "state": "审批中",
        "body": "半天事假",
        "link_url": "/m/leave/1",
        "link_text": "查看",
    },
    "private": {"u2": {"b1_text": "同意"}},
    "conversation": {"type": "1"},
}


def test_card_is_created_with_the_template():
    result, fake = deliver(
        lambda _: new(success=True, result={"deliverResults": [{"success": True}]}), "card.create", CARD
    )
    assert result == Delivered()
    body = fake.bodies[0]
    assert (body["cardTemplateId"], body["outTrackId"], body["callbackType"]) == ("T", "c1", "STREAM")
    assert body["openSpaceId"] == "dtv1.card//IM_ROBOT.u2"
    assert body["imRobotOpenDeliverModel"] == {"spaceType": "IM_ROBOT", "robotCode": "robot"}
    assert body["cardData"]["cardParamMap"]["link_url"] == "http://mini.test/m/enter?to=/m/leave/1"
    assert body["privateData"] == {"u2": {"cardParamMap": {"b1_text": "同意"}}}
    assert all(isinstance(v, str) for v in body["cardData"]["cardParamMap"].values())


def test_card_in_a_group():
    payload = CARD | {"conversation": {"type": "2", "id": "cid"}}
    _, fake = deliver(lambda _: new(result={}), "card.create", payload)
    assert fake.bodies[0]["openSpaceId"] == "dtv1.card//IM_GROUP.cid"
    assert fake.bodies[0]["imGroupOpenDeliverModel"] == {"robotCode": "robot"}


def test_card_that_was_not_delivered_says_why():
    answer = new(success=True, result={"deliverResults": [{"success": False, "errorMsg": "user not found"}]})
    assert deliver(lambda _: answer, "card.create", CARD)[0] == Dead("卡片没有投放成功:user not found")


def test_card_values_are_kept_within_a_kilobyte():
    rows = json.dumps([{"k": f"第{n}项", "v": "很长的内容" * 5} for n in range(60)], ensure_ascii=False)
    payload = CARD | {"params": CARD["params"] | {"body": "字" * 2000, "fields": rows}}
    _, fake = deliver(lambda _: new(result={}), "card.create", payload)
    sent = fake.bodies[0]["cardData"]["cardParamMap"]
    assert max(len(v.encode()) for v in sent.values()) <= 1024
    kept = json.loads(sent["fields"])
    assert kept == json.loads(rows)[: len(kept)]
    assert kept


def test_card_update_changes_only_what_is_given():
    result, fake = deliver(
        lambda _: new(success=True), "card.update", {"out_track_id": "c1", "params": {"state": "已同意"}}
    )
    assert result == Delivered()
    assert fake.requests[0].method == "PUT"
    assert fake.bodies[0]["cardData"] == {"cardParamMap": {"state": "已同意"}}
    assert fake.bodies[0]["cardUpdateOptions"] == {"updateCardDataByKey": True, "updatePrivateDataByKey": True}


def test_without_a_template_the_card_becomes_a_link():
    result, fake = deliver(lambda _: new(processQueryKey="k"), "card.create", CARD, template="")
    assert result == Delivered("没有卡片模板,发成了链接。")
    param = json.loads(fake.bodies[0]["msgParam"])
    assert fake.bodies[0]["msgKey"] == "sampleActionCard"
    assert param["singleURL"] == "http://mini.test/m/enter?to=/m/leave/1"
    assert "半天事假" in param["text"]
    again, _ = deliver(lambda _: new(processQueryKey="k"), "card.update", CARD, template="")
    assert again == Delivered("没有卡片模板,发成了链接。")
    nobody, fake = deliver(lambda _: new(), "card.update", {"out_track_id": "c1", "params": {}}, template="")
    assert nobody == Delivered("没有卡片模板,不能在原处更新。")
    assert fake.requests == []


def test_notice_goes_in_hundreds_and_once_to_each():
    people = [f"u{n}" for n in range(150)] + ["u0"]
    payload = {
        "to": people,
        "title": "工资已发布",
        "text": "十月的工资条可以看了。",
        "link": "/m/payslip",
        "link_text": "查看",
    }
    result, fake = deliver(lambda _: ok(task_id=7), "notice", payload)
    assert result == Delivered("task 7,7")
    assert [len(b["userid_list"].split(",")) for b in fake.bodies] == [100, 50]
    assert fake.bodies[0]["msg"]["action_card"]["single_url"] == "http://mini.test/m/enter?to=/m/payslip"


SAY = {"to": "u1", "title": "答复", "markdown": "好的"}
OUTCOMES: list[tuple[str, httpx.Response | Exception, int, Result | type]] = [
    ("ok", new(processQueryKey="k"), 0, Delivered()),
    ("unknown", new(invalidStaffIdList=["u1"]), 0, Dead("钉钉里找不到收件人 u1,请核对是否已离职。")),
    (
        "slowed",
        new(flowControlledStaffIdList=["u1"]),
        0,
        Retry(timedelta(minutes=1), "钉钉对这个人限流,一分钟后再发。"),
    ),
    ("filtered", new(filteredStaffIdList=["u1"]), 0, Dead("收件人 u1 收不到机器人消息(可能屏蔽了机器人)。")),
    (
        "500-first",
        httpx.Response(500, json={"code": "x"}),
        0,
        Retry(timedelta(seconds=5), "钉钉暂时忙,稍后会自动再试。(x)"),
    ),
    (
        "500-third",
        httpx.Response(500, json={"code": "x"}),
        2,
        Retry(timedelta(seconds=20), "钉钉暂时忙,稍后会自动再试。(x)"),
    ),
    (
        "500-long",
        httpx.Response(500, json={"code": "x"}),
        60,
        Retry(timedelta(minutes=15), "钉钉暂时忙,稍后会自动再试。(x)"),
    ),
    ("refused", httpx.ConnectError("x"), 0, Retry),
    ("bad-request", httpx.Response(400, json={"code": "param.error", "message": "msgKey"}), 0, Dead),
    ("permission", httpx.Response(403, json={"code": "Forbidden.AccessDenied.AccessTokenPermissionDenied"}), 0, Retry),
    ("quota", httpx.Response(403, json={"code": "Forbidden.AccessDenied.ApiCountLimitForOrg"}), 0, Retry),
]


@pytest.mark.parametrize(("name", "answer", "attempts", "expected"), OUTCOMES, ids=[row[0] for row in OUTCOMES])
def test_every_outcome(name: str, answer: Any, attempts: int, expected: Any):
    result, _ = deliver(lambda _: answer, "say", SAY, attempts=attempts)
    if isinstance(expected, type):
        assert isinstance(result, expected)
        assert len(result.reason) > 10  # type: ignore[union-attr]
    else:
        assert result == expected


def test_punished_waits_at_least_five_minutes():
    page = httpx.Response(200, text="<html>", headers={"content-type": "text/html"})
    result, _ = deliver(lambda _: page, "say", SAY)
    assert isinstance(result, Retry)
    assert result.after >= timedelta(minutes=5)


BAD_PAYLOADS = [
    ("smoke.signal", {}),
    ("say", {"to": "u1"}),
    ("card.create", CARD | {"params": {"n": 1}}),
    ("card.create", {"params": {}}),
    (
        "leave.writeback",
        {"userid": "u1", "approve_id": "ehr-1", "type_label": "事假", "unit": "week", "from": "x", "to": "x"},
    ),
]


@pytest.mark.parametrize(("kind", "payload"), BAD_PAYLOADS)
def test_a_letter_nobody_can_send_is_put_aside(kind: str, payload: dict[str, Any]):
    result, fake = deliver(lambda _: new(), kind, payload)
    assert isinstance(result, Dead)
    assert fake.requests == []


def test_budget_runs_low_progress_first_approvals_last():
    fake = FakeDingTalk(lambda _: new(success=True, processQueryKey="k", result={}))
    ding = client(fake)
    post = Deliverer(ding, "T", LINKS, lambda: TODAY)
    letters = {
        "progress": Row("card.update", CARD | {"weight": "progress"}),
        "update": Row("card.update", CARD),
        "say": Row("say", SAY),
        "approval": Row("card.create", CARD | {"weight": "approval"}),
    }

    def sent_at(used: int) -> list[str]:
        ding.budget.count(Meter.PUSHES, used - ding.budget.reading(Meter.PUSHES).used)
        found = []
        for name, row in letters.items():
            before = len(fake.requests)
            post.deliver(row)
            if len(fake.requests) > before:
                found.append(name)
        return found

    assert sent_at(100) == ["progress", "update", "say", "approval"]
    assert sent_at(2_350) == ["update", "say", "approval"]  # 预测超出
    assert sent_at(2_500) == ["say", "approval"]
    assert sent_at(2_900) == ["approval"]


def test_links():
    assert LINKS.absolute("/m/leave/1?a=1") == "http://mini.test/m/enter?to=/m/leave/1%3Fa%3D1"
    assert LINKS.absolute("/m/enter?to=/m/x") == "http://mini.test/m/enter?to=/m/x"
    assert LINKS.absolute("https://x.test/y") == "https://x.test/y"
    assert LINKS.absolute("") == ""
