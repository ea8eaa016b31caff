"""审计 audit:每次改动、每次查看工资各一行;前后以摘要相连,删改或换序都会被发现。"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from models.columns import Instant


class AuditLine(SQLModel, table=True):
    """审计行:谁(actor)经哪扇门(door)对谁(subject)做了什么(use_case);details 不含金额与证件号。"""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    actor: str
    door: str
    use_case: str
    subject: str = ""
    key: str = ""
    details: str = ""
    previous: str
    digest: str = Field(unique=True)
