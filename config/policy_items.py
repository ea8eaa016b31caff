"""工资项目的政策 policy items:pay_items.yaml → 引擎的工资项目与表;公式在这里读一遍,每个变化日编一遍。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from config.policy_dates import dated
from config.policy_files import Document, refuse
from config.policy_shapes import PayInputShape, PayItemsFile, PayItemShape, PayItemVersion
from config.policy_tables import lookup_table, step_table
from engine.effective import Dated
from engine.errors import BadInput
from engine.formula_parse import parse
from engine.formula_types import Pair, Source, Unit
from engine.pay_items import (
    BUILT_IN,
    FACT_UNITS,
    PayInput,
    PayItem,
    PayItems,
    Section,
    TaxTreatment,
    compile_sheet,
    sheet_faults,
)

Shaped = TypeVar("Shaped")
Made = TypeVar("Made")


def pay_items(document: Document, file: PayItemsFile) -> PayItems:
    """读项目与表。公式成环、名字或表没有、单位不对、内置规则不存在,都拒绝并写明文件与行。"""
    items, faults = read_items(document, file)
    if faults:
        raise faults[0]
    for day in items.changes():
        compile_sheet(items, day)
    return items


def read_items(document: Document, file: PayItemsFile) -> tuple[PayItems, list[BadInput]]:
    """读项目与表,读不成的留下来一并说:得读成的与全部不对之处(不含编译的,见 item_faults)。"""
    faults: list[BadInput] = []
    known = _known(file)
    _check_labels(document, file, faults)
    inputs = _each(file.inputs, lambda name, shape: _input(document, name, shape), faults)
    steps = _each(file.step_tables, lambda name, shape: step_table(document, name, shape), faults)
    lookups = _each(file.lookup_tables, lambda name, shape: lookup_table(document, name, shape), faults)
    found = _each(file.items, lambda key, shape: _item(document, key, shape, known), faults)
    for name in file.step_tables.keys() & file.lookup_tables.keys():
        say = f"“{name}”既是阶梯表又是对照表,请改一个名字。"
        faults.append(refuse(document.mark(("lookup_tables", name)), say))
    return PayItems(found, inputs, (*steps, *lookups)), faults


def item_faults(document: Document, file: PayItemsFile) -> list[BadInput]:
    """一份文件里全部不对的地方,不止第一处;按文件与行排好。"""
    items, faults = read_items(document, file)
    names = {**dict.fromkeys(file.inputs, Unit.MONEY), **dict.fromkeys(_item_names(file), Unit.MONEY)}
    ready = {v.value.name for d in items.tables for v in d.versions}
    broken = frozenset({*file.step_tables, *file.lookup_tables} - ready)
    for day in items.changes():
        faults += sheet_faults(items, day, names, broken)
    seen = {(f.details.get("line", ""), f.details.get("column", ""), f.say): f for f in faults}
    return sorted(seen.values(), key=lambda f: (int(f.details.get("line", 0)), int(f.details.get("column", 0))))


def _each(
    shapes: Mapping[str, Shaped], make: Callable[[str, Shaped], Made], faults: list[BadInput]
) -> tuple[Made, ...]:
    """逐个读;读不成的记进 faults,不妨碍别的。"""
    found = []
    for name, shape in shapes.items():
        try:
            found.append(make(name, shape))
        except BadInput as fault:
            faults.append(fault)
    return tuple(found)


def _item_names(file: PayItemsFile) -> list[str]:
    return [i.name or i.label for i in file.items.values()]


def _known(file: PayItemsFile) -> set[str]:
    """公式里可用的名字与表,切词用。"""
    return {*FACT_UNITS, *file.inputs, *_item_names(file), *file.step_tables, *file.lookup_tables}


def _check_labels(document: Document, file: PayItemsFile, faults: list[BadInput]) -> None:
    seen: dict[str, str] = dict.fromkeys((*FACT_UNITS, *file.inputs), "公式里的名字")
    for key, item in file.items.items():
        name = item.name or item.label
        if name in seen:
            mark = document.mark(("items", key, "name" if item.name else "label"))
            faults.append(refuse(mark, f"“{name}”这个名字已经有了({seen[name]}),请换一个。"))
        seen[name] = f"项目 {key}"


def _input(document: Document, name: str, shape: PayInputShape) -> PayInput:
    default: Pair | None = None
    if shape.default is not None:
        try:
            n, d = Decimal(shape.default).as_integer_ratio()
        except (InvalidOperation, ValueError, OverflowError):
            raise refuse(document.mark(("inputs", name, "default")), f"“{shape.default}”不是数字,请改正。") from None
        default = (n * 100, d) if shape.unit == "money" else (n, d)
    return PayInput(name, shape.label, Unit(shape.unit), default)


def _item(document: Document, key: str, shape: PayItemShape, known: set[str]) -> Dated[PayItem]:
    places = {v.since: ("items", key, "versions", i) for i, v in enumerate(shape.versions)}

    name = shape.name or shape.label

    def value(version: PayItemVersion) -> PayItem:
        path = places[version.since]
        if bool(version.formula) == bool(version.rule):
            raise ValueError("formula(公式)与 rule(内置规则)要写一个,也只写一个。")
        if version.rule and version.rule not in BUILT_IN:
            raise ValueError(f"没有叫“{version.rule}”的内置规则,请改成 {'、'.join(BUILT_IN)} 之一。")
        definition = None
        if version.formula:
            mark = document.mark((*path, "formula"))
            definition = parse(mark.text or version.formula, known, Source(mark.file, mark.line, mark.column))
            if definition.name != name:
                raise refuse(mark, f"公式的左边应当是“{name}”,例如“{name} = 基本工资 × 10%”。")
        return PayItem(
            key, name, shape.label, Section(shape.section), TaxTreatment(shape.tax), shape.order, shape.always,
            shape.minimum_wage_class, version.rule, definition, f"pay.{key}@{version.since}", version.source,
        )  # fmt: skip

    return dated(document, ("items", key, "versions"), f"pay.{key}", shape, value)
