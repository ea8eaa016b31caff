"""考勤报表接口 report:列与列值(嵌套的同名 column_vals)、假期列。值都是文字。"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from sandbox import absences
from sandbox.durations import plain
from sandbox.house import House
from sandbox.openapi.attendance import book_of, slots
from sandbox.openapi.endpoint import Endpoint, Json
from sandbox.refusal import BadField, OldRefusal
from sandbox.validate import Args, must
from sandbox.world import days

_FIRST = 129_339_000


def _count(rows: Iterable[Json], kind: str, *verdicts: str) -> int:
    return sum(1 for row in rows if row["checkType"] == kind and row["timeResult"] in verdicts)


def _minutes(rows: Iterable[Json], kind: str, *verdicts: str) -> int:
    sign = 1 if kind == "OnDuty" else -1
    return sum(
        max(0, sign * (row["userCheckTime"] - row["baseCheckTime"]) // 60_000)
        for row in rows
        if row["checkType"] == kind and row["timeResult"] in verdicts
    )


def _attended(rows: list[Json]) -> str:
    """出勤天数:上下班各算半天。"""
    there = sum(1 for row in rows if row["timeResult"] != "NotSigned" and row["sourceType"] != "APPROVE")
    return str(there / 2)


_COLUMNS: tuple[tuple[str, str, Callable[[list[Json]], str]], ...] = (
    ("应出勤天数", "should_attendance_days", lambda rows: str(float(bool(rows)))),
    ("出勤天数", "attendance_days", _attended),
    ("迟到次数", "late_times", lambda rows: str(_count(rows, "OnDuty", "Late", "SeriousLate", "Absenteeism"))),
    ("迟到时长", "late_minute", lambda rows: str(_minutes(rows, "OnDuty", "Late", "SeriousLate", "Absenteeism"))),
    ("严重迟到次数", "serious_late_times", lambda rows: str(_count(rows, "OnDuty", "SeriousLate"))),
    ("旷工迟到次数", "absenteeism_late_times", lambda rows: str(_count(rows, "OnDuty", "Absenteeism"))),
    ("早退次数", "leave_early_times", lambda rows: str(_count(rows, "OffDuty", "Early"))),
    ("早退时长", "leave_early_minute", lambda rows: str(_minutes(rows, "OffDuty", "Early"))),
    ("上班缺卡次数", "on_work_lack_card_times", lambda rows: str(_count(rows, "OnDuty", "NotSigned"))),
    ("下班缺卡次数", "off_work_lack_card_times", lambda rows: str(_count(rows, "OffDuty", "NotSigned"))),
)


def _open(house: House, a: Args) -> Json:
    return {"result": {"smart_report": True}}


def _columns(house: House, a: Args) -> Json:
    rows: list[Json] = [
        {"id": _FIRST + n, "name": name, "alias": alias, "type": 0, "sub_type": 0, "status": 0}
        for n, (name, alias, _) in enumerate(_COLUMNS)
    ]
    for leave in house.world.leave_types.values():
        # 假期列没有 id,只能按名字取
        rows.append({"name": leave.name, "alias": "leave_", "type": 1, "sub_type": 0, "status": 0})
    return {"result": {"columns": rows}}


def _values(house: House, a: Args) -> Json:
    first, last = _span(a)
    if house.world.person(a["userid"]) is None:
        raise OldRefusal(33012, "无效的USERID", "33012")
    picked = []
    for text in a["column_id_list"]:
        number = int(text) - _FIRST if text.isdigit() else -1
        if not 0 <= number < len(_COLUMNS):
            raise BadField("column_id_list", "invalid", f"没有列 {text}")
        picked.append(number)
    book = book_of(house, a["userid"])
    by_day = {on: list(slots(house, book, on)) for on in days(first, last)}
    vals = [
        {
            "column_vo": {"id": _FIRST + number},
            "column_vals": [
                {"date": f"{on} 00:00:00", "value": _COLUMNS[number][2](rows)} for on, rows in by_day.items()
            ],
        }
        for number in picked
    ]
    return {"result": {"column_vals": vals}}


def _leave_times(house: House, a: Args) -> Json:
    first, last = _span(a)
    away = [x for x in absences.of_person(house.world, a["userid"]) if x.biz_type == 3]
    columns = []
    for name in a["leave_names"]:
        values = []
        for on in days(first, last):
            mine = [x for x in away if x.sub_type == name and x.begin.date() <= on <= x.end.date()]
            amount = sum(_on_day(house, a["userid"], x, on) for x in mine)
            values.append({"date": f"{on} 00:00:00", "value": str(plain(amount))})
        vo = {"name": name, "alias": "leave_", "type": 1, "sub_type": 0, "status": 0}
        columns.append({"columnvo": vo, "columnvals": values})
    return {"result": {"columns": columns}}


def _on_day(house: House, userid: str, x: absences.Absence, on: date) -> int:
    """一张请假落在这天的时长(×100)。"""
    if x.unit == "hour":
        return x.duration_x100 if x.begin.date() == on else 0
    if house.world.shift_for(userid, on) is None:
        return 0
    late = on == x.begin.date() and x.from_text.endswith("PM")
    early = on == x.end.date() and x.to_text.endswith("AM")
    return 100 - 50 * int(late) - 50 * int(early)


def _span(a: Args) -> tuple[date, date]:
    first, last = a["from_date"], a["to_date"]
    if last < first or (last - first).days > 31:
        raise BadField("to_date", "invalid", "时间跨度须在 31 天以内")
    return first, last


ENDPOINTS = (
    Endpoint("POST", "/topapi/attendance/isopensmartreport", _open),
    Endpoint("POST", "/topapi/attendance/getattcolumns", _columns),
    Endpoint(
        "POST",
        "/topapi/attendance/getcolumnval",
        _values,
        (must("userid"), must("column_id_list", "csv", most=20), must("from_date", "day"), must("to_date", "day")),
    ),
    Endpoint(
        "POST",
        "/topapi/attendance/getleavetimebynames",
        _leave_times,
        (must("userid"), must("leave_names", "csv", most=20), must("from_date", "day"), must("to_date", "day")),
    ),
)
