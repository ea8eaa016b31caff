"""政策的提醒 policy health:哪些格子没填、哪些数只凭记忆、哪些到期没有续、哪一年的放假通知还没有装、哪个城市的数据旧了、
哪一条在这一期中间改了。给 `ehr doctor`、`ehr policy check` 与发薪首页看。
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.policies import Policies
from engine.city import CityPack
from engine.days import Month, Period, add_months, show_date
from engine.effective import Dated

STALE_MONTHS = 13
"""城市数据多久没有新的一版就提醒:缴费基数一年一换,给一个月的余地。"""
BLANK, MEMORY, LAPSED, STALE, CALENDAR, COUNT = "blank", "memory", "lapsed", "stale", "calendar", "count"


@dataclass(frozen=True, slots=True)
class Finding:
    """一件要看的事:kind 种类(blank 没填 | memory 只凭记忆 | lapsed 到期 | stale 旧了 | calendar 缺放假通知 | count 日历数目可疑);

    subject 是哪一条(中文);say 一句话:怎么了、怎么办;city 是哪个城市的(空为全国或公司)。"""

    kind: str
    subject: str
    say: str
    city: str = ""


def findings(policies: Policies, today: date, cities: Collection[str] | None = None) -> tuple[Finding, ...]:
    """今天要看的事;cities 只看这几个城市(None 为全部)。没有则为空。"""
    packs = [pack for name, pack in sorted(policies.cities.items()) if cities is None or name in cities]
    missing = sorted(set(cities or ()) - set(policies.cities))
    return (
        *(Finding(COUNT, "日历", said) for said in policies.warnings),
        *_lapsed(policies, packs, today),
        *_calendars(policies, today),
        *(Finding(BLANK, name, f"还没有{name}的城市数据。请 HR 照当地公告填进 cities/ 里。", name) for name in missing),
        *(one for pack in packs for one in _blank(pack, today)),
        *(one for pack in packs for one in _stale(pack, today)),
        *_memory(policies, today),
    )


def notes(policies: Policies, today: date) -> tuple[str, ...]:
    """同上,只要话;城市没填的格子、只凭记忆的数各并成一条。"""
    found = findings(policies, today)
    out = [one.say for one in found if one.kind not in (BLANK, MEMORY)]
    for city in dict.fromkeys(one.city for one in found if one.kind == BLANK):
        names = "、".join(one.subject for one in found if one.kind == BLANK and one.city == city)
        out.append(f"{city}还有没填的格子:{names}。用到时会说缺什么;有人在{city}缴社保或上班的,请 HR 照当地公告填好。")
    memory = [one.subject for one in found if one.kind == MEMORY]
    if memory:
        out.append(f"只凭记忆、没有核到原文的数有 {len(memory)} 项:{'、'.join(memory)}。请在正式发薪之前核对出处。")
    return tuple(out)


def every(policies: Policies) -> Iterator[Dated[Any]]:
    """全国与公司的全部有日期的政策(城市的另看)。"""
    own: tuple[Dated[Any], ...] = (
        policies.withholding, policies.bonus, policies.overtime, policies.attendance,
        policies.after_tax, policies.full_attendance, policies.night,
    )  # fmt: skip
    yield from own
    yield from policies.numbers.values()
    yield from policies.switches.values()
    yield from policies.leave.values()
    yield from policies.groups.values()
    yield from policies.rates.values()
    yield from policies.deductions.limits.values()
    yield from (item.terms for item in policies.deductions.special.values())
    yield from (item.terms for item in policies.deductions.other.values())
    yield from policies.items.items
    yield from policies.compliance.all()


def of_city(pack: CityPack) -> Iterator[Dated[Any]]:
    """一个城市的全部有日期的数据。"""
    own: tuple[Dated[Any], ...] = (*pack.lines.values(), pack.housing, pack.minimum_wage, pack.average_month_wage)
    yield from own
    yield from (one for one in (pack.sick_scale, pack.enrolment, pack.heat) if one is not None)


def _lapsed(policies: Policies, packs: list[CityPack], today: date) -> Iterator[Finding]:
    own = [(one, "") for one in every(policies)]
    for one, city in (*own, *((d, p.name) for p in packs for d in of_city(p))):
        last = one.versions[-1] if one.versions else None
        if last is not None and one.at(today) is None and last.until is not None and last.until < today:
            say = (
                f"“{one.label}”已于 {last.until} 到期,没有新的规定;到期后按法定下限处理。请 HR 核对后在政策文件里续上。"
            )
            yield Finding(LAPSED, one.label, say, city)


def _calendars(policies: Policies, today: date) -> Iterator[Finding]:
    for year in sorted({today.year, Month.of(today).plus(2).year}):
        if year not in policies.calendar.years:
            say = f"{year}年的放假安排还没有装入,那一年的工作日算不出来。请 HR 收到通知后放进 calendars/{year}.yaml。"
            yield Finding(CALENDAR, f"{year}年放假安排", say)


def _blank(pack: CityPack, today: date) -> Iterator[Finding]:
    """这个城市今天用得到而没有填的。"""
    for label, blanks in _blanks_on(pack, today):
        say = f"{pack.name}{label}还没有填好({'、'.join(blanks)})。请 HR 照当地公告填进城市文件,再重新计算。"
        yield Finding(BLANK, f"{label}({'、'.join(blanks)})", say, pack.name)


def _blanks_on(pack: CityPack, today: date) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not pack.lines:
        yield "社会保险", ("各险种",)
    for line in pack.lines.values():
        version = line.at(today)
        if version is not None and version.value.blanks:
            yield version.value.label, version.value.blanks
    for label, dated in (("住房公积金", pack.housing), ("最低工资", pack.minimum_wage)):
        found = dated.at(today)
        if found is None:
            yield label, ("没有现行的标准",)
        elif found.value.blanks:
            yield label, found.value.blanks
    if pack.average_month_wage.at(today) is None:
        yield "上年月平均工资", ("没有填",)
    if pack.sick_scale is None:
        yield "病假工资标准", ("没有填,只守法定下限",)
    heat = pack.heat.at(today) if pack.heat is not None else None
    if heat is None or heat.value.blank or not heat.value.months:
        yield "高温津贴", ("月份与标准",)


def _stale(pack: CityPack, today: date) -> Iterator[Finding]:
    for line in pack.lines.values():
        since = line.versions[-1].since
        if add_months(since, STALE_MONTHS) <= today:
            say = f"{line.label}的基数自 {since} 起没有更新,已超过 {STALE_MONTHS} 个月。请 HR 核对当年公告。"
            yield Finding(STALE, line.label, say, pack.name)


def _memory(policies: Policies, today: date) -> Iterator[Finding]:
    for one in every(policies):
        version = one.at(today)
        if version is not None and version.verified == "memory":
            say = f"“{one.label}”只凭记忆写的({version.source}),还没有核到原文。请核对出处后把 verified 改好。"
            yield Finding(MEMORY, one.label, say)


def changes_within(policies: Policies, period: Period) -> tuple[str, ...]:
    """这一期中间才改的政策:说明本期按哪一版(工资所属月 1 日有效的),新的从下一期起。"""
    out = []
    anchor = period.month.first
    for one in every(policies):
        for version in one.versions:
            if anchor < version.since <= period.last:
                old = one.at(anchor)
                kept = f"{old.since} 起的那一版" if old is not None else "还没有规定"
                out.append(
                    f"“{one.label}”自 {show_date(version.since)} 起有变;本期按 {show_date(anchor)}有效的({kept}),新的从下一期起用。"
                )
    return tuple(out)
