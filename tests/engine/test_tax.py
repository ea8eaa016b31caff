"""个税:另一种算法(逐级相加)、一年的性质、年内不退、缺月、解释。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policies import shipped
from engine.errors import BadInput
from engine.money import Money
from engine.tax import (
    Bracket,
    Figures,
    Ledger,
    Person,
    Scheme,
    SchemeFacts,
    TaxTable,
    bonus_apart,
    choose_scheme,
    missing_months,
    settle_year,
    trace,
    withhold,
)

RULES = shipped().withholding.on(date(2026, 1, 1))
BONUS = shipped().bonus.on(date(2026, 1, 1))
# 各级:上限(元)与税率。逐级相加,不用速算扣除数。
STEPS = [(36000, "0.03"), (144000, "0.10"), (300000, "0.20"), (420000, "0.25"), (660000, "0.30"), (960000, "0.35")]


def by_steps(taxable_fen: int) -> int:
    """第二种算法:一级一级切开,各乘各的税率,最后取整。"""
    left, below, tax = Decimal(taxable_fen), Decimal(0), Decimal(0)
    for upto, rate in [*STEPS, (10**12, "0.45")]:
        part = min(left, Decimal(upto) * 100 - below)
        tax += part * Decimal(rate)
        left -= part
        below = Decimal(upto) * 100
    return int(tax.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(0, 3 * 10**8))
def test_the_table_equals_the_sum_of_its_steps(taxable: int) -> None:
    assert RULES.table.tax(taxable) == by_steps(taxable)


@pytest.mark.parametrize("upto", [s[0] for s in STEPS])
def test_upper_ends_are_inclusive_and_the_tax_does_not_jump(upto: int) -> None:
    fen = upto * 100
    assert RULES.table.bracket(fen).upto == fen
    assert RULES.table.bracket(fen + 1).upto != fen
    assert RULES.table.tax(fen + 1) - RULES.table.tax(fen) in (0, 1)


@given(st.integers(0, 10**7), st.integers(0, 10**6))
def test_twelve_level_months_make_the_years_tax(income: int, insurance: int) -> None:
    months = [(m, Figures(income=income, insurance=insurance)) for m in range(1, 13)]
    results = settle_year(RULES, Person(), months)
    year = max(0, 12 * (income - insurance) - 12 * RULES.monthly_allowance)
    assert sum(r.withheld for r in results) == by_steps(year)
    assert results[-1].balance == 0


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=12), st.integers(0, 11), st.integers(1, 10**6))
def test_one_more_yuan_never_nets_less(incomes: list[int], at: int, more: int) -> None:
    def net(paid: list[int]) -> int:
        results = settle_year(RULES, Person(), [(m, Figures(income=i)) for m, i in enumerate(paid, 1)])
        return sum(paid) - sum(r.withheld for r in results)

    raised = list(incomes)
    raised[at % len(raised)] += more
    assert net(raised) >= net(incomes)


@given(st.lists(st.tuples(st.integers(-(10**6), 10**7), st.integers(0, 10**6)), min_size=1, max_size=12))
def test_withholding_is_never_negative_and_adds_up(months: list[tuple[int, int]]) -> None:
    figures = [(m, Figures(income=i, special=s)) for m, (i, s) in enumerate(months, 1)]
    results = settle_year(RULES, Person(), figures)
    held = 0
    for result in results:
        assert result.withheld >= 0
        held += result.withheld
        assert result.total_withheld == held
        assert held == max(held - result.withheld, result.due)


def test_a_month_without_pay_keeps_the_allowance_growing() -> None:
    """缺一行和有一行零工资,结果一样;减除费用按任职月数算(陷阱 5)。"""
    paid = [(m, Figures(income=3000000)) for m in range(1, 13) if m != 6]
    with_zero = sorted([*paid, (6, Figures())])
    assert sum(r.withheld for r in settle_year(RULES, Person(), with_zero)) == 3708000
    person, ledger = Person(), Ledger(months=(1, 2, 3, 5))
    assert missing_months(person, ledger, 7) == (4, 6)


def test_a_late_claim_gives_nothing_back_inside_the_year() -> None:
    before = Ledger(Figures(income=12000000), withheld=500000, months=(1, 2, 3, 4))
    result = withhold(RULES, Person(), before, 5, Figures(income=1000000, special=11000000))
    assert (result.withheld, result.balance) == (0, -500000)


@pytest.mark.parametrize(
    ("facts", "scheme"),
    [
        (SchemeFacts(prior_year_same_unit_12_months_declared=True, prior_year_income=6000000, same_unit_from_january=True), Scheme.SIXTY_THOUSAND),
        (SchemeFacts(prior_year_same_unit_12_months_declared=True, prior_year_income=6000001, same_unit_from_january=True), Scheme.STANDARD),
        (SchemeFacts(prior_year_same_unit_12_months_declared=True, prior_year_income=1, same_unit_from_january=False), Scheme.STANDARD),
        (SchemeFacts(prior_year_same_unit_12_months_declared=True, same_unit_from_january=True), Scheme.STANDARD),
        (SchemeFacts(first_wage_this_year=True, prior_year_income=0), Scheme.FIRST_JOB),
        (SchemeFacts(), Scheme.STANDARD),
    ],
)  # fmt: skip
def test_the_scheme_follows_the_facts(facts: SchemeFacts, scheme: Scheme) -> None:
    assert choose_scheme(facts, RULES) is scheme


def test_relief_and_every_deduction_count() -> None:
    figures = Figures(
        income=5000000, tax_free=100000, insurance=500000, special=300000, other=50000, donation=20000, relief=10000
    )
    result = withhold(RULES, Person(), Ledger(), 1, figures)
    assert result.taxable == 5000000 - 100000 - 500000 - 500000 - 300000 - 50000 - 20000
    assert result.due == by_steps(result.taxable) - 10000


def test_the_bonus_bracket_is_found_without_rounding() -> None:
    """36,000.01 ÷ 12 先取整会留在 3%(陷阱 1)。"""
    assert bonus_apart(BONUS, 3600000) == 108000
    assert bonus_apart(BONUS, 3600001) == 339000


def test_the_trace_says_the_sum() -> None:
    ledger = Ledger(Figures(income=9000000, insurance=1350000, special=600000), 118000, (1, 2))
    person = Person()
    result = withhold(RULES, person, ledger, 3, Figures(income=100000))
    found = trace(result, person, ledger, RULES)
    assert found.value == Money(result.withheld).yuan()
    assert "累计应纳税所得额 ¥56,500.00 × 10% − 速算扣除数 ¥2,520.00 = 累计税额 ¥3,130.00,减已扣 ¥1,180.00" in found.say
    assert found.rule == "tax.withholding@2019-01-01"
    assert not any(sign in found.words for sign in "¥元")
    back = trace(replace(result, due=0, withheld=0, total_withheld=118000), person, ledger, RULES)
    assert "本年不退,次年汇算处理" in back.say


def test_bad_months_and_bad_tables_are_refused() -> None:
    for month in (0, 13):
        with pytest.raises(BadInput) as bad:
            withhold(RULES, Person(), Ledger(), month, Figures())
        assert (bad.value.code, bad.value.say) == ("BAD_MONTH", f"发放月份 {month} 不对,请写 1 到 12。")
    with pytest.raises(BadInput) as order:
        settle_year(RULES, Person(), [(2, Figures()), (2, Figures())])
    assert (order.value.code, order.value.say) == ("BAD_MONTH", "月份须从小到大、不重复,2 月排在 2 月之后。")
    with pytest.raises(ValueError, match="open"):
        TaxTable((Bracket(100, Decimal("0.03"), 0),))
    with pytest.raises(ValueError, match="ascend"):
        TaxTable((Bracket(2, Decimal(0), 0), Bracket(1, Decimal(0), 0), Bracket(None, Decimal(0), 0)))


def test_a_month_is_added_to_the_ledger() -> None:
    before = Ledger(Figures(1, 2, 3, 4, 5, 6, 7), 8, (1,))
    assert before.plus(2, Figures(10, 20, 30, 40, 50, 60, 70), 80) == Ledger(
        Figures(11, 22, 33, 44, 55, 66, 77), 88, (1, 2)
    )
