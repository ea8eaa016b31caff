"""信箱 mailbox:收件、发件、做过的事(幂等键)、卡片、对话、游标、原文、用量。"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import Instant


class InboxRow(SQLModel, table=True):
    """收件:先落库再应答。kind message | event | callback;state new | done | dead;sender 为 userid(保序用)。"""

    __table_args__ = (Index("ix_inbox_state_id", "state", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    kind: str
    sender: str = ""
    topic: str = ""
    payload: str
    received_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    state: str = "new"
    attempts: int = 0
    outcome: str = ""
    deliveries: int = 1


class OutboxRow(SQLModel, table=True):
    """发件:与改动同一事务写下;kind 见推送;dedupe_key 唯一;state new | done | dead。"""

    __table_args__ = (Index("ix_outbox_state_next", "state", "next_at"),)

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = Field(unique=True)
    kind: str
    payload: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    cause: str = Field(default="", index=True)
    state: str = "new"
    attempts: int = 0
    next_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    error: str = ""
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class DoneKey(SQLModel, table=True):
    """做过的事:幂等键 → 当时的结果;body 是命令的摘要,同键不同内容会被拒绝。"""

    key: str = Field(primary_key=True)
    use_case: str
    body: str
    outcome: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Card(SQLModel, table=True):
    """卡片:out_track_id 我们起的编号;noun+subject_id 指明是谁的卡;params 为当前公共数据。"""

    out_track_id: str = Field(primary_key=True)
    noun: str = Field(index=True)
    subject_id: int = Field(index=True)
    userid: str
    role: str = ""
    params: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Dialogue(SQLModel, table=True):
    """对话:一人同时只有一件没办完的事;state 为意图与已知的槽;过期作废。"""

    person_id: int = Field(primary_key=True)
    state: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Cursor(SQLModel, table=True):
    """游标:每个来源读到哪里;与记录同一事务保存。"""

    feed: str = Field(primary_key=True)
    cursor: str = ""
    window: str = ""
    rows: int = 0
    bad: int = 0
    error: str = ""
    tried_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    success_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class RawRecord(SQLModel, table=True):
    """原文:外面来的每条记录原样留一份;in_force 是正在用的那一版;reason 非空表示读不懂或还不认得人,列给 HR。"""

    __table_args__ = (UniqueConstraint("feed", "source_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    feed: str = Field(index=True)
    source_id: str
    version: str
    raw: str
    reason: str = ""
    in_force: bool = True
    seen_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Meter(SQLModel, table=True):
    """用量:每月调用与推送(钉钉标准版 5,000 / 3,000)。"""

    month: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    used: int = 0


class Replica(SQLModel, table=True):
    """副本心跳:哪个进程还活着。"""

    executor_id: str = Field(primary_key=True)
    beat_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Fact(SQLModel, table=True):
    """杂项键值:例如开账数据装入到哪一步。"""

    key: str = Field(primary_key=True)
    value: str
