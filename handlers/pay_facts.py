"""工资的输入 pay facts:把一个人一个月的事实收齐(工资、考勤、假、加班、绩效、津贴、社保、个税),交给引擎算。

这里只收集,不计算;每个输入都带证据编号:同步来的(punch、leave、overtime、deal)、导入的(import)、有署名的手工调整(manual)。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from sqlmodel import col, select

from config.policies import Policies
from config.policy_pay import overtime_rules
from engine.attendance import absent_days
from engine.days import Month, Period, show_date
from engine.errors import NotFound, NotReady
from engine.leave import show_span
from engine.leave_days import windows_on
from engine.overtime import OvertimeKind, OvertimeRules, Segment, Settle, System, segments
from engine.pay_facts import (
    SICK,
    SICK_LONG,
    Allowance,
    Attended,
    LeaveTaken,
    OvertimeWorked,
    PayFacts,
    Wage,
    as_pair,
)
from engine.pay_rules import INPUT_TAIL
from engine.pay_scope import Scope, require
from engine.shifts import meet, minutes_of
from handlers.attendance import COUNTED, PersonMonth, months_of
from handlers.company import Company, company_of
from handlers.inputs_facts import applied, extras
from handlers.leave_book import span_of
from handlers.pay_extras import (
    FEW,
    carried_over,
    deductions,
    departments,
    lapsed_comp,
    long_sick_from,
    nights,
    scope_of,
)
from handlers.pay_insured import cover
from handlers.pay_past import history
from handlers.pay_records import LeavePart, needed, own_days, sold
from handlers.pay_tax import tax_facts
from handlers.performance_pay import score_for_pay
from handlers.progress import told
from handlers.terms import leave_types
from handlers.workdays import Pattern, pattern_of
from models.leave import LeaveRequest
from models.pay import PayProfile, WageSegment
from models.pay_scope import PayScope
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class Gathered:
    """收齐的一个人:facts 输入;或 failure 为什么收不齐(代码与话)。missing_days 还没到或缺数据的日子。"""

    person_id: int
    facts: PayFacts | None
    failure: tuple[str, str] | None = None
    missing_days: tuple[date, ...] = ()


def gather(work: Work, people: Sequence[Person], month: Month, rules: Policies) -> list[Gathered]:
    """收齐一批人的输入;一个人收不齐,不影响别人。考勤、工资、在职都按计薪周期数。"""
    company = company_of(work)
    rest = carried_over(work, people, month, rules)
    few = tuple(p.id or 0 for p in people) if len(people) <= FEW else ()
    other = extras(work, month, company.pay_month(month, rules), rules, few)
    wanted, period = needed(rules, month), company.period(month, rules)
    business, earlier = sold(work, people, period, wanted.kinds), history(work, people, month, wanted.past, rules)
    found: list[Gathered] = []
    known = {p.id: p for p in people}
    for attended in months_of(work, people, period, rules):
        person = known[attended.person_id]
        told("收齐输入", len(found), len(known))
        try:
            facts = _facts(work, person, attended, (company, rules, wanted.kinds))
            facts = applied(facts, other.get(attended.person_id))
        except (NotReady, NotFound) as lacking:
            found.append(Gathered(attended.person_id, None, (lacking.code, lacking.say)))
            continue
        facts = facts._replace(
            adjustments=(*facts.adjustments, *rest.get(attended.person_id, ())),
            records=(*facts.records, *business[person.userid]),
            past=earlier.get(attended.person_id, ()),
        )
        days = tuple(d.day for d in attended.days if d.day > attended.through)
        found.append(Gathered(attended.person_id, facts, None, days))
    return found


def _facts(
    work: Work, person: Person, attended: PersonMonth, about: tuple[Company, Policies, tuple[str, ...]]
) -> PayFacts:
    company, rules, kinds = about
    month, period = attended.month, attended.period
    profile, scope = _profile(work, person)
    pay_month, city = company.pay_month(month, rules), scope.work_city or profile.city
    pattern = pattern_of(work, person.userid, (period.first, period.last), rules.calendar)
    score, lacking = score_for_pay(work, person, month, rules)
    insured = cover(work, person, (profile, scope), _insured_month((month, pay_month), rules), rules)
    own = deductions(work, person, pay_month, rules, insured.insured)
    paid, comp = _overtime(attended, profile, (rules, pattern.roster))
    leaves, parts = _leaves(work, attended, (pattern, rules, city))
    return _here(person, attended, (company, rules))._replace(
        city=city,
        wages=_wages(work, person, period),
        roster=_roster(pattern, period),
        attended=_attended(attended),
        leaves=leaves,
        overtime=(*_by_kind(paid), *lapsed_comp(work, person, period)),
        score=score,
        score_missing=lacking,
        allowances=_allowances(person, profile),
        insured=insured.insured,
        tax=tax_facts(work, person, company, (profile, pay_month), own),
        has_bank=bool(profile.bank_account_masked),
        night=nights(attended, pattern, rules),
        heat=scope.heat_kind,
        comp_minutes=comp,
        departments=departments(work, person, period),
        notes=(*insured.notes, *own.notes),
        records=own_days(attended, paid, parts, kinds),
    )  # fmt: skip


def _here(person: Person, attended: PersonMonth, about: tuple[Company, Policies]) -> PayFacts:
    """谁、哪一期、当期在职的头尾、在本单位的整年数。"""
    company, rules = about
    month, period = attended.month, attended.period
    last = min(period.last, person.last_work_day or period.last)
    return PayFacts(
        person=person.userid,
        unit=company.unit,
        month=str(month),
        pay_month=str(company.pay_month(month, rules)),
        city="",
        wages=(),
        first_day=max(1, period.number(person.hired_on or period.first)),
        last_day=period.number(last),
        service_years=_years(person.hired_on, last),
        since="" if period.whole_month else str(period.first),
    )


def _profile(work: Work, person: Person) -> tuple[PayProfile, PayScope]:
    """薪酬档案与范围;没有档案的、月薪里算不了的报 NotReady。"""
    profile = work.session.get(PayProfile, person.id)
    if profile is None:
        raise NotReady("NO_PAY_PROFILE", f"{person.name} 还没有薪酬档案。请 HR 补上月工资、社保基数和收款账号后再算。")
    scope = scope_of(work, person)
    require(Scope(scope.employment, scope.tax_residence, profile.hours_system, scope.net_pay), person.name)
    return profile, scope


def _roster(pattern: Pattern, period: Period) -> tuple[int, ...] | None:
    """排班的人上班的日子(当期第几天)。"""
    return None if pattern.roster is None else tuple(sorted(period.number(d) for d in pattern.roster if d in period))


def _insured_month(months: tuple[Month, Month], rules: Policies) -> Month:
    """社保公积金按哪个月:所属月或发放月(政策 insurance.month)。"""
    month, pay_month = months
    return pay_month if rules.switches["insurance.month"].on(month.first) == "paid" else month


def _allowances(person: Person, profile: PayProfile) -> tuple[Allowance, ...]:
    return tuple(
        Allowance(name.removesuffix(INPUT_TAIL), _fen(amount), (f"import:allowance:{person.userid}:{name}",))
        for name, amount in sorted(profile.allowances.items())
    )


def _fen(yuan: str) -> int:
    whole, _, rest = yuan.partition(".")
    return int(whole) * 100 + int((rest + "00")[:2])


def _years(since: date | None, until: date) -> int:
    if since is None:
        return 0
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))


def _wages(work: Work, person: Person, month: Period) -> tuple[Wage, ...]:
    rows = work.session.exec(
        select(WageSegment)
        .where(WageSegment.person_id == person.id, WageSegment.since <= month.last)
        .order_by(col(WageSegment.since))
    ).all()
    if not rows:
        raise NotReady("NO_WAGE", f"{person.name} 在 {month.label} 没有月工资。请 HR 补上后再算。")
    before = [r for r in rows if r.since <= month.first][-1:]
    inside = [r for r in rows if r.since > month.first]
    return tuple(
        Wage(month.number(max(r.since, month.first)), r.monthly_wage.fen, (f"import:wage:{person.userid}:{r.since}",))
        for r in (*before, *inside)
    )


def _attended(found: PersonMonth) -> Attended:
    facts = found.facts
    absent = sum((absent_days(d) for d in found.days), Fraction(0))
    names = {"迟到次数": "late", "早退次数": "early", "缺卡次数": "missing", "旷工天数": "absent"}
    whole = (f"attendance:{found.userid}:{found.month}",)
    evidence = (
        *((name, facts.evidence.get(key) or whole) for name, key in names.items()),
        ("出勤天数", whole),
        ("应出勤天数", whole),
    )
    return Attended(
        workdays=(facts.workdays, 1),
        worked_days=(facts.worked_days, 1),
        late=facts.late,
        late_minutes=facts.late_minutes,
        early=facts.early,
        early_minutes=facts.early_minutes,
        missing=facts.missing,
        absent_days=as_pair(absent),
        evidence=evidence,
    )


def _leaves(
    work: Work, found: PersonMonth, about: tuple[Pattern, Policies, str]
) -> tuple[tuple[LeaveTaken, ...], tuple[LeavePart, ...]]:
    """当月各种假:按假种合起来,带日子的话与申请编号;按小时的折成当天班次的几分之几。后一样是一份申请一笔。"""
    pattern, rules, city = about
    rows = work.session.exec(
        select(LeaveRequest)
        .where(
            LeaveRequest.person_id == found.person_id,
            col(LeaveRequest.state).in_(COUNTED),
            LeaveRequest.start <= found.period.last,
            LeaveRequest.end >= found.period.first,
        )
        .order_by(col(LeaveRequest.start), col(LeaveRequest.id))
    ).all()
    planned = {d.day: d.planned_minutes for d in found.days}
    by_minutes = rules.switches["leave.half_day"].on(found.month.first) == "shift_minutes"
    long = long_sick_from(work, found, (rules, city))
    taken: dict[str, _Taken] = {}
    for row in rows:
        for text, (halves, minutes) in row.by_date.items():
            day = date.fromisoformat(text)
            if day not in found.period:
                continue
            one = taken.setdefault(
                SICK_LONG if row.type == SICK and long is not None and day >= long else row.type, _Taken()
            )
            if row.unit == "hour":
                one.add(row, day, Fraction(minutes, planned.get(day) or 480))
            else:
                one.add(row, day, _part_of_shift(row, day, pattern) if by_minutes else Fraction(halves, 2))
    labels = {key: one.label for key, one in leave_types(rules, found.month.first).items()}
    parts = tuple(part for kind, one in taken.items() for part in one.parts(labels.get(_base_kind(kind), kind)))
    return tuple(one.leave(kind, found.period) for kind, one in taken.items()), parts


def _base_kind(kind: str) -> str:
    """长病假也叫病假。"""
    return SICK if kind == SICK_LONG else kind


@dataclass(slots=True)
class _Taken:
    """一种假当期的天数、哪几天、哪几份申请。"""

    days: Fraction = Fraction(0)
    on: list[date] = field(default_factory=list)
    requests: dict[int | None, LeaveRequest] = field(default_factory=dict)
    each: dict[int | None, list[tuple[date, Fraction]]] = field(default_factory=dict)

    def add(self, row: LeaveRequest, day: date, part: Fraction) -> None:
        self.days += part
        self.on.append(day)
        self.requests[row.id] = row
        self.each.setdefault(row.id, []).append((day, part))

    def parts(self, label: str) -> list[LeavePart]:
        """一份申请一笔。"""
        return [
            LeavePart(f"leave:{number}", min(day for day, _ in own), sum((p for _, p in own), Fraction(0)), label)
            for number, own in self.each.items()
        ]

    def leave(self, kind: str, period: Period) -> LeaveTaken:
        when = "、".join(show_span(span_of(r)) for r in self.requests.values())
        evidence = tuple(f"leave:{number}" for number in self.requests)
        return LeaveTaken(kind, as_pair(self.days), period.number(min(self.on)), when, evidence)


def _part_of_shift(row: LeaveRequest, day: date, pattern: Pattern) -> Fraction:
    """半天按当天班次的分钟折:请的那一半有几分钟 ÷ 整班几分钟(政策 leave.half_day = shift_minutes)。"""
    halves, _ = row.by_date[day.isoformat()]
    shift = pattern.shift_of(day)
    whole = minutes_of(shift.windows(day)) if shift is not None else 0
    if halves != 1 or shift is None or not whole:
        return Fraction(halves, 2)
    return Fraction(minutes_of(meet(windows_on(span_of(row), day, shift), shift.windows(day))), whole)


def _overtime(
    found: PersonMonth, profile: PayProfile, about: tuple[Policies, frozenset[date] | None]
) -> tuple[tuple[Segment, ...], int]:
    """当期付钱的加班(按日子拆开),与选了补休的休息日加班分钟。"""
    rules, roster = about
    terms = replace(overtime_rules(rules, found.month), system=System(profile.hours_system))
    parts = [p for p in segments(found.facts.overtime, terms, rules.calendar, roster) if _pays(p.kind, terms)]
    comp = sum(p.minutes for p in parts if p.settle is not Settle.PAY)
    return tuple(p for p in parts if p.settle is Settle.PAY), comp


def _by_kind(paid: Sequence[Segment]) -> tuple[OvertimeWorked, ...]:
    """按种类合起来。"""
    by_kind: dict[str, list[Segment]] = {}
    for part in paid:
        by_kind.setdefault(str(part.kind), []).append(part)
    return tuple(
        OvertimeWorked(
            kind,
            sum(one.minutes for one in own),
            "、".join(dict.fromkeys(show_date(one.day) for one in own)),
            tuple(dict.fromkeys(e for one in own for e in one.evidence)),
        )
        for kind, own in by_kind.items()
    )


def _pays(kind: OvertimeKind, terms: OvertimeRules) -> bool:
    """不定时工时只有法定节假日加班可能付钱(政策 overtime.irregular_statutory)。"""
    if terms.system is not System.IRREGULAR:
        return True
    return kind is OvertimeKind.STATUTORY and terms.irregular_pays_statutory
