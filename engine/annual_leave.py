"""年休假 annual leave:法定几天、入职与离职怎么折、未休的付多少。余额的账在 `engine.leave_ledger`。

依据:职工带薪年休假条例第三、四、五条;企业职工带薪年休假实施办法第三、五、十、十一、十二条。
折算除以 365(闰年也是 365),不足一整天的不算;整年在职的不折算。离职时多休的不扣回。
未休的日工资 = 前 12 个月剔除加班费的月均工资 ÷ 月计薪天数,按 300% 付,其中 100% 已在正常工资里。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from engine.days import add_months, show_date
from engine.errors import BadInput
from engine.figures import plain
from engine.money import ZERO, Money
from engine.trace import Trace, money_leaf

MONTHS_BEFORE = 12
"""未休年假的日工资看前几个月。"""


class TierChange(StrEnum):
    """年中满 10 年、20 年(法律没有说):分段、全年按高的、全年按年初的。"""

    SEGMENTS = "segments"
    HIGHEST = "highest"
    YEAR_START = "year_start"


TIER_LABELS = {
    TierChange.SEGMENTS: "年中升档分段折算",
    TierChange.HIGHEST: "年中升档全年按高档",
    TierChange.YEAR_START: "年中升档全年按年初的档",
}


@dataclass(frozen=True, slots=True)
class AnnualRules:
    """法定年休假:tiers((累计满几年, 几天),…)升序;year_days 折算的除数;unused_multiple 未休按日工资的几倍。"""

    tiers: tuple[tuple[int, int], ...]
    year_days: int
    unused_multiple: Decimal
    rule: str = "compliance.annual_leave"


class Barred(StrEnum):
    """当年不享受年休假的事由(条例第四条)。"""

    SCHOOL_HOLIDAY = "SCHOOL_HOLIDAY_LONGER"
    PERSONAL = "PERSONAL_LEAVE_OVER_LIMIT"
    SICK = "SICK_LEAVE_OVER_LIMIT"


BARRED_LABELS: Mapping[str, str] = {
    Barred.SCHOOL_HOLIDAY: "享受的寒暑假多于年休假",
    Barred.PERSONAL: "事假累计达到限度而没有扣工资",
    Barred.SICK: "病假累计达到限度",
}


@dataclass(frozen=True, slots=True)
class BarredRules:
    """条例第四条的限度:没有扣工资的事假累计几天;病假按档((全年几天的一档, 累计几个月),…)升序。"""

    personal_days: Decimal
    sick_months: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class YearAbsence:
    """这一年的寒暑假天数、没有扣工资的事假天数、病假累计月数。"""

    school_holiday: Fraction = Fraction(0)
    personal_paid: Fraction = Fraction(0)
    sick_months: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class AnnualFacts:
    """一个人一年的事实。

    service_from 从哪天起累计工龄(任何单位);hired 本单位入职;right_from 哪天起连续工作满 12 个月(None 为早已满,
    或由 service_from 加一年得);barred 当年不享受的事由(条例第四条),没有为空。
    """

    year: int
    service_from: date
    hired: date
    right_from: date | None = None
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TierSpan:
    """一档的一段:tier 全年几天的一档,first 起,days 个日历天。"""

    tier: int
    first: date
    days: int


@dataclass(frozen=True, slots=True)
class Entitlement:
    """当年几天:raw 精确的天数,days 去尾的整天;barred 非空为当年不享受。"""

    facts: AnnualFacts
    spans: tuple[TierSpan, ...]
    raw: Fraction
    days: int
    barred: str = ""


def tier_on(day: date, service_from: date, rules: AnnualRules) -> int:
    """某日的档(全年几天);满 10 年的那一天起就是 10 年的档。还不满第一档的按第一档(有没有权利另看)。"""
    tier = rules.tiers[0][1]
    for years, days in rules.tiers:
        if add_months(service_from, 12 * years) <= day:
            tier = days
    return tier


def barred_by(absence: YearAbsence, tier: int, rules: BarredRules) -> tuple[str, ...]:
    """这一年有哪些不享受的事由;tier 是全年几天的一档,病假的限度随档。休完当年的假之后才出现的,扣下一年的。"""
    most = [months for days, months in rules.sick_months if days <= tier]
    found = (
        (Barred.SCHOOL_HOLIDAY, absence.school_holiday > tier),
        (Barred.PERSONAL, absence.personal_paid >= rules.personal_days),
        (Barred.SICK, bool(most) and absence.sick_months >= most[-1]),
    )
    return tuple(str(reason) for reason, applies in found if applies)


def tier_spans(facts: AnnualFacts, rules: AnnualRules, change: TierChange) -> tuple[TierSpan, ...]:
    """当年在本单位有权利的日子,按档分段;没有为空。"""
    last = date(facts.year, 12, 31)
    right = facts.right_from or add_months(facts.service_from, 12 * rules.tiers[0][0])
    first = max(date(facts.year, 1, 1), facts.hired, right)
    if first > last:
        return ()
    if change is not TierChange.SEGMENTS:
        day = last if change is TierChange.HIGHEST else first
        return (TierSpan(tier_on(day, facts.service_from, rules), first, (last - first).days + 1),)
    turns = [add_months(facts.service_from, 12 * years) for years, _ in rules.tiers]
    starts = [first, *(day for day in turns if first < day <= last)]
    ends = [*starts[1:], date(facts.year + 1, 1, 1)]
    spans = [
        TierSpan(tier_on(a, facts.service_from, rules), a, (b - a).days) for a, b in zip(starts, ends, strict=True)
    ]
    return _joined(spans)


def _joined(spans: list[TierSpan]) -> tuple[TierSpan, ...]:
    """同一档的相邻两段并成一段(权利从满一年之前就给了的人)。"""
    out = spans[:1]
    for span in spans[1:]:
        if span.tier == out[-1].tier:
            out[-1] = TierSpan(span.tier, out[-1].first, out[-1].days + span.days)
        else:
            out.append(span)
    return tuple(out)


def entitlement(facts: AnnualFacts, rules: AnnualRules, change: TierChange = TierChange.SEGMENTS) -> Entitlement:
    """当年的法定年休假。整年同一档的就是那一档;其余 = Σ 档 × 日历天 ÷ 365,去尾。"""
    if facts.barred:
        return Entitlement(facts, (), Fraction(0), 0, facts.barred[0])
    spans = tier_spans(facts, rules, change)
    whole = (date(facts.year + 1, 1, 1) - date(facts.year, 1, 1)).days
    if len(spans) == 1 and spans[0].days == whole:
        raw = Fraction(spans[0].tier)
    else:
        raw = Fraction(sum(span.tier * span.days for span in spans), rules.year_days)
    return Entitlement(facts, spans, raw, int(raw))


@dataclass(frozen=True, slots=True)
class LeaverDays:
    """离职折算:passed 当年已过的日历天,raw 折出的天数,unpaid 要付钱的整天,over 多休的(不扣回)。"""

    passed: int
    raw: Fraction
    unpaid: int
    over: Fraction


def leaver_days(hired: date, left: date, full_year: Fraction, taken: Fraction, rules: AnnualRules) -> LeaverDays:
    """离职时未休的:⌊已过天数 ÷ 365 × 全年天数 − 已休⌋,不小于零(实施办法第十二条);已休的半天不先去尾。"""
    if left < hired:
        raise BadInput("END_BEFORE_START", "离职日早于入职日。请您看一下这两个日期,改好后再来。")
    passed = (left - max(date(left.year, 1, 1), hired)).days + 1
    raw = full_year * Fraction(passed, rules.year_days)
    return LeaverDays(passed, raw, int(max(raw - taken, Fraction(0))), max(taken - raw, Fraction(0)))


def leaver_trace(found: LeaverDays, full_year: Fraction, taken: Fraction, rules: AnnualRules) -> Trace:
    """离职时未休几天的话。"""
    say = f"当年已过 {found.passed} 天 ÷ {rules.year_days} × {plain(full_year)} = {plain(found.raw)} 天,已休 {plain(taken)} 天"
    say += f",多休 {plain(found.over, 2)} 天,不扣回" if found.over else f",未休的整天 {found.unpaid} 天"
    words = f"离职时未休年休假 {found.unpaid} 天"
    return Trace("离职未休年休假", str(found.unpaid), "days", say, words, rules.rule)


@dataclass(frozen=True, slots=True)
class MonthWage:
    """过去一个月的工资与其中的加班费。"""

    wage: Money
    overtime: Money


@dataclass(frozen=True, slots=True)
class UnusedDays:
    """未休的天数:statutory 法定的有几天、taken 已休几天(先用法定的),None 为都是法定的;declined 本人书面不休。"""

    days: Fraction
    declined: bool = False
    statutory: Fraction | None = None
    taken: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class UnusedPay:
    """未休年假的钱:average 月均(精确的分),days 付几天,normal 其中的 100%(已在工资里),extra 另付的。"""

    average: Fraction
    pay_days: Decimal
    days: Fraction
    normal: Money
    extra: Money
    multiple: Decimal
    months: int

    @property
    def daily(self) -> Fraction:
        """日工资(精确的分)。"""
        return self.average * Fraction(*_turned(self.pay_days))


def _turned(number: Decimal) -> tuple[int, int]:
    """倒数的(分子, 分母)。"""
    n, d = number.as_integer_ratio()
    return d, n


def days_to_pay(unused: UnusedDays) -> Fraction:
    """要付 300% 的天数:法定的先用,公司另给的年假未休不付。"""
    if unused.statutory is None:
        return unused.days
    return min(unused.days, max(unused.statutory - unused.taken, Fraction(0)))


def unused_pay(before: Sequence[MonthWage], unused: UnusedDays, pay_days: Decimal, rules: AnnualRules) -> UnusedPay:
    """未休年假工资(实施办法第十、十一条)。before 为前 12 个月或在本单位的各月,没有报 BadInput(NO_WAGES)。"""
    counted = before[-MONTHS_BEFORE:]
    if not counted:
        raise BadInput("NO_WAGES", "没有以前各月的工资,算不出日工资。请补上前 12 个月(或在本单位各月)的工资。")
    average = Fraction(sum(m.wage.fen - m.overtime.fen for m in counted), len(counted))
    days = days_to_pay(unused)
    line = average * days * Fraction(*_turned(pay_days))
    times = Fraction(rules.unused_multiple) - 1
    extra = ZERO if unused.declined else Money.rounded(line * times)
    return UnusedPay(average, pay_days, days, Money.rounded(line), extra, rules.unused_multiple, len(counted))


def trace(found: Entitlement, rules: AnnualRules, change: TierChange) -> Trace:
    """几天年休假怎么来的。"""
    if found.barred:
        say = f"{found.facts.year}年不享受年休假(条例第四条:{BARRED_LABELS.get(found.barred, found.barred)})"
        return Trace("法定年休假", "0", "days", say, say, rules.rule)
    parts = tuple(
        Trace(f"{span.tier} 天一档", str(span.days), "days", f"{show_date(span.first)}起 {span.days} 个日历天")
        for span in found.spans
    )
    sums = " + ".join(f"{span.tier} × {span.days}" for span in found.spans)
    if not found.spans:
        say = f"{found.facts.year}年没有可以享受年休假的日子:累计工作满 {rules.tiers[0][0]} 年之后、在职期间才有"
    elif len(found.spans) == 1 and found.raw == found.spans[0].tier:
        say = f"{found.facts.year}年整年在职,法定年休假 {found.days} 天"
    else:
        say = f"({sums})÷ {rules.year_days} = {plain(found.raw)},去尾 {found.days} 天"
    if len(found.spans) > 1 or (found.spans and change is not TierChange.SEGMENTS):
        say += f"({TIER_LABELS[change]})"
    words = f"{found.facts.year}年法定年休假 {found.days} 天"
    return Trace("法定年休假", str(found.days), "days", say, words, rules.rule, (), parts)


def pay_trace(paid: UnusedPay, rules: AnnualRules) -> Trace:
    """未休年假的钱怎么来的。"""
    average, times = Money.rounded(paid.average), plain((Fraction(paid.multiple) - 1) * 100)
    say = (
        f"未休年休假 {plain(paid.days)} 天:前{paid.months}个月月均(不含加班){average.show()} ÷ {plain(paid.pay_days)} × "
        f"{times}% × {plain(paid.days)} = {paid.extra.show()}(另 100% 已在工资中)"
    )
    if not paid.extra and paid.normal:
        say = f"未休年休假 {plain(paid.days)} 天:本人书面提出不休,只付正常工资 {paid.normal.show()}(已在工资中)"
    words = f"未休年休假 {plain(paid.days)} 天的工资"
    parts = (
        money_leaf("月均工资(不含加班)", average),
        Trace("未休天数", plain(paid.days), "days"),
        Trace("月计薪天数", plain(paid.pay_days), "days"),
    )
    return Trace("未休年休假工资", paid.extra.yuan(), "money", say, words, rules.rule, (), parts)
