"""收人员 intake_people:部门、人、离职、花名册合同。"""

from __future__ import annotations

from datetime import date

from sqlmodel import col, delete, select

from config.policies import Policies
from engine.days import Month, shanghai_date, show_date
from handlers.alerts import renewed
from handlers.freshness import Change, closed_months
from handlers.records import DepartmentRecord, DismissalRecord, PersonRecord, RosterRecord
from models.pay_scope import DepartmentSegment
from models.people import Contract, Department, Person, PersonDepartment, PersonRole
from models.work import Work


def departments(work: Work, records: list[DepartmentRecord], rules: Policies) -> list[Change]:
    """部门:按编号更新。"""
    for record in records:
        row = work.session.get(Department, record.dept_id)
        if row is None:
            row = Department(dept_id=record.dept_id, name=record.name)
            work.session.add(row)
        row.name, row.parent_id = record.name, record.parent_id
        work.session.flush()
        row.leader_userid = record.leader_userid or _leader_in(work, record.dept_id)
    return []


def _leader_in(work: Work, dept_id: int) -> str | None:
    """这个部门现在的负责人:在职的人里记着是负责人的,按账号第一位。"""
    return work.session.exec(
        select(Person.userid)
        .join(PersonDepartment, col(PersonDepartment.person_id) == col(Person.id))
        .where(PersonDepartment.dept_id == dept_id, PersonDepartment.is_leader, Person.status == "active")
        .order_by(Person.userid)
    ).first()


def people(work: Work, records: list[PersonRecord], rules: Policies) -> list[Change]:
    """人:按 userid 更新;不在任何部门的人照收,主管按 manager_userid。"""
    for record in records:
        person = by_userid(work, record.userid)
        if person is None:
            person = Person(userid=record.userid, name=record.name)
            work.session.add(person)
        person.name, person.unionid, person.title = record.name, record.unionid, record.title
        person.job_number, person.manager_userid = record.job_number, record.manager_userid
        person.hired_on = record.hired_on or person.hired_on
        dept_id = record.dept_ids[0] if record.dept_ids else None
        _moved(work, person, dept_id)
        person.main_dept_id = dept_id
        person.version = record.version
        gone = person.last_work_day
        if record.active and gone is not None and record.hired_on is not None and record.hired_on > gone:
            person.last_work_day = gone = None  # 离职后又回来了
        if record.active and gone is None:
            person.status = "active"
        elif not record.active:
            person.status = "left"
        work.session.flush()
        _memberships(work, person, record)
    return []


def _moved(work: Work, person: Person, dept_id: int | None) -> None:
    """换了部门:记下从今天起在新部门(头一次换时补上原来的那一段),月中调动的用工成本按日子分。"""
    if person.id is None or person.main_dept_id == dept_id:
        return
    today = shanghai_date(work.now)
    known = work.session.exec(
        select(col(DepartmentSegment.since)).where(DepartmentSegment.person_id == person.id)
    ).first()
    if known is None:
        since = person.hired_on if person.hired_on is not None and person.hired_on < today else date(1970, 1, 1)
        work.session.add(DepartmentSegment(person_id=person.id, since=since, dept_id=person.main_dept_id))
        work.session.flush()
    work.session.merge(DepartmentSegment(person_id=person.id, since=today, dept_id=dept_id))


def _memberships(work: Work, person: Person, record: PersonRecord) -> None:
    """部门与角色:整份替换。"""
    assert person.id is not None
    led = set(work.session.exec(select(Department.dept_id).where(Department.leader_userid == person.userid)).all())
    work.session.exec(delete(PersonDepartment).where(col(PersonDepartment.person_id) == person.id))
    work.session.exec(delete(PersonRole).where(col(PersonRole.person_id) == person.id))
    for dept_id in dict.fromkeys((*record.dept_ids, *record.leader_of)):
        work.session.add(PersonDepartment(person_id=person.id, dept_id=dept_id, is_leader=dept_id in record.leader_of))
    for name in dict.fromkeys(record.role_names):
        work.session.add(PersonRole(person_id=person.id, role_name=name))
    work.session.flush()
    for dept_id in sorted(led | set(record.leader_of)):
        dept = work.session.get(Department, dept_id)
        if dept is not None:
            dept.leader_userid = record.userid if dept_id in record.leader_of else _leader_in(work, dept_id)


def dismissals(work: Work, records: list[DismissalRecord], rules: Policies) -> list[Change]:
    """离职:记最后工作日;到了那天之后,账号当即停用(见 handlers.people.close_leavers)。"""
    changes: list[Change] = []
    for record in records:
        person = by_userid(work, record.userid)
        if person is None:
            continue
        assert person.id is not None
        moved = person.last_work_day != record.last_work_day
        person.last_work_day = record.last_work_day
        if moved:
            # 触及最后工作日那个月,和之后已经发布了的各月。
            own = Month.of(record.last_work_day)
            later = [Month.parse(m).first for m in sorted(closed_months(work)) if Month.parse(m).first > own.last]
            say = f"最后工作日记为 {show_date(record.last_work_day)}"
            days = (record.last_work_day, *later)
            changes += [Change(person.id, d, "dismissal", record.userid, record.version, say) for d in days]
    return changes


def roster(work: Work, records: list[RosterRecord], rules: Policies) -> list[Change]:
    """花名册:合同起止、转正、参加工作日期。新的到期日就是续签的证据。"""
    for record in records:
        person = by_userid(work, record.userid)
        if person is None:
            continue
        assert person.id is not None
        person.probation_end = record.probation_end or person.probation_end
        person.hired_on = record.hired_on or person.hired_on
        person.service_from = record.service_from or person.service_from
        if record.contract_start is None:
            continue
        row = work.session.exec(
            select(Contract).where(Contract.person_id == person.id, Contract.start == record.contract_start)
        ).first()
        if row is None:
            row = Contract(person_id=person.id, start=record.contract_start, recorded_by="roster", recorded_at=work.now)
        row.kind, row.end = record.contract_kind or row.kind, record.contract_end
        row.source, row.recorded_at = "roster", work.now
        work.session.add(row)
        work.session.flush()
        renewed(work, person, shanghai_date(work.now), rules)
    return []


def by_userid(work: Work, userid: str) -> Person | None:
    """按 userid 找人。"""
    return work.session.exec(select(Person).where(Person.userid == userid)).first()


def ids_of(work: Work, userids: list[str]) -> dict[str, int]:
    """一批 userid → 人员编号(认不得的不在其中)。"""
    found: dict[str, int] = {}
    unique = list(dict.fromkeys(userids))
    for i in range(0, len(unique), 400):
        rows = work.session.exec(select(Person.userid, Person.id).where(col(Person.userid).in_(unique[i : i + 400])))
        found |= {userid: pid for userid, pid in rows if pid is not None}
    return found
