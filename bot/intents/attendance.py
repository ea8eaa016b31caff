"""考勤意图 attendance:一个月的出勤、迟到、缺卡、加班,或某一天的情形;自己的随问随答,别人的看权限。"""

from __future__ import annotations

from datetime import date, timedelta

from bot import words
from bot.answers import Answer, Say
from bot.markup import plain
from bot.ports import Link
from bot.spans import dates_of
from bot.turn import Turn
from bot.understand import Also, month_of
from engine.attendance import STATE_LABELS, DayFact, MonthFacts, State, month_facts
from engine.days import Month, show_date
from engine.figures import hours_words
from handlers import attendance, people
from handlers.evidence import look_up

TITLE = "考勤"
ODD = (State.LATE, State.EARLY, State.MISSING, State.ABSENT, State.NO_SHIFT)
MOST = 6


def query(turn: Turn, wish: Also) -> list[Answer]:
    """问了一天答一天,问了一段或一个月答合计。"""
    person_id, name = _whom(turn, wish)
    span = dates_of(wish.slots)
    month = month_of(wish.slots) or (Month.of(span[0]) if span else turn.month)
    found = turn.ask(attendance.month, attendance.MonthOf(person_id, str(month)))
    passed = [day for day in found.days if day.day <= found.through]
    link = Link("查看每日明细", f"/m/attendance?month={month}")
    if span is not None and span[1] - span[0] < timedelta(days=8):
        days = [day for day in found.days if span[0] <= day.day <= span[1]]
        if days:
            lines = [_day(d, found.through) + _punches(turn, d) for d in days]
            return [Say(f"**{name}的考勤**\n\n{words.bullet(lines)}", TITLE, (link,))]
    if not passed:
        return [Say(f"{name}{month.label}还没有考勤记录。可以换个月份再问,或打开明细查看。", TITLE, (link,))]
    text = _summary(f"{name}{month.label}的考勤(截至 {show_date(found.through)})", month_facts(passed))
    odd = [f"- {_day(d, found.through)}" for d in passed if d.state in ODD]
    more = [f"- 另有 {len(odd) - MOST} 天,请看明细"] if len(odd) > MOST else []
    return [Say("\n".join([text, *odd[:MOST], *more]), TITLE, (link,))]


def _whom(turn: Turn, wish: Also) -> tuple[int, str]:
    """问的是谁:没提别人就是自己。"""
    person = wish.slots.extra.get("person")
    if not person or person == turn.actor.name:
        return turn.actor.person_id, "您"
    found = turn.ask(people.find_person, people.FindPerson(person))
    return found.person_id, plain(found.name, 30)


def _summary(head: str, facts: MonthFacts) -> str:
    parts = [f"应出勤 {facts.workdays} 天,实际出勤 {facts.worked_days} 天"]
    parts.append(f"迟到 {facts.late} 次" + (f"(共 {facts.late_minutes} 分钟)" if facts.late else ""))
    if facts.early:
        parts.append(f"早退 {facts.early} 次(共 {facts.early_minutes} 分钟)")
    parts.append(f"缺卡 {facts.missing} 次")
    if facts.absent:
        parts.append(f"旷工 {facts.absent} 天")
    overtime = sum(int((r.end - r.start).total_seconds()) // 60 for r in facts.overtime)
    parts.append(f"已批加班 {hours_words(overtime)}" if overtime else "没有加班记录")
    if facts.leave_minutes:
        parts.append(f"请假 {hours_words(sum(facts.leave_minutes.values()))}")
    return f"**{head}**\n\n" + ";".join(parts) + "。"


def _punches(turn: Turn, fact: DayFact) -> str:
    """这一天认下的打卡;权限已由查考勤的那一问看过。"""
    ids = [one for kind, one in fact.evidence if kind == "punch"]
    seen = turn.desk.read(lambda work: look_up(work, ids)) if ids else ()
    said = "、".join(plain(one.say.partition(" ")[2], 40) for one in seen)
    return f",{said}" if said else ""


def _day(fact: DayFact, through: date) -> str:
    label = STATE_LABELS[fact.state]
    why = ";".join(fact.reasons)
    if fact.day > through and fact.state is State.PLANNED:
        return f"{show_date(fact.day)}:还没有下班或还没到,暂无结论"
    return f"{show_date(fact.day)}:{label}" + (f"({why})" if why else "")
