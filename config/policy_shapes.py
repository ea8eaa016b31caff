"""政策文件的形状 policy shapes:每种文件里可以写哪些键。只查写法,不含规则;不认得的键一律拒绝。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from engine.money import Money

Verified = Literal["official", "third_party", "company", "memory"]


MOST_DIGITS = 18
"""数字的量级上限:再大再小都是写错了。"""


def _decimal(value: Any) -> Decimal:
    if not isinstance(value, str):
        raise ValueError(f'数字要写成带引号的文字,请改成 "{value}"。')
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"“{value}”不是数字,请改正。") from None
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(f"“{value}”不是通常大小的数字,请改正。")
    return number


def _fen(value: Any) -> int:
    amount = _decimal(value)
    try:
        return Money.of(amount).fen
    except ValueError:
        raise ValueError(f"“{value}”不是金额,请写成两位小数的元,例如 5000.00。") from None


Rate = Annotated[Decimal, BeforeValidator(_decimal)]
"""比率:带引号的小数。"""
Fen = Annotated[int, BeforeValidator(_fen)]
"""金额:文件里写元("5000.00"),读进来是分。"""


class Blank(StrEnum):
    """还没有填的格子:文件里写 blank。用到它就说明缺什么,绝不当成 0,也不猜。"""

    BLANK = "blank"


BLANK = Blank.BLANK


def _or_blank(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: BLANK if value == "blank" else None if value is None else read(value)


RateOrBlank = Annotated[Decimal | Blank, BeforeValidator(_or_blank(_decimal))]
FenOrBlank = Annotated[int | Blank, BeforeValidator(_or_blank(_fen))]
CapOrBlank = Annotated[int | Blank | None, BeforeValidator(_or_blank(_fen))]
"""上限:null 为没有上限,要写明,不能省。"""


class Shape(BaseModel):
    """所有形状的根:不认得的键拒绝。"""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Versioned(Shape):
    """有日期的一版:since 起(含),until 止(含;不写为至今),出处,核实到什么程度。"""

    since: date
    source: str
    until: date | None = None
    verified: Verified = "company"


BracketRow = tuple[Fen | None, Rate, Fen]


class WithholdingVersion(Versioned):
    monthly_allowance: Fen
    yearly_allowance: Fen
    prior_income_limit: Fen
    brackets: list[BracketRow]


class BonusVersion(Versioned):
    brackets: list[BracketRow]


class WithholdingRule(Shape):
    label: str
    versions: list[WithholdingVersion]


class BonusRule(Shape):
    label: str
    versions: list[BonusVersion]


class TaxFile(Shape):
    """tax.yaml"""

    withholding: WithholdingRule
    bonus: BonusRule


class CalendarFile(Shape):
    """calendars/<年>.yaml"""

    year: int
    source: str
    verified: Verified = "official"
    statutory: list[date]
    rest_in_lieu: list[date]
    makeup_work: list[date]
    names: dict[str, list[date]] = {}


class LeaveTypeVersion(Versioned):
    count_rule: Literal["working_days", "calendar_days", "calendar_days_excluding_statutory"]
    unit: Literal["day", "half_day", "hour"]
    paid: Literal["full", "none", "sick", "allowance"]
    has_balance: bool
    quota: str = ""
    min_unit_minutes: int = 60
    max_back_days: int = 31
    instead: str = "personal"
    proof: str = ""


class LeaveTypeShape(Shape):
    label: str
    aliases: list[str] = []
    versions: list[LeaveTypeVersion]


class LeaveFile(Shape):
    """leave.yaml"""

    types: dict[str, LeaveTypeShape]


class OvertimeVersion(Versioned):
    workday: Rate
    rest_day: Rate
    statutory_holiday: Rate
    over_period_standard: Rate
    day_cap_hours: Rate
    month_cap_hours: Rate
    day_usual_hours: Rate


class OvertimeRule(Shape):
    label: str
    versions: list[OvertimeVersion]


class OvertimeFile(Shape):
    """overtime.yaml"""

    multipliers: OvertimeRule


class ToleranceVersion(Versioned):
    late_minutes: int
    early_minutes: int
    absent_after_minutes: int | None = None


class ToleranceRule(Shape):
    label: str
    versions: list[ToleranceVersion]


class FullAttendanceVersion(Versioned):
    whole_period: bool = True
    lost_by: list[str] = []
    late_tiers: list[tuple[int, Rate]]


class FullAttendanceRule(Shape):
    label: str
    versions: list[FullAttendanceVersion]


class NightVersion(Versioned):
    from_: time = Field(alias="from")
    to: time
    least_minutes: Annotated[int, Field(ge=1, le=1440)]


class NightRule(Shape):
    label: str
    versions: list[NightVersion]


class AttendanceFile(Shape):
    """attendance.yaml"""

    tolerance: ToleranceRule
    full_attendance: FullAttendanceRule
    night_shift: NightRule


class SwitchVersion(Versioned):
    value: bool | int | str | list[str] | list[int]


class SwitchShape(Shape):
    label: str
    choices: list[bool | int | str] = []
    says: dict[str, str] = {}
    versions: list[SwitchVersion]


class NumberVersion(Versioned):
    value: Rate


class NumberShape(Shape):
    label: str
    versions: list[NumberVersion]


class PayFile(Shape):
    """pay.yaml"""

    numbers: dict[str, NumberShape]
    switches: dict[str, SwitchShape]


class PayGroupVersion(Versioned):
    cycle_from: Annotated[int, Field(ge=1, le=28)] = 1
    pays: Literal["this_month", "next_month"] = "next_month"
    pay_day: Annotated[int, Field(ge=1, le=31)] | None = None


class PayGroupShape(Shape):
    label: str
    versions: list[PayGroupVersion]


class PayGroupsFile(Shape):
    """pay_groups.yaml"""

    groups: dict[str, PayGroupShape]


class CompanyFile(Shape):
    """company.yaml"""

    rates: dict[str, NumberShape] = {}


UnitName = Literal["money", "rate", "days", "hours", "count"]


class PayInputShape(Shape):
    """本人的一个标准,例如 岗位津贴标准;没有填的人是 default(不写则这一项对他不存在)。"""

    label: str
    unit: UnitName = "money"
    default: str | None = None


class PayItemVersion(Versioned):
    formula: str = ""
    rule: str = ""


class PayItemShape(Shape):
    label: str
    name: str = ""  # 公式里的名字,不写则同 label
    section: Literal["earning", "deduction", "after_tax", "employer", "info"]
    tax: Literal["wage", "not_taxed", "none"] = "wage"
    minimum_wage_class: str = ""
    order: int
    always: bool = False
    versions: list[PayItemVersion]


class StepTableVersion(Versioned):
    """阶梯表的一版:mode 分段或全额;bound ≤ 上限含(等于的算这一档),≥ 下限含(等于的算下一档)。"""

    mode: Literal["marginal", "whole"]
    bound: Literal["≤", "≥"]
    steps: list[tuple[Rate | None, Rate]]  # 上限(最后一档 null)、值


class StepTableShape(Shape):
    """阶梯表:input 输入的单位;gives 每一档给什么:rate 比率、price 单价(元)、amount 定额(元)。"""

    input: UnitName
    gives: Literal["rate", "price", "amount"]
    versions: list[StepTableVersion]


class LookupTableVersion(Versioned):
    """对照表的一版:写了 bound 是按档查(键是上限,≤ 上限含,≥ 下限含),没写是逐个对;otherwise 是查不到时的值。"""

    bound: Literal["≤", "≥"] | None = None
    rows: list[tuple[str | None, Rate]]  # 键、值
    otherwise: Rate | None = None


class LookupTableShape(Shape):
    """对照表:key 键的单位(text 为文字),unit 值的单位。"""

    key: UnitName | Literal["text"]
    unit: UnitName
    versions: list[LookupTableVersion]


class PayItemsFile(Shape):
    """pay_items.yaml"""

    inputs: dict[str, PayInputShape] = {}
    step_tables: dict[str, StepTableShape] = {}
    lookup_tables: dict[str, LookupTableShape] = {}
    items: dict[str, PayItemShape] = {}
