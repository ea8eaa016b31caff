"""网页服务 server:把守门、会话、路由装在一起。全部路由列在这里的表里。"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from config.settings import Settings
from handlers.desk import Desk
from miniapp import faults
from miniapp.api import TABLE as API
from miniapp.guard import Guard
from miniapp.ports import Ports
from miniapp.routes import (
    alerts,
    approvals,
    attendance,
    enter,
    exports,
    goals,
    handoff,
    health,
    home,
    inputs,
    leave,
    leaver,
    parallel,
    payroll,
    payslip,
    performance,
    performance_office,
    settlement,
    sync_health,
    tax_year,
    training,
    what_if,
)
from miniapp.session import Sessions
from miniapp.throttle import Throttle
from miniapp.view import STATIC, Pages
from miniapp.visit import House

ROUTES: tuple[APIRouter, ...] = (
    health.router,
    enter.router,
    home.router,
    leave.router,
    approvals.router,
    attendance.router,
    payslip.router,
    performance_office.router,
    performance.router,
    goals.router,
    training.router,
    payroll.router,
    tax_year.router,
    exports.router,
    leaver.router,
    inputs.router,
    parallel.router,
    settlement.router,
    what_if.router,
    alerts.router,
    handoff.router,
    sync_health.router,
)


def make_app(desk: Desk, settings: Settings, ports: Ports) -> FastAPI:
    """网页应用。ports.login_code 把免登授权码换成 userid。"""
    app = FastAPI(
        title="人事助手接口",
        description="与聊天和页面同样的用例。登录走 /m/login 的会话;写操作要带 Idempotency-Key。金额是字符串,单位元。",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(Guard), Middleware(faults.Net), Middleware(faults.Renew)],
    )
    app.state.house = House(desk, settings, ports, Sessions(settings, ports.now), Pages(), Throttle(ports.now))
    faults.install(app)
    app.mount("/m/static", Lasting(directory=STATIC), name="static")
    for router in ROUTES:
        app.include_router(router, include_in_schema=False)
    for router in API:
        app.include_router(router, prefix="/api/v1")
    return app


class Lasting(StaticFiles):
    """静态文件:地址带版本,可以长存。"""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        lasting = scope.get("query_string", b"").startswith(b"v=")
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return response
