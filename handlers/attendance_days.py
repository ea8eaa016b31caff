"""逐日考勤 attendance days:一个人一个月的每一天——班次、原始打卡(几点、上下班、从哪来、是不是补的)、结论与缘由。

打卡照原样列出:无效的、补卡的都在,旁边写明;结论与工资用的是同一个(handlers.attendance)。
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from config.policies import Policies
from engine.attendance import DayFact
from engine.days import Month
from engine.shifts import Shift
from handlers.actor import Actor
from handlers.attendance import MonthOf, PersonMonth, months_of
from handlers.people import person_of
from handlers.workdays import pattern_of
from models.attendance import Punch
from models.work import Work

SIDES = {"on": "上班", "off": "下班"}
SOURCES = {
    "ATM": "考勤机",
    "BEACON": "蓝牙打卡",
    "DING_ATM": "钉钉考勤机",
    "USER": "手机打卡",
    "BOSS": "管理员更正",
    "APPROVE": "补卡审批",
    "SYSTEM": "系统补录",
    "AUTO_CHECK": "自动打卡",
}
CORRECTED = ("BOSS", "APPROVE", "SYSTEM")
"""不是当场打的:补卡审批、管理员更正、系统补录。"""


@dataclass(frozen=True, slots=True)
class PunchView:
    """一次打卡:at 时刻;side 上班 | 下班;source 从哪来;corrected 事后补的或更正的;counted 算不算数(无效的照列);used 结论用的是它。"""

    id: str
    at: datetime
    side: str
    source: str
    corrected: bool
    counted: bool
    used: bool


@dataclass(frozen=True, slots=True)
class DayRecord:
    """一天:fact 结论;shift_words 那天的班("白班 09:00–18:00",没有班为空);punches 原始打卡,按时间。"""

    fact: DayFact
    shift_words: str
    punches: tuple[PunchView, ...]


@dataclass(frozen=True, slots=True)
class MonthDays:
    """一个月:month 合计与截至;days 逐日。"""

    month: PersonMonth
    days: tuple[DayRecord, ...]


def days(work: Work, command: MonthOf, rules: Policies, actor: Actor) -> MonthDays:
    """一个人一个月的每一天;本人、上级、HR。"""
    person, when = person_of(work, command.person_id), Month.parse(command.month)
    found = months_of(work, [person], when, rules)[0]
    pattern = pattern_of(work, person.userid, (when.first, when.last), rules.calendar)
    punches = _punches(work, person.userid, when)
    records = tuple(
        DayRecord(
            fact,
            _shift_words(pattern.shift_of(fact.day)),
            tuple(_view(row, fact) for row in punches[fact.day]),
        )
        for fact in found.days
    )
    return MonthDays(found, records)


def _punches(work: Work, userid: str, when: Month) -> dict[date, list[Punch]]:
    rows = work.session.exec(
        select(Punch)
        .where(Punch.userid == userid, Punch.work_date >= when.first, Punch.work_date <= when.last)
        .order_by(col(Punch.at), col(Punch.source_id))
    )
    found: dict[date, list[Punch]] = defaultdict(list)
    for row in rows:
        found[row.work_date].append(row)
    return found


def _view(row: Punch, fact: DayFact) -> PunchView:
    mark = f"punch:{row.source_id}"
    return PunchView(
        id=mark,
        at=row.at,
        side=SIDES.get(row.check_type, row.check_type),
        source=SOURCES.get(row.source_type, row.source_type),
        corrected=row.source_type in CORRECTED or row.approve_id is not None,
        counted=row.valid,
        used=any(evidence == mark for _, evidence in fact.evidence),
    )


def _shift_words(shift: Shift | None) -> str:
    return f"{shift.name} {shift.start:%H:%M}–{shift.end:%H:%M}" if shift is not None else ""
