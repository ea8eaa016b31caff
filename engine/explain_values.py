"""解释里的值 explain values:把精确的值写成字,给人看的、给机器看的、取整之前的。"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from engine.figures import plain
from engine.formula_types import Unit
from engine.money import Money, percent, round_half_up

_PLACES = 6
_TAILS = {Unit.DAYS: " 天", Unit.HOURS: " 小时"}


def show(value: Any, unit: Unit) -> str:
    """人看的值:金额 ¥1,100.00,比率 110%,天数 0.5 天。"""
    if unit is Unit.BOOL:
        return "是" if value else "否"
    if unit is Unit.TEXT:
        return f"“{value}”"
    n, d = value
    if unit is Unit.MONEY:
        return Money(round_half_up(n, d)).show()
    if unit is Unit.RATE:
        return percent(Fraction(n, d))
    return f"{plain(Fraction(n, d))}{_TAILS.get(unit, '')}"


def exact(value: Any, unit: Unit) -> str:
    """不取整的值:金额写到分以下四位,除不尽的后面加“…”;不是数的同 show。"""
    if unit in (Unit.BOOL, Unit.TEXT):
        return show(value, unit)
    if unit is Unit.MONEY:
        fen = Fraction(*value)
        if fen.denominator == 1:
            return Money(fen.numerator).show()
        sign, size = ("−", -fen) if fen < 0 else ("", fen)
        return f"{sign}¥{_cut(size * Fraction(1, 100), commas=True)}"
    if unit is Unit.RATE:
        return f"{_cut(Fraction(*value) * 100)}%"
    return f"{_cut(Fraction(*value))}{_TAILS.get(unit, '')}"


def _cut(value: Fraction, *, commas: bool = False) -> str:
    """截到六位小数(不进位);还有余数的加“…”。"""
    sign, size = ("−", -value) if value < 0 else ("", value)
    scaled, rest = divmod(size.numerator * 10**_PLACES, size.denominator)
    whole, part = divmod(scaled, 10**_PLACES)
    digits = f"{part:0{_PLACES}d}"
    tail = f"{digits}…" if rest else digits.rstrip("0")
    return f"{sign}{whole:{',' if commas else ''}}{'.' + tail if tail else ''}"


def trace_value(value: Any, unit: Unit) -> str:
    """机器看的值:金额 "1100.00",其余小数。"""
    if unit is Unit.BOOL:
        return "true" if value else "false"
    if unit is Unit.TEXT:
        return str(value)
    n, d = value
    return Money(round_half_up(n, d)).yuan() if unit is Unit.MONEY else plain(Fraction(n, d), 6)
