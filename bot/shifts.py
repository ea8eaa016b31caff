"""班次 shifts:听钟点和半天时要知道这个人几点上下班;只用来听,请几天由办事台按真的排班另数。"""

from __future__ import annotations

from datetime import date, timedelta

from bot.understand import Shift
from engine.shifts import Shift as Rule
from handlers.actor import Actor
from handlers.desk import Desk
from handlers.workdays import pattern_of

AROUND = timedelta(days=14)


def shift_for(desk: Desk, actor: Actor, day: date) -> Shift:
    """这个人在 day 前后常上的班;夜班和没有午休的班按标准的上午下午听。"""
    span = (day - AROUND, day + AROUND)
    pattern = desk.read(lambda work: pattern_of(work, actor.userid, span, desk.rules.calendar))
    days = sorted((day + timedelta(days=n) for n in range(-14, 15)), key=lambda d: abs((d - day).days))
    found = next((rule for d in days if (rule := pattern.shift_of(d)) is not None), None)
    return _heard(found) if found is not None else Shift()


def _heard(rule: Rule) -> Shift:
    if rule.end <= rule.start or not rule.rests:
        return Shift()
    rest_start, rest_end = max(
        rule.rests, key=lambda rest: rest[1].hour * 60 + rest[1].minute - rest[0].hour * 60 - rest[0].minute
    )
    if not rule.start < rest_start < rest_end < rule.end:
        return Shift()
    return Shift((rule.start, rest_start), (rest_end, rule.end))
