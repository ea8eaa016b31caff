"""发生 happening:时钟走过的地方,种子里写好的事就发生了,该推的事件推出去。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, TypeAlias

from sandbox.clock import SHANGHAI, parse, to_ms
from sandbox.company.shapes import Approval, ApprovalTask, Company
from sandbox.house import House

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Happening:
    """一件事:什么时候、什么事件、什么内容。"""

    at: datetime
    event: str
    data: Json


def catch_up(house: House) -> int:
    """把上次看过之后到此刻的事推出去;返回推了几件。"""
    saved = next(iter(house.store.load("happened")), None) if house.seen is None else None
    since = house.seen or (parse(saved["at"]) if saved else house.clock.start)
    now = house.clock.now()
    due = [h for h in _timeline(house) if since < h.at <= now]
    for happening in due:
        house.gateway.event(happening.event, happening.data)
    summaries = _summaries(house, since, now) if house.faults.summary_events else []
    for row in summaries:
        house.gateway.event("attend_user_daily_summary_refresh", row)
    house.seen = now
    house.store.put("happened", "happened", {"at": now.isoformat()})
    if due or summaries:
        house.chat.stir()
    return len(due) + len(summaries)


def _timeline(house: House) -> list[Happening]:
    if not house.timeline:
        house.timeline = sorted(_all(house.world.company), key=lambda h: h.at)
    timeline: list[Happening] = house.timeline
    return timeline


def _all(company: Company) -> Iterator[Happening]:
    for person in company.people:
        yield Happening(person.joined_at, "user_add_org", users(person.joined_at, person.userid))
        if person.left_at is not None:
            yield Happening(person.left_at, "user_leave_org", users(person.left_at, person.userid))
    for approval in company.approvals:
        yield from of_approval(approval)
    for record in company.rosters:
        yield Happening(record.known_at, "hrm_user_record_change", roster_change(record.userid))
    for deal in company.deals:
        first = deal.modified_at == deal.created_at
        kind = "ding_paas_object_data_create" if first else "ding_paas_object_data_update"
        yield Happening(deal.known_at, kind, crm_change(company, "deal", deal.instance_id))
    for rating in company.ratings:
        data = crm_change(company, "satisfaction", rating.instance_id)
        yield Happening(rating.known_at, "ding_paas_object_data_create", data)
    for quota in company.leave_quotas:
        yield Happening(quota.granted_at, "leave_quota_update", quota_change(quota.userid, quota.code))


# ------- 各种事件的内容(各处 id 的叫法不一,照钉钉的样子)


def users(at: datetime, *userids: str) -> Json:
    """通讯录事件。"""
    return {"timeStamp": str(to_ms(at)), "userId": list(userids)}


def roster_change(userid: str) -> Json:
    """花名册事件。"""
    return {"staffId": userid, "actionType": "userInfoChange"}


def crm_change(company: Company, kind: str, instance_id: str) -> Json:
    """CRM 数据事件。"""
    form = next(f for f in company.crm_forms if f.kind == kind)
    return {"dataId": instance_id, "dataType": "master", "objectType": form.code}


def quota_change(userid: str, code: str, op: str = "system") -> Json:
    """假期额度事件。"""
    return {"leaveCode": code, "userId": userid, "opUserId": op, "updateType": "ADD"}


def of_approval(approval: Approval) -> Iterator[Happening]:
    """一张单一生的事件。"""
    yield Happening(approval.created_at, "bpms_instance_change", instance_change(approval, "start"))
    for task in approval.tasks:
        yield Happening(task.created_at, "bpms_task_change", task_change(approval, task, "start"))
        if task.finished_at is not None and approval.terminated_at is None:
            yield Happening(task.finished_at, "bpms_task_change", task_change(approval, task, "finish"))
    if approval.terminated_at is not None:
        yield Happening(approval.terminated_at, "bpms_instance_change", instance_change(approval, "terminate"))
    elif approval.finished_at is not None:
        yield Happening(approval.finished_at, "bpms_instance_change", instance_change(approval, "finish"))


_CATEGORY = {"leave": "attendance.leave", "overtime": "attendance.batchovertime", "trip": "attendance.goout"}


def _paper(approval: Approval) -> Json:
    return {
        "processInstanceId": approval.process_instance_id,
        "processCode": approval.process_code,
        "businessId": approval.business_id,
        "bizCategoryId": _CATEGORY.get(approval.kind, "attendance.supply"),
        "title": approval.title,
        "createTime": to_ms(approval.created_at),
    }


def instance_change(approval: Approval, kind: str) -> Json:
    """审批实例事件。"""
    data = {**_paper(approval), "type": kind, "staffId": approval.userid, "url": "", "businessType": ""}
    if kind == "finish" and approval.finished_at is not None:
        data |= {"result": approval.result, "finishTime": to_ms(approval.finished_at)}
    if kind == "terminate" and approval.terminated_at is not None:
        data |= {"finishTime": to_ms(approval.terminated_at)}
    return data


def task_change(approval: Approval, task: ApprovalTask, kind: str) -> Json:
    """审批任务事件。"""
    data = {**_paper(approval), "type": kind, "staffId": task.userid, "taskId": task.task_id}
    data["createTime"] = to_ms(task.created_at)
    if kind == "finish" and task.finished_at is not None:
        data |= {"result": task.result.lower(), "remark": task.remark, "finishTime": to_ms(task.finished_at)}
    return data


def _summaries(house: House, since: datetime, now: datetime) -> list[Json]:
    """每天 00:30 出前一天的考勤日汇总。"""
    rows = []
    day = since.date()
    while datetime.combine(day, time(0, 30), SHANGHAI) <= now:
        if datetime.combine(day, time(0, 30), SHANGHAI) > since:
            for plan in house.world.schedules_on(day - timedelta(days=1)):
                if plan.shift_id is not None:
                    rows.append({"userId": plan.userid, "workDate": plan.work_date.isoformat()})
        day += timedelta(days=1)
    return rows
