"""接线 wiring:谁和谁见面。库、政策、办事台、钉钉客户端、收与发,都在这里接到一起。"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from app.clock import Clock, SandboxClock, machine_clock
from app.opening_load import role_names
from config.policies import Policies, load
from config.settings import Settings
from ehr_sync.dingtalk.client import App, DingTalk, Parts
from ehr_sync.dingtalk.limits import Budget, Meter
from ehr_sync.pull.crm_mapping import crm_forms
from ehr_sync.pull.feed import Source
from ehr_sync.push.deliver import Deliverer
from ehr_sync.push.messages import Links, Replier
from engine.days import shanghai_date
from engine.errors import NotReady
from handlers.desk import Desk
from handlers.mail import add_usage, usage
from handlers.table import PERMITS
from models.migrate import upgrade
from models.work import Store


class DeskMeters:
    """用量表存在库里:几个进程合用一只表。"""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, meter: str, month: str, count: int) -> int:
        return self._desk.write(lambda work: add_usage(work, month, str(meter), count))

    def used(self, meter: str, month: str) -> int:
        return self._desk.read(lambda work: usage(work, month).get(str(meter), 0))


@dataclass
class Wired:
    """接好的一套。用完要 close。"""

    settings: Settings
    clock: Clock
    store: Store
    rules: Policies
    desk: Desk
    ding: DingTalk
    source: Source
    links: Links
    replier: Replier
    deliverer: Deliverer

    def today(self) -> date:
        """上海的今天。"""
        return shanghai_date(self.clock())

    def close(self) -> None:
        self.ding.close()
        self.store.close()
        if isinstance(self.clock, SandboxClock):
            self.clock.close()


def wire_desk(settings: Settings, clock: Clock) -> Desk:
    """库、政策与办事台;库先升到最新。"""
    store = Store(settings.database_url)
    upgrade(store)
    rules = load([settings.policy_dir] if settings.policy_dir else [])
    names = role_names(settings.opening_dir) if settings.opening_dir else {}
    return Desk(store, rules, clock, PERMITS, names or settings.role_names)


def wire(settings: Settings) -> Wired:
    """全部接好。设置有问题报 NotReady(SETTINGS)。"""
    settings.require()
    clock: Clock = SandboxClock(settings.clock_url) if settings.clock_url else machine_clock
    desk = wire_desk(settings, clock)
    app = App(
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        corp_id=settings.corp_id,
        agent_id=settings.agent_id,
        robot_code=settings.robot_code,
        api=settings.dingtalk_api,
        oapi=settings.dingtalk_oapi,
    )

    def today() -> date:
        return shanghai_date(clock())

    limits = {Meter.CALLS: settings.monthly_calls, Meter.PUSHES: settings.monthly_pushes}
    budget = Budget(DeskMeters(desk), today, limits)
    ding = DingTalk(app, Parts(budget=budget, qps=settings.qps), today)
    links = Links(settings.miniapp_base)
    return Wired(
        settings=settings,
        clock=clock,
        store=desk.store,
        rules=desk.rules,
        desk=desk,
        ding=ding,
        source=_source(settings, ding),
        links=links,
        replier=Replier(ding, clock),
        deliverer=Deliverer(ding, settings.card_template_id, links, today),
    )


def _source(settings: Settings, ding: DingTalk) -> Source:
    """从哪里读:操作人、审批模板、客户管理的字段对应。"""
    processes = {
        "leave": settings.process_leave,
        "overtime": settings.process_overtime,
        "supply": settings.process_supply,
    }
    forms = crm_forms(_crm(settings.crm_mapping))
    return Source(
        ding,
        operator=settings.admin_userid,
        processes={kind: code for kind, code in processes.items() if code},
        deals=forms.deals,
        ratings=forms.ratings,
    )


def _crm(path: Path | None) -> Mapping[str, Any]:
    if path is None:
        return {}
    try:
        text = path.read_text("utf-8")
        data = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise NotReady(
            "CRM_MAPPING",
            f"客户管理的字段对应读不了({path.name}:{error})。请按 .env.example 的说明改好 EHR_CRM_MAPPING。",
        ) from None
    return data if isinstance(data, dict) else {}
