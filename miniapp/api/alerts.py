"""提醒接口 alerts:HR 的提醒、发续签提醒、登记续签、写明理由后关闭。"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from handlers import alerts
from handlers.alerts import AlertView, OneAlert, RenewContract, SnoozeAlert
from handlers.people import Nothing
from miniapp.visit import ApiKey, Day, Id, Number, Visitor, Words

router = APIRouter(tags=["提醒"])


@dataclass(frozen=True, slots=True)
class Reason:
    """理由。"""

    reason: Words


@dataclass(frozen=True, slots=True)
class NewContract:
    """新合同的起止;end 为空是无固定期限。"""

    person_id: Number
    start: Day
    end: Day | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """办好了。"""

    ok: bool


@router.get("/alerts")
def found(visit: Visitor) -> list[AlertView]:
    """开着的在前。"""
    return visit.ask(alerts.alerts, Nothing())


@router.post("/alerts/{alert_id}/remind")
def remind(visit: Visitor, key: ApiKey, alert_id: Id) -> AlertView:
    """发送续签提醒。"""
    return visit.do(alerts.send_renewal, OneAlert(alert_id), key)


@router.post("/contracts/renew")
def renew(visit: Visitor, key: ApiKey, body: NewContract) -> Done:
    """登记续签;end 为空是无固定期限。"""
    return Done(visit.do(alerts.renew, RenewContract(body.person_id, body.start, body.end), key))


@router.post("/alerts/{alert_id}/settle")
def settle(visit: Visitor, key: ApiKey, alert_id: Id, body: Reason) -> AlertView:
    """写明理由后关闭。"""
    return visit.do(alerts.settle, SnoozeAlert(alert_id, "closed", body.reason), key)
