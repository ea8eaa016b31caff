"""机器人测试的夹具:一份政策共用,每个测试一间小公司。"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.policies import Policies, load
from handlers.desk import Desk
from tests.bot.company import Clock, make_desk
from tests.bot.talker import Talker


@pytest.fixture(scope="session")
def rules() -> Policies:
    return load()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, rules: Policies, clock: Clock) -> Iterator[Desk]:
    made = make_desk(tmp_path, rules, clock)
    yield made
    made.store.close()


@pytest.fixture
def talker(desk: Desk, clock: Clock) -> Talker:
    return Talker(desk, clock)
