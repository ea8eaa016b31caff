"""金额 money:整数分。比率是 Decimal;每一行只在最后四舍五入一次,到分。"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache


def round_half_up(numerator: int, denominator: int) -> int:
    """四舍五入 round half up:把分数 numerator/denominator 变成整数,远离零取整。分母须为正。"""
    if denominator <= 0:
        raise ValueError("denominator must be positive")
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def ratio(rate: Decimal) -> tuple[int, int]:
    """比率 ratio:把 Decimal 变成精确的分数(分子, 分母)。"""
    return rate.as_integer_ratio()


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """金额 money:`fen` 为整数分,可为负。"""

    fen: int

    @classmethod
    def of(cls, yuan: str | int | Decimal) -> Money:
        """从元读入:"1100.00" → 110000 分。多于两位小数即报 ValueError。"""
        amount = Decimal(yuan)
        fen = amount * 100
        if fen != fen.to_integral_value():
            raise ValueError(f"金额最多两位小数:{yuan}")
        return cls(int(fen))

    @classmethod
    def rounded(cls, fen: Fraction | tuple[int, int]) -> Money:
        """把精确的分(分数)四舍五入成整数分:一行只做一次。"""
        if isinstance(fen, tuple):
            return cls(round_half_up(fen[0], fen[1]))
        return cls(round_half_up(fen.numerator, fen.denominator))

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def __bool__(self) -> bool:
        return self.fen != 0

    def times(self, rate: Decimal | int) -> Money:
        """乘以比率,四舍五入到分。"""
        numerator, denominator = ratio(Decimal(rate))
        return Money(round_half_up(self.fen * numerator, denominator))

    def split(self, parts: int) -> list[Money]:
        """均分成 parts 份,差一分的给前面几份;各份之和等于原数。"""
        if parts <= 0:
            raise ValueError("parts must be positive")
        base, extra = divmod(self.fen, parts)
        return [Money(base + (1 if i < extra else 0)) for i in range(parts)]

    def yuan(self) -> str:
        """机器看的元:"1100.00"。"""
        sign = "-" if self.fen < 0 else ""
        whole, fen = divmod(abs(self.fen), 100)
        return f"{sign}{whole}.{fen:02d}"

    def show(self) -> str:
        """人看的元:"¥1,100.00",负数 "−¥229.89"。"""
        sign = "−" if self.fen < 0 else ""
        whole, fen = divmod(abs(self.fen), 100)
        return f"{sign}¥{whole:,}.{fen:02d}"


ZERO = Money(0)


def total(amounts: list[Money]) -> Money:
    """合计:各行(已四舍五入)相加。"""
    return Money(sum(m.fen for m in amounts))


@lru_cache(4096)
def percent(rate: Decimal | Fraction) -> str:
    """人看的百分数,最多四位小数:0.03 → "3%",137/120 → "114.1667%"。"""
    exact = Fraction(rate)
    scaled = round_half_up(exact.numerator * 1_000_000, exact.denominator)
    whole, part = divmod(abs(scaled), 10_000)
    digits = f"{part:04d}".rstrip("0")
    return f"{'-' if scaled < 0 else ''}{whole}{'.' + digits if digits else ''}%"
