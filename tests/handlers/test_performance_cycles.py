"""周期、目标、方案:季度由各月的依据合起来,用在政策写明的月份;期中改目标照政策;方案可以指定到人;权重要满 100%。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from engine.days import Month
from engine.errors import BadInput, EhrError, RuleBroken
from engine.performance_cycle import Cycle
from handlers import goals, opening, performance_lock
from handlers.goals import AdjustTarget
from handlers.performance_lock import LockCycle
from handlers.performance_pay import months_paid, paid_cycle
from models.people import Person
from tests.handlers.performance_world import (
    DEC,
    NOV,
    OCT,
    bonus,
    calibrate,
    gathered,
    install,
    late,
    plan,
    policy,
    publish,
    score,
    story,
)
from tests.handlers.world import World, at, deal, punches, rating

YEAR = date(2026, 1, 1)


def quarterly(world: World) -> None:
    """李明改用季度方案:目标每月 100,000。十一月再签 60,000。"""
    install(world, plan("q", (), cycle="quarter"), assigned=(("liming", YEAR, None, "q"),))
    world.take("deals", deal(9, "60000.00", "2026-11-05"), window="w2")


def used_in(world: World, month: str) -> str:
    """这个月的工资用哪个周期。"""
    me = world.id("liming")
    found = world.desk.read(
        lambda work: paid_cycle(work, work.session.get_one(Person, me), Month.parse(month), world.rules)
    )
    return "" if found is None else str(found.cycle)


def test_a_quarter_is_scored_over_its_months(paid: World) -> None:
    """(120,000 + 60,000) ÷ 300,000 = 60%;满意度仍是十月的 95%:36% + 38% = 74%。"""
    quarterly(paid)
    for month in (OCT, NOV, DEC):
        found = score(paid, month)
        assert (found.cycle, found.cycle_label, found.kind_label) == ("2026-Q4", "2026年第4季度", "季度")
        assert (found.score, [i.ratio for i in found.items]) == ("74%", ["60%", "95%"])
        assert found.items[0].note == "10月 100000、11月 100000、12月 100000,相加"


def test_a_quarter_lacking_a_month_s_goal_names_it(paid: World) -> None:
    install(paid, plan("q", (), cycle="quarter"), assigned=(("liming", YEAR, None, "q"),))
    third = score(paid, "2026-09")
    assert (third.cycle, third.score) == ("2026-Q3", "")
    assert "2026年7月、2026年8月、2026年9月还没有目标" in third.items[0].note
    assert "没有数据不当作 0" in third.say


def test_the_last_month_s_pay_uses_it_and_the_others_have_none(paid: World) -> None:
    quarterly(paid)
    assert [used_in(paid, m) for m in (OCT, NOV, DEC)] == ["", "", "2026-Q4"]
    assert (gathered(paid).facts.score, gathered(paid).facts.score_missing) == (None, ())
    assert bonus(paid, publish(paid)) == "0.00"
    assert story(paid, cycle="2026-Q4").versions == ()
    december_score = gathered(paid, DEC).facts.score
    assert december_score.value == (37, 50)
    told = "2026年第4季度的得分用在2026年12月的工资(pay.performance.pay_month@2020-01-01)"
    assert december_score.trace.count(told) == 1


def test_or_every_month_of_the_next_quarter_as_the_policy_says(paid: World) -> None:
    policy(paid, performance__pay_month="next_cycle")
    quarterly(paid)
    assert [used_in(paid, m) for m in (OCT, DEC, "2027-01", "2027-03", "2027-04")] == [
        "2026-Q3", "2026-Q3", "2026-Q4", "2026-Q4", "2027-Q1",
    ]  # fmt: skip
    me = paid.id("liming")
    months = paid.desk.read(
        lambda work: months_paid(Cycle.parse("2026-Q4"), work.session.get_one(Person, me), paid.rules)
    )
    assert [str(m) for m in months] == ["2027-01", "2027-02", "2027-03"]


def test_who_leaves_before_the_end_is_paid_by_the_last_month(paid: World) -> None:
    quarterly(paid)
    me = paid.id("liming")
    with paid.store.writing(paid.now) as work:
        person = work.session.get_one(Person, me)
        person.last_work_day = date(2026, 11, 20)
        work.session.add(person)
    assert [used_in(paid, m) for m in (OCT, NOV, DEC)] == ["", "2026-Q4", ""]
    assert score(paid, NOV).items[0].ratio == "90%"  # 180,000 ÷ 在职两个月的 200,000


def december(world: World) -> None:
    """过到次年一月五日,十一、十二月的卡与来源都读齐。"""
    world.now = at("2027-01-05")
    world.take("deals", deal(10, "120000.00", "2026-12-08"), window="w3", complete=True)
    world.take("ratings", rating(30, "1.00", "2026-12-20"), window="w3", complete=True)


def test_a_quarter_is_locked_whole_and_follows_late_deals_into_december(paid: World) -> None:
    """(120,000 + 60,000 + 120,000) ÷ 300,000 = 100%;评价 (20 × 95% + 100%) ÷ 21 = 20/21。"""
    quarterly(paid)
    december(paid)
    done = paid.do("zhaohui", performance_lock.lock, LockCycle("2026-Q4"))
    assert done.locked == 1
    exact = Fraction(60, 100) + Fraction(20, 21) * Fraction(40, 100)
    assert paid.one("SELECT exact FROM score") == f"{exact.numerator}/{exact.denominator}"
    with pytest.raises(RuleBroken) as refused:
        paid.do(
            "wangfang", goals.adjust, AdjustTarget(paid.id("liming"), "sales", NOV, "90000", date(2026, 11, 9), "改", 1)
        )
    assert refused.value.code == "MONTH_LOCKED"
    paid.take("deals", deal(9, "60000.00", "2026-11-05", "cancelled", "h-2"), window="w4")
    assert [v.how for v in story(paid, cycle="2026-Q4").versions] == ["依据有变,自动更正", "锁定"]
    after = Fraction(48, 100) + Fraction(20, 21) * Fraction(40, 100)
    assert gathered(paid, DEC).facts.score.value == (after.numerator, after.denominator)
    assert late(paid) == []  # 十二月的工资还没发布


def test_a_year_takes_all_its_months(paid: World) -> None:
    install(paid, plan("y", (), cycle="year", items=(("satisfaction", Decimal(1), "", ""),), formula="绩效得分 = 客户满意度 × 100%"),
            assigned=(("liming", YEAR, None, "y"),))  # fmt: skip
    found = score(paid, "2026-03")
    assert (found.cycle_label, found.score) == ("2026年度", "95%")
    assert [used_in(paid, m) for m in (NOV, DEC)] == ["", "2026"]


def adjust(world: World, value: str = "50000") -> AdjustTarget:
    return AdjustTarget(world.id("liming"), "sales", NOV, value, date(2026, 11, 16), "客户并购", 1)


def with_november(world: World) -> None:
    world.take("deals", deal(9, "60000.00", "2026-11-05"), window="w2")
    world.take("ratings", rating(40, "0.95", "2026-11-06"), window="w2")


def test_a_goal_changed_in_mid_cycle_replaces_the_month_by_default(paid: World) -> None:
    """60,000 ÷ 50,000 = 120% → 120% × 60% + 95% × 40% = 110%。"""
    with_november(paid)
    paid.do("wangfang", goals.adjust, adjust(paid))
    note = "11月改过目标,整月按第 2 版算;依据 pay.performance.midcycle@2020-01-01"
    assert (score(paid, NOV).score, score(paid, NOV).items[0].note) == ("110%", note)
    assert note in str(score(paid, NOV).trace)


def test_or_is_pro_rated_by_calendar_days_as_previewed(paid: World) -> None:
    """15 天 × 100,000 + 15 天 × 50,000 = 75,000 的月目标;60,000 ÷ 75,000 = 80%;48% + 38% = 86%。"""
    policy(paid, performance__midcycle="calendar_days")
    with_november(paid)
    seen = paid.ask("wangfang", goals.preview, adjust(paid))
    assert (seen.old_ratio, seen.new_ratio, seen.old_score, seen.new_score) == ("60%", "80%", "74%", "86%")
    paid.do("wangfang", goals.adjust, adjust(paid))
    found = score(paid, NOV)
    assert (found.score, found.items[0].target, found.items[0].revision) == ("86%", "75000", 2)
    note = found.items[0].note
    assert note.startswith("11月 100000(1日–15日,15 天)、50000(16日–30日,15 天)按日历天数折算")
    assert "pay.performance.midcycle@2020-01-01" in note
    assert note in str(found.trace)
    assert "target:" in str(found.trace)


def test_a_person_s_own_plan_comes_before_the_post_s_and_ends(paid: World) -> None:
    own = plan("own", (), items=(("satisfaction", Decimal(1), "", ""),), formula="绩效得分 = 客户满意度 × 100%")
    install(paid, own, assigned=(("liming", date(2026, 10, 1), date(2026, 10, 31), "own"),))
    assert (score(paid, OCT).plan_name, score(paid, OCT).score) == ("方案 own", "95%")
    assert score(paid, NOV).plan_name == "销售岗绩效方案"


def test_plans_and_indicators_are_dated(paid: World) -> None:
    """十一月起:满意度占 100%;销售额的口径十一月起改数签单个数。"""
    count = opening.OpenIndicator(
        "sales",
        "销售额完成率",
        "销售额",
        "deals",
        "count",
        "higher",
        True,
        date(2026, 11, 1),
        "销售额完成率 = 签单数 ÷ 目标",
    )
    install(paid, indicators=(count,))
    with_november(paid)
    assert score(paid, OCT).items[0].ratio == "120%"
    assert score(paid, NOV).items[0].ratio == "0%"  # 1 笔 ÷ 目标 100,000,显示取两位小数
    assert score(paid, NOV).items[0].formula == "销售额完成率 = 签单数 ÷ 目标"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"items": (("sales", Decimal("0.55"), "", ""), ("satisfaction", Decimal("0.40"), "", "")),
          "formula": "绩效得分 = 销售额完成率 × 55% + 客户满意度 × 40%"}, "WEIGHTS_SUM", "权重合计是 95%,不是 100%"),
        ({"formula": "绩效得分 = 销售额完成率 × 50% + 客户满意度 × 50%"}, "FORMULA_WEIGHTS", "权重是 50%"),
        ({"items": (("nothing", Decimal(1), "", ""),), "formula": "绩效得分 = 销售额完成率 × 100%"}, "NO_INDICATOR", "nothing"),
        ({"cycle": "week"}, "BAD_CYCLE", "week"),
        ({"missing": "zero"}, "BAD_PLAN", "zero"),
        ({"item_missing": {"sales": "zero"}}, "BAD_MISSING", "zero"),
        ({"rules": {"bands": [["0.5", "A", "1"]]}}, "BAD_BANDS", "从 0% 起"),
        ({"rules": {"bands": [["0", "A", "1"]], "limits": {"S": "0.2"}}}, "BAD_LIMITS", "S"),
        ({"rules": {"gates": [{"code": "g", "label": "旷工", "when": "旷工日 ≥ 1", "at_most": "0.6"}]}},
         "FORMULA_UNKNOWN_NAME", "旷工日"),
    ],
)  # fmt: skip
def test_a_plan_written_wrongly_is_refused_whole(paid: World, change: dict[str, Any], code: str, words: str) -> None:
    before = paid.rows("plan")
    with pytest.raises(EhrError) as refused:
        install(paid, replace(plan("bad", ("职能岗",)), **change))
    assert refused.value.code == code
    assert words in refused.value.say
    assert paid.rows("plan") == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"direction": "lower"}, "BAD_DIRECTION"),
        ({"source": "crm"}, "UNKNOWN_SOURCE"),
        ({"missing": "zero"}, "BAD_MISSING"),
    ],
)
def test_an_indicator_written_wrongly_is_refused(paid: World, change: dict[str, Any], code: str) -> None:
    good = opening.OpenIndicator("x", "某指标", "", "deals", "money", "higher", True)
    with pytest.raises(BadInput) as refused:
        install(paid, indicators=(replace(good, **change),))
    assert refused.value.code == code


def test_a_red_line_caps_the_total_and_names_the_punches(paid: World) -> None:
    """十月没有旷工:不触发;改看“客户满意度 < 96%”就触发,总分不高于 60%。"""
    gates = [{"code": "g1", "label": "旷工", "when": "旷工天数 ≥ 1", "at_most": "0.6"}]
    install(paid, plan("sales", ("销售岗",), rules={"gates": gates}))
    assert score(paid).score == "110%"
    gates = [{"code": "g2", "label": "满意度红线", "when": "客户满意度 < 96%", "at_most": "0.6"}]
    install(paid, plan("sales", ("销售岗",), rules={"gates": gates}))
    assert score(paid).score == "60%"
    assert "触发红线“满意度红线”" in str(score(paid).trace)
    assert calibrate(paid, "wangfang", "61%").score == "61%"


def test_attendance_counts_minutes_over_the_cycle(paid: World) -> None:
    """十月全勤,18 个工作日(8、9 日,10 日补班,之后三个整周)× 480 分钟 = 8,640;权重全给它。"""
    rate = opening.OpenIndicator("attend", "出勤率", "出勤率", "attendance", "rate", "higher", False)
    one = plan("a", (), items=(("attend", Decimal(1), "", ""),), formula="绩效得分 = 出勤率 × 100%")
    install(paid, one, indicators=(rate,), assigned=(("liming", YEAR, None, "a"),))
    assert len(punches(paid, "liming", Month(2026, 10))) > 30
    found = score(paid)
    assert (found.score, found.items[0].actual) == ("100%", "出勤 8640 / 应出勤 8640 分钟")
