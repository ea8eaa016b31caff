"""提醒 alerts:合同到期等要 HR 处理的事,带着补救办法:发续签提醒、登记续签、写明理由后关闭。"""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from handlers import alerts
from handlers.alerts import OneAlert, RenewContract, SnoozeAlert
from handlers.people import Nothing
from miniapp import words
from miniapp.forms import day_in
from miniapp.visit import FormKey, Id, Text, Visitor

router = APIRouter()


@router.get("/m/alerts")
def home(visit: Visitor) -> Response:
    """全部提醒。"""
    found = visit.ask(alerts.alerts, Nothing())
    return visit.page(
        "alerts.html",
        opened=[one for one in found if one.state != "closed"],
        closed=[one for one in found if one.state == "closed"],
    )


@router.get("/m/alerts/{alert_id}")
def one(visit: Visitor, alert_id: Id) -> Response:
    """一条提醒。"""
    found = visit.ask(alerts.one_alert, OneAlert(alert_id))
    after = found.due + timedelta(days=1) if found.due else None
    return visit.page("alert_one.html", one=found, next_start=after.isoformat() if after else "")


@router.post("/m/alerts/{alert_id}/remind")
def remind(key: FormKey, visit: Visitor, alert_id: Id) -> Response:
    """发送续签提醒。"""
    view = visit.do(alerts.send_renewal, OneAlert(alert_id), key)
    return visit.go(f"/m/alerts/{alert_id}", view.note)


@router.post("/m/alerts/{alert_id}/renew")
def renew(
    key: FormKey, visit: Visitor, alert_id: Id, start: Text = "", end: Text = "", kind: Text = "fixed"
) -> Response:
    """登记续签。"""
    about = visit.ask(alerts.one_alert, OneAlert(alert_id))
    until = None if kind == "open_ended" else day_in(end, "新合同到期日")
    visit.do(alerts.renew, RenewContract(about.person_id, day_in(start, "新合同起始日"), until), key)
    return visit.go(f"/m/alerts/{alert_id}", words.RENEWED)


@router.post("/m/alerts/{alert_id}/settle")
def settle(key: FormKey, visit: Visitor, alert_id: Id, reason: Text = "") -> Response:
    """写明理由后关闭。"""
    visit.do(alerts.settle, SnoozeAlert(alert_id, "closed", reason), key)
    return visit.go("/m/alerts", words.SETTLED)
