"""网关 gateway:Stream 长连接。验票、推帧、等回执、没有回执就重推、心跳、断线。

重推:事件按 faults.event_retry_s 退避;机器人消息没有回执时隔 repush_message_s 再推一次;卡片回调不重推。
一个 clientId 有几条连接时,每帧随机挑一条。
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qs

from sandbox import frames
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.frames import Ack, Frame
from sandbox.meters import Meters
from sandbox.store import Store

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PING_EVERY, GRACE, TICKET_LIFE = 25.0, 10.0, 90.0
FREE_EVENTS = ("user_", "org_", "label_")


@dataclass
class Connection:
    """一条连接。leaving 为真时不再给它派活。"""

    id: str
    topics: frozenset[str]
    send: Send
    outbox: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    leaving: bool = False
    gone: bool = False

    def abort(self) -> None:
        """不打招呼地断(对方看到 1006)。"""
        transport = getattr(getattr(self.send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()


class Gateway:
    """长连接的一头。"""

    def __init__(self, clock: Clock, store: Store, meters: Meters, faults: Faults, app: tuple[str, str]) -> None:
        self._clock, self._store, self._meters, self._faults = clock, store, meters, faults
        self._client_id, self._corp_id = app
        self._tickets: dict[str, tuple[float, frozenset[str]]] = {}
        self._waiting: dict[str, list[asyncio.Future[Ack]]] = {}
        self._held: list[Frame] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections: list[Connection] = []
        self.frames: dict[str, Frame] = {}

    def resume(self) -> None:
        """读回留底的帧;上次没有回执的事件再推。"""
        self.frames = {doc["id"]: Frame(**doc) for doc in self._store.load("frame")}
        for frame in self.frames.values():
            if not frame.acked and frame.kind == "event":
                self._later(0.5, frame)

    # ------- 建立连接

    def open(self, subscriptions: list[dict[str, Any]]) -> str:
        """发一张票:单次、90 秒、可放进网址。"""
        topics = frozenset(str(item["topic"]) for item in subscriptions)
        ticket = uuid.uuid4().hex
        self._tickets[ticket] = (time.monotonic() + TICKET_LIFE, topics)
        return ticket

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """/connect:一条连接的一生。票不对则不接。"""
        query = parse_qs(scope["query_string"].decode())
        until, topics = self._tickets.pop((query.get("ticket") or [""])[0], (0.0, frozenset()))
        await receive()
        if time.monotonic() >= until:
            await send({"type": "websocket.close", "code": 4403})
            return
        await send({"type": "websocket.accept"})
        link = Connection(secrets.token_hex(8), topics, send)
        self.connections.append(link)
        writer = asyncio.create_task(self._write(link))
        try:
            while (message := await receive())["type"] == "websocket.receive":
                self._acked(message.get("text") or "")
        finally:
            self.connections.remove(link)
            writer.cancel()

    async def _write(self, link: Connection) -> None:
        while not link.gone:
            try:
                async with asyncio.timeout(PING_EVERY):
                    text = await link.outbox.get()
            except TimeoutError:
                ping = {"opaque": secrets.token_hex(8)}
                text = frames.system("ping", secrets.token_hex(8), self.time_ms(), ping)
            try:
                await link.send({"type": "websocket.send", "text": text})
            except Exception:
                # 对方已经走了;没送到的帧等重推
                link.gone = True

    def _acked(self, text: str) -> None:
        ack = frames.read_ack(text)
        if ack is None or ack.id not in self.frames or self._faults.take("drop_ack"):
            return
        frame = self.frames[ack.id]
        if ack.settles and not frame.acked:
            frame.acked = True
            self._store.put("frame", frame.id, frame.doc())
        for future in self._waiting.pop(ack.id, []):
            if not future.done():
                future.set_result(ack)

    # ------- 推

    def time_ms(self) -> int:
        """帧上写的时间(含故障开关的偏差)。"""
        return self._clock.ms() + self._faults.clock_skew_s * 1000

    def event(self, event_type: str, data: dict[str, Any]) -> Frame:
        """推一个事件。"""
        born = str(self.time_ms())
        head = {"eventType": event_type, "eventId": secrets.token_hex(16), "eventBornTime": born}
        extra = {**head, "eventCorpId": self._corp_id, "eventUnifiedAppId": self._client_id}
        frame = Frame(secrets.token_hex(16), "event", data, extra)
        self.push(frame)
        return frame

    def push(self, frame: Frame) -> asyncio.Future[Ack]:
        """推一帧,返回等回执的未来;超额的推送丢掉(帧仍留底)。"""
        self.frames[frame.id] = frame
        self._store.put("frame", frame.id, frame.doc())
        future = self.wait(frame.id)
        free = frame.kind == "event" and frame.extra["eventType"].startswith(FREE_EVENTS)
        if free or self._meters.spend_push():
            self._attempt(frame)
        return future

    def wait(self, frame_id: str) -> asyncio.Future[Ack]:
        """等下一份回执。"""
        future: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(frame_id, []).append(future)
        return future

    def _attempt(self, frame: Frame) -> None:
        frame.pushes += 1
        self._plan_again(frame)
        if self._faults.take("drop_push"):
            return
        if self._faults.reorder:
            self._held.append(frame)
            if len(self._held) == 1:
                asyncio.get_running_loop().call_later(0.2, self._release)
            return
        self._dispatch(frame)

    def _release(self) -> None:
        held, self._held = self._held, []
        random.shuffle(held)
        for frame in held:
            self._dispatch(frame)

    def _dispatch(self, frame: Frame) -> None:
        if self._faults.delay_ms:
            asyncio.get_running_loop().call_later(self._faults.delay_ms / 1000, self._emit, frame)
        else:
            self._emit(frame)

    def _emit(self, frame: Frame) -> None:
        times = 2 if self._faults.take("duplicate") else 1
        ready = [c for c in self.connections if not (c.leaving or c.gone) and frame.topic in c.topics]
        for _ in range(times if ready else 0):
            link = random.choice(ready)
            link.outbox.put_nowait(frame.wire(self._client_id, link.id, self.time_ms()))

    def _plan_again(self, frame: Frame) -> None:
        if frame.kind == "event":
            waits = self._faults.event_retry_s
            if frame.pushes <= len(waits):
                self._later(waits[frame.pushes - 1], frame)
        elif frame.kind == "message" and frame.pushes == 1 and self._faults.repush_message_s:
            self._later(self._faults.repush_message_s, frame)

    def _later(self, seconds: float, frame: Frame) -> None:
        asyncio.get_running_loop().call_later(seconds, self._again, frame)

    def _again(self, frame: Frame) -> None:
        if not frame.acked:
            self._attempt(frame)

    # ------- 控制

    async def redeliver(self, kinds: list[str], seed: int) -> int:
        """把推过的每一帧再推一遍(乱序),都有回执后返回帧数;30 秒内没有的不再等。"""
        again = [frame for frame in self.frames.values() if frame.kind in kinds and frame.pushes]
        random.Random(seed).shuffle(again)
        waits = [self.wait(frame.id) for frame in again]
        for frame in again:
            self._emit(frame)
        if waits:
            await asyncio.wait(waits, timeout=30)
        return sum(1 for future in waits if future.done())

    def failed(self) -> list[Frame]:
        """推了没有办妥的事件。"""
        return [f for f in self.frames.values() if f.kind == "event" and not f.acked]

    async def disconnect(self, how: str) -> int:
        """断开所有连接:notice(先说一声,10 秒后断)· 1006 · 1000 · 1001 · 1011。返回条数。"""
        links = list(self.connections)
        for link in links:
            link.leaving = True
            if how == "1006":
                link.abort()
            elif how == "notice":
                reason = {"reason": "connection is expired"}
                link.outbox.put_nowait(frames.system("disconnect", secrets.token_hex(8), self.time_ms(), reason))
                asyncio.get_running_loop().call_later(GRACE, link.abort)
            else:
                link.gone = True
                await link.send({"type": "websocket.close", "code": int(how)})
        return len(links)
