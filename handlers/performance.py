"""绩效 performance:一个人一个周期的得分。有定下的一版就以最新一版为准,没有就由依据现算。没有数据就是“无数据”,不当零。"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from config.policies import Policies
from engine import performance as rules_of
from engine.days import Month
from engine.errors import BadInput, EhrError, NotReady
from engine.figures import fixed, plain
from engine.performance_change import Standing, standing, with_items
from engine.performance_cycle import LABELS, Cycle
from engine.performance_measure import BASELINE, TARGET
from engine.trace import Trace
from handlers.actor import Actor
from handlers.people import person_of
from handlers.performance_book import newest, overrides_of, standing_of
from handlers.performance_facts import About, Swap
from handlers.performance_plan import Filled, build_plan, cycle_of, indicator_at, plan_for, plan_of_cycle
from models.people import Person
from models.performance import Plan, Score, Target
from models.work import Work


@dataclass(frozen=True, slots=True)
class ScoreOf:
    """问一个人的绩效:month 是周期里的任一个月(季度、年度方案也这样问)。"""

    person_id: int
    month: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """一个指标:实绩、目标、完成率、权重都已写成字;evidence 证据编号;formula 口径;note 补充(目标怎么折算、是谁定的)。"""

    code: str
    label: str
    unit: str
    actual: str
    target: str
    ratio: str
    weight: str
    revision: int
    evidence: tuple[str, ...]
    missing: bool = False
    formula: str = ""
    note: str = ""
    adjustable: bool = False


@dataclass(frozen=True, slots=True)
class ScoreView:
    """一个人一个周期的绩效。score 写成百分比("110%"),没有方案或缺数据为空,say 说明。

    state: locked 已锁定 | calibrated 已校准待锁定 | preview 试算 | none 没有方案;revision 现在是第几版(0 为试算)。
    """

    person_id: int
    person_name: str
    month: str
    plan_name: str
    formula: str
    score: str
    score_exact: str
    state: str
    say: str
    items: tuple[ItemView, ...]
    trace: dict[str, object]
    cycle: str = ""
    cycle_label: str = ""
    kind_label: str = ""
    grade: str = ""
    revision: int = 0
    grades: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Current:
    """现在的样子:plan 方案;row 最新的一版(没有为 None);filled 填好的方案;standing 现在的结果,算不出来为 None;lacking 为什么。"""

    person: Person
    plan: Plan
    cycle: Cycle
    row: Score | None
    filled: Filled
    standing: Standing | None
    lacking: EhrError | None


def current(work: Work, plan: Plan, about: About) -> Current:
    """一个人一个周期现在的结果:定下的最新一版,否则现算(人定的几项照旧)。"""
    assert about.person.id is not None
    row = newest(work, about.person.id, about.cycle)
    filled = build_plan(work, plan, about)
    filled = replace(filled, plan=with_items(filled.plan, overrides_of(row)))
    if row is not None:
        return Current(about.person, plan, about.cycle, row, filled, standing_of(row), None)
    found, lacking = fresh(filled)
    return Current(about.person, plan, about.cycle, None, filled, found, lacking)


def fresh(filled: Filled) -> tuple[Standing | None, EhrError | None]:
    """由依据现算;缺数据、除数为零、没有等级时为 (None, 原因)。"""
    if filled.problem is not None:
        return None, filled.problem
    try:
        return standing(filled.plan), None
    except (NotReady, BadInput) as lacking:
        return None, lacking


def what_if(
    work: Work, person: Person, about: tuple[Month, Policies], swap: Swap | None = None, more: int = 0
) -> Filled | None:
    """假如目标换成这样(swap 为空就是现在的)、再签一单(more 分):填好的方案;没有方案为 None。"""
    month, rules = about
    plan = plan_for(work, person, month)
    if plan is None:
        return None
    cycle = cycle_of(plan, month)
    assert person.id is not None
    filled = build_plan(work, plan, About(person, cycle, rules, swap, more=more))
    decided = overrides_of(newest(work, person.id, cycle))
    return replace(filled, plan=with_items(filled.plan, decided))


def view(work: Work, command: ScoreOf, rules: Policies, actor: Actor) -> ScoreView:
    """一个人的绩效:已锁定的给锁定时的样子;之后依据有变或更正,是新的一版。"""
    person = person_of(work, command.person_id)
    month = Month.parse(command.month)
    plan = plan_for(work, person, month)
    if plan is None:
        return _no_plan(person, month)
    cycle = cycle_of(plan, month)
    plan = plan_of_cycle(work, person, cycle, rules) or plan
    found = current(work, plan, About(person, cycle, rules))
    blank = _blank(found, month)
    if found.standing is None:
        return replace(blank, items=_items(work, found), say=found.lacking.say if found.lacking else "")
    row, result = found.row, found.standing
    state = row.state if row is not None else "preview"
    return replace(
        blank,
        items=_locked_items(work, found) if state == "locked" else _items(work, found),
        score=percent_words(result.value),
        score_exact=fixed(result.value, 6),
        state=state,
        say=SAYS[state],
        trace=result.trace.to_json(),
        grade=result.band.grade if result.band else "",
    )


SAYS = {
    "preview": "试算:随签单与评价更新,月底以锁定的为准",
    "calibrated": "已校准,还没有锁定",
    "locked": "已锁定",
}


def _blank(found: Current, month: Month) -> ScoreView:
    person, plan, cycle = found.person, found.plan, found.cycle
    assert person.id is not None
    blank = ScoreView(person.id, person.name, str(month), plan.name, plan.formula, "", "", "preview", "", (), {})
    return replace(
        blank,
        cycle=str(cycle),
        cycle_label=cycle.label,
        kind_label=LABELS[cycle.kind],
        revision=found.row.revision if found.row is not None else 0,
        grades=tuple(b.grade for b in sorted(found.filled.plan.bands or (), key=lambda b: b.minimum, reverse=True)),
    )


def _no_plan(person: Person, month: Month) -> ScoreView:
    assert person.id is not None
    say = "您目前没有绩效方案,工资里没有绩效奖金这一项。如有疑问请联系 HR。"
    return ScoreView(person.id, person.name, str(month), "", "", "", "", "none", say, (), {})


def _items(work: Work, found: Current) -> tuple[ItemView, ...]:
    """试算时的各项。"""
    decided = overrides_of(found.row)
    return tuple(_item(work, found, i, decided=i.code in decided) for i in found.filled.plan.indicators)


NO_TARGET = rules_of.Fact(TARGET, None, "")


def _item(work: Work, found: Current, one: rules_of.Indicator, *, decided: bool) -> ItemView:
    ratio = rules_of.ratio_of(one) if one.has_data else None
    facts = found.filled.facts[one.code]
    shown = {f.name: plain(f.value, 2) if f.value is not None else "" for f in one.facts}
    target = facts.get(TARGET, NO_TARGET)
    uses_target = TARGET in facts
    lacking = [f"{f.name}{f'({f.say})' if f.say else ''}" for f in one.facts if f.value is None]
    note = "人定的,见来处" if decided else target.say if uses_target and target.value is not None else ""
    return ItemView(
        one.code,
        one.label,
        one.unit,
        actual_words(shown),
        _target_words(target.value, one.unit) if uses_target and target.value is not None else "",
        percent_words(ratio) if ratio is not None else "",
        percent_words(Fraction(one.weight)),
        _revision(work, target),
        one.evidence,
        not one.has_data,
        one.formula,
        f"缺 {'、'.join(lacking)}" if lacking and not decided else note,
        uses_target,
    )


def _revision(work: Work, target: rules_of.Fact) -> int:
    """目标现在是第几版;不需要目标的为 0。"""
    ids = [int(e.partition(":")[2]) for e in target.evidence if e.startswith("target:")]
    row = work.session.get(Target, ids[-1]) if ids else None
    return row.revision if row is not None else 0


def actual_words(shown: dict[str, str]) -> str:
    """实绩写成字:评价写份数,出勤写分钟,其余写头一个事实。"""
    if shown.get("评价份数"):
        return f"{shown['评价份数']} 份评价"
    if shown.get("应出勤分钟"):
        return f"出勤 {shown.get('出勤分钟', '')} / 应出勤 {shown['应出勤分钟']} 分钟"
    return next((value for name, value in shown.items() if name not in (TARGET, BASELINE)), "")


def _target_words(value: Fraction, unit: str) -> str:
    return percent_words(value) if unit == "rate" else plain(value, 2)


def _locked_items(work: Work, found: Current) -> tuple[ItemView, ...]:
    """锁定时的样子:全部取自当时存下的来处。"""
    assert found.standing is not None
    rows = (indicator_at(work, item["indicator"], found.cycle.last) for item in found.plan.items)
    names = {row.name: row for row in rows if row is not None}
    weights = {item["indicator"]: Fraction(item["weight"]) for item in found.plan.items}
    made: list[ItemView] = []
    for part in items_in(found.standing.trace):
        row = names.get(part.label)
        if row is not None:
            made.append(_locked_item(part, (row.code, row.unit), weights.get(row.code, Fraction(0))))
    return tuple(made)


def items_in(trace: Trace) -> tuple[Trace, ...]:
    """来处里的各项:改过的得分,各项在原来的来处里。"""
    inner = trace
    while len(inner.parts) == 1 and inner.parts[0].label == inner.label:
        inner = inner.parts[0]
    return inner.parts


def _locked_item(part: Trace, row: tuple[str, str], weight: Fraction) -> ItemView:
    code, unit = row
    shown = {p.label: p.value for p in part.parts}
    target = shown.get(TARGET, "")
    return ItemView(
        code,
        part.label,
        unit,
        actual_words(shown),
        _target_words(Fraction(target), unit) if target else "",
        percent_words(Fraction(part.value)),
        percent_words(weight),
        0,
        tuple(part.all_evidence()),
        note="" if part.parts or not part.evidence else "人定的,见来处",
        adjustable=bool(target),
    )


def percent_words(ratio: Fraction) -> str:
    """给人看的百分比:最多两位小数;要精确的看来处。"""
    return f"{plain(ratio * 100, 2)}%"
