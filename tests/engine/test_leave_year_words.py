"""年休假、退休、全勤奖、税前扣除的话:来处与提醒一字不差;正好在边上的日子与金额。"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from config.policies import shipped
from engine.annual_leave import (
    AnnualFacts,
    Entitlement,
    MonthWage,
    TierChange,
    TierSpan,
    UnusedDays,
    YearAbsence,
    barred_by,
    entitlement,
    leaver_days,
    leaver_trace,
    pay_trace,
    trace,
    unused_pay,
)
from engine.attendance_award import Award, FullAttendance, NightRule, award
from engine.deductions import OtherDeclared, OtherTerms, allowed_other, fits, special_notes
from engine.money import Money
from engine.pay_facts import Attended, LeaveTaken
from engine.retirement import Retirement, retirement
from engine.retirement import trace as age_trace
from engine.trace import Trace
from tests.engine.words import refusal, told

COMPLIANCE = shipped().compliance
RULES = COMPLIANCE.annual_leave.on(date(2026, 1, 1))
BARRED = COMPLIANCE.annual_barred.on(date(2026, 1, 1))
RETIRE = COMPLIANCE.retirement.on(date(2026, 1, 1))
TABLE = shipped().deductions
NOW = date(2026, 12, 1)
PAY_DAYS = Decimal("21.75")


@pytest.mark.parametrize(
    ("key", "facts", "change"),
    [
        ("whole_year", AnnualFacts(2026, date(2018, 1, 1), date(2018, 1, 1)), TierChange.SEGMENTS),
        ("tier_turns", AnnualFacts(2026, date(2016, 7, 1), date(2018, 1, 1)), TierChange.SEGMENTS),
        ("highest", AnnualFacts(2026, date(2016, 7, 1), date(2018, 1, 1)), TierChange.HIGHEST),
        ("year_start", AnnualFacts(2026, date(2016, 7, 1), date(2018, 1, 1)), TierChange.YEAR_START),
        ("joiner", AnnualFacts(2026, date(2010, 1, 1), date(2026, 7, 1)), TierChange.SEGMENTS),
        ("not_yet", AnnualFacts(2026, date(2026, 1, 1), date(2026, 1, 1)), TierChange.HIGHEST),
        ("barred", AnnualFacts(2026, date(2018, 1, 1), date(2018, 1, 1), None, ("SICK_LEAVE_OVER_LIMIT",)), TierChange.SEGMENTS),
        ("barred_otherwise", AnnualFacts(2026, date(2018, 1, 1), date(2018, 1, 1), None, ("另有约定",)), TierChange.SEGMENTS),
    ],
)  # fmt: skip
def test_the_days_of_a_year_tell_where_they_come_from(key: str, facts: AnnualFacts, change: TierChange) -> None:
    assert trace(entitlement(facts, RULES, change), RULES, change) == told("annual_leave", key)


@pytest.mark.parametrize(
    ("key", "left", "taken"), [("leaver", date(2026, 6, 30), 1), ("leaver_over", date(2026, 3, 31), 5)]
)
def test_a_leaver_is_told_how(key: str, left: date, taken: int) -> None:
    found = leaver_days(date(2019, 5, 6), left, Fraction(10), Fraction(taken), RULES)
    assert leaver_trace(found, Fraction(10), Fraction(taken), RULES) == told("annual_leave", key)


@pytest.mark.parametrize(
    ("key", "before", "unused"),
    [
        ("unused", [MonthWage(Money.of("9000.00"), Money.of("300.00"))] * 12, UnusedDays(Fraction(3))),
        ("declined", [MonthWage(Money.of("8700.00"), Money(0))], UnusedDays(Fraction(3), declined=True)),
        ("no_wage", [MonthWage(Money(0), Money(0))], UnusedDays(Fraction(3, 2))),
    ],
)
def test_the_pay_of_unused_days_tells_how(key: str, before: list[MonthWage], unused: UnusedDays) -> None:
    assert pay_trace(unused_pay(before, unused, PAY_DAYS, RULES), RULES) == told("annual_leave", key)


def test_refusals_of_annual_leave() -> None:
    hired = date(2026, 5, 1)
    say = "离职日早于入职日。请您看一下这两个日期,改好后再来。"
    early = refusal(lambda: leaver_days(hired, date(2026, 4, 30), Fraction(5), Fraction(0), RULES))
    assert early == ("END_BEFORE_START", say, {})
    assert leaver_days(hired, hired, Fraction(5), Fraction(0), RULES).passed == 1  # 当天来当天走,已过一天
    none = "没有以前各月的工资,算不出日工资。请补上前 12 个月(或在本单位各月)的工资。"
    assert refusal(lambda: unused_pay([], UnusedDays(Fraction(1)), PAY_DAYS, RULES)) == ("NO_WAGES", none, {})


def test_a_tier_that_turns_on_the_last_day_gives_one_day_of_it() -> None:
    found = entitlement(AnnualFacts(2026, date(2016, 12, 31), date(2018, 1, 1)), RULES)
    spans = (TierSpan(5, date(2026, 1, 1), 364), TierSpan(10, date(2026, 12, 31), 1))
    assert (found.spans, found.raw, found.days) == (spans, Fraction(1830, 365), 5)


def test_two_spans_of_one_tier_are_one() -> None:
    # 公司 2026年6月1日就给了权利,2027年3月1日才累计满一年:都是 5 天的一档,整年不折算。
    early = AnnualFacts(2027, date(2026, 3, 1), date(2026, 1, 1), date(2026, 6, 1))
    found = entitlement(early, RULES)
    assert found == Entitlement(early, (TierSpan(5, date(2027, 1, 1), 365),), Fraction(5), 5)


def test_a_barred_year_has_nothing() -> None:
    facts = AnnualFacts(2026, date(2018, 1, 1), date(2018, 1, 1), None, ("SICK_LEAVE_OVER_LIMIT", "X"))
    assert entitlement(facts, RULES) == Entitlement(facts, (), Fraction(0), 0, "SICK_LEAVE_OVER_LIMIT")


def test_every_reason_is_told_and_a_tier_below_all_steps_bars_nothing() -> None:
    absence = YearAbsence(Fraction(20), Fraction(20), Fraction(12))
    every = ("SCHOOL_HOLIDAY_LONGER", "PERSONAL_LEAVE_OVER_LIMIT", "SICK_LEAVE_OVER_LIMIT")
    assert barred_by(absence, 5, BARRED) == every
    assert barred_by(YearAbsence(sick_months=Fraction(12)), 4, BARRED) == ()


# ── 退休 ───────────────────────────────────────────────────────────────


def test_a_whole_retirement() -> None:
    # 1969-06-15 生:60 岁在 2029 年 6 月,离 2025 年 1 月 53 个月,53 ÷ 4 取整 13,再加 1,延 14 个月。
    found = retirement(date(1969, 6, 15), "men", RETIRE)
    assert found == Retirement(
        RETIRE.classes["men"], date(2030, 8, 15), 14, date(2029, 6, 15), date(2033, 8, 15), 186
    )  # 提前不早于 60 岁;2030 年起最低缴费 15 年 6 个月
    say = "男职工:法定退休年龄 61 岁 2 个月,2030-08-15 到龄;最低缴费 15 年 6 个月"
    assert age_trace(found, RETIRE) == Trace(
        "法定退休日", "2030-08-15", "text", say, say, "compliance.retirement@2025-01-01"
    )


def test_an_age_of_whole_years_has_no_months() -> None:
    say = "原五十五周岁退休的女职工:法定退休年龄 58 岁,2050-01-01 到龄;最低缴费 20 年"
    assert age_trace(retirement(date(1992, 1, 1), "women_55", RETIRE), RETIRE).say == say


def test_an_unknown_class_is_told_the_known_ones() -> None:
    say = (
        "不认得的退休类别“women”,可以写:"
        "men(男职工)、women_55(原五十五周岁退休的女职工)、women_50(原五十周岁退休的女职工)。"
    )
    got = refusal(lambda: retirement(date(1992, 1, 1), "women", RETIRE))
    assert got == ("BAD_RETIREMENT_CLASS", say, {})


# ── 全勤奖、夜班 ─────────────────────────────────────────────────────────

LOSING = FullAttendance(True, frozenset({"missing", "absent", "sick"}), ((0, Decimal(1)), (2, Decimal("0.5"))))
SICK_LONG = LeaveTaken("sick_long", (2, 1), 1)


@pytest.mark.parametrize(
    ("whole", "attended", "leaves", "expect"),
    [
        (True, Attended(), (), Award((1, 1), "全勤")),
        (True, Attended(late=1, early=1), (), Award((1, 2), "迟到早退 2 次")),
        (True, Attended(late=1, early=2), (), Award((0, 1), "迟到早退 3 次,超过最后一档,没有全勤奖")),
        (False, Attended(), (), Award((0, 1), "本期没有做满,没有全勤奖")),
        (True, Attended(missing=2), (), Award((0, 1), "缺卡 2 次,没有全勤奖")),
        (
            True,
            Attended(missing=1, absent_days=(1, 2)),
            (SICK_LONG,),
            Award((0, 1), "缺卡 1 次、有旷工、有请假,没有全勤奖"),
        ),
        (True, Attended(), (LeaveTaken("sick", (0, 1), 1), LeaveTaken("annual", (1, 1), 2)), Award((1, 1), "全勤")),
    ],
)
def test_the_award_says_why(whole: bool, attended: Attended, leaves: tuple[LeaveTaken, ...], expect: Award) -> None:
    assert award(whole, attended, leaves, LOSING) == expect


def test_what_is_not_listed_loses_nothing() -> None:
    lenient = FullAttendance(False, frozenset(), ((0, Decimal(1)),))
    attended = Attended(missing=1, absent_days=(1, 1))
    assert award(False, attended, (SICK_LONG,), lenient) == Award((1, 1), "全勤")


DAY = date(2026, 12, 2)


def shift(start: int, hours: int) -> tuple[tuple[datetime, datetime], ...]:
    begins = datetime.combine(DAY, time(start))
    return ((begins, begins + timedelta(hours=hours)),)


@pytest.mark.parametrize(
    ("since", "until", "least", "windows", "night"),
    [
        (22, 6, 240, shift(0, 4), True),  # 凌晨四小时,算前一天的夜里
        (22, 6, 241, shift(0, 4), False),
        (22, 6, 480, shift(23, 24), True),  # 连值一昼夜:23–6 时 420 分,次日 22–23 时 60 分
        (22, 6, 481, shift(23, 24), False),
        (0, 6, 300, shift(0, 5), True),  # 夜里不跨零点的写法
        (0, 6, 301, shift(0, 5), False),
        (0, 6, 1, shift(7, 8), False),
        (20, 20, 480, shift(9, 8), True),  # 起止相同就是一整天
    ],
)
def test_night_shifts_to_the_minute(
    since: int, until: int, least: int, windows: tuple[tuple[datetime, datetime], ...], night: bool
) -> None:
    assert NightRule(time(since), time(until), least).is_night(DAY, windows) is night


# ── 税前扣除 ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("item", "fen", "fine"),
    [
        ("elder_support", 0, True),  # 兄弟姐妹分摊,本人可以一分不分
        ("elder_support", -1, False),
        ("housing_loan", 0, True),
        ("housing_loan", 1, False),
        ("children_education", 0, True),
    ],
)
def test_nothing_declared_is_fine_and_a_fen_is_not(item: str, fen: int, fine: bool) -> None:
    assert fits(fen, TABLE.special[item].terms.on(NOW)) is fine


NO_ITEM = "专项附加扣除“买车”不是规定的项目。请与本人的申报核对。"
YEARLY = "“大病医疗”只在年度汇算时扣,不在发工资时扣。请改由本人汇算时申报。"
AMOUNT = "“子女教育”申报的每月金额与现行标准不合。请与本人的申报核对(单位不得自行更改)。"
BOTH = "“住房贷款利息”与“住房租金”同一年不能同时扣。请与本人的申报核对。"


def test_notes_word_for_word_whatever_the_order() -> None:
    declared = [("买车", 1), ("大病医疗", 1), ("子女教育", 150000), ("住房租金", 150000), ("housing_loan", 100000)]
    assert special_notes(declared, TABLE, NOW) == (NO_ITEM, YEARLY, AMOUNT, BOTH)
    swapped = [("住房贷款利息", 100000), ("住房租金", 150000)]
    assert special_notes(swapped, TABLE, NOW) == (BOTH,)


def test_before_the_law_nothing_fits() -> None:
    assert special_notes([("子女教育", 100000)], TABLE, date(2018, 12, 31)) == (AMOUNT,)


def test_other_deductions_are_found_by_key_label_or_alias() -> None:
    annuity = TABLE.other["annuity"]
    assert [TABLE.other_named(name) for name in ("annuity", "企业年金", "职业年金")] == [annuity] * 3
    assert TABLE.other_named("彩票") is None


@pytest.mark.parametrize(
    ("one", "terms", "expect"),
    [
        (OtherDeclared(200000, base=1000000, average=800000), OtherTerms(base_ratio=Decimal("0.08"), base_multiple=Decimal(3)), 80000),  # 10,000 < 3 × 8,000:10,000 × 8%
        (OtherDeclared(200000, base=2500000, average=800000), OtherTerms(base_ratio=Decimal("0.08"), base_multiple=Decimal("2.5")), 160000),  # min(25,000, 2.5 × 8,000 = 20,000) × 8%
        (OtherDeclared(200000, base=1000000), OtherTerms(base_ratio=Decimal("0.08")), 80000),  # 没有倍数上限
        (OtherDeclared(100, base=13), OtherTerms(base_ratio=Decimal("0.04")), 1),  # 0.52 分进一分
        (OtherDeclared(-5), OtherTerms(monthly=20000), 0),
        (OtherDeclared(100000, used=1300000), OtherTerms(yearly=1200000), 0),
        (OtherDeclared(500), OtherTerms(), 500),
    ],
)  # fmt: skip
def test_limits_by_base(one: OtherDeclared, terms: OtherTerms, expect: int) -> None:
    assert allowed_other(one, terms) == expect
