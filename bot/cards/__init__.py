"""卡片 cards:每个名词一个文件,送出时按当时的状态现写;这里是总表。"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.cards import alert, course, leave
from bot.cards.content import Ask, CardContent
from engine.errors import NotFound
from handlers.cards import CardRef

RENDERERS: Mapping[str, Callable[[CardRef, Ask], CardContent]] = {
    "leave": leave.render,
    "course": course.render,
    "alert": alert.render,
}


def render(ref: CardRef, ask: Ask) -> CardContent:
    """这张卡现在的样子;ask 以看卡片的人的身份问(desk.ask(query, command, desk.actor(ref.userid, "bot")))。"""
    found = RENDERERS.get(ref.noun)
    if found is None:
        raise NotFound("UNKNOWN_CARD", f"没有“{ref.noun}”这种卡片的写法。请打开小程序查看。")
    return found(ref, ask)
