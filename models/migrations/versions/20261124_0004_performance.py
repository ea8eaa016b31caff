"""迁移 migration:绩效——有日期的指标口径、考核周期、得分的各版、录入的分数、申诉与评语

版本 20261124_0004,上一版 20261124_0002。指标与得分的主键、列名有变,重建这两张表,旧行照搬:
指标的旧口径自 2020-01-01 起;旧得分都是发布时锁定的。
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import models.columns

revision = "20261124_0004"
down_revision = "20261124_0003"
branch_labels = None
depends_on = None

Words = sqlmodel.sql.sqltypes.AutoString
SINCE = date(2020, 1, 1)
DENOMINATOR = 10**12
"""旧得分是 34 位小数,分母不到这么大的比由它还原得一字不差。"""


def upgrade() -> None:
    _indicator()
    _score()
    with op.batch_alter_table("plan") as plan:
        plan.add_column(sa.Column("cycle", Words(), nullable=False, server_default="month"))
        plan.add_column(sa.Column("basis", Words(), nullable=False, server_default=""))
    with op.batch_alter_table("plan") as plan:
        plan.alter_column("cycle", server_default=None)
        plan.alter_column("basis", server_default=None)
    with op.batch_alter_table("planassignment") as assignment:
        assignment.add_column(sa.Column("until", sa.Date(), nullable=True))
    _inputs()
    _appeals()


def _indicator() -> None:
    rows = op.get_bind().execute(sa.text("SELECT * FROM indicator")).mappings().all()
    op.drop_table("indicator")
    names = ("name", "measures", "source", "unit", "direction", "formula")
    table = op.create_table(
        "indicator",
        sa.Column("code", Words(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        *(sa.Column(name, Words(), nullable=False) for name in names),
        sa.Column("needs_target", sa.Boolean(), nullable=False),
        *(sa.Column(name, Words(), nullable=False) for name in ("cap", "floor", "missing", "basis")),
        sa.PrimaryKeyConstraint("code", "since", name=op.f("pk_indicator")),
    )
    blank = {"since": SINCE, "formula": "", "cap": "", "floor": "", "missing": "", "basis": ""}
    kept = ("code", "name", "source", "unit", "direction")
    op.bulk_insert(
        table,
        [
            blank | {k: row[k] for k in kept} | {"measures": row["formula"], "needs_target": bool(row["needs_target"])}
            for row in rows
        ],
    )


def _score() -> None:
    rows = op.get_bind().execute(sa.text("SELECT * FROM score ORDER BY id")).mappings().all()
    op.drop_table("score")
    table = op.create_table(
        "score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cycle", Words(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *(
            sa.Column(name, Words(), nullable=False)
            for name in ("exact", "grade", "factor", "plan_code", "trace", "state", "origin", "decided")
        ),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("set_by", Words(), nullable=False),
        sa.Column("computed_at", models.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint("person_id", "cycle", "revision", name=op.f("uq_score_person_id_cycle_revision")),
    )
    with op.batch_alter_table("score") as score:
        score.create_index(op.f("ix_score_cycle"), ["cycle"], unique=False)
        score.create_index(op.f("ix_score_person_id"), ["person_id"], unique=False)
    blank = {"grade": "", "factor": "", "origin": "lock", "decided": "", "overrides": {}, "reason": "", "set_by": ""}
    kept = ("person_id", "revision", "plan_code", "trace", "state")
    instant = models.columns.Instant()
    op.bulk_insert(
        table,
        [
            blank
            | {k: row[k] for k in kept}
            | {"cycle": row["month"], "exact": _exact(row["score"]), "computed_at": _aware(row["computed_at"], instant)}
            for row in rows
        ],
    )


def _exact(text: str) -> str:
    value = Fraction(Decimal(text)).limit_denominator(DENOMINATOR)
    return f"{value.numerator}/{value.denominator}"


def _aware(value: datetime | str, kind: models.columns.Instant) -> datetime | None:
    """存的是 UTC;SQLite 直接读出来的是文字。"""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return kind.process_result_value(at, op.get_bind().dialect)


def _inputs() -> None:
    op.create_table(
        "inputscore",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("indicator", Words(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("value", models.columns.Rate(length=40), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("evidence", Words(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("set_by", Words(), nullable=False),
        sa.Column("set_at", models.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inputscore")),
        sa.UniqueConstraint(
            "person_id",
            "indicator",
            "kind",
            "since",
            "revision",
            name=op.f("uq_inputscore_person_id_indicator_kind_since_revision"),
        ),
    )
    with op.batch_alter_table("inputscore") as table:
        table.create_index(op.f("ix_inputscore_person_id"), ["person_id"], unique=False)


def _appeals() -> None:
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cycle", Words(), nullable=False),
        sa.Column("item", Words(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("live_key", Words(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("result_revision", sa.Integer(), nullable=False),
        sa.Column("opened_at", models.columns.Instant(), nullable=False),
        sa.Column("closed_by", Words(), nullable=False),
        sa.Column("closed_at", models.columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("live_key", name=op.f("uq_appeal_live_key")),
    )
    op.create_table(
        "scorenote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cycle", Words(), nullable=False),
        sa.Column("item", Words(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=True),
        sa.Column("author", Words(), nullable=False),
        sa.Column("words", Words(), nullable=False),
        sa.Column("at", models.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scorenote")),
    )
    for name, columns in (("appeal", ("cycle", "person_id")), ("scorenote", ("appeal_id", "cycle", "person_id"))):
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.create_index(op.f(f"ix_{name}_{column}"), [column], unique=False)


def downgrade() -> None:
    """退回:口径只留最新一版,得分只留最新一版。"""
    for name in ("scorenote", "appeal", "inputscore"):
        op.drop_table(name)
    with op.batch_alter_table("planassignment") as assignment:
        assignment.drop_column("until")
    with op.batch_alter_table("plan") as plan:
        plan.drop_column("basis")
        plan.drop_column("cycle")
    _old_indicator()
    _old_score()


def _old_indicator() -> None:
    rows = op.get_bind().execute(sa.text("SELECT * FROM indicator ORDER BY since")).mappings().all()
    op.drop_table("indicator")
    names = ("code", "name", "source", "unit", "direction", "formula")
    table = op.create_table(
        "indicator",
        *(sa.Column(name, Words(), nullable=False) for name in names),
        sa.Column("needs_target", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_indicator")),
    )
    newest = {row["code"]: row for row in rows}
    op.bulk_insert(
        table,
        [
            {k: row[k] for k in names} | {"formula": row["measures"], "needs_target": bool(row["needs_target"])}
            for row in newest.values()
        ],
    )


def _old_score() -> None:
    rows = op.get_bind().execute(sa.text("SELECT * FROM score ORDER BY revision")).mappings().all()
    op.drop_table("score")
    table = op.create_table(
        "score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("month", Words(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("score", models.columns.Rate(length=40), nullable=False),
        *(sa.Column(name, Words(), nullable=False) for name in ("plan_code", "trace", "state")),
        sa.Column("computed_at", models.columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint("person_id", "month", "revision", name=op.f("uq_score_person_id_month_revision")),
    )
    with op.batch_alter_table("score") as score:
        score.create_index(op.f("ix_score_month"), ["month"], unique=False)
        score.create_index(op.f("ix_score_person_id"), ["person_id"], unique=False)
    instant = models.columns.Instant()
    kept = ("person_id", "revision", "plan_code", "trace", "state")
    op.bulk_insert(
        table,
        [
            {k: row[k] for k in kept}
            | {
                "month": row["cycle"],
                "score": _decimal(row["exact"]),
                "computed_at": _aware(row["computed_at"], instant),
            }
            for row in rows
        ],
    )


def _decimal(text: str) -> Decimal:
    over, _, under = text.partition("/")
    return Decimal(over) / Decimal(under)
