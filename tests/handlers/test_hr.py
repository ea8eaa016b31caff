"""HR 的几件事:目标调整与冲突、合同提醒与补救、转交与答复、没说完的话。"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.errors import BadInput, Conflict, EhrError, NotAllowed
from handlers import alerts, dialogue, goals, handoff
from handlers.alerts import OneAlert, RenewContract, SnoozeAlert
from handlers.dialogue import OpenMatter
from handlers.goals import AdjustTarget, GoalHistory, TeamGoals
from handlers.handoff import AnswerHandoff, HandOver
from handlers.people import Nothing, Today
from tests.handlers.world import World, at, later, roster


def adjusted(paid: World, **more: Any) -> AdjustTarget:
    values: dict[str, Any] = {
        "person_id": paid.id("liming"),
        "indicator": "sales",
        "month": "2026-11",
        "value": "80000",
        "effective_on": date(2026, 11, 23),
        "reason": "区域调整",
        "seen_revision": 1,
    }
    return AdjustTarget(**(values | more))


def test_a_target_is_previewed_saved_told_and_remembered(paid: World):
    shown = paid.ask("wangfang", goals.preview, adjusted(paid))
    assert (shown.old_value, shown.new_value, shown.revision) == ("100000.00", "80000", 1)
    assert paid.one("SELECT count(*) FROM target WHERE month = '2026-11'") == 1
    paid.do("wangfang", goals.adjust, adjusted(paid))
    history = paid.ask("liming", goals.history, GoalHistory(paid.id("liming"), "sales", "2026-11"))
    assert next((h.revision, h.value, h.reason, h.set_by) for h in history) == (2, "80000", "区域调整", "王芳")
    assert paid.one("SELECT count(*) FROM outboxrow WHERE kind = 'say' AND dedupe_key LIKE 'goal:%'") == 1


def test_a_second_manager_sees_who_was_first(paid: World):
    paid.do("wangfang", goals.adjust, adjusted(paid))
    with pytest.raises(Conflict) as refused:
        paid.do("gaoyuan", goals.adjust, adjusted(paid, value="90000"))
    assert (refused.value.code, "王芳" in refused.value.say, "区域调整" in refused.value.say) == (
        "GOAL_CHANGED",
        True,
        True,
    )
    assert paid.do("gaoyuan", goals.adjust, adjusted(paid, value="90000", seen_revision=2)).new_value == "90000"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": "  "}, "REASON_NEEDED"),
        ({"effective_on": date(2026, 12, 1)}, "EFFECTIVE_OUTSIDE"),
        ({"effective_on": date(2026, 10, 31)}, "EFFECTIVE_OUTSIDE"),
        ({"value": "abc"}, "BAD_TARGET"),
        ({"value": "-5"}, "BAD_TARGET"),
        ({"value": "NaN"}, "BAD_TARGET"),
        ({"value": "1e400"}, "BAD_TARGET"),
        ({"value": "0.001"}, "BAD_TARGET"),
        ({"indicator": "satisfaction"}, "NO_INDICATOR"),
        ({"month": "2026-13"}, "BAD_MONTH"),
    ],
)
def test_what_cannot_be_set(paid: World, more: dict[str, Any], code: str):
    before = paid.rows()
    with pytest.raises(EhrError) as refused:
        paid.do("wangfang", goals.adjust, adjusted(paid, **more))
    assert refused.value.code == code
    assert paid.rows() == before


def test_nobody_sets_his_own_target(paid: World):
    for userid in ("wangfang", "zhaohui"):
        with pytest.raises(NotAllowed):
            paid.do(userid, goals.adjust, adjusted(paid, person_id=paid.id(userid)))


def test_the_team_with_its_progress(paid: World):
    rows = paid.ask("wangfang", goals.team_goals, TeamGoals("2026-10"))
    assert [(r.name, r.score.score, dict(r.revisions)["sales"]) for r in rows] == [("李明", "110%", 1)]


def scan(world: World, day: date) -> int:
    world.now = at(day.isoformat(), "08:00")
    return int(world.do("system", alerts.scan, Today(day)))


def views(world: World, state: str = "open") -> list[Any]:
    return [a for a in world.ask("zhaohui", alerts.alerts, Nothing()) if a.state == state]


def test_a_contract_is_told_at_sixty_thirty_and_seven_days(world: World):
    end = date(2027, 3, 31)
    world.take("roster", roster("liming", end, "h-2"), window="w2")
    seen = {}
    for left in (61, 60, 59, 31, 30, 8, 7, 1, 0, -1):
        scan(world, end - timedelta(days=left))
        seen[left] = [(a.window, a.severity) for a in views(world)]
    assert seen[61] == []
    assert [seen[n] for n in (60, 59, 31)] == [[("60", "warn")]] * 3
    assert [seen[n] for n in (30, 8)] == [[("30", "warn")]] * 2
    assert [seen[n] for n in (7, 1, 0)] == [[("7", "urgent")]] * 3
    assert seen[-1] == [("expired", "urgent")]
    assert world.one("SELECT count(*) FROM outboxrow WHERE kind = 'card.create'") == 1


def test_the_remedy_is_sent_once_and_the_roster_closes_it_at_once(world: World):
    world.take("roster", roster("liming", date(2027, 1, 10), "h-2"), window="w2")
    scan(world, date(2026, 11, 23))
    alert = views(world)[0]
    assert world.do("zhaohui", alerts.send_renewal, OneAlert(alert.alert_id)).remedy_done
    assert "没有重复发送" in world.do("zhaohui", alerts.send_renewal, OneAlert(alert.alert_id)).note
    assert world.one("SELECT count(*) FROM outboxrow WHERE kind = 'notice'") == 1
    world.take("roster", roster("liming", date(2029, 1, 10), "h-3"), window="w3")
    assert (views(world), "2029" in views(world, "closed")[0].closed_because) == ([], True)


def test_hr_records_the_renewal(world: World):
    world.take("roster", roster("liming", date(2027, 1, 10), "h-2"), window="w2")
    scan(world, date(2026, 11, 23))
    me = world.id("liming")
    for start, end, code in (
        (date(2027, 1, 11), date(2026, 1, 1), "END_NOT_AFTER_START"),
        (date(2020, 1, 1), date(2029, 1, 1), "BEFORE_LATEST"),
    ):
        with pytest.raises(BadInput) as refused:
            world.do("zhaohui", alerts.renew, RenewContract(me, start, end))
        assert refused.value.code == code
    assert world.do("zhaohui", alerts.renew, RenewContract(me, date(2027, 1, 11), None)) is True
    assert views(world) == []
    assert scan(world, date(2026, 11, 24)) == 0


def test_an_alert_set_aside_does_not_return_next_day(world: World):
    """原先第二天又开一条,天天给 HR 发卡。"""
    world.take("roster", roster("liming", date(2027, 1, 10), "h-2"), window="w2")
    scan(world, date(2026, 11, 23))
    alert = views(world)[0]
    with pytest.raises(BadInput):
        world.do("zhaohui", alerts.settle, SnoozeAlert(alert.alert_id, "closed", " "))
    world.do("zhaohui", alerts.settle, SnoozeAlert(alert.alert_id, "closed", "本人不续"))
    assert scan(world, date(2026, 11, 24)) == 0
    assert scan(world, date(2026, 12, 11)) == 1
    assert views(world)[0].window == "30"


def test_handed_over_and_answered_once(world: World):
    view = world.do("liming", handoff.hand_over, HandOver("feedback", "我对考核有意见"))
    assert view.given_to == "赵慧"
    notice = world.desk.read(lambda work: work.rows("SELECT payload FROM outboxrow WHERE kind = 'notice'"))
    assert ["我对考核有意见" in str(p) or "\\u6211" in str(p) for (p,) in notice] == [True]
    world.do("zhaohui", handoff.answer, AnswerHandoff(view.handoff_id, "下午找您谈"))
    again = world.do("zhaohui", handoff.answer, AnswerHandoff(view.handoff_id, "另一句"))
    assert (again.state, again.answer) == ("closed", "下午找您谈")
    assert world.one("SELECT count(*) FROM outboxrow WHERE kind = 'say'") == 1


def test_an_open_matter_is_remembered_and_expires(world: World):
    matter = OpenMatter("leave.request", (("type", "annual"),), "哪天?")
    world.do("liming", dialogue.keep_matter, matter)
    assert world.ask("liming", dialogue.open_matter, Nothing()) == matter
    assert world.ask("zhangsan", dialogue.open_matter, Nothing()) == OpenMatter()
    later(world, minutes=30)
    assert world.ask("liming", dialogue.open_matter, Nothing()) == matter
    later(world, seconds=1)
    assert world.ask("liming", dialogue.open_matter, Nothing()) == OpenMatter()
    world.do("liming", dialogue.keep_matter, OpenMatter())
    assert world.one("SELECT count(*) FROM dialogue") == 0
