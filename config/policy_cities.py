"""城市政策 policy cities:cities/*.yaml → 引擎的城市数据。"""

from __future__ import annotations

from decimal import Decimal

from config.policy_dates import versions_of
from config.policy_files import Document, shaped
from config.policy_shapes import (
    CityFile,
    HousingVersion,
    MinimumWageVersion,
    RangeShape,
    SickScaleVersion,
    SocialVersion,
)
from engine.city import CityPack, HousingTerms, MinimumWage, Range, SickScale, SocialLine
from engine.insurance import Rounding
from engine.money import Money


def city_pack(document: Document) -> CityPack:
    """一个城市的文件 → CityPack。"""
    file = shaped(document, CityFile)
    name, key = file.city, document.name.rsplit("/", 1)[-1].removesuffix(".yaml")
    scale = None
    if file.sick_scale:
        labels = (f"{key}.sick_scale", f"{name}病假工资标准")
        scale = versions_of(document, ("sick_scale",), labels, file.sick_scale, _scale)
    return CityPack(
        name=name,
        social=versions_of(document, ("social",), (f"{key}.social", f"{name}社会保险"), file.social, _social),
        housing=versions_of(
            document, ("housing_fund",), (f"{key}.housing_fund", f"{name}住房公积金"), file.housing_fund, _housing
        ),
        minimum_wage=versions_of(
            document, ("minimum_wage",), (f"{key}.minimum_wage", f"{name}最低工资"), file.minimum_wage, _minimum
        ),
        average_month_wage=versions_of(
            document, ("social",), (f"{key}.average_month_wage", f"{name}月平均工资"), file.social, _average
        ),
        sick_scale=scale,
    )


def _social(version: SocialVersion) -> tuple[SocialLine, ...]:
    return tuple(
        SocialLine(
            code, line.label, line.employee, line.employer, line.floor, line.cap, Rounding(line.rounding),
            line.employee_fixed, line.employer_fixed,
        )
        for code, line in version.lines.items()
    )  # fmt: skip


def _range(shape: RangeShape) -> Range:
    if shape.min > shape.max:
        raise ValueError("min 大于 max,请改正。")
    return Range(shape.min, shape.max)


def _housing(version: HousingVersion) -> HousingTerms:
    return HousingTerms(
        employee=_range(version.employee),
        supplementary=_range(version.supplementary) if version.supplementary else None,
        floor=version.floor,
        cap=version.cap,
        rounding=Rounding(version.rounding),
        exempt_base_cap=version.exempt_base_cap,
        exempt_rate_cap=version.exempt_rate_cap,
    )


def _minimum(version: MinimumWageVersion) -> MinimumWage:
    return MinimumWage(
        Money(version.monthly), Money(version.hourly), version.after_employee_insurance, tuple(version.excluded_classes)
    )


def _average(version: SocialVersion) -> Money:
    return Money(version.average_month_wage)


def _scale(version: SickScaleVersion) -> SickScale:
    years = [y for y, _ in version.steps]
    if years != sorted(set(years)):
        raise ValueError("steps 的年数要由小到大,请改正。")
    return tuple((Decimal(y), rate) for y, rate in version.steps)
