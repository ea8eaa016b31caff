"""迁移 migration:发薪的一生(每一步、暂缓、政策存档、补差的来处、另发的行)

版本 20261124_0003,上一版 20261124_0002。
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import models.columns

revision = "20261124_0003"
down_revision = "20261124_0002"
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString
INSTANT = models.columns.Instant


def upgrade() -> None:
    with op.batch_alter_table("payrun", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="regular"))
        batch_op.add_column(sa.Column("company", sa.String(), nullable=False, server_default=sa.text("''")))
    with op.batch_alter_table("latetruth", schema=None) as batch_op:
        batch_op.add_column(sa.Column("handled_run", sa.Integer(), nullable=True))
    op.create_table(
        "payrunstep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("step", TEXT(), nullable=False),
        sa.Column("by", TEXT(), nullable=False),
        sa.Column("at", INSTANT(), nullable=False),
        sa.Column("note", TEXT(), nullable=False),
        sa.Column("input_hash", TEXT(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payrunstep")),
    )
    op.create_index(op.f("ix_payrunstep_run_id"), "payrunstep", ["run_id"], unique=False)
    op.create_table(
        "payhold",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", TEXT(), nullable=False),
        sa.Column("by", TEXT(), nullable=False),
        sa.Column("at", INSTANT(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "person_id", name=op.f("pk_payhold")),
    )
    op.create_table(
        "policyarchive",
        sa.Column("version", TEXT(), nullable=False),
        sa.Column("content", TEXT(), nullable=False),
        sa.Column("at", INSTANT(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policyarchive")),
    )
    op.create_table(
        "paycorrection",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("month", TEXT(), nullable=False),
        sa.Column("base", TEXT(), nullable=False),
        sa.Column("facts", TEXT(), nullable=False),
        sa.Column("causes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "person_id", "month", name=op.f("pk_paycorrection")),
    )
    op.create_table(
        "payextra",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT(), nullable=False),
        sa.Column("label", TEXT(), nullable=False),
        sa.Column("section", TEXT(), nullable=False),
        sa.Column("amount", models.columns.Fen(), nullable=False),
        sa.Column("taxed", sa.Boolean(), nullable=False),
        sa.Column("reason", TEXT(), nullable=False),
        sa.Column("entered_by", TEXT(), nullable=False),
        sa.Column("at", INSTANT(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payextra")),
    )
    op.create_index(op.f("ix_payextra_person_id"), "payextra", ["person_id"], unique=False)
    op.create_index(op.f("ix_payextra_run_id"), "payextra", ["run_id"], unique=False)


def downgrade() -> None:
    for table in ("payextra", "paycorrection", "policyarchive", "payhold", "payrunstep"):
        op.drop_table(table)
    with op.batch_alter_table("latetruth", schema=None) as batch_op:
        batch_op.drop_column("handled_run")
    with op.batch_alter_table("payrun", schema=None) as batch_op:
        batch_op.drop_column("company")
        batch_op.drop_column("kind")
