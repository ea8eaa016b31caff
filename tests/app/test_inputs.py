"""导入与并行的命令 inputs, parallel:看一看、导入、复核、撤回、对比与签认;退出码与 JSON。"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app import cli, inputs, parallel
from models.migrate import upgrade
from models.work import Store
from tests.handlers.sheets import xlsx
from tests.handlers.world import World, company, with_pay

Said = pytest.CaptureFixture[str]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """命令行的办事台换成小公司的。"""
    store = Store(f"sqlite:///{tmp_path / 'ehr.sqlite3'}")
    upgrade(store)
    world = with_pay(company(store))

    @contextmanager
    def counter(state: Path | None) -> Iterator[Any]:
        yield world.desk

    for module in (inputs, parallel):
        monkeypatch.setattr(module, "counter", counter)
    yield world
    store.close()


def run(said: Said, *words: str) -> tuple[int, str]:
    code = cli.main(list(words))
    found = said.readouterr()
    return code, found.out + found.err


def test_look_take_confirm_undo(house: World, tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "提成.xlsx"
    file.write_bytes(xlsx(["姓名", "提成"], ["李明", 500]))
    about = (str(file), "--period", "2026-10", "--as", "陈静")
    code, text = run(capsys, "inputs", "look", *about)
    assert (code, "没有写事由" in text) == (1, True)
    code, text = run(capsys, "inputs", "look", *about, "--reason", "活动")
    assert (code, "提成:1 人,合计 ¥500.00" in text) == (0, True)
    assert house.one("SELECT count(*) FROM monthlyinput") == 0
    code, text = run(capsys, "inputs", "take", *about, "--reason", "活动", "--json")
    batch = str(json.loads(text)["batch_id"])
    assert (code, json.loads(text)["state"]) == (0, "open")
    assert run(capsys, "inputs", "confirm", batch, "--as", "陈静")[0] == 1
    assert "孙丽复核" in run(capsys, "inputs", "confirm", batch, "--as", "孙丽")[1]
    assert "撤回:导错了" in run(capsys, "inputs", "undo", batch, "--reason", "导错了", "--as", "陈静")[1]
    assert "已撤回" in run(capsys, "inputs", "list", "--kind", "monthly")[1]


def test_the_fault_list_is_written_and_a_wrong_path_is_told(house: World, tmp_path: Path, capsys: Said) -> None:
    file, back = tmp_path / "坏.xlsx", tmp_path / "问题.xlsx"
    file.write_bytes(xlsx(["姓名", "提成", "事由"], ["没有的人", 500, "x"]))
    about = ("--period", "2026-10", "--as", "陈静")
    code, text = run(capsys, "inputs", "look", str(file), *about, "--errors", str(back))
    assert (code, "× 第 2 行" in text, back.read_bytes()[:2]) == (1, True, b"PK")
    code, text = run(capsys, "inputs", "take", str(file), *about)
    assert (code, "没有导入" in text) == (2, True)
    code, text = run(capsys, "inputs", "take", str(tmp_path / "没有.xlsx"), *about)
    assert (code, "读不到文件" in text) == (2, True)


def test_the_old_payroll_is_compared_and_signed(house: World, tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "旧.xlsx"
    file.write_bytes(xlsx(["姓名", "底薪", "怪项"], ["李明", 9000, 1]))
    about = ("--kind", "old", "--period", "2026-10", "--as", "陈静")
    assert run(capsys, "inputs", "take", str(file), *about, "--map", "怪项")[0] == 2
    _, text = run(capsys, "inputs", "take", str(file), *about, "--map", "怪项=-", "--json")
    batch = str(json.loads(text)["batch_id"])
    code, text = run(capsys, "parallel", "show", batch)
    assert (code, "[base] 工资或基数不同:1 人 1 行,相差 +¥1,000.00;没有签认" in text) == (1, True)
    for cause in ("base", "only_new"):
        code, text = run(capsys, "parallel", "sign", batch, cause, "--reason", "旧表没调薪", "--as", "陈静")
    assert (code, "可以换过来" in text) == (0, True)
    code, text = run(capsys, "parallel", "sign", batch, "rounding", "--reason", "x", "--as", "陈静")
    assert (code, "没有“rounding”这一组" in text) == (1, True)
    assert json.loads(run(capsys, "parallel", "show", batch, "--json")[1])["go"] is True
