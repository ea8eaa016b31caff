"""发布之后 pay publish:与发布同一事务写下个税台账、锁定绩效得分、回执,并告诉每个人(不含金额)。"""

from __future__ import annotations

from sqlmodel import select

from config.policies import Policies
from engine.days import Month
from engine.money import ZERO, Money
from engine.pay import Slip, compute
from engine.pay_facts import PayFacts, from_json
from handlers.company import company_of
from handlers.outbox import post
from handlers.pay_compute import rules_for
from handlers.performance_pay import lock_paid
from models.pay import PayInput, PayRun, SlipReceipt, TaxLedger
from models.people import Person
from models.work import Work


def settle_publication(work: Work, row: PayRun, rules: Policies) -> None:
    """写下发布带来的一切。"""
    assert row.id is not None
    pay_rules = rules_for(work, rules, Month.parse(row.month))
    told: list[str] = []
    for one in work.session.exec(select(PayInput).where(PayInput.run_id == row.id)).all():
        facts = from_json(one.facts)
        _ledger(work, row, one.person_id, (facts, compute(facts, pay_rules)))
        if facts.score is not None:
            lock_paid(work, [(one.person_id, facts.score)], Month.parse(row.month), rules, row.published_by)
        work.session.add(SlipReceipt(run_id=row.id, person_id=one.person_id))
        person = work.session.get(Person, one.person_id)
        if person is not None and person.status == "active":
            told.append(person.userid)
    _tell(work, row, told)
    work.session.flush()


def _ledger(work: Work, row: PayRun, person_id: int, one: tuple[PayFacts, Slip]) -> None:
    """个税台账:发放的那个月一行,零税也有一行。"""
    facts, slip = one
    pay_month = Month.parse(row.pay_month)
    work.session.add(
        TaxLedger(
            unit=facts.unit,
            person_id=person_id,
            tax_year=pay_month.year,
            month=pay_month.month,
            income=Money(slip.taxable_income),
            tax_free=ZERO,
            insurance=Money(slip.deductible),
            special_additional=Money(facts.tax.new_special),
            other=Money(facts.tax.new_other),
            withheld=Money(slip.tax_fen),
            source=f"run:{row.id}",
        )
    )


def _tell(work: Work, row: PayRun, told: list[str]) -> None:
    """告诉每个在职的人:工资条发了,点开看;不带金额。"""
    label, pay_month = Month.parse(row.month).label, Month.parse(row.pay_month)
    payload: dict[str, object] = {
        "to": told,
        "title": "工资条",
        "text": f"您 {label} 的工资条已经发布,将于 {pay_month.month}月{company_of(work).pay_day}日 发放。"
        "点开可以看到每一项是怎么算的;有疑问可以在里面直接提出。",
        "link": f"/m/payslips/{row.month}",
        "link_text": "查看工资条",
    }
    post(work, "notice", f"payslip:{row.id}", payload, f"payrun:{row.id}")
