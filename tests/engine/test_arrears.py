"""补差 arrears:一个缘由一行,各行之和是总差额;来回更正互相抵消;再更正从上一次接着算;税在发放的那个月。"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.arrears import Cause, Sums, apply, bare, code_of, lines, parse_code, sums, trace
from engine.days import Month
from engine.errors import BadInput
from engine.money import Money
from engine.pay import compute
from engine.pay_facts import Attended, LeaveTaken, OvertimeWorked, PayFacts, Scored, TaxFacts, Wage
from tests.engine.pay_world import any_facts, facts, rules

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
KINDS = ("punch", "leave", "overtime", "deal", "wage", "insurance", "schedule")


def cause(kind: str, number: int = 1, say: str = "更正") -> Cause:
    return Cause(kind, (number,), (say,), (f"late:{number}",))


def test_a_corrected_overtime_of_four_hours() -> None:
    """月薪 10,000:10,000 ÷ 21.75 ÷ 8 × 4 × 150% = 344.8275… → 344.83,一行,应税。"""
    base = facts()
    seen = base._replace(overtime=(OvertimeWorked("workday", 240, "11月9日", ("overtime:9",)),))
    why = cause("overtime", say="11月9日(周一)的加班审批有变动")
    (line,) = lines(apply(base, seen, [why]), rules())
    assert (line.fen, line.section, line.taxed, line.code) == (34483, "earning", True, "arrears_202611_overtime")
    assert line.label == "补11月工作日加班费(11月9日(周一)的加班审批有变动)"
    assert line.evidence == ("late:1",)


def test_a_cancelled_deal_takes_back_the_bonus() -> None:
    """得分 110% 改成 92%:绩效奖金少 10,000 × 18% × 10% = 180.00。"""
    base = facts(score=Scored((110, 100), (110, 100)))
    seen = base._replace(score=Scored((92, 100), (92, 100)))
    (line,) = lines(apply(base, seen, [cause("deal")]), rules())
    assert (line.fen, line.section) == (-18000, "deduction")
    assert line.label.startswith("扣回11月绩效奖金")


def test_a_raise_known_late_and_leave_known_late_are_two_lines() -> None:
    """月工资 10,000 → 12,000 起自 1 日;另补请 1 天事假。先知道调薪:补 2,000;再知道事假:12,000 ÷ 21.75 = 551.72。"""
    base = facts()
    seen = base._replace(
        wages=(Wage(1, 1200000),),
        leaves=(LeaveTaken("personal", (1, 1), 10, "11月10日", ("leave:1",)),),
        attended=Attended((21, 1), (20, 1)),
    )
    found = lines(apply(base, seen, [cause("wage", 1), cause("leave", 2)]), rules())
    assert [(x.code, x.fen) for x in found] == [("arrears_202611_wage", 200000), ("arrears_202611_leave", -55172)]


def test_a_base_known_late_is_own_and_employers_share_apart() -> None:
    """基数 10,000 → 12,000(上海):个人 8%+2%+0.5% 各 160、40、10,公积金 7% 140;单位 320、180、10、4(0.2%)、140。"""
    base = facts()
    assert base.insured is not None
    seen = base._replace(insured=base.insured._replace(social_base=1200000, housing_base=1200000))
    own, employer = lines(apply(base, seen, [cause("insurance")]), rules())
    assert (own.section, own.fen, own.taxed) == ("insurance", -(16000 + 4000 + 1000 + 14000), True)
    assert (employer.section, employer.fen) == ("employer", 32000 + 18000 + 1000 + 400 + 14000)
    assert own.label.startswith("补缴11月个人社保公积金")


def test_one_who_was_held_out_is_owed_the_whole_month() -> None:
    month = facts()
    found = lines(apply(None, month, [cause("held")]), rules())
    slip = compute(month, rules())
    assert sum(x.fen for x in found if x.section == "earning") == slip.gross_fen
    assert sum(x.fen for x in found if x.section == "insurance") == -slip.insurance_fen
    assert found[0].label.startswith("补11月工资")


def test_what_was_paid_by_hand_then_is_not_paid_again() -> None:
    """那个月自己的手工行与补差不参与重算。"""
    one = facts()
    assert bare(one._replace(adjustments=lines(apply(None, one, [cause("held")]), rules()))) == one


@given(any_facts(), any_facts(), st.lists(st.sampled_from(KINDS), unique=True, min_size=1))
@QUICK
def test_parts_sum_to_the_whole(base: PayFacts, seen: PayFacts, kinds: list[str]) -> None:
    applied = apply(base, seen, [cause(k) for k in kinds])
    last = applied[-1].after
    whole = sums(last, rules()).minus(sums(bare(base), rules()))
    found = lines(applied, rules())
    assert (
        Sums(
            taxed=sum(x.fen for x in found if x.section in ("earning", "deduction") and x.taxed),
            free=sum(x.fen for x in found if x.section in ("earning", "deduction") and not x.taxed),
            insurance=-sum(x.fen for x in found if x.section == "insurance" and x.taxed),
            over=-sum(x.fen for x in found if x.section == "insurance" and not x.taxed),
            added=sum(x.fen for x in found if x.section == "info"),
            employer=sum(x.fen for x in found if x.section == "employer"),
            after_tax=sum(x.fen for x in found if x.section == "after_tax"),
        )
        == whole
    )
    assert len({x.code for x in found}) == len(found)
    for one, two in pairwise(applied):
        assert two.before == one.after


@given(any_facts(), any_facts(), st.sampled_from(KINDS))
@QUICK
def test_a_correction_and_its_reversal_cancel(base: PayFacts, seen: PayFacts, kind: str) -> None:
    forth = apply(base, seen, [cause(kind)])
    back = apply(forth[-1].after, base, [cause(kind)])
    assert sums(back[-1].after, rules()) == sums(bare(base), rules())
    there, home = lines(forth, rules()), lines(back, rules())
    assert {x.code: x.fen for x in there} == {x.code: -x.fen for x in home}


@given(any_facts(), any_facts(), any_facts(), st.sampled_from(KINDS))
@QUICK
def test_correcting_twice_is_correcting_once(a: PayFacts, b: PayFacts, c: PayFacts, kind: str) -> None:
    """改成 b 再改成 c,两次补的合起来与直接改成 c 一样(本来没有参保的,比例以头一次更正为准,不在此列)。"""
    assume(a.insured is not None or kind != "insurance")
    first = apply(a, b, [cause(kind)])
    second = apply(first[-1].after, c, [cause(kind)])
    once = apply(a, c, [cause(kind)])
    both: dict[str, int] = {}
    for line in (*lines(first, rules()), *lines(second, rules())):
        both[line.code] = both.get(line.code, 0) + line.fen
    assert {k: v for k, v in both.items() if v} == {x.code: x.fen for x in lines(once, rules())}


@given(any_facts(), any_facts(), st.sampled_from(KINDS))
@QUICK
def test_every_line_opens_old_and_new_figures(base: PayFacts, seen: PayFacts, kind: str) -> None:
    applied = apply(base, seen, [cause(kind)])
    for line in lines(applied, rules()):
        told = trace(applied[0], rules(), line)
        assert told.value == Money(line.fen).yuan()
        assert "¥" not in told.words
        if line.code == code_of(Month(2026, 11), kind):
            assert sum(Money.of(p.value).fen for p in told.parts) == line.fen
            for part in told.parts:
                old, new = part.parts
                assert Money.of(new.value).fen - Money.of(old.value).fen == Money.of(part.value).fen


def test_the_tax_is_that_of_the_month_of_payment() -> None:
    """补发 10,000 在下一期:应税多 10,000,个税按累计:税率 10%,多 1,000.00;那个月的税不重算。"""
    base = facts()
    (line,) = lines(apply(base, base._replace(wages=(Wage(1, 2000000),)), [cause("wage")]), rules())
    assert line.fen == 1000000
    ledger = TaxFacts(income=11000000, insurance=1925000, withheld=130500, months=tuple(range(1, 12)))
    plain = compute(facts(tax=ledger), rules())
    paid = compute(facts(tax=ledger, adjustments=(line,)), rules())
    assert paid.taxable_income - plain.taxable_income == 1000000
    assert (plain.tax_fen, paid.tax_fen) == (
        _tax(11000000 + 1000000 - 1925000 - 175000),
        _tax(12000000 - 2100000 + 1000000),
    )


def _tax(before_allowance: int) -> int:
    """手算:年度表前两级,减除 60,000(十二个月),已扣 1,305.00。"""
    taxable = before_allowance - 6000000
    due = taxable * 3 // 100 if taxable <= 3600000 else taxable // 10 - 252000
    return due - 130500


def test_an_insurance_line_is_deducted_before_tax() -> None:
    line = lines(apply(facts(), _with_base(1200000), [cause("insurance")]), rules())[0]
    plain, paid = compute(facts(), rules()), compute(facts(adjustments=(line,)), rules())
    assert paid.insurance_fen - plain.insurance_fen == 35000
    assert paid.deductible - plain.deductible == 35000
    assert paid.gross_fen == plain.gross_fen


def _with_base(fen: int) -> PayFacts:
    one = facts()
    assert one.insured is not None
    return one._replace(insured=one.insured._replace(social_base=fen, housing_base=fen))


@pytest.mark.parametrize("code", ["base", "arrears_x", "arrears_20261_punch"])
def test_other_codes_are_no_arrears(code: str) -> None:
    with pytest.raises(BadInput):
        parse_code(code)


def test_codes_read_back() -> None:
    assert parse_code("arrears_202609_punch") == (Month(2026, 9), "punch", "")
    assert parse_code("arrears_202609_insurance_ins") == (Month(2026, 9), "insurance", "_ins")


def test_one_who_was_not_employed_gives_back_the_whole_month() -> None:
    """十一月其实已经离职:应发、社保整月退回,一分不差;再知道弄错了,又整月补上。"""
    base = facts()
    back = lines(apply(base, None, [cause("dismissal")]), rules())
    slip = compute(base, rules())
    assert sum(x.fen for x in back if x.section == "deduction") == -slip.gross_fen
    assert sum(x.fen for x in back if x.section == "insurance") == slip.insurance_fen
    assert back[0].label.startswith("扣回11月工资")
    again = lines(apply(None, base, [cause("dismissal")]), rules())
    assert {x.code: x.fen for x in again} == {x.code: -x.fen for x in back}
    told = trace(apply(base, None, [cause("dismissal")])[0], rules(), back[0])
    assert sum(Money.of(p.value).fen for p in told.parts) == back[0].fen
