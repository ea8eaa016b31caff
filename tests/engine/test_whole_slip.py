"""整张工资条的次序:与发薪(engine.pay)逐分相同,各行相加等于实发,奖金单独计税,到期拒绝。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.policies import shipped
from engine.errors import RuleBroken
from engine.insurance import BaseKind, Contribution, contribute_all
from engine.money import Money
from engine.pay import compute
from engine.pay_facts import PayFacts
from engine.performance import Indicator, Plan, score
from engine.tax import Figures, Ledger, Person, Scheme
from engine.whole_slip import SlipLine, SlipTax, TaxMethod, performance_line, whole_slip
from tests.engine.pay_world import any_facts, rules

DAY = date(2026, 10, 1)
TAX = shipped().withholding.on(DAY)
BONUS = shipped().bonus.on(DAY)


@settings(max_examples=100)
@given(any_facts())
def test_it_meets_the_pay_run_to_the_fen(facts: PayFacts) -> None:
    """发薪用编好的整数表与槽,这里用险种、累计与各行的值:两条路,一个数。(税后扣款的限额另有测试,这里只放加的。)"""
    facts = facts._replace(adjustments=tuple(a for a in facts.adjustments if a.section != "after_tax" or a.fen > 0))
    slip = compute(facts, rules())
    own, t = facts.insured, facts.tax
    declared = {} if own is None else {BaseKind.SOCIAL: own.social_base, BaseKind.HOUSING: own.housing_base}
    bases = {kind: base for kind, base in declared.items() if base is not None}
    contribution = contribute_all([share.step.line for share in slip.shares], bases)
    taxed = slip.taxable_income - contribution.added_income
    lines = [
        SlipLine("taxed", Money(taxed)),
        SlipLine("free", Money(slip.gross_fen - taxed), TaxMethod.NOT_TAXED),
    ]
    before = Figures(t.income, t.tax_free, t.insurance, t.special, t.other, t.donation, t.relief)
    now = Figures(special=t.new_special, other=t.new_other, donation=t.new_donation, relief=t.new_relief)
    person = Person(Scheme(t.scheme), t.start_month)
    found = whole_slip(
        lines, contribution, SlipTax(TAX, person, Ledger(before, t.withheld), 12, now), [Money(-slip.after_tax_fen)]
    )
    assert (found.gross, found.withheld.withheld) == (slip.gross, slip.tax_fen)
    assert (found.net, found.receivable, found.employer_cost) == (
        slip.net,
        slip.receivable,
        slip.gross + Money(contribution.employer_total),
    )


AMOUNTS = st.integers(-500_000, 5_000_000).map(Money)
LINES = st.lists(st.builds(SlipLine, st.text("ab", min_size=1, max_size=3), AMOUNTS, st.sampled_from(TaxMethod)))


@given(LINES.filter(lambda found: all(x.amount.fen >= 0 for x in found if x.method is TaxMethod.BONUS)), AMOUNTS)
def test_the_lines_sum_to_the_net(lines: list[SlipLine], taken: Money) -> None:
    found = whole_slip(lines, Contribution(()), SlipTax(TAX, Person(), Ledger(), 3, Figures(), BONUS), [taken])
    bonus = found.bonus.tax if found.bonus is not None else 0
    total = sum(line.amount.fen for line in lines) - found.withheld.withheld - bonus - taken.fen
    assert found.net.fen - found.receivable.fen == total
    assert found.net.fen >= 0 and found.receivable.fen >= 0 and not (found.net and found.receivable)
    assert (found.bonus is None) == all(line.method is not TaxMethod.BONUS for line in lines)


def test_bonuses_of_one_month_are_taxed_as_one() -> None:
    """同月两笔 18,000.01 合成 36,000.02,落在 10%:3,600.00 − 210 = 3,390.00。"""
    lines = [SlipLine("a", Money(1_800_001), TaxMethod.BONUS), SlipLine("b", Money(1_800_001), TaxMethod.BONUS)]
    found = whole_slip(lines, Contribution(()), SlipTax(TAX, Person(), Ledger(), 1, Figures(), BONUS), ())
    assert found.bonus is not None and found.bonus.tax == 339_000
    assert found.withheld.cumulative.income == 0
    assert "年终奖单独计税" in found.traces[-1].say


def test_the_performance_line_says_base_score_and_ratio() -> None:
    """10000 × 110% × 10% = 1100;话里说得出得分从哪里来,给聊天的没有金额。"""
    plan = Plan(
        (
            Indicator("a", "销售", Decimal("0.6"), Decimal("1.2")),
            Indicator("b", "满意度", Decimal("0.4"), Decimal("0.95")),
        )
    )
    line = performance_line(Money.of("10000.00"), plan, score(plan), Decimal("0.1"))
    assert line.amount == Money.of("1100.00") and line.why is not None
    assert line.why.say == ("绩效奖金:¥10,000.00 × 110% × 10% = ¥1,100.00(绩效得分 = 120% × 60% + 95% × 40% = 110%)")
    assert "¥" not in line.why.words
    assert [part.label for part in line.why.parts] == ["奖金基数", "比例", "绩效得分"]


def test_a_lapsed_rule_refuses() -> None:
    lines = [SlipLine("a", Money(1), TaxMethod.BONUS)]
    with pytest.raises(RuleBroken) as caught:
        whole_slip(lines, Contribution(()), SlipTax(TAX, Person(), Ledger(), 1, Figures()), ())
    assert caught.value.code == "POLICY_EXPIRED"
    assert "并入" in caught.value.say
