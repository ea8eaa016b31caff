"""可以录的项目 inputs items:版式里列的(提成、补贴、扣款……),与公司工资项目 inputs 点名的标准(例如回款额)。"""

from __future__ import annotations

from dataclasses import dataclass

from config.input_layouts import monthly_layout
from config.policies import Policies
from engine.formula_types import Unit
from engine.money import Money
from engine.pay_rules import INPUT_TAIL
from handlers.sheet_table import plain_name

LINE_PREFIX = "input_"
"""工资条上这一行的编号:input_commission 等。"""


@dataclass(frozen=True, slots=True)
class InputRule:
    """一个可以录的项目:kind line 工资条的一行 | standard 公式里的标准;unit money | count;minus 扣的(表里写正数)。"""

    code: str
    label: str
    kind: str
    unit: str
    section: str
    taxed: bool
    names: tuple[str, ...]

    @property
    def line(self) -> str:
        """工资条上这一行的编号;税后扣款以类别开头,好按次序与限额扣(damage:input)。"""
        return f"{self.code}:input" if self.section == "after_tax" else f"{LINE_PREFIX}{self.code}"

    @property
    def minus(self) -> bool:
        """是不是扣的。"""
        return self.kind == "line" and self.section != "earning"

    def show(self, value: int) -> str:
        """人看的:“¥1,100.00”或“3 个”。"""
        return Money(value).show() if self.unit == "money" else f"{value} 个"

    def plain(self, value: int) -> str:
        """程序看的。"""
        return Money(value).yuan() if self.unit == "money" else str(value)


def input_rules(rules: Policies) -> dict[str, InputRule]:
    """全部可以录的项目,按编号。标准只收金额与个数(天数、比率的不从这里录)。"""
    found: dict[str, InputRule] = {}
    for code, one in monthly_layout().items.items():
        names = (one.label, *one.names)
        found[code] = InputRule(code, one.label, "line", "money", one.section, one.taxed, names)
    for own in rules.items.inputs:
        if own.unit not in (Unit.MONEY, Unit.COUNT):
            continue
        bare = own.name.removesuffix(INPUT_TAIL)
        unit = "money" if own.unit is Unit.MONEY else "count"
        names = tuple(dict.fromkeys((own.name, bare, own.label)))
        found[f"std:{bare}"] = InputRule(f"std:{bare}", own.name, "standard", unit, "", False, names)
    return found


def by_name(items: dict[str, InputRule]) -> dict[str, InputRule]:
    """列名或项目名 → 项目;两个项目同一个叫法的,先列的为准。"""
    found: dict[str, InputRule] = {}
    for one in items.values():
        for name in one.names:
            found.setdefault(plain_name(name), one)
    return found
