"""长连接 SDK sdk:官方 dingtalk-stream 的客户端与三种处理,只做收下、应答;0.24.3 与 0.24.4 都认。

SDK 的毛病在这里绕开(不改它的代码):自己要票(有期限)、事件按规矩应答、日志不外露票据、
一个客户端只连一次(再连由 bot/stream 决定)、收到“要断了”先等新连接接上。
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import dingtalk_stream
import websockets.exceptions  # noqa: F401  SDK 的 except 里要用,不先引入会在断线时出错
from dingtalk_stream.frames import AckMessage, Headers

from handlers.mail import Letter

CARD_TOPIC = "/v1.0/card/instances/callback"
MESSAGE_TOPIC = dingtalk_stream.ChatbotMessage.TOPIC
DISCONNECT = "disconnect"
HAND_OVER = 5.0
"""收到“要断了”之后,最多等新连接几秒。"""


class Door(Protocol):
    """收信的人:由 bot/service 做。"""

    def letter(self, kind: str, headers: Mapping[str, str], data: Mapping[str, Any]) -> Letter:
        """一帧 → 一封信(kind: message | event | callback)。"""
        ...

    async def accept(self, letter: Letter) -> bool | None:
        """落库;True 头一回、False 来过、None 没落成。"""
        ...

    async def pressed(self, letter: Letter) -> Mapping[str, Any]:
        """按了按钮:落库、办、给卡片的新样子;没落成抛错(不应答)。"""
        ...


def quiet() -> logging.Logger:
    """SDK 的日志一律不出声(0.24.3 会把票据写进日志);要紧的由我们自己记。"""
    logger = logging.getLogger("dingtalk_stream")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())  # 有了处理器,SDK 就不再自己往标准错误加
    logger.propagate = False
    for name in ("dingtalk_stream", "dingtalk_stream.client", "dingtalk_stream.handler"):
        logging.getLogger(name).disabled = True
    return logger


@dataclass
class Link:
    """一条连接的一生:opened 连上了,closed 断了,leaving 平台说要断,replaced 新的已接上。"""

    opened: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    replaced: asyncio.Event = field(default_factory=asyncio.Event)
    frames: int = 0
    seen: tuple[float, float] = (0.0, 0.0)
    socket: Any = None
    client: Any = None
    task: asyncio.Task[None] | None = None
    watch: asyncio.Task[None] | None = None

    def touch(self) -> None:
        """来了一帧(或刚连上)。"""
        self.seen = (time.monotonic(), time.time())

    def silent_for(self) -> float:
        """多久没有帧(秒);机器睡过一觉也算。"""
        return max(time.monotonic() - self.seen[0], time.time() - self.seen[1])

    def take_socket(self, socket: Any) -> None:
        """SDK 换了连接。"""
        if socket is None:
            return
        self.socket = socket
        self.touch()
        self.opened.set()
        self.watch = asyncio.get_running_loop().create_task(self._watch(socket))

    async def _watch(self, socket: Any) -> None:
        await socket.wait_closed()
        self.closed.set()


class Client(dingtalk_stream.DingTalkStreamClient):  # type: ignore[misc]
    """官方客户端;票由我们预先要好。"""

    def __init__(self, credential: Any, link: Link) -> None:
        self._link = link
        self._socket: Any = None
        self._ticket: Mapping[str, Any] | None = None
        super().__init__(credential, logger=quiet())
        link.client = self

    @property
    def websocket(self) -> Any:
        return self._socket

    @websocket.setter
    def websocket(self, value: Any) -> None:
        self._socket = value
        self._link.take_socket(value)

    def give(self, ticket: Mapping[str, Any]) -> None:
        """放一张票。"""
        self._ticket = ticket

    def open_connection(self) -> Mapping[str, Any] | None:
        """SDK 来要票:只给一次;再要就没有,它便歇着,等我们收掉它。"""
        ticket, self._ticket = self._ticket, None
        return ticket

    async def background_task(self, json_message: Any, *rest: Any) -> None:
        self._link.frames += 1
        self._link.touch()
        await super().background_task(json_message, *rest)


class Messages(dingtalk_stream.CallbackHandler):  # type: ignore[misc]
    """机器人消息:落了库才应答 200。"""

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door

    async def process(self, message: Any) -> tuple[int, Any]:
        fresh = await self._door.accept(self._door.letter("message", headers_of(message), message.data))
        return (AckMessage.STATUS_OK, None) if fresh is not None else (AckMessage.STATUS_SYSTEM_EXCEPTION, None)


class Presses(dingtalk_stream.CallbackHandler):  # type: ignore[misc]
    """卡片按钮:两秒之内用新样子应答。"""

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door

    async def process(self, message: Any) -> tuple[int, Any]:
        return AckMessage.STATUS_OK, await self._door.pressed(
            self._door.letter("callback", headers_of(message), message.data)
        )


class Events(dingtalk_stream.EventHandler):  # type: ignore[misc]
    """事件:按平台的规矩应答 SUCCESS 或 LATER(SDK 自己会把事件原样送回去)。"""

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door

    async def raw_process(self, event_message: Any) -> AckMessage:
        fresh = await self._door.accept(self._door.letter("event", headers_of(event_message), event_message.data))
        ack = AckMessage()
        ack.headers.message_id = event_message.headers.message_id
        ack.headers.content_type = Headers.CONTENT_TYPE_APPLICATION_JSON
        ack.message = "OK"
        ack.data = {"status": "SUCCESS" if fresh is not None else "LATER", "message": ""}
        return ack


class System(dingtalk_stream.SystemHandler):  # type: ignore[misc]
    """心跳原样回;“要断了”先等新连接接上再放手。"""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link

    async def process(self, message: Any) -> tuple[int, str]:
        if message.headers.topic == DISCONNECT:
            self._link.leaving.set()
            await wait_any((self._link.replaced, self._link.closed), HAND_OVER)
        return AckMessage.STATUS_OK, "OK"


def headers_of(message: Any) -> dict[str, str]:
    """帧头里要用的几样。"""
    head = message.headers
    return {
        "messageId": str(head.message_id or ""),
        "eventId": str(head.event_id or ""),
        "eventType": str(head.event_type or ""),
        "topic": str(head.topic or ""),
    }


def make_client(credential: tuple[str, str], door: Door, link: Link) -> Client:
    """一个装好处理的客户端。"""
    quiet()
    client = Client(dingtalk_stream.Credential(*credential), link)
    client.register_callback_handler(MESSAGE_TOPIC, Messages(door))
    client.register_callback_handler(CARD_TOPIC, Presses(door))
    client.register_all_event_handler(Events(door))
    client.system_handler = System(link)
    return client


def ticket_request(credential: tuple[str, str]) -> dict[str, Any]:
    """要票的请求体:与 SDK 自己发的一样。"""
    topics = [{"type": "EVENT", "topic": "*"}]
    topics += [{"type": "CALLBACK", "topic": topic} for topic in (MESSAGE_TOPIC, CARD_TOPIC)]
    ua = f"dingtalk-sdk-python/v{dingtalk_stream.version.VERSION_STRING}-union"
    return {"clientId": credential[0], "clientSecret": credential[1], "subscriptions": topics, "ua": ua, "localIp": ""}


async def wait_any(events: tuple[asyncio.Event, ...], timeout: float) -> None:
    """等到其中一件发生,或到时候。"""
    tasks = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def end(link: Link) -> None:
    """收掉一个客户端,两个版本都在一秒多之内(0.24.3 会吞掉第一次取消,所以再取消)。"""
    client, task = link.client, link.task
    stop: Callable[[], Coroutine[Any, Any, None]] | None = getattr(client, "stop", None)
    steps = [stop] if stop is not None else []
    if link.socket is not None:
        steps.append(link.socket.close)
    for step in steps:
        await asyncio.wait({asyncio.ensure_future(step())}, timeout=0.4)
    for _ in range(8):
        if task is None or task.done():
            break
        task.cancel()
        await asyncio.wait({task}, timeout=0.1)
    if link.watch is not None:
        link.watch.cancel()


def decode(payload: str) -> dict[str, Any]:
    """信里的内容;不成样子为空。"""
    try:
        data = json.loads(payload)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
