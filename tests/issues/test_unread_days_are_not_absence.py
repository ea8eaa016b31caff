"""打卡还没读到的日子是缺的日子,不是旷工(原先月末一过就算,没读到的几天全成了旷工,还能发布)。"""

from __future__ import annotations

from datetime import date

from engine.days import Month
from handlers import attendance, payroll
from handlers.attendance import MonthOf
from tests.handlers.world import World, at, punches

NOVEMBER = Month(2026, 11)


def read(world: World, until: str, moment: str) -> None:
    """打卡读到 until 为止,在 moment 读完。"""
    world.now = at(moment, "09:30")
    last = date.fromisoformat(until)
    records = [p for p in punches(world, "liming", NOVEMBER) if p.work_date <= last]
    world.take("punches", *records, window=until, cursor=until)


def test_a_month_is_over_and_not_read(paid: World):
    read(paid, "2026-11-22", "2026-11-23")
    paid.now = at("2026-12-01")
    month = paid.ask("liming", attendance.month, MonthOf(paid.id("liming"), "2026-11"))
    assert month.through == date(2026, 11, 22)
    assert month.facts.absent == 0
    run = paid.do("chenjing", payroll.run, payroll.Prepare("2026-11"))
    assert run.state == "draft"
    assert run.missing_days == tuple(f"2026-11-{day}" for day in range(23, 31))


def test_what_was_read_is_judged_even_if_the_feed_fails_later(paid: World):
    read(paid, "2026-11-22", "2026-11-23")
    read(paid, "2026-11-30", "2026-12-01")
    month = paid.ask("liming", attendance.month, MonthOf(paid.id("liming"), "2026-11"))
    assert month.through == date(2026, 11, 30)
    missing = paid.ask("zhaohui", attendance.month, MonthOf(paid.id("zhangsan"), "2026-11"))
    assert missing.facts.absent > 0, "读到了而没有打卡,才是旷工"


def test_a_company_without_a_punch_feed_is_judged_by_the_clock(world: World):
    month = world.ask("liming", attendance.month, MonthOf(world.id("liming"), "2026-11"))
    assert month.through == date(2026, 11, 22)
