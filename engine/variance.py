"""差异归因 variance:与上月的每一分差额都归到一个缘由,归完恰好是总差额;归不到的拦住发布。

办法:从上月的(事实、规则)出发,一组一组换成本月的,每换一组重算一次,这一步里各行的变化就归给这一组。
换的先后固定:月份与累计 → 规定 → 工资与基数 → 出勤 → 绩效 → 迟到的事实 → 其他输入。换完就是本月的事实与规则;
若存下的工资条与它还有差,那是说不清的。
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from engine.arrears import PREFIX
from engine.days import Month
from engine.effective import Dated
from engine.errors import EhrError
from engine.pay import Slip, compute
from engine.pay_evidence import ATTENDANCE, LEAVE, swapped
from engine.pay_facts import Adjustment, PayFacts
from engine.pay_items import PayItems, Section
from engine.pay_rules import PayRules, PayTerms

OWED = "receivable"
OWN = (Section.EARNING, Section.DEDUCTION, Section.AFTER_TAX)


class Why(StrEnum):
    """缘由。"""

    NEW = "new"
    LEFT = "left"
    DAYS = "days"
    SCORE = "score"
    RATE = "rate"
    POLICY = "policy"
    BASE = "base"
    LATE = "late"
    OTHER = "other"
    UNEXPLAINED = "unexplained"


WHY_LABELS: Mapping[str, str] = {
    Why.NEW: "新来的人",
    Why.LEFT: "这期没有的人",
    Why.DAYS: "出勤与天数",
    Why.SCORE: "绩效得分",
    Why.RATE: "税与社保的费率、累计",
    Why.POLICY: "规定变动",
    Why.BASE: "工资与申报基数",
    Why.LATE: "迟到的事实",
    Why.OTHER: "津贴与其他输入",
    Why.UNEXPLAINED: "说不清",
}


class Side(NamedTuple):
    """一个月的一边:facts 冻结的事实,rules 那期的规则,lines 存下的各行(编号 → 分,含 receivable)。"""

    facts: PayFacts
    rules: PayRules
    lines: Mapping[str, int]


class Part(NamedTuple):
    """差额的一份:哪一行、什么缘由、多少分(对实发的影响)。"""

    code: str
    why: Why
    fen: int


def figures(slip: Slip) -> dict[str, int]:
    """一张工资条对实发有影响的各行(分,带正负号);应发不够缴社保个税的一截是 receivable,正数。合起来就是实发。"""
    found = {
        item.key: fen for item, fen in zip(slip.rules.items, slip.amounts, strict=True) if fen and item.section in OWN
    }
    for one in slip.adjustments:
        if one.section not in (Section.EMPLOYER, Section.INFO):
            found[one.code] = found.get(one.code, 0) + one.fen
    for share in slip.shares:
        if share.employee:
            found[f"ins_{share.step.line.code}"] = -share.employee
    if slip.tax_fen:
        found["iit"] = -slip.tax_fen
    if slip.shortage:
        found[OWED] = slip.shortage.fen
    return found


def variance(before: Side | None, after: Side | None) -> tuple[Part, ...]:
    """两个月的差额分到各行各缘由;各份之和是实发的差额。没有上月的是新来,没有本月的是离开。"""
    parts: dict[tuple[str, Why], int] = {}
    here: Mapping[str, int] = before.lines if before is not None else {}
    for why_of, lines in _moved(before, after):
        _add(parts, here, lines, why_of)
        here = lines
    _add(parts, here, after.lines if after is not None else {}, _only(Why.UNEXPLAINED))
    return tuple(Part(code, why, fen) for (code, why), fen in parts.items() if fen)


WhyOf = Callable[[str], Why]


def _add(parts: dict[tuple[str, Why], int], old: Mapping[str, int], new: Mapping[str, int], why_of: WhyOf) -> None:
    for code in dict.fromkeys((*old, *new)):
        change = new.get(code, 0) - old.get(code, 0)
        if change:
            key = (code, why_of(code))
            parts[key] = parts.get(key, 0) + change


def strange(side: Side | None) -> bool:
    """存下的与由事实、规则重算的不一样:差额里会有说不清的。"""
    return side is not None and dict(side.lines) != figures(compute(side.facts, side.rules))


def _moved(before: Side | None, after: Side | None) -> Iterator[tuple[WhyOf, dict[str, int]]]:
    """一步一步换,每步给出:各行归给谁,换完之后的各行。上月存下的与重算的若有差,先记作说不清。"""
    if before is not None:
        yield _only(Why.UNEXPLAINED), figures(compute(before.facts, before.rules))
    if before is None or after is None:
        if after is not None:
            yield _only(Why.NEW), figures(compute(after.facts, after.rules))
        else:
            yield _only(Why.LEFT), {}
        return
    facts = _month(before, after)
    for why_of, rules in between(before.rules, after.rules):
        yield from _lines(why_of, facts, rules)
    for why, change in GROUPS:
        fresh = change(facts, after.facts)
        if fresh != facts:
            facts = fresh
            yield from _lines(_only(why), facts, after.rules)


def _lines(why_of: WhyOf, facts: PayFacts, rules: PayRules) -> Iterator[tuple[WhyOf, dict[str, int]]]:
    """换到这一步的各行;半新半旧的算不出来(旧规定没有新的加班种类等)就并进下一步。最后一步就是本月自己,一定算得出。"""
    try:
        yield why_of, figures(compute(facts, rules))
    except EhrError:
        return


def _only(why: Why) -> WhyOf:
    return lambda code: why


def _calendar(code: str) -> Why:
    """换月份这一步:个税是累计到了这个月,别的是日历。"""
    return Why.RATE if code == "iit" else Why.DAYS


def _rate(code: str) -> Why:
    """换税率、费率、上下限这一步:税与社保之外的(最低工资、病假标准)是规定。"""
    return Why.RATE if code == "iit" or code.startswith("ins_") else Why.POLICY


Between = tuple[tuple[WhyOf, PayRules], ...]
_RULES: dict[tuple[PayRules, PayRules], Between] = {}


def between(before: PayRules, after: PayRules) -> Between:
    """规则怎么一步步换:上月的规定用到本月的日历上,再换上本月的税与社保,再是本月的全部规定;没有变的不另算一步。

    一期里的人共用一份。
    """
    key = (before, after)
    found = _RULES.get(key)
    if found is None:
        _RULES.clear()
        found = _RULES[key] = _between(before.terms, after)
    return found


def _between(old: PayTerms, after: PayRules) -> Between:
    now = after.terms
    pinned = _pinned(old.items, old.month)
    moved = replace(
        old, month=now.month, pay_month=now.pay_month, period=now.period, calendar=now.calendar, items=pinned
    )
    rated = replace(
        moved,
        withholding=now.withholding,
        cities=now.cities,
        company_rates=now.company_rates,
        insurance_month=now.insurance_month,
        fund_limits=now.fund_limits,
    )
    rates, policy = not _same_rates(old, now), not _same_policy(rated, now)
    steps: list[tuple[WhyOf, PayRules]] = [(_calendar, after if not (rates or policy) else PayRules(moved))]
    if rates:
        steps.append((_rate, PayRules(rated) if policy else after))
    if policy:
        steps.append((_only(Why.POLICY), after))
    return tuple(steps)


def _same_rates(old: PayTerms, now: PayTerms) -> bool:
    """税表、各城市在各自那一天的社保公积金、最低工资、病假标准都没有变。"""
    if (
        old.withholding != now.withholding
        or old.company_rates != now.company_rates
        or old.fund_limits != now.fund_limits
        or old.cities.keys() != now.cities.keys()
    ):
        return False
    return all(_city(old, name) == _city(now, name) for name in old.cities)


def _city(terms: PayTerms, name: str) -> tuple[object, ...]:
    pack, day, first = terms.cities[name], terms.insurance_month.first, terms.month.first
    sick = pack.sick_scale.at(first) if pack.sick_scale is not None else None
    return (pack.social.at(day), pack.housing.at(day), pack.minimum_wage.at(first), sick)


def _same_policy(old: PayTerms, now: PayTerms) -> bool:
    """税与社保之外的规定都没有变。"""
    if old.items.on(now.month.first) != now.items.on(now.month.first) or old.items.inputs != now.items.inputs:
        return False
    same = replace(old, items=now.items, version=now.version, rule_ids=now.rule_ids, rule_words=now.rule_words)
    return same == now


def _pinned(items: PayItems, month: Month) -> PayItems:
    """工资项目定在某个月有效的那一版。"""
    found = []
    for one in items.items:
        version = one.at(month.first)
        if version is not None:
            found.append(Dated(one.key, one.label, (replace(version, since=date.min, until=None),)))
    return replace(items, items=tuple(found))


def _month(before: Side, after: Side) -> PayFacts:
    """只换月份(或周期):整期在职的仍是整期;个税累计到了本月。新公式才用到的证据与往月,上月没有收,用本月的。"""
    old, new = before.facts, after.facts
    whole, end = old.first_day <= 1 and old.last_day >= before.rules.last_day, after.rules.last_day
    return old._replace(
        month=new.month,
        pay_month=new.pay_month,
        since=new.since,
        first_day=1 if whole else min(old.first_day, end),
        last_day=end if whole else min(old.last_day, end),
        roster=None if old.roster is None else tuple(d for d in old.roster if d <= end),
        tax=new.tax,
        records=(*old.records, *(one for one in new.records if one.kind not in {x.kind for x in old.records})),
        past=(*old.past, *(one for one in new.past if one.slot not in {x.slot for x in old.past})),
    )


def _base(old: PayFacts, new: PayFacts) -> PayFacts:
    return old._replace(wages=new.wages, insured=new.insured, city=new.city)


def _days(old: PayFacts, new: PayFacts) -> PayFacts:
    return old._replace(
        first_day=new.first_day,
        last_day=new.last_day,
        roster=new.roster,
        attended=new.attended,
        leaves=new.leaves,
        overtime=new.overtime,
        comp_minutes=new.comp_minutes,
        night=new.night,
        heat=new.heat,
        service_years=new.service_years,
        records=swapped(old.records, new.records, (*ATTENDANCE, LEAVE)),
    )


def _score(old: PayFacts, new: PayFacts) -> PayFacts:
    return old._replace(score=new.score, score_missing=new.score_missing)


def _split(found: Sequence[Adjustment], *, late: bool) -> tuple[Adjustment, ...]:
    return tuple(one for one in found if one.code.startswith(PREFIX) == late)


def _late(old: PayFacts, new: PayFacts) -> PayFacts:
    return old._replace(adjustments=(*_split(old.adjustments, late=False), *_split(new.adjustments, late=True)))


def _other(old: PayFacts, new: PayFacts) -> PayFacts:
    """余下的全部:津贴标准、签单与评价、往月的值、手工行与别的输入;换完就是本月的事实。"""
    return new


GROUPS: tuple[tuple[Why, Callable[[PayFacts, PayFacts], PayFacts]], ...] = (
    (Why.BASE, _base),
    (Why.DAYS, _days),
    (Why.SCORE, _score),
    (Why.LATE, _late),
    (Why.OTHER, _other),
)


def by_why(parts: Sequence[Part]) -> dict[Why, int]:
    """各缘由合计(分)。"""
    found: dict[Why, int] = {}
    for part in parts:
        found[part.why] = found.get(part.why, 0) + part.fen
    return found
