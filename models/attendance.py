"""考勤 attendance:班次、排班、打卡、加班审批。只存事实;迟到、旷工这些结论总是现算,不另存。"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from models.columns import Instant


class Shift(SQLModel, table=True):
    """班次:start/end 写成 "09:00";rests 为 [["12:00","13:00"]];minutes 应出勤分钟。"""

    shift_id: str = Field(primary_key=True)
    name: str
    start: str
    end: str
    rests: list[list[str]] = Field(sa_column=Column(JSON, nullable=False))
    minutes: int
    version: str = ""


class AttendanceGroup(SQLModel, table=True):
    """考勤组:kind fixed | rota | none;weekday_shifts 星期("0"=周一)→ 班次编号。"""

    group_id: str = Field(primary_key=True)
    name: str
    kind: str
    weekday_shifts: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    version: str = ""


class GroupMember(SQLModel, table=True):
    """考勤组成员:一人一组。"""

    userid: str = Field(primary_key=True)
    group_id: str = Field(index=True)


class Schedule(SQLModel, table=True):
    """排班:排班制的人某天的班次;shift_id 为空表示休息。"""

    userid: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    shift_id: str | None = None
    version: str = ""


class Punch(SQLModel, table=True):
    """打卡:一条原始记录;check_type on | off;valid=False 为无效打卡;approve_id 为来自审批的补卡。"""

    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(unique=True)
    userid: str = Field(index=True)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    check_type: str
    work_date: date = Field(index=True)
    source_type: str = "USER"
    valid: bool = True
    approve_id: str | None = None
    version: str = ""


class OvertimeApproval(SQLModel, table=True):
    """加班审批:settle pay(加班费)| comp_leave(调休);state approved | running | refused | terminated。"""

    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(unique=True)
    userid: str = Field(index=True)
    start_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    end_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    settle: str = "pay"
    state: str = "running"
    reason: str = ""
    version: str = ""
