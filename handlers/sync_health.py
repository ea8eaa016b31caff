"""同步健康 sync_health:每个来源上次成功、落后多久、收了多少、坏了多少;死信与坏记录列给 HR;本月用量与预计。"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month, shanghai
from handlers.actor import Actor
from handlers.mail import usage
from handlers.people import Nothing
from models.mailbox import Cursor, InboxRow, OutboxRow, RawRecord
from models.work import Work

FEEDS = {
    "people": ("人员与部门", 26 * 60),
    "roster": ("花名册与合同", 26 * 60),
    "shifts": ("班次与考勤组", 8 * 24 * 60),
    "schedule": ("排班", 26 * 60),
    "punches": ("打卡", 26 * 60),
    "approvals": ("请假与加班审批", 26 * 60),
    "quotas": ("假期类型与额度", 8 * 24 * 60),
    "deals": ("签单", 26 * 60),
    "ratings": ("客户满意度", 26 * 60),
}
"""来源 → (中文名, 落后多少分钟算晚)。"""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """一个来源的健康。state: ok | late | error | never。"""

    feed: str
    label: str
    cursor: str
    success_at: datetime | None
    lag_minutes: int
    rows: int
    bad: int
    error: str
    state: str


@dataclass(frozen=True, slots=True)
class BadView:
    """一条读不懂的记录。"""

    feed: str
    source_id: str
    reason: str
    raw: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """一封死信:办不了的收件或送不到的发件。"""

    box: str
    id: int
    kind: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UsageView:
    """本月用量:calls 调用、pushes 推送;*_forecast 按至今的速度估到月底。"""

    month: str
    calls: int
    calls_forecast: int
    pushes: int
    pushes_forecast: int


@dataclass(frozen=True, slots=True)
class Health:
    """同步健康页。"""

    feeds: tuple[FeedHealth, ...]
    bad: tuple[BadView, ...]
    dead: tuple[DeadLetter, ...]
    usage: UsageView


def health(work: Work, command: Nothing, rules: Policies, actor: Actor) -> Health:
    """同步健康。"""
    rows = {row.feed: row for row in work.session.exec(select(Cursor))}
    feeds = tuple(_feed(work, feed, label, rows.get(feed), late) for feed, (label, late) in FEEDS.items()) + tuple(
        _feed(work, feed, feed, row, 26 * 60) for feed, row in rows.items() if feed not in FEEDS
    )
    bad = work.session.exec(
        select(RawRecord).where(RawRecord.reason != "").order_by(col(RawRecord.id).desc()).limit(100)
    )
    return Health(
        feeds,
        tuple(BadView(r.feed, r.source_id, r.reason, r.raw[:500], r.seen_at) for r in bad),
        _dead(work),
        _usage(work),
    )


def _feed(work: Work, feed: str, label: str, row: Cursor | None, late: int) -> FeedHealth:
    if row is None:
        return FeedHealth(feed, label, "", None, 0, 0, 0, "", "never")
    lag = int((work.now - row.success_at).total_seconds() // 60) if row.success_at else 0
    state = "error" if row.error else "never" if row.success_at is None else "late" if lag > late else "ok"
    return FeedHealth(feed, label, row.cursor, row.success_at, lag, row.rows, row.bad, row.error, state)


def _dead(work: Work) -> tuple[DeadLetter, ...]:
    inbox = work.session.exec(
        select(InboxRow).where(InboxRow.state == "dead").order_by(col(InboxRow.id).desc()).limit(50)
    )
    outbox = work.session.exec(
        select(OutboxRow).where(OutboxRow.state == "dead").order_by(col(OutboxRow.id).desc()).limit(50)
    )
    found = [DeadLetter("收件", r.id or 0, r.kind, r.outcome, r.received_at) for r in inbox]
    found += [DeadLetter("发件", r.id or 0, r.kind, r.error, r.created_at) for r in outbox]
    return tuple(found)


def _usage(work: Work) -> UsageView:
    now = shanghai(work.now)
    month = str(Month.of(now.date()))
    used = usage(work, month)
    passed = (now.day - 1) * 24 * 60 + now.hour * 60 + now.minute + 1
    whole = monthrange(now.year, now.month)[1] * 24 * 60
    calls, pushes = used.get("calls", 0), used.get("pushes", 0)
    return UsageView(month, calls, calls * whole // passed, pushes, pushes * whole // passed)
