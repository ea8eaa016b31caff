"""办事台 desk:同键同内容取回旧结果,换内容或换人就拒绝;并发同键只办一次;失败什么也不留;审计连成链。"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from config.policies import Policies
from engine.errors import BadInput, Conflict, NotFound, Unavailable
from handlers import audit, handoff, leave, payslip, training
from handlers.actor import Actor
from handlers.desk import Desk
from handlers.handoff import HandOver
from handlers.leave import DraftLeave, SubmitLeave
from handlers.permissions import Permit, anyone
from handlers.training import Enrol
from models import guards
from models.mailbox import Fact
from models.work import Work
from tests.handlers.world import World

DRAFT = DraftLeave("personal", date(2026, 11, 26), date(2026, 11, 26))


@dataclass(frozen=True)
class Write:
    """写一条,然后按 fail 失败。"""

    name: str
    fail: str = ""


FAILURES: dict[str, Callable[[], Exception]] = {
    "polite": lambda: BadInput("NO", "不行。"),
    "bug": lambda: ZeroDivisionError("bug"),
}


def write(work: Work, command: Write, rules: Policies, actor: Actor) -> str:
    work.session.add(Fact(key=command.name, value="x"))
    work.session.flush()
    if command.fail:
        raise FAILURES[command.fail]()
    return command.name


def busy(work: Work, command: Write, rules: Policies, actor: Actor) -> str:
    raise OperationalError("SELECT 1", {}, Exception("database is locked"))


def broken(work: Work, command: Write, rules: Policies, actor: Actor) -> str:
    raise IntegrityError("INSERT", {}, Exception("NOT NULL constraint failed"))


def toy(world: World) -> Desk:
    permits = dict.fromkeys((write, busy, broken), Permit(anyone, "谁都行"))
    return Desk(world.store, world.rules, lambda: world.now, permits, {})


def test_the_same_key_gives_the_stored_outcome_and_does_it_once(world: World):
    first = world.do("liming", leave.draft, DRAFT, "same")
    before = world.rows()
    assert world.do("liming", leave.draft, DRAFT, "same") == first
    assert world.rows() == before


def test_the_same_key_with_other_content_or_another_person_is_refused(world: World):
    world.do("liming", leave.draft, DRAFT, "same")
    before = world.rows()
    other = DraftLeave("sick", date(2026, 11, 26), date(2026, 11, 26))
    for userid, use_case, command in (
        ("liming", leave.draft, other),
        ("liming", leave.submit, SubmitLeave(1)),
        ("zhangsan", leave.draft, DRAFT),
    ):
        with pytest.raises(Conflict) as refused:
            world.do(userid, use_case, command, "same")
        assert refused.value.code == "KEY_REUSED"
    assert world.rows() == before


def test_no_key_no_deed(world: World):
    with pytest.raises(BadInput) as refused:
        world.desk.do(leave.draft, DRAFT, world.actor("liming"), "")
    assert refused.value.code == "KEY_MISSING"


def test_many_threads_with_one_key_do_it_once(world: World):
    actor = world.actor("liming")
    gate = threading.Barrier(8)

    def go(_: int) -> Any:
        gate.wait(30)
        return world.desk.do(leave.draft, DRAFT, actor, "race")

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(go, range(8)))
    assert all(o == outcomes[0] for o in outcomes)
    assert world.one("SELECT count(*) FROM leaverequest") == 1
    assert world.one("SELECT count(*) FROM auditline WHERE key = 'race'") == 1


@pytest.mark.parametrize("fail", ["polite", "bug"])
def test_a_failure_leaves_nothing(world: World, fail: str):
    desk, before = toy(world), world.rows()
    with pytest.raises((BadInput, ZeroDivisionError)):
        desk.do(write, Write("a", fail), world.actor("liming"), "f1")
    assert world.rows() == before
    assert desk.do(write, Write("a"), world.actor("liming"), "f1") == "a"


def test_a_busy_database_is_told_politely_and_a_bug_stays_a_bug(world: World):
    desk = toy(world)
    with pytest.raises(Unavailable) as refused:
        desk.do(busy, Write("a"), world.actor("liming"), "b1")
    assert refused.value.code == "DATABASE_BUSY"
    with pytest.raises(IntegrityError):
        desk.do(broken, Write("a"), world.actor("liming"), "b2")


def test_a_use_case_without_a_permit_cannot_be_done(world: World):
    with pytest.raises(KeyError):
        world.desk.do(write, Write("a"), world.actor("liming"), "n1")


@pytest.mark.parametrize("words", ["\x00", "\ud800", "a\x00b", "😀" * 2000])
def test_strange_characters_are_never_a_crash(world: World, words: str):
    outcome = "told"
    try:
        world.do("liming", handoff.hand_over, HandOver("feedback", words))
    except BadInput as refused:
        outcome = refused.code
    assert outcome in ("told", "BAD_VALUE")
    assert world.one("SELECT count(*) FROM handoff") == (outcome == "told")


@pytest.mark.parametrize("number", [10**30, -1, 2**63])
def test_numbers_too_large_for_the_database_are_told_politely(world: World, number: int):
    for use_case, command in ((leave.submit, SubmitLeave(number)), (training.enrol, Enrol(number))):
        with pytest.raises((BadInput, NotFound)):
            world.do("liming", use_case, command)


def test_waking_happens_after_the_commit(world: World):
    seen: list[int] = []
    world.desk.after_commit.append(lambda: seen.append(world.one("SELECT count(*) FROM leaverequest")))
    world.do("liming", leave.draft, DRAFT)
    assert seen == [1]


def tamper(world: World, sql: str) -> list[str]:
    """有意作弊的管理员:拆掉库里的守门再改。"""
    with world.store.engine.connect().execution_options(ehr_mode="write") as connection:
        guards.remove(connection)
        connection.execute(text(sql))
        connection.commit()
    return world.desk.read(audit.verify)


def audited(world: World) -> None:
    for number in range(4):
        world.do("liming", handoff.hand_over, HandOver("feedback", f"第 {number} 句"))
    assert world.desk.read(audit.verify) == []


def test_an_edited_audit_line_is_named(world: World):
    audited(world)
    line = world.one("SELECT max(id) - 1 FROM auditline")
    assert tamper(world, f"UPDATE auditline SET actor = 'nobody' WHERE id = {line}") == [f"第 {line} 行被改动过"]


def test_a_removed_audit_line_is_named(world: World):
    audited(world)
    line = world.one("SELECT max(id) - 1 FROM auditline")
    assert tamper(world, f"DELETE FROM auditline WHERE id = {line}")[0] == f"第 {line + 1} 行之前有缺失或换序"


def test_a_removed_tail_is_found_by_the_deeds(world: World):
    audited(world)
    key = world.one("SELECT key FROM auditline ORDER BY id DESC LIMIT 1")
    problems = tamper(world, "DELETE FROM auditline WHERE id = (SELECT max(id) FROM auditline)")
    assert problems == [f"办过的事 {key} 没有审计行"]


def test_exchanged_audit_lines_are_found(world: World):
    audited(world)
    last = world.one("SELECT max(id) FROM auditline")
    swap = (
        f"UPDATE auditline SET id = CASE id WHEN {last} THEN 1000000 ELSE 1000001 END WHERE id IN ({last}, {last - 1})"
    )
    assert tamper(world, swap) != []


def test_every_view_of_pay_leaves_one_line(paid: World):
    me = paid.id("liming")
    before = paid.one("SELECT count(*) FROM auditline")
    for _ in range(2):
        paid.ask("liming", payslip.view, payslip.MonthSlip(me, "2026-10"))
    lines = paid.rows("auditline")["auditline"]
    assert len(lines) == before + 2
    assert all("¥" not in value for line in lines for value in line)
