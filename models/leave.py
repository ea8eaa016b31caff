"""请假 leave:申请与台账。余额 = 台账各行之和;台账只增不改。"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from models.columns import Instant


class LeaveRequest(SQLModel, table=True):
    """请假申请。

    state: draft 待提交 | pending 审批中 | approved 已同意 | rejected 已拒绝 | withdrawn 已撤销 | ended 已销假;
    unit: day | half_day | hour;start_part/end_part: am | pm | 空;half_days 为按规则计入的半天数(小时假为 0),
    minutes 为计入的班次分钟;by_month: {"2026-11": 半天数};source: bot | miniapp | dingtalk;
    warnings 算天数时顺带要说的话(一行一句);approve_id 为写回钉钉的编号(ehr-<id>);revision 每改一次加一(防旧卡)。
    """

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    type: str
    unit: str = "half_day"
    start: date = Field(index=True)
    start_part: str = ""
    end: date = Field(index=True)
    end_part: str = ""
    start_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    end_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    half_days: int = 0
    minutes: int = 0
    by_month: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    by_date: dict[str, list[int]] = Field(sa_column=Column(JSON, nullable=False))
    warnings: str = ""
    reason: str = ""
    state: str = Field(default="draft", index=True)
    revision: int = 1
    approver_userid: str | None = Field(default=None, index=True)
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    decision_reason: str = ""
    source: str = "bot"
    source_id: str | None = Field(default=None, unique=True)
    approve_id: str | None = Field(default=None, unique=True)
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class LeaveLine(SQLModel, table=True):
    """假期台账一行(规则见 engine.leave_ledger)。

    kind: grant 发放 | reserve 预占 | commit 核销 | release 退回 | expire 过期 | adjust 调整;
    amount 整数,单位见 unit(half_day 半天 | minute 分钟);lot 动的是哪一笔额度(发放行就是它自己的名字);
    on_day 哪天起算数;expires_on 只有发放行有,含当日。
    """

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    type: str = Field(index=True)
    kind: str
    amount: int
    unit: str = "half_day"
    lot: str
    on_day: date
    expires_on: date | None = None
    request_id: int | None = Field(default=None, index=True)
    source: str = ""
    note: str = ""
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class LeaveTypeCode(SQLModel, table=True):
    """假期类型代码:钉钉 leave_code ↔ 我们的类型键(写回与拉取都用)。"""

    leave_code: str = Field(primary_key=True)
    name: str
    unit: str
    type: str | None = None
