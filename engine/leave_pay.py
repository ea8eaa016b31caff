"""假期工资 leave pay:事假扣多少,病假发多少。

日工资 = 月工资 ÷ 计薪天数(默认 21.75,人社部发〔2025〕2号;也可按实际工作日或自然日,由公司制度定)。
先乘后除,一行只在最后四舍五入一次到分;结果自带来处 `trace(why)`,用的就是算钱的那几个数。
入离职折算与月中调薪见 `engine.proration`。
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from engine.errors import NotReady
from engine.figures import days_words, much, plain
from engine.money import ZERO, Money, ratio, round_half_up
from engine.proration import Divide, MonthShape, Why, leaf_days, leaf_money
from engine.trace import Trace


class LeaveMethod(StrEnum):
    """事假口径:subtract 减法(扣缺的),add 加法(发出勤的),auto 缺勤过半改加法。"""

    SUBTRACT = "subtract"
    ADD = "add"
    AUTO = "auto"


METHOD_LABELS = {LeaveMethod.SUBTRACT: "减法", LeaveMethod.ADD: "加法"}


class DailyRounding(StrEnum):
    """日工资先不先取整:none 不取整;fen_first 先到分(会有一分之差,公司愿意才用)。"""

    NONE = "none"
    FEN_FIRST = "fen_first"


@dataclass(frozen=True, slots=True)
class PersonalPolicy:
    """事假的制度:divide 除以几天,method 口径,daily_rounding 日工资先不先取整。"""

    divide: Divide
    method: LeaveMethod = LeaveMethod.AUTO
    daily_rounding: DailyRounding = DailyRounding.NONE


@dataclass(frozen=True, slots=True)
class PersonalLeave:
    """事假一个月的结果:deduction 扣款(不小于零、不超过月工资),pay 扣后工资;两者之和等于月工资。

    turned 为真:制度是 auto,这个月缺得多而改用了加法(来处里要说一声)。
    """

    wage: Money
    days: Fraction
    method: LeaveMethod
    divisor: Fraction
    divisor_label: str
    payable_days: Fraction | None
    deduction: Money
    pay: Money
    turned: bool = False

    @property
    def daily_wage(self) -> Money:
        """日工资,只给人看,不再参与计算。"""
        return daily(self.wage, self.divisor)

    def trace(self, why: Why) -> Trace:
        """扣款的来处。why.when 是请假的日子("12月2日(周三)下午")。"""
        label = why.label or "事假"
        when = f"({why.when})" if why.when else ""
        kind = f"口径:{self.divisor_label} {METHOD_LABELS[self.method]}"
        if self.payable_days is None:
            sum_words = f"{self.wage.show()} ÷ {plain(self.divisor)} × {plain(self.days)} = {self.deduction.show()}"
            say = f"{label} {plain(self.days)} 天{when}:{sum_words}({kind})"
        else:
            turned = "缺勤较多,改按出勤计薪" if self.turned else "按出勤计薪"
            say = (
                f"{label} {plain(self.days)} 天{when},{turned}:{self.wage.show()} ÷ {plain(self.divisor)}"
                f" × {plain(self.payable_days)} = {self.pay.show()},少发 {self.deduction.show()}({kind})"
            )
        days = leaf_days(f"{label}天数", self.days, why.evidence)
        parts = [leaf_money("月工资", self.wage), leaf_days("计薪天数", self.divisor), days]
        if self.payable_days is not None:
            parts.append(leaf_days("应发天数", self.payable_days))
        words = f"{much(label, days_words(self.days))}{when}"
        return Trace(
            f"{label}扣款", (-self.deduction).yuan(), "money", say, words, why.rule, why.evidence, tuple(parts)
        )


def daily(wage: Money, divisor: Fraction) -> Money:
    """日工资,四舍五入到分。"""
    return Money(round_half_up(wage.fen * divisor.denominator, divisor.numerator))


def personal_leave(wage: Money, days: Fraction, month: MonthShape, policy: PersonalPolicy) -> PersonalLeave:
    """事假扣款。

    减法:月工资 ÷ 天数 × 缺的天数,扣到零为止;加法:月工资 ÷ 天数 ×(工作日 − 缺的 + 法定节假日),不超过月工资。
    auto:缺的超过当月工作日一半时用加法,免得出了勤反而没有工资。
    """
    divisor = policy.divide.days(month)
    method = policy.method
    turned = method is LeaveMethod.AUTO and 2 * days > month.workdays
    if method is LeaveMethod.AUTO:
        method = LeaveMethod.ADD if turned else LeaveMethod.SUBTRACT
    payable = max(month.workdays - days + month.statutory, Fraction(0)) if method is LeaveMethod.ADD else None
    counted = days if payable is None else payable
    if policy.daily_rounding is DailyRounding.FEN_FIRST:
        line = Money.rounded(daily(wage, divisor).fen * counted)
    else:
        line = Money.rounded(
            Fraction(wage.fen * counted.numerator * divisor.denominator, counted.denominator * divisor.numerator)
        )
    capped = min(line, wage)
    deduction = capped if payable is None else wage - capped
    label, pay = policy.divide.label, wage - deduction
    return PersonalLeave(wage, days, method, divisor, label, payable, deduction, pay, turned)


@dataclass(frozen=True, slots=True)
class SickPolicy:
    """病假工资的制度。

    scale 按本单位工龄的比例 ((满几年, 比例), …),升序;空的表示没有有效的标准,只守下限。
    floor_ratio 下限:当地最低工资的几成(劳部发〔1995〕309号第五十九条,不低于 80%)。
    """

    divide: Divide
    scale: tuple[tuple[Decimal, Decimal], ...]
    minimum_wage: Money
    floor_ratio: Decimal

    def rate(self, years: Decimal) -> Decimal:
        """工龄对应的比例;没有标准为 0;工龄小于最低一档报 NotReady(RULE_MISSING)。"""
        fits = [rate for since, rate in self.scale if since <= years]
        if self.scale and not fits:
            raise NotReady("RULE_MISSING", "病假工资标准里没有这个工龄的一档。请 HR 在政策文件里补上,再重新计算。")
        return fits[-1] if fits else Decimal(0)


@dataclass(frozen=True, slots=True)
class SickFacts:
    """病假的事实:wage 月工资;base_ratio 基数占月工资的比例,或 base 直接给基数;years 工龄;days 病假天数;
    whole_month 整月病假时为真:扣整月工资、发整月病假工资,不受当月天数多少影响。"""

    wage: Money
    years: Decimal
    days: Fraction
    base_ratio: Decimal = Decimal(1)
    base: Money | None = None
    whole_month: bool = False

    @property
    def base_fen(self) -> Fraction:
        """基数(精确的分)。"""
        return Fraction(self.base.fen) if self.base is not None else self.wage.fen * Fraction(self.base_ratio)


@dataclass(frozen=True, slots=True)
class SickPay:
    """病假一个月的结果:wage_deduction 扣的工资,sick_pay 发的病假工资,net_reduction 两者之差,pay 当月工资。"""

    facts: SickFacts
    policy: SickPolicy
    divisor: Fraction
    rate: Decimal
    base: Money
    monthly: Money
    floor: Money
    floor_applied: bool
    wage_deduction: Money
    sick_pay: Money

    @property
    def net_reduction(self) -> Money:
        return self.wage_deduction - self.sick_pay

    @property
    def pay(self) -> Money:
        return self.facts.wage - self.net_reduction

    def trace(self, why: Why) -> Trace:
        """少发的来处:扣的工资一支,发的病假工资一支。"""
        days, when = plain(self.facts.days), f"({why.when})" if why.when else ""
        per = "" if self.facts.whole_month else f" ÷ {plain(self.divisor)} × {days}"
        monthly = f"最低工资 {self.policy.minimum_wage.show()} × {percent(self.policy.floor_ratio)}"
        if not self.floor_applied:
            monthly = f"基数 {self.base.show()} × {percent(self.rate)}"
        whole = f"整月工资 {self.wage_deduction.show()}"
        wage = f"{self.facts.wage.show()}{per} = {self.wage_deduction.show()}"
        taken = Trace(
            "病假扣工资",
            (-self.wage_deduction).yuan(),
            say=f"病假 {days} 天{when}:{whole if self.facts.whole_month else wage}",
            evidence=why.evidence,
            parts=(leaf_money("月工资", self.facts.wage), leaf_days("病假天数", self.facts.days, why.evidence)),
        )
        limits = (leaf_money("病假工资(月)", self.monthly), leaf_money("病假工资下限(月)", self.floor))
        given = Trace(
            "病假工资", self.sick_pay.yuan(), say=f"病假工资:{monthly}{per} = {self.sick_pay.show()}", parts=limits
        )
        floor = ",已按下限补足" if self.floor_applied else ""
        say = (
            f"病假 {days} 天{when}:扣 {self.wage_deduction.show()},发病假工资 {self.sick_pay.show()},"
            f"少 {self.net_reduction.show()}{floor}"
        )
        paid = "下限" if self.floor_applied else f" {percent(self.rate)} "
        words = f"{much('病假', days_words(self.facts.days))}{when},按{paid}发病假工资"
        value = (-self.net_reduction).yuan()
        return Trace("病假扣款", value, "money", say, words, why.rule, why.evidence, (taken, given))


def sick_pay(facts: SickFacts, month: MonthShape | None, policy: SickPolicy) -> SickPay:
    """病假工资:月病假工资 = 基数 × 比例,不低于最低工资 × 下限;扣的、发的各是一行,各自 ÷ 天数 × 病假天数。"""
    divisor = policy.divide.days(month)
    share = Fraction(1) if facts.whole_month else facts.days * Fraction(divisor.denominator, divisor.numerator)
    rate = policy.rate(facts.years)
    base = facts.base_fen
    monthly = base * Fraction(*ratio(rate))
    floor = policy.minimum_wage.fen * Fraction(*ratio(policy.floor_ratio))
    return SickPay(
        facts=facts,
        policy=policy,
        divisor=divisor,
        rate=rate,
        base=Money.rounded(base),
        monthly=Money.rounded(monthly),
        floor=Money.rounded(floor),
        floor_applied=floor > monthly,
        wage_deduction=Money.rounded(facts.wage.fen * share) if facts.days else ZERO,
        sick_pay=Money.rounded(max(monthly, floor) * share) if facts.days else ZERO,
    )


def percent(rate: Decimal) -> str:
    """比率写成百分数:0.7 → "70%"。"""
    return f"{plain(Fraction(rate) * 100, 2)}%"
