"""来访 visit:一次请求的人与事——会话、操作者、办事台、页面。路由只和它打交道。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote

from fastapi import Depends, Form, Header, Path, Query, Request
from pydantic import AfterValidator, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from config.settings import Settings
from engine.days import shanghai
from engine.errors import BadInput, Conflict
from handlers.actor import Actor
from handlers.desk import Desk, UseCase
from miniapp import words
from miniapp.forms import clean, sane_day
from miniapp.ports import Ports
from miniapp.session import COOKIE, FLASH, Session, Sessions, local_path, new_key
from miniapp.throttle import Throttle
from miniapp.view import Pages, when

DOOR = "miniapp"
Command = TypeVar("Command")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class House:
    """全应用共用的东西;server 放进 app.state.house。"""

    desk: Desk
    settings: Settings
    ports: Ports
    sessions: Sessions
    pages: Pages
    throttle: Throttle


class LoginNeeded(Exception):
    """要先(重新)登录;to 登录之后去哪里。"""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


@dataclass(frozen=True)
class Visit:
    """一次来访。pay=True 的是看工资的页面:刚确认过身份,掩码、水印。"""

    request: Request
    house: House
    session: Session
    actor: Actor
    pay: bool = False

    @property
    def today(self) -> date:
        """今天(上海)。"""
        return shanghai(self.house.desk.clock()).date()

    def ask(self, query: UseCase[Command, Outcome], command: Command) -> Outcome:
        """问一件事。"""
        return self.house.desk.ask(query, command, self.actor)

    def do(self, use_case: UseCase[Command, Outcome], command: Command, key: str) -> Outcome:
        """办一件事;key 是表单的一次性编号或 Idempotency-Key。"""
        return self.house.desk.do(use_case, command, self.actor, f"web:{self.actor.userid}:{key}")

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """一张页面。"""
        return render(self.house, self.request, template, {**self._base(), **context}, status)

    def part(self, template: str, **context: Any) -> Response:
        """页面里的一块(htmx 换上去的)。"""
        return HTMLResponse(self.house.pages.html(template, {**self._base(), **context}))

    def go(self, path: str, say: str = "", tone: str = "good") -> Response:
        """办完之后去另一页,留一句话。"""
        response = RedirectResponse(path, 303)
        self.house.sessions.tell(response, say, tone)
        return response

    def _base(self) -> Mapping[str, Any]:
        return {
            "me": self.actor,
            "csrf": self.house.sessions.stamp(self.session),
            "key": new_key(),
            "here": here(self.request),
            "pay": self.pay,
            "now": when(self.house.desk.clock()),
        }


def render(house: House, request: Request, template: str, context: Mapping[str, Any], status: int = 200) -> Response:
    """出一张页面:带上一页留的话,话只说一次。"""
    say, tone = house.sessions.told(request.cookies.get(FLASH))
    blank = {"me": None, "csrf": "", "key": "", "here": "/m/", "pay": False, "now": ""}
    response = HTMLResponse(house.pages.html(template, {**blank, "flash": say, "flash_tone": tone, **context}), status)
    if say:
        house.sessions.forget_told(response)
    return response


def here(request: Request) -> str:
    """这一页的地址(只要路径与查询)。"""
    query = f"?{request.url.query}" if request.url.query else ""
    return local_path(request.url.path + query)


def enter_path(to: str) -> str:
    """登录页的地址。"""
    return f"/m/enter?to={quote(local_path(to), safe='')}"


def house_of(request: Request) -> House:
    """全应用共用的东西。"""
    found: House = request.app.state.house
    return found


def visitor(request: Request, response: Response) -> Visit:
    """登录了的人;没登录或过期报 LoginNeeded,离职的由办事台拒绝。"""
    house = house_of(request)
    session = house.sessions.read(request.cookies.get(COOKIE))
    if session is None:
        raise LoginNeeded(here(request))
    request.state.session = session
    return Visit(request, house, session, house.desk.actor(session.userid, DOOR))


def pay_visitor(visit: Annotated[Visit, Depends(visitor)]) -> Visit:
    """看工资的人:登录要新鲜,不新鲜就再免登一次(人无需操作)。"""
    if not visit.house.sessions.fresh_for_pay(visit.session):
        raise LoginNeeded(here(visit.request))
    return Visit(visit.request, visit.house, visit.session, visit.actor, pay=True)


def posted(
    request: Request,
    csrf: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/m/",
) -> str:
    """表单的一次性编号:防伪章要对;出错时回到 back 那一页。"""
    house = house_of(request)
    request.state.back = local_path(back)
    session = house.sessions.read(request.cookies.get(COOKIE))
    if session is None:
        raise LoginNeeded(request.state.back)
    if not house.sessions.stamped(session, csrf):
        raise Conflict("BAD_STAMP", words.BAD_FORM)
    if not 16 <= len(key) <= 100:
        raise BadInput("KEY_MISSING", words.BAD_FORM)
    return key


def api_key(idempotency_key: Annotated[str, Header(alias="Idempotency-Key")] = "") -> str:
    """接口的一次性编号。"""
    if not 8 <= len(idempotency_key) <= 100:
        raise BadInput("KEY_MISSING", words.NO_KEY)
    return idempotency_key


Visitor = Annotated[Visit, Depends(visitor)]
PayVisitor = Annotated[Visit, Depends(pay_visitor)]
FormKey = Annotated[str, Depends(posted)]
ApiKey = Annotated[str, Depends(api_key)]
Text = Annotated[str, Form(), AfterValidator(clean)]
"""表单里的一项文字。"""
Words = Annotated[str, AfterValidator(clean)]
"""JSON 里的一项文字。"""
Day = Annotated[date, AfterValidator(sane_day)]
Moment = Annotated[datetime, AfterValidator(sane_day)]
LARGEST_ID = 2**31 - 1
Number = Annotated[int, Field(ge=0, le=LARGEST_ID)]
Half = Literal["", "am", "pm"]
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
"""地址里的编号。"""
Who = Annotated[int, Query(ge=0, le=LARGEST_ID)]
"""看谁的:0 是自己。"""
