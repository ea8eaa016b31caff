"""工资项目 pay items:项目是数据。内置规则的由引擎算,其余由公式算;公式里可用的名字都列在这里。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.effective import Dated
from engine.formula import Formula, Scope, compile_formula, in_order
from engine.formula_history import Need
from engine.formula_parse import Definition
from engine.formula_tables import Table
from engine.formula_tree import walk
from engine.formula_types import FormulaError, Ladder, Lookup, Pair, Unit, formula_error


class Section(StrEnum):
    """工资条的栏。"""

    EARNING = "earning"
    DEDUCTION = "deduction"
    INSURANCE = "insurance"
    TAX = "tax"
    AFTER_TAX = "after_tax"
    EMPLOYER = "employer"
    INFO = "info"


SECTION_LABELS = {
    Section.EARNING: "收入",
    Section.DEDUCTION: "扣除",
    Section.INSURANCE: "社保公积金(个人)",
    Section.TAX: "个人所得税",
    Section.AFTER_TAX: "税后",
    Section.EMPLOYER: "单位承担",
    Section.INFO: "说明",
}


class TaxTreatment(StrEnum):
    """计税:计入应税工资、不计入、与计税无关。"""

    WAGE = "wage"
    NOT_TAXED = "not_taxed"
    NONE = "none"


FACT_UNITS: Mapping[str, Unit] = {
    "基本工资": Unit.MONEY,
    "绩效得分": Unit.RATE,
    "绩效系数": Unit.RATE,
    "在职比例": Unit.RATE,
    "出勤天数": Unit.DAYS,
    "应出勤天数": Unit.DAYS,
    "旷工天数": Unit.DAYS,
    "事假天数": Unit.DAYS,
    "病假天数": Unit.DAYS,
    "请假天数": Unit.DAYS,
    "迟到次数": Unit.COUNT,
    "早退次数": Unit.COUNT,
    "缺卡次数": Unit.COUNT,
    "迟到分钟": Unit.COUNT,
    "早退分钟": Unit.COUNT,
    "加班小时": Unit.HOURS,
    "工龄": Unit.COUNT,
    "全勤比例": Unit.RATE,
    "夜班次数": Unit.COUNT,
}
"""公式里可用的事实与单位。绩效得分、绩效系数对没有考核的人不存在,用到它们的项目就没有。"""

BUILT_IN = (
    "base_wage",
    "personal_leave",
    "sick_leave",
    "sick_pay",
    "absence",
    "lateness",
    "overtime_workday",
    "overtime_rest_day",
    "overtime_statutory",
    "heat_allowance",
)
"""内置规则的名字。"""


@dataclass(frozen=True, slots=True)
class PayInput:
    """本人的一个标准:名字、单位;default 为 None 时没填的人没有用到它的项目。"""

    name: str
    label: str
    unit: Unit
    default: Pair | None = None


@dataclass(frozen=True, slots=True)
class PayItem:
    """一个项目的一版:内置规则 rule,或公式 definition,二者取一。"""

    key: str
    name: str  # 公式里的名字
    label: str
    section: Section
    tax: TaxTreatment
    order: int
    always: bool = False
    minimum_wage_class: str = ""
    rule: str = ""
    definition: Definition | None = None
    rule_id: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class PayItems:
    """全部项目与本人标准。"""

    items: tuple[Dated[PayItem], ...]
    inputs: tuple[PayInput, ...] = ()
    tables: tuple[Dated[Table], ...] = ()

    def units(self) -> dict[str, Unit]:
        """公式里可用的全部名字与单位。"""
        units = dict(FACT_UNITS)
        units.update({i.name: i.unit for i in self.inputs})
        units.update({v.value.name: Unit.MONEY for d in self.items for v in d.versions})
        return units

    def changes(self) -> list[date]:
        """项目与表有变化的日子。"""
        days = {v.since for d in self.items for v in d.versions}
        return sorted(days | {v.since for d in self.tables for v in d.versions})

    def tables_on(self, day: date) -> dict[str, Table]:
        """某日有效的表。"""
        return {v.value.name: v.value for d in self.tables if (v := d.at(day)) is not None}

    def on(self, day: date) -> tuple[PayItem, ...]:
        """某日有效的项目,按工资条的次序。"""
        found = [v.value for d in self.items if (v := d.at(day)) is not None]
        return tuple(sorted(found, key=lambda i: (i.order, i.key)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """编好的一套项目:items 按工资条次序;built_in 先算,formulas 后算(按先后依赖排好)。

    evidence、past 是这些公式要的证据种类与往月的值:算之前要装入。
    """

    items: tuple[PayItem, ...]
    scope: Scope
    built_in: tuple[PayItem, ...]
    formulas: tuple[tuple[PayItem, Formula], ...]

    @property
    def evidence(self) -> tuple[str, ...]:
        """要装入的证据种类。"""
        return tuple(dict.fromkeys(kind for _, one in self.formulas for kind in one.evidence))

    @property
    def past(self) -> tuple[Need, ...]:
        """要装入的往月的值。"""
        return tuple(dict.fromkeys(need for _, one in self.formulas for need in one.past))


def compile_sheet(items: PayItems, day: date) -> Sheet:
    """编某日有效的项目。公式成环、用了没有的名字或表、单位不对,报 FormulaError(文件、行、列)。"""
    found = items.on(day)
    definitions = {i.name: i.definition for i in found if i.definition is not None}
    scope = _scope(items, found, day).holding([d.tree for d in definitions.values()])
    by_name = {i.name: i for i in found}
    formulas = []
    for name in in_order(definitions):
        _check_tables(items, definitions[name], day)
        formulas.append((by_name[name], compile_formula(definitions[name], scope, Unit.MONEY)))
    return Sheet(found, scope, tuple(i for i in found if i.rule), tuple(formulas))


def _scope(items: PayItems, found: tuple[PayItem, ...], day: date) -> Scope:
    """某日可用的名字与表;往月的项目连已经停用的也算。"""
    units = items.units()
    gone = {v.value.name for d in items.items for v in d.versions} - {i.name for i in found}
    now = {name: unit for name, unit in units.items() if name not in gone}
    return Scope.of(now, items.tables_on(day), units)


def _check_tables(items: PayItems, definition: Definition, day: date) -> None:
    """用到的表这一天要有有效的一版。"""
    known = {v.value.name for d in items.tables for v in d.versions} - set(items.tables_on(day))
    for node in walk(definition.tree):
        if isinstance(node, Ladder | Lookup) and node.table in known:
            say = f"表“{node.table}”在 {day.isoformat()} 没有有效的一版,请补上那一版(since),再用它。"
            raise formula_error("FORMULA_TABLE_DATE", say, definition.text, node.at, definition.source)


def sheet_faults(
    items: PayItems, day: date, names: Mapping[str, Unit], broken: frozenset[str] = frozenset()
) -> list[FormulaError]:
    """某日各条公式的不对之处,全列出来。names 是没读成的项目(当作有),broken 是没读成的表(用到它的公式先不查)。"""
    found = items.on(day)
    scope = _scope(items, found, day)
    scope = Scope.of({**names, **scope.units}, scope.tables, {**names, **scope.past})
    definitions = {i.name: i.definition for i in found if i.definition is not None}
    faults: list[FormulaError] = []
    for one in definitions.values():
        if broken.intersection(n.table for n in walk(one.tree) if isinstance(n, Ladder | Lookup)):
            continue
        try:
            _check_tables(items, one, day)
            compile_formula(one, scope, Unit.MONEY)
        except FormulaError as fault:
            faults.append(fault)
    try:
        in_order(definitions)
    except FormulaError as ring:
        faults.append(ring)
    return faults
