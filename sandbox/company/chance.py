"""偶然 chance:由种子派生、互不相干的随机数流;同一个种子与名目永远给出同一串数。"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """一条随机数流;只用 random() 一个原语,故不随 Python 版本变。"""

    def __init__(self, seed: int, *labels: object) -> None:
        text = ":".join([str(seed), *(str(label) for label in labels)])
        self._random = random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))

    def between(self, low: int, high: int) -> int:
        """low 到 high(含两端)的一个整数。"""
        return low + int(self._random.random() * (high - low + 1))

    def hits(self, permille: int) -> bool:
        """以千分之 permille 的机会为真。"""
        return self.between(1, 1000) <= permille

    def pick(self, items: Sequence[T]) -> T:
        """任取一个。"""
        return items[self.between(0, len(items) - 1)]

    def order(self, items: Sequence[T]) -> list[T]:
        """打乱后的新列表(Fisher–Yates)。"""
        out = list(items)
        for last in range(len(out) - 1, 0, -1):
            other = self.between(0, last)
            out[last], out[other] = out[other], out[last]
        return out


def uuid_of(seed: int, *labels: object) -> str:
    """由种子与名目定下的 UUID 文字。"""
    text = ":".join([str(seed), *(str(label) for label in labels)])
    return str(uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4))


def digits_of(seed: int, length: int, *labels: object) -> str:
    """由种子与名目定下的 length 位数字。"""
    text = ":".join([str(seed), *(str(label) for label in labels)])
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return str(number % 10**length).zfill(length)


def business_id(seed: int, at: datetime, *labels: object) -> str:
    """审批编号:提交时刻加八位数字。"""
    return at.strftime("%Y%m%d%H%M") + digits_of(seed, 8, "business", *labels)
