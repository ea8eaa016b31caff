"""屋子 house:把时钟、状态、世界、会话、卡片、网关、令牌、计量、故障接在一起;各接口拿着它办事。"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.cards import TEMPLATE, Cards
from sandbox.chat import Chat
from sandbox.clock import START, Clock, parse
from sandbox.company import build
from sandbox.faults import Faults
from sandbox.gateway import Gateway
from sandbox.meters import Meters
from sandbox.store import Store
from sandbox.tokens import Tokens
from sandbox.world import World

SEED = 20261123
CLIENT_ID = "dingsandboxapp0000001"
CLIENT_SECRET = "sandbox-secret-not-for-production"
CORP_ID = "dingsandboxcorp00000000000000001"
AGENT_ID = 3100000001
BOT_ID = "$:LWCP_v1:$sandboxbot"


@dataclass(frozen=True)
class Options:
    """启动时的选择。"""

    state: Path | None = None
    clock: datetime = START
    quota: bool = True
    miniapp: str = ""


@dataclass
class House:
    """沙箱的一切。base 在端口定下来之后写上。"""

    clock: Clock
    store: Store
    world: World
    cards: Cards
    chat: Chat
    gateway: Gateway
    tokens: Tokens
    meters: Meters
    faults: Faults
    miniapp: str
    base: str = ""
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    notices: dict[str, dict[str, Any]] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    timeline: list[Any] = field(default_factory=list)
    seen: datetime | None = None
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def robot_code(self) -> str:
        """机器人编码:企业内部应用的机器人与 clientId 同。"""
        return CLIENT_ID

    def keep_clock(self) -> None:
        """记下时钟走到哪里。"""
        doc = {"start": self.clock.start.isoformat(), "now": self.clock.now().isoformat(), "miniapp": self.miniapp}
        self.store.put("clock", "clock", doc)

    def note(self, entry: dict[str, Any]) -> None:
        """记一条请求日志(最多一万条)。"""
        self.log.append({"n": (self.log[-1]["n"] + 1) if self.log else 1, **entry})
        if len(self.log) > 10_000:
            del self.log[:2_000]

    def info(self) -> dict[str, Any]:
        """别的程序要接进来所需的一切。"""
        company = self.world.company
        crm = {
            form.kind: {"name": form.code, "title": form.name, "fields": {k: v for k, v, _ in form.fields}}
            for form in company.crm_forms
        }
        return {
            "api": self.base,
            "oapi": self.base,
            "chat": self.base + "/",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "corp_id": CORP_ID,
            "agent_id": AGENT_ID,
            "robot_code": self.robot_code,
            "admin_userid": next((p.userid for p in company.people if p.admin), ""),
            "card_template_id": TEMPLATE,
            "process_codes": {form.kind: form.code for form in company.processes},
            "crm": crm,
            "seed": company.seed,
            "company": company.name,
            "miniapp": self.miniapp,
        }


def open_house(options: Options) -> House:
    """备好一间屋子:读回状态,没有就从种子开始。"""
    store = Store(options.state)
    saved = next(iter(store.load("clock")), None)
    clock = Clock(parse(saved["start"]), parse(saved["now"])) if saved else Clock(options.clock)
    meters, faults = Meters(clock, store, options.quota), Faults()
    world, cards = World(build(SEED), clock, store), Cards(clock, store)
    chat = Chat(clock, store, cards)
    gateway = Gateway(clock, store, meters, faults, (CLIENT_ID, CORP_ID))
    tokens = Tokens(CLIENT_ID, CLIENT_SECRET)
    miniapp = options.miniapp or (saved or {}).get("miniapp", "")
    house = House(clock, store, world, cards, chat, gateway, tokens, meters, faults, miniapp)
    _groups(house)
    for person in world.people.values():
        chat.solo(person.userid)
    chat.resume()
    house.sessions = {doc["token"]: doc for doc in store.load("session")}
    house.notices = {doc["task_id"]: doc for doc in store.load("notice")}
    house.keep_clock()
    return house


def _groups(house: House) -> None:
    """每个部门一个群,全公司一个群。"""
    people = list(house.world.people.values())
    house.chat.group("all", "全员群", [p.userid for p in people])
    for department in house.world.departments.values():
        if department.parent_id:
            members = [p.userid for p in people if department.dept_id in p.dept_ids]
            house.chat.group(str(department.dept_id), f"{department.name}工作群", members)
