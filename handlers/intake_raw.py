"""收原文 intake_raw:每条外面来的记录留一份原文,认出哪些是新的。

同一编号只有一版在用(in_force):版本带修改时间的,后改的为准,晚到的旧版只留档、不覆盖;
版本只是内容摘要的,后到的为准(改过去又改回来,也是一次变动)。通讯录里还没有的人的审批、花名册先列给 HR,
人来了之后再读到就补上。
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import col, select

from handlers.intake_people import ids_of
from handlers.records import (
    ApprovalRecord,
    BadRecord,
    DepartmentRecord,
    DismissalRecord,
    GroupRecord,
    LeaveTypeRecord,
    Page,
    PersonRecord,
    QuotaRecord,
    Record,
    RosterRecord,
    ScheduleRecord,
    ShiftRecord,
)
from models.mailbox import RawRecord
from models.work import Work

CHUNK = 400
STAMP = re.compile(r"\d{8}T\d{6}")
NEEDS_PERSON = (ApprovalRecord, DismissalRecord, RosterRecord)


@dataclass(slots=True)
class Sifted:
    """挑出来的:fresh 要办的(编号 → 记录);waiting 还不认得人的条数;same 早已收过或已过时的条数。"""

    fresh: dict[str, Record] = field(default_factory=dict)
    waiting: int = 0
    same: int = 0


def sift(work: Work, page: Page) -> Sifted:
    """留原文,挑出要办的记录;同页里重复的以较新的为准。"""
    marks = [(source_id(r), version_of(r)) for r in page.records]
    known = _known(work, page.feed, {sid for sid, _ in marks})
    force = {row.source_id: row.version for row in known.values() if row.in_force}
    people = _people(work, page)
    found = Sifted()
    for index, (record, mark) in enumerate(zip(page.records, marks, strict=True)):
        row = known.get(mark)
        if row is not None and (row.in_force or not row.reason) and not _newer(mark[1], force.get(mark[0])):
            found.same += 1
            continue
        if row is None:
            raw = page.raw[index] if index < len(page.raw) else repr(record)
            row = RawRecord(
                feed=page.feed, source_id=mark[0], version=mark[1], raw=raw, in_force=False, seen_at=work.now
            )
            known[mark] = row
        if isinstance(record, NEEDS_PERSON) and record.userid not in people:
            found.waiting += not row.reason
            row.reason = f"通讯录里还没有这个人({record.userid}),人同步过来之后会自动补上。"
            continue
        row.reason = ""
        if _newer(mark[1], force.get(mark[0])):
            force[mark[0]] = mark[1]
            found.fresh[mark[0]] = record
        else:
            found.same += 1
    _store(work, known.values(), force)
    return found


def _newer(version: str, current: str | None) -> bool:
    """这一版该不该接替现在用着的那版。"""
    if current is None:
        return True
    if STAMP.match(version) and STAMP.match(current):
        return version[:15] >= current[:15] and version != current
    return version != current


def _known(work: Work, feed: str, ids: set[str]) -> dict[tuple[str, str], RawRecord]:
    found: dict[tuple[str, str], RawRecord] = {}
    ordered = sorted(ids)
    for i in range(0, len(ordered), CHUNK):
        rows = work.session.exec(
            select(RawRecord).where(RawRecord.feed == feed, col(RawRecord.source_id).in_(ordered[i : i + CHUNK]))
        )
        found |= {(row.source_id, row.version): row for row in rows}
    return found


def _people(work: Work, page: Page) -> set[str]:
    """认得的人:通讯录里已有的,和这一页里正要收下的。"""
    asked = [r.userid for r in page.records if isinstance(r, NEEDS_PERSON)]
    return {r.userid for r in page.records if isinstance(r, PersonRecord)} | set(ids_of(work, asked))


def _store(work: Work, rows: Iterable[RawRecord], force: dict[str, str]) -> None:
    """新的一次写入,旧的换下。"""
    new: list[dict[str, Any]] = []
    for row in rows:
        row.in_force = not row.reason and force.get(row.source_id) == row.version
        if row.id is None:
            new.append(row.model_dump(exclude={"id"}))
    if new:
        work.session.execute(insert(RawRecord), new)
    work.session.flush()


def keep_bad(work: Work, feed: str, bad: tuple[BadRecord, ...]) -> int:
    """留坏记录的原文与原因;同样的只留一次。返回新的条数。"""
    count = 0
    for record in bad:
        version = hashlib.sha256(record.raw.encode()).hexdigest()[:20]
        known = work.session.exec(
            select(RawRecord).where(
                RawRecord.feed == feed, RawRecord.source_id == record.source_id, RawRecord.version == version
            )
        ).first()
        if known is not None and known.reason:
            continue
        count += 1
        if known is not None:
            known.reason = record.reason
        else:
            row = RawRecord(feed=feed, source_id=record.source_id, version=version, raw=record.raw, seen_at=work.now)
            row.reason, row.in_force = record.reason, False
            work.session.add(row)
        work.session.flush()
    return count


def mend(work: Work, feed: str, ids: Iterable[str]) -> None:
    """同一编号读懂了:原先读不懂的那份不再列给 HR(原文仍在)。"""
    ordered = sorted({name for one in ids for name in (one, one.partition(":")[2])})
    for i in range(0, len(ordered), CHUNK):
        work.session.execute(
            update(RawRecord)
            .where(
                col(RawRecord.feed) == feed,
                col(RawRecord.source_id).in_(ordered[i : i + CHUNK]),
                col(RawRecord.reason) != "",
            )
            .values(reason="")
        )


def source_id(record: Record) -> str:
    """一条记录在它那一类里的编号。"""
    match record:
        case DepartmentRecord():
            return f"dept:{record.dept_id}"
        case ShiftRecord():
            return f"shift:{record.shift_id}"
        case GroupRecord():
            return f"group:{record.group_id}"
        case LeaveTypeRecord():
            return f"leavetype:{record.leave_code}"
        case ScheduleRecord():
            return f"schedule:{record.userid}:{record.day}"
        case QuotaRecord():
            return f"quota:{record.userid}:{record.leave_code}:{record.cycle}"
        case ApprovalRecord():
            return f"approval:{record.instance_id}"
        case PersonRecord() | DismissalRecord() | RosterRecord():
            return f"{type(record).__name__.removesuffix('Record').lower()}:{record.userid}"
        case _:
            return f"{type(record).__name__.removesuffix('Record').lower()}:{record.source_id}"


def version_of(record: Record) -> str:
    """一条记录的版本:外面给的;没有就用内容摘要。"""
    version = getattr(record, "version", "")
    return version or hashlib.sha256(repr(record).encode()).hexdigest()[:20]
