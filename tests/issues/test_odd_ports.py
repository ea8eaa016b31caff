"""端口写成 99999 或 -5、状态写成一个文件:原先是“意料之外的错”或一句英文;现在是用法不对,并说明怎么写。"""

from __future__ import annotations

from pathlib import Path

import pytest

from app import cli


@pytest.mark.parametrize("word", ["demo", "sandbox"])
@pytest.mark.parametrize("port", ["99999", "=-5", "八七", "1.5", "²"])
def test_what_is_no_port_is_a_wrong_call(word: str, port: str, capsys: pytest.CaptureFixture[str]):
    words = [f"--port{port}"] if port.startswith("=") else ["--port", port]
    assert cli.main([word, *words]) == 2
    said = capsys.readouterr().err
    assert "0 到 65535" in said
    assert "编号" not in said


def test_a_file_cannot_hold_the_state(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    taken = tmp_path / "note.txt"
    taken.write_text("mine", encoding="utf-8")
    assert cli.main(["demo", "--no-browser", "--state", str(taken)]) == 2
    assert "是一个文件" in capsys.readouterr().err
    assert taken.read_text(encoding="utf-8") == "mine"
