#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""起步 run.py:一条命令,从什么都没有到跑起来。

`python3 run.py 词…` 等于 `ehr 词…`;`python3 run.py test [pytest 的词…]` 跑全部测试。
只用标准库。旁边建自己的 `.venv`,按带哈希的锁装依赖(锁没变就不再装),然后把标准输入、输出和退出码原样交给
`ehr`;自己的话一律写到标准错误。旧 Python 也读得懂这个文件(所以没有 f-string),好把话说清楚。
退出码:0 完成,1 答案是否,2 用法不对,3 外面的东西出了问题。
"""

import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from typing import Dict, List, Optional, Tuple

OLDEST, TOO_NEW = (3, 11), (3, 15)
WINDOWS = os.name == "nt"
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if WINDOWS else os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "ehr-stamp.json")
MARKER = os.path.join(VENV, "ehr-installing")
LOG = os.path.join(VENV, "ehr-install.log")
LOCKFILE = os.path.join(ROOT, ".venv.lock")
NEEDED_MIB = {"run": 300, "test": 1000}  # 装好的环境加下载缓存,留些余量
VENV_PARTS = {"bin", "lib", "lib64", "include", "share", "Scripts", "Lib", "Include", "pyvenv.cfg", ".gitignore"}

# (输出里的痕迹, 说给人听的话);先写的先算。
TROUBLES = (
    (r"No space left on device|Errno 28|os error 28|not enough space", "磁盘满了,依赖没装完。请腾出 {need} MB 后再运行一次。"),
    (r"DO NOT MATCH THE HASHES|[Hh]ash mismatch", "下载到的包与锁定的哈希不一致,已停下。请检查网络或镜像后再运行一次;若仍如此,不要继续。"),
    (r"NewConnectionError|ConnectTimeout|Connection(Reset|Refused|Error)|Temporary failure in name|Name or service not known"
     r"|getaddrinfo|dns error|[Rr]ead timed out|ReadTimeout|ProxyError|error sending request|Failed to (fetch|connect)|SSLError|Network is unreachable",
     "第一次安装要连上 Python 的软件包仓库,现在连不上。请检查网络(或用 PIP_INDEX_URL 指定能用的镜像)后再运行一次。"),
    (r"Permission denied|Errno 13|os error 13|Read-only file system", "没有权限写 {venv}。请换一个您能写的文件夹,或改好权限后再运行一次。"),
    (r"Failed building wheel|error: command '.*' failed|Failed to build", "有一个依赖在这台机器上要现编译,没有成功。请用 64 位的 Python 3.11 到 3.14(它们有现成的包)再试。"),
    (r"No matching distribution|Could not find a version|no solution found", "软件包仓库里找不到锁定的版本:多半是网络不通,或镜像没有同步全。请检查网络或换一个镜像,再运行一次。"),
)  # fmt: skip


class Stop(Exception):
    """停下并说清楚:第一句是发生了什么,第二句是怎么办。"""

    def __init__(self, text: str, code: int = 3) -> None:
        Exception.__init__(self, text)
        self.code = code


def say(text: str, end: str = "\n") -> None:
    """写到标准错误;终端的编码写不出的字用问号代替,不因此停下。"""
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    sys.stderr.write((text + end).encode(encoding, "replace").decode(encoding, "replace"))
    sys.stderr.flush()


# ── Python 够不够新 ───────────────────────────────────────────────────────


def ask(command: List[str]) -> Tuple[int, str]:
    """悄悄地运行一个小命令,要它的退出码和全部输出;根本跑不起来算 127。"""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300
        )
    except (OSError, subprocess.SubprocessError) as problem:
        return 127, str(problem)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def version_of(python: str) -> Optional[Tuple[int, int]]:
    """问一个解释器它的版本;跑不起来是 None。"""
    code, text = ask([python, "-c", "import sys; print('%d %d' % sys.version_info[:2])"])
    found = re.search(r"(?m)^(\d+) (\d+)$", text)
    return (int(found.group(1)), int(found.group(2))) if code == 0 and found else None


def fits(version: Optional[Tuple[int, int]]) -> bool:
    return version is not None and OLDEST <= version < TOO_NEW


def newer_python() -> Optional[str]:
    """这个 Python 不合用时,看看机器上有没有合用的。"""
    for minor in range(TOO_NEW[1] - 1, OLDEST[1] - 1, -1):
        found = shutil.which("python%d.%d" % (OLDEST[0], minor))
        if found and fits(version_of(found)):
            return found
    return None


def check_python(words: List[str]) -> None:
    """版本不合就换一个合用的接着跑,没有就说该装什么。"""
    here = (sys.version_info[0], sys.version_info[1])
    if fits(here):
        return
    found = newer_python()
    if found:
        say("当前的 Python 是 %d.%d,改用 %s。" % (here + (found,)))
        hand_over([found, os.path.abspath(__file__)] + words, dict(os.environ))
    problem = "太旧" if here < OLDEST else "太新,还没有试过"
    raise Stop(
        "当前的 Python 是 %d.%d,%s:需要 3.11 到 3.14。请安装其中一个(例如 3.12),再用它运行:python3.12 run.py %s"
        % (here + (problem, " ".join(words) or "demo"))
    )


# ── 一次只有一个人动 .venv ─────────────────────────────────────────────────


class OneAtATime:
    """两个 run.py 同时起步时,后来的等先来的做完。"""

    def __enter__(self) -> "OneAtATime":
        self.file = open(LOCKFILE, "a+")
        try:
            self._take(wait=False)
        except OSError:
            say("另一个 run.py 正在准备环境,等它做完……")
            self._take(wait=True)
        return self

    def _take(self, wait: bool) -> None:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    self.file.seek(0)
                    msvcrt.locking(self.file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
                    return
                except OSError:
                    if not wait:
                        raise
        else:
            import fcntl

            fcntl.flock(self.file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))

    def __exit__(self, *_: object) -> None:
        self.file.close()


# ── .venv ────────────────────────────────────────────────────────────────


def lock_path(kind: str) -> str:
    return os.path.join(ROOT, "requirements", kind + ".txt")


def digest(kind: str) -> str:
    """锁的指纹:锁变了才重装。"""
    try:
        with open(lock_path(kind), "rb") as file:
            return hashlib.sha256(file.read().replace(b"\r\n", b"\n")).hexdigest()
    except OSError:
        raise Stop("找不到 %s:项目不完整。请重新取一份完整的项目再运行。" % lock_path(kind))


def read_stamp() -> Dict[str, str]:
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
        return stamp if isinstance(stamp, dict) else {}
    except (OSError, ValueError):
        return {}


def is_ready(kind: str) -> bool:
    stamp = read_stamp()
    return (
        os.path.exists(PYTHON)
        and not os.path.exists(MARKER)
        and stamp.get("root") == ROOT
        and stamp.get(kind) == digest(kind)
    )


def prepare(kind: str) -> None:
    """让 .venv 合乎这把锁:没有就建,坏了就修,锁变了就装。"""
    if is_ready(kind):
        return
    try:
        with OneAtATime():
            if is_ready(kind):
                return
            free = shutil.disk_usage(ROOT).free // 2**20
            if free < NEEDED_MIB[kind]:
                raise Stop("磁盘只剩 %d MB,装依赖要 %d MB。请腾出空间后再运行一次。" % (free, NEEDED_MIB[kind]))
            make_venv()
            install(kind)
            link()
            stamp = read_stamp()
            stamp.update({"root": ROOT, "run": digest("run"), kind: digest(kind)})
            with open(STAMP, "w", encoding="utf-8") as file:
                json.dump(stamp, file)
            os.remove(MARKER)
            say("依赖装好了。")
    except OSError as problem:
        raise Stop(trouble(str(problem), kind) or "准备 %s 时出了问题:%s。请改好后再运行一次。" % (VENV, problem))


def make_venv() -> None:
    """建 .venv;上次做了一半的(留有记号或跑不起来)拆了重来。"""
    if os.path.lexists(VENV):
        stranger = not os.path.isdir(VENV) or not all(
            part in VENV_PARTS or part.startswith("ehr-") for part in os.listdir(VENV)
        )
        if stranger and not os.path.isfile(os.path.join(VENV, "pyvenv.cfg")):
            raise Stop("%s 已经存在,却不是 Python 的虚拟环境。请把它移走后再运行一次。" % VENV)
        if os.path.exists(MARKER) or not fits(version_of(PYTHON)):
            say("上次的 .venv 没有做完或已经坏了,重新做一个。")
            shutil.rmtree(VENV)
    fresh = not os.path.exists(PYTHON)
    os.makedirs(VENV, exist_ok=True)
    with open(MARKER, "w"):
        pass
    if fresh:
        say("第一次运行:正在建立 %s ……" % VENV)
        command = [sys.executable, "-m", "venv"] + (["--without-pip"] if uv() else []) + [VENV]
        code, text = ask(command)
        if code:
            raise Stop(explain_venv(text))


def explain_venv(output: str) -> str:
    if re.search(
        r"No module named '?(venv|ensurepip)|ensurepip is not\s+available|ensurepip.*returned non-zero", output
    ):
        return (
            "这个 Python 没有带 venv(或其中的 pip),建不了环境。Debian/Ubuntu 请运行:"
            "apt-get install python%d.%d-venv ,然后再运行一次。" % sys.version_info[:2]
        )
    last = (output.strip().splitlines() or ["没有更多说明"])[-1]
    return trouble(output, "run") or "建立 %s 没有成功:%s。请改好后再运行一次。" % (VENV, last)


def trouble(output: str, kind: str) -> Optional[str]:
    """从别的程序的输出里认出出了什么事。"""
    for trace, sentence in TROUBLES:
        if re.search(trace, output):
            return sentence.format(need=NEEDED_MIB[kind], venv=VENV)
    return None


# ── 依赖 ─────────────────────────────────────────────────────────────────


def uv() -> Optional[str]:
    """有 uv 就用它,快得多;但您给 pip 指定过仓库时仍用 pip,因为 uv 不读 pip 的设置。"""
    found = shutil.which("uv")
    if not found or any(os.environ.get(name) for name in ("PIP_INDEX_URL", "PIP_NO_INDEX", "PIP_CONFIG_FILE")):
        return None
    text = ask([sys.executable, "-m", "pip", "config", "list"])[1]
    return None if re.search(r"(?m)\.(index-url|no-index)=", text) else found


def pip_command(kind: str) -> List[str]:
    if ask([PYTHON, "-m", "pip", "--version"])[0] and ask([PYTHON, "-m", "ensurepip", "--default-pip"])[0]:
        raise Stop(explain_venv("ensurepip is not available"))
    return [
        PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "--prefer-binary", "--no-input",
        "--disable-pip-version-check", "--progress-bar", "off", "-r", lock_path(kind),
    ]  # fmt: skip


def install(kind: str) -> None:
    """按锁装依赖;全程的输出留在日志里,屏幕上只有进度。"""
    with open(lock_path(kind), encoding="utf-8") as file:
        total = len(re.findall(r"(?m)^[A-Za-z0-9][^\s=]*==", file.read()))
    say("正在装 %d 个依赖(第一次要一两分钟)……" % total)
    env = dict(os.environ, PIP_USER="0", PYTHONUTF8="1")
    env.setdefault("PIP_RETRIES", "3")
    for name in ("PIP_TARGET", "PIP_PREFIX", "PYTHONHOME", "PYTHONPATH"):
        env.pop(name, None)
    fast = uv()
    if fast:
        words = [fast, "pip", "install", "--python", PYTHON, "--require-hashes", "--no-deps", "--compile-bytecode"]
        if run_logged(words + ["-r", lock_path(kind)], env, total)[0] == 0:
            return
        say("uv 没有装成,改用 pip ……")
    code, output = run_logged(pip_command(kind), env, total)
    if code:
        if not re.search(r"uninstall|RECORD", output):
            os.remove(MARKER)  # pip 自己收拾干净了,环境没有坏
        raise Stop((trouble(output, kind) or "依赖没有装成。请看日志里的原因,改好后再运行一次。") + "日志:" + LOG)


def run_logged(command: List[str], env: Dict[str, str], total: int) -> Tuple[int, str]:
    lines = []  # type: List[str]
    count = 0
    with open(LOG, "a", encoding="utf-8") as log:
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=env
        )
        assert child.stdout is not None
        for raw in child.stdout:
            line = raw.decode("utf-8", "replace")
            log.write(line)
            lines.append(line)
            name = re.match(r"Collecting ([^\s=<>;\[]+)", line)
            count += 1 if name else 0
            if name and (sys.stderr.isatty() or count % 10 == 0):
                say("  %d/%d %-30s" % (count, total, name.group(1)), end="\r" if sys.stderr.isatty() else "\n")
            elif line.startswith("Installing collected"):
                say("下载完了,正在写入 ……                    ")
        return child.wait(), "".join(lines)


def link() -> None:
    """让环境认得项目:一个 .pth 文件,和一个叫 ehr 的命令。"""
    folders = glob.glob(os.path.join(VENV, "lib", "python*", "site-packages"))
    folder = folders[0] if folders else os.path.join(VENV, "Lib", "site-packages")
    with open(os.path.join(folder, "dingehr.pth"), "w", encoding="utf-8") as file:
        file.write(ROOT + "\n")
    command = os.path.join(os.path.dirname(PYTHON), "ehr.cmd" if WINDOWS else "ehr")
    text = '#!/bin/sh\nPYTHONPATH="%s" exec "%s" -X utf8 -P -m app.cli "$@"\n'
    if WINDOWS:
        text = '@setlocal\r\n@set "PYTHONPATH=%s"\r\n@"%s" -X utf8 -P -m app.cli %%*\r\n'
    with open(command, "w", encoding="utf-8", newline="") as file:
        file.write(text % (ROOT, PYTHON))
    os.chmod(command, 0o755)  # noqa: S103 命令要人人能运行


# ── 测试要的浏览器和字体 ──────────────────────────────────────────────────


def lacking() -> List[str]:
    """测试还缺的系统软件,用 Debian 的包名说。"""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
    places = ("/Applications/Google Chrome.app", "/Applications/Chromium.app", r"C:\Program Files\Google\Chrome")
    fonts = ("/usr/share/fonts/**/*CJK*", "/usr/share/fonts/**/wqy*", r"C:\Windows\Fonts\msyh*")
    has_font = sys.platform == "darwin" or any(glob.glob(pattern, recursive=True) for pattern in fonts)
    wanted = [] if any(map(shutil.which, names)) or any(map(os.path.exists, places)) else ["chromium"]
    return wanted + ([] if has_font else ["fonts-noto-cjk"])


def browser() -> None:
    """缺浏览器或中文字体:在 Debian 上是 root 就装,别处说该装什么;装不成也让测试照跑。"""
    packages = lacking()
    if not packages:
        return
    root_on_debian = os.path.exists("/etc/debian_version") and hasattr(os, "geteuid") and os.geteuid() == 0
    if not root_on_debian or not shutil.which("apt-get"):
        say("浏览器测试还要 Chromium 和一套中文字体,请先装好。Debian 上:apt-get install " + " ".join(packages))
        return
    say("正在用 apt 安装测试要的 %s ……" % "、".join(packages))
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    run_logged(["apt-get", "update"], env, 0)
    if run_logged(["apt-get", "install", "-y", "--no-install-recommends"] + packages, env, 0)[0]:
        say("没有装成,浏览器测试会因此失败。原因见 " + LOG)


# ── 交接 ─────────────────────────────────────────────────────────────────


def hand_over(command: List[str], env: Dict[str, str]) -> None:
    """换成另一个程序:标准输入、输出、退出码都是它的。"""
    sys.stdout.flush()
    sys.stderr.flush()
    if not WINDOWS:
        os.execve(command[0], command, env)  # noqa: S606
    child = subprocess.Popen(command, env=env)  # Windows 的 exec 会立刻把终端还给人,只好等着
    while True:
        try:
            sys.exit(child.wait())
        except KeyboardInterrupt:
            continue


def main(words: List[str]) -> int:
    try:
        check_python(words)
        kind = "test" if words[:1] == ["test"] else "run"
        prepare(kind)
        env = dict(os.environ, PYTHONPATH=ROOT)  # 排在最前:我们的房间名很普通,别被同名的包盖住
        env.setdefault("PYTHONUTF8", "1")
        if kind == "test":
            browser()
            os.chdir(ROOT)
            whole = ["-n", "auto", "--dist", "loadfile"]  # 没点名跑哪些:全部,几个核一起跑
            hand_over([PYTHON, "-m", "pytest"] + (words[1:] or whole), env)
        hand_over([PYTHON, "-P", "-m", "app.cli"] + words, env)
    except Stop as problem:
        say(str(problem))
        return problem.code
    except KeyboardInterrupt:
        say("\n已停下;再运行一次会接着做。")
        return 130
    except OSError as problem:
        say("没能启动:%s。请改好后再运行一次。" % problem)
    return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
