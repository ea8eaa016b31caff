"""发件 outbox:给别人的话,与改动同一事务写下,由推送稍后送达。"""

from __future__ import annotations

from sqlmodel import select

from models.mailbox import OutboxRow
from models.work import Work


def post(work: Work, kind: str, dedupe_key: str, payload: dict[str, object], cause: str = "") -> None:
    """写一封发件;同一 dedupe_key 只发一次(再来即忽略)。

    kind 与 payload 见 ehr_sync.push:card.create | card.update | notice | say | leave.writeback | leave.unwrite;
    pull 是安排回头再读一个来源(补卡之后重读那天的打卡)。
    """
    if work.session.exec(select(OutboxRow.id).where(OutboxRow.dedupe_key == dedupe_key)).first() is not None:
        return
    work.session.add(
        OutboxRow(dedupe_key=dedupe_key, kind=kind, payload=payload, cause=cause, next_at=work.now, created_at=work.now)
    )
    work.session.flush()
