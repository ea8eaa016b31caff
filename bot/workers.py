"""办件 workers:同一条道上的信按先后办,许多条道同时办。一个人的聊天是一条道,他的按钮另一条,互不等。

办不成的记一次(mail.stumble)退避着再来,到了次数进死信写明原因;程序错误给一个编号,日志里不写人的话。
"""

from __future__ import annotations

import hashlib
import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from bot.inbox import Inbox
from handlers import mail
from handlers.desk import Desk
from handlers.mail import Letter

LOG = logging.getLogger("ehr.bot.workers")
FIRST_RETRY, LAST_RETRY = 1.0, 60.0
"""再来之前等多久(秒):逐次加倍。"""
THINKERS = 4
"""SQLite 上同时最多几个人的话在想;回话不占位。想的线程多了,收信应答反而慢。"""


class NotDelivered(Exception):
    """事办了,话没送到:过会儿只把没送到的 left 再送。"""

    def __init__(self, reason: str, left: tuple[Any, ...] = ()) -> None:
        super().__init__(reason)
        self.left = left


@dataclass(frozen=True, slots=True)
class Job:
    """一封要办的信;attempts 已经试过几次;left 是事已办、只差送出的回答(只在内存里)。"""

    letter: Letter
    attempts: int = 0
    left: tuple[Any, ...] = ()

    @property
    def thinks(self) -> bool:
        """要听懂、要查库;只差送出的不用,按钮与事件另走(按钮两秒之内要应答)。"""
        return self.letter.kind == "message" and not self.left


class Handles(Protocol):
    """怎么办一封信。"""

    def lane(self, letter: Letter) -> str:
        """这封信排在哪条道上。"""
        ...

    def handle(self, job: Job, thought: Callable[[], None]) -> None:
        """办;想好了、送出之前叫一声 thought。没送到抛 NotDelivered,别的异常是程序错误。"""
        ...

    def apologise(self, job: Job, number: str) -> None:
        """程序错误:告诉人一声(给编号),自己不再抛错。"""
        ...


class Lanes:
    """许多条道:take 给出一条有活而没人在办的道上的头一件。

    要想的活(听懂、查库)同时最多 thinkers 件,想好了叫 thought;要叫醒的人刚好够用,不白叫(叫醒一次比想一句还贵)。
    """

    def __init__(self, thinkers: int) -> None:
        self._lock = threading.Condition()
        self._waiting: dict[str, deque[Job]] = {}
        self._ready: deque[str] = deque()
        self._to_think: deque[str] = deque()
        self._thinking: set[str] = set()
        self._thinkers = thinkers
        self._idle = self._called = 0
        self._closed = False

    def put(self, lane: str, job: Job) -> None:
        with self._lock:
            line = self._waiting.get(lane)
            if line is None:
                self._waiting[lane] = deque([job])
                self._queue(lane, job)
                self._call()
            else:
                line.append(job)

    def take(self) -> tuple[str, Job] | None:
        """等到有活;关了为 None(没办的留在库里,下次启动再办)。"""
        with self._lock:
            while not self._closed and not self._takeable():
                self._idle += 1
                self._lock.wait()
                self._idle -= 1
                self._called = max(0, self._called - 1)
            if self._closed:
                return None
            if self._ready:
                lane = self._ready.popleft()
            else:
                lane = self._to_think.popleft()
                self._thinking.add(lane)
            self._call()
            return lane, self._waiting[lane].popleft()

    def thought(self, lane: str) -> None:
        """这条道上的头一件想好了,只差送出:让下一件开始想。"""
        with self._lock:
            if lane in self._thinking:
                self._thinking.discard(lane)
                self._call()

    def done(self, lane: str) -> None:
        """这条道上的头一件办完了,轮到下一件;叫的人接着就来 take。"""
        with self._lock:
            self._thinking.discard(lane)
            if self._waiting[lane]:
                self._queue(lane, self._waiting[lane][0])
            else:
                del self._waiting[lane]

    def size(self) -> int:
        """排着和在办的道数。"""
        with self._lock:
            return len(self._waiting)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._lock.notify_all()

    def _queue(self, lane: str, job: Job) -> None:
        (self._to_think if job.thinks else self._ready).append(lane)

    def _takeable(self) -> int:
        """此刻拿得走的件数。"""
        return len(self._ready) + min(len(self._to_think), self._thinkers - len(self._thinking))

    def _call(self) -> None:
        """还有拿得走的而有人闲着:叫一个。"""
        if self._called < min(self._idle, self._takeable()):
            self._called += 1
            self._lock.notify()


class Workers:
    """一班办件的线程。"""

    def __init__(self, desk: Desk, inbox: Inbox, handles: Handles, count: int) -> None:
        self._desk, self._inbox, self._handles, self._count = desk, inbox, handles, count
        self._lanes = Lanes(THINKERS if desk.store.is_sqlite else count)
        self._threads: list[threading.Thread] = []
        self._timers: set[threading.Timer] = set()
        self._known: set[str] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def start(self) -> int:
        """起来,先补办上次没办完的;返回补办几封。"""
        left = self._desk.read(lambda work: mail.pending(work, 100_000))
        for row in left:
            self.give(Job(row.letter, row.attempts))
        for n in range(self._count):
            thread = threading.Thread(target=self._run, name=f"ehr-bot-{n}", daemon=True)
            thread.start()
            self._threads.append(thread)
        return len(left)

    def stop(self, timeout: float) -> None:
        """不再接新的;手上的办完为止(有期限),没办的留在库里。"""
        with self._lock:
            self._stopped = True
            timers, self._timers = self._timers, set()
        for timer in timers:
            timer.cancel()
        self._lanes.close()
        each = timeout / max(1, len(self._threads))
        for thread in self._threads:
            thread.join(each)

    def give(self, job: Job) -> bool:
        """交来一封;已经在手上的不再收,返回 False。"""
        with self._lock:
            if job.letter.message_id in self._known:
                return False
            self._known.add(job.letter.message_id)
        self._lanes.put(self._handles.lane(job.letter), job)
        return True

    def has(self, message_id: str) -> bool:
        """这封在手上(排着或在办)。"""
        with self._lock:
            return message_id in self._known

    def busy(self) -> int:
        """手上有几封。"""
        with self._lock:
            return len(self._known)

    def _run(self) -> None:
        while (taken := self._lanes.take()) is not None:
            lane, job = taken
            try:
                self._one(job, partial(self._lanes.thought, lane))
            finally:
                self._lanes.done(lane)

    def _one(self, job: Job, thought: Callable[[], None]) -> None:
        try:
            self._handles.handle(job, thought)
        except NotDelivered as reason:
            self._again(job, f"没有送到:{reason}", reason.left)
        except Exception as error:
            number = number_of(job.letter.message_id)
            LOG.error(
                "办件出错 %s:%s,收件 %s(%s)\n%s",
                number,
                type(error).__name__,
                job.letter.message_id,
                job.letter.kind,
                where(error),
            )
            if job.attempts == 0:
                self._handles.apologise(job, number)
            self._again(job, f"{number} {type(error).__name__}")
        else:
            self._forget(job)
            self._inbox.finish(job.letter.message_id)

    def _again(self, job: Job, reason: str, left: tuple[Any, ...] = ()) -> None:
        """记一次;还能再试就过会儿再来。"""
        try:
            alive = self._desk.write(lambda work: mail.stumble(work, job.letter.message_id, reason))
        except Exception as error:  # 库不通:仍旧过会儿再来
            LOG.error("没能记下办件失败(%s)。", type(error).__name__)
            alive = True
        self._forget(job)
        if not alive:
            LOG.error("收件 %s 试过多次没有办成,已列入死信。", job.letter.message_id)
            return
        wait = min(LAST_RETRY, FIRST_RETRY * (1 << min(job.attempts, 10)))
        timer = threading.Timer(wait, self._wake)
        timer.args = (timer, Job(job.letter, job.attempts + 1, left))
        timer.daemon = True
        with self._lock:
            if self._stopped:
                return
            self._timers.add(timer)
        timer.start()

    def _wake(self, timer: threading.Timer, job: Job) -> None:
        with self._lock:
            self._timers.discard(timer)
        self.give(job)

    def _forget(self, job: Job) -> None:
        with self._lock:
            self._known.discard(job.letter.message_id)


def number_of(message_id: str) -> str:
    """错误编号:同一封信再试还是同一个,人报来就查得到。"""
    return f"E-{hashlib.sha256(message_id.encode()).hexdigest()[:6].upper()}"


def where(error: BaseException) -> str:
    """出错的地方:只有文件、行号、函数名,没有话和数据。"""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
