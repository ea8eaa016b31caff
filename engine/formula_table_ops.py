"""表的运算 formula table ops:阶梯、查表编成闭包。界限化成同分母的整数,二分查找;没有取整。"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from engine.errors import NotReady
from engine.explain_values import exact
from engine.formula_lex import near
from engine.formula_ops import Code, folded
from engine.formula_tables import Bound, LookupTable, Segment, StepTable, scaled, segments
from engine.formula_types import Pair, Unit

Find = Callable[[int, int], int]
"""(分子, 分母) → 落在第几档;比最后一个界限还大时等于界限的个数。"""


def finder(uppers: Sequence[Fraction], bound: Bound) -> Find:
    """哪一档:≤ 时等于上限的算这一档,≥ 时算下一档。"""
    whole, scale = scaled(uppers)
    if bound is Bound.UPPER_IN:  # 第一个 上限 ≥ x:整数上限比 ceil(x)
        return lambda n, d: bisect_left(whole, -(-n * scale // d))
    return lambda n, d: bisect_right(whole, n * scale // d)  # 第一个 上限 > x:整数上限比 floor(x)


def step_finder(table: StepTable) -> Find:
    """阶梯表的哪一档。"""
    return finder([Fraction(*upto) for upto, _ in table.rows if upto is not None], table.bound)


def _line(one: Segment) -> tuple[int, int, int]:
    """截距、斜率化成同分母的整数。"""
    whole = lcm(one.intercept.denominator, one.slope.denominator)
    return (
        one.intercept.numerator * (whole // one.intercept.denominator),
        one.slope.numerator * (whole // one.slope.denominator),
        whole,
    )


def ladder(a: Code, table: StepTable) -> Code:
    """阶梯:截距 + 斜率 × 输入。"""
    f, find = a.run, step_finder(table)
    lines = [_line(one) for one in segments(table)]

    def run(s: Sequence[Any]) -> Pair:
        n, d = f(s)
        intercept, slope, whole = lines[find(n, d)]
        return intercept * d + slope * n, whole * d

    return folded(Code(run, table.unit), a)


def reduced(value: Pair) -> Pair:
    """约分,好当键。"""
    n, d = value
    common = gcd(n, d)
    return n // common, d // common


def row_finder(table: LookupTable) -> Callable[[Any], int | None]:
    """键 → 第几行;查不到为 None。"""
    if table.bound is not None:
        uppers = [Fraction(*key) for key, _ in table.rows if key is not None and not isinstance(key, str)]
        find, count = finder(uppers, table.bound), len(table.rows)

        def ranged(key: Any) -> int | None:
            row = find(*key)
            return row if row < count else None

        return ranged
    if table.key is Unit.TEXT:
        return {key: i for i, (key, _) in enumerate(table.rows)}.get
    exact = {reduced(key): i for i, (key, _) in enumerate(table.rows) if isinstance(key, tuple)}
    return lambda key: exact.get(reduced(key))


def lookup(key: Code, default: Code | None, table: LookupTable, formula: str) -> Code:
    """查表:查不到用没有时的值(公式里写的优先),都没有就报 NotReady(LOOKUP_MISSING),绝不当作零。"""
    find, read = row_finder(table), key.run
    values = [value for _, value in table.rows]
    other = default.run if default else None
    otherwise = table.otherwise

    def run(s: Sequence[Any]) -> Pair:
        found = read(s)
        row = find(found)
        if row is not None:
            return values[row]
        if other is not None:
            value: Pair = other(s)
            return value
        if otherwise is not None:
            return otherwise
        raise not_found(table, found, formula)

    return Code(run, table.unit)


def not_found(table: LookupTable, key: Any, formula: str) -> NotReady:
    """查不到:写明哪张表、哪个键;键是金额时不写出来。"""
    details = {"formula": formula, "table": table.name}
    if table.key is Unit.TEXT:
        nearest = near(key, [k for k, _ in table.rows if isinstance(k, str)])
        which = f"“{key}”" + (f"(相近的有“{nearest}”)" if nearest else "")
        details |= {"key": key, "nearest": nearest}
    else:
        which = "这个金额" if table.key is Unit.MONEY else f"“{exact(key, table.key)}”"
    say = f"表“{table.name}”里没有{which},公式“{formula or '结果'}”算不出来(不当作 0)。请在表里补上这一行,或写明没有时的值。"
    return NotReady("LOOKUP_MISSING", say, details)
