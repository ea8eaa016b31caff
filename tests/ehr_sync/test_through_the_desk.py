"""从沙箱经办事台到库:整份拉两遍,每张表逐行相同;坏了一半的来源下次接着来。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from config.policies import shipped
from ehr_sync.dingtalk.client import DingTalk, Parts
from ehr_sync.pull.feed import Ask
from ehr_sync.pull.feeds import DeskIntake, pull, waves
from engine.days import shanghai_date
from handlers.desk import Desk
from handlers.table import PERMITS
from models.work import Store
from tests.ehr_sync.test_with_sandbox import NOW, app_of, source_of
from tests.harness.sandbox import Sandbox

COUNTERS = {"donekey", "auditline", "meter"}
"""投递的簿记:多拉一遍自然多几行。"""
MOVING = {"tried_at", "success_at", "cursor", "window", "seen_at"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


def rows_of(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """每张表的每一行(除了簿记与游标的时刻)。"""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with store.engine.connect() as connection:
        names = [row[0] for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        for name in names:
            if name not in COUNTERS:
                result = connection.execute(text(f"SELECT * FROM {name}"))
                keep = [i for i, key in enumerate(result.keys()) if key not in MOVING]
                found[name] = sorted((tuple(row[i] for i in keep) for row in result), key=repr)
    return found


def test_twice_through_the_desk_leaves_the_same_rows(sandbox: Sandbox, tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path}/ehr.sqlite3")
    store.create_all()
    clock = [NOW]
    desk = Desk(store, shipped(), lambda: clock[0], PERMITS, {"人事": "hr", "薪酬专员": "payroll", "审计": "auditor"})
    since = date(2026, 11, 16)

    def everything(slot: str) -> None:
        for wave in waves():
            for feed in wave:
                pull(feed, source, DeskIntake(desk), Ask(clock[0], since, slot))

    with DingTalk(app_of(sandbox.info), Parts(qps=10_000), lambda: shanghai_date(NOW)) as ding:
        source = source_of(sandbox.info, ding)
        everything("night-1")
        first = rows_of(store)
        assert len(first["person"]) >= 60
        assert len(first["punch"]) > 300
        assert len(first["deal"]) > 100
        assert len(first["cursor"]) == 9
        clock[0] += timedelta(minutes=1)
        everything("night-2")
        again = rows_of(store)
    store.engine.dispose()
    assert {name: len(rows) for name, rows in again.items()} == {name: len(rows) for name, rows in first.items()}
    assert again == first
