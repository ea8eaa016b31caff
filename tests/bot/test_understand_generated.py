"""造出来的五千句 understand generated:答案由独立的日期算法给出,要素全对的不少于 99%。"""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understand import understand
from config import policies
from tests.bot.generate import Said, sentences

DAYS = (
    "2026-11-23T09:30:00+08:00",
    "2026-09-21T09:00:00+08:00",
    "2026-04-27T08:30:00+08:00",
    "2026-10-29T09:00:00+08:00",
)


@pytest.mark.parametrize("at", DAYS)
def test_slots_of_generated_sentences_are_exact(at: str) -> None:
    now = datetime.fromisoformat(at)
    calendar = policies.shipped().calendar
    wrong: list[str] = []
    for said in sentences(seed=20261123 + now.month, count=1250, today=now.date()):
        found = understand(said.text, now, calendar)
        got = (found.intent, found.slots.type, found.slots.start, found.slots.end, found.slots.days)
        if got != ("leave.request", said.type, said.start, said.end, _days(said)) or found.more:
            wrong.append(f"{said} 得 {got}")
    assert len(wrong) <= 12, "\n".join(wrong[:20])


def _days(said: Said) -> float | None:
    return said.days
