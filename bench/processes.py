"""量聊天用的几个进程 processes:网关、对照、我们的;起、听、杀、停。"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
Json = dict[str, Any]


class Process:
    """一个子进程:标准输入断了它就停;错误写进 log。"""

    def __init__(self, words: list[str], log: Path, gateway: str = "") -> None:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "DINGTALK_OPENAPI_ENDPOINT": gateway}
        env["NO_PROXY"] = env["no_proxy"] = "127.0.0.1,localhost"
        self._log = log.open("ab")
        self._child = subprocess.Popen(
            [sys.executable, "-P", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=log.parent,
            env=env,
        )
        self.pid = self._child.pid

    def hear(self) -> Json:
        """它说的一行;没有了报错。"""
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise RuntimeError(f"bench 的子进程停了,见 {self._log.name}")
        found: Json = json.loads(line)
        return found

    def tell(self, **order: Any) -> None:
        """吩咐一句。"""
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(order).encode() + b"\n")
        self._child.stdin.flush()

    def ask(self, **order: Any) -> Json:
        """吩咐一句,等它回话。"""
        self.tell(**order)
        return self.hear()

    def kill(self) -> None:
        """SIGKILL:什么都来不及收拾。"""
        self._child.kill()
        self._child.wait()
        self._close()

    def stop(self) -> None:
        """请它停;不停就杀。"""
        assert self._child.stdin is not None
        self._child.stdin.close()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._close()

    def _close(self) -> None:
        for pipe in (self._child.stdin, self._child.stdout, self._log):
            if pipe is not None:
                pipe.close()


@contextmanager
def running(words: list[str], log: Path, gateway: str = "") -> Iterator[Process]:
    """跑一个,用完停掉。"""
    process = Process(words, log, gateway)
    try:
        yield process
    finally:
        process.stop()
