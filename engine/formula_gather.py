"""证据与往月的运算 formula gather:合计、次数、上月、本年累计编成闭包。没有装入或缺了就报错,从不当作零。"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.errors import NotReady
from engine.formula_evidence import Kind, Record, Records
from engine.formula_history import Need, Past
from engine.formula_ops import Code, Run
from engine.formula_types import LAST_MONTH, Pair, Unit

Row = Callable[[Sequence[Any], Record], Sequence[Any]]
"""(槽, 一笔记录) → 算这一笔时的槽:字段在前,外面的名字在后。"""


def _fields_only(s: Sequence[Any], record: Record) -> Sequence[Any]:
    return record.values


def _with_outer(s: Sequence[Any], record: Record) -> Sequence[Any]:
    return (*record.values, *s)


class Reader:
    """一类证据的读法:在哪个槽、要看哪些字段、条件是什么。"""

    def __init__(self, kind: Kind, slot: int, formula: str) -> None:
        self.kind, self.slot, self.formula = kind, slot, formula
        self.row: Row = _fields_only
        self.where: Run | None = None
        self.tested: tuple[int, ...] = ()
        self.taken: tuple[int, ...] = ()

    def see(self, tested: tuple[int, ...], taken: tuple[int, ...], *, outer: bool) -> None:
        """条件要看的字段、合计要看的字段;outer 为真时式子里还有外面的名字。"""
        self.tested, self.taken = tested, taken
        self.row = _with_outer if outer else _fields_only

    def chosen(self, s: Sequence[Any]) -> list[tuple[Record, Sequence[Any]]]:
        """合条件的记录,与算它时的槽;要看的字段没有填报 NotReady。"""
        records: Records | None = s[self.slot]
        if records is None:
            say = f"公式“{self.formula}”要用“{self.kind.name}”的记录,这里还没有(没有数据不当作 0)。请补上数据,再重新计算。"
            raise NotReady("EVIDENCE_MISSING", say, {"formula": self.formula, "kind": self.kind.name})
        found = []
        for record in records:
            self._whole(record, self.tested)
            row = self.row(s, record)
            if self.where is None or self.where(row):
                self._whole(record, self.taken)
                found.append((record, row))
        return found

    def _whole(self, record: Record, fields: tuple[int, ...]) -> None:
        for i in fields:
            if record.values[i] is None:
                raise self._blank(record, i)

    def _blank(self, record: Record, field: int) -> NotReady:
        name = tuple(self.kind.fields)[field]
        which = "、".join(record.evidence) or "(没有编号)"
        say = f"“{self.kind.name}”记录 {which} 没有填“{name}”,公式“{self.formula}”算不出来。请补上,再重新计算。"
        details = {"formula": self.formula, "kind": self.kind.name, "record": which, "field": name}
        return NotReady("EVIDENCE_FIELD_MISSING", say, details)


def total(reader: Reader, value: Code) -> Code:
    """合计:合条件的各笔相加,不取整。"""
    f = value.run

    def run(s: Sequence[Any]) -> Pair:
        n, d = 0, 1
        for _, row in reader.chosen(s):
            n2, d2 = f(row)
            n, d = (n + n2, d) if d == d2 else (n * d2 + n2 * d, d * d2)
        return n, d

    return Code(run, value.unit)


def times(reader: Reader) -> Code:
    """次数:合条件的有几笔。"""
    return Code(lambda s: (len(reader.chosen(s)), 1), Unit.COUNT)


def history(need: Need, slot: int, unit: Unit, default: Code | None, formula: str) -> Code:
    """上月、本年累计;缺的月份用没有时的值,没写就报 NotReady(HISTORY_MISSING)写明月份。"""

    def month(s: Sequence[Any], which: str, value: Any) -> Any:
        if value is not None:
            return value
        if default is not None:
            return default.run(s)
        say = f"公式“{formula}”要用 {which} 的“{need.name}”,那个月没有这个数(不当作 0)。请补上那个月,或在公式里写没有时的值。"
        raise NotReady("HISTORY_MISSING", say, {"formula": formula, "item": need.name, "month": which})

    def loaded(s: Sequence[Any]) -> Past:
        found: Past | None = s[slot]
        if found is None:
            say = f"公式“{formula}”要用“{need.slot}”,往月的数还没有装入。请先装入往月的工资,再重新计算。"
            raise NotReady("HISTORY_NOT_LOADED", say, {"formula": formula, "item": need.name})
        return found

    def last(s: Sequence[Any]) -> Any:
        ((which, value),) = loaded(s).months
        return month(s, which, value)

    def so_far(s: Sequence[Any]) -> Pair:
        n, d = 0, 1
        for which, value in loaded(s).months:
            n2, d2 = month(s, which, value)
            n, d = (n + n2, d) if d == d2 else (n * d2 + n2 * d, d * d2)
        return n, d

    return Code(last if need.function == LAST_MONTH else so_far, unit)
