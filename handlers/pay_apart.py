"""另发的事实 pay apart:离职结算、年终奖、补发里一个人的输入:手工行、补差,离职的还有到最后一天的工资。

税按发放的那个月合起来算,减去那个月已经扣的;社保只在当月工资里扣一次。
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import EhrError, NotReady
from engine.money import Money
from engine.pay_facts import Adjustment, Note, PayFacts, Wage, from_json, to_json
from engine.pay_life import LOCKED, State
from handlers.company import company_of
from handlers.pay_archive import freeze_rules
from handlers.pay_arrears import NOTHING, Owed, owed
from handlers.pay_bonus import BONUS, BONUS_MERGED, BONUS_TAX, CLIFF, CLIFF_SAY, bonus_tax, in_cliff
from handlers.pay_facts import gather
from handlers.pay_prepare import clear, with_owed
from handlers.pay_records import no_work
from handlers.pay_rows import TAX_APART, apart_tax_of
from handlers.pay_seal import sealed
from handlers.pay_settled import SETTLED
from handlers.pay_steps import REGULAR
from handlers.pay_tax import tax_of
from models.pay import NOTED, PayExtra, PayFailure, PayInput, PayProfile, PayRun, Payslip
from models.people import Person
from models.work import Work

MEMBER = "member"
"""列入这一期而没有手工行的人。"""
OWN_CODES = (BONUS, BONUS_MERGED, *SETTLED)
"""自有编号的行:年终奖与采用的离职结算建议;别的手工行按行号编。"""


def freeze_apart(work: Work, row: PayRun, rules: Policies) -> None:
    """收齐并冻结另发的一期;收不齐的人记下原因,不影响别人。"""
    assert row.id is not None
    freeze_rules(work, row, rules)
    clear(work, row)
    extras = extras_of(work, row.id)
    people = list(work.session.exec(select(Person).where(col(Person.id).in_(list(extras))).order_by(col(Person.id))))
    more = owed(work, row, people, rules) if row.kind != "bonus" else {}
    texts: list[str] = []
    for person in people:
        assert person.id is not None
        try:
            facts = _facts(work, row, person, (extras[person.id], more.get(person.id, NOTHING)), rules)
        except EhrError as lacking:
            work.session.add(PayFailure(run_id=row.id, person_id=person.id, code=lacking.code, say=lacking.say))
            continue
        work.session.add_all(more.get(person.id, NOTHING).corrections)
        texts.append(to_json(facts))
        work.session.add(PayInput(run_id=row.id, person_id=person.id, facts=texts[-1]))
    sealed(texts, row.rules_version).keep(row)
    row.state = str(State.PREPARED)
    work.session.add(row)
    work.session.flush()


def extras_of(work: Work, run_id: int) -> dict[int, list[PayExtra]]:
    """一期的手工行:人 → 各行,按填的先后。"""
    found: dict[int, list[PayExtra]] = {}
    for one in work.session.exec(select(PayExtra).where(PayExtra.run_id == run_id).order_by(col(PayExtra.id))):
        found.setdefault(one.person_id, []).append(one)
    return found


def _facts(
    work: Work, row: PayRun, person: Person, given: tuple[Sequence[PayExtra], Owed], rules: Policies
) -> PayFacts:
    extras, more = given
    lines = tuple(line for one in extras for line in adjustment(one, Month.parse(row.pay_month), rules))
    base = _wages(work, row, person, rules) if row.kind == "leaver" else None
    facts = base or bare_facts(work, row, person, rules)
    day = Month.parse(row.pay_month).first
    cliff = any(one.code == BONUS and in_cliff(one.amount.fen, day, rules) for one in extras)
    notes = (*facts.notes, Note(CLIFF, "warn", CLIFF_SAY)) if cliff else facts.notes
    return with_owed(facts._replace(adjustments=(*facts.adjustments, *lines), notes=notes), more)


def bare_facts(work: Work, row: PayRun, person: Person, rules: Policies) -> PayFacts:
    """没有当月工资、不扣社保的一张:只有手工行与补差。"""
    profile = work.session.get(PayProfile, person.id)
    tax = tax_of(work, person, Month.parse(row.pay_month), rules)
    assert profile is not None
    period = company_of(work).period(Month.parse(row.month), rules)
    records, past = no_work(rules, Month.parse(row.month))
    return PayFacts(
        person=person.userid,
        unit=company_of(work).unit,
        month=row.month,
        pay_month=row.pay_month,
        city=profile.city,
        wages=(Wage(1, 0, (f"run:{row.id}",)),),
        last_day=period.number(period.last),
        tax=tax,
        has_bank=bool(profile.bank_account_masked),
        since="" if period.whole_month else str(period.first),
        records=records,
        past=past,
    )


def _wages(work: Work, row: PayRun, person: Person, rules: Policies) -> PayFacts | None:
    """离职的人到最后一天的工资;常规那一期已经锁住他的,不再发一次(空)。"""
    month = Month.parse(row.month)
    last = person.last_work_day
    if last is None or last not in month:
        raise NotReady("NOT_LEAVING", f"{person.name} 没有在 {month.label} 的最后工作日。请先在花名册里登记离职。")
    if in_regular(work, row.month, person.id or 0):
        return None
    (found,) = gather(work, [person], month, rules)
    if found.facts is None:
        code, say = found.failure or ("NOT_READY", "")
        raise NotReady(code, say)
    if found.missing_days:
        raise NotReady(
            "DAYS_MISSING", f"{person.name} 还有 {len(found.missing_days)} 天的考勤没有读到。请等读到后再算。"
        )
    return found.facts._replace(pay_month=row.pay_month, tax=tax_of(work, person, Month.parse(row.pay_month), rules))


def in_regular(work: Work, month: str, person_id: int) -> bool:
    """这个人这个月的工资已经锁在常规的一期里。"""
    states = [str(s) for s in LOCKED]
    found = work.session.exec(
        select(PayInput.person_id)
        .join(PayRun, col(PayRun.id) == col(PayInput.run_id))
        .where(
            PayInput.person_id == person_id,
            PayRun.month == month,
            PayRun.kind == REGULAR,
            col(PayRun.state).in_(states),
        )
    ).first()
    return found is not None


def adjustment(one: PayExtra, pay_month: Month, rules: Policies) -> tuple[Adjustment, ...]:
    """手工的一行 → 工资条的行;单独计税的年终奖另有一行它的税。"""
    if one.code == MEMBER:
        return ()
    evidence = (f"extra:{one.id}",)
    code = one.code if one.code in OWN_CODES else f"{one.code}_{one.id}"
    line = Adjustment(code, one.label, one.section, one.amount.fen, one.taxed, one.reason, evidence)
    if one.code != BONUS:
        return (line,)
    tax = Money(bonus_tax(one.amount.fen, pay_month.first, rules))
    why = f"全年一次性奖金单独计税({rules.bonus.rule_id(pay_month.first)}):按奖金除以 12 找税率"
    return (line, Adjustment(BONUS_TAX, "全年一次性奖金个税", "tax", -tax.fen, False, why, evidence))


def finish(work: Work, row: PayRun) -> None:
    """另发的一期算好之后:没有当月工资的不提醒最低工资;单独计的税(年终奖、经济补偿)记进合计。"""
    _quiet(work, row)
    found = work.session.exec(select(PayInput.facts).where(PayInput.run_id == row.id, col(PayInput.person_id).in_(
        select(Payslip.person_id).where(Payslip.run_id == row.id))))  # fmt: skip
    apart = sum(apart_tax_of(from_json(one).adjustments) for one in found)
    if apart:
        row.totals = {**row.totals, TAX_APART: apart}
        work.session.add(row)
    work.session.flush()


def _quiet(work: Work, row: PayRun) -> None:
    """没有当月工资的一张不与最低工资比:去掉这一条提醒。"""
    for slip in work.session.exec(select(Payslip).where(Payslip.run_id == row.id, text(NOTED))).all():
        kept = work.session.get(PayInput, (row.id, slip.person_id))
        if kept is not None and not any(w.fen for w in from_json(kept.facts).wages):
            notes = [n for n in json.loads(slip.exceptions) if n[0] != "BELOW_MINIMUM_WAGE"]
            slip.exceptions = json.dumps(notes, ensure_ascii=False, separators=(",", ":"))
            work.session.add(slip)
    work.session.flush()
