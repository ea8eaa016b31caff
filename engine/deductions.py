"""税前扣除 deductions:专项附加扣除的标准怎么核对,税前其他扣除(年金、商业健康保险、个人养老金)的限额。

专项附加按本人申报的扣,单位不得改(国家税务总局公告2022年第7号 第二十五、二十六条),所以只提醒、不改数;
其他扣除超过限额的部分不扣(财税〔2013〕103号、财税〔2017〕39号、公告2024年第21号)。标准与限额都是有日期的数据。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.effective import Dated
from engine.money import round_half_up


@dataclass(frozen=True, slots=True)
class SpecialTerms:
    """一项专项附加扣除的标准(分):amounts 可以申报的每月金额;parts 一份可分成几份;at_most 独自扣的数;shared_at_most 分摊的至多;yearly 按年一次扣的。"""

    per: str
    amounts: tuple[int, ...] = ()
    parts: int = 1
    at_most: int | None = None
    shared_at_most: int | None = None
    yearly: int | None = None


@dataclass(frozen=True, slots=True)
class SpecialItem:
    """一项专项附加扣除:excludes 同年不能同时享受的那一项;in_payroll 为假的只在汇算时扣。"""

    key: str
    label: str
    terms: Dated[SpecialTerms]
    aliases: tuple[str, ...] = ()
    excludes: str = ""
    in_payroll: bool = True


@dataclass(frozen=True, slots=True)
class OtherTerms:
    """一项其他扣除的限额(分):每月、每年,或缴费基数的几成(基数不超过上年月平均工资的几倍)。"""

    monthly: int | None = None
    yearly: int | None = None
    base_ratio: Decimal | None = None
    base_multiple: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OtherItem:
    """一项税前其他扣除。"""

    key: str
    label: str
    terms: Dated[OtherTerms]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeductionRules:
    """全部扣除的标准与限额。"""

    special: Mapping[str, SpecialItem]
    other: Mapping[str, OtherItem]
    limits: Mapping[str, Dated[Decimal]]

    def special_named(self, name: str) -> SpecialItem | None:
        """按名字找专项附加;认不得为 None。"""
        return next((i for i in self.special.values() if name in (i.key, i.label, *i.aliases)), None)

    def other_named(self, name: str) -> OtherItem | None:
        """按名字找其他扣除;认不得为 None。"""
        return next((i for i in self.other.values() if name in (i.key, i.label, *i.aliases)), None)


def fits(fen: int, terms: SpecialTerms) -> bool:
    """申报的每月金额合不合标准:按子女的是(一份或半份)的整数倍,按城市的是其中一档;分摊的不超过分摊的上限。"""
    if terms.at_most is not None:
        return fen == terms.at_most or 0 <= fen <= (terms.shared_at_most or terms.at_most)
    if not terms.amounts or fen == terms.yearly:
        return True
    if terms.per == "child":
        return any(fen * terms.parts % amount == 0 for amount in terms.amounts)
    return any(fen * parts == amount for amount in terms.amounts for parts in range(1, terms.parts + 1)) or fen == 0


def special_notes(declared: Sequence[tuple[str, int]], rules: DeductionRules, day: date) -> tuple[str, ...]:
    """申报与标准对不上的话(不含金额),给 HR 核对;只提醒,不改数。declared 是(项目名, 每月分)。"""
    out: list[str] = []
    keys: dict[str, str] = {}
    for name, fen in declared:
        item = rules.special_named(name)
        if item is None:
            out.append(f"专项附加扣除“{name}”不是规定的项目。请与本人的申报核对。")
            continue
        keys[item.key] = item.label
        version = item.terms.at(day)
        if not item.in_payroll:
            out.append(f"“{item.label}”只在年度汇算时扣,不在发工资时扣。请改由本人汇算时申报。")
        elif version is None or not fits(fen, version.value):
            out.append(f"“{item.label}”申报的每月金额与现行标准不合。请与本人的申报核对(单位不得自行更改)。")
    for key, label in keys.items():
        other = rules.special[key].excludes
        if other in keys and key < other:
            out.append(f"“{label}”与“{keys[other]}”同一年不能同时扣。请与本人的申报核对。")
    return tuple(out)


@dataclass(frozen=True, slots=True)
class OtherDeclared:
    """申报的一项其他扣除(分):fen 本月;used 本年已扣;base 缴费工资基数;average 上年月平均工资(None 为不知道)。"""

    fen: int
    used: int = 0
    base: int = 0
    average: int | None = None


def allowed_other(one: OtherDeclared, terms: OtherTerms) -> int:
    """限额之内能扣多少(分)。年金:不超过 min(基数, 平均工资 × 倍数) × 比例;不知道平均工资的不放宽,按零。"""
    limits = [one.fen]
    if terms.monthly is not None:
        limits.append(terms.monthly)
    if terms.yearly is not None:
        limits.append(max(0, terms.yearly - one.used))
    if terms.base_ratio is not None:
        limits.append(_by_base(one, terms, terms.base_ratio))
    return max(0, min(limits))


def _by_base(one: OtherDeclared, terms: OtherTerms, ratio: Decimal) -> int:
    n, d = ratio.as_integer_ratio()
    base_n, base_d = one.base, 1
    if terms.base_multiple is not None:
        if one.average is None:
            return 0
        up, down = terms.base_multiple.as_integer_ratio()
        if base_n * down > one.average * up:
            base_n, base_d = one.average * up, down
    return round_half_up(base_n * n, base_d * d)
