"""小公司 world:一个会回答各接口的假钉钉,形状照官方文档;测试往里放记录。"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx

from ehr_sync.pull.feed import Ask, CrmForm, Source
from ehr_sync.pull.feeds import key_of
from handlers.intake import Taken
from handlers.records import Page, Record
from tests.ehr_sync.fakes import FakeDingTalk, Reply, client

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 上海 09:30
SINCE = date(2026, 11, 20)

DEALS = CrmForm(
    "PROC-DEAL",
    {"owner": "F-owner", "customer": "F-cust", "amount": "F-amt", "signed_on": "F-date", "status": "F-st"},
)
RATINGS = CrmForm("PROC-RATE", {"owner": "R-owner", "score": "R-score", "rated_on": "R-date"})

Handler = Callable[[dict[str, Any]], Any]


@dataclass
class World:
    """路径 → 怎么答;答字典就是成功,答 Response 就照给。"""

    handlers: dict[str, Handler]
    fake: FakeDingTalk = field(init=False)

    def __post_init__(self) -> None:
        self.fake = FakeDingTalk(self._answer)

    def _answer(self, request: httpx.Request) -> Reply:
        handler = self.handlers.get(request.url.path)
        if handler is None:
            raise AssertionError(f"没想到会调 {request.url.path}")
        body = json.loads(request.content) if request.content else dict(request.url.params)
        reply = handler(body)
        if isinstance(reply, httpx.Response | Exception):
            return reply
        old = "oapi" in str(request.url)
        return httpx.Response(200, text=json.dumps({"errcode": 0, **reply} if old else reply))

    def source(self, **more: Any) -> Source:
        settings: dict[str, Any] = {
            "operator": "admin",
            "processes": {"leave": "PROC-L", "overtime": "PROC-O"},
            "deals": DEALS,
            "ratings": RATINGS,
        }
        return Source(client(self.fake), **(settings | more))

    def calls(self, path: str) -> list[Any]:
        found = [r for r in self.fake.requests if r.url.path == path]
        return [json.loads(r.content) if r.content else dict(r.url.params) for r in found]


@dataclass
class MemoryIntake:
    """收料的那一头放在内存里:按键去重、记游标。"""

    pages: list[Page] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    cursors: dict[str, str] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)

    def cursor(self, feed: str) -> str:
        return self.cursors.get(feed, "")

    def take(self, page: Page, key: str) -> Taken:
        assert key == key_of(page)
        assert len(page.raw) == len(page.records)
        if key in self.keys:
            return Taken(0, len(page.records), 0, 0)
        self.keys.add(key)
        self.pages.append(page)
        if page.cursor:
            self.cursors[page.feed] = page.cursor
        return Taken(len(page.records), 0, len(page.bad), 0)

    def failed(self, feed: str, error: str, key: str) -> None:
        self.failures.append((feed, error))


def ask(**more: Any) -> Ask:
    settings: dict[str, Any] = {"now": NOW, "since": SINCE, "slot": "s1"} | more
    return Ask(**settings)


def records(pages: list[Page]) -> list[Record]:
    return [record for page in pages for record in page.records]


def bad(pages: list[Page]) -> list[tuple[str, str]]:
    return [(one.source_id, one.reason) for page in pages for one in page.bad]


def ms(text: str) -> int:
    """上海的 "2026-11-20 09:00" → 毫秒。"""
    return int(datetime.fromisoformat(text + "+08:00").timestamp()) * 1000


STAFF: dict[str, Handler] = {
    "/topapi/smartwork/hrm/employee/queryonjob": lambda b: {"result": {"data_list": ["u1", "u2"]}},
    "/v1.0/hrm/employees/dismissions": lambda b: {"hasMore": False, "userIdList": ["gone"]},
}
