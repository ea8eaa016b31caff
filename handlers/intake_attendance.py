"""收考勤 intake_attendance:班次、考勤组、排班、打卡。夜班算在开班那天(work_date)。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, delete, select

from config.policies import Policies
from engine.days import show_date
from handlers.freshness import Change
from handlers.intake_people import ids_of
from handlers.records import GroupRecord, PunchRecord, ScheduleRecord, ShiftRecord
from models.attendance import AttendanceGroup, GroupMember, Punch, Schedule, Shift
from models.work import Work

CHUNK = 400


def shifts(work: Work, records: list[ShiftRecord], rules: Policies) -> list[Change]:
    """班次:按编号更新。"""
    for record in records:
        rests = [[a.strftime("%H:%M"), b.strftime("%H:%M")] for a, b in record.rests]
        work.session.merge(
            Shift(
                shift_id=record.shift_id,
                name=record.name,
                start=record.start.strftime("%H:%M"),
                end=record.end.strftime("%H:%M"),
                rests=rests,
                minutes=record.minutes,
                version=record.version,
            )
        )
    return []


def groups(work: Work, records: list[GroupRecord], rules: Policies) -> list[Change]:
    """考勤组:成员整份替换。"""
    for record in records:
        work.session.merge(
            AttendanceGroup(
                group_id=record.group_id,
                name=record.name,
                kind=record.kind,
                weekday_shifts={str(k): v for k, v in record.weekday_shifts.items()},
                version=record.version,
            )
        )
        work.session.exec(delete(GroupMember).where(col(GroupMember.group_id) == record.group_id))
        for userid in record.members:
            work.session.merge(GroupMember(userid=userid, group_id=record.group_id))
        work.session.flush()
    return []


def schedules(work: Work, records: list[ScheduleRecord], rules: Policies) -> list[Change]:
    """排班:某人某天以最新为准。"""
    people = ids_of(work, [r.userid for r in records])
    _replace_schedules(work, records)
    return [
        Change(people[r.userid], r.day, "schedule", f"{r.userid}:{r.day}", r.version, f"{show_date(r.day)}的排班有变动")
        for r in records
        if r.userid in people
    ]


def _replace_schedules(work: Work, records: Sequence[ScheduleRecord]) -> None:
    by_user: dict[str, list[date]] = {}
    for record in records:
        by_user.setdefault(record.userid, []).append(record.day)
    for userid, days in by_user.items():
        for i in range(0, len(days), CHUNK):
            work.session.exec(
                delete(Schedule).where(col(Schedule.userid) == userid, col(Schedule.day).in_(days[i : i + CHUNK]))
            )
    rows = [{"userid": r.userid, "day": r.day, "shift_id": r.shift_id, "version": r.version} for r in records]
    if rows:
        work.session.execute(insert(Schedule), rows)


def punches(work: Work, records: list[PunchRecord], rules: Policies) -> list[Change]:
    """打卡:按来源编号收;更正是同一编号的新版本。"""
    people = ids_of(work, [r.userid for r in records])
    known: dict[str, Punch] = {}
    ids = [r.source_id for r in records]
    for i in range(0, len(ids), CHUNK):
        found = work.session.exec(select(Punch).where(col(Punch.source_id).in_(ids[i : i + CHUNK])))
        known |= {p.source_id: p for p in found}
    rows: list[dict[str, Any]] = []
    moved: list[tuple[str, date, PunchRecord]] = []
    for record in records:
        values = {
            "userid": record.userid,
            "at": record.at,
            "check_type": record.check_type,
            "work_date": record.work_date,
            "source_type": record.source_type,
            "valid": record.valid,
            "approve_id": record.approve_id,
            "version": record.version,
        }
        old = known.get(record.source_id)
        if old is None:
            rows.append({"source_id": record.source_id, **values})
        else:
            moved += [(old.userid, old.work_date, record)] if old.work_date != record.work_date else []
            for name, value in values.items():
                setattr(old, name, value)
    if rows:
        work.session.execute(insert(Punch), rows)
    seen = [*moved, *((r.userid, r.work_date, r) for r in records)]
    return [
        Change(people[u], day, "punch", r.source_id, r.version, f"{show_date(day)}的打卡有补充或更正")
        for u, day, r in seen
        if u in people
    ]
