"""信箱 mail:收件(先落库再应答)与发件(送到为止)的簿记。由门和作业使用,不是给人办的事。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, func, select

from engine.days import Month, shanghai_date
from models.mailbox import InboxRow, Meter, OutboxRow
from models.work import Work

MAX_ATTEMPTS = 8
DEAD_AFTER = timedelta(days=2)
FREE_EVENTS = ("user_", "org_", "label_")
"""通讯录事件不计推送额度(钉钉开放平台,事件列表附录)。"""


@dataclass(frozen=True, slots=True)
class Letter:
    """一封收件:message_id 幂等键;kind message | event | callback;sender 保序用的 userid;payload 原文 JSON。"""

    message_id: str
    kind: str
    sender: str
    topic: str
    payload: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """落了库的收件。"""

    id: int
    letter: Letter
    attempts: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """一封要送的发件。"""

    id: int
    kind: str
    payload: dict[str, object]
    attempts: int
    cause: str


_ACCEPT = (
    "INSERT INTO inboxrow (message_id, kind, sender, topic, payload, received_at, state, attempts, outcome, deliveries)"
    " VALUES {} ON CONFLICT (message_id) DO UPDATE SET deliveries = inboxrow.deliveries + 1"
    " RETURNING message_id, deliveries"
)
_ROW = "(?, ?, ?, ?, ?, ?, 'new', 0, '', 1)"
_FINISH = text("UPDATE inboxrow SET state = 'done', outcome = :o WHERE message_id = :m")
"""收件的热路径:一批一句,写好一次反复用。"""


def accept(work: Work, letters: Sequence[Letter]) -> list[bool]:
    """收下一批:每封是不是头一回来;重来的只把投递次数加一。同一批里来两次的,第二次算重来。

    头一回来的同时记进本月的推送用量:钉钉收发都计(通讯录事件不计),只数发出的会以为还够用。
    """
    fresh = _accept(work, letters)
    charged = Counter(
        str(Month.of(shanghai_date(letter.received_at)))
        for letter, first_time in zip(letters, fresh, strict=True)
        if first_time and not (letter.kind == "event" and letter.topic.startswith(FREE_EVENTS))
    )
    for month, count in charged.items():
        add_usage(work, month, "pushes", count)
    return fresh


def _accept(work: Work, letters: Sequence[Letter]) -> list[bool]:
    first: dict[str, Letter] = {}
    again: list[Letter] = []
    for letter in letters:
        if first.setdefault(letter.message_id, letter) is not letter:
            again.append(letter)
    if not first:
        return []
    values = [value for letter in first.values() for value in _row(work, letter)]
    rows = work.lean(_ACCEPT.format(", ".join([_ROW] * len(first))), *values)
    new = {message_id for message_id, deliveries in rows if deliveries == 1}
    if again:
        _accept(work, again)
    return [letter.message_id in new and first[letter.message_id] is letter for letter in letters]


def _row(work: Work, letter: Letter) -> tuple[object, ...]:
    """一封信的一行;SQLite 的时刻是文字。"""
    at: object = letter.received_at.astimezone(UTC).replace(tzinfo=None)
    if work.dialect == "sqlite":
        at = f"{at:%Y-%m-%d %H:%M:%S.%f}"
    return letter.message_id, letter.kind, letter.sender, letter.topic, letter.payload, at


def pending(work: Work, limit: int) -> list[Received]:
    """还没办的收件,先来的在前(启动时补办用)。"""
    rows = work.session.exec(
        select(InboxRow).where(InboxRow.state == "new").order_by(col(InboxRow.id)).limit(limit)
    ).all()
    return [_received(row) for row in rows]


def by_message(work: Work, message_id: str) -> tuple[str, str] | None:
    """一封收件办到哪里:(state, outcome);没有为 None。"""
    row = work.session.exec(select(InboxRow).where(InboxRow.message_id == message_id)).first()
    return (row.state, row.outcome) if row else None


def finish(work: Work, message_ids: Sequence[str], outcome: str = "") -> None:
    """办完了。"""
    if message_ids:
        work.connection.execute(_FINISH, [{"o": outcome, "m": message_id} for message_id in message_ids])


def stumble(work: Work, message_id: str, error: str) -> bool:
    """没办成:记一次;到了次数进死信并说明原因。返回还要不要再试。"""
    row = work.session.exec(select(InboxRow).where(InboxRow.message_id == message_id)).first()
    if row is None:
        return False
    row.attempts += 1
    row.outcome = error[:500]
    if row.attempts >= MAX_ATTEMPTS:
        row.state = "dead"
    work.session.add(row)
    return row.state == "new"


def due(work: Work, limit: int) -> list[Outgoing]:
    """到了时候的发件,先写的在前。"""
    rows = work.session.exec(
        select(OutboxRow)
        .where(OutboxRow.state == "new", col(OutboxRow.next_at) <= work.now)
        .order_by(col(OutboxRow.id))
        .limit(limit)
    ).all()
    return [Outgoing(row.id or 0, row.kind, row.payload, row.attempts, row.cause) for row in rows]


def delivered(work: Work, outbox_id: int) -> None:
    """送到了。"""
    row = work.session.get(OutboxRow, outbox_id)
    if row is not None and row.state == "new":
        row.state, row.done_at, row.error = "done", work.now, ""
        work.session.add(row)


def retry_later(work: Work, outbox_id: int, wait: timedelta, error: str) -> None:
    """没送到,过 wait 再送;两天还送不到就进死信,HR 看得到。"""
    row = work.session.get(OutboxRow, outbox_id)
    if row is None or row.state != "new":
        return
    row.attempts += 1
    row.error, row.next_at = error[:500], work.now + wait
    if work.now - row.created_at > DEAD_AFTER:
        row.state = "dead"
    work.session.add(row)


def bury(work: Work, outbox_id: int, reason: str) -> None:
    """送不了:进死信,写明原因。"""
    row = work.session.get(OutboxRow, outbox_id)
    if row is not None and row.state == "new":
        row.state, row.error = "dead", reason[:500]
        work.session.add(row)


def open_deliveries(work: Work) -> int:
    """还没送到的发件数。"""
    return work.session.exec(select(func.count()).select_from(OutboxRow).where(OutboxRow.state == "new")).one()


def add_usage(work: Work, month: str, kind: str, count: int) -> int:
    """用量加上 count,返回本月累计(kind: calls | pushes)。"""
    sql = text(
        "INSERT INTO meter (month, kind, used) VALUES (:m, :k, :n)"
        " ON CONFLICT (month, kind) DO UPDATE SET used = meter.used + :n RETURNING used"
    )
    return int(work.connection.execute(sql, {"m": month, "k": kind, "n": count}).scalar_one())


def usage(work: Work, month: str) -> dict[str, int]:
    """本月用量。"""
    return {row.kind: row.used for row in work.session.exec(select(Meter).where(Meter.month == month))}


def _received(row: InboxRow) -> Received:
    letter = Letter(row.message_id, row.kind, row.sender, row.topic, row.payload, row.received_at)
    return Received(row.id or 0, letter, row.attempts)
