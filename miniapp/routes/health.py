"""体检 health:活着没有、能不能接活;给监控看,不含任何人的资料。"""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from miniapp.visit import house_of

router = APIRouter()


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """进程活着。"""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(request: Request) -> Response:
    """各部件都好才是 200;不好的列出名字与一句话。"""
    parts = house_of(request).ports.ready()
    bad = {name: say for name, say in parts.items() if say}
    body = {"status": "ready" if not bad else "not_ready", "parts": {n: parts[n] or "ok" for n in parts}}
    return JSONResponse(body, 503 if bad else 200)
