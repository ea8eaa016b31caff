"""请假 leave:假期类型、额度,与期间内的请假单(手写的和随机补的)。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sandbox.company.chance import Dice, uuid_of
from sandbox.company.holidays import FIRST_DAY, LAST_DAY, days, is_workday
from sandbox.company.shapes import CST, Approval, LeaveQuota, LeaveType, Person, Unit
from sandbox.company.shifts import OFFICE_GROUP, group_of


@dataclass(frozen=True, slots=True)
class Kind:
    """假期类型的一行:名称、单位、按自然日、带薪、有额度。"""

    name: str
    unit: Unit
    natural: bool
    paid: bool
    quota: bool = False


KINDS = (
    Kind("年假", "halfDay", False, True, True),
    Kind("事假", "halfDay", False, False),
    Kind("病假", "halfDay", False, True),
    Kind("调休", "hour", False, True, True),
    Kind("婚假", "day", True, True),
    Kind("产假", "day", True, True),
    Kind("陪产假", "day", True, True),
    Kind("产检假", "halfDay", False, True),
    Kind("哺乳假", "hour", False, True),
    Kind("育儿假", "halfDay", False, True, True),
    Kind("护理假", "day", False, True),
    Kind("丧假", "day", False, True),
    Kind("工伤假", "day", True, True),
)

PARENTS = frozenset({"wujing", "dengchao", "shenyue", "dongliang", "lvjia"})
"""有三岁以下孩子的人,有育儿假额度。"""

CARRIED = {"liming": 100, "wangfang": 200, "jinlei": 150, "fanrong": 50, "cuijian": 200, "xiejuan": 100}
"""2025 年结转的年假(天 ×100),2026 年底到期。"""

COMP_HOURS = {"jinlei": 1600, "xuwei": 800, "liangchen": 400, "qinchuan": 1200, "linna": 600, "liming": 400}
"""九月以前攒下的调休(小时 ×100),2026 年底到期。"""


@dataclass(frozen=True, slots=True)
class LeavePlan:
    """一次请假的打算;start/end 写法随 unit;late 为提交后几小时批;result 见 Approval。"""

    userid: str
    kind: str
    start: str
    end: str
    reason: str
    asked: str
    wait_hours: int = 4
    outcome: str = "agree"
    """agree 同意 · refuse 拒绝 · withdraw 自己撤回 · cancelled 同意后又销假。"""


FIXED = (
    LeavePlan("xuwei", "病假", "2026-09-08 AM", "2026-09-08 AM", "感冒发烧", "2026-09-08 08:20", 1),
    LeavePlan("liming", "年假", "2026-09-11 AM", "2026-09-11 PM", "家里装修", "2026-09-07 10:05"),
    LeavePlan("caoxue", "产假", "2026-09-14", "2027-02-18", "预产期 9 月底", "2026-09-02 09:40", 26),
    LeavePlan("chenxin", "年假", "2026-09-17 AM", "2026-09-18 PM", "回老家", "2026-09-10 14:30"),
    LeavePlan("jiangnan", "工伤假", "2026-09-21", "2026-09-24", "搬货扭伤腰,已报工伤", "2026-09-21 08:30", 6),
    LeavePlan("lvjia", "年假", "2026-10-08 AM", "2026-10-10 PM", "国庆后连休", "2026-09-22 11:12"),
    LeavePlan("panli", "丧假", "2026-10-16", "2026-10-18", "外婆去世", "2026-10-16 07:55", 1),
    LeavePlan("jinlei", "调休", "2026-10-16 14:00", "2026-10-16 18:00", "国庆加班调休", "2026-10-15 17:02", 2),
    LeavePlan("jiangbo", "婚假", "2026-10-19", "2026-10-28", "结婚", "2026-10-08 10:00", 20),
    LeavePlan("heqiang", "事假", "2026-10-21 PM", "2026-10-21 PM", "孩子家长会", "2026-10-20 15:18", 3),
    LeavePlan("zhuhong", "病假", "2026-10-26 AM", "2026-10-30 PM", "阑尾炎手术", "2026-10-26 08:05", 2),
    LeavePlan("weiguo", "事假", "2026-11-02 AM", "2026-11-17 PM", "回乡照顾老人", "2026-10-29 16:45", 18),
    LeavePlan("dengchao", "陪产假", "2026-11-02", "2026-11-11", "妻子生产", "2026-10-30 09:10", 5),
    LeavePlan("tangyu", "事假", "2026-11-05 AM", "2026-11-06 AM", "搬家", "2026-11-03 11:26"),
    LeavePlan("shiyu", "产检假", "2026-11-10 AM", "2026-11-10 AM", "孕 20 周产检", "2026-11-06 13:40"),
    LeavePlan("zhangwei", "年假", "2026-11-09 AM", "2026-11-11 PM", "想出去走走", "2026-11-04 18:10", 15, "refuse"),
    LeavePlan("dongliang", "育儿假", "2026-11-12 AM", "2026-11-12 PM", "孩子打疫苗", "2026-11-10 09:35"),
    LeavePlan("songyang", "事假", "2026-11-13 PM", "2026-11-13 PM", "办证", "2026-11-12 10:50", 2, "withdraw"),
    LeavePlan("chenxin", "年假", "2026-11-17 AM", "2026-11-18 PM", "看演唱会", "2026-11-09 12:20", 5, "cancelled"),
    LeavePlan("hanbing", "护理假", "2026-11-19", "2026-11-20", "母亲住院", "2026-11-18 16:00", 2),
    LeavePlan("liangchen", "病假", "2026-11-26 PM", "2026-11-26 PM", "复诊", "2026-11-20 17:30", 66),
    LeavePlan("shenyue", "哺乳假", "2026-12-01 17:00", "2026-12-01 18:00", "哺乳", "2026-11-27 09:00"),
    LeavePlan("caiming", "年假", "2026-12-03 AM", "2026-12-04 PM", "回家", "2026-11-25 10:15"),
    LeavePlan("yuanyuan", "婚假", "2026-12-07", "2026-12-16", "结婚", "2026-11-30 14:00", 20),
)
"""手写的请假单:六类以上,含半天、小时、跨补班、跨月、拒绝、撤回、销假,以及演示时钟以后才发生的。"""

QUIET = frozenset({"liming", "liuyang", "gaoyuan", "wangfang", "zhaohui", "chenjing", "sunli", "zhoujun", "caoxue"})
"""不随机补请假单的人。"""


def code_of(seed: int, name: str) -> str:
    """假期类型的 leave_code。"""
    return uuid_of(seed, "leave-type", name)


def leave_types(seed: int) -> tuple[LeaveType, ...]:
    """十三种假。"""
    return tuple(
        LeaveType(
            code=code_of(seed, kind.name),
            name=kind.name,
            unit=kind.unit,
            biz_type="lieu_leave" if kind.name == "调休" else "general_leave",
            hours_in_per_day_x100=800,
            natural_day_leave=kind.natural,
            paid=kind.paid,
            has_quota=kind.quota,
            source="inner",
        )
        for kind in KINDS
    )


def annual_days(person: Person) -> int:
    """2026 年的年假天数(×100):按参加工作满 10 年 10 天、否则 5 天;入职未满一年的没有。参加工作按 23 岁计。"""
    if person.hired_on.year >= 2026:
        return 0
    return 1000 if person.born_on.year + 33 <= 2026 else 500


def used_before(seed: int, person: Person) -> int:
    """2026-09-01 以前用掉的年假(天 ×100)。"""
    if person.userid == "liming":
        return 100
    return Dice(seed, "used", person.userid).between(0, 6) * annual_days(person) // 1000 * 50


def quotas(seed: int, people: Sequence[Person]) -> tuple[LeaveQuota, ...]:
    """各人的额度;年假 2026 年的有效到次年三月底,结转的到年底。"""
    out: list[LeaveQuota] = []

    def add(person: Person, kind: str, span: tuple[date, date], amount: tuple[int, int]) -> None:
        start, end = span
        quota_id = uuid_of(seed, "quota", person.userid, kind, start)
        unit = next(k.unit for k in KINDS if k.name == kind)
        granted = datetime.combine(max(start, date(2026, 1, 1)), time(9), CST)
        values = (quota_id, person.userid, code_of(seed, kind), str(start.year), start, end)
        out.append(LeaveQuota(*values, "hour" if unit == "hour" else "day", amount[0], amount[1], granted))

    this_year, next_march = date(2026, 1, 1), date(2027, 3, 31)
    for person in people:
        if person.userid in CARRIED:
            add(person, "年假", (date(2025, 1, 1), date(2026, 12, 31)), (CARRIED[person.userid], 0))
        if annual_days(person):
            add(person, "年假", (this_year, next_march), (annual_days(person), used_before(seed, person)))
        if person.userid in COMP_HOURS:
            add(person, "调休", (date(2026, 7, 1), date(2026, 12, 31)), (COMP_HOURS[person.userid], 0))
        if person.userid in PARENTS:
            add(person, "育儿假", (this_year, date(2026, 12, 31)), (500, 0))
    return tuple(out)


def earned(seed: int, approvals: Sequence[Approval]) -> tuple[LeaveQuota, ...]:
    """加班换来的调休:批准的第二天早上到账,六个月内有效。"""
    out: list[LeaveQuota] = []
    for paper in approvals:
        if paper.overtime_to != "comp" or paper.result != "agree":
            continue
        start = paper.begin_at.date() + timedelta(days=1)
        quota_id = uuid_of(seed, "quota", paper.process_instance_id)
        granted = datetime.combine(start, time(8), CST)
        ends = start + timedelta(days=180)
        values = (quota_id, paper.userid, code_of(seed, "调休"), str(start.year), start, ends)
        out.append(LeaveQuota(*values, "hour", paper.duration_x100, 0, granted))
    return tuple(out)


def plans(seed: int, people: Sequence[Person]) -> tuple[LeavePlan, ...]:
    """全部请假打算:手写的在先,随机补的不与手写的同人。"""
    taken = {plan.userid for plan in FIXED} | QUIET
    extra = [plan for p in people if p.userid not in taken and group_of(p) == OFFICE_GROUP for plan in _some(seed, p)]
    return FIXED + tuple(extra)


def _some(seed: int, person: Person) -> list[LeavePlan]:
    dice = Dice(seed, "leave", person.userid)
    free = [d for d in days(FIRST_DAY, LAST_DAY) if is_workday(d) and person.employed_on(d) and d >= person.hired_on]
    out: list[LeavePlan] = []
    for part in range(dice.between(0, 3)):
        width = len(free) // 3
        day = free[part * width + dice.between(3, width - 3)] if width > 8 else None
        if day is None:
            continue
        kind = dice.pick(("年假", "事假", "病假")) if annual_days(person) else dice.pick(("事假", "病假"))
        half = dice.pick(("", "AM", "PM"))
        start, end = f"{day} {half or 'AM'}", f"{day} {half or 'PM'}"
        asked = (
            f"{free[max(0, free.index(day) - dice.between(1, 3))]} {dice.between(9, 17):02d}:{dice.between(0, 59):02d}"
        )
        reason = {"年假": "休息", "事假": "家里有事", "病假": "身体不适"}[kind]
        out.append(LeavePlan(person.userid, kind, start, end, reason, asked, dice.between(1, 20)))
    return out
