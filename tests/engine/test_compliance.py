"""用工合规:另一种数法、界上的一天、来处的话里不带金额。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policies import shipped
from engine.compliance import (
    MedicalStep,
    MinimumTerms,
    OvertimeCap,
    WageItem,
    cap_trace,
    medical_period,
    medical_trace,
    minimum_trace,
    minimum_wage,
    overtime_cap,
    overtime_shortfall,
    shortfall_trace,
)
from engine.compliance_contract import (
    Contract,
    ContractKind,
    Probation,
    StartDay,
    UnwrittenRules,
    WrittenState,
    alert_trace,
    alert_window,
    check_probation,
    contract_alerts,
    no_written_contract,
    probation_trace,
    unwritten_trace,
)
from engine.days import Month, add_months
from engine.errors import NotReady
from engine.money import Money
from engine.overtime import OvertimeKind, OvertimeRules
from engine.trace import Trace

TERMS = shipped().compliance
DAY = date(2026, 1, 1)
UNWRITTEN = TERMS.no_written_contract.on(DAY)
PROBATION = TERMS.probation.on(DAY)
WAGE = Money.of("9000.00")
DATES = st.dates(date(2023, 1, 1), date(2027, 12, 31))


def silent(trace: Trace) -> bool:
    """给聊天的话里没有金额。"""
    return not any(sign in node.words for node in trace.walk() for sign in "¥元")


# ── 合同到期 ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("left", "sent", "window"),
    [
        (61, (), None), (60, (), 60), (31, (), 60), (30, (), 30), (8, (60,), 30), (7, (), 7), (0, (60, 30), 7),
        (60, (60,), None), (25, (30,), None), (25, (60,), 30), (5, (60, 30, 7), None), (25, (7,), 30), (40, (30,), 60),
    ],
)  # fmt: skip
def test_only_the_tightest_window_is_sent_once(left: int, sent: tuple[int, ...], window: int | None) -> None:
    assert alert_window(left, (60, 30, 7), frozenset(sent)) == window


def test_the_day_after_the_end_is_said_at_once() -> None:
    rules = TERMS.renewal.on(DAY)
    ends = [date(2026, 9, 1), date(2026, 8, 31), None]
    contracts = [Contract(str(end), end, frozenset({60, 30, 7})) for end in ends]
    (only,) = contract_alerts(contracts, date(2026, 9, 1), (60, 30, 7), rules)
    assert (only.code, only.days_left) == ("EXPIRED_UNRENEWED", -1)
    assert "已过 1 天未续签" in alert_trace(only).say


@pytest.mark.parametrize(("terms", "years", "right"), [(1, "9.9", False), (2, "0", True), (0, "10", True)])
def test_who_may_ask_for_open_ended(terms: int, years: str, right: bool) -> None:
    contract = Contract("A", date(2026, 9, 8), fixed_terms_signed=terms, years_of_service=Fraction(years))
    (only,) = contract_alerts([contract], date(2026, 9, 1), (60, 30, 7), TERMS.renewal.on(DAY))
    assert only.open_ended is right
    assert ("无固定期限" in alert_trace(only).say) is right


# ── 未签书面合同 ──────────────────────────────────────────────────────


def owed_day_by_day(hired: date, signed: date | None, today: date) -> dict[Month, int]:
    """一天一天看该不该付:满一个月起、签之前、不过今天、不到满一年。"""
    out: dict[Month, int] = {}
    for n in range(400):
        day = hired + timedelta(days=n)
        unsigned = signed is None or day < signed
        if add_months(hired, 1) <= day <= today and unsigned and day < add_months(hired, 12):
            out[Month.of(day)] = out.get(Month.of(day), 0) + 1
    return out


@given(DATES, st.one_of(st.none(), st.integers(-10, 500)), st.integers(0, 600))
def test_the_second_wage_counted_day_by_day(hired: date, signed_after: int | None, today_after: int) -> None:
    today = hired + timedelta(days=today_after)
    signed = None if signed_after is None else hired + timedelta(days=signed_after)
    found = no_written_contract(hired, signed, today, lambda _: WAGE, UNWRITTEN)
    owed = owed_day_by_day(hired, signed, today)
    assert {m.month: m.days for m in found.months} == owed
    assert found.extra.fen == sum(m.extra.fen for m in found.months)
    for m in found.months:
        if m.days == m.of:
            assert m.extra == WAGE
    assert (found.first is None) == (not owed)
    if owed:
        assert found.state in (WrittenState.DOUBLE_PAY_DUE, WrittenState.DEEMED_OPEN_ENDED)


@pytest.mark.parametrize(
    ("signed", "today", "state"),
    [
        (date(2026, 2, 1), date(2026, 6, 1), WrittenState.IN_TIME),
        (date(2026, 2, 2), date(2026, 6, 1), WrittenState.DOUBLE_PAY_DUE),
        (None, date(2026, 1, 31), WrittenState.WITHIN_ONE_MONTH),
        (None, date(2026, 2, 1), WrittenState.DOUBLE_PAY_DUE),
        (None, date(2026, 12, 31), WrittenState.DOUBLE_PAY_DUE),
        (None, date(2027, 1, 1), WrittenState.DEEMED_OPEN_ENDED),
        (date(2027, 1, 1), date(2027, 6, 1), WrittenState.DEEMED_OPEN_ENDED),
        (date(2026, 12, 31), date(2027, 6, 1), WrittenState.DOUBLE_PAY_DUE),
        (date(2026, 5, 1), date(2026, 1, 20), WrittenState.WITHIN_ONE_MONTH),
    ],
)
def test_the_states_on_their_border_days(signed: date | None, today: date, state: WrittenState) -> None:
    """2026年1月1日入职:满一个月是 2 月 1 日,满一年是次年 1 月 1 日;以后才签的当作还没签。"""
    assert no_written_contract(date(2026, 1, 1), signed, today, lambda _: WAGE, UNWRITTEN).state is state


def test_the_other_reading_starts_a_day_later() -> None:
    later = UnwrittenRules(UNWRITTEN.grace_months, UNWRITTEN.deemed_months, StartDay.NEXT_DAY)
    args = (date(2026, 1, 1), None, date(2026, 2, 10), lambda _: Money.of("2800.00"))
    assert no_written_contract(*args, UNWRITTEN).extra.yuan() == "1000.00"
    assert no_written_contract(*args, later).extra.yuan() == "900.00"


def test_how_the_second_wage_is_taxed_is_named() -> None:
    found = no_written_contract(date(2026, 1, 1), None, date(2026, 2, 10), lambda _: WAGE, UNWRITTEN)
    said = unwritten_trace(found, replace(UNWRITTEN, taxed="二倍工资差额怎么计税:按工资薪金计税")).say
    assert said.endswith(";二倍工资差额怎么计税:按工资薪金计税")


def test_the_trace_of_the_second_wage() -> None:
    found = no_written_contract(date(2026, 1, 15), date(2026, 5, 20), date(2026, 6, 1), lambda _: WAGE, UNWRITTEN)
    why = unwritten_trace(found, UNWRITTEN)
    assert why.value == "28016.13"
    assert why.parts[-1].say == "2026年5月:¥9,000.00 × 19 ÷ 31 = ¥5,516.13"
    assert silent(why)


# ── 试用期 ────────────────────────────────────────────────────────────


def probation(**more: object) -> Probation:
    given_: dict[str, object] = {
        "kind": ContractKind.FIXED, "start": DAY, "end": date(2028, 12, 31), "until": date(2026, 6, 30),
        "wage": Money.of("8000.00"), "contract_wage": Money.of("10000.00"), "minimum_wage": Money.of("2740.00"),
    }  # fmt: skip
    return Probation(**(given_ | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("months", "day_less", "most"),
    [(3, True, 0), (3, False, 1), (12, True, 1), (12, False, 2), (36, True, 2), (36, False, 6), (60, False, 6)],
)
def test_the_length_follows_the_term(months: int, day_less: bool, most: int) -> None:
    """合同的最后一天算在内:1月1日到 12月31日正好一年,属于“一年以上”。"""
    end = add_months(DAY, months) - timedelta(days=2 if day_less else 1)
    found = check_probation(probation(end=end, until=None), PROBATION)
    assert found.most == most
    assert found.last_lawful == (add_months(DAY, most) - timedelta(days=1) if most else None)
    assert (found.days_over, found.findings) == (0, ())


@pytest.mark.parametrize(("kind", "most"), [(ContractKind.TASK, 0), (ContractKind.OPEN_ENDED, 6)])
def test_tasks_have_none_and_open_ended_six(kind: ContractKind, most: int) -> None:
    assert check_probation(probation(kind=kind, end=date(2026, 12, 31)), PROBATION).most == most
    assert check_probation(probation(kind=kind, end=None), PROBATION).most == most


@pytest.mark.parametrize(
    ("wage", "lowest", "minimum", "floor", "low"),
    [
        ("8000.00", None, "2740.00", "8000.00", False),
        ("7999.99", None, "2740.00", "8000.00", True),
        ("5000.00", "6000.00", "2740.00", "4800.00", False),
        ("7999.99", "20000.00", "2740.00", "8000.00", True),
        ("8100.00", None, "8100.01", "8100.01", True),
    ],
)
def test_the_wage_floor(wage: str, lowest: str | None, minimum: str, floor: str, low: bool) -> None:
    own = probation(
        wage=Money.of(wage), minimum_wage=Money.of(minimum), post_lowest=Money.of(lowest) if lowest else None
    )
    found = check_probation(own, PROBATION)
    assert found.floor.yuan() == floor
    assert ("PROBATION_WAGE_TOO_LOW" in found.findings) is low
    why = probation_trace(own, found, PROBATION)
    assert ("低于下限" in why.words) is low
    assert silent(why)


def test_the_trace_of_a_probation_that_is_too_long() -> None:
    task = probation(kind=ContractKind.TASK, until=date(2026, 1, 10))
    found = check_probation(task, PROBATION)
    assert (found.days_over, found.findings) == (10, ("PROBATION_TOO_LONG",))
    assert probation_trace(task, found, PROBATION).say == "这样的合同不得约定试用期,超了 10 天"


# ── 加班上限、最低工资、差额、医疗期 ─────────────────────────────────────


CAP = OvertimeCap(Decimal(1), Decimal(3), Decimal(36))


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 100).map(Decimal)), st.sets(st.sampled_from("abcd")))
def test_only_the_counted_kinds_count(hours: dict[str, Decimal], counts: set[str]) -> None:
    found = overtime_cap(hours, counts, (), CAP)
    total = sum(int(v) for k, v in hours.items() if k in counts)
    assert (found.counted, found.over) == (Fraction(total), Fraction(max(total - 36, 0)))


def test_the_days_above_the_daily_caps() -> None:
    daily = [(DAY + timedelta(days=i), Decimal(h)) for i, h in enumerate(("1", "1.01", "3", "3.01"))]
    found = overtime_cap({"workday": Decimal("36.5")}, {"workday"}, daily, CAP)
    assert found.days_reason == (daily[1][0], daily[2][0])
    assert found.days_over == (daily[3][0],)
    say = cap_trace(found, CAP).say
    assert (
        say
        == "计入上限的加班 36.5 小时,每月最多 36 小时,超了 0.5 小时;1 天超过每日 3 小时;2 天超过 1 小时,要有特殊原因"
    )
    quiet = overtime_cap({"workday": Decimal(36)}, {"workday"}, (), CAP)
    assert cap_trace(quiet, CAP).say == "计入上限的加班 36 小时,每月最多 36 小时"


ITEMS = (WageItem("base", "regular", Money.of("3000.00")), WageItem("heat", "special_environment", Money.of("300.00")))


@pytest.mark.parametrize(
    ("after", "ratio", "comparable", "floor", "short"),
    [
        (False, "1", "3000.00", "2740.00", "0.00"),
        (True, "1", "2600.00", "2740.00", "140.00"),
        (True, "0.5", "2600.00", "1370.00", "0.00"),
        (True, "0.9490", "2600.00", "2600.26", "0.26"),
    ],
)
def test_the_minimum_wage(after: bool, ratio: str, comparable: str, floor: str, short: str) -> None:
    terms = MinimumTerms(Money.of("2740.00"), frozenset({"special_environment"}), after)
    found = minimum_wage(ITEMS, Money.of("400.00"), terms, Fraction(ratio))
    assert [m.yuan() for m in (found.comparable, found.floor, found.shortfall)] == [comparable, floor, short]
    assert found.excluded == ("heat",)
    why = minimum_trace(found, ITEMS)
    assert ("请补足" in why.words) is (short != "0.00")
    assert "没有计入:heat" in why.say
    assert silent(why)


def test_the_shortfall_of_overtime() -> None:
    rules = OvertimeRules(shipped().overtime.on(DAY).multipliers, Decimal("21.75"), Decimal(8))
    hours = {OvertimeKind.STATUTORY: Decimal(1), OvertimeKind.WORKDAY: Decimal(2), OvertimeKind.REST_DAY: Decimal(0)}
    found = overtime_shortfall(Money.of("8700.00"), hours, Money.of("299.99"), rules)
    assert [(line.kind, line.amount.yuan()) for line in found.lines] == [
        (OvertimeKind.WORKDAY, "150.00"),
        (OvertimeKind.STATUTORY, "150.00"),
    ]
    assert (found.due.yuan(), found.short.yuan()) == ("300.00", "0.01")
    assert shortfall_trace(found).say == "应付 ¥300.00,已付 ¥299.99,少付 ¥0.01,请补发"
    paid = overtime_shortfall(Money.of("8700.00"), hours, Money.of("300.00"), rules)
    assert (paid.short, shortfall_trace(paid).words) == (Money(0), "加班费没有少付")


@pytest.mark.parametrize(
    ("total", "unit", "months", "window"),
    [
        ("0", "0", 3, 6), ("9.99", "4.99", 3, 6), ("9.99", "5", 6, 12), ("10", "0", 6, 12), ("10", "5", 9, 15),
        ("30", "9.9", 9, 15), ("10", "10", 12, 18), ("15", "15", 18, 24), ("19.9", "19.9", 18, 24), ("20", "20", 24, 30),
    ],
)  # fmt: skip
def test_the_medical_period(total: str, unit: str, months: int, window: int) -> None:
    found = medical_period(Fraction(total), Fraction(unit), date(2026, 3, 5), TERMS.medical_period.on(DAY))
    assert (found.months, found.window) == (months, window)
    assert found.window_end == add_months(date(2026, 3, 5), window) - timedelta(days=1)
    assert f"医疗期 {months} 个月" in medical_trace(found).say


def test_a_medical_table_without_a_fitting_step_is_said() -> None:
    with pytest.raises(NotReady) as caught:
        medical_period(Fraction(3), Fraction(3), DAY, (MedicalStep(10, 0, 6, 12),))
    assert caught.value.code == "RULE_MISSING"
