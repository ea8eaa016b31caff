"""命令 ehr understand:一句一行进,一个 JSON 对象一行出;不要人员、数据库、网络。"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from app.understand import lines
from config import policies

ROOT = Path(__file__).parents[2]
AT = "2026-11-23T09:30:00+08:00"


def _command(stdin: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", "understand", *words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=120)


def test_lines_keep_their_order_and_their_words() -> None:
    says = ["明天下午请半天事假\n", "\n", "  年假还剩几天  \r\n", "你好"]
    made = [json.loads(line) for line in lines(says, datetime.fromisoformat(AT), policies.shipped().calendar)]
    assert [line["text"] for line in made] == ["明天下午请半天事假", "", "  年假还剩几天  ", "你好"]
    assert [line["intent"] for line in made] == ["leave.request", "none", "leave.balance", "none"]
    assert all(list(line) == ["text", "intent", "slots", "more", "reply_kind"] for line in made)
    assert all(list(line["slots"]) == ["type", "start", "end", "days"] for line in made)


def test_the_command_as_a_process() -> None:
    done = _command("下周三下午请半天年假\n查工资条\n", "--at", AT, "--json")
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["slots"] == {"type": "annual", "start": "2026-12-02 pm", "end": "2026-12-02 pm", "days": 0.5}
    assert (second["intent"], second["reply_kind"]) == ("payslip.view", "link")


def test_a_wrong_instant_is_a_wrong_call() -> None:
    done = _command("你好\n", "--at", "昨天")
    assert done.returncode == 2
    assert "不是时刻" in done.stderr
    assert done.stdout == ""
