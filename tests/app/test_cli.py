"""命令 cli:表里的词、中文的说明与错误、四个退出码,谁也看不见调用栈。"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from app import cli
from app.arguments import ChineseParser, Usage, translate
from engine.errors import BadInput, EhrError, NotFound, Unavailable
from tests.house import CHINESE, ROOT

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def word(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """一个临时的词 try,它做什么由测试定。"""
    module = ModuleType("word_under_test")
    module.add_arguments = lambda parser: parser.add_argument("--count", type=int, default=0)  # type: ignore[attr-defined]
    module.run = lambda args: args.count  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    row = cli.Command("try", "试一试", "ehr try --count 1", module.__name__)
    monkeypatch.setattr(cli, "COMMANDS", (*cli.COMMANDS, row))
    return module


def raising(problem: BaseException) -> object:
    def run(_args: argparse.Namespace) -> int:
        raise problem

    return run


def test_the_overview_shows_every_word_with_an_example(capsys: Captured) -> None:
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    for command in cli.COMMANDS:
        assert command.help in shown
        assert command.example in shown


def test_no_word_and_an_unknown_word_are_wrong_calls(capsys: Captured) -> None:
    assert cli.main([]) == 2
    assert "用法" in capsys.readouterr().err
    assert cli.main(["fly"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "没有“fly”这个词" in shown.err


def test_arguments_reach_the_word_and_its_code_comes_back(word: ModuleType) -> None:
    assert cli.main(["try", "--count", "1"]) == 1
    assert cli.main(["try"]) == 0


@pytest.mark.parametrize(
    ("problem", "code", "said"),
    [
        (NotFound("NOBODY", "没有这个人,请核对姓名。"), 1, "没有这个人,请核对姓名。\n"),
        (BadInput("MONTH", "月份要写成 2026-11。"), 2, "月份要写成 2026-11。\n"),
        (EhrError("X", "不行,请换一天。"), 1, "不行,请换一天。\n"),
        (Unavailable("DOWN", "钉钉暂时不通,请稍后再试。"), 3, "钉钉暂时不通,请稍后再试。\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_known_problems(word: ModuleType, capsys: Captured, problem: BaseException, code: int, said: str) -> None:
    word.run = raising(problem)  # type: ignore[attr-defined]
    assert cli.main(["try"]) == code
    assert capsys.readouterr().err == said


def test_a_bug_shows_a_number_and_keeps_its_trace_in_the_log(
    word: ModuleType, capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EHR_LOG_DIR", str(tmp_path))
    word.run = raising(ZeroDivisionError("boom"))  # type: ignore[attr-defined]
    assert cli.main(["try"]) == 3
    said = capsys.readouterr().err
    assert "编号 E" in said
    assert "Traceback" not in said
    number = said.partition("编号 ")[2].split()[0]
    log = (tmp_path / "ehr-error.log").read_text(encoding="utf-8")
    assert number in log
    assert "ZeroDivisionError: boom" in log


def test_a_missing_file_is_said_plainly(word: ModuleType, capsys: Captured, tmp_path: Path) -> None:
    word.run = lambda _args: len((tmp_path / "没有.json").read_bytes())  # type: ignore[attr-defined]
    assert cli.main(["try"]) == 3
    said = capsys.readouterr().err
    assert "没有这个文件或文件夹" in said
    assert "没有.json" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["try", "--nope"], "不认得的参数:--nope"),
        (["try", "--count", "x"], "参数 --count 的值 'x' 不对(要写整数)"),
        (["try", "--count"], "参数 --count 后面要跟一个值"),
    ],
)
def test_wrong_calls_are_said_in_chinese_with_an_example(
    word: ModuleType, capsys: Captured, words: list[str], said: str
) -> None:
    assert cli.main(words) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert "例:ehr try --count 1" in shown


def test_subcommands_speak_chinese_too() -> None:
    parser = ChineseParser(prog="ehr payroll")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("run", example="ehr payroll run 2026-11")
    with pytest.raises(Usage, match=r"参数 action 不能是 'fly',可选:'?run'?"):
        parser.parse_args(["fly"])
    with pytest.raises(Usage, match="少了参数:action"):
        parser.parse_args([])
    assert translate("something new") == "用法不对(something new)"


@pytest.mark.parametrize(
    "command", [row for row in cli.COMMANDS if (ROOT / f"{row.module.replace('.', '/')}.py").exists()]
)
def test_every_word_explains_its_arguments_in_chinese(command: cli.Command, capsys: Captured) -> None:
    importlib.import_module(command.module)
    with pytest.raises(SystemExit) as left:
        cli.main([command.name, "--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert CHINESE.search(shown)
    assert f"例:{command.example}" in shown
