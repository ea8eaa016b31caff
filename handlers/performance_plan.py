"""绩效方案 performance plan:一个人一个周期用哪个方案(先看单独指定的,再看岗位),填上实绩与目标。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import col, select

from config.policies import Policies
from engine import performance as rules_of
from engine.days import Month
from engine.errors import NotFound, NotReady
from engine.formula import evaluate
from engine.performance import Direction, Gate, Missing
from engine.performance_cycle import Cycle, CycleKind
from engine.performance_measure import FACTS, Measure, Terms, measured, needed
from handlers.performance_facts import About, Facts, attendance_facts, facts_of
from handlers.performance_planbook import PlanBook, in_force
from handlers.performance_rules import GateRule, PlanTerms, gate_formula, terms_of
from models.people import Person
from models.performance import Indicator, Plan
from models.work import Work


@dataclass(frozen=True, slots=True)
class Filled:
    """填好的方案:engine 可以算的 plan,各项的事实(指标编号 → 名字 → 事实);problem 红线缺数据,还不能算。"""

    plan: rules_of.Plan
    facts: dict[str, Facts]
    problem: NotReady | None = None


def indicator_at(work: Work, code: str, day: date) -> Indicator | None:
    """一个指标在这一天的口径(见 PlanBook)。"""
    rows = work.session.exec(select(Indicator).where(Indicator.code == code).order_by(col(Indicator.since)))
    return in_force(rows.all(), day)


def plan_for(work: Work, person: Person, month: Month) -> Plan | None:
    """这个人这个月用哪个方案(见 PlanBook)。"""
    return PlanBook(work, (person.id or 0,)).plan_for(person, month)


def cycle_of(plan: Plan, month: Month) -> Cycle:
    """方案在这个月所在的周期。"""
    return Cycle.of(CycleKind(plan.cycle), month)


def plan_of_cycle(work: Work, person: Person, cycle: Cycle, rules: Policies) -> Plan | None:
    """这个人在这个周期用哪个方案;没有为 None。"""
    return cycle_plan(About(person, cycle, rules, None, PlanBook(work, (person.id or 0,))))


def cycle_plan(about: About) -> Plan | None:
    """从最后一个在职的月往前,第一个周期长短相同的方案;about 要带方案簿。"""
    assert about.book is not None
    for month in reversed(about.months):
        plan = about.book.plan_for(about.person, month)
        if plan is not None and plan.cycle == about.cycle.kind:
            return plan
    return None


def build_plan(work: Work, plan: Plan, about: About) -> Filled:
    """把方案填上这个人这个周期的实绩与目标。指标没有定义报 NO_INDICATOR。"""
    terms = plan_terms(plan, about)
    book = about.book or PlanBook(work, ())
    indicators: list[rules_of.Indicator] = []
    facts: dict[str, Facts] = {}
    for item in plan.items:
        row = book.indicator_at(item["indicator"], about.cycle.last)
        if row is None:
            say = f"绩效方案“{plan.name}”用到的指标“{item['indicator']}”还没有定义。请 HR 补上。"
            raise NotFound("NO_INDICATOR", say)
        measure = measure_of(row)
        facts[row.code] = facts_of(work, about, row, needed(measure))
        indicators.append(measured(measure, facts[row.code], _item_terms(plan, item, row)))
    gates: tuple[Gate, ...] = ()
    problem: NotReady | None = None
    try:
        gates = _gates(work, about, terms.gates, tuple(indicators))
    except NotReady as lacking:
        problem = lacking
    filled = rules_of.Plan(
        tuple(indicators),
        missing=terms.missing,
        score_cap=terms.score_cap,
        score_floor=terms.score_floor,
        round_places=terms.round_places,
        gates=gates,
        bands=terms.bands or None,
        rule=rule_id(plan),
        formula=plan.formula,
    )
    return Filled(filled, facts, problem)


def plan_terms(plan: Plan, about: About) -> PlanTerms:
    """方案的条件;没有写缺数据规则的照政策。"""
    return terms_of(plan.rules, str(about.rules.switches["performance.missing"].on(about.cycle.first)))


def rule_id(plan: Plan) -> str:
    """方案的编号,写进来处。"""
    return f"plan:{plan.code}@{plan.since.isoformat()}"


def measure_of(row: Indicator) -> Measure:
    """指标的口径。"""
    return Measure(row.code, row.name, row.source, row.unit, row.formula, Direction(row.direction), row.needs_target)


def _item_terms(plan: Plan, item: dict[str, str], row: Indicator) -> Terms:
    """这一项在方案里的条件;方案没写的照指标的。"""
    cap, floor, missing = (item.get(name) or getattr(row, name) for name in ("cap", "floor", "missing"))
    return Terms(
        Decimal(item["weight"]),
        Decimal(cap) if cap else None,
        Decimal(floor) if floor else None,
        Missing(missing) if missing else None,
        rule_id(plan),
    )


def _gates(
    work: Work, about: About, gates: tuple[GateRule, ...], items: tuple[rules_of.Indicator, ...]
) -> tuple[Gate, ...]:
    """红线:条件用到的事实缺了就不能算(不当作没触发)。"""
    if not gates:
        return ()
    facts = attendance_facts(work, about)
    ratios = {i.label: rules_of.ratio_of(i) if i.has_data else None for i in items}
    made: list[Gate] = []
    for gate in gates:
        ready = gate_formula(gate, tuple(ratios))
        known = {name: ratios[name] if name in ratios else facts[name].value for name in ready.names}
        lacking = [name for name, value in known.items() if value is None]
        if lacking:
            names = "、".join(lacking)
            say = f"红线“{gate.label}”要看的“{names}”还没有数据,得分暂时算不出来(没有数据不当作没触发)。请补上数据或联系 HR。"
            raise NotReady("MISSING_DATA", say, {"items": gate.code, "labels": names})
        values = {name: value.as_integer_ratio() for name, value in known.items() if value is not None}
        evidence = tuple(e for name in ready.names if name in FACTS["attendance"] for e in facts[name].evidence)
        made.append(Gate(gate.code, bool(evaluate(ready, values)), gate.at_most, gate.label, evidence))
    return tuple(made)
