"""迁移 migrations:库的结构一步步怎么来的(Alembic)。"""
