"""服务 serve:机器人、小程序、后台作业在一个进程里;设置全从环境来(见 .env.example)。

标准输出一行一个 JSON:{"step","say"} 是进度,最后 {"ready":true,"miniapp":地址};日志写标准错误。
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import socket
import threading
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import uvicorn

from app.deliveries import Deliveries
from app.first_day import first_day
from app.follow_up import FollowUp
from app.jobs import SYNC, Jobs, JobSettings
from app.logs import quiet
from app.outgoing import Outgoing, ticket_opener
from app.schedule import Schedule
from app.wiring import Wired, wire
from app.work_table import follow_argument, work_table
from bot.service import Bot
from bot.service import Ports as BotPorts
from config.settings import Settings
from ehr_sync.dingtalk.errors import DingTalkError, Verdict
from ehr_sync.events import Follow, Known, follow
from ehr_sync.login import login_code
from engine.errors import Unavailable
from miniapp.ports import Ports
from miniapp.server import make_app
from models.mailbox import Replica
from models.work import Work

log = logging.getLogger("ehr.serve")
BEAT = timedelta(seconds=10)
DEAD = timedelta(seconds=60)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """没有参数:设置都在环境变量里。"""


def run(args: argparse.Namespace) -> int:
    """启动,直到被请停。"""
    settings = Settings()
    quiet(settings)
    service = Service(wire(settings))
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: service.ask_stop())
    return service.run()


class Service:
    """跑着的一套:接线、作业、投递、时刻表、机器人、网页。"""

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        self.executor = f"{socket.gethostname()}:{uuid.uuid4().hex[:8]}"
        self.deliveries = Deliveries(wired)
        settings = wired.settings
        self.jobs = Jobs(
            JobSettings(settings.database_url, settings.state_dir, self.executor, settings.qps),
            work_table(wired, self.deliveries),
        )
        self.schedule = Schedule(wired.desk, wired.clock, self.jobs, self._beat)
        self.follow_up = FollowUp(self._start_follow)
        self.bot = Bot(wired.desk, settings, BotPorts(Outgoing(wired), self._follow, ticket_opener(wired)))
        self._stopping = threading.Event()
        self._web: uvicorn.Server | None = None
        self._beaten = wired.clock() - BEAT * 2

    def ask_stop(self) -> None:
        """请停。"""
        self._stopping.set()
        if self._web is not None:
            self._web.should_exit = True

    def run(self) -> int:
        """装好、启动、守到请停为止。"""
        try:
            for note in self._first_day():
                tell("note", note)
            if self._stopping.is_set():
                return 0
            self.jobs.launch()
            if self.wired.store.is_sqlite:
                log.info("接过上次没做完的作业 %d 件。", self.jobs.adopt_all())
            self.deliveries.start(self.jobs)
            self.schedule.start()
            self.bot.start()
            self._serve_web()
            return 0
        finally:
            self._stop()

    def _first_day(self) -> list[str]:
        """把公司装起来。这时问不到钉钉就没有启动,不会“稍后自动再试”:说清楚该做什么。"""
        try:
            return first_day(self.wired, lambda text: tell("first_day", text))
        except DingTalkError as problem:
            if problem.verdict is not Verdict.RETRY:
                raise
            said = problem.say.partition(",")[0]
            more = (
                ",没有启动。第一次启动要先从钉钉读人员;请用 ehr doctor 看是哪里不通,改好后再运行 ehr serve,会接着做。"
            )
            raise Unavailable(problem.code, said + more) from problem

    def _serve_web(self) -> None:
        """网页在主线程里跑;端口 0 由系统给。"""
        settings = self.wired.settings
        # 写明 TCP:协议号为 0 的监听口,asyncio 不会给连接关掉 Nagle,每次应答会慢几十毫秒。
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.listen_host, settings.listen_port))
        host, port = listener.getsockname()[:2]
        app = make_app(
            self.wired.desk,
            settings,
            Ports(login_code=lambda code: login_code(self.wired.ding, code), ready=self.readiness),
        )
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        self._web = uvicorn.Server(config)
        self._web.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        threading.Thread(target=self._announce, args=(f"http://{host}:{port}",), daemon=True).start()
        if not self._stopping.is_set():
            self._web.run(sockets=[listener])

    def _announce(self, address: str) -> None:
        """网页起来、长连接连上,才说好了。"""
        while self._web is not None and not self._web.started and not self._stopping.is_set():
            self._stopping.wait(0.05)
        self.bot.stream.wait_connected(15)
        print(json.dumps({"ready": True, "miniapp": address}), flush=True)

    def readiness(self) -> Mapping[str, str]:
        """各部件的情形:名字 → 空为正常,否则一句话。"""
        waiting = self.deliveries.open_count()
        return {
            **self.bot.ready(),
            "发件": f"有 {waiting} 封还没送到" if waiting > 500 else "",
        }

    def _follow(self, event_type: str, data: Mapping[str, Any]) -> None:
        """钉钉推来的事件:记下要去看哪几条。"""
        source = self.wired.source
        known = Known(
            frozenset(source.processes.values()),
            source.deals.name if source.deals else "",
            source.ratings.name if source.ratings else "",
        )
        for one in follow({"eventType": event_type}, data, known):
            self.follow_up.add(one)

    def _start_follow(self, one: Follow, slot: str) -> None:
        self.jobs.start(f"follow:{one.feed}:{slot}", "follow", follow_argument(one, slot), SYNC)

    def _beat(self) -> None:
        """心跳;顺带接手死了的副本没做完的作业。"""
        now = self.wired.clock()
        if now - self._beaten < BEAT:
            return
        self._beaten = now
        dead = self.wired.desk.write(self._beat_row)
        if dead:
            log.warning("adopted %s jobs of %s dead replicas", self.jobs.adopt(dead), len(dead))

    def _beat_row(self, work: Work) -> list[str]:
        work.session.merge(Replica(executor_id=self.executor, beat_at=work.now))
        rows = work.session.connection().exec_driver_sql("SELECT executor_id, beat_at FROM replica").all()
        gone = [r[0] for r in rows if r[0] != self.executor and self._silent(work, r[0])]
        for executor_id in gone:
            row = work.session.get(Replica, executor_id)
            if row is not None:
                work.session.delete(row)
        return gone

    def _silent(self, work: Work, executor_id: str) -> bool:
        row = work.session.get(Replica, executor_id)
        return row is not None and work.now - row.beat_at > DEAD

    def _stop(self) -> None:
        """依次停下:先不收,再不投,最后关库。"""
        self.bot.stop()
        self.follow_up.stop()
        self.schedule.stop()
        self.deliveries.stop()
        self.jobs.stop()
        self.wired.close()


def tell(step: str, text: str) -> None:
    """一行进度。"""
    print(json.dumps({"step": step, "say": text}, ensure_ascii=False), flush=True)
