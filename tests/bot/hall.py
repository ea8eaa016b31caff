"""门厅 hall:不经长连接的整套收发(收件口、办件的、按钮),对面是假的送出;给机制测试用。"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from bot.inbox import Inbox
from bot.people import People
from bot.service import FrontDoor, Ports, Reception
from bot.workers import Workers
from handlers.desk import Desk
from models.mailbox import InboxRow, OutboxRow
from tests.bot.company import FakeOutgoing, settings


class Hall:
    """一套收发。loop 在自己的线程里,像长连接那样交信。"""

    def __init__(self, desk: Desk, outgoing: FakeOutgoing, **more: Any) -> None:
        self.desk, self.outgoing = desk, outgoing
        self.followed: list[tuple[str, Mapping[str, Any]]] = []
        chosen = settings(**more)
        ports = Ports(outgoing, lambda kind, data: self.followed.append((kind, data)), lambda body: {})
        self.inbox = Inbox(desk)
        self.reception = Reception(desk, chosen, ports, People(desk))
        self.workers = Workers(desk, self.inbox, self.reception, chosen.reply_workers)
        self.door = FrontDoor(desk, self.inbox, self.workers, self.reception)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Hall:
        self._thread.start()
        self.inbox.start()
        self.picked_up = self.workers.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.workers.stop(5)
        self.inbox.stop(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def message(self, data: dict[str, Any]) -> bool | None:
        """来一条消息,等到应答。"""
        letter = self.door.letter("message", {"messageId": "f"}, data)
        return asyncio.run_coroutine_threadsafe(self.door.accept(letter), self._loop).result(10)

    def event(self, kind: str, event_id: str, data: dict[str, Any]) -> bool | None:
        letter = self.door.letter("event", {"messageId": "f", "eventId": event_id, "eventType": kind}, data)
        return asyncio.run_coroutine_threadsafe(self.door.accept(letter), self._loop).result(10)

    def press(self, data: dict[str, Any], message_id: str) -> dict[str, str]:
        """按一下,等到应答里的新变量。"""
        letter = self.door.letter("callback", {"messageId": message_id}, data)
        found = asyncio.run_coroutine_threadsafe(self.door.pressed(letter), self._loop).result(10)
        params: dict[str, str] = found["cardData"]["cardParamMap"]
        return params

    def rows(self) -> dict[str, tuple[str, int, str]]:
        """收件:编号 → (状态, 试过几次, 原因)。"""

        def look(work: Any) -> dict[str, tuple[str, int, str]]:
            return {r.message_id: (r.state, r.attempts, r.outcome) for r in work.session.exec(select(InboxRow))}

        return self.desk.read(look)

    def outbox(self, kind: str) -> list[dict[str, Any]]:
        def look(work: Any) -> list[dict[str, Any]]:
            return [dict(r.payload) for r in work.session.exec(select(OutboxRow).where(OutboxRow.kind == kind))]

        return self.desk.read(look)
