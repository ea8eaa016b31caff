"""请假的一生 leave:起草、提交、同意、拒绝、撤销、销假;旧卡再按只回现在的状态。"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import BadInput, EhrError, NotAllowed, NotFound, RuleBroken
from engine.leave import NotEnoughLeave
from handlers import leave, leave_queries
from handlers.leave import DecideLeave, DraftLeave, EndLeave, SubmitLeave, WithdrawLeave
from handlers.leave_queries import MyBalances
from tests.handlers.world import World, at

THU = date(2026, 11, 26)
FRI = date(2026, 11, 27)
MON, WED = date(2026, 11, 30), date(2026, 12, 2)


def draft(world: World, userid: str = "liming", **fields: Any) -> int:
    values: dict[str, Any] = {"type": "personal", "start": THU, "end": THU}
    command = DraftLeave(**(values | fields))
    return int(world.do(userid, leave.draft, command).view.request_id)


def submitted(world: World, userid: str = "liming", **fields: Any) -> int:
    number = draft(world, userid, **fields)
    world.do(userid, leave.submit, SubmitLeave(number))
    return number


def approved(world: World, userid: str = "liming", boss: str = "wangfang", **fields: Any) -> int:
    number = submitted(world, userid, **fields)
    world.do(boss, leave.decide_request, DecideLeave(number, True))
    return number


def available(world: World, kind: str = "annual", userid: str = "liming") -> str:
    return str(world.ask(userid, leave_queries.balances, MyBalances(kind))[0].available)


def outbox(world: World, kind: str) -> int:
    return int(world.one("SELECT count(*) FROM outboxrow WHERE kind = :k", k=kind))


def test_half_a_day_of_personal_leave_from_draft_to_approval(world: World):
    number = draft(world, start_part="pm")
    view = world.ask("liming", leave_queries.one, leave_queries.OneLeave(number))
    assert (view.amount_words, view.state, view.pay_words) == ("0.5 天", "draft", "扣半天工资")
    assert outbox(world, "card.create") == 0
    world.do("liming", leave.submit, SubmitLeave(number))
    assert outbox(world, "card.create") == 1
    boss = world.ask("wangfang", leave_queries.waiting, leave_queries.Inbox())[0]
    assert (boss.request_id, boss.pay_words, boss.can) == (number, "", ("approve", "reject"))
    done = world.do("wangfang", leave.decide_request, DecideLeave(number, True)).view
    assert (done.state, done.decided_by) == ("approved", "王芳")
    assert outbox(world, "leave.writeback") == 1
    assert world.one("SELECT approve_id FROM leaverequest WHERE id = :i", i=number) == f"ehr-{number}"


def test_annual_leave_takes_its_balance_at_submission(world: World):
    number = draft(world, type="annual", start_part="pm")
    assert available(world) == "3 天"
    view = world.do("liming", leave.submit, SubmitLeave(number)).view
    assert (view.balance_before, view.balance_after, available(world)) == ("3 天", "2.5 天", "2.5 天")
    world.do("wangfang", leave.decide_request, DecideLeave(number, True))
    assert available(world) == "2.5 天"


def test_refusal_needs_a_reason_and_gives_the_balance_back(world: World):
    number = submitted(world, type="annual")
    with pytest.raises(BadInput) as refused:
        world.do("wangfang", leave.decide_request, DecideLeave(number, False, "  "))
    assert refused.value.code == "REASON_NEEDED"
    assert available(world) == "2 天"
    view = world.do("wangfang", leave.decide_request, DecideLeave(number, False, "那天要盘点")).view
    assert view.state == "rejected"
    mine = world.ask("liming", leave_queries.one, leave_queries.OneLeave(number))
    assert (mine.decision_reason, mine.can, available(world)) == ("那天要盘点", (), "3 天")
    assert outbox(world, "leave.writeback") == 0


def test_withdrawing_an_approved_leave_unwrites_it(world: World):
    number = approved(world, type="annual", start=THU, end=FRI)
    assert available(world) == "1 天"
    assert world.do("liming", leave.withdraw, WithdrawLeave(number)).view.state == "withdrawn"
    assert (available(world), outbox(world, "leave.unwrite")) == ("3 天", 1)


def test_a_leave_that_has_begun_is_ended_not_withdrawn(world: World):
    number = approved(world, start=THU, end=WED)
    world.now = at("2026-11-26", "10:00")
    with pytest.raises(RuleBroken) as refused:
        world.do("liming", leave.withdraw, WithdrawLeave(number))
    assert refused.value.code == "ALREADY_STARTED"


def test_ending_early_keeps_what_was_used(world: World):
    number = approved(world, type="annual", start=THU, end=MON)
    assert available(world) == "0 天"
    world.now = at("2026-11-30", "08:00")
    view = world.do("liming", leave.end_early, EndLeave(number, FRI, "am")).view
    assert (view.state, view.amount_words, available(world)) == ("ended", "1.5 天", "1.5 天")
    assert outbox(world, "leave.writeback") == 2


def test_ending_now_keeps_the_half_days_before_now(world: World):
    number = approved(world, type="annual", start=THU, end=FRI)
    world.now = at("2026-11-27", "13:30")
    view = world.do("liming", leave.end_early, EndLeave(number)).view
    assert (view.state, view.amount_words, available(world)) == ("ended", "1.5 天", "1.5 天")


def test_ending_before_anything_was_used_withdraws_it(world: World):
    number = approved(world, type="annual", start=THU, end=FRI)
    world.now = at("2026-11-26", "08:00")
    view = world.do("liming", leave.end_early, EndLeave(number)).view
    assert (view.state, available(world), outbox(world, "leave.unwrite")) == ("withdrawn", "3 天", 1)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"start": FRI, "end": THU}, "END_NOT_AFTER_START"),
        ({"start": date(2026, 11, 28), "end": date(2026, 11, 29)}, "NO_COUNTED_TIME"),
        ({"start": date(2027, 1, 4), "end": date(2027, 1, 4)}, "CALENDAR_MISSING"),
        ({"start": date(2026, 10, 22), "end": date(2026, 10, 22)}, "TOO_FAR_BACK"),
        ({"type": "annual", "start": MON, "end": date(2026, 12, 4)}, "NOT_ENOUGH"),
        ({"type": "marriage", "start": THU, "end": THU, "start_part": "pm"}, "UNIT_TOO_SMALL"),
        ({"type": "sabbatical"}, "UNKNOWN_LEAVE_TYPE"),
    ],
)
def test_what_cannot_be_asked_for_books_nothing(world: World, fields: dict[str, Any], code: str):
    before = world.rows()
    with pytest.raises(EhrError) as refused:
        draft(world, **fields)
    assert refused.value.code == code
    assert world.rows() == before


def test_the_calendar_of_2027_names_the_notice(world: World):
    with pytest.raises(EhrError) as refused:
        draft(world, start=date(2027, 1, 4), end=date(2027, 1, 4))
    assert "2027" in refused.value.say
    assert "HR" in refused.value.say


def test_too_small_a_balance_offers_the_split(world: World):
    with pytest.raises(NotEnoughLeave) as refused:
        draft(world, type="annual", start=MON, end=date(2026, 12, 3))
    offer = [(part.key, str(part.days)) for part in refused.value.offer]
    assert offer == [("annual", "3"), ("personal", "1")]


def test_overlap_with_a_pending_leave_of_another_type(world: World):
    submitted(world, type="annual")
    with pytest.raises(RuleBroken) as refused:
        draft(world, type="sick")
    assert refused.value.code == "OVERLAP"
    assert draft(world, type="sick", start=FRI, end=FRI)


def test_a_second_draft_replaces_the_first(world: World):
    first = draft(world)
    second = draft(world, start=FRI, end=FRI)
    view = world.do("liming", leave.submit, SubmitLeave(first)).view
    assert view.state == "replaced"
    assert "替换" in view.note
    assert world.do("liming", leave.submit, SubmitLeave(second)).view.state == "pending"


def test_the_wrong_person_changes_nothing(world: World):
    number = submitted(world)
    before = world.rows()
    for other in ("liming", "zhangsan", "zhaohui", "gaoyuan"):
        with pytest.raises(NotAllowed):
            world.do(other, leave.decide_request, DecideLeave(number, True))
    for use_case, command in ((leave.withdraw, WithdrawLeave(number)), (leave.end_early, EndLeave(number))):
        with pytest.raises(NotFound):
            world.do("zhangsan", use_case, command)
    assert world.rows() == before


def test_pressing_an_old_card_tells_the_present_state(world: World):
    number = submitted(world)
    again = world.do("liming", leave.submit, SubmitLeave(number)).view
    assert (again.state, "没有重复办理" in again.note) == ("pending", True)
    world.do("wangfang", leave.decide_request, DecideLeave(number, True))
    stale = world.do("wangfang", leave.decide_request, DecideLeave(number, False, "改主意了")).view
    assert (stale.state, stale.decision_reason) == ("approved", "")
    world.do("liming", leave.withdraw, WithdrawLeave(number))
    for use_case, command, who in (
        (leave.withdraw, WithdrawLeave(number), "liming"),
        (leave.submit, SubmitLeave(number), "liming"),
        (leave.decide_request, DecideLeave(number, True), "wangfang"),
    ):
        assert world.do(who, use_case, command).view.state == "withdrawn"
    assert outbox(world, "leave.writeback") == 1


def test_hours_of_comp_leave(world: World):
    start, end = at("2026-11-26", "14:00"), at("2026-11-26", "17:00")
    number = approved(world, type="comp", start_at=start, end_at=end)
    assert available(world, "comp") == "5 小时"
    view = world.ask("liming", leave_queries.one, leave_queries.OneLeave(number))
    assert view.amount_words == "3 小时"
