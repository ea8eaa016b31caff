"""公式用的表的政策 policy tables:pay_items.yaml 里的阶梯表、对照表 → 引擎的表;界限、次序、单位在装入时查。"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from config.policy_dates import versions_of
from config.policy_files import Document, Path_, refuse
from config.policy_shapes import LookupTableShape, LookupTableVersion, StepTableShape, StepTableVersion
from engine.effective import Dated
from engine.formula_lex import NAME
from engine.formula_tables import Bound, Gives, LookupTable, Mode, StepTable, Table, faults
from engine.formula_types import FUNCTIONS, KEYWORDS, MAX_NAME, Pair, Unit


def step_table(document: Document, name: str, shape: StepTableShape) -> Dated[Table]:
    """阶梯表。界限不由小到大、重叠、最后一档有上限、单位搭不上,都拒绝并写明文件与行。"""
    path = ("step_tables", name)
    _check_name(document, path, name)
    places = {v.since: (*path, "versions", i) for i, v in enumerate(shape.versions)}
    unit, gives = Unit(shape.input), Gives(shape.gives)
    of = Unit.RATE if gives is Gives.RATE else Unit.MONEY

    def value(v: StepTableVersion) -> Table:
        rows = tuple((None if upto is None else pair(upto, unit), pair(number, of)) for upto, number in v.steps)
        rule = f"pay.table.{name}@{v.since}"
        table = StepTable(name, unit, gives, Mode(v.mode), Bound(v.bound), rows, rule)
        return _checked(document, (*places[v.since], "steps"), table)

    return versions_of(document, (*path, "versions"), (f"pay.table.{name}", name), shape.versions, value)


def lookup_table(document: Document, name: str, shape: LookupTableShape) -> Dated[Table]:
    """对照表。键重复、按档的键不由小到大、不是数,都拒绝并写明文件与行。"""
    path = ("lookup_tables", name)
    _check_name(document, path, name)
    places = {v.since: (*path, "versions", i) for i, v in enumerate(shape.versions)}
    key, unit = Unit(shape.key), Unit(shape.unit)

    def value(v: LookupTableVersion) -> Table:
        where = (*places[v.since], "rows")
        keys = [_key(document, (*where, i, 0), text, key) for i, (text, _) in enumerate(v.rows)]
        rows = tuple(zip(keys, [pair(number, unit) for _, number in v.rows], strict=True))
        otherwise = None if v.otherwise is None else pair(v.otherwise, unit)
        bound = None if v.bound is None else Bound(v.bound)
        table = LookupTable(name, key, unit, bound, rows, otherwise, f"pay.table.{name}@{v.since}")
        return _checked(document, where, table)

    return versions_of(document, (*path, "versions"), (f"pay.table.{name}", name), shape.versions, value)


def pair(value: Decimal, unit: Unit) -> Pair:
    """数 → 精确的 (分子, 分母);金额由元变成分(单价可以不足一分)。"""
    n, d = value.as_integer_ratio()
    return (n * 100, d) if unit is Unit.MONEY else (n, d)


def _key(document: Document, path: Path_, text: str | None, unit: Unit) -> Pair | str | None:
    if text is None or unit is Unit.TEXT:
        return text
    try:
        number = Decimal(text)
        if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS:
            return pair(number, unit)
    except InvalidOperation:
        pass
    raise refuse(document.mark(path), f"键“{text}”不是通常大小的数字,请改正。")


_MOST_DIGITS = 18


def _check_name(document: Document, path: Path_, name: str) -> None:
    mark = document.marks.get((*path, ""), document.mark(path))
    if not re.fullmatch(NAME, name) or len(name) > MAX_NAME:
        say = f"表的名字“{name[:MAX_NAME]}”要用汉字、字母、数字(不以数字开头),最多 {MAX_NAME} 个字,请改名。"
        raise refuse(mark, say)
    if name in FUNCTIONS or name in KEYWORDS:
        raise refuse(mark, f"“{name}”是公式里的词,不能当表的名字,请改名。")


def _checked(document: Document, path: Path_, table: Table) -> Table:
    """表里有不对的,报第一处:文件、行、列。"""
    for fault in faults(table):
        place = path if fault.row < 0 else (*path, fault.row, 0 if fault.is_bound else 1)
        raise refuse(
            document.mark(place), f"表“{table.name}”第 {fault.row + 1} 行:{fault.say}" if fault.row >= 0 else fault.say
        )
    return table
