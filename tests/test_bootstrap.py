"""起步 bootstrap:run.py 在一个小小的假项目里建环境、装锁、交接;不碰网络,软件包是现做的一个轮子。"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

RUN = Path(__file__).resolve().parent.parent / "run.py"
CLI = """
import json, sys
import pebble
print(json.dumps([sys.argv[1:], pebble.VERSION, sys.stdin.read()]))
sys.exit(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
"""


@dataclass
class Project:
    """只有 run.py、一个命令和一把锁的项目;`wheels` 是它的“软件包仓库”。"""

    root: Path
    wheels: Path

    def lock(self, version: str, digest: str = "") -> None:
        """做一个 pebble 的轮子,并锁住它。"""
        wheel = self.wheels / f"pebble-{version}-py3-none-any.whl"
        info = f"pebble-{version}.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("pebble.py", f"VERSION = {version!r}\n")
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: pebble\nVersion: {version}\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", "")
        digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
        for kind in ("run", "test"):
            text = f"pebble=={version} \\\n    --hash=sha256:{digest}\n"
            (self.root / "requirements" / f"{kind}.txt").write_text(text)

    def environment(self, **extra: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "PYTHON", "VIRTUAL_ENV"))}
        ours = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        return {**kept, **ours, "PIP_NO_CACHE_DIR": "1", **extra}

    def run(self, *words: str, stdin: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(self.root / "run.py"), *words]
        env, where = self.environment(**extra), self.root.parent
        return subprocess.run(
            command, input=stdin, env=env, cwd=where, capture_output=True, encoding="utf-8", timeout=120, check=False
        )

    @property
    def log(self) -> str:
        path = self.root / ".venv" / "ehr-install.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""


def make(folder: Path) -> Project:
    project = Project(folder / "项目 一", folder / "wheels")
    for path in (project.root / "app", project.root / "requirements", project.wheels):
        path.mkdir(parents=True)
    (project.root / "run.py").write_bytes(RUN.read_bytes())
    (project.root / "app" / "__init__.py").write_text("")
    (project.root / "app" / "cli.py").write_text(CLI)
    project.lock("1.0")
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make(tmp_path)


@pytest.fixture
def run() -> ModuleType:
    """把 run.py 当模块读进来。"""
    spec = importlib.util.spec_from_file_location("run_under_test", RUN)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_from_nothing_to_the_command_and_again(project: Project) -> None:
    first = project.run("understand", "7", stdin="明天下午请半天事假\n")
    assert first.returncode == 7, first.stderr
    assert json.loads(first.stdout) == [["understand", "7"], "1.0", "明天下午请半天事假\n"]
    assert "第一次运行" in first.stderr and "依赖装好了" in first.stderr

    before = project.log
    second = project.run("quote", stdin="x")
    assert (second.returncode, second.stderr) == (0, "")
    assert json.loads(second.stdout) == [["quote"], "1.0", "x"]
    assert project.log == before, "锁没变就不再装"

    project.lock("1.1")
    third = project.run("quote")
    assert json.loads(third.stdout)[1] == "1.1"
    assert "第一次运行" not in third.stderr

    script = project.root / ".venv" / "bin" / "ehr"
    by_name = subprocess.run([script, "doctor"], input="", capture_output=True, encoding="utf-8", check=True)
    assert json.loads(by_name.stdout)[0] == ["doctor"]


def test_a_half_made_environment_is_mended(project: Project) -> None:
    (project.root / ".venv" / "bin").mkdir(parents=True)
    (project.root / ".venv" / "ehr-installing").write_text("")
    done = project.run("quote")
    assert done.returncode == 0, done.stderr
    assert "重新做一个" in done.stderr

    python = project.root / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    mended = project.run("quote")
    assert mended.returncode == 0, mended.stderr
    assert "已经坏了" in mended.stderr


def test_somebody_elses_folder_is_left_alone(project: Project) -> None:
    diary = project.root / ".venv" / "日记.txt"
    diary.parent.mkdir()
    diary.write_text("不要删我")
    done = project.run("quote")
    assert done.returncode == 3
    assert "不是 Python 的虚拟环境" in done.stderr
    assert diary.read_text() == "不要删我"


def test_two_at_once_do_not_break_each_other(project: Project) -> None:
    command = [sys.executable, str(project.root / "run.py"), "quote"]
    pair = [
        subprocess.Popen(
            command, env=project.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    outcomes = [child.communicate(timeout=120) for child in pair]
    assert [child.returncode for child in pair] == [0, 0], outcomes
    assert [json.loads(out)[1] for out, _ in outcomes] == ["1.0", "1.0"]
    assert sum("第一次运行".encode() in err for _, err in outcomes) == 1


def test_no_network_and_a_wrong_hash_are_said_plainly(project: Project) -> None:
    offline = project.run(
        "quote", PIP_NO_INDEX="", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_FIND_LINKS="", PIP_RETRIES="1"
    )
    assert offline.returncode == 3
    assert "检查网络" in offline.stderr and "Traceback" not in offline.stderr

    project.lock("1.0", digest="0" * 64)
    wrong = project.run("quote")
    assert wrong.returncode == 3
    assert "哈希不一致" in wrong.stderr

    project.lock("1.0")
    assert project.run("quote").returncode == 0


def test_words_for_what_can_go_wrong(run: ModuleType) -> None:
    heard = {
        "OSError: [Errno 28] No space left on device": "磁盘满了",
        "[Errno 13] Permission denied: '/opt/x/.venv.lock'": "没有权限",
        "NewConnectionError('...: Failed to establish a new connection')": "网络",
        "error: Failed to fetch: `…/aiohttp/`": "网络",
        "ERROR: Failed building wheel for psycopg": "64 位",
    }
    for output, word in heard.items():
        assert word in run.trouble(output, "run"), output
    missing = (
        "The virtual environment was not created successfully because ensurepip is not\n"
        "available.  On Debian/Ubuntu systems, you need to install the python3-venv\npackage"
    )
    assert "-venv" in run.explain_venv(missing)
    assert "-venv" in run.explain_venv("/usr/bin/python3: No module named venv")


def test_an_old_python_is_told_what_to_install(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    ast.parse(RUN.read_text(encoding="utf-8"), feature_version=(3, 6))
    monkeypatch.setattr(run, "fits", lambda version: False)
    with pytest.raises(run.Stop) as stopped:
        run.check_python(["demo"])
    assert "需要 3.11 到 3.14" in str(stopped.value)
    assert stopped.value.code == 3
