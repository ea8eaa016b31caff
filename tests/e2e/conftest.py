"""故事的夹具:播种一次(每种库各一次),故事照它复制;普通的故事合用一套,拨钟与出故障的各用自己的。"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import BOTH
from tests.e2e.telling import assert_no_amounts, assert_twice
from tests.harness import postgres as pg
from tests.harness.house import Ground, House, copied, seed

Make = Callable[..., House]


class Seeds:
    """播过种的状态;copy 给一套新的地基。"""

    def __init__(self, kind: str, folder: Path, server: pg.Postgres | None, stack: ExitStack) -> None:
        self.kind, self._folder, self._server = kind, folder, server
        self._count = 0
        self._template = ""
        if server is None:
            self._ground = _kept() or seed(folder / "seed")
        else:
            self._template = f"ehr_seed_{os.getpid()}"
            server.run(f"CREATE DATABASE {self._template} TEMPLATE template0")
            stack.callback(server.run, f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)")
            self._ground = seed(folder / "seed", server.url_of(self._template))

    def copy(self, stack: ExitStack, **env: str) -> Ground:
        """另起一套(PostgreSQL 的库也照样复制);stack 收场时库就丢掉。"""
        self._count += 1
        url = "" if self._server is None else stack.enter_context(self._server.fresh(self._template))
        return copied(self._ground, self._folder / f"house-{self._count}", url, env)


def _kept() -> Ground | None:
    """反复改测试时省时间:EHR_TEST_SEED 指一个文件夹,播过种的留在那里下次再用;改过程序要自己删掉它。"""
    folder = os.environ.get("EHR_TEST_SEED", "")
    if not folder:
        return None
    kept = Path(folder)
    return Ground(kept) if kept.exists() else seed(kept)


@pytest.fixture(scope="session")
def sown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Seeds]]:
    """每种库播种一次。另放一处而不交给带参数的夹具:那种夹具每换一次库就收掉重来,而每个文件都要换。"""
    kept: dict[str, Seeds] = {}
    try:
        postgres = request.getfixturevalue("postgres")  # 先起的后收:它收在这些库之后
    except pytest.skip.Exception:
        postgres = None
    with ExitStack() as stack:

        def of(kind: str) -> Seeds:
            if kind not in kept:
                server = (postgres or request.getfixturevalue("postgres")) if kind == "postgres" else None
                kept[kind] = Seeds(kind, tmp_path_factory.mktemp(f"e2e-{kind}"), server, stack)
            return kept[kind]

        yield of


@pytest.fixture(scope="module", params=BOTH)
def seeds(request: pytest.FixtureRequest, sown: Callable[[str], Seeds]) -> Seeds:
    """一种库的播种。"""
    return sown(request.param)


@pytest.fixture(scope="session")
def streets(sown: Callable[[str], Seeds]) -> Iterator[Callable[[str], House]]:
    """合用的几套,每种库一套,起了就一直开着。"""
    kept: dict[str, House] = {}
    with ExitStack() as stack:

        def of(kind: str) -> House:
            if kind not in kept:
                kept[kind] = stack.enter_context(House(sown(kind).copy(stack)))
            return kept[kind]

        yield of


@pytest.fixture
def street(seeds: Seeds, streets: Callable[[str], House]) -> House:
    """合用的一套:不拨钟、不出故障的故事都在这里,各用各的人。"""
    return streets(seeds.kind)


@pytest.fixture
def story(street: House) -> Iterator[House]:
    """合用的一套里讲一个故事;讲完:没有一条消息带金额,一切乱序再送一遍,各表逐行不变。"""
    after = street.sandbox.seq()
    yield street
    assert_no_amounts(street, after)
    assert_twice(street, seed=20261123)


@pytest.fixture
def own(seeds: Seeds) -> Iterator[Make]:
    """自己的一套:own() 起一套,测试完就停;own(EHR_…=…) 换设置。"""
    with ExitStack() as stack:
        yield lambda **env: stack.enter_context(House(seeds.copy(stack, **env)))
