"""操作者 actor:谁在办事、经哪扇门、有什么角色。身份只来自登录会话或钉钉回调。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import select

from engine.errors import NotAllowed, NotFound
from models.people import Department, Person, PersonDepartment
from models.work import Work

ROLES = ("employee", "manager", "hr", "payroll", "pay_view", "auditor", "system")


@dataclass(frozen=True, slots=True)
class Actor:
    """操作者:person_id 对系统自身为 0;roles 见 ROLES;door: bot | miniapp | sync | cli | clock。"""

    person_id: int
    userid: str
    name: str
    roles: frozenset[str]
    door: str = "system"

    def has(self, *roles: str) -> bool:
        return any(role in self.roles for role in roles)


SYSTEM = Actor(0, "", "系统", frozenset({"system"}), "clock")
"""系统自身:同步、到点的作业。"""


_WHO = (
    "SELECT id, name, status,"
    " EXISTS (SELECT 1 FROM persondepartment d WHERE d.person_id = person.id AND d.is_leader),"
    " EXISTS (SELECT 1 FROM person below WHERE below.manager_userid = person.userid)"
    " FROM person WHERE userid = ?"
)
_HIS_ROLES = "SELECT role_name FROM personrole WHERE person_id = ?"
"""每句话都要认人:按行读,不建对象。"""


def find_actor(work: Work, userid: str, role_names: Mapping[str, str], door: str) -> Actor:
    """按 userid 认人;role_names: 钉钉角色名 → hr | payroll | pay_view | auditor。

    查无此人报 NotFound(UNKNOWN_PERSON);已离职报 NotAllowed(LEFT)。
    """
    rows = work.lean(_WHO, userid)
    if not rows:
        raise NotFound(
            "UNKNOWN_PERSON", "我还不认识您:通讯录里没有找到您的账号。请联系 HR 确认您已加入公司通讯录,稍后再试。"
        )
    person_id, name, status, leads, has_reports = rows[0]
    if status == "left":
        raise NotAllowed("LEFT", "您的离职手续已经办结,这里不再提供服务。如需离职证明或工资事宜,请联系 HR。")
    roles = {"employee"}
    roles |= {role_names[role] for (role,) in work.lean(_HIS_ROLES, person_id) if role in role_names}
    if leads or has_reports:
        roles.add("manager")
    return Actor(person_id, userid, name, frozenset(roles), door)


def is_manager_of(work: Work, actor: Actor, person_id: int) -> bool:
    """actor 是不是这个人的上级:在他的上级链上,或负责他所在的(或更上一级的)部门;绝不是他自己。"""
    if actor.person_id in (0, person_id):
        return False
    return actor.userid in chain_above(work, person_id) or _leads_department_of(work, actor, person_id)


def _leads_department_of(work: Work, actor: Actor, person_id: int) -> bool:
    led = set(
        work.session.exec(
            select(PersonDepartment.dept_id).where(
                PersonDepartment.person_id == actor.person_id, PersonDepartment.is_leader
            )
        ).all()
    )
    if not led:
        return False
    own = work.session.exec(select(PersonDepartment.dept_id).where(PersonDepartment.person_id == person_id)).all()
    return any(led & set(_upwards(work, dept_id)) for dept_id in own)


def _upwards(work: Work, dept_id: int | None) -> list[int]:
    """一个部门和它上面的各级,到根为止。"""
    found: list[int] = []
    while dept_id is not None and dept_id not in found:
        found.append(dept_id)
        dept = work.session.get(Department, dept_id)
        dept_id = dept.parent_id if dept is not None else None
    return found


def chain_above(work: Work, person_id: int) -> list[str]:
    """这个人的上级链(userid):直接上级、部门负责人、再上一级部门负责人…,不含本人,去重。"""
    from_person = work.session.get(Person, person_id)
    if from_person is None:
        return []
    chain: list[str] = []
    seen: set[int] = set()
    current: Person | None = from_person
    while current is not None and current.id is not None and current.id not in seen:
        seen.add(current.id)
        above = next((u for u in _bosses(work, current) if u != current.userid), None)
        if above is None or above in chain:
            break
        if above != from_person.userid:
            chain.append(above)
        current = work.session.exec(select(Person).where(Person.userid == above)).first()
    return chain


def _bosses(work: Work, person: Person) -> list[str]:
    """候选上级,按先后:manager_userid、所在部门负责人、上级部门负责人……(未离职的)。"""
    found: list[str] = [person.manager_userid] if person.manager_userid else []
    dept = work.session.get(Department, person.main_dept_id) if person.main_dept_id else None
    for _ in range(20):
        if dept is None:
            break
        if dept.leader_userid:
            found.append(dept.leader_userid)
        dept = work.session.get(Department, dept.parent_id) if dept.parent_id else None
    active: list[str] = []
    for userid in found:
        boss = work.session.exec(select(Person).where(Person.userid == userid)).first()
        if boss is not None and boss.status == "active":
            active.append(userid)
    return active
