"""柜台 counter:命令行自己的办事台:设置里的库,或者一个演示的库。

演示没有在跑时,它的钟站着不动;要问此刻几点,就把沙箱起来一会儿。
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.clock import SandboxClock, machine_clock
from app.demo import LOCK
from app.demo_house import DATABASE, start_sandbox
from app.opening_load import DEMO
from app.processes import OnlyOne
from app.stage import running
from app.wiring import wire_desk
from config.settings import Settings
from engine.errors import NotFound, Unavailable
from handlers.actor import Actor
from handlers.desk import Desk
from handlers.people import FindPerson, find_person

DOOR = "cli"
OPERATOR = Actor(0, "", "命令行", frozenset({"employee", "auditor"}), DOOR)
"""没有点名是谁时:能登上这台机器的管理员,只看不改。"""


@contextmanager
def counter(state: Path | None) -> Iterator[Desk]:
    """开一会儿办事台。没有点名 state 而设置里有库,用设置的库;否则用演示的(默认 ./.ehr-demo)。"""
    settings = Settings()
    if state is None and "database_url" in settings.model_fields_set:
        with _of_settings(settings) as desk:
            yield desk
        return
    folder = (state or Path(".ehr-demo")).resolve()
    if not (folder / DATABASE).exists():
        raise NotFound(
            "NO_STORE",
            f"不知道要用哪个库:环境里没有 EHR_DATABASE_URL,{folder} 里也没有演示。请先运行 ehr demo,或设好 EHR_DATABASE_URL。",
        )
    chat = running(folder)
    if chat:
        with _of_demo(folder, chat) as desk:
            yield desk
        return
    with _woken(folder) as chat, _of_demo(folder, chat) as desk:
        yield desk


@contextmanager
def _of_settings(settings: Settings) -> Iterator[Desk]:
    clock = SandboxClock(settings.clock_url) if settings.clock_url else machine_clock
    desk = wire_desk(settings, clock)
    try:
        yield desk
    finally:
        desk.store.close()
        if isinstance(clock, SandboxClock):
            clock.close()


@contextmanager
def _of_demo(folder: Path, chat: str) -> Iterator[Desk]:
    values: dict[str, Any] = {
        "_env_file": None,  # 那里写的是正式环境
        "mode": "demo",
        "database_url": f"sqlite:///{(folder / DATABASE).as_posix()}",
        "opening_dir": DEMO,
        "policy_dir": None,
        "clock_url": f"{chat}/_sandbox/api/clock",
    }
    with _of_settings(Settings(**values)) as desk:
        yield desk


@contextmanager
def _woken(folder: Path) -> Iterator[str]:
    """停着的演示:占住它的锁,起沙箱问钟,用完停下。"""
    only = OnlyOne(folder / LOCK)
    try:
        if not only.take():
            raise Unavailable("RUNNING", "演示正在启动或停下。请稍等几秒再试一次。")
        house = start_sandbox(folder, 0)
        try:
            yield house.chat
        finally:
            house.stop()
    finally:
        only.close()


def signed_in(desk: Desk, text: str) -> Actor:
    """按账号或姓名认操作者;没有这个人、同名、已离职,都说清楚。"""
    found = desk.ask(find_person, FindPerson(text), OPERATOR)
    return desk.actor(found.userid, DOOR)


def key_for(what: str) -> str:
    """一次命令的幂等键:每次运行是一件新的事。"""
    return f"{DOOR}:{what}:{os.urandom(12).hex()}"
