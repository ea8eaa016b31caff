"""收件口 inbox:先落库再应答。短短一会儿里到的信合成一次提交(group commit),办完的也在同一次里勾掉。

一个写线程:取出此刻排着的(忙的时候多等几毫秒,最多 64 封),一个写事务写下,然后逐封回话:
True 头一回来、False 来过、None 没能落库(不应答,平台会再推)。
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from handlers import mail
from handlers.desk import Desk
from handlers.mail import Letter

LOG = logging.getLogger("ehr.bot.inbox")
MOST = 64
LINGER = 0.003
"""忙的时候多等多久(秒),好多凑几封。"""
DONE_LINGER = 0.02
"""只有办完的要勾:多等多久(秒)。"""
TELL = Callable[[bool | None], None]


@dataclass(frozen=True, slots=True)
class _Arrival:
    letter: Letter
    tell: TELL


@dataclass(frozen=True, slots=True)
class _Done:
    message_id: str
    outcome: str


class _Sign(Enum):
    """队里的记号:NUDGE 有办完的要勾,STOP 停。"""

    NUDGE = 0
    STOP = 1


class Inbox:
    """收件口。put 与 finish 可从任何线程叫,都不等。after_batch:一批都回过话之后叫一声。"""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._queue: queue.SimpleQueue[_Arrival | _Sign] = queue.SimpleQueue()
        self._owed: deque[_Done] = deque()
        self._nudged = False
        self._thread: threading.Thread | None = None
        self.after_batch: Callable[[], None] = lambda: None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="ehr-inbox", daemon=True)
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """写完排着的再停。"""
        if self._thread is not None:
            self._queue.put(_Sign.STOP)
            self._thread.join(timeout)

    def put(self, letter: Letter, tell: TELL) -> None:
        """收一封;落库(或没落成)之后从写线程回话。"""
        self._queue.put(_Arrival(letter, tell))

    def finish(self, message_id: str, outcome: str = "") -> None:
        """这封办完了。记在账上,不逐封叫醒写线程。"""
        self._owed.append(_Done(message_id, outcome))
        if not self._nudged:
            self._nudged = True
            self._queue.put(_Sign.NUDGE)

    def _run(self) -> None:
        busy, open_ = False, True
        while open_:
            first = self._next(None)
            if first is _Sign.NUDGE:
                first = self._next(DONE_LINGER)
            arrivals: list[_Arrival] = []
            if isinstance(first, _Arrival):
                if busy:
                    time.sleep(LINGER)
                arrivals = [first]
                open_ = self._gather(arrivals)
            open_ = open_ and first is not _Sign.STOP
            busy = len(arrivals) > 1
            self._write(arrivals)

    def _next(self, timeout: float | None) -> _Arrival | _Sign | None:
        """下一样;到时候还没有为 None。"""
        try:
            return self._queue.get(timeout=timeout)
        except queue.Empty:
            return None

    def _gather(self, arrivals: list[_Arrival]) -> bool:
        """取出此刻排着的来信;要停了为 False。"""
        while len(arrivals) < MOST:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return True
            if item is _Sign.STOP:
                return False
            if isinstance(item, _Arrival):
                arrivals.append(item)
        return True

    def _write(self, arrivals: list[_Arrival]) -> None:
        self._nudged = False  # 先放下记号再取:之后办完的会另叫
        done: list[_Done] = []
        while self._owed:
            done.append(self._owed.popleft())
        if not arrivals and not done:
            return
        fresh: list[bool] | list[None]
        try:
            fresh = self._desk.write(lambda work: _book(work, [a.letter for a in arrivals], done))
        except Exception as error:  # 库不通:不应答,平台会再推;办完的下一批再勾
            LOG.error("收件没能落库(%s),平台会再推。", type(error).__name__)
            fresh = [None] * len(arrivals)
            self._owed.extendleft(reversed(done))
        for arrival, first_time in zip(arrivals, fresh, strict=True):
            arrival.tell(first_time)
        if arrivals:
            self.after_batch()


def _book(work: Any, letters: list[Letter], done: list[_Done]) -> list[bool]:
    """同一批里同一个编号来两次,第二次不算新的(accept 逐封看)。"""
    fresh = mail.accept(work, letters) if letters else []
    for outcome in {item.outcome for item in done}:
        mail.finish(work, [item.message_id for item in done if item.outcome == outcome], outcome)
    return fresh
