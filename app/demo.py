"""演示 demo:一条命令,两个进程(沙箱钉钉;机器人 + 小程序 + 后台作业),一个浏览器页面。

状态放在一个文件夹里,再次启动接着上次的来;已经有一个在跑时只印它的地址。
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import webbrowser
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from app.arguments import port_number
from app.check import run_check
from app.demo_house import House, start_sandbox, start_service
from app.processes import OnlyOne, port_free
from engine.errors import BadInput, Conflict, Unavailable

FIRST_PORT, PORTS = 8700, 20
START_SECONDS = 30.0
MARK, LOCK = "demo.json", "demo.lock"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ehr demo` 的参数。"""
    parser.add_argument("--port", type=port_number, help=f"聊天页的端口;不写就从 {FIRST_PORT} 起找一个空着的")
    parser.add_argument(
        "--state", type=Path, default=Path(".ehr-demo"), metavar="文件夹", help="状态放在哪里(默认 ./.ehr-demo)"
    )
    parser.add_argument("--fresh", action="store_true", help="丢掉上次的状态,从头开始")
    parser.add_argument(
        "--check", action="store_true", help="用一份用完就丢的状态,无人值守地走一遍主要的事,逐步印出结果"
    )
    parser.add_argument("--no-browser", action="store_true", help="不要自动打开浏览器")


def run(args: argparse.Namespace) -> int:
    """跑到 Ctrl-C 为止;0 正常结束,1 检查没有全过,3 启动不了或中途停了。"""
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, _stop)
    if args.check:
        return run_check(tell)
    state: Path = args.state.resolve()
    if state.exists() and not state.is_dir():
        raise BadInput("NOT_A_FOLDER", f"{state} 是一个文件,状态要放在文件夹里。请用 --state 指定一个文件夹。")
    state.mkdir(parents=True, exist_ok=True)
    only = OnlyOne(state / LOCK)
    try:
        if not only.take():
            return _already_running(state, fresh=args.fresh)
        if args.fresh:
            clear(state)
        return _run(state, args)
    finally:
        only.close()


def _run(state: Path, args: argparse.Namespace) -> int:
    port = choose_port(args.port, read_mark(state).get("port"))
    write_mark(state, port, "")
    tell("正在启动沙箱钉钉 ……")
    house = start_sandbox(state, port)
    try:
        write_mark(state, urlsplit(house.chat).port or port, house.chat)
        tell(f"聊天页:{house.chat}/   (按 Ctrl-C 结束;状态在 {state})")
        start_service(house, tell)
        tell(f"都好了。请打开 {house.chat}/ ,选一个人,说:明天下午请半天事假")
        if not args.no_browser and sys.stdout.isatty():
            webbrowser.open(f"{house.chat}/")
        return watch(house)
    except KeyboardInterrupt:
        tell("正在停下 ……下次启动接着这里。")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # 收尾时再按一次 Ctrl-C 也收完
        house.stop()


def watch(house: House) -> int:
    """守着两个进程,谁先停就说是谁。"""
    while True:
        for child in house.children():
            try:
                child.process.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                continue
            raise child.died()


def choose_port(wanted: int | None, last: object) -> int:
    """用哪个端口:点名的不行就说清楚;没点名的先用上次的,再依次往后找。"""
    if wanted is not None:
        if wanted and not port_free(wanted):
            raise Unavailable("PORT_TAKEN", f"端口 {wanted} 已被别的程序占用。请换一个端口,或不写 --port 让我自己找。")
        return wanted
    ports = list(range(FIRST_PORT, FIRST_PORT + PORTS))
    if isinstance(last, int) and last:
        ports.insert(0, last)
    for port in ports:
        if port_free(port):
            return port
    raise Unavailable(
        "PORT_TAKEN", f"{FIRST_PORT} 到 {FIRST_PORT + PORTS - 1} 的端口都被占用。请用 --port 指定一个空着的。"
    )


def clear(state: Path) -> None:
    """清空状态;看起来不是演示的文件夹就不动它。"""
    inside = [path for path in state.iterdir() if path.name != LOCK]
    if inside and not (state / MARK).exists():
        raise Conflict("NOT_DEMO_STATE", f"{state} 里的东西不像演示的状态,没有清空。请用 --state 指定别的文件夹。")
    for path in inside:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def read_mark(state: Path) -> dict[str, object]:
    """上次(或正在跑的)演示留下的:端口、地址、进程号;没有就是空的。"""
    try:
        mark = json.loads((state / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return mark if isinstance(mark, dict) else {}


def write_mark(state: Path, port: int, chat: str) -> None:
    """写下端口与地址(先写旁边再换名,读的人不会读到一半)。"""
    beside = state / (MARK + ".new")
    beside.write_text(json.dumps({"port": port, "chat": chat, "pid": os.getpid()}), encoding="utf-8")
    beside.replace(state / MARK)


def _already_running(state: Path, *, fresh: bool) -> int:
    """别的进程拿着锁:印它的地址;它还在启动就稍等它报出来。"""
    deadline = time.monotonic() + START_SECONDS
    while not (chat := read_mark(state).get("chat")) and time.monotonic() < deadline:
        time.sleep(0.2)
    where = f"{chat}/" if chat else "还在启动,稍后再看"
    if fresh:
        raise Conflict("RUNNING", f"演示正在运行:{where}。请先在它那里按 Ctrl-C 停下,再用 --fresh 重新开始。")
    tell(f"演示已经在运行:{where}")
    return 0


def tell(text: str) -> None:
    """说一句进度。"""
    print(text, flush=True)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
