"""假期账:先到期先用、跨到期日、退回、过期,和任何交错都不会透支。"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.errors import BadInput, NotEnough
from engine.leave_ledger import (
    Allocation,
    Kind,
    LedgerLine,
    adjust,
    balance,
    commit,
    expire,
    reserve,
    reverse,
    take,
    take_each,
)

TODAY = date(2026, 11, 23)


def grant(name: str, amount: int, on: str, expires: str | None = None) -> LedgerLine:
    return LedgerLine(
        Kind.GRANT, name, amount, date.fromisoformat(on), date.fromisoformat(expires) if expires else None
    )


OLD = grant("2025", 4, "2025-01-01", "2026-12-31")
NEW = grant("2026", 10, "2026-01-01", "2027-12-31")


def test_earliest_expiry_is_used_first():
    assert take((NEW, OLD), 6, TODAY) == (Allocation("2025", 4), Allocation("2026", 2))


@pytest.mark.parametrize(
    ("company_first", "order"), [(False, ("法定", "多给:company")), (True, ("多给:company", "法定"))]
)
def test_who_goes_first_among_those_of_one_expiry(company_first: bool, order: tuple[str, str]):
    """同一天到期的,政策 annual.order 定;先到期的仍旧最先。"""
    law, more = grant("法定", 4, "2026-01-01", "2027-12-31"), grant("多给:company", 4, "2026-01-01", "2027-12-31")
    found = take((OLD, more, law), 10, TODAY, company_first=company_first)
    assert found == (Allocation("2025", 4), Allocation(order[0], 4), Allocation(order[1], 2))


def test_balance_tells_what_expires_when():
    lines = (OLD, NEW, *reserve(take((OLD, NEW), 1, TODAY), "r1", TODAY))
    seen = balance(lines, TODAY)
    assert (seen.granted, seen.used, seen.reserved, seen.available) == (14, 0, 1, 13)
    assert seen.expiring == ((date(2026, 12, 31), 3), (date(2027, 12, 31), 10))


def test_expired_and_future_grants_do_not_count():
    lines = (OLD, NEW, grant("2027", 10, "2027-01-01", "2028-12-31"))
    assert balance(lines, date(2026, 12, 31)).available == 14
    assert balance(lines, date(2027, 1, 1)).available == 20
    assert balance(lines, date(2028, 6, 1)).available == 10


def test_days_on_both_sides_of_an_expiry_use_their_own_grants():
    # 12月31日两个半天用旧额度,1月1日的只能用新额度。
    wanted = ((date(2027, 1, 1), 2), (date(2026, 12, 31), 2))
    assert take_each((OLD, NEW), wanted) == (Allocation("2025", 2), Allocation("2026", 2))


def test_not_enough_says_what_is_left():
    with pytest.raises(NotEnough) as raised:
        take((OLD,), 6, TODAY)
    assert raised.value.details == {"left": "4", "needed": "6", "short": "2"}


def test_reserve_commit_and_back():
    lines: tuple[LedgerLine, ...] = (OLD, NEW)
    lines += reserve(take(lines, 6, TODAY), "r1", TODAY)
    lines += commit(lines, "r1", TODAY)
    assert (balance(lines, TODAY).used, balance(lines, TODAY).reserved) == (6, 0)
    assert commit(lines, "r1", TODAY) == ()  # 再核销一次什么都不写
    back = reverse(lines, "r1", TODAY, 3)
    assert [(line.grant, line.amount) for line in back] == [("2026", 2), ("2025", 1)]  # 后拿的先退
    lines += back
    assert balance(lines, TODAY).available == 11
    lines += reverse(lines, "r1", TODAY)
    assert balance(lines, TODAY).available == 14
    assert reverse(lines, "r1", TODAY) == ()


def test_more_back_than_taken_is_refused():
    lines = (OLD, *reserve(take((OLD,), 1, TODAY), "r1", TODAY))
    with pytest.raises(BadInput) as raised:
        reverse(lines, "r1", TODAY, 2)
    assert raised.value.code == "TOO_MUCH_BACK"


def test_expire_leaves_what_is_reserved():
    lines: tuple[LedgerLine, ...] = (OLD, NEW)
    lines += reserve(take(lines, 1, TODAY), "r1", TODAY)
    gone = expire(lines, date(2027, 1, 1))
    assert gone == (LedgerLine(Kind.EXPIRE, "2025", 3, date(2027, 1, 1)),)
    lines += gone
    assert expire(lines, date(2027, 1, 2)) == ()
    assert commit(lines, "r1", TODAY)[0].amount == 1


def test_adjust_stops_at_zero():
    lines = (OLD, *reserve(take((OLD,), 3, TODAY), "r1", TODAY))
    assert adjust(lines, "2025", -1, TODAY).amount == -1
    with pytest.raises(NotEnough):
        adjust(lines, "2025", -2, TODAY)


def test_a_broken_ledger_is_noticed():
    with pytest.raises(ValueError):
        balance((OLD, LedgerLine(Kind.RESERVE, "2025", 5, TODAY, request="r1")), TODAY)
    with pytest.raises(ValueError):
        balance((OLD, LedgerLine(Kind.RELEASE, "2025", 1, TODAY, request="r1")), TODAY)


class LedgerMachine(RuleBasedStateMachine):
    """任何交错:申请、批准、撤回、部分销假、调整、过期;另用一本简单的流水核对。"""

    @initialize(grants=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 60)), min_size=1, max_size=3))
    def open(self, grants):
        self.day = date(2026, 1, 1)
        self.lines: tuple[LedgerLine, ...] = ()
        self.requests: dict[str, int] = {}  # 申请 → 它手里的数量
        self.total = 0  # 发放 + 调整 − 过期
        for index, (amount, lasts) in enumerate(grants):
            self.lines += (LedgerLine(Kind.GRANT, f"g{index}", amount, self.day, self.day + timedelta(days=lasts)),)
            self.total += amount

    @rule(amount=st.integers(1, 8))
    def ask(self, amount):
        name = f"r{len(self.requests)}"
        before = balance(self.lines, self.day).available
        try:
            taken = take(self.lines, amount, self.day)
        except NotEnough:
            assert before < amount
            return
        assert sum(a.amount for a in taken) == amount <= before
        self.lines += reserve(taken, name, self.day)
        self.requests[name] = amount

    @rule(data=st.data())
    def approve(self, data):
        if self.requests:
            self.lines += commit(self.lines, data.draw(st.sampled_from(sorted(self.requests))), self.day)

    @rule(data=st.data(), amount=st.none() | st.integers(0, 8))
    def give_back(self, data, amount):
        if not self.requests:
            return
        name = data.draw(st.sampled_from(sorted(self.requests)))
        held = self.requests[name]
        try:
            self.lines += reverse(self.lines, name, self.day, amount)
        except BadInput:
            assert (amount or 0) > held
            return
        self.requests[name] = 0 if amount is None else held - amount

    @rule(amount=st.integers(-5, 5))
    def change(self, amount):
        try:
            self.lines += (adjust(self.lines, "g0", amount, self.day),)
        except NotEnough:
            return
        self.total += amount

    @rule(days=st.integers(1, 20))
    def pass_time(self, days):
        self.day += timedelta(days=days)
        gone = expire(self.lines, self.day)
        self.lines += gone
        self.total -= sum(line.amount for line in gone)

    @invariant()
    def never_below_zero(self):
        if not hasattr(self, "lines"):
            return
        seen = balance(self.lines, self.day)
        assert min(seen.available, seen.used, seen.reserved) >= 0
        assert seen.granted == seen.used + seen.reserved + seen.available
        everything = balance(tuple(_forever(line) for line in self.lines), self.day)
        assert everything.used + everything.reserved == sum(self.requests.values())
        assert everything.granted == self.total


def _forever(line: LedgerLine) -> LedgerLine:
    return LedgerLine(line.kind, line.grant, line.amount, line.on, None, line.request)


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(max_examples=60, stateful_step_count=25)
