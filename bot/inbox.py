"""收件口 inbox:先落库再应答。短短一会儿里到的信合成一次提交(group commit),办完的也在同一次里勾掉。

一个写线程:取出此刻排着的(忙的时候多等三毫秒,最多 64 封),一个写事务写下,然后逐封回话:
True 头一回来、False 来过、None 没能落库(不应答,平台会再推)。
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
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


class Inbox:
    """收件口。put 与 finish 可从任何线程叫,都不等。"""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._queue: queue.SimpleQueue[_Arrival | _Done | None] = queue.SimpleQueue()
        self._owed: list[_Done] = []
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="ehr-inbox", daemon=True)
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """写完排着的再停。"""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout)

    def put(self, letter: Letter, tell: TELL) -> None:
        """收一封;落库(或没落成)之后从写线程回话。"""
        self._queue.put(_Arrival(letter, tell))

    def finish(self, message_id: str, outcome: str = "") -> None:
        """这封办完了。"""
        self._queue.put(_Done(message_id, outcome))

    def _run(self) -> None:
        busy, open_ = False, True
        while open_:
            first = self._queue.get()
            if first is None:
                break
            batch, open_ = self._gather(first, LINGER if busy else 0.0)
            busy = sum(isinstance(item, _Arrival) for item in batch) > 1
            self._write(batch)
        if self._owed:
            self._write([])

    def _gather(self, first: _Arrival | _Done, linger: float) -> tuple[list[_Arrival | _Done], bool]:
        """凑一批。来信最多等 linger;只有办完的在排着,多等一会儿,好和下一批来信同写一次。"""
        batch = [first]
        begun = time.monotonic()
        until = begun + (linger if isinstance(first, _Arrival) else DONE_LINGER)
        while len(batch) < MOST:
            wait = until - time.monotonic()
            try:
                item = self._queue.get(timeout=wait) if wait > 0 else self._queue.get_nowait()
            except queue.Empty:
                return batch, True
            if item is None:
                return batch, False
            if isinstance(item, _Arrival):
                until = min(until, time.monotonic() + linger)
            batch.append(item)
        return batch, True

    def _write(self, batch: list[_Arrival | _Done]) -> None:
        arrivals = [item for item in batch if isinstance(item, _Arrival)]
        done = [*self._owed, *(item for item in batch if isinstance(item, _Done))]
        fresh: list[bool] | list[None]
        try:
            fresh = self._desk.write(lambda work: _book(work, [a.letter for a in arrivals], done))
            self._owed = []
        except Exception as error:  # 库不通:不应答,平台会再推;办完的下一批再勾
            LOG.error("收件没能落库(%s),平台会再推。", type(error).__name__)
            fresh, self._owed = [None] * len(arrivals), done
        for arrival, first_time in zip(arrivals, fresh, strict=True):
            arrival.tell(first_time)


def _book(work: Any, letters: list[Letter], done: list[_Done]) -> list[bool]:
    """同一批里同一个编号来两次,第二次不算新的(accept 逐封看)。"""
    fresh = mail.accept(work, letters) if letters else []
    for outcome in {item.outcome for item in done}:
        mail.finish(work, [item.message_id for item in done if item.outcome == outcome], outcome)
    return fresh
