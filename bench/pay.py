"""量算薪 bench pay:对不对、快几倍、随人数怎么长。都是同一次运行里两样东西的比;绝对时间只报告,不作断言。

各键的意思见 docs/how-to/bench.md。慢的一边最多跑 3,000 人(对象写法)与 10,000 人(Decimal),按每秒人数比;
人多的几档各起进程量,内存峰值才是它自己的,种数据的不算。
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from bench.pay_company import COMPANY, MONTH, NOW, PAY_MONTH, people, policies
from bench.pay_kernel import ROUNDS, kernel, peak_mib, rules_seconds
from bench.pay_orm import RUN, Naive, naive
from bench.pay_what_if import measure as what_if
from engine.pay_facts import to_json
from handlers.company import keep_company
from handlers.pay_compute import CHUNK, batch_for, compute_run, freeze_rows, rules_for
from models.pay import PayRun
from models.work import Store, Work

ORM_MOST = 3_000
WHAT_IF_MOST = 10_000


def prepare(url: str, count: int) -> Store:
    """一座库,收好 count 个人的事实(还没冻结)。"""
    store = Store(url)
    store.create_all()
    Naive.metadata.create_all(store.engine)
    with store.writing(NOW) as work:
        keep_company(work, COMPANY)
        for number in (1, RUN):
            work.session.add(
                PayRun(
                    id=number, month=str(MONTH), pay_month=str(PAY_MONTH), totals={}, missing_days=[], created_at=NOW
                )
            )
    rows = ((number, to_json(facts)) for number, facts in enumerate(people(count), 1))
    while chunk := list(islice(rows, CHUNK)):
        with store.writing(NOW) as work:
            work.insert_rows("benchfacts", ("person_id", "facts"), chunk)
    return store


def clear(store: Store) -> None:
    """两种写法上一次写下的都清掉(不计时)。"""
    with store.writing(NOW) as work:
        for table in ("payinput", "payslip", "payfailure", "naiveslip", "naiveline"):
            work.session.connection().execute(text(f"DELETE FROM {table}"))


def source(work: Work) -> Iterator[tuple[int, str]]:
    """按编号读事实,一批一批。"""
    last = 0
    while found := work.rows(
        "SELECT person_id, facts FROM benchfacts WHERE person_id > :last ORDER BY person_id LIMIT :n",
        last=last, n=CHUNK,
    ):  # fmt: skip
        yield from ((person_id, facts) for person_id, facts in found)
        last = found[-1][0]


def ours(store: Store) -> float:
    """我们的一次:读事实、冻结、算、写草稿、封存、合计、提交。返回秒。"""
    with store.writing(NOW) as work:
        rules_for(work, policies(), MONTH)
    clear(store)
    began = time.perf_counter()
    with store.writing(NOW) as work:
        row = work.session.get(PayRun, 1)
        assert row is not None
        freeze_rows(work, 1, source(work))
        compute_run(work, row, policies())
    took = time.perf_counter() - began
    if not row.totals["people"]:
        raise SystemExit("一个人也没有算,这次测量作废。")
    return took


def theirs(store: Store, count: int) -> float:
    """对照的一次。返回秒。"""
    clear(store)
    began = time.perf_counter()
    done = naive(store, count)
    took = time.perf_counter() - began
    if done["people"] != count:
        raise SystemExit("对照没有算完,这次测量作废。")
    return took


def measure(url: str) -> dict[str, float]:
    """种好的一座库:我们的三次取最快(别的程序只会让它变慢,看增长要看它自己的),规则占的份额。"""
    store = Store(url)
    try:
        took = [ours(store)]
        while len(took) < ROUNDS or (sum(took) < 1 and len(took) < 20):
            took.append(ours(store))
        peak = peak_mib()
        with store.reading(NOW) as work:
            batch = batch_for(work, policies(), MONTH)
            some = [json.loads(facts) for _, facts in islice(source(work), 2 * CHUNK)]
            count = work.rows("SELECT count(*) FROM benchfacts")[0][0]
        share = min(rules_seconds(some, batch) for _ in range(ROUNDS)) / len(some) * count / min(took)
        return {"seconds": min(took), "peak_mib": peak, "rules_share": share}
    finally:
        store.close()


def child(*words: str) -> dict[str, float]:
    """另起一个进程:内存峰值才是它自己的,种数据的不算在内。被打断时一起停。"""
    command = [sys.executable, "-m", "bench.pay", *words]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def level(url: str, count: int) -> dict[str, float]:
    """一档人数:一个进程种,另一个进程量。"""
    say(f"{count} 人:种数据 ……")
    child("--seed", url, "--people", str(count))
    say(f"{count} 人:算 ……")
    return {"people": count, **child("--one", url)}


def compare(url: str, count: int) -> tuple[float, float, float]:
    """同一座库、轮流三次(次序逐次对调):我们与对照每秒各多少人、两者之比,各取中位。"""
    say(f"与对照写法比({count} 人) ……")
    store = prepare(url, count)
    try:
        ours(store)
        rounds = []
        for number in range(ROUNDS):
            first = theirs(store, count) if number % 2 else 0.0
            fast = ours(store)
            slow = first or theirs(store, count)
            rounds.append((count / fast, count / slow, slow / fast))
            say(f"与对照写法比:{number + 1} / {ROUNDS}")
    finally:
        store.close()
    fast, slow, ratio = (statistics.median(column) for column in zip(*rounds, strict=True))
    return fast, slow, ratio


@contextmanager
def databases(base: str) -> Iterator[Callable[[str], str]]:
    """量用的库:名字 → 地址。SQLite 放在临时目录里;PostgreSQL 在给的那台上新建,用完(或被打断)删掉,别的库一概不碰。"""
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
                    connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            admin.dispose()


def levels_of(count: int) -> list[int]:
    """各档人数:1,000 起,十倍十倍,直到 count。"""
    found = [1000 * 10**i for i in range(12) if 1000 * 10**i < count]
    return [*found, count]


def slope(levels: list[dict[str, float]]) -> float:
    """时间随人数增长的指数:对数坐标上的最小二乘斜率;只有一档为 1。"""
    if len(levels) < 2:
        return 1.0
    xs, ys = ([math.log(one[key]) for one in levels] for key in ("people", "seconds"))
    fit = statistics.linear_regression(xs, ys)
    return fit.slope


def main(words: list[str]) -> int:
    """命令行。"""
    parser = argparse.ArgumentParser(prog="ehr bench pay", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000, help="最大一档多少人,也是验对错的人数")
    parser.add_argument("--database", default="", help="PostgreSQL 地址(postgresql+psycopg://…);不写用临时的 SQLite")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", default="", help=argparse.SUPPRESS)
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    parser.add_argument("--what-if", default="", help=argparse.SUPPRESS)
    parser.add_argument("--kernel", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # 被打断时照样收拾:临时目录、新建的库、另起的进程
    if args.people < 1:
        parser.error("--people 至少是 1")
    if args.seed:
        prepare(args.seed, args.people).close()
        print("{}")
    elif args.one:
        print(json.dumps(measure(args.one)))
    elif args.what_if:
        print(json.dumps({"what_if_seconds": what_if(args.what_if, args.people)}))
    elif args.kernel:
        print(json.dumps(kernel(args.people, say)))
    else:
        _report(args)
    return 0


def _report(args: argparse.Namespace) -> None:
    with databases(args.database) as url:
        result = run(args, url)
    if args.json:
        print(json.dumps(result, ensure_ascii=False))
        return
    for key, value in result.items():
        print(f"{key}: {value}")


def run(args: argparse.Namespace, url: Callable[[str], str]) -> dict[str, Any]:
    """全部量一遍。"""
    found = child("--kernel", "--people", str(args.people))
    fast, slow, ratio = compare(url("compare"), min(ORM_MOST, args.people))
    levels = [level(url(f"level{i}"), count) for i, count in enumerate(levels_of(args.people))]
    high = levels[-1]
    trying = min(WHAT_IF_MOST, args.people)
    say(f"试算({trying} 人 × 12 个月) ……")
    tried = child("--what-if", url("what_if"), "--people", str(trying))
    return {
        "wrong": found["wrong"],
        "explain_vs_decimal": round(found["explain_vs_decimal"], 2),
        "batch_vs_decimal": round(found["batch_vs_decimal"], 1),
        "run_vs_orm": round(ratio, 2),
        "exponent": round(slope(levels), 3),
        "peak_mib": round(high["peak_mib"], 1),
        "flat": round(high["peak_mib"] / levels[0]["peak_mib"], 2),
        "rules_share": round(high["rules_share"], 3),
        "explain_us": round(found["explain_us"], 1),
        "what_if_seconds": round(tried["what_if_seconds"], 2),
        "wrong_explain": found["wrong_explain"],
        "wrong_batch": found["wrong_batch"],
        "handed": found["handed"],
        "kernel_peak_mib": round(found["kernel_peak_mib"], 1),
        "people": args.people,
        "people_per_second": round(high["people"] / high["seconds"]),
        "compared_people_per_second": round(fast),
        "orm_people_per_second": round(slow),
        **{key: round(found[key]) for key in ("explain_per_second", "batch_per_second", "decimal_per_second")},
        "seconds": round(high["seconds"], 3),
        "database": "postgresql" if args.database else "sqlite",
        "load_1m": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "cpus": os.cpu_count(),
    }


def say(line: str) -> None:
    """进度:写到标准错误,不混进结果。"""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
