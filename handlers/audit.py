"""审计 audit:写一行、验一遍。每行的摘要含上一行的摘要。"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import col, select

from handlers.actor import Actor
from models.audit import AuditLine
from models.mailbox import DoneKey
from models.work import Work

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """要写的一行:use_case 用例名;subject 对象(如 person:12、leave:3);key 幂等键;details 一句话,不含金额与证件号。"""

    use_case: str
    subject: str = ""
    key: str = ""
    details: str = ""


def _digest(at: datetime, actor: str, door: str, entry: Entry, previous: str) -> str:
    parts = (
        at.astimezone(UTC).isoformat(),
        actor,
        door,
        entry.use_case,
        entry.subject,
        entry.key,
        entry.details,
        previous,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def note(work: Work, actor: Actor, entry: Entry) -> None:
    """追加一行审计;与改动同一事务。"""
    work.lock("audit")
    last = work.session.exec(select(AuditLine.digest).order_by(col(AuditLine.id).desc()).limit(1)).first()
    previous = last or GENESIS
    work.session.add(
        AuditLine(
            at=work.now,
            actor=actor.userid or "system",
            door=actor.door,
            use_case=entry.use_case,
            subject=entry.subject,
            key=entry.key,
            details=entry.details,
            previous=previous,
            digest=_digest(work.now, actor.userid or "system", actor.door, entry, previous),
        )
    )


def verify(work: Work) -> list[str]:
    """从头验一遍:返回问题(空为完好),指名是哪一行。尾巴被删的,由办过的事(幂等键)认出来。"""
    problems: list[str] = []
    previous = GENESIS
    keys: set[str] = set()
    for line in work.session.exec(select(AuditLine).order_by(col(AuditLine.id))):
        entry = Entry(line.use_case, line.subject, line.key, line.details)
        expected = _digest(line.at, line.actor, line.door, entry, line.previous)
        if line.previous != previous:
            problems.append(f"第 {line.id} 行之前有缺失或换序")
        elif line.digest != expected:
            problems.append(f"第 {line.id} 行被改动过")
        previous = line.digest
        keys.add(line.key)
    done = work.session.exec(select(DoneKey.key).order_by(DoneKey.key)).all()
    return problems + [f"办过的事 {key} 没有审计行" for key in done if key not in keys]
