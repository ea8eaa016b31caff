"""扣除文件的形状 deduction shapes:deductions.yaml 与 after_tax.yaml 里可以写哪些键。"""

from __future__ import annotations

from typing import Literal

from config.policy_shapes import Fen, NumberShape, Rate, Shape, Versioned


class SpecialVersion(Versioned):
    per: Literal["child", "person", "city"]
    amounts: list[Fen] = []
    parts: int = 1
    at_most: Fen | None = None
    shared_at_most: Fen | None = None
    yearly: Fen | None = None


class SpecialShape(Shape):
    label: str
    aliases: list[str] = []
    excludes: str = ""
    in_payroll: bool = True
    versions: list[SpecialVersion]


class OtherVersion(Versioned):
    monthly: Fen | None = None
    yearly: Fen | None = None
    base_ratio: Rate | None = None
    base_multiple: Rate | None = None


class OtherShape(Shape):
    label: str
    aliases: list[str] = []
    versions: list[OtherVersion]


class DeductionsFile(Shape):
    """deductions.yaml"""

    special_additional: dict[str, SpecialShape]
    other: dict[str, OtherShape]
    limits: dict[str, NumberShape]


class KindShape(Shape):
    key: str
    label: str
    ratio: Rate | None = None
    keep_minimum_wage: bool = False


class AfterTaxVersion(Versioned):
    kinds: list[KindShape]


class AfterTaxShape(Shape):
    label: str
    versions: list[AfterTaxVersion]


class AfterTaxFile(Shape):
    """after_tax.yaml"""

    order: AfterTaxShape
