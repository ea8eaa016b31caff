"""同步健康 sync_health:每个来源上次成功、落后多久、收了多少、坏了多少;本月用量与预计;死信。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from handlers import sync_health
from handlers.people import Nothing
from miniapp.visit import Visitor

router = APIRouter()


@router.get("/m/sync")
def home(visit: Visitor) -> Response:
    """同步健康。"""
    settings = visit.house.settings
    limits = {"calls": settings.monthly_calls, "pushes": settings.monthly_pushes}
    return visit.page("sync.html", health=visit.ask(sync_health.health, Nothing()), limits=limits)
