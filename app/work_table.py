"""作业表 work table:每一种作业做什么。作业都可以重来:每一步经办事台,有自己的键。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from app.deliveries import Deliveries
from app.sync import pull_feed, pull_follow
from app.wiring import Wired
from ehr_sync.events import Follow
from ehr_sync.pull.feeds import BY_NAME
from handlers import alerts, comp_leave, leave_reassign, people
from handlers.desk import SYSTEM
from handlers.people import Today


def work_table(wired: Wired, deliveries: Deliveries) -> Mapping[str, Callable[[str], None]]:
    """名字 → 做什么;参数是一段文字。"""

    def pull(argument: str) -> None:
        name, _, back = argument.partition(":")
        pull_feed(wired, BY_NAME[name], f"{wired.clock().isoformat(timespec='minutes')}", int(back or 0))

    def follow(argument: str) -> None:
        feed, ids, day, slot = argument.split("|")
        pull_follow(
            wired,
            Follow(feed, tuple(i for i in ids.split(",") if i), date.fromisoformat(day) if day else None),
            slot,
        )

    def close_leavers(argument: str) -> None:
        wired.desk.do(people.close_leavers, Today(date.fromisoformat(argument)), SYSTEM, f"daily:leavers:{argument}")
        wired.desk.do(
            leave_reassign.reassign, Today(date.fromisoformat(argument)), SYSTEM, f"daily:reassign:{argument}"
        )

    def grant_comp(argument: str) -> None:
        wired.desk.do(comp_leave.grant, Today(date.fromisoformat(argument)), SYSTEM, f"daily:comp:{argument}")

    def scan_alerts(argument: str) -> None:
        wired.desk.do(alerts.scan, Today(date.fromisoformat(argument)), SYSTEM, f"daily:alerts:{argument}")

    return {
        "pull": pull,
        "follow": follow,
        "close_leavers": close_leavers,
        "grant_comp": grant_comp,
        "scan_alerts": scan_alerts,
        "deliver": deliveries.deliver,
    }


def follow_argument(one: Follow, slot: str) -> str:
    """事件要去看的 → 作业的参数。"""
    return "|".join((one.feed, ",".join(one.ids), one.day.isoformat() if one.day else "", slot))
