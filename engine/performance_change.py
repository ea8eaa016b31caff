"""得分的改动 performance change:校准、申诉成立、更正——把得分、等级或某一项改成写明的值,连同是谁、为什么。

改动从不抹去算得的:来处里上面是改动的一句话,下面是原来的来处。
- item 改一项的完成率:其余各项照旧,按权重重算;
- score 改总分:等级随总分重定;
- grade 改等级:总分不变,系数换成那个等级的。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.errors import BadInput, NotFound
from engine.figures import fixed
from engine.money import percent
from engine.performance import Band, Indicator, Plan, band_of, score, trace
from engine.trace import Trace

KINDS = ("item", "score", "grade")
MOST = Fraction(10)
"""得分与完成率最多写到 1000%,再多当作笔误。"""


@dataclass(frozen=True, slots=True)
class Change:
    """一次改动:kind 见 KINDS;item 指标编号;value 新的值;grade 新的等级;title 校准、申诉成立、更正;evidence 编号。"""

    kind: str
    title: str
    who: str
    reason: str
    evidence: str
    item: str = ""
    value: Fraction | None = None
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """现在的结果:得分、等级、来处。"""

    value: Fraction
    band: Band | None
    trace: Trace

    @property
    def multiplier(self) -> Fraction:
        """奖金用的倍数:有等级用系数,否则用得分。"""
        return self.value if self.band is None else Fraction(self.band.factor)


def standing(plan: Plan) -> Standing:
    """由方案算得的结果。错误同 engine.performance.score。"""
    result = score(plan)
    return Standing(result.value, result.band, trace(plan, result))


def with_items(plan: Plan, decided: Mapping[str, tuple[Fraction, str]]) -> Plan:
    """把人定的几项放进方案:指标编号 → (完成率, 证据编号);没有数据的项也就有了数据。"""
    return replace(plan, indicators=tuple(_decided(i, decided.get(i.code)) for i in plan.indicators))


def _decided(one: Indicator, decided: tuple[Fraction, str] | None) -> Indicator:
    if decided is None:
        return one
    value, evidence = decided
    return replace(one, value=value, actual=None, target=None, undefined=False, facts=(), evidence=(evidence,))


def check(plan: Plan, change: Change) -> None:
    """改动写得对不对:理由、值的范围、有没有这一项、这个等级。"""
    if not change.reason.strip():
        raise BadInput("REASON_NEEDED", "改动得分需要写明理由,本人会看到。请填写后再保存。")
    if change.kind not in KINDS:
        raise BadInput("BAD_CHANGE", "请选择要改的是总分、等级还是某一项。")
    if change.kind == "grade":
        band_named(plan, change.grade)
        return
    if change.value is None or not 0 <= change.value <= MOST:
        raise BadInput("BAD_SCORE", f"得分要在 0% 到 {percent(MOST)} 之间。请改好后再保存。")
    if change.kind == "item" and change.item not in {i.code for i in plan.indicators}:
        raise NotFound("NO_INDICATOR", "这个方案里没有要改的这一项。请刷新页面后再试。")


def band_named(plan: Plan, grade: str) -> Band:
    """按名字取等级;没有报 BadInput(NO_GRADE),说有哪些。"""
    bands = plan.bands or ()
    found = next((b for b in bands if b.grade == grade), None)
    if found is None:
        known = "、".join(b.grade for b in sorted(bands, key=lambda b: b.minimum, reverse=True))
        say = f"可以选的等级是 {known}。" if known else "这个方案没有等级,请改总分。"
        raise BadInput("NO_GRADE", f"没有“{grade}”这个等级。{say}")
    return found


def changed(plan: Plan, before: Standing | None, change: Change) -> Standing:
    """改动之后的结果。plan 已放进以前人定的各项(含这一次);before 是改动之前的,算不出来为 None。

    只改等级而得分还算不出来,报 BadInput(SCORE_FIRST)。
    """
    value = change.value or Fraction(0)
    if change.kind == "item":
        after = standing(plan)
        label = next(i.label for i in plan.indicators if i.code == change.item)
        what = f"{label}定为 {percent(value)},得分 {_was(before)}{percent(after.value)}"
        return _told(after.value, after.band, change, what, (after.trace,))
    below = () if before is None else (before.trace,)
    if change.kind == "grade":
        if before is None:
            raise BadInput("SCORE_FIRST", "得分还算不出来,不能只改等级。请先补上数据,或直接定总分。")
        band = band_named(plan, change.grade)
        was = before.band.grade if before.band is not None else "无"
        what = f"等级 {was} → {band.grade},系数 {band.factor.normalize():f},得分仍是 {percent(before.value)}"
        return _told(before.value, band, change, what, below)
    band_now = band_of(plan, value)
    what = f"得分 {_was(before)}{percent(value)}"
    if band_now is not None:
        what += f",等级 {band_now.grade},系数 {band_now.factor.normalize():f}"
    return _told(value, band_now, change, what, below)


def _was(before: Standing | None) -> str:
    return "由无数据定为 " if before is None else f"{percent(before.value)} → "


def _told(value: Fraction, band: Band | None, change: Change, what: str, parts: tuple[Trace, ...]) -> Standing:
    say = f"{change.title}:{what}({change.who}:{change.reason.strip()})"
    evidence = (change.evidence,)
    node = Trace("绩效得分", fixed(value, 6), "rate", say=say, words=say, evidence=evidence, parts=parts)
    return Standing(value, band, node)
