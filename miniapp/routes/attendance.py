"""考勤 attendance:一个月的日历与逐日结论,每一天说明缘由、列出原始打卡;本人看自己的,上级与 HR 可看团队的。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from handlers import attendance_days, people
from handlers.attendance import MonthOf
from handlers.people import FindPerson, Nothing
from miniapp.calendar import is_notable, leave_words, overtime_words, shown, weeks_of
from miniapp.forms import month_in
from miniapp.visit import Visitor, Who

router = APIRouter()


@router.get("/m/attendance")
def month(visit: Visitor, month: str = "", person: Who = 0, name: str = "") -> Response:
    """一个人一个月的考勤;HR 可以按姓名找人。"""
    when = month_in(month, visit.today)
    who = person or visit.actor.person_id
    if name.strip() and visit.actor.has("hr"):
        who = visit.ask(people.find_person, FindPerson(name[:50])).person_id
    found = visit.ask(attendance_days.days, MonthOf(who, str(when)))
    facts = [record.fact for record in found.days]
    team = visit.ask(people.my_team, Nothing()) if visit.actor.has("manager") else []
    return visit.page(
        "attendance.html",
        month=when,
        person=found.month,
        weeks=weeks_of(when, facts),
        own=who == visit.actor.person_id,
        team=team,
        today=visit.today,
        every=[(record, *shown(record.fact)) for record in found.days],
        notable=[(record, *shown(record.fact)) for record in found.days if is_notable(record.fact)],
        leave_words=leave_words(found.month.facts),
        overtime_words=overtime_words(facts),
    )
