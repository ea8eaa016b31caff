"""目标意图 goals:调整目标要看预览、写理由,在小程序里办;聊天里给链接。"""

from __future__ import annotations

from bot.answers import Answer, Say
from bot.markup import plain
from bot.ports import Link
from bot.turn import Turn
from bot.understand import Also, month_of

TITLE = "目标"


def adjust(turn: Turn, wish: Also) -> list[Answer]:
    """调整别人或团队的目标:给链接。"""
    month = month_of(wish.slots) or turn.month
    if not turn.actor.has("manager", "hr"):
        text = "目标由您的上级调整。有想法可以先和上级沟通,或说“转人工”请 HR 帮忙。自己的目标与进度可以点下面查看。"
        return [Say(text, TITLE, (Link("我的绩效与目标", f"/m/performance?month={month}"),))]
    person = wish.slots.extra.get("person", "")
    whom = f"{plain(person, 20)}的" if person else "团队的"
    text = f"调整{whom}目标要填新值、理由和生效日,并能先看到对得分的影响,请点下面打开办理。"
    return [Say(text, TITLE, (Link("打开团队目标", f"/m/goals?month={month}"),))]
