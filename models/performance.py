"""绩效 performance:指标、方案、目标(有历史)、签单、满意度、得分。"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.money import Money
from models.columns import Fen, Instant, Rate


class Indicator(SQLModel, table=True):
    """指标:source deals(签单)| ratings(满意度)| attendance(出勤);unit money | rate | count | days;direction higher | lower。"""

    code: str = Field(primary_key=True)
    name: str
    source: str
    unit: str
    direction: str = "higher"
    formula: str = ""
    needs_target: bool = True


class Plan(SQLModel, table=True):
    """绩效方案:items [{"indicator","weight","cap","floor"}];formula 中文公式;post 岗位(title)或空。"""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(index=True)
    name: str
    since: date
    until: date | None = None
    post: str = ""
    items: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    formula: str
    rules: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))


class PlanAssignment(SQLModel, table=True):
    """谁用哪个方案,自哪天起。"""

    person_id: int = Field(primary_key=True)
    since: date = Field(primary_key=True)
    plan_code: str


class Target(SQLModel, table=True):
    """目标:只增不改,一人一指标一月以最新 revision 为准;value 按指标单位(金额为分,其余为比率/个数的文字)。"""

    __table_args__ = (UniqueConstraint("person_id", "indicator", "month", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    indicator: str
    month: str = Field(index=True)
    revision: int
    value: Decimal = Field(sa_column=Column(Rate, nullable=False))
    effective_on: date
    reason: str = ""
    set_by: str = ""
    set_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Deal(SQLModel, table=True):
    """签单:status signed | cancelled | open;signed_on 决定算在哪个月。"""

    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(unique=True)
    owner_userid: str = Field(index=True)
    customer: str = ""
    amount: Money = Field(sa_column=Column(Fen, nullable=False))
    signed_on: date | None = Field(default=None, index=True)
    status: str = "signed"
    version: str = ""


class Rating(SQLModel, table=True):
    """客户满意度:score 为比率。"""

    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(unique=True)
    owner_userid: str = Field(index=True)
    customer: str = ""
    score: Decimal = Field(sa_column=Column(Rate, nullable=False))
    rated_on: date = Field(index=True)
    version: str = ""


class Score(SQLModel, table=True):
    """绩效得分:state preview 试算 | locked 已锁定;trace 为来处(JSON);revision 每次更正加一。"""

    __table_args__ = (UniqueConstraint("person_id", "month", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    month: str = Field(index=True)
    revision: int = 1
    score: Decimal = Field(sa_column=Column(Rate, nullable=False))
    plan_code: str = ""
    trace: str = ""
    state: str = "locked"
    computed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
