"""抢名额 sign-up race:30 个人同时报 10 个名额,恰好 10 个报上,20 个按先后候补;谁也没有两份。"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.e2e.telling import ask_card, press
from tests.harness.house import House, together

CHATTERS = ("caiming", "chenxin", "dongliang", "guobin", "huangtao", "xiejuan")


def test_thirty_people_for_ten_seats(story: House) -> None:
    course = next(c for c in story.page("zhaohui").get("/api/v1/training") if c["seats"] == 10)
    path = f"/api/v1/training/{course['course_id']}/enrol"
    surfers = [u for u in free_people(story, "2026-12-03") if u not in CHATTERS][:24]
    cards = {u: ask_card(story, u, f"我要报名{course['name']}") for u in CHATTERS}
    for userid in surfers:
        story.page(userid)  # 先各自免登
    tasks: list[Callable[[], Any]] = [lambda u=u: story.page(u).try_post(path) for u in surfers]  # type: ignore[misc]
    tasks += [lambda u=u: press(story, u, cards[u], "报名") for u in CHATTERS]  # type: ignore[misc]
    together(tasks)

    sql = "SELECT state, count(*), count(DISTINCT person_id) FROM enrolment WHERE course_id = :c GROUP BY state"
    states = {state: (n, people) for state, n, people in story.rows(sql, c=course["course_id"])}
    assert states == {"enrolled": (10, 10), "waiting": (20, 20)}
    rows = story.rows("SELECT state FROM enrolment WHERE course_id = :c ORDER BY seq", c=course["course_id"])
    assert [row[0] for row in rows] == ["enrolled"] * 10 + ["waiting"] * 20, "先到先得"
    seen = story.page(surfers[0]).get(f"/api/v1/training/{course['course_id']}")
    assert (seen["left"], seen["waiting"]) == (0, 20)
    positions = sorted(
        story.page(u).get(f"/api/v1/training/{course['course_id']}")["position"] for u in (*surfers, *CHATTERS)
    )
    assert positions == [0] * 10 + list(range(1, 21))


def free_people(house: House, day: str) -> list[str]:
    """在职、那天没有请假、也没在别的故事里的人。"""
    sql = (
        "SELECT userid FROM person WHERE status = 'active' AND id NOT IN (SELECT person_id FROM leaverequest"
        " WHERE state IN ('pending', 'approved') AND start <= :d AND \"end\" >= :d) ORDER BY userid"
    )
    return [str(row[0]) for row in house.rows(sql, d=day)]
