"""成批的工资条 batch slip:随便哪些人,成批算的与 engine.pay.compute 逐人逐行一分不差;平常的月份真的成批算了。"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.attendance_award import FullAttendance
from engine.batch_facts import fits
from engine.batch_ops import column
from engine.batch_shares import base_of, share_column
from engine.batch_slip import SlipBatch
from engine.effective import Dated
from engine.formula_parse import parse
from engine.formula_types import Source
from engine.insurance import BaseKind, InsuranceLine, Rounding, contribute
from engine.leave_pay import LeaveMethod
from engine.pay import Slip, compute
from engine.pay_facts import (
    Adjustment,
    Allowance,
    Attended,
    Insured,
    LeaveTaken,
    Night,
    Note,
    OvertimeWorked,
    PayFacts,
    Scored,
    TaxFacts,
    Wage,
    to_json,
)
from engine.pay_items import PayItem
from engine.pay_rules import PayRules, share_step
from tests.engine.pay_world import ADJUSTMENTS, ALLOWANCES, any_facts, facts, rules

Answer = tuple[Any, ...]


@cache
def strict() -> PayRules:
    """另一家公司:迟到扣款、事假一律减法、最低工资按比例。"""
    terms = rules().terms
    personal = replace(terms.personal, method=LeaveMethod.SUBTRACT)
    return PayRules(replace(terms, deduct_lateness=True, personal=personal, minimum_by_proportion=True))


@cache
def listed() -> PayRules:
    """又一家公司:加班基数加上岗位津贴,全勤奖按迟到分档,没有加班上限,夜班津贴照发。"""
    tiers = FullAttendance(True, frozenset({"missing", "sick"}), ((1, Decimal(1)), (3, Decimal("0.5"))))
    terms = replace(rules().terms, full_attendance=tiers, overtime_cap=None)
    return PayRules(replace(terms, overtime_base="listed_items", overtime_base_items=("岗位津贴标准",)))


FEN = st.one_of(
    st.integers(0, 5_000_000),
    st.sampled_from([0, 1, 274_000, 754_600, 754_601, 3_773_100, 3_773_101, 10**7, 10**11, 10**13]),
)


def made(kind: Any, *args: st.SearchStrategy[Any], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """只填写明的字段,其余用默认值(st.builds 会替 NamedTuple 把每个字段都乱填)。"""
    return st.builds(lambda *a, **m: kind(*a, **m), *args, **more)


PLAIN = st.builds(
    lambda wage, score, leaves, overtime, rest: facts(
        wages=(Wage(1, wage),),
        score=score,
        leaves=tuple(leaves),
        overtime=tuple(overtime),
        **rest,
    ),
    FEN,
    st.none() | made(Scored, st.tuples(st.integers(-50, 300), st.sampled_from([1, 3, 100])), st.just((1, 1))),
    st.lists(
        made(LeaveTaken,
            st.sampled_from(["personal", "annual", "marriage"]),
            st.tuples(st.integers(1, 12), st.sampled_from([1, 2, 8])),
            st.integers(1, 30),
        ),
        max_size=2,
    ),
    st.lists(
        made(OvertimeWorked, st.sampled_from(["workday", "rest_day", "statutory_holiday"]), st.integers(0, 3000)
        ),
        max_size=3,
    ),
    st.fixed_dictionaries(
        {
            "attended": made(Attended,
                st.just((21, 1)),
                st.tuples(st.integers(0, 42), st.sampled_from([1, 2])),
                st.integers(0, 3),
                st.integers(0, 90),
                st.integers(0, 2),
                st.integers(0, 60),
                st.integers(0, 2),
            ),
            "allowances": ALLOWANCES.map(tuple),
            "insured": st.none()
            | made(Insured, st.just("上海"), st.none() | FEN, st.none() | FEN, st.sampled_from(["0.05", "0.07"]),
                st.sampled_from(["0.00", "0.05"]),
            ),
            "tax": made(TaxFacts,
                scheme=st.sampled_from(["standard", "first_job", "sixty_thousand"]),
                income=FEN.map(lambda fen: fen * 10),
                insurance=st.integers(0, 3_000_000),
                withheld=st.integers(0, 3_000_000),
                relief=st.integers(0, 1000),
                months=st.just(tuple(range(1, 12))),
                new_special=st.integers(0, 500_000),
            ),
            "adjustments": st.lists(ADJUSTMENTS, max_size=2).map(tuple),
            "service_years": st.integers(0, 30),
            "night": made(Night, st.integers(0, 5)),
            "comp_minutes": st.sampled_from([0, 0, 60, 600]),
        }
    ),
)  # fmt: skip


def answer(slip: Slip) -> Answer:
    """一张工资条的全部数。"""
    shares = tuple((s.step.line.code, *s[1:]) for s in slip.shares)
    sums = (slip.gross_fen, slip.insurance_fen, slip.taxable_income, slip.deductible, slip.tax_fen, slip.after_tax_fen)
    return (slip.amounts, shares, *sums, slip.net_fen, slip.employer_fen)


def batched(people: list[Any], own: PayRules) -> tuple[dict[int, Answer], list[int]]:
    """成批算得的各人,与要逐人算的。"""
    batch = SlipBatch(own)
    groups, left = batch.gather(people)
    found: dict[int, Answer] = {}
    for group in groups:
        done, more = batch.compute(group)
        left += more
        for slips in done:
            count = len(slips.at)

            def cells(one: Any, count: int = count) -> list[int]:
                return [int(x) for x in np.broadcast_to(np.asarray(one), count)]

            amounts = list(zip(*(cells(a) for a in slips.amounts), strict=True))
            shares = [
                [(s.step.line.code, *x) for x in zip(*(cells(c) for c in s[1:]), strict=True)] for s in slips.shares
            ]
            sums = (slips.gross, slips.insurance, slips.taxable, slips.deductible, slips.tax, slips.after, slips.net)
            totals = list(zip(*(cells(x) for x in (*sums, slips.employer)), strict=True))
            for i, at in enumerate(slips.at.tolist()):
                assert at not in found
                found[at] = (amounts[i], tuple(one[i] for one in shares), *totals[i])
    return found, left


@pytest.mark.parametrize("own", [rules(), strict(), listed()], ids=["default", "strict", "listed"])
@given(people=st.lists(PLAIN | any_facts(), min_size=1, max_size=6))
@settings(max_examples=200)
def test_batch_is_compute_to_the_fen(own: PayRules, people: list[PayFacts]) -> None:
    found, left = batched(people, own)
    assert sorted([*found, *left]) == list(range(len(people)))
    for at, got in found.items():
        slip = compute(people[at], own)
        assert got == answer(slip)
        assert not slip.problems and not slip.receivable_fen


@given(people=st.lists(PLAIN, min_size=1, max_size=4))
def test_json_rows_are_read_as_the_facts_are(people: list[PayFacts]) -> None:
    assert batched([json.loads(to_json(p)) for p in people], rules()) == batched(list(people), rules())


def test_an_ordinary_company_goes_through_the_batch() -> None:
    """三百个平常的人里没有一个要逐人算。"""
    people = [
        facts(
            person=f"p{i}",
            wages=(Wage(1, 800_000 + 7_919 * i),),
            leaves=(LeaveTaken("personal", (i % 5 + 1, 2), 3),) if i % 3 == 0 else (),
            overtime=(OvertimeWorked("rest_day", 30 * (i % 9)),) if i % 2 else (),
            score=Scored((60 + i % 70, 100), (1, 1)) if i % 4 else None,
            allowances=(Allowance("餐补", 1500),),
            adjustments=(Adjustment("arrears", "补发", "earning", 100 * i, True, "更正"),) if i % 7 == 0 else (),
        )
        for i in range(300)
    ]
    found, left = batched(people, rules())
    assert not left and len(found) == 300
    assert all(found[i] == answer(compute(people[i], rules())) for i in range(300))


def test_the_seam_still_knows_every_field() -> None:
    """事实添了字段而这里还没认得时,全交给逐人的:结果不错,只是慢;这一条提醒来补。"""
    batch = SlipBatch(rules())
    assert batch.ready
    assert fits(facts(), rules())


@pytest.mark.parametrize(
    "more",
    [
        {"first_day": 2},
        {"last_day": 20},
        {"wages": (Wage(1, 1_000_000), Wage(16, 1_100_000))},
        {"attended": Attended((21, 1), (20, 1), absent_days=(1, 1))},
        {"leaves": (LeaveTaken("sick", (2, 1), 3),)},
        {"leaves": (LeaveTaken("personal", (11, 1), 3),)},
        {"has_bank": False},
        {"score_missing": ("回款额",)},
        {"allowances": (Allowance("没有的津贴", 100),)},
        {"tax": TaxFacts(months=(1, 2, 3))},
        {"since": "2026-10-26"},
        {"heat": "室外"},
        {"notes": (Note("X", "warn", "有一件事"),)},
        {"overtime": (OvertimeWorked("workday", 2161),)},
        {"overtime": (OvertimeWorked("workday", 2000),), "comp_minutes": 200},
        {"tax": TaxFacts(income=-1, months=tuple(range(1, 12)))},
        {"adjustments": (Adjustment("arrears", "补缴", "insurance", -100, True, "更正"),)},
        {"roster": (1, 2, 3), "leaves": (LeaveTaken("personal", (1, 1), 3),)},
    ],
    ids=lambda more: next(iter(more)),
)
def test_unusual_months_are_handed_over(more: dict[str, Any]) -> None:
    assert not fits(facts(**more), rules())
    found, left = batched([facts(), facts(**more)], rules())
    assert list(found) == [0] and left == [1]


def test_below_the_minimum_wage_and_nothing_left_are_handed_over() -> None:
    """要人看的工资条由逐人的算:提示的话也出自那里。"""
    poor = facts(wages=(Wage(1, 200_000),))
    indebted = facts(adjustments=(Adjustment("loan", "还款", "after_tax", -2_000_000, False, "借款"),))
    assert sorted(batched([poor, facts(), indebted], rules())[1]) == [0, 2]


def test_one_huge_wage_does_not_drag_the_company_along() -> None:
    people = [facts(person=str(i), wages=(Wage(1, 10**17 if i == 5 else 1_000_000 + i),)) for i in range(20)]
    found, left = batched(people, rules())
    assert left == [5] and len(found) == 19
    beyond = facts(wages=(Wage(1, 10**40),))
    assert batched([facts(), beyond], rules())[1] == [0, 1]


def test_a_city_nobody_has_figures_for_is_left_to_the_one_by_one() -> None:
    assert batched([facts(), facts(city="没有的城")], rules())[1] == [1]


LINES = st.builds(
    InsuranceLine,
    st.just("fund"),
    st.just("公积金"),
    st.just(BaseKind.HOUSING),
    st.sampled_from([Decimal("0.05"), Decimal("0.12"), Decimal("0.075"), Decimal(0)]),
    st.sampled_from([Decimal("0.05"), Decimal("0.13"), Decimal("0.0035")]),
    st.sampled_from([0, 274_000]),
    st.sampled_from([None, 3_773_100]),
    st.sampled_from([0, 300]),
    st.sampled_from([0, 550]),
    st.sampled_from(list(Rounding)),
    st.sampled_from([None, 2_000_000]),
    st.sampled_from([None, Decimal("0.12")]),
)


@given(line=LINES, declared=st.lists(st.integers(0, 6_000_000), min_size=1, max_size=5))
def test_every_kind_of_insurance_line(line: InsuranceLine, declared: list[int]) -> None:
    """三种取整、固定额、免税限额:与 contribute 相同。"""
    step = share_step(line)
    if line.has_limit:  # 有免税限额的是公积金,没有固定额
        line = replace(line, employee_fixed=0, employer_fixed=0)
        step = share_step(line)
    found = share_column(step, base_of(step, column(np.array(declared, dtype=np.int64))))[0]
    for i, fen in enumerate(declared):
        want = contribute(line, fen)
        got = [int(np.broadcast_to(np.asarray(x), len(declared))[i]) for x in found[1:]]
        assert got == [
            want.base,
            want.employee,
            want.employer,
            want.employee_not_deductible,
            want.employer_added_income,
        ]


@cache
def company(text: str) -> PayRules:
    """餐补改成另一条公式的公司。"""
    terms = rules().terms
    written = parse(text, terms.items.units(), Source("另一家公司.yaml"))

    def own(item: Dated[PayItem]) -> Dated[PayItem]:
        if item.key != "pay.meal":
            return item
        changed = (replace(v, value=replace(v.value, definition=written)) for v in item.versions)
        return replace(item, versions=tuple(changed))

    items = replace(terms.items, items=tuple(own(item) for item in terms.items.items))
    return PayRules(replace(terms, items=items))


FORMULAS = (
    "餐补 = 四舍五入(基本工资 ÷ 出勤天数 × 请假天数, 1)",
    "餐补 = 最小(餐补标准 × 出勤天数, 300元) + 如果 迟到次数 = 0 则 0 否则 -向上取整(迟到分钟 ÷ 30) × 5元",
    "餐补 = 如果 出勤天数 > 0 且 基本工资 ÷ 出勤天数 > 100元 则 15元 × 工龄 否则 计薪基本工资 × 0.35% − 事假扣款 ÷ 3",
    '餐补 = 如果 (如果 迟到次数 > 0 则 "迟到" 否则 "不迟到") = "迟到" 则 10元 否则 工作日加班费 × 10%',
    "餐补 = 餐补标准 × 加班小时 ÷ 工龄",
)


@pytest.mark.parametrize("text", FORMULAS)
@given(people=st.lists(PLAIN, min_size=1, max_size=5))
@settings(max_examples=60)
def test_other_formulas_too(text: str, people: list[PayFacts]) -> None:
    """除以零只把那一个人交出去;不会成批算的公式只有那一条逐行算。"""
    own = company(text)
    found, left = batched(people, own)
    assert sorted([*found, *left]) == list(range(len(people)))
    for at, got in found.items():
        assert got == answer(compute(people[at], own))


def test_a_formula_that_is_not_vectorised_does_not_hand_over_the_people() -> None:
    people = [facts(person=str(i), attended=Attended((21, 1), (21, 1), late=i)) for i in range(3)]
    found, left = batched(people, company(FORMULAS[3]))
    assert not left
    assert [dict(zip(rules().keys, found[i][0], strict=True))["meal"] for i in range(3)] == [0, 1000, 1000]


def test_dividing_by_zero_hands_over_only_that_person() -> None:
    never = Attended((21, 1), (0, 1))
    assert batched([facts(), facts(attended=never), facts()], company(FORMULAS[0]))[1] == [1]
    given_meal = facts(allowances=(Allowance("餐补", 1500),))
    assert batched([facts(), given_meal, given_meal._replace(service_years=2)], company(FORMULAS[4]))[1] == [1]
