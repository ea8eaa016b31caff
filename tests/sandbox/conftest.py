"""沙箱测试的夹具:一个共用的沙箱进程(配额关),每个测试前把故障全关上。"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.sandbox import Sandbox


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.faults(clear=True)
    running.meters(reset=True, enabled=False, qps=20, calls={"limit": 5000}, pushes={"limit": 3000})
    return running
