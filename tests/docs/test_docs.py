"""文档 docs:链接与图片都在、命令真有、决定写全、说到的文件都在。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.cli import COMMANDS
from tests.house import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PRESENT = [page for page in PAGES if page.name != "CHANGELOG.md"]
"""说现在的;变更说的是当时。"""
READMES = (ROOT / "README.md", ROOT / "README.en.md")
ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
HEADINGS = ("背景", "决定", "后果", "没有选的做法", "参考")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HTML = re.compile(r"<(?:a|img)\b[^>]*?\b(?:href|src)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)
ROOMS = r"(?:app|bot|miniapp|ehr_sync|handlers|models|config|engine|sandbox|bench|tests|docs|requirements)"
A_PATH = re.compile(rf"`((?:{ROOMS}/[\w./*\-\[\]]*|run\.py|pyproject\.toml|\.env\.example|\.ci/run))`")
PICTURE_BYTES = 300 * 1024
ONE_SCREEN = 60


def prose(page: Path) -> str:
    """正文:代码块不算。"""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def slug(heading: str) -> str:
    """标题 → 锚点,照代码托管网站的写法:小写,去标点,空格成连字符。"""
    bare = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")


def links(page: Path) -> Iterator[str]:
    text = CODE.sub("", prose(page))
    yield from LINK.findall(text)
    yield from HTML.findall(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_resolve(page: Path) -> None:
    broken = []
    for target in links(page):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or not there.is_relative_to(ROOT):
            broken.append(target)
        elif anchor and anchor not in {slug(h) for h in HEADING.findall(prose(there))}:
            broken.append(target)
    assert not broken, f"{page.name} 里的链接或图片打不开:{broken}"


@pytest.mark.parametrize("page", PRESENT, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_named_files_exist(page: Path) -> None:
    """说到的文件真的在;带通配的至少配得上一个。更正文件名时,文档会跟着红。"""
    missing = [
        name
        for name in A_PATH.findall(prose(page))
        if not (any(ROOT.glob(name)) if "*" in name else (ROOT / name).exists())
    ]
    assert not missing, f"{page.name} 说到的文件不在:{missing}"


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_commands_named_in_the_readme_exist(page: Path) -> None:
    known = {command.name for command in COMMANDS}
    text = page.read_text(encoding="utf-8")
    by_ehr = set(re.findall(r"\behr ([a-z]+)", text))
    by_run = set(re.findall(r"run\.py ([a-z]+)", text))
    assert by_ehr and by_run, "README 应当说到命令"
    assert not by_ehr - known, f"没有这些词:{by_ehr - known}"
    assert not by_run - known - {"test"}, f"没有这些词:{by_run - known - {'test'}}"


def test_readme_names_every_command() -> None:
    text = READMES[0].read_text(encoding="utf-8")
    missing = [c.name for c in COMMANDS if not re.search(rf"(?:`|ehr |run\.py ){c.name}\b", text)]
    assert not missing, f"README 没有说到这些词:{missing}"


def test_readme_begins_with_the_two_commands() -> None:
    """两条命令是 README 里最先出现的代码。"""
    for page in READMES:
        first = FENCE.search(page.read_text(encoding="utf-8"))
        assert first is not None
        lines = [line.split("#")[0].strip() for line in first.group().splitlines()[1:-1]]
        assert lines == ["python3 run.py demo", "python3 run.py test"]


@pytest.mark.parametrize("page", ADRS, ids=lambda page: page.stem)
def test_a_decision_fills_one_screen(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    found = tuple(re.findall(r"^## +(.+?)\s*$", text, re.MULTILINE))
    assert found == HEADINGS, f"一篇决定要有这几节,依次:{HEADINGS}"
    assert text.startswith(f"# {page.stem[:4]} "), "标题以编号开头"
    decision = text.partition("## 决定")[2].partition("## 后果")[0].strip()
    assert decision.startswith("> ") and "\n" not in decision, "决定是一句可以引用的话"
    assert len(text.splitlines()) <= ONE_SCREEN, f"一篇一屏,不超过 {ONE_SCREEN} 行"


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    numbers = [page.stem[:4] for page in ADRS]
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)], "编号从 0001 起,不空不重"
    assert [page.name for page in ADRS if f"({page.name})" not in index] == [], "决定要列进 docs/adr/README.md"


def test_pictures_are_small_and_used() -> None:
    pictures = [*(ROOT / "docs" / "pictures").glob("*"), *(ROOT / "docs").glob("*.svg")]
    assert pictures, "README 要有图"
    large = [p.name for p in pictures if p.stat().st_size > PICTURE_BYTES]
    assert not large, f"图太大(超过 300 KB):{large}"
    shown = {(page.parent / unquote(target)).resolve() for page in PAGES for target in links(page)}
    assert not [p.name for p in pictures if p.resolve() not in shown], "没有一页用到的图就删掉"


def test_the_changelog_keeps_its_shape() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert versions and all(re.fullmatch(r"未发布|\[?\d+\.\d+\.\d+\]? - \d{4}-\d{2}-\d{2}", v) for v in versions)
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert kinds and kinds <= {"新增", "变更", "弃用", "移除", "修复", "安全", "政策数据"}
