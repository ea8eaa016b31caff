"""政策体检 policy health:发薪之前要看的——没填的格子、只凭记忆的数、到期没续的、旧了的、这一期中间改的。给发薪首页。"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from config.policies import Policies
from config.policy_health import BLANK, CALENDAR, COUNT, LAPSED, MEMORY, STALE, changes_within, findings
from engine.days import Month, shanghai_date
from handlers.actor import Actor
from handlers.company import company_of
from models.pay import PayProfile
from models.pay_scope import PayScope
from models.work import Work

LABELS = {
    BLANK: "没有填",
    LAPSED: "到期没续",
    CALENDAR: "缺放假通知",
    STALE: "很久没更新",
    COUNT: "请核对",
    MEMORY: "没有核到原文",
}
"""种类 → 页面上的名字;先后即页面的先后。"""


@dataclass(frozen=True, slots=True)
class HealthOf:
    """看某个月(工资所属月,如 "2026-11")发薪用到的政策。"""

    month: str


@dataclass(frozen=True, slots=True)
class HealthLine:
    """一条:kind 种类,label 种类的名字,subject 哪一条,say 怎么了、怎么办。"""

    kind: str
    label: str
    subject: str
    say: str


@dataclass(frozen=True, slots=True)
class PolicyHealth:
    """体检的结果:lines 要看的;changed 这一期中间改的,各说明按哪一版;cities 用到的城市;loud 有没填或到期的。"""

    month: str
    period: str
    cities: tuple[str, ...]
    lines: tuple[HealthLine, ...]
    changed: tuple[str, ...]

    @property
    def loud(self) -> bool:
        """有没填的、到期的、缺放假通知的:发薪首页放在最前。"""
        return any(one.kind in (BLANK, LAPSED, CALENDAR) for one in self.lines)


def health(work: Work, command: HealthOf, rules: Policies, actor: Actor) -> PolicyHealth:
    """只看有人参保或上班的城市。"""
    month = Month.parse(command.month)
    period = company_of(work).period(month, rules)
    cities = set(work.session.exec(select(PayProfile.city).distinct()).all())
    cities |= {city for city in work.session.exec(select(PayScope.work_city).distinct()).all() if city}
    today = min(shanghai_date(work.now), period.last)
    found = findings(rules, today, cities)
    order = {kind: i for i, kind in enumerate(LABELS)}
    lines = [HealthLine(f.kind, LABELS[f.kind], f.subject, f.say) for f in found]
    lines.sort(key=lambda one: order[one.kind])
    return PolicyHealth(str(month), period.label, tuple(sorted(cities)), tuple(lines), changes_within(rules, period))
