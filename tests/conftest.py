"""共用的夹具 conftest:`store` 一座建好表的空库,SQLite 与真的 PostgreSQL 各来一遍。"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.migrate import upgrade
from models.work import Store
from tests.harness import postgres as harness

BOTH = [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)]
"""两种库;要自己造库的测试也用它来参数化。"""


@pytest.fixture(scope="session")
def postgres() -> Iterator[harness.Postgres]:
    """一台 PostgreSQL,整个会话共用,最后停掉。"""
    server = harness.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """跑过迁移的 SQLite 样板,每个测试复制一份。"""
    path = tmp_path_factory.mktemp("template") / "ehr.sqlite3"
    _build(f"sqlite:///{path}")
    return path


def _build(url: str) -> None:
    store = Store(url)
    upgrade(store)
    store.close()


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """一座跑过迁移的空库。"""
    if request.param == "sqlite":
        path = tmp_path / "ehr.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        found = Store(f"sqlite:///{path}")
        yield found
        found.close()
        return
    server: harness.Postgres = request.getfixturevalue("postgres")
    with server.fresh(server.template(_build)) as url:
        found = Store(url)
        yield found
        found.close()


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """一座什么表也没有的库。"""
    if request.param == "sqlite":
        found = Store(f"sqlite:///{tmp_path}/empty.sqlite3")
        yield found
        found.close()
        return
    server: harness.Postgres = request.getfixturevalue("postgres")
    with server.fresh() as url:
        found = Store(url)
        yield found
        found.close()
