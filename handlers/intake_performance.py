"""收业绩 intake_performance:签单与客户满意度。签单取消是同一编号的新版本。"""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from config.policies import Policies
from engine.days import show_date
from handlers.freshness import Change
from handlers.intake_people import ids_of
from handlers.records import DealRecord, RatingRecord
from models.performance import Deal, Rating
from models.work import Work

CHUNK = 400


def deals(work: Work, records: list[DealRecord], rules: Policies) -> list[Change]:
    """签单:旧的归属人、新的归属人,旧月份、新月份,都算被触及。"""
    known: dict[str, Deal] = {}
    ids = [r.source_id for r in records]
    for i in range(0, len(ids), CHUNK):
        found = work.session.exec(select(Deal).where(col(Deal.source_id).in_(ids[i : i + CHUNK])))
        known |= {d.source_id: d for d in found}
    owners = [r.owner_userid for r in records] + [d.owner_userid for d in known.values()]
    people = ids_of(work, owners)
    changes: list[Change] = []
    for record in records:
        old = known.get(record.source_id)
        say = _deal_words(old, record)
        changes += [
            Change(people[u], day, "deal", record.source_id, record.version, say)
            for u, day in _sides(record, old)
            if day is not None and u in people
        ]
        row = old or Deal(source_id=record.source_id, owner_userid=record.owner_userid, amount=record.amount)
        row.owner_userid, row.customer, row.amount = record.owner_userid, record.customer, record.amount
        row.signed_on, row.status, row.version = record.signed_on, record.status, record.version
        work.session.add(row)
    work.session.flush()
    return changes


def _sides(new: DealRecord, old: Deal | None) -> list[tuple[str, date | None]]:
    """触及谁、哪天:新的归属,和原先的归属(要在改之前问)。"""
    sides = [(new.owner_userid, new.signed_on)]
    if old is not None:
        sides.append((old.owner_userid, old.signed_on))
    return list(dict.fromkeys(sides))


def _deal_words(old: Deal | None, new: DealRecord) -> str:
    """这笔签单发生了什么(不含金额)。"""
    on = show_date(new.signed_on) if new.signed_on else "未签"
    if old is None:
        return f"新到一笔签单:{new.customer},{on}"
    if old.status != "cancelled" and new.status == "cancelled":
        return f"签单被取消:{new.customer},{on}"
    return f"签单有更正:{new.customer},{on}"


def ratings(work: Work, records: list[RatingRecord], rules: Policies) -> list[Change]:
    """客户满意度:按来源编号,以最新为准。"""
    known: dict[str, Rating] = {}
    ids = [r.source_id for r in records]
    for i in range(0, len(ids), CHUNK):
        found = work.session.exec(select(Rating).where(col(Rating.source_id).in_(ids[i : i + CHUNK])))
        known |= {d.source_id: d for d in found}
    owners = {r.owner_userid for r in records} | {old.owner_userid for old in known.values()}
    people = ids_of(work, sorted(owners))
    changes = [
        Change(people[u], day, "rating", r.source_id, r.version, f"{show_date(day)}的客户评价有变动")
        for r in records
        for u, day in _touched(r, known.get(r.source_id))
        if u in people
    ]
    for record in records:
        row = known.get(record.source_id) or Rating(
            source_id=record.source_id, owner_userid=record.owner_userid, score=record.score, rated_on=record.rated_on
        )
        row.owner_userid, row.customer, row.score = record.owner_userid, record.customer, record.score
        row.rated_on, row.version = record.rated_on, record.version
        work.session.add(row)
    work.session.flush()
    return changes


def _touched(new: RatingRecord, old: Rating | None) -> list[tuple[str, date]]:
    """触及谁、哪天:新的归属,和原先的归属。"""
    sides = [(new.owner_userid, new.rated_on)]
    if old is not None:
        sides.append((old.owner_userid, old.rated_on))
    return list(dict.fromkeys(sides))
