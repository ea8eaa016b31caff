"""共用的夹具 conftest:`store` 一座建好表的空库,`stores` 造别的样板;SQLite 与真的 PostgreSQL 各来一遍。"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from models.migrate import upgrade
from models.work import Store
from tests.harness import postgres as harness

BOTH = [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)]
"""两种库。"""

Build = Callable[[Store], object]
Stores = Callable[[str, Build], Store]
"""stores(阶段名, 怎么造):照样板复制一座库;样板在一个会话里只造一次。"""


@pytest.fixture(scope="session")
def postgres() -> Iterator[harness.Postgres]:
    """一台 PostgreSQL,整个会话共用,最后停掉。"""
    server = harness.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SQLite 样板放在这里。"""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture(params=BOTH)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """造库的:用完关掉、删掉。"""
    with ExitStack() as closing:

        def opened(url: str) -> Store:
            store = Store(url)
            closing.callback(store.close)
            return store

        def sqlite(stage: str, build: Build) -> Store:
            template: Path = request.getfixturevalue("sqlite_templates") / f"{stage}.sqlite3"
            if not template.exists():
                _build(f"sqlite:///{template}", build)
            path = tmp_path / "ehr.sqlite3"
            shutil.copy(template, path)
            return opened(f"sqlite:///{path}")

        def postgres(stage: str, build: Build) -> Store:
            server: harness.Postgres = request.getfixturevalue("postgres")
            template = server.template(stage, lambda url: _build(url, build))
            return opened(closing.enter_context(server.fresh(template)))

        yield sqlite if request.param == "sqlite" else postgres


def _build(url: str, build: Build) -> None:
    store = Store(url)
    try:
        build(store)
    finally:
        store.close()


@pytest.fixture
def store(stores: Stores) -> Store:
    """一座跑过迁移的空库。"""
    return stores("migrated", upgrade)


@pytest.fixture
def empty(stores: Stores) -> Store:
    """一座什么表也没有的库。"""
    return stores("empty", lambda store: store.engine.connect().close())
