"""沙箱 sandbox(测试用的把手):把沙箱当一个外来进程起在空闲端口上,替人说话、按按钮、拨钟、等回话。

用法::

    with Sandbox() as sandbox:                     # python -m sandbox --port 0 --json,内存里,配额关
        sandbox.wait_connected()                   # 等机器人连上来
        sandbox.say("liming", "年假还剩几天")
        reply = sandbox.wait_for("liming", lambda m: "年假" in m["text"])
        card = sandbox.wait_card("liming")         # 最新一张卡片
        sandbox.press("liming", card["id"], "leave.submit:1")
        sandbox.set_clock("2026-12-01T09:00:00+08:00")

Sandbox(state=目录) 的状态能接着用(stop() 之后 start());Sandbox(quota=True) 开配额与限速。
info 是 GET /_sandbox/api/info 的内容;base 是地址。call() 发任意控制请求,失败时抛 ControlError(带 status、error、say)。
什么也不睡:等待都有条件与期限,过期抛 AssertionError 并写明最后看到了什么。
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
Json = dict[str, Any]
_PAUSE = threading.Event()
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ControlError(Exception):
    """控制接口说不:status 是 HTTP 状态,error 是代码,say 是中文。"""

    def __init__(self, status: int, error: str, say: str) -> None:
        super().__init__(f"{status} {error}: {say}")
        self.status, self.error, self.say = status, error, say


class Sandbox:
    """一个沙箱进程。"""

    def __init__(
        self,
        state: Path | None = None,
        *,
        quota: bool = False,
        clock: str = "",
        miniapp: str = "",
    ) -> None:
        self.state, self.quota, self.clock_start, self.miniapp = state, quota, clock, miniapp
        self.process: subprocess.Popen[str] | None = None
        self.hello: Json = {}

    # ------- 起停

    def start(self, port: int = 0) -> Sandbox:
        """起来;读到它打印的那一行为止。"""
        words = [sys.executable, "-m", "sandbox", "--port", str(port), "--json", "--parent-pid", str(os.getpid())]
        words += ["--quota", "on" if self.quota else "off"]
        words += ["--state", str(self.state)] if self.state else []
        words += ["--clock", self.clock_start] if self.clock_start else []
        words += ["--miniapp", self.miniapp] if self.miniapp else []
        self.process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"沙箱没有起来,退出码 {self.process.wait(5)}"
        self.hello = json.loads(line)
        return self

    def stop(self, sig: int = signal.SIGTERM) -> int:
        """停下,返回退出码;5 秒不停就杀掉。"""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(sig)
        try:
            code = self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait(5)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        return code

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    @property
    def base(self) -> str:
        """地址,如 http://127.0.0.1:43210。"""
        return str(self.hello["api"])

    @property
    def info(self) -> Json:
        """凭证、地址、表单码;另有 people。"""
        return self.hello

    # ------- 请求

    def request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """任意请求,返回 (状态, 正文);不跟任何代理走。"""
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        head = {"content-type": "application/json", **(headers or {})}
        asked = urllib.request.Request(self.base + path, data=data, method=method, headers=head)
        try:
            with _DIRECT.open(asked, timeout=60) as answer:
                return int(answer.status), answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """控制接口:path 是 /_sandbox/api 之后的部分。"""
        status, raw = self.request(method, "/_sandbox/api" + path, body)
        answer = json.loads(raw)
        if status >= 400:
            raise ControlError(status, answer["error"], answer["say"])
        return answer

    def token(self) -> str:
        """取一个 access_token。"""
        body = {"appKey": self.info["client_id"], "appSecret": self.info["client_secret"]}
        return str(json.loads(self.request("POST", "/v1.0/oauth2/accessToken", body)[1])["accessToken"])

    def old(self, path: str, body: Json, token: str = "") -> Json:
        """旧版 OpenAPI(带令牌)。"""
        answer: Json = json.loads(self.request("POST", f"{path}?access_token={token or self.token()}", body)[1])
        return answer

    def new(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Json]:
        """新版 OpenAPI(带令牌),返回 (状态, 正文)。"""
        head = {"x-acs-dingtalk-access-token": token or self.token()}
        status, raw = self.request(method, path, body, head)
        return status, json.loads(raw)

    # ------- 人做的事

    def say(self, userid: str, text: str, **more: Any) -> Json:
        """说一句;more 可有 conversation、kind、recognition、at、msg_id。"""
        answer: Json = self.call("POST", "/say", {"userid": userid, "text": text, **more})
        return answer

    def press(self, userid: str, card: str, action: str, **params: str) -> Json:
        """按卡片按钮(action、按钮文字、b1 都行);params 如 reason="…"。"""
        body = {"userid": userid, "card": card, "action": action, "params": params}
        answer: Json = self.call("POST", "/press", body)
        return answer

    def ding(self, what: str, **body: Any) -> Json:
        """钉钉自己那边的事:leave、overtime、punch、deal、roster、user、approval/<id>。"""
        answer: Json = self.call("POST", f"/ding/{what}", body)
        return answer

    # ------- 看

    def messages(self, userid: str, conversation: str = "", after: int = 0) -> list[Json]:
        """这个人看到的消息;conversation 空是与机器人的单聊,"notices" 是工作通知。"""
        words = urllib.parse.urlencode({"userid": userid, "conversation": conversation, "after": after})
        rows: list[Json] = self.call("GET", f"/messages?{words}")["messages"]
        return rows

    def seq(self, userid: str = "") -> int:
        """现在的 rev,给 after 用。"""
        person = userid or self.info["people"][0]["userid"]
        return int(self.call("GET", f"/messages?userid={person}")["seq"])

    def wait_for(
        self,
        userid: str,
        fits: Callable[[Json], bool],
        *,
        conversation: str = "",
        after: int = 0,
        timeout: float = 10,
    ) -> Json:
        """等到一条机器人(或通知)发来的、合 fits 的消息(rev 大于 after),返回最新的那条。"""
        seen: list[Json] = []

        def look() -> Json | None:
            seen[:] = [m for m in self.messages(userid, conversation, after) if m["from"].get("bot")]
            return next((m for m in reversed(seen) if fits(m)), None)

        return until(look, timeout, lambda: f"{userid} 没有等到;看到的是 {json.dumps(seen, ensure_ascii=False)[:2000]}")

    def wait_card(self, userid: str, fits: Callable[[Json], bool] = bool, **more: Any) -> Json:
        """等到一张合 fits 的卡片,返回卡片本身。"""
        found = self.wait_for(userid, lambda m: bool(m["card"]) and fits(m["card"]), **more)
        card: Json = found["card"]
        return card

    def wait_connected(self, timeout: float = 15) -> None:
        """等到有长连接。"""
        count = self.call("GET", f"/connected?timeout={timeout}")["connections"]
        assert count, f"{timeout} 秒里没有机器人连上来"

    def groups(self, userid: str) -> dict[str, str]:
        """这个人的群:名字 → 会话 id。"""
        rows = self.call("GET", f"/conversations?userid={userid}")
        return {row["title"]: row["id"] for row in rows if row["type"] == "2"}

    # ------- 钟、表、故障

    def now(self) -> str:
        """沙箱此刻(ISO)。"""
        return str(self.call("GET", "/clock")["now"])

    def set_clock(self, to: str) -> str:
        """往前拨。"""
        return str(self.call("PUT", "/clock", {"now": to})["now"])

    def faults(self, **switches: Any) -> Json:
        """开关故障;见 docs/sandbox.md。faults(clear=True) 全关。"""
        answer: Json = self.call("PUT", "/faults", switches)
        return answer

    def meters(self, **change: Any) -> Json:
        """看(或改)计量。"""
        answer: Json = self.call("PUT", "/meters", change) if change else self.call("GET", "/meters")
        return answer

    def redeliver(self, kinds: Sequence[str] = ("message", "event", "callback"), seed: int = 1) -> int:
        """把推过的都再推一遍(乱序),等到都有回执,返回帧数。"""
        return int(self.call("POST", "/redeliver", {"kinds": list(kinds), "seed": seed})["count"])

    def log(self, after: int = 0) -> list[Json]:
        """沙箱看到的 OpenAPI 请求。"""
        rows: list[Json] = self.call("GET", f"/log?after={after}")["requests"]
        return rows


def until(look: Callable[[], Any], timeout: float, complaint: Callable[[], str]) -> Any:
    """反复看到有东西为止;过期抛 AssertionError。"""
    end = time.monotonic() + timeout
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, complaint()
        _PAUSE.wait(0.02)
