"""城市数据 city pack:一个城市的社保公积金、最低工资、病假工资标准,各有各的日期。

由城市数据与本人、本公司的比例合成一个月的险种规定。公积金比例在城市允许的范围之外则拒绝。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from engine.days import Month
from engine.effective import Dated
from engine.errors import BadInput, NotReady
from engine.insurance import BaseKind, InsuranceLine, Rounding
from engine.money import Money, percent


@dataclass(frozen=True, slots=True)
class SocialLine:
    """一个险种:`employer` 为 None 即由公司的费率定(如工伤保险的行业费率)。金额为分。"""

    code: str
    label: str
    employee: Decimal
    employer: Decimal | None
    floor: int
    cap: int | None
    rounding: Rounding
    employee_fixed: int = 0
    employer_fixed: int = 0
    blanks: tuple[str, ...] = ()
    rule: str = ""

    def lapsed(self, until: date | None) -> SocialLine:
        """到期没有续:还列着,但不能用。"""
        return replace(self, blanks=(f"已于 {until} 到期,没有新的规定",))


@dataclass(frozen=True, slots=True)
class Range:
    """比例的范围(两端都可)。"""

    low: Decimal
    high: Decimal

    def check(self, rate: Decimal, label: str) -> Decimal:
        """比例在范围内,否则报 BadInput(RATE_OUT_OF_RANGE)。"""
        if not self.low <= rate <= self.high:
            allowed = f"{percent(self.low)} 到 {percent(self.high)}"
            raise BadInput("RATE_OUT_OF_RANGE", f"{label}比例 {percent(rate)} 不在当地允许的 {allowed} 之内,请改正。")
        return rate


@dataclass(frozen=True, slots=True)
class HousingTerms:
    """公积金:比例范围、补充公积金范围(None 为没有)、基数上下限、取整、免税限额。金额为分。"""

    employee: Range
    supplementary: Range | None
    floor: int
    cap: int | None
    rounding: Rounding
    exempt_base_cap: int | None = None
    exempt_rate_cap: Decimal | None = None
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MinimumWage:
    """最低工资:月、小时;`after_employee_insurance` 为真时与扣除个人社保公积金之后的工资比。"""

    monthly: Money
    hourly: Money
    after_employee_insurance: bool
    excluded_classes: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enrolment:
    """参保截止日(当月几号):这一天在职就缴当月;None 为当月在职过就缴。入职、离职各一个。"""

    join_cutoff_day: int | None = None
    leave_cutoff_day: int | None = None

    def due(self, month: Month, hired: date | None, last: date | None) -> bool:
        """这个月该不该缴:在职期间与当月有交,且没有在截止日之后入职、之前离职。"""
        if (hired is not None and hired > month.last) or (last is not None and last < month.first):
            return False
        if self.join_cutoff_day is not None and hired is not None and hired in month:
            if hired.day > self.join_cutoff_day:
                return False
        if self.leave_cutoff_day is None or last is None or last not in month:
            return True
        return last.day >= min(self.leave_cutoff_day, month.last.day)


@dataclass(frozen=True, slots=True)
class HeatRates:
    """高温津贴:发哪几个月;per_day 为真按天、否则按月;各类岗位的标准;blank 是还没有填的类别。"""

    months: frozenset[int]
    per_day: bool
    rates: Mapping[str, Money]
    blank: tuple[str, ...] = ()


SickScale = tuple[tuple[Decimal, Decimal], ...]
"""病假工资标准:((在本单位满几年, 比例), …)。"""


@dataclass(frozen=True, slots=True)
class CityPack:
    """一个城市。`average_month_wage` 为上年月平均工资。"""

    name: str
    social: Dated[tuple[SocialLine, ...]]
    housing: Dated[HousingTerms]
    minimum_wage: Dated[MinimumWage]
    average_month_wage: Dated[Money]
    sick_scale: Dated[SickScale] | None = None
    lines: Mapping[str, Dated[SocialLine]] = field(default_factory=dict)
    enrolment: Dated[Enrolment] | None = None
    heat: Dated[HeatRates] | None = None


@dataclass(frozen=True, slots=True)
class OwnRates:
    """本人与本公司的比例:公积金、补充公积金(0 为不缴)、公司费率(险种 → 比例)。"""

    housing: Decimal
    supplementary: Decimal = Decimal(0)
    company: Mapping[str, Decimal] | None = None


def social_lines(pack: CityPack, day: date, company: Mapping[str, Decimal]) -> tuple[InsuranceLine, ...]:
    """社保各险种在某日的规定;该由公司定的费率还没有时报 NotReady(COMPANY_RATE_MISSING)。"""
    out = []
    for line in pack.social.on(day):
        _filled(pack, line.label, line.blanks)
        employer = line.employer if line.employer is not None else company.get(line.code)
        if employer is None:
            say = f"{pack.name}{line.label}的单位费率由公司所属行业决定,还没有填写。请 HR 在公司设置里补上。"
            raise NotReady("COMPANY_RATE_MISSING", say, {"line": line.code})
        out.append(
            InsuranceLine(
                line.code, line.label, BaseKind.SOCIAL, line.employee, employer, line.floor, line.cap,
                line.employee_fixed, line.employer_fixed, line.rounding,
            )
        )  # fmt: skip
    return tuple(out)


@dataclass(frozen=True, slots=True)
class FundLimits:
    """公积金免税的限额:比例上限,基数上限是上年月平均工资的几倍(财税〔2006〕10号);城市文件没有另写时用。"""

    rate_cap: Decimal
    base_multiple: Decimal

    def base_cap(self, pack: CityPack, day: date) -> int:
        """基数上限(分):月平均工资 × 倍数;还不知道平均工资的不猜,报 NotReady(CITY_BLANK)。"""
        version = pack.average_month_wage.at(day)
        if version is None:
            say = (
                f"还没有{pack.name}的上年月平均工资,公积金的免税限额算不出来。请 HR 填进政策目录的城市文件,再重新计算。"
            )
            raise NotReady("CITY_BLANK", say, {"city": pack.name, "line": "average_month_wage"})
        return version.value.times(self.base_multiple).fen


def _filled(pack: CityPack, label: str, blanks: tuple[str, ...]) -> None:
    """格子没填就不算:报 NotReady(CITY_BLANK),说缺什么。"""
    if blanks:
        say = f"{pack.name}{label}的数据还不能用({'、'.join(blanks)})。请 HR 照当地公告填进政策目录的城市文件,再重新计算。"
        raise NotReady("CITY_BLANK", say, {"city": pack.name, "line": label})


def housing_lines(
    pack: CityPack, day: date, own: OwnRates, limits: FundLimits | None = None
) -> tuple[InsuranceLine, ...]:
    """公积金与补充公积金在某日的规定:两边同比例,各自取整;免税限额城市没有另写的按 limits。"""
    if not own.housing and not own.supplementary:
        return ()
    terms = pack.housing.on(day)
    _filled(pack, "住房公积金", terms.blanks)
    if limits is not None:
        rate = limits.rate_cap if terms.exempt_rate_cap is None else terms.exempt_rate_cap
        base = limits.base_cap(pack, day) if terms.exempt_base_cap is None else terms.exempt_base_cap
        terms = replace(terms, exempt_rate_cap=rate, exempt_base_cap=base)
    out = []
    if own.housing:
        out.append(_fund("housing", "住房公积金", terms.employee.check(own.housing, "住房公积金"), terms))
    if own.supplementary:
        if terms.supplementary is None:
            raise BadInput("RATE_OUT_OF_RANGE", f"{pack.name}没有补充公积金,请把补充比例改为 0。")
        rate = terms.supplementary.check(own.supplementary, "补充公积金")
        out.append(_fund("housing_supplement", "补充公积金", rate, terms))
    return tuple(out)


def _fund(code: str, label: str, rate: Decimal, terms: HousingTerms) -> InsuranceLine:
    return InsuranceLine(
        code, label, BaseKind.HOUSING, rate, rate, terms.floor, terms.cap, 0, 0, terms.rounding,
        terms.exempt_base_cap, terms.exempt_rate_cap,
    )  # fmt: skip


def insurance_lines(pack: CityPack, day: date, own: OwnRates) -> tuple[InsuranceLine, ...]:
    """一个人在某日的全部险种。"""
    return (*social_lines(pack, day, own.company or {}), *housing_lines(pack, day, own))
