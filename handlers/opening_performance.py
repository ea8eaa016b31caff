"""开账的绩效 opening performance:指标口径、方案、谁用哪个方案、目标(第一版);写错的整份拒收,说明改哪里。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlmodel import func, select

from config.policies import Policies
from engine.errors import BadInput
from engine.money import percent
from engine.performance import Direction, Missing
from engine.performance_cycle import CycleKind
from engine.performance_formula import check_weights
from engine.performance_measure import Measure, compiled
from handlers.performance_rules import check_terms, terms_of
from models.performance import Indicator, Plan, PlanAssignment, Target
from models.work import Work


@dataclass(frozen=True, slots=True)
class OpenIndicator:
    """一个指标的一版口径,自 since 起;formula 空为来源的通常算法;cap、floor、missing 空为不限、照方案;basis 出处。"""

    code: str
    name: str
    measures: str
    source: str
    unit: str
    direction: str
    needs_target: bool
    since: date = date(2020, 1, 1)
    formula: str = ""
    cap: str = ""
    floor: str = ""
    missing: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """一个方案:posts 适用岗位(空为只给单独指定的人);items [(指标编号, 权重, 封顶, 保底)];

    cycle month | quarter | year;rules 见 handlers.performance_rules;item_missing 指标编号 → 缺数据规则。
    """

    code: str
    name: str
    since: date
    posts: tuple[str, ...]
    items: tuple[tuple[str, Decimal, str, str], ...]
    formula: str
    missing: str
    cycle: str = "month"
    until: date | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)
    item_missing: Mapping[str, str] = field(default_factory=dict)
    basis: str = ""


@dataclass(frozen=True, slots=True)
class OpenPerformance:
    """装入指标、方案、目标 [(userid, 指标编号, 月, 目标)]、单独指定 [(userid, 自哪天, 到哪天, 方案编号)]。"""

    indicators: tuple[OpenIndicator, ...]
    plans: tuple[OpenPlan, ...]
    targets: tuple[tuple[str, str, str, Decimal], ...]
    assigned: tuple[tuple[str, date, date | None, str], ...] = ()


def keep_indicators(work: Work, found: tuple[OpenIndicator, ...]) -> None:
    """指标口径:同一编号同一天再装以后来的为准。公式、方向、缺数据规则写错了报错,写明是哪一个。"""
    for one in found:
        measure = Measure(one.code, one.name, one.source, one.unit, one.formula, _direction(one), one.needs_target)
        compiled(measure)
        _check_missing(one.name, one.missing)
        row = work.session.get(Indicator, (one.code, one.since))
        row = row or Indicator(code=one.code, since=one.since, name="", source="", unit="")
        row.name, row.measures, row.source, row.unit = one.name, one.measures, one.source, one.unit
        row.direction, row.formula, row.needs_target = one.direction, one.formula, one.needs_target
        row.cap, row.floor, row.missing, row.basis = one.cap, one.floor, one.missing, one.basis
        work.session.add(row)
    work.session.flush()


def _direction(one: OpenIndicator) -> Direction:
    try:
        return Direction(one.direction)
    except ValueError:
        known = "、".join(Direction)
        say = f"指标“{one.name}”的方向“{one.direction}”不认得。请写 {known} 之一。"
        raise BadInput("BAD_DIRECTION", say) from None


def _check_missing(name: str, missing: str) -> None:
    if missing and missing not in {str(m) for m in Missing}:
        raise BadInput("BAD_MISSING", f"“{name}”的缺数据规则“{missing}”不认得。请写 block 或 reweight。")


def keep_plan(work: Work, plan: OpenPlan, rules: Policies) -> None:
    """方案:权重合计要是 100%,公式与权重一致,周期、条件写得对;不对整份拒收。"""
    names = {row.code: row.name for row in work.session.exec(select(Indicator))}
    unknown = [code for code, *_ in plan.items if code not in names]
    if unknown:
        say = f"方案“{plan.name}”用到的指标“{'、'.join(unknown)}”没有定义。请先写好指标再来。"
        raise BadInput("NO_INDICATOR", say)
    if plan.cycle not in {str(kind) for kind in CycleKind}:
        raise BadInput("BAD_CYCLE", f"方案“{plan.name}”的周期“{plan.cycle}”不认得。请写 month、quarter 或 year。")
    check_weights(plan.formula, {names[code]: weight for code, weight, _, _ in plan.items})
    total = sum((weight for _, weight, _, _ in plan.items), Decimal(0))
    if total != 1:
        say = f"方案“{plan.name}”的权重合计是 {percent(Fraction(total))},不是 100%,没有装入。请改正后再来。"
        raise BadInput("WEIGHTS_SUM", say, {"sum": str(total)})
    for code, missing in plan.item_missing.items():
        _check_missing(names.get(code, code), missing)
    whole = {**plan.rules, "missing": plan.missing}
    usual = str(rules.switches["performance.missing"].on(plan.since))
    check_terms(plan.name, terms_of(whole, usual), [names[code] for code, *_ in plan.items])
    for post in plan.posts or ("",):
        _keep_post(work, plan, (post, whole))


def _keep_post(work: Work, plan: OpenPlan, what: tuple[str, dict[str, Any]]) -> None:
    post, whole = what
    row = work.session.exec(
        select(Plan).where(Plan.code == plan.code, Plan.post == post, Plan.since == plan.since)
    ).first() or Plan(
        code=plan.code, name=plan.name, since=plan.since, post=post, items=[], formula=plan.formula, rules={}
    )
    row.items = [
        {
            "indicator": code,
            "weight": str(weight),
            "cap": cap,
            "floor": floor,
            "missing": plan.item_missing.get(code, ""),
        }
        for code, weight, cap, floor in plan.items
    ]
    row.name, row.formula, row.rules = plan.name, plan.formula, whole
    row.cycle, row.until, row.basis = plan.cycle, plan.until, plan.basis
    work.session.add(row)
    work.session.flush()


def keep_assigned(work: Work, person_id: int, what: tuple[date, date | None, str]) -> None:
    """单独指定一个人用的方案;没有这个方案报 NO_PLAN。"""
    since, until, code = what
    if work.session.exec(select(Plan.id).where(Plan.code == code).limit(1)).first() is None:
        raise BadInput("NO_PLAN", f"单独指定用的方案“{code}”没有定义。请先写好方案再来。")
    work.session.merge(PlanAssignment(person_id=person_id, since=since, until=until, plan_code=code))


def keep_target(work: Work, person_id: int, what: tuple[str, str, Decimal]) -> None:
    """目标的第一版;已有目标的不动(以后由经理调整)。"""
    code, month, value = what
    last = work.session.exec(
        select(func.max(Target.revision)).where(
            Target.person_id == person_id, Target.indicator == code, Target.month == month
        )
    ).one()
    if not last:
        work.session.add(
            Target(
                person_id=person_id,
                indicator=code,
                month=month,
                revision=1,
                value=value,
                effective_on=date.fromisoformat(f"{month}-01"),
                reason="开账装入",
                set_by="",
                set_at=work.now,
            )
        )
