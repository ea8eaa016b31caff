"""谁来批 approver:直接上级,否则部门负责人,绝不是本人,再上一级,最后 HR;离职与换人当即生效。"""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import EhrError, NotAllowed, RuleBroken
from handlers import leave, leave_reassign
from handlers import people as people_of
from handlers.actor import is_manager_of
from handlers.leave import DecideLeave, SubmitLeave
from handlers.people import Today
from handlers.records import DepartmentRecord, DismissalRecord, Record
from tests.handlers.test_leave_life import draft, submitted
from tests.handlers.world import ROOT, SALES, STAFF, World, at, person


def approver(world: World, userid: str) -> str | None:
    return world.desk.read(lambda work: people_of.approver_for(work, world.id(userid)))


@pytest.mark.parametrize(
    ("userid", "boss"),
    [
        ("liming", "wangfang"),  # manager_userid
        ("zhangsan", "wangfang"),  # 部门负责人
        ("wangfang", "gaoyuan"),  # 自己就是负责人:上一级
        ("chenjing", "zhaohui"),
        ("zhaohui", "gaoyuan"),  # HR 自己:上一级
        ("gaoyuan", "zhaohui"),  # 最上面的人:HR
        ("loner", "zhaohui"),  # 不在任何部门:HR
    ],
)
def test_the_chain(world: World, userid: str, boss: str):
    assert approver(world, userid) == boss


@pytest.mark.parametrize(
    ("changed", "boss"),
    [
        ((person("liming", "李明", version="h-2", manager_userid="liming"),), "wangfang"),
        ((person("liming", "李明", version="h-2", manager_userid="ghost"),), "wangfang"),
        ((person("liming", "李明", version="h-2", manager_userid="zhoujun"),), "zhoujun"),
        ((person("wangfang", "王芳", version="h-2", active=False),), "gaoyuan"),
        (
            (
                person("wangfang", "王芳", version="h-2", active=False),
                person("gaoyuan", "高远", ROOT, version="h-2", active=False),
            ),
            "zhaohui",
        ),
        (
            (
                person("liming", "李明", version="h-2", manager_userid="wangfang"),
                person("wangfang", "王芳", version="h-2", manager_userid="liming", leader_of=(SALES,)),
            ),
            "wangfang",
        ),
    ],
    ids=["self", "unknown", "another", "left", "all left", "ring"],
)
def test_odd_chains(world: World, changed: tuple[Record, ...], boss: str):
    world.take("people", *changed, window="w2")
    assert approver(world, "liming") == boss


def test_a_ring_of_departments_ends(world: World):
    world.take("people", DepartmentRecord(ROOT, "根", STAFF), window="w2")
    assert approver(world, "loner") == "zhaohui"
    assert approver(world, "liming") == "wangfang"


def test_nobody_can_approve(world: World):
    leave_all = [person(u, u, None, version="h-2", active=False) for u in ("gaoyuan", "wangfang", "zhaohui")]
    world.take("people", *leave_all, window="w2")
    assert approver(world, "liming") is None
    number = draft(world)
    with pytest.raises(RuleBroken) as refused:
        world.do("liming", leave.submit, SubmitLeave(number))
    assert refused.value.code == "NO_APPROVER"


def test_a_manager_who_left_can_do_nothing_and_the_request_goes_on(world: World):
    number = submitted(world)
    gone = world.actor("wangfang")
    world.take("people", DismissalRecord("wangfang", date(2026, 11, 23), "h-1"), window="w2")
    world.now = at("2026-11-24")
    today = Today(date(2026, 11, 24))
    assert world.do("system", people_of.close_leavers, today) == ["wangfang"]
    assert world.do("system", leave_reassign.reassign, today) == [number]
    with pytest.raises(NotAllowed) as refused:
        world.actor("wangfang")
    assert refused.value.code == "LEFT"
    with pytest.raises(NotAllowed):  # 早先登录着的也不行
        world.desk.do(leave.decide_request, DecideLeave(number, True), gone, "old-session")
    view = world.do("gaoyuan", leave.decide_request, DecideLeave(number, True)).view
    assert (view.state, view.decided_by) == ("approved", "高远")
    assert world.one("SELECT count(*) FROM outboxrow WHERE kind = 'card.create'") == 2


def test_a_manager_leads_the_subtree_and_never_himself(world: World):
    def manages(boss: str, userid: str) -> bool:
        actor, number = world.actor(boss), world.id(userid)
        return bool(world.desk.read(lambda work: is_manager_of(work, actor, number)))

    world.take("people", person("zhangsan", "张三", version="h-2", manager_userid="zhoujun"), window="w2")
    assert manages("wangfang", "zhangsan")  # 在她的部门里,虽然直接上级是别人
    assert manages("zhoujun", "zhangsan")
    assert manages("gaoyuan", "liming")
    assert not manages("wangfang", "chenjing")
    assert not any(manages(u, u) for u in ("gaoyuan", "wangfang", "liming"))


def test_an_unknown_person_and_the_left_are_told(world: World):
    for userid, code in (("ghost", "UNKNOWN_PERSON"), ("", "UNKNOWN_PERSON")):
        with pytest.raises(EhrError) as refused:
            world.actor(userid or "  ")
        assert refused.value.code == code
