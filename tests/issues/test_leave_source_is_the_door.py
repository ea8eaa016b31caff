"""申请从哪里来,由门说了算(原先命令里写 source=dingtalk 就能躲过写回);奇怪的半天与日期是填错,不是崩溃。"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import BadInput
from tests.handlers.test_leave_life import draft
from tests.handlers.world import World, at


def test_the_command_cannot_name_another_source(world: World):
    number = draft(world, source="dingtalk")
    assert world.one("SELECT source FROM leaverequest WHERE id = :i", i=number) == "bot"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"start_part": "noon"}, "BAD_PART"),
        ({"start_at": at("2026-11-26", "14:00")}, "HALF_A_CLOCK"),
        ({"start": date.min, "end": date.min}, "DATE_OUT_OF_RANGE"),
        ({"start": date.max, "end": date.max}, "DATE_OUT_OF_RANGE"),
    ],
)
def test_odd_input_is_told_politely(world: World, fields: dict[str, Any], code: str):
    with pytest.raises(BadInput) as refused:
        draft(world, **fields)
    assert refused.value.code == code
