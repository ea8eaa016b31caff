"""光秃秃的网关 gateway:量聊天用的对面,自己一个进程。帧与沙箱的一样,没有额度、没有限速。

在标准输入一行一个 JSON 听吩咐,在标准输出一行一个 JSON 回话:
{"do":"wait","app":…}                          等这个应用连上
{"do":"run","app":…,"count":…,"flying":…,…}    推 count 条消息,同时在途 flying 条,答完报数(见 Round.report)
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve

from bench.http_door import Answer, HttpDoor

BOT = "/v1.0/im/bot/messages/get"
QUESTION = "年假还剩几天"
QUIET = 30.0
"""这么久没有一点进展就算完(秒):剩下的都算没答。"""
OK = b'{"errcode":0,"errmsg":"ok"}'
Json = dict[str, Any]


@dataclass(slots=True)
class Message:
    """一条消息的一生(perf_counter 的秒);replies 答了几次。"""

    number: int
    sent: float = 0.0
    acked: float = 0.0
    replied: float = 0.0
    replies: int = 0


@dataclass
class Round:
    """一轮:count 条消息、在途 flying 条、回答迟 delay 秒、people 个人轮着问;marks 应答到几条时说一声。"""

    app: str
    count: int
    flying: int
    delay: float = 0.0
    people: int = 100
    must: str = ""
    marks: tuple[int, ...] = ()
    key: str = field(default_factory=lambda: secrets.token_hex(6))
    messages: list[Message] = field(default_factory=list)
    done: int = 0
    acks: int = 0
    wrong: int = 0
    began: float = 0.0
    ended: float = 0.0

    def report(self) -> Json:
        """报数:每秒几条、应答与回复的中位和 p99(毫秒)、没应答、应答了没答(lost)、答了不止一次、答得不对。"""
        acks = sorted((m.acked - m.sent) * 1000 for m in self.messages if m.acked)
        replies = sorted((m.replied - m.sent) * 1000 for m in self.messages if m.replied)
        return {
            "sent": len(self.messages),
            "rate": self.done / max(self.ended - self.began, 1e-9),
            "ack_p50_ms": share(acks, 50),
            "ack_p99_ms": share(acks, 99),
            "reply_p50_ms": share(replies, 50),
            "reply_p99_ms": share(replies, 99),
            "unacked": self.count - self.acks,
            "lost": self.count - sum(1 for m in self.messages if m.replies),
            "again": sum(1 for m in self.messages if m.replies > 1),
            "wrong": self.wrong,
        }


def share(ordered: list[float], percent: int) -> float:
    """排好的数里的百分位;没有数为 0。"""
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 2) if ordered else 0.0


class Gateway:
    """网关:一个应用一条连接。"""

    def __init__(self, say: Callable[[Json], None]) -> None:
        self._say = say
        self._tickets: dict[str, str] = {}
        self._links: dict[str, ServerConnection] = {}
        self._joined = asyncio.Condition()
        self._round: Round | None = None
        self._moved = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self.http, self.ws = "", ""

    # ------- HTTP

    def handle(self, path: str, body: bytes) -> Answer:
        """要票、要令牌、会话地址。"""
        parts = urlsplit(path)
        if parts.path == "/robot/sendBySession":
            return self._replied(parts.query.partition("=")[2], body)
        if parts.path == "/v1.0/gateway/connections/open":
            ticket = secrets.token_hex(8)
            self._tickets[ticket] = json.loads(body)["clientId"]
            return 0.0, json.dumps({"endpoint": self.ws, "ticket": ticket}).encode()
        return 0.0, b'{"accessToken":"bench","expireIn":7200}'

    def _replied(self, session: str, body: bytes) -> Answer:
        this = self._round
        key, _, number = session.partition("-")
        if this is None or key != this.key:
            return 0.0, OK
        message = this.messages[int(number)]
        message.replies += 1
        if this.must and this.must.encode() not in body:
            this.wrong += 1
        if message.replies > 1:
            return this.delay, OK
        if this.delay:
            asyncio.get_running_loop().call_later(this.delay, self._landed, this, message)
        else:
            self._landed(this, message)
        return this.delay, OK

    def _landed(self, this: Round, message: Message) -> None:
        """对方看到了这句回话。"""
        message.replied = time.perf_counter()
        self._step(this, message)

    # ------- 长连接

    async def connect(self, link: ServerConnection) -> None:
        """一条长连接的一生:连上、补推没应答的、收应答。"""
        assert link.request is not None
        app = self._tickets.pop(parse_qs(urlsplit(link.request.path).query)["ticket"][0])
        async with self._joined:
            self._links[app] = link
            self._joined.notify_all()
        this = self._round
        if this is not None and this.app == app:
            for message in this.messages:
                if not message.acked:
                    await link.send(self._frame(this, message))
        async for text in link:
            self._acked(json.loads(text))

    def _acked(self, ack: Json) -> None:
        now, this = time.perf_counter(), self._round
        key, _, number = str(ack["headers"]["messageId"]).partition("-")
        if this is None or key != this.key or ack["code"] != 200:
            return
        message = this.messages[int(number)]
        if message.acked:
            return
        message.acked = now
        this.acks += 1
        if this.acks in this.marks:
            self._say({"mark": this.acks})
        self._step(this, message)

    def _step(self, this: Round, message: Message) -> None:
        """应答了也答了的一条才算完,腾出位子推下一条。"""
        self._moved.set()
        if not message.acked or not message.replied:
            return
        this.done += 1
        this.ended = time.perf_counter()
        if len(this.messages) < this.count:
            self._push(this)

    def _push(self, this: Round) -> None:
        message = Message(len(this.messages))
        this.messages.append(message)
        message.sent = time.perf_counter()
        link = self._links[this.app]
        task = asyncio.ensure_future(self._send(link, self._frame(this, message)))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, link: ServerConnection, text: str) -> None:
        try:
            await link.send(text)
        except Exception:
            return  # 对方刚没了:它再连上时补推

    def _frame(self, this: Round, message: Message) -> str:
        name, now = f"{this.key}-{message.number}", int(time.time() * 1000)
        who = message.number % this.people
        data = {
            "conversationId": f"cid{who:06d}==",
            "conversationType": "1",
            "chatbotCorpId": "dingbench",
            "chatbotUserId": "$:LWCP_v1:$bench",
            "msgId": f"msg{name}",
            "createAt": now,
            "senderId": f"$:LWCP_v1:$u{who:06d}",
            "senderStaffId": f"u{who:06d}",
            "senderNick": f"同事{who}",
            "senderCorpId": "dingbench",
            "senderPlatform": "Mac",
            "isAdmin": False,
            "sessionWebhook": f"{self.http}/robot/sendBySession?session={name}",
            "sessionWebhookExpiredTime": now + 5_400_000,
            "robotCode": "dingbench",
            "msgtype": "text",
            "text": {"content": QUESTION},
        }
        headers = {
            "appId": this.app,
            "connectionId": "bench",
            "contentType": "application/json",
            "messageId": name,
            "time": str(now),
            "topic": BOT,
        }
        inside = json.dumps(data, ensure_ascii=False)
        return json.dumps(
            {"specVersion": "1.0", "type": "CALLBACK", "headers": headers, "data": inside}, ensure_ascii=False
        )

    # ------- 吩咐

    async def wait(self, app: str) -> None:
        """等这个应用连上。"""
        async with self._joined:
            await self._joined.wait_for(lambda: app in self._links)

    async def run(self, this: Round) -> Json:
        """推一轮,到全部答完,或太久没有进展。"""
        self._round = this
        this.began = this.ended = time.perf_counter()
        for _ in range(min(this.flying, this.count)):
            self._push(this)
        while this.done < this.count:
            self._moved.clear()
            try:
                await asyncio.wait_for(self._moved.wait(), QUIET)
            except TimeoutError:
                break
        self._round = None
        return this.report()


async def main() -> None:
    """起来,报地址,听吩咐。"""
    loop = asyncio.get_running_loop()
    gateway = Gateway(lambda found: print(json.dumps(found), flush=True))
    web = await loop.create_server(lambda: HttpDoor(gateway.handle), "127.0.0.1", 0)
    gateway.http = f"http://127.0.0.1:{web.sockets[0].getsockname()[1]}"
    async with serve(gateway.connect, "127.0.0.1", 0, compression=None) as sockets:
        gateway.ws = f"ws://127.0.0.1:{next(iter(sockets.sockets)).getsockname()[1]}/connect"
        print(json.dumps({"http": gateway.http}), flush=True)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            order = json.loads(line)
            if order.pop("do") == "wait":
                await gateway.wait(order["app"])
                print("{}", flush=True)
            else:
                print(json.dumps(await gateway.run(Round(**order))), flush=True)
    web.close()


if __name__ == "__main__":
    asyncio.run(main())
