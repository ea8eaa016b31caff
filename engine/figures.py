"""数字 figures:把精确的分数写成字。只在给人看、给机器读的最后一步用,不参与计算。"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from engine.money import round_half_up


def fixed(value: Fraction | int | Decimal, places: int = 2) -> str:
    """固定小数位,四舍五入:3/16 → "0.19",3 → "3.00"。"""
    exact = Fraction(value)
    scaled = round_half_up(exact.numerator * 10**places, exact.denominator)
    if places == 0:
        return str(scaled)
    whole, rest = divmod(abs(scaled), 10**places)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{places}d}"


def plain(value: Fraction | int | Decimal, places: int = 4) -> str:
    """去掉多余的零:1/2 → "0.5",3 → "3",21.75 → "21.75"。最多 places 位,再多则四舍五入。"""
    text = fixed(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def days_words(days: Fraction) -> str:
    """人说的天数:0.5 → "半天",其余 "1 天"、"1.5 天"。"""
    return "半天" if days == Fraction(1, 2) else f"{plain(days, 2)} 天"


def hours_words(minutes: int | Fraction) -> str:
    """人说的小时数:90 分钟 → "1.5 小时"。"""
    return f"{plain(Fraction(minutes) * Fraction(1, 60), 2)} 小时"


def hours_times(minutes: int | Fraction) -> str:
    """算式里的小时数:写得尽的 90 分钟 → "1.5",写不尽的 14 分钟 → "14 ÷ 60"(照着能复算)。"""
    hours = Fraction(minutes) * Fraction(1, 60)
    return plain(hours, 2) if (hours * 100).denominator == 1 else f"{plain(minutes)} ÷ 60"


def much(label: str, words: str) -> str:
    """名字与数量相连:"事假 1 天"、"事假半天"(汉字之间不留空)。"""
    return f"{label} {words}" if words[:1].isdigit() else f"{label}{words}"
