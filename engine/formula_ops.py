"""公式的运算 formula ops:每种运算编成一个闭包。数是 (分子, 分母),分母为正,不约分。"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import NotReady
from engine.formula_types import ROUNDING, Pair, Unit
from engine.money import round_half_up

Run = Callable[[Sequence[Any]], Any]
"""编好的闭包:给它槽,得 (分子, 分母)、真假或文字。"""


@dataclass(frozen=True, slots=True)
class Code:
    """编好的一段:闭包、单位;`const` 不为 None 时是常数。"""

    run: Run
    unit: Unit
    const: Pair | None = None


def constant(value: Pair, unit: Unit) -> Code:
    """常数。"""
    return Code(lambda s: value, unit, value)


def folded(code: Code, *inputs: Code) -> Code:
    """操作数全是常数时先算好。"""
    if all(i.const is not None for i in inputs):
        return constant(code.run(()), code.unit)
    return code


def negate(a: Code) -> Code:
    f = a.run

    def run(s: Sequence[Any]) -> Pair:
        n, d = f(s)
        return -n, d

    return folded(Code(run, a.unit), a)


def plus(a: Code, b: Code, unit: Unit, sign: int = 1) -> Code:
    """加;sign 为 -1 时是减。"""
    f, g = a.run, b.run

    def add(s: Sequence[Any]) -> Pair:
        n1, d1 = f(s)
        n2, d2 = g(s)
        return (n1 + n2, d1) if d1 == d2 else (n1 * d2 + n2 * d1, d1 * d2)

    def subtract(s: Sequence[Any]) -> Pair:
        n1, d1 = f(s)
        n2, d2 = g(s)
        return (n1 - n2, d1) if d1 == d2 else (n1 * d2 - n2 * d1, d1 * d2)

    return folded(Code(add if sign > 0 else subtract, unit), a, b)


def times(a: Code, b: Code, unit: Unit) -> Code:
    """乘;有一边是常数时少走一步。"""
    if a.const is not None and b.const is None:
        a, b = b, a
    f, g = a.run, b.run
    if b.const is not None:
        n0, d0 = b.const

        def scale(s: Sequence[Any]) -> Pair:
            n, d = f(s)
            return n * n0, d * d0

        return folded(Code(scale, unit), a, b)

    def run(s: Sequence[Any]) -> Pair:
        n1, d1 = f(s)
        n2, d2 = g(s)
        return n1 * n2, d1 * d2

    return Code(run, unit)


def over(a: Code, b: Code, unit: Unit, names: tuple[str, str] = ("", "")) -> Code:
    """除;除数为零报 NotReady(ZERO_DENOMINATOR),写明哪条公式、哪个除数。names 是(公式的名字, 除数的写法)。"""
    f, g = a.run, b.run

    def run(s: Sequence[Any]) -> Pair:
        n1, d1 = f(s)
        n2, d2 = g(s)
        if n2 > 0:
            return n1 * d2, d1 * n2
        if n2 < 0:
            return -n1 * d2, d1 * -n2
        raise zero_divisor(*names)

    return folded(Code(run, unit), a, b)


def zero_divisor(formula: str, divisor: str) -> NotReady:
    """除数是零:只有用到它的这个人算不出来。"""
    which = f"公式“{formula}”里的除数“{divisor}”" if formula else f"除数“{divisor}”"
    say = f"{which}是 0,算不出来。请先补上它(例如目标值),再重新计算。"
    return NotReady("ZERO_DENOMINATOR", say, {"formula": formula, "divisor": divisor})


def compare(op: str, a: Code, b: Code) -> Code:
    """比较两个数。"""
    f, g = a.run, b.run
    test = COMPARE[op]
    if b.const is not None:
        n0, d0 = b.const

        def against(s: Sequence[Any]) -> bool:
            n, d = f(s)
            return test(n * d0, n0 * d)

        return Code(against, Unit.BOOL)

    def run(s: Sequence[Any]) -> bool:
        n1, d1 = f(s)
        n2, d2 = g(s)
        return test(n1 * d2, n2 * d1)

    return Code(run, Unit.BOOL)


def same_value(op: str, a: Code, b: Code) -> Code:
    """比较两段文字或两个是否。"""
    f, g = a.run, b.run
    want = op == "="
    return Code(lambda s: (f(s) == g(s)) is want, Unit.BOOL)


def extreme(largest: bool, args: Sequence[Code], unit: Unit) -> Code:
    """最大、最小。"""
    runs = [a.run for a in args]
    first, rest = runs[0], runs[1:]

    def biggest(s: Sequence[Any]) -> Pair:
        n, d = first(s)
        for g in rest:
            n2, d2 = g(s)
            if n2 * d > n * d2:
                n, d = n2, d2
        return n, d

    def smallest(s: Sequence[Any]) -> Pair:
        n, d = first(s)
        for g in rest:
            n2, d2 = g(s)
            if n2 * d < n * d2:
                n, d = n2, d2
        return n, d

    return folded(Code(biggest if largest else smallest, unit), *args)


def _ceil(n: int, d: int) -> int:
    return -(-n // d)


def _floor(n: int, d: int) -> int:
    return n // d


ROUNDERS: dict[str, Callable[[int, int], int]] = dict(zip(ROUNDING, (round_half_up, _ceil, _floor), strict=True))


def rounded(function: str, a: Code, places: int) -> Code:
    """取整到小数第 places 位;金额以元计位数(2 = 分,0 = 元)。"""
    f = a.run
    whole = ROUNDERS[function]
    power = places - 2 if a.unit is Unit.MONEY else places
    up, down = (10**power, 1) if power >= 0 else (1, 10**-power)

    def run(s: Sequence[Any]) -> Pair:
        n, d = f(s)
        return whole(n * up, d * down) * down, up

    return folded(Code(run, a.unit), a)


COMPARE: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "≠": operator.ne,
    "<": operator.lt,
    "≤": operator.le,
    ">": operator.gt,
    "≥": operator.ge,
}
