"""开账 opening:公司自己的期初数据(薪酬档案、个税累计、假期台账、绩效方案与目标、课程),装进来只装一次。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import col, select

from config.policies import Policies
from engine.errors import BadInput
from engine.leave_ledger import COMPANY, Kind, LedgerLine
from engine.money import ZERO, Money
from handlers import terms
from handlers.actor import Actor
from handlers.company import Company, keep_company
from handlers.intake_people import ids_of
from handlers.leave_book import book
from handlers.opening_fit import check_tax_months, check_tax_year
from handlers.opening_late import touch_pay
from handlers.opening_performance import OpenIndicator as OpenIndicator
from handlers.opening_performance import OpenPerformance as OpenPerformance
from handlers.opening_performance import OpenPlan as OpenPlan
from handlers.opening_performance import keep_assigned, keep_indicators, keep_plan, keep_target
from handlers.out_account_book import Given, open_account
from models.leave import LeaveLine
from models.pay import InsuranceBase, PayProfile, SpecialAdditional, TaxLedger, WageSegment
from models.pay_scope import PayScope
from models.people import Person
from models.training import Course
from models.work import Work


@dataclass(frozen=True, slots=True)
class PersonScope:
    """与默认不同的几样(见 models.pay_scope.PayScope)。"""

    work_city: str = ""
    employment: str = "full_time"
    tax_residence: str = "resident"
    net_pay: bool = False
    first_fund: bool = False
    heat_kind: str = ""


DEFAULT_SCOPE = PersonScope()


@dataclass(frozen=True, slots=True)
class PayPerson:
    """一个人的薪酬档案。wages [(since, 月工资)];bases [(since 月, 社保基数, 公积金基数)];special [(项目, since 月, 每月)]。"""

    userid: str
    post: str
    city: str
    hours_system: str
    tax_scheme: str
    housing_rate: Decimal
    supplementary_rate: Decimal
    bank_name: str
    bank_account: str
    wages: tuple[tuple[date, Money, str], ...]
    bases: tuple[tuple[str, Money, Money], ...]
    allowances: tuple[tuple[str, Money], ...]
    special: tuple[tuple[str, str, Money], ...]
    scope: PersonScope = DEFAULT_SCOPE


@dataclass(frozen=True, slots=True)
class OpenPay:
    """装入公司资料与薪酬档案。"""

    company: Company
    people: tuple[PayPerson, ...]


@dataclass(frozen=True, slots=True)
class TaxMonth:
    """一个发放月的个税累计。"""

    month: int
    income: Money
    tax_free: Money
    insurance: Money
    special_additional: Money
    withheld: Money


@dataclass(frozen=True, slots=True)
class OpenTax:
    """装入个税台账:people [(userid, 方案, 本单位起始月, 各月)]。"""

    unit: str
    tax_year: int
    people: tuple[tuple[str, str, int, tuple[TaxMonth, ...]], ...]


@dataclass(frozen=True, slots=True)
class LeaveLot:
    """一笔期初额度:unit day | hour;granted 总共,used 期初前已用;part 空为法定的,company 为公司在法定之外多给的。"""

    userid: str
    type: str
    unit: str
    granted: Decimal
    used: Decimal
    since: date
    expires_on: date | None
    note: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class OpenLeave:
    """装入假期台账。"""

    as_of: date
    lots: tuple[LeaveLot, ...]


@dataclass(frozen=True, slots=True)
class OpenCourse:
    """一门课。"""

    code: str
    name: str
    topic: str
    teacher: str
    seats: int
    place: str
    starts_at: datetime
    ends_at: datetime
    cancel_until: datetime
    skills: str


@dataclass(frozen=True, slots=True)
class OpenCourses:
    """装入课程。"""

    courses: tuple[OpenCourse, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """装入的结果:loaded 条数;unknown 通讯录里没有的账号(没有装入,列给管理员)。"""

    loaded: int
    unknown: tuple[str, ...] = ()


def open_pay(work: Work, command: OpenPay, rules: Policies, actor: Actor) -> Opened:
    """薪酬档案:同一个人再装以后来的为准。"""
    keep_company(work, command.company)
    people = ids_of(work, [p.userid for p in command.people])
    for one in command.people:
        if one.userid in people:
            _open_person(work, people[one.userid], one, command.company)
    return _opened(people, [p.userid for p in command.people])


def _open_person(work: Work, person_id: int, one: PayPerson, company: Company) -> None:
    work.session.merge(
        PayProfile(
            person_id=person_id,
            pay_group=company.pay_group,
            post=one.post,
            city=one.city,
            hours_system=one.hours_system,
            housing_rate=one.housing_rate,
            supplementary_rate=one.supplementary_rate,
            bank_name=one.bank_name,
            bank_account_masked=mask(one.bank_account),
            tax_scheme=one.tax_scheme,
            allowances={item: amount.yuan() for item, amount in one.allowances},
        )
    )
    if one.scope != DEFAULT_SCOPE or work.session.get(PayScope, person_id) is not None:
        work.session.merge(PayScope(person_id=person_id, **asdict(one.scope)))
    person = work.session.get(Person, person_id)
    open_account(work, Given(person_id, person.name if person else one.userid, one.bank_name, one.bank_account))
    touch_pay(work, (person_id, one.userid), one.wages, one.bases)
    for since, wage, reason in one.wages:
        work.session.merge(WageSegment(person_id=person_id, since=since, monthly_wage=wage, reason=reason))
    for month, social, housing in one.bases:
        work.session.merge(InsuranceBase(person_id=person_id, since=month, social=social, housing=housing))
    known = set(
        work.session.exec(
            select(col(SpecialAdditional.item), col(SpecialAdditional.since)).where(
                SpecialAdditional.person_id == person_id
            )
        ).all()
    )
    for item, since_month, monthly in one.special:
        if (item, since_month) not in known:
            work.session.add(SpecialAdditional(person_id=person_id, item=item, since=since_month, monthly=monthly))
    work.session.flush()


def mask(account: str) -> str:
    """账号只留末四位。"""
    return f"**** {account[-4:]}" if len(account) >= 8 else "****" if account else ""


def open_tax(work: Work, command: OpenTax, rules: Policies, actor: Actor) -> Opened:
    """个税台账:期初各发放月。与本公司、本税年对不上的整份不装。"""
    check_tax_year(work, command.unit, command.tax_year)
    for userid, scheme, start, months in command.people:
        check_tax_months(userid, scheme, start, months)
    people = ids_of(work, [p[0] for p in command.people])
    known = set(work.session.exec(select(TaxLedger.person_id).where(TaxLedger.source == "opening")).all())
    for userid, scheme, start, months in command.people:
        if userid not in people or people[userid] in known:
            continue
        profile = work.session.get(PayProfile, people[userid])
        if profile is not None:
            profile.tax_scheme, profile.tax_start_month, profile.tax_year = scheme, start, command.tax_year
            work.session.add(profile)
        for one in months:
            work.session.add(
                TaxLedger(
                    unit=command.unit,
                    person_id=people[userid],
                    tax_year=command.tax_year,
                    month=one.month,
                    income=one.income,
                    tax_free=one.tax_free,
                    insurance=one.insurance,
                    special_additional=one.special_additional,
                    other=ZERO,
                    withheld=one.withheld,
                    source="opening",
                )
            )
    work.session.flush()
    return _opened(people, [p[0] for p in command.people])


def open_leave(work: Work, command: OpenLeave, rules: Policies, actor: Actor) -> Opened:
    """假期台账:每笔额度一行发放;期初前已用的以调整行扣去。"""
    people = ids_of(work, [lot.userid for lot in command.lots])
    known = set(
        work.session.exec(
            select(col(LeaveLine.person_id), col(LeaveLine.lot)).where(col(LeaveLine.lot).startswith("opening:"))
        ).all()
    )
    for name, lot in _named(command.lots):
        if lot.userid not in people or (people[lot.userid], name) in known:
            continue
        kind = terms.leave_type(rules, lot.type, command.as_of)
        scale = {"day": 480 if kind.in_minutes else 2, "hour": 60}[lot.unit]
        granted, used = _whole(lot.granted * scale, lot), _whole(lot.used * scale, lot)
        lines = [LedgerLine(Kind.GRANT, name, granted, lot.since, lot.expires_on)]
        if used:
            lines.append(LedgerLine(Kind.ADJUST, name, -used, command.as_of))
        book(work, people[lot.userid], kind, lines, f"opening {lot.note}")
    return _opened(people, [lot.userid for lot in command.lots])


def _named(lots: tuple[LeaveLot, ...]) -> Iterator[tuple[str, LeaveLot]]:
    """每笔额度的名字:假种、起止、同样的第几笔;文件里换了次序或中间添了人,名字不变。"""
    seen: Counter[tuple[str, str, date, date | None, str]] = Counter()
    for lot in lots:
        if lot.part not in PARTS:
            say = (
                f"{lot.userid} 的“{lot.note}”写了 {lot.part},只能写 company(公司多给的)或不写(法定的)。请改正后再装入。"
            )
            raise BadInput("BAD_LOT", say)
        mark = (lot.userid, lot.type, lot.since, lot.expires_on, lot.part)
        seen[mark] += 1
        yield f"opening:{lot.type}:{lot.since}:{lot.expires_on or ''}:{seen[mark]}{PARTS[lot.part]}", lot


PARTS = {"": "", "company": COMPANY}
"""额度是哪一部分 → 编号的尾巴。"""


def _whole(amount: Decimal, lot: LeaveLot) -> int:
    if amount != amount.to_integral_value():
        raise BadInput("BAD_LOT", f"{lot.userid} 的“{lot.note}”数量不是半天(或分钟)的整数倍,请改正后再装入。")
    return int(amount)


def open_performance(work: Work, command: OpenPerformance, rules: Policies, actor: Actor) -> Opened:
    """指标、方案、目标(第一版)、单独指定。权重合计不是 100% 的方案拒收。"""
    keep_indicators(work, command.indicators)
    for plan in command.plans:
        keep_plan(work, plan, rules)
    asked = [t[0] for t in command.targets] + [one[0] for one in command.assigned]
    people = ids_of(work, asked)
    for userid, code, month, value in command.targets:
        if userid in people:
            keep_target(work, people[userid], (code, month, value))
    for userid, since, until, plan_code in command.assigned:
        if userid in people:
            keep_assigned(work, people[userid], (since, until, plan_code))
    work.session.flush()
    return _opened(people, asked)


def open_courses(work: Work, command: OpenCourses, rules: Policies, actor: Actor) -> Opened:
    """课程:按编号更新。"""
    for one in command.courses:
        row = work.session.exec(select(Course).where(Course.code == one.code)).first()
        fields = {name: getattr(one, name) for name in OpenCourse.__dataclass_fields__}
        if row is None:
            work.session.add(Course(**fields))
        else:
            for name, value in fields.items():
                setattr(row, name, value)
            work.session.add(row)
    work.session.flush()
    return Opened(len(command.courses))


def _opened(known: dict[str, int], asked: list[str]) -> Opened:
    return Opened(sum(u in known for u in asked), tuple(dict.fromkeys(u for u in asked if u not in known)))
