"""启动 sandbox:python -m sandbox [--port N] [--state DIR] [--json] …;打印一行地址,SIGTERM/SIGINT 两秒内停。"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn

from sandbox import happening
from sandbox.clock import START, parse
from sandbox.house import House, Options, open_house
from sandbox.server import App

HOST = "127.0.0.1"
_log = logging.getLogger("sandbox")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="sandbox", description="一个外来的钉钉,跑在本机上。例:python -m sandbox --port 0 --json"
    )
    parser.add_argument("--port", type=int, default=8931, help="端口;0 由系统挑一个(默认 8931)")
    parser.add_argument("--state", type=Path, default=None, help="状态文件夹;不给就只在内存里")
    parser.add_argument("--json", action="store_true", help="打印一行 JSON(地址、凭证、人员)")
    parser.add_argument("--quota", choices=("on", "off"), default="on", help="月度配额与 QPS(默认开)")
    parser.add_argument("--clock", default="", help="时钟的起点,ISO 写法;有旧状态时接着旧的走")
    parser.add_argument("--miniapp", default="", help="小程序自己的地址,如 http://127.0.0.1:8000")
    parser.add_argument("--fresh", action="store_true", help="先清掉状态文件夹里的旧状态")
    parser.add_argument("--parent-pid", type=int, default=0, help="这个进程没了就跟着停")
    return parser.parse_args()


def _listen(port: int) -> socket.socket:
    # 写明 TCP:协议号为 0 时 asyncio 不关 Nagle,每次应答慢几十毫秒
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((HOST, port))
    sock.listen(512)
    return sock


def _hello(house: House) -> dict[str, Any]:
    people = [{"userid": p.userid, "name": p.name, "roles": list(p.roles)} for p in house.world.active()]
    return {**house.info(), "people": people}


async def _tick(house: House, server: uvicorn.Server, parent: int) -> None:
    """每秒:记下时钟,推出到点的事,看看父进程还在不在。"""
    while not server.should_exit:
        await asyncio.sleep(1)
        house.keep_clock()
        try:
            happening.catch_up(house)
        except Exception:
            _log.exception("到点的事没有推出去")
        if parent and not _alive(parent):
            server.should_exit = True
    house.closing.set()


def _alive(pid: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class _Server(uvicorn.Server):
    """收到停的信号就放开等着的长连接,免得拖住收工;收工之后不再把信号抛给进程,好让状态写完。"""

    house: House

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """自己接信号。"""
        kinds = (signal.SIGINT, signal.SIGTERM)
        old = {kind: signal.signal(kind, self.handle_exit) for kind in kinds}
        try:
            yield
        finally:
            for kind, handler in old.items():
                signal.signal(kind, handler)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """信号来了。"""
        self.should_exit = True
        self.house.closing.set()


async def _run(house: House, sock: socket.socket, args: argparse.Namespace) -> None:
    app = App(house)
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        ws_ping_interval=None,
        timeout_keep_alive=30,
    )
    server = _Server(config)
    server.house = house
    house.gateway.resume()
    happening.catch_up(house)
    ticker = asyncio.create_task(_tick(house, server, args.parent_pid))
    print(json.dumps(_hello(house), ensure_ascii=False) if args.json else f"沙箱钉钉:{house.base}/", flush=True)
    try:
        await server.serve(sockets=[sock])
    finally:
        house.closing.set()
        ticker.cancel()
        await app.proxy.close()
        house.keep_clock()
        house.store.close()


def main() -> int:
    """入口;端口被占等说一句人话,返回 3。"""
    args = _arguments()
    try:
        start = parse(args.clock) if args.clock else START
    except ValueError:
        print(f"--clock {args.clock} 不是 ISO 时刻,例:2026-11-23T09:30:00", file=sys.stderr)
        return 2
    if args.fresh and args.state and args.state.exists():
        for old in args.state.glob("sandbox.sqlite3*"):
            old.unlink()
    try:
        sock = _listen(args.port)
    except OSError as error:
        print(f"端口 {args.port} 用不了:{error.strerror}。请换一个 --port,或用 --port 0。", file=sys.stderr)
        return 3
    try:
        house = open_house(Options(args.state, start, args.quota == "on", args.miniapp))
    except (OSError, sqlite3.Error) as error:
        print(f"状态文件夹 {args.state} 用不了:{error}。请换一个 --state,或看看磁盘与权限。", file=sys.stderr)
        return 3
    house.base = f"http://{HOST}:{sock.getsockname()[1]}"
    asyncio.run(_run(house, sock, args))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
