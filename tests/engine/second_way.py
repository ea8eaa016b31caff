"""另一种算法 second way:个税与社保公积金的第二份实现,与 engine 不共用一行,给 test_second_way.py 对照。

个税:从头加到这个月,逐级切开相加(不用速算扣除数),累计已扣 = 历月累计应扣的最大值(年内只扣不退)。
社保:先把各版规定与基数铺成逐月的表,再用分数逐项算;取整用“加半再去尾”。金额都是分。
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

# 年度与按月的级距:每一级有多宽(元,None 为其余全部)与税率(百分之几)。
YEAR_STEPS = ((36_000, 3), (108_000, 10), (156_000, 20), (120_000, 25), (240_000, 30), (300_000, 35), (None, 45))
MONTH_STEPS = ((3_000, 3), (9_000, 10), (13_000, 20), (10_000, 25), (20_000, 30), (25_000, 35), (None, 45))


def half_up(exact: Fraction) -> int:
    """四舍五入:绝对值加半去尾。"""
    size = abs(exact) + Fraction(1, 2)
    whole = size.numerator // size.denominator
    return whole if exact >= 0 else -whole


def tax_by_steps(taxable: int) -> Fraction:
    """逐级切开,各乘各的税率(精确)。"""
    tax, left = Fraction(0), taxable
    for width, percent in YEAR_STEPS:
        part = left if width is None else min(left, width * 100)
        tax += Fraction(part * percent, 100)
        left -= part
    return tax


def allowance(scheme: str, start: int, month: int) -> int:
    """累计减除费用:逐月数。"""
    if scheme == "sixty_thousand":
        return 6_000_000
    months = range(1, month + 1) if scheme == "first_job" else range(start, month + 1)
    return sum(500_000 for _ in months)


@dataclass(frozen=True)
class Month:
    """一个月的数(分)。"""

    month: int
    income: int
    less: int  # 各种扣除与免税收入的合计
    relief: int = 0


def withheld_by_running_most(months: Sequence[Month], scheme: str, start: int) -> list[int]:
    """各月扣的税:累计已扣是历月应扣的最大值,相邻两月之差就是当月的。"""
    most, out = 0, []
    for index, now in enumerate(months):
        so_far = months[: index + 1]
        base = sum(m.income for m in so_far) - sum(m.less for m in so_far) - allowance(scheme, start, now.month)
        due = half_up(tax_by_steps(max(base, 0))) - sum(m.relief for m in so_far)
        new = max(most, due)
        out.append(new - most)
        most = new
    return out


def bonus_tax(bonus: int) -> int:
    """奖金:用分数的月均找级;速算扣除数由相邻税率之差累加得出。"""
    average, reached, quick, rate = Fraction(bonus, 12), 0, Fraction(0), 0
    for width, percent in MONTH_STEPS:
        quick += Fraction(reached * (percent - rate), 100)
        rate = percent
        if width is None or average <= reached + width * 100:
            break
        reached += width * 100
    return half_up(Fraction(bonus * rate, 100) - quick)


# ── 社保公积金 ────────────────────────────────────────────────────────

Key = tuple[int, int]


def timeline(versions: Iterable[tuple[Key, object]], until: Key) -> dict[Key, object]:
    """把(自某月起, 值)铺成逐月的表:一个月一个月往后走,遇到新的就换。"""
    starts = dict(sorted(versions))
    out: dict[Key, object] = {}
    if not starts:
        return out
    month = min(starts)
    value = starts[month]
    while month <= until:
        value = starts.get(month, value)
        out[month] = value
        month = (month[0], month[1] + 1) if month[1] < 12 else (month[0] + 1, 1)
    return out


@dataclass(frozen=True)
class Line:
    """一个险种:比例是万分之几,金额是分;exempt 是(限额基数, 限额万分之几),None 为没有限额。"""

    code: str
    housing: bool
    employee: int
    employer: int
    floor: int
    cap: int | None
    fixed: int
    rounding: str
    exempt: tuple[int, int] | None = None


def rounded(exact: Fraction, rounding: str) -> int:
    """取整到分、到元(四舍五入)、到角(只进不舍)。"""
    if rounding == "fen_half_up":
        return half_up(exact)
    if rounding == "yuan_half_up":
        return half_up(Fraction(exact, 100)) * 100
    jiao = exact.numerator // (exact.denominator * 10)
    return jiao * 10 if exact == jiao * 10 else (jiao + 1) * 10


def share(line: Line, declared: int) -> tuple[int, int, int, int, int]:
    """(基数, 个人, 单位, 个人不得扣除, 单位并入收入)。"""
    base = sorted((line.floor, declared, line.cap))[1] if line.cap is not None else max(line.floor, declared)
    sides = [
        rounded(Fraction(base * rate, 10_000) + line.fixed, line.rounding) for rate in (line.employee, line.employer)
    ]
    over = [0, 0]
    if line.exempt is not None:
        for i, rate in enumerate((line.employee, line.employer)):
            limit = Fraction(min(base, line.exempt[0]) * min(rate, line.exempt[1]), 10_000)
            over[i] = max(sides[i] - rounded(limit, line.rounding), 0)
    return base, sides[0], sides[1], over[0], over[1]


def contributions(
    versions: Mapping[Key, Sequence[Line]], bases: Mapping[bool, Mapping[Key, int]], months: Sequence[Key]
) -> list[list[tuple[int, int, int, int, int]]]:
    """各月各险种。"""
    last = max(months)
    lines_by_month = timeline(versions.items(), last)
    base_by_month = {kind: timeline(found.items(), last) for kind, found in bases.items()}
    out = []
    for month in months:
        lines = lines_by_month[month]
        assert isinstance(lines, list | tuple)
        found = []
        for line in lines:
            declared = base_by_month[line.housing][month]
            assert isinstance(declared, int)
            found.append(share(line, declared))
        out.append(found)
    return out
