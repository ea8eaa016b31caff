"""考核周期 performance cycle:月、季、年;一个周期的得分用在哪几个月的工资。

季度、年度的得分由它各月的依据合起来算;用在周期最后一个月的工资,还是下一个周期各月的工资,由政策
`performance.pay_month` 决定。月度的得分总是用在当月。
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.days import Month
from engine.errors import BadInput


class CycleKind(StrEnum):
    """周期的长短。"""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class PayMonth(StrEnum):
    """季度、年度的得分用在哪个月(政策 performance.pay_month)。"""

    LAST = "last_month"  # 周期最后一个月
    NEXT = "next_cycle"  # 下一个周期的各月


LENGTH = {CycleKind.MONTH: 1, CycleKind.QUARTER: 3, CycleKind.YEAR: 12}
LABELS = {CycleKind.MONTH: "月度", CycleKind.QUARTER: "季度", CycleKind.YEAR: "年度"}
_WRITTEN = re.compile(r"(\d{4})(?:-(?:(\d{2})|Q([1-4])))?")


@dataclass(frozen=True, order=True, slots=True)
class Cycle:
    """一个周期:start 头一个月。写作 "2026-10"、"2026-Q4"、"2026"。"""

    start: Month
    kind: CycleKind

    @classmethod
    def parse(cls, text: str) -> Cycle:
        """读周期的写法;不对报 BadInput(BAD_CYCLE)。"""
        found = _WRITTEN.fullmatch(text.strip())
        month = int(found.group(2) or 0) if found else 0
        if found is None or not 2000 <= int(found.group(1)) <= 2100 or (found.group(2) and not 1 <= month <= 12):
            raise BadInput("BAD_CYCLE", f"“{text}”不是考核周期。请写成 2026-10、2026-Q4 或 2026。")
        year = int(found.group(1))
        if month:
            return cls(Month(year, month), CycleKind.MONTH)
        if found.group(3):
            return cls(Month(year, int(found.group(3)) * 3 - 2), CycleKind.QUARTER)
        return cls(Month(year, 1), CycleKind.YEAR)

    @classmethod
    def of(cls, kind: CycleKind, month: Month) -> Cycle:
        """包含这个月的周期。"""
        length = LENGTH[kind]
        return cls(Month(month.year, (month.month - 1) // length * length + 1), kind)

    @property
    def months(self) -> tuple[Month, ...]:
        """周期里的各月。"""
        return tuple(self.start.plus(n) for n in range(LENGTH[self.kind]))

    @property
    def first(self) -> date:
        return self.start.first

    @property
    def last(self) -> date:
        return self.months[-1].last

    def plus(self, cycles: int) -> Cycle:
        """往后(负数往前)几个周期。"""
        return Cycle(self.start.plus(cycles * LENGTH[self.kind]), self.kind)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        if self.kind is CycleKind.MONTH:
            return str(self.start)
        year = f"{self.start.year:04d}"
        return year if self.kind is CycleKind.YEAR else f"{year}-Q{(self.start.month + 2) // 3}"

    @property
    def label(self) -> str:
        """人看的:"2026年10月"、"2026年第4季度"、"2026年度"。"""
        if self.kind is CycleKind.MONTH:
            return self.start.label
        if self.kind is CycleKind.YEAR:
            return f"{self.start.year}年度"
        return f"{self.start.year}年第{(self.start.month + 2) // 3}季度"


def paid_in(kind: CycleKind, month: Month, how: PayMonth) -> Cycle | None:
    """这个月的工资用哪个周期的得分;没有(季度不是最后一个月)为 None。"""
    here = Cycle.of(kind, month)
    if kind is CycleKind.MONTH:
        return here
    if how is PayMonth.NEXT:
        return here.plus(-1)
    return here if month == here.months[-1] else None


def pay_months(cycle: Cycle, how: PayMonth) -> tuple[Month, ...]:
    """这个周期的得分用在哪几个月的工资;是 paid_in 的反面。"""
    if cycle.kind is CycleKind.MONTH:
        return cycle.months
    return cycle.plus(1).months if how is PayMonth.NEXT else cycle.months[-1:]
