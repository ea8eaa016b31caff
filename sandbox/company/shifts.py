"""班次 shifts:白班、夜班、考勤组,与每人每天的排班。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sandbox.company.holidays import FIRST_DAY, LAST_DAY, days, is_statutory, is_workday
from sandbox.company.people import FACTORY, SERVICE
from sandbox.company.shapes import CST, AttendanceGroup, Person, Rest, Schedule, Section, Shift

DAY = Shift(
    510001, "day", "白班", (Section(time(9), time(18), False),), (Rest(time(12), False, time(13), False),), 480, 30, 120
)
NIGHT = Shift(
    510002,
    "night",
    "夜班",
    (Section(time(22), time(6), True),),
    (Rest(time(2), True, time(2, 30), True),),
    450,
    30,
    120,
)
SHIFTS = (DAY, NIGHT)

OFFICE_GROUP, SERVICE_GROUP, FACTORY_GROUP = 620001, 620002, 620003
GROUP_OF_DEPT = {SERVICE: SERVICE_GROUP, FACTORY: FACTORY_GROUP}

PUBLISHED = datetime(2026, 8, 25, 17, 0, tzinfo=CST)
"""排班在八月下旬一次排到年底。"""


def group_of(person: Person) -> int:
    """考勤组:客服、生产的一线人员轮班,其余(含经理)固定白班。"""
    if person.leader_of:
        return OFFICE_GROUP
    return GROUP_OF_DEPT.get(person.dept_ids[0], OFFICE_GROUP)


def groups(people: Sequence[Person]) -> tuple[AttendanceGroup, ...]:
    """三个考勤组。"""
    week = (DAY.id,) * 5 + (None, None)
    plain: tuple[int | None, ...] = (None,) * 7

    def members(group_id: int) -> tuple[str, ...]:
        return tuple(p.userid for p in people if group_of(p) == group_id)

    both = (DAY.id, NIGHT.id)
    return (
        AttendanceGroup(OFFICE_GROUP, "办公室", "FIXED", (DAY.id,), DAY.id, week, members(OFFICE_GROUP)),
        AttendanceGroup(SERVICE_GROUP, "客服轮班", "TURN", both, DAY.id, plain, members(SERVICE_GROUP)),
        AttendanceGroup(FACTORY_GROUP, "生产轮班", "TURN", both, DAY.id, plain, members(FACTORY_GROUP)),
    )


def schedules(people: Sequence[Person]) -> tuple[Schedule, ...]:
    """在职期间每人每天一条,按人、按日排序。"""
    out: list[Schedule] = []
    for order, person in enumerate(people):
        plan = rota(order) if group_of(person) != OFFICE_GROUP else office()
        for day in days(FIRST_DAY, LAST_DAY):
            if person.employed_on(day):
                out.append(_schedule(len(out), person, day, plan[day]))
    return tuple(out)


def office() -> dict[date, Shift | None]:
    """固定白班:照放假安排。"""
    return {day: DAY if is_workday(day) else None for day in days(FIRST_DAY, LAST_DAY)}


def rota(order: int) -> dict[date, Shift | None]:
    """轮班:上五休二,每三轮有一轮夜班;法定节假日休息;每月班数与当月工作日数相等。"""
    plan: dict[date, Shift | None] = {}
    for day in days(FIRST_DAY, LAST_DAY):
        offset = (day - FIRST_DAY).days + 3 * order
        shift = NIGHT if (offset // 7 + order) % 3 == 0 else DAY
        plan[day] = shift if offset % 7 < 5 and not is_statutory(day) else None
    for month in range(FIRST_DAY.month, LAST_DAY.month + 1):
        _level(plan, order, [day for day in plan if day.month == month])
    return plan


def _level(plan: dict[date, Shift | None], order: int, month: list[date]) -> None:
    """把一个月的班数调到与工作日数相等:多的从放假的日子去掉,少的加在休息的头一天。"""
    wanted = sum(1 for day in month if is_workday(day))
    for day in sorted(month, key=lambda d: (is_workday(d), d)):
        if sum(1 for d in month if plan[d]) <= wanted:
            break
        plan[day] = None
    for day in month:
        if sum(1 for d in month if plan[d]) >= wanted:
            break
        offset = (day - FIRST_DAY).days + 3 * order
        before = plan.get(day - timedelta(days=1))
        if plan[day] is None and offset % 7 == 5 and before and not is_statutory(day):
            plan[day] = before


def _schedule(index: int, person: Person, day: date, shift: Shift | None) -> Schedule:
    on_at = off_at = None
    if shift is not None:
        section = shift.sections[0]
        on_at = datetime.combine(day, section.on, CST)
        off_at = datetime.combine(day + timedelta(days=int(section.off_across)), section.off, CST)
    return Schedule(
        plan_id=770_000_000_001 + 2 * index,
        userid=person.userid,
        group_id=group_of(person),
        work_date=day,
        shift_id=None if shift is None else shift.id,
        on_at=on_at,
        off_at=off_at,
        published_at=PUBLISHED if person.joined_at <= PUBLISHED else person.joined_at,
    )
