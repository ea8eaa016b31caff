"""锁定之后依据有变:考勤更正也跟着写新的一版;季度的签单变了,记在用它的那个月;两人同时校准,只成一个。"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from handlers import opening, performance_calibrate, performance_lock
from handlers.performance_calibrate import Calibrate
from handlers.performance_lock import LockCycle
from models.pay import PayRun
from tests.handlers.performance_world import OCT, gathered, install, late, plan, publish, score, story
from tests.handlers.test_races import at_once
from tests.handlers.world import World, at, deal, punch, rating

YEAR = date(2026, 1, 1)


def test_a_corrected_punch_changes_the_attendance_score(paid: World) -> None:
    """十月应出勤 8,640 分钟;12 日的上班卡更正为 09:30,迟到 30 分钟:8,610 ÷ 8,640 = 287/288。"""
    rate = opening.OpenIndicator("attend", "出勤率", "出勤率", "attendance", "rate", "higher", False)
    one = plan("a", (), items=(("attend", Decimal(1), "", ""),), formula="绩效得分 = 出勤率 × 100%")
    install(paid, one, indicators=(rate,), assigned=(("liming", YEAR, None, "a"),))
    publish(paid)
    assert score(paid).score == "100%"
    paid.take("punches", punch("liming-2026-10-12-on", "liming", at("2026-10-12", "09:30"), "on", "h-2"), window="p2")
    assert paid.one("SELECT exact FROM score WHERE revision = 2") == "287/288"
    assert story(paid).versions[0].how == "依据有变,自动更正"
    assert gathered(paid).facts.score.value == (287, 288)
    assert (OCT, "punch") in late(paid)


def published(world: World, month: str, pay_month: str) -> None:
    """假定这个月的工资已经发布(只要有这一期就行)。"""
    run = PayRun(month=month, pay_month=pay_month, state="published", totals={}, missing_days=[], created_at=world.now)
    with world.store.writing(world.now) as work:
        work.session.add(run)


def test_a_deal_of_november_reaches_the_december_that_paid_the_quarter(paid: World) -> None:
    """十二月的工资用了四季度的得分:十一月的一笔取消,迟到的事实记在十二月,起因还是那笔签单。"""
    install(paid, plan("q", (), cycle="quarter"), assigned=(("liming", YEAR, None, "q"),))
    paid.take("deals", deal(9, "60000.00", "2026-11-05"), window="w2")
    paid.now = at("2027-01-05")
    paid.take("deals", deal(10, "120000.00", "2026-12-08"), window="w3", complete=True)
    paid.take("ratings", rating(30, "0.95", "2026-12-20"), window="w3", complete=True)
    paid.do("zhaohui", performance_lock.lock, LockCycle("2026-Q4"))
    published(paid, "2026-12", "2027-01")
    paid.take("deals", deal(9, "60000.00", "2026-11-05", "cancelled", "h-2"), window="w4")
    assert [v.say for v in story(paid, cycle="2026-Q4").versions] == ["86%", "98%"]  # 80%、100% × 60% + 95% × 40%
    assert late(paid) == [("2026-12", "deal")]
    assert "签单被取消:客户9" in paid.one("SELECT say FROM latetruth")


def test_a_change_that_leaves_the_score_alone_writes_nothing(paid: World) -> None:
    publish(paid)
    paid.take("deals", deal(4, "30000.00", "2026-10-15", "signed", "h-2"), window="w2")
    assert len(story(paid).versions) == 1


def test_the_last_rating_withdrawn_leaves_the_score_for_people(paid: World) -> None:
    """二十份评价都改到了九月:十月没有数据,锁定的得分不动,等人来补。"""
    publish(paid)
    paid.take("ratings", *(rating(n, "0.95", f"2026-09-{n:02d}", "h-2") for n in range(1, 21)), window="w2")
    assert [v.say for v in story(paid).versions] == ["110%"]


def test_of_two_calibrations_at_once_one_is_kept_and_the_other_told(paid: World) -> None:
    usual = (paid.id("liming"), OCT, "score")
    bosses = [(paid.actor("wangfang"), "115%"), (paid.actor("gaoyuan"), "105%")]
    jobs = [
        lambda who=who, value=value: (
            paid.desk.do(
                performance_calibrate.calibrate, Calibrate(*usual, value, "", "", "工作量", 0), who, f"c-{value}"
            ).state
        )
        for who, value in bosses
    ]
    assert Counter(at_once(jobs)) == {"calibrated": 1, "SCORE_CHANGED": 1}
    assert len(story(paid).versions) == 1
