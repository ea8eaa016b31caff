"""考勤 attendance:由班次、打卡、请假、加班审批,判定一天是什么情况;再合成一个月。

夜班属于开始的那一天。迟到早退只数该上班而没上的分钟:休息与已请的假不算。打卡不满一分钟的零头都算给员工。
结论带原因(中文)与证据编号,打卡更正后重判即可,什么都不记在别处。
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from engine.days import KIND_LABELS, DayKind
from engine.overtime import Approval, Record, approved_records
from engine.shifts import Shift, Window, cut, local, meet, merge, minutes_of

MINUTE = timedelta(minutes=1)


class State(StrEnum):
    """一天的结论;几样都有时取最重的。"""

    NORMAL = "normal"
    LATE = "late"
    EARLY = "early"
    MISSING = "missing"
    ABSENT = "absent"
    LEAVE = "leave"
    REST = "rest"
    NO_SHIFT = "no_shift"
    PLANNED = "planned"


STATE_LABELS = {
    State.NORMAL: "正常",
    State.LATE: "迟到",
    State.EARLY: "早退",
    State.MISSING: "缺卡",
    State.ABSENT: "旷工",
    State.LEAVE: "请假",
    State.REST: "休息",
    State.NO_SHIFT: "没有排班",
    State.PLANNED: "未到,按排班计",
}


@dataclass(frozen=True, slots=True)
class AttendanceRules:
    """考勤的规定(分钟)。

    late_tolerance/early_tolerance 不超过它的不算迟到早退(超过的从第一分钟算起);
    absent_after 迟到或早退达到它的按旷工算,None 为不这样算。
    """

    late_tolerance: int = 0
    early_tolerance: int = 0
    absent_after: int | None = None


@dataclass(frozen=True, slots=True)
class PunchSeen:
    """一次打卡:evidence 证据编号,at 时刻(带时区或上海钟面时间),type on 上班 | off 下班 | 空 不分。"""

    evidence: str
    at: datetime
    type: str = ""


@dataclass(frozen=True, slots=True)
class LeaveOnDay:
    """这一天的一份假:type 假种,label 名字,windows 占的钟面时间,half_days 算了几个半天,minutes 算了几分钟。

    half_days 与 minutes 用请假时数出来的那两个数,这里不再另数;按小时的假 half_days 为 0。
    """

    type: str
    label: str
    windows: tuple[Window, ...]
    half_days: int
    minutes: int
    evidence: str


@dataclass(frozen=True, slots=True)
class DayInput:
    """判定一天要的事实。punches 只给属于这一天的班的那些;overtime 是已批的加班。"""

    day: date
    kind: DayKind
    shift: Shift | None
    punches: tuple[PunchSeen, ...] = ()
    leaves: tuple[LeaveOnDay, ...] = ()
    overtime: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True)
class DayFact:
    """一天的事实。

    planned_minutes 应出勤(排班减休息,未减请假);worked_minutes 应出勤里实际在的;overtime 审批与在场重叠的加班;
    missing 缺哪一次卡(on | off);leave 逐份的 (假种, 半天数, 分钟);
    evidence 按事项的证据:(late | early | missing | absent | leave | overtime | punch, 证据编号)。
    """

    day: date
    kind: DayKind
    state: State
    planned_minutes: int = 0
    worked_minutes: int = 0
    late_minutes: int = 0
    early_minutes: int = 0
    absent_minutes: int = 0
    missing: tuple[str, ...] = ()
    leave: tuple[tuple[str, int, int], ...] = ()
    overtime: tuple[Record, ...] = ()
    reasons: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()

    @property
    def is_workday(self) -> bool:
        return self.kind in (DayKind.WORKDAY, DayKind.MAKEUP)

    @property
    def overtime_minutes(self) -> int:
        return minutes_of((record.start, record.end) for record in self.overtime)


def judge(facts: DayInput, rules: AttendanceRules) -> DayFact:
    """判定一天。没有排班的工作日记为 no_shift(要 HR 补排班),不算旷工。"""
    draft = _Draft(facts)
    draft.look_punches(rules)
    draft.look_leave()
    draft.look_overtime()
    return draft.fact()


def expected(facts: DayInput) -> DayFact:
    """还没到的一天:按排班与已请的假当作如期出勤(试算用),不看打卡。"""
    draft = _Draft(replace(facts, punches=(), overtime=()))
    draft.look_leave()
    fact = draft.fact()
    return replace(fact, state=State.PLANNED) if fact.state is State.NORMAL else fact


def _ends(facts: DayInput, required: tuple[Window, ...]) -> tuple[PunchSeen | None, PunchSeen | None]:
    """上班卡取最早的,下班卡取最晚的;只有一次不分上下班的卡时,离哪头近算哪头。"""
    ordered = sorted(facts.punches, key=lambda p: local(p.at))
    ons = [p for p in ordered if p.type in ("on", "")]
    offs = [p for p in ordered if p.type in ("off", "")]
    first, last = (ons[0] if ons else None), (offs[-1] if offs else None)
    if first is not None and first is last:
        near_end = bool(required) and local(first.at) - required[0][0] > required[-1][1] - local(first.at)
        return (None, last) if near_end else (first, None)
    return first, last


class _Draft:
    """判定一天时的草稿。"""

    def __init__(self, facts: DayInput) -> None:
        works = facts.kind in (DayKind.WORKDAY, DayKind.MAKEUP)
        self.facts = facts
        self.planned = facts.shift.windows(facts.day) if works and facts.shift is not None else ()
        self.required = cut(self.planned, [window for leave in facts.leaves for window in leave.windows])
        self.first, self.last = _ends(facts, self.required)
        seen = tuple(p.evidence for p in (self.first, self.last) if p is not None)
        approvals = (*facts.overtime, *_scheduled(facts))
        outside = cut(present(facts.punches), self.planned) if approvals else ()
        self.overtime = approved_records(approvals, outside, seen) if approvals else ()
        self.late = self.early = self.absent = 0
        self.missing: list[str] = []
        self.reasons: list[str] = []
        self.evidence = [("punch", name) for name in seen]

    def look_punches(self, rules: AttendanceRules) -> None:
        """旷工、缺卡、迟到、早退。"""
        if not self.required:
            return
        if self.first is None and self.last is None:
            self.absent = minutes_of(self.required)
            self.reasons.append(f"应出勤 {self.absent} 分钟,没有打卡记录")
            self.evidence.append(("absent", f"day:{self.facts.day.isoformat()}"))
            return
        self._look_start(rules)
        self._look_end(rules)

    def look_leave(self) -> None:
        """记下请的假。"""
        for leave in self.facts.leaves:
            self.reasons.append(leave.label)
            self.evidence.append(("leave", leave.evidence))

    def look_overtime(self) -> None:
        """记下加班:审批与在场重叠的部分。"""
        for record in self.overtime:
            much = minutes_of([(record.start, record.end)])
            self.reasons.append(f"加班 {record.start:%H:%M}–{record.end:%H:%M},{much} 分钟")
            self.evidence += [("overtime", evidence) for evidence in record.evidence]

    def _look_start(self, rules: AttendanceRules) -> None:
        if self.first is None:
            self._miss("on", "缺上班卡")
            return
        at = _floor(local(self.first.at))
        minutes = minutes_of(meet(self.required, [(self.required[0][0], at)])) if at > self.required[0][0] else 0
        if minutes > rules.late_tolerance:
            self._lost("late", minutes, (self.first, f"{at:%H:%M} 打上班卡,迟到 {minutes} 分钟"), rules)

    def _look_end(self, rules: AttendanceRules) -> None:
        if self.last is None:
            self._miss("off", "缺下班卡")
            return
        at = _ceil(local(self.last.at))
        end = self.required[-1][1]
        minutes = minutes_of(meet(self.required, [(at, end)])) if at < end else 0
        if minutes > rules.early_tolerance:
            self._lost("early", minutes, (self.last, f"{at:%H:%M} 打下班卡,早退 {minutes} 分钟"), rules)

    def _lost(self, item: str, minutes: int, seen: tuple[PunchSeen, str], rules: AttendanceRules) -> None:
        punch, words = seen
        if rules.absent_after is not None and minutes >= rules.absent_after:
            self.absent += minutes
            self.reasons.append(f"{words},达到 {rules.absent_after} 分钟按旷工计")
            self.evidence.append(("absent", punch.evidence))
            return
        if item == "late":
            self.late = minutes
        else:
            self.early = minutes
        self.reasons.append(words)
        self.evidence.append((item, punch.evidence))

    def _miss(self, side: str, words: str) -> None:
        self.missing.append(side)
        self.reasons.append(words)
        self.evidence += [("missing", p.evidence) for p in (self.first, self.last) if p is not None]

    def _state(self) -> State:
        facts = self.facts
        if self.absent:
            return State.ABSENT
        if self.missing:
            return State.MISSING
        if self.late:
            return State.LATE
        if self.early:
            return State.EARLY
        if self.planned:
            return State.NORMAL if self.required else State.LEAVE
        if facts.kind in (DayKind.WORKDAY, DayKind.MAKEUP):
            return State.LEAVE if facts.leaves else State.NO_SHIFT
        return State.REST

    def fact(self) -> DayFact:
        state = self._state()
        if state is State.REST and not self.reasons:
            self.reasons.append(KIND_LABELS[self.facts.kind])
        if state is State.NO_SHIFT:
            self.reasons.append("这一天没有排班,请 HR 补上")
        leaves = tuple((leave.type, leave.half_days, leave.minutes) for leave in self.facts.leaves)
        return DayFact(
            day=self.facts.day,
            kind=self.facts.kind,
            state=state,
            planned_minutes=minutes_of(self.planned),
            worked_minutes=max(minutes_of(self.required) - self.late - self.early - self.absent, 0),
            late_minutes=self.late,
            early_minutes=self.early,
            absent_minutes=min(self.absent, minutes_of(self.required)),
            missing=tuple(self.missing),
            leave=leaves,
            overtime=self.overtime,
            reasons=tuple(self.reasons),
            evidence=tuple(dict.fromkeys(self.evidence)),
        )


def _scheduled(facts: DayInput) -> tuple[Approval, ...]:
    """法定节假日排了班的:排班就是公司的安排,不必另有加班审批。"""
    if facts.kind is not DayKind.STATUTORY or facts.shift is None:
        return ()
    name = f"schedule:{facts.day.isoformat()}"
    return tuple(Approval(start, end, name) for start, end in facts.shift.windows(facts.day))


def present(punches: tuple[PunchSeen, ...]) -> tuple[Window, ...]:
    """人在的时间:从上班卡到其后最晚的下班卡,之后再有上班卡另起一段;不分上下班的卡取头尾。

    连打两次上班卡取早的,连打两次下班卡取晚的;只有一头的不成段。
    """
    found: list[Window] = []
    start: datetime | None = None
    end: datetime | None = None
    for punch in sorted(punches, key=lambda p: local(p.at)):
        at = local(punch.at)
        opens = punch.type == "on" or (punch.type == "" and start is None)
        if opens and start is not None and end is not None:
            found.append((start, end))
            start, end = at, None
        elif opens:
            start = at if start is None else start
        elif start is not None:
            end = at
    if start is not None and end is not None:
        found.append((start, end))
    return merge((_floor(a), _ceil(b)) for a, b in found)


def _floor(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _ceil(at: datetime) -> datetime:
    low = _floor(at)
    return low if low == at else low + MINUTE


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """一个月的事实。

    workdays 应出勤天数;worked_days 有出勤的天数;rest_days 休息天数;late/early/missing/absent 各有几次(天);
    *_minutes 合计分钟;leave_half_days、leave_minutes 按假种;overtime 各次加班(归到日子由 engine.overtime 拆);
    evidence 按事项的证据编号。
    """

    workdays: int
    worked_days: int
    rest_days: int
    planned_minutes: int
    worked_minutes: int
    late: int
    late_minutes: int
    early: int
    early_minutes: int
    missing: int
    absent: int
    absent_minutes: int
    no_shift: int
    leave_half_days: dict[str, int]
    leave_minutes: dict[str, int]
    overtime: tuple[Record, ...]
    evidence: dict[str, tuple[str, ...]]

    @property
    def full_attendance(self) -> bool:
        """全勤:没有旷工、缺卡、迟到、早退,也没有请假。"""
        return not (self.late or self.early or self.missing or self.absent or self.leave_minutes)


def month_facts(days: tuple[DayFact, ...] | list[DayFact]) -> MonthFacts:
    """把一个月的各天合起来;与各天的先后无关。"""
    ordered = sorted(days, key=lambda d: d.day)
    half_days: dict[str, int] = {}
    minutes: dict[str, int] = {}
    evidence: dict[str, tuple[str, ...]] = {}
    for fact in ordered:
        for kind, halves, much in fact.leave:
            half_days[kind] = half_days.get(kind, 0) + halves
            minutes[kind] = minutes.get(kind, 0) + much
        for item, name in fact.evidence:
            if name not in evidence.get(item, ()):
                evidence[item] = (*evidence.get(item, ()), name)
    return MonthFacts(
        workdays=sum(f.is_workday for f in ordered),
        worked_days=sum(f.is_workday and f.worked_minutes > 0 for f in ordered),
        rest_days=sum(not f.is_workday for f in ordered),
        planned_minutes=sum(f.planned_minutes for f in ordered),
        worked_minutes=sum(f.worked_minutes for f in ordered),
        late=sum(f.late_minutes > 0 for f in ordered),
        late_minutes=sum(f.late_minutes for f in ordered),
        early=sum(f.early_minutes > 0 for f in ordered),
        early_minutes=sum(f.early_minutes for f in ordered),
        missing=sum(len(f.missing) for f in ordered),
        absent=sum(f.absent_minutes > 0 for f in ordered),
        absent_minutes=sum(f.absent_minutes for f in ordered),
        no_shift=sum(f.state is State.NO_SHIFT for f in ordered),
        leave_half_days=half_days,
        leave_minutes=minutes,
        overtime=tuple(record for f in ordered for record in f.overtime),
        evidence=evidence,
    )


def absent_days(fact: DayFact) -> Fraction:
    """旷工折成几天:缺的分钟占应出勤的多少。"""
    return Fraction(fact.absent_minutes, fact.planned_minutes) if fact.planned_minutes else Fraction(0)
