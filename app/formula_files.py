"""公式的文件 formula files:读工资项目的 YAML、公式的文字文件、证据文件。读不了的说清楚,特意做坏的文件很快拒绝。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from app.formula_values import typed
from config.policies import SHIPPED
from config.policy_files import overlay, read_file, shaped
from config.policy_items import item_faults, read_items
from config.policy_shapes import PayItemsFile
from engine.errors import BadInput, EhrError
from engine.formula_book import read_book
from engine.formula_evidence import EVIDENCE, Kind, Record, Records
from engine.formula_lex import hint
from engine.formula_trial import Trial
from engine.pay_items import FACT_UNITS, PayItems, compile_sheet

MOST_BYTES = 500_000
_MOST_DEPTH = 20
_YAML = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Loaded:
    """读好的一份:可以试的公式,几张表、几个输入,全部不对之处。"""

    trial: Trial = field(default_factory=lambda: Trial({}, {}))
    tables: int = 0
    inputs: int = 0
    faults: tuple[EhrError, ...] = ()


def load(path: Path, day: date | None = None) -> Loaded:
    """读一份公式文件。day 是按哪一天的版本(None 为最新一版);文件打不开报 BadInput。"""
    text = read_text(path)
    if path.suffix.lower() in _YAML:
        return _load_items(path, text, day)
    book = read_book(text, str(path), FACT_UNITS)
    defaults = {name: one.default for name, one in book.inputs.items() if one.default is not None}
    trial = Trial(book.formulas, book.units, defaults)
    return Loaded(trial, len(book.tables), len(book.inputs), tuple(book.faults))


def read_text(path: Path) -> str:
    """读文字;没有、太大、不是 UTF-8 都报 BadInput。"""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput("FILE_TOO_BIG", f"{path}:超过 {MOST_BYTES // 1000} KB,请拆成几份。")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("NOT_TEXT", f"{path}:读不出来,请存成 UTF-8 编码的文本。") from None
    except OSError as problem:
        why = "没有这个文件" if isinstance(problem, FileNotFoundError) else "文件打不开"
        raise BadInput("NO_FILE", f"{path}:{why},请检查路径。") from None


def _load_items(path: Path, text: str, day: date | None) -> Loaded:
    try:
        _check_yaml(path, text)
        own = read_file(path, str(path))
        document = overlay(read_file(SHIPPED / "pay_items.yaml", "pay_items.yaml"), own)
        file = shaped(document, PayItemsFile)
    except EhrError as fault:
        return Loaded(faults=(fault,))
    faults = tuple(item_faults(document, file))
    if faults:
        return Loaded(faults=faults)
    items, _ = read_items(document, file)
    return Loaded(_sheet(items, day), len(items.tables), len(items.inputs))


def _sheet(items: PayItems, day: date | None) -> Trial:
    sheet = compile_sheet(items, day or items.changes()[-1])
    formulas = {item.name: one for item, one in sheet.formulas}
    rules = {item.name: item.rule_id for item, _ in sheet.formulas}
    defaults = {one.name: one.default for one in items.inputs if one.default is not None}
    return Trial(formulas, items.units(), defaults, rules)


def _check_yaml(path: Path, text: str) -> None:
    """不许用锚与别名(几行字能展开成几百万行),嵌套不能太深。"""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise BadInput(
                    "YAML_ALIAS", f"{path}:请不要用 & 与 *(锚与别名),把内容直接写出来。", _place(path, event)
                )
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MOST_DEPTH:
                raise BadInput(
                    "YAML_DEPTH", f"{path}:括号套得太深(最多 {_MOST_DEPTH} 层),请改浅。", _place(path, event)
                )
    except yaml.YAMLError:
        return  # 写法不对的,read_file 说得更清楚


def _place(path: Path, event: yaml.Event) -> dict[str, str]:
    mark = event.start_mark
    return {"file": str(path), "line": str(mark.line + 1), "column": str(mark.column + 1)} if mark else {}


def read_evidence(path: Path) -> Mapping[str, Records]:
    """读证据文件:`{"签单": [{"编号": "deal:1", "金额": "50000元", "产品": "A"}]}`;值一律按字读,不经浮点数。"""
    text = read_text(path)
    _check_yaml(path, text)
    try:
        data = yaml.BaseLoader(text).get_single_data()  # 只有文字、列表、映射
    except yaml.YAMLError:
        raise BadInput("BAD_EVIDENCE", f"{path}:不合 JSON 或 YAML 的写法,请检查引号与括号。") from None
    if not isinstance(data, dict):
        raise BadInput("BAD_EVIDENCE", f"{path}:最外层应当是 种类: [一笔, …]。")
    return {name: _records(path, name, rows) for name, rows in data.items()}


def _records(path: Path, name: str, rows: object) -> Records:
    kind = EVIDENCE.get(name)
    if kind is None:
        allowed = f"可用的有:{'、'.join(EVIDENCE)}。"
        say = f"{path}:没有叫“{name}”的证据,{hint(name, EVIDENCE, allowed)}"
        raise BadInput("BAD_EVIDENCE", say)
    if not isinstance(rows, list):
        raise BadInput("BAD_EVIDENCE", f"{path}:“{name}”要写成列表,一笔一项。")
    return tuple(_record(f"{path}:“{name}”第 {i} 笔", kind, row) for i, row in enumerate(rows, 1))


def _record(where: str, kind: Kind, row: Any) -> Record:
    if not isinstance(row, dict):
        raise BadInput("BAD_EVIDENCE", f"{where}:要写成 字段: 值。")
    for name in row.keys() - {*kind.fields, "编号"}:
        allowed = f"可用的有:编号、{'、'.join(kind.fields)}。"
        raise BadInput("BAD_EVIDENCE", f"{where}:没有叫“{name}”的字段,{hint(name, kind.fields, allowed)}")
    values = {
        name: typed(str(row[name]), unit, f"{where}的“{name}”") for name, unit in kind.fields.items() if name in row
    }
    return kind.record(*([str(row["编号"])] if "编号" in row else []), **values)
