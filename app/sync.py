"""同步 sync:把来源一波波读完;事件来了只读那几条;当面问的只读这个人今天。"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from app.wiring import Wired
from ehr_sync.events import Follow
from ehr_sync.pull.feed import Ask, Feed
from ehr_sync.pull.feeds import BY_NAME, DeskIntake, Pulled, pull, waves
from engine.days import Month
from engine.errors import EhrError, NotReady
from handlers.company import company_of
from models.work import Work

BEFORE = timedelta(days=61)
"""审批与假从启用之前多久读起:台账期初之后批的假都要入账。"""
DAILY = frozenset({"punches", "schedule"})


def since_of(wired: Wired, feed: Feed) -> date:
    """一个来源第一次从哪天读起:打卡与排班从启用那个月的前一天(夜班),别的再早两个月。"""

    def first_month(work: Work) -> date:
        try:
            return Month.parse(company_of(work).first_month).first
        except NotReady:
            return Month.of(wired.today()).plus(-1).first

    first = wired.desk.read(first_month)
    return first - timedelta(days=1) if feed.name in DAILY else first - BEFORE


def pull_feed(wired: Wired, feed: Feed, slot: str, back: int = 0) -> Pulled:
    """读一个来源。"""
    ask = Ask(now=wired.clock(), since=since_of(wired, feed), slot=slot, back=back)
    return pull(feed, wired.source, DeskIntake(wired.desk), ask)


def pull_all(wired: Wired, slot: str, say: Callable[[str], None]) -> list[str]:
    """全部来源读一遍;没读成的列出原因,不拦别的。"""
    problems: list[str] = []
    for wave in waves():
        with ThreadPoolExecutor(max_workers=2, thread_name_prefix="pull") as pool:
            jobs = [(feed, pool.submit(pull_feed, wired, feed, slot)) for feed in wave]
            for feed, job in jobs:
                try:
                    done = job.result()
                except EhrError as error:
                    problems.append(f"{feed.title}:{error.say}")
                    say(f"{feed.title}没有读成:{error.say}")
                    continue
                bad = f",{done.bad} 条读不懂" if done.bad else ""
                say(f"{feed.title}:{done.fresh} 条{bad}")
    return problems


def pull_follow(wired: Wired, follow: Follow, slot: str) -> Pulled:
    """事件说该看一眼的:只读那几条。"""
    feed = BY_NAME[follow.feed]
    ask = Ask(
        now=wired.clock(),
        since=since_of(wired, feed),
        slot=slot,
        ids=follow.ids,
        first=follow.day,
        last=follow.day,
    )
    return pull(feed, wired.source, DeskIntake(wired.desk), ask)
