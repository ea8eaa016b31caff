"""城市政策 policy cities:cities/*.yaml → 引擎的城市数据。

各险种各有日期:一版 social 里没写的险种照旧。还没填的格子(blank)与只凭记忆的数(verified: memory)不参与计算,
记在 blanks 里,用到时拒绝并说明缺什么。
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from config.policy_city_shapes import (
    CityFile,
    EnrolmentVersion,
    HeatVersion,
    HousingVersion,
    MinimumWageVersion,
    RangeShape,
    SickScaleVersion,
    SocialLineShape,
    SocialVersion,
)
from config.policy_dates import V, dates_of, from_the_first, versions_of
from config.policy_files import Document, shaped
from config.policy_shapes import BLANK, Blank
from engine.city import CityPack, Enrolment, HeatRates, HousingTerms, MinimumWage, Range, SickScale, SocialLine
from engine.effective import Dated, T, Version
from engine.insurance import Rounding
from engine.money import Money

KNOWN_LINES = {
    "pension": "养老保险",
    "medical": "医疗保险",
    "unemployment": "失业保险",
    "injury": "工伤保险",
    "maternity": "生育保险",
}
FIELDS = {
    "employee": "个人比例",
    "employer": "单位比例",
    "floor": "基数下限",
    "cap": "基数上限",
    "employee_fixed": "个人固定额",
    "employer_fixed": "单位固定额",
    "monthly": "月标准",
    "hourly": "小时标准",
    "exempt_base_cap": "免税基数上限",
    "exempt_rate_cap": "免税比例上限",
}
FROM_MEMORY = "只凭记忆,没有出处"


def city_pack(document: Document) -> CityPack:
    """一个城市的文件 → CityPack。没写的一段是空的:用到时说缺什么。"""
    file = shaped(document, CityFile)
    name, key = file.city, document.name.rsplit("/", 1)[-1].removesuffix(".yaml")

    def part(found: list[V], path: str, label: str, value: Callable[[V], T]) -> Dated[T]:
        names = (f"{key}.{path}", f"{name}{label}")
        return versions_of(document, (path,), names, found, value) if found else Dated(*names, ())

    lines = _lines(document, file, key)
    return CityPack(
        name=name,
        social=_merged(lines, f"{key}.social", f"{name}社会保险"),
        housing=_whole(document, "housing_fund", part(file.housing_fund, "housing_fund", "住房公积金", _housing)),
        minimum_wage=part(file.minimum_wage, "minimum_wage", "最低工资", _minimum),
        average_month_wage=_average(file, key, name),
        sick_scale=part(file.sick_scale, "sick_scale", "病假工资标准", _scale) if file.sick_scale else None,
        lines=lines,
        enrolment=part(file.enrolment, "enrolment", "参保截止日", _enrolment),
        heat=part(file.heat_allowance, "heat_allowance", "高温津贴", _heat),
    )


def _whole(document: Document, path: str, found: Dated[T]) -> Dated[T]:
    return from_the_first(document, (path,), found)


def _lines(document: Document, file: CityFile, key: str) -> dict[str, Dated[SocialLine]]:
    """各险种各自的版本;空档、重叠在险种里查。"""
    found: dict[str, list[tuple[int, SocialVersion, SocialLineShape]]] = {}
    for i, version in enumerate(file.social):
        for code, line in version.lines.items():
            found.setdefault(code, []).append((i, version, line))
    out: dict[str, Dated[SocialLine]] = {}
    for code, rows in found.items():
        label = next((line.label for _, _, line in reversed(rows) if line.label), KNOWN_LINES.get(code, code))
        paths = [("social", i, "lines", code) for i, _, _ in rows]
        versions = [_version(f"{key}.{code}", label, version, line) for _, version, line in rows]
        names = (f"{key}.{code}", f"{file.city}{label}")
        out[code] = dates_of(document, paths, names, versions)
        from_the_first(document, paths[0], out[code])
    return out


def _version(key: str, label: str, version: SocialVersion, line: SocialLineShape) -> Version[SocialLine]:
    since, until = line.since or version.since, line.until or version.until
    verified, source = line.verified or version.verified, line.source or version.source
    value = SocialLine(
        key.rsplit(".", 1)[-1],
        label,
        _rate(line.employee),
        None if line.employer is None else _rate(line.employer),
        _fen(line.floor),
        None if line.cap is None else _fen(line.cap),
        Rounding(line.rounding),
        _fen(line.employee_fixed),
        _fen(line.employer_fixed),
        _blanks(line, verified),
        f"{key}@{since}",
    )
    return Version(since, value, source, until, verified)


def _merged(lines: dict[str, Dated[SocialLine]], key: str, label: str) -> Dated[tuple[SocialLine, ...]]:
    """各险种合成一组:每个变化日一版;到期没有续的险种仍列着,记成不能用。"""
    ends = {v.until + timedelta(days=1) for d in lines.values() for v in d.versions if v.until is not None}
    changes = sorted({v.since for d in lines.values() for v in d.versions} | ends)
    out = []
    for day in changes:
        now = [(d.at(day), [v for v in d.versions if v.since <= day]) for d in lines.values()]
        values = tuple(at.value if at else past[-1].value.lapsed(past[-1].until) for at, past in now if past)
        latest = max((past[-1] for _, past in now if past), key=lambda v: v.since)
        out.append(Version(day, values, latest.source, None, latest.verified))
    return Dated(key, label, tuple(out))


def _average(file: CityFile, key: str, name: str) -> Dated[Money]:
    found = [
        Version(v.since, Money(v.average_month_wage), v.source, None, v.verified)
        for v in file.social
        if isinstance(v.average_month_wage, int)
    ]
    return Dated(f"{key}.average_month_wage", f"{name}月平均工资", tuple(found))


def _rate(value: Decimal | Blank) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _fen(value: int | Blank) -> int:
    return value if isinstance(value, int) else 0


def _blanks(shape: object, verified: str) -> tuple[str, ...]:
    """没填的格子的名字;只凭记忆的数也算没填。"""
    empty = tuple(label for field, label in FIELDS.items() if getattr(shape, field, None) is BLANK)
    return (*empty, FROM_MEMORY) if verified == "memory" else empty


def _range(shape: RangeShape) -> tuple[Range, bool]:
    low, high = shape.min, shape.max
    if isinstance(low, Blank) or isinstance(high, Blank):
        return Range(Decimal(0), Decimal(1)), True
    if low > high:
        raise ValueError("min 大于 max,请改正。")
    return Range(low, high), False


def _housing(version: HousingVersion) -> HousingTerms:
    own, unknown = _range(version.employee)
    more, more_unknown = _range(version.supplementary) if version.supplementary else (None, False)
    ranges = (("比例范围", unknown), ("补充比例范围", more_unknown))
    return HousingTerms(
        employee=own,
        supplementary=more,
        floor=_fen(version.floor),
        cap=None if version.cap is None else _fen(version.cap),
        rounding=Rounding(version.rounding),
        exempt_base_cap=None if version.exempt_base_cap is None else _fen(version.exempt_base_cap),
        exempt_rate_cap=None if version.exempt_rate_cap is None else _rate(version.exempt_rate_cap),
        blanks=(*(label for label, empty in ranges if empty), *_blanks(version, version.verified)),
    )


def _minimum(version: MinimumWageVersion) -> MinimumWage:
    return MinimumWage(
        Money(_fen(version.monthly)),
        Money(_fen(version.hourly)),
        version.after_employee_insurance,
        tuple(version.excluded_classes),
        _blanks(version, version.verified),
    )


def _enrolment(version: EnrolmentVersion) -> Enrolment:
    return Enrolment(version.join_cutoff_day, version.leave_cutoff_day)


def _heat(version: HeatVersion) -> HeatRates:
    unknown = version.verified == "memory"
    rates = {kind: Money(_fen(rate)) for kind, rate in version.rates.items() if rate is not BLANK and not unknown}
    blank = tuple(kind for kind in version.rates if kind not in rates)
    return HeatRates(frozenset(version.months), version.per == "day", rates, blank)


def _scale(version: SickScaleVersion) -> SickScale:
    years = [y for y, _ in version.steps]
    if years != sorted(set(years)):
        raise ValueError("steps 的年数要由小到大,请改正。")
    if version.verified == "memory":
        raise ValueError("病假工资标准只凭记忆不能用(verified: memory),请写上出处,或删去这一版。")
    return tuple((Decimal(y), rate) for y, rate in version.steps)
