"""跟进 follow up:钉钉推来的事件说“去看一眼”,一阵子里的并成一次去看。

一阵事件(批量导入、时钟往前拨、断线后补推)可以有几百个;一个一个去看,既慢又费每月的接口额度。
停机时丢掉的不要紧:每晚的拉取会补上。
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ehr_sync.events import Follow

WAITS: Mapping[str, float] = {"deals": 3.0, "ratings": 10.0}
"""来源 → 攒几秒再去看。客户管理的接口只能整份翻,多攒一会儿;没写的攒 USUAL 秒。"""
USUAL = 0.5
log = logging.getLogger("ehr.follow_up")
MOST = 200
"""一次最多带几个编号。"""

Start = Callable[[Follow, str], None]
"""开一件作业:去看什么、这一次的编号。"""


@dataclass
class _Pile:
    """攒着的一堆:whole 有人说要整份看,就不必带编号。"""

    due: float
    ids: dict[str, None] = field(default_factory=dict)
    whole: bool = False

    def batches(self) -> list[tuple[str, ...]]:
        if self.whole:
            return [()]
        ids = list(self.ids)
        return [tuple(ids[i : i + MOST]) for i in range(0, len(ids), MOST)]


class FollowUp:
    """攒事件的人;add 可以从任何线程来。"""

    def __init__(self, start: Start, waits: Mapping[str, float] = WAITS) -> None:
        self._start = start
        self._waits = waits
        self._piles: dict[tuple[str, date | None], _Pile] = {}
        self._change = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._loop, name="follow-up", daemon=True)
        self._thread.start()

    def add(self, one: Follow) -> None:
        """记下一件要去看的。"""
        with self._change:
            due = time.monotonic() + self._waits.get(one.feed, USUAL)
            pile = self._piles.setdefault((one.feed, one.day), _Pile(due))
            pile.ids.update(dict.fromkeys(one.ids))
            pile.whole = pile.whole or not one.ids
            self._change.notify()

    def stop(self) -> None:
        """停:攒着的马上交出去。"""
        with self._change:
            self._stopping = True
            self._change.notify()
        self._thread.join(timeout=5)

    def _loop(self) -> None:
        while True:
            with self._change:
                due = self._take()
                while not due and not self._stopping:
                    self._change.wait(self._patience())
                    due = self._take()
                if not due and self._stopping:
                    return
            for one in due:
                try:
                    self._start(one, uuid.uuid4().hex[:12])
                except Exception:  # 一件没开成,别的照开;每晚的拉取会补上
                    log.exception("follow up not started: %s", one.feed)

    def _patience(self) -> float | None:
        """到最早的一堆该走还有几秒;没有就一直等。"""
        if not self._piles:
            return None
        return max(0.0, min(pile.due for pile in self._piles.values()) - time.monotonic())

    def _take(self) -> list[Follow]:
        """到了时候的(停的时候是全部)。"""
        now = time.monotonic()
        ready = [key for key, pile in self._piles.items() if self._stopping or pile.due <= now]
        return [Follow(feed, ids, on) for feed, on in ready for ids in self._piles.pop((feed, on)).batches()]
