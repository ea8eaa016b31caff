"""试政策 policy try:在内存里换一条公式或一个开关,不写文件;写错了说清第几行第几列、该改成什么。"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from config.policies import SHIPPED, Policies
from config.policy_files import read_file
from engine.effective import Dated, Version
from engine.errors import BadInput
from engine.formula_parse import parse
from engine.formula_types import Source
from engine.pay_items import FACT_UNITS, PayItem, PayItems, Section, TaxTreatment, compile_sheet

WHERE = "试算"
MOST_LINES = 40
EVER = date(1900, 1, 1)


def with_formulas(policies: Policies, text: str, days: tuple[date, ...]) -> Policies:
    """换上试的公式:一行一条“名字 = 式子”;已有的项目换它每一版的公式,没有的添成一个计税的收入项目。

    days 是要试的各月的头一天:每一天都编一遍,成环、没有的名字、单位不对报 FormulaError(第几行第几字)。
    """
    items = policies.items
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise BadInput("FORMULA_EMPTY", "请写一条要试的公式,例如:绩效奖金 = 基本工资 × 绩效得分 × 12%")
    if len(lines) > MOST_LINES:
        raise BadInput("FORMULA_TOO_MANY", f"一次最多试 {MOST_LINES} 条公式。请分几次试。")
    for number, line in lines:
        items = _with_one(items, line, number)
    for day in days:
        compile_sheet(items, day)
    return replace(policies, items=items, version=_mark(policies, text))


def _with_one(items: PayItems, line: str, number: int) -> PayItems:
    known = items.units()
    definition = parse(line, known, Source(WHERE, number, 1))
    if not definition.name:
        raise BadInput("FORMULA_NO_NAME", f"第 {number} 行没有写是哪个项目。请写成“名字 = 式子”,例如:提成 = 500元")
    if definition.name in FACT_UNITS or definition.name in {one.name for one in items.inputs}:
        say = f"第 {number} 行:“{definition.name}”是取来的事实或标准,不能用公式算。请换一个项目的名字。"
        raise BadInput("FORMULA_IS_FACT", say)
    found: list[Dated[PayItem]] = []
    known_item = False
    for dated in items.items:
        if any(one.value.name == definition.name for one in dated.versions):
            known_item = True
            if any(one.value.rule for one in dated.versions):
                say = f"第 {number} 行:“{definition.name}”由内置的规则算,不能换成公式。要试它的口径,请换开关。"
                raise BadInput("FORMULA_BUILT_IN", say)
            versions = tuple(replace(v, value=replace(v.value, definition=definition)) for v in dated.versions)
            dated = replace(dated, versions=versions)
        found.append(dated)
    if not known_item:
        key = f"try_{number}"
        item = PayItem(
            key, definition.name, definition.name, Section.EARNING, TaxTreatment.WAGE, 900 + number,
            definition=definition, rule_id=f"pay.{key}", source=WHERE,
        )  # fmt: skip
        found.append(Dated(f"pay.{key}", definition.name, (Version(EVER, item, WHERE),)))
    return replace(items, items=tuple(found))


def with_switch(policies: Policies, key: str, value: str) -> Policies:
    """换上试的开关或数字:全部日期都按它。不认得的键、不能选的值拒绝,列出可选的。"""
    if key in policies.numbers:
        number = _number(value)
        numbers: dict[str, Dated[Any]] = dict(policies.numbers)
        numbers[key] = _always(policies.numbers[key], number)
        return replace(policies, numbers=numbers, version=_mark(policies, f"{key}={value}"))
    choices = choices_of(policies)
    if key not in choices:
        raise BadInput("NO_SWITCH", "没有这个开关。请从列表里选一个。")
    found = {_text(one): one for one in choices[key]}
    if value not in found:
        raise BadInput("BAD_CHOICE", f"这个开关可以选:{'、'.join(found)}。")
    switches = dict(policies.switches)
    switches[key] = _always(policies.switches[key], found[value])
    return replace(policies, switches=switches, version=_mark(policies, f"{key}={value}"))


def choices_of(policies: Policies) -> dict[str, tuple[Any, ...]]:
    """可以试的开关 → 可选的值:自带文件里写明 choices 的,真假的两样都可以。"""
    shipped = read_file(SHIPPED / "pay.yaml", "pay.yaml").data["switches"]
    found: dict[str, tuple[Any, ...]] = {}
    for key, dated in policies.switches.items():
        value = dated.versions[-1].value
        listed = shipped.get(key, {}).get("choices")
        if isinstance(value, tuple):
            continue  # 一次选几样的(如计入上限的加班)不从这里试
        if listed:
            found[key] = tuple(listed)
        elif isinstance(value, bool):
            found[key] = (True, False)
    return found


def _text(value: object) -> str:
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def shown_choices(policies: Policies) -> tuple[tuple[str, str, tuple[str, ...], str], ...]:
    """给页面:(键, 名字, 可选的值, 现在的值)。"""
    now = {key: _text(policies.switches[key].versions[-1].value) for key in choices_of(policies)}
    return tuple(
        (key, policies.switches[key].label, tuple(_text(one) for one in values), now[key])
        for key, values in choices_of(policies).items()
    )


def _always(dated: Dated[Any], value: Any) -> Dated[Any]:
    return replace(dated, versions=(Version(EVER, value, WHERE),))


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number < 10**9:
        raise BadInput("BAD_NUMBER", f"“{text[:20]}”不是可以用的数。请写成如 21.75。")
    return number


def _mark(policies: Policies, text: str) -> str:
    """试的政策另有版本号:绝不与真的混。"""
    return f"try:{hashlib.sha256(f'{policies.version}|{text}'.encode()).hexdigest()[:16]}"
