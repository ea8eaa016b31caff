"""收料 intake:收下从钉钉读到的一页。原文留存,同一编号以最新版本为准,游标同一事务保存。

同一页读五遍,库里一字不差;坏记录留原文与原因,列给 HR,不拦别人。
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, select

from config.policies import Policies
from handlers import intake_attendance, intake_leave, intake_people, intake_performance
from handlers.actor import Actor
from handlers.freshness import Change, touch
from handlers.records import (
    ApprovalRecord,
    BadRecord,
    DealRecord,
    DepartmentRecord,
    DismissalRecord,
    GroupRecord,
    LeaveTypeRecord,
    Page,
    PersonRecord,
    PunchRecord,
    QuotaRecord,
    RatingRecord,
    Record,
    RosterRecord,
    ScheduleRecord,
    ShiftRecord,
)
from models.mailbox import Cursor, RawRecord
from models.work import Work

CHUNK = 400


@dataclass(frozen=True, slots=True)
class Taken:
    """收下的结果:fresh 新的或变过的条数,same 早已收过的条数,bad 读不懂的条数,late 触及已发布月份的条数。"""

    fresh: int
    same: int
    bad: int
    late: int


@dataclass(frozen=True, slots=True)
class FeedOf:
    """问某个来源的游标。"""

    feed: str


@dataclass(frozen=True, slots=True)
class CursorAt:
    """游标:读到哪里;没有读过为空。"""

    feed: str
    cursor: str


@dataclass(frozen=True, slots=True)
class FeedFailed:
    """某个来源这次没读成:记下原因,给同步健康页看。"""

    feed: str
    error: str


def cursor_of(work: Work, command: FeedOf, rules: Policies, actor: Actor) -> CursorAt:
    """问游标。"""
    row = work.session.get(Cursor, command.feed)
    return CursorAt(command.feed, row.cursor if row else "")


def feed_failed(work: Work, command: FeedFailed, rules: Policies, actor: Actor) -> bool:
    """记一次失败;游标不动。"""
    row = _cursor(work, command.feed)
    row.error, row.tried_at = command.error[:500], work.now
    return True


def take_page(work: Work, command: Page, rules: Policies, actor: Actor) -> Taken:
    """收下一页(见 handlers.records.Page)。"""
    fresh = _keep_raw(work, command)
    by_kind: dict[type[Any], list[Any]] = defaultdict(list)
    for record in fresh:
        by_kind[type(record)].append(record)
    changes: list[Change] = []
    for kind, apply in APPLY:
        if by_kind[kind]:
            changes += apply(work, by_kind[kind], rules)
    bad = _keep_bad(work, command.feed, command.bad)
    late = touch(work, changes)
    row = _cursor(work, command.feed)
    row.cursor, row.window, row.error = command.cursor or row.cursor, command.window, ""
    row.tried_at = work.now
    row.rows += len(fresh)
    row.bad += bad
    if command.complete:
        row.success_at = work.now
    return Taken(len(fresh), len(command.records) - len(fresh), bad, late)


def source_id(record: Record) -> str:
    """一条记录在它那一类里的编号。"""
    match record:
        case DepartmentRecord():
            return f"dept:{record.dept_id}"
        case ShiftRecord():
            return f"shift:{record.shift_id}"
        case GroupRecord():
            return f"group:{record.group_id}"
        case LeaveTypeRecord():
            return f"leavetype:{record.leave_code}"
        case ScheduleRecord():
            return f"schedule:{record.userid}:{record.day}"
        case QuotaRecord():
            return f"quota:{record.userid}:{record.leave_code}:{record.cycle}"
        case ApprovalRecord():
            return f"approval:{record.instance_id}"
        case PersonRecord() | DismissalRecord() | RosterRecord():
            return f"{type(record).__name__.removesuffix('Record').lower()}:{record.userid}"
        case _:
            return f"{type(record).__name__.removesuffix('Record').lower()}:{record.source_id}"


def version_of(record: Record) -> str:
    """一条记录的版本:外面给的;没有就用内容摘要。"""
    version = getattr(record, "version", "")
    return version or hashlib.sha256(repr(record).encode()).hexdigest()[:20]


def _keep_raw(work: Work, page: Page) -> list[Record]:
    """留原文,挑出新的或变过的记录(同页重复的也只留一条,后者为准)。"""
    known: set[tuple[str, str]] = set()
    ids = list({source_id(r) for r in page.records})
    for i in range(0, len(ids), CHUNK):
        known |= set(
            work.session.exec(
                select(RawRecord.source_id, RawRecord.version).where(
                    RawRecord.feed == page.feed, col(RawRecord.source_id).in_(ids[i : i + CHUNK])
                )
            ).all()
        )
    fresh: dict[str, Record] = {}
    rows: list[dict[str, Any]] = []
    for index, record in enumerate(page.records):
        mark = (source_id(record), version_of(record))
        if mark in known:
            continue
        known.add(mark)
        fresh[mark[0]] = record
        raw = page.raw[index] if index < len(page.raw) else repr(record)
        rows.append(
            {"feed": page.feed, "source_id": mark[0], "version": mark[1], "raw": raw, "reason": "", "seen_at": work.now}
        )
    if rows:
        work.session.execute(insert(RawRecord), rows)
    return list(fresh.values())


def _keep_bad(work: Work, feed: str, bad: tuple[BadRecord, ...]) -> int:
    """留坏记录的原文与原因;同样的只留一次。"""
    count = 0
    for record in bad:
        version = hashlib.sha256(record.raw.encode()).hexdigest()[:20]
        known = work.session.exec(
            select(RawRecord.id).where(
                RawRecord.feed == feed, RawRecord.source_id == record.source_id, RawRecord.version == version
            )
        ).first()
        if known is None:
            count += 1
            work.session.add(
                RawRecord(
                    feed=feed,
                    source_id=record.source_id,
                    version=version,
                    raw=record.raw,
                    reason=record.reason,
                    seen_at=work.now,
                )
            )
    return count


def _cursor(work: Work, feed: str) -> Cursor:
    row = work.session.get(Cursor, feed)
    if row is None:
        row = Cursor(feed=feed)
        work.session.add(row)
    return row


Apply = Callable[[Work, list[Any], Policies], list[Change]]

APPLY: tuple[tuple[type[Any], Apply], ...] = (
    (DepartmentRecord, intake_people.departments),
    (PersonRecord, intake_people.people),
    (DismissalRecord, intake_people.dismissals),
    (RosterRecord, intake_people.roster),
    (ShiftRecord, intake_attendance.shifts),
    (GroupRecord, intake_attendance.groups),
    (ScheduleRecord, intake_attendance.schedules),
    (PunchRecord, intake_attendance.punches),
    (LeaveTypeRecord, intake_leave.types),
    (QuotaRecord, intake_leave.quotas),
    (ApprovalRecord, intake_leave.approvals),
    (DealRecord, intake_performance.deals),
    (RatingRecord, intake_performance.ratings),
)
"""每一类记录由谁收下;先后有意义(先部门后人,先班次后排班)。"""
