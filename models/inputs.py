"""导入与录入 inputs:月度输入、专项附加下载、社保账单、旧工资表、期初与历史工资;谁录的、谁复核的、哪份文件的哪一格。"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.money import Money
from models.columns import Fen, Instant


class ImportBatch(SQLModel, table=True):
    """导入的一批:kind monthly 月度输入 | special 专项附加 | bill 社保账单 | old 旧工资表 | ytd 个税期初 | past 历史工资。

    period 哪个月(ytd 是年);state open 待复核 | confirmed 已复核 | undone 已撤回。
    live_key 是 kind:period:文件摘要,撤回后为空:同一份文件来两次认得出来。kept 复核之后才写下的各行(JSON;个税期初用)。
    """

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(index=True)
    period: str = Field(index=True)
    file_name: str = ""
    file_hash: str = ""
    live_key: str | None = Field(default=None, unique=True)
    mapping: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    rows: int = 0
    kept: str = ""
    state: str = "open"
    imported_by: str = ""
    imported_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    confirmed_by: str = ""
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    undone_by: str = ""
    undone_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    undone_reason: str = ""


class MonthlyInput(SQLModel, table=True):
    """月度输入的一笔:一人一月一项。unit money(value 是分)| count(value 是个数);kind line 工资条的一行 | standard 公式里的标准。

    state open 待复核 | confirmed 已复核 | withdrawn 已撤回;写下之后值不改,要改就撤回另录。place 是文件里的哪一格。
    """

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int | None = Field(default=None, index=True)
    person_id: int = Field(index=True)
    month: str = Field(index=True)
    item: str
    kind: str = "line"
    unit: str = "money"
    value: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str = ""
    place: str = ""
    state: str = "open"
    entered_by: str = ""
    entered_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    confirmed_by: str = ""
    confirmed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    withdrawn_reason: str = ""


class SpecialClaim(SQLModel, table=True):
    """专项附加扣除的累计:某人本年截至 month 月(税款所属月)某一项累计多少;kind special | other。"""

    __table_args__ = (UniqueConstraint("batch_id", "person_id", "item"),)

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(index=True)
    person_id: int = Field(index=True)
    tax_year: int
    month: int
    item: str
    kind: str = "special"
    cumulative: Money = Field(sa_column=Column(Fen, nullable=False))


class SocialBillLine(SQLModel, table=True):
    """社保公积金账单的一行:某人某险种的基数与两边;base 为空是账单没写基数。"""

    __table_args__ = (UniqueConstraint("batch_id", "person_id", "line"),)

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(index=True)
    person_id: int = Field(index=True)
    line: str
    base: Money | None = Field(default=None, sa_column=Column(Fen))
    employee: Money = Field(sa_column=Column(Fen, nullable=False))
    employer: Money = Field(sa_column=Column(Fen, nullable=False))
    place: str = ""


class OldPayLine(SQLModel, table=True):
    """旧工资表的一格:某人某项多少;person_id 为空是通讯录里没有的人(who 是表里写的)。"""

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(index=True)
    person_id: int | None = Field(default=None, index=True)
    who: str = ""
    item: str
    amount: Money = Field(sa_column=Column(Fen, nullable=False))
    place: str = ""


class ParallelSign(SQLModel, table=True):
    """并行对比的签认:一组差异由谁、以什么理由签认;digest 是签的时候那一组差异的摘要,差异变了签认就不再算数。"""

    __table_args__ = (UniqueConstraint("batch_id", "cause", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(index=True)
    cause: str
    digest: str
    reason: str
    signed_by: str
    signed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PastSlip(SQLModel, table=True):
    """启用之前的一张工资:lines 为 [[列名, 分], …];供查看,也是公式里上月、本年累计在启用之前的来处。"""

    __table_args__ = (UniqueConstraint("batch_id", "person_id", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(index=True)
    person_id: int = Field(index=True)
    month: str = Field(index=True)
    gross: Money = Field(sa_column=Column(Fen, nullable=False))
    net: Money = Field(sa_column=Column(Fen, nullable=False))
    lines: str


class ColumnChoice(SQLModel, table=True):
    """列的对应:这家公司的某种文件里,某个列名就是我们的哪一项;target 空为不读。"""

    kind: str = Field(primary_key=True)
    header: str = Field(primary_key=True)
    target: str = ""
    set_by: str = ""
    set_at: datetime = Field(sa_column=Column(Instant, nullable=False))
