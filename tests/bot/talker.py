"""说话的人 talker:不经长连接,直接与对话、按钮打交道;回答原样交还。"""

from __future__ import annotations

import itertools
import json
from typing import Any

from sqlmodel import select

from bot.actions import Buttons, Press
from bot.answers import Answer, ShowCard
from bot.dialogue import Dialogue
from bot.incoming import read_message
from bot.people import People
from handlers.desk import Desk
from models.mailbox import Card
from tests.bot.company import Clock, message


class Talker:
    """一间公司里的对话。"""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self.desk, self.clock = desk, clock
        self.people = People(desk)
        self.dialogue = Dialogue(desk, self.people)
        self.buttons = Buttons(desk, self.people, "http://127.0.0.1:1")
        self._numbers = itertools.count(1)

    def say(self, userid: str, text: str, /, key: str = "", **more: Any) -> list[Answer]:
        name = key or f"m{next(self._numbers)}"
        read = read_message(message(userid, text, name, self.clock.now, **more), self.clock)
        return self.dialogue.answer(read, name)

    def params(self, userid: str, answer: Answer) -> dict[str, str]:
        """卡片现在的变量。"""
        assert isinstance(answer, ShowCard)
        return self.buttons.content(answer.ref, self.people.actor(userid)).params

    def fields(self, userid: str, answer: Answer) -> dict[str, str]:
        return {row["k"]: row["v"] for row in json.loads(self.params(userid, answer)["fields"])}

    def press(self, userid: str, track: str, action: str, reason: str = "", key: str = "") -> dict[str, str]:
        """按一下,返回卡片的新变量。"""
        press = Press(key or f"p{next(self._numbers)}", track, userid, action, reason)
        found: dict[str, str] = self.buttons.press(press)["cardData"]["cardParamMap"]
        return found

    def card_of(self, noun: str, role: str) -> str:
        """某一面最新的卡片编号。"""

        def look(work: Any) -> str:
            rows = work.session.exec(select(Card).where(Card.noun == noun, Card.role == role)).all()
            return str(rows[-1].out_track_id)

        return self.desk.read(look)
