"""参保 pay insured:一个人这一期按哪个月、哪个城市、什么基数缴社保公积金;该不该缴。

入职、离职当月看参保截止日(政策 insurance.join_cutoff_day、leave_cutoff_day,默认按城市数据);
新入职没有申报过基数的按首月工资(政策 insurance.joiner_base);首次缴存公积金的从第二个月起(住房公积金管理条例第十七条)。
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlmodel import col, select

from config.policies import Policies
from engine.city import Enrolment
from engine.days import Month, add_months
from engine.errors import NotReady
from engine.pay_facts import Insured, Note
from engine.pay_scope import RETIRED
from models.pay import InsuranceBase, PayProfile, WageSegment
from models.pay_scope import PayScope
from models.people import Person
from models.work import Work

JOINER_MONTHS = 12
"""入职多少个月之内,没有申报基数的还算新入职。"""


@dataclass(frozen=True, slots=True)
class Cover:
    """参保的结果:insured 为 None 即这个月不缴;notes 为什么。"""

    insured: Insured | None
    notes: tuple[Note, ...] = ()


def cover(work: Work, person: Person, about: tuple[PayProfile, PayScope], month: Month, rules: Policies) -> Cover:
    """这个人在 month(社保公积金的月份)怎么缴;没有基数又不是新入职的报 NO_INSURANCE_BASE。"""
    profile, scope = about
    if scope.employment == RETIRED:
        return Cover(None)
    terms = _enrolment(rules, profile.city, month)
    if not terms.due(month, person.hired_on, person.last_work_day):
        say = f"按参保截止日,{month.label}不在本单位缴社保公积金。请与经办机构的账单核对。"
        return Cover(None, (Note("NOT_INSURED", "warn", say),))
    found, notes = _base(work, person, profile, month, rules)
    if scope.first_fund and person.hired_on is not None and person.hired_on in month:
        found = replace_housing(found)
    return Cover(found if found.social_base is not None or found.housing_base is not None else None, notes)


def replace_housing(found: Insured) -> Insured:
    """首次缴存公积金的人,入职当月不缴公积金。"""
    return found._replace(housing_base=None)


def _enrolment(rules: Policies, city: str, month: Month) -> Enrolment:
    """参保截止日:公司写了几号就按公司的,写 none 不设,写 city 按城市数据。"""
    pack = rules.city(city)
    version = pack.enrolment.at(month.first) if pack.enrolment is not None else None
    terms = version.value if version is not None else Enrolment()
    for side in ("join_cutoff_day", "leave_cutoff_day"):
        value = rules.switches[f"insurance.{side}"].on(month.first)
        if value != "city":
            terms = replace(terms, **{side: None if value == "none" else int(value)})
    return terms


def _base(
    work: Work, person: Person, profile: PayProfile, month: Month, rules: Policies
) -> tuple[Insured, tuple[Note, ...]]:
    row = work.session.exec(
        select(InsuranceBase)
        .where(InsuranceBase.person_id == person.id, InsuranceBase.since <= str(month))
        .order_by(col(InsuranceBase.since).desc())
    ).first()
    rates = (str(profile.housing_rate), str(profile.supplementary_rate))
    if row is not None:
        if min(row.social.fen, row.housing.fen) < 0:
            raise NotReady("BAD_INSURANCE_BASE", f"{person.name} 的社保公积金基数是负数。请 HR 改正后再算。")
        evidence = (f"import:insurance:{person.userid}:{row.since}",)
        return Insured(profile.city, row.social.fen or None, row.housing.fen or None, *rates, evidence), ()
    hired = person.hired_on
    manual = rules.switches["insurance.joiner_base"].on(month.first) == "manual"
    new = hired is not None and add_months(hired, JOINER_MONTHS) > month.first
    wage = None if manual or not new else _first_wage(work, person)
    if wage is None:
        raise NotReady("NO_INSURANCE_BASE", f"{person.name} 在 {month.label} 没有社保公积金基数。请 HR 补上后再算。")
    say = "还没有申报基数,按新入职首月工资缴社保公积金。请 HR 核对申报后补上基数。"
    evidence = (f"import:wage:{person.userid}:{wage.since}",)
    fen = wage.monthly_wage.fen
    return Insured(profile.city, fen, fen, *rates, evidence), (Note("JOINER_BASE", "warn", say),)


def _first_wage(work: Work, person: Person) -> WageSegment | None:
    return work.session.exec(
        select(WageSegment).where(WageSegment.person_id == person.id).order_by(col(WageSegment.since))
    ).first()
