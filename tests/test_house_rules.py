"""家规 house rules:import-linter 看不见的规矩,用语法树看住。每条规矩的理由写在报错里。"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house import (
    CHINESE,
    OURS,
    ROOMS,
    ROOT,
    at,
    called,
    everything,
    files,
    functions,
    handwritten,
    imports,
    modules_used,
    name_of,
    named_in,
    parameters,
    product,
    tree,
    use_cases,
)

LONGEST_FILE, LONGEST_FUNCTION, MOST_PARAMETERS = 400, 40, 5
# 办事台与它的工作单元;迁移建的是表,不是业务。
MAY_COMMIT = {"handlers/desk.py", "models/work.py", "models/migrate.py"}
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}
ENGINE_NEVER = {"os", "io", "logging", "asyncio", "time", "pathlib", "random", "socket", "subprocess", "threading"}
WITH_NUMPY = {"batch.py", "batch_ops.py", "batch_slip.py"}  # 成批求值:64 位整数,一样不许浮点与真除法
BY_PLATFORM = {"fcntl", "msvcrt", "winreg", "resource", "ctypes", "pwd", "grp"}


def test_files_are_short() -> None:
    long = [
        name_of(path) for path in handwritten() if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_FILE
    ]
    assert not long, f"文件不超过 {LONGEST_FILE} 行(争取 200),一个文件一个念头:{long}"


def test_functions_are_short() -> None:
    long = [
        f"{at(path, node)} {node.name}"
        for path in handwritten()
        for node in functions(tree(path))
        if (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long, f"函数不超过 {LONGEST_FUNCTION} 行,长了就拆:{long}"


def test_functions_take_few_parameters() -> None:
    """HTTP 路由的参数是请求的字段,由框架填,不算。"""
    many = [
        f"{at(path, node)} {node.name}"
        for path in product()
        if "routes" not in path.parts and "openapi" not in path.parts
        for node in functions(tree(path))
        if len(parameters(node)) > MOST_PARAMETERS
    ]
    assert not many, f"参数不超过 {MOST_PARAMETERS} 个,多了就收进一个 dataclass:{many}"


def test_every_module_says_in_chinese_what_it_is() -> None:
    silent = [
        name_of(path)
        for path in everything()
        if not CHINESE.search((ast.get_docstring(tree(path)) or "").partition("\n")[0])
        if not (path.name == "__init__.py" and name_of(path).startswith("tests/"))
    ]
    assert not silent, f"模块说明的第一行要有中文术语(“请假 leave:…”):{silent}"


def test_engine_knows_no_float_no_division_no_clock() -> None:
    found = [fault for path in files("engine") for fault in _inexact(path)]
    assert not found, f"engine 只用整数与精确分数,不看钟(钱差一分、结果随时间变,都查不出来):{found}"


def _inexact(path: Path) -> Iterator[str]:
    """浮点数、真除法(除以 Fraction 也写成先乘后除、整数只除一次)与时钟。"""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{at(path, node)} 浮点数 {node.value}"
        if called(node) == "float":
            yield f"{at(path, node)} float()"
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield f"{at(path, node)} 真除法 /"
        owner, dot, verb = called(node).rpartition(".")
        if dot and verb in CLOCKS and owner in ("datetime", "date", "time", ""):
            yield f"{at(path, node)} 时钟 {called(node)}"


def test_engine_imports_the_standard_library_only() -> None:
    found = []
    for path in files("engine"):
        allowed = {"engine"} | ({"numpy"} if path.name in WITH_NUMPY else set())
        allowed |= sys.stdlib_module_names - ENGINE_NEVER
        found += [f"{where} {root}" for where, root in imports(path) if root not in allowed]
    assert not found, f"engine 只引用标准库,且不碰外界:{found}"


def test_nobody_imports_the_tests() -> None:
    found = [where for path in product() for where, root in imports(path) if root == "tests"]
    assert not found, f"产品不引用测试:{found}"


def test_only_the_desk_commits() -> None:
    found = [
        f"{at(path, node)} {called(node)}"
        for path in files(*OURS)
        if name_of(path) not in MAY_COMMIT and "migrations" not in path.parts
        for node in ast.walk(tree(path))
        if called(node).rpartition(".")[2] in ("commit", "rollback") and "." in called(node)
    ]
    assert not found, f"一条消息一笔事务,只有办事台提交:{found}"


def test_nothing_dangerous() -> None:
    """公式由 engine/formula.py 解析,从不 eval;YAML 只用 safe_load;子进程不经 shell。"""
    found = [fault for path in product() for fault in _dangerous(path)]
    assert not found, f"这些做法会让别人的话变成我们的代码:{found}"


def _dangerous(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if called(node) in ("eval", "exec", "__import__", "yaml.load", "os.system", "os.popen"):
            yield f"{at(path, node)} {called(node)}"
        if isinstance(node, ast.keyword) and node.arg == "shell" and getattr(node.value, "value", None) is not False:
            yield f"{at(path, node.value)} shell="
    yield from (f"{where} {root}" for where, root in imports(path) if root in ("pickle", "marshal", "shelve"))


def test_imports_stand_at_the_top() -> None:
    """函数里的 import 多半是在躲一个环;只有按平台才有的模块除外。"""
    found = [
        f"{at(path, node)} {function.name}"
        for path in product()
        for function in functions(tree(path))
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        if not {alias.name for alias in node.names} <= BY_PLATFORM
    ]
    assert not found, f"import 写在文件顶上:{found}"


def tool() -> dict[str, Any]:
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    return settings


def test_every_room_is_under_contract() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    linter = tool()["importlinter"]
    assert not rooms - set(linter["root_packages"]), "带 __init__.py 的文件夹都要列进 import-linter 的 root_packages"
    assert not rooms - set(tool()["uv"]["build-backend"]["module-name"]), "并列进打包的 module-name"
    acyclic = next(contract for contract in linter["contracts"] if contract["type"] == "acyclic_siblings")
    assert not rooms - set(acyclic["ancestors"]), "并列进“房间里没有环”"


def test_every_package_has_its_init() -> None:
    bare = sorted({name_of(path.parent) for path in files(*ROOMS) if not (path.parent / "__init__.py").exists()})
    assert not bare, f"没有 __init__.py 的文件夹,import-linter 看不见:{bare}"


def test_every_intent_is_in_the_table() -> None:
    table = ROOT / "bot" / "intents" / "__init__.py"
    listed = modules_used(table) if table.exists() else set()
    missing = [p.name for p in table.parent.glob("*.py") if p != table and f"bot.intents.{p.stem}" not in listed]
    assert not missing, f"bot/intents 里的文件没有写进 bot/intents/__init__.py 的表,等于没有:{missing}"


@pytest.mark.parametrize("folder", ["bot/cards", "miniapp/routes", "ehr_sync/pull", "ehr_sync/push"])
def test_every_file_is_used_by_somebody(folder: str) -> None:
    used = {module for path in product() for module in modules_used(path)}
    package = folder.replace("/", ".")
    idle = [p.name for p in (ROOT / folder).glob("*.py") if p.stem != "__init__" and f"{package}.{p.stem}" not in used]
    assert not idle, f"{folder} 里没有写进任何表、没有人用到的文件:{idle}"


def test_every_use_case_has_a_permission() -> None:
    table = ROOT / "handlers" / "table.py"
    listed = named_in(table) if table.exists() else set(use_cases())
    missing = [f"{module}.{name}" for module, name in use_cases() if (module, name) not in listed]
    assert not missing, f"用例没有写进权限表 handlers/table.py,谁也办不了:{missing}"


def test_glossary_names_every_table_and_policy_key() -> None:
    glossary = ROOT / "docs" / "glossary.md"
    words = glossary.read_text(encoding="utf-8") if glossary.exists() else None
    missing = (
        [] if words is None else sorted(word for word in {*_tables(), *_policy_keys()} if f"`{word}`" not in words)
    )
    assert not missing, f"docs/glossary.md 还缺这些词(写成 `词`,配上中文与意思):{missing}"


def _tables() -> Iterator[str]:
    for path in files("models"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and any(keyword.arg == "table" for keyword in node.keywords):
                yield node.name


def _policy_keys() -> Iterator[str]:
    """每份政策文件最外层的键;说明来处的键与日历、城市两类逐年逐城的文件不算。"""
    for path in (ROOT / "config" / "policies").glob("*.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if isinstance(content, dict):
            yield from (key for key in content if key not in ("since", "source", "label", "verified"))
