"""钉钉里的事 ding:人们在钉钉自己那边做的事(自己的请假单、补卡、签单、花名册、入离职),由控制接口代做。"""

from __future__ import annotations

import dataclasses
import secrets
from datetime import date, datetime, time
from typing import Any, Literal, TypeAlias, cast

from starlette.requests import Request
from starlette.routing import Route

from sandbox import happening, paperwork
from sandbox.clock import SHANGHAI, parse
from sandbox.company.shapes import Approval, Deal, Person, Punch, RosterField
from sandbox.control import body_of, route, word
from sandbox.house import House
from sandbox.refusal import SayRefusal
from sandbox.talk import person_of

Json: TypeAlias = dict[str, Any]


async def _leave(house: House, request: Request) -> Json:
    return await _paper(house, request, "leave")


async def _overtime(house: House, request: Request) -> Json:
    return await _paper(house, request, "overtime")


async def _paper(house: House, request: Request, kind: Literal["leave", "overtime"]) -> Json:
    body = await body_of(request)
    leave_type = word(body, "type") if kind == "leave" else ""
    asked = paperwork.Request(
        person_of(house, word(body, "userid")),
        kind,
        str(body.get("unit") or ("day" if kind == "leave" else "hour")),
        word(body, "from"),
        word(body, "to"),
        str(body.get("reason") or ""),
        leave_type,
    )
    approval = paperwork.submit(house, asked)
    if body.get("approve", True):
        paperwork.decide(house, approval, "agree")
    return {"processInstanceId": approval.process_instance_id}


async def _approval(house: House, request: Request) -> Json:
    body = await body_of(request)
    approval = _find(house, request.path_params["id"])
    action, remark = word(body, "action"), str(body.get("remark") or "")
    if action == "revoke":
        done = paperwork.revoke(house, approval, remark)
    else:
        done = paperwork.decide(house, approval, action, remark)
    return {"processInstanceId": done.process_instance_id, "status": house.world.status(done)[0]}


def _find(house: House, instance_id: str) -> Approval:
    approval = house.world.approvals.get(instance_id)
    if approval is None:
        raise SayRefusal(404, "NO_SUCH_APPROVAL", f"没有审批单 {instance_id}。")
    return approval


async def _punch(house: House, request: Request) -> Json:
    body = await body_of(request)
    person, at = person_of(house, word(body, "userid")), parse(word(body, "at"))
    kind = word(body, "type")
    if kind not in ("OnDuty", "OffDuty"):
        raise SayRefusal(400, "BAD_TYPE", "type 只有 OnDuty、OffDuty。")
    day = date.fromisoformat(str(body.get("work_date") or at.date().isoformat()))
    plan = house.world.schedule(person.userid, day)
    planned = plan is not None and plan.shift_id is not None
    base = (plan.on_at if kind == "OnDuty" else plan.off_at) if plan is not None else None
    plan_id = plan.plan_id + (kind == "OffDuty") if plan is not None and planned else None
    old = next((p for p in house.world.punches(person.userid) if plan_id and p.plan_id == plan_id), None)
    punch = Punch(
        id=old.id if old else 990_000_000_000 + secrets.randbelow(10**9),
        userid=person.userid,
        at=at,
        check_type=cast(Literal["OnDuty", "OffDuty"], kind),
        work_date=day,
        shift_id=plan.shift_id if plan else None,
        group_id=plan.group_id if plan else _group_of(house, person.userid),
        plan_id=plan_id,
        base_at=base,
        time_result=_verdict(kind, at, base),
        location_result="Normal",
        source_type="BOSS" if old else "USER",
        address="",
        remark=str(body.get("remark") or "") or None,
        process_instance_id=None,
        known_at=house.clock.now(),
        superseded_at=None,
    )
    house.world.add_punch(punch)
    if old is not None:
        change = {"userId": person.userid, "workDate": f"{day} 00:00:00", "planId": plan_id}
        house.gateway.event("attend_bossCheck_change", {**change, "action": "attend_bossCheck_update"})
    return {"id": punch.id, "timeResult": punch.time_result}


def _group_of(house: House, userid: str) -> int:
    return next((g.id for g in house.world.company.groups if userid in g.members), 0)


def _verdict(kind: str, at: datetime, base: datetime | None) -> Literal["Normal", "Early", "Late"]:
    if base is None:
        return "Normal"
    if kind == "OnDuty":
        return "Late" if at.replace(second=0) > base else "Normal"
    return "Early" if at < base else "Normal"


async def _deal(house: House, request: Request) -> Json:
    body = await body_of(request)
    now, instance_id = house.clock.now(), str(body.get("id") or "")
    old = next((d for d in house.world.deals() if d.instance_id == instance_id), None)
    if instance_id and old is None:
        raise SayRefusal(404, "NO_SUCH_DEAL", f"没有订单 {instance_id}。")
    status = str(body.get("status") or "signed")
    if status not in ("signed", "cancelled"):
        raise SayRefusal(400, "BAD_STATUS", "status 只有 signed、cancelled。")
    base = old or Deal(
        instance_id="INST-" + secrets.token_hex(16).upper(),
        deal_no=now.strftime("SO%Y%m%d%H%M%S"),
        owner=word(body, "owner"),
        customer=word(body, "customer"),
        amount_fen=_fen(body["amount"]),
        signed_on=date.fromisoformat(word(body, "signed_on")),
        status="signed",
        cancelled_on=None,
        created_at=now,
        modified_at=now,
        known_at=now,
        superseded_at=None,
    )
    deal = dataclasses.replace(
        base,
        owner=str(body.get("owner") or base.owner),
        customer=str(body.get("customer") or base.customer),
        amount_fen=_fen(body["amount"]) if "amount" in body else base.amount_fen,
        signed_on=date.fromisoformat(str(body.get("signed_on") or base.signed_on.isoformat())),
        status=cast(Literal["signed", "cancelled"], status),
        cancelled_on=now.date() if status == "cancelled" else None,
        modified_at=now,
        known_at=now,
        superseded_at=None,
    )
    house.world.set_deal(deal)
    change = happening.crm_change(house.world.company, "deal", deal.instance_id)
    house.gateway.event(f"ding_paas_object_data_{'update' if old else 'create'}", change)
    return {"id": deal.instance_id}


def _fen(amount: Any) -> int:
    whole, _, rest = str(amount).partition(".")
    return int(whole) * 100 + int((rest + "00")[:2])


async def _roster(house: House, request: Request) -> Json:
    body = await body_of(request)
    person = person_of(house, word(body, "userid"))
    old = house.world.roster(person.userid)
    if old is None:
        raise SayRefusal(404, "NO_ROSTER", "花名册里没有这个人。")
    changes = {code: str(value) for code, value in (body.get("fields") or {}).items()}
    if body.get("contract_end"):
        changes["sys05-nowContractEndTime"] = date.fromisoformat(word(body, "contract_end")).isoformat()
    if body.get("contract_start"):
        changes["sys05-nowContractStartTime"] = date.fromisoformat(word(body, "contract_start")).isoformat()
    fields = tuple(_field(f, changes) for f in old.fields)
    now = house.clock.now()
    house.world.set_roster(dataclasses.replace(old, fields=fields, known_at=now, superseded_at=None))
    house.gateway.event("hrm_user_record_change", happening.roster_change(person.userid))
    return {"userid": person.userid, "fields": changes}


def _field(field: RosterField, changes: dict[str, str]) -> RosterField:
    if field.code not in changes:
        return field
    return dataclasses.replace(field, value=changes[field.code], label=changes[field.code])


async def _user(house: House, request: Request) -> Json:
    body = await body_of(request)
    action, now = word(body, "action"), house.clock.now()
    if action == "join":
        person = _joiner(house, body, now)
        event, data = "user_add_org", happening.users(now, person.userid)
    elif action == "leave":
        old = person_of(house, word(body, "userid"))
        reason = str(body.get("reason") or "个人原因")
        person = dataclasses.replace(
            old, left_on=now.date(), last_work_day=now.date(), left_at=now, leave_reason=reason
        )
        event, data = "user_leave_org", happening.users(now, person.userid)
    elif action == "modify":
        old = person_of(house, word(body, "userid"))
        person = _modified(old, body)
        diff = {"userid": old.userid, "prev": _brief(old), "curr": _brief(person)}
        event, data = "user_modify_org", {**happening.users(now, old.userid), "diffInfo": diff}
    else:
        raise SayRefusal(400, "BAD_ACTION", "action 只有 join、modify、leave。")
    house.world.set_person(person)
    house.gateway.event(event, data)
    return {"userid": person.userid}


def _brief(person: Person) -> Json:
    return {"name": person.name, "email": person.email, "managerUserid": person.manager_userid or ""}


def _modified(old: Person, body: Json) -> Person:
    return dataclasses.replace(
        old,
        name=str(body.get("name") or old.name),
        title=str(body.get("title") or old.title),
        manager_userid=str(body.get("manager") or old.manager_userid or "") or None,
        dept_ids=(int(body["dept_id"]),) if body.get("dept_id") else old.dept_ids,
        roles=tuple(body["roles"]) if "roles" in body else old.roles,
    )


def _joiner(house: House, body: Json, now: datetime) -> Person:
    userid = word(body, "userid")
    if userid in house.world.people:
        raise SayRefusal(409, "ALREADY_THERE", f"{userid} 已经在或曾在通讯录里。")
    dept = house.world.departments[int(body["dept_id"])]
    pattern = next(iter(house.world.people.values()))
    return dataclasses.replace(
        pattern,
        userid=userid,
        unionid="union" + secrets.token_hex(8),
        name=word(body, "name"),
        mobile="199" + f"{secrets.randbelow(10**8):08d}",
        email="",
        title=str(body.get("title") or ""),
        job_number="N" + f"{len(house.world.people) + 1:04d}",
        dept_ids=(dept.dept_id,),
        manager_userid=str(body.get("manager") or dept.manager_userid),
        roles=(),
        leader_of=(),
        hired_on=now.date(),
        joined_at=datetime.combine(now.date(), time(), SHANGHAI),
        left_on=None,
        last_work_day=None,
        left_at=None,
        leave_reason=None,
        admin=False,
        boss=False,
    )


def routes(house: House) -> list[Route]:
    """这些事的路径。"""
    return [
        route(house, "/ding/leave", "POST", _leave),
        route(house, "/ding/overtime", "POST", _overtime),
        route(house, "/ding/approval/{id}", "POST", _approval),
        route(house, "/ding/punch", "POST", _punch),
        route(house, "/ding/deal", "POST", _deal),
        route(house, "/ding/roster", "POST", _roster),
        route(house, "/ding/user", "POST", _user),
    ]
