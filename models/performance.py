"""绩效 performance:指标、方案、目标(有历史)、签单、满意度、录入的分数、得分、申诉与评语。"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.money import Money
from models.columns import Fen, Instant, Rate


class Indicator(SQLModel, table=True):
    """指标的口径:自 since 起的一版。source deals(签单)| ratings(满意度)| attendance(考勤)| input(录入的分数)。

    unit 实绩与目标的单位 money | rate | count | days | hours;direction higher | lower_inverse | lower_linear;
    formula 中文公式(空为来源的通常算法);cap、floor、missing 是方案没有另写时的封顶、保底、缺数据规则。
    """

    code: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    name: str
    measures: str = ""
    source: str
    unit: str
    direction: str = "higher"
    formula: str = ""
    needs_target: bool = True
    cap: str = ""
    floor: str = ""
    missing: str = ""
    basis: str = ""


class Plan(SQLModel, table=True):
    """绩效方案:items [{"indicator","weight","cap","floor","missing"}];formula 中文公式;post 岗位(title)或空。

    cycle 考核周期 month | quarter | year;rules 见 handlers.performance_rules(缺数据、总分封顶、等级、红线、分布)。
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(index=True)
    name: str
    since: date
    until: date | None = None
    post: str = ""
    cycle: str = "month"
    items: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    formula: str
    rules: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    basis: str = ""


class PlanAssignment(SQLModel, table=True):
    """谁用哪个方案(先于岗位的方案),自哪天起,到哪天止(含;空为至今)。"""

    person_id: int = Field(primary_key=True)
    since: date = Field(primary_key=True)
    until: date | None = None
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
    """绩效得分的一版:只增不改,以最新 revision 为准。cycle 周期("2026-10"、"2026-Q4"、"2026")。

    state calibrated 定了还没锁 | locked 已锁定;origin lock 锁定时算得 | calibration 校准 | appeal 申诉成立 |
    correction 锁定后更正 | late 依据在锁定后有变;exact 精确的得分("11/10");grade、factor 等级与系数,没有为空;
    decided 人定的:空为全由依据算得,item 有几项是人定的(overrides 指标 → [值, 证据]),total 总分或等级是人定的。
    """

    __table_args__ = (UniqueConstraint("person_id", "cycle", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    cycle: str = Field(index=True)
    revision: int
    exact: str
    grade: str = ""
    factor: str = ""
    plan_code: str = ""
    trace: str = ""
    state: str
    origin: str
    decided: str = ""
    overrides: dict[str, list[str]] = Field(sa_column=Column(JSON, nullable=False))
    reason: str = ""
    set_by: str = ""
    computed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class InputScore(SQLModel, table=True):
    """录入的分数:别处得来的(培训完成、试用基线),自 since 起算进各周期。只增不改,同一天以最新 revision 为准。

    kind score 分数 | baseline 基线;state in_force 有效 | revoked 撤回;evidence 依据编号(training:12、interview:5);
    earned_on 哪天得来的(在一个周期里得来、从下一个周期起算的,since 晚于它)。
    """

    __table_args__ = (UniqueConstraint("person_id", "indicator", "kind", "since", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    indicator: str
    kind: str = "score"
    since: date
    until: date | None = None
    revision: int
    value: Decimal = Field(sa_column=Column(Rate, nullable=False))
    state: str = "in_force"
    evidence: str
    earned_on: date
    reason: str = ""
    set_by: str = ""
    set_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Appeal(SQLModel, table=True):
    """绩效申诉:item 指标编号,空为总分;state open | granted 成立 | dismissed 不成立 | withdrawn 撤回。

    一个人一个周期一项同时只有一件开着的(live_key 唯一);revision 申诉时看到的那一版(0 为试算);
    result_revision 成立后写成的那一版。
    """

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    cycle: str = Field(index=True)
    item: str = ""
    state: str = "open"
    live_key: str | None = Field(default=None, unique=True)
    revision: int = 0
    result_revision: int = 0
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_by: str = ""
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant))


class ScoreNote(SQLModel, table=True):
    """绩效的一句话:上级、HR 的评语(appeal_id 为空),或申诉里的往来。只增不改。"""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    cycle: str = Field(index=True)
    item: str = ""
    appeal_id: int | None = Field(default=None, index=True)
    author: str
    words: str
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
