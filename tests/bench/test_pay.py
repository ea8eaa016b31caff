"""量算薪 bench pay:小小地真跑一遍(不看快慢),几种写法算出同样的实发;对照的表不混进产品的表。"""

from __future__ import annotations

import argparse
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bench import pay, pay_company, pay_kernel, pay_what_if
from bench.pay_company import people, rules
from bench.pay_decimal import DecimalPay, worker
from bench.pay_judge import Judge
from bench.pay_orm import naive
from engine.pay import Slip, compute
from engine.pay_facts import PayFacts, Scored, TaxFacts, Wage
from engine.pay_rules import PayRules
from models.pay import PayRun
from models.tables import METADATA


def quiet(line: str) -> None:
    """不写进度。"""


def test_both_ways_come_to_the_same_nets(tmp_path: Path) -> None:
    store = pay.prepare(f"sqlite:///{tmp_path / 'pay.sqlite3'}", 40)
    try:
        assert pay.theirs(store, 40) > 0
        with Session(store.engine) as session:
            theirs = session.execute(text("SELECT person_id, net FROM naiveslip ORDER BY person_id")).all()
            lines = session.execute(text("SELECT count(*) FROM naiveline")).scalar_one()
        assert pay.ours(store) > 0
        with Session(store.engine) as session:
            ours = session.execute(text("SELECT person_id, net FROM payslip ORDER BY person_id")).all()
            frozen = session.execute(text("SELECT count(*) FROM payinput WHERE run_id = 1")).scalar_one()
            run = session.get(PayRun, 1)
        assert run is not None
        totals = run.totals
        pay.clear(store)
        naive_totals = naive(store, 40)
        assert len(ours) == 40 == frozen and list(ours) == list(theirs)
        assert totals["people"] == naive_totals["people"] == 40
        assert totals["net"] == naive_totals["net"] == sum(net for _, net in ours)
        assert lines > 40 * 8
    finally:
        store.close()


def test_reports_every_key() -> None:
    with pay.databases("") as url:
        found = pay.run(argparse.Namespace(people=60, database=""), url)
    wanted = {
        "wrong",
        "explain_vs_decimal",
        "batch_vs_decimal",
        "run_vs_orm",
        "exponent",
        "peak_mib",
        "flat",
        "rules_share",
    }
    assert wanted <= set(found)
    assert found["wrong"] == 0
    assert all(found[key] > 0 for key in wanted - {"wrong"})


def test_the_tables_of_the_slow_way_are_not_the_products() -> None:
    assert not [name for name in METADATA.tables if name.startswith(("naive", "bench"))]


def test_nobody_is_wrong_in_either_evaluator() -> None:
    found = pay_kernel.wrong(1_500, quiet)
    assert found["wrong"] == 0
    assert 0 < found["handed"] < 700


def test_the_judge_would_notice_one_fen(monkeypatch: pytest.MonkeyPatch) -> None:
    """裁判不是摆设:有人多发一分,就数得出来。"""

    def generous(one: PayFacts, own: PayRules) -> Slip:
        slip = compute(one, own)
        return slip._replace(net_fen=slip.net_fen + (one.person == "p0000007"))

    monkeypatch.setattr(pay_kernel, "compute", generous)
    assert pay_kernel.wrong(20, quiet)["wrong_explain"] == 1


def test_the_judge_by_hand() -> None:
    """手算:月薪 10,000,得分 105%,无缺勤,一月入职至今累计十个月收入十万。

    应发 10,000 + 1,050(绩效)+ 200(通讯)+ 200(全勤)+ 15 × 18(餐补)= 11,720;
    三险一金 800 + 200 + 50 + 700 = 1,750;累计所得 100,000 + 11,720 − 55,000 − 17,500 − 1,500 − 1,750 = 35,970;
    税 35,970 × 3% = 1,079.10,减已扣 900,本月 179.10;实发 11,720 − 1,750 − 179.10 = 9,790.90。
    """
    one = next(people(1))
    assert one.insured is not None
    one = one._replace(
        wages=(Wage(1, 1_000_000),),
        score=Scored((105, 100), (105, 100)),
        leaves=(),
        insured=one.insured._replace(social_base=1_000_000, housing_base=1_000_000),
        tax=TaxFacts(
            income=10_000_000, insurance=1_750_000, withheld=90_000, months=one.tax.months, new_special=150_000
        ),
    )
    judged = Judge(rules()).judge(one)
    assert judged == (1_172_000, 175_000, 3_597_000, 17_910, 979_090)
    slip = DecimalPay(rules(), one).slip(worker(one))
    assert (slip.gross, slip.insurance, slip.tax, slip.net) == tuple(
        Decimal(x) for x in ("11720.00", "1750.00", "179.10", "9790.90")
    )
    assert not slip.problems


def test_mixed_people_stand_on_the_borders() -> None:
    """边上的人真的在边上:累计所得正好落在各级交界及其上下一分。"""
    judge = Judge(rules())
    found = {judge.judge(one).taxable for one in pay_company.mixed(600, lambda one: judge.judge(one).taxable)}
    uppers = [b.upto for b in rules().table.brackets if b.upto is not None]
    assert all(any(upto + d in found for d in (-1, 0, 1)) for upto in uppers)
    assert len(pay_company.EDGES) >= 10


def test_the_slope_of_straight_growth_is_one() -> None:
    straight: list[dict[str, float]] = [{"people": n, "seconds": n / 20_000} for n in (1_000, 10_000, 100_000)]
    assert round(pay.slope(straight), 9) == 1
    square: list[dict[str, float]] = [{"people": n, "seconds": float(n * n)} for n in (1_000, 10_000)]
    assert round(pay.slope(square), 9) == 2
    assert pay.levels_of(100_000) == [1_000, 10_000, 100_000] and pay.levels_of(300) == [300]


def test_what_if_is_measured_on_the_use_case_itself(tmp_path: Path) -> None:
    """四十人十二个月:每个人都试到,没有算不出来的(量的那头自己查)。"""
    assert pay_what_if.measure(f"sqlite:///{tmp_path / 'what_if.sqlite3'}", 40) > 0


def test_a_cancelled_bench_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def cancelled() -> None:
        with pay.databases("") as url:
            pay.prepare(url("low"), 5).close()
            assert list(tmp_path.iterdir())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cancelled()
    assert list(tmp_path.iterdir()) == []
