"""迁移 migrate:把库升到最新;看现在是哪一版。空库也走这里建起来。"""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from models import guards
from models.work import Store


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("models") / "migrations"))
    return config


def upgrade(store: Store) -> None:
    """升到最新,并装上库里的守门(models/guards.py)。SQLite 与 PostgreSQL 走同样的步骤。"""
    config = _config()
    with store.engine.connect().execution_options(ehr_mode="write") as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        guards.install(connection)
        connection.commit()


def versions(store: Store) -> tuple[str | None, str | None]:
    """(库现在的版本, 程序要的版本);空库的前者为 None。"""
    with store.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
    return current, ScriptDirectory.from_config(_config()).get_current_head()


def draft(store: Store, message: str, revision: str) -> None:
    """照着表的改动起草一步迁移(开发时用)。"""
    config = _config()
    with store.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True, rev_id=revision)
        connection.rollback()
