"""时刻表 schedule:什么时候做什么(上海时间)。APScheduler 只管隔一秒叫醒看一眼;到没到点由我们的钟算。

错过的槽(停机、演示的钟往前拨)按日期补做;作业编号是 名字:槽,所以两个副本也只做一次。
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from app.clock import Clock
from app.jobs import SYNC, Jobs
from ehr_sync.pull.feeds import FEEDS
from handlers.desk import Desk
from models.mailbox import Fact
from models.work import Work

ZONE = ZoneInfo("Asia/Shanghai")
MOST_CATCH_UP = 62
log = logging.getLogger("ehr.schedule")


@dataclass(frozen=True, slots=True)
class Slot:
    """一行时刻表:cron 上海时间;job 作业名;argument 参数;every 错过几次就补几次(否则只补最近一次)。"""

    name: str
    cron: str
    job: str
    argument: str = ""
    every: bool = False


DAILY = (
    Slot("leavers", "2 0 * * *", "close_leavers", every=True),
    Slot("comp", "50 6 * * *", "grant_comp"),
    Slot("alerts", "30 8 * * *", "scan_alerts", every=True),
)
"""每天的日常:离职停用、提醒扫描。参数是那一槽的日期。"""

PULLS = tuple(
    Slot(f"pull:{feed.name}:{i}", run.cron, "pull", f"{feed.name}:{run.back}")
    for feed in FEEDS
    for i, run in enumerate(feed.runs)
)
MONTH_TURN = tuple(
    Slot(f"pull:{name}:turn", f"{minute} 8 1 * *", "pull", f"{name}:1")
    for name, minute in (("punches", 20), ("deals", 22), ("ratings", 24))
)
"""每月一号早上再读一遍:上月最后一天的夜班与晚到的签单、评价,当天就能算薪。"""
SLOTS: tuple[Slot, ...] = (*PULLS, *MONTH_TURN, *DAILY)
"""先后有意义:先拉取,后扫描。"""


class Schedule:
    """看钟的人。"""

    def __init__(self, desk: Desk, clock: Clock, jobs: Jobs, after: Callable[[], None] | None = None) -> None:
        self._desk = desk
        self._clock = clock
        self._jobs = jobs
        self._after = after
        self._waker = BackgroundScheduler(timezone=ZONE)

    def start(self) -> None:
        """从现在起看;第一次看到的表从此刻记起。"""
        self._desk.write(self._mark_new)
        self._waker.add_job(self.look, "interval", seconds=1, max_instances=1, coalesce=True)
        self._waker.start()

    def stop(self) -> None:
        if self._waker.running:
            self._waker.shutdown(wait=True)

    def look(self) -> None:
        """看一眼:到了点的(含错过的)都开作业。出错只记日志,下一秒再看。"""
        try:
            now = self._clock()
            for slot, at in self._due(now):
                self._jobs.start(
                    f"{slot.name}@{at.isoformat()}", slot.job, slot.argument or at.date().isoformat(), SYNC
                )
                self._desk.write(lambda work, slot=slot, at=at: _mark(work, slot.name, at))  # type: ignore[misc]
            if self._after is not None:
                self._after()
        except Exception:
            log.exception("schedule look failed")

    def _due(self, now: datetime) -> list[tuple[Slot, datetime]]:
        marks = self._desk.read(_marks)
        found: list[tuple[int, datetime, Slot]] = []
        for order, slot in enumerate(SLOTS):
            last = marks.get(slot.name)
            if last is None:
                continue
            times = fire_times(slot.cron, last, now)
            for at in times[-MOST_CATCH_UP:] if slot.every else times[-1:]:
                found.append((order, at, slot))
        found.sort(key=lambda one: (one[1].date() if one[2].every else now.astimezone(ZONE).date(), one[0]))
        return [(slot, at) for _, at, slot in found]

    def _mark_new(self, work: Work) -> None:
        known = _marks(work)
        for slot in SLOTS:
            if slot.name not in known:
                _mark(work, slot.name, work.now)


def fire_times(cron: str, after: datetime, until: datetime) -> list[datetime]:
    """after 之后、until 为止的各个槽(上海时间,aware)。"""
    trigger = CronTrigger.from_crontab(cron, timezone=ZONE)
    found: list[datetime] = []
    at = trigger.get_next_fire_time(None, after.astimezone(ZONE) + timedelta(seconds=1))
    while at is not None and at <= until and len(found) < 10_000:
        found.append(at)
        at = trigger.get_next_fire_time(at, at + timedelta(seconds=1))
    return found


def _marks(work: Work) -> dict[str, datetime]:
    rows = work.rows("SELECT key, value FROM fact WHERE key LIKE 'slot:%'")
    return {key.removeprefix("slot:"): datetime.fromisoformat(value) for key, value in rows}


def _mark(work: Work, name: str, at: datetime) -> None:
    row = work.session.get(Fact, f"slot:{name}") or Fact(key=f"slot:{name}", value="")
    row.value = at.isoformat()
    work.session.add(row)
