"""演示 demo:真的沙箱进程、假的服务进程;进度、地址、再启动、占用的端口、Ctrl-C、父进程被强杀。"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo import choose_port, clear, read_mark
from app.processes import OnlyOne, port_free
from engine.errors import Conflict, Unavailable
from tests.house import ROOT

SERVICE = """
import json, os, signal, sys
print(json.dumps({"step": "seed", "say": "正在载入期初数据"}), flush=True)
with open("service.json", "w") as file:
    json.dump({name: value for name, value in os.environ.items() if name.startswith(("EHR_", "DINGTALK_"))}, file)
def stop(*_):
    with open("stopped", "w"):
        pass
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print(json.dumps({"ready": True, "miniapp": "http://127.0.0.1:9"}), flush=True)
sys.stdin.buffer.read()
stop()
"""
DEMO = """
import sys
from app import cli, demo_house
demo_house.SERVICE = ("-c", open(sys.argv[1]).read())
sys.exit(cli.main(["demo", *sys.argv[2:]]))
"""


class Demo:
    """一个跑着的 `ehr demo`,输出逐行可读。"""

    def __init__(self, folder: Path, *words: str) -> None:
        service = folder / "service.py"
        service.write_text(SERVICE)
        command = [sys.executable, "-c", DEMO, str(service), "--state", str(folder / "state"), "--no-browser", *words]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        self.process = subprocess.Popen(
            command, env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        self.over = False
        self._limit = threading.Timer(60, self.process.kill)  # 测试不会无限等下去
        self._limit.start()

    def until(self, word: str) -> str:
        """读到含有 word 的那一行。"""
        assert self.process.stdout is not None
        read = []
        for line in self.process.stdout:
            read.append(line)
            if word in line:
                return line
        pytest.fail(f"没有等到“{word}”:{''.join(read)}")

    def finish(self) -> tuple[int, str]:
        assert self.process.stdout is not None
        rest = self.process.stdout.read()
        code = self.process.wait()
        self._limit.cancel()
        self.process.stdout.close()
        self.over = True
        return code, rest


@pytest.fixture
def demos() -> Iterator[list[Demo]]:
    started: list[Demo] = []
    yield started
    for demo in started:
        if not demo.over:
            demo.process.terminate()
            demo.finish()


def test_from_start_to_ctrl_c_and_on_again(tmp_path: Path, demos: list[Demo]) -> None:
    demo = Demo(tmp_path)
    demos.append(demo)
    chat = demo.until("聊天页").partition(":")[2].split()[0]
    assert "载入期初数据" in demo.until("期初")
    demo.until("都好了")
    with urllib.request.urlopen(f"{chat}_sandbox/api/info", timeout=10) as answer:
        info = json.load(answer)
    assert info["miniapp"] == "http://127.0.0.1:9"
    env = json.loads((tmp_path / "state" / "service.json").read_text())
    assert env["EHR_CLIENT_ID"] == info["client_id"]
    assert env["EHR_MINIAPP_BASE"] + "/" == chat
    assert json.loads(Path(env["EHR_CRM_MAPPING"]).read_text())["deal"]["fields"]

    second = Demo(tmp_path)
    demos.append(second)
    code, said = second.finish()
    assert code == 0
    assert f"已经在运行:{chat}" in said

    demo.process.send_signal(signal.SIGINT)
    code, said = demo.finish()
    assert (code, "正在停下" in said) == (0, True), said
    assert (tmp_path / "state" / "stopped").exists()

    again = Demo(tmp_path)
    demos.append(again)
    assert chat in again.until("聊天页"), "再次启动用同一个地址,旧卡片里的链接还打得开"


def test_children_do_not_outlive_a_killed_parent(tmp_path: Path, demos: list[Demo]) -> None:
    demo = Demo(tmp_path)
    demos.append(demo)
    demo.until("都好了")
    port = int(str(read_mark(tmp_path / "state")["port"]))
    demo.process.kill()
    demo.finish()
    gone = threading.Event()
    for _ in range(100):
        if port_free(port) and (tmp_path / "state" / "stopped").exists():
            break
        gone.wait(0.1)
    assert port_free(port), "沙箱还占着端口"
    assert (tmp_path / "state" / "stopped").exists()


def test_a_service_that_dies_is_said_with_its_log(
    tmp_path: Path, demos: list[Demo], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.SERVICE", "import sys; sys.exit(5)")
    demo = Demo(tmp_path)
    demos.append(demo)
    code, said = demo.finish()
    assert code == 3
    assert "服务自己停了(退出码 5)" in said, said
    assert "service.log" in said
    assert "Traceback" not in said


def test_ports(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert not port_free(port)
        with pytest.raises(Unavailable, match=f"端口 {port} 已被别的程序占用"):
            choose_port(port, None)
        assert choose_port(None, port) != port
    assert choose_port(port, None) == port
    assert choose_port(None, port) == port


def test_fresh_empties_only_what_is_a_demo(tmp_path: Path) -> None:
    (tmp_path / "论文.docx").write_text("别删")
    with pytest.raises(Conflict, match="不像演示的状态"):
        clear(tmp_path)
    (tmp_path / "demo.json").write_text("{}")
    (tmp_path / "dingtalk").mkdir()
    clear(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_only_one(tmp_path: Path) -> None:
    first, second = OnlyOne(tmp_path / "lock"), OnlyOne(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    first.close()
    assert second.take()
    second.close()
