"""绩效的迁移:旧的指标、得分照搬到新的表,一个不少,退得回去;得分由 34 位小数还原成精确的分数。"""

from __future__ import annotations

from alembic import command
from sqlalchemy import text

from models import migrate
from models.work import Store

OLD, NEW = "20261124_0002", "20261124_0004"
ROWS = (
    "INSERT INTO indicator (code, name, source, unit, direction, formula, needs_target)"
    " VALUES ('sales', '销售额完成率', 'deals', 'money', 'higher', '销售额', true)",
    "INSERT INTO plan (code, name, since, post, items, formula, rules)"
    " VALUES ('sales', '销售岗', '2026-01-01', '销售岗', '[]', '绩效得分 = 销售额完成率 × 100%', '{}')",
    "INSERT INTO planassignment (person_id, since, plan_code) VALUES (1, '2026-01-01', 'sales')",
    "INSERT INTO score (person_id, month, revision, score, plan_code, trace, state, computed_at)"
    " VALUES (1, '2026-10', 1, '1.333333333333333333333333333333333', '', '{}', 'locked', '2026-11-05 01:30:00'),"
    " (2, '2026-10', 1, '1.1', '', '{}', 'locked', '2026-11-05 01:30:00')",
)


def move(store: Store, revision: str, down: bool = False) -> None:
    config = migrate._config()
    with store.engine.connect().execution_options(ehr_mode="write") as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)
        connection.commit()


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    with store.engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(sql))]
        connection.rollback()
    return found


def test_old_rows_move_over_and_back(empty: Store) -> None:
    move(empty, OLD)
    with empty.engine.connect().execution_options(ehr_mode="write") as connection:
        for sql in ROWS:
            connection.execute(text(sql))
        connection.commit()
    move(empty, NEW)
    assert rows(empty, "SELECT code, name, measures, formula, missing FROM indicator") == [
        ("sales", "销售额完成率", "销售额", "", "")
    ]
    assert [str(row[0])[:10] for row in rows(empty, "SELECT since FROM indicator")] == ["2020-01-01"]
    assert rows(empty, "SELECT person_id, cycle, exact, state, origin FROM score ORDER BY id") == [
        (1, "2026-10", "4/3", "locked", "lock"),
        (2, "2026-10", "11/10", "locked", "lock"),
    ]
    assert [str(row[0])[:19] for row in rows(empty, "SELECT computed_at FROM score")] == ["2026-11-05 01:30:00"] * 2
    assert rows(empty, "SELECT cycle, basis FROM plan") == [("month", "")]
    move(empty, OLD, down=True)
    assert rows(empty, "SELECT code, formula FROM indicator") == [("sales", "销售额")]
    found = rows(empty, "SELECT person_id, month, score FROM score ORDER BY id")
    assert [(p, m, str(s)[:6]) for p, m, s in found] == [(1, "2026-10", "1.3333"), (2, "2026-10", "1.1")]
