"""子进程 processes:启动、听它一行行说进度、一起停下;父进程没了,子进程也不留。

子进程的标准输出是一行一个 JSON,标准错误进日志文件;它的标准输入是一根不写的管子,断了就是父进程没了(见 app/child.py)。
"""

from __future__ import annotations

import json
import os
import queue
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from engine.errors import Unavailable

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = os.name == "nt"
LOG_LIMIT = 5_000_000  # 字节;超过就从头写,日志不会把磁盘占满

Line = dict[str, Any]


def python_module(module: str, words: Sequence[str]) -> int:
    """把自己换成 `python -m module words…`:输入、输出、信号和退出码都是它的。"""
    command = [sys.executable, "-P", "-m", module, *words]
    env = environment({})
    sys.stdout.flush()
    sys.stderr.flush()
    if not WINDOWS:
        os.execve(command[0], command, env)  # noqa: S606 不经 shell
    child = subprocess.Popen(command, env=env)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """子进程的环境:能找到各个房间,说 UTF-8,输出不攒着,本机的地址不走代理。"""
    base = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    for name in ("NO_PROXY", "no_proxy"):
        base[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1,localhost"]))
    return {**base, **extra}


class Child:
    """一个说 JSON 行的子进程。"""

    def __init__(self, name: str, words: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._lines: queue.Queue[Line | None] = queue.Queue()
        too_long = log.exists() and log.stat().st_size > LOG_LIMIT
        self._errors: IO[bytes] = log.open("wb" if too_long else "ab")
        self.process = subprocess.Popen(
            [sys.executable, "-P", *words],
            env=environment(env),
            cwd=log.parent,  # 不在使用者的文件夹里:那里的 .env 是给正式环境的
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=not WINDOWS,  # Ctrl-C 只到父进程,由它依次停下孩子
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._reader = threading.Thread(target=self._read, name=f"read-{name}", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for raw in self.process.stdout:
            try:
                line = json.loads(raw)
            except ValueError:
                line = None
            if isinstance(line, dict):
                self._lines.put(line)
            elif not self._errors.closed:
                self._errors.write(raw)
                self._errors.flush()
        self._lines.put(None)

    def next_line(self, timeout: float) -> Line:
        """下一行;它先没了或等得太久,是 Unavailable,带着日志在哪里。"""
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise Unavailable(
                "CHILD_LATE", f"{self.name}{timeout:g} 秒没有动静。请看日志 {self.log},再试一次。"
            ) from None
        if line is None:
            raise self.died()
        return line

    def died(self) -> Unavailable:
        """它自己停了:说一句,带上它最后的话,指到日志。"""
        code = self.process.wait(timeout=10)
        last = self.last_words()
        said = f":{last}" if last else "。"
        return Unavailable("CHILD_DIED", f"{self.name}自己停了(退出码 {code}){said}日志在 {self.log},改好后再试一次。")

    def last_words(self) -> str:
        """日志的最后一行,若是一句给人看的中文。"""
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        told = re.search(r"[\u4e00-\u9fff].*[。!?]$", last) and not re.search(r"^\S+ \S+ (?:DEBUG|INFO) ", last)
        return last if told else ""

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self, patience: float = 10) -> None:
        """请它停;不肯停就强停。停过的再停没有关系。"""
        if self.alive:
            self.process.terminate()
            try:
                self.process.wait(timeout=patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and pipe is self.process.stdout:
                self._reader.join(timeout=5)
            if pipe is not None:
                pipe.close()
        self._errors.close()


class OnlyOne:
    """一个文件夹里只许一个:拿得到锁就是唯一的那个,进程没了锁自己松开。"""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+")

    def take(self) -> bool:
        """拿锁,不等;拿不到是 False。"""
        try:
            if sys.platform == "win32":
                import msvcrt

                self._file.seek(0)
                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """松开。"""
        self._file.close()


def port_free(port: int) -> bool:
    """127.0.0.1 上这个端口现在能不能用。"""
    with socket.socket() as probe:
        if not WINDOWS:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
