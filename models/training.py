"""培训 training:课程与报名。名额在库里把关;候补按先后。"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from models.columns import Instant


class Course(SQLModel, table=True):
    """课程:seats 名额;cancel_until 之前可取消;need_approval 表示有费用要上级同意。"""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    topic: str = ""
    seats: int
    place: str = ""
    teacher: str = ""
    starts_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ends_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    cancel_until: datetime = Field(sa_column=Column(Instant, nullable=False))
    skills: str = ""


class Enrolment(SQLModel, table=True):
    """报名:state enrolled 已报名 | waiting 候补 | cancelled 已取消;seq 为先后次序(全局递增)。"""

    id: int | None = Field(default=None, primary_key=True)
    course_id: int = Field(index=True)
    person_id: int = Field(index=True)
    live_key: str | None = Field(default=None, unique=True)
    state: str
    seq: int
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))
