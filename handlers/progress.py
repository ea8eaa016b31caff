"""进度 progress:久一点的活边做边说做到哪里;听的人抛错(例如按了 Ctrl-C)就取消,事务整个不成。

用例的签名里没有它:谁要听,在外面用 telling 包起来(控制台、作业);没有人听就什么也不说。
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Tell = Callable[[str, int, int], None]
"""听进度的:(在做什么, 做了几个, 一共几个)。"""

_TELL: ContextVar[Tell | None] = ContextVar("progress", default=None)


@contextmanager
def telling(tell: Tell) -> Iterator[None]:
    """这一段里的进度说给 tell 听。"""
    token = _TELL.set(tell)
    try:
        yield
    finally:
        _TELL.reset(token)


def told(what: str, done: int, total: int) -> None:
    """说一声做到哪里。"""
    tell = _TELL.get()
    if tell is not None:
        tell(what, done, total)
