"""量算薪 bench pay:小小地真跑一遍(不看快慢),两种写法算出同样的实发;对照的表不混进产品的表。"""

from __future__ import annotations

import argparse
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from bench import pay
from models.pay import PayRun
from models.tables import METADATA


def test_both_ways_come_to_the_same_nets(tmp_path: Path) -> None:
    store = pay.prepare(f"sqlite:///{tmp_path / 'pay.sqlite3'}", 40)
    try:
        assert pay.ours(store) > 0 and pay.naive(store, 40) > 0
        with Session(store.engine) as session:
            ours = session.execute(text("SELECT person_id, net FROM payslip ORDER BY person_id")).all()
            theirs = session.execute(text("SELECT person_id, net FROM naiveslip ORDER BY person_id")).all()
            run = session.get(PayRun, 1)
            lines = session.execute(text("SELECT count(*) FROM naiveline")).scalar_one()
        assert len(ours) == 40 and list(ours) == list(theirs)
        assert run is not None and run.totals["people"] == 40
        assert run.totals["net"] == sum(net for _, net in ours)
        assert lines > 40 * 8
    finally:
        store.close()


def test_reports_every_key() -> None:
    with pay.databases("") as url:
        found = pay._run(argparse.Namespace(people=30, database=""), url)
    assert {"run_vs_orm", "exponent", "peak_mib", "flat"} <= set(found)
    assert found["run_vs_orm"] > 0 and found["peak_mib"] > 0


def test_the_tables_of_the_slow_way_are_not_the_products() -> None:
    assert not [name for name in METADATA.tables if name.startswith("naive")]
