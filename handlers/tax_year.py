"""税年 tax year:一月开新的个税台账;列出谁可以用“上年不超 6 万元”一次减除,由薪酬专员逐人确认。

国家税务总局公告2020年第19号:上一完整纳税年度各月均在同一单位扣缴申报了工资薪金个税,全年工资薪金收入(包括全年一次性奖金等各类工资薪金所得,
不扣减任何费用及免税收入)不超过 6 万元,本年一月仍在该单位任职受雇的,自一月起累计减除费用直接按全年 6 万元计。
公告2020年第13号:当年首次取得工资薪金的,可按当年截至本月的月数减除(要本人声明)。
累计是(扣缴义务人、人、税年)的台账;新税年自己从零开始,不由上个月那一行推。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from config.policies import Policies
from engine.days import Month
from engine.errors import BadInput, NotFound, RuleBroken
from engine.tax import SCHEME_LABELS, Scheme, SchemeFacts, choose_scheme
from handlers.actor import Actor
from handlers.company import company_of
from models.pay import PayProfile, TaxLedger
from models.people import Person
from models.work import Work

MONTHS_OF_YEAR = frozenset(range(1, 13))


@dataclass(frozen=True, slots=True)
class TaxYearOf:
    """看某个税年(如 2027)。"""

    year: int


@dataclass(frozen=True, slots=True)
class ConfirmScheme:
    """确认一个人某税年的减除办法;scheme standard | first_job | sixty_thousand;reason 依据(本人声明、上年申报记录)。"""

    person_id: int
    year: int
    scheme: str
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """一个人:fits 三条都合;facts 各条的话(不含金额);scheme_label 现在的办法;confirmed 这一年确认过没有。"""

    person_id: int
    userid: str
    name: str
    fits: bool
    facts: tuple[str, ...]
    scheme: str
    scheme_label: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class TaxYear:
    """一个税年:people 可以用 6 万元办法的在前;opened 这一年已经有扣缴记录的人数(新台账从零起)。"""

    year: int
    people: tuple[Candidate, ...]
    opened: int


def candidates(work: Work, command: TaxYearOf, rules: Policies, actor: Actor) -> TaxYear:
    """列出上年整年在本单位申报、收入不超界限、今年一月仍在的人,与差哪一条的人。"""
    unit = company_of(work).unit
    rows = work.session.exec(
        select(TaxLedger).where(TaxLedger.unit == unit, TaxLedger.tax_year == command.year - 1)
    ).all()
    months: dict[int, set[int]] = {}
    income: dict[int, int] = {}
    for row in rows:
        months.setdefault(row.person_id, set()).add(row.month)
        income[row.person_id] = income.get(row.person_id, 0) + row.income.fen + row.tax_free.fen
    found = []
    for person, profile in _people(work, command.year):
        assert person.id is not None
        about = (months.get(person.id, set()), income.get(person.id))
        found.append(_candidate(person, profile, about, (command.year, rules)))
    found.sort(key=lambda one: (not one.fits, one.person_id))
    opened = select(TaxLedger.person_id).where(TaxLedger.unit == unit, TaxLedger.tax_year == command.year).distinct()
    return TaxYear(command.year, tuple(found), len(work.session.exec(opened).all()))


def _people(work: Work, year: int) -> list[tuple[Person, PayProfile]]:
    """这一年一月在职的人。"""
    january = Month(year, 1)
    rows = work.session.exec(select(Person, PayProfile).where(PayProfile.person_id == Person.id)).all()
    return [
        (person, profile)
        for person, profile in rows
        if (person.last_work_day is None or person.last_work_day >= january.first)
        and (person.hired_on is None or person.hired_on <= january.last)
    ]


def _candidate(
    person: Person, profile: PayProfile, about: tuple[set[int], int | None], when: tuple[int, Policies]
) -> Candidate:
    (seen, income), (year, rules) = about, when
    terms = rules.withholding.on(date(year, 1, 1))
    lacking = sorted(MONTHS_OF_YEAR - seen)
    facts = SchemeFacts(False, not lacking, income, True)
    fits = choose_scheme(facts, terms) is Scheme.SIXTY_THOUSAND
    under = income is not None and income <= terms.prior_income_limit
    said = (
        "上年十二个月都在本单位申报" if not lacking else f"上年缺 {'、'.join(f'{m}月' for m in lacking)} 的申报",
        "上年收入不超过界限" if under else "上年收入超过界限" if income is not None else "没有上年的收入记录",
        "今年一月仍在职",
    )
    own = profile.tax_year == year
    scheme = Scheme(profile.tax_scheme) if own else Scheme.STANDARD
    assert person.id is not None
    return Candidate(person.id, person.userid, person.name, fits, said, scheme.value, SCHEME_LABELS[scheme], own)


def confirm(work: Work, command: ConfirmScheme, rules: Policies, actor: Actor) -> Candidate:
    """确认一个人这一年的办法:条件不合的、没写依据的、这一年已经扣缴过的都拒绝。"""
    if command.scheme not in [s.value for s in Scheme]:
        raise BadInput("BAD_SCHEME", "减除办法只能选:每月减除、首次就业、上年不超 6 万元。请重选。")
    if not command.reason.strip():
        raise BadInput("REASON_NEEDED", "请写明依据,例如本人的声明或上年的申报记录。")
    profile = work.session.get(PayProfile, command.person_id, with_for_update=True)
    listed = candidates(work, TaxYearOf(command.year), rules, actor)
    one = next((c for c in listed.people if c.person_id == command.person_id), None)
    if profile is None:
        raise NotFound("NO_PAY_PROFILE", "没有找到这个人的薪酬档案。请核对后再来。")
    if command.scheme == Scheme.SIXTY_THOUSAND and (one is None or not one.fits):
        why = ";".join(one.facts) if one is not None else "今年一月不在职"
        raise RuleBroken("SCHEME_NOT_ALLOWED", f"不符合“上年不超 6 万元”的条件:{why}。请按每月减除办理。")
    used = select(TaxLedger.id).where(
        TaxLedger.unit == company_of(work).unit,
        TaxLedger.person_id == command.person_id,
        TaxLedger.tax_year == command.year,
    )
    if work.session.exec(used).first() is not None:
        raise RuleBroken("YEAR_STARTED", "这个人本年已经扣缴过个税,不能再改减除办法。差额由本人汇算清缴时处理。")
    profile.tax_scheme, profile.tax_year = command.scheme, command.year
    person = work.session.get(Person, command.person_id)
    assert person is not None
    hired = person.hired_on
    profile.tax_start_month = hired.month if hired is not None and hired.year == command.year else 1
    work.session.add(profile)
    work.session.flush()
    return next(
        (c for c in candidates(work, TaxYearOf(command.year), rules, actor).people if c.person_id == command.person_id),
        Candidate(command.person_id, person.userid, person.name, False, (), command.scheme,
                  SCHEME_LABELS[Scheme(command.scheme)], True),
    )  # fmt: skip
