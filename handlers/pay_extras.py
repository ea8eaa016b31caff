"""工资的其他输入 pay extras:薪酬范围、夜班、待过的部门、专项附加与其他扣除、上月没扣完的。"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month, Period, add_months, days_between, shanghai_date, show_date
from engine.deductions import OtherDeclared, allowed_other, special_notes
from engine.leave_ledger import lapsed
from engine.overtime import OvertimeKind
from engine.pay_after import CARRIED, CARRIED_SHORTAGE, SHORTAGE
from engine.pay_facts import COMP_LAPSED, SICK, Adjustment, InDepartment, Insured, Night, Note, OvertimeWorked
from handlers.attendance import COUNTED, PersonMonth
from handlers.leave_book import ledger
from handlers.workdays import Pattern
from models.leave import LeaveRequest
from models.pay import PayRun, Payslip, SpecialAdditional
from models.pay_scope import DepartmentSegment, PayScope
from models.people import Department, Person
from models.work import Work

NO_DEPARTMENT = "未分部门"
FEW = 100
"""只收这么几个人时,只读他们的。"""
CLOSED = ("published", "archived")
REST_DAY = OvertimeKind.REST_DAY.value


def scope_of(work: Work, person: Person) -> PayScope:
    """薪酬范围;没有另写的是默认。"""
    assert person.id is not None
    return work.session.get(PayScope, person.id) or PayScope(person_id=person.id)


def nights(found: PersonMonth, pattern: Pattern, rules: Policies) -> Night:
    """夜班:有出勤、当班时间落在夜里够久的班。"""
    count, evidence = 0, []
    for day in found.days:
        shift = pattern.shift_of(day.day) if day.worked_minutes else None
        if shift is not None and rules.night.on(day.day).is_night(day.day, shift.windows(day.day)):
            count += 1
            evidence += [mark for kind, mark in day.evidence if kind == "punch"]
    return Night(count, tuple(dict.fromkeys(evidence)))


def lapsed_comp(work: Work, person: Person, period: Period) -> tuple[OvertimeWorked, ...]:
    """补休到期没有用掉的,改付休息日加班费(政策 comp_leave.expiry_months:过期付钱);还没到期的不算。"""
    assert person.id is not None
    last = min(period.last, shanghai_date(work.now) - timedelta(days=1))
    found = lapsed(ledger(work, person.id, "comp"), period.first, last)
    return tuple(
        OvertimeWorked(REST_DAY, minutes, f"{show_date(day)}{COMP_LAPSED}", (lot.split(":", 1)[1].rsplit(":", 1)[0],))
        for lot, day, minutes in found
        if lot.startswith("comp:")
    )


def long_sick_from(work: Work, found: PersonMonth, about: tuple[Policies, str]) -> date | None:
    """连续病假从哪天起算长病假(城市数据的 long_after_months);当期没有那么长的、城市没有这一档的为 None。

    中间只隔休息日的算连续。about 是(政策, 城市)。
    """
    rules, city = about
    pack = rules.cities.get(city)
    terms = pack.sick_long.at(found.period.first) if pack is not None and pack.sick_long is not None else None
    if terms is None:
        return None
    rows = work.session.exec(
        select(col(LeaveRequest.start), col(LeaveRequest.end))
        .where(
            LeaveRequest.person_id == found.person_id,
            LeaveRequest.type == SICK,
            col(LeaveRequest.state).in_(COUNTED),
            LeaveRequest.start <= found.period.last,
        )
        .order_by(col(LeaveRequest.start))
    ).all()
    begun: date | None = None
    until: date | None = None
    for start, end in rows:
        if until is None or begun is None or _worked_between(until, start, rules):
            begun = start
        until = end if until is None or end > until else until
    long = add_months(begun, terms.value.after_months) if begun is not None else None
    return long if long is not None and until is not None and long <= until and long <= found.period.last else None


def _worked_between(until: date, start: date, rules: Policies) -> bool:
    """两份病假之间隔着工作日;那年没有放假通知的按周末算。"""
    gap = days_between(until + timedelta(days=1), start - timedelta(days=1))
    calendar = rules.calendar
    return any(calendar.is_work(day) if calendar.known(day) else day.weekday() < SATURDAY for day in gap)


SATURDAY = 5


def departments(work: Work, person: Person, period: Period) -> tuple[InDepartment, ...]:
    """当期待过的部门,按日子;没有调动过的是现在的部门一段。"""
    rows = work.session.exec(
        select(DepartmentSegment)
        .where(DepartmentSegment.person_id == person.id, DepartmentSegment.since <= period.last)
        .order_by(col(DepartmentSegment.since))
    ).all()
    before = [r for r in rows if r.since <= period.first][-1:]
    segments = [*before, *(r for r in rows if r.since > period.first)]
    if not segments:
        return (InDepartment(1, _name(work, person.main_dept_id)),)
    return tuple(
        InDepartment(
            max(1, period.number(r.since)), _name(work, r.dept_id), (f"import:dept:{person.userid}:{r.since}",)
        )
        for r in segments
    )


def _name(work: Work, dept_id: int | None) -> str:
    dept = work.session.get(Department, dept_id) if dept_id is not None else None
    return dept.name if dept is not None else NO_DEPARTMENT


@dataclass(frozen=True, slots=True)
class Deductions:
    """本月新计入的扣除(分):special 专项附加,other 其他;notes 与标准对不上的。"""

    special: int
    other: int
    notes: tuple[Note, ...]


def deductions(work: Work, person: Person, pay_month: Month, rules: Policies, insured: Insured | None) -> Deductions:
    """专项附加照本人申报的扣(单位不得改,对不上的只提醒);其他扣除(个人养老金等)不超过限额。"""
    rows = work.session.exec(
        select(SpecialAdditional)
        .where(SpecialAdditional.person_id == person.id, SpecialAdditional.since <= str(pay_month))
        .order_by(col(SpecialAdditional.id))
    ).all()
    live = [r for r in rows if r.until is None or r.until >= str(pay_month)]
    table = rules.deductions
    own = [r for r in live if table.other_named(r.item) is None]
    said = special_notes([(r.item, r.monthly.fen) for r in own], table, pay_month.first)
    notes = [Note("SPECIAL_DEDUCTION", "warn", say) for say in said]
    special = 0
    for row in own:
        item = table.special_named(row.item)
        special += row.monthly.fen if item is None or item.in_payroll else 0
    other = 0
    for row in live:
        fen = _other(row, pay_month, rules, insured)
        other += fen or 0
        if fen is not None and fen < row.monthly.fen:
            notes.append(
                Note("DEDUCTION_LIMIT", "warn", f"“{row.item}”超过税前扣除的限额,超过的部分没有扣。请与本人核对。")
            )
    return Deductions(special, other, tuple(notes))


def _other(row: SpecialAdditional, pay_month: Month, rules: Policies, insured: Insured | None) -> int | None:
    """其他扣除里能扣的(分);不是其他扣除的为 None,还没有标准的为零。"""
    item = rules.deductions.other_named(row.item)
    if item is None:
        return None
    version = item.terms.at(pay_month.first)
    if version is None:
        return 0
    first = max(Month.parse(row.since).first, Month(pay_month.year, 1).first)
    passed = pay_month.month - first.month
    average = None
    if insured is not None and insured.city in rules.cities:
        found = rules.cities[insured.city].average_month_wage.at(pay_month.first)
        average = found.value.fen if found is not None else None
    base = (insured.social_base or 0) if insured is not None else 0
    return allowed_other(OtherDeclared(row.monthly.fen, row.monthly.fen * passed, base, average), version.value)


def carried_over(
    work: Work, people: Sequence[Person], month: Month, rules: Policies
) -> Mapping[int, tuple[Adjustment, ...]]:
    """上一期没扣完、要在这一期接着扣的:人员编号 → 各行。只看这一期之前最近发布的那一期。"""
    run = work.session.exec(
        select(PayRun)
        .where(col(PayRun.state).in_(CLOSED), PayRun.month < str(month))
        .order_by(col(PayRun.month).desc(), col(PayRun.id).desc())
    ).first()
    if run is None or run.id is None:
        return {}
    wanted = {p.id for p in people}
    query = select(col(Payslip.person_id), col(Payslip.lines)).where(
        Payslip.run_id == run.id,
        col(Payslip.lines).contains(f'"{CARRIED}') | col(Payslip.lines).contains(f'"{SHORTAGE}"'),
    )
    found = work.session.exec(query.where(col(Payslip.person_id).in_(wanted)) if len(wanted) <= FEW else query)
    kinds = {k.key: k.label for k in rules.after_tax.on(month.first).kinds}
    out: dict[int, tuple[Adjustment, ...]] = {}
    for person_id, lines in found:
        if person_id in wanted:
            rest = [_carried(code, fen, (run, kinds)) for code, fen in json.loads(lines)]
            out[person_id] = tuple(one for one in rest if one is not None)
    return out


def _carried(code: str, fen: int, about: tuple[PayRun, Mapping[str, str]]) -> Adjustment | None:
    run, kinds = about
    if code == SHORTAGE:
        own, label = CARRIED_SHORTAGE, "社保个税不足部分"
    elif code.startswith(CARRIED):
        own = code.removeprefix(CARRIED)
        label = kinds.get(own.split(":", 1)[0], "扣款")
    else:
        return None
    month = Month.parse(run.month)
    reason = f"{month.label}没有扣完,转到本期"
    return Adjustment(own, f"{month.month}月转来:{label}", "after_tax", -fen, False, reason, (f"payrun:{run.id}",))
