"""翻页 paging:两种办法(游标、偏移),都防着对方给重复的页或转圈。"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.errors import Unavailable

MAX_PAGES = 2_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slice:
    """一页里的条目与下一页的位置;`following` 为 None 就是读完了。"""

    items: list[Any]
    following: str | None


def pages(fetch: Callable[[str], Slice], start: str) -> Iterator[list[Any]]:
    """从 `start` 起一页页读。

    与上一页一字不差的一页(钉钉把同一页给了两次)再要一次;还一样,或位置转回去过,
    就抛 Unavailable(PAGE_REPEATED):宁可停下来等下一次,也不能少读了还以为读完。
    """
    position: str | None = start
    seen: set[str] = set()
    before: list[Any] = []
    while position is not None:
        if position in seen or len(seen) >= MAX_PAGES:
            raise _repeated(position)
        seen.add(position)
        part = fetch(position)
        if part.items and part.items == before:
            part = fetch(position)
            if part.items == before:
                raise _repeated(position)
        before = part.items
        yield part.items
        position = part.following


def _repeated(position: str) -> Unavailable:
    return Unavailable(
        "PAGE_REPEATED", "钉钉把同一页给了两次,这一批先不收,稍后会自动再读。", {"position": position[:100]}
    )


def batches(things: list[T], size: int) -> Iterator[list[T]]:
    """切成每批最多 `size` 个。"""
    for start in range(0, len(things), size):
        yield things[start : start + size]
