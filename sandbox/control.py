"""控制接口 control:/_sandbox/api/** 让人(或测试)说话、按按钮、拨钟、开故障、看会话。"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import happening, talk
from sandbox.chat import Conversation
from sandbox.clock import BackwardError, parse
from sandbox.house import House
from sandbox.refusal import Refusal, SayRefusal
from sandbox.talk import Saying

Json: TypeAlias = dict[str, Any]
Work: TypeAlias = Callable[[House, Request], Awaitable[Any]]


async def body_of(request: Request) -> Json:
    """JSON 正文;不是对象就拒绝。"""
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError as error:
        raise SayRefusal(400, "BAD_JSON", "正文不是 JSON。") from error
    if not isinstance(body, dict):
        raise SayRefusal(400, "BAD_JSON", "正文要是一个 JSON 对象。")
    return body


def word(body: Json, name: str) -> str:
    """必填的一项文字。"""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise SayRefusal(400, "MISSING", f"缺少 {name}。")
    return value


def route(house: House, path: str, methods: str, work: Work) -> Route:
    """一条控制路径:拒绝写成 {error, say}。"""

    async def handle(request: Request) -> Response:
        try:
            return JSONResponse(await work(house, request))
        except SayRefusal as refusal:
            return JSONResponse({"error": refusal.error, "say": refusal.say}, refusal.status)
        except Refusal as refusal:
            return JSONResponse({"error": "BAD_INPUT", "say": str(refusal)}, 400)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return JSONResponse({"error": "BAD_INPUT", "say": f"参数不对:{error}"}, 400)

    return Route("/_sandbox/api" + path, handle, methods=methods.split())


async def _info(house: House, request: Request) -> Json:
    return house.info()


async def _clock(house: House, request: Request) -> Json:
    if request.method == "PUT":
        try:
            house.clock.forward(parse(word(await body_of(request), "now")))
        except BackwardError as error:
            say = "时钟只能往前拨。要从头来,请停下后用 --fresh 启动。"
            raise SayRefusal(409, "CLOCK_BACKWARD", say) from error
        house.keep_clock()
        happening.catch_up(house)
        house.chat.stir()
    now, start = house.clock.now(), house.clock.start
    return {"now": now.isoformat(timespec="milliseconds"), "start": start.isoformat()}


async def _people(house: House, request: Request) -> list[Json]:
    departments = house.world.departments
    rows = []
    for person in house.world.people.values():
        if person.joined_at > house.clock.now():
            continue
        dept = departments.get(person.dept_ids[0]) if person.dept_ids else None
        rows.append(
            {
                "userid": person.userid,
                "name": person.name,
                "title": person.title,
                "dept": dept.name if dept else "",
                "dept_id": dept.dept_id if dept else 0,
                "roles": list(person.roles),
                "manager": person.manager_userid,
                "active": house.world.person(person.userid) is not None,
                "leader": bool(person.leader_of),
            }
        )
    return rows


async def _conversations(house: House, request: Request) -> list[Json]:
    userid = request.query_params["userid"]
    talk.person_of(house, userid)
    return [house.chat.summary(c, userid) for c in house.chat.of(userid)]


async def _messages(house: House, request: Request) -> Json:
    userid = request.query_params["userid"]
    cid = request.query_params.get("conversation", "")
    after = int(request.query_params.get("after", "0"))
    found: Conversation | None = house.chat.find(cid, userid) if cid else house.chat.solo(userid)
    if found is None or userid not in found.members:
        raise SayRefusal(404, "NO_SUCH_CONVERSATION", "没有这个会话,或您不在里面。")
    return {"seq": house.chat.rev, "messages": house.chat.listing(found, userid, after)}


async def _say(house: House, request: Request) -> Json:
    body = await body_of(request)
    at = parse(body["at"]) if body.get("at") else None
    return talk.say(
        house,
        Saying(
            word(body, "userid"),
            str(body.get("text") or ""),
            str(body.get("conversation") or ""),
            str(body.get("kind") or "text"),
            str(body.get("recognition") or ""),
            at,
            str(body.get("msg_id") or ""),
        ),
    )


async def _press(house: House, request: Request) -> Json:
    body = await body_of(request)
    params = body.get("params") or {}
    return await talk.press(house, word(body, "userid"), word(body, "card"), word(body, "action"), params)


async def _faults(house: House, request: Request) -> Json:
    if request.method == "PUT":
        body = await body_of(request)
        if body.pop("expire_token", False):
            house.tokens.expire()
        if body.pop("revoke_token", False):
            house.tokens.revoke()
        how = str(body.pop("disconnect", "") or "")
        house.faults.change(body)
        if how:
            if how not in ("notice", "1000", "1001", "1006", "1011"):
                raise SayRefusal(400, "UNKNOWN_FAULT", "disconnect 只有 notice、1000、1001、1006、1011。")
            await house.gateway.disconnect(how)
    return {**house.faults.view(), "connections": len(house.gateway.connections)}


async def _meters(house: House, request: Request) -> Json:
    if request.method == "PUT":
        house.meters.change(await body_of(request))
        house.chat.stir()
    return house.meters.view()


async def _redeliver(house: House, request: Request) -> Json:
    body = await body_of(request)
    kinds = list(body.get("kinds") or ["message", "event", "callback"])
    return {"count": await house.gateway.redeliver(kinds, int(body.get("seed", 0)))}


async def _authcode(house: House, request: Request) -> Json:
    person = talk.person_of(house, word(await body_of(request), "userid"))
    return {"code": house.tokens.mint(person.userid)}


async def _miniapp(house: House, request: Request) -> Json:
    if request.method == "PUT":
        house.miniapp = str((await body_of(request)).get("base") or "")
        house.keep_clock()
    return {"base": house.miniapp}


async def _log(house: House, request: Request) -> Json:
    after = int(request.query_params.get("after", "0"))
    return {"requests": [row for row in house.log if row["n"] > after]}


async def _frames(house: House, request: Request) -> Json:
    kind = request.query_params.get("kind", "")
    rows = [f.doc() for f in house.gateway.frames.values() if not kind or f.kind == kind]
    return {"frames": rows}


async def _connected(house: House, request: Request) -> Json:
    """等到有连接为止(最多 timeout 秒)。"""
    limit = float(request.query_params.get("timeout", "10"))
    end = asyncio.get_running_loop().time() + limit
    while not house.gateway.connections and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.02)
    return {"connections": len(house.gateway.connections)}


def routes(house: House) -> list[Route]:
    """控制接口的总表。"""
    return [
        route(house, "/info", "GET", _info),
        route(house, "/clock", "GET PUT", _clock),
        route(house, "/people", "GET", _people),
        route(house, "/conversations", "GET", _conversations),
        route(house, "/messages", "GET", _messages),
        route(house, "/say", "POST", _say),
        route(house, "/press", "POST", _press),
        route(house, "/faults", "GET PUT", _faults),
        route(house, "/meters", "GET PUT", _meters),
        route(house, "/redeliver", "POST", _redeliver),
        route(house, "/authcode", "POST", _authcode),
        route(house, "/miniapp", "GET PUT", _miniapp),
        route(house, "/log", "GET", _log),
        route(house, "/frames", "GET", _frames),
        route(house, "/connected", "GET", _connected),
    ]
