"""现场 stage:`ehr chat` 在哪里说话。正在跑的演示优先;没有就起一个用完就丢的。"""

from __future__ import annotations

import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TypeVar

from sqlmodel import col, func, select

from app.control import Control
from app.demo import LOCK, read_mark
from app.demo_house import DATABASE, House, start_sandbox, start_service
from app.processes import OnlyOne
from engine.errors import NotReady, Unavailable
from handlers.mail import by_message
from models.mailbox import OutboxRow
from models.work import Store, Work

Tell = Callable[[str], None]
Seen = TypeVar("Seen")
START_SECONDS = 300.0
SETTLE_SECONDS = 20.0
LOOK_EVERY = 0.05


@dataclass
class Stage:
    """一个跑着的演示:control 沙箱的控制接口;store 服务的库(只看)。"""

    control: Control
    store: Store

    def now(self) -> datetime:
        """演示的此刻。"""
        return datetime.fromisoformat(self.control.call("GET", "clock")["now"])

    def last_outgoing(self) -> int:
        """发件箱里现在最后一封的编号。"""
        return self._look(lambda work: work.session.exec(select(func.max(col(OutboxRow.id)))).one() or 0)

    def settle(self, message_id: str, after: int) -> None:
        """等到这一封办完,由它(after 之后)生出的发件也都送到;等得太久是 Unavailable。"""
        deadline = time.monotonic() + SETTLE_SECONDS
        while not self._look(lambda work: _settled(work, message_id, after)):
            if time.monotonic() > deadline:
                raise Unavailable(
                    "NO_ANSWER", f"机器人 {SETTLE_SECONDS:g} 秒还没有答完。请看演示的日志(service.log),再试一次。"
                )
            time.sleep(LOOK_EVERY)

    def _look(self, look: Callable[[Work], Seen]) -> Seen:
        with self.store.reading(datetime.now(UTC)) as work:
            return look(work)


def _settled(work: Work, message_id: str, after: int) -> bool:
    """收件办完(或进了死信),并且新的发件里没有头一次还没送出去的。"""
    found = by_message(work, message_id)
    if found is None or found[0] == "new":
        return False
    waiting = select(OutboxRow.id).where(col(OutboxRow.id) > after, OutboxRow.state == "new", OutboxRow.attempts == 0)
    return work.session.exec(waiting).first() is None


def running(state: Path) -> str:
    """这个文件夹的演示若正在运行,它聊天页的地址;否则是空的。"""
    chat = str(read_mark(state).get("chat") or "")
    if not chat:
        return ""
    only = OnlyOne(state / LOCK)
    try:
        return "" if only.take() else chat
    finally:
        only.close()


@contextmanager
def stage(state: Path, at: datetime | None, tell: Tell) -> Iterator[Stage]:
    """正在跑的演示;没有就起一个用完就丢的,时刻比它的起点晚就把钟拨过去。"""
    chat = running(state)
    if chat:
        with _open(chat, state) as found:
            yield found
        return
    with _stopped_by_signal(), _throw_away(tell) as house, _open(house.chat, house.state) as found:
        if at is not None and at > found.now():
            found.control.call("PUT", "clock", json={"now": at.isoformat()})
        yield found


@contextmanager
def _throw_away(tell: Tell) -> Iterator[House]:
    """起一套;好好用完就删掉文件夹,起不来就留着日志。"""
    folder = Path(tempfile.mkdtemp(prefix="ehr-chat-"))
    tell("没有正在运行的演示,先起一个用完就丢的 ……(想快些:另开一个窗口运行 ehr demo)")
    house = start_sandbox(folder, 0)
    try:
        start_service(house, tell)
        yield house
    finally:
        house.stop()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _open(chat: str, state: Path) -> Iterator[Stage]:
    control = Control(chat)
    store: Store | None = None
    try:
        ready = control.call("GET", "connected", params={"timeout": str(START_SECONDS)}, timeout=START_SECONDS + 10)
        if not ready["connections"]:
            raise NotReady("NOT_READY", "演示还没有准备好,机器人没有连上。请等它说“都好了”之后再试。")
        store = Store(f"sqlite:///{(state / DATABASE).as_posix()}")
        yield Stage(control, store)
    finally:
        if store is not None:
            store.close()
        control.close()


@contextmanager
def _stopped_by_signal() -> Iterator[None]:
    """被请停(SIGTERM)也像 Ctrl-C 那样收尾,不留下孩子与文件夹。"""
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
