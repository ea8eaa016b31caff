"""请假的工资影响 leave cost:一份请假预计扣多少,与之后工资条上的那一行同一个算法(含与不含各算一遍,取差)。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from config.policies import Policies
from engine.days import Month
from engine.errors import NotFound
from engine.leave import show_span
from engine.money import Money
from engine.pay import Slip, compute
from engine.pay_evidence import LEAVE
from engine.pay_explain import Explainer
from engine.pay_facts import LeaveTaken, PayFacts, as_pair
from engine.pay_items import Section
from handlers.actor import Actor
from handlers.leave_book import span_of
from handlers.payslip import Loaded, load
from handlers.people import person_of
from models.leave import LeaveRequest
from models.work import Work


@dataclass(frozen=True, slots=True)
class LeaveCost:
    """问自己的一份请假预计扣多少。"""

    request_id: int


@dataclass(frozen=True, slots=True)
class CostLine:
    """变了的一行:before 不请这份假时,after 请了之后,change 相差;各行相差之和就是合计。"""

    code: str
    label: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True)
class CostView:
    """预计的影响:show "−¥229.89"(不扣为 "¥0.00");month 算在哪个月;traces 各行的来处(JSON);lines 变了的各行。"""

    request_id: int
    month: str
    amount: str
    show: str
    say: str
    traces: tuple[dict[str, object], ...]
    lines: tuple[CostLine, ...] = ()


def cost(work: Work, command: LeaveCost, rules: Policies, actor: Actor) -> CostView:
    """本人看自己的;跨月的只看开始那个月。

    含与不含各取一遍(考勤、假、餐补都跟着变),所以与之后工资条上的差一分不差;试的那一遍在保存点里,试完退回。
    """
    row = work.session.get(LeaveRequest, command.request_id)
    if row is None or row.person_id != actor.person_id:
        raise NotFound("NO_REQUEST", "没有找到这份请假申请。请到“我的请假”里查看最新的记录。")
    person, month = person_of(work, row.person_id), Month.of(row.start)
    current = load(work, person, month, rules)
    if current.run is not None:
        with_it, without = current, _without(current, row)
    else:
        with_it = _as_if(work, row, "approved", lambda: load(work, person, month, rules))
        without = _as_if(work, row, "draft", lambda: load(work, person, month, rules))
    return _view(row, with_it, without)


def _as_if(work: Work, row: LeaveRequest, state: str, look: Callable[[], Loaded]) -> Loaded:
    """假如这份申请是 state:改了看一眼,退回保存点。"""
    with work.as_if():
        row.state = state
        work.session.flush()
        return look()


def _view(row: LeaveRequest, with_it: Loaded, without: Loaded) -> CostView:
    month = Month.of(row.start)
    after, before = with_it.slip, without.slip
    old = {x.code: x.amount for x in before.lines}
    codes = [x.code for x in after.lines if x.section in (Section.EARNING, Section.DEDUCTION)]
    changed = [x.code for x in after.lines if x.code in codes and old.get(x.code, Money(0)) != x.amount]
    explainer = Explainer(with_it.facts, with_it.rules)
    effect = after.gross - before.gross
    words = "减少" if effect.fen < 0 else "增加" if effect.fen > 0 else "不变"
    assert row.id is not None
    return CostView(
        row.id,
        str(month),
        effect.yuan(),
        effect.show(),
        f"{show_span(span_of(row))}:预计 {month.label} 应发{words}",
        tuple(explainer.line(c).to_json() for c in changed),
        _lines(before, after),
    )


def _lines(before: Slip, after: Slip) -> tuple[CostLine, ...]:
    """应发里变了的各行,变得多的在前;一边没有的按零。"""
    counted = (Section.EARNING, Section.DEDUCTION)
    was, now = ({x.code: x for x in slip.lines if x.section in counted} for slip in (before, after))
    found: list[tuple[int, CostLine]] = []
    for code, line in (now | was).items():
        old = was[code].amount if code in was else Money(0)
        new = now[code].amount if code in now else Money(0)
        change = new - old
        if change.fen:
            sign = "+" if change.fen > 0 else ""
            one = CostLine(code, line.label, old.show(), new.show(), f"{sign}{change.show()}")
            found.append((-abs(change.fen), one))
    return tuple(one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].code)))


def _without(published: Loaded, row: LeaveRequest) -> Loaded:
    """已发布的月份:从冻结的输入里去掉这一份再算(那个月已结算,考勤不再变)。"""
    facts = _removing(published.facts, row, f"leave:{row.id}")
    return replace(published, facts=facts, slip=compute(facts, published.rules))


def _days_in(row: LeaveRequest, month: Month) -> Fraction:
    days = Fraction(0)
    for text, (halves, minutes) in row.by_date.items():
        if date.fromisoformat(text) in month:
            days += Fraction(halves, 2) if row.unit != "hour" else Fraction(minutes, 480)
    return days


def _removing(facts: PayFacts, row: LeaveRequest, mark: str) -> PayFacts:
    days = _days_in(row, Month.of(row.start))
    kept: list[LeaveTaken] = []
    for taken in facts.leaves:
        if mark not in taken.evidence:
            kept.append(taken)
            continue
        rest = Fraction(*taken.days) - days
        if rest > 0:
            kept.append(taken._replace(days=as_pair(rest), evidence=tuple(e for e in taken.evidence if e != mark)))
    records = tuple(
        one._replace(rows=tuple(row for row in one.rows if mark not in row.evidence)) if one.kind == LEAVE else one
        for one in facts.records
    )
    return facts._replace(leaves=tuple(kept), records=records)
