"""指标的口径 performance measure:HR 用公式写完成率怎么由事实得来,例如 `销售额完成率 = 签单额 ÷ 目标`。

三种写法,装入时就查清:
- 公式里有“目标”:得出的就是完成率,方向只能是越高越好(要反着算就把式子写反);
- 公式里没有“目标”而指标要目标:得出的是实绩(单位同指标),再与目标按方向算完成率;
- 不要目标:得出的就是完成率。
用到的事实缺一个,这个指标就是“无数据”,不当作零;除数为零另外指名。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from engine.errors import BadInput, NotReady
from engine.formula import Formula, evaluate, formula
from engine.formula_types import Source, Unit
from engine.performance import Direction, Fact, Indicator, Missing

TARGET, BASELINE, INPUT = "目标", "基线", "录入值"
FACTS: Mapping[str, Mapping[str, Unit]] = {
    "deals": {"签单额": Unit.MONEY, "签单数": Unit.COUNT},
    "ratings": {"评价合计": Unit.RATE, "评价份数": Unit.COUNT, "平均分": Unit.RATE},
    "attendance": {
        "出勤分钟": Unit.COUNT,
        "应出勤分钟": Unit.COUNT,
        "出勤天数": Unit.DAYS,
        "应出勤天数": Unit.DAYS,
        "迟到次数": Unit.COUNT,
        "早退次数": Unit.COUNT,
        "缺卡次数": Unit.COUNT,
        "旷工天数": Unit.DAYS,
    },
    "input": {},
}
"""来源 → 它给出的事实与单位。每个来源另有“目标”“基线”(单位同指标);input 另有“录入值”。"""

SOURCE_LABELS = {"deals": "签单", "ratings": "客户满意度回访", "attendance": "考勤", "input": "录入的分数"}
USUAL = {"deals": "签单额", "ratings": "评价合计 ÷ 评价份数", "attendance": "出勤分钟 ÷ 应出勤分钟", "input": INPUT}
"""没有写公式时的实绩。"""


@dataclass(frozen=True, slots=True)
class Measure:
    """一个指标的口径:unit 是实绩与目标的单位(money | rate | count | days | hours)。"""

    code: str
    label: str
    source: str
    unit: str
    formula: str = ""
    direction: Direction = Direction.HIGHER
    needs_target: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """这个指标在方案里的条件:权重、封顶、保底、缺数据规则、方案的编号。"""

    weight: Decimal
    cap: Decimal | None = None
    floor: Decimal | None = None
    missing: Missing | None = None
    source: str = ""


def usual_formula(one: Measure) -> str:
    """没有写公式的指标照来源的通常算法。"""
    body = USUAL[one.source]
    if one.needs_target and one.direction is Direction.HIGHER:
        body = f"{body} ÷ {TARGET}" if " " not in body else f"({body}) ÷ {TARGET}"
    return f"{one.label} = {body}"


def units_of(one: Measure) -> dict[str, Unit]:
    """公式里可以用的名字与单位。来源不认得报 BadInput(UNKNOWN_SOURCE)。"""
    if one.source not in FACTS:
        known = "、".join(f"{key}({label})" for key, label in SOURCE_LABELS.items())
        raise BadInput(
            "UNKNOWN_SOURCE", f"指标“{one.label}”的来源“{one.source}”不认得。可以用的是 {known}。请改正后再装入。"
        )
    try:
        own = Unit(one.unit)
    except ValueError:
        own = Unit.TEXT
    if own in (Unit.TEXT, Unit.BOOL):
        say = f"指标“{one.label}”的单位“{one.unit}”不认得。请写 money、rate、count、days、hours 之一。"
        raise BadInput("UNKNOWN_UNIT", say)
    extra = {INPUT: own} if one.source == "input" else {}
    return {**FACTS[one.source], **extra, TARGET: own, BASELINE: own}


@lru_cache(maxsize=256)
def compiled(one: Measure, source: Source | None = None) -> Formula:
    """编好口径的公式;写错了报 FormulaError(位置),口径自相矛盾报 BadInput(MEASURE_DIRECTION)。"""
    units = units_of(one)
    text = one.formula or usual_formula(one)
    used = formula(text, units, None, source).names
    if TARGET in used and one.direction is not Direction.HIGHER:
        say = f"指标“{one.label}”的公式里已经用了目标,方向就由公式决定。请把 direction 改为 higher,或从公式里去掉目标。"
        raise BadInput("MEASURE_DIRECTION", say)
    if TARGET in used and not one.needs_target:
        raise BadInput(
            "MEASURE_TARGET", f"指标“{one.label}”的公式用了目标,却写着不需要目标。请把 target 改为 required。"
        )
    rate = TARGET in used or not one.needs_target
    return formula(text, units, Unit.RATE if rate else units[TARGET], source)


def needed(one: Measure) -> tuple[str, ...]:
    """算这个指标要哪些事实:公式用到的名字,与(要目标的)目标。"""
    names = compiled(one).names
    return (*names, TARGET) if one.needs_target and TARGET not in names else names


def measured(one: Measure, facts: Mapping[str, Fact], terms: Terms) -> Indicator:
    """把事实代进口径,得方案里的一项;facts 要有公式用到的每个名字(值可为 None)。"""
    ready = compiled(one)
    used = tuple(facts[name] for name in ready.names)
    through_target = TARGET in ready.names or not one.needs_target
    target = None if through_target else facts[TARGET]
    shown = used if target is None else (*used, target)
    made = Indicator(
        code=one.code,
        label=one.label,
        weight=terms.weight,
        direction=one.direction,
        cap=terms.cap,
        floor=terms.floor,
        unit=one.unit,
        source=terms.source,
        evidence=_evidence(shown, target=False),
        target_evidence=_evidence(shown, target=True),
        missing=terms.missing,
        formula=ready.text,
        facts=shown,
    )
    if any(fact.value is None for fact in shown):
        return made
    try:
        n, d = evaluate(ready, {fact.name: _slot(fact) for fact in used})
    except NotReady as problem:
        if problem.code != "ZERO_DENOMINATOR":
            raise
        return _with(made, undefined=True)
    result = Fraction(n, d)
    if target is None:
        return _with(made, value=result)
    return _with(made, actual=Fraction(result, 100) if one.unit == "money" else result, target=target.value)


def _with(made: Indicator, **more: object) -> Indicator:
    values = {name: getattr(made, name) for name in Indicator.__dataclass_fields__}
    return Indicator(**(values | more))


def _slot(fact: Fact) -> tuple[int, int]:
    """公式的槽:金额以分计。"""
    value = fact.value or Fraction(0)
    scaled = value * 100 if fact.unit == "money" else value
    return scaled.numerator, scaled.denominator


def _evidence(facts: tuple[Fact, ...], *, target: bool) -> tuple[str, ...]:
    """目标的证据与实绩的证据分开。"""
    found = (e for fact in facts if (fact.name == TARGET) is target for e in fact.evidence)
    return tuple(dict.fromkeys(found))
