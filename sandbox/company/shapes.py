"""公司数据的形状 shapes:钉钉那一半种子数据的不可变记录,沙箱据此拼出 OpenAPI 的回答。

约定(各形状通用):
- 时刻都是带时区的东八区时间;日期是上海日期;金额是整数分;额度、时长 ×100 的字段以 `_x100` 结尾(与钉钉一致)。
- 会“发生”的记录都带时刻。`known_at` 起看得见,`superseded_at`(不含)起这个版本不再看得见;同一 id 可有先后几个版本。
- 所有序列都已按 (时刻或 id) 排好序,同一个种子每次逐字节相同。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Literal

CST = timezone(timedelta(hours=8), "Asia/Shanghai")
"""东八区;沙箱里一切钟面时间都在这个时区。"""

ApprovalKind = Literal["leave", "overtime", "trip", "supply"]
Unit = Literal["day", "halfDay", "hour"]
CheckType = Literal["OnDuty", "OffDuty"]


@dataclass(frozen=True, slots=True)
class Department:
    """部门;根部门 dept_id 为 1,parent_id 为 0。"""

    dept_id: int
    name: str
    parent_id: int
    manager_userid: str


@dataclass(frozen=True, slots=True)
class Role:
    """通讯录角色;人身上只记名字,id 与组名在这里。"""

    id: int
    name: str
    group_name: str


@dataclass(frozen=True, slots=True)
class Person:
    """一个人。joined_at 起在通讯录里,left_at(不含)起不在;last_work_day 是最后工作日,left_on 是离职日。"""

    userid: str
    unionid: str
    name: str
    mobile: str
    email: str
    title: str
    job_number: str
    dept_ids: tuple[int, ...]
    manager_userid: str | None
    roles: tuple[str, ...]
    leader_of: tuple[int, ...]
    gender: Literal["男", "女"]
    born_on: date
    hired_on: date
    joined_at: datetime
    left_on: date | None
    last_work_day: date | None
    left_at: datetime | None
    leave_reason: str | None
    admin: bool
    boss: bool

    def active_at(self, at: datetime) -> bool:
        """这一刻在不在通讯录里。"""
        return self.joined_at <= at and (self.left_at is None or at < self.left_at)

    def employed_on(self, day: date) -> bool:
        """这一天在不在职(含入职日与最后工作日)。"""
        return self.hired_on <= day and (self.last_work_day is None or day <= self.last_work_day)


@dataclass(frozen=True, slots=True)
class Section:
    """班次的一段:上下班钟点;`off_across` 为真则下班在次日。"""

    on: time
    off: time
    off_across: bool


@dataclass(frozen=True, slots=True)
class Rest:
    """班次里的休息段;across 为真则那一端在次日。"""

    begin: time
    begin_across: bool
    end: time
    end_across: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """班次;id 即 class_id,key 为 day(白班)或 night(夜班);work_minutes 已扣除休息。"""

    id: int
    key: Literal["day", "night"]
    name: str
    sections: tuple[Section, ...]
    rests: tuple[Rest, ...]
    work_minutes: int
    serious_late_minutes: int
    absent_late_minutes: int


@dataclass(frozen=True, slots=True)
class AttendanceGroup:
    """考勤组。FIXED:weekday_shift 七个值(周一起),休息为 None,遇节假日与补班另看排班;TURN:全看排班。"""

    id: int
    name: str
    type: Literal["FIXED", "TURN"]
    shift_ids: tuple[int, ...]
    default_shift_id: int
    weekday_shift: tuple[int | None, ...]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """某人某天的排班;shift_id 为 None 即休息。上下班两个 plan_id 是 plan_id 与 plan_id + 1;时间为 None 即休息。"""

    plan_id: int
    userid: str
    group_id: int
    work_date: date
    shift_id: int | None
    on_at: datetime | None
    off_at: datetime | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Punch:
    """一次打卡(只有真打过的;没打的时段由排班减打卡得出 NotSigned)。补卡、改判是后来的版本或后来的记录。

    source_type:ATM 考勤机 · USER 手机 · APPROVE 补卡审批 · BOSS 管理员改判。base_at 是应打卡时刻(加班等计划外打卡为 None)。
    """

    id: int
    userid: str
    at: datetime
    check_type: CheckType
    work_date: date
    shift_id: int | None
    group_id: int
    plan_id: int | None
    base_at: datetime | None
    time_result: Literal["Normal", "Early", "Late", "SeriousLate", "Absenteeism"]
    location_result: Literal["Normal", "Outside"]
    source_type: Literal["ATM", "USER", "APPROVE", "BOSS"]
    address: str
    remark: str | None
    process_instance_id: str | None
    known_at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeaveType:
    """假期类型;hours_in_per_day_x100 为 800 即 8 小时;natural_day_leave 为真按自然日算。"""

    code: str
    name: str
    unit: Unit
    biz_type: Literal["general_leave", "lieu_leave"]
    hours_in_per_day_x100: int
    natural_day_leave: bool
    paid: bool
    has_quota: bool
    source: Literal["inner", "external"]


@dataclass(frozen=True, slots=True)
class LeaveQuota:
    """假期额度;单位随假期类型(day 或 hour)。used_x100 是 2026-09-01 以前用掉的,其后用掉的由已同意的请假审批累加。"""

    quota_id: str
    userid: str
    code: str
    cycle: str
    start: date
    end: date
    unit: Literal["day", "hour"]
    quota_x100: int
    used_x100: int
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class FormValue:
    """审批表单的一项;value 是文字或 JSON 文字。"""

    id: str
    name: str
    component_type: str
    value: str
    biz_alias: str = ""
    ext_value: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalTask:
    """审批的一个节点任务;finished_at 为 None 即还没有人办。"""

    task_id: int
    userid: str
    created_at: datetime
    finished_at: datetime | None
    result: Literal["AGREE", "REFUSE", "NONE"]
    remark: str


@dataclass(frozen=True, slots=True)
class Approval:
    """一张审批单。

    created_at 起看得见,finished_at 起有 result(agree 或 refuse),terminated_at 起是撤销(提交人自己撤)。
    begin_at/end_at 是起止时刻;from_text/to_text 是按 unit 的钉钉写法("2026-10-12"、"2026-10-12 AM"、"2026-10-12 09:00")。
    duration_x100:unit 为 hour 时是小时 ×100,否则是天 ×100。revokes 非空则本单是销假,撤掉那一张已同意的单。
    """

    process_instance_id: str
    process_code: str
    business_id: str
    kind: ApprovalKind
    title: str
    userid: str
    dept_id: int
    form: tuple[FormValue, ...]
    tag_name: str
    sub_type: str
    leave_code: str | None
    unit: Unit
    from_text: str
    to_text: str
    begin_at: datetime
    end_at: datetime
    duration_x100: int
    reason: str
    created_at: datetime
    finished_at: datetime | None
    result: Literal["agree", "refuse"] | None
    terminated_at: datetime | None
    tasks: tuple[ApprovalTask, ...]
    revokes: str | None
    overtime_to: Literal["pay", "comp"] | None


@dataclass(frozen=True, slots=True)
class RosterField:
    """花名册的一个字段:code 形如 sys05-nowContractEndTime。"""

    code: str
    name: str
    group_id: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class RosterRecord:
    """某人的花名册,一个版本一条。"""

    userid: str
    fields: tuple[RosterField, ...]
    known_at: datetime
    superseded_at: datetime | None

    def value(self, code: str) -> str | None:
        """字段的值;没有这个字段为 None。"""
        return next((f.value for f in self.fields if f.code == code), None)


@dataclass(frozen=True, slots=True)
class ProcessForm:
    """审批模板:code 为 processCode。"""

    code: str
    kind: ApprovalKind
    name: str


@dataclass(frozen=True, slots=True)
class CrmForm:
    """CRM 自定义对象:code 为表单码 PROC-…;fields 是 (我们叫的名字, 租户的 fieldId, 显示名)。"""

    code: str
    kind: Literal["deal", "satisfaction"]
    name: str
    fields: tuple[tuple[str, str, str], ...]

    def field_id(self, logical: str) -> str:
        """逻辑名对应的 fieldId;没有则 KeyError。"""
        return {name: field_id for name, field_id, _ in self.fields}[logical]


@dataclass(frozen=True, slots=True)
class Deal:
    """一笔成交(CRM 自定义对象)的一个版本;撤单是同一 instance_id 的后一版。amount_fen 为分。

    逻辑字段:deal_no, owner, customer, amount, signed_on, status(已签约/已撤单), cancelled_on。
    """

    instance_id: str
    deal_no: str
    owner: str
    customer: str
    amount_fen: int
    signed_on: date
    status: Literal["signed", "cancelled"]
    cancelled_on: date | None
    created_at: datetime
    modified_at: datetime
    known_at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rating:
    """一次客户满意度回访(CRM 自定义对象);score 为百分制 0–100。逻辑字段:owner, customer, score, rated_on。"""

    instance_id: str
    owner: str
    customer: str
    score: int
    rated_on: date
    created_at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Holidays:
    """放假安排(只含种子期间):法定节假日、调休放假、补班;一天只在一张表里。"""

    statutory: tuple[date, ...]
    in_lieu: tuple[date, ...]
    makeup: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """整个公司:钉钉那一半。first_day 到 last_day 是记录的期间。"""

    seed: int
    name: str
    first_day: date
    last_day: date
    holidays: Holidays
    roles: tuple[Role, ...]
    departments: tuple[Department, ...]
    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    groups: tuple[AttendanceGroup, ...]
    schedules: tuple[Schedule, ...]
    punches: tuple[Punch, ...]
    leave_types: tuple[LeaveType, ...]
    leave_quotas: tuple[LeaveQuota, ...]
    processes: tuple[ProcessForm, ...]
    approvals: tuple[Approval, ...]
    rosters: tuple[RosterRecord, ...]
    crm_forms: tuple[CrmForm, ...]
    deals: tuple[Deal, ...]
    ratings: tuple[Rating, ...]
