"""新旧并行 parallel:旧表怎么算的,就归到那个缘由;证明不了的不猜。旧表的数都由另外的办法手算或换口径得来。"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.money import round_half_up
from engine.parallel import Cause, Comparer, amounts_of, is_negative, variants
from engine.pay import compute
from engine.pay_facts import Adjustment, Attended, Insured, LeaveTaken, OvertimeWorked, PayFacts, TaxFacts, Wage
from tests.engine.pay_world import any_facts, facts, rules

EXTRA = {"input_commission": ("提成", "earning"), "input_after_tax": ("税后扣款", "after_tax")}
HOME = Comparer(rules(), EXTRA)
ABSENT = facts(leaves=(LeaveTaken("personal", (1, 1), 3),))


def old_of(one: PayFacts, **changes: int) -> dict[str, int]:
    """旧表:与我们一样,改几行(分,我们的符号)。"""
    return amounts_of(compute(one, rules())) | changes


def causes(one: PayFacts, old: dict[str, int]) -> dict[str, Cause]:
    return {d.code: d.cause for d in HOME.compare(old, one, compute(one, rules()))}


def test_equal_lines_are_not_listed():
    assert HOME.compare(old_of(ABSENT), ABSENT, compute(ABSENT, rules())) == ()


def test_another_divisor_is_found_by_computing_it_again():
    """事假一天:我们 10,000 ÷ 21.75 = 459.77;旧表按当月 21 个工作日 476.19,按 30 天 333.33。"""
    assert old_of(ABSENT)["personal_leave"] == -45977
    for fen, words in ((-47619, "当月工作日"), (-33333, "自然日")):
        (found,) = HOME.compare({"personal_leave": fen}, ABSENT, compute(ABSENT, rules()))
        assert (found.cause, words in found.say, found.fen) == (Cause.METHOD, True, -45977 - fen)


def test_overtime_by_2067_is_another_method():
    """周末加班 8 小时 × 200%:÷ 20.67 ÷ 8 是 967.59;我们 ÷ 21.75 ÷ 8 是 919.54。"""
    one = facts(overtime=(OvertimeWorked("rest_day", 480),))
    old = round_half_up(1000000 * 2 * 100, 2067)
    assert (old, old_of(one)["overtime_rest_day"]) == (96759, 91954)
    assert causes(one, {"overtime_rest_day": old}) == {"overtime_rest_day": Cause.METHOD}


def test_a_joiner_s_wage_by_calendar_days_is_another_method_and_the_whole_wage_is_the_base():
    one = facts(first_day=16)
    assert causes(one, {"base": 1000000 * 15 // 30}) == {"base": Cause.METHOD}
    assert causes(one, {"base": 1000000}) == {"base": Cause.BASE}


def test_the_wage_itself_differs():
    assert causes(facts(), {"base": 950000}) == {"base": Cause.BASE}


def test_one_fen_is_rounding():
    assert causes(ABSENT, {"personal_leave": -45978}) == {"personal_leave": Cause.ROUNDING}


def test_what_was_not_entered():
    given_ = facts(adjustments=(Adjustment("input_commission", "提成", "earning", 5000, True, "x"),))
    assert causes(facts(), {"input_commission": 5000}) == {"input_commission": Cause.MISSING_INPUT}
    assert causes(given_, {"input_commission": 0}) == {"input_commission": Cause.MISSING_INPUT}
    assert causes(given_, {"input_commission": 7000}) == {"input_commission": Cause.UNKNOWN}


def test_insurance_by_rounding_base_and_the_base_told_by_two_lines():
    """基数 10,003.00:养老 8% 是 800.24,见分进角 800.30;按月工资 9,000.00 是 720.00。"""
    one = facts(insured=Insured("上海", 1000300, 1000300, "0.07", "0.00"), wages=(Wage(1, 900000),))
    assert old_of(one)["ins_pension"] == -80024
    assert causes(one, {"ins_pension": -80030}) == {"ins_pension": Cause.ROUNDING}
    assert causes(one, {"ins_pension": -72000}) == {"ins_pension": Cause.BASE}
    # 两个险种都合 8,800.00:养老 704.00,医疗 176.00,失业 44.00
    told = {"ins_pension": -70400, "ins_medical": -17600, "ins_unemployment": -4400}
    assert set(causes(one, told).values()) == {Cause.BASE}
    assert causes(one, {"ins_pension": -70400}) == {"ins_pension": Cause.UNKNOWN}
    assert causes(one, {"ins_pension": 0}) == {"ins_pension": Cause.BASE}
    assert causes(facts(insured=None), {"ins_pension": -80000}) == {"ins_pension": Cause.BASE}


def test_tax_follows_when_income_explains_it():
    """累计应税 110,000 + 10,000 − 60,000 − 19,250 − 1,750 = 39,000;旧表多 1,000 的提成,在 10% 一档,税多 100.00。"""
    one = facts()
    own = compute(one, rules())
    more = compute(
        one._replace(adjustments=(Adjustment("input_commission", "提成", "earning", 100000, True, ""),)), rules()
    )
    assert more.tax_fen - own.tax_fen == 10000
    old = amounts_of(own)
    rich = old | {"input_commission": 100000, "gross": old["gross"] + 100000, "iit": old["iit"] - 10000}
    found = causes(one, rich | {"net": old["net"] + 90000})
    assert found == {
        "input_commission": Cause.MISSING_INPUT,
        "gross": Cause.FOLLOWS,
        "iit": Cause.FOLLOWS,
        "net": Cause.FOLLOWS,
    }


def test_tax_that_was_not_cumulated_and_deductions_left_out():
    """按月:10,000 − 5,000 − 1,750 = 3,250 × 3% = 97.50;再不减 2,000 的专项就是另一个数。"""
    ledger = TaxFacts(
        income=11000000, insurance=1925000, withheld=130500, months=tuple(range(1, 12)), new_special=200000
    )
    one = facts(tax=ledger)
    own = compute(one, rules())
    alone = (1000000 - 500000 - own.deductible - 200000) * 3 // 100
    assert causes(one, {"iit": -alone}) == {"iit": Cause.TAX_YTD}
    without = compute(one._replace(tax=ledger._replace(new_special=0)), rules()).tax_fen
    assert without != own.tax_fen
    assert causes(one, {"iit": -without}) == {"iit": Cause.MISSING_INPUT}
    assert causes(one, {"iit": -12345}) == {"iit": Cause.UNKNOWN}


def test_totals_follow_their_lines_or_say_what_is_left():
    old = old_of(ABSENT, personal_leave=-47619)
    moved = old | {"gross": old["gross"] - 1642, "net": old["net"] - 1642}
    found = causes(ABSENT, moved)
    assert (found["personal_leave"], found["gross"], found["net"]) == (Cause.METHOD, Cause.FOLLOWS, Cause.FOLLOWS)
    (net,) = [
        d for d in HOME.compare(old | {"net": old["net"] - 99}, ABSENT, compute(ABSENT, rules())) if d.code == "net"
    ]
    assert net.cause is Cause.UNKNOWN


def test_signs_of_sections():
    assert [is_negative(c, rules(), EXTRA) for c in ("base", "personal_leave", "iit", "ins_pension", "insurance")] == [
        False,
        True,
        True,
        True,
        True,
    ]
    assert is_negative("input_after_tax", rules(), EXTRA)
    assert not is_negative("input_commission", rules(), EXTRA)


def test_every_variant_is_another_rule():
    labels = [one.label for one in variants(rules())]
    assert len(labels) == len(set(labels)) > 20
    assert all(one.rules.terms != rules().terms for one in variants(rules()))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(any_facts(), st.integers(0, 30))
def test_a_known_other_method_is_never_called_unknown(one: PayFacts, which: int):
    """旧表就是换了一个口径算的:应发各行都归得出来(口径、取整或随别的行变),没有“还不知道”。"""
    other = HOME.variants[which % len(HOME.variants)]
    one = one._replace(  # 几分钱的工资,各种口径取整之后分不出来;应发要够缴社保个税
        wages=tuple(wage._replace(fen=wage.fen + 1_000_000) for wage in one.wages), insured=None, adjustments=()
    )
    if one.attended.absent_days[0] or not one.attended.late_minutes:
        one = one._replace(attended=Attended((21, 1), (21, 1)))
    old = {c: f for c, f in amounts_of(compute(one, other.rules)).items() if not c.startswith("ins_")}
    slip = compute(one, rules())
    found = HOME.compare(old, one, slip)
    lines = {d.code: d.cause for d in found if d.code not in ("iit", "net", "insurance")}
    assert Cause.UNKNOWN not in lines.values()


@settings(max_examples=40, deadline=None)
@given(
    any_facts(),
    st.dictionaries(st.sampled_from(["base", "meal", "iit", "ins_pension", "gross", "net"]), st.integers(-9999, 9999)),
)
def test_differences_are_exactly_what_differs(one: PayFacts, changes: dict[str, int]):
    own = amounts_of(compute(one, rules()))
    old = own | {code: own.get(code, 0) + fen for code, fen in changes.items()}
    found = {d.code: d.fen for d in HOME.compare(old, one, compute(one, rules()))}
    assert found == {code: -fen for code, fen in changes.items() if fen}


def test_the_variant_of_26_days_is_exact():
    """÷ 26 的事假:10,000 ÷ 26 = 384.615… → 384.62。"""
    policy = next(v for v in HOME.variants if "÷ 26" in v.label and "减法" in v.label and "取整" not in v.label)
    assert amounts_of(compute(ABSENT, policy.rules))["personal_leave"] == -round_half_up(1000000, 26)
    assert Fraction(policy.rules.terms.personal.divide.pay_days) == Decimal(26)


@pytest.mark.parametrize("code", ["gross", "net", "insurance"])
def test_totals_alone_cannot_be_explained(code: str):
    own = old_of(facts())
    assert causes(facts(), {code: own[code] + 500})[code] is Cause.UNKNOWN
