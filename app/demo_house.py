"""演示的两个进程 demo house:沙箱钉钉与服务,`ehr demo` 与 `ehr demo --check` 同用。

沙箱先起,服务的设置全从沙箱的那一行 JSON 来;服务说 ready 之后,把小程序的地址告诉沙箱。
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.processes import ROOT, Child
from engine.errors import Unavailable

Tell = Callable[[str], None]
SERVICE = ("-m", "app.child", "serve")
DATABASE = "ehr.sqlite3"
OPENING_CLOCK = "2026-11-06T16:30:00+08:00"
"""新的状态从这里开始:服务在这一刻算好并发布十月,再自己把钟拨到 2026-11-23 09:30。"""
SANDBOX_SECONDS = 60.0
SERVICE_SECONDS = 300.0  # 两次进度之间;第一次要播种、同步、算十月


@dataclass
class House:
    """跑着的两个进程。`info` 是沙箱印的那一行,`chat` 是聊天页的地址。"""

    state: Path
    sandbox: Child
    info: dict[str, Any]
    service: Child | None = None
    miniapp: str = ""
    api: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, trust_env=False))

    @property
    def chat(self) -> str:
        return str(self.info["chat"]).rstrip("/")

    def children(self) -> list[Child]:
        return [child for child in (self.service, self.sandbox) if child is not None]

    def stop(self) -> None:
        """先停服务,再停沙箱:服务停时还要向沙箱交代。"""
        for child in self.children():
            child.stop()
        self.api.close()


def start_sandbox(state: Path, port: int) -> House:
    """启动沙箱,等到它报出地址;头一回(它的文件夹是空的)从开账那一刻走起。"""
    folder = state / "dingtalk"
    folder.mkdir(parents=True, exist_ok=True)
    words = ["-m", "sandbox", "--json", "--port", str(port), "--state", str(folder), "--parent-pid", str(os.getpid())]
    if not any(folder.iterdir()):
        words += ["--clock", OPENING_CLOCK]
    child = Child("沙箱钉钉", words, {}, state / "sandbox.log")
    try:
        info = child.next_line(SANDBOX_SECONDS)
    except BaseException:
        child.stop()
        raise
    return House(state=state, sandbox=child, info=info)


def start_service(house: House, tell: Tell) -> None:
    """启动服务,把它的进度一句句说出来,直到 ready。"""
    env = service_environment(house)
    house.service = Child("服务", SERVICE, env, house.state / "service.log")
    deadline = time.monotonic() + SERVICE_SECONDS
    while True:
        line = house.service.next_line(max(1.0, deadline - time.monotonic()))
        deadline = time.monotonic() + SERVICE_SECONDS
        if line.get("say"):
            tell(str(line["say"]))
        if line.get("ready"):
            break
    house.miniapp = str(line["miniapp"]).rstrip("/")
    answer = house.api.put(f"{house.chat}/_sandbox/api/miniapp", json={"base": house.miniapp})
    if answer.status_code >= 300:
        raise Unavailable("SANDBOX", f"沙箱没有接受小程序的地址({answer.status_code})。请看日志 {house.sandbox.log}。")


def service_environment(house: House) -> dict[str, str]:
    """服务的全部设置:都写明,不受使用者环境里正式设置的影响。"""
    info, state = house.info, house.state.resolve()
    processes = info.get("process_codes") or {}
    crm = state / "crm.json"
    crm.write_text(json.dumps(info.get("crm") or {}, ensure_ascii=False, indent=1), encoding="utf-8")
    return {
        "EHR_MODE": "demo",
        "EHR_DATABASE_URL": f"sqlite:///{(state / DATABASE).as_posix()}",
        "EHR_STATE_DIR": str(state / "service"),
        "EHR_OPENING_DIR": str(ROOT / "app" / "opening" / "demo"),
        "EHR_DINGTALK_API": str(info["api"]),
        "EHR_DINGTALK_OAPI": str(info["oapi"]),
        "DINGTALK_OPENAPI_ENDPOINT": str(info["api"]),  # 官方 Stream SDK 在导入时读它
        "EHR_ALLOW_OTHER_DINGTALK": "1",
        "EHR_CLIENT_ID": str(info["client_id"]),
        "EHR_CLIENT_SECRET": str(info["client_secret"]),
        "EHR_CORP_ID": str(info["corp_id"]),
        "EHR_AGENT_ID": str(info["agent_id"]),
        "EHR_ROBOT_CODE": str(info["robot_code"]),
        "EHR_CARD_TEMPLATE_ID": str(info.get("card_template_id") or ""),
        "EHR_PROCESS_LEAVE": str(processes.get("leave") or ""),
        "EHR_PROCESS_OVERTIME": str(processes.get("overtime") or ""),
        "EHR_PROCESS_SUPPLY": str(processes.get("supply") or ""),
        "EHR_CRM_MAPPING": str(crm),
        "EHR_MINIAPP_BASE": house.chat,
        "EHR_LISTEN_HOST": "127.0.0.1",
        "EHR_LISTEN_PORT": "0",
        "EHR_SESSION_SECRET": session_secret(state),
        "EHR_CLOCK_URL": f"{house.chat}/_sandbox/api/clock",
        "EHR_ADMIN_USERID": "zhaohui",
        "EHR_LOG_DIR": str(state),
    }


def session_secret(state: Path) -> str:
    """这个状态文件夹自己的会话密钥:第一次生成,以后沿用。"""
    path = state / "session.key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")
