"""记录 records:从钉钉读到的事实,已译成我们的话;由 ehr_sync 产生,交办事台收下。

每条都有外面的编号(source_id 或 userid)和版本(version:外面的修改时间,没有就用内容摘要),
同一编号以最新版本为准;原文另存。
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from engine.money import Money


@dataclass(frozen=True, slots=True)
class DepartmentRecord:
    """部门:根部门编号为 1;leader_userid 可缺。"""

    dept_id: int
    name: str
    parent_id: int | None
    leader_userid: str | None = None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """人:通讯录里的一个人;role_names 是钉钉角色名,dept_ids 为空表示不在任何部门。"""

    userid: str
    name: str
    version: str
    unionid: str = ""
    title: str = ""
    job_number: str = ""
    dept_ids: tuple[int, ...] = ()
    leader_of: tuple[int, ...] = ()
    manager_userid: str | None = None
    role_names: tuple[str, ...] = ()
    hired_on: date | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class DismissalRecord:
    """离职:最后工作日。"""

    userid: str
    last_work_day: date
    version: str


@dataclass(frozen=True, slots=True)
class RosterRecord:
    """花名册:合同与转正等;缺的字段为 None。"""

    userid: str
    version: str
    contract_kind: str | None = None  # fixed | open_ended | task
    contract_start: date | None = None
    contract_end: date | None = None
    probation_end: date | None = None
    hired_on: date | None = None
    service_from: date | None = None  # 首次参加工作日期
    id_number_masked: str = ""
    bank_account_masked: str = ""


@dataclass(frozen=True, slots=True)
class ShiftRecord:
    """班次:start/end 为钟点,end ≤ start 表示跨零点;rests 为休息段;minutes 为应出勤分钟。"""

    shift_id: str
    name: str
    start: time
    end: time
    rests: tuple[tuple[time, time], ...]
    minutes: int
    version: str


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """考勤组:fixed 固定班制(weekdays: 星期(0=周一)→班次;法定节假日与补班按公司日历)或 rota 排班制。"""

    group_id: str
    name: str
    kind: str  # fixed | rota | none
    members: tuple[str, ...]
    weekday_shifts: dict[int, str]
    version: str


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """排班:某人某天的班次;shift_id 为 None 表示休息。"""

    userid: str
    day: date
    shift_id: str | None
    version: str


@dataclass(frozen=True, slots=True)
class PunchRecord:
    """打卡:原始一次。check_type: on | off;source_type 如 USER、ATM、BOSS、APPROVE、SYSTEM。"""

    source_id: str
    userid: str
    at: datetime
    check_type: str
    work_date: date
    source_type: str
    version: str
    valid: bool = True
    approve_id: str | None = None


@dataclass(frozen=True, slots=True)
class LeaveTypeRecord:
    """假期类型:钉钉里的代码与名字。"""

    leave_code: str
    name: str
    unit: str  # day | halfDay | hour
    version: str


@dataclass(frozen=True, slots=True)
class QuotaRecord:
    """假期额度:quota 与 used 为百分之一天(或百分之一小时)。"""

    userid: str
    leave_code: str
    cycle: str
    start: date
    end: date
    quota: int
    used: int
    unit: str  # day | hour
    version: str


@dataclass(frozen=True, slots=True)
class ApprovalRecord:
    """审批:请假或加班。state: running | approved | refused | terminated。

    start/end:unit=day 只看日期;halfDay 另看 start_part/end_part(am|pm);hour 看时刻(aware)。
    approve_id:我们写回去的会带 `ehr-…`,据此认出自己,不重复记账。
    """

    instance_id: str
    kind: str  # leave | overtime | trip | supply
    userid: str
    type_name: str
    unit: str  # day | halfDay | hour
    start: datetime
    end: datetime
    state: str
    version: str
    start_part: str | None = None
    end_part: str | None = None
    reason: str = ""
    settle: str = "pay"  # 加班:pay | comp_leave
    finished_at: datetime | None = None
    approve_id: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DealRecord:
    """签单:status: signed | cancelled | open;amount 为整数分。"""

    source_id: str
    owner_userid: str
    customer: str
    amount: Money
    signed_on: date | None
    status: str
    version: str
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RatingRecord:
    """客户满意度评价:score 为比率(0.95 = 95%)。"""

    source_id: str
    owner_userid: str
    score: Decimal
    rated_on: date
    version: str
    customer: str = ""


@dataclass(frozen=True, slots=True)
class BadRecord:
    """坏记录:读不懂的一条,留原文与原因,不拦别人。"""

    source_id: str
    reason: str
    raw: str


Record = (
    DepartmentRecord
    | PersonRecord
    | DismissalRecord
    | RosterRecord
    | ShiftRecord
    | GroupRecord
    | ScheduleRecord
    | PunchRecord
    | LeaveTypeRecord
    | QuotaRecord
    | ApprovalRecord
    | DealRecord
    | RatingRecord
)


@dataclass(frozen=True, slots=True)
class Page:
    """一页 page:一个来源在一个窗口里的记录。

    raw 与 records 等长(每条的原文 JSON);cursor 是收下这页之后的位置,与记录同一事务保存;
    complete=True 表示窗口读完了(同步健康页据此记“上次成功”)。
    """

    feed: str  # people | roster | shifts | schedule | punches | approvals | quotas | deals | ratings
    window: str
    records: tuple[Record, ...]
    raw: tuple[str, ...] = ()
    bad: tuple[BadRecord, ...] = ()
    cursor: str = ""
    complete: bool = True
    userids: tuple[str, ...] = field(default=())
    """本页覆盖的人(打卡、排班按人批量时用);空为全部。"""
