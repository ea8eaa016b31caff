"""社保公积金:另一种算法(Decimal 逐步)、取整的陷阱、免税限额、补缴、解释。"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policies import shipped
from engine.city import OwnRates, insurance_lines
from engine.days import Month
from engine.errors import BadInput, NotReady
from engine.insurance import (
    BaseKind,
    DeclaredBase,
    InsuranceLine,
    Paid,
    Rounding,
    SchemeVersion,
    arrears,
    arrears_total,
    arrears_trace,
    bases_for,
    contribute,
    contribute_all,
    differences,
    lines_for,
    trace,
)

RATES = st.integers(0, 2000).map(lambda n: Decimal(n) / Decimal(10000))
JULY = Month(2026, 7).first


def line(**more: object) -> InsuranceLine:
    given_: dict[str, object] = {"code": "x", "label": "险种", "base_kind": BaseKind.SOCIAL}
    given_ |= {"employee_rate": Decimal("0.08"), "employer_rate": Decimal("0.16"), **more}
    return InsuranceLine(**given_)  # type: ignore[arg-type]


@given(st.integers(0, 10**7), RATES, st.integers(0, 10**4), st.sampled_from(Rounding))
def test_a_share_equals_decimal_step_by_step(base: int, rate: Decimal, fixed: int, rounding: Rounding) -> None:
    exact = Decimal(base) * rate + fixed
    expected = {
        Rounding.FEN_HALF_UP: exact.quantize(Decimal(1), ROUND_HALF_UP),
        Rounding.YUAN_HALF_UP: (exact / 100).quantize(Decimal(1), ROUND_HALF_UP) * 100,
        Rounding.JIAO_UP: (exact / 10).quantize(Decimal(1), ROUND_CEILING) * 10,
    }[rounding]
    one = line(employee_rate=rate, employee_fixed=fixed, rounding=rounding)
    assert contribute(one, base).employee == expected


@given(st.integers(0, 10**7), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_base_lies_between_its_bounds(declared: int, floor: int, width: int) -> None:
    found = line(floor=floor, cap=floor + width).base(declared)
    assert floor <= found <= floor + width
    assert found == declared or found in (floor, floor + width)
    assert line(floor=0, cap=None).base(declared) == declared


def test_the_trace_of_arrears_names_months_and_sides() -> None:
    july = Month(2026, 7)
    due = contribute_all([line(code="pension", label="养老保险")], {BaseKind.SOCIAL: 500_000})
    months = [(july, due), (Month(2026, 8), due)]
    paid = [Paid(july, "pension", 36_000, 72_000), Paid(Month(2026, 8), "pension", 41_000, 80_000)]
    found = arrears(months, paid)
    # 应缴个人 400、单位 800:七月差 40、80,八月多缴 10、单位不差。
    assert arrears_total(found) == (3_000, 8_000)
    own = arrears_trace(found, {"pension": "养老保险"})
    assert (own.value, own.words) == ("30.00", "2 个月的社保公积金补缴(个人)")
    assert [part.say for part in own.parts] == [
        "2026年7月养老保险补缴(个人)¥40.00",
        "2026年8月养老保险多缴退回(个人)¥10.00",
    ]
    assert own.all_evidence() == ["paid:2026-07:pension", "paid:2026-08:pension"]
    assert arrears_trace(found, {}, employer=True).value == "80.00"


def test_half_a_fen_goes_up() -> None:
    """21.605 → 21.61,不是 21.60(陷阱 2)。"""
    assert contribute(line(employee_rate=Decimal("0.005")), 432100).employee == 2161


def test_the_supplementary_fund_is_rounded_by_itself() -> None:
    """7% 与 5% 分开取整到元,再相加;合起来按 12% 取整会差一元(陷阱 14)。"""
    rates = OwnRates(Decimal("0.07"), Decimal("0.05"), {"injury": Decimal("0.002")})
    lines = [x for x in insurance_lines(shipped().city("上海"), JULY, rates) if x.base_kind is BaseKind.HOUSING]
    assert [x.code for x in lines] == ["housing", "housing_supplement"]
    base = 1001000  # 700.70 + 500.50 → 701 + 501;合并 1201.20 → 1201
    assert sum(contribute(x, base).employee for x in lines) == 120200


def test_a_raise_does_not_move_the_base() -> None:
    """申报基数只随申报变(陷阱 8)。"""
    declared = [
        DeclaredBase(BaseKind.SOCIAL, Month(2025, 7), 800000),
        DeclaredBase(BaseKind.SOCIAL, Month(2026, 7), 900000),
    ]
    assert bases_for(declared, Month(2026, 6)) == {BaseKind.SOCIAL: 800000}
    assert bases_for(declared, Month(2026, 7)) == {BaseKind.SOCIAL: 900000}
    assert bases_for(declared, Month(2025, 6)) == {}


def test_what_exceeds_the_limit_is_income_on_both_sides() -> None:
    fund = line(
        employee_rate=Decimal("0.14"), employer_rate=Decimal("0.10"), exempt_base_cap=3000000,
        exempt_rate_cap=Decimal("0.12"), rounding=Rounding.YUAN_HALF_UP,
    )  # fmt: skip
    share = contribute(fund, 3500000)
    assert (share.employee, share.employee_not_deductible) == (490000, 490000 - 360000)
    assert (share.employer, share.employer_added_income) == (350000, 350000 - 300000)
    below = contribute(fund, 2000000)
    assert (below.employee_not_deductible, below.employer_added_income) == (40000, 0)


def test_arrears_only_for_what_was_paid() -> None:
    result = contribute_all([line(), line(code="y")], {BaseKind.SOCIAL: 1000000})
    month = Month(2026, 7)
    found = differences(month, result, [Paid(month, "x", 79000, 161000), Paid(Month(2026, 6), "y", 0, 0)])
    assert [(d.code, d.employee, d.employer) for d in found] == [("x", 1000, -1000)]


def test_what_is_lacking_is_said() -> None:
    with pytest.raises(NotReady) as base:
        contribute_all([line(base_kind=BaseKind.HOUSING)], {BaseKind.SOCIAL: 1})
    assert base.value.code == "NO_DECLARED_BASE"
    assert base.value.say == "还没有公积金申报基数,险种算不出来。请 HR 补上申报基数。"
    with pytest.raises(NotReady) as social:
        contribute_all([line(label="养老保险")], {BaseKind.HOUSING: 1})
    assert social.value.say == "还没有社保申报基数,养老保险算不出来。请 HR 补上申报基数。"
    with pytest.raises(NotReady) as rule:
        lines_for([SchemeVersion(Month(2026, 7), ())], Month(2026, 6))
    assert rule.value.code == "RULE_MISSING"
    assert rule.value.say == "2026年6月没有有效的社保公积金规定。请 HR 在城市数据里补上。"


def test_the_city_pack_refuses_rates_outside_its_range() -> None:
    pack = shipped().city("上海")
    with pytest.raises(BadInput) as caught:
        insurance_lines(pack, JULY, OwnRates(Decimal("0.12"), Decimal(0), {"injury": Decimal("0.002")}))
    assert "5% 到 7%" in caught.value.say
    with pytest.raises(NotReady) as injury:
        insurance_lines(pack, JULY, OwnRates(Decimal("0.07")))
    assert injury.value.code == "COMPANY_RATE_MISSING"


@pytest.mark.parametrize(
    ("declared", "say", "words"),
    [
        (900000, "险种:基数 ¥9,000.00 × 8% = ¥720.00(四舍五入到分)", "按申报基数"),
        (400000, "险种:申报基数 ¥4,000.00 低于下限,按下限 ¥5,000.00 × 8% = ¥400.00(四舍五入到分)", "低于下限"),
        (9000000, "险种:申报基数 ¥90,000.00 高于上限,按上限 ¥30,000.00 × 8% = ¥2,400.00(四舍五入到分)", "高于上限"),
    ],
)
def test_the_trace_names_the_base(declared: int, say: str, words: str) -> None:
    share = contribute(line(floor=500000, cap=3000000), declared)
    found = trace(share, declared, rule="shanghai.social@2026-07-01", evidence=("import:base",))
    assert found.say == say
    assert words in found.words
    assert "¥" not in found.words
    assert found.all_evidence() == ["import:base"]


def test_arrears_of_one_fen_and_of_a_kind_without_a_name() -> None:
    """差一分也是补缴;没有中文名的写编号。"""
    month = Month(2026, 7)
    due = contribute_all([line(code="long_care")], {BaseKind.SOCIAL: 500_000})
    found = arrears([(month, due)], [Paid(month, "long_care", 39_999, 80_001)])
    own, other = arrears_trace(found, {}), arrears_trace(found, {}, employer=True)
    assert own.parts[0].say == "2026年7月long_care补缴(个人)¥0.01"
    assert other.parts[0].say == "2026年7月long_care多缴退回(单位)¥0.01"


@pytest.mark.parametrize(
    ("limits", "own", "added"),
    [
        # 10,000 × 14%:个人 1,400、单位 10% 1,000;只限比例 12%:限额 1,200
        ({"exempt_rate_cap": Decimal("0.12")}, 20000, 0),
        # 只限基数 8,000:限额 1,120 与 800
        ({"exempt_base_cap": 800000}, 28000, 20000),
        ({"exempt_base_cap": 800000, "exempt_rate_cap": Decimal("0.12")}, 44000, 20000),
        ({}, 0, 0),
    ],
)
def test_each_limit_stands_alone(limits: dict[str, object], own: int, added: int) -> None:
    fund = line(employee_rate=Decimal("0.14"), employer_rate=Decimal("0.10"), **limits)
    share = contribute(fund, 1000000)
    assert (share.employee_not_deductible, share.employer_added_income) == (own, added)
