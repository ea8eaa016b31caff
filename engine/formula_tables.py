"""公式的表 formula tables:阶梯表(提成)与对照表(按键查值)。表是有日期的数据,这里是某一日有效的一版。

每张表声明界限写的是 ≤(恰好等于界限的算这一档,上限含)还是 ≥(恰好等于界限的算下一档,下限含)。
阶梯表一律化成折线:每一档的结果 = 截距 + 斜率 × 输入,都是精确的分数,从不取整。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from engine.formula_types import UNIT_LABELS, Pair, Unit

MAX_ROWS = 500
"""一张表最多几行。"""


class Gives(StrEnum):
    """阶梯表每一档给什么:比率(乘输入)、单价(每个单位多少钱,乘输入)、定额(落在这一档给这么多)。"""

    RATE = "rate"
    PRICE = "price"
    AMOUNT = "amount"


class Mode(StrEnum):
    """分段:各段按各段的算再相加(超额累进);全额:落在哪一档,全部按那一档算。"""

    MARGINAL = "marginal"
    WHOLE = "whole"


class Bound(StrEnum):
    """界限归谁:≤ 归这一档(上限含);≥ 归下一档(下限含)。"""

    UPPER_IN = "≤"
    LOWER_IN = "≥"


GIVES_LABELS = {Gives.RATE: "比率", Gives.PRICE: "单价", Gives.AMOUNT: "定额"}
MODE_LABELS = {Mode.MARGINAL: "分段", Mode.WHOLE: "全额"}
BOUND_LABELS = {Bound.UPPER_IN: "上限含", Bound.LOWER_IN: "下限含"}
_PRICED = (Unit.DAYS, Unit.HOURS, Unit.COUNT)
NUMERIC = (Unit.MONEY, Unit.RATE, Unit.DAYS, Unit.HOURS, Unit.COUNT)


class Fault(NamedTuple):
    """表里的一处不对:第几行(从 0 数;-1 是整张表)、是不是界限那一格、哪里不对该怎么改。"""

    row: int
    is_bound: bool
    say: str


@dataclass(frozen=True, slots=True)
class StepTable:
    """阶梯表的一版。rows 是(上限, 值),最后一档上限为 None;金额以分计。值的意思由 gives 定。"""

    name: str
    input: Unit
    gives: Gives
    mode: Mode
    bound: Bound
    rows: tuple[tuple[Pair | None, Pair], ...]
    rule: str = ""

    @property
    def unit(self) -> Unit:
        """结果的单位。"""
        return self.input if self.gives is Gives.RATE else Unit.MONEY


@dataclass(frozen=True, slots=True)
class LookupTable:
    """对照表的一版:由键查值。bound 为 None 是逐个对(键是文字或数);否则键是上限,按档查。

    rows 是(键, 值):按档查时最后一行的键可以是 None(再往上都算它)。otherwise 是查不到时的值;没有就报错。
    """

    name: str
    key: Unit
    unit: Unit
    bound: Bound | None
    rows: tuple[tuple[Pair | str | None, Pair], ...]
    otherwise: Pair | None = None
    rule: str = ""


Table = StepTable | LookupTable


class Segment(NamedTuple):
    """折线的一档:上限(None 无上限)、截距、斜率;结果 = 截距 + 斜率 × 输入。"""

    upto: Fraction | None
    intercept: Fraction
    slope: Fraction


def segments(table: StepTable) -> tuple[Segment, ...]:
    """阶梯表化成折线。分段:前面各段封了顶的部分进截距;全额:截距为零;定额:斜率为零。低于零的输入按第一档。"""
    found: list[Segment] = []
    below, lower = Fraction(0), Fraction(0)
    for bound, value in table.rows:
        upto, slope = None if bound is None else Fraction(*bound), Fraction(*value)
        if table.gives is Gives.AMOUNT:
            found.append(Segment(upto, slope, Fraction(0)))
        elif table.mode is Mode.WHOLE:
            found.append(Segment(upto, Fraction(0), slope))
        else:
            found.append(Segment(upto, below - lower * slope, slope))
            if upto is not None:
                below, lower = below + (upto - lower) * slope, upto
    return tuple(found)


def scaled(bounds: Sequence[Fraction]) -> tuple[tuple[int, ...], int]:
    """一串界限化成同分母的整数:(分子们, 分母)。"""
    whole = lcm(*(b.denominator for b in bounds))
    return tuple(b.numerator * (whole // b.denominator) for b in bounds), whole


def faults(table: Table) -> list[Fault]:
    """表里不对的地方:行数、界限的次序与重复、最后一档、单位搭配。空列表是都对。"""
    if not table.rows:
        return [Fault(-1, False, f"“{table.name}”一行也没有,请至少写一行。")]
    if len(table.rows) > MAX_ROWS:
        return [Fault(MAX_ROWS, False, f"“{table.name}”超过 {MAX_ROWS} 行,请拆成几张表。")]
    return _step_faults(table) if isinstance(table, StepTable) else _lookup_faults(table)


def _step_faults(table: StepTable) -> list[Fault]:
    found: list[Fault] = []
    if table.input not in NUMERIC:
        found.append(Fault(-1, False, f"阶梯表“{table.name}”的输入要是数,不能是{UNIT_LABELS[table.input]}。"))
    if table.gives is Gives.PRICE and table.input not in _PRICED:
        found.append(Fault(-1, False, f"“{table.name}”给单价,输入要是次数、天数或小时数,请改成其中之一。"))
    if table.gives is Gives.AMOUNT and table.mode is Mode.MARGINAL:
        found.append(Fault(-1, False, f"“{table.name}”给定额,只能是全额;分段请改成比率或单价。"))
    if table.rows[-1][0] is not None:
        last = len(table.rows) - 1
        found.append(Fault(last, True, "最后一档不能有上限,否则再高就没有规定。请把上限改成“以上”(文件里写 null)。"))
    return found + _bound_faults([bound for bound, _ in table.rows])


def _bound_faults(bounds: Sequence[Pair | str | None]) -> list[Fault]:
    """上限要由小到大,不重复;只有最后一档可以没有上限。"""
    found: list[Fault] = []
    before: Fraction | None = None
    for i, bound in enumerate(bounds):
        if bound is None:
            if i < len(bounds) - 1:
                found.append(Fault(i, True, "只有最后一档可以写“以上”,请给这一档写上限。"))
            continue
        if isinstance(bound, str):
            found.append(Fault(i, True, f"按档查的键要是数,不能是文字“{bound}”。"))
            continue
        here = Fraction(*bound)
        if before is not None and here == before:
            found.append(Fault(i, True, "与前一档的上限相同,两档重叠了,请改成更大的数。"))
        elif before is not None and here < before:
            found.append(Fault(i, True, "小于前一档的上限,请由小到大写。"))
        before = here
    return found


def _lookup_faults(table: LookupTable) -> list[Fault]:
    if table.bound is not None:
        wrong = [] if table.key in NUMERIC else [Fault(-1, False, f"“{table.name}”按档查,键要是数。请去掉界限的写法。")]
        if table.otherwise is not None and table.rows[-1][0] is None:
            wrong.append(Fault(-1, False, f"“{table.name}”最后一档已写“以上”,不会查不到,请删去没有时的值。"))
        return wrong + _bound_faults([key for key, _ in table.rows])
    found: list[Fault] = []
    seen: set[object] = set()
    for i, (key, _) in enumerate(table.rows):
        if key is None:
            found.append(Fault(i, True, "逐个对的表没有“以上”,请写键,或改成“否则”(文件里写 otherwise)。"))
            continue
        same = key if isinstance(key, str) else Fraction(*key)
        if same in seen:
            found.append(Fault(i, True, "这个键写了两次,请只留一行。"))
        seen.add(same)
    return found
