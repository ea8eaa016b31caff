"""算薪 pay compute:成批写下的与逐人写下的一字不差;一人算不出来不影响别人;取消不留痕迹。"""

from __future__ import annotations

import hashlib
import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.pay_company import COMPANY, MONTH, NOW, PAY_MONTH, people, policies, rules
from engine.batch_slip import SlipBatch
from engine.errors import EhrError
from engine.pay import compute_in_full
from engine.pay_facts import Adjustment, OvertimeWorked, PayFacts, Wage, to_json
from engine.pay_rules import PayRules
from handlers import pay_compute, payroll
from handlers.company import keep_company
from handlers.pay_compute import computed, freeze_rows, stored
from handlers.pay_seal import Seal, matches, seal_of, sealed
from handlers.progress import telling
from models.pay import PayRun
from models.work import Store
from tests.engine import pay_world
from tests.engine.test_batch_slip import PLAIN, strict
from tests.handlers.world import World

ODD = {
    3: lambda p: p._replace(wages=(Wage(1, 900_000), Wage(16, 1_000_000))),
    5: lambda p: p._replace(adjustments=(Adjustment("arrears", "补发", "earning", 12_345, True, "更正"),)),
    6: lambda p: p._replace(adjustments=(Adjustment("zero", "冲平", "earning", 0, True, "更正"),)),
    7: lambda p: p._replace(wages=(Wage(1, 100_000),)),
    8: lambda p: p._replace(has_bank=False),
}  # fmt: skip


def crowd(count: int) -> list[PayFacts]:
    """一群人,其中几个不平常。"""
    return [ODD.get(i % 40, lambda p: p)(one) for i, one in enumerate(people(count))]


def prepared(store: Store, found: list[PayFacts]) -> None:
    """冻结好一期。"""
    with store.writing(NOW) as work:
        keep_company(work, COMPANY)
        work.session.add(
            PayRun(id=1, month=str(MONTH), pay_month=str(PAY_MONTH), totals={}, missing_days=[], created_at=NOW)
        )
        work.session.flush()
        assert freeze_rows(work, 1, ((i, to_json(one)) for i, one in enumerate(found, 1))) == len(found)


def run(store: Store, **more: Any) -> PayRun:
    with store.writing(NOW) as work:
        row = work.session.get(PayRun, 1)
        assert row is not None
        pay_compute.compute_run(work, row, policies(), **more)
        return row


def kept(store: Store) -> list[tuple[Any, ...]]:
    with store.reading(NOW) as work:
        found = work.rows(
            "SELECT person_id, gross, insurance, tax, net, lines, exceptions FROM payslip WHERE run_id = 1 ORDER BY person_id"
        )
        return [tuple(one) for one in found]


def test_what_is_stored_is_what_one_by_one_would_store(store: Store) -> None:
    found = crowd(150)
    prepared(store, found)
    row = run(store)
    expected = [(i, *stored(compute_in_full(one, rules()))) for i, one in enumerate(found, 1)]
    assert kept(store) == expected
    assert row.totals == {
        "people": 150,
        "gross": sum(one[1] for one in expected),
        "insurance": sum(one[2] for one in expected),
        "tax": sum(one[3] for one in expected),
        "net": sum(one[4] for one in expected),
    }
    assert row.input_hash == seal_of((to_json(one) for one in found), policies().version)


def test_the_size_of_a_chunk_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(store, crowd(90))
    first, before = run(store), kept(store)
    digest, totals = first.input_hash, dict(first.totals)
    monkeypatch.setattr(pay_compute, "CHUNK", 7)
    again = run(store)
    assert (again.input_hash, again.totals, kept(store)) == (digest, totals, before)


def test_the_seal_is_the_same_for_any_order_and_any_shards(store: Store) -> None:
    """人的编号与先后(换一座库就不同)、分几批、哪一批先到,摘要都一样;差一个人、一个字就不同。"""
    found = crowd(60)
    prepared(store, list(reversed(found)))
    row = run(store)
    texts = [to_json(one) for one in found]
    shards = Seal(policies().version)
    for at in (3, 0, 6, 1, 5, 2, 4):
        shards.add_all(texts[at::7])
    assert row.input_hash == shards.value() == seal_of(texts, policies().version)
    assert seal_of(texts[1:], policies().version) != row.input_hash
    assert seal_of([*texts[1:], texts[1]], policies().version) != row.input_hash
    assert seal_of(texts, policies().version + "x") != row.input_hash


@given(st.lists(st.text(max_size=8), max_size=12), st.lists(st.text(max_size=8), max_size=6), st.randoms())
def test_one_in_and_one_out_is_the_seal_of_those_left(kept_: list[str], gone: list[str], order: Random) -> None:
    """添上又拿走的不留痕迹,先后任意;与只封留下的相同。"""
    row = PayRun(month="2026-10", pay_month="2026-11", totals={}, missing_days=[], created_at=NOW, rules_version="v")
    moves = [("add", one) for one in [*kept_, *gone]]
    order.shuffle(moves)
    sealed((), "v").keep(row)
    for what, one in [*moves, *(("drop", one) for one in gone)]:
        seal = Seal.of(row)
        getattr(seal, what)(one)
        seal.keep(row)
    assert row.input_hash == seal_of(kept_, "v") and matches(row, reversed(kept_))


def test_a_run_sealed_the_old_way_is_still_checked() -> None:
    """没有记和的(早先的版本封的)按接起来的旧法核对。"""
    row = PayRun(month="2026-10", pay_month="2026-11", totals={}, missing_days=[], created_at=NOW, rules_version="v")
    row.input_hash = hashlib.sha256("v\n甲\n乙".encode()).hexdigest()
    assert matches(row, ["甲", "乙"]) and not matches(row, ["乙", "甲"])


def test_one_person_that_cannot_be_computed_does_not_touch_the_others(store: Store) -> None:
    found = crowd(80)
    found[10] = found[10]._replace(overtime=(OvertimeWorked("没有的种类", 60),))
    prepared(store, found)
    row = run(store)
    run(store)  # 再算一遍,记下的还是一条
    assert row.totals["people"] == 79
    assert 11 not in [one[0] for one in kept(store)]
    with store.reading(NOW) as work:
        failures = work.rows("SELECT person_id, code FROM payfailure WHERE run_id = 1")
    assert [tuple(one) for one in failures] == [(11, "UNKNOWN_OVERTIME")]


def test_progress_is_told_and_cancelling_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pay_compute, "CHUNK", 20)
    prepared(store, crowd(50))
    told: list[tuple[int, int]] = []
    run(store, progress=lambda done, total: told.append((done, total)))
    assert told == [(20, 50), (40, 50), (50, 50)]
    before = kept(store)

    class Cancelled(Exception):
        """有人按了取消。"""

    def cancel(done: int, total: int) -> None:
        if done >= 40:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(store, progress=cancel)
    assert kept(store) == before


def test_rows_written_alone_are_kept(store: Store) -> None:
    """一件事里只有成批写行,也要提交。"""
    with store.writing(NOW) as work:
        work.insert_rows("payinput", ("run_id", "person_id", "facts"), [(1, 1, "甲"), (1, 2, "乙")])
    with store.reading(NOW) as work:
        assert [tuple(one) for one in work.rows("SELECT person_id, facts FROM payinput ORDER BY person_id")] == [
            (1, "甲"),
            (2, "乙"),
        ]


@given(found=st.lists(PLAIN | pay_world.any_facts(), min_size=1, max_size=6), own=st.sampled_from([0, 1]))
@settings(max_examples=60, deadline=None)
def test_rows_are_word_for_word_those_of_one_by_one(found: list[PayFacts], own: int) -> None:
    """成批的每一行与逐人的一字不差,什么样的人都一样。"""
    terms = (pay_world.rules(), strict())[own]
    rows, failures = computed([to_json(one) for one in found], SlipBatch(terms))
    answers: dict[int, Any] = dict(rows) | {at: error.code for at, error in failures}
    for at, one in enumerate(found):
        assert answers[at] == _expected(one, terms)


def _expected(one: PayFacts, terms: PayRules) -> Any:
    """逐人的:要存的行,或算不出来的原因。"""
    try:
        row = stored(compute_in_full(one, terms))
    except EhrError as error:
        return error.code
    json.loads(row[4])
    return row


def test_a_run_that_is_cancelled_leaves_everything_as_it_was(paid: World) -> None:
    """收到一半按了 Ctrl-C:没有这一期,也没有别的改动。"""
    before = paid.rows()

    def stop(what: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), telling(stop):
        paid.do("chenjing", payroll.run, payroll.Prepare("2026-10"))
    assert paid.rows() == before
