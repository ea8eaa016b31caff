"""绩效方案的条件 performance rules:缺数据、总分封顶保底、取整、等级、红线、等级分布;从方案的 rules 读出,装入时查清。

rules 的样子:{"missing": "block", "score_cap": "1.5", "round_places": "2",
"bands": [["1.1", "A", "1.3"], …](不低于多少、等级、系数),"limits": {"A": "0.2"}(最多占几成),
"gates": [{"code", "label", "when"(中文条件), "at_most"}]}。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import BadInput
from engine.formula import Formula, formula
from engine.formula_types import Unit
from engine.performance import Band, Missing
from engine.performance_measure import FACTS


@dataclass(frozen=True, slots=True)
class GateRule:
    """一条红线:when 是条件,例如 `旷工天数 ≥ 1` 或 `客户满意度 < 60%`;触发时总分不高于 at_most。"""

    code: str
    label: str
    when: str
    at_most: Decimal


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """方案的条件;bands 空为没有等级,limits 空为不限分布。"""

    missing: Missing
    score_cap: Decimal | None = None
    score_floor: Decimal | None = None
    round_places: int | None = None
    bands: tuple[Band, ...] = ()
    gates: tuple[GateRule, ...] = ()
    limits: tuple[tuple[str, Decimal], ...] = ()


def terms_of(rules: Mapping[str, Any], usual: str) -> PlanTerms:
    """读方案的 rules;usual 是政策 performance.missing。写错了报 BadInput(BAD_PLAN)。"""
    try:
        return PlanTerms(
            missing=Missing(str(rules.get("missing") or usual)),
            score_cap=_rate(rules.get("score_cap")),
            score_floor=_rate(rules.get("score_floor")),
            round_places=int(str(rules["round_places"])) if rules.get("round_places") is not None else None,
            bands=tuple(Band(Decimal(low), grade, Decimal(factor)) for low, grade, factor in rules.get("bands") or ()),
            gates=tuple(
                GateRule(g["code"], g["label"], g["when"], Decimal(g["at_most"])) for g in rules.get("gates") or ()
            ),
            limits=tuple((grade, Decimal(most)) for grade, most in sorted((rules.get("limits") or {}).items())),
        )
    except (KeyError, ValueError, TypeError, InvalidOperation) as problem:
        raise BadInput("BAD_PLAN", f"绩效方案的条件读不懂({problem})。请照 docs/how-to/performance.md 改好。") from None


def _rate(value: Any) -> Decimal | None:
    return Decimal(str(value)) if value not in (None, "") else None


def check_terms(name: str, terms: PlanTerms, labels: Sequence[str]) -> None:
    """装入时查:等级要从 0 起、不重名、系数不为负;分布里的等级要有;红线的条件要读得懂。"""
    grades = [b.grade for b in terms.bands]
    lows = [b.minimum for b in terms.bands]
    if terms.bands and (min(lows) != 0 or len(set(lows)) < len(lows) or len(set(grades)) < len(grades)):
        say = f"方案“{name}”的等级要从 0% 起、起点和名字都不重复,不然有的得分没有等级。请改正后再来。"
        raise BadInput("BAD_BANDS", say)
    if any(b.factor < 0 for b in terms.bands):
        raise BadInput("BAD_BANDS", f"方案“{name}”的等级系数不能是负数。请改正后再来。")
    for grade, most in terms.limits:
        if grade not in grades or not 0 <= most <= 1:
            say = f"方案“{name}”的分布写了“{grade}”,它不是这个方案的等级,或比例不在 0% 到 100%。请改正后再来。"
            raise BadInput("BAD_LIMITS", say)
    for gate in terms.gates:
        gate_formula(gate, labels)


def gate_formula(gate: GateRule, labels: Sequence[str]) -> Formula:
    """编好红线的条件:可以用考勤的事实与各指标的完成率。"""
    return formula(gate.when, {**FACTS["attendance"], **dict.fromkeys(labels, Unit.RATE)}, Unit.BOOL)
