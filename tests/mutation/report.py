"""变异测试的报告 mutation report:读 mutmut 存下的结果,按模块数杀死、活着、没有变异的,再与 survivors.yaml 对账。

在跑过 `mutmut run` 的那份副本里手工运行:`python -m tests.mutation.report`(见 docs/how-to/mutation.md)。
不到九成,或有活着而没有说明的变异,退出码是 1。
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

LIST = Path(__file__).with_name("survivors.yaml")
LEAST = 90
"""至少杀死百分之几。"""
KILLED, TIMEOUT, SURVIVED, NO_TESTS, WAITING, OTHER = "killed", "timeout", "survived", "no_tests", "waiting", "other"
STATUS: Mapping[int | None, str] = {
    None: WAITING, 0: SURVIVED, 1: KILLED, 3: KILLED, 5: NO_TESTS, 33: NO_TESTS,
    36: TIMEOUT, 24: TIMEOUT, -24: TIMEOUT, 152: TIMEOUT, 255: TIMEOUT,
}  # fmt: skip
"""mutmut 的退出码 → 结果;没有列的(崩溃、被打断)是 other,不算杀死。"""
NEVER = ("__getattribute__", "__setattr__", "__new__")
"""mutmut 从不变异的特殊方法。"""


class Change(NamedTuple):
    """一处变异:在哪个函数(engine.pay.compute)、原来的一行、变成的一行;name 是 mutmut 的编号。"""

    function: str
    was: str
    now: str
    name: str = ""


class Module(NamedTuple):
    """一个模块:各种结果的个数、活着的各处、没有变异的函数(名字 → 为什么)、模块里的表有几张。"""

    name: str
    counts: Counter[str]
    alive: tuple[Change, ...]
    functions: int
    skipped: dict[str, str]
    tables: int


class Excuses(NamedTuple):
    """survivors.yaml:everywhere 到处都有的等价写法(原文、变成的几种);functions 各函数各处 → 为什么不算。"""

    everywhere: tuple[tuple[str, tuple[str, ...]], ...]
    functions: dict[Change, str]

    def covers(self, one: Change) -> bool:
        """这一处有没有说明。"""
        if one._replace(name="") in self.functions:
            return True
        return any(one.was.replace(old, new) == one.now for old, news in self.everywhere for new in news)


# ── 读 ────────────────────────────────────────────────────────────────


def module_of(mutants: Path, source: Path) -> Module:
    """一个模块的结果。mutants 是 mutmut 的目录,source 是相对于它的源文件(engine/pay.py)。"""
    results: dict[str, int | None] = json.loads((mutants / f"{source}.meta").read_text("utf-8"))["exit_code_by_key"]
    counts = Counter(STATUS.get(code, OTHER) for code in results.values())
    left = [name for name, code in results.items() if STATUS.get(code, OTHER) not in (KILLED, TIMEOUT, WAITING)]
    bodies = _bodies(mutants / source) if left else {}
    mutated = {_function(name) for name in results}
    dotted = str(source.with_suffix("")).replace("/", ".")
    functions, skipped, tables = _skipped(source.read_text("utf-8"), dotted, mutated)
    return Module(dotted, counts, tuple(_change(name, bodies) for name in left), functions, skipped, tables)


def _function(name: str) -> str:
    """mutmut 的编号 → 函数:engine.pay.x_compute__mutmut_3 → engine.pay.compute。"""
    module, _, own = name.rpartition(".")
    return f"{module}.{_plain(own.rpartition('__mutmut_')[0])}"


def _plain(own: str) -> str:
    return own.removeprefix("xǁ").replace("ǁ", ".") if own.startswith("xǁ") else own.removeprefix("x_")


def _bodies(path: Path) -> dict[str, list[str]]:
    """变异过的文件里各个副本的源码,去掉缩进:副本名 → 各行。"""
    text = path.read_text("utf-8")
    rows = text.splitlines()
    return {
        node.name: [row.strip().replace(node.name, "") for row in rows[node.lineno - 1 : node.end_lineno]]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name
    }


def _change(name: str, bodies: Mapping[str, list[str]]) -> Change:
    own = name.rpartition(".")[2]
    head = own.rpartition("__mutmut_")[0]
    was, now = bodies[f"{head}__mutmut_orig"], bodies[own]
    gone: list[str] = []
    came: list[str] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += was[a:b]
            came += now[c:d]
    return Change(_function(name), " ".join(gone), " ".join(came), name)


def _skipped(text: str, module: str, mutated: set[str]) -> tuple[int, dict[str, str], int]:
    """(函数几个、没有变异的函数与缘由、模块与类里的表几张)。"""
    found: dict[str, str] = {}
    functions = tables = 0
    for owner, node in _statements(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            functions += 1
            name = f"{module}.{owner}{node.name}"
            if name not in mutated:
                found[name.removeprefix(f"{module}.")] = _why_skipped(node, owner)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict | ast.Tuple | ast.Call):
            tables += 1
    return functions, found, tables


def _statements(tree: ast.AST, owner: str = "") -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from _statements(node, f"{owner}{node.name}.")
        elif isinstance(node, ast.stmt):
            yield owner, node


def _why_skipped(node: ast.FunctionDef, owner: str) -> str:
    if node.name in NEVER:
        return "特殊方法"
    if owner.count(".") > 1:
        return "类里的类"
    names = [ast.unparse(one) for one in node.decorator_list]
    if names and names not in (["staticmethod"], ["classmethod"]):
        return f"@{names[0]}"
    return "没有可变异的写法"


def excuses(path: Path) -> Excuses:
    """读 survivors.yaml。"""
    data: dict[str, Any] = yaml.safe_load(path.read_text("utf-8")) or {}
    everywhere = tuple((one["was"], tuple(one["now"])) for one in data.get("everywhere", ()))
    functions: dict[Change, str] = {}
    for function, entries in data.get("functions", {}).items():
        for one in entries:
            if not one.get("why"):
                raise SystemExit(f"{path.name}:{function} 有一处没有写为什么(why)。")
            functions[Change(function, one["was"], one["now"] or "")] = one["why"]
    return Excuses(everywhere, functions)


# ── 写 ────────────────────────────────────────────────────────────────


def percent(counts: Mapping[str, int]) -> tuple[int, int]:
    """(杀死的, 一共的):超时算杀死,没有测试的算活着,还没跑的不算。"""
    whole = sum(n for status, n in counts.items() if status != WAITING)
    return counts.get(KILLED, 0) + counts.get(TIMEOUT, 0), whole


def table(modules: Sequence[Module]) -> list[str]:
    """各模块一行,末行合计。"""
    rows = [
        "| 模块 | 变异 | 杀死 | 超时 | 活着 | 没有测试 | 还没跑 | 杀死的比例 | 函数 | 没有变异的函数 | 表 |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    whole: Counter[str] = Counter()
    for one in modules:
        whole.update(one.counts)
        rows.append(_row(one.name.removeprefix("engine."), one.counts, (one.functions, len(one.skipped), one.tables)))
    sums = tuple(sum(x) for x in zip(*((m.functions, len(m.skipped), m.tables) for m in modules), strict=True))
    return [*rows, _row("合计", whole, sums)]


def _row(name: str, counts: Mapping[str, int], sizes: tuple[int, ...]) -> str:
    dead, whole = percent(counts)
    alive = counts.get(SURVIVED, 0) + counts.get(OTHER, 0)
    figures = (sum(counts.values()), counts.get(KILLED, 0), counts.get(TIMEOUT, 0), alive, counts.get(NO_TESTS, 0))
    share = f"{dead * 1000 // whole / 10:.1f}%" if whole else "—"
    cells = (name, *figures, counts.get(WAITING, 0), share, *sizes)
    return f"| {' | '.join(str(c) for c in cells)} |"


def skipped_lines(modules: Sequence[Module]) -> list[str]:
    """没有变异的函数,按缘由数,再列名字。"""
    why = Counter(reason for m in modules for reason in m.skipped.values())
    lines = [f"没有变异的函数 {sum(why.values())} 个:" + "、".join(f"{r} {n}" for r, n in why.most_common())]
    lines += [f"  {m.name}:{'、'.join(f'{n}({r})' for n, r in m.skipped.items())}" for m in modules if m.skipped]
    return lines


def unlisted_lines(found: Sequence[Change]) -> list[str]:
    """没有说明的,照 survivors.yaml 的写法列出来,补上 why 就可以贴进去。"""
    lines: list[str] = []
    for function in dict.fromkeys(one.function for one in found):
        lines.append(f"  {function}:")
        for one in found:
            if one.function == function:
                was, now = (json.dumps(x, ensure_ascii=False) for x in (one.was, one.now))
                lines += [f"    - was: {was}  # {one.name}", f"      now: {now}", "      why:"]
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """打印报告;不到九成或有没说明的,返回 1。"""
    parser = argparse.ArgumentParser(description="变异测试的报告")
    parser.add_argument("--mutants", type=Path, default=Path("mutants"), help="mutmut 的目录")
    parser.add_argument("--survivors", type=Path, default=LIST, help="活着的与为什么不算")
    parser.add_argument("--skipped", action="store_true", help="列出没有变异的函数")
    chosen = parser.parse_args(arguments)
    metas = sorted(chosen.mutants.glob("**/*.py.meta"))
    sources = [meta.relative_to(chosen.mutants).with_suffix("") for meta in metas]
    modules = [m for m in (module_of(chosen.mutants, source) for source in sources) if m.counts]
    if not modules:
        print(f"{chosen.mutants} 里没有结果。请先在这份副本里运行 mutmut run。")
        return 1
    print("\n".join(table(modules)))
    print("\n".join(skipped_lines(modules)[: None if chosen.skipped else 1]))
    known = excuses(chosen.survivors)
    alive = [one for m in modules for one in m.alive]
    unlisted = [one for one in alive if not known.covers(one)]
    stale = known.functions.keys() - {one._replace(name="") for one in alive}
    print(f"活着的 {len(alive)} 处,其中 {len(alive) - len(unlisted)} 处有说明,{len(unlisted)} 处没有。")
    print("\n".join(unlisted_lines(unlisted)))
    ran = {m.name for m in modules if not m.counts.get(WAITING)}
    for one in sorted(one for one in stale if one.function.removesuffix(f".{one.function.split('.', 2)[2]}") in ran):
        print(f"说明已经用不上(杀死了或改过了):{one.function}:{one.was} → {one.now}")
    dead, whole = percent(sum((m.counts for m in modules), Counter[str]()))
    return 1 if unlisted or dead * 100 < whole * LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
