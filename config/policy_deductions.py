"""扣除的政策 policy deductions:deductions.yaml(专项附加、其他扣除、限额)与 after_tax.yaml(税后扣款的次序)。"""

from __future__ import annotations

from decimal import Decimal

from config.policy_dates import dated, from_the_first
from config.policy_deduction_shapes import AfterTaxFile, AfterTaxVersion, DeductionsFile, OtherVersion, SpecialVersion
from config.policy_files import Document, refuse, shaped
from config.policy_shapes import NumberVersion
from engine.after_tax import AfterTaxRules, DeductionKind
from engine.deductions import DeductionRules, OtherItem, OtherTerms, SpecialItem, SpecialTerms
from engine.effective import Dated


def deduction_rules(document: Document) -> DeductionRules:
    """扣除的标准与限额。"""
    file = shaped(document, DeductionsFile)
    special: dict[str, SpecialItem] = {}
    for key, one in file.special_additional.items():
        path = ("special_additional", key, "versions")
        terms = from_the_first(document, path, dated(document, path, f"deductions.{key}", one, _special))
        if one.excludes and one.excludes not in file.special_additional:
            mark = document.mark(("special_additional", key, "excludes"))
            raise refuse(mark, f"没有“{one.excludes}”这一项,请改成已有的键。")
        special[key] = SpecialItem(key, one.label, terms, tuple(one.aliases), one.excludes, one.in_payroll)
    other: dict[str, OtherItem] = {}
    for key, more in file.other.items():
        path = ("other", key, "versions")
        limit = from_the_first(document, path, dated(document, path, f"deductions.{key}", more, _other))
        other[key] = OtherItem(key, more.label, limit, tuple(more.aliases))
    limits: dict[str, Dated[Decimal]] = {}
    for key, number in file.limits.items():
        path = ("limits", key, "versions")
        limits[key] = from_the_first(document, path, dated(document, path, f"deductions.{key}", number, _number))
    return DeductionRules(special, other, limits)


def _number(version: NumberVersion) -> Decimal:
    return version.value


def _special(version: SpecialVersion) -> SpecialTerms:
    return SpecialTerms(
        version.per, tuple(version.amounts), version.parts, version.at_most, version.shared_at_most, version.yearly
    )


def _other(version: OtherVersion) -> OtherTerms:
    if version.base_ratio is not None and version.base_ratio > 1:
        raise ValueError("base_ratio 是比率,请写成 0.04 这样。")
    return OtherTerms(version.monthly, version.yearly, version.base_ratio, version.base_multiple)


def after_tax_rules(document: Document) -> Dated[AfterTaxRules]:
    """税后扣款的次序与限额。"""
    file = shaped(document, AfterTaxFile)

    def value(version: AfterTaxVersion) -> AfterTaxRules:
        keys = [k.key for k in version.kinds]
        if len(keys) != len(set(keys)):
            raise ValueError("kinds 里有重复的 key,请只留一个。")
        if not keys or keys[-1] != "other":
            raise ValueError("kinds 的最后一类要是 other(收没有另列的扣款),请补在末尾。")
        if any(k.ratio is not None and not 0 <= k.ratio <= 1 for k in version.kinds):
            raise ValueError("ratio 要在 0 到 1 之间,例如 0.20。")
        kinds = tuple(DeductionKind(k.key, k.label, k.ratio, k.keep_minimum_wage) for k in version.kinds)
        return AfterTaxRules(kinds, f"after_tax.order@{version.since}")

    path = ("order", "versions")
    return from_the_first(document, path, dated(document, path, "after_tax.order", file.order, value))
