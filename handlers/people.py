"""人员 people:找人、部门与下属、谁来批、离职当日停用。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from config.policies import Policies
from engine.errors import NotFound, Unclear
from handlers.actor import Actor, chain_above
from models.people import Department, Person, PersonDepartment, PersonRole
from models.work import Work


@dataclass(frozen=True, slots=True)
class PersonBrief:
    """一个人的简要。"""

    person_id: int
    userid: str
    name: str
    title: str
    department: str
    status: str


@dataclass(frozen=True, slots=True)
class FindPerson:
    """按 userid 或姓名找人。"""

    text: str


@dataclass(frozen=True, slots=True)
class Today:
    """到点的日常:today 为上海日期。"""

    today: date


@dataclass(frozen=True, slots=True)
class Nothing:
    """没有内容的问询。"""


def brief(work: Work, person: Person) -> PersonBrief:
    """简要。"""
    dept = work.session.get(Department, person.main_dept_id) if person.main_dept_id else None
    assert person.id is not None
    return PersonBrief(
        person.id, person.userid, person.name, person.title, dept.name if dept else "未分部门", person.status
    )


def find_person(work: Work, command: FindPerson, rules: Policies, actor: Actor) -> PersonBrief:
    """按 userid 或姓名找人;找不到报 UNKNOWN_PERSON,同名报 AMBIGUOUS_PERSON。"""
    text = command.text.strip()
    found = work.session.exec(select(Person).where((col(Person.userid) == text) | (col(Person.name) == text))).all()
    if not found:
        raise NotFound("UNKNOWN_PERSON", f"没有找到“{text}”。请核对姓名或账号;若是新同事,可能还没有同步过来。")
    if len(found) > 1:
        names = "、".join(f"{p.name}({p.userid},{brief(work, p).department})" for p in found)
        raise Unclear("AMBIGUOUS_PERSON", f"有 {len(found)} 位叫“{text}”的同事:{names}。请改用账号再试一次。")
    return brief(work, found[0])


def my_team(work: Work, command: Nothing, rules: Policies, actor: Actor) -> list[PersonBrief]:
    """我的团队:直接汇报给我的人,和我负责的部门(含下级部门)里的人;不含我自己。"""
    return [brief(work, p) for p in team_of(work, actor.userid)]


def team_of(work: Work, userid: str) -> list[Person]:
    """某人的团队(在职),按部门与姓名排。"""
    me = work.session.exec(select(Person).where(Person.userid == userid)).first()
    if me is None:
        return []
    depts = _led_departments(work, me)
    members = set(
        work.session.exec(select(PersonDepartment.person_id).where(col(PersonDepartment.dept_id).in_(depts))).all()
    )
    found = work.session.exec(
        select(Person)
        .where(
            Person.status == "active",
            Person.userid != userid,
            (col(Person.manager_userid) == userid) | col(Person.id).in_(members),
        )
        .order_by(col(Person.main_dept_id), col(Person.userid))
    )
    return list(found)


def _led_departments(work: Work, me: Person) -> list[int]:
    led = list(
        work.session.exec(
            select(PersonDepartment.dept_id).where(PersonDepartment.person_id == me.id, PersonDepartment.is_leader)
        ).all()
    )
    parents = {d.dept_id: d.parent_id for d in work.session.exec(select(Department)).all()}
    return [d for d in parents if _under(d, set(led), parents)]


def _under(dept: int, led: set[int], parents: dict[int, int | None]) -> bool:
    current: int | None = dept
    for _ in range(50):
        if current is None:
            return False
        if current in led:
            return True
        current = parents.get(current)
    return False


def approver_for(work: Work, person_id: int) -> str | None:
    """谁来批:直接上级,否则部门负责人,绝不是本人,再上一级,最后是 HR。没有人可批时为 None。"""
    chain = chain_above(work, person_id)
    if chain:
        return chain[0]
    me = work.session.get(Person, person_id)
    return next((u for u in hr_userids(work) if me is None or u != me.userid), None)


def hr_userids(work: Work) -> list[str]:
    """HR(在职、钉钉角色对应 hr 的人),按账号排。"""
    return with_role(work, "hr")


def with_role(work: Work, role: str) -> list[str]:
    """有某个角色(hr | payroll | auditor)的在职的人,按账号排。"""
    names = [name for name, mapped in work.role_names.items() if mapped == role]
    found = work.session.exec(
        select(Person.userid)
        .join(PersonRole, col(PersonRole.person_id) == col(Person.id))
        .where(col(PersonRole.role_name).in_(names), Person.status == "active")
        .distinct()
        .order_by(Person.userid)
    )
    return list(found)


def close_leavers(work: Work, command: Today, rules: Policies, actor: Actor) -> list[str]:
    """离职当日之后停用账号:最后工作日已过的人,状态改为 left。返回刚停用的 userid。"""
    gone = work.session.exec(
        select(Person).where(
            Person.status == "active",
            col(Person.last_work_day).is_not(None),
            col(Person.last_work_day) < command.today,
        )
    ).all()
    for person in gone:
        person.status = "left"
        work.session.add(person)
    return [p.userid for p in gone]


def person_of(work: Work, person_id: int) -> Person:
    """按编号取人;没有报 UNKNOWN_PERSON。"""
    person = work.session.get(Person, person_id)
    if person is None:
        raise NotFound("UNKNOWN_PERSON", "没有找到这个人。请刷新页面后再试。")
    return person
