"""回话 answers:意图给出的回答,还没有变成消息;相邻的几句并成一条(推送按条计数)。"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.ports import MOST_LINKS, ActionCard, Link, Markdown, Message
from handlers.cards import CardRef


@dataclass(frozen=True, slots=True)
class Say:
    """说一句(Markdown);title 是会话列表里露出的那一行;links 是下面的按钮。"""

    text: str
    title: str = "人事助手"
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowCard:
    """给出一张卡片;字由 bot/cards 按现在的样子写。"""

    ref: CardRef


Answer = Say | ShowCard


def merged(answers: Iterable[Answer]) -> list[Answer]:
    """相邻的话并成一条;一模一样的只说一遍;按钮最多五个。"""
    out: list[Answer] = []
    for answer in answers:
        last = out[-1] if out else None
        if isinstance(answer, Say) and isinstance(last, Say):
            text = last.text if answer.text == last.text else f"{last.text}\n\n{answer.text}"
            links = tuple(dict.fromkeys((*last.links, *answer.links)))[:MOST_LINKS]
            out[-1] = Say(text, last.title, links)
        else:
            out.append(answer)
    return out


def message_of(said: Say) -> Message:
    """一句话 → 一条消息。"""
    if said.links:
        return ActionCard(said.title, said.text, said.links[:MOST_LINKS])
    return Markdown(said.title, said.text)
