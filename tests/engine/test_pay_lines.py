"""内置的行与工资条的合计:扣款的先后与上限、在职比例、工资分段、加班合并、事实变成公式里的数;都是手算的。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.effective import Dated, Version
from engine.errors import NotReady
from engine.leave import Paid
from engine.leave_pay import DailyRounding, LeaveMethod
from engine.money import Money
from engine.pay import Line, compute
from engine.pay_facts import (
    Attended,
    LeaveTaken,
    PayFacts,
    Wage,
)
from engine.pay_items import Section
from engine.pay_lines import absences, absent_fen, base_wage, employed_ratio, heat_rate, wage_on
from engine.pay_rules import PayRules
from engine.proration import DivideBy, MonthShape
from tests.engine.pay_world import facts, rules

R = rules()
OCT = rules("2026-10", "2026-11")
TERMS = R.terms
LATENESS = PayRules(replace(TERMS, deduct_lateness=True))


def away(*taken: tuple[str, tuple[int, int], int], **more: Any) -> PayFacts:
    return facts(leaves=tuple(LeaveTaken(*one) for one in taken), **more)


def absent(days: tuple[int, int], **more: Any) -> dict[str, Any]:
    return {"attended": Attended((21, 1), (20, 1), absent_days=days, **more)}


# ── 缺勤 ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "want"),
    [
        (facts(), (0, 0, 0, 0, 0)),
        # 10,000 ÷ 21.75 = 459.77;先事假、再病假(工资按 2,192 ÷ 21.75)、再旷工
        (away(("personal", (1, 1), 3)), (45977, 0, 0, 0, 0)),
        (away(("sick", (1, 1), 3)), (0, 45977, 10078, 0, 0)),
        (facts(**absent((1, 1))), (0, 0, 0, 45977, 0)),
        (away(("personal", (1, 1), 3), ("sick", (1, 1), 4), **absent((1, 2))), (45977, 45977, 10078, 22989, 0)),
        # 带薪的不扣
        (away(("annual", (5, 1), 3)), (0, 0, 0, 0, 0)),
        # 21 天缺 10 天半正好一半:减法 4,827.59;11 天过半:10,000 − 10 ÷ 21.75 = 5,402.30
        (away(("personal", (21, 2), 3)), (482759, 0, 0, 0, 0)),
        (away(("personal", (11, 1), 3)), (540230, 0, 0, 0, 0)),
        # 16日入职:一律减法;扣到当月基本工资 5,057.47 为止
        (away(("personal", (11, 1), 17), first_day=16), (505747, 0, 0, 0, 0)),
        (away(("personal", (1, 1), 17), first_day=16), (45977, 0, 0, 0, 0)),
        # 每种假按那天的月工资
        (away(("personal", (1, 1), 3), ("personal", (1, 1), 20), wages=(Wage(1, 1000000), Wage(16, 2175000))), (145977, 0, 0, 0, 0)),
        # 旷工按月末的月工资
        (facts(wages=(Wage(1, 1000000), Wage(16, 2175000)), **absent((1, 1))), (0, 0, 0, 100000, 0)),
        # 合起来不超过当月基本工资:事假 4,597.70、病假 5,057.47、旷工只剩 344.83
        (away(("personal", (10, 1), 2), ("sick", (11, 1), 16), **absent((9, 1))), (459770, 505747, 110860, 34483, 0)),
    ],
)  # fmt: skip
def test_absences_by_hand(one: PayFacts, want: tuple[int, ...]) -> None:
    base = base_wage(one, R).pay.fen
    assert absent_fen(one, R, base) == absences(one, R, base).amounts() == want


def test_the_ways_of_counting_absence() -> None:
    """上限放宽到一万,看各自扣多少。"""

    def wanted(one: PayFacts, found: PayRules = R) -> tuple[int, ...]:
        return absences(one, found, 10**6).amounts()

    # 没做满的月一律减法:11 ÷ 21.75
    assert wanted(away(("personal", (11, 1), 17), first_day=16))[0] == 505747
    # 月中调薪、两段都有事假的一律减法:11 天按 10,000,半天按 21,750
    raised = (Wage(1, 1000000), Wage(16, 2175000))
    assert wanted(away(("personal", (11, 1), 2), ("personal", (1, 2), 20), wages=raised))[0] == 505747 + 50000
    # 排班四天缺三天,过半:10,000 − 1 ÷ 21.75
    assert wanted(away(("personal", (3, 1), 1), roster=(1, 2, 16, 17)))[0] == 954023
    # 旷工除以当月 21 个工作日
    divide = replace(TERMS.personal.divide, by=DivideBy.ACTUAL_WORKDAYS)
    actual = PayRules(replace(TERMS, personal=replace(TERMS.personal, divide=divide)))
    assert wanted(facts(**absent((1, 1))), actual)[3] == 47619
    assert wanted(facts(**absent((1, 1)), roster=(1, 2, 16, 17)), actual)[3] == 250000
    # 不扣迟到的公司,迟到的分钟不记
    late = facts(attended=Attended((21, 1), (21, 1), late=1, late_minutes=25))
    assert (absences(late, R, 10**6).late_minutes, absences(late, LATENESS, 10**6).late_minutes) == (0, 25)


def test_a_rule_without_a_switch_has_no_number_and_no_words() -> None:
    assert (R.rule_id("没有"), R.rule_word("没有")) == ("", "")
    assert (R.shape_of(None), R.shape_of((1, 2, 16))) == (R.shape, MonthShape(3, 0, 30))


def test_lateness_takes_the_minutes_missed_when_the_policy_says_so() -> None:
    """10,000 ÷ 174 小时 × 30 分钟 = 28.74;旷工之后剩多少扣多少。"""
    late = Attended((21, 1), (21, 1), late=1, late_minutes=25, early=1, early_minutes=5)
    assert absent_fen(facts(attended=late), R, 10**6) == (0, 0, 0, 0, 0)
    assert absent_fen(facts(attended=late), LATENESS, 10**6) == (0, 0, 0, 0, 2874)
    assert absent_fen(facts(attended=late._replace(late_minutes=0)), LATENESS, 10**6) == (0, 0, 0, 0, 479)
    assert absent_fen(facts(attended=late._replace(early_minutes=0)), LATENESS, 10**6) == (0, 0, 0, 0, 2395)
    gone = facts(attended=late._replace(absent_days=(1, 1)))
    found = absences(gone, LATENESS, 47000)
    assert (found.amounts(), found.late_minutes, found.late_fen) == ((0, 0, 0, 45977, 1023), 30, 2874)
    raised = facts(attended=late, wages=(Wage(1, 1000000), Wage(16, 2000000)))
    assert absent_fen(raised, LATENESS, 10**6)[4] == 5747  # 月末的 20,000


def test_the_cap_is_known() -> None:
    """扣满一分不差不算碰到上限,少扣一分就算。"""
    one = away(("personal", (1, 1), 3), **absent((1, 1)))
    assert absences(one, R, 45977 * 2).capped is False
    assert absences(one, R, 45977 * 2 - 1).capped is True
    ill = away(("sick", (1, 1), 3))
    assert [absences(ill, R, fen).capped for fen in (45977, 45976)] == [False, True]
    assert absences(facts(), R, 0).capped is False


def test_sick_pay_of_a_whole_month_away() -> None:
    """整月病假:发整月的病假工资,扣整月的工资。"""
    ill = away(("sick", (21, 1), 2))
    # 下限 2,740 × 80% = 2,192;整月扣 10,000、发 2,192
    assert absent_fen(ill, R, 10**6) == (0, 1000000, 219200, 0, 0)
    assert absent_fen(away(("sick", (20, 1), 2)), R, 10**6) == (0, 919540, 201563, 0, 0)


@pytest.mark.parametrize(
    ("personal", "days", "want"),
    [
        ({"daily_rounding": DailyRounding.FEN_FIRST}, (3, 1), 137931),  # 459.77 × 3
        ({"method": LeaveMethod.SUBTRACT}, (11, 1), 505747),
        ({"method": LeaveMethod.ADD}, (2, 1), 126437),  # 10,000 − 19 ÷ 21.75 × 10,000
    ],
)
def test_other_ways_of_personal_leave(personal: dict[str, Any], days: tuple[int, int], want: int) -> None:
    found = PayRules(replace(TERMS, personal=replace(TERMS.personal, **personal)))
    assert absent_fen(away(("personal", days, 3)), found, 10**6)[0] == want


def test_the_short_way_is_only_for_what_it_holds() -> None:
    """整数写法:不先取整、不是一律加法的才有;自动改加法的界限是工作日数。"""
    assert R.personal is not None
    assert (R.personal.up, R.personal.down, R.personal.most) == (4, 87, 21)
    assert R.personal.kinds == frozenset(k for k, paid in TERMS.paid.items() if paid is Paid.NONE)

    def way(**personal: Any) -> Any:
        return PayRules(replace(TERMS, personal=replace(TERMS.personal, **personal))).personal

    assert way(daily_rounding=DailyRounding.FEN_FIRST) is None
    assert way(method=LeaveMethod.ADD) is None
    assert way(method=LeaveMethod.SUBTRACT).most is None


# ── 基本工资与比例 ────────────────────────────────────────────────────


@pytest.mark.parametrize(("day", "fen"), [(1, 100), (9, 100), (10, 200), (19, 200), (20, 300), (31, 300), (0, 100)])
def test_the_wage_of_a_day(day: int, fen: int) -> None:
    assert wage_on((Wage(1, 100), Wage(10, 200), Wage(20, 300)), day).fen == fen


@pytest.mark.parametrize(
    ("more", "base"),
    [
        ({}, 1000000),
        ({"first_day": 0}, 1000000),
        ({"last_day": 30}, 1000000),
        ({"last_day": 29}, 919540),  # 20 ÷ 21.75
        ({"first_day": 3}, 919540),
        ({"first_day": 2}, 965517),  # 没有少上一个工作日,加法仍是 21 ÷ 21.75
        ({"wages": (Wage(1, 1000000), Wage(16, 1200000))}, 1104761),  # 10 ÷ 21 × 10,000 + 11 ÷ 21 × 12,000 各自取整
        ({"wages": (Wage(1, 1000000), Wage(1, 1200000))}, 1200000),  # 同一天的后一段盖住前一段
        ({"wages": (Wage(-5, 900000), Wage(0, 1000000))}, 1000000),  # 上期起的工资,取最近一段
        # 16日入职,之前调过薪:只按入职那天起的一段
        ({"wages": (Wage(1, 1000000), Wage(10, 2175000)), "first_day": 16}, 1100000),
        ({"wages": (Wage(1, 1000000), Wage(16, 2175000)), "first_day": 16}, 1100000),
        # 16日入职、23日调薪:5 ÷ 21 × 10,000 + 6 ÷ 21 × 12,000
        ({"wages": (Wage(1, 1000000), Wage(23, 1200000)), "first_day": 16}, 580952),
        # 20日离职,25日的调薪与他无关
        ({"wages": (Wage(1, 1000000), Wage(25, 2000000)), "last_day": 20}, 689655),
    ],
)  # fmt: skip
def test_the_base_wage_by_hand(more: dict[str, Any], base: int) -> None:
    one = facts(**more)
    assert base_wage(one, R).pay.fen == base
    assert compute(one, R).line("base") == Line("base", "基本工资", Section.EARNING, Money(base))


@pytest.mark.parametrize(
    ("more", "ratio"),
    [({}, (1, 1)), ({"first_day": 16}, (11, 21)), ({"last_day": 1}, (0, 21)), ({"roster": (), "first_day": 2}, (0, 1)), ({"roster": (1, 2, 20), "first_day": 2}, (2, 3))],
)  # fmt: skip
def test_the_ratio_employed(more: dict[str, Any], ratio: tuple[int, int]) -> None:
    assert employed_ratio(facts(**more), R) == ratio


def test_a_statutory_day_counts_as_employed() -> None:
    """十月 18 个工作日加 3 个法定日;8日起在职的少三个法定日。"""
    october = facts(month="2026-10", pay_month="2026-11", first_day=8)
    assert employed_ratio(october, OCT) == (18, 21)
    assert employed_ratio(october._replace(first_day=3), OCT) == (19, 21)


def test_a_raise_on_the_second_day_is_a_segment() -> None:
    """10月1日是法定日,算一天:10,000 ÷ 21 + 12,000 × 20 ÷ 21 = 476.19 + 11,428.57。"""
    one = facts(month="2026-10", pay_month="2026-11", wages=(Wage(1, 1000000), Wage(2, 1200000)))
    assert base_wage(one, OCT).pay.fen == 47619 + 1142857


def _city(**changes: Any) -> PayRules:
    pack = replace(TERMS.cities["上海"], **changes)
    return PayRules(replace(TERMS, cities={**TERMS.cities, "上海": pack}))


def test_a_sick_scale_is_that_of_the_first_day_away() -> None:
    """11月2日起的新标准 100%:1日起的病假按旧的(没有标准,守下限 2,192),2日起的按新的;20 天不满整月。"""
    scale = Dated("s", "病假", (Version(date(2026, 11, 2), ((Decimal(0), Decimal(1)),), "测试"),))
    found = _city(sick_scale=scale)
    assert absent_fen(away(("sick", (1, 1), 1)), found, 10**6)[2] == 10078
    assert absent_fen(away(("sick", (1, 1), 2)), found, 10**6)[2] == 45977
    assert absent_fen(away(("sick", (1, 1), 40)), found, 10**6)[2] == 45977  # 日子写过了头,按期末那天


def test_sick_leave_by_the_workdays_of_the_month() -> None:
    """除以当月 21 个工作日:10,000 ÷ 21 = 476.19;下限 2,192 ÷ 21 = 104.38。"""
    divide = replace(TERMS.personal.divide, by=DivideBy.ACTUAL_WORKDAYS)
    found = PayRules(replace(TERMS, personal=replace(TERMS.personal, divide=divide)))
    assert absent_fen(away(("sick", (1, 1), 3)), found, 10**6)[1:3] == (47619, 10438)


def test_sick_pay_needs_the_minimum_wage() -> None:
    minimum = TERMS.cities["上海"].minimum_wage
    with pytest.raises(NotReady) as blank:
        absent_fen(away(("sick", (1, 1), 3)), _city(minimum_wage=replace(minimum, versions=())), 10**6)
    assert (blank.value.code, blank.value.details) == ("CITY_BLANK", {"city": "上海", "line": "minimum_wage"})
    assert blank.value.say == "还没有上海的最低工资标准。请 HR 照当地公告填进政策目录的城市文件,再重新计算。"


def test_heat_is_refused_where_the_city_says_nothing() -> None:
    """没有高温津贴、那时还没有、那个岗位写着 blank:都请 HR 去填,不当作零。"""
    heat = TERMS.cities["上海"].heat
    assert heat is not None
    filled = replace(heat.versions[-1].value, rates={"室外": Money(30000)}, blank=("室外",))
    blank = replace(heat, versions=(replace(heat.versions[-1], value=filled),))
    for found in (_city(heat=None), _city(heat=replace(heat, versions=())), _city(heat=blank)):
        with pytest.raises(NotReady) as refused:
            heat_rate(facts(heat="室外"), found)
        assert refused.value.code == "CITY_BLANK"


def test_no_heat_rate_is_filled_in() -> None:
    with pytest.raises(NotReady) as blank:
        heat_rate(facts(heat="室外"), R)
    assert (blank.value.code, blank.value.details) == ("CITY_BLANK", {"city": "上海", "line": "heat_allowance"})
    assert (
        blank.value.say == "上海“室外”岗位的高温津贴标准还没有填。请 HR 照当地规定填进政策目录的城市文件,再重新计算。"
    )
