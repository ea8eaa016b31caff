"""请假的工资影响 leave cost:一份请假预计扣多少,与之后工资条上的那一行同一个算法(含与不含各算一遍,取差)。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from config.policies import Policies
from engine.days import Month
from engine.errors import NotFound
from engine.leave import show_span
from engine.money import Money
from engine.pay import compute
from engine.pay_explain import Explainer
from engine.pay_facts import LeaveTaken, PayFacts, as_pair
from engine.pay_items import Section
from handlers.actor import Actor
from handlers.leave_book import span_of
from handlers.pay_compute import rules_for
from handlers.payslip import load
from handlers.people import person_of
from models.leave import LeaveRequest
from models.work import Work


@dataclass(frozen=True, slots=True)
class LeaveCost:
    """问自己的一份请假预计扣多少。"""

    request_id: int


@dataclass(frozen=True, slots=True)
class CostView:
    """预计的影响:show "−¥229.89"(不扣为 "¥0.00");month 算在哪个月;traces 各行的来处(JSON)。"""

    request_id: int
    month: str
    amount: str
    show: str
    say: str
    traces: tuple[dict[str, object], ...]


def cost(work: Work, command: LeaveCost, rules: Policies, actor: Actor) -> CostView:
    """本人看自己的;跨月的只看开始那个月。"""
    row = work.session.get(LeaveRequest, command.request_id)
    if row is None or row.person_id != actor.person_id:
        raise NotFound("NO_REQUEST", "没有找到这份请假申请。请到“我的请假”里查看最新的记录。")
    person = person_of(work, row.person_id)
    month = Month.of(row.start)
    current = load(work, person, month, rules).facts
    mark = f"leave:{row.id}"
    counted = any(mark in taken.evidence for taken in current.leaves)
    with_it = current if counted else _adding(current, row, mark)
    without = _removing(with_it, row, mark)
    pay_rules = rules_for(work, rules, month)
    after, before = compute(with_it, pay_rules), compute(without, pay_rules)
    codes = [x.code for x in after.lines if x.section in (Section.EARNING, Section.DEDUCTION)]
    explainer = Explainer(with_it, pay_rules)
    old = {x.code: x.amount for x in before.lines}
    new = {x.code: x.amount for x in after.lines}
    changed = [c for c in codes if old.get(c, Money(0)) != new[c]]
    effect = after.gross - before.gross
    words = f"预计 {month.label} 应发{'减少' if effect.fen < 0 else '不变'}"
    return CostView(
        command.request_id,
        str(month),
        effect.yuan(),
        effect.show(),
        f"{show_span(span_of(row))}:{words}",
        tuple(explainer.line(c).to_json() for c in changed),
    )


def _days_in(row: LeaveRequest, month: Month) -> Fraction:
    days = Fraction(0)
    for text, (halves, minutes) in row.by_date.items():
        if date.fromisoformat(text) in month:
            days += Fraction(halves, 2) if row.unit != "hour" else Fraction(minutes, 480)
    return days


def _adding(facts: PayFacts, row: LeaveRequest, mark: str) -> PayFacts:
    days = _days_in(row, Month.of(row.start))
    one = LeaveTaken(row.type, as_pair(days), row.start.day, show_span(span_of(row)), (mark,))
    same = [t for t in facts.leaves if t.kind == row.type]
    if not same:
        return facts._replace(leaves=(*facts.leaves, one))
    merged = same[0]._replace(
        days=as_pair(Fraction(*same[0].days) + days),
        when=f"{same[0].when}、{one.when}",
        evidence=(*same[0].evidence, mark),
    )
    return facts._replace(leaves=tuple(merged if t is same[0] else t for t in facts.leaves))


def _removing(facts: PayFacts, row: LeaveRequest, mark: str) -> PayFacts:
    days = _days_in(row, Month.of(row.start))
    kept: list[LeaveTaken] = []
    for taken in facts.leaves:
        if mark not in taken.evidence:
            kept.append(taken)
            continue
        rest = Fraction(*taken.days) - days
        if rest > 0:
            kept.append(
                taken._replace(days=as_pair(rest), evidence=tuple(e for e in taken.evidence if e != mark))
            )
    return facts._replace(leaves=tuple(kept))
