"""工资 pay:薪酬档案、个税台账、工资发放批次、工资条。发布之后只增不改。"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, Column, Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.money import Money
from models.columns import Fen, Instant, Rate


class WageSegment(SQLModel, table=True):
    """月工资:自 since 起的合同月工资(分)。"""

    person_id: int = Field(primary_key=True)
    since: date = Field(primary_key=True)
    monthly_wage: Money = Field(sa_column=Column(Fen, nullable=False))
    reason: str = ""


class PayProfile(SQLModel, table=True):
    """薪酬档案:岗位、城市、工时制、公积金比例、发薪账户(掩码)、津贴标准 {"餐补标准":"15.00"}(元)。"""

    person_id: int = Field(primary_key=True)
    pay_group: str = "月薪"
    post: str = ""
    city: str
    hours_system: str = "standard"
    housing_rate: Decimal = Field(sa_column=Column(Rate, nullable=False))
    supplementary_rate: Decimal = Field(sa_column=Column(Rate, nullable=False))
    bank_name: str = ""
    bank_account_masked: str = ""
    tax_scheme: str = "standard"
    tax_start_month: int = 1
    tax_year: int = 0
    allowances: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))


class InsuranceBase(SQLModel, table=True):
    """申报基数:自 since 那个月("2026-07")起,社保与公积金各多少。"""

    person_id: int = Field(primary_key=True)
    since: str = Field(primary_key=True)
    social: Money = Field(sa_column=Column(Fen, nullable=False))
    housing: Money = Field(sa_column=Column(Fen, nullable=False))


class SpecialAdditional(SQLModel, table=True):
    """专项附加扣除:自 since 那个发放月起,每月多少;until 为止(含,空为至今)。"""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    item: str
    since: str
    until: str | None = None
    monthly: Money = Field(sa_column=Column(Fen, nullable=False))


class TaxLedger(SQLModel, table=True):
    """个税累计台账:扣缴义务人 × 人 × 年度 × 发放月份,一行一月。source: opening | run:<id>。"""

    __table_args__ = (UniqueConstraint("unit", "person_id", "tax_year", "month", "source"),)

    id: int | None = Field(default=None, primary_key=True)
    unit: str
    person_id: int = Field(index=True)
    tax_year: int = Field(index=True)
    month: int
    income: Money = Field(sa_column=Column(Fen, nullable=False))
    tax_free: Money = Field(sa_column=Column(Fen, nullable=False))
    insurance: Money = Field(sa_column=Column(Fen, nullable=False))
    special_additional: Money = Field(sa_column=Column(Fen, nullable=False))
    other: Money = Field(sa_column=Column(Fen, nullable=False))
    withheld: Money = Field(sa_column=Column(Fen, nullable=False))
    source: str


class PayRun(SQLModel, table=True):
    """发薪批次:月份 month(劳动所属月)与发放月 pay_month;state 见 engine.pay_life(准备 → … → 发布)。

    kind regular 常规 | leaver 离职结算 | bonus 年终奖 | arrears 补发;常规的一个薪酬组一个月只有一期(live_key 唯一)。
    input_hash 是全部冻结输入与规则版本的摘要(handlers.pay_seal),input_sum 是换一个人时接着封要用的和;company 是冻结时的公司资料(JSON)。归档不改这一行,只在 PayRunStep 里添一步。
    """

    id: int | None = Field(default=None, primary_key=True)
    pay_group: str = "月薪"
    month: str = Field(index=True)
    pay_month: str
    state: str = "draft"
    revision: int = 1
    live_key: str | None = Field(default=None, unique=True)
    rules_version: str = ""
    input_hash: str = ""
    totals: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    missing_days: list[str] = Field(sa_column=Column(JSON, nullable=False))
    created_by: str = ""
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    computed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    published_by: str = ""
    published_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    kind: str = Field(default="regular", sa_column=Column(String, nullable=False, server_default="regular"))
    company: str = Field(default="", sa_column=Column(String, nullable=False, server_default=text("''")))
    input_sum: str = Field(default="", sa_column=Column(String, nullable=False, server_default=text("''")))


class PayRunStep(SQLModel, table=True):
    """发薪的一步:第几次准备 revision,哪一步 step,谁 by,何时 at,理由 note,当时的输入摘要。只增不改。"""

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(index=True)
    revision: int
    step: str
    by: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    note: str = ""
    input_hash: str = ""


class PayHold(SQLModel, table=True):
    """暂缓的人:这一期不发他的,写明理由;之后补发。"""

    run_id: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True)
    reason: str
    by: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PolicyArchive(SQLModel, table=True):
    """用过的政策:一版一份全文(规范 JSON),键是它的摘要;解释与复核旧的一期,用的是它当时的规则。"""

    version: str = Field(primary_key=True)
    content: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PayCorrection(SQLModel, table=True):
    """补差的来处:这一期里,为某人某个已发的月 month 补的差额是由哪份事实 base 改成哪份 facts 得来(PayFacts 的 JSON)。

    base 空为当期没有发;causes 是 [{kind, ids, say}, …],按知道的先后。下次再更正,从最近一次发布的 facts 接着算。
    """

    run_id: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True)
    month: str = Field(primary_key=True)
    base: str
    facts: str
    causes: list[dict[str, object]] = Field(sa_column=Column(JSON, nullable=False))


class PayExtra(SQLModel, table=True):
    """另发的一行:离职结算、年终奖、补发里手工填的或采用建议的,写明理由与填的人;amount 正为多发负为少发。

    trace 采用的建议怎么算出来的(engine.trace.Trace 的 JSON);手工填的为空。
    """

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(index=True)
    person_id: int = Field(index=True)
    code: str
    label: str
    section: str
    amount: Money = Field(sa_column=Column(Fen, nullable=False))
    taxed: bool
    reason: str
    entered_by: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    trace: str = Field(default="", sa_column=Column(String, nullable=False, server_default=text("''")))


class PayInput(SQLModel, table=True):
    """冻结的输入:一人一月的事实(engine.pay.PayFacts 的规范 JSON);由 prepare 写入,compute 只读它。"""

    run_id: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True)
    facts: str


NOTED = "exceptions <> '[]'"
"""工资条上有事要看。"""


class Payslip(SQLModel, table=True):
    """工资条:精简存放。lines 为 [[code, 分], …] 的 JSON;来处由冻结输入重算,不另存。

    有事要看的人另有一个只含他们的索引:看一期的例外,不必翻全公司的工资条(条件照 NOTED 写,库才用得上它)。
    """

    __table_args__ = (Index("ix_payslip_noted", "run_id", sqlite_where=text(NOTED), postgresql_where=text(NOTED)),)

    run_id: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True, index=True)
    gross: Money = Field(sa_column=Column(Fen, nullable=False))
    insurance: Money = Field(sa_column=Column(Fen, nullable=False))
    tax: Money = Field(sa_column=Column(Fen, nullable=False))
    net: Money = Field(sa_column=Column(Fen, nullable=False))
    lines: str
    exceptions: str = "[]"


class PayFailure(SQLModel, table=True):
    """算不出来的人:列名单与原因,不影响别人。"""

    run_id: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True)
    code: str
    say: str


class SlipReceipt(SQLModel, table=True):
    """工资条回执:已发送、已查看、已确认、有异议。"""

    run_id: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True)
    state: str = "sent"
    viewed_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    answered_at: datetime | None = Field(default=None, sa_column=Column(Instant))
    line_code: str = ""
    words: str = ""


class SlipReply(SQLModel, table=True):
    """对工资条异议的答复:只增不改,可以答几次。"""

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(index=True)
    person_id: int = Field(index=True)
    words: str
    answered_by: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class LateTruth(SQLModel, table=True):
    """迟到的事实:触及已锁定、已发布月份的更正或取消;已发的不改,下一期补一行差额。

    state open 待补 | handled 已补(handled_run 是补它的那一期)| absorbed 那一期退回重新准备时已经算进去。
    """

    __table_args__ = (UniqueConstraint("kind", "source_id", "version", "person_id", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    month: str
    kind: str
    source_id: str
    version: str
    say: str
    state: str = "open"
    seen_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    handled_run: int | None = None
