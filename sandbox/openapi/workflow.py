"""工作流接口 workflow:审批实例的号、详情、审批、撤销;官方的请假等套件不能用接口发起。"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox import paperwork
from sandbox.clock import to_ms
from sandbox.company.shapes import Approval, ApprovalTask
from sandbox.house import House
from sandbox.openapi.endpoint import Endpoint, Json
from sandbox.refusal import BadField, NewRefusal, SayRefusal
from sandbox.validate import Args, may, must

_STATUSES = ("NEW", "RUNNING", "TERMINATED", "COMPLETED", "CANCELED")


def _ids(house: House, a: Args) -> Json:
    codes = {form.code for form in house.world.company.processes}
    if a["processCode"] not in codes:
        raise NewRefusal(400, "processCodeError", "获取审批模板失败或者模板已被删除")
    now = house.clock.now()
    begin, end = a["startTime"], a.get("endTime", now)
    if begin < now - timedelta(days=365):
        raise BadField("startTime", "invalid", "只能查 365 天以内")
    if end - begin > timedelta(days=120):
        raise BadField("endTime", "invalid", "时间跨度不能超过 120 天")
    for status in a.get("statuses", []):
        if status not in _STATUSES:
            raise BadField("statuses", "invalid", f"没有状态 {status}")
    rows = [
        x.process_instance_id
        for x in house.world.approvals_seen()
        if x.process_code == a["processCode"]
        and begin <= x.created_at <= end
        and (not a.get("userIds") or x.userid in a["userIds"])
        and (not a.get("statuses") or house.world.status(x)[0] in a["statuses"])
    ]
    start, stop = a["nextToken"], a["nextToken"] + a["maxResults"]
    result: Json = {"list": rows[start:stop]}
    if stop < len(rows):
        result["nextToken"] = str(stop)
    return {"result": result, "success": True}


def _find(house: House, instance_id: str) -> Approval:
    approval = house.world.approvals.get(instance_id)
    if approval is None or approval.created_at > house.clock.now():
        raise NewRefusal(400, "processInstanceNotExist", "审批实例不存在")
    return approval


def _get(house: House, a: Args) -> Json:
    approval = _find(house, a["processInstanceId"])
    status, result = house.world.status(approval)
    dept = house.world.departments.get(approval.dept_id)
    body: Json = {
        "title": approval.title,
        "createTime": iso(approval.created_at),
        "originatorUserId": approval.userid,
        "originatorDeptId": "-1" if approval.dept_id == 1 else str(approval.dept_id),
        "originatorDeptName": dept.name if dept else "",
        "status": status,
        "businessId": approval.business_id,
        "bizAction": "REVOKE" if approval.revokes else "NONE",
        "operationRecords": _operations(house, approval, status),
        "tasks": [_task(house, approval, task, status) for task in approval.tasks],
        "formComponentValues": [
            {
                "id": f.id,
                "name": f.name,
                "value": f.value,
                "componentType": f.component_type,
                **({"bizAlias": f.biz_alias} if f.biz_alias else {}),
                **({"extValue": f.ext_value} if f.ext_value else {}),
            }
            for f in approval.form
        ],
        "attachedProcessInstanceIds": _attached(house, approval),
        "ccUserIds": [],
    }
    if approval.revokes:
        body["mainProcessInstanceId"] = approval.revokes
    if status == "COMPLETED":
        body["result"] = result
    ended = approval.terminated_at if status == "TERMINATED" else approval.finished_at
    if status != "RUNNING" and ended is not None:
        body["finishTime"] = iso(ended)
    return {"result": house.faults.spoil("approval", body), "success": "true"}


def iso(at: datetime) -> str:
    """世界时,到分(钉钉的样子)。"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _attached(house: House, approval: Approval) -> list[str]:
    """销假单挂在原单下。"""
    mine = approval.process_instance_id
    return [x.process_instance_id for x in house.world.approvals_seen() if x.revokes == mine]


def _task(house: House, approval: Approval, task: ApprovalTask, status: str) -> Json:
    done = task.finished_at is not None and task.finished_at <= house.clock.now()
    row: Json = {
        "taskId": task.task_id,
        "userId": task.userid,
        "status": "COMPLETED"
        if done and status != "TERMINATED"
        else "CANCELED"
        if status == "TERMINATED"
        else "RUNNING",
        "result": task.result if done else "NONE",
        "createTime": iso(task.created_at),
        "processInstanceId": approval.process_instance_id,
        "activityId": "approve-1",
    }
    if done and task.finished_at is not None:
        row["finishTime"] = iso(task.finished_at)
    return row


def _operations(house: House, approval: Approval, status: str) -> list[Json]:
    now = house.clock.now()
    rows: list[Json] = [
        {
            "userId": approval.userid,
            "date": iso(approval.created_at),
            "type": "START_PROCESS_INSTANCE",
            "result": "NONE",
            "showName": "发起人",
        }
    ]
    for task in approval.tasks:
        if task.finished_at is not None and task.finished_at <= now and status != "TERMINATED":
            row: Json = {
                "userId": task.userid,
                "date": iso(task.finished_at),
                "type": "EXECUTE_TASK_NORMAL",
                "result": task.result,
                "showName": "审批人",
            }
            rows.append({**row, "remark": task.remark} if task.remark else row)
    if status == "TERMINATED" and approval.terminated_at is not None:
        kind = "TERMINATE_PROCESS_INSTANCE"
        rows.append({"userId": approval.userid, "date": iso(approval.terminated_at), "type": kind, "result": "NONE"})
    return rows


def _start(house: House, a: Args) -> Json:
    if a["processCode"] in {form.code for form in house.world.company.processes}:
        say = "官方套件(请假、加班、出差、补卡)不支持通过接口发起"
        raise NewRefusal(400, "processInstanceStartFailed", say)
    raise NewRefusal(400, "processCodeError", "获取审批模板失败或者模板已被删除")


def _execute(house: House, a: Args) -> Json:
    approval = _find(house, a["processInstanceId"])
    task = next((t for t in approval.tasks if t.task_id == a["taskId"]), None)
    if task is None or task.userid != a["actionerUserId"]:
        raise NewRefusal(400, "taskNotExist", "审批任务不存在,或不是这个人的任务")
    if a["result"] not in ("agree", "refuse"):
        raise BadField("result", "invalid")
    return _decide(house, approval, a["result"], a.get("remark", ""))


def _terminate(house: House, a: Args) -> Json:
    return _decide(house, _find(house, a["processInstanceId"]), "terminate", a.get("remark", ""))


def _decide(house: House, approval: Approval, action: str, remark: str) -> Json:
    try:
        paperwork.decide(house, approval, action, remark)
    except SayRefusal as refusal:
        raise NewRefusal(400, "processInstanceInvalidParameter", refusal.say) from refusal
    return {"result": True, "success": True}


def _code_by_name(house: House, a: Args) -> Json:
    form = next((f for f in house.world.company.processes if f.name == a["name"]), None)
    if form is None:
        raise NewRefusal(400, "processCodeError", "获取审批模板失败或者模板已被删除")
    return {"result": {"processCode": form.code, "gmtModified": iso(house.clock.start)}}


def _todo(house: House, a: Args) -> Json:
    now = house.clock.now()
    running = [x for x in house.world.approvals_seen() if house.world.status(x)[0] == "RUNNING"]
    mine = [t for x in running for t in x.tasks if t.userid == a["userId"]]
    return {"result": sum(1 for t in mine if t.finished_at is None or to_ms(t.finished_at) > to_ms(now))}


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1.0/workflow/processes/instanceIds/query",
        _ids,
        (
            must("processCode"),
            must("startTime", "ms"),
            may("endTime", "ms"),
            must("nextToken", "int", least=0),
            must("maxResults", "int", most=20, least=1),
            may("userIds", "strs", most=10),
            may("statuses", "strs"),
        ),
    ),
    Endpoint("GET", "/v1.0/workflow/processInstances", _get, (must("processInstanceId"),)),
    Endpoint(
        "POST",
        "/v1.0/workflow/processInstances",
        _start,
        (must("originatorUserId"), must("processCode"), must("formComponentValues", "dicts"), may("deptId", "int")),
    ),
    Endpoint(
        "POST",
        "/v1.0/workflow/processInstances/execute",
        _execute,
        (
            must("processInstanceId"),
            must("actionerUserId"),
            must("taskId", "int"),
            must("result"),
            may("remark", "text"),
        ),
    ),
    Endpoint(
        "POST",
        "/v1.0/workflow/processInstances/terminate",
        _terminate,
        (must("processInstanceId"), may("operatingUserId"), may("isSystem", "bool"), may("remark", "text")),
    ),
    Endpoint("GET", "/v1.0/workflow/processCentres/schemaNames/processCodes", _code_by_name, (must("name"),)),
    Endpoint("GET", "/v1.0/workflow/processes/todoTasks/numbers", _todo, (must("userId"),)),
)
