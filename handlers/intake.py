"""收料 intake:收下从钉钉读到的一页。原文留存,同一编号以最新版本为准,游标同一事务保存。

同一页读五遍,库里一字不差;坏记录留原文与原因,列给 HR,不拦别人。
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config.policies import Policies
from handlers import intake_attendance, intake_leave, intake_people, intake_performance
from handlers.actor import Actor
from handlers.freshness import Change, touch
from handlers.intake_raw import keep_bad, mend, sift
from handlers.leave_reassign import reassign_waiting
from handlers.performance_late import follow
from handlers.records import (
    ApprovalRecord,
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
    RosterRecord,
    ScheduleRecord,
    ShiftRecord,
)
from models.mailbox import Cursor
from models.work import Work


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
    work.lock(f"feed:{command.feed}")
    found = sift(work, command)
    mend(work, command.feed, found.fresh)
    by_kind: dict[type[Any], list[Any]] = defaultdict(list)
    for record in found.fresh.values():
        by_kind[type(record)].append(record)
    changes: list[Change] = []
    for kind, apply in APPLY:
        if by_kind[kind]:
            changes += apply(work, by_kind[kind], rules)
    bad = keep_bad(work, command.feed, command.bad) + found.waiting
    late = touch(work, changes)
    follow(work, changes, rules)
    if command.complete and command.feed == "people":
        reassign_waiting(work)
    row = _cursor(work, command.feed)
    row.cursor, row.window, row.error = command.cursor or row.cursor, command.window, ""
    row.tried_at = work.now
    row.rows += len(found.fresh)
    row.bad += bad
    if command.complete:
        row.success_at = work.now
    return Taken(len(found.fresh), found.same, bad, late)


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
