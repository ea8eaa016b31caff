"""考勤 attendance:每人每天的打卡;有迟到、早退、缺卡、补卡、改判、外勤、旷工。"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from sandbox.company.approvals import Desk, Ruling, clock, in_force, office_hours
from sandbox.company.chance import Dice
from sandbox.company.overtime import PLANS, OvertimePlan
from sandbox.company.people import SALES_1, SALES_2
from sandbox.company.shapes import Approval, CheckType, Person, Punch, Schedule
from sandbox.company.shifts import DAY

OFFICE = "上海市浦东新区张江路 88 号"
FIRST_PUNCH_ID = 880_000_000_001

TimeResult = Literal["Normal", "Early", "Late", "SeriousLate", "Absenteeism"]

LATE = {("liming", date(2026, 10, 14)): 17, ("huangtao", date(2026, 10, 20)): 46}
"""写死的迟到分钟。"""

EARLY = {("xiejuan", date(2026, 10, 23)): 35}
"""写死的早退分钟。"""

FORGOT = {("tangyu", date(2026, 10, 22)): "2026-11-19 16:20", ("dinghui", date(2026, 10, 14)): ""}
"""写死的下班缺卡;后面是补卡提交的时刻,空的不补。tangyu 的在十月发薪之后才补。"""

REJUDGED = frozenset({("guobin", date(2026, 10, 9))})
"""先判迟到、管理员后来改判正常的上班卡(当天地铁故障)。"""

ABSENT = frozenset({("renhao", date(2026, 10, 21)), ("liaomei", date(2026, 11, 19))})
"""旷工的日子:排了班就一张卡也没有;没排班就不算。"""

STEADY_UNTIL = {"liming": date(2026, 11, 20)}
"""到这一天为止,除写死的以外样样正常的人。"""


@dataclass(frozen=True, slots=True)
class Habit:
    """一个人的习惯:迟到、早退、缺卡、外勤的千分比。"""

    late: int
    early: int
    forget: int
    outside: int


@dataclass(slots=True)
class Book:
    """正在记的打卡簿:打卡与由此而来的补卡单。"""

    desk: Desk
    punches: list[Punch] = field(default_factory=list)
    supplies: list[Approval] = field(default_factory=list)
    count: int = 0

    def add(self, punch: Punch) -> Punch:
        """记一次打卡,给它编号。"""
        numbered = replace(punch, id=FIRST_PUNCH_ID + self.count)
        self.count += 1
        self.punches.append(numbered)
        return numbered


def attendance(
    desk: Desk, people: Sequence[Person], schedules: Iterable[Schedule], approvals: Sequence[Approval]
) -> tuple[tuple[Punch, ...], tuple[Approval, ...]]:
    """全部打卡与补卡单;打卡按(得知时刻, id)排序。"""
    book = Book(desk)
    leaves: dict[str, list[Approval]] = {}
    for paper in in_force(approvals, "leave"):
        leaves.setdefault(paper.userid, []).append(paper)
    trips = {(p.userid, p.begin_at.date() + timedelta(days=n)) for p in in_force(approvals, "trip") for n in range(2)}
    habits = {p.userid: _habit(desk.seed, p) for p in people}
    extra = {(p.userid, date.fromisoformat(p.start[:10])): p for p in PLANS if p.outcome == "agree"}
    for schedule in schedules:
        key = (schedule.userid, schedule.work_date)
        dice = Dice(desk.seed, "punch", schedule.userid, schedule.work_date)
        if schedule.on_at is None or schedule.off_at is None:
            if key in extra:
                _free_day(book, dice, schedule, extra[key])
            continue
        if key in ABSENT:
            continue
        worked = working_part(schedule, leaves.get(schedule.userid, ()))
        if worked is not None:
            day = _Day(schedule, worked, habits[schedule.userid], extra.get(key), key in trips)
            _punch_in(book, dice, day)
            _punch_out(book, dice, day)
    return tuple(sorted(book.punches, key=lambda p: (p.known_at, p.id))), tuple(book.supplies)


def working_part(schedule: Schedule, leaves: Iterable[Approval]) -> tuple[datetime, datetime] | None:
    """扣掉请假后这一班要到岗的起止;整班请假为 None。"""
    start, end = schedule.on_at, schedule.off_at
    if start is None or end is None:
        return None
    for paper in leaves:
        begin, finish = paper.begin_at, paper.end_at
        if paper.unit == "day" and begin.date() <= schedule.work_date <= date.fromisoformat(paper.to_text):
            return None
        if begin <= start < finish:
            start = finish.replace(hour=13) if finish.hour == 12 else finish
        if begin < end <= finish:
            end = begin.replace(hour=12) if begin.hour == 13 else begin
    return (start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class _Day:
    """打一班卡要知道的事。"""

    schedule: Schedule
    worked: tuple[datetime, datetime]
    habit: Habit
    overtime: OvertimePlan | None
    travelling: bool

    @property
    def steady(self) -> bool:
        """这一天是否必须样样正常。"""
        return self.schedule.work_date <= STEADY_UNTIL.get(self.schedule.userid, date.min)


def _habit(seed: int, person: Person) -> Habit:
    dice = Dice(seed, "habit", person.userid)
    sales = person.dept_ids[0] in (SALES_1, SALES_2)
    return Habit(dice.pick((0, 5, 10, 20, 45)), dice.pick((0, 4, 10)), dice.pick((0, 5, 10, 18)), 90 if sales else 8)


def _punch_in(book: Book, dice: Dice, day: _Day) -> None:
    base = day.worked[0]
    key = (day.schedule.userid, day.schedule.work_date)
    late, forgot = dice.hits(day.habit.late), dice.hits(day.habit.forget)
    minutes = dice.between(3, 44)
    early_by = timedelta(minutes=dice.between(1, 21), seconds=dice.between(0, 59))
    if key in LATE:
        late, forgot, minutes = True, False, LATE[key]
    elif key in REJUDGED:
        late, forgot, minutes = True, False, 28
    elif day.steady:
        late = forgot = False
    if forgot and not late:
        _forgotten(book, dice, day, ("OnDuty", base))
        return
    at = base + timedelta(minutes=minutes, seconds=dice.between(0, 59)) if late else base - early_by
    result: TimeResult = ("SeriousLate" if minutes > DAY.serious_late_minutes else "Late") if late else "Normal"
    punch = book.add(_punch(dice, day, ("OnDuty", base), at, result))
    if key in REJUDGED:
        fixed_at = at + timedelta(days=3, hours=2)
        book.punches[-1] = replace(punch, superseded_at=fixed_at)
        book.punches.append(
            replace(
                punch,
                at=base,
                time_result="Normal",
                source_type="BOSS",
                known_at=fixed_at,
                remark="当天地铁故障,改判正常",
            )
        )


def _punch_out(book: Book, dice: Dice, day: _Day) -> None:
    base = day.worked[1]
    key = (day.schedule.userid, day.schedule.work_date)
    early, forgot = dice.hits(day.habit.early), dice.hits(day.habit.forget)
    minutes, linger = dice.between(6, 50), dice.between(0, 35)
    if key in EARLY:
        early, forgot, minutes = True, False, EARLY[key]
    elif day.steady:
        early = forgot = False
    at = base + timedelta(minutes=linger, seconds=dice.between(0, 59))
    if day.overtime is not None:
        early, forgot, at = False, False, _overtime_out(dice, day.overtime, at)
    if key in FORGOT or (forgot and not early):
        _forgotten(book, dice, day, ("OffDuty", base))
        return
    if early:
        at = base - timedelta(minutes=minutes)
    book.add(_punch(dice, day, ("OffDuty", base), at, "Early" if early else "Normal"))


def _overtime_out(dice: Dice, plan: OvertimePlan, usual: datetime) -> datetime:
    begin, end = _ends(plan)
    if plan.punched == "none":
        return usual
    if plan.punched == "part":
        return begin + (end - begin) / 2 + timedelta(minutes=dice.between(1, 9))
    return end + timedelta(minutes=dice.between(2, 14), seconds=dice.between(0, 59))


def _free_day(book: Book, dice: Dice, schedule: Schedule, plan: OvertimePlan) -> None:
    """休息日、节假日加班:两次计划外打卡。"""
    begin, end = _ends(plan)
    if plan.punched == "none":
        return
    if plan.punched == "part":
        end = begin + (end - begin) / 2
    day = _Day(schedule, (begin, end), Habit(0, 0, 0, 0), plan, False)
    arrive, leave = begin - timedelta(minutes=dice.between(3, 14)), end + timedelta(minutes=dice.between(2, 16))
    for check_type, at in (("OnDuty", arrive), ("OffDuty", leave)):
        kind: CheckType = "OnDuty" if check_type == "OnDuty" else "OffDuty"
        book.add(replace(_punch(dice, day, (kind, at), at, "Normal"), plan_id=None, base_at=None, shift_id=None))


def _forgotten(book: Book, dice: Dice, day: _Day, slot: tuple[CheckType, datetime]) -> None:
    """缺卡:十之八九一两天内补卡;写死的照 FORGOT。"""
    check_type, base = slot
    key = (day.schedule.userid, day.schedule.work_date)
    fixes = dice.hits(880)
    created = base + timedelta(hours=dice.between(15, 40), minutes=dice.between(0, 59))
    if check_type == "OffDuty" and key in FORGOT:
        if not FORGOT[key]:
            return
        created = clock(FORGOT[key])
    elif not fixes:
        return
    created = office_hours(created)
    done = office_hours(created + timedelta(hours=dice.between(1, 5), minutes=dice.between(0, 50)))
    ruling = Ruling(created, done, "agree")
    paper = book.desk.supply(day.schedule.userid, base, ruling, dice.pick(("忘记打卡", "手机没电", "考勤机故障")))
    book.supplies.append(paper)
    punch = _punch(dice, day, slot, base, "Normal")
    book.add(
        replace(
            punch,
            source_type="APPROVE",
            location_result="Normal",
            address=OFFICE,
            remark=None,
            process_instance_id=paper.process_instance_id,
            known_at=done,
        )
    )


def _punch(dice: Dice, day: _Day, slot: tuple[CheckType, datetime], at: datetime, result: TimeResult) -> Punch:
    check_type, base = slot
    schedule = day.schedule
    outside = day.travelling or dice.hits(day.habit.outside)
    source: Literal["ATM", "USER"] = "USER" if outside or dice.hits(350) else "ATM"
    return Punch(
        id=0,
        userid=schedule.userid,
        at=at,
        check_type=check_type,
        work_date=schedule.work_date,
        shift_id=schedule.shift_id,
        group_id=schedule.group_id,
        plan_id=schedule.plan_id + (check_type == "OffDuty"),
        base_at=base,
        time_result=result,
        location_result="Outside" if outside else "Normal",
        source_type=source,
        address="客户现场" if outside else OFFICE,
        remark="外勤:拜访客户" if outside else None,
        process_instance_id=None,
        known_at=at,
        superseded_at=None,
    )


def _ends(plan: OvertimePlan) -> tuple[datetime, datetime]:
    return clock(plan.start), clock(plan.end)
