"""说一句 chat:认人、找按钮、回答的样子;对着一个照着说的沙箱,不起进程。"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import cli
from app.chat import answered, find_button, link_of, moment, replies_to, shape, shown, spoken
from app.control import Control, Json, button_of
from app.demo import LOCK, write_mark
from app.processes import OnlyOne
from app.stage import running
from engine.errors import BadInput, NotFound, Unavailable, Unclear

CARD: Json = {
    "id": "card-2",
    "title": "请假申请",
    "state": "待提交",
    "body": "请核对,再提交。",
    "note": "扣半天工资",
    "link_text": "看影响",
    "link_url": "http://127.0.0.1:1/m/enter?to=/m/leave/1",
    "fields": [{"k": "类型", "v": "事假"}],
    "buttons": [
        {"id": "leave.submit:1", "text": "提交", "style": "primary"},
        {"id": "leave.drop:1", "text": "不请了", "style": "normal"},
    ],
    "params": {"title": "请假申请"},
}
OLD: Json = {**CARD, "id": "card-1"}
PEOPLE = [
    {"userid": "liming", "name": "李明", "dept": "销售一部", "active": True},
    {"userid": "wangwei", "name": "王伟", "dept": "生产部", "active": True},
    {"userid": "wangwei2", "name": "王伟", "dept": "研发部", "active": True},
    {"userid": "zhangli", "name": "张丽", "dept": "研发部", "active": False},
    {"userid": "zhangli2", "name": "张丽", "dept": "生产部", "active": True},
]


def message(rev: int, **more: Any) -> Json:
    plain = {"id": f"m{rev}", "rev": rev, "seq": rev, "from": {"bot": True}, "kind": "text", "title": "", "text": ""}
    return {**plain, "buttons": [], "link": None, "card": None, **more}


def control(**answers: Any) -> Control:
    """一个照着说的沙箱:路径 → 回答;没有的路径是 404。"""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path.rpartition("/")[2]
        if path not in answers:
            return httpx.Response(404, json={"error": "NO_SUCH", "say": "没有。"})
        found = answers[path]
        if isinstance(found, httpx.Response | Exception):
            if isinstance(found, Exception):
                raise found
            return found
        return httpx.Response(200, json=found)

    return Control("http://127.0.0.1:1", httpx.Client(transport=httpx.MockTransport(answer)))


@pytest.mark.parametrize(("text", "userid"), [("liming", "liming"), ("李明", "liming"), ("张丽", "zhangli2")])
def test_a_person_by_account_or_name(text: str, userid: str) -> None:
    assert control(people=PEOPLE).person(text)["userid"] == userid


def test_an_unclear_or_unknown_person_is_said() -> None:
    with pytest.raises(Unclear, match=r"有 2 位叫“王伟”的同事:wangwei\(生产部\)、wangwei2\(研发部\)"):
        control(people=PEOPLE).person("王伟")
    with pytest.raises(NotFound, match=r"没有找到“明”。您是不是要找:李明\(liming\)"):
        control(people=PEOPLE).person("明")
    with pytest.raises(NotFound, match="请用账号"):
        control(people=PEOPLE).person("诸葛亮")


def test_what_the_sandbox_refuses_keeps_its_words() -> None:
    refusal = httpx.Response(400, json={"error": "BAD_KIND", "say": "类型不对。"})
    with pytest.raises(BadInput, match="类型不对"):
        control(say=refusal).call("POST", "say", json={})
    with pytest.raises(NotFound):
        control().call("GET", "nowhere")
    with pytest.raises(Unavailable, match="没有办成"):
        control(say=httpx.Response(500, text="<html>")).call("POST", "say", json={})
    with pytest.raises(Unavailable, match="连不上演示的沙箱"):
        control(say=httpx.ConnectError("x")).call("POST", "say", json={})


@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("提交", "leave.submit:1"),
        ("leave.submit:1", "leave.submit:1"),
        ("leave.drop", "leave.drop:1"),
        ("不请", "leave.drop:1"),
    ],
)
def test_a_button_by_its_id_or_words(word: str, action: str) -> None:
    assert button_of(CARD, word) == action


def test_the_newest_card_with_that_button_is_pressed() -> None:
    here = control(messages={"seq": 9, "messages": [message(3, card=OLD), message(4, card=CARD), message(5)]})
    assert find_button(here, "liming", "提交") == ("card-2", "leave.submit:1")
    with pytest.raises(NotFound, match="没有一张卡片上有按钮“同意”。现在能按的有:提交、不请了"):
        find_button(here, "liming", "同意")
    with pytest.raises(NotFound, match="请先说一句话"):
        find_button(control(messages={"seq": 0, "messages": []}), "liming", "同意")


def test_a_named_card_that_is_not_seen_is_left_to_the_sandbox() -> None:
    here = control(messages={"seq": 9, "messages": [message(3, card=OLD), message(4, card=CARD)]})
    assert find_button(here, "liming", "提交", "card-1") == ("card-1", "leave.submit:1")
    assert find_button(here, "liming", "同意", "card-1") == ("card-1", "同意"), "按钮已经没有了,仍按得下去"
    assert find_button(here, "liming", "提交", "card-9") == ("card-9", "提交"), "别人的卡片"


def test_a_button_that_speaks_for_the_person() -> None:
    url = "dtmd://dingtalkclient/sendMessage?content=%E7%97%85%E5%81%87"
    asked = message(4, kind="actionCard", title="请假", text="请问哪种假?", buttons=[{"text": "病假", "url": url}])
    assert spoken(url) == "病假"
    assert spoken("http://127.0.0.1/sendMessage?content=x") is None
    assert shape(asked) == {
        "kind": "actionCard",
        "text": "请假\n请问哪种假?",
        "card": {"id": "m4", "title": "请假", "fields": [], "buttons": [{"id": url, "text": "病假"}]},
        "link": None,
    }
    assert shown(asked) == "请假\n请问哪种假?\n按钮:[病假]"
    assert find_button(control(messages={"seq": 9, "messages": [asked]}), "liming", "病假") == ("m4", url)


def test_replies_are_what_the_bot_said_in_order() -> None:
    mine = message(4, **{"from": {"userid": "liming"}, "text": "年假还剩几天"})
    here = control(messages={"seq": 9, "messages": [message(6, card=OLD), mine, message(5, text="还剩 3 天")]})
    assert [one["id"] for one in replies_to(here, "liming", {"", "cid1"}, 3)] == ["m5", "m6"], "各会话里同一条只算一次"


def test_who_presses_the_card_of_another_reads_what_the_bot_told_him() -> None:
    note = "这份申请现在不由您审批,没有改动。"
    pressed = {"messageId": "m", "response": {"cardData": {"cardParamMap": {"note": note}}}, "code": 200}
    assert [shape(one) for one in answered(pressed)] == [{"kind": "text", "text": note, "card": None, "link": None}]
    late = {"messageId": "m", "response": None, "say": "机器人 5 秒没有回答"}
    assert [shown(one) for one in answered(late)] == ["机器人 5 秒没有回答"]
    assert answered({"messageId": "m", "response": {}}) == []


def test_the_shape_for_scripts_is_exact() -> None:
    assert shape(message(4, kind="card", card=CARD)) == {
        "kind": "card",
        "text": "请假申请\n待提交\n请核对,再提交。\n扣半天工资",
        "card": {
            "id": "card-2",
            "title": "请假申请",
            "fields": [{"k": "类型", "v": "事假"}],
            "buttons": [{"id": "leave.submit:1", "text": "提交"}, {"id": "leave.drop:1", "text": "不请了"}],
        },
        "link": "http://127.0.0.1:1/m/enter?to=/m/leave/1",
    }
    assert shape(message(5, text="还剩 3 天")) == {"kind": "text", "text": "还剩 3 天", "card": None, "link": None}
    linked = message(
        6, kind="actionCard", title="工资条", text="请打开查看", buttons=[{"text": "打开", "url": "http://x/m"}]
    )
    assert link_of(linked) == "http://x/m"
    assert shape(linked)["text"] == "工资条\n请打开查看"


def test_what_people_read() -> None:
    text = shown(message(4, kind="card", card=CARD))
    for part in ("【请假申请】(待提交)", "  类型:事假", "扣半天工资", "[看影响] http", "按钮:[提交] leave.submit:1"):
        assert part in text
    assert shown(message(5, text="还剩 3 天", link="http://x/m")) == "还剩 3 天\nhttp://x/m"


def test_a_moment_without_a_zone_is_shanghai() -> None:
    assert moment("2026-11-24T09:00").astimezone(UTC) == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert moment("2026-11-24T09:00:00+00:00") == datetime(2026, 11, 24, 9, tzinfo=UTC)
    with pytest.raises(argparse.ArgumentTypeError, match="不是时刻"):
        moment("明天")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chat", "你好"], "少了参数:--as"),
        (["chat", "--as", "李明"], "没有要说的话"),
        (["chat", "--as", "李明", "--card", "c1", "你好"], "--card 要与 --press 一起用"),
        (["chat", "--as", "李明", "--at", "明天", "你好"], "“明天”不是时刻"),
    ],
)
def test_wrong_calls(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 2
    assert said in capsys.readouterr().err


def test_a_demo_runs_only_while_its_lock_is_held(tmp_path: Path) -> None:
    assert running(tmp_path) == ""
    write_mark(tmp_path, 8700, "http://127.0.0.1:8700")
    assert running(tmp_path) == "", "留下了地址,但没有在跑"
    lock = OnlyOne(tmp_path / LOCK)
    assert lock.take()
    try:
        assert running(tmp_path) == "http://127.0.0.1:8700"
    finally:
        lock.close()
    assert json.loads((tmp_path / "demo.json").read_text())["port"] == 8700
