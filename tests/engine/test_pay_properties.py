"""工资条的性质:各行之和等于实发;解释与工资条分毫不差;话里没有金额;冻结的事实一字不差。"""

from __future__ import annotations

import hashlib
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.money import Money
from engine.pay import compute
from engine.pay_explain import Explainer
from engine.pay_facts import PayFacts, Wage, canonical, digest, from_json, to_json
from engine.pay_items import Section
from engine.pay_lines import base_wage
from engine.pay_rules import PayRules
from engine.proration import ProrationMethod, ProrationPolicy, WageSegments, proration
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


KNOWN = ("import:", "leave:", "overtime:", "punch:", "manual:", "ytd:")
"""证据只有三种来头:同步来的、导入的、有署名的调整(个税累计是台账)。"""


@given(any_facts())
@settings(max_examples=100)
def test_leaves_are_facts_imports_or_attributed_adjustments(one: PayFacts) -> None:
    """来处的叶子:有证据的都认得;没有证据的要么依某条规定,要么在一个有证据或有规定的结点之下。"""
    explainer = Explainer(one, rules())
    for code, trace in explainer.all().items():
        assert all(e.startswith(KNOWN) for e in trace.all_evidence())
        if explainer.slip.line(code).section not in (Section.INFO,):  # type: ignore[union-attr]
            assert (
                trace.all_evidence() or any(node.rule for node in trace.walk()) or trace.value in ("0.00", "-0.00")
            ), code


@given(st.permutations([facts(person=p, wages=(Wage(1, 500000 + 1000 * i),)) for i, p in enumerate("甲乙丙丁")]))
def test_the_order_of_people_is_irrelevant(people: list[PayFacts]) -> None:
    found = {one.person: compute(one, rules())[2:-2] for one in people}
    assert found == {one.person: compute(one, PayRules(rules().terms))[2:-2] for one in sorted(people)}


@given(st.integers(1, 10**7), st.lists(st.integers(2, 30), min_size=1, max_size=4, unique=True))
def test_splitting_a_month_anywhere_adds_up_where_the_policy_says_so(wage: int, days: list[int]) -> None:
    """按日历分段的口径(月中调薪):同一份工资切成几段,各段之和与整月最多差每段半分的取整;精确的份额之和正好是整月。"""
    cuts = [1, *sorted(days)]
    split = facts(wages=tuple(Wage(day, wage) for day in cuts))
    parts = base_wage(split, rules())
    assert isinstance(parts, WageSegments)
    assert sum(Fraction(s.days, s.of) for s in parts.segments) == 1
    assert abs(parts.pay.fen - wage) * 2 <= len(parts.segments)


@given(st.integers(1, 10**7), st.integers(1, 29))
def test_two_halves_of_employment_are_the_whole_by_calendar_days(wage: int, last: int) -> None:
    """按自然日折算:前半月离职、后半月入职,两段合起来是整月(取整各差不过半分)。"""
    policy = ProrationPolicy(ProrationMethod.CALENDAR_DAYS)
    days = rules().days(None)
    first = proration(Money(wage), rules().employed(1, last), days, policy).pay
    second = proration(Money(wage), rules().employed(last + 1, 30), days, policy).pay
    assert abs((first + second).fen - wage) <= 1
