"""来源表 feeds:拉哪些、什么时候拉;以及把一个来源读完、一页页交办事台的那一步。

同一窗口再拉一遍什么也不变:键是 来源 + 窗口(含作业的槽)+ 内容摘要;记录按编号与版本收。
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from ehr_sync.pull.approvals import APPROVALS
from ehr_sync.pull.attendance import SCHEDULE, SHIFTS
from ehr_sync.pull.deals import DEALS
from ehr_sync.pull.feed import Ask, Feed, Source
from ehr_sync.pull.leave import QUOTAS
from ehr_sync.pull.people import PEOPLE
from ehr_sync.pull.punches import PUNCHES
from ehr_sync.pull.read import Unreadable
from ehr_sync.pull.roster import ROSTER
from ehr_sync.pull.satisfaction import RATINGS
from engine.errors import EhrError, Unavailable
from handlers.actor import SYSTEM
from handlers.desk import Desk
from handlers.intake import FeedFailed, FeedOf, Taken, cursor_of, feed_failed, take_page
from handlers.records import Page

FEEDS: tuple[Feed, ...] = (PEOPLE, ROSTER, SHIFTS, SCHEDULE, QUOTAS, APPROVALS, PUNCHES, DEALS, RATINGS)
"""按依赖排好:前面的读好了,后面的才认得人。"""
BY_NAME = {feed.name: feed for feed in FEEDS}


def waves() -> list[list[Feed]]:
    """分几波:一波里的互不相干,可以同时读;后一波要等前一波。"""
    left, ready, found = list(FEEDS), set[str](), list[list[Feed]]()
    while left:
        wave = [feed for feed in left if ready.issuperset(feed.after)]
        found.append(wave)
        ready |= {feed.name for feed in wave}
        left = [feed for feed in left if feed not in wave]
    return found


class Intake(Protocol):
    """收料的那一头。"""

    def cursor(self, feed: str) -> str: ...

    def take(self, page: Page, key: str) -> Taken: ...

    def failed(self, feed: str, error: str, key: str) -> None: ...


class DeskIntake:
    """交给办事台:游标与记录同一事务。"""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def cursor(self, feed: str) -> str:
        return self._desk.ask(cursor_of, FeedOf(feed), SYSTEM).cursor

    def take(self, page: Page, key: str) -> Taken:
        return self._desk.do(take_page, page, SYSTEM, key)

    def failed(self, feed: str, error: str, key: str) -> None:
        self._desk.do(feed_failed, FeedFailed(feed, error), SYSTEM, key)


@dataclass(frozen=True, slots=True)
class Pulled:
    """一个来源读完的结果:几页、新的、旧的、坏的、触及已发布月份的。"""

    feed: str
    pages: int = 0
    fresh: int = 0
    same: int = 0
    bad: int = 0
    late: int = 0

    def plus(self, taken: Taken) -> Pulled:
        return Pulled(
            self.feed,
            self.pages + 1,
            self.fresh + taken.fresh,
            self.same + taken.same,
            self.bad + taken.bad,
            self.late + taken.late,
        )


def pull(feed: Feed, source: Source, intake: Intake, ask: Ask) -> Pulled:
    """读一个来源:从游标接着读,一页一交。没读完的错误记下再抛出;已交的页算数,下次接着来。"""
    done = Pulled(feed.name)
    try:
        for page in _pages(feed, source, replace(ask, cursor=ask.cursor or intake.cursor(feed.name))):
            if worth_taking(page):
                done = done.plus(intake.take(page, key_of(page)))
    except EhrError as error:
        intake.failed(feed.name, f"{error.code}:{error.say}", f"{feed.name}:failed:{ask.now.isoformat()}")
        raise
    return done


def _pages(feed: Feed, source: Source, ask: Ask) -> Iterator[Page]:
    """逐页读;整页不成样子(不是某一条的毛病)当作暂时读不了,不当作空页。"""
    try:
        yield from feed.read(source, ask)
    except Unreadable as problem:
        say = f"钉钉给的“{feed.title}”整页读不懂({problem}),这一页没有收,稍后会自动再读。"
        raise Unavailable("PAGE_UNREADABLE", say, {"feed": feed.name}) from None


def worth_taking(page: Page) -> bool:
    """空页(没有记录、没有坏的、游标不动)不必办。"""
    return bool(page.records or page.bad or page.cursor or page.complete)


def key_of(page: Page) -> str:
    """幂等键:来源 + 窗口 + 内容摘要。"""
    return f"pull:{page.feed}:{page.window}:{hashlib.sha256(repr(page).encode()).hexdigest()[:24]}"
