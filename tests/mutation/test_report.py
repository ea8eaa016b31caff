"""变异报告:退出码怎么数、名字怎么还原、改了哪一行、哪些函数没有变异、什么时候算不过。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mutation import report

SOURCE = '''"""样。"""
from dataclasses import dataclass
TABLE = {"a": 1}
def double(x: int) -> int:
    return x * 2
def told() -> None: ...
@dataclass
class Box:
    size: int
    @property
    def area(self) -> int:
        return self.size * self.size
    def twice(self) -> int:
        return self.size * 2
'''
MUTATED = """
def x_double__mutmut_orig(x: int) -> int:
    return x * 2
def x_double__mutmut_1(x: int) -> int:
    return x / 2
def x_double__mutmut_2(x: int) -> int:
    return x * 3
class Box:
    def xǁBoxǁtwice__mutmut_orig(self) -> int:
        return self.size * 2
    def xǁBoxǁtwice__mutmut_1(self) -> int:
        return self.size * 3
"""
TIMES_THREE = report.Change("engine.sample.double", "return x * 2", "return x * 3")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """一份跑过的副本:两个函数各有变异,属性与空函数没有。"""
    for folder, text in (("engine", SOURCE), ("mutants/engine", MUTATED)):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "sample.py").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(project: Path, *codes: int | None) -> None:
    names = (
        "engine.sample.x_double__mutmut_1",
        "engine.sample.x_double__mutmut_2",
        "engine.sample.xǁBoxǁtwice__mutmut_1",
    )
    text = json.dumps({"exit_code_by_key": dict(zip(names, codes, strict=True))})
    (project / "mutants" / "engine" / "sample.py.meta").write_text(text, "utf-8")


def listed(project: Path, text: str) -> list[str]:
    path = project / "survivors.yaml"
    path.write_text(text, "utf-8")
    return ["--survivors", str(path)]


def test_results_are_counted_and_the_skipped_named(project: Path) -> None:
    ran(project, 1, 0, 36)
    found = report.module_of(Path("mutants"), Path("engine/sample.py"))
    assert dict(found.counts) == {"killed": 1, "survived": 1, "timeout": 1}
    assert [one._replace(name="") for one in found.alive] == [TIMES_THREE]
    assert (found.functions, found.tables) == (4, 1)
    assert found.skipped == {"told": "没有可变异的写法", "Box.area": "@property"}
    assert report.table([found])[-1] == "| 合计 | 3 | 1 | 1 | 1 | 0 | 0 | 66.6% | 4 | 2 | 1 |"


def test_a_method_and_a_missing_test(project: Path) -> None:
    ran(project, 1, 1, 33)
    (alive,) = report.module_of(Path("mutants"), Path("engine/sample.py")).alive
    assert alive[:3] == ("engine.sample.Box.twice", "return self.size * 2", "return self.size * 3")


def test_under_ninety_or_unlisted_fails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran(project, 1, 0, 1)
    assert report.main(listed(project, "")) == 1
    out = capsys.readouterr().out
    assert '    - was: "return x * 2"  # engine.sample.x_double__mutmut_2' in out
    assert "活着的 1 处,其中 0 处有说明,1 处没有。" in out
    why = "functions:\n  engine.sample.double:\n    - {was: return x * 2, now: return x * 3, why: 等价}\n"
    assert report.main(listed(project, why)) == 1  # 有说明,但只杀死了三分之二
    assert "其中 1 处有说明" in capsys.readouterr().out
    ran(project, 1, 1, 1)
    assert report.main(listed(project, why)) == 0
    assert "说明已经用不上(杀死了或改过了):engine.sample.double:return x * 2 → return x * 3" in capsys.readouterr().out


def test_what_is_everywhere_the_same_is_listed_once(project: Path) -> None:
    ran(project, 1, 0, 1)
    known = report.excuses(Path(listed(project, "everywhere:\n  - {was: '* 2', now: ['* 3'], why: 测试}\n")[1]))
    assert known.covers(TIMES_THREE)
    assert not known.covers(TIMES_THREE._replace(now="return x * 4"))


def test_a_reason_must_be_written(project: Path) -> None:
    with pytest.raises(SystemExit):
        report.excuses(Path(listed(project, "functions:\n  f:\n    - {was: a, now: b, why: }\n")[1]))
    assert report.excuses(report.LIST)


def test_nothing_ran_is_a_failure(project: Path) -> None:
    assert report.main(listed(project, "")) == 1
