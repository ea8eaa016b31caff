"""单据 paperwork:在钉钉自己的表单里提请假、加班,批、拒、撤;由控制接口与工作流接口共用。"""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

from sandbox import durations, happening
from sandbox.company.shapes import Approval, ApprovalKind, ApprovalTask, FormValue, LeaveType, Person, Unit
from sandbox.durations import Span
from sandbox.house import House
from sandbox.refusal import SayRefusal

_TITLES = {"leave": "请假", "overtime": "加班", "trip": "出差", "supply": "补卡"}


@dataclass(frozen=True)
class Request:
    """一份申请:kind 为 leave 或 overtime;leave 带 type(假期名)。"""

    person: Person
    kind: ApprovalKind
    unit: str
    from_text: str
    to_text: str
    reason: str
    type: str = ""


def submit(house: House, request: Request) -> Approval:
    """提一张单,推出发起的事件。"""
    world, now = house.world, house.clock.now()
    leave = _leave_type(house, request.type) if request.kind == "leave" else None
    span = durations.read_span(request.unit, request.from_text, request.to_text)
    working = leave is not None and not leave.natural_day_leave
    amount = durations.total(durations.by_day(world, request.person.userid, span, working=working))
    span = durations.fit(world, request.person.userid, span)
    task = ApprovalTask(secrets.randbelow(10**11), _approver(house, request.person), now, None, "NONE", "")
    approval = replace(_blank(house, request, (span, amount)), tasks=(task,), leave_code=leave.code if leave else None)
    approval = replace(approval, form=_form(request, leave, amount))
    world.set_approval(approval)
    house.gateway.event("bpms_instance_change", happening.instance_change(approval, "start"))
    house.gateway.event("bpms_task_change", happening.task_change(approval, task, "start"))
    return approval


def _blank(house: House, request: Request, measured: tuple[Span, int]) -> Approval:
    """单子的公共部分:还没有表单与任务。"""
    (span, amount), now = measured, house.clock.now()
    form = next(f for f in house.world.company.processes if f.kind == request.kind)
    return Approval(
        process_instance_id=str(uuid.uuid4()),
        process_code=form.code,
        business_id=now.strftime("%Y%m%d%H%M%S%f"),
        kind=request.kind,
        title=f"{request.person.name}提交的{form.name}",
        userid=request.person.userid,
        dept_id=request.person.dept_ids[0],
        form=(),
        tag_name=_TITLES[request.kind],
        sub_type=request.type,
        leave_code=None,
        unit=cast(Unit, request.unit),
        from_text=request.from_text,
        to_text=request.to_text,
        begin_at=span.begin,
        end_at=span.end,
        duration_x100=amount,
        reason=request.reason,
        created_at=now,
        finished_at=None,
        result=None,
        terminated_at=None,
        tasks=(),
        revokes=None,
        overtime_to="pay" if request.kind == "overtime" else None,
    )


def revoke(house: House, approval: Approval, remark: str = "") -> Approval:
    """销掉一张已同意的单:另提一张指着它的,当场同意。"""
    world, now = house.world, house.clock.now()
    if approval not in world.approved(approval.userid, approval.kind):
        raise SayRefusal(409, "NOT_APPROVED", "只有已同意、没有销过的单才能销。")
    task = ApprovalTask(
        secrets.randbelow(10**11), _approver(house, world.people[approval.userid]), now, None, "NONE", ""
    )
    again = replace(
        approval,
        process_instance_id=str(uuid.uuid4()),
        business_id=now.strftime("%Y%m%d%H%M%S%f"),
        reason=remark or "撤销",
        created_at=now,
        finished_at=None,
        result=None,
        tasks=(task,),
        revokes=approval.process_instance_id,
    )
    world.set_approval(again)
    house.gateway.event("bpms_instance_change", happening.instance_change(again, "start"))
    return decide(house, again, "agree")


def decide(house: House, approval: Approval, action: str, remark: str = "") -> Approval:
    """agree | refuse | terminate;已经有结果的不能再动。"""
    if house.world.status(approval)[0] != "RUNNING":
        raise SayRefusal(409, "ALREADY_DECIDED", "这张单已经有结果,不能再批或撤。")
    now = house.clock.now()
    if action == "terminate":
        done = replace(approval, terminated_at=now, finished_at=None, result=None)
        house.world.set_approval(done)
        house.gateway.event("bpms_instance_change", happening.instance_change(done, "terminate"))
        return done
    if action not in ("agree", "refuse"):
        raise SayRefusal(400, "BAD_ACTION", "action 只有 agree、refuse、terminate。")
    result = cast(Literal["agree", "refuse"], action)
    tasks = tuple(_done(task, now, action, remark) for task in approval.tasks)
    done = replace(approval, finished_at=now, result=result, terminated_at=None, tasks=tasks)
    house.world.set_approval(done)
    for task in tasks:
        house.gateway.event("bpms_task_change", happening.task_change(done, task, "finish"))
    house.gateway.event("bpms_instance_change", happening.instance_change(done, "finish"))
    return done


def _done(task: ApprovalTask, now: datetime, action: str, remark: str) -> ApprovalTask:
    return replace(task, finished_at=now, result="AGREE" if action == "agree" else "REFUSE", remark=remark)


def _leave_type(house: House, name: str) -> LeaveType:
    found = next((t for t in house.world.leave_types.values() if name in (t.name, t.code)), None)
    if found is None:
        names = "、".join(t.name for t in house.world.leave_types.values())
        raise SayRefusal(400, "NO_SUCH_LEAVE", f"没有“{name}”这种假。有:{names}。")
    return found


def _approver(house: House, person: Person) -> str:
    if person.manager_userid:
        return person.manager_userid
    leaders = [house.world.departments[d].manager_userid for d in person.dept_ids]
    return next((userid for userid in leaders if userid != person.userid), person.userid)


def _form(request: Request, leave: LeaveType | None, amount: int) -> tuple[FormValue, ...]:
    reason = FormValue("TextareaField-R1", "事由", "TextareaField", request.reason, "reason")
    if leave is None:
        return (
            FormValue("DDDateField-B1", "开始时间", "DDDateField", request.from_text, "startTime"),
            FormValue("DDDateField-F1", "结束时间", "DDDateField", request.to_text, "finishTime"),
            FormValue("NumberField-D1", "时长", "NumberField", str(durations.plain(amount)), "duration"),
            reason,
        )
    number = durations.plain(amount)
    value = [request.from_text, request.to_text, number, request.unit, leave.name, "请假类型"]
    in_hours = request.unit == "hour"
    hours_x100 = leave.hours_in_per_day_x100
    extra = {
        "durationInDay": str(durations.plain(amount * 100 // hours_x100 if in_hours else amount)),
        "durationInHour": str(durations.plain(amount if in_hours else amount * hours_x100 // 100)),
        "unit": {"day": "DAY", "halfDay": "HALF_DAY", "hour": "HOUR"}[request.unit],
        "tag": leave.name,
        "leaveCode": leave.code,
    }
    text, ext = json.dumps(value, ensure_ascii=False), json.dumps(extra, ensure_ascii=False)
    name = '["开始时间","结束时间"]'
    return FormValue("DDHolidayField-J2BWEN12", name, "DDHolidayField", text, "leave", ext), reason
