"""钉钉自己表单里的请假:到了记账,再来不重复,更正、撤销、乱序都对;我们写回去的认得出。"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import RuleBroken
from handlers import alerts, leave, leave_queries
from handlers.leave import EndLeave, WithdrawLeave
from handlers.people import Nothing
from handlers.records import ApprovalRecord
from tests.handlers.test_leave_life import approved, available
from tests.handlers.world import World, at, person

T = "20261120T1{n}0000-x{n}"


def approval(number: int = 1, state: str = "approved", version: int = 1, **more: Any) -> ApprovalRecord:
    values: dict[str, Any] = {
        "type_name": "年假",
        "unit": "day",
        "start": at("2026-11-26", "00:00"),
        "end": at("2026-11-27", "00:00"),
        "version": T.format(n=version),
        "created_at": at("2026-11-20"),
    }
    return ApprovalRecord(f"PI-{number}", "leave", "liming", state=state, **(values | more))


def open_alerts(world: World) -> list[str]:
    return sorted(a.rule for a in world.ask("zhaohui", alerts.alerts, Nothing()) if a.state == "open")


def mine(world: World) -> list[tuple[str, str, str]]:
    views = world.ask("liming", leave_queries.mine, leave_queries.MyLeaves())
    return [(v.type, v.state, v.amount_words) for v in views]


def test_it_books_the_same_ledger_and_once(world: World):
    world.take("approvals", approval(state="running", version=0), window="w0")
    assert available(world) == "3 天"
    for slot in range(3):
        world.take("approvals", approval(), window=f"w{slot + 1}")
    assert (available(world), mine(world)) == ("1 天", [("annual", "approved", "2 天")])
    assert world.one("SELECT count(*) FROM outboxrow WHERE kind = 'leave.writeback'") == 0


def test_a_correction_replaces_what_was_booked(world: World):
    world.take("approvals", approval(), window="w1")
    world.take("approvals", approval(version=2, end=at("2026-11-26", "00:00")), window="w2")
    assert (available(world), mine(world)) == ("2 天", [("annual", "approved", "1 天")])
    world.take("approvals", approval(version=3, type_name="事假"), window="w3")
    assert (available(world), mine(world)) == ("3 天", [("personal", "approved", "2 天")])


def test_a_correction_that_cannot_be_counted_leaves_the_books_and_tells_hr(world: World):
    """原先旧的先退了,新的又没记上,账就错了。"""
    world.take("approvals", approval(), window="w1")
    weekend: dict[str, Any] = {"start": at("2026-11-28", "00:00"), "end": at("2026-11-29", "00:00")}
    world.take("approvals", approval(version=2, **weekend), window="w2")
    assert (available(world), mine(world)) == ("1 天", [("annual", "approved", "2 天")])
    assert open_alerts(world) == ["leave.uncountable"]
    world.take("approvals", approval(version=3), window="w3")
    assert (available(world), open_alerts(world)) == ("1 天", [])


def test_terminated_gives_back_and_an_older_approval_later_does_not_return(world: World):
    world.take("approvals", approval(version=1), window="w1")
    world.take("approvals", approval(state="terminated", version=2), window="w2")
    assert (available(world), mine(world)[0][1]) == ("3 天", "withdrawn")
    world.take("approvals", approval(version=1), window="w3")
    assert (available(world), mine(world)[0][1]) == ("3 天", "withdrawn")


def test_terminated_before_its_approval_is_seen_books_nothing(world: World):
    world.take("approvals", approval(state="terminated", version=2), window="w1")
    world.take("approvals", approval(version=1), window="w2")
    assert (available(world), mine(world)) == ("3 天", [])


def test_ours_is_known_again_by_its_approve_id(world: World):
    number = approved(world, type="annual", start=date(2026, 11, 26), end=date(2026, 11, 27))
    back = approval(7, approve_id=f"ehr-{number}")
    assert world.take("approvals", back, window="w1").fresh == 1
    assert (available(world), len(mine(world))) == ("1 天", 1)


def test_more_than_the_balance_is_taken_as_far_as_it_goes_and_told(world: World):
    world.take("approvals", approval(end=at("2026-12-03", "00:00")), window="w1")
    assert (available(world), mine(world)) == ("0 天", [("annual", "approved", "6 天")])
    assert open_alerts(world) == ["leave.short"]
    world.take("approvals", approval(version=2), window="w2")
    assert (available(world), open_alerts(world)) == ("1 天", [])


def test_an_overlap_with_our_own_is_told_to_hr(world: World):
    approved(world, type="personal", start=date(2026, 11, 26), end=date(2026, 11, 26))
    world.take("approvals", approval(), window="w1")
    assert open_alerts(world) == ["leave.overlap"]
    world.take("approvals", approval(state="terminated", version=2), window="w2")
    assert open_alerts(world) == []


def test_an_unknown_type_is_told_to_hr(world: World):
    world.take("approvals", approval(type_name="哥哥假"), window="w1")
    assert (open_alerts(world), mine(world)) == (["leave.unknown_type"], [])


def test_hours_in_dingtalks_form(world: World):
    hours: dict[str, Any] = {"start": at("2026-11-26", "14:00"), "end": at("2026-11-26", "16:30")}
    world.take("approvals", approval(type_name="调休", unit="hour", **hours), window="w1")
    assert available(world, "comp") == "5.5 小时"


def test_it_is_undone_where_it_was_made(world: World):
    """在这里撤会两边不一致:钉钉那边还是请假。"""
    world.take("approvals", approval(), window="w1")
    view = world.ask("liming", leave_queries.mine, leave_queries.MyLeaves())[0]
    assert view.can == ()
    for use_case, command in (
        (leave.withdraw, WithdrawLeave(view.request_id)),
        (leave.end_early, EndLeave(view.request_id)),
    ):
        with pytest.raises(RuleBroken) as refused:
            world.do("liming", use_case, command)
        assert refused.value.code == "FROM_DINGTALK"


def test_an_approval_before_its_person_waits(world: World):
    early = ApprovalRecord(
        "PI-9", "leave", "late", "事假", "day", at("2026-11-26", "00:00"), at("2026-11-26", "00:00"), "approved", "h-1"
    )
    assert world.take("approvals", early, window="w1").bad == 1
    world.take("people", person("late", "晚来"), window="w2")
    assert world.take("approvals", early, window="w3").fresh == 1
    assert world.one("SELECT count(*) FROM leaverequest WHERE source_id = 'PI-9' AND state = 'approved'") == 1
