"""第一天 first day:库是空的时候,把公司装起来:先认人,再装开账数据,再读其余;演示还要把十月办完。

演示的沙箱头一次从 2026-11-06 16:30 起:两位薪酬同事在那时算好并发布十月,然后钟拨到 11 月 23 日开门。
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from app.clock import SandboxClock
from app.opening_load import digest_of, load_opening, opening_run
from app.sync import pull_all, pull_feed
from app.wiring import Wired
from ehr_sync.pull.feeds import BY_NAME
from engine.days import SHANGHAI
from handlers import alerts, comp_leave, payroll, people
from handlers.desk import SYSTEM
from handlers.people import Today
from models.mailbox import Fact
from models.work import Work

OPENS_AT = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
"""演示开门的时刻。"""
DONE = "first_day"
Say = Callable[[str], None]


def first_day(wired: Wired, say: Say) -> list[str]:
    """装起来;做过的只看开账文件改过没有。返回要管理员留意的话。中途断了,下次从头再来一遍也不会重复。"""
    folder = wired.settings.opening_dir
    if wired.desk.read(lambda work: work.session.get(Fact, DONE)) is not None:
        return [] if folder is None else _again(wired, folder)
    say("从钉钉读人员与部门")
    pull_feed(wired, BY_NAME["people"], "first")
    notes: list[str] = []
    if folder is not None:
        notes += load_opening(wired.desk, folder, say, "first")
    notes += pull_all(wired, "first", say)
    if folder is not None and wired.settings.mode == "demo":
        _october(wired, folder, say)
        notes = pull_all(wired, "opening", say)
        notes += load_opening(wired.desk, folder, say, "opening")
    _scan(wired)
    wired.desk.write(lambda work: _mark(work))
    return notes


def _again(wired: Wired, folder: Path) -> list[str]:
    """再启动:文件改过,或换了一天(通讯录里可能有了新来的人),全部再装一遍;装入的用例都是再装也不重复的。"""
    return load_opening(wired.desk, folder, lambda _: None, f"again:{wired.today()}:{digest_of(folder)}")


def _october(wired: Wired, folder: Path, say: Say) -> None:
    """演示:由两位薪酬同事算好、发布开场的那一期,再把钟拨到开门的时刻。"""
    plan = opening_run(folder)
    clock = wired.clock
    if plan is None or not isinstance(clock, SandboxClock):
        return
    if clock() < OPENS_AT:
        _publish(wired, plan, say)
        say("把演示的钟拨到 11月23日(周一)09:30")
        clock.forward(OPENS_AT)


def _publish(wired: Wired, plan: dict[str, Any], say: Say) -> None:
    month = str(plan["month"])
    one = wired.desk.actor(str(plan["computed_by"]), "cli")
    two = wired.desk.actor(str(plan["published_by"]), "cli")
    say(f"{one.name} 计算 {month} 的工资")
    computed = wired.desk.do(payroll.run, payroll.Prepare(month), one, f"first-day:run:{month}")
    say(f"{two.name} 核对并发布 {month} 的工资,共 {computed.people} 人")
    wired.desk.do(
        payroll.publish, payroll.Publish(computed.run_id, computed.input_hash), two, f"first-day:publish:{month}"
    )


def _scan(wired: Wired) -> None:
    """离职停用与提醒,先做一遍今天的。"""
    today = Today(wired.today())
    wired.desk.do(people.close_leavers, today, SYSTEM, f"first-day:leavers:{today.today}")
    wired.desk.do(comp_leave.grant, today, SYSTEM, f"first-day:comp:{today.today}")
    wired.desk.do(alerts.scan, today, SYSTEM, f"first-day:alerts:{today.today}")


def _mark(work: Work) -> None:
    work.session.merge(Fact(key=DONE, value=work.now.isoformat()))
