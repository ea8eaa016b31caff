"""绩效 performance:由指标的实绩与目标算出得分,得分带着来处,直到成交与评价的编号。

次序:单项封顶、单项保底、加权相加、红线、总分封顶、总分保底、取整、等级;奖金 = 基数 ×(系数或得分)× 比例。
没有数据的指标绝不当作零:要么拦住(block),要么把权重让给别的指标(reweight)。
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from engine.errors import BadInput, NotReady
from engine.figures import fixed, plain
from engine.formula_types import Pair
from engine.money import Money, percent, round_half_up
from engine.trace import Trace


class Direction(StrEnum):
    """方向:越高越好、越低越好(反比)、越低越好(直线)。"""

    HIGHER = "higher"  # 实绩 ÷ 目标
    LOWER_INVERSE = "lower_inverse"  # 目标 ÷ 实绩
    LOWER_LINEAR = "lower_linear"  # 2 − 实绩 ÷ 目标


class Missing(StrEnum):
    """缺数据时:拦住,或把权重摊给其他指标。"""

    BLOCK = "block"
    REWEIGHT = "reweight"


Number = Decimal | Fraction
"""精确的数。"""


@dataclass(frozen=True, slots=True)
class Fact:
    """公式里的一个事实:名字、值(None 没有数据)、单位(money 为元)、证据;say 补充的话(例如目标怎么折算来的)。"""

    name: str
    value: Fraction | None
    unit: str
    evidence: tuple[str, ...] = ()
    say: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """一个指标:`value` 是现成的完成率,或由 actual 与 target 算;None 是没有数据。

    unit 只用来显示实绩与目标(money 为元);evidence 是成交、评价的编号;labels 是这两个数各叫什么。
    missing 这个指标自己的缺数据规则,None 照方案的;undefined 公式的除数为零;
    formula 与 facts 是完成率(或实绩)怎么由事实得来,给来处用。
    """

    code: str
    label: str
    weight: Decimal
    value: Number | None = None
    actual: Number | None = None
    target: Number | None = None
    direction: Direction = Direction.HIGHER
    cap: Decimal | None = None
    floor: Decimal | None = None
    unit: str = "rate"
    source: str = ""
    evidence: tuple[str, ...] = ()
    target_evidence: tuple[str, ...] = ()
    labels: tuple[str, str] = ("实绩", "目标")
    missing: Missing | None = None
    undefined: bool = False
    formula: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def has_data(self) -> bool:
        return self.undefined or self.value is not None or (self.actual is not None and self.target is not None)


@dataclass(frozen=True, slots=True)
class Gate:
    """红线:触发时总分不高于 at_most。"""

    code: str
    triggered: bool
    at_most: Decimal
    label: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """等级:得分不低于 minimum 者,系数 factor。"""

    minimum: Decimal
    grade: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """一个人一个期间的考核:指标、权重之和、缺数据怎么办、封顶保底、取整位数(None 不取整)。"""

    indicators: tuple[Indicator, ...]
    weights_must_sum: Decimal | None = Decimal(1)
    missing: Missing = Missing.BLOCK
    score_cap: Decimal | None = None
    score_floor: Decimal | None = None
    round_places: int | None = None
    gates: tuple[Gate, ...] = ()
    bands: tuple[Band, ...] | None = None
    rule: str = ""
    formula: str = ""


@dataclass(frozen=True, slots=True)
class ItemScore:
    """一个指标的得分:完成率、封顶保底之后的、权重、分值,都是精确的分数。"""

    indicator: Indicator
    ratio: Fraction
    used: Fraction
    weight: Fraction

    @property
    def points(self) -> Fraction:
        return self.used * self.weight


@dataclass(frozen=True, slots=True)
class Score:
    """得分 score:精确的值、各项、触发的红线、等级与系数。"""

    value: Fraction
    items: tuple[ItemScore, ...]
    gates_hit: tuple[str, ...] = ()
    band: Band | None = None

    @property
    def pair(self) -> Pair:
        """工资用的得分:(分子, 分母)。"""
        return self.value.numerator, self.value.denominator

    @property
    def multiplier(self) -> Fraction:
        """奖金用的倍数:有等级用系数,否则用得分。"""
        return self.value if self.band is None else Fraction(self.band.factor)


def _higher(actual: Fraction, target: Fraction) -> Fraction | None:
    return Fraction(actual, target) if target else None


def _lower_inverse(actual: Fraction, target: Fraction) -> Fraction | None:
    return Fraction(target, actual) if actual else None


def _lower_linear(actual: Fraction, target: Fraction) -> Fraction | None:
    return 2 - Fraction(actual, target) if target else None


RATIOS: dict[Direction, Callable[[Fraction, Fraction], Fraction | None]] = {
    Direction.HIGHER: _higher,
    Direction.LOWER_INVERSE: _lower_inverse,
    Direction.LOWER_LINEAR: _lower_linear,
}


def _check_weights(plan: Plan) -> None:
    total = sum((Fraction(i.weight) for i in plan.indicators), Fraction(0))
    if plan.weights_must_sum is not None and total != Fraction(plan.weights_must_sum):
        want, got = percent(Fraction(plan.weights_must_sum)), percent(total)
        say = f"各指标权重合计 {got},应当是 {want}。请调整权重后再保存。"
        raise BadInput("WEIGHTS_SUM", say, {"sum": plain(total, 30)})


def _with_data(plan: Plan) -> tuple[Indicator, ...]:
    """有数据的指标;该拦住时报 MISSING_DATA,列全缺的名字。"""
    lacking = [i for i in plan.indicators if not i.has_data]
    ready = tuple(i for i in plan.indicators if i.has_data)
    blocking = [i for i in lacking if (i.missing or plan.missing) is Missing.BLOCK]
    if lacking and (blocking or not sum(i.weight for i in ready)):
        lacking = blocking or lacking
        names = "、".join(i.label for i in lacking)
        say = f"“{names}”还没有数据,得分暂时算不出来(没有数据不当作 0)。请补上数据或联系 HR。"
        raise NotReady("MISSING_DATA", say, {"items": ",".join(i.code for i in lacking), "labels": names})
    return ready


def ratio_of(indicator: Indicator) -> Fraction | None:
    """完成率:现成的值,或由实绩与目标按方向算;分母为零得 None。"""
    if indicator.undefined:
        return None
    if indicator.value is not None:
        return Fraction(indicator.value)
    if indicator.actual is None or indicator.target is None:
        raise ValueError("indicator without data")
    return RATIOS[indicator.direction](Fraction(indicator.actual), Fraction(indicator.target))


def _ratios(indicators: tuple[Indicator, ...]) -> list[Fraction]:
    ratios = [(i, ratio_of(i)) for i in indicators]
    zero = [i for i, r in ratios if r is None]
    if zero:
        names = "、".join(i.label for i in zero)
        say = f"“{names}”的目标或实绩是 0,不能做除数。请先改好目标,再重新计算。"
        raise BadInput("ZERO_DENOMINATOR", say, {"items": ",".join(i.code for i in zero), "labels": names})
    return [r for _, r in ratios if r is not None]


def _item(indicator: Indicator, ratio: Fraction, weight: Fraction) -> ItemScore:
    used = ratio
    if indicator.cap is not None:
        used = min(used, Fraction(indicator.cap))
    if indicator.floor is not None:
        used = max(used, Fraction(indicator.floor))
    return ItemScore(indicator, ratio, used, weight)


def score(plan: Plan) -> Score:
    """算得分。错误:WEIGHTS_SUM、ZERO_DENOMINATOR、MISSING_DATA(列全)、NO_BAND。"""
    _check_weights(plan)
    _ratios(tuple(i for i in plan.indicators if i.has_data))
    ready = _with_data(plan)
    whole = Fraction(1)
    if len(ready) < len(plan.indicators):
        whole = sum((Fraction(i.weight) for i in ready), Fraction(0))
    items = tuple(_item(i, r, Fraction(Fraction(i.weight), whole)) for i, r in zip(ready, _ratios(ready), strict=True))
    value = sum((i.points for i in items), Fraction(0))
    hit = tuple(g.code for g in plan.gates if g.triggered)
    for gate in plan.gates:
        if gate.triggered:
            value = min(value, Fraction(gate.at_most))
    if plan.score_cap is not None:
        value = min(value, Fraction(plan.score_cap))
    if plan.score_floor is not None:
        value = max(value, Fraction(plan.score_floor))
    if plan.round_places is not None:
        step = 10**plan.round_places
        value = Fraction(round_half_up(value.numerator * step, value.denominator), step)
    return Score(value, items, hit, band_of(plan, value))


def band_of(plan: Plan, value: Fraction) -> Band | None:
    """得分落在哪个等级;方案没有等级为 None。低于最低一档报 BadInput(NO_BAND)。"""
    if plan.bands is None:
        return None
    reached = [b for b in plan.bands if Fraction(b.minimum) <= value]
    if not reached:
        raise BadInput("NO_BAND", f"得分 {percent(value)} 低于最低一档,没有对应的等级。请补上最低一档。")
    return max(reached, key=lambda b: b.minimum)


def bonus(base: Money, result: Score, ratio: Decimal) -> Money:
    """奖金 = 基数 ×(系数或得分)× 比例,一次取整到分。"""
    return Money.rounded(base.fen * result.multiplier * Fraction(ratio))


def _amount(value: Number, unit: str) -> str:
    return Money.rounded(Fraction(value) * 100).show() if unit == "money" else plain(value, 6)


def _leaf(label: str, value: Number, indicator: Indicator, evidence: tuple[str, ...]) -> Trace:
    written = f"{value:f}" if isinstance(value, Decimal) else plain(value, 6)
    return Trace(label, written, indicator.unit, say=f"{label}:{_amount(value, indicator.unit)}", evidence=evidence)


def _fact_leaf(fact: Fact) -> Trace:
    value = fact.value or Fraction(0)
    say = f"{fact.name}:{_fact_words(fact)}{f'({fact.say})' if fact.say else ''}"
    written = fixed(value) if fact.unit == "money" else plain(value, 6)
    return Trace(fact.name, written, fact.unit, say=say, evidence=fact.evidence)


def _fact_words(fact: Fact) -> str:
    value = fact.value or Fraction(0)
    return percent(value) if fact.unit == "rate" else _amount(value, fact.unit)


def _by_formula(i: Indicator, ratio: Fraction) -> tuple[str, tuple[Trace, ...]]:
    """(一句话, 操作数):把公式里的名字换成值。"""
    known = {fact.name: fact for fact in i.facts}
    names = re.compile("|".join(re.escape(n) for n in sorted(known, reverse=True)))  # 一个是另一个的开头时,长的在前
    body = i.formula.partition("=")[2].strip() or i.formula
    shown = names.sub(lambda found: _fact_words(known[found.group()]), body)
    say = f"{i.label}:{shown}"
    if i.value is None and i.actual is not None and i.target is not None:
        actual, target = (percent(x) if i.unit == "rate" else _amount(x, i.unit) for x in (i.actual, i.target))
        say += f" = {actual}" if shown != actual else ""
        say += ";" + HOW[i.direction].format(a=actual, t=target)
    if shown != percent(ratio):
        say += f" = {percent(ratio)}"
    return say, tuple(_fact_leaf(fact) for fact in i.facts)


HOW = {
    Direction.HIGHER: "{a} ÷ {t}",
    Direction.LOWER_INVERSE: "{t} ÷ {a}",
    Direction.LOWER_LINEAR: "2 − {a} ÷ {t}",
}
"""完成率的写法:a 实绩,t 目标。"""


def item_trace(item: ItemScore) -> Trace:
    """一个指标的来处:实绩、目标、完成率、封顶保底、权重,直到证据编号。"""
    i = item.indicator
    parts: tuple[Trace, ...] = ()
    if i.facts:
        say, parts = _by_formula(i, item.ratio)
        evidence: tuple[str, ...] = ()
    elif i.actual is None or i.target is None or i.value is not None:
        say, evidence = f"{i.label}:{percent(item.ratio)}", i.evidence
    else:
        actual, target = _amount(i.actual, i.unit), _amount(i.target, i.unit)
        how = HOW[i.direction].format(a=actual, t=target)
        say, evidence = f"{i.label}:{how} = {percent(item.ratio)}", ()
        over, under = i.labels
        parts = (_leaf(over, i.actual, i, i.evidence), _leaf(under, i.target, i, i.target_evidence))
    if item.used < item.ratio:
        say += f",封顶 {percent(item.used)}"
    elif item.used > item.ratio:
        say += f",保底 {percent(item.used)}"
    words = f"{i.label} {percent(item.used)} × 权重 {percent(item.weight)}"
    return Trace(
        i.label, fixed(item.used, 6), "rate", say=say, words=words, rule=i.source, evidence=evidence, parts=parts
    )


def trace(plan: Plan, result: Score) -> Trace:
    """得分的来处:各项完成率 × 权重之和,以及红线、封顶、取整、等级。"""
    terms = " + ".join(f"{percent(i.used)} × {percent(i.weight)}" for i in result.items)
    raw = sum((i.points for i in result.items), Fraction(0))
    say = f"绩效得分 = {terms} = {percent(raw)}"
    left_out = [i.label for i in plan.indicators if not i.has_data]
    if left_out:
        say += f"(“{'、'.join(left_out)}”没有数据,权重按比例摊给其他指标)"
    hit = [g for g in plan.gates if g.code in result.gates_hit]
    for gate in hit:
        say += f";触发红线“{gate.label or gate.code}”,不高于 {percent(Fraction(gate.at_most))}"
    if result.value != raw:
        say += f";最后得 {percent(result.value)}"
    if result.band is not None:
        say += f",等级 {result.band.grade},系数 {result.band.factor.normalize():f}"
    evidence = tuple(e for g in hit for e in g.evidence)
    parts = tuple(item_trace(i) for i in result.items)
    value = fixed(result.value, 6)
    return Trace("绩效得分", value, "rate", say=say, words=say, rule=plan.rule, evidence=evidence, parts=parts)
