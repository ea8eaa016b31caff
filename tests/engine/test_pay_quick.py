"""算薪的快路 pay quick:平常的月份走快路,与细算一栏不差;取整到分的闭包与原来的闭包恒等。"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from engine.errors import EhrError
from engine.formula import formula
from engine.formula_fen import fen_of
from engine.formula_types import Unit
from engine.money import round_half_up
from engine.pay import Slip, compute, compute_in_full
from engine.pay_facts import Adjustment, Allowance, Attended, Insured, LeaveTaken, Note, OvertimeWorked, PayFacts, Wage
from engine.pay_quick import quick_of
from engine.pay_rules import PayRules
from tests.engine.pay_world import any_facts, facts, rules
from tests.engine.test_batch import PEOPLE, UNITS, _money, made
from tests.engine.test_batch_slip import FORMULAS, PLAIN, company, listed, strict


def columns(slip: Slip) -> tuple[Any, ...]:
    """一张工资条的各栏,险种展开。"""
    return tuple(slip.shares if name == "dues" else getattr(slip, name) for name in Slip._fields)


@pytest.mark.parametrize("own", [rules(), strict(), listed(), company(FORMULAS[1])])
@given(one=PLAIN | any_facts())
@settings(max_examples=150)
def test_both_ways_are_one(own: PayRules, one: PayFacts) -> None:
    fast = compute(one, own)
    assert columns(fast) == columns(compute_in_full(one, own))
    assert [(x.code, x.amount) for x in fast.lines] == [(x.code, x.amount) for x in compute_in_full(one, own).lines]


def test_an_ordinary_month_takes_the_fast_way() -> None:
    run = quick_of(rules()).run
    for one in (
        facts(),
        facts(leaves=(LeaveTaken("personal", (3, 2), 3),)),
        facts(leaves=(LeaveTaken("annual", (3, 1), 3),), allowances=(Allowance("餐补", 1500),)),
        facts(overtime=(OvertimeWorked("workday", 90), OvertimeWorked("rest_day", 60), OvertimeWorked("workday", 30))),
        facts(insured=None),
        facts(insured=Insured("上海", 1_000_000, None)),
    ):
        assert run(one) is not None


@pytest.mark.parametrize(
    "more",
    [
        {"first_day": 2},
        {"wages": (Wage(1, 1_000_000), Wage(16, 1_100_000))},
        {"wages": (Wage(1, 200_000),)},
        {"attended": Attended((21, 1), (20, 1), absent_days=(1, 1))},
        {"leaves": (LeaveTaken("sick", (2, 1), 3),)},
        {"leaves": (LeaveTaken("personal", (12, 1), 3),)},
        {"leaves": (LeaveTaken("personal", (1, 1), 3), LeaveTaken("annual", (1, 1), 9))},
        {"has_bank": False},
        {"score_missing": ("回款额",)},
        {"allowances": (Allowance("没有的津贴", 100),)},
        {"adjustments": (Adjustment("arrears", "补发", "earning", 100, True, "更正"),)},
        {"overtime": (OvertimeWorked("没有的种类", 60),)},
        {"overtime": (OvertimeWorked("workday", 2161),)},
        {"since": "2026-10-26"},
        {"heat": "室外"},
        {"notes": (Note("X", "warn", "有一件事"),)},
    ],
    ids=lambda more: next(iter(more)),
)
def test_an_unusual_month_does_not(more: dict[str, Any]) -> None:
    assert quick_of(rules()).run(facts(**more)) is None


def test_rules_the_fast_way_does_not_know_turn_it_off() -> None:
    assert quick_of(strict()).run(facts()) is None
    after = PayRules(replace(rules().terms, deduct_lateness=True))
    assert quick_of(after).run(facts()) is None


@given(text=_money(2), people=PEOPLE)
@settings(max_examples=300)
def test_fens_are_the_rounded_values(text: str, people: list[dict[str, Any]]) -> None:
    one = made(text, Unit.MONEY)
    quick = fen_of(one)
    for values in people:
        if any(values[name] is None for name in one.names):
            continue
        slots = [values.get(name) for name in one.scope.slots]
        try:
            expected = round_half_up(*one.run(slots))
        except EhrError as error:
            with pytest.raises(EhrError, match=error.code):
                quick(slots)
            continue
        assert quick(slots) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("基本工资 × 得分 × 50%", 3),  # 5 分 × 1 × 50% = 2.5 分
        ("基本工资 × 50%", 3),
        ("-基本工资 × 50%", -3),
        ("如果 次数 = 0 且 天数 > 1 且 得分 = 100% 则 基本工资 否则 0", 5),
        ("如果 次数 = 0 且 天数 > 2 则 基本工资 否则 1元", 100),
        ("如果 天数 ÷ 次数 > 1 则 基本工资 否则 0", None),
    ],
)
def test_shapes_with_a_way_of_their_own(text: str, expected: int | None) -> None:
    """手算:基本工资 5 分,得分 1,天数 2,次数 0。"""
    slots = [(5, 1), (0, 1), (1, 1), None, (2, 1), (0, 1), True, "销售"]
    quick = fen_of(formula(text, UNITS, Unit.MONEY))
    if expected is None:
        with pytest.raises(EhrError):
            quick(slots)
    else:
        assert quick(slots) == expected
