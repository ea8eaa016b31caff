"""人员 people:人、部门、角色、合同。一个人从候选人到离职只有一个编号。"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Instant


class Department(SQLModel, table=True):
    """部门。"""

    dept_id: int = Field(primary_key=True)
    name: str
    parent_id: int | None = None
    leader_userid: str | None = None


class Person(SQLModel, table=True):
    """人:userid 是钉钉里的名字;status: active | left。last_work_day 为最后工作日。"""

    id: int | None = Field(default=None, primary_key=True)
    userid: str = Field(unique=True, index=True)
    unionid: str = ""
    name: str = Field(index=True)
    title: str = ""
    job_number: str = ""
    status: str = "active"
    hired_on: date | None = None
    service_from: date | None = None
    last_work_day: date | None = None
    probation_end: date | None = None
    manager_userid: str | None = Field(default=None, index=True)
    main_dept_id: int | None = Field(default=None, index=True)
    version: str = ""


class PersonDepartment(SQLModel, table=True):
    """人在部门:一人可在多个部门;is_leader 表示是这个部门的负责人。"""

    person_id: int = Field(primary_key=True)
    dept_id: int = Field(primary_key=True, index=True)
    is_leader: bool = False


class PersonRole(SQLModel, table=True):
    """人的角色:钉钉角色名(如 人事、薪酬专员、审计);到本系统角色的对应在设置里。"""

    person_id: int = Field(primary_key=True)
    role_name: str = Field(primary_key=True)


class Contract(SQLModel, table=True):
    """劳动合同:kind fixed | open_ended | task;source roster(花名册)| manual(HR 在微应用登记)。同一人按 start 先后。"""

    __table_args__ = (UniqueConstraint("person_id", "start"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    kind: str = "fixed"
    start: date
    end: date | None = Field(default=None, index=True)
    source: str = "roster"
    recorded_by: str = ""
    recorded_at: datetime = Field(sa_column=Column(Instant, nullable=False))
