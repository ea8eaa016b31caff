"""依赖锁 locks:与 pyproject 一致,全部带哈希,不写仓库的地址,测试的锁包着运行的锁。"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
MAKE = (
    "uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --python-version 3.11 --no-header"
)


def locked(kind: str) -> dict[str, str]:
    """锁里的 {包名: 版本}。"""
    text = (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8")
    return {canonicalize_name(name): version for name, version in re.findall(r"(?m)^([\w.-]+)==([^\s;\\]+)", text)}


def wanted(kind: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extra = project["dependency-groups"]["dev"] if kind == "test" else []
    return [Requirement(line) for line in [*project["project"]["dependencies"], *extra]]


@pytest.mark.parametrize("kind", ["run", "test"])
def test_every_dependency_is_locked(kind: str) -> None:
    lock = locked(kind)
    stale = [
        str(need)
        for need in wanted(kind)
        if not need.specifier.contains(lock.get(canonicalize_name(need.name), "0.dev0"))
    ]
    assert not stale, f"requirements/{kind}.txt 与 pyproject 不符:{stale}。重做:{MAKE}"


@pytest.mark.parametrize("kind", ["run", "test"])
def test_locks_have_hashes_and_no_host(kind: str) -> None:
    text = (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^(?=[\w.-]+==)", text)[1:]
    assert len(blocks) == len(locked(kind)) > 40
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text and "--index" not in text and "--find-links" not in text


def test_tests_run_on_what_users_run() -> None:
    run, test = locked("run"), locked("test")
    assert {name: test.get(name) for name in run} == run
