"""经济补偿与年限:一个月一个月走的另一种数法,封顶、免税、来处。"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.policies import shipped
from engine.days import add_months
from engine.errors import BadInput
from engine.money import Money
from engine.service import full_months, half_years_rounded
from engine.severance import KindOfEnd, Leaving, LocalWages, severance, severance_tax, tax_trace, trace
from tests.engine.second_way import half_up, tax_by_steps

DAY = date(2026, 6, 30)
RULES = shipped().compliance.severance.on(DAY)
TABLE = shipped().withholding.on(DAY).table
LOCAL = LocalWages(Money.of("12000.00"), Money.of("144000.00"))
DATES = st.dates(date(2000, 1, 1), date(2026, 12, 31))


def walked(since: date, until: date) -> int:
    """一个月一个月往前走,走得到的就是满了的。"""
    months = 0
    while add_months(since, months + 1) <= until + timedelta(days=1):
        months += 1
    return months


@given(DATES, st.integers(0, 10_000))
def test_months_are_counted_by_walking(since: date, span: int) -> None:
    until = since + timedelta(days=span)
    months = walked(since, until)
    assert full_months(since, until) == months
    years, rest = months // 12, months % 12
    last_anniversary = add_months(since, years * 12)
    extra = Fraction(1) if rest >= 6 else Fraction(1, 2) if last_anniversary <= until else Fraction(0)
    assert half_years_rounded(since, until) == years + extra


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 27), 1),
        (date(2026, 1, 31), date(2026, 2, 26), 0),
        (date(2024, 2, 29), date(2025, 2, 27), 12),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
        (date(2026, 1, 1), date(2026, 12, 31), 12),
    ],
)
def test_month_ends(since: date, until: date, months: int) -> None:
    assert full_months(since, until) == months


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        full_months(date(2026, 1, 2), date(2026, 1, 1))
    assert caught.value.code == "END_BEFORE_START"
    assert caught.value.say == "结束的日子早于开始的日子。请您看一下起止日期,改好后再来。"


def leaving(**more: object) -> Leaving:
    given_: dict[str, object] = {
        "service_from": date(2023, 3, 1), "service_to": DAY, "average": Money.of("15000.00"), "kind": KindOfEnd.DUE,
    }  # fmt: skip
    return Leaving(**(given_ | more))  # type: ignore[arg-type]


@example(date(2000, 1, 1), 9_000, 3_600_000, KindOfEnd.DUE)
@example(date(2000, 1, 1), 9_000, 3_600_001, KindOfEnd.DUE)
@given(DATES, st.integers(0, 9_000), st.integers(0, 10_000_000), st.sampled_from(KindOfEnd))
def test_severance_is_months_times_the_capped_wage(since: date, span: int, average: int, kind: KindOfEnd) -> None:
    own = leaving(service_from=since, service_to=since + timedelta(days=span), average=Money(average), kind=kind)
    found = severance(own, LOCAL, RULES)
    assert found.uncapped == half_years_rounded(own.service_from, own.service_to)
    if average > 3_600_000:
        assert found.capped and found.wage == 3_600_000 and found.months == min(found.uncapped, 12)
    else:
        assert not found.capped and found.wage == average and found.months == found.uncapped
    times = {KindOfEnd.DUE: 1, KindOfEnd.UNLAWFUL: 2, KindOfEnd.NONE: 0}[kind]
    assert found.compensation.fen == half_up(found.wage * found.months * times)


@given(st.integers(0, 200_000_000), st.integers(0, 5_000_000), st.booleans())
def test_only_what_is_above_the_limit_is_taxed(average: int, last: int, pool: bool) -> None:
    long = date(2000, 1, 1)
    own = leaving(average=Money(min(average, 3_600_000)), service_from=long, notice_due=True, last_wage=Money(last))
    found = severance(own, LOCAL, RULES)
    taxed = severance_tax(found, LOCAL, RULES, TABLE, pool)
    over = max(found.compensation.fen + (last if pool else 0) - 43_200_000, 0)
    assert (taxed.taxable.fen, taxed.tax.fen) == (over, half_up(tax_by_steps(over)))


def test_notice_pay_needs_to_be_due() -> None:
    wage = Money.of("11000.00")
    assert severance(leaving(last_wage=wage), LOCAL, RULES).notice == Money(0)
    assert severance(leaving(last_wage=wage, notice_due=True), LOCAL, RULES).notice == wage


def test_the_minimum_wage_lifts_the_average() -> None:
    local = LocalWages(LOCAL.average_month, LOCAL.average_year, Money.of("2740.00"))
    found = severance(leaving(average=Money.of("2000.00")), local, RULES)
    assert (int(found.wage), found.compensation.yuan()) == (274_000, "9590.00")
    assert "低于最低工资,按 ¥2,740.00" in trace(found, RULES).say


def test_the_trace_says_how() -> None:
    plain = trace(severance(leaving(), LOCAL, RULES), RULES, ("contract:9",))
    assert plain.say.endswith("计 3.5 个月:¥15,000.00 × 3.5 = ¥52,500.00")
    assert (plain.value, plain.rule) == ("52500.00", "compliance.severance@2019-01-01")
    assert plain.all_evidence() == ["contract:9"]
    capped = severance(leaving(average=Money.of("60000.00"), service_from=date(2010, 1, 1), kind=KindOfEnd.UNLAWFUL,
                               notice_due=True, last_wage=Money.of("50000.00")), LOCAL, RULES)  # fmt: skip
    why = trace(capped, RULES)
    assert "高于当地月平均工资的 3 倍,按 ¥36,000.00、最多 12 个月" in why.say
    assert why.say.endswith("¥36,000.00 × 12 × 2 = ¥864,000.00;另付代通知金 ¥50,000.00,合计 ¥914,000.00")
    assert (why.value, why.words) == ("914000.00", "违法解除赔偿金:计 12 个月,已按三倍与十二年封顶")
    assert why.parts[-1].label == "代通知金(上月工资)"
    none = trace(severance(leaving(kind=KindOfEnd.NONE), LOCAL, RULES), RULES)
    assert none.say.endswith("这种情形不付") and none.value == "0.00"
    taxed = tax_trace(severance_tax(capped, LOCAL, RULES, TABLE, True), RULES)
    # 864000+50000−432000=482000×30%−52920=91680
    assert taxed.value == "91680.00"
    assert "¥914,000.00 − 免税额 ¥432,000.00 = ¥482,000.00,× 30% − 速算扣除数 ¥52,920.00 = ¥91,680.00" in taxed.say
    free = tax_trace(severance_tax(severance(leaving(), LOCAL, RULES), LOCAL, RULES, TABLE, True), RULES)
    assert "不交个税" in free.say
    for one in (plain, why, none, taxed, free):
        assert not any(sign in node.words for node in one.walk() for sign in "¥元")
