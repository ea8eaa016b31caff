"""导入的版式 input layouts:列名的各种叫法与项目,都是数据(config/layouts/*.yaml);写错的拒绝,写明文件与行。"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from config.policy_files import read_file, refuse, shaped
from config.policy_shapes import Shape, Verified

LAYOUTS = Path(__file__).parent / "layouts"


class Layout(Shape):
    """一种版式:label 叫什么,since 起适用,source 出处,columns 列 → 各种叫法。"""

    label: str
    since: date
    source: str
    verified: Verified
    columns: Mapping[str, tuple[str, ...]]


class InputItem(Shape):
    """可以录的一个项目:names 列名或项目名的各种叫法;section 工资条的栏;taxed 计不计入应税工资。"""

    label: str
    names: tuple[str, ...]
    section: Literal["earning", "deduction", "after_tax"]
    taxed: bool


class MonthlyLayout(Layout):
    """月度输入。"""

    items: Mapping[str, InputItem]


class SpecialItem(Shape):
    """一项累计列:kind special 专项附加 | other 其他扣除。"""

    label: str
    kind: Literal["special", "other"]
    names: tuple[str, ...]


class SpecialLayout(Layout):
    """专项附加扣除下载。"""

    items: Mapping[str, SpecialItem]


class BillLine(Shape):
    """一个险种。"""

    label: str
    names: tuple[str, ...]


class BillLayout(Layout):
    """社保公积金账单。"""

    lines: Mapping[str, BillLine]
    sides: Mapping[Literal["employee", "employer", "base"], tuple[str, ...]]


class OldPayLayout(Layout):
    """旧工资表:targets 我们的行 → 旧表的列名。"""

    targets: Mapping[str, tuple[str, ...]]


Kind = TypeVar("Kind", bound=Layout)


def _load(name: str, shape: type[Kind]) -> Kind:
    document = read_file(LAYOUTS / f"{name}.yaml", f"layouts/{name}.yaml")
    found = shaped(document, shape)
    seen: dict[str, str] = {}
    for column, names in found.columns.items():
        for i, one in enumerate(names):
            if seen.setdefault(one, column) != column:
                raise refuse(document.mark(("columns", column, i)), f"“{one}”已经是“{seen[one]}”的叫法,请删去一处。")
    return found


@cache
def monthly_layout() -> MonthlyLayout:
    """月度输入的版式。"""
    return _load("monthly_inputs", MonthlyLayout)


@cache
def special_layout() -> SpecialLayout:
    """专项附加扣除下载的版式。"""
    return _load("special_deductions", SpecialLayout)


@cache
def bill_layout() -> BillLayout:
    """社保公积金账单的版式。"""
    return _load("social_bill", BillLayout)


@cache
def opening_layout() -> Layout:
    """个税期初的版式。"""
    return _load("tax_opening", Layout)


@cache
def old_pay_layout() -> OldPayLayout:
    """旧工资表的版式。"""
    return _load("old_payroll", OldPayLayout)


def naming(columns: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """列名的叫法 → 列。"""
    return {name: column for column, names in columns.items() for name in names}
