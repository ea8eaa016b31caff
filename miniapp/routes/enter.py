"""免登 enter:页面向钉钉要一次性授权码,换成会话;要去的页面只许是本站的。"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from engine.errors import BadInput
from miniapp.session import COOKIE, local_path
from miniapp.visit import DOOR, Words, house_of, render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class LoginCode:
    """钉钉给的一次性授权码。"""

    code: Words


@router.get("/m/enter")
def enter(request: Request, to: str = "/m/") -> Response:
    """登录页:一打开就去要授权码,不用人操作。"""
    house = house_of(request)
    context = {"to": local_path(to), "corp_id": house.settings.corp_id, "client_id": house.settings.client_id}
    return render(house, request, "enter.html", context)


@router.post("/m/login")
def login(request: Request, body: LoginCode) -> Response:
    """授权码 → 会话。换不到、查无此人、已离职:各有一句话。"""
    house = house_of(request)
    if not 1 <= len(body.code) <= 500:
        raise BadInput("BAD_CODE", "没有拿到钉钉的授权,请关掉页面重新打开。")
    address = request.client.host if request.client else ""
    house.throttle.check(address)
    try:
        userid = house.ports.login_code(body.code)
    except BadInput:
        house.throttle.failed(address)
        raise
    house.desk.actor(userid, DOOR)
    response = JSONResponse({"ok": True})
    before = house.sessions.read(request.cookies.get(COOKIE))
    house.sessions.keep(response, house.sessions.open(userid, before), force=True)
    return response


@router.get("/m")
def bare() -> Response:
    """少写了斜杠。"""
    return RedirectResponse("/m/", 307)


@router.get("/")
def root() -> Response:
    """直接打开域名。"""
    return RedirectResponse("/m/", 307)
