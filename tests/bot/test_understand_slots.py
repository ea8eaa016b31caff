"""请假句子的要素 understand slots:一行一句,答案写在 cases/slots.yaml。"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.understand import understand
from config import policies

CASES = Path(__file__).parent / "cases" / "slots.yaml"
AT = "2026-11-23T09:30:00+08:00"


def _rows() -> list[tuple[str, list[Any]]]:
    rows: list[tuple[str, list[Any]]] = []
    for group in yaml.safe_load(CASES.read_text("utf-8")).values():
        at, says = (group["at"], group["says"]) if isinstance(group, dict) else (AT, group)
        rows += [(str(at), row) for row in says]
    return rows


@pytest.mark.parametrize(("at", "row"), _rows(), ids=lambda value: value[0] if isinstance(value, list) else "")
def test_slots_of_a_leave_sentence(at: str, row: list[Any]) -> None:
    say, kind, start, end, days, reply = row
    found = understand(say, datetime.fromisoformat(at.replace(" ", "T")), policies.shipped().calendar)
    slots = found.slots
    assert found.intent == "leave.request"
    wanted = (kind, _text(start), _text(end), None if days is None else Fraction(str(days)), reply)
    assert (slots.type, slots.start, slots.end, slots.days, found.reply_kind) == wanted


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _types() -> list[tuple[str, str]]:
    table = yaml.safe_load((CASES.parent / "types.yaml").read_text("utf-8"))
    return [(kind, say) for kind, says in table.items() for say in says]


@pytest.mark.parametrize(("kind", "say"), _types())
def test_leave_type_by_name_or_by_reason(kind: str, say: str) -> None:
    found = understand(say, datetime.fromisoformat(AT), policies.shipped().calendar)
    assert found.intent == "leave.request"
    assert found.slots.type == (None if kind == "null" else kind)
