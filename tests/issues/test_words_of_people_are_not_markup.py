"""别人写的字原样进了 Markdown 消息:理由里写 [点我](http://…),收到的人看到的是一个能点的链接。现在没有链接,字还在。"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from handlers import goals, handoff
from handlers.goals import AdjustTarget
from handlers.handoff import AnswerHandoff, HandOver
from handlers.markup import plain
from models.mailbox import OutboxRow
from tests.bot.talker import Talker
from tests.handlers.world import World

EVIL = "[点我领钱](http://evil.test/x) **加粗** <b>x</b> ![图](http://evil.test/a.png)\n# 标题"


def assert_harmless(text: str) -> None:
    assert "点我领钱" in text
    for magic in ("](", "http://evil", "**加粗", "<b>", "\n# "):
        assert magic not in text


def letters(talker: Talker, kind: str) -> list[dict[str, Any]]:
    def look(work: Any) -> list[dict[str, Any]]:
        return [dict(row.payload) for row in work.session.exec(select(OutboxRow).where(OutboxRow.kind == kind))]

    return talker.desk.read(look)


def test_a_cry_for_help_and_its_answer(talker: Talker):
    desk = talker.desk
    asked = desk.do(handoff.hand_over, HandOver("handoff", EVIL), desk.actor("liming", "bot"), "k1")
    assert_harmless(str(letters(talker, "notice")[-1]["text"]))
    hr = next(u for u in letters(talker, "notice")[-1]["to"])
    desk.do(handoff.answer, AnswerHandoff(asked.handoff_id, EVIL), desk.actor(hr, "miniapp"), "k2")
    assert_harmless(str(letters(talker, "say")[-1]["markdown"]))


def test_the_reason_of_a_changed_target(paid: World):
    command = AdjustTarget(paid.id("liming"), "sales", "2026-11", "120000", date(2026, 11, 23), EVIL, 1)
    paid.do("wangfang", goals.adjust, command)
    letter = paid.one("SELECT payload FROM outboxrow WHERE kind = 'say'")
    assert_harmless((letter if isinstance(letter, dict) else json.loads(letter))["markdown"])


@pytest.mark.parametrize(("text", "expected"), [("a[b](http://c)", "a［b］(http：//c)"), (" 一\n二 ", "一 二")])
def test_plain(text: str, expected: str):
    assert plain(text) == expected
