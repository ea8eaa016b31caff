"""守门 guards:已发布的、审计与台账,直接改库也改不动;没发布的照常能改。"""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from models import guards
from models.work import Store

STAMP = "'2026-11-23 01:30:00'"
RUN = (
    "INSERT INTO payrun (id, pay_group, month, pay_month, state, revision, rules_version, input_hash, totals,"
    " missing_days, created_by, created_at, published_by)"
    f" VALUES ({{id}}, '月薪', '2026-10', '2026-11', '{{state}}', 1, '', '', '{{{{}}}}', '[]', '', {STAMP}, '')"
)
ROWS = (
    RUN.format(id=1, state="published"),
    RUN.format(id=2, state="computed"),
    "INSERT INTO payslip (run_id, person_id, gross, insurance, tax, net, lines, exceptions)"
    " VALUES (1, 1, 1, 0, 0, 1, '[]', '[]'), (2, 1, 1, 0, 0, 1, '[]', '[]')",
    "INSERT INTO payinput (run_id, person_id, facts) VALUES (1, 1, '{}'), (2, 1, '{}')",
    f"INSERT INTO payhold (run_id, person_id, reason, by, at) VALUES (1, 2, 'r', 'u', {STAMP}), (2, 2, 'r', 'u', {STAMP})",
    "INSERT INTO paycorrection (run_id, person_id, month, base, facts, causes)"
    " VALUES (1, 1, '2026-09', '', '', '[]'), (2, 1, '2026-09', '', '', '[]')",
    "INSERT INTO payextra (run_id, person_id, code, label, section, amount, taxed, reason, entered_by, at)"
    f" VALUES (1, 1, 'c', 'l', 'earning', 1, true, 'r', 'u', {STAMP}), (2, 1, 'c', 'l', 'earning', 1, true, 'r', 'u', {STAMP})",
    "INSERT INTO payrunstep (run_id, revision, step, by, at, note, input_hash)"
    f" VALUES (2, 1, 'prepare', 'u', {STAMP}, '', '')",
    f"INSERT INTO policyarchive (version, content, at) VALUES ('v', '{{}}', {STAMP})",
    "INSERT INTO taxledger (unit, person_id, tax_year, month, income, tax_free, insurance, special_additional, other,"
    " withheld, source) VALUES ('u', 1, 2026, 11, 1, 0, 0, 0, 0, 0, 'run:1'), ('u', 1, 2026, 10, 1, 0, 0, 0, 0, 0, 'opening')",
    f"INSERT INTO auditline (at, actor, door, use_case, subject, key, details, previous, digest)"
    f" VALUES ({STAMP}, 'a', 'bot', 'u', '', '', '', 'p', 'd')",
    f"INSERT INTO leaveline (person_id, type, kind, amount, unit, lot, on_day, source, note, at)"
    f" VALUES (1, 'annual', 'grant', 2, 'half_day', 'x', '2026-01-01', '', '', {STAMP})",
)


def connected(store: Store) -> Connection:
    return store.engine.connect().execution_options(ehr_mode="write")


@pytest.fixture
def kept(store: Store) -> Store:
    with connected(store) as connection:
        for sql in ROWS:
            connection.exec_driver_sql(sql)
        connection.commit()
    return store


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE payslip SET net = 2 WHERE run_id = 1",
        "DELETE FROM payslip WHERE run_id = 1",
        "UPDATE payinput SET facts = '[]' WHERE run_id = 1",
        "UPDATE payrun SET state = 'computed' WHERE id = 1",
        "UPDATE payrun SET state = 'archived' WHERE id = 1",
        "DELETE FROM payhold WHERE run_id = 1",
        "UPDATE paycorrection SET facts = 'x' WHERE run_id = 1",
        "UPDATE payextra SET amount = 2 WHERE run_id = 1",
        "DELETE FROM payrunstep",
        "UPDATE payrunstep SET by = 'v'",
        "UPDATE policyarchive SET content = ''",
        "DELETE FROM payrun WHERE id = 1",
        "UPDATE taxledger SET withheld = 1 WHERE source = 'run:1'",
        "UPDATE auditline SET actor = 'b'",
        "DELETE FROM auditline",
        "UPDATE leaveline SET amount = 20",
        "DELETE FROM leaveline",
    ],
)
def test_what_is_final_cannot_be_changed(kept: Store, sql: str):
    with connected(kept) as connection, pytest.raises(IntegrityError):
        connection.execute(text(sql))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE payslip SET net = 2 WHERE run_id = 2",
        "DELETE FROM payhold WHERE run_id = 2",
        "UPDATE paycorrection SET facts = 'x' WHERE run_id = 2",
        "DELETE FROM payextra WHERE run_id = 2",
        "DELETE FROM payslip WHERE run_id = 2",
        "UPDATE payrun SET state = 'published' WHERE id = 2",
        "UPDATE taxledger SET withheld = 1 WHERE source = 'opening'",
    ],
)
def test_what_is_open_can_be_changed(kept: Store, sql: str):
    with connected(kept) as connection:
        assert connection.execute(text(sql)).rowcount == 1
        connection.rollback()


def test_installed_twice_and_removed(kept: Store):
    with connected(kept) as connection:
        guards.install(connection)
        guards.remove(connection)
        assert connection.execute(text("DELETE FROM auditline")).rowcount == 1
        connection.rollback()
