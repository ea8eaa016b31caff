"""面试意图 interview:这里还办不了,交给 HR 安排。"""

from __future__ import annotations

from bot.answers import Answer, Say
from bot.markup import plain
from bot.turn import Turn
from bot.understand import Also
from handlers import handoff


def start(turn: Turn, wish: Also) -> list[Answer]:
    """想开始面试:转给 HR,告诉本人交给了谁。"""
    done = turn.do(handoff.hand_over, handoff.HandOver("interview.start", turn.text), "handoff")
    return [Say(f"面试由 HR 安排,已转给 {plain(done.given_to, 60)},原话一并转达,答复会回到这里。", "面试")]
