"""考勤设置 attendance:考勤组、班次、排班。

考勤组与班次整份读;排班一天一窗,往后多看两周(请假按排班算天数要用)。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from ehr_sync.dingtalk.endpoints import ATTEND_GROUPS, ATTEND_SCHEDULE, ATTEND_SHIFT, ATTEND_USER_GROUP
from ehr_sync.dingtalk.errors import DingTalkError
from ehr_sync.dingtalk.paging import Slice, pages
from ehr_sync.pull import read
from ehr_sync.pull.feed import Ask, Basket, Feed, Run, Source, Window
from ehr_sync.pull.people import on_job
from ehr_sync.pull.read import Raw, Unreadable
from engine.days import days_between
from handlers.records import GroupRecord, Page, ScheduleRecord, ShiftRecord

KINDS = {"FIXED": "fixed", "TURN": "rota", "NONE": "none"}
WEEKDAYS = "一二三四五六日"
AHEAD = 14
"""排班往后看几天。"""


def read_shifts(source: Source, ask: Ask) -> Iterator[Page]:
    """整份读:考勤组(含成员)与它们用到的班次。"""
    basket = Basket("shifts", ask)
    raws = _groups(source)
    known = {str(member) for raw in raws if isinstance(raw, dict) for member in _listed(raw.get("userIds"))}
    extra = _members(source, basket, [u for u in on_job(source) if u not in known])
    shift_ids: dict[str, None] = {}
    for raw in raws:
        basket.add(raw, lambda value: group(value, extra))
        if isinstance(raw, dict):
            shift_ids |= dict.fromkeys(shifts_of(raw))
    groups_page = basket.turn()
    for shift_id in shift_ids:
        _shift(source, basket, shift_id)
    yield basket.turn()  # 先班次后考勤组:组里引用班次
    yield groups_page
    yield basket.turn(cursor=ask.now.isoformat(), complete=True)


def _groups(source: Source) -> list[Any]:
    def fetch(token: str) -> Slice:
        query = {"nextToken": token, "maxResults": str(ATTEND_GROUPS.page)}
        inner = read.inner(source.ding.call(ATTEND_GROUPS, query=query), "result")
        items = read.items(inner, "groups")
        more = read.flag(inner, "hasMore", False) and bool(items)
        return Slice(items, str(inner.get("nextToken") or int(token) + len(items)) if more else None)

    return [raw for page in pages(fetch, "0") for raw in page]


def _members(source: Source, basket: Basket, userids: list[str]) -> dict[str, list[str]]:
    """考勤组详情里没列出的人,逐个问他在哪一组(计费,所以只问没列出的)。"""
    found: dict[str, list[str]] = {}
    for userid in userids:
        try:
            result = source.ding.call(ATTEND_USER_GROUP, {"userid": userid}).get("result")
        except DingTalkError as error:
            if error.retryable:
                raise
            basket.spoil({"userid": userid}, f"问不到考勤组:{error.say}", f"group_of:{userid}")
            continue
        if isinstance(result, dict) and read.has(result, "group_id"):
            found.setdefault(str(result["group_id"]), []).append(userid)
    return found


def _shift(source: Source, basket: Basket, shift_id: str) -> None:
    query = {"shiftId": shift_id} | ({"opUserId": source.operator} if source.operator else {})
    try:
        answer = source.ding.call(ATTEND_SHIFT, query=query)
    except DingTalkError as error:
        if error.retryable:
            raise
        basket.spoil({"id": shift_id}, error.say, f"shift:{shift_id}")
        return
    basket.add(answer.get("result"), shift, f"shift:{shift_id}")


def group(value: object, extra: dict[str, list[str]]) -> GroupRecord:
    """考勤组的一条;`extra` 是逐个问来的成员。"""
    raw = read.record(value)
    group_id, kind = read.text(raw, "groupId"), read.text(raw, "type")
    if kind not in KINDS:
        raise Unreadable(f"不认得的考勤组类型“{kind}”")
    members = [str(m) for m in read.items(raw, "userIds")] + extra.get(group_id, [])
    fields: dict[str, Any] = {
        "group_id": group_id,
        "name": read.text_or(raw, "groupName"),
        "kind": KINDS[kind],
        "members": tuple(sorted(set(members))),
        "weekday_shifts": _weekdays(raw) if kind == "FIXED" else {},
    }
    return GroupRecord(version=read.stamped(None, fields), **fields)


def shifts_of(raw: Raw) -> list[str]:
    """这一组用到哪些班次。"""
    ids = [row.get("classId") for row in _listed(raw.get("selectedClass")) if isinstance(row, dict)]
    return [
        str(one)
        for one in [*ids, raw.get("defaultClassId")]
        if isinstance(one, str | int) and str(one) not in ("", "0")
    ]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _weekdays(raw: Raw) -> dict[int, str]:
    """固定班制每个星期几上什么班。

    `workDayList` 见过两种写法:七个班次编号(0 为休息);或“周一、二、三、四、五 班次名:09:00-18:00”。
    七个编号从周几起,文档没有写:头一个是休息就当从周日起(周一休息而周日上班的公司极少),否则从周一起。
    都没有就当周一到周五上默认班次。
    """
    days = [str(one) for one in read.items(raw, "workDayList")]
    if len(days) == 7 and all(one.isdecimal() for one in days):
        if int(days[0]) == 0:
            days = days[1:] + days[:1]
        return {index: one for index, one in enumerate(days) if int(one)}
    classes = [row for row in read.items(raw, "selectedClass") if isinstance(row, dict)]
    default = str(raw.get("defaultClassId") or (classes[0].get("classId") if classes else "") or "")
    found: dict[int, str] = {}
    for line in days:
        head, _, rest = line.partition(" ")
        if "休" in rest:
            continue
        named = next((str(c["classId"]) for c in classes if c.get("className") and c["className"] in rest), default)
        found |= {WEEKDAYS.index(ch): named for ch in head if ch in WEEKDAYS}
    if found:
        return found
    return dict.fromkeys(range(5), default) if default else {}


def shift(value: object) -> ShiftRecord:
    """班次的一条:几段班合成一头一尾,段与段之间当休息。"""
    raw = read.record(value)
    sections = [read.record(one) for one in read.items(raw, "sections")]
    if not sections:
        raise Unreadable("班次没有上下班时间")
    spans = [_span(one) for one in sections]
    rests = [pair for one in sections for pair in _rests(one)]
    rests += [(before[1], after[0]) for before, after in zip(spans, spans[1:], strict=False)]
    start, end = spans[0][0], spans[-1][1]
    setting = raw.get("shiftSetting")
    stated = (
        read.integer(setting, "workTimeMinutes") if isinstance(setting, dict) and setting.get("workTimeMinutes") else 0
    )
    fields: dict[str, Any] = {
        "shift_id": read.text(raw, "id"),
        "name": read.text(raw, "name"),
        "start": start,
        "end": end,
        "rests": tuple(sorted(rests)),
        "minutes": stated or _minutes(start, end) - sum(_minutes(a, b) for a, b in rests),
    }
    if fields["minutes"] <= 0:
        raise Unreadable("班次的应出勤时长不是正数")
    return ShiftRecord(version=read.stamped(None, fields), **fields)


def _span(section: Raw) -> tuple[time, time]:
    punches = [read.record(one) for one in read.items(section, "punches")]
    on = [one for one in punches if one.get("checkType") == "OnDuty"]
    off = [one for one in punches if one.get("checkType") == "OffDuty"]
    if len(on) != 1 or len(off) != 1:
        raise Unreadable("班次的一段里不是一上一下")
    return read.clock_time(on[0], "checkTime"), read.clock_time(off[0], "checkTime")


def _rests(section: Raw) -> list[tuple[time, time]]:
    """休息成对:一始一终;写成 OnDuty/OffDuty 或依次排列都认。"""
    rows = [read.record(one) for one in read.items(section, "rests")]
    times = [read.clock_time(one, "checkTime") for one in rows]
    if len(times) % 2:
        raise Unreadable("班次的休息时间不成对")
    begins = [t for t, row in zip(times, rows, strict=True) if row.get("checkType") == "OnDuty"]
    ends = [t for t, row in zip(times, rows, strict=True) if row.get("checkType") == "OffDuty"]
    if len(begins) == len(ends) == len(times) // 2 and begins:
        return list(zip(begins, ends, strict=True))
    return list(zip(times[::2], times[1::2], strict=True))


def _minutes(start: time, end: time) -> int:
    """从 start 到 end 几分钟;end 不晚于 start 就是跨了零点。"""
    span = (end.hour * 60 + end.minute) - (start.hour * 60 + start.minute)
    return span if span > 0 else span + 24 * 60


def read_schedule(source: Source, ask: Ask) -> Iterator[Page]:
    """一天一窗;游标是读完的最后一天(已含往后看的)。"""
    until = ask.today + timedelta(days=AHEAD)
    for on in ask.days(until) if ask.first is None else days_between(ask.first, ask.last or until):
        basket = Basket("schedule", ask, on.isoformat())
        for record, raw in _day(source, basket, on):
            basket.keep(record, raw)
        yield basket.turn(cursor="" if ask.partial else on.isoformat(), complete=not ask.partial and on == until)


def _day(source: Source, basket: Basket, on: date) -> Iterator[tuple[ScheduleRecord, list[Any]]]:
    """某天的排班:一人两条(上班、下班)合成一条;没有班次的是休息。"""
    rows: dict[str, list[Any]] = {}
    shifts: dict[str, str | None] = {}
    for raw in _schedule_rows(source, on):
        try:
            userid, shift_id = _planned(raw)
        except Unreadable as problem:
            basket.spoil(raw, str(problem))
            continue
        rows.setdefault(userid, []).append(raw)
        shifts[userid] = shifts.get(userid) or shift_id
    for userid, shift_id in shifts.items():
        yield ScheduleRecord(userid, on, shift_id, read.stamped(None, (userid, on, shift_id))), rows[userid]


def _schedule_rows(source: Source, on: date) -> Iterator[Any]:
    stamp = datetime.combine(on, time()).strftime("%Y-%m-%d %H:%M:%S")

    def fetch(offset: str) -> Slice:
        body = {"workDate": stamp, "offset": int(offset), "size": ATTEND_SCHEDULE.page}
        inner = read.inner(source.ding.call(ATTEND_SCHEDULE, body), "result")
        items = read.items(inner, "schedules")
        more = read.flag(inner, "has_more", False) and bool(items)
        return Slice(items, str(int(offset) + ATTEND_SCHEDULE.page) if more else None)

    for page in pages(fetch, "0"):
        yield from page


def _planned(value: object) -> tuple[str, str | None]:
    raw = read.record(value)
    shift_id = read.text_or(raw, "class_id")
    rest = read.flag(raw, "is_rest", False) or shift_id in ("", "0", "-1")
    return read.text(raw, "userid"), None if rest else shift_id


SHIFTS = Feed(
    "shifts", "班次与考勤组", Window.SNAPSHOT, ATTEND_GROUPS.page, (Run("10 1 * * mon"),), read_shifts, ("people",)
)
SCHEDULE = Feed(
    "schedule",
    "排班",
    Window.DAYS,
    ATTEND_SCHEDULE.page,
    (Run("40 1 * * *", back=1), Run("40 1 * * mon", back=AHEAD + 1)),
    read_schedule,
    ("people", "shifts"),
)
