"""公式试算的值 formula values:`基本工资=10000元`、`绩效得分=110%`、`上月(基本工资)=9000元` → 引擎的值。单位由后缀写明。"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import BadInput
from engine.formula import Given
from engine.formula_evidence import Records
from engine.formula_history import Need, Past
from engine.formula_lex import halfwidth, hint
from engine.formula_parse import number, parse
from engine.formula_trial import EXAMPLES, Trial
from engine.formula_types import LAST_MONTH, UNIT_LABELS, YEAR_TO_DATE, FormulaError, Number, Unary, Unit

_PAST = re.compile(rf"({LAST_MONTH}|{YEAR_TO_DATE})\((.+)\)")
_COUNTS = (Unit.DAYS, Unit.HOURS, Unit.COUNT)
_BOOLS = {"是": True, "否": False}


def typed(text: str, unit: Unit, where: str) -> Any:
    """一个值:金额要写元,天数、小时、次数可以不写;不合报 BadInput,写明该怎么写。"""
    if unit is Unit.TEXT:
        return text
    if unit is Unit.BOOL and text in _BOOLS:
        return _BOOLS[text]
    try:
        tree = parse(text.strip(), ()).tree if unit is not Unit.BOOL else None
    except FormulaError:
        tree = None
    sign = -1 if isinstance(tree, Unary) and tree.op == "-" else 1
    inner = tree.operand if isinstance(tree, Unary) and sign < 0 else tree
    if isinstance(inner, Number):
        (n, d), written = number(inner.text)
        if written is unit or (written is Unit.RATE and (unit in _COUNTS or n == 0) and "%" not in inner.text):
            return sign * n, d
    say = f"{where}应当是{UNIT_LABELS[unit]},写成的“{text}”看不懂。请写成 {EXAMPLES[unit]} 这样。"
    raise BadInput("BAD_VALUE", say)


def read_values(words: Sequence[str], trial: Trial, evidence: Mapping[str, Records]) -> tuple[dict[str, Any], Given]:
    """命令行里的 名=值。往月的写成 `上月(基本工资)=9000元`;没给的往月留空,用到时报错。"""
    values: dict[str, Any] = {}
    past: dict[Need, Past] = {}
    for word in words:
        left, equals, right = word.replace("＝", "=").partition("=")
        name = halfwidth(left).strip()
        if not equals:
            raise BadInput("BAD_VALUE", f"“{word}”要写成 名字=值,例如 基本工资=10000元。")
        found = _PAST.fullmatch(name)
        unit = trial.units.get(found.group(2) if found else name)
        if unit is None:
            say = f"没有叫“{name}”的名字,{hint(name, trial.units, '请检查写法。')}"
            raise BadInput("UNKNOWN_VALUE", say)
        value = typed(right, unit, f"“{name}”")
        if found:
            need = Need(found.group(1), found.group(2))
            past[need] = Past((("上月" if need.function == LAST_MONTH else "今年以前各月", value),))
        else:
            values[name] = value
    return values, Given(evidence, past)
