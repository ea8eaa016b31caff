"""推到沙箱:回复、卡片、通知、写回,照真的规矩被收下,人看得到;对方出毛病时照样送到。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ehr_sync.dingtalk.client import DingTalk, Parts
from ehr_sync.dingtalk.errors import DingTalkError
from ehr_sync.pull.feed import Ask
from ehr_sync.pull.feeds import BY_NAME, pull
from ehr_sync.pull.leave import leave_status
from ehr_sync.push.deliver import Dead, Delivered, Deliverer, Result, Retry, Row
from ehr_sync.push.messages import Links, Replier, Session, Text
from engine.days import shanghai_date
from tests.ehr_sync.fakes import Clock
from tests.ehr_sync.test_with_sandbox import NOW, SINCE, app_of, source_of
from tests.ehr_sync.world import MemoryIntake, bad
from tests.harness.sandbox import Sandbox

TEMPLATE = "ehr-card-1.schema"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


@pytest.fixture
def ding(sandbox: Sandbox) -> Iterator[DingTalk]:
    with DingTalk(app_of(sandbox.info), Parts(qps=10_000), lambda: shanghai_date(NOW)) as client:
        yield client
    sandbox.faults(clear=True)


def deliver(ding: DingTalk, kind: str, payload: dict[str, Any], template: str = TEMPLATE) -> Result:
    links = Links("http://127.0.0.1:1")
    return Deliverer(ding, template, links, lambda: shanghai_date(NOW)).deliver(Row(kind, payload))


def card(track: str, to: str = "wangfang") -> dict[str, Any]:
    params = {"title": "请假审批", "state": "审批中", "tone": "wait", "body": "李明 半天事假", "link_url": "/m/leave/1"}
    params |= {"b1_text": "同意", "b1_action": "leave.approve:1", "b1_style": "primary"}
    return {"out_track_id": track, "to": to, "params": params, "conversation": {"type": "1"}}


def test_card_is_seen_then_changes_in_place(sandbox: Sandbox, ding: DingTalk):
    assert deliver(ding, "card.create", card("t.1")) == Delivered()
    assert deliver(ding, "card.create", card("t.1")) == Delivered()  # 再投一次也只有一张
    seen = [m for m in sandbox.messages("wangfang") if m["card"] and m["card"]["id"] == "t.1"]
    assert [(m["card"]["state"], [b["text"] for b in m["card"]["buttons"]]) for m in seen] == [("审批中", ["同意"])]
    update = {
        "out_track_id": "t.1",
        "params": {"state": "已同意", "b1_text": ""},
        "private": {"wangfang": {"note": "您同意了"}},
    }
    assert deliver(ding, "card.update", update) == Delivered()
    (after,) = [m["card"] for m in sandbox.messages("wangfang") if m["card"] and m["card"]["id"] == "t.1"]
    assert (after["state"], after["buttons"], after["note"], after["title"]) == ("已同意", [], "您同意了", "请假审批")


def test_card_to_nobody_and_unknown_template_are_put_aside(ding: DingTalk):
    assert isinstance(deliver(ding, "card.create", card("t.2", "nobody")), Dead)
    assert isinstance(deliver(ding, "card.create", card("t.3"), "unknown.schema"), Dead)


def test_without_a_template_a_link_arrives(sandbox: Sandbox, ding: DingTalk):
    assert isinstance(deliver(ding, "card.create", card("t.4", "liming"), template=""), Delivered)
    last = sandbox.messages("liming")[-1]
    assert last["kind"] == "actionCard"
    assert "半天事假" in last["text"]
    assert "/m/enter?to=/m/leave/1" in str(last)


def test_notice_and_say_arrive(sandbox: Sandbox, ding: DingTalk):
    notice = {
        "to": ["zhaohui", "liming"],
        "title": "续签提醒",
        "text": "合同将到期。" * 200,
        "link": "/m/",
        "link_text": "查看",
    }
    assert isinstance(deliver(ding, "notice", notice), Delivered)
    for userid in notice["to"]:
        assert sandbox.messages(userid, "notices")[-1]["title"] == "续签提醒"
    assert deliver(ding, "say", {"to": "liming", "title": "答复", "markdown": "**好的**"}) == Delivered()
    assert sandbox.messages("liming")[-1]["text"] == "**好的**"
    gone = deliver(ding, "say", {"to": "nobody", "title": "答复", "markdown": "x"})
    assert isinstance(gone, Dead)


def leave(start: str, end: str, unit: str, number: int) -> dict[str, Any]:
    return {
        "userid": "zhangwei",
        "approve_id": f"ehr-{number}",
        "type_label": "事假",
        "leave_code": "",
        "unit": unit,
        "from": start,
        "to": end,
        "jump_url": f"/m/leave/{number}",
    }


@pytest.mark.parametrize(
    ("start", "end", "unit", "amount"),
    [
        ("2026-12-08 PM", "2026-12-08 PM", "halfDay", "0.5"),
        ("2026-12-09", "2026-12-10", "day", "2"),
        ("2026-12-11 09:00", "2026-12-11 11:00", "hour", "2"),
    ],
)
def test_leave_is_written_back_updated_and_known_again(
    sandbox: Sandbox, ding: DingTalk, start: str, end: str, unit: str, amount: str
):
    payload = leave(start, end, unit, 900 + len(unit))
    assert deliver(ding, "leave.writeback", payload) == Delivered()
    assert deliver(ding, "leave.writeback", payload) == Delivered()
    source = source_of(sandbox.info, ding)
    first = datetime.fromisoformat(f"{start[:10]}T00:00+08:00")
    spans = leave_status(source, ["zhangwei"], first, first + timedelta(days=1))
    assert [str(span.amount) for span in spans] == [amount]


def test_two_months_of_leave_are_written_in_parts(sandbox: Sandbox, ding: DingTalk):
    payload = leave("2027-01-04", "2027-03-05", "day", 950) | {"userid": "chenxin", "natural": True}
    assert deliver(ding, "leave.writeback", payload) == Delivered()
    first = datetime(2027, 1, 4, tzinfo=UTC)
    spans = leave_status(source_of(sandbox.info, ding), ["chenxin"], first, first + timedelta(days=60))
    assert sum(int(span.amount) for span in spans) == 61
    assert len(spans) == 2


def test_too_early_for_dingtalk_is_told_to_hr(ding: DingTalk):
    assert isinstance(deliver(ding, "leave.writeback", leave("2026-10-01", "2026-10-01", "day", 960)), Dead)


FAULTS = ["429", "qps", "500", "502", "503", "504", "busy", "truncated", "empty"]


@pytest.mark.parametrize("kind", FAULTS)
def test_a_passing_fault_is_outlived(sandbox: Sandbox, kind: str):
    sandbox.faults(answers=[{"path": "/v1.0/card/instances*", "kind": kind, "count": 2}])
    with DingTalk(app_of(sandbox.info), Parts(pace=Clock().pace(), qps=10_000), lambda: shanghai_date(NOW)) as client:
        assert deliver(client, "card.create", card(f"f.{kind}")) == Delivered()
    sandbox.faults(clear=True)
    assert len([m for m in sandbox.messages("wangfang") if m["card"] and m["card"]["id"] == f"f.{kind}"]) == 1


@pytest.mark.parametrize("kind", ["html", "1111", "quota", "403", "401"])
def test_a_lasting_fault_waits_its_turn(sandbox: Sandbox, kind: str):
    sandbox.faults(answers=[{"path": "/v1.0/card/instances*", "kind": kind, "count": -1}])
    with DingTalk(app_of(sandbox.info), Parts(pace=Clock().pace(), qps=10_000), lambda: shanghai_date(NOW)) as client:
        result = deliver(client, "card.create", card(f"l.{kind}"))
    sandbox.faults(clear=True)
    assert isinstance(result, Retry)
    assert len(result.reason) > 10


@pytest.mark.parametrize("kind", ["500", "html", "busy"])
def test_pull_goes_on_where_a_fault_stopped_it(sandbox: Sandbox, kind: str):
    intake = MemoryIntake()
    ask = Ask(NOW, SINCE, "s")
    with DingTalk(app_of(sandbox.info), Parts(pace=Clock().pace(), qps=10_000), lambda: shanghai_date(NOW)) as client:
        source = source_of(sandbox.info, client)
        sandbox.faults(answers=[{"path": "*/customObjects/*", "kind": kind, "count": -1}])
        with pytest.raises(DingTalkError):
            pull(BY_NAME["ratings"], source, intake, ask)
        assert intake.failures[-1][0] == "ratings"
        sandbox.faults(clear=True)
        done = pull(BY_NAME["ratings"], source, intake, ask)
    assert done.fresh > 1_000


@pytest.mark.parametrize(
    ("feed", "name", "how"), [("deal", "deals", "type"), ("roster", "roster", "missing"), ("user", "people", "missing")]
)
def test_spoiled_records_are_listed_and_the_rest_goes_on(
    sandbox: Sandbox, ding: DingTalk, feed: str, name: str, how: str
):
    sandbox.faults(bad_records=[{"feed": feed, "kind": how, "count": 3}])
    intake = MemoryIntake()
    done = pull(BY_NAME[name], source_of(sandbox.info, ding), intake, Ask(NOW, SINCE, f"spoiled-{how}"))
    assert done.fresh > 50
    assert all(reason for _, reason in bad(intake.pages))
    if feed != "user":  # 名单里弄坏的不要紧,资料另问
        assert done.bad == 3


def test_an_address_that_is_not_dingtalks_is_not_used_and_the_reply_still_arrives(sandbox: Sandbox, ding: DingTalk):
    at = datetime.fromisoformat(sandbox.now())
    session = Session("http://evil.test/x", at + timedelta(hours=1), "", "liming", sandbox.info["robot_code"])
    assert Replier(ding, lambda: at).reply(session, Text("先走会话,不成走接口"))
    assert sandbox.messages("liming")[-1]["text"] == "先走会话,不成走接口"
