"""写一版得分 performance write:校准、更正、申诉成立都走这里——锁住、看清最新的一版、写新的一版、告诉发薪。"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from config.policies import Policies
from engine.errors import BadInput, NotFound
from engine.performance_change import Change, changed, check, with_items
from engine.performance_cycle import Cycle
from handlers import freshness
from handlers.actor import Actor
from handlers.freshness import PUBLISHING, touch
from handlers.outbox import post
from handlers.people import person_of
from handlers.performance import fresh
from handlers.performance_book import Version, add, guard_seen, mark, overrides_of, standing_of
from handlers.performance_facts import About
from handlers.performance_pay import months_paid
from handlers.performance_plan import build_plan, plan_of_cycle
from models.people import Person
from models.performance import Plan, Score
from models.work import Work


@dataclass(frozen=True, slots=True)
class Matter:
    """改谁的哪个周期:plan 用的方案。"""

    person: Person
    cycle: Cycle
    plan: Plan
    rules: Policies

    @property
    def person_id(self) -> int:
        assert self.person.id is not None
        return self.person.id


def matter_of(work: Work, person_id: int, cycle: str, rules: Policies) -> Matter:
    """一个人一个周期;没有方案报 NO_PLAN。"""
    person, when = person_of(work, person_id), Cycle.parse(cycle)
    plan = plan_of_cycle(work, person, when, rules)
    if plan is None:
        raise NotFound("NO_PLAN", f"{person.name}在{when.label}没有这样的绩效方案。请换一个周期再试。")
    return Matter(person, when, plan, rules)


def hold(work: Work, matter: Matter) -> None:
    """锁住:与发布互让,同一个人同一个周期一次一个人改。"""
    work.lock(PUBLISHING, shared=True)
    work.lock(f"score:{matter.person_id}:{matter.cycle}")


def write_change(work: Work, matter: Matter, change: Change, how: tuple[str, int], actor: Actor) -> Score:
    """写新的一版。how 是(origin, 您看到的第几版);别人先改过报 SCORE_CHANGED。调用前要先 hold。

    已锁定的,新的一版也是锁定的;已发布的月份记一条迟到的事实,下一期出一行差额;开着的月份重算时就用新的一版。
    """
    origin, seen = how
    row = guard_seen(work, matter.person, matter.cycle, seen)
    revision = (row.revision if row is not None else 0) + 1
    change = replace(change, evidence=mark(matter.person_id, matter.cycle, revision))
    filled = build_plan(work, matter.plan, About(matter.person, matter.cycle, matter.rules))
    decided = overrides_of(row)
    filled = replace(filled, plan=with_items(filled.plan, decided))
    check(filled.plan, change)
    before = standing_of(row) if row is not None else fresh(filled)[0]
    if change.kind == "item":
        if filled.problem is not None:
            raise filled.problem
        decided = {**decided, change.item: (change.value or Fraction(0), change.evidence)}
    result = changed(with_items(filled.plan, decided), before, change)
    version = Version(
        result,
        matter.plan.code,
        "locked" if row is not None and row.state == "locked" else "calibrated",
        origin,
        "item" if change.kind == "item" else "total",
        decided,
        change.reason,
        actor.userid,
    )
    written = add(work, matter.person_id, matter.cycle, version)
    tell_pay(work, matter, ("appeal" if origin == "appeal" else "score", written.revision), change.title)
    return written


def tell_pay(work: Work, matter: Matter, what: tuple[str, int], title: str) -> int:
    """告诉发薪:用这个得分的各月里已经发布的,各记一条迟到的事实。what 是(种类, 第几版)。"""
    kind, revision = what
    say = f"{matter.cycle.label}绩效得分有新的一版(第 {revision} 版,{title})"
    source = f"score:{matter.person_id}:{matter.cycle}"
    changes = [
        freshness.Change(matter.person_id, month.first, kind, source, str(revision), say)
        for month in months_paid(matter.cycle, matter.person, matter.rules)
    ]
    return touch(work, changes)


def tell_person(work: Work, matter: Matter, key: str, title: str, text: str) -> None:
    """告诉本人(不含金额),链接到绩效页;已离职的不打扰。"""
    if matter.person.status != "active":
        return
    payload: dict[str, object] = {
        "to": matter.person.userid,
        "title": title,
        "markdown": text,
        "link": f"/m/performance?month={matter.cycle.months[-1]}",
        "link_text": "查看我的绩效",
    }
    post(work, "say", key, payload, "performance")


def percent_in(text: str, label: str) -> Fraction:
    """人填的百分数:"115%" 与 "115" 都是百分之一百一十五;不是数、小数过长报 BAD_SCORE。"""
    written = text.replace("\uff05", "%").strip().removesuffix("%").strip()
    try:
        value = Decimal(written)
    except InvalidOperation:
        raise BadInput("BAD_SCORE", f"“{label}”不是数字。请填写百分数,例如 115%。") from None
    if not value.is_finite() or abs(value) > MOST_PERCENT or value != value.quantize(Decimal("0.000001")):
        raise BadInput("BAD_SCORE", f"“{label}”要是通常大小的百分数,最多六位小数,例如 115.5%。")
    return Fraction(value) * Fraction(1, 100)


MOST_PERCENT = 10**6
