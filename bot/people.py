"""认人 people:发话的人是谁;几秒之内记着,办事台里一有改动就重认(离职、改角色都是改动)。"""

from __future__ import annotations

import threading
import time

from handlers.actor import Actor
from handlers.desk import Desk

KEEP = 5.0
"""记多久(秒):别的进程改了,最多晚这么久。"""
MOST = 20_000


class People:
    """认人,带一点记性。"""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Actor]] = {}
        self._age = 0
        desk.after_commit.append(self.forget)

    def actor(self, userid: str) -> Actor:
        """按 userid 认人;查无此人、已离职报错(见 handlers.actor)。"""
        with self._lock:
            found, age = self._known.get(userid), self._age
        if found is not None and found[0] > time.monotonic():
            return found[1]
        actor = self._desk.actor(userid, "bot")
        with self._lock:
            if age == self._age:
                if len(self._known) >= MOST:
                    self._known.clear()
                self._known[userid] = (time.monotonic() + KEEP, actor)
        return actor

    def forget(self) -> None:
        """有改动:都重认。"""
        with self._lock:
            self._age += 1
            self._known.clear()
