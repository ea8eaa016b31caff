"""等级分布 performance distribution:某个等级最多占几成(例如 A 不超过 20%)。只检查、只建议,从不改任何人的得分。

人数上限 = 人数 × 比例,不足一人的舍去(比例是“不超过”)。建议从得分最低的让起;并列的一起列出,由人来定。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from engine.performance import Band


@dataclass(frozen=True, slots=True)
class Graded:
    """一个人的结果:编号、得分、等级。"""

    person_id: int
    value: Fraction
    grade: str


@dataclass(frozen=True, slots=True)
class Share:
    """一个等级的情形:count 人数;allowed 上限(None 不限);suggest 建议改为 lower 的人;tied 与他们同分、要由人来定的。"""

    grade: str
    count: int
    allowed: int | None
    suggest: tuple[int, ...] = ()
    tied: tuple[int, ...] = ()
    lower: str = ""

    @property
    def over(self) -> int:
        """超出几人。"""
        return max(0, self.count - self.allowed) if self.allowed is not None else 0


def shares(people: Sequence[Graded], bands: Sequence[Band], limits: Mapping[str, Decimal]) -> tuple[Share, ...]:
    """各等级的人数与建议,从高到低。limits 等级 → 最多占几成。"""
    ladder = [b.grade for b in sorted(bands, key=lambda b: b.minimum, reverse=True)]
    return tuple(_share(people, grade, ladder[i + 1 :], limits.get(grade)) for i, grade in enumerate(ladder))


def _share(people: Sequence[Graded], grade: str, below: Sequence[str], limit: Decimal | None) -> Share:
    mine = sorted((p for p in people if p.grade == grade), key=lambda p: (p.value, p.person_id))
    if limit is None:
        return Share(grade, len(mine), None)
    most = Fraction(limit) * len(people)
    allowed = most.numerator // most.denominator
    over = len(mine) - allowed
    if over <= 0 or not below:
        return Share(grade, len(mine), allowed)
    edge = mine[over - 1].value
    same = tuple(p.person_id for p in mine if p.value == edge)
    chosen = tuple(p.person_id for p in mine if p.value < edge)
    if len(chosen) + len(same) == over:
        return Share(grade, len(mine), allowed, (*chosen, *same), (), below[0])
    return Share(grade, len(mine), allowed, chosen, same, below[0])
