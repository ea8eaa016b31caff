"""一轮 turn:一个人的一句话办到底要用的一切。意图只经它问事、办事;身份与幂等键都在这里。"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from bot.answers import ShowCard
from bot.understand import Also, Shift, Understanding, understand
from config.policies import Policies
from engine.days import Month, shanghai_date
from handlers import cards, dialogue
from handlers.actor import Actor
from handlers.cards import CardRef
from handlers.desk import Desk, UseCase
from handlers.dialogue import OpenMatter

Command = TypeVar("Command")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class MenuLine:
    """能办的一类事:名字与几句例子。"""

    label: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """一轮。key 是这句话的幂等键(一句里第几个愿望也在里面);at 说话的时刻;text 原话;shift 这个人的班。"""

    desk: Desk
    actor: Actor
    key: str
    at: datetime
    text: str
    shift: Shift
    menu: tuple[MenuLine, ...] = ()

    @property
    def rules(self) -> Policies:
        return self.desk.rules

    @property
    def today(self) -> date:
        """今天(上海)。"""
        return shanghai_date(self.desk.clock())

    @property
    def month(self) -> Month:
        """本月。"""
        return Month.of(self.today)

    def ask(self, query: UseCase[Command, Outcome], command: Command) -> Outcome:
        """问一件事。"""
        return self.desk.ask(query, command, self.actor)

    def do(self, use_case: UseCase[Command, Outcome], command: Command, tag: str) -> Outcome:
        """办一件事;tag 区分同一句话里的几步。"""
        return self.desk.do(use_case, command, self.actor, f"{self.key}:{tag}")

    def hear(self, text: str, at: datetime | None = None) -> Understanding:
        """听懂另一种写法的同一件事。"""
        return understand(text, at or self.at, self.rules.calendar, self.shift)

    def part(self, number: int) -> Turn:
        """这句话里的第几个愿望。"""
        return replace(self, key=f"{self.key}:{number}")

    def on_shift(self, shift: Shift) -> Turn:
        """按这个人的班来听。"""
        return replace(self, shift=shift)

    def keep(self, intent: str, question: str, slots: Mapping[str, str]) -> None:
        """记下没说完的事。"""
        matter = OpenMatter(intent, tuple(slots.items()), question)
        self.do(dialogue.keep_matter, matter, "keep")

    def forget(self) -> None:
        """没说完的事到此为止。"""
        self.do(dialogue.keep_matter, OpenMatter(), "forget")

    def show(self, noun: str, subject_id: int) -> ShowCard:
        """再给一张卡:同一编号的卡钉钉只投一次,所以再要看时另起一面。"""
        return ShowCard(self.desk.write(lambda work: self._face(work, noun, subject_id)))

    def _face(self, work: Any, noun: str, subject_id: int) -> CardRef:
        name = "self"
        track = f"{noun}.{subject_id}.self.{self.actor.userid}.{cards.store_tag(work)}"
        if cards.card_ref(work, track) is not None:
            name = f"again-{hashlib.sha256(self.key.encode()).hexdigest()[:8]}"
        return cards.open_card(work, noun, subject_id, name, self.actor.userid)


def wishes_of(heard: Understanding) -> list[Also]:
    """一句话里的全部愿望,主要的在前。"""
    main = Also(heard.intent, heard.slots, heard.reply_kind, heard.question, heard.choices)
    return [main, *heard.more]
