"""政策的提醒 policy health:哪些到期没有续、哪一年的放假通知还没有装、哪个城市的数据旧了。给 `ehr doctor` 与发薪首页看。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from config.policies import Policies
from engine.days import Month, add_months
from engine.effective import Dated

STALE_MONTHS = 13
"""城市数据多久没有新的一版就提醒:缴费基数每年七月一换,给一个月的余地。"""


def notes(policies: Policies, today: date) -> tuple[str, ...]:
    """今天要提醒的事,每条一句;没有则为空。"""
    return (*policies.warnings, *_lapsed(policies, today), *_calendars(policies, today), *_stale(policies, today))


def _all(policies: Policies) -> Iterator[Dated[Any]]:
    yield from (policies.withholding, policies.bonus, policies.overtime, policies.attendance)
    for found in (policies.numbers, policies.switches, policies.leave):
        yield from found.values()
    yield from policies.compliance.all()
    for pack in policies.cities.values():
        yield from (pack.social, pack.housing, pack.minimum_wage)
        if pack.sick_scale is not None:
            yield pack.sick_scale


def _lapsed(policies: Policies, today: date) -> list[str]:
    out = []
    for one in _all(policies):
        last = one.versions[-1]
        if one.at(today) is None and last.until is not None and last.until < today:
            out.append(
                f"“{one.label}”已于 {last.until} 到期,没有新的规定;到期后按法定下限处理。请 HR 核对后在政策文件里续上。"
            )
    return out


def _calendars(policies: Policies, today: date) -> list[str]:
    ahead = {today.year, Month.of(today).plus(2).year}
    return [
        f"{year}年的放假安排还没有装入,那一年的工作日算不出来。请 HR 收到通知后放进 calendars/{year}.yaml。"
        for year in sorted(ahead)
        if year not in policies.calendar.years
    ]


def _stale(policies: Policies, today: date) -> list[str]:
    return [
        f"{pack.name}的社保基数自 {pack.social.versions[-1].since} 起没有更新,已超过 {STALE_MONTHS} 个月。请 HR 核对当年公告。"
        for pack in policies.cities.values()
        if add_months(pack.social.versions[-1].since, STALE_MONTHS) <= today
    ]
