"""权限表 permits:每个用例 × 每种角色 × 别人的编号。表里添了用例,这里不写明谁可以办就红。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from engine.errors import NotAllowed
from handlers.desk import Actor, name_of
from handlers.people import Nothing
from handlers.table import PERMITS
from tests.handlers.world import World

EVERYBODY = {"self", "peer", "boss", "hr", "payroll", "auditor"}
STAFF_ONLY = {
    "system": set(),
    "hr": {"hr"},
    "payroll": {"payroll"},
    "payroll view": {"payroll", "auditor"},
    "own pay": {"self"},
    "self, boss, hr": {"self", "boss", "hr"},
    "boss, hr": {"boss", "hr"},
    "managers, hr": {"boss", "hr"},
    "late": {"payroll", "hr", "auditor"},
    "everybody": EVERYBODY,
    "leaver links": {"hr", "payroll"},
    "link": set(),
}
WHO = {
    "self": "liming",
    "peer": "zhangsan",
    "boss": "wangfang",
    "hr": "zhaohui",
    "payroll": "sunli",
    "auditor": "zhoujun",
}
"""事情都关于李明;赵慧是 HR 也是她部门的负责人,但不是李明的上级。"""
TABLE = {
    "system": "intake.take_page intake.cursor_of intake.feed_failed people.close_leavers leave_reassign.reassign"
    " comp_leave.grant opening.open_pay opening.open_tax opening.open_leave opening.open_performance"
    " opening.open_courses alerts.scan",
    "everybody": "people.find_person people.my_team leave.draft leave.submit leave.decide_request leave.withdraw"
    " leave.end_early leave_queries.balances leave_queries.mine leave_queries.one leave_queries.waiting"
    " leave_queries.who_is_away payslip.months leave_cost.cost leave_preview.preview leave_preview.preview_cost training.courses training.my_courses"
    " training.one_course training.enrol training.cancel handoff.hand_over dialogue.open_matter dialogue.keep_matter",
    "self, boss, hr": "attendance.month attendance_days.days performance.view performance_evidence.evidence goals.history",
    "own pay": "payslip.view payslip.explain payslip.answer pay_why.why out_slip.pdf",
    "payroll": "tax_year.confirm payroll.run payroll.publish payslip_receipts.remind payslip_receipts.reply goals_pay.bonus goals_pay.preview"
    " payroll_life.prepare payroll_life.move payroll_hold.hold payroll_hold.release payroll_hold.rerun"
    " payroll_offcycle.open_apart payroll_offcycle.add_line payroll_offcycle.add_bonus payroll_offcycle.drop_line"
    " payroll_offcycle.run"
    " out_exports.export out_accounts.take out_tax_check.take_result out_tax_check.explain_difference"
    " out_tax_check.declare",
    "leaver links": "out_leaver.make_link out_leaver.revoke_link out_leaver.leavers",
    "link": "out_leaver.ask_link out_leaver.try_link out_leaver.opened_slip out_leaver.opened_pdf",
    "payroll view": "payroll.view payroll.view_of_month payroll.runs payroll.rows payroll.verify payroll_compare.changes"
    " payslip_receipts.receipts tax_year.candidates payroll_variance.variance payroll_offcycle.extras payroll_offcycle.bonus_ways"
    " leaver_wage.leaver_wage"
    " out_exports.download out_exports.exports out_sheet.print_sheet out_accounts.accounts out_tax_check.check",
    "late": "payroll.late policy_health.health",
    "managers, hr": "goals.team_goals",
    "boss, hr": "goals.preview goals.adjust goals_undo.undo",
    "hr": "sync_health.health alerts.alerts alerts.one_alert alerts.send_renewal alerts.renew alerts.settle"
    " handoff.answer handoff.handoffs",
}
ALLOWED = {name: STAFF_ONLY[group] for group, names in TABLE.items() for name in names.split()}
AUDITED = {
    "payslip.view",
    "payslip.explain",
    "payslip.answer",
    "pay_why.why",
    "leave_cost.cost",
    "leave_preview.preview_cost",
    "goals_pay.bonus",
    "goals_pay.preview",
    "out_slip.pdf",
    *TABLE["link"].split(),
} | {name for name in TABLE["payroll view"].split() if name != "payroll.verify"}

SAMPLES: dict[Any, Any] = {
    int: 1,
    str: "2026-11",
    bool: True,
    date: date(2026, 11, 26),
    datetime: datetime(2026, 11, 26, 1),  # noqa: DTZ001 只看权限,不办事
}


def sample(use_case: Callable[..., Any], person_id: int) -> Any:
    """这个用例的一条命令,关于 person_id。"""
    kind = get_type_hints(use_case)["command"]
    hints = get_type_hints(kind)
    values = {f.name: person_id if f.name == "person_id" else _value(hints[f.name]) for f in fields(kind)}
    return kind(**values)


def _value(hint: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return None if type(None) in get_args(hint) else _value(get_args(hint)[0])
    if origin is tuple:
        return ()
    return SAMPLES.get(hint)


def test_every_use_case_is_in_the_table_of_this_test():
    assert set(ALLOWED) == {name_of(use_case) for use_case in PERMITS}


def test_every_view_of_pay_is_audited():
    assert {name_of(u) for u, permit in PERMITS.items() if permit.audited} == AUDITED


def test_every_permit_says_whom_it_is_for():
    assert all(permit.who for permit in PERMITS.values())


def may(world: World, actor: Actor, use_case: Callable[..., Any], command: Any) -> bool:
    """权限表让不让。"""
    try:
        world.desk.read(lambda work: PERMITS[use_case].check(work, actor, command))
    except NotAllowed:
        return False
    return True


def test_the_matrix(world: World):
    me = world.id("liming")
    wrong: list[str] = []
    for use_case in PERMITS:
        command, name = sample(use_case, me), name_of(use_case)
        for role, userid in WHO.items():
            allowed = may(world, world.actor(userid), use_case, command)
            if allowed is not (role in ALLOWED[name]):
                wrong.append(f"{name}: {role} {'可以' if allowed else '不可以'}")
    assert wrong == []


def test_the_system_is_not_a_person(world: World):
    """系统自身只办系统的事,看不到工资,也不代人办事。"""
    system = world.actor("system")
    me = world.id("liming")
    open_to_system = set()
    for use_case in PERMITS:
        if may(world, system, use_case, sample(use_case, me)):
            open_to_system.add(name_of(use_case))
    assert open_to_system == set(TABLE["system"].split()) | {"leave_queries.one", "alerts.one_alert", "payroll.verify"}


@pytest.mark.parametrize("userid", ["zhangsan", "wangfang", "zhaohui", "sunli", "zhoujun", "gaoyuan"])
def test_nobody_sees_another_ones_payslip(paid: World, userid: str):
    me = paid.id("liming")
    before = paid.rows()
    for use_case in PERMITS:
        if name_of(use_case) in TABLE["own pay"].split():
            with pytest.raises(NotAllowed):
                paid.ask(userid, use_case, sample(use_case, me))
    assert paid.rows() == before


def test_the_refusal_says_what_to_do(world: World):
    with pytest.raises(NotAllowed) as refused:
        world.ask("liming", next(u for u in PERMITS if name_of(u) == "sync_health.health"), Nothing())
    assert "联系 HR" in refused.value.say
