"""假期账与名额的状态机 ledger machine:随便怎么请、批、拒、撤、销,余额都等于各行之和、不低于零;名额不超、候补有序。"""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.errors import EhrError
from engine.leave_ledger import balance
from handlers import leave, training
from handlers.leave import DecideLeave, DraftLeave, EndLeave, SubmitLeave, WithdrawLeave
from handlers.leave_book import ledger
from handlers.training import CancelEnrolment, Enrol
from models.migrate import upgrade
from models.work import Store
from tests.handlers.test_races import course
from tests.handlers.world import OFFICE, at, company

FIRST = date(2026, 11, 24)
DAYS = st.integers(0, 20).map(lambda n: FIRST + timedelta(days=n))
PARTS = st.sampled_from(["", "am", "pm"])
PEOPLE = st.sampled_from(["liming", "zhangsan"])
KINDS = st.sampled_from(["annual", "annual", "personal"])


class Machine(RuleBasedStateMachine):
    """两个人的假与一门三个位子的课;只经办事台。"""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ehr-machine-"))
        self.store = Store(f"sqlite:///{self.folder}/ehr.sqlite3")
        upgrade(self.store)
        self.world = company(self.store)
        self.world.now = at("2026-11-23")
        self.course = course(self.world, 3)
        self.order: list[str] = []

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def attempt(self, userid: str, use_case: Any, command: Any) -> Any:
        try:
            return self.world.do(userid, use_case, command)
        except EhrError:
            return None

    def numbers(self) -> list[int]:
        return [n for (n,) in self.world.desk.read(lambda work: work.rows("SELECT id FROM leaverequest ORDER BY id"))]

    @rule(userid=PEOPLE, kind=KINDS, start=DAYS, length=st.integers(0, 3), parts=st.tuples(PARTS, PARTS))
    def ask(self, userid: str, kind: str, start: date, length: int, parts: tuple[str, str]) -> None:
        command = DraftLeave(kind, start, start + timedelta(days=length), *parts)
        drafted = self.attempt(userid, leave.draft, command)
        if drafted is not None:
            self.attempt(userid, leave.submit, SubmitLeave(drafted.view.request_id))

    @rule(pick=st.integers(0, 30), approve=st.booleans())
    def decide(self, pick: int, approve: bool) -> None:
        for number in self.numbers()[pick : pick + 1]:
            self.attempt("wangfang", leave.decide_request, DecideLeave(number, approve, "理由"))

    @rule(userid=PEOPLE, pick=st.integers(0, 30))
    def withdraw(self, userid: str, pick: int) -> None:
        for number in self.numbers()[pick : pick + 1]:
            self.attempt(userid, leave.withdraw, WithdrawLeave(number))

    @rule(userid=PEOPLE, pick=st.integers(0, 30), last=DAYS, part=PARTS)
    def end(self, userid: str, pick: int, last: date, part: str) -> None:
        for number in self.numbers()[pick : pick + 1]:
            self.attempt(userid, leave.end_early, EndLeave(number, last, part))

    @rule(hours=st.integers(1, 80))
    def wait(self, hours: int) -> None:
        if self.world.now < at("2026-12-15"):
            self.world.now += timedelta(hours=hours)

    @rule(userid=st.sampled_from(OFFICE))
    def enrol(self, userid: str) -> None:
        if self.attempt(userid, training.enrol, Enrol(self.course)) is not None and userid not in self.order:
            self.order.append(userid)

    @rule(userid=st.sampled_from(OFFICE))
    def cancel(self, userid: str) -> None:
        if self.attempt(userid, training.cancel, CancelEnrolment(self.course)) is not None and userid in self.order:
            self.order.remove(userid)

    @invariant()
    def the_balance_is_the_sum_and_never_below_zero(self) -> None:
        for userid in ("liming", "zhangsan"):
            number = self.world.id(userid)
            lines = self.world.desk.read(lambda work, n=number: ledger(work, n, "annual"))  # type: ignore[misc]
            found = balance(lines, date(2026, 12, 1))
            held = self.world.desk.read(
                lambda work, n=number: work.rows(  # type: ignore[misc]
                    "SELECT state, sum(half_days) FROM leaverequest"
                    " WHERE person_id = :p AND type = 'annual' GROUP BY state",
                    p=n,
                )
            )
            by_state = dict(tuple(row) for row in held)
            assert found.reserved == by_state.get("pending", 0)
            assert found.used == by_state.get("approved", 0) + by_state.get("ended", 0)
            assert found.available == 6 - found.reserved - found.used >= 0

    @invariant()
    def no_two_live_leaves_share_a_half_day(self) -> None:
        rows = self.world.desk.read(
            lambda work: work.rows(
                "SELECT person_id, by_date FROM leaverequest WHERE state IN ('pending', 'approved', 'ended')"
            )
        )
        seen: dict[tuple[int, str], int] = {}
        for person_id, by_date in rows:
            days = json.loads(by_date) if isinstance(by_date, str) else by_date
            for day, (halves, _) in days.items():
                seen[person_id, day] = seen.get((person_id, day), 0) + halves
        assert all(count <= 2 for count in seen.values())

    @invariant()
    def seats_are_taken_in_order(self) -> None:
        rows = self.world.desk.read(
            lambda work: work.rows(
                "SELECT p.userid, e.state FROM enrolment e JOIN person p ON p.id = e.person_id"
                " WHERE e.state IN ('enrolled', 'waiting') ORDER BY e.seq"
            )
        )
        assert [u for u, _ in rows] == self.order
        assert sum(state == "enrolled" for _, state in rows) <= 3


Machine.TestCase.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
TestLedgerMachine = Machine.TestCase
