"""加班:公开算例、手算的例子、逐分钟的另一种算法、性质。"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.quote_time import QUOTES
from engine.days import DayKind
from engine.errors import BadInput, NotReady
from engine.money import Money
from engine.overtime import (
    Approval,
    CrossMidnight,
    OvertimeKind,
    OvertimeLine,
    OvertimeRules,
    PeriodHours,
    Record,
    Settle,
    System,
    approved_records,
    comprehensive_pay,
    kind_of,
    line,
    overtime_pay,
    piece_pay,
    segments,
)
from engine.proration import Why
from engine.trace import Trace
from tests.engine.worlds import CALENDAR, at, public_cases

RULES = OvertimeRules(
    multipliers={
        OvertimeKind.WORKDAY: Decimal("1.5"),
        OvertimeKind.REST_DAY: Decimal("2"),
        OvertimeKind.STATUTORY: Decimal("3"),
    },
    pay_days=Decimal("21.75"),
    hours_per_day=Decimal("8"),
)
BASE = Money.of("8700.00")
"""时薪正好 50 元。"""


@pytest.mark.parametrize("case", public_cases("overtime"), ids=lambda case: case["id"])
def test_public_case(case):
    assert QUOTES["overtime"](case["input"]) == case["expect"]


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-10-03", OvertimeKind.STATUTORY),  # 法定节假日落在周六,仍是三倍
        ("2026-10-04", OvertimeKind.REST_DAY),  # 假期里的周日
        ("2026-10-05", OvertimeKind.REST_DAY),  # 补假
        ("2026-10-10", OvertimeKind.WORKDAY),  # 补班的周六
        ("2026-10-12", OvertimeKind.WORKDAY),
    ],
)
def test_three_kinds_of_free_day_are_kept_apart(day, kind):
    assert kind_of(date.fromisoformat(day), CALENDAR) is kind


def test_a_day_off_by_the_roster_is_a_rest_day():
    assert CALENDAR.kind(date(2026, 10, 12), frozenset()) is DayKind.ROSTER_OFF
    assert kind_of(date(2026, 10, 12), CALENDAR, frozenset()) is OvertimeKind.REST_DAY


def test_start_date_takes_the_whole_night():
    records = [Record(at("09-30 22:00"), at("10-01 02:00"))]
    rules = OvertimeRules(RULES.multipliers, RULES.pay_days, RULES.hours_per_day, CrossMidnight.START_DATE)
    assert [(s.day.day, s.kind, s.minutes) for s in segments(records, rules, CALENDAR)] == [
        (30, OvertimeKind.WORKDAY, 240)
    ]


def test_a_break_longer_than_the_last_part_eats_into_the_one_before():
    records = [Record(at("10-12 22:00"), at("10-13 00:10"), break_minutes=30)]
    assert [(s.day.day, s.minutes) for s in segments(records, RULES, CALENDAR)] == [(12, 100)]


def test_comp_leave_across_a_friday_night_is_paid_before_midnight():
    records = [Record(at("10-16 22:00"), at("10-17 01:00"), Settle.COMP_LEAVE)]
    found = segments(records, RULES, CALENDAR)
    assert [(s.kind, s.settle, s.forced) for s in found] == [
        (OvertimeKind.WORKDAY, Settle.PAY, True),
        (OvertimeKind.REST_DAY, Settle.COMP_LEAVE, False),
    ]
    priced = overtime_pay(found, BASE, RULES)
    assert (priced.comp_minutes, priced.forced, priced.pay.yuan()) == (60, (0,), "150.00")


def test_irregular_hours_without_the_policy_pay_nothing():
    records = [Record(at("10-01 09:00"), at("10-01 17:00"))]
    rules = OvertimeRules(
        RULES.multipliers, RULES.pay_days, RULES.hours_per_day, system=System.IRREGULAR, irregular_pays_statutory=False
    )
    priced = overtime_pay(segments(records, rules, CALENDAR), BASE, rules)
    assert priced.lines == ()
    assert priced.all_minutes == 480


def test_end_before_start():
    with pytest.raises(BadInput) as raised:
        segments([Record(at("10-12 20:00"), at("10-12 19:00"))], RULES, CALENDAR)
    assert raised.value.code == "END_NOT_AFTER_START"


def test_a_multiplier_that_is_missing_is_named():
    with pytest.raises(NotReady) as raised:
        line(OvertimeKind.OVER_PERIOD, 60, BASE, RULES)
    assert raised.value.code == "RULE_MISSING"


def test_the_trace_of_a_line():
    records = [
        Record(at("10-01 09:00"), at("10-01 11:00"), evidence=("overtime:1", "punch:8")),
        Record(at("10-02 09:00"), at("10-02 09:30"), evidence=("overtime:2",)),
    ]
    priced = overtime_pay(segments(records, RULES, CALENDAR), BASE, RULES)
    trace = priced.lines[0].trace(Why("overtime.statutory@2025-01-01"))
    assert trace.value == "375.00"
    assert trace.say == "法定节假日加班 2.5 小时:¥8,700.00 ÷ 21.75 ÷ 8 × 2.5 × 300% = ¥375.00"
    assert trace.words == "法定节假日加班 2.5 小时,按 300% 计算"
    assert trace.all_evidence() == ["overtime:1", "punch:8", "overtime:2"]


# ── 审批与打卡的重叠 ───────────────────────────────────────────────────────


def paid_minutes(records) -> int:
    """付几分钟。"""
    return sum((r.end - r.start) // timedelta(minutes=1) for r in records)


def test_paid_is_the_overlap_of_approval_and_presence():
    approvals = (Approval(at("10-12 18:00"), at("10-12 21:00"), "overtime:1"),)
    assert paid_minutes(approved_records(approvals, [(at("10-12 09:00"), at("10-12 20:30"))])) == 150
    assert approved_records(approvals, []) == ()  # 有审批没打卡,不付
    assert approved_records((), [(at("10-12 09:00"), at("10-12 20:30"))]) == ()  # 有打卡没审批,不付


def test_overlapping_approvals_are_paid_once():
    approvals = (
        Approval(at("10-12 18:00"), at("10-12 20:00"), "overtime:1"),
        Approval(at("10-12 19:00"), at("10-12 21:00"), "overtime:2"),
    )
    present = [(at("10-12 09:00"), at("10-12 22:00"))]
    found = approved_records(approvals, present, ("punch:1",))
    assert paid_minutes(found) == 180
    assert [(r.start.hour, r.end.hour, r.evidence) for r in found] == [
        (18, 20, ("overtime:1", "punch:1")),
        (20, 21, ("overtime:2", "punch:1")),
    ]


# ── 性质 ───────────────────────────────────────────────────────────────

moments = st.datetimes(at("09-20 00:00"), at("10-20 00:00")).map(lambda t: t.replace(second=0, microsecond=0))


@st.composite
def some_records(draw):
    start = draw(moments)
    return Record(start, start + timedelta(minutes=draw(st.integers(1, 1500))), draw(st.sampled_from(Settle)))


@given(st.lists(some_records(), max_size=5), st.sampled_from(CrossMidnight))
def test_segments_cover_the_interval(records, cross):
    rules = OvertimeRules(RULES.multipliers, RULES.pay_days, RULES.hours_per_day, cross)
    found = segments(records, rules, CALENDAR)
    for index, record in enumerate(records):
        own = sum(s.minutes for s in found if s.record == index)
        assert own == (record.end - record.start) // timedelta(minutes=1)


@given(some_records(), st.integers(0, 2000), st.sampled_from([1, 15, 30]))
def test_breaks_and_granularity_only_take_away(record, rest, unit):
    rested = Record(record.start, record.end, record.settle, rest)
    rules = OvertimeRules(RULES.multipliers, RULES.pay_days, RULES.hours_per_day, granularity_minutes=unit)
    found = segments([rested], rules, CALENDAR)
    length = (record.end - record.start) // timedelta(minutes=1)
    total = sum(s.minutes for s in found)
    worked = max(length - rest, 0)
    days = (record.end.date() - record.start.date()).days + 1
    assert worked - days * (unit - 1) <= total <= worked
    assert all(s.minutes % unit == 0 for s in found)


@given(st.lists(some_records(), max_size=4))
def test_minute_by_minute(records):
    """另一种算法:一分钟一分钟地问这一天算哪种,再把每一分钟的钱加起来,最后舍入。"""
    minutes: dict[OvertimeKind, int] = {}
    for record in records:
        for offset in range((record.end - record.start) // timedelta(minutes=1)):
            kind = kind_of((record.start + timedelta(minutes=offset)).date(), CALENDAR)
            if record.settle is Settle.PAY or kind is not OvertimeKind.REST_DAY:
                minutes[kind] = minutes.get(kind, 0) + 1
    priced = overtime_pay(segments(records, RULES, CALENDAR), BASE, RULES)
    per_minute = Fraction(5000, 60)
    expected = {k: Money.rounded(n * per_minute * Fraction(RULES.multipliers[k])) for k, n in minutes.items()}
    assert {found.kind: found.amount for found in priced.lines} == expected
    assert priced.pay == Money(sum(amount.fen for amount in expected.values()))


@given(
    st.lists(st.tuples(moments, st.integers(1, 600)), max_size=4),
    st.lists(st.tuples(moments, st.integers(1, 600)), max_size=4),
)
def test_each_minute_both_approved_and_present_is_paid_once(asked, seen):
    approvals = [Approval(s, s + timedelta(minutes=n), f"overtime:{i}") for i, (s, n) in enumerate(asked)]
    present = [(s, s + timedelta(minutes=n)) for s, n in seen]
    assert paid_minutes(approved_records(approvals, present)) == len(minutes(asked) & minutes(seen))


def minutes(spans) -> set:
    """一分钟一分钟地数。"""
    return {start + timedelta(minutes=n) for start, length in spans for n in range(length)}


PERIOD = OvertimeRules(
    {OvertimeKind.OVER_PERIOD: Decimal("1.5"), OvertimeKind.STATUTORY: Decimal("3")}, Decimal("21.75"), Decimal(8)
)


def test_a_comprehensive_period_pays_what_is_over_and_the_holidays() -> None:
    """标准 500,实际 512.5,法定 8:超出 12.5 × 50 × 1.5 = 937.50,法定 8 × 50 × 3 = 1,200.00;共 20.5 小时。"""
    found = comprehensive_pay(PeriodHours(Decimal(500), Decimal("512.5"), Decimal(8)), BASE, PERIOD)
    assert [(x.kind, x.amount.yuan()) for x in found.lines] == [
        (OvertimeKind.OVER_PERIOD, "937.50"), (OvertimeKind.STATUTORY, "1200.00"),
    ]  # fmt: skip
    assert (found.pay.yuan(), found.all_minutes, found.comp_minutes, found.forced) == ("2137.50", 1230, 0, ())


@pytest.mark.parametrize(
    ("standard", "worked", "statutory", "pay", "minutes"),
    [("500", "500", "0", "0.00", 0), ("500", "480", "0", "0.00", 0), ("500", "480", "1", "150.00", 60), ("500", "501", "0", "75.00", 60)],
)  # fmt: skip
def test_a_period_below_its_standard_pays_no_overtime(
    standard: str, worked: str, statutory: str, pay: str, minutes: int
) -> None:
    hours = PeriodHours(Decimal(standard), Decimal(worked), Decimal(statutory))
    found = comprehensive_pay(hours, BASE, PERIOD)
    assert (found.pay.yuan(), found.all_minutes) == (pay, minutes)
    assert type(found.all_minutes) is int


def test_pieces_over_the_quota() -> None:
    """单价 2.50:休息日 12 件 × 2 = 60.00;工作日 3 件 × 1.5 = 11.25;没有的种类没有行;计件没有分钟。"""
    found = piece_pay(
        Money.of("2.50"), {OvertimeKind.REST_DAY: Decimal(12), OvertimeKind.WORKDAY: Decimal(3), OvertimeKind.STATUTORY: Decimal(0)},
        RULES.multipliers,
    )  # fmt: skip
    assert [(x.kind, x.amount.yuan(), x.minutes, x.pieces) for x in found.lines] == [
        (OvertimeKind.WORKDAY, "11.25", Fraction(0), Decimal(3)), (OvertimeKind.REST_DAY, "60.00", Fraction(0), Decimal(12)),
    ]  # fmt: skip
    assert (found.pay.yuan(), found.all_minutes, found.comp_minutes, found.forced) == ("71.25", 0, 0, ())


def test_an_approval_keeps_its_own_way_of_settling() -> None:
    """批 18:00–20:00 补休,在场 18:30–21:00:记 18:30–20:00,没有休息要扣,证据是审批与打卡。"""
    approval = Approval(at("11-03 18:00"), at("11-03 20:00"), "overtime:1", Settle.COMP_LEAVE)
    found = approved_records([approval], [(at("11-03 18:30"), at("11-03 21:00"))], ("punch:1",))
    assert found == (Record(at("11-03 18:30"), at("11-03 20:00"), Settle.COMP_LEAVE, 0, ("overtime:1", "punch:1")),)


@pytest.mark.parametrize(
    ("hours", "code", "say"),
    [
        (0, "END_NOT_AFTER_START", "加班的结束时间不在开始时间之后。请您看一下起止时间,改好后再提交。"),
        (-1, "END_NOT_AFTER_START", "加班的结束时间不在开始时间之后。请您看一下起止时间,改好后再提交。"),
        (31 * 24 + 1, "OVERTIME_TOO_LONG", "一次加班超过一个月了。请您看一下起止时间,改好后再提交。"),
    ],
)
def test_times_that_cannot_be_are_refused(hours: int, code: str, say: str) -> None:
    start = at("10-12 18:00")
    with pytest.raises(BadInput) as bad:
        segments([Record(start, start + timedelta(hours=hours))], RULES, CALENDAR)
    assert (bad.value.code, bad.value.say) == (code, say)


def test_exactly_a_month_may_be_one_record() -> None:
    start = at("10-12 18:00")
    assert (
        sum(s.minutes for s in segments([Record(start, start + timedelta(days=31))], RULES, CALENDAR)) == 31 * 24 * 60
    )


def test_a_line_without_rules_is_told_by_pieces() -> None:
    bare = OvertimeLine(OvertimeKind.WORKDAY, Fraction(0), Decimal("1.5"), Money(0), Money.of("2.50"))
    assert bare.trace(Why()).say == "工作日加班 0 件:单价 ¥2.50 × 0 × 150% = ¥0.00"
    assert bare.trace(Why()).parts[1] == Trace("件数", "0", "count")
