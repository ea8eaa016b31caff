"""报税的一个月 out tax month:一个扣缴义务人一个发放月,每个人本期的收入与扣除、本年的累计;报税文件与核对都用它。

本期是这个发放月里各期(常规、另发)之和;已发布的以个税台账为准,还没发布的由冻结的输入重算。
没有发钱的在职的人也有一行,都是零:少一行,客户端里的月数就与我们的不一样。
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import NotReady
from engine.pay import compute
from engine.pay_facts import TaxFacts, from_json
from engine.tax import Scheme, allowance
from handlers.company import company_of
from handlers.out_book import DONE, READY
from handlers.out_rules import rules_of_run
from handlers.pay_bonus import BONUS, BONUS_TAX
from handlers.pay_prepare import people_in
from handlers.pay_settled import NOTICE_PAY, SEVERANCE, SEVERANCE_TAX
from models.pay import PayInput, PayProfile, PayRun, Payslip, TaxLedger
from models.people import Person
from models.work import Work

ADJUSTED = "adjusted"
"""补缴、退回的社保(手工行、补差):分不到某一个险种,报税格式里写明归哪一列。"""

APART = (BONUS, BONUS_TAX, SEVERANCE, NOTICE_PAY, SEVERANCE_TAX)
"""单独计税的收入与税的行。"""


@dataclass
class TaxPerson:
    """一个人(分)。lines 个人社保各险种本期可扣除的;*_cum 是含本期的累计;paid_cum 本期以前已扣;due 本期应扣。

    apart 单独计税、不在这份申报里的:年终奖、一次性补偿与它们的税(行的编号 → 分)。
    """

    person_id: int
    userid: str
    name: str
    job_number: str
    income: int = 0
    tax_free: int = 0
    other: int = 0
    donation: int = 0
    relief: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    income_cum: int = 0
    allowance_cum: int = 0
    insurance_cum: int = 0
    special_cum: int = 0
    other_cum: int = 0
    paid_cum: int = 0
    taxable_cum: int = 0
    tax_cum: int = 0
    due: int = 0
    facts: TaxFacts | None = None
    apart: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaxMonth:
    """一个发放月:unit 扣缴义务人,people 按工号。no_profile 在职而没有薪酬档案的人(不在名单里,请核对)。"""

    unit: str
    pay_month: Month
    run_ids: tuple[int, ...]
    people: tuple[TaxPerson, ...]
    no_profile: tuple[str, ...]


def tax_month(work: Work, run: PayRun, rules: Policies) -> TaxMonth:
    """这一期所在的发放月。"""
    pay_month, unit = Month.parse(run.pay_month), company_of(work).unit
    runs = _runs(work, run)
    people = _everybody(work, pay_month, runs, rules)
    for one in runs:
        _add_run(work, one, rules, people)
    _add_year(work, (unit, pay_month), people)
    _assess(work, pay_month, rules, people)
    ordered = sorted(people.values(), key=lambda one: (one.job_number, one.userid))
    without = _without_profile(work, pay_month, people)
    return TaxMonth(unit, pay_month, tuple(one.id or 0 for one in runs), tuple(ordered), without)


def _runs(work: Work, run: PayRun) -> Sequence[PayRun]:
    """这个发放月已发布的各期,加上正在看的这一期。"""
    found = work.session.exec(
        select(PayRun)
        .where(PayRun.pay_month == run.pay_month, col(PayRun.state).in_(READY) | (col(PayRun.id) == run.id))
        .order_by(col(PayRun.id))
    )
    return [one for one in found if one.state in DONE or one.id == run.id]


def _everybody(work: Work, pay_month: Month, runs: Sequence[PayRun], rules: Policies) -> dict[int, TaxPerson]:
    """这个月在职、有薪酬档案的,和这几期里有工资的。"""
    found = {p.id or 0: p for p in people_in(work, pay_month, rules)}
    paid = work.session.exec(
        select(Person)
        .join(Payslip, col(Payslip.person_id) == col(Person.id))
        .where(col(Payslip.run_id).in_([one.id for one in runs]))
    )
    found |= {p.id or 0: p for p in paid}
    return {i: TaxPerson(i, p.userid, p.name, p.job_number or p.userid) for i, p in found.items()}


def _without_profile(work: Work, pay_month: Month, people: dict[int, TaxPerson]) -> tuple[str, ...]:
    rows = work.session.exec(select(Person).where(Person.status == "active").order_by(col(Person.userid)))
    return tuple(p.name for p in rows if p.id not in people and (p.hired_on is None or p.hired_on <= pay_month.last))


def _add_run(work: Work, run: PayRun, rules: Policies, people: dict[int, TaxPerson]) -> None:
    """加上一期:险种来自存下的行;收入与可扣除的,已发布的照台账,没发布的重算。"""
    slips = {row.person_id: row for row in work.session.exec(select(Payslip).where(Payslip.run_id == run.id))}
    booked = {
        row.person_id: row for row in work.session.exec(select(TaxLedger).where(TaxLedger.source == f"run:{run.id}"))
    }
    for row in work.session.exec(select(PayInput).where(PayInput.run_id == run.id)):
        slip, one = slips.get(row.person_id), people.get(row.person_id)
        if slip is None or one is None:
            continue
        facts = from_json(row.facts)
        ledger = booked.get(row.person_id)
        if ledger is not None:
            income, deductible, free = ledger.income.fen, ledger.insurance.fen, ledger.tax_free.fen
        elif run.state in DONE:
            raise NotReady(
                "LEDGER_GAP", f"{one.name} 在 {run.month} 的个税台账缺一行,不能报税。请先用 ehr payroll verify 核对。"
            )
        else:
            again = compute(facts, rules_of_run(work, run, rules))
            income, deductible, free = again.taxable_income, again.deductible, 0
        one.income, one.tax_free = one.income + income, one.tax_free + free
        one.due += slip.tax.fen
        one.facts = facts.tax
        for line in facts.adjustments:
            if line.code in APART and not line.taxed:
                one.apart[line.code] = one.apart.get(line.code, 0) + line.fen
        _add_lines(
            one, slip, (deductible, sum(-a.fen for a in facts.adjustments if a.section == "insurance" and a.taxed))
        )
        if ledger is None:  # 台账里还没有,累计由这里补上
            one.income_cum, one.insurance_cum = one.income_cum + income, one.insurance_cum + deductible
            one.special_cum, one.other_cum = (
                one.special_cum + facts.tax.new_special,
                one.other_cum + facts.tax.new_other,
            )
        one.other += facts.tax.new_other
        one.donation += facts.tax.new_donation
        one.relief += facts.tax.new_relief


def _add_lines(one: TaxPerson, slip: Payslip, about: tuple[int, int]) -> None:
    """个人社保各险种。about (可扣除的合计, 其中补缴退回的手工行);公积金超过免税限额的部分不能扣,从公积金里去掉。"""
    deductible, by_hand = about
    found: dict[str, int] = defaultdict(int, one.lines)
    own = 0
    for code, fen in json.loads(slip.lines):
        if code.startswith("ins_"):
            found[code.removeprefix("ins_")] -= fen
            own -= fen
    if by_hand:
        found[ADJUSTED] += by_hand
    over = own + by_hand - deductible
    for fund in ("housing_supplement", "housing"):
        cut = min(over, found.get(fund, 0)) if over > 0 else 0
        if cut:
            found[fund] -= cut
            over -= cut
    one.lines = dict(found)


def _add_year(work: Work, which: tuple[str, Month], people: dict[int, TaxPerson]) -> None:
    """台账里本年到这个月的累计;本月以前已扣的税。"""
    unit, pay_month = which
    rows = work.session.exec(
        select(TaxLedger).where(
            TaxLedger.unit == unit, TaxLedger.tax_year == pay_month.year, TaxLedger.month <= pay_month.month
        )
    )
    for row in rows:
        one = people.get(row.person_id)
        if one is None:
            continue
        one.income_cum += row.income.fen
        one.insurance_cum += row.insurance.fen
        one.special_cum += row.special_additional.fen
        one.other_cum += row.other.fen
        one.paid_cum += row.withheld.fen if row.month < pay_month.month else 0


def _assess(work: Work, pay_month: Month, rules: Policies, people: dict[int, TaxPerson]) -> None:
    """累计减除费用、应纳税所得额、应纳税额。"""
    law = rules.withholding.on(pay_month.first)
    profiles = {row.person_id: row for row in work.session.exec(select(PayProfile))}
    hired = {p.id: p.hired_on for p in work.session.exec(select(Person))}
    for one in people.values():
        scheme, start = _scheme(one, profiles.get(one.person_id), pay_month)
        day = hired.get(one.person_id)
        if not start:
            start = day.month if day is not None and day.year == pay_month.year else 1
        one.allowance_cum = allowance(law, scheme, start, pay_month.month)
        taken = one.allowance_cum + one.insurance_cum + one.special_cum + one.other_cum + one.tax_free
        one.taxable_cum = max(0, one.income_cum - taken - one.donation)
        one.tax_cum = law.table.tax(one.taxable_cum)


def _scheme(one: TaxPerson, profile: PayProfile | None, pay_month: Month) -> tuple[Scheme, int]:
    """减除费用的算法与起始月;0 是按入职日。"""
    if one.facts is not None:
        return Scheme(one.facts.scheme), one.facts.start_month
    if profile is not None and profile.tax_year == pay_month.year:
        return Scheme(profile.tax_scheme), profile.tax_start_month
    return Scheme.STANDARD, 0
