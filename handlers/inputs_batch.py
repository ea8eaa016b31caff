"""导入的一批 inputs batch:各种导入共用的登记、认出同一份文件、复核(另一个人)、撤回(锁定之前)。"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month, shanghai
from engine.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from engine.pay_life import LOCKED
from handlers.actor import Actor
from handlers.inputs_shapes import BatchView, ImportFile, Preview
from handlers.sheet_in import Book, Sheet
from models.inputs import ImportBatch
from models.pay import PayRun
from models.people import Person
from models.work import Work

KINDS = {
    "monthly": "月度输入",
    "special": "专项附加扣除",
    "bill": "社保公积金账单",
    "old": "旧工资表",
    "ytd": "个税期初累计",
    "past": "历史工资",
}
STATES = {"open": "待复核", "confirmed": "已复核", "undone": "已撤回"}
CLOSED_STATES = frozenset(str(state) for state in LOCKED)
"""这些状态的一期已经锁定:它那个月的输入不再改。"""


@dataclass(frozen=True, slots=True)
class Look:
    """读过的一份文件:preview 给人看的;staged 要写下的(各种导入各有其形);book、sheet 文件与其中的表。"""

    preview: Preview
    staged: Sequence[Any]
    book: Book
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Kind:
    """一种导入:look 读(什么也不写);write 写下各行;confirm、undo 复核与撤回时各行怎么办;check 这一期还能不能改。"""

    look: Callable[[Work, ImportFile, Policies], Look]
    write: Callable[[Work, ImportBatch, Look, Actor], None]
    confirm: Callable[[Work, ImportBatch, Actor], None]
    undo: Callable[[Work, ImportBatch, Actor], None]
    check: Callable[[Work, str], None]


def closed(work: Work, month: str) -> bool:
    """这个月的常规发薪锁定了没有。"""
    rows = work.session.exec(select(PayRun.state).where(PayRun.month == month, col(PayRun.live_key).is_not(None)))
    return any(state in CLOSED_STATES for state in rows)


def check_open(work: Work, month: str) -> None:
    """锁定了的月份不能再录、复核、撤回;之后的更正走下一期。"""
    if closed(work, month):
        label = Month.parse(month).label
        raise RuleBroken(
            "MONTH_CLOSED", f"{label}的工资已经锁定,不能再改它的输入。请录到下一个月,或请发薪的同事先退回。"
        )


def same_file(work: Work, kind: str, period: str, digest: str) -> ImportBatch | None:
    """这份文件在这一期导入过没有(撤回的不算)。"""
    return work.session.exec(select(ImportBatch).where(ImportBatch.live_key == f"{kind}:{period}:{digest}")).first()


def already_words(work: Work, row: ImportBatch) -> str:
    """导入过的话:谁、什么时候。"""
    at = shanghai(row.imported_at)
    who = person_name(work, row.imported_by)
    return f"这份文件 {at.month}月{at.day}日 {at:%H:%M} 由{who}导入过({STATES[row.state]}),没有重复写下。"


def open_batch(work: Work, actor: Actor, about: tuple[str, str], book: Book, rows: int) -> ImportBatch:
    """登记一批;about 是(哪一种, 哪一期)。"""
    kind, period = about
    row = ImportBatch(
        kind=kind,
        period=period,
        file_name=book.name,
        file_hash=book.digest,
        live_key=f"{kind}:{period}:{book.digest}",
        mapping={},
        rows=rows,
        imported_by=actor.userid,
        imported_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def check_seen(seen: str, book: Book) -> None:
    """导入的就是您看过的那一份。"""
    if seen and seen != book.digest:
        raise Conflict("FILE_CHANGED", "这份文件与您刚才看的不是同一份,没有导入。请再看一遍结果,确认之后再导入。")


def refuse_faults(found: Preview) -> None:
    """有问题就整份不收:导一半比不导更糟。"""
    if found.faults:
        first = found.faults[0]
        say = f"这份文件有 {len(found.faults)} 处问题,没有导入。第一处在 {first.at}:{first.say}"
        raise BadInput("IMPORT_FAULTS", say, {"count": str(len(found.faults)), "at": first.at})


def batch_of(work: Work, batch_id: int, kind: str = "") -> ImportBatch:
    """取一批(加锁);没有报 NO_BATCH。"""
    query = select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    row = work.session.exec(query).first()
    if row is None or (kind and row.kind != kind):
        raise NotFound("NO_BATCH", "没有找到这一批导入。请回到列表查看。")
    return row


def confirm_batch(work: Work, row: ImportBatch, actor: Actor) -> None:
    """复核:另一个人来;撤回了的不行;已复核的照旧。"""
    if row.state == "undone":
        raise RuleBroken("BATCH_UNDONE", "这一批已经撤回,不能再复核。需要的话请重新导入。")
    if row.state == "confirmed":
        return
    if row.imported_by == actor.userid:
        raise NotAllowed("FOUR_EYES", "导入和复核要由两个人来做。请另一位薪酬专员核对后复核。")
    row.state, row.confirmed_by, row.confirmed_at = "confirmed", actor.userid, work.now
    work.session.add(row)
    work.session.flush()


def undo_batch(work: Work, row: ImportBatch, actor: Actor, reason: str) -> None:
    """撤回:写明理由;文件之后可以再导入。"""
    if row.state == "undone":
        raise RuleBroken("BATCH_UNDONE", "这一批之前已经撤回。")
    words = reason.strip()[:500]
    if not words:
        raise BadInput("REASON_NEEDED", "撤回需要写明理由,之后看得到。请填写后再撤回。")
    row.state, row.live_key = "undone", None
    row.undone_by, row.undone_at, row.undone_reason = actor.userid, work.now, words
    work.session.add(row)
    work.session.flush()


def batch_view(work: Work, row: ImportBatch, actor: Actor, note: str = "") -> BatchView:
    """一批的样子。"""
    can: tuple[str, ...] = ()
    if actor.has("payroll") and row.state != "undone":
        can = ("undo",) if row.state == "confirmed" or row.imported_by == actor.userid else ("confirm", "undo")
    return BatchView(
        batch_id=row.id or 0,
        kind=row.kind,
        kind_label=KINDS[row.kind],
        period=row.period,
        file_name=row.file_name,
        digest=row.file_hash,
        rows=row.rows,
        state=row.state,
        state_label=STATES[row.state],
        imported_by=person_name(work, row.imported_by),
        imported_at=row.imported_at,
        confirmed_by=person_name(work, row.confirmed_by),
        confirmed_at=row.confirmed_at,
        undone_by=person_name(work, row.undone_by),
        undone_reason=row.undone_reason,
        can=can,
        note=note,
    )


def person_name(work: Work, userid: str) -> str:
    """账号 → 姓名;认不得照写。"""
    if not userid:
        return ""
    return work.session.exec(select(Person.name).where(Person.userid == userid)).first() or userid
