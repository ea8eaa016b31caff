"""税后扣款 after tax:按次序扣,各有限额,扣不完的记应收转下月。

工资支付暂行规定第十六条:因劳动者本人原因造成损失的,每月扣除不超过当月工资的 20%,扣后不低于当地月最低工资。
第十五条:法院判决、裁定中要求代扣的抚养费、赡养费,用人单位可以代扣。先后次序由公司制度定,有日期。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from engine.money import Money, percent


@dataclass(frozen=True, slots=True)
class DeductionKind:
    """一类税后扣款:ratio 最多当月工资的几成(None 不限);keep_minimum_wage 扣后不低于最低工资。"""

    key: str
    label: str
    ratio: Decimal | None = None
    keep_minimum_wage: bool = False


@dataclass(frozen=True, slots=True)
class AfterTaxRules:
    """税后扣款的次序(先扣的在前)与规则编号。最后一类 other 收别的。"""

    kinds: tuple[DeductionKind, ...]
    rule: str = ""

    def rank(self, code: str) -> int:
        """一行属于第几类:编号相同或以“类别:”开头;都不是的归最后一类。"""
        head = code.partition(":")[0]
        for i, kind in enumerate(self.kinds):
            if head == kind.key:
                return i
        return len(self.kinds) - 1


class Wanted(NamedTuple):
    """想扣的一行:编号、要扣多少分(正数)。"""

    code: str
    fen: int


class Taken(NamedTuple):
    """实扣的一行(分):要扣、实扣、没扣完的;limit 是哪一条限住了("ratio" | "minimum" | "net" | "")。"""

    code: str
    wanted: int
    fen: int
    rest: int
    kind: DeductionKind
    limit: str = ""


class Pool(NamedTuple):
    """能扣的钱(分):available 应发减社保个税再加税后收入;wage 当月工资(应发);minimum 当地月最低工资(0 为不知道)。"""

    available: int
    wage: int
    minimum: int


def deduct(wanted: Sequence[Wanted], pool: Pool, rules: AfterTaxRules) -> tuple[Taken, ...]:
    """按次序扣;结果与 wanted 一一对应。同一类的几行合起来守一个比例上限,先列的先扣。"""
    found: dict[int, Taken] = {}
    left = max(0, pool.available)
    used: dict[str, int] = {}
    for i in sorted(range(len(wanted)), key=lambda i: rules.rank(wanted[i].code)):
        code, fen = wanted[i]
        kind = rules.kinds[rules.rank(code)]
        most, limit = left, "net"
        if kind.keep_minimum_wage and left - pool.minimum < most:
            most, limit = max(0, left - pool.minimum), "minimum"
        room = _room(kind, pool.wage, used.get(kind.key, 0))
        if room is not None and room < most:
            most, limit = room, "ratio"
        taken = min(fen, most)
        used[kind.key] = used.get(kind.key, 0) + taken
        left -= taken
        found[i] = Taken(code, fen, taken, fen - taken, kind, limit if taken < fen else "")
    return tuple(found[i] for i in range(len(wanted)))


def _room(kind: DeductionKind, wage: int, used: int) -> int | None:
    """比例上限还剩多少;向下取到分,不多扣一厘。"""
    if kind.ratio is None:
        return None
    n, d = kind.ratio.as_integer_ratio()
    return max(0, max(0, wage) * n // d - used)


def words(one: Taken) -> str:
    """没扣完的缘由(不含金额)。"""
    if one.limit == "ratio" and one.kind.ratio is not None:
        return f"每月最多扣当月工资的 {percent(one.kind.ratio)},余下的转到下月"
    if one.limit == "minimum":
        return "扣后实发不低于当地最低工资,余下的转到下月"
    return "实发不够扣,余下的转到下月" if one.rest else ""


def say(one: Taken, label: str) -> str:
    """一行的话,带金额。"""
    if not one.rest:
        return f"{label}:{Money(-one.fen).show()}"
    return f"{label}:应扣 {Money(one.wanted).show()},{words(one)};本月扣 {Money(one.fen).show()}"
