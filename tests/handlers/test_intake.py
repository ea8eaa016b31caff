"""收料 intake:一页读五遍一字不差;坏的列出来不拦别人;旧版晚到不覆盖;还不认得的人等着;迟到的事实只列一次。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.errors import RuleBroken
from handlers import goals, intake, leave, leave_queries, payroll, sync_health
from handlers import people as people_of
from handlers.goals import AdjustTarget
from handlers.leave import DecideLeave
from handlers.people import Nothing
from handlers.records import BadRecord, DismissalRecord, Page
from tests.handlers.test_leave_life import submitted
from tests.handlers.world import OCTOBER, SALES, World, at, deal, people, person, punch, punches, rating, roster

COUNTERS = ("donekey", "auditline", "cursor")


def content(world: World) -> dict[str, Any]:
    return world.rows(without=COUNTERS)


def published(paid: World) -> int:
    run = paid.do("chenjing", payroll.run, payroll.Prepare("2026-10"))
    paid.do("sunli", payroll.publish, payroll.Publish(run.run_id, run.input_hash))
    return int(run.run_id)


def late(world: World) -> list[tuple[str, str]]:
    return [(v.kind, v.name) for v in world.ask("zhaohui", payroll.late, Nothing())]


def test_a_page_read_five_times_leaves_the_same_rows(paid: World):
    before = content(paid)
    for slot in range(5):
        assert paid.take("people", *people(), window=f"w{slot}").fresh == 0
        paid.take("punches", *punches(paid, "liming", OCTOBER), window=f"w{slot}")
        taken = paid.take("deals", deal(1, "30000.00", "2026-10-11"), window=f"w{slot}")
        assert (taken.fresh, taken.same) == (0, 1)
    assert content(paid) == before


def test_bad_records_are_kept_listed_once_and_stop_nobody(world: World):
    bad = BadRecord("x1", "没有姓名", '{"userid":"x1"}')
    for slot in range(3):
        taken = world.take("people", person("newbie", "新人"), window=f"w{slot}", bad=(bad,))
        assert (taken.bad, taken.fresh) == ((1, 1) if slot == 0 else (0, 0))
    listed = world.ask("zhaohui", sync_health.health, Nothing()).bad
    assert [(b.source_id, b.reason, b.raw) for b in listed] == [("x1", "没有姓名", '{"userid":"x1"}')]
    assert world.id("newbie")


def test_a_record_that_became_readable_leaves_the_list(world: World):
    bad = BadRecord("x1", "没有姓名", '{"userid":"x1"}')
    world.take("people", bad=(bad,))
    world.take("people", person("x1", "有名字了"), window="w2")
    assert world.ask("zhaohui", sync_health.health, Nothing()).bad == ()
    assert world.one("SELECT count(*) FROM rawrecord WHERE raw LIKE '%x1%' AND feed = 'people'") == 2


def test_a_person_in_no_department_is_taken_and_has_an_approver(world: World):
    number = submitted(world, "loner")
    approver = world.one("SELECT approver_userid FROM leaverequest WHERE id = :i", i=number)
    assert approver == "zhaohui"
    assert world.ask("zhaohui", people_of.find_person, people_of.FindPerson("独行")).department == "未分部门"


def amount(world: World) -> int:
    return int(world.one("SELECT amount FROM deal WHERE source_id = 'deal-9'"))


def test_an_older_version_arriving_later_does_not_overwrite(world: World):
    first = deal(9, "100.00", "2026-11-02", version="20261102T090000-aaa")
    second = deal(9, "200.00", "2026-11-02", version="20261103T090000-bbb")
    assert world.take("deals", second, window="w1").fresh == 1
    taken = world.take("deals", first, window="w2")
    assert (taken.fresh, taken.same, amount(world)) == (0, 1, 20000)
    assert world.one("SELECT count(*) FROM rawrecord WHERE source_id = 'deal:deal-9'") == 2
    assert world.one("SELECT version FROM rawrecord WHERE source_id = 'deal:deal-9' AND in_force") == second.version


def test_the_newer_of_one_page_wins_whatever_the_order(world: World):
    first = deal(9, "100.00", "2026-11-02", version="20261102T090000-aaa")
    second = deal(9, "200.00", "2026-11-02", version="20261103T090000-bbb")
    world.take("deals", second, first)
    assert amount(world) == 20000


def test_changed_and_changed_back_is_two_changes(world: World):
    """没有修改时间的,版本只是内容摘要:改过去又改回来,以后到的为准(原先改不回来)。"""
    one, two = deal(9, "100.00", "2026-11-02", version="h-1"), deal(9, "200.00", "2026-11-02", version="h-2")
    for slot, (record, fen) in enumerate(((one, 10000), (two, 20000), (one, 10000), (two, 20000))):
        assert world.take("deals", record, window=f"w{slot}").fresh == 1
        assert amount(world) == fen
    assert world.one("SELECT count(*) FROM rawrecord WHERE source_id = 'deal:deal-9'") == 2


def test_a_roster_before_its_person_waits_and_is_applied_later(world: World):
    record = roster("late", date(2027, 1, 10))
    taken = world.take("roster", record, window="w1")
    assert (taken.fresh, taken.bad) == (0, 1)
    assert world.take("roster", record, window="w2").bad == 0
    listed = world.ask("zhaohui", sync_health.health, Nothing()).bad
    assert ["late" in b.reason for b in listed] == [True]
    world.take("people", person("late", "晚来"), window="w3")
    assert world.take("roster", record, window="w4").fresh == 1
    assert world.ask("zhaohui", sync_health.health, Nothing()).bad == ()
    assert world.one("SELECT count(*) FROM contract WHERE person_id = :p", p=world.id("late")) == 1


def test_a_late_truth_is_listed_once_and_changes_nothing_published(paid: World):
    run = published(paid)
    slip = paid.rows("payslip", "payinput", "taxledger")
    cancelled = deal(1, "30000.00", "2026-10-11", "cancelled", "h-2")
    assert paid.take("deals", cancelled, window="w2").late == 1
    assert paid.take("deals", cancelled, window="w3").late == 0
    made_up = punch("x", "liming", at("2026-10-20", "08:59"), "on")
    assert paid.take("punches", made_up, window="w2").late == 1
    assert sorted(late(paid)) == [("deal", "李明"), ("punch", "李明")]
    assert paid.rows("payslip", "payinput", "taxledger") == slip
    assert paid.ask("chenjing", payroll.verify, payroll.OneRun(run)) == []


def test_a_deal_that_moves_to_another_person_touches_both(paid: World):
    """同一版本触及两个人(原先只记得下第一个)。"""
    published(paid)
    assert paid.take("deals", deal(1, "30000.00", "2026-10-11", version="h-2", owner="zhangsan"), window="w2").late == 2
    assert sorted(late(paid)) == [("deal", "张三"), ("deal", "李明")]


def test_a_punch_moved_to_another_day_touches_both_days(paid: World):
    published(paid)
    old = punches(paid, "liming", OCTOBER)[0]
    moved = replace(old, work_date=date(2026, 11, 2), version="h-2")
    assert paid.take("punches", moved, window="w2").late == 1


def test_a_rating_that_moves_into_the_open_month_touches_the_closed_one(paid: World):
    published(paid)
    assert paid.take("ratings", rating(1, "0.95", "2026-11-09", version="h-2"), window="w2").late == 1


def test_a_leaver_known_late_touches_every_published_month(paid: World):
    published(paid)
    gone = DismissalRecord("zhangsan", date(2026, 9, 20), "h-1")
    assert paid.take("people", gone, window="w2").late == 1
    assert late(paid) == [("dismissal", "张三")]


def test_coming_back_after_leaving(world: World):
    world.take("people", DismissalRecord("zhangsan", date(2026, 9, 20), "h-1"), window="w2")
    world.do("system", people_of.close_leavers, people_of.Today(date(2026, 11, 23)))
    world.take("people", person("zhangsan", "张三", version="h-5", hired_on=date(2026, 11, 20)), window="w3")
    assert world.ask("zhangsan", leave_queries.mine, leave_queries.MyLeaves()) == []


def test_a_leader_who_stops_leading_stops_approving(world: World):
    """换了负责人:等着批的改派给新的,旧卡片不作数。"""
    number = submitted(world, "zhangsan")
    assert world.ask("wangfang", leave_queries.waiting, leave_queries.Inbox())[0].request_id == number
    world.take(
        "people",
        person("wangfang", "王芳", version="h-2"),
        person("liming", "李明", version="h-2", leader_of=(SALES,)),
        window="w2",
    )
    assert world.ask("wangfang", leave_queries.waiting, leave_queries.Inbox()) == []
    view = world.do("liming", leave.decide_request, DecideLeave(number, True)).view
    assert (view.state, view.decided_by) == ("approved", "李明")
    assert world.one("SELECT leader_userid FROM department WHERE dept_id = :d", d=SALES) == "liming"


def test_the_cursor_stands_with_its_records(world: World):
    page = Page("deals", "w", (deal(9, "1.00", "2026-11-02"),), cursor="c-7", complete=False)
    world.do("system", intake.take_page, page)
    at_ = world.ask("system", intake.cursor_of, intake.FeedOf("deals"))
    assert at_.cursor == "c-7"
    world.do("system", intake.feed_failed, intake.FeedFailed("deals", "读不到"))
    assert world.ask("system", intake.cursor_of, intake.FeedOf("deals")).cursor == "c-7"
    feed = next(f for f in world.ask("zhaohui", sync_health.health, Nothing()).feeds if f.feed == "deals")
    assert (feed.state, feed.error, feed.success_at) == ("error", "读不到", None)


def test_an_adjusted_target_of_a_locked_month_is_refused(paid: World):
    published(paid)
    command = AdjustTarget(paid.id("liming"), "sales", "2026-10", "90000", date(2026, 10, 31), "补记", 1)
    with pytest.raises(RuleBroken) as refused:
        paid.do("wangfang", goals.adjust, command)
    assert refused.value.code == "MONTH_LOCKED"
    assert paid.one("SELECT count(*) FROM target WHERE month = '2026-10'") == 1
