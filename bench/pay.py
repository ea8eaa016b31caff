"""量算薪 bench pay:从存好的输入到存好的草稿工资条,与“一行一个对象”的写法在同一个库、同一次运行里比。

输出的键:run_vs_orm 我们每秒人数 ÷ 对象写法每秒人数;exponent 时间随人数增长的指数(1 为成正比);
peak_mib 最大一档的内存峰值(另起进程量,种数据的不算),flat 它与最小一档之比。绝对时间只报告,不作断言。
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Column, create_engine, insert
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, select

from config.policies import shipped
from engine.days import Month
from engine.money import ZERO, Money
from engine.pay import compute
from engine.pay_facts import (
    Allowance,
    Attended,
    Insured,
    LeaveTaken,
    OvertimeWorked,
    PayFacts,
    Scored,
    TaxFacts,
    Wage,
    from_json,
    to_json,
)
from handlers.company import Company, keep_company
from handlers.pay_compute import compute_run, rules_for
from models.columns import Fen
from models.pay import PayInput, PayRun
from models.work import Store

NOW = datetime(2026, 11, 6, 8, 30, tzinfo=UTC)
MONTH = Month(2026, 10)
COMPANY = Company("量一量", "量一量", "上海", 10, "月薪", "2026-10", Decimal("0.002"))
ORM_MOST = 3_000


class Naive(SQLModel, registry=registry()):
    """对照写法的表自成一册,不混进产品的表。"""


class NaiveSlip(Naive, table=True):
    """对照写法:工资条一个对象。"""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int
    gross: Money = Field(sa_column=Column(Fen, nullable=False))
    net: Money = Field(sa_column=Column(Fen, nullable=False))


class NaiveLine(Naive, table=True):
    """对照写法:一行一个对象。"""

    id: int | None = Field(default=None, primary_key=True)
    slip_id: int = Field(index=True)
    code: str
    label: str
    amount: Money = Field(sa_column=Column(Fen, nullable=False))


def people(count: int, seed: int = 20261123) -> Iterator[PayFacts]:
    """造 count 个人一个月的输入:工资、考勤、假、加班、绩效、津贴、社保、个税累计各不相同。"""
    rng = random.Random(seed)
    for number in range(count):
        wage = rng.randrange(480_000, 3_800_000, 1000)
        sells = number % 3 == 0
        yield PayFacts(
            person=f"p{number:07d}",
            unit=COMPANY.unit,
            month=str(MONTH),
            pay_month="2026-11",
            city="上海",
            wages=(Wage(1, wage, (f"import:wage:p{number}",)),),
            attended=Attended((18, 1), (18, 1), late=number % 4, late_minutes=number % 4 * 7),
            leaves=(LeaveTaken("personal", (rng.randrange(1, 5), 2), 14, "10月14日(周三)", ("leave:1",)),)
            if number % 5 == 0
            else (),
            overtime=(OvertimeWorked("workday", rng.randrange(30, 900), "10月20日(周二)", ("overtime:1",)),)
            if number % 2
            else (),
            score=Scored((rng.randrange(60, 140), 100), (rng.randrange(60, 140), 100)) if sells else None,
            allowances=(Allowance("餐补", 1500), Allowance("通讯补贴", 20000), Allowance("全勤奖", 20000)),
            insured=Insured("上海", wage, wage, "0.07", "0.00"),
            tax=TaxFacts(
                income=wage * 10,
                insurance=wage * 10 * 175 // 1000,
                withheld=wage // 3,
                months=tuple(range(1, 11)),
                new_special=150_000,
            ),
        )


def prepare(url: str, count: int) -> Store:
    """一座库,冻结好 count 个人的输入。"""
    store = Store(url)
    store.create_all()
    Naive.metadata.create_all(store.engine)
    with store.writing(NOW) as work:
        keep_company(work, COMPANY)
        work.session.add(
            PayRun(id=1, month=str(MONTH), pay_month="2026-11", totals={}, missing_days=[], created_at=NOW)
        )
    chunk: list[dict[str, Any]] = []
    for number, facts in enumerate(people(count), 1):
        chunk.append({"run_id": 1, "person_id": number, "facts": to_json(facts)})
        if len(chunk) == 10_000 or number == count:
            with store.writing(NOW) as work:
                work.session.execute(insert(PayInput), chunk)
            chunk = []
    return store


def ours(store: Store) -> float:
    """我们的一次:读输入、算、封存、写草稿、合计、提交。返回秒。"""
    with store.writing(NOW) as work:
        rules_for(work, shipped(), MONTH)
    began = time.perf_counter()
    with store.writing(NOW) as work:
        row = work.session.get(PayRun, 1)
        assert row is not None
        compute_run(work, row, shipped())
    return time.perf_counter() - began


def naive(store: Store, count: int) -> float:
    """对照的一次:同样的规则,输入与结果都是 SQLModel 对象,一行一个,add_all。返回秒。"""
    with store.reading(NOW) as work:
        rules = rules_for(work, shipped(), MONTH)
    began = time.perf_counter()
    with store.engine.connect().execution_options(ehr_mode="write") as connection, Session(bind=connection) as session:
        for row in session.exec(select(PayInput).where(PayInput.run_id == 1).limit(count)).all():
            slip = compute(from_json(row.facts), rules)
            head = NaiveSlip(person_id=row.person_id, gross=slip.gross, net=slip.net)
            session.add(head)
            session.flush()
            assert head.id is not None
            session.add_all(
                [NaiveLine(slip_id=head.id, code=x.code, label=x.label, amount=x.amount or ZERO) for x in slip.lines]
            )
        session.commit()
    return time.perf_counter() - began


def measure(url: str) -> dict[str, float]:
    """种好的一座库:我们的三次取最快(别的程序只会让它变慢,看增长要看它自己的)。"""
    store = Store(url)
    try:
        seconds = min(ours(store) for _ in range(3))
    finally:
        store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "peak_mib": peak / (2**20 if sys.platform == "darwin" else 2**10)}


def child(*words: str) -> dict[str, float]:
    """另起一个进程:内存峰值才是它自己的,种数据的不算在内。"""
    command = [sys.executable, "-m", "bench.pay", *words]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def level(url: str, count: int) -> dict[str, float]:
    """一档人数:一个进程种,另一个进程量。"""
    _say(f"{count} 人 ……")
    child("--seed", url, "--people", str(count))
    return {"people": count, **child("--one", url)}


def compare(url: str, count: int) -> tuple[float, float, float]:
    """同一座库、轮流三次(次序逐次对调):我们与对照每秒各多少人、两者之比,各取中位。"""
    _say(f"与对照写法比({count} 人) ……")
    store = prepare(url, count)
    try:
        ours(store)
        rounds = []
        for number in range(3):
            first = naive(store, count) if number % 2 else 0.0
            fast = ours(store)
            slow = first or naive(store, count)
            rounds.append((count / fast, count / slow, slow / fast))
    finally:
        store.close()
    fast, slow, ratio = (statistics.median(column) for column in zip(*rounds, strict=True))
    return fast, slow, ratio


@contextmanager
def databases(base: str) -> Iterator[Callable[[str], str]]:
    """量用的库:名字 → 地址。SQLite 放在临时目录里;PostgreSQL 在给的那台上新建,用完删掉,别的库一概不碰。"""
    with tempfile.TemporaryDirectory(prefix="ehr-bench-") as folder:
        if not base:
            yield lambda name: f"sqlite:///{(Path(folder) / name).as_posix()}.sqlite3"
            return
        admin = create_engine(base, isolation_level="AUTOCOMMIT")
        made: list[str] = []

        def fresh(name: str) -> str:
            made.append(f"ehr_bench_{os.getpid()}_{name}")
            with admin.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {made[-1]}")
            return admin.url.set(database=made[-1]).render_as_string(hide_password=False)

        try:
            yield fresh
        finally:
            with admin.connect() as connection:
                for name in made:
                    connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
            admin.dispose()


def main(words: list[str]) -> int:
    """命令行。"""
    parser = argparse.ArgumentParser(prog="ehr bench pay", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000, help="最大一档多少人")
    parser.add_argument("--database", default="", help="PostgreSQL 地址(postgresql+psycopg://…);不写用临时的 SQLite")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", default="", help=argparse.SUPPRESS)
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    args = parser.parse_args(words)
    if args.seed:
        prepare(args.seed, args.people).close()
        print("{}")
        return 0
    if args.one:
        print(json.dumps(measure(args.one)))
        return 0
    with databases(args.database) as url:
        result = _run(args, url)
    if args.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for key, value in result.items():
            print(f"{key}: {value}")
    return 0


def _run(args: argparse.Namespace, url: Callable[[str], str]) -> dict[str, Any]:
    small = min(args.people, max(1000, args.people // 10))
    fast, slow, ratio = compare(url("compare"), min(ORM_MOST, args.people))
    low = level(url("low"), small)
    high = level(url("high"), args.people) if args.people > small else low
    growth = high["people"] / low["people"]
    return {
        "run_vs_orm": round(ratio, 2),
        "exponent": round(math.log(high["seconds"] / low["seconds"]) / math.log(growth), 3) if growth > 1 else 1.0,
        "peak_mib": round(high["peak_mib"], 1),
        "flat": round(high["peak_mib"] / low["peak_mib"], 2),
        "people": args.people,
        "people_per_second": round(high["people"] / high["seconds"]),
        "compared_people_per_second": round(fast),
        "orm_people_per_second": round(slow),
        "seconds": round(high["seconds"], 3),
        "database": "postgresql" if args.database else "sqlite",
        "load_1m": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "cpus": os.cpu_count(),
    }


def _say(text: str) -> None:
    """进度:写到标准错误,不混进结果。"""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
