"""一个周期的总览 performance overview:每个人的得分与等级、缺数据的名单、等级分布与建议、开着的申诉、能不能锁定。

HR 看全公司,上级看自己的团队。分布只检查、只建议,从不改任何人的得分。
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlmodel import select

from config.policies import Policies
from engine.errors import NotReady
from engine.figures import fixed
from engine.performance_change import Standing
from engine.performance_cycle import LABELS, Cycle
from engine.performance_distribution import Graded, Share, shares
from handlers.actor import Actor
from handlers.people import brief, team_of
from handlers.performance import current, percent_words
from handlers.performance_book import newest_of_cycle, standing_of
from handlers.performance_facts import About
from handlers.performance_lock import check_finished, members
from handlers.performance_plan import plan_terms
from models.performance import Appeal, Plan, Score
from models.work import Work


@dataclass(frozen=True, slots=True)
class CycleOf:
    """问一个周期,如 "2026-10"、"2026-Q4"、"2026"。"""

    cycle: str


@dataclass(frozen=True, slots=True)
class PersonScore:
    """一个人:state preview | calibrated | locked | missing;say 算不出来的原因;appeals 开着的申诉编号。"""

    person_id: int
    name: str
    title: str
    department: str
    plan_code: str
    plan_name: str
    score: str
    score_exact: str
    grade: str
    state: str
    say: str
    revision: int
    appeals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GradeShare:
    """一个等级:count 几人,allowed 最多几人(空为不限),over 超出几人;suggest 建议降到 lower 的姓名,tied 同分要人来定的。"""

    grade: str
    count: int
    limit: str
    allowed: int | None
    over: int
    suggest: tuple[str, ...]
    tied: tuple[str, ...]
    lower: str


@dataclass(frozen=True, slots=True)
class Group:
    """一个方案的人:people 有等级的人数。"""

    plan_code: str
    plan_name: str
    people: int
    shares: tuple[GradeShare, ...]


@dataclass(frozen=True, slots=True)
class CycleView:
    """总览:missing 算不出来的几人;locked 已锁几人;can_lock 这位现在可以锁;wait 为什么还不能锁。"""

    cycle: str
    label: str
    kind_label: str
    previous: str
    following: str
    rows: tuple[PersonScore, ...]
    groups: tuple[Group, ...]
    missing: tuple[PersonScore, ...]
    locked: int
    appeals: int
    whole: bool
    can_lock: bool
    wait: str


def overview(work: Work, command: CycleOf, rules: Policies, actor: Actor) -> CycleView:
    """一个周期的总览。"""
    cycle = Cycle.parse(command.cycle)
    whole = actor.has("hr")
    people = members(work, cycle, rules)
    if not whole:
        team = {p.id for p in team_of(work, actor.userid)}
        people = [(about, plan) for about, plan in people if about.person.id in team]
    known = _Known(_appeals(work, cycle), newest_of_cycle(work, cycle))
    found = [_row(work, about, plan, known) for about, plan in people]
    rows = tuple(sorted((row for row, _ in found), key=_order))
    locked = sum(row.state == "locked" for row in rows)
    wait = _wait(work, cycle, [plan for _, plan in people]) if whole else ""
    return CycleView(
        str(cycle),
        cycle.label,
        LABELS[cycle.kind],
        str(cycle.plus(-1)),
        str(cycle.plus(1)),
        rows,
        _groups(found, people) if people else (),
        tuple(row for row in rows if row.state == "missing"),
        locked,
        sum(len(row.appeals) for row in rows),
        whole,
        whole and not wait and locked < len(rows),
        wait,
    )


def _order(row: PersonScore) -> tuple[bool, Fraction, int]:
    """缺数据的在前,其余得分高的在前。"""
    return row.state != "missing", -Fraction(row.score_exact or "0"), row.person_id


def _wait(work: Work, cycle: Cycle, plans: list[Plan]) -> str:
    try:
        check_finished(work, cycle, plans)
    except NotReady as early:
        return early.say
    return ""


def _appeals(work: Work, cycle: Cycle) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in work.session.exec(select(Appeal).where(Appeal.cycle == str(cycle), Appeal.state == "open")):
        found[row.person_id].append(row.id or 0)
    return found


Found = tuple[PersonScore, Standing | None]


@dataclass(frozen=True, slots=True)
class _Known:
    """一次读出的:开着的申诉与各人最新的一版。"""

    appeals: dict[int, list[int]]
    newest: dict[int, Score]


def _row(work: Work, about: About, plan: Plan, known: _Known) -> Found:
    """一个人的一行:有定下的一版就用它(不再量一遍),没有就现算。"""
    person = about.person
    assert person.id is not None
    row = known.newest.get(person.id)
    if row is not None:
        result: Standing | None = standing_of(row)
        say = ""
    else:
        found = current(work, plan, about)
        result, say = found.standing, found.lacking.say if found.lacking is not None else ""
    short = brief(work, person)
    made = PersonScore(
        short.person_id,
        person.name,
        person.title,
        short.department,
        plan.code,
        plan.name,
        percent_words(result.value) if result is not None else "",
        fixed(result.value, 6) if result is not None else "",
        result.band.grade if result is not None and result.band is not None else "",
        row.state if row is not None else "preview" if result is not None else "missing",
        say,
        row.revision if row is not None else 0,
        tuple(known.appeals.get(person.id, ())),
    )
    return made, result


def _groups(found: list[Found], people: list[tuple[About, Plan]]) -> tuple[Group, ...]:
    """按方案看分布;没有等级的方案不列。"""
    by_plan: dict[str, list[Found]] = defaultdict(list)
    plans = {plan.code: plan for _, plan in people}
    for one in found:
        by_plan[one[0].plan_code].append(one)
    about = people[0][0]
    return tuple(
        _group(plans[code], by_plan[code], about) for code in sorted(by_plan) if plans[code].rules.get("bands")
    )


def _group(plan: Plan, found: list[Found], about: About) -> Group:
    terms = plan_terms(plan, about)
    graded = [
        Graded(row.person_id, result.value, result.band.grade)
        for row, result in found
        if result is not None and result.band is not None
    ]
    names = {row.person_id: row.name for row, _ in found}
    limits = dict(terms.limits)
    made = tuple(_share(one, names, limits) for one in shares(graded, terms.bands, limits))
    return Group(plan.code, plan.name, len(graded), made)


def _share(one: Share, names: dict[int, str], limits: dict[str, Decimal]) -> GradeShare:
    limit = limits.get(one.grade)
    return GradeShare(
        one.grade,
        one.count,
        percent_words(Fraction(limit)) if limit is not None else "",
        one.allowed,
        one.over,
        tuple(names[p] for p in one.suggest),
        tuple(names[p] for p in one.tied),
        one.lower,
    )
