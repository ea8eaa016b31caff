"""卡片:变量都是文字、每个不超过 1 KB;别人写的字没有魔力;提醒卡;没有模板时的写法;按钮都有人办。"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from bot.actions import ACTIONS
from bot.cards import RENDERERS, alert, course, leave, render
from bot.cards.content import Button, Face, write
from bot.markup import clip, plain
from engine.errors import NotFound
from handlers import alerts, leave_queries
from handlers.cards import CardRef
from handlers.desk import SYSTEM
from handlers.people import Today
from models.mailbox import OutboxRow
from models.people import Contract
from tests.bot.talker import Talker

VARIABLES = {
    *("title", "state", "tone", "body", "fields", "note", "link_text", "link_url", "reason_label"),
    *(f"b{n}_{part}" for n in (1, 2, 3) for part in ("text", "action", "style")),
}


def a_face(**more: Any) -> Face:
    given: dict[str, Any] = {
        "title": "事假申请",
        "state": "待提交",
        "tone": "info",
        "body": "请您核对。",
        "fields": (("类型", "事假"),),
        "path": "/m/leave/1",
    }
    return Face(**(given | more))


def test_every_variable_of_the_template_is_written_as_text():
    params = write(a_face(buttons=(Button("提交", "leave.submit", "primary"),))).params
    assert set(params) == VARIABLES
    assert all(isinstance(value, str) for value in params.values())
    assert (params["b1_text"], params["b2_text"], params["b3_text"]) == ("提交", "", "")


def test_no_variable_is_longer_than_the_platform_takes():
    long = "很长的理由" * 400
    content = write(a_face(body=long, note=long, title=long, fields=tuple((f"项{n}", long) for n in range(9))))
    assert max(len(value.encode()) for value in content.params.values()) <= 1024
    assert json.loads(content.params["fields"])[0]["k"] == "项0"


def test_without_a_template_the_same_is_said_with_a_link():
    content = write(a_face(note="说明", buttons=(Button("提交", "leave.submit"), Button("撤销", "leave.withdraw"))))
    assert "**待提交**" in content.markdown
    assert "- 类型:事假" in content.markdown
    assert "> 说明" in content.markdown
    assert [(link.text, link.target) for link in content.buttons] == [("打开办理(提交、撤销)", "/m/leave/1")]


@pytest.mark.parametrize(
    "text", ["[点我](http://evil.example)", "**粗**", "# 头", "<b>x</b>", "a\n\n> 引用", "dtmd://x?content=删"]
)
def test_the_words_of_others_have_no_magic(text: str):
    safe = plain(text)
    assert not set(safe) & set("[]*#<>`_\n")
    assert "://" not in safe


def test_clipping_never_cuts_a_character_in_two():
    assert clip("年" * 10, 10) == "年年…"
    assert clip("short", 10) == "short"
    assert len(plain("年" * 500, 20)) == 20


def test_every_button_that_a_card_can_show_has_somebody_to_do_it():
    shown = {button.action for button in leave.BUTTONS.values()} | {"course.enrol", "course.cancel"}
    shown |= {"alert.renew_reminder", "alert.ignore"}
    assert shown == set(ACTIONS)
    assert {action.noun for action in ACTIONS.values()} == set(RENDERERS)


def test_an_unknown_noun_is_refused():
    with pytest.raises(NotFound):
        render(CardRef("x", "weather", 1, "self", "liming"), lambda query, command: None)


def test_a_stranger_cannot_look_at_a_card(talker: Talker):
    (shown,) = talker.say("liming", "明天请一天事假")
    assert talker.params("liming", shown)["state"] == "待提交"
    with pytest.raises(NotFound):
        talker.params("chenyu", shown)


def contract_ends(talker: Talker, on: date) -> str:
    """李明的合同快到期:扫描后 HR 的卡片编号。"""

    def change(work: Any) -> None:
        row = work.session.exec(select(Contract).order_by(col(Contract.id))).all()[2]
        row.kind, row.end = "fixed", on
        work.session.add(row)

    talker.desk.write(change)
    talker.desk.do(alerts.scan, Today(talker.clock.now.date()), SYSTEM, "scan")
    return talker.card_of("alert", "hr")


def test_an_alert_with_its_remedy(talker: Talker):
    track = contract_ends(talker, date(2027, 1, 10))
    sent = talker.press("zhaohui", track, "alert.renew_reminder")
    assert (sent["state"], sent["b1_action"]) == ("已发提醒", "alert.ignore")
    assert "没有重复发送" in talker.press("zhaohui", track, "alert.renew_reminder")["note"]
    asked = talker.press("zhaohui", track, "alert.ignore")
    assert "理由" in asked["note"]
    closed = talker.press("zhaohui", track, "alert.ignore", "已口头确认续签")
    assert (closed["state"], closed["b1_text"], closed["reason_label"]) == ("已关闭", "", "")
    assert "已口头确认续签" in closed["fields"]


def test_an_alert_is_for_hr_only(talker: Talker):
    track = contract_ends(talker, date(2027, 1, 10))
    assert "权限" in talker.press("liming", track, "alert.renew_reminder")["note"]
    notices = talker.desk.read(lambda work: work.session.exec(select(OutboxRow.kind)).all())
    assert "notice" not in notices


def test_renderers_are_those_of_the_table():
    assert (RENDERERS["leave"], RENDERERS["course"], RENDERERS["alert"]) == (leave.render, course.render, alert.render)


def test_the_approver_reads_who_else_is_away(talker: Talker):
    (mine,) = talker.say("chenyu", "明天请一天事假")
    talker.press("chenyu", talker.card_of("leave", "self"), "leave.submit")
    (other,) = talker.say("liming", "明天请一天事假")
    talker.press("liming", other.ref.out_track_id, "leave.submit")  # type: ignore[union-attr]
    boss = talker.desk.ask(leave_queries.waiting, leave_queries.Inbox(), talker.people.actor("wangfang"))
    assert boss[1].away == ("陈雨 11月24日(周二)",)
    assert talker.params("chenyu", mine)["state"] == "审批中"
