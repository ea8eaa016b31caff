"""生效 effective:有日期的规则。同一件事的各个版本不重叠;空档要么报错,要么明说已失效。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from engine.errors import NotReady

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """一个版本:`since` 起生效(含当日),`until` 止(含当日;None 为至今),`source` 出处。"""

    since: date
    value: T
    source: str
    until: date | None = None
    verified: str = "official"  # official | third_party | company | memory


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """一条有日期的规则:`key` 名字,`label` 中文名,`versions` 按 since 升序。"""

    key: str
    label: str
    versions: tuple[Version[T], ...]

    def at(self, day: date) -> Version[T] | None:
        """这一天有效的版本;没有则为 None。"""
        found: Version[T] | None = None
        for version in self.versions:
            if version.since > day:
                break
            found = version
        if found is not None and found.until is not None and found.until < day:
            return None
        return found

    def on(self, day: date) -> T:
        """这一天有效的值;没有则报 NotReady(RULE_MISSING),说明缺哪一条、哪一天。"""
        version = self.at(day)
        if version is None:
            raise NotReady(
                "RULE_MISSING",
                f"“{self.label}”在{day.isoformat()}没有有效的规定。请 HR 在政策文件里补上(键名 {self.key}),再重新计算。",
                {"key": self.key, "day": day.isoformat()},
            )
        return version.value

    def rule_id(self, day: date) -> str:
        """规则编号:`key@since`,写进解释与工资条。"""
        version = self.at(day)
        return f"{self.key}@{version.since.isoformat()}" if version else f"{self.key}@none"


def gaps(versions: Sequence[Version[object]]) -> list[str]:
    """检查一组版本:逆序、重叠、空档(前一版写了 until 且与后一版不相接)。返回中文问题列表。"""
    problems: list[str] = []
    for earlier, later in zip(versions, versions[1:], strict=False):
        if later.since <= earlier.since:
            problems.append(f"{later.since} 没有晚于前一版 {earlier.since}")
        if earlier.until is not None:
            if earlier.until >= later.since:
                problems.append(f"{earlier.since} 的一版到 {earlier.until} 为止,与 {later.since} 的一版重叠")
            elif earlier.until + timedelta(days=1) < later.since:
                problems.append(f"{earlier.until} 到 {later.since} 之间没有规定")
    return problems
