"""政策文件 policy files:读 YAML,记住每个值在哪个文件哪一行;公司的目录盖在自带的上面。

映射按键合并,列表与单值整个替换。重复的键、不认得的写法都拒绝,说明文件、行与该怎么改。
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from engine.errors import BadInput
from engine.formula_types import Source

Path_ = tuple[str | int, ...]
Shape = TypeVar("Shape", bound=BaseModel)


class PolicyError(BadInput):
    """政策文件不对:details 里有 file、line、column。"""


@dataclass(frozen=True, slots=True)
class Mark:
    """一个值写在哪里(行、列从 1 数)。text 是加引号或跨行的值在文件里的原样(公式按它报行列),否则为空。"""

    file: str
    line: int
    column: int
    text: str = ""

    def source(self) -> Source:
        return Source(self.file, self.line, self.column)


def refuse(mark: Mark, say: str, code: str = "BAD_POLICY") -> PolicyError:
    """做一个带位置的政策错误。"""
    where = {"file": mark.file, "line": str(mark.line), "column": str(mark.column)}
    return PolicyError(code, f"{mark.file}:{mark.line}:{say}", where)


@dataclass
class Document:
    """一份政策:合并好的数据,与每个路径的位置。"""

    name: str
    data: dict[str, Any]
    marks: dict[Path_, Mark] = field(default_factory=dict)

    def mark(self, path: Sequence[str | int]) -> Mark:
        """这个路径的位置;没有就退到上一级。"""
        exact = tuple(path)
        while exact not in self.marks and exact:
            exact = exact[:-1]
        return self.marks.get(exact, Mark(self.name, 1, 1))


class _Reader:
    """把 YAML 结点变成数据,同时记位置。"""

    def __init__(self, file: str) -> None:
        self.file = file
        self.marks: dict[Path_, Mark] = {}
        self.constructor = yaml.SafeLoader("")

    def at(self, node: yaml.Node) -> Mark:
        start, end = node.start_mark, node.end_mark
        plain = Mark(self.file, start.line + 1, start.column + 1)
        if not isinstance(node, yaml.ScalarNode) or start.buffer is None:
            return plain
        whole = start.buffer[start.index : end.index]
        if node.style in ("'", '"'):
            body = whole[1:-1]
            escaped = "\\" in body or "''" in body
            return plain if escaped else Mark(self.file, start.line + 1, start.column + 2, body)
        if node.style in ("|", ">"):
            return Mark(self.file, start.line + 2, 1, whole.partition("\n")[2].rstrip("\0"))
        return Mark(self.file, start.line + 1, start.column + 1, whole) if "\n" in whole else plain

    def read(self, node: yaml.Node, path: Path_) -> Any:
        self.marks[path] = self.at(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*path, i)) for i, child in enumerate(node.value)]
        try:
            return self.constructor.construct_object(node)
        except (yaml.YAMLError, ValueError):
            raise refuse(self.at(node), f"看不懂“{node.value}”,请检查写法。") from None

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in out:
                raise refuse(self.at(key_node), f"“{key}”写了两次,请只留一个。")
            out[key] = self.read(value_node, (*path, key))
            self.marks[(*path, key, "")] = self.at(key_node)
        return out


def read_file(path: Path, shown: str) -> Document:
    """读一个文件;`shown` 是错误里写的文件名。"""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise refuse(Mark(shown, line, 1), "这一行不合 YAML 的写法,请检查缩进、冒号和引号。") from None
    except (UnicodeDecodeError, yaml.YAMLError):
        raise refuse(Mark(shown, 1, 1), "文件读不出来,请存成 UTF-8 编码的文本。") from None
    reader = _Reader(shown)
    data = reader.read(node, ()) if node is not None else {}
    if not isinstance(data, dict):
        raise refuse(Mark(shown, 1, 1), "最外层应当是“键: 值”,请检查文件开头。")
    return Document(shown, data, reader.marks)


def overlay(below: Document, above: Document) -> Document:
    """把 above 盖在 below 上。"""
    merged = Document(above.name, {}, dict(below.marks))
    merged.data = _merge(below.data, above, (), merged.marks)
    return merged


def _merge(below: dict[str, Any], above: Document, path: Path_, marks: dict[Path_, Mark]) -> dict[str, Any]:
    node: Any = above.data
    for step in path:
        node = node[step]
    out = dict(below)
    for key, value in node.items():
        here = (*path, key)
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            out[key] = _merge(below[key], above, here, marks)
        else:
            out[key] = value
            if (*here, "") in above.marks:
                marks[(*here, "")] = above.marks[(*here, "")]
            for old in [p for p in marks if p[: len(here)] == here]:
                del marks[old]
            marks.update({p: m for p, m in above.marks.items() if p[: len(here)] == here})
    return out


def read_policies(directories: Sequence[Path]) -> dict[str, Document]:
    """按顺序读各目录,后面的盖在前面的上面;键是相对路径(不带 .yaml)。"""
    found: dict[str, Document] = {}
    for directory in directories:
        for path in yaml_files(directory):
            name, read = read_one(directory, path)
            document = read()
            found[name] = overlay(found[name], document) if name in found else document
    return found


def read_one(directory: Path, path: Path) -> tuple[str, Callable[[], Document]]:
    """目录里的一个文件:(名字, 怎么读)。名字是相对路径(不带 .yaml)。"""
    name = path.relative_to(directory).with_suffix("").as_posix()
    return name, lambda: read_file(path, _shown(directory, path))


def yaml_files(directory: Path) -> Iterator[Path]:
    """目录里的政策文件,按名字;没有这个目录报 PolicyError。"""
    if not directory.is_dir():
        raise refuse(Mark(str(directory), 1, 1), "没有这个政策目录,请检查设置里的路径。")
    yield from sorted(directory.rglob("*.yaml"))


def _shown(directory: Path, path: Path) -> str:
    return (Path(directory.name) / path.relative_to(directory)).as_posix()


MESSAGES = {
    "missing": "少了“{key}”,请补上。",
    "string_type": "“{key}”要写成文字,请给值加上引号。",
    "list_type": "“{key}”要写成列表,每项一行,以“- ”开头。",
    "dict_type": "“{key}”下面要写成“键: 值”。",
    "model_type": "“{key}”下面要写成“键: 值”。",
    "bool_type": "“{key}”只能写 true 或 false。",
    "int_type": "“{key}”要写成整数。",
}


def shaped(document: Document, shape: type[Shape]) -> Shape:
    """按形状查一份政策;不合报 PolicyError:文件、行、该改的字。"""
    try:
        return shape.model_validate(document.data)
    except ValidationError as problem:
        errors = problem.errors()
        first = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])  # 写错的键比缺的键说得清
        raise _refusal(document, shape, first["type"], tuple(first["loc"]), first) from None


def _refusal(document: Document, shape: type[BaseModel], kind: str, loc: Path_, error: Any) -> PolicyError:
    key = str(loc[-1]) if loc else ""
    if kind == "extra_forbidden":
        mark = document.marks.get((*loc, ""), document.mark(loc))
        near = get_close_matches(key, sorted(_known_keys(shape, loc[:-1])), n=1)
        hint = f"请改成“{near[0]}”,或删去这一行" if near else "请删去这一行"
        if error.get("input") is None:
            hint += ";如果它是前面那个值的一部分(值里有逗号),请给整个值加上引号"
        return refuse(mark, f"不认得的键“{key}”,{hint}。", "POLICY_UNKNOWN_KEY")
    mark = document.mark(loc)
    if kind in MESSAGES:
        return refuse(mark, MESSAGES[kind].format(key=key))
    if kind == "value_error":
        return refuse(mark, f"“{key}”:{error['ctx']['error']}")
    choices = error.get("ctx", {}).get("expected")
    hint = f",可以写:{choices}" if choices else ""
    return refuse(mark, f"“{key}”的值“{error.get('input')}”不对{hint},请改正。")


def _known_keys(shape: type[BaseModel], loc: Path_) -> set[str]:
    """某个路径上认得的键。"""
    found: Any = shape
    for step in loc:
        if not (isinstance(found, type) and issubclass(found, BaseModel)):
            break
        if isinstance(step, str) and step in found.model_fields:
            found = _inner(found.model_fields[step].annotation)
    return set(found.model_fields) if isinstance(found, type) and issubclass(found, BaseModel) else set()


def _inner(annotation: Any) -> Any:
    """注解里最里面的形状:list[X]、dict[str, X]、X | None → X。"""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        inner = _inner(argument)
        if inner is not None:
            return inner
    return None
