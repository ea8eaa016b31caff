"""并发 races:许多线程同时来。余额不透支、时间不重叠、名额不超、候补有序、批次发布后不再动。"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

from engine.errors import EhrError
from handlers import goals, leave, opening, payroll, training
from handlers.goals import AdjustTarget
from handlers.leave import DraftLeave, SubmitLeave
from handlers.training import CancelEnrolment, Enrol
from tests.handlers.world import World, at, person

DAYS = [date(2026, 11, 24) + timedelta(days=n) for n in range(38)]


def at_once(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """同时放行;被拒绝的给错误的代码。"""
    gate = threading.Barrier(len(jobs))

    def go(job: Callable[[], Any]) -> Any:
        gate.wait(60)
        try:
            return job()
        except EhrError as error:
            return error.code

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(go, jobs))


def drafts(world: World, count: int, **fields: Any) -> list[int]:
    """许多份草稿(一人同时只有一份草稿,所以直接改回待提交)。"""
    days = [d for d in DAYS if world.rules.calendar.is_work(d)][:count]
    numbers = []
    for day in days:
        values: dict[str, Any] = {"type": "annual", "start": day, "end": day} | fields
        numbers.append(world.do("liming", leave.draft, DraftLeave(**values)).view.request_id)
    world.desk.write(lambda work: work.rows("UPDATE leaverequest SET state = 'draft' RETURNING id"))
    return numbers


def test_twenty_submits_at_once_never_overdraw(world: World):
    """3 天年假,20 份一天的:恰好 3 份成。"""
    numbers = drafts(world, 20)
    me = world.actor("liming")
    jobs = [lambda n=n: world.desk.do(leave.submit, SubmitLeave(n), me, f"s{n}").view.state for n in numbers]
    assert Counter(at_once(jobs)) == {"pending": 3, "NOT_ENOUGH": 17}
    assert world.one("SELECT sum(amount) FROM leaveline WHERE type = 'annual' AND kind = 'reserve'") == 6


def test_two_kinds_of_leave_on_one_day_cannot_both_be_submitted(world: World):
    day = date(2026, 11, 26)
    numbers = drafts(world, 1, start=day, end=day)
    numbers += drafts(world, 1, type="sick", start=day, end=day)
    numbers += drafts(world, 1, type="personal", start=day, end=day)
    me = world.actor("liming")
    jobs = [lambda n=n: world.desk.do(leave.submit, SubmitLeave(n), me, f"s{n}").view.state for n in numbers]
    assert Counter(at_once(jobs)) == {"pending": 1, "OVERLAP": 2}


def course(world: World, seats: int, code: str = "c1", starts: str = "2026-12-02", clock: str = "14:00") -> int:
    start = at(starts, clock)
    one = opening.OpenCourse(
        code,
        f"课程{code}",
        "沟通",
        "老师",
        seats,
        "三楼",
        start,
        start + timedelta(hours=2),
        start - timedelta(days=1),
        "",
    )
    world.do("system", opening.open_courses, opening.OpenCourses((one,)))
    return int(world.one("SELECT id FROM course WHERE code = :c", c=code))


def test_thirty_people_for_ten_seats(world: World):
    world.take("people", *(person(f"p{n:02d}", f"同事{n}", version="h-9") for n in range(30)))
    number = course(world, 10)
    actors = [world.actor(f"p{n:02d}") for n in range(30)]
    jobs = [lambda a=a: world.desk.do(training.enrol, Enrol(number), a, f"e-{a.userid}").mine for a in actors]
    assert Counter(at_once(jobs)) == {"enrolled": 10, "waiting": 20}
    rows = world.rows("enrolment")["enrolment"]
    assert len(rows) == 30
    states = world.desk.read(lambda work: work.rows("SELECT state, seq, person_id FROM enrolment ORDER BY seq"))
    assert [s for s, _, _ in states] == ["enrolled"] * 10 + ["waiting"] * 20
    assert len({seq for _, seq, _ in states}) == 30
    waiting = [pid for s, _, pid in states if s == "waiting"]
    ahead = {a.person_id: world.ask(a.userid, training.one_course, Enrol(number)).position for a in actors}
    assert [ahead[pid] for pid in waiting] == list(range(1, 21))


def test_three_seats_freed_at_once_go_to_the_first_three_waiting(world: World):
    world.take("people", *(person(f"p{n:02d}", f"同事{n}", version="h-9") for n in range(12)))
    number = course(world, 5)
    for n in range(12):
        world.do(f"p{n:02d}", training.enrol, Enrol(number))
    actors = [world.actor(f"p{n:02d}") for n in range(3)]
    jobs = [
        lambda a=a: world.desk.do(training.cancel, CancelEnrolment(number), a, f"x-{a.userid}").mine for a in actors
    ]
    assert at_once(jobs) == ["", "", ""]
    enrolled = world.desk.read(
        lambda work: work.rows(
            "SELECT p.userid FROM enrolment e JOIN person p ON p.id = e.person_id"
            " WHERE e.state = 'enrolled' ORDER BY e.seq"
        )
    )
    assert [u for (u,) in enrolled] == ["p03", "p04", "p05", "p06", "p07"]
    assert world.one("SELECT count(*) FROM outboxrow WHERE dedupe_key LIKE 'promoted:%'") == 3


def test_one_person_cannot_take_two_clashing_courses_at_once(world: World):
    numbers = [course(world, 10, f"c{n}") for n in range(4)]
    me = world.actor("liming")
    jobs = [lambda n=n: world.desk.do(training.enrol, Enrol(n), me, f"e{n}").mine for n in numbers]
    assert Counter(at_once(jobs)) == {"enrolled": 1, "CLASH_WITH_COURSE": 3}


def test_two_managers_adjusting_at_once_one_sees_the_conflict(paid: World):
    command = AdjustTarget(paid.id("liming"), "sales", "2026-11", "120000", date(2026, 11, 23), "旺季", 1)
    jobs = [
        lambda u=u: paid.desk.do(goals.adjust, command, paid.actor(u), f"g-{u}").new_value
        for u in ("wangfang", "gaoyuan", "zhaohui")
    ]
    assert Counter(at_once(jobs)) == {"120000": 1, "GOAL_CHANGED": 2}
    assert paid.one("SELECT max(revision) FROM target WHERE month = '2026-11'") == 2


def test_publishing_while_another_recomputes_is_whole_or_not_at_all(paid: World):
    run = paid.do("chenjing", payroll.run, payroll.Prepare("2026-10"))
    one, two = paid.actor("sunli"), paid.actor("chenjing")
    publish = payroll.Publish(run.run_id, run.input_hash)
    outcome = at_once(
        [
            lambda: paid.desk.do(payroll.publish, publish, one, "pub").state,
            lambda: paid.desk.do(payroll.run, payroll.Prepare("2026-10"), two, "again").state,
        ]
    )
    assert outcome in (["published", "ALREADY_PUBLISHED"], ["published", "computed"])
    state = paid.one("SELECT state FROM payrun WHERE id = :i", i=run.run_id)
    assert state == "published"
    assert paid.one("SELECT count(*) FROM taxledger WHERE source = :s", s=f"run:{run.run_id}") == 9
    assert paid.ask("sunli", payroll.verify, payroll.OneRun(run.run_id)) == []
