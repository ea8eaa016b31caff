"""离职同事 leaver:HR 建、撤一次性的链接;拿着链接的人不用登录,核对身份后看最后一张工资条,看过即作废。"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from engine.errors import BadInput
from handlers import out_leaver
from handlers.out_leaver import VISITOR, AskLink, MakeLink, OneLink, OpenedSlip, TryLink, hashed
from handlers.people import Nothing
from miniapp import words
from miniapp.routes.exports import attached
from miniapp.session import new_key
from miniapp.visit import FormKey, House, Id, Text, Visitor, house_of, render

router = APIRouter()
Key = Annotated[str, Form()]


@router.get("/m/leavers")
def home(visit: Visitor) -> Response:
    """离职的人与给过的链接。"""
    return visit.page("leavers.html", one=visit.ask(out_leaver.leavers, Nothing()), url="")


@router.post("/m/leavers/{person_id}")
def make(key: FormKey, visit: Visitor, person_id: Id, asks: Text = "") -> Response:
    """建一个链接:地址只在这一页显示一次。"""
    sessions = visit.house.sessions
    secret = sessions.link_secret(visit.actor.userid, key)
    link = visit.do(out_leaver.make_link, MakeLink(person_id, hashed(secret), asks[:20]), key)
    url = f"{visit.house.settings.miniapp_base}/m/leaver/{sessions.link_token(link.link_id, secret)}"
    return visit.page(
        "leavers.html", one=visit.ask(out_leaver.leavers, Nothing()), url=url, link=link, said=words.LINK_MADE
    )


@router.post("/m/leaver-links/{link_id}/revoke")
def revoke(key: FormKey, visit: Visitor, link_id: Id) -> Response:
    """撤销。"""
    visit.do(out_leaver.revoke_link, OneLink(link_id), key)
    return visit.go("/m/leavers", words.LINK_REVOKED)


@router.get("/m/leaver/{token}")
def asked(request: Request, token: str) -> Response:
    """打开链接:问姓名与末四位。不说这是谁的。"""
    house = house_of(request)
    return _ask(house, request, token)


def _ask(house: House, request: Request, token: str, said: str = "", status: int = 200) -> Response:
    link_id, secret = house.sessions.link_read(token)
    found = house.desk.ask(out_leaver.ask_link, AskLink(link_id, hashed(secret)), VISITOR)
    context: dict[str, Any] = {"found": found, "token": token, "key": new_key(), "said": said or found.say}
    return render(house, request, "leaver.html", context, status if found.ready else 404)


@router.post("/m/leaver/{token}")
def tried(request: Request, token: str, key: Key = "", name: Text = "", last4: Text = "") -> Response:
    """核对身份;通过就看到那一张,链接随即作废。"""
    house = house_of(request)
    if not 16 <= len(key) <= 100:
        raise BadInput("KEY_MISSING", words.BAD_FORM)
    address = request.client.host if request.client else ""
    house.throttle.check(address)
    link_id, secret = house.sessions.link_read(token)
    grant = house.sessions.link_secret(f"grant:{link_id}", key)
    command = TryLink(link_id, hashed(secret), name[:60], last4[:20], hashed(grant))
    done = house.desk.do(out_leaver.try_link, command, VISITOR, f"leaver:{link_id}:{key}")
    if not done.ok:
        house.throttle.failed(address)
        return _ask(house, request, token, done.say, 422)
    paper = house.desk.ask(out_leaver.opened_slip, OpenedSlip(link_id, hashed(grant)), VISITOR)
    context = {"paper": paper, "token": token, "grant": grant, "pay": True}
    return render(house, request, "leaver_slip.html", context)


@router.post("/m/leaver/{token}/pdf")
def pdf(request: Request, token: str, grant: Text = "") -> Response:
    """凭刚才那一页下载 PDF(十分钟内)。"""
    house = house_of(request)
    link_id, _ = house.sessions.link_read(token)
    fonts = house.settings.pdf_fonts
    command = OpenedSlip(link_id, hashed(grant), str(fonts) if fonts else "")
    return attached(house.desk.ask(out_leaver.opened_pdf, command, VISITOR))
