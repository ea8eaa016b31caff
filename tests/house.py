"""看家规用的眼睛 house:找文件、读语法树,给 tests/test_house_rules.py 用。"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("app", "bot", "miniapp", "ehr_sync", "advisers", "handlers", "models", "config", "engine", "sandbox", "bench")
OURS = ("app", "bot", "miniapp", "ehr_sync", "advisers", "handlers", "models", "config", "engine")
CHINESE = re.compile(r"[\u4e00-\u9fff]")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def files(*rooms: str) -> list[Path]:
    """这些房间里的 Python 文件。"""
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def product() -> list[Path]:
    return [ROOT / "run.py", *files(*ROOMS)]


def everything() -> list[Path]:
    return [*product(), *files("tests")]


def handwritten() -> list[Path]:
    """人写的文件:迁移是照着表生成的,不论长短。"""
    return [path for path in everything() if path.parent.name != "versions"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def at(path: Path, node: ast.AST) -> str:
    """人点得开的位置。"""
    return f"{name_of(path)}:{getattr(node, 'lineno', 1)}"


def functions(module: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def parameters(function: Function) -> list[str]:
    """参数的名字,self 与 cls 不算。"""
    args = function.args
    return [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs) if a.arg not in ("self", "cls")]


def called(node: ast.AST) -> str:
    """调用的名字:f(...) 是 f;x.f(...) 是 x.f;更深的只留最后一段,写作 .f。不是调用是空。"""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        owner = node.func.value
        return f"{owner.id}.{node.func.attr}" if isinstance(owner, ast.Name) else f".{node.func.attr}"
    return node.func.id if isinstance(node.func, ast.Name) else ""


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """引用了哪些顶层包:(位置, 包)。"""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((at(path, node), alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield at(path, node), node.module.split(".")[0]


def modules_used(path: Path) -> set[str]:
    """引用了哪些模块,全名;`from a.b import c` 算 a.b 与 a.b.c。"""
    used: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            used |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            used |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return used


def use_cases() -> list[tuple[str, str]]:
    """handlers 里的用例:(模块, 函数);公开、且参数正是 work, command, rules, actor。"""
    return [
        (path.stem, node.name)
        for path in files("handlers")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if parameters(node) == ["work", "command", "rules", "actor"]
    ]


def named_in(path: Path) -> set[tuple[str, str]]:
    """一个文件里点到的 (模块, 名字):`leave.draft`,或 `from handlers.leave import draft` 之后的 `draft`。"""
    module, found = tree(path), set()
    home = {
        alias.asname or alias.name: (node.module or "").rpartition(".")[2]
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    renamed = {
        alias.asname: alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add((renamed.get(node.value.id, node.value.id), node.attr))
        elif isinstance(node, ast.Name) and node.id in home:
            found.add((home[node.id], renamed.get(node.id, node.id)))
    return found
