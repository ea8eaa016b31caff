"""帮助意图 help:现在能办的事与例句(都取自各意图自己写的例子),和听不懂时的回话。"""

from __future__ import annotations

import re

from bot import words
from bot.answers import Answer, Say
from bot.ports import Link, say_link
from bot.turn import Turn
from bot.understand import Also

TITLE = "帮助"
_END = r"[呀啊哈吗么呢了~～!！,，。.?？\s]*"
_HELLO = re.compile(
    rf"^(?:(?:你|您|大家)好|早(?:上好|安)?|(?:上午|中午|下午|晚上)好|hi|hello|hey|哈[喽啰罗]|嗨|在(?:不在)?|有人){_END}$",
    re.I,
)
_THANKS = re.compile(
    rf"^(?:好的?[,，]?)?(?:非常|太|多)?(?:谢谢|感谢|多谢|谢了|辛苦|thanks|thank you|thx)(?:你|您){{0,2}}{_END}$", re.I
)


def menu(turn: Turn, wish: Also) -> list[Answer]:
    """能办的事。"""
    lines = [f"**{line.label}**:{'、'.join(f'“{e}”' for e in line.examples)}" for line in turn.menu]
    text = f"{turn.actor.name},您好!直接说要办的事就行,例如:\n\n{words.bullet(lines)}"
    buttons = (say_link("年假还剩几天"), say_link("查工资条"), say_link(words.HUMAN), Link("打开小程序", "/m/"))
    return [Say(text, TITLE, buttons)]


def unknown(turn: Turn, wish: Also) -> list[Answer]:
    """招呼与道谢照样答;没听懂就老实说,给三个例子和转人工。"""
    if _HELLO.match(turn.text.strip()):
        return menu(turn, wish)
    if _THANKS.match(turn.text.strip()):
        return [Say(words.WELCOME, words.ASSISTANT)]
    return [lost(words.NOT_UNDERSTOOD)]


def lost(text: str) -> Say:
    """一句话带上三个例子和转人工。"""
    return Say(text, words.ASSISTANT, tuple(say_link(one) for one in (*words.SUGGESTIONS, words.HUMAN)))
