"""迁移与表 migrations:从空库升上来的与程序里的表一模一样;多一张没有迁移的表,这里就红。"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from models.migrate import upgrade, versions
from models.tables import METADATA
from models.work import Store


def differences(store: Store) -> list[object]:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": METADATA}
        )
        found = compare_metadata(context, METADATA)
        connection.rollback()
    return list(found)


def test_upgraded_database_is_what_the_program_knows(empty: Store):
    assert versions(empty)[0] is None
    upgrade(empty)
    current, wanted = versions(empty)
    assert current == wanted is not None
    assert differences(empty) == []


def test_upgrading_again_changes_nothing(empty: Store):
    upgrade(empty)
    upgrade(empty)
    assert differences(empty) == []


def test_a_table_without_a_migration_is_noticed(empty: Store):
    upgrade(empty)

    table = sa.Table("forgotten", METADATA, sa.Column("id", sa.Integer, primary_key=True))
    try:
        assert [(d[0], d[1].name) for d in differences(empty)] == [("add_table", "forgotten")]  # type: ignore[index]
    finally:
        METADATA.remove(table)


def test_create_all_gives_the_same_tables(empty: Store):
    """演示与测试走 create_all,正式环境走迁移:两条路到同一处。"""
    empty.create_all()
    names = set(sa.inspect(empty.engine).get_table_names())
    assert names == set(METADATA.tables)
    assert differences(empty) == []
