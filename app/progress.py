"""控制台的进度 progress:超过一秒的活,在标准错误写一行“收齐输入 1200/10000”,做完擦掉;Ctrl-C 取消,什么也没有改。"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from engine.errors import Conflict
from handlers.progress import telling

PATIENCE = 1.0
EVERY = 0.2


class Line:
    """一行进度;不到一秒的不说,说得不比每秒五次更勤。"""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock, self._began, self._last, self._wrote = out, clock, clock(), 0.0, False

    def __call__(self, what: str, done: int, total: int) -> None:
        now = self._clock()
        if now - self._began < PATIENCE or now - self._last < EVERY:
            return
        self._last, self._wrote = now, True
        self._out.write(f"\r{what} {done}/{total}(按 Ctrl-C 取消)   ")
        self._out.flush()

    def clear(self) -> None:
        """擦掉。"""
        if self._wrote:
            self._out.write("\r" + " " * 60 + "\r")
            self._out.flush()


@contextmanager
def shown() -> Iterator[None]:
    """这一段里的进度写在标准错误上;按了 Ctrl-C 报 CANCELLED。"""
    line = Line(sys.stderr)
    try:
        with telling(line):
            yield
    except KeyboardInterrupt:
        raise Conflict("CANCELLED", "已取消,什么也没有改。要做时请再运行一次。") from None
    finally:
        line.clear()
