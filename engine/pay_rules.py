"""发薪规则 pay rules:把一个月适用的政策编好一次,供一次发薪里的每个人用。

`PayTerms` 是政策给的值(哪一版由日期定);`PayRules` 是编好的:项目次序、公式闭包、险种整数表、税表、当月日历。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from engine.after_tax import AfterTaxRules, DeductionKind
from engine.attendance_award import FullAttendance
from engine.city import CityPack, FundLimits, OwnRates, housing_lines, social_lines
from engine.days import Calendar, Month, Period
from engine.errors import NotFound, NotReady
from engine.formula_evidence import slot_name
from engine.formula_types import Pair
from engine.insurance import BaseKind, InsuranceLine, Rounding
from engine.leave import Paid
from engine.leave_pay import DailyRounding, LeaveMethod, PersonalPolicy
from engine.money import Money
from engine.overtime import OvertimeKind, OvertimeRules
from engine.pay_facts import Insured
from engine.pay_items import FACT_UNITS, PayItem, PayItems, Section, TaxTreatment, compile_sheet
from engine.proration import Days, Divide, Employed, MonthShape, ProrationPolicy
from engine.tax import Scheme, WithholdingRules, allowance

INPUT_TAIL = "标准"
"""津贴“餐补”填的是公式里的“餐补标准”。"""


EVERY_DAY = FullAttendance(True, frozenset({"missing", "absent", "personal", "sick"}), ((0, Decimal(1)),))
NO_LIMITS = AfterTaxRules((DeductionKind("other", "其他扣款"),))
"""没有另给时:全勤才有全勤奖;税后扣款只守实发不低于零。"""


class OvertimeCap(NamedTuple):
    """一个月加班的上限:hours 小时;counts 哪些种类计入(workday、rest_day_paid、rest_day_comp、statutory_holiday)。"""

    hours: Fraction
    counts: frozenset[str]


@dataclass(frozen=True, slots=True)
class PayTerms:
    """一个月适用的政策值。insurance_month 社保公积金按哪个月的规定(所属月或发放月);rule_ids 是各内置规则的编号,写进解释。"""

    month: Month
    pay_month: Month
    insurance_month: Month
    calendar: Calendar
    items: PayItems
    paid: Mapping[str, Paid]
    leave_labels: Mapping[str, str]
    withholding: WithholdingRules
    personal: PersonalPolicy
    proration: ProrationPolicy
    raise_divide: Divide
    sick_floor_ratio: Decimal
    sick_base_ratio: Decimal
    overtime: OvertimeRules
    deduct_lateness: bool
    minimum_by_proportion: bool
    cities: Mapping[str, CityPack]
    company_rates: Mapping[str, Decimal]
    version: str
    rule_ids: Mapping[str, str]
    period: Period | None = None
    full_attendance: FullAttendance = EVERY_DAY
    after_tax: AfterTaxRules = NO_LIMITS
    overtime_base: str = "contract_wage"
    overtime_base_items: tuple[str, ...] = ()
    overtime_cap: OvertimeCap | None = None
    sick_by_city: bool = True
    fund_limits: FundLimits | None = None
    rule_words: Mapping[str, str] = field(default_factory=dict)


class FormulaStep(NamedTuple):
    """一个公式项目:第几行、槽号、闭包、可能不存在的槽、正负号。"""

    line: int
    slot: int
    run: Callable[[list[Any]], Pair]
    needs: tuple[int, ...]
    sign: int


class ShareStep(NamedTuple):
    """一个险种编成整数:种类(真为公积金)、下限、上限、个人与单位各自的 (a, b, c)、取整单位、险种。

    四舍五入到单位的金额 = (基数 × a + b) // c × 单位。plain_base 是不必细算的最高基数
    (之上有超限部分或要见分进角,交给 engine.insurance)。
    """

    housing: bool
    floor: int
    cap: int | None
    employee: tuple[int, int, int]
    employer: tuple[int, int, int]
    unit: int
    plain_base: int
    line: InsuranceLine


class PersonalStep(NamedTuple):
    """一笔事假编成整数:哪些假种;扣款 = 月工资 × 天数 × up ÷ down;天数的两倍超过 most 的改用加法(None 为不改)。"""

    kinds: frozenset[str]
    up: int
    down: int
    most: int | None


@dataclass(frozen=True)
class CityRules:
    """一个城市当月:社保险种(用到才编)、最低工资(分;0 为还没有)、与税后社保比否、不计入的项目行。"""

    pack: CityPack
    day: date
    rates: Mapping[str, Decimal]
    minimum: int
    after_insurance: bool
    excluded: tuple[int, ...]
    sick_scale: Any
    sick_long: Any = None

    @cached_property
    def social(self) -> tuple[ShareStep, ...]:
        """社保各险种;还有格子没填的报 NotReady(CITY_BLANK)。"""
        return tuple(share_step(line) for line in social_lines(self.pack, self.day, self.rates))

    def least(self) -> Money:
        """最低工资;还没有报 NotReady(CITY_BLANK)。"""
        if not self.minimum:
            say = f"还没有{self.pack.name}的最低工资标准。请 HR 照当地公告填进政策目录的城市文件,再重新计算。"
            raise NotReady("CITY_BLANK", say, {"city": self.pack.name, "line": "minimum_wage"})
        return Money(self.minimum)


def share_step(line: InsuranceLine) -> ShareStep:
    """险种 → 整数。"""
    unit = {Rounding.FEN_HALF_UP: 1, Rounding.YUAN_HALF_UP: 100, Rounding.JIAO_UP: 10}[line.rounding]
    return ShareStep(
        line.base_kind is BaseKind.HOUSING, line.floor, line.cap,
        _scaled(line.employee_rate, line.employee_fixed, unit), _scaled(line.employer_rate, line.employer_fixed, unit),
        unit, _plain_base(line), line,
    )  # fmt: skip


def _scaled(rate: Decimal, fixed: int, unit: int) -> tuple[int, int, int]:
    """基数 × 比率 + 固定额,四舍五入到单位:先把常数算好。"""
    n, d = rate.as_integer_ratio()
    return 2 * n, 2 * fixed * d + unit * d, 2 * unit * d


_NO_LIMIT = 10**18


def _plain_base(line: InsuranceLine) -> int:
    """基数不超过它时没有超限部分,直接按整数算。"""
    over = line.exempt_rate_cap is not None and max(line.employee_rate, line.employer_rate) > line.exempt_rate_cap
    if over or line.rounding is Rounding.JIAO_UP:
        return -1
    return _NO_LIMIT if line.exempt_base_cap is None else line.exempt_base_cap


def summing(index: tuple[int, ...]) -> Callable[[Sequence[int]], int]:
    """合计其中几项。"""
    if len(index) < 2:
        return (lambda amounts: amounts[index[0]]) if index else (lambda amounts: 0)
    pick = itemgetter(*index)
    return lambda amounts: sum(pick(amounts))


class PayRules:
    """编好的规则。同一个月、同一份政策只编一次;城市与公积金比例用到才编,编过就记着。"""

    batch: Any = None
    """engine.batch_slip 编好的成批算法;头一回用到才编。"""

    def __init__(self, terms: PayTerms) -> None:
        self.terms = terms
        self.month, self.pay_month = str(terms.month), str(terms.pay_month)
        self.since = "" if terms.period is None or terms.period.whole_month else str(terms.period.first)
        self.tax_month = terms.pay_month.month
        self.period = terms.period or terms.month.period
        self.last_day = self.period.length
        self.sheet = compile_sheet(terms.items, terms.month.first)
        self.items: tuple[PayItem, ...] = self.sheet.items
        index = {item.key: i for i, item in enumerate(self.items)}
        slots = self.sheet.scope.slots
        self.rule_index = {item.rule: index[item.key] for item in self.sheet.built_in}
        self.rule_slot = {item.rule: slots[item.name] for item in self.sheet.built_in}
        self.input_slot = {i.name.removesuffix(INPUT_TAIL): slots[i.name] for i in terms.items.inputs}
        self.tail = self._tail()
        self._sought()
        self.steps = self._steps(index, slots)
        self._index_sections()
        self.shape = Days(self.period, terms.calendar).shape()
        self.table = terms.withholding.table
        months = range(1, 13)
        self.allowances = {
            (s.value, m): allowance(terms.withholding, s, m, self.tax_month) for s in Scheme for m in months
        }
        self.expected_months = {m: tuple(range(m, self.tax_month)) for m in months}
        self._overtime()
        self.unpaid = frozenset(kind for kind, paid in terms.paid.items() if paid in (Paid.NONE, Paid.SICK))
        self.personal = self._personal()
        self.quick: Any = None  # engine.pay_quick 编好的快路,用到才编
        self._cities: dict[str, CityRules] = {}
        self._funds: dict[tuple[str, str, str], tuple[ShareStep, ...]] = {}
        self._shares: dict[tuple[str, bool, bool, str, str], tuple[ShareStep, ...]] = {}

    @property
    def version(self) -> str:
        return self.terms.version

    def _steps(self, index: Mapping[str, int], slots: Mapping[str, int]) -> tuple[FormulaStep, ...]:
        """各公式项目,按先后依赖。"""
        optional = self._optional()
        return tuple(
            FormulaStep(
                index[item.key], slots[item.name], one.run,
                tuple(slots[n] for n in one.names if slots[n] in optional),
                -1 if item.section in (Section.DEDUCTION, Section.AFTER_TAX) else 1,
            )
            for item, one in self.sheet.formulas
        )  # fmt: skip

    def _tail(self) -> list[Any]:
        """事实之后的槽:本人标准的默认值,项目先记 0;证据与往月没有装入时是 None。"""
        names, units = list(self.sheet.scope.slots)[len(FACT_UNITS) :], self.sheet.scope.units
        defaults = {i.name: i.default for i in self.terms.items.inputs}
        return [defaults[n] if n in defaults else (0, 1) if n in units else None for n in names]

    def _sought(self) -> None:
        """公式要的证据与往月:(槽号, 种类)、(槽号, 槽名)。"""
        slots = self.sheet.scope.slots
        self.evidence = tuple((slots[slot_name(kind)], kind) for kind in self.sheet.evidence)
        self.past = tuple((slots[need.slot], need.slot) for need in self.sheet.past)

    def _optional(self) -> set[int]:
        slots = self.sheet.scope.slots
        found = {slots[i.name] for i in self.terms.items.inputs if i.default is None}
        return found | {slots["绩效得分"], slots["绩效系数"]}

    def _index_sections(self) -> None:
        def where(test: Callable[[PayItem], bool]) -> tuple[int, ...]:
            return tuple(i for i, item in enumerate(self.items) if test(item))

        own = (Section.EARNING, Section.DEDUCTION)
        self.gross_of = summing(where(lambda i: i.section in own))
        self.untaxed_of = summing(where(lambda i: i.section in own and i.tax is not TaxTreatment.WAGE))
        self.after_tax_of = summing(where(lambda i: i.section is Section.AFTER_TAX))
        self.after_tax_index = where(lambda i: i.section is Section.AFTER_TAX)
        self.employer_of = summing(where(lambda i: i.section is Section.EMPLOYER))
        self.keys = tuple(item.key for item in self.items)

    def _overtime(self) -> None:
        """加班:种类 → (行, 槽, 分子, 分母),金额 = 月工资 × 分钟 × 分子 ÷ 分母。"""
        rules = self.terms.overtime
        self.overtime: dict[str, tuple[int, int, int, int]] = {}
        names = {
            OvertimeKind.WORKDAY: "overtime_workday",
            OvertimeKind.REST_DAY: "overtime_rest_day",
            OvertimeKind.STATUTORY: "overtime_statutory",
        }
        for kind, rule in names.items():
            if rule not in self.rule_index:
                continue
            n, d = rules.multiplier(kind).as_integer_ratio()
            whole = rules.month_minutes
            up, down = n * whole.denominator, d * whole.numerator
            self.overtime[kind.value] = (self.rule_index[rule], self.rule_slot[rule], up, down)

    def _personal(self) -> PersonalStep | None:
        """一笔事假的整数写法;日工资先取整的、一律用加法的、除数不成立的没有,交给 engine.leave_pay。"""
        policy = self.terms.personal
        if policy.daily_rounding is not DailyRounding.NONE or policy.method is LeaveMethod.ADD:
            return None
        try:
            up, down = policy.divide.days(self.shape).as_integer_ratio()
        except NotReady:
            return None
        most = self.shape.workdays if policy.method is LeaveMethod.AUTO else None
        kinds = frozenset(kind for kind, paid in self.terms.paid.items() if paid is Paid.NONE)
        return PersonalStep(kinds, down, up, most)

    def city(self, name: str) -> CityRules:
        """城市当月的规则;没有城市数据报 NotFound(NO_CITY)。"""
        found = self._cities.get(name)
        if found is None:
            found = self._cities[name] = self._city(name)
        return found

    def _city(self, name: str) -> CityRules:
        if name not in self.terms.cities:
            raise NotFound("NO_CITY", f"还没有“{name}”的社保公积金数据。请 HR 在政策目录的 cities/ 里添上。")
        pack, day = self.terms.cities[name], self.terms.insurance_month.first
        version = pack.minimum_wage.at(self.terms.month.first)
        known = version.value if version is not None and not version.value.blanks else None
        classes = known.excluded_classes if known is not None else ()
        excluded = tuple(i for i, item in enumerate(self.items) if item.minimum_wage_class in classes)
        least, after = (known.monthly.fen, known.after_employee_insurance) if known is not None else (0, False)
        scale, long = (pack.sick_scale, pack.sick_long) if self.terms.sick_by_city else (None, None)
        return CityRules(pack, day, self.terms.company_rates, least, after, excluded, scale, long)

    def funds(self, city: str, own: str, supplementary: str) -> tuple[ShareStep, ...]:
        """公积金与补充公积金:按城市与本人比例。"""
        key = (city, own, supplementary)
        found = self._funds.get(key)
        if found is None:
            rates = OwnRates(Decimal(own), Decimal(supplementary))
            lines = housing_lines(self.city(city).pack, self.terms.insurance_month.first, rates, self.terms.fund_limits)
            found = self._funds[key] = tuple(share_step(line) for line in lines)
        return found

    def shares(self, own: Insured) -> tuple[ShareStep, ...]:
        """这个人要缴的险种:没有申报基数的不缴。"""
        key = (own.city, own.social_base is None, own.housing_base is None, own.housing_rate, own.supplementary_rate)
        found = self._shares.get(key)
        if found is None:
            found = self.city(own.city).social if own.social_base is not None else ()
            if own.housing_base is not None:
                found += self.funds(own.city, own.housing_rate, own.supplementary_rate)
            self._shares[key] = found
        return found

    def days(self, roster: tuple[int, ...] | None) -> Days:
        """这个人当月的日历:没有排班的按公司日历。"""
        return Days(self.period, self.terms.calendar, self.roster(roster))

    def roster(self, found: tuple[int, ...] | None) -> frozenset[date] | None:
        return None if found is None else frozenset(self.period.day(d) for d in found)

    def employed(self, first: int, last: int) -> Employed:
        """在职的头尾(当期第几天)→ 日期,夹在周期之内。"""
        return Employed(self.period.day(max(1, first)), self.period.day(max(1, min(last, self.last_day))))

    def shape_of(self, roster: tuple[int, ...] | None) -> MonthShape:
        return self.shape if roster is None else self.days(roster).shape()

    def rule_id(self, rule: str) -> str:
        """内置规则的编号。"""
        return self.terms.rule_ids.get(rule, "")

    def rule_word(self, rule: str) -> str:
        """内置规则由哪个开关定、定成什么:“事假扣款口径:缺勤过半改按出勤计薪”。"""
        return self.terms.rule_words.get(rule, "")
