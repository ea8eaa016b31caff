"""发布之后 pay publish:与发布同一事务写下个税台账、锁定绩效得分、回执,并告诉每个人(不含金额)。"""

from __future__ import annotations

import json
from decimal import Decimal, localcontext

from sqlalchemy import insert
from sqlmodel import select

from config.policies import Policies
from engine.arrears import HELD
from engine.days import Month
from engine.money import ZERO, Money
from engine.pay import Slip, compute
from engine.pay_facts import PayFacts, Scored, from_json
from handlers.company import company_of
from handlers.outbox import post
from handlers.pay_archive import rules_of
from handlers.pay_arrears import settle
from handlers.pay_compute import CHUNK
from handlers.pay_steps import KINDS, slip_key
from models.pay import LateTruth, PayHold, PayRun, SlipReceipt, TaxLedger
from models.performance import Score
from models.work import Work


def settle_publication(work: Work, row: PayRun, rules: Policies) -> None:
    """写下发布带来的一切:台账、得分、回执、通知;补了的迟到的事实记成已补,暂缓的人记成下一期要补。"""
    assert row.id is not None
    pay_rules = rules_of(work, row, rules)
    last, told = 0, list[str]()
    while chunk := work.rows(READ, r=row.id, s=last, n=CHUNK):
        kept = [(person_id, from_json(text)) for person_id, text, _, _ in chunk]
        work.session.execute(
            insert(TaxLedger), [_ledger(row, person_id, (f, compute(f, pay_rules))) for person_id, f in kept]
        )
        work.session.execute(insert(SlipReceipt), [{"run_id": row.id, "person_id": person_id} for person_id, _ in kept])
        scores = [_score(work, row.month, person_id, f.score) for person_id, f in kept if f.score is not None]
        if scores:
            work.session.execute(insert(Score), scores)
        told += [userid for _, _, userid, status in chunk if status == "active"]
        last = chunk[-1][0]
    _tell(work, row, told, rules)
    settle(work, row)
    _owe_the_held(work, row)
    work.session.flush()


READ = (
    "SELECT i.person_id, i.facts, p.userid, p.status FROM payinput i JOIN person p ON p.id = i.person_id"
    " WHERE i.run_id = :r AND i.person_id > :s ORDER BY i.person_id LIMIT :n"
)


def _owe_the_held(work: Work, row: PayRun) -> None:
    """暂缓的人整个月没有发:记成一条迟到的事实,下一期或补发时补上。"""
    for one in work.session.exec(select(PayHold).where(PayHold.run_id == row.id)).all():
        work.session.add(
            LateTruth(
                person_id=one.person_id,
                month=row.month,
                kind=HELD,
                source_id=f"run:{row.id}",
                version="1",
                say=f"{Month.parse(row.month).label}的工资暂缓:{one.reason}",
                seen_at=work.now,
            )
        )


def _ledger(row: PayRun, person_id: int, one: tuple[PayFacts, Slip]) -> dict[str, object]:
    """个税台账:发放的那个月一行,零税也有一行。"""
    facts, slip = one
    pay_month = Month.parse(row.pay_month)
    return {
        "unit": facts.unit,
        "person_id": person_id,
        "tax_year": pay_month.year,
        "month": pay_month.month,
        "income": Money(slip.taxable_income),
        "tax_free": ZERO,
        "insurance": Money(slip.deductible),
        "special_additional": Money(facts.tax.new_special),
        "other": Money(facts.tax.new_other),
        "withheld": Money(slip.tax_fen),
        "source": f"run:{row.id}",
    }


def _tell(work: Work, row: PayRun, told: list[str], rules: Policies) -> None:
    """告诉每个在职的人:工资条发了,点开看;不带金额。"""
    label, pay_month, what = Month.parse(row.month).label, Month.parse(row.pay_month), KINDS[row.kind]
    day = company_of(work).paid_on(Month.parse(row.month), rules)
    payload: dict[str, object] = {
        "to": told,
        "title": "工资条",
        "text": f"您 {label}{what} 的工资条已经发布,将于 {pay_month.month}月{day}日 发放。"
        "点开可以看到每一项是怎么算的;有疑问可以在里面直接提出。",
        "link": f"/m/payslips/{slip_key(row)}",
        "link_text": "查看工资条",
    }
    post(work, "notice", f"payslip:{row.id}", payload, f"payrun:{row.id}")


def _score(work: Work, month: str, person_id: int, scored: Scored) -> dict[str, object]:
    """锁定绩效得分:发布后不再变,更正要出新的一版。"""
    numerator, denominator = scored.value
    with localcontext() as context:
        context.prec = 34
        value = Decimal(numerator) / Decimal(denominator)
    return {
        "person_id": person_id,
        "month": month,
        "score": value,
        "trace": json.dumps(json.loads(scored.trace), ensure_ascii=False) if scored.trace else "",
        "state": "locked",
        "computed_at": work.now,
    }
