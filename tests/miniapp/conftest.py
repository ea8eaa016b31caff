"""网页测试的夹具:一家公司只建一次,每个测试用它的一份拷贝。"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.miniapp.world import World, open_world, publish_october, small_company, stir


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """建好的库:十月已发布,有一条提醒、一件求助、一份待审批的请假。"""
    folder = tmp_path_factory.mktemp("company")
    with small_company(folder) as world:
        publish_october(world)
        stir(world)
    return folder / "world.sqlite3"


@pytest.fixture
def world(built: Path, tmp_path: Path) -> Iterator[World]:
    """一份拷贝。"""
    copy = tmp_path / "world.sqlite3"
    shutil.copy(built, copy)
    with open_world(copy) as opened:
        yield opened
