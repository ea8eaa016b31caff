"""长连接 stream:在自己的线程里看护官方 SDK:连、断了退避再连、没动静就重连、两秒之内停得下。"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from bot.ports import OpenConnection
from bot.sdk import Door, Link, end, make_client, ticket_request, wait_any

LOG = logging.getLogger("ehr.bot.stream")
SILENCE = 90.0
"""多久没有一帧(心跳也算)就当断了(秒)。"""
TICKET_WAIT, OPEN_WAIT = 12.0, 15.0
FIRST_WAIT, LAST_WAIT = 1.0, 60.0
"""断了之后等多久再连(秒):逐次加倍,带抖动;来过一帧就从头算。"""
LOOK_EVERY = 5.0


class Stream:
    """看护一条长连接。credential 是 (client_id, client_secret);open_connection 要票。"""

    def __init__(self, credential: tuple[str, str], door: Door, open_connection: OpenConnection) -> None:
        self._credential, self._door, self._open_connection = credential, door, open_connection
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._up = threading.Event()
        self._running = threading.Event()
        self.silence = SILENCE
        self.trouble = "还没有连上"

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="ehr-stream", daemon=True)
        self._thread.start()
        self._running.wait(5)

    def stop(self, timeout: float = 2.0) -> bool:
        """停;timeout 之内停下了为 True。"""
        loop, stopping, thread = self._loop, self._stopping, self._thread
        if loop is None or stopping is None or thread is None:
            return True
        try:
            loop.call_soon_threadsafe(stopping.set)
        except RuntimeError:
            return True  # 已经停了
        thread.join(timeout)
        return not thread.is_alive()

    @property
    def connected(self) -> bool:
        """现在连着吗。"""
        return self._up.is_set()

    def wait_connected(self, timeout: float) -> bool:
        """等到连上。"""
        return self._up.wait(timeout)

    # ------- 线程里

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        self._loop = loop
        try:
            loop.run_until_complete(self._main())
        finally:
            self._up.clear()
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            if left:
                loop.run_until_complete(asyncio.wait(left, timeout=0.5))
            loop.close()

    async def _main(self) -> None:
        self._stopping = asyncio.Event()
        self._running.set()
        retiring: set[asyncio.Task[None]] = set()
        attempt, old = 0, None
        while not self._stopping.is_set():
            link = Link()
            leaving = await self._live(link, old)
            attempt = 0 if link.frames else attempt + 1
            if leaving:
                old = link
                task = asyncio.ensure_future(self._retire(link))
                retiring.add(task)
                task.add_done_callback(retiring.discard)
                continue
            old = None
            self._up.clear()
            await end(link)
            if not self._stopping.is_set():
                await wait_any((self._stopping,), backoff(attempt))
        for task in retiring:
            task.cancel()

    async def _live(self, link: Link, old: Link | None) -> bool:
        """一条连接从要票到断;返回真表示平台说要断、它还开着(先连新的)。"""
        assert self._stopping is not None
        try:
            ticket = await self._ticket()
        except Exception as error:  # 网络、凭证、不是 JSON……都一样:记下,退避再来
            if self._stopping.is_set():
                return False
            self.trouble = f"没有要到长连接的票({type(error).__name__}),正在重试"
            LOG.warning("%s", self.trouble)
            return False
        client = make_client(self._credential, self._door, link)
        client.give(ticket)
        link.task = asyncio.ensure_future(client.start())
        link.task.add_done_callback(lambda _: link.closed.set())
        await wait_any((link.opened, link.closed, self._stopping), OPEN_WAIT)
        if not link.opened.is_set():
            self.trouble = "长连接没有接通,正在重试"
            LOG.warning("%s", self.trouble)
            return False
        if old is not None:
            old.replaced.set()
        self._up.set()
        self.trouble = ""
        LOG.info("长连接已接通。")
        return await self._watch(link)

    async def _watch(self, link: Link) -> bool:
        assert self._stopping is not None
        while True:
            await wait_any((link.closed, link.leaving, self._stopping), min(LOOK_EVERY, self.silence))
            if self._stopping.is_set():
                return False
            if link.leaving.is_set() and not link.closed.is_set():
                LOG.info("平台要换连接,先接新的。")
                return True
            if link.closed.is_set():
                self.trouble = "长连接断了,正在重连"
                LOG.warning("%s", self.trouble)
                return False
            if link.silent_for() > self.silence:
                self.trouble = f"长连接 {self.silence:.0f} 秒没有动静,正在重连"
                LOG.warning("%s", self.trouble)
                return False

    async def _ticket(self) -> Mapping[str, Any]:
        body = ticket_request(self._credential)
        assert self._stopping is not None
        asking = asyncio.ensure_future(in_thread(lambda: self._open_connection(body)))
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({asking, stopping}, timeout=TICKET_WAIT, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not asking.done():
            asking.cancel()
            raise TimeoutError
        ticket = asking.result()
        if not (isinstance(ticket.get("endpoint"), str) and isinstance(ticket.get("ticket"), str)):
            raise ValueError("no endpoint or ticket")
        return ticket

    async def _retire(self, link: Link) -> None:
        """旧连接:等它自己断,最多十来秒,然后收掉。"""
        await wait_any((link.closed,), 12.0)
        await end(link)


def backoff(attempt: int) -> float:
    """第几次再连之前等多久(秒),带抖动;刚断的一条(attempt 0)最多等一秒。"""
    most = min(LAST_WAIT, FIRST_WAIT * (1 << min(attempt, 10)))
    return random.uniform(0.0 if attempt == 0 else most / 2, most)


def in_thread(work: Callable[[], Mapping[str, Any]]) -> Coroutine[Any, Any, Mapping[str, Any]]:
    """在一个守护线程里做一件会阻塞的事:到期就不等它,停机时也不被它拖住。"""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Mapping[str, Any]] = loop.create_future()

    def settle(result: Mapping[str, Any] | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        elif result is not None:
            future.set_result(result)

    def run() -> None:
        try:
            outcome: tuple[Mapping[str, Any] | None, BaseException | None] = (work(), None)
        except Exception as error:
            outcome = (None, error)
        try:
            loop.call_soon_threadsafe(settle, *outcome)
        except RuntimeError:
            return  # 已经停了

    threading.Thread(target=run, name="ehr-ticket", daemon=True).start()

    async def wait() -> Mapping[str, Any]:
        return await future

    return wait()
