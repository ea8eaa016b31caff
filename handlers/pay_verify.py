"""复核 pay verify:一期存下的,由冻结的输入再算一遍;人、行、合计、个税台账,逐项比对,差一分也指名。"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlmodel import select

from config.policies import Policies
from engine.pay import Slip, compute
from engine.pay_facts import PayFacts, to_json
from handlers.pay_archive import rules_of
from handlers.pay_arrears import problems as arrears_problems
from handlers.pay_compute import stored
from handlers.pay_rows import TAX_APART, apart_tax_of
from handlers.pay_seal import matches
from models.pay import PayRun, Payslip, TaxLedger
from models.work import Work

Frozen = Sequence[tuple[int, PayFacts]]


def problems_of(work: Work, row: PayRun, facts: Frozen, rules: Policies) -> list[str]:
    """一期的问题;空为完全一致。用的是这一期当时的规则(存档的政策与公司资料)。"""
    found: list[str] = []
    own = rules_of(work, row, rules)
    if not matches(row, (to_json(f) for _, f in facts)):
        found.append("冻结的输入与当时的摘要不一致")
    slips = {s.person_id: s for s in work.session.exec(select(Payslip).where(Payslip.run_id == row.id))}
    fresh = {person_id: compute(one, own) for person_id, one in facts}
    names = {person_id: one.person for person_id, one in facts}
    for person_id, slip in fresh.items():
        kept = slips.get(person_id)
        if kept is None or _columns(kept) != stored(slip)[:5]:
            found.append(f"{names[person_id]} 的工资条与重算不一致")
    found += [f"编号 {person_id} 有工资条,却没有冻结的输入" for person_id in sorted(slips.keys() - fresh.keys())]
    found += arrears_problems(work, row, {person_id: one.adjustments for person_id, one in facts}, rules)
    if row.totals != _totals(fresh.values()):
        found.append("合计与重算不一致")
    if row.state == "published":
        found += _ledger(work, row, (fresh, names))
    return found


def _columns(kept: Payslip) -> tuple[int, int, int, int, str]:
    return (kept.gross.fen, kept.insurance.fen, kept.tax.fen, kept.net.fen, kept.lines)


def _totals(found: Collection[Slip]) -> dict[str, object]:
    apart = sum(apart_tax_of(s.adjustments) for s in found)
    sums: dict[str, object] = {
        "people": len(found),
        "gross": sum(s.gross_fen for s in found),
        "insurance": sum(s.insurance_fen for s in found),
        "tax": sum(s.tax_fen for s in found),
        "net": sum(s.net_fen for s in found),
    }
    return sums | ({TAX_APART: apart} if apart else {})


def _ledger(work: Work, row: PayRun, about: tuple[dict[int, Slip], dict[int, str]]) -> list[str]:
    """发布写下的个税台账:每人一行,收入、扣除、已扣税与重算相同。"""
    fresh, names = about
    kept = {
        r.person_id: (r.income.fen, r.insurance.fen, r.withheld.fen)
        for r in work.session.exec(select(TaxLedger).where(TaxLedger.source == f"run:{row.id}"))
    }
    return [
        f"{names[person_id]} 的个税台账与重算不一致"
        for person_id, slip in fresh.items()
        if kept.get(person_id) != (slip.taxable_income, slip.deductible, slip.tax_fen)
    ]
