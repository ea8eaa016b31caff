"""培训 training:报名、候补、递补一次、冲突、期限;离职的人让出位子。"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import NotFound, RuleBroken
from handlers import leave_reassign, training
from handlers import people as people_of
from handlers.people import Nothing, Today
from handlers.records import DismissalRecord
from handlers.training import CancelEnrolment, Enrol
from tests.handlers.test_leave_life import approved, submitted
from tests.handlers.test_races import course
from tests.handlers.world import World, at


def enrol(world: World, userid: str, number: int) -> Any:
    return world.do(userid, training.enrol, Enrol(number))


def cancel(world: World, userid: str, number: int) -> Any:
    return world.do(userid, training.cancel, CancelEnrolment(number))


def mine(world: World, userid: str, number: int) -> str:
    return str(world.ask(userid, training.one_course, Enrol(number)).mine)


def test_seats_waitlist_and_promotion_in_order(world: World):
    number = course(world, 1)
    assert enrol(world, "liming", number).mine == "enrolled"
    assert (enrol(world, "zhangsan", number).position, enrol(world, "sunli", number).position) == (1, 2)
    assert "没有重复报名" in enrol(world, "zhangsan", number).note
    assert cancel(world, "liming", number).left == 0
    assert [mine(world, u, number) for u in ("liming", "zhangsan", "sunli")] == ["", "enrolled", "waiting"]
    said = world.desk.read(lambda work: work.rows("SELECT kind, payload FROM outboxrow"))
    assert [kind for kind, _ in said if kind == "say"] == ["say"]


def test_who_cannot_come_keeps_waiting_and_the_next_is_taken(world: World):
    """候补第一位那个时间请了假:位子给下一位,他仍排着(原先硬塞给他)。"""
    number = course(world, 1)
    for userid in ("liming", "zhangsan", "sunli"):
        enrol(world, userid, number)
    submitted(world, "zhangsan", start=date(2026, 12, 2), end=date(2026, 12, 2))
    cancel(world, "liming", number)
    assert [mine(world, u, number) for u in ("zhangsan", "sunli")] == ["waiting", "enrolled"]


def test_a_newcomer_does_not_jump_the_queue_when_seats_are_added(world: World):
    number = course(world, 1)
    for userid in ("liming", "zhangsan"):
        enrol(world, userid, number)
    course(world, 2)
    assert enrol(world, "sunli", number).mine == "waiting"
    assert mine(world, "zhangsan", number) == "enrolled"


@pytest.mark.parametrize(
    ("fields", "clashes"),
    [
        ({"start": date(2026, 12, 2), "end": date(2026, 12, 2)}, True),
        ({"start": date(2026, 12, 2), "end": date(2026, 12, 2), "start_part": "pm"}, True),
        ({"start": date(2026, 12, 2), "end": date(2026, 12, 2), "end_part": "am"}, False),
        ({"type": "comp", "start_at": at("2026-12-02", "15:00"), "end_at": at("2026-12-02", "16:00")}, True),
        ({"type": "comp", "start_at": at("2026-12-02", "16:30"), "end_at": at("2026-12-02", "17:30")}, False),
    ],
)
def test_leave_at_that_time_clashes(world: World, fields: dict[str, Any], clashes: bool):
    number = course(world, 5)
    approved(world, **fields)
    if clashes:
        with pytest.raises(RuleBroken) as refused:
            enrol(world, "liming", number)
        assert refused.value.code == "CLASH_WITH_LEAVE"
    else:
        assert enrol(world, "liming", number).mine == "enrolled"


def test_deadlines(world: World):
    number = course(world, 5)
    enrol(world, "liming", number)
    world.now = at("2026-12-01", "15:00")
    with pytest.raises(RuleBroken) as late:
        cancel(world, "liming", number)
    assert late.value.code == "TOO_LATE_TO_CANCEL"
    world.now = at("2026-12-02", "14:00")
    with pytest.raises(RuleBroken) as begun:
        enrol(world, "zhangsan", number)
    assert begun.value.code == "COURSE_STARTED"
    assert world.ask("zhangsan", training.courses, Nothing()) == []
    with pytest.raises(NotFound):
        enrol(world, "zhangsan", 999)


def test_a_leavers_seat_goes_to_the_first_waiting(world: World):
    number = course(world, 1)
    for userid in ("zhangsan", "liming"):
        enrol(world, userid, number)
    world.take("people", DismissalRecord("zhangsan", date(2026, 11, 23), "h-1"), window="w2")
    world.now = at("2026-11-24")
    today = Today(date(2026, 11, 24))
    world.do("system", people_of.close_leavers, today)
    world.do("system", leave_reassign.reassign, today)
    assert mine(world, "liming", number) == "enrolled"
    assert world.ask("liming", training.my_courses, Nothing())[0].course_id == number
