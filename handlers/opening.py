"""开账 opening:公司自己的期初数据(薪酬档案、个税累计、假期台账、绩效方案与目标、课程),装进来只装一次。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import col, func, select

from config.policies import Policies
from engine.errors import BadInput
from engine.leave_ledger import Kind, LedgerLine
from engine.money import ZERO, Money
from engine.performance_formula import check_weights
from handlers import terms
from handlers.actor import Actor
from handlers.company import Company, keep_company
from handlers.intake_people import ids_of
from handlers.leave_book import book
from handlers.opening_fit import check_tax_months, check_tax_year
from handlers.opening_late import touch_pay
from models.leave import LeaveLine
from models.pay import InsuranceBase, PayProfile, SpecialAdditional, TaxLedger, WageSegment
from models.pay_scope import PayScope
from models.performance import Indicator, Plan, Target
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
    """一笔期初额度:unit day | hour;granted 总共,used 期初前已用。"""

    userid: str
    type: str
    unit: str
    granted: Decimal
    used: Decimal
    since: date
    expires_on: date | None
    note: str


@dataclass(frozen=True, slots=True)
class OpenLeave:
    """装入假期台账。"""

    as_of: date
    lots: tuple[LeaveLot, ...]


@dataclass(frozen=True, slots=True)
class OpenIndicator:
    """一个指标。"""

    code: str
    name: str
    measures: str
    source: str
    unit: str
    direction: str
    needs_target: bool


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """一个方案:items [(指标编号, 权重, 封顶, 保底)]。"""

    code: str
    name: str
    since: date
    posts: tuple[str, ...]
    items: tuple[tuple[str, Decimal, str, str], ...]
    formula: str
    missing: str


@dataclass(frozen=True, slots=True)
class OpenPerformance:
    """装入指标、方案、目标 [(userid, 指标编号, 月, 目标)]。"""

    indicators: tuple[OpenIndicator, ...]
    plans: tuple[OpenPlan, ...]
    targets: tuple[tuple[str, str, str, Decimal], ...]


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
    seen: Counter[tuple[str, str, date, date | None]] = Counter()
    for lot in lots:
        mark = (lot.userid, lot.type, lot.since, lot.expires_on)
        seen[mark] += 1
        yield f"opening:{lot.type}:{lot.since}:{lot.expires_on or ''}:{seen[mark]}", lot


def _whole(amount: Decimal, lot: LeaveLot) -> int:
    if amount != amount.to_integral_value():
        raise BadInput("BAD_LOT", f"{lot.userid} 的“{lot.note}”数量不是半天(或分钟)的整数倍,请改正后再装入。")
    return int(amount)


def open_performance(work: Work, command: OpenPerformance, rules: Policies, actor: Actor) -> Opened:
    """指标、方案、目标(第一版)。权重合计不是 100% 的方案拒收。"""
    for one in command.indicators:
        work.session.merge(
            Indicator(
                code=one.code,
                name=one.name,
                source=one.source,
                unit=one.unit,
                direction=one.direction,
                formula=one.measures,
                needs_target=one.needs_target,
            )
        )
    names = {one.code: one.name for one in command.indicators}
    for plan in command.plans:
        check_weights(plan.formula, {names[code]: weight for code, weight, _, _ in plan.items})
        if sum((w for _, w, _, _ in plan.items), Decimal(0)) != 1:
            raise BadInput("WEIGHTS_SUM", f"方案“{plan.name}”的权重合计不是 100%,没有装入。请改正后再来。")
        _open_plan(work, plan)
    people = ids_of(work, [t[0] for t in command.targets])
    for userid, code, month, value in command.targets:
        if userid in people:
            _open_target(work, people[userid], (code, month, value))
    work.session.flush()
    return _opened(people, [t[0] for t in command.targets])


def _open_plan(work: Work, plan: OpenPlan) -> None:
    for post in plan.posts:
        row = work.session.exec(
            select(Plan).where(Plan.code == plan.code, Plan.post == post, Plan.since == plan.since)
        ).first() or Plan(
            code=plan.code, name=plan.name, since=plan.since, post=post, items=[], formula=plan.formula, rules={}
        )
        row.items = [
            {"indicator": code, "weight": str(weight), "cap": cap, "floor": floor}
            for code, weight, cap, floor in plan.items
        ]
        row.name, row.formula, row.rules = plan.name, plan.formula, {"missing": plan.missing}
        work.session.add(row)


def _open_target(work: Work, person_id: int, what: tuple[str, str, Decimal]) -> None:
    code, month, value = what
    last = work.session.exec(
        select(func.max(Target.revision)).where(
            Target.person_id == person_id, Target.indicator == code, Target.month == month
        )
    ).one()
    if not last:
        work.session.add(
            Target(
                person_id=person_id,
                indicator=code,
                month=month,
                revision=1,
                value=value,
                effective_on=date.fromisoformat(f"{month}-01"),
                reason="开账装入",
                set_by="",
                set_at=work.now,
            )
        )


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
