"""提醒与转交 alerts:给 HR 的提醒(去重、可处理、原因消失自动关闭)与转交人工。"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from models.columns import Instant


class Alert(SQLModel, table=True):
    """提醒:state open | snoozed | closed;live_key 未关闭时唯一(去重键);window 为 60/30/7 等档。"""

    id: int | None = Field(default=None, primary_key=True)
    rule: str
    live_key: str | None = Field(default=None, unique=True)
    person_id: int = Field(index=True)
    severity: str = "info"
    window: str = ""
    due: date | None = None
    say: str
    evidence: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    state: str = Field(default="open", index=True)
    remedy: str = ""
    remedy_done_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    closed_because: str = ""


class Handoff(SQLModel, table=True):
    """转交人工:员工的原话、意图;state open | closed。"""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    intent: str
    words: str
    state: str = "open"
    given_to: str = ""
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    answer: str = ""
