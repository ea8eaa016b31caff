"""机器人 service:聊天这扇门的入口。长连接收信、落库、应答;办件的线程取信、听懂、去办、回话。

用法(由 app 接线)::

    bot = Bot(desk, settings, Ports(outgoing, follow, open_connection))
    bot.start(); …; bot.stop()

引入本模块之前要先设好环境变量 DINGTALK_OPENAPI_ENDPOINT(SDK 在引入时读它)。
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from bot import words
from bot.actions import Buttons, Response, read_press, slow
from bot.answers import Answer, Say, message_of
from bot.dialogue import Dialogue
from bot.inbox import Inbox
from bot.incoming import Incoming, read_message
from bot.people import People
from bot.ports import ActionCard, Follow, NewCard, OpenConnection, Outgoing
from bot.sdk import decode
from bot.stream import Stream
from bot.workers import Job, NotDelivered, Workers
from config.settings import Settings
from engine.errors import EhrError
from handlers.desk import Desk
from handlers.mail import Letter

LOG = logging.getLogger("ehr.bot")
PRESS_LIMIT = 1.5
"""按钮最多办多久就得先应答(秒);平台只等两秒。"""


@dataclass(frozen=True, slots=True)
class Ports:
    """外面替机器人做的:outgoing 回话与投卡;follow 跟进事件;open_connection 要长连接的票。"""

    outgoing: Outgoing
    follow: Follow
    open_connection: OpenConnection


class Bot:
    """机器人。start 之后自己跑;ready 给健康检查(名字 → 空为正常,否则一句话)。"""

    def __init__(self, desk: Desk, settings: Settings, ports: Ports) -> None:
        self._desk, self._settings = desk, settings
        people = People(desk)
        self._inbox = Inbox(desk)
        self._reception = Reception(desk, settings, ports, people)
        self._workers = Workers(desk, self._inbox, self._reception, settings.reply_workers)
        self._door = FrontDoor(desk, self._inbox, self._workers, self._reception)
        credential = (settings.client_id, settings.client_secret.get_secret_value())
        self.stream = Stream(credential, self._door, ports.open_connection)

    def start(self) -> None:
        """起来:先补办上次没办完的,再连钉钉。"""
        self._inbox.start()
        left = self._workers.start()
        if left:
            LOG.info("补办上次没办完的收件 %d 封。", left)
        self.stream.start()

    def stop(self, timeout: float = 5.0) -> None:
        """停:不再收信(两秒内),手上的办完,勾掉。"""
        self.stream.stop(2.0)
        self._workers.stop(timeout)
        self._inbox.stop(timeout)

    def ready(self) -> dict[str, str]:
        """各部件的情形。"""
        busy = self._workers.busy()
        return {
            "钉钉长连接": "" if self.stream.connected else self.stream.trouble,
            "收件": "" if busy < 5_000 else f"有 {busy} 封收件在排队,回复会慢一些",
        }


Waiting = tuple["asyncio.Future[bool | None]", bool | None]
"""在等应答的一封与它的结果。"""


def _settle(batch: Iterable[Waiting]) -> None:
    for future, fresh in batch:
        if not future.done():
            future.set_result(fresh)


class FrontDoor:
    """收信的人(bot.sdk.Door):一帧 → 一封信,落库,交给办件的。"""

    def __init__(self, desk: Desk, inbox: Inbox, workers: Workers, reception: Reception) -> None:
        self._desk, self._inbox, self._workers, self._reception = desk, inbox, workers, reception
        self._told: deque[tuple[asyncio.AbstractEventLoop, Waiting]] = deque()
        inbox.after_batch = self._tell_all

    def letter(self, kind: str, headers: Mapping[str, str], data: Mapping[str, Any]) -> Letter:
        """一帧 → 一封信。编号:消息用 msgId,事件用 eventId,按钮用 messageId。"""
        body = data if isinstance(data, dict) else {}
        frame = headers.get("messageId", "")
        if kind == "message":
            key, sender, topic = (
                str(body.get("msgId") or frame),
                body.get("senderStaffId") or body.get("senderId"),
                "im",
            )
        elif kind == "event":
            key, sender, topic = headers.get("eventId") or frame, "", headers.get("eventType", "")
        else:
            key, sender, topic = frame, body.get("userId"), "card"
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return Letter(key, kind, str(sender or ""), topic, text, self._desk.clock())

    async def accept(self, letter: Letter) -> bool | None:
        """落库;头一回来的交给办件的。"""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool | None] = loop.create_future()

        def tell(fresh: bool | None) -> None:
            if fresh:
                self._workers.give(Job(letter))
            self._told.append((loop, (future, fresh)))

        self._inbox.put(letter, tell)
        return await future

    def _tell_all(self) -> None:
        """一批只叫醒连接线程一次,由它逐封应答。"""
        batches: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
        while self._told:
            loop, waiting = self._told.popleft()
            batches.setdefault(loop, []).append(waiting)
        for loop, batch in batches.items():
            try:
                loop.call_soon_threadsafe(_settle, batch)
            except RuntimeError:
                continue  # 连接线程已经停了:信在库里,下次启动会办

    async def pressed(self, letter: Letter) -> Response:
        """按了按钮:落库、办、答卡片的新样子;办得慢就先答“正在处理”,结果随后更新到卡片。"""
        loop = asyncio.get_running_loop()
        until = loop.time() + PRESS_LIMIT
        answer = self._reception.expect(letter.message_id)
        fresh = await self.accept(letter)
        if fresh is None:
            self._reception.forget(letter.message_id)
            raise ConnectionError("press was not stored")
        if fresh is False and not self._workers.has(letter.message_id):
            self._reception.forget(letter.message_id)
            return await asyncio.to_thread(self._reception.look_again, letter)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(answer), max(0.05, until - loop.time()))
        except (TimeoutError, asyncio.CancelledError):
            self._reception.too_late(letter.message_id)
            if answer.done() and not answer.cancelled():
                return answer.result()
            return slow() if fresh else await asyncio.to_thread(self._reception.look_again, letter)


class Reception:
    """办信的人(bot.workers.Handles):消息去对话,按钮去办,事件去跟进。"""

    def __init__(self, desk: Desk, settings: Settings, ports: Ports, people: People) -> None:
        self._desk, self._ports, self._people = desk, ports, people
        self._has_cards = bool(settings.card_template_id)
        self._buttons = Buttons(desk, people, settings.miniapp_base)
        self._dialogue = Dialogue(desk, people)
        self._lock = threading.Lock()
        self._expected: dict[str, Future[Response]] = {}

    # ------- 排哪条道

    def lane(self, letter: Letter) -> str:
        """一个人的聊天一条道,他的按钮另一条;事件按种类。"""
        return f"{letter.kind}:{letter.sender or letter.topic}"

    # ------- 办

    def handle(self, job: Job, thought: Callable[[], None]) -> None:
        """办一封;话想好了叫一声 thought,再送。"""
        letter = job.letter
        if letter.kind == "message":
            message = read_message(decode(letter.payload), lambda: letter.received_at)
            answers = list(job.left) or self._dialogue.answer(message, letter.message_id)
            thought()
            self._send(message, answers)
        elif letter.kind == "callback":
            self._press(letter)
        else:
            self._people_changed(letter)
            self._ports.follow(letter.topic, decode(letter.payload))

    def apologise(self, job: Job, number: str) -> None:
        """程序错误:给个编号。"""
        letter = job.letter
        try:
            if letter.kind == "message":
                message = read_message(decode(letter.payload), lambda: letter.received_at)
                self._ports.outgoing.reply(message.session, message_of(Say(words.unexpected(number))))
            elif letter.kind == "callback":
                self._tell(letter.message_id, slow())
        except Exception as error:
            LOG.error("没能告知 %s(%s)。", number, type(error).__name__)

    def _send(self, message: Incoming, answers: list[Answer]) -> None:
        """逐条送出;没送到抛 NotDelivered,过会儿只送剩下的。"""
        for number, answer in enumerate(answers):
            if not self._deliver(message, answer):
                raise NotDelivered("会话地址与机器人接口都没有送到", tuple(answers[number:]))

    def _deliver(self, message: Incoming, answer: Answer) -> bool:
        outgoing = self._ports.outgoing
        if isinstance(answer, Say):
            return outgoing.reply(message.session, message_of(answer))
        try:
            content = self._buttons.content(answer.ref, self._people.actor(message.userid))
        except EhrError as error:
            return outgoing.reply(message.session, message_of(Say(error.say)))
        card = NewCard(answer.ref.out_track_id, message.userid, content.params)
        # 卡片投不出去(模板不在、额度用完)就改发带链接的消息,事情照样办得成。
        plain = ActionCard(content.title, content.markdown, content.buttons)
        return (self._has_cards and outgoing.send_card(card)) or outgoing.reply(message.session, plain)

    def _people_changed(self, letter: Letter) -> None:
        if letter.topic.startswith(("user_", "org_", "label_")):
            self._people.forget()

    # ------- 按钮

    def expect(self, message_id: str) -> Future[Response]:
        """连接那头在等这一下的结果。"""
        with self._lock:
            return self._expected.setdefault(message_id, Future())

    def forget(self, message_id: str) -> None:
        with self._lock:
            self._expected.pop(message_id, None)

    def too_late(self, message_id: str) -> None:
        """连接那头等不及,已经先答了。"""
        with self._lock:
            future = self._expected.pop(message_id, None)
        if future is not None:
            future.cancel()

    def look_again(self, letter: Letter) -> Response:
        """同一次点击又送来一遍,早办过了:答现在的样子。"""
        return self._buttons.look(self._read(letter))

    def _press(self, letter: Letter) -> None:
        press = self._read(letter)
        answer = self._buttons.press(press)
        if not self._tell(letter.message_id, answer):
            self._buttons.refresh(press, answer)

    def _tell(self, message_id: str, answer: Response) -> bool:
        """把结果交给等着的那头;没人在等为 False。"""
        with self._lock:
            future = self._expected.pop(message_id, None)
        if future is None or not future.set_running_or_notify_cancel():
            return False
        future.set_result(answer)
        return True

    def _read(self, letter: Letter) -> Any:
        data = decode(letter.payload)
        content = data.get("content") or data.get("value")
        return read_press(letter.message_id, data, decode(content if isinstance(content, str) else ""))
