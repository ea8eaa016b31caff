"""试算新办法 what if:用冻结的输入换规则,与从一月起按新规则一个月一个月真算出来的一分不差;跨税年从零开始。"""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policies import Policies, shipped
from config.policy_pay import pay_rules
from config.policy_try import choices_of, shown_choices, with_formulas, with_switch
from engine.days import Month
from engine.errors import BadInput, EhrError
from engine.formula_types import FormulaError
from engine.pay import compute
from engine.pay_facts import Attended, LeaveTaken, PayFacts, Scored, TaxFacts, Wage, from_list, to_json
from engine.pay_rules import PayRules
from engine.what_if import Carry, Figures, carried, compute_many, figures_of, try_month
from tests.engine.pay_world import RATES, any_facts, facts

DAYS = (date(2026, 1, 1), date(2026, 11, 1))
BONUS = "绩效奖金 = 基本工资 × 绩效得分 × 20%"


COMPILED: dict[tuple[str, Month], PayRules] = {}


def month_rules(policies: Policies, month: Month) -> PayRules:
    key = (policies.version, month)
    if key not in COMPILED:
        COMPILED[key] = pay_rules(policies, month, month.plus(1), RATES)
    return COMPILED[key]


def year(policies: Policies, scores: list[int]) -> list[tuple[PayFacts, Figures]]:
    """从头一个月起真算:每个月的累计由前面各月得来(第二种办法)。"""
    out: list[tuple[PayFacts, Figures]] = []
    ledger: dict[int, list[Figures]] = {}
    for n, score in enumerate(scores):
        month = Month(2025, 11).plus(n)
        paid = month.plus(1)
        before = ledger.setdefault(paid.year, [])
        tax = TaxFacts(
            income=sum(f.taxable for f in before),
            insurance=sum(f.deductible for f in before),
            withheld=sum(f.tax for f in before),
            months=tuple(range(1, paid.month)),
        )
        one = facts(
            month=str(month), pay_month=str(paid), tax=tax, score=Scored((score, 100), (score, 100)), last_day=31
        )
        found = figures_of(compute(one, month_rules(policies, month)))
        before.append(found)
        out.append((one, found))
    return out


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 250), min_size=14, max_size=14))
def test_trying_is_the_same_as_having_done_it_from_the_first_month(scores: list[int]):
    """十四个月、跨两个税年:试算的每个月,与真按新规则从头发的每个月,一分不差。"""
    tried = with_formulas(shipped(), BONUS, DAYS)
    frozen, wanted = year(shipped(), scores), year(tried, scores)
    carry = Carry()
    for (one, before), (_, after) in zip(frozen, wanted, strict=True):
        (effect,) = try_month([(to_json(one), before, carry)], month_rules(tried, Month.parse(one.month)))
        assert effect.after == after
        carry = effect.carry


def test_bonus_at_twenty_percent_by_hand():
    """月薪 10,000、得分 110%:10% 是 1,100.00,20% 是 2,200.00,应发多 1,100.00。"""
    tried = with_formulas(shipped(), BONUS, DAYS)
    one = facts(score=Scored((110, 100), (110, 100)))
    before, after = (
        figures_of(compute(one, month_rules(policies, Month(2026, 11)))) for policies in (shipped(), tried)
    )
    assert after.gross - before.gross == 110000
    assert tried.version != shipped().version


def test_the_same_rules_change_nothing():
    one = facts(score=Scored((110, 100), (110, 100)))
    rules = month_rules(shipped(), Month(2026, 11))
    before = figures_of(compute(one, rules))
    (effect,) = try_month([(to_json(one), before, Carry())], rules)
    assert effect == (before, before, Carry("2026"), "")


@settings(max_examples=25, deadline=None)
@given(st.lists(any_facts(), min_size=1, max_size=4), st.integers(0, 3))
def test_many_at_once_is_one_by_one(odd: list[PayFacts], gap: int):
    """一家公司里平常的成批算、不平常的逐人算,带来的差额也一样:各人都与 compute 相同。"""
    rules = month_rules(with_formulas(shipped(), BONUS, DAYS), Month(2026, 11))
    plain = [facts(person=f"p{i}", wages=(Wage(1, 900_000 + 7919 * i),)) for i in range(40)]
    crowd = [*plain[: 20 + gap], *odd, *plain[20 + gap :]]
    carries = [Carry("2026", 1000 * i, 10 * i, i) if i % 3 else Carry("2025", 9, 9, 9) for i in range(len(crowd))]
    found = compute_many([to_json(one) for one in crowd], rules, carries)
    for one, carry, got in zip(crowd, carries, found, strict=True):
        more = carry if carry.year == "2026" else Carry()
        tax = one.tax._replace(
            income=one.tax.income + more.income,
            insurance=one.tax.insurance + more.insurance,
            withheld=one.tax.withheld + more.withheld,
        )
        try:
            want: Figures | str = figures_of(compute(one._replace(tax=tax), rules))
        except EhrError as problem:
            want = problem.code
        assert (got.code if isinstance(got, EhrError) else got) == want


def test_another_tax_year_carries_nothing():
    carry = Carry("2025", 1, 2, 3)
    raw = json.loads(to_json(facts()))
    assert from_list(carried(raw, carry, "2026")) == facts()
    moved = from_list(carried(raw, carry._replace(year="2026"), "2026")).tax
    assert (moved.income, moved.insurance, moved.withheld) == (11000001, 1925002, 130503)


def test_one_person_s_failure_does_not_touch_the_others():
    tried = with_formulas(shipped(), "人均奖 = 1000元 × 绩效得分 ÷ 迟到次数", DAYS)
    rules = month_rules(tried, Month(2026, 11))
    late = facts(score=Scored((1, 1), (1, 1)), attended=Attended((21, 1), (21, 1), late=2))
    good, bad = compute_many([to_json(late), to_json(late._replace(attended=Attended((21, 1), (21, 1))))], rules)
    assert isinstance(good, Figures)
    assert good.gross == figures_of(compute(late, month_rules(shipped(), Month(2026, 11)))).gross + 50000
    assert isinstance(bad, Exception)


def test_a_new_item_is_a_line_of_income():
    tried = with_formulas(shipped(), "司龄奖 = 100元 × 工龄\n\n全勤加倍 = 全勤奖 × 2", DAYS)
    slip = compute(facts(service_years=3), month_rules(tried, Month(2026, 11)))
    line = next(one for one in slip.lines if one.label == "司龄奖")
    assert (line.amount.fen, slip.gross_fen) == (30000, 1030000)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "FORMULA_EMPTY", "请写一条"),
        ("奖 = 基本工资 × × 2", "FORMULA_SYNTAX", "试算:1:"),
        ("奖 = 500元\n金 = 基本工资 + 事假天数", "FORMULA_UNIT", "试算:2:"),
        ("奖 = 没有的名字 × 2", "FORMULA_UNKNOWN_NAME", "试算:1:5"),
        ("绩效奖金 = 奖\n奖 = 绩效奖金 × 2", "FORMULA_RING", "→"),
        ("基本工资 = 500元", "FORMULA_IS_FACT", "基本工资"),
        ("餐补标准 = 500元", "FORMULA_IS_FACT", "餐补标准"),
        ("事假扣款 = 500元", "FORMULA_BUILT_IN", "内置"),
        ("基本工资 × 2", "FORMULA_NO_NAME", "第 1 行"),
        ("奖 = 3天", "FORMULA_UNIT", "试算:1:"),
        ("\n".join(f"奖{n} = 1元" for n in range(41)), "FORMULA_TOO_MANY", "最多"),
    ],
)
def test_formulas_that_are_wrong_say_where(text: str, code: str, words: str):
    with pytest.raises(BadInput) as refused:
        with_formulas(shipped(), text, DAYS)
    assert refused.value.code == code
    assert words in refused.value.say
    if isinstance(refused.value, FormulaError):
        assert refused.value.details["line"].isdigit()


def test_a_switch_is_tried_and_its_choices_are_told():
    """事假一天:auto 是减法 459.77;换成“加法”按应出勤 20 天算,数不同。"""
    tried = with_switch(shipped(), "leave.personal.divisor", "actual_workdays")
    one = facts(leaves=(LeaveTaken("personal", (1, 1), 3),))
    slips = [compute(one, month_rules(p, Month(2026, 11))) for p in (shipped(), tried)]
    assert [s.amounts[s.rules.keys.index("personal_leave")] for s in slips] == [-45977, -47619]
    keys = {key for key, *_ in shown_choices(shipped())}
    assert {"leave.personal.method", "wage.proration"} <= keys == set(choices_of(shipped()))
    for key, value, code in (
        ("没有", "x", "NO_SWITCH"),
        ("leave.personal.method", "随便", "BAD_CHOICE"),
        ("pay_days", "x", "BAD_NUMBER"),
    ):
        with pytest.raises(BadInput) as refused:
            with_switch(shipped(), key, value)
        assert refused.value.code == code
    assert with_switch(shipped(), "pay_days", "22").numbers["pay_days"].on(date(2026, 1, 1)) == 22
