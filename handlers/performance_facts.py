"""绩效的事实 performance facts:一个人一个周期,各来源量得什么——签单、评价、考勤、录入的分数、目标、基线。

没有就是 None(无数据),从不当零;每个事实带证据编号。季度、年度由它各月的依据合起来。
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlmodel import col, select

from config.policies import Policies
from engine.attendance import absent_days
from engine.days import Month, shanghai_date
from engine.performance import Fact
from engine.performance_cycle import Cycle
from engine.performance_goal import Goal, Midcycle, MonthGoal, cycle_goal, month_goal, words
from engine.performance_measure import BASELINE, INPUT, TARGET
from handlers.attendance import PersonMonth, months_of
from handlers.performance_planbook import PlanBook
from models.mailbox import Cursor
from models.people import Person
from models.performance import Deal, Indicator, InputScore, Rating, Target
from models.work import Work


@dataclass(frozen=True, slots=True)
class Swap:
    """假如某个指标某个月换成这一版目标:预览用。"""

    indicator: str
    month: Month
    goal: Goal


@dataclass(frozen=True, slots=True)
class About:
    """量谁的哪个周期:swap 是假如的目标;book 是一批人共用的方案簿(没有就现读);more 是假如再签一单多少分。"""

    person: Person
    cycle: Cycle
    rules: Policies
    swap: Swap | None = None
    book: PlanBook | None = None
    more: int = 0

    @property
    def months(self) -> tuple[Month, ...]:
        """周期里在职的各月。"""
        hired, left = self.person.hired_on, self.person.last_work_day
        return tuple(
            m for m in self.cycle.months if (hired is None or hired <= m.last) and (left is None or left >= m.first)
        )


Facts = dict[str, Fact]


def facts_of(work: Work, about: About, row: Indicator, needed: Collection[str]) -> Facts:
    """一个指标用到的事实(needed 是公式用到的名字与“目标”);用不到的不去查。"""
    found: Facts = {}
    if set(needed) - {TARGET, BASELINE}:
        found |= SOURCES[row.source](work, about, row)
    if TARGET in needed:
        found[TARGET] = target_fact(work, about, row)
    if BASELINE in needed:
        found[BASELINE] = _baseline(work, about, row)
    return found


def _deals(work: Work, about: About, row: Indicator) -> Facts:
    """签单:周期里签下、至今有效的;签单从未同步过为无数据。"""
    person, cycle = about.person, about.cycle
    cursor = work.session.get(Cursor, "deals")
    if cursor is None or cursor.success_at is None:
        return {"签单额": Fact("签单额", None, "money"), "签单数": Fact("签单数", None, "count")}
    rows = deals_in(work, person.userid, cycle)
    evidence = tuple(f"deal:{one.source_id}" for one in rows) or (f"deals:{person.userid}:{cycle}",)
    total = Fraction(sum(one.amount.fen for one in rows) + about.more, 100)
    count = Fraction(len(rows) + bool(about.more))
    return {
        "签单额": Fact("签单额", total, "money", evidence),
        "签单数": Fact("签单数", count, "count", evidence),
    }


def _ratings(work: Work, about: About, row: Indicator) -> Facts:
    """满意度:周期里评价的合计与份数(平均是精确的比);一份也没有为无数据。"""
    cycle = about.cycle
    rows = work.session.exec(
        select(Rating)
        .where(
            Rating.owner_userid == about.person.userid,
            Rating.rated_on >= cycle.first,
            Rating.rated_on <= cycle.last,
        )
        .order_by(col(Rating.rated_on), col(Rating.source_id))
    ).all()
    evidence = tuple(f"rating:{one.source_id}" for one in rows)
    total = sum((Fraction(one.score) for one in rows), Fraction(0))
    values = (total, Fraction(len(rows)), Fraction(total, len(rows))) if rows else (None, None, None)
    names = (("评价合计", "count"), ("评价份数", "count"), ("平均分", "rate"))
    return {name: Fact(name, value, unit, evidence) for (name, unit), value in zip(names, values, strict=True)}


def _attendance(work: Work, about: About, row: Indicator) -> Facts:
    """考勤:周期里在职而已经开始的各月,出勤与应出勤(已批的带薪假不另算)。"""
    return attendance_facts(work, about)


def attendance_facts(work: Work, about: About) -> Facts:
    """考勤的各项事实;没有应出勤的日子为无数据。"""
    today = shanghai_date(work.now)
    found = [months_of(work, [about.person], month, about.rules)[0] for month in about.months if month.first <= today]
    planned = sum(m.facts.planned_minutes for m in found)
    evidence = tuple(dict.fromkeys(e for one in found for e in _seen(one)))
    counted: dict[str, tuple[str, int | Fraction]] = {
        "出勤分钟": ("count", sum(m.facts.worked_minutes for m in found)),
        "应出勤分钟": ("count", planned),
        "出勤天数": ("days", sum(m.facts.worked_days for m in found)),
        "应出勤天数": ("days", sum(m.facts.workdays for m in found)),
        "迟到次数": ("count", sum(m.facts.late for m in found)),
        "早退次数": ("count", sum(m.facts.early for m in found)),
        "缺卡次数": ("count", sum(m.facts.missing for m in found)),
        "旷工天数": ("days", sum((absent_days(d) for m in found for d in m.days), Fraction(0))),
    }
    return {
        name: Fact(name, Fraction(value) if planned else None, unit, evidence)
        for name, (unit, value) in counted.items()
    }


def _seen(one: PersonMonth) -> tuple[str, ...]:
    """一个月考勤的证据:有异样的日子;没有就写整月。"""
    names = ("absent", "late", "early", "leave")
    odd = tuple(e for name in names for e in one.facts.evidence.get(name, ()))
    return odd or (f"attendance:{one.userid}:{one.month}",)


def _input(work: Work, about: About, row: Indicator) -> Facts:
    """录入的分数:周期头一天有效的最新一版。"""
    return {INPUT: _entered(work, about, row, ("score", INPUT))}


def _baseline(work: Work, about: About, row: Indicator) -> Fact:
    """基线:例如录用时的面试分,试用期的考核从它起。"""
    return _entered(work, about, row, ("baseline", BASELINE))


def _entered(work: Work, about: About, row: Indicator, what: tuple[str, str]) -> Fact:
    kind, name = what
    found = entered(work, about.person, (row.code, kind), about.cycle.first)
    if found is None:
        return Fact(name, None, row.unit)
    evidence = (f"input:{found.id}", found.evidence)
    return Fact(name, Fraction(found.value), row.unit, evidence, found.reason)


def entered(work: Work, person: Person, what: tuple[str, str], day: date) -> InputScore | None:
    """某人某指标在这一天有效的录入(what 是指标与种类):since 最近的、最新的一版,撤回了就没有。

    在职不满整个周期的(例如月中入职),从入职那天看起。
    """
    code, kind = what
    day = max(day, person.hired_on) if person.hired_on is not None else day
    rows = work.session.exec(
        select(InputScore)
        .where(
            InputScore.person_id == person.id,
            InputScore.indicator == code,
            InputScore.kind == kind,
            InputScore.since <= day,
        )
        .order_by(col(InputScore.since).desc(), col(InputScore.revision).desc())
    )
    seen: set[date] = set()
    for row in rows:
        if row.since in seen:
            continue
        seen.add(row.since)
        if row.state == "in_force" and (row.until is None or row.until >= day):
            return row
    return None


SOURCES: dict[str, Callable[[Work, About, Indicator], Facts]] = {
    "deals": _deals,
    "ratings": _ratings,
    "attendance": _attendance,
    "input": _input,
}
"""指标的来源:一种来源一个量法。"""


def target_fact(work: Work, about: About, row: Indicator) -> Fact:
    """目标:各月的目标合起来(比率按天数平均);期中改过的照政策 performance.midcycle。缺一个月就是无数据。"""
    midcycle = about.rules.switches["performance.midcycle"]
    months: list[MonthGoal] = []
    evidence: list[str] = []
    lacking: list[str] = []
    replaced: list[str] = []
    for month in about.months:
        how = Midcycle(midcycle.on(month.first))
        rows = targets_of(work, about.person, row.code, month)
        found = month_goal(_goals(rows, about.swap, (row.code, month)), month, how)
        if found is None:
            lacking.append(month.label)
            continue
        months.append(found)
        if how is Midcycle.REPLACE and len(rows) > 1 and rows[-1].effective_on > month.first:
            replaced.append(f"{month.month}月改过目标,整月按第 {found.revision} 版算")
        used = {piece.revision for piece in found.pieces}
        evidence += [f"target:{one.id}" for one in rows if one.revision in used]
    if lacking or not months:
        return Fact(TARGET, None, row.unit, (), f"{'、'.join(lacking)}还没有目标" if lacking else "")
    said = [one for one in (words(months, row.unit), *replaced) if one]
    if replaced or any(len(m.pieces) > 1 for m in months):
        said.append(f"依据 {midcycle.rule_id(about.cycle.first)}")
    return Fact(TARGET, cycle_goal(months, row.unit), row.unit, tuple(evidence), ";".join(said))


def _goals(rows: Sequence[Target], swap: Swap | None, about: tuple[str, Month]) -> list[Goal]:
    """存下的各版,加上假如的一版。"""
    goals = [Goal(t.revision, t.value, t.effective_on) for t in rows]
    return [*goals, swap.goal] if swap is not None and (swap.indicator, swap.month) == about else goals


def targets_of(work: Work, person: Person, indicator: str, month: Month) -> list[Target]:
    """某人某指标某月的目标,旧的在前。"""
    return list(
        work.session.exec(
            select(Target)
            .where(Target.person_id == person.id, Target.indicator == indicator, Target.month == str(month))
            .order_by(col(Target.revision))
        )
    )


def target_of(work: Work, person: Person, indicator: str, month: Month) -> Target | None:
    """某人某指标某月的目标:最新一版。"""
    rows = targets_of(work, person, indicator, month)
    return rows[-1] if rows else None


def deals_in(work: Work, userid: str, cycle: Cycle) -> list[Deal]:
    """某人某周期签下、至今有效的签单。"""
    return list(
        work.session.exec(
            select(Deal)
            .where(
                Deal.owner_userid == userid,
                Deal.status == "signed",
                col(Deal.signed_on) >= cycle.first,
                col(Deal.signed_on) <= cycle.last,
            )
            .order_by(col(Deal.signed_on), col(Deal.source_id))
        )
    )
