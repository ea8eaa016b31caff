"""逐笔的证据进工资 pay records:当月公式要合计、计数的种类,一批人一次收齐,与别的输入一起冻结。

签单、评价按计薪周期里签下、评下的算;取消了的不算。从没有读到过的(还没有同步)不收:用到它的公式报 EVIDENCE_MISSING,
不当作一笔也没有。迟到、早退、缺卡、旷工一天一笔(缺卡一次一笔),加班一天一段一笔,请假一份申请一笔。
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlmodel import col, select

from config.policies import Policies
from engine.attendance import DayFact, absent_days
from engine.days import Month, Period
from engine.formula_evidence import EVIDENCE, Record
from engine.formula_history import Need
from engine.formula_tree import evidence_in, needs_in
from engine.overtime import KIND_LABELS, Segment
from engine.pay_evidence import DEALS, LEAVE, RATINGS
from engine.pay_facts import Earlier, PayFacts, Recorded, as_pair
from handlers.attendance import PersonMonth
from models.mailbox import Cursor
from models.people import Person
from models.performance import Deal, Rating
from models.work import Work

CHUNK = 400


@dataclass(frozen=True, slots=True)
class Needed:
    """当月的公式要的:kinds 证据的种类,past 往月的值。"""

    kinds: tuple[str, ...] = ()
    past: tuple[Need, ...] = ()


def needed(rules: Policies, month: Month) -> Needed:
    """某个月有效的各条公式合起来要什么;次序固定。"""
    trees = [item.definition.tree for item in rules.items.on(month.first) if item.definition is not None]
    kinds = {kind for tree in trees for kind in evidence_in(tree)}
    past = {need for tree in trees for need in needs_in(tree)}
    return Needed(tuple(k for k in EVIDENCE if k in kinds), tuple(sorted(past)))


Found = Mapping[str, tuple[Recorded, ...]]
"""userid → 各类。"""


def sold(work: Work, people: Sequence[Person], period: Period, kinds: Collection[str]) -> Found:
    """一批人的签单与评价(kinds 里有的才读);还没有同步过的种类不收。"""
    users = [p.userid for p in people]
    found: dict[str, tuple[Recorded, ...]] = dict.fromkeys(users, ())
    for kind, (feed, read) in SOURCES.items():
        if kind not in kinds or not synced(work, feed):
            continue
        rows: dict[str, list[Record]] = {user: [] for user in users}
        for i in range(0, len(users), CHUNK):
            for user, record in read(work, users[i : i + CHUNK], period):
                rows[user].append(record)
        for user, own in rows.items():
            found[user] = (*found[user], Recorded(kind, tuple(own)))
    return found


def synced(work: Work, feed: str) -> bool:
    """这一路读全过没有。"""
    cursor = work.session.get(Cursor, feed)
    return cursor is not None and cursor.success_at is not None


Rows = list[tuple[str, Record]]


def _deals(work: Work, users: list[str], period: Period) -> Rows:
    kind = EVIDENCE[DEALS]
    rows = work.session.exec(
        select(Deal)
        .where(
            col(Deal.owner_userid).in_(users),
            Deal.status == "signed",
            col(Deal.signed_on) >= period.first,
            col(Deal.signed_on) <= period.last,
        )
        .order_by(col(Deal.signed_on), col(Deal.source_id))
    )
    return [
        (
            one.owner_userid,
            kind.record(f"deal:{one.source_id}", 金额=(one.amount.fen, 1), 日期=str(one.signed_on), 客户=one.customer),
        )
        for one in rows
    ]


def _ratings(work: Work, users: list[str], period: Period) -> Rows:
    kind = EVIDENCE[RATINGS]
    rows = work.session.exec(
        select(Rating)
        .where(
            col(Rating.owner_userid).in_(users),
            Rating.rated_on >= period.first,
            Rating.rated_on <= period.last,
        )
        .order_by(col(Rating.rated_on), col(Rating.source_id))
    )
    return [
        (
            one.owner_userid,
            kind.record(f"rating:{one.source_id}", 评分=as_pair(one.score), 日期=str(one.rated_on), 客户=one.customer),
        )
        for one in rows
    ]


SOURCES: Mapping[str, tuple[str, Callable[[Work, list[str], Period], Rows]]] = {
    DEALS: ("deals", _deals),
    RATINGS: ("ratings", _ratings),
}
"""业务的种类 → 从哪一路读来,怎么读。"""


@dataclass(frozen=True, slots=True)
class LeavePart:
    """一份申请当期的一种假:哪份、从哪天起、几天、假种的名字。"""

    evidence: str
    day: date
    days: Fraction
    label: str


def own_days(
    attended: PersonMonth, paid: Sequence[Segment], leaves: Sequence[LeavePart], kinds: Collection[str]
) -> tuple[Recorded, ...]:
    """一个人当期的考勤、加班(付钱的)、请假,一笔一笔(kinds 里有的才要)。"""
    found: list[Recorded] = []
    for kind, of_day in DAYS.items():
        if kind in kinds:
            rows = [row for day in attended.days for row in of_day(day)]
            found.append(Recorded(kind, tuple(rows)))
    if OVERTIME in kinds:
        found.append(Recorded(OVERTIME, tuple(_worked(one) for one in paid)))
    if LEAVE in kinds:
        found.append(Recorded(LEAVE, tuple(_away(one) for one in leaves)))
    return tuple(found)


def _marks(day: DayFact, name: str) -> tuple[str, ...]:
    """这一天某件事的证据编号;没有打卡的写那一天。"""
    found = tuple(evidence for item, evidence in day.evidence if item == name)
    return found or (f"day:{day.day.isoformat()}",)


def _late(day: DayFact) -> list[Record]:
    if not day.late_minutes:
        return []
    return [EVIDENCE["迟到"].record(*_marks(day, "late"), 分钟=(day.late_minutes, 1), 日期=str(day.day))]


def _early(day: DayFact) -> list[Record]:
    if not day.early_minutes:
        return []
    return [EVIDENCE["早退"].record(*_marks(day, "early"), 分钟=(day.early_minutes, 1), 日期=str(day.day))]


def _missing(day: DayFact) -> list[Record]:
    return [EVIDENCE["缺卡"].record(*_marks(day, "missing"), 日期=str(day.day)) for _ in day.missing]


def _absent(day: DayFact) -> list[Record]:
    days = absent_days(day)
    return [EVIDENCE["旷工"].record(*_marks(day, "absent"), 天数=as_pair(days), 日期=str(day.day))] if days else []


DAYS: Mapping[str, Callable[[DayFact], list[Record]]] = {
    "迟到": _late,
    "早退": _early,
    "缺卡": _missing,
    "旷工": _absent,
}
OVERTIME = "加班"


def _worked(one: Segment) -> Record:
    kind = EVIDENCE[OVERTIME]
    return kind.record(*one.evidence, 小时=(one.minutes, 60), 种类=KIND_LABELS[one.kind], 日期=str(one.day))


def _away(one: LeavePart) -> Record:
    return EVIDENCE[LEAVE].record(one.evidence, 天数=as_pair(one.days), 假种=one.label, 日期=str(one.day))


def no_work(rules: Policies, month: Month) -> tuple[tuple[Recorded, ...], tuple[Earlier, ...]]:
    """没有当月工资的一张(年终奖、补发):各类证据一笔也没有,往月的值都是零,免得同一笔提成发两次。"""
    wanted = needed(rules, month)
    records = tuple(Recorded(kind) for kind in wanted.kinds)
    return records, tuple(Earlier(need.slot, ((str(month.plus(-1)), (0, 1)),)) for need in wanted.past)


def with_deal(facts: PayFacts, fen: int, day: date) -> PayFacts:
    """假如再签一单:逐笔的签单里添一笔(只为看一眼);公式没有用到签单的不变。"""
    more = EVIDENCE[DEALS].record(金额=(fen, 1), 日期=str(day), 客户="")
    records = tuple(one._replace(rows=(*one.rows, more)) if one.kind == DEALS else one for one in facts.records)
    return facts._replace(records=records)
