"""公式的试算 formula trial:给几个值,算一个名字,连同来处。不用数据库;工资项目与公式文件都能试。

金额的项目与发薪一样:每一项四舍五入到分一次,再给别的项目用;其余单位不取整。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import BadInput
from engine.explain import explain, show, trace_value
from engine.formula import NOTHING, Formula, Given, slots_for
from engine.formula_lex import hint
from engine.formula_types import UNIT_LABELS, Unit
from engine.money import round_half_up
from engine.trace import Trace

EXAMPLES = {
    Unit.MONEY: "10000元",
    Unit.RATE: "110%",
    Unit.DAYS: "20天",
    Unit.HOURS: "3小时",
    Unit.COUNT: "2",
    Unit.BOOL: "是",
    Unit.TEXT: "销售",
}
"""各种单位的值怎么写。"""


@dataclass(frozen=True, slots=True)
class Trial:
    """一次试算:公式(按先后排好)、名字的单位、没给时的值、规则编号。"""

    formulas: Mapping[str, Formula]
    units: Mapping[str, Unit]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)

    def needed(self, name: str, values: Mapping[str, Any]) -> tuple[str, ...]:
        """算 name 要先算的公式,按先后,末尾是它自己;已经给了值的不再往下找。"""
        wanted, left = {name}, [name]
        while left:
            for used in self.formulas[left.pop()].names:
                if used in self.formulas and used not in values and used not in wanted:
                    wanted.add(used)
                    left.append(used)
        return tuple(one for one in self.formulas if one in wanted)

    def run(self, name: str, values: Mapping[str, Any], given: Given = NOTHING) -> tuple[Any, Trace]:
        """算一个名字,得(值, 来处)。没有这条公式、还缺值,报 BadInput;数据不够报 NotReady。"""
        if name not in self.formulas:
            known = f"可以试的有:{'、'.join(list(self.formulas)[:20]) or '(一条也没有)'}。"
            raise BadInput("TRY_UNKNOWN", f"没有叫“{name}”的公式,{hint(name, self.formulas, known)}")
        order = self.needed(name, values)
        known_values = {**self.defaults, **values}
        self._check(order, known_values)
        traces: dict[str, Trace] = {}
        for one in order:
            made = self.formulas[one]
            slots = slots_for(made, known_values, given)
            value = made.run(slots)
            traces[one] = explain(
                made,
                slots,
                lambda used: traces.get(used) or self._leaf(used, known_values, values),
                self.rules.get(one, ""),
            )
            known_values[one] = (round_half_up(*value), 1) if made.unit is Unit.MONEY else value
        return known_values[name], traces[name]

    def _check(self, order: Sequence[str], values: Mapping[str, Any]) -> None:
        """还缺哪些值,一次说完。"""
        used = dict.fromkeys(name for one in order for name in self.formulas[one].names)
        lacking = [name for name in used if name not in values and name not in order]
        if lacking:
            named = "、".join(f"{name}({UNIT_LABELS[self.units[name]]})" for name in lacking)
            raise BadInput(
                "TRY_MISSING",
                f"还缺这些值:{named}。请写成 名字=值,例如 {lacking[0]}={EXAMPLES[self.units[lacking[0]]]}。",
            )

    def _leaf(self, name: str, values: Mapping[str, Any], own: Mapping[str, Any]) -> Trace:
        unit = self.units[name]
        how = "您给的" if name in own else "没有给,按默认"
        return Trace(
            name, trace_value(values[name], unit), unit.value, f"{name}:{show(values[name], unit)}({how})", name
        )


def tree_lines(found: Trace, *, most_depth: int = 30) -> list[str]:
    """来处写成缩进的几行;写过的一枝(见上)与太深的(下略)不再展开。"""
    lines: list[str] = []
    seen: set[int] = set()
    left = [(found, 0)]
    while left:
        one, depth = left.pop()
        stop = ""
        if one.parts and id(one) in seen:
            stop = "(见上)"
        elif one.parts and depth >= most_depth:
            stop = "(下略)"
        evidence = f" [{'、'.join(one.evidence)}]" if one.evidence else ""
        rule = f" <{one.rule}>" if one.rule else ""
        lines.append(f"{'  ' * depth}{one.say or one.label}{evidence}{rule}{stop}")
        if not stop:
            seen.add(id(one))
            left += [(part, depth + 1) for part in reversed(one.parts)]
    return lines
