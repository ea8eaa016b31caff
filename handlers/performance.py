"""绩效 performance:由签单、满意度、考勤现算一个人一个月的得分;锁定后的得分不再变。没有数据就是“无数据”,不当零。"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from sqlmodel import col, select

from config.policies import Policies
from engine import performance as rules_of
from engine.days import Month
from engine.errors import NotFound, NotReady
from engine.figures import fixed, plain
from engine.performance import Direction, Missing
from engine.trace import Trace
from handlers.actor import Actor
from handlers.attendance import months_of
from handlers.people import person_of
from models.mailbox import Cursor
from models.pay import PayProfile
from models.people import Person
from models.performance import Deal, Indicator, Plan, PlanAssignment, Rating, Score, Target
from models.work import Work


@dataclass(frozen=True, slots=True)
class ScoreOf:
    """问一个人一个月的绩效。"""

    person_id: int
    month: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """一个指标:实绩、目标、完成率、权重都已写成字;evidence 证据编号;n 样本数。"""

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


@dataclass(frozen=True, slots=True)
class ScoreView:
    """一个人一个月的绩效。score 写成百分比("110%"),没有方案或缺数据为空,say 说明;state: locked | preview | none。"""

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


@dataclass(frozen=True, slots=True)
class Measured:
    """量出来的:actual/target 为空是没有数据;evidence、target_evidence 证据;revision 目标的版本。"""

    actual: Decimal | None
    target: Decimal | None
    evidence: tuple[str, ...] = ()
    target_evidence: tuple[str, ...] = ()
    revision: int = 0
    labels: tuple[str, str] = ("实绩", "目标")


@dataclass(frozen=True, slots=True)
class Computed:
    """算好的得分:规则里的方案与得分,和它的来处。"""

    plan: rules_of.Plan
    result: rules_of.Score
    trace: Trace


def view(work: Work, command: ScoreOf, rules: Policies, actor: Actor) -> ScoreView:
    """一个人一个月的绩效:已锁定的给锁定时的样子(之后的更正不改它),否则现算。"""
    person = person_of(work, command.person_id)
    month = Month.parse(command.month)
    plan = plan_for(work, person, month)
    if plan is None:
        return _no_plan(person, month)
    locked = locked_score(work, command.person_id, month)
    if locked is not None and locked.trace:
        return _locked_view(work, person, (month, plan), locked)
    built = build_plan(work, person, month, plan, rules)
    items = tuple(_item_view(work, i) for i in built.indicators)
    empty = _blank(person, month, plan, items)
    try:
        result = rules_of.score(built)
    except NotReady as lacking:
        return replace(empty, say=lacking.say)
    return replace(
        empty,
        score=percent_words(result.value),
        score_exact=fixed(result.value, 6),
        say="试算:随签单与评价更新,月底以锁定的为准",
        trace=rules_of.trace(built, result).to_json(),
    )


def _blank(person: Person, month: Month, plan: Plan, items: tuple[ItemView, ...]) -> ScoreView:
    assert person.id is not None
    return ScoreView(person.id, person.name, str(month), plan.name, plan.formula, "", "", "preview", "", items, {})


def _locked_view(work: Work, person: Person, about: tuple[Month, Plan], locked: Score) -> ScoreView:
    """锁定时的样子:全部取自当时存下的来处。"""
    month, plan = about
    trace = Trace.from_json(json.loads(locked.trace))
    names = {row.name: row for row in work.session.exec(select(Indicator))}
    weights = {item["indicator"]: Decimal(item["weight"]) for item in plan.items}
    items = tuple(_locked_item(part, names[part.label], weights) for part in trace.parts if part.label in names)
    exact = Fraction(locked.score)
    return replace(
        _blank(person, month, plan, items),
        score=percent_words(exact),
        score_exact=fixed(exact, 6),
        state="locked",
        say="已锁定",
        trace=trace.to_json(),
    )


def _locked_item(part: Trace, row: Indicator, weights: dict[str, Decimal]) -> ItemView:
    numbers = [p.value for p in part.parts]
    evidence = tuple(part.all_evidence())
    average = row.unit == "rate"
    return ItemView(
        row.code,
        row.name,
        row.unit,
        f"{len(part.parts[0].evidence)} 份评价" if average and part.parts else numbers[0] if numbers else "",
        "" if average or len(numbers) < 2 else numbers[1],
        percent_words(Fraction(part.value)),
        percent_words(Fraction(weights.get(row.code, Decimal(0)))),
        0,
        evidence,
    )


def compute(work: Work, person: Person, month: Month, rules: Policies) -> Computed | None:
    """现算得分;没有方案为 None。缺数据报 NotReady(MISSING_DATA),列全名字。"""
    plan = plan_for(work, person, month)
    if plan is None:
        return None
    built = build_plan(work, person, month, plan, rules)
    result = rules_of.score(built)
    return Computed(built, result, rules_of.trace(built, result))


def plan_for(work: Work, person: Person, month: Month) -> Plan | None:
    """这个人这个月用哪个方案:先看单独指定的,再看岗位;方案以 since 最近的一版为准。"""
    assigned = work.session.exec(
        select(PlanAssignment)
        .where(PlanAssignment.person_id == person.id, PlanAssignment.since <= month.last)
        .order_by(col(PlanAssignment.since).desc())
    ).first()
    query = select(Plan).where(Plan.since <= month.last).order_by(col(Plan.since).desc())
    if assigned is not None:
        query = query.where(Plan.code == assigned.plan_code)
    else:
        profile = work.session.get(PayProfile, person.id)
        post = profile.post if profile else ""
        if not post:
            return None
        query = query.where(Plan.post == post)
    found = work.session.exec(query).first()
    return found if found is not None and (found.until is None or found.until >= month.first) else None


def build_plan(work: Work, person: Person, month: Month, plan: Plan, rules: Policies) -> rules_of.Plan:
    """把方案填上这个人这个月的实绩与目标。"""
    indicators: list[rules_of.Indicator] = []
    for item in plan.items:
        row = work.session.get(Indicator, item["indicator"])
        if row is None:
            raise NotFound(
                "NO_INDICATOR", f"绩效方案“{plan.name}”用到的指标“{item['indicator']}”还没有定义。请 HR 补上。"
            )
        measured = MEASURES[row.source](work, person, month, (row, rules))
        indicators.append(
            rules_of.Indicator(
                code=row.code,
                label=row.name,
                weight=Decimal(item["weight"]),
                actual=measured.actual,
                target=measured.target,
                direction=Direction(row.direction),
                cap=Decimal(item["cap"]) if item.get("cap") else None,
                floor=Decimal(item["floor"]) if item.get("floor") else None,
                unit=row.unit,
                source=f"plan:{plan.code}@{plan.since.isoformat()}",
                evidence=measured.evidence,
                target_evidence=measured.target_evidence,
                labels=measured.labels,
            )
        )
    options = plan.rules
    return rules_of.Plan(
        tuple(indicators),
        missing=Missing(str(options.get("missing", "block"))),
        score_cap=_decimal(options.get("score_cap")),
        score_floor=_decimal(options.get("score_floor")),
        round_places=int(str(options["round_places"])) if options.get("round_places") is not None else None,
        rule=f"plan:{plan.code}@{plan.since.isoformat()}",
        formula=plan.formula,
    )


def _decimal(value: object) -> Decimal | None:
    return Decimal(str(value)) if value is not None else None


Measure = Callable[[Work, Person, Month, tuple[Indicator, Policies]], Measured]


def _deals(work: Work, person: Person, month: Month, about: tuple[Indicator, Policies]) -> Measured:
    """签单:当月签下、至今有效的金额(元);目标取该月最新一版。签单从未同步过为无数据。"""
    target = target_of(work, person, about[0].code, month)
    cursor = work.session.get(Cursor, "deals")
    if cursor is None or cursor.success_at is None:
        return Measured(None, target.value if target else None)
    rows = deals_in(work, person.userid, month)
    total = sum(row.amount.fen for row in rows)
    evidence = tuple(f"deal:{row.source_id}" for row in rows) or (f"deals:{person.userid}:{month}",)
    if target is None:
        return Measured(Decimal(total) / 100, None, evidence)
    return Measured(Decimal(total) / 100, target.value, evidence, (f"target:{target.id}",), target.revision)


def _ratings(work: Work, person: Person, month: Month, about: tuple[Indicator, Policies]) -> Measured:
    """满意度:当月评价的平均 = 合计 ÷ 份数(精确的比);一份也没有为无数据。"""
    rows = work.session.exec(
        select(Rating)
        .where(Rating.owner_userid == person.userid, Rating.rated_on >= month.first, Rating.rated_on <= month.last)
        .order_by(col(Rating.rated_on), col(Rating.source_id))
    ).all()
    if not rows:
        return Measured(None, None)
    total = sum((row.score for row in rows), Decimal(0))
    evidence = tuple(f"rating:{row.source_id}" for row in rows)
    return Measured(total, Decimal(len(rows)), evidence, (), labels=("评价合计", "评价份数"))


def _attendance(work: Work, person: Person, month: Month, about: tuple[Indicator, Policies]) -> Measured:
    """出勤率:实际出勤分钟 ÷ 应出勤分钟(已批的带薪假不另算)。"""
    found = months_of(work, [person], month, about[1])[0]
    planned = found.facts.planned_minutes
    if not planned:
        return Measured(None, None)
    evidence = tuple(e for name in ("absent", "late", "early", "leave") for e in found.facts.evidence.get(name, ()))
    evidence = evidence or (f"attendance:{person.userid}:{month}",)
    labels = ("实际出勤(分钟)", "应出勤(分钟)")
    return Measured(Decimal(found.facts.worked_minutes), Decimal(planned), evidence, (), labels=labels)


MEASURES: dict[str, Measure] = {"deals": _deals, "ratings": _ratings, "attendance": _attendance}
"""指标的来源:一种来源一个量法。"""


def deals_in(work: Work, userid: str, month: Month) -> list[Deal]:
    """某人某月签下、至今有效的签单。"""
    return list(
        work.session.exec(
            select(Deal)
            .where(
                Deal.owner_userid == userid,
                Deal.status == "signed",
                col(Deal.signed_on) >= month.first,
                col(Deal.signed_on) <= month.last,
            )
            .order_by(col(Deal.signed_on), col(Deal.source_id))
        )
    )


def target_of(work: Work, person: Person, indicator: str, month: Month) -> Target | None:
    """某人某指标某月的目标:最新一版。"""
    return work.session.exec(
        select(Target)
        .where(Target.person_id == person.id, Target.indicator == indicator, Target.month == str(month))
        .order_by(col(Target.revision).desc())
    ).first()


def locked_score(work: Work, person_id: int, month: Month) -> Score | None:
    """已锁定的得分,最新一版。"""
    return work.session.exec(
        select(Score)
        .where(Score.person_id == person_id, Score.month == str(month), Score.state == "locked")
        .order_by(col(Score.revision).desc())
    ).first()


def is_locked(work: Work, month: Month) -> bool:
    """这个月的绩效锁了没有(有任何一个人的得分已锁定)。"""
    return (
        work.session.exec(select(Score.id).where(Score.month == str(month), Score.state == "locked").limit(1)).first()
        is not None
    )


def _item_view(work: Work, indicator: rules_of.Indicator) -> ItemView:
    ratio = rules_of.ratio_of(indicator) if indicator.has_data else None
    average = indicator.unit == "rate"
    return ItemView(
        indicator.code,
        indicator.label,
        indicator.unit,
        "" if indicator.actual is None else f"{len(indicator.evidence)} 份评价" if average else f"{indicator.actual:f}",
        "" if indicator.target is None or average else f"{indicator.target:f}",
        percent_words(ratio) if ratio is not None else "",
        percent_words(Fraction(indicator.weight)),
        _revision(work, indicator),
        indicator.evidence,
        not indicator.has_data,
    )


def _revision(work: Work, indicator: rules_of.Indicator) -> int:
    """这个指标的目标现在是第几版;不需要目标的为 0。"""
    for one in indicator.target_evidence:
        kind, _, number = one.partition(":")
        row = work.session.get(Target, int(number)) if kind == "target" and number.isdigit() else None
        if row is not None:
            return row.revision
    return 0


def percent_words(ratio: Fraction) -> str:
    """给人看的百分比:最多两位小数;要精确的看来处。"""
    return f"{plain(ratio * 100, 2)}%"


def _no_plan(person: Person, month: Month) -> ScoreView:
    assert person.id is not None
    say = "您目前没有绩效方案,工资里没有绩效奖金这一项。如有疑问请联系 HR。"
    return ScoreView(person.id, person.name, str(month), "", "", "", "", "none", say, (), {})
