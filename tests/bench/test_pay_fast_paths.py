"""算薪的快路 pay fast paths:直接用整数算的与细算的(解释用的那一套)一分不差;读回的事实与存下的一模一样。"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.pay_company import MONTH, people
from config.policies import shipped
from config.policy_pay import pay_terms
from engine.days import Month
from engine.leave_pay import LeaveMethod
from engine.pay import compute
from engine.pay_facts import LeaveTaken, PayFacts, Wage, from_json, from_list, to_json
from engine.pay_lines import absences, absent_fen
from engine.pay_rules import PayRules
from handlers.pay_compute import lines_text
from handlers.pay_seal import Seal

TERMS = pay_terms(shipped(), MONTH, Month(2026, 11), {"injury": Decimal("0.002")})
RULES = {method: PayRules(replace(TERMS, personal=replace(TERMS.personal, method=method))) for method in LeaveMethod}
ONE = next(people(1))

leaves = st.lists(
    st.builds(
        LeaveTaken,
        st.sampled_from(["personal", "sick", "annual", "marriage"]),
        st.tuples(st.integers(1, 31), st.sampled_from([1, 2, 8])),
        st.integers(1, 31),
    ),
    min_size=1,
    max_size=3,
)
wages = st.lists(st.builds(Wage, st.sampled_from([1, 11, 20]), st.integers(0, 5_000_000)), min_size=1, max_size=2)


@given(leaves=leaves, wages=wages, base=st.integers(0, 5_000_000), method=st.sampled_from(LeaveMethod))
def test_integer_shortcut_equals_the_explaining_one(
    leaves: list[LeaveTaken], wages: list[Wage], base: int, method: LeaveMethod
) -> None:
    facts: PayFacts = ONE._replace(leaves=tuple(leaves), wages=tuple(sorted(wages)))
    assert absent_fen(facts, RULES[method], base) == absences(facts, RULES[method], base).amounts()


@pytest.mark.parametrize("number", range(30))
def test_facts_read_back_are_the_facts(number: int) -> None:
    facts = list(people(30))[number]
    back = from_json(to_json(facts))
    assert back == facts and hash(back) == hash(facts)
    assert [type(part) for part in back] == [type(part) for part in facts]
    assert from_list(json.loads(to_json(facts))) == facts


def test_stored_lines_are_the_lines_shown() -> None:
    rules = RULES[LeaveMethod.AUTO]
    for facts in people(60):
        slip = compute(facts, rules)
        stored = dict(json.loads(lines_text(slip)))
        shown = {line.code: line.amount.fen for line in slip.lines if line.amount.fen}
        assert stored == {code: fen for code, fen in shown.items() if code not in ("fund_excess", "receivable")}


def test_sealing_at_once_is_sealing_one_by_one() -> None:
    one, all_at_once = Seal("v"), Seal("v")
    for text in ("甲", "乙", "丙"):
        one.add(text)
    all_at_once.add_all(["甲", "乙", "丙"])
    assert one.value() == all_at_once.value()
