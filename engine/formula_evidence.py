"""公式的证据 formula evidence:合计、次数用的一笔一笔的记录。种类与字段都列在这里,添一种 = 添一行。

一笔记录有一个证据编号(`deal:7`、`punch:12`),来处里就写它。没有装入的种类是 None,报错;空的一组才是零。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.formula_types import Unit


class Record(NamedTuple):
    """一笔证据:编号(通常一个)与各字段的值,次序同 Kind.fields;数是 (分子, 分母),金额为分;不知道的字段为 None。"""

    evidence: tuple[str, ...]
    values: tuple[Any, ...]


Records = tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """一类证据:名字、量词("笔"、"次")、字段 → 单位。"""

    name: str
    counter: str
    fields: Mapping[str, Unit]

    def record(self, *evidence: str, **values: Any) -> Record:
        """按字段的名字造一笔;没给的字段是 None。"""
        return Record(evidence, tuple(values.get(name) for name in self.fields))


_KINDS = (
    Kind("签单", "笔", {"金额": Unit.MONEY, "回款": Unit.MONEY, "日期": Unit.TEXT, "产品": Unit.TEXT, "客户": Unit.TEXT}),
    Kind("评价", "次", {"评分": Unit.RATE, "日期": Unit.TEXT, "客户": Unit.TEXT}),
    Kind("迟到", "次", {"分钟": Unit.COUNT, "日期": Unit.TEXT}),
    Kind("早退", "次", {"分钟": Unit.COUNT, "日期": Unit.TEXT}),
    Kind("缺卡", "次", {"日期": Unit.TEXT}),
    Kind("旷工", "次", {"天数": Unit.DAYS, "日期": Unit.TEXT}),
    Kind("加班", "笔", {"小时": Unit.HOURS, "种类": Unit.TEXT, "日期": Unit.TEXT}),
    Kind("请假", "笔", {"天数": Unit.DAYS, "假种": Unit.TEXT, "日期": Unit.TEXT}),
)  # fmt: skip

EVIDENCE: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
"""全部证据的种类。日期写成 2026-11-03;种类、假种用中文名(工作日加班、事假)。"""

WORDS = frozenset(EVIDENCE) | {name for kind in _KINDS for name in kind.fields}
"""种类与字段的字:读公式时按它们切词。"""


def slot_name(kind: str) -> str:
    """这类证据在槽里的名字;带方括号,不会与项目重名。"""
    return f"{kind}[]"
