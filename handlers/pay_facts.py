"""工资的输入 pay facts:把一个人一个月的事实收齐(工资、考勤、假、加班、绩效、津贴、社保、个税),交给引擎算。

这里只收集,不计算;每个输入都带证据编号:同步来的(punch、leave、overtime、deal)、导入的(import)、有署名的手工调整(manual)。
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from sqlmodel import col, select

from config.policies import Policies
from config.policy_pay import overtime_rules
from engine.attendance import absent_days
from engine.days import Month, show_date
from engine.errors import NotReady
from engine.leave import show_span
from engine.overtime import OvertimeKind, OvertimeRules, Settle, System, segments
from engine.pay_facts import (
    Allowance,
    Attended,
    Insured,
    LeaveTaken,
    OvertimeWorked,
    PayFacts,
    Scored,
    TaxFacts,
    Wage,
    as_pair,
)
from engine.pay_rules import INPUT_TAIL
from handlers.attendance import COUNTED, PersonMonth, months_of
from handlers.company import Company, company_of
from handlers.inputs_facts import applied, extras
from handlers.leave_book import span_of
from handlers.performance import compute as compute_score
from handlers.workdays import pattern_of
from models.leave import LeaveRequest
from models.pay import InsuranceBase, PayProfile, PayRun, SpecialAdditional, TaxLedger, WageSegment
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
    """收齐一批人的输入;一个人收不齐,不影响别人。"""
    company = company_of(work)
    other = extras(work, month, company.pay_month(month), rules)
    found: list[Gathered] = []
    for attended in months_of(work, people, month, rules):
        person = next(p for p in people if p.id == attended.person_id)
        try:
            facts = applied(_facts(work, person, attended, (company, rules)), other.get(attended.person_id))
        except NotReady as lacking:
            found.append(Gathered(attended.person_id, None, (lacking.code, lacking.say)))
            continue
        days = tuple(d.day for d in attended.days if d.day > attended.through)
        found.append(Gathered(attended.person_id, facts, None, days))
    return found


def _facts(work: Work, person: Person, attended: PersonMonth, about: tuple[Company, Policies]) -> PayFacts:
    company, rules = about
    month = attended.month
    profile = work.session.get(PayProfile, person.id)
    if profile is None:
        raise NotReady("NO_PAY_PROFILE", f"{person.name} 还没有薪酬档案。请 HR 补上月工资、社保基数和收款账号后再算。")
    first = max(month.first, person.hired_on or month.first)
    last = min(month.last, person.last_work_day or month.last)
    pattern = pattern_of(work, person.userid, (month.first, month.last), rules.calendar)
    roster = None if pattern.roster is None else tuple(sorted(d.day for d in pattern.roster if d in month))
    score, lacking = _score(work, person, month, rules)
    return PayFacts(
        person=person.userid,
        unit=company.unit,
        month=str(month),
        pay_month=str(company.pay_month(month)),
        city=profile.city,
        wages=_wages(work, person, month),
        first_day=first.day,
        last_day=last.day,
        roster=roster,
        attended=_attended(attended),
        leaves=_leaves(work, attended, rules),
        overtime=_overtime(attended, profile, (rules, pattern.roster)),
        score=score,
        score_missing=lacking,
        allowances=tuple(
            Allowance(name.removesuffix(INPUT_TAIL), _fen(amount), (f"import:allowance:{person.userid}:{name}",))
            for name, amount in sorted(profile.allowances.items())
        ),
        insured=_insured(work, person, month, profile),
        tax=_tax(work, person, company, (profile, company.pay_month(month))),
        service_years=_years(person.hired_on, last),
        has_bank=bool(profile.bank_account_masked),
    )


def _fen(yuan: str) -> int:
    whole, _, rest = yuan.partition(".")
    return int(whole) * 100 + int((rest + "00")[:2])


def _years(since: date | None, until: date) -> int:
    if since is None:
        return 0
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))


def _wages(work: Work, person: Person, month: Month) -> tuple[Wage, ...]:
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
        Wage(max(r.since, month.first).day, r.monthly_wage.fen, (f"import:wage:{person.userid}:{r.since}",))
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


def _leaves(work: Work, found: PersonMonth, rules: Policies) -> tuple[LeaveTaken, ...]:
    """当月各种假:按假种合起来,带日子的话与申请编号;按小时的折成当天班次的几分之几。"""
    rows = work.session.exec(
        select(LeaveRequest)
        .where(
            LeaveRequest.person_id == found.person_id,
            col(LeaveRequest.state).in_(COUNTED),
            LeaveRequest.start <= found.month.last,
            LeaveRequest.end >= found.month.first,
        )
        .order_by(col(LeaveRequest.start), col(LeaveRequest.id))
    ).all()
    by_type: dict[str, list[LeaveRequest]] = {}
    for row in rows:
        by_type.setdefault(row.type, []).append(row)
    planned = {d.day: d.planned_minutes for d in found.days}
    out: list[LeaveTaken] = []
    for kind, requests in by_type.items():
        days = Fraction(0)
        first: date | None = None
        for row in requests:
            for text, (halves, minutes) in row.by_date.items():
                day = date.fromisoformat(text)
                if day not in found.month:
                    continue
                first = day if first is None or day < first else first
                days += Fraction(halves, 2) if row.unit != "hour" else Fraction(minutes, planned.get(day) or 480)
        if first is not None:
            when = "、".join(show_span(span_of(r)) for r in requests)
            out.append(LeaveTaken(kind, as_pair(days), first.day, when, tuple(f"leave:{r.id}" for r in requests)))
    return tuple(out)


def _overtime(
    found: PersonMonth, profile: PayProfile, about: tuple[Policies, frozenset[date] | None]
) -> tuple[OvertimeWorked, ...]:
    """当月付钱的加班:按日子拆开、按种类合起来。"""
    rules, roster = about
    terms = replace(overtime_rules(rules, found.month), system=_system(profile))
    parts = [p for p in segments(found.facts.overtime, terms, rules.calendar, roster) if _pays(p.kind, terms)]
    by_kind: dict[str, list[tuple[date, int, tuple[str, ...]]]] = {}
    for part in parts:
        if part.settle is Settle.PAY:
            by_kind.setdefault(str(part.kind), []).append((part.day, part.minutes, part.evidence))
    return tuple(
        OvertimeWorked(
            kind,
            sum(m for _, m, _ in items),
            "、".join(dict.fromkeys(show_date(d) for d, _, _ in items)),
            tuple(dict.fromkeys(e for _, _, evidence in items for e in evidence)),
        )
        for kind, items in by_kind.items()
    )


def _system(profile: PayProfile) -> System:
    """工时制:综合计算与计件的月薪还不会算,说明原因,不算错。"""
    system = System(profile.hours_system)
    if system in (System.COMPREHENSIVE, System.PIECE):
        label = "综合计算工时" if system is System.COMPREHENSIVE else "计件"
        raise NotReady("HOURS_SYSTEM", f"{label}的人暂时不能在月薪里一起算(要按周期或件数结算)。请 HR 单独核算后再发。")
    return system


def _pays(kind: OvertimeKind, terms: OvertimeRules) -> bool:
    """不定时工时只有法定节假日加班可能付钱(政策 overtime.irregular_statutory)。"""
    if terms.system is not System.IRREGULAR:
        return True
    return kind is OvertimeKind.STATUTORY and terms.irregular_pays_statutory


def _score(work: Work, person: Person, month: Month, rules: Policies) -> tuple[Scored | None, tuple[str, ...]]:
    """绩效得分;没有方案为空,缺数据给出名字(不当零)。"""
    try:
        found = compute_score(work, person, month, rules)
    except NotReady as lacking:
        return None, tuple(lacking.details.get("labels", "绩效").split("、"))
    if found is None:
        return None, ()
    trace = json.dumps(found.trace.to_json(), ensure_ascii=False, separators=(",", ":"))
    return Scored(found.result.pair, as_pair(found.result.multiplier), trace), ()


def _insured(work: Work, person: Person, month: Month, profile: PayProfile) -> Insured | None:
    row = work.session.exec(
        select(InsuranceBase)
        .where(InsuranceBase.person_id == person.id, InsuranceBase.since <= str(month))
        .order_by(col(InsuranceBase.since).desc())
    ).first()
    if row is None:
        raise NotReady("NO_INSURANCE_BASE", f"{person.name} 在 {month.label} 没有社保公积金基数。请 HR 补上后再算。")
    return Insured(
        profile.city,
        row.social.fen,
        row.housing.fen,
        str(profile.housing_rate),
        str(profile.supplementary_rate),
        (f"import:insurance:{person.userid}:{row.since}",),
    )


def _tax(work: Work, person: Person, company: Company, about: tuple[PayProfile, Month]) -> TaxFacts:
    """个税:按发放月所在年度的台账累计(同一扣缴义务人),本月新计入的专项附加。"""
    profile, pay_month = about
    rows = work.session.exec(
        select(TaxLedger)
        .where(
            TaxLedger.unit == company.unit,
            TaxLedger.person_id == person.id,
            TaxLedger.tax_year == pay_month.year,
            TaxLedger.month < pay_month.month,
        )
        .order_by(col(TaxLedger.month))
    ).all()
    special = work.session.exec(
        select(SpecialAdditional).where(
            SpecialAdditional.person_id == person.id, SpecialAdditional.since <= str(pay_month)
        )
    )
    monthly = sum(s.monthly.fen for s in special if s.until is None or s.until >= str(pay_month))
    same_year = profile.tax_year == pay_month.year
    start = profile.tax_start_month if same_year else _first_month(person, pay_month)
    recorded = {r.month for r in rows}
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
        new_special=monthly,
    )


def _paid_months(work: Work, pay_month: Month) -> set[int]:
    """这个税年里本系统发过工资的月份。在职而那个月没有发到的人(例如发薪日之后才入职),算一个零的月,不算缺。"""
    paid = work.session.exec(
        select(PayRun.pay_month).where(
            PayRun.state == "published",
            PayRun.pay_month >= f"{pay_month.year}-01",
            PayRun.pay_month < str(pay_month),
        )
    )
    return {Month.parse(one).first.month for one in paid}


def _first_month(person: Person, pay_month: Month) -> int:
    """本税年在本单位的第一个月。"""
    hired = person.hired_on
    return hired.month if hired is not None and hired.year == pay_month.year else 1
