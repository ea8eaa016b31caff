"""迁移 migration:pay scope(薪酬范围与部门的各段)

版本 20261124_0007,上一版 20261124_0002。
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "20261124_0007"
down_revision = "20261124_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payscope",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("work_city", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("employment", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("tax_residence", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("net_pay", sa.Boolean(), nullable=False),
        sa.Column("first_fund", sa.Boolean(), nullable=False),
        sa.Column("heat_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_payscope")),
    )
    op.create_table(
        "departmentsegment",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("dept_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "since", name=op.f("pk_departmentsegment")),
    )


def downgrade() -> None:
    op.drop_table("departmentsegment")
    op.drop_table("payscope")
