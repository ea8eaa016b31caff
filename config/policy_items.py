"""工资项目的政策 policy items:pay_items.yaml → 引擎的工资项目;公式在这里读一遍,每个变化日编一遍。"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from config.policy_dates import dated
from config.policy_files import Document, refuse
from config.policy_shapes import PayInputShape, PayItemsFile, PayItemShape, PayItemVersion
from engine.effective import Dated
from engine.formula_parse import parse
from engine.formula_types import Pair, Source, Unit
from engine.pay_items import BUILT_IN, FACT_UNITS, PayInput, PayItem, PayItems, Section, TaxTreatment, compile_sheet


def pay_items(document: Document, file: PayItemsFile) -> PayItems:
    """读项目。公式成环、名字没有、单位不对、内置规则不存在,都拒绝并写明文件与行。"""
    known = {*FACT_UNITS, *file.inputs, *(i.name or i.label for i in file.items.values())}
    _check_labels(document, file)
    inputs = tuple(_input(document, name, shape) for name, shape in file.inputs.items())
    found = tuple(_item(document, key, shape, known) for key, shape in file.items.items())
    items = PayItems(found, inputs)
    for day in items.changes():
        compile_sheet(items, day)
    return items


def _check_labels(document: Document, file: PayItemsFile) -> None:
    seen: dict[str, str] = dict.fromkeys((*FACT_UNITS, *file.inputs), "公式里的名字")
    for key, item in file.items.items():
        name = item.name or item.label
        if name in seen:
            mark = document.mark(("items", key, "name" if item.name else "label"))
            raise refuse(mark, f"“{name}”这个名字已经有了({seen[name]}),请换一个。")
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
            definition = parse(version.formula, known, Source(mark.file, mark.line, mark.column))
            if definition.name != name:
                raise refuse(mark, f"公式的左边应当是“{name}”,例如“{name} = 基本工资 × 10%”。")
        return PayItem(
            key, name, shape.label, Section(shape.section), TaxTreatment(shape.tax), shape.order, shape.always,
            shape.minimum_wage_class, version.rule, definition, f"pay.{key}@{version.since}", version.source,
        )  # fmt: skip

    return dated(document, ("items", key, "versions"), f"pay.{key}", shape, value)
