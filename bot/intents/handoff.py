"""转人工意图 handoff:把原话交给 HR,告诉本人交给了谁。"""

from __future__ import annotations

from bot.answers import Answer, Say
from bot.markup import plain
from bot.turn import Turn
from bot.understand import Also
from handlers import handoff


def hand_over(turn: Turn, wish: Also) -> list[Answer]:
    """转人工。"""
    done = turn.do(handoff.hand_over, handoff.HandOver("handoff", turn.text), "handoff")
    text = f"已转给 {plain(done.given_to, 60)},您的原话一并转达,答复会回到这里。着急的话可以直接在钉钉里联系。"
    return [Say(text, "转人工")]
