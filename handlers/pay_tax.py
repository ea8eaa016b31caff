"""个税的事实 pay tax:按发放月所在年度的台账累计(同一扣缴义务人),本月新计入的扣除,缺了哪几个月。"""

from __future__ import annotations

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import NotReady
from engine.pay_facts import TaxFacts
from handlers.company import Company, company_of
from handlers.pay_extras import Deductions, deductions
from models.pay import PayProfile, PayRun, TaxLedger
from models.people import Person
from models.work import Work


def tax_facts(
    work: Work, person: Person, company: Company, about: tuple[PayProfile, Month], own: Deductions
) -> TaxFacts:
    """个税:按发放月所在年度的台账累计(同一扣缴义务人),本月新计入的专项附加与其他扣除。

    同一个发放月里另外发过的(离职结算、补发)也在累计里,但那个月不算已有记录;专项附加与其他扣除一个月只计一次。
    """
    profile, pay_month = about
    rows = work.session.exec(
        select(TaxLedger)
        .where(
            TaxLedger.unit == company.unit,
            TaxLedger.person_id == person.id,
            TaxLedger.tax_year == pay_month.year,
            TaxLedger.month <= pay_month.month,
        )
        .order_by(col(TaxLedger.month))
    ).all()
    same = [r for r in rows if r.month == pay_month.month and r.source.startswith("run:")]
    rows = [*(r for r in rows if r.month < pay_month.month), *same]
    same_year = profile.tax_year == pay_month.year
    start = profile.tax_start_month if same_year else _first_month(person, pay_month)
    recorded = {r.month for r in rows} - {pay_month.month}
    unpaid = {m for m in _paid_months(work, pay_month) if m >= start} - recorded
    return TaxFacts(
        scheme=profile.tax_scheme if same_year else "standard",
        start_month=start,
        income=sum(r.income.fen for r in rows),
        tax_free=sum(r.tax_free.fen for r in rows),
        insurance=sum(r.insurance.fen for r in rows),
        special=sum(r.special_additional.fen for r in rows),
        other=sum(r.other.fen for r in rows),
        withheld=sum(r.withheld.fen for r in rows),
        months=tuple(sorted(recorded | unpaid)),
        new_special=max(0, own.special - sum(r.special_additional.fen for r in same)),
        new_other=max(0, own.other - sum(r.other.fen for r in same)),
    )


def tax_of(work: Work, person: Person, pay_month: Month, rules: Policies) -> TaxFacts:
    """某个发放月的个税事实:到这一刻为止同一扣缴义务人的累计(另发的一期用)。没有薪酬档案报 NO_PAY_PROFILE。"""
    profile = work.session.get(PayProfile, person.id)
    if profile is None:
        raise NotReady("NO_PAY_PROFILE", f"{person.name} 还没有薪酬档案。请 HR 补上月工资、社保基数和收款账号后再算。")
    own = deductions(work, person, pay_month, rules, None)
    return tax_facts(work, person, company_of(work), (profile, pay_month), own)


def _paid_months(work: Work, pay_month: Month) -> set[int]:
    """这个税年里本系统发过工资的月份。在职而那个月没有发到的人(例如发薪日之后才入职),算一个零的月,不算缺。"""
    paid = work.session.exec(
        select(PayRun.pay_month).where(
            PayRun.state == "published",
            PayRun.kind == "regular",
            PayRun.pay_month >= f"{pay_month.year}-01",
            PayRun.pay_month < str(pay_month),
        )
    )
    return {Month.parse(one).first.month for one in paid}


def _first_month(person: Person, pay_month: Month) -> int:
    """本税年在本单位的第一个月。"""
    hired = person.hired_on
    return hired.month if hired is not None and hired.year == pay_month.year else 1
