"""提醒簿 alerts_book:开一条提醒、关一条提醒。同一去重键未关闭时只有一条,内容变了就原处更新。"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlmodel import select

from handlers.cards import open_card, refresh_cards, send_card
from handlers.people import hr_userids
from models.alerts import Alert
from models.work import Work


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """提醒的旁证:severity info | warn | urgent;window 档(60/30/7);due 期限;remedy 补救动作;evidence 证据。"""

    severity: str = "warn"
    window: str = ""
    due: date | None = None
    remedy: str = ""
    evidence: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertMark:
    """哪一条提醒:rule 规则名;live_key 去重键;person_id 关于谁。"""

    rule: str
    live_key: str
    person_id: int


def raise_alert(work: Work, mark: AlertMark, say: str, facts: AlertFacts | None = None) -> Alert:
    """开一条提醒(已有未关闭的就更新),给每位 HR 一张卡。"""
    facts = facts or AlertFacts()
    rule, live_key, person_id = mark.rule, mark.live_key, mark.person_id
    row = work.session.exec(select(Alert).where(Alert.live_key == live_key)).first()
    fresh = row is None
    if row is None:
        row = Alert(
            rule=rule,
            live_key=live_key,
            person_id=person_id,
            say=say,
            evidence=facts.evidence,
            opened_at=work.now,
        )
    changed = fresh or (row.say, row.window) != (say, facts.window)
    row.say, row.severity, row.window = say, facts.severity, facts.window
    row.due, row.remedy, row.evidence = facts.due, facts.remedy, facts.evidence
    work.session.add(row)
    work.session.flush()
    assert row.id is not None
    if fresh:
        for userid in hr_userids(work):
            send_card(work, open_card(work, "alert", row.id, "hr", userid), f"alert:{row.id}")
    elif changed:
        refresh_cards(work, "alert", row.id, hash_of(row), f"alert:{row.id}")
    return row


def close_alert(work: Work, row: Alert, because: str) -> None:
    """关一条提醒:原因消失或已处理;卡片在原处变成已关闭。"""
    if row.state == "closed" or row.id is None:
        return
    row.state, row.live_key, row.closed_at, row.closed_because = "closed", None, work.now, because
    work.session.add(row)
    work.session.flush()
    refresh_cards(work, "alert", row.id, 1_000_000, f"alert:{row.id}")


def close_by_key(work: Work, live_key: str, because: str) -> None:
    """按去重键关:没有开着的就无事。"""
    row = work.session.exec(select(Alert).where(Alert.live_key == live_key)).first()
    if row is not None:
        close_alert(work, row, because)


def hash_of(row: Alert) -> int:
    """内容变了,号就变:给卡片更新防重用。"""
    digits = "".join(c for c in row.window if c.isdigit()) or "0"
    return int(digits) + (500_000 if row.remedy_done_at else 0)
