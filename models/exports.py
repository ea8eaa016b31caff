"""导出 exports:每次导出的记录、收款账户与证件(整号只在这里)、扣缴客户端的核对与申报、离职同事的一次性链接。

金额表与别的表里都只有掩码的账号;整号、证件号在单独的两张表里,好在数据库里单独授权(docs/adr/0015)。
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from engine.money import Money
from models.columns import Fen, Instant


class ExportRecord(SQLModel, table=True):
    """导出记录:哪一期、哪一种、照哪个格式(连同它的摘要)、谁、何时、为什么;文件的 SHA-256、行数、控制合计。

    文件本身不存:照这条记录重新生成,摘要必须一字不差,对不上就不给。params 是生成时的选项,left_out 是没有放进去的人与缘由。
    """

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(index=True)
    month: str
    kind: str = Field(index=True)
    layout: str = ""
    layout_version: str = ""
    file_name: str
    sha256: str
    rows: int = 0
    totals: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    left_out: list[list[str]] = Field(sa_column=Column(JSON, nullable=False))
    notes: list[str] = Field(sa_column=Column(JSON, nullable=False))
    params: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    input_hash: str = ""
    reason: str = ""
    exported_by: str
    exported_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PayAccount(SQLModel, table=True):
    """收款账户:一人一个。number 是完整的账号,只有银行文件这一个用例读它;别处只见掩码。"""

    person_id: int = Field(primary_key=True)
    holder: str
    bank_name: str
    number: str
    updated_by: str
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TaxIdentity(SQLModel, table=True):
    """证件:报税用的证件类型与号码,只有报税文件读它;phone_last4 手机号末四位,离职同事核对身份用。"""

    person_id: int = Field(primary_key=True)
    id_type: str
    id_number: str
    phone_last4: str = ""
    updated_by: str
    updated_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TaxClientFile(SQLModel, table=True):
    """扣缴客户端的税款计算结果:读回来的一份。同一个月以最后一份(id 最大)为准。"""

    id: int | None = Field(default=None, primary_key=True)
    unit: str
    pay_month: str = Field(index=True)
    file_name: str
    sha256: str
    rows: int
    taken_by: str
    taken_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TaxDifference(SQLModel, table=True):
    """与客户端的一处不同:谁、哪一项、我们多少、客户端多少、可能的原因;state open 未说明 | explained 已说明。

    person_id 为 0 是客户端有、我们没有的人(who 写他的姓名)。
    """

    id: int | None = Field(default=None, primary_key=True)
    file_id: int = Field(index=True)
    person_id: int = Field(index=True)
    who: str
    field: str
    ours: Money | None = Field(default=None, sa_column=Column(Fen))
    theirs: Money | None = Field(default=None, sa_column=Column(Fen))
    hint: str
    state: str = "open"
    reason: str = ""
    explained_by: str = ""
    explained_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class TaxDeclaration(SQLModel, table=True):
    """申报:一个扣缴义务人一个发放月一行;有这一行就是已经申报。"""

    unit: str = Field(primary_key=True)
    pay_month: str = Field(primary_key=True)
    declared_by: str
    declared_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SlipLink(SQLModel, table=True):
    """离职同事看最后一张工资条的链接:口令只存摘要;核对身份;看过即作废。

    asks 核对什么(姓名之外);state: open 可用 | spent 已用 | revoked 已撤销 | locked 答错太多。grant_hash 是核对通过那一刻发的通行证的摘要,十分钟内有效。
    """

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    run_id: int
    token_hash: str = Field(unique=True)
    asks: str
    state: str = "open"
    wrong: int = 0
    grant_hash: str = ""
    created_by: str
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
