"""事件 events:Stream 推来的一个事件 → 该去拉什么。只说拉什么,由作业去拉。

事件会重复、会丢、会乱序,内容也常不全:所以从不照事件的内容记账,只当作“去看一眼”。
同一个人的编号在各种事件里叫 userId、userid、staffId,都是 userId。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ehr_sync.pull.read import Unreadable, day


@dataclass(frozen=True, slots=True)
class Follow:
    """该拉什么:`feed` 来源;`ids` 只拉这些(空为整份);`day` 只拉这一天。"""

    feed: str
    ids: tuple[str, ...] = ()
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """本公司的编号:要看的审批模板、签单与满意度的表单码。空的 `processes` 表示都看。"""

    processes: frozenset[str] = frozenset()
    deals: str = ""
    ratings: str = ""


Data = Mapping[str, Any]
Rule = Callable[[Data, Known], list[Follow]]


def follow(headers: Mapping[str, str], data: Mapping[str, Any], known: Known | None = None) -> list[Follow]:
    """一个事件 → 该拉什么;不认得的事件、内容不成样子的,都是空(每晚的拉取会补上)。"""
    rule = RULES.get(headers.get("eventType", ""))
    if rule is None or not isinstance(data, Mapping):
        return []
    return rule(data, known or Known())


def _userids(data: Data) -> tuple[str, ...]:
    for key in ("userId", "userid", "staffId", "userIds"):
        value = data.get(key)
        if isinstance(value, str) and value:
            return (value,)
        if isinstance(value, list):
            return tuple(str(one) for one in value if isinstance(one, str | int) and one != "")
    return ()


def _people(data: Data, _: Known) -> list[Follow]:
    ids = _userids(data)
    return [Follow("people", ids)] if ids else [Follow("people")]


def _joined(data: Data, known: Known) -> list[Follow]:
    """新来的人:资料与花名册都要;他的班次随下一次排班拉取。"""
    ids = _userids(data)
    return [*_people(data, known), *([Follow("roster", ids)] if ids else [])]


def _tree(_: Data, __: Known) -> list[Follow]:
    return [Follow("people")]


def _roster(data: Data, _: Known) -> list[Follow]:
    ids = _userids(data)
    return [Follow("roster", ids)] if ids else []


def _instance(data: Data, known: Known) -> list[Follow]:
    """审批单开始、办完、撤销:去看这一张;别的模板(报销之类)不看。"""
    instance_id, code = data.get("processInstanceId"), data.get("processCode")
    if not isinstance(instance_id, str) or not instance_id:
        return []
    if known.processes and isinstance(code, str) and code and code not in known.processes:
        return []
    return [Follow("approvals", (instance_id,))]


def _crm(data: Data, known: Known) -> list[Follow]:
    """客户管理的记录变了:是签单或满意度就去看这一条;说不清是哪个对象,两样都看。"""
    instance_id, kind = data.get("dataId"), str(data.get("objectType") or data.get("formCode") or "")
    if not isinstance(instance_id, str) or not instance_id:
        return []
    feeds = {known.deals: "deals", known.ratings: "ratings"}
    return [Follow(feeds[kind], (instance_id,))] if kind and kind in feeds else []


def _day_of(data: Data, _: Known) -> list[Follow]:
    """某人某天的考勤变了(改判、补卡、日汇总):重读他那一天的打卡。"""
    ids = _userids(data)
    try:
        on = day(data, "workDate")
    except Unreadable:
        return []
    return [Follow("punches", ids, on)] if ids else []


def _checked(data: Data, _: Known) -> list[Follow]:
    """打卡事件(付费版才开):读这些人今天的。"""
    rows = data.get("dataList")
    ids = [u for row in rows if isinstance(row, dict) for u in _userids(row)] if isinstance(rows, list) else []
    return [Follow("punches", tuple(dict.fromkeys(ids)))] if ids else []


def _quota(data: Data, _: Known) -> list[Follow]:
    ids = _userids(data)
    return [Follow("quotas", ids)] if ids else []


def _shifts(_: Data, __: Known) -> list[Follow]:
    return [Follow("shifts")]


RULES: Mapping[str, Rule] = {
    "user_add_org": _joined,
    "user_active_org": _people,
    "user_modify_org": _people,
    "user_leave_org": _people,
    "org_dept_create": _tree,
    "org_dept_modify": _tree,
    "org_dept_remove": _tree,
    "label_user_change": _tree,
    "hrm_user_record_change": _roster,
    "hrm_mdm_user_change": _joined,
    "bpms_instance_change": _instance,
    "attendance_approve_status_change": _instance,
    "ding_paas_object_data_create": _crm,
    "ding_paas_object_data_update": _crm,
    "ding_paas_object_data_delete": _crm,
    "attend_user_daily_summary_refresh": _day_of,
    "attend_bossCheck_change": _day_of,
    "attendance_check_record": _checked,
    "leave_quota_update": _quota,
    "attend_shift_change": _shifts,
    "attend_group_change": _shifts,
}
"""事件 → 规则;不在表里的事件不理。审批任务(bpms_task_change)不理:实例的变化已经够了。"""
