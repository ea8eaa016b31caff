"""工资条的性质:各行之和等于实发;解释与工资条分毫不差;话里没有金额;冻结的事实一字不差。"""

from __future__ import annotations

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.pay import compute
from engine.pay_explain import Explainer
from engine.pay_facts import PayFacts, canonical, digest, from_json, to_json
from engine.pay_items import Section
from tests.engine.pay_world import any_facts, facts, rules

OWN = (Section.EARNING, Section.DEDUCTION, Section.INSURANCE, Section.TAX, Section.AFTER_TAX)


@given(any_facts())
def test_lines_add_up(one: PayFacts) -> None:
    slip = compute(one, rules())
    sums = {s: sum(x.amount.fen for x in slip.lines if x.section is s) for s in Section}
    assert slip.gross.fen == sums[Section.EARNING] + sums[Section.DEDUCTION]
    assert slip.insurance.fen == -sums[Section.INSURANCE]
    assert slip.tax.fen == -sums[Section.TAX]
    assert slip.net.fen == sum(sums[s] for s in OWN)
    assert slip.net.fen >= 0
    assert min(slip.net.fen, slip.shortage.fen) == 0
    assert slip.receivable.fen == slip.shortage.fen + sum(t.rest for t in slip.carried)
    assert slip.employer.fen == sums[Section.EMPLOYER]


@given(any_facts())
@settings(max_examples=150)
def test_every_line_explains_itself_to_the_fen(one: PayFacts) -> None:
    explainer = Explainer(one, rules())
    traces = explainer.all()
    lines = {x.code: x.amount.yuan() for x in explainer.slip.lines}
    assert {code: t.value for code, t in traces.items()} == lines
    for found in traces.values():
        for node in found.walk():
            assert "¥" not in node.words
        assert found.say
        assert found.words
    assert explainer.line("net").value == explainer.slip.net.yuan()
    assert explainer.line("gross").value == explainer.slip.gross.yuan()


@given(any_facts())
def test_frozen_facts_come_back_as_they_were(one: PayFacts) -> None:
    again = from_json(to_json(one))
    assert again == one
    assert hash(again) == hash(one)
    assert canonical(again) == canonical(one)
    assert compute(again, rules())[1:-1] == compute(one, rules())[1:-1]


@given(st.permutations([facts(person=p) for p in "甲乙丙"]))
def test_the_digest_does_not_depend_on_the_order(people: list[PayFacts]) -> None:
    expected = hashlib.sha256(b"v1")
    for person in sorted("甲乙丙"):
        expected.update(b"\n" + canonical(facts(person=person)))
    assert digest(people, "v1") == expected.hexdigest()
    assert digest(people, "v2") != digest(people, "v1")


@given(any_facts(), st.integers(1, 10**6))
def test_a_higher_wage_never_nets_less(one: PayFacts, more: int) -> None:
    """没有缺勤的人,月薪高一点(社保基数不变),税后不会少。"""
    here = one._replace(leaves=(), attended=one.attended._replace(absent_days=(0, 1)), wages=one.wages[:1])
    raised = here._replace(wages=(here.wages[0]._replace(fen=here.wages[0].fen + more),))
    before, after = compute(here, rules()), compute(raised, rules())
    assert after.gross.fen >= before.gross.fen
    assert after.gross.fen - after.tax.fen >= before.gross.fen - before.tax.fen
