"""进度:久的活边做边说,快的不打扰;按了 Ctrl-C,什么也没有改。"""

from __future__ import annotations

import io

import pytest

from app import progress
from engine.errors import Conflict
from handlers.progress import telling, told


def test_nobody_listens_nothing_is_said() -> None:
    told("计算", 1, 2)


def test_the_listener_hears_where_the_work_is() -> None:
    heard: list[tuple[str, int, int]] = []
    with telling(lambda *said: heard.append(said)):
        told("计算", 1, 2)
    told("计算", 2, 2)
    assert heard == [("计算", 1, 2)]


def test_the_line_waits_a_second_and_clears_itself() -> None:
    now = [0.0]
    out = io.StringIO()
    line = progress.Line(out, lambda: now[0])
    line("收齐输入", 1, 9)
    line.clear()
    assert out.getvalue() == ""
    now[0] = 1.5
    line("收齐输入", 5, 9)
    line("收齐输入", 6, 9)
    assert out.getvalue().count("收齐输入") == 1 and "5/9" in out.getvalue()
    line.clear()
    assert out.getvalue().endswith("\r")


def test_cancelled_work_says_that_nothing_was_changed() -> None:
    with pytest.raises(Conflict) as stopped, progress.shown():
        raise KeyboardInterrupt
    assert stopped.value.code == "CANCELLED"
