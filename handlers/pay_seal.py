"""封条 seal:一期全部冻结的输入与政策版本的摘要;与人的先后、分几批、哪台机器、哪种库都无关,添减一个人只动他一个。

一个人冻结的输入先成 1,024 位的数(SHA-256 再由 SHAKE-128 展开),各人的数相加(超出 1,024 位的截去),
连同人数与政策版本再成 SHA-256。相加而不是接起来:换一个人的输入,减去旧的、加上新的就是,不必再读别人的。
它防的是看错、算错、改错(看的与发的不是同一份),不是防伪的签名。
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from models.pay import PayRun

WIDTH = 128
"""一个人的数有几个字节:相加的封条要宽,窄了凑得出相同的和。"""
_MODULUS = 1 << (8 * WIDTH)


def digest(facts_text: str) -> int:
    """一个人冻结的输入(engine.pay_facts.to_json 的文字)成的数。"""
    return int.from_bytes(_SHAKE(_SHA(facts_text.encode()).digest()).digest(WIDTH), "big")


_SHA, _SHAKE = hashlib.sha256, hashlib.shake_128


class Seal:
    """正在封的一份:政策版本、几个人、各人的数之和。"""

    def __init__(self, version: str, people: int = 0, total: int = 0) -> None:
        self._version, self._people, self._total = version, people, total

    @classmethod
    def of(cls, row: PayRun) -> Seal:
        """接着一期已有的封条往下封;还没有封过的是空的。"""
        people, _, total = row.input_sum.partition(":")
        return cls(row.rules_version, int(people or 0), int(total or "0", 16))

    def add(self, facts_text: str) -> None:
        """加一个人冻结的输入。"""
        self.add_all((facts_text,))

    def add_all(self, texts: Iterable[str]) -> None:
        """加一批人的,与逐个加一样。"""
        found = [digest(one) for one in texts]
        self._people += len(found)
        self._total = (self._total + sum(found)) % _MODULUS

    def drop(self, facts_text: str) -> None:
        """拿出一个人的。"""
        self._people -= 1
        self._total = (self._total - digest(facts_text)) % _MODULUS

    def value(self) -> str:
        """摘要。"""
        return hashlib.sha256(f"{self._version}\n{self._people}:{self._total:x}".encode()).hexdigest()

    def keep(self, row: PayRun) -> None:
        """封好:摘要与接着封要用的和都写在这一期上。"""
        row.input_sum, row.input_hash = f"{self._people}:{self._total:x}", self.value()


def sealed(texts: Iterable[str], version: str) -> Seal:
    """一批冻结的输入封成的一份。"""
    seal = Seal(version)
    seal.add_all(texts)
    return seal


def seal_of(texts: Iterable[str], version: str) -> str:
    """一批冻结的输入的摘要。"""
    return sealed(texts, version).value()


def matches(row: PayRun, texts: Iterable[str]) -> bool:
    """这些输入是不是当时封的那一份;早先(没有记和)的一期是按人接起来封的,照旧法核对。"""
    if row.input_sum:
        return seal_of(texts, row.rules_version) == row.input_hash
    whole = hashlib.sha256(row.rules_version.encode())
    for one in texts:
        whole.update(b"\n" + one.encode())
    return whole.hexdigest() == row.input_hash
