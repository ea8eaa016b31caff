"""整套 house(测试用):沙箱与服务两个进程,状态用完就丢;播过种的状态只做一次,每套都照它复制。

用法::

    with House(seed.copy(folder)) as house:
        house.sandbox.say("liming", "年假还剩几天")
        house.page("liming").get("/api/v1/payslips/2026-11")   # 经沙箱免登,像手机里那样
        house.settle()                                          # 收件、发件、作业都办完
        house.kill(); house.start_service()                     # 杀掉服务再起

两个进程与 `ehr demo` 用的是同一套启动办法(app.demo_house);什么也不睡,等待都有条件与期限。
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from app import demo_house
from app.follow_up import USUAL, WAITS
from app.processes import Child
from app.sync import pull_all
from app.wiring import wire
from config.settings import Settings
from models.work import Store, Work
from tests.harness.sandbox import Json, Sandbox, until

SERVICE_SECONDS = 240.0
OPEN_JOBS = "SELECT count(*) FROM {table} WHERE status IN ('ENQUEUED', 'PENDING')"


@dataclass(frozen=True)
class Ground:
    """一套的地基:state 状态文件夹;database 库的地址(空为文件夹里的 SQLite);env 另外的设置。"""

    state: Path
    database: str = ""
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """库的地址。"""
        return self.database or f"sqlite:///{(self.state / demo_house.DATABASE).as_posix()}"


class Page:
    """一个人的小程序:已经免登,带着会话;回答是 (状态, 内容)。"""

    def __init__(self, house: House, userid: str) -> None:
        self.http = httpx.Client(base_url=house.sandbox.base, timeout=60, trust_env=False)
        code = house.sandbox.call("POST", "/authcode", {"userid": userid})["code"]
        self.login = self.http.post("/m/login", json={"code": code})

    def get(self, path: str) -> Any:
        """看;不成就是断言失败。"""
        status, body = self.try_get(path)
        assert status == 200, (path, status, body)
        return body

    def try_get(self, path: str) -> tuple[int, Any]:
        return _answer(self.http.get(path))

    def post(self, path: str, body: Any = None, key: str = "") -> Any:
        """办;不成就是断言失败。"""
        status, answer = self.try_post(path, body, key)
        assert status == 200, (path, status, answer)
        return answer

    def try_post(self, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        head = {"Idempotency-Key": key or secrets.token_urlsafe(12)}
        return _answer(self.http.post(path, json=body, headers=head))

    def close(self) -> None:
        self.http.close()


def _answer(answer: httpx.Response) -> tuple[int, Any]:
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    return answer.status_code, answer.json() if is_json else answer.text


class House:
    """跑着的一套。"""

    def __init__(self, ground: Ground, *, quota: bool = False, clock: str = "") -> None:
        self.ground = ground
        self.sandbox = Sandbox(ground.state / "dingtalk", quota=quota, clock=clock)
        self.service: Child | None = None
        self.said: list[str] = []
        self._known: set[str] = set()
        self._pages: dict[str, Page] = {}
        self._store: Store | None = None

    # ------- 起停

    def __enter__(self) -> House:
        self.sandbox.start()
        self._known = {str(one["id"]) for one in self._events() if one["acked"]}
        try:
            self.start_service()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def settings(self) -> dict[str, str]:
        """服务的设置,与演示的一样(库可以换)。"""
        here = demo_house.House(self.ground.state, None, self.sandbox.info)  # type: ignore[arg-type]  # 沙箱由我们自己管
        here.api.close()
        return {**demo_house.service_environment(here), "EHR_DATABASE_URL": self.ground.url, **self.ground.env}

    def start_service(self) -> None:
        """起服务,等到它说 ready,再把小程序的地址告诉沙箱。"""
        self.service = Child("服务", demo_house.SERVICE, self.settings(), self.log)
        while True:
            line = self.service.next_line(SERVICE_SECONDS)
            if line.get("say"):
                self.said.append(str(line["say"]))
            if line.get("ready"):
                break
        self.sandbox.call("PUT", "/miniapp", {"base": line["miniapp"]})
        self.sandbox.wait_connected()

    @property
    def log(self) -> Path:
        """服务的日志。"""
        return self.ground.state / "service.log"

    def stop_service(self) -> None:
        """好好停下服务。"""
        if self.service is not None:
            self.service.stop()
            self.service = None

    def kill(self) -> None:
        """强杀服务(SIGKILL)。"""
        assert self.service is not None
        self.service.process.send_signal(signal.SIGKILL)
        self.service.process.wait(10)
        self.stop_service()

    def stop(self) -> None:
        """都停下。"""
        for page in self._pages.values():
            page.close()
        self._pages.clear()
        self.stop_service()
        self.sandbox.stop()
        if self._store is not None:
            self._store.close()
            self._store = None

    # ------- 小程序与库

    def page(self, userid: str) -> Page:
        """这个人的小程序(登录一次,接着用)。"""
        if userid not in self._pages:
            page = Page(self, userid)
            self._pages[userid] = page
            assert page.login.status_code == 200, page.login.text
        return self._pages[userid]

    def look(self, see: Callable[[Work], Any]) -> Any:
        """看一眼库(只读)。"""
        if self._store is None:
            self._store = Store(self.ground.url)
        with self._store.reading(datetime.now(UTC)) as work:
            return see(work)

    def rows(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """库里的几行。"""
        found = self.look(lambda work: work.session.execute(text(sql), params).all())
        return [tuple(row) for row in found]

    def person_id(self, userid: str) -> int:
        """这个人在库里的编号。"""
        return int(self.rows("SELECT id FROM person WHERE userid = :u", u=userid)[0][0])

    def pull_again(self) -> list[str]:
        """把各个来源从头再读一遍(同服务用的一样);返回没读成的。"""
        with patched_environment(self.settings()):
            wired = wire(Settings(_env_file=None))  # type: ignore[call-arg]  # pydantic-settings 的参数
        try:
            return pull_all(wired, f"again-{secrets.token_hex(4)}", self.said.append)
        finally:
            wired.close()

    # ------- 等它办完

    def settle(self, timeout: float = 90) -> None:
        """等到推来的都有回执、收件都办了、发件都送了、作业都做了;来过事件的,安静得比攒事件的时间久才算。"""
        seen: dict[str, int] = {}
        calm, quiet_since = self._calm(), time.monotonic()

        def quiet() -> bool:
            nonlocal quiet_since
            seen.update(self.open_work())
            if any(seen.values()):
                quiet_since = time.monotonic()
                return False
            return time.monotonic() - quiet_since >= calm

        until(quiet, timeout, lambda: f"还没有办完:{seen};日志的末尾:\n{tail(self.log)}")

    def _calm(self) -> float:
        """上次办完之后来过要跟进的事件,要安静几秒(见 app/follow_up.py:攒一会儿才去看);没有来过为零。"""
        fresh = [one for one in self._events() if one["id"] not in self._known]
        self._known |= {str(one["id"]) for one in fresh}
        kinds = {str(one["extra"].get("eventType", "")) for one in fresh}
        crm = any(kind.startswith("ding_paas_object") for kind in kinds)
        return 1.0 + (max(WAITS.values()) if crm else USUAL) if kinds else 0.0

    def open_work(self) -> dict[str, int]:
        """还没办完的:推送、收件、发件、作业各有几件。"""
        frames: list[Json] = self.sandbox.call("GET", "/frames")["frames"]
        return {
            "推送": sum(1 for one in frames if not one["acked"]),
            "收件": self.rows("SELECT count(*) FROM inboxrow WHERE state = 'new'")[0][0],
            "发件": self.rows("SELECT count(*) FROM outboxrow WHERE state = 'new'")[0][0],
            "作业": self._open_jobs(),
        }

    def _events(self) -> list[Json]:
        frames: list[Json] = self.sandbox.call("GET", "/frames?kind=event")["frames"]
        return frames

    def _open_jobs(self) -> int:
        if self.ground.database:
            return int(self.rows(OPEN_JOBS.format(table="dbos.workflow_status"))[0][0])
        engine = Store(f"sqlite:///{(self.ground.state / 'service' / 'jobs.sqlite3').as_posix()}")
        try:
            with engine.reading(datetime.now(UTC)) as work:
                return int(work.rows(OPEN_JOBS.format(table="workflow_status"))[0][0])
        finally:
            engine.close()


@contextmanager
def patched_environment(values: Mapping[str, str]) -> Iterator[None]:
    """环境变量暂时是这些。"""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def tail(log: Path, lines: int = 25) -> str:
    """日志的末尾几行。"""
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:]) if log.exists() else "(没有日志)"


def seed(state: Path, database: str = "") -> Ground:
    """播一套种:沙箱从开账那一刻走起,服务装好公司、办完十月、把钟拨到 11 月 23 日 09:30,然后都停下。"""
    state.mkdir(parents=True, exist_ok=True)
    ground = Ground(state, database)
    with House(ground, clock=demo_house.OPENING_CLOCK) as house:
        house.settle(120)
    return ground


def copied(ground: Ground, state: Path, database: str = "", env: Mapping[str, str] | None = None) -> Ground:
    """照播过种的状态另起一套;PostgreSQL 的库由调用的人照样板复制好。"""
    shutil.copytree(ground.state, state)
    return Ground(state, database, env or {})


def together(tasks: list[Callable[[], Any]]) -> list[Any]:
    """一齐做(各一个线程,同时起步),按先后给出结果;有一个出错就抛出。"""
    gate, results, errors = threading.Barrier(len(tasks)), [None] * len(tasks), []

    def one(number: int) -> None:
        try:
            gate.wait(30)
            results[number] = tasks[number]()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if errors:
        raise errors[0]
    return results


def shown(value: Any) -> str:
    """断言失败时给人看的样子。"""
    return json.dumps(value, ensure_ascii=False, default=str)[:3000]
