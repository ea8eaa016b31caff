"""绩效进工资 performance pay:某个月的工资用哪个周期的得分(政策 performance.pay_month),用它最新的一版。"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from config.policies import Policies
from engine.days import Month
from engine.errors import BadInput, EhrError, NotFound, NotReady
from engine.pay_facts import Scored, as_pair
from engine.performance import Band
from engine.performance_change import Standing
from engine.performance_cycle import Cycle, CycleKind, PayMonth, paid_in, pay_months
from engine.trace import Trace
from handlers.people import person_of
from handlers.performance import current
from handlers.performance_book import Version, add, newest, overrides_of, standing_of
from handlers.performance_facts import About
from handlers.performance_plan import plan_for, plan_of_cycle, plan_terms
from models.people import Person
from models.performance import Plan
from models.work import Work

CAN_WAIT = ("MISSING_DATA",)
"""这样的算不出来,是缺数据:发薪时指名拦住;别的(目标为零、没有等级)是这个人算不出来。"""


@dataclass(frozen=True, slots=True)
class PaidBy:
    """这个月的工资用的方案与周期。"""

    plan: Plan
    cycle: Cycle


def pay_policy(rules: Policies, month: Month) -> PayMonth:
    """季度、年度的得分用在哪个月。"""
    return PayMonth(rules.switches["performance.pay_month"].on(month.first))


def paid_cycle(work: Work, person: Person, month: Month, rules: Policies) -> PaidBy | None:
    """这个月的工资用哪个周期的得分;没有方案,或不是用它的月份,为 None。

    周期没过完就离职的,用在最后在职的那个月(以后没有工资可用了)。
    """
    plan = plan_for(work, person, month)
    if plan is None:
        return None
    kind, how = CycleKind(plan.cycle), pay_policy(rules, month)
    here = Cycle.of(kind, month)
    cycle = paid_in(kind, month, how)
    left = person.last_work_day
    if left is not None and how is PayMonth.LAST and left <= month.last:
        cycle = here if left in month else None
    if cycle is None:
        return None
    used = plan if kind is CycleKind.MONTH else plan_of_cycle(work, person, cycle, rules)
    return PaidBy(used, cycle) if used is not None else None


def months_paid(cycle: Cycle, person: Person, rules: Policies) -> tuple[Month, ...]:
    """这个周期的得分用在哪几个月的工资;与 paid_cycle 互为反面。"""
    how = pay_policy(rules, cycle.months[-1])
    months = pay_months(cycle, how)
    left = person.last_work_day
    if left is None or how is PayMonth.NEXT or left not in cycle:
        return months
    return (Month.of(left),)


def score_for_pay(work: Work, person: Person, month: Month, rules: Policies) -> tuple[Scored | None, tuple[str, ...]]:
    """(工资用的得分, 没有数据的指标名字);不用得分的月份两样都空。

    缺数据给出名字,发薪时拦住,从不当零;目标为零之类报 NotReady(只算这个人算不出来)。
    """
    used = paid_cycle(work, person, month, rules)
    if used is None:
        return None, ()
    assert person.id is not None
    row = newest(work, person.id, used.cycle)
    result, lacking = (standing_of(row), None) if row is not None else _fresh(work, person, used, rules)
    if result is None:
        lacking = lacking or EhrError("MISSING_DATA", "")
        if lacking.code in CAN_WAIT:
            return None, tuple(lacking.details.get("labels", "绩效").split("、"))
        raise NotReady(lacking.code, f"{person.name}的绩效得分算不出来:{lacking.say}", lacking.details)
    told = _told(result.trace, used, month, rules)
    trace = json.dumps(told.to_json(), ensure_ascii=False, separators=(",", ":"))
    return Scored(as_pair(result.value), as_pair(result.multiplier), trace), ()


def _told(trace: Trace, used: PaidBy, month: Month, rules: Policies) -> Trace:
    """季度、年度的得分,来处里说明为什么用在这个月;已经说过的不再说。"""
    if used.cycle.kind is CycleKind.MONTH:
        return trace
    rule = rules.switches["performance.pay_month"].rule_id(month.first)
    why = f"{used.cycle.label}的得分用在{month.label}的工资({rule})"
    return trace if why in trace.say else replace(trace, say=f"{trace.say};{why}")


def _fresh(work: Work, person: Person, used: PaidBy, rules: Policies) -> tuple[Standing | None, EhrError | None]:
    """没有定下的一版:由依据现算。"""
    try:
        found = current(work, used.plan, About(person, used.cycle, rules))
    except (NotFound, BadInput) as problem:  # 方案或指标写坏了:只算这个人算不出来,不连累别人
        return None, problem
    return found.standing, found.lacking


def lock_paid(work: Work, paid: Sequence[tuple[int, Scored]], month: Month, rules: Policies, by: str = "") -> int:
    """发布时锁定用到的得分:已锁的不动,没锁的照发出去的写成锁定的一版。返回新锁了几个。"""
    count = 0
    for person_id, scored in paid:
        used = paid_cycle(work, person_of(work, person_id), month, rules)
        if used is None:
            continue
        row = newest(work, person_id, used.cycle)
        if row is not None and row.state == "locked":
            continue
        decided = row.decided if row is not None else ""
        grade = row.grade if row is not None else ""
        result = _standing(scored, used.cycle, _grade(work, used, person_id, (scored, grade), rules))
        add(
            work,
            person_id,
            used.cycle,
            Version(result, used.plan.code, "locked", "lock", decided, overrides_of(row), "", by),
        )
        count += 1
    return count


def _standing(scored: Scored, cycle: Cycle, band: Band | None) -> Standing:
    """发出去的得分;来处里“用在哪个月”是那个月的话,不随得分存下。"""
    trace = Trace.from_json(json.loads(scored.trace)) if scored.trace else Trace("绩效得分", "", "rate")
    trace = replace(trace, say=trace.say.partition(f";{cycle.label}的得分用在")[0])
    return Standing(Fraction(*scored.value), band, trace)


def _grade(work: Work, used: PaidBy, person_id: int, known: tuple[Scored, str], rules: Policies) -> Band | None:
    """发出去的倍数是哪个等级的:先看定下的等级,再看得分落在哪一档。"""
    scored, grade = known
    person = person_of(work, person_id)
    bands = plan_terms(used.plan, About(person, used.cycle, rules)).bands
    factor, value = Fraction(*scored.multiplier), Fraction(*scored.value)
    mine = [b for b in bands if b.grade == grade] or [b for b in bands if Fraction(b.minimum) <= value]
    return next((b for b in sorted(mine, key=lambda b: b.minimum, reverse=True) if b.factor == factor), None)
