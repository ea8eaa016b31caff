"""量聊天 bench chat:问“年假还剩几天”,我们(先落库再应答、听懂、查余额、回话)与官方 SDK 的回声,同一个网关、同一次运行里轮流。

输出的键:vs_echo 我们每秒条数 ÷ 回声每秒条数;vs_echo_100ms 回答要走 100 毫秒时的同一个比;
ack_p99_ms 那时我们应答的 p99(毫秒);lost 中途被杀又起来之后,收下了却没有答的条数。别的键是当时的绝对数,只报告。
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.clock import machine_clock
from app.wiring import wire_desk
from bench.durable import seed, settings_for
from bench.processes import Process, running
from handlers.desk import Desk

Json = dict[str, Any]
DELAY = 0.1
KILLS = 3
MUST = "年假"
FLYING = 32


@dataclass(frozen=True, slots=True)
class Plan:
    """量多少:messages 不迟时的条数,people 几个人轮着问,rounds 几轮取中位。"""

    messages: int
    people: int
    rounds: int


@dataclass
class Stage:
    """台子:网关、库、两个机器人。"""

    folder: Path
    gateway: Process
    http: str

    @property
    def database(self) -> Path:
        return self.folder / "ehr.sqlite3"

    def start_ours(self) -> Process:
        """起我们的,连上为止。"""
        words = ["-m", "bench.durable", self.http, str(self.database)]
        process = Process(words, self.folder / "ours.log", self.http)
        self.gateway.ask(do="wait", app="ours")
        return process

    def run(self, app: str, count: int, delay: float, people: int, flying: int = FLYING) -> Json:
        """推一轮;没答全就报错(那样的快慢没有意义)。"""
        must = MUST if app == "ours" else ""
        order = {"app": app, "count": count, "delay": delay, "people": people, "flying": flying, "must": must}
        found = self.gateway.ask(do="run", **order)
        if found["lost"] or found["unacked"] or found["wrong"]:
            raise RuntimeError(f"{app} 没有答全或答得不对:{found};日志在 {self.folder}")
        return found


@contextmanager
def stage(people: int) -> Iterator[Stage]:
    """搭台:库里放好人与年假,网关起来。"""
    with tempfile.TemporaryDirectory(prefix="ehr-bench-") as name:
        folder = Path(name)
        desk = desk_on(folder / "ehr.sqlite3")
        seed(desk, people)
        desk.store.close()
        with running(["-m", "bench.gateway"], folder / "gateway.log") as gateway:
            yield Stage(folder, gateway, gateway.hear()["http"])


def desk_on(database: Path) -> Desk:
    """种人用的办事台。"""
    return wire_desk(settings_for("http://127.0.0.1:9", database), machine_clock)


def side_by_side(on: Stage, plan: Plan) -> list[dict[str, Json]]:
    """轮流量:每轮我们与回声、不迟与迟,次序逐轮对调。"""
    rounds: list[dict[str, Json]] = []
    slow = {"ours": max(FLYING * 2, plan.messages // 4), "echo": max(2, plan.messages // 40)}
    ours = on.start_ours()
    try:
        with running(["-m", "bench.echo"], on.folder / "echo.log", on.http):
            on.gateway.ask(do="wait", app="echo")
            for app in ("ours", "echo"):
                on.run(app, min(200, plan.messages), 0.0, plan.people)
            for number in range(plan.rounds):
                found: dict[str, Json] = {}
                for app in ("ours", "echo") if number % 2 == 0 else ("echo", "ours"):
                    found[app] = on.run(app, plan.messages, 0.0, plan.people)
                    found[f"{app}_100ms"] = on.run(app, slow[app], DELAY, plan.people)
                _say(f"第 {number + 1} 轮:" + ",".join(f"{k} {v['rate']:.0f} 条/秒" for k, v in sorted(found.items())))
                rounds.append(found)
    finally:
        ours.stop()
    return rounds


def killed(on: Stage, plan: Plan) -> Json:
    """推一批,中途 SIGKILL 几次又起来:应答过的(收下了的)每条都要答到。"""
    count = max(FLYING * 4, plan.messages // 2)
    marks = [count * (n + 1) // (KILLS + 1) for n in range(KILLS)]
    ours = on.start_ours()
    try:
        order = {"app": "ours", "count": count, "delay": DELAY, "people": plan.people, "flying": FLYING * 2}
        on.gateway.tell(do="run", **order, must=MUST, marks=marks)
        while "mark" in (said := on.gateway.hear()):
            ours.kill()
            words = ["-m", "bench.durable", on.http, str(on.database)]
            ours = Process(words, on.folder / "ours.log", on.http)
    finally:
        ours.stop()
    return said


def result_of(rounds: list[dict[str, Json]], after_kill: Json) -> Json:
    """报数。"""

    def middle(name: str, key: str) -> float:
        return round(float(statistics.median(found[name][key] for found in rounds)), 2)

    def ratio(name: str) -> float:
        return round(float(statistics.median(r[f"ours{name}"]["rate"] / r[f"echo{name}"]["rate"] for r in rounds)), 2)

    return {
        "vs_echo": ratio(""),
        "vs_echo_100ms": ratio("_100ms"),
        "ack_p99_ms": middle("ours_100ms", "ack_p99_ms"),
        "lost": after_kill["lost"] + after_kill["unacked"],
        "rate": middle("ours", "rate"),
        "echo_rate": middle("echo", "rate"),
        "rate_100ms": middle("ours_100ms", "rate"),
        "echo_rate_100ms": middle("echo_100ms", "rate"),
        "ack_p50_ms_full_speed": middle("ours", "ack_p50_ms"),
        "ack_p99_ms_full_speed": middle("ours", "ack_p99_ms"),
        "reply_p50_ms_full_speed": middle("ours", "reply_p50_ms"),
        "reply_p99_ms_full_speed": middle("ours", "reply_p99_ms"),
        "echo_ack_p99_ms": middle("echo", "ack_p99_ms"),
        "echo_ack_p99_ms_100ms": middle("echo_100ms", "ack_p99_ms"),
        "kills": KILLS,
        "sent_with_kills": after_kill["sent"],
        "answered_again": after_kill["again"],
        "rounds": len(rounds),
        "load_1m": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "cpus": os.cpu_count(),
    }


def measure(plan: Plan) -> Json:
    """量一次。"""
    with stage(plan.people) as on:
        _say(f"{plan.messages} 条一轮,{plan.rounds} 轮,{FLYING} 条在途 ……")
        rounds = side_by_side(on, plan)
        _say(f"推到一半杀掉再起,共 {KILLS} 次 ……")
        return result_of(rounds, killed(on, plan))


def main(words: list[str]) -> int:
    """命令行。"""
    parser = argparse.ArgumentParser(prog="ehr bench chat", description=__doc__)
    parser.add_argument("--messages", type=int, default=1500, help="一轮推多少条")
    parser.add_argument("--people", type=int, default=200, help="几个人轮着问")
    parser.add_argument("--rounds", type=int, default=3, help="几轮取中位")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(words)
    result = measure(Plan(args.messages, args.people, args.rounds))
    if args.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for key, value in result.items():
            print(f"{key}: {value}")
    return 0


def _say(text: str) -> None:
    """进度:写到标准错误,不混进结果。"""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
