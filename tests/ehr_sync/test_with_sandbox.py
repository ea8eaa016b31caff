"""对着沙箱:把整个公司拉两遍,第二遍什么也不变;写回、卡片、回复都走真的 HTTP。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ehr_sync.dingtalk.client import App, DingTalk, Parts
from ehr_sync.pull.feed import Ask, CrmForm, Source
from ehr_sync.pull.feeds import BY_NAME, pull, waves
from engine.days import shanghai_date
from engine.money import Money
from handlers.records import (
    ApprovalRecord,
    DealRecord,
    GroupRecord,
    PersonRecord,
    PunchRecord,
    RatingRecord,
    RosterRecord,
    ScheduleRecord,
)
from tests.ehr_sync.world import MemoryIntake, bad, records
from tests.harness.sandbox import Sandbox

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
SINCE = date(2026, 10, 1)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


def app_of(info: dict[str, Any]) -> App:
    return App(
        info["client_id"],
        info["client_secret"],
        info["corp_id"],
        str(info["agent_id"]),
        info["robot_code"],
        info["api"],
        info["oapi"],
    )


def form(info: dict[str, Any], kind: str) -> CrmForm:
    return CrmForm(info["crm"][kind]["name"], info["crm"][kind]["fields"])


def source_of(info: dict[str, Any], ding: DingTalk) -> Source:
    return Source(ding, "gaoyuan", info["process_codes"], form(info, "deal"), form(info, "satisfaction"))


@pytest.fixture(scope="module")
def source(sandbox: Sandbox) -> Iterator[Source]:
    with DingTalk(app_of(sandbox.info), Parts(qps=10_000), lambda: shanghai_date(NOW)) as ding:
        yield source_of(sandbox.info, ding)


@pytest.fixture(scope="module")
def everything(source: Source) -> MemoryIntake:
    return pull_everything(source, "first")


def pull_everything(source: Source, slot: str) -> MemoryIntake:
    """一波里的同时读:一个客户端给几个线程共用。"""
    intake = MemoryIntake()
    with ThreadPoolExecutor(4) as pool:
        for wave in waves():
            for done in pool.map(lambda feed: pull(feed, source, intake, Ask(NOW, SINCE, slot)), wave):
                assert done.pages
    return intake


def test_the_whole_company_is_read_without_a_bad_record(everything: MemoryIntake):
    assert bad(everything.pages) == []
    counts = Counter(type(record).__name__ for record in records(everything.pages))
    assert counts["PersonRecord"] >= 55
    assert counts["PunchRecord"] > 3_000
    assert counts["ScheduleRecord"] > 3_000
    assert min(counts[name] for name in ("ShiftRecord", "GroupRecord", "LeaveTypeRecord", "DismissalRecord")) >= 2
    assert counts["ApprovalRecord"] > 30
    assert counts["QuotaRecord"] > 50


def test_the_articles_person(everything: MemoryIntake):
    got = records(everything.pages)
    (liming,) = [r for r in got if isinstance(r, PersonRecord) and r.userid == "liming"]
    assert (liming.name, liming.manager_userid) == ("李明", "wangfang")
    deals = [
        r
        for r in got
        if isinstance(r, DealRecord) and r.owner_userid == "liming" and r.signed_on and r.signed_on.month == 10
    ]
    signed = [d.amount.fen for d in deals if d.status == "signed"]
    assert Money(sum(signed)) == Money.of("120000.00")
    assert len(signed) >= 4
    assert [d.status for d in deals].count("cancelled") == 1
    scores = [
        r.score for r in got if isinstance(r, RatingRecord) and r.owner_userid == "liming" and r.rated_on.month == 10
    ]
    assert sum(scores) / len(scores) * 100 == 95


def test_contract_shifts_and_versions(everything: MemoryIntake):
    got = records(everything.pages)
    (liuyang,) = [r for r in got if isinstance(r, RosterRecord) and r.userid == "liuyang"]
    assert (liuyang.contract_kind, liuyang.contract_end) == ("fixed", date(2027, 1, 10))
    office = next(r for r in got if isinstance(r, GroupRecord) and r.kind == "fixed")
    assert sorted(office.weekday_shifts) == [0, 1, 2, 3, 4]
    members = {m for r in got if isinstance(r, GroupRecord) for m in r.members}
    active = {r.userid for r in got if isinstance(r, PersonRecord) and r.active}
    assert active <= members
    makeup = {
        r.shift_id for r in got if isinstance(r, ScheduleRecord) and (r.userid, r.day) == ("liming", date(2026, 10, 10))
    }
    assert None not in makeup
    assert makeup


def test_approvals_of_all_states_and_kinds(everything: MemoryIntake):
    got = [r for r in records(everything.pages) if isinstance(r, ApprovalRecord)]
    assert {r.kind for r in got} >= {"leave", "overtime"}
    assert {r.state for r in got} >= {"approved", "refused", "terminated"}
    assert len({r.type_name for r in got if r.kind == "leave"}) >= 6
    assert {r.settle for r in got if r.kind == "overtime"} == {"pay", "comp_leave"}


def test_nothing_of_the_future_is_shown(everything: MemoryIntake):
    assert max(r.at for r in records(everything.pages) if isinstance(r, PunchRecord)) <= datetime.now(UTC).replace(
        year=2027
    )
    assert all(
        r.created_at <= NOW.replace(hour=2)
        for r in records(everything.pages)
        if isinstance(r, ApprovalRecord) and r.created_at
    )


def test_pulled_again_the_same_records_come_with_the_same_versions(source: Source, everything: MemoryIntake):
    again = pull_everything(source, "second")
    first = {repr(r) for r in records(everything.pages)}
    second = {repr(r) for r in records(again.pages)}
    # 沙箱的钟在走:第二遍可以多出刚发生的,不能少,也不能变。
    assert first - second == set()
    assert len(second - first) < 20


def test_the_same_slot_again_is_known_by_its_keys(source: Source):
    intake = MemoryIntake()
    ask = Ask(NOW, date(2026, 11, 20), "slot")
    for name in ("roster", "deals", "shifts"):
        pull(BY_NAME[name], source, intake, ask)
        kept = len(intake.pages)
        done = pull(BY_NAME[name], source, intake, ask)
        assert (done.fresh, len(intake.pages)) == (0, kept)


def test_within_the_limits_nobody_is_refused():
    with Sandbox(quota=True) as limited, DingTalk(app_of(limited.info), today=lambda: shanghai_date(NOW)) as ding:
        intake = MemoryIntake()
        pull(BY_NAME["people"], source_of(limited.info, ding), intake, Ask(NOW, SINCE, "first"))
        assert {row["status"] for row in limited.log()} == {200}
        assert limited.meters()["calls"]["used"] == 0  # 通讯录与人事都不计费
        assert [page.complete for page in intake.pages][-1]
