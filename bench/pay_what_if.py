"""量试算 bench what if:一家公司十二个月都已发布,HR 换一条公式,从提交到看见谁多谁少要几秒。走的就是页面那个用例。"""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.pay_company import COMPANY, NOW, people, policies
from engine.days import Month
from engine.errors import EhrError
from engine.pay_facts import PayFacts, TaxFacts, to_json
from engine.what_if import compute_many
from handlers.actor import Actor
from handlers.company import keep_company
from handlers.pay_compute import CHUNK, compute_run, freeze_rows, rules_for
from handlers.what_if import TryOut, try_out
from models.pay import PayRun
from models.people import Person
from models.work import Store, Work

FIRST = Month(2025, 12)
MONTHS = 12
FORMULA = "绩效奖金 = 基本工资 × 绩效得分 × 12%"
LEDGER = ("unit", "person_id", "tax_year", "month", "income", "tax_free", "insurance", "special_additional", "other", "withheld", "source")  # fmt: skip


def measure(url: str, count: int) -> float:
    """种 count 个人十二个月已发布的工资,再试一次。返回试的秒数。"""
    store = Store(url)
    try:
        store.create_all()
        seed(store, count)
        with store.reading(NOW) as work:
            began = time.perf_counter()
            found = try_out(work, TryOut(formulas=FORMULA), policies(), HR)
            took = time.perf_counter() - began
        if found.people != count or not found.gains or found.failures or found.notes:
            raise SystemExit("试算没有算到每个人,这次测量作废。")
        return took
    finally:
        store.close()


HR = Actor(1, "hr", "人事", frozenset({"payroll"}), "bench")


def seed(store: Store, count: int) -> None:
    """十二个月,一个月一期,都已发布(不计时)。"""
    with store.writing(NOW) as work:
        keep_company(work, COMPANY)
        names = [(number, f"p{number - 1:07d}", f"员工{number}") for number in range(1, count + 1)]
        work.session.add_all(Person(id=number, userid=userid, name=name) for number, userid, name in names)
    for number in range(MONTHS):
        with store.writing(NOW) as work:
            _publish(work, number + 1, FIRST.plus(number), count)


def _publish(work: Work, run_id: int, month: Month, count: int) -> None:
    paid = month.plus(1)
    row = PayRun(
        id=run_id, month=str(month), pay_month=str(paid), live_key=f"月薪:{month}", totals={}, missing_days=[],
        created_at=NOW, rules_version=policies().version,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    freeze_rows(work, run_id, enumerate((to_json(one) for one in _month(month, count)), 1))
    compute_run(work, row, policies())
    row.state = "published"
    work.session.add(row)
    _ledger(work, row)


def _month(month: Month, count: int) -> Iterator[PayFacts]:
    """那个月各人的输入:同一批人,月份与累计各是各的。"""
    paid = month.plus(1)
    months = tuple(range(1, paid.month))
    for one in people(count):
        wage = one.wages[0].fen
        tax = TaxFacts(
            income=wage * len(months), insurance=wage * len(months) * 175 // 1000, withheld=0, months=months,
            new_special=150_000,
        )  # fmt: skip
        yield one._replace(month=str(month), pay_month=str(paid), last_day=31, tax=tax)


def _ledger(work: Work, row: PayRun) -> None:
    """个税台账:照算出的写。"""
    own, paid, last = rules_for(work, policies(), Month.parse(row.month)), Month.parse(row.pay_month), 0
    while found := work.rows(
        "SELECT person_id, facts FROM payinput WHERE run_id = :r AND person_id > :last ORDER BY person_id LIMIT :n",
        r=row.id, last=last, n=CHUNK,
    ):  # fmt: skip
        last = found[-1][0]
        rows = []
        for (person, _), one in zip(found, compute_many([text for _, text in found], own), strict=True):
            if isinstance(one, EhrError):
                raise SystemExit("种的数据里有算不出来的人,这次测量作废。")
            values = (one.taxable, 0, one.deductible, 0, 0, one.tax)
            rows.append((COMPANY.unit, person, paid.year, paid.month, *values, f"run:{row.id}"))
        work.insert_rows("taxledger", LEDGER, rows)
