"""迁移 migration:pay seal(接着封的和、另发的行怎么算出来的、有事要看的工资条)

版本 20261124_0008,上一版 20261124_0007。
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_0008"
down_revision = "20261124_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("payrun") as table:
        table.add_column(sa.Column("input_sum", sa.String(), nullable=False, server_default=sa.text("''")))
    with op.batch_alter_table("payextra") as table:
        table.add_column(sa.Column("trace", sa.String(), nullable=False, server_default=sa.text("''")))
    noted = sa.text("exceptions <> '[]'")
    op.create_index("ix_payslip_noted", "payslip", ["run_id"], sqlite_where=noted, postgresql_where=noted)


def downgrade() -> None:
    op.drop_index("ix_payslip_noted", "payslip")
    with op.batch_alter_table("payextra") as table:
        table.drop_column("trace")
    with op.batch_alter_table("payrun") as table:
        table.drop_column("input_sum")
