"""卡片 cards:一件事的每一面各一张卡,编号由我们起;事情变了,卡片在原处更新。

这里只记“谁的、关于什么、哪一面”;字怎么写由 bot/cards 在送出时按当时的状态现写。
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlmodel import select

from handlers.outbox import post
from models.mailbox import Card, Fact, OutboxRow
from models.work import Work


@dataclass(frozen=True, slots=True)
class CardRef:
    """卡片的指向:noun 名词(leave、course、alert…)、subject_id 编号、role 哪一面(self、approver、hr)、userid 给谁。"""

    out_track_id: str
    noun: str
    subject_id: int
    role: str
    userid: str


def open_card(work: Work, noun: str, subject_id: int, role: str, userid: str) -> CardRef:
    """取这一面的卡,没有就起一个编号记下。"""
    row = work.session.exec(
        select(Card).where(Card.noun == noun, Card.subject_id == subject_id, Card.role == role, Card.userid == userid)
    ).first()
    if row is None:
        track = f"{noun}.{subject_id}.{role}.{userid}.{store_tag(work)}"
        row = Card(
            out_track_id=track,
            noun=noun,
            subject_id=subject_id,
            role=role,
            userid=userid,
            params={},
            updated_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
    return CardRef(row.out_track_id, row.noun, row.subject_id, row.role, row.userid)


def send_card(work: Work, ref: CardRef, cause: str) -> None:
    """把卡片寄给它的人(写进发件)。"""
    post(work, "card.create", f"card:{ref.out_track_id}", {"out_track_id": ref.out_track_id}, cause)


def refresh_cards(work: Work, noun: str, subject_id: int, revision: int, cause: str) -> None:
    """这件事变了:它的每一张卡都在原处更新一次(revision 防重)。"""
    rows = work.session.exec(select(Card.out_track_id).where(Card.noun == noun, Card.subject_id == subject_id)).all()
    for track in rows:
        if not _unsent(work, track):
            _post_update(work, track, revision, cause)


def _unsent(work: Work, track: str) -> bool:
    """这张卡还没寄出:寄出时会按当时的样子写,不必再更新(省一次推送)。"""
    state = work.session.exec(select(OutboxRow.state).where(OutboxRow.dedupe_key == f"card:{track}")).first()
    return state == "new"


def refresh_card_of(work: Work, ref: CardRef, revision: int) -> None:
    """只更新一个人的那张卡。"""
    _post_update(work, ref.out_track_id, revision, f"{ref.noun}:{ref.subject_id}")


def _post_update(work: Work, track: str, revision: int, cause: str) -> None:
    post(work, "card.update", f"card:{track}:{revision}", {"out_track_id": track, "revision": revision}, cause)


def card_ref(work: Work, out_track_id: str) -> CardRef | None:
    """按编号找卡;不是我们的卡为 None。"""
    row = work.session.get(Card, out_track_id)
    return CardRef(row.out_track_id, row.noun, row.subject_id, row.role, row.userid) if row else None


def store_tag(work: Work) -> str:
    """这座库的记号:卡片编号在同一应用里不能重用,换一座库就换一个记号。"""
    row = work.session.get(Fact, "store_tag")
    if row is None:
        row = Fact(key="store_tag", value=secrets.token_hex(4))
        work.session.add(row)
        work.session.flush()
    return row.value
