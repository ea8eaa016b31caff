"""人走了,合同到期的提醒还开着,一直写着“还有 48 天”,没有人能办;现在离职(或到期前就走)的提醒自动关闭。"""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from handlers import alerts
from handlers.people import Nothing, Today
from models.people import Person
from models.work import Work
from tests.handlers.world import World, at, roster


def scan(world: World, day: date) -> int:
    world.now = at(day.isoformat(), "08:00")
    return int(world.do("system", alerts.scan, Today(day)))


@pytest.mark.parametrize(
    ("change", "left"),
    [({"status": "left"}, 0), ({"last_work_day": date(2026, 12, 31)}, 0), ({"last_work_day": date(2027, 6, 30)}, 1)],
    ids=["gone", "leaves-before", "leaves-after"],
)
def test_only_who_stays_is_renewed(world: World, change: dict[str, object], left: int):
    world.take("roster", roster("liming", date(2027, 1, 10), "h-2"), window="w2")
    assert scan(world, date(2026, 11, 23)) == 1

    def leave(work: Work) -> None:
        person = work.session.exec(select(Person).where(Person.userid == "liming")).one()
        for name, value in change.items():
            setattr(person, name, value)
        work.session.add(person)

    world.desk.write(leave)
    assert scan(world, date(2026, 11, 24)) == left
    closed = [a.closed_because for a in world.ask("zhaohui", alerts.alerts, Nothing()) if a.state == "closed"]
    assert closed == ([] if left else ["已离职,不需要续签"])
