"""考勤 attendance:一个月的日历与逐日结论,每一天说明缘由;本人看自己的,上级与 HR 可看团队的。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from handlers import attendance, people
from handlers.attendance import MonthOf
from handlers.people import Nothing
from miniapp.calendar import is_notable, leave_words, overtime_words, shown, weeks_of
from miniapp.forms import month_in
from miniapp.visit import Visitor, Who

router = APIRouter()


@router.get("/m/attendance")
def month(visit: Visitor, month: str = "", person: Who = 0) -> Response:
    """一个人一个月的考勤。"""
    when = month_in(month, visit.today)
    found = visit.ask(attendance.month, MonthOf(person or visit.actor.person_id, str(when)))
    team = visit.ask(people.my_team, Nothing()) if visit.actor.has("manager") else []
    return visit.page(
        "attendance.html",
        month=when,
        person=found,
        weeks=weeks_of(when, found.days),
        own=found.person_id == visit.actor.person_id,
        team=team,
        today=visit.today,
        every=[shown(fact) for fact in found.days],
        notable=[shown(fact) for fact in found.days if is_notable(fact)],
        leave_words=leave_words(found.facts),
        overtime_words=overtime_words(found.days),
    )
