"""城市文件的形状 city shapes:社保(各险种各有日期)、公积金、参保截止日、最低工资、病假工资、高温津贴。

一版 social 只写那天变的险种,没写的照旧;险种自己可以写 since、until、source、verified。
还没有的数写 blank:一律不参与计算,`ehr doctor` 与发薪首页列出来。
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from config.policy_shapes import BLANK, Blank, CapOrBlank, FenOrBlank, Rate, RateOrBlank, Shape, Verified, Versioned
from config.policy_shapes import _decimal as decimal_of

RoundingName = Literal["fen_half_up", "yuan_half_up", "jiao_up"]


def _employer(value: Any) -> Any:
    if value == "company":
        return None
    return BLANK if value == "blank" else decimal_of(value)


class SocialLineShape(Shape):
    """一个险种。employer 写 company 即由公司的费率定(工伤的行业费率)。"""

    label: str = ""
    since: date | None = None
    until: date | None = None
    source: str = ""
    verified: Verified | None = None
    employee: RateOrBlank
    employer: Annotated[Decimal | Blank | None, BeforeValidator(_employer)]
    floor: FenOrBlank
    cap: CapOrBlank
    rounding: RoundingName = "fen_half_up"
    employee_fixed: FenOrBlank = 0
    employer_fixed: FenOrBlank = 0


class SocialVersion(Versioned):
    average_month_wage: FenOrBlank | None = None
    lines: dict[str, SocialLineShape]


class RangeShape(Shape):
    min: RateOrBlank
    max: RateOrBlank


class HousingVersion(Versioned):
    employee: RangeShape
    equal_sides: Literal[True] = True
    supplementary: RangeShape | None = None
    floor: FenOrBlank
    cap: CapOrBlank
    rounding: RoundingName = "yuan_half_up"
    exempt_base_cap: FenOrBlank | None = None
    exempt_rate_cap: RateOrBlank | None = None


Day = Annotated[int, Field(ge=1, le=31)]


class EnrolmentVersion(Versioned):
    """参保:当月这一天在职就缴当月;null 为当月在职过就缴。"""

    join_cutoff_day: Day | None = None
    leave_cutoff_day: Day | None = None


class MinimumWageVersion(Versioned):
    monthly: FenOrBlank
    hourly: FenOrBlank
    after_employee_insurance: bool
    excluded_classes: list[str] = []


class SickScaleVersion(Versioned):
    steps: list[tuple[int, Rate]]


class HeatVersion(Versioned):
    """高温津贴:哪几个月、按月还是按天、各类岗位多少(类别由公司起名,如 室外、室内)。"""

    months: list[Annotated[int, Field(ge=1, le=12)]]
    per: Literal["month", "day"] = "month"
    rates: dict[str, FenOrBlank]


class CityFile(Shape):
    """cities/*.yaml"""

    city: str
    social: list[SocialVersion] = []
    housing_fund: list[HousingVersion] = []
    enrolment: list[EnrolmentVersion] = []
    minimum_wage: list[MinimumWageVersion] = []
    sick_scale: list[SickScaleVersion] = []
    heat_allowance: list[HeatVersion] = []
