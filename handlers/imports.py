"""导入 imports:各种文件同一套办法——先看一看(什么也不写)、问题清单、导入、另一个人复核、撤回;同一份文件来两次只记一次。"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from config.policies import Policies
from engine.errors import BadInput
from handlers.actor import Actor
from handlers.inputs import MONTHLY
from handlers.inputs_batch import (
    Kind,
    already_words,
    batch_of,
    batch_view,
    check_seen,
    confirm_batch,
    open_batch,
    refuse_faults,
    same_file,
    undo_batch,
)
from handlers.inputs_bill import BILL
from handlers.inputs_faults import marked
from handlers.inputs_past import PAST
from handlers.inputs_shapes import BatchView, FileBack, ImportFile, OneBatch, Preview, UndoBatch
from handlers.inputs_special import SPECIAL
from handlers.inputs_ytd import YTD
from handlers.parallel_read import OLD
from models.inputs import ImportBatch
from models.work import Work

WAYS: Mapping[str, Kind] = {
    "monthly": MONTHLY,
    "special": SPECIAL,
    "bill": BILL,
    "old": OLD,
    "ytd": YTD,
    "past": PAST,
}
"""哪一种文件怎么办。"""


@dataclass(frozen=True, slots=True)
class BatchesOf:
    """某一种的各批导入;kind 空为全部。"""

    kind: str = ""


def _way(kind: str) -> Kind:
    if kind not in WAYS:
        raise BadInput("BAD_CHOICE", "没有这一种导入。请从页面上选一种。")
    return WAYS[kind]


def preview(work: Work, command: ImportFile, rules: Policies, actor: Actor) -> Preview:
    """先看一看:会写下什么、与已有的差在哪里、哪些格有问题。什么也不写。"""
    return _way(command.kind).look(work, command, rules).preview


def errors(work: Work, command: ImportFile, rules: Policies, actor: Actor) -> FileBack:
    """问题清单:原样的各行加一列“问题”的 xlsx。"""
    look = _way(command.kind).look(work, command, rules)
    data = marked(look.book, look.sheet, look.preview.faults)
    stem = look.book.name.rpartition(".")[0] or look.book.name
    return FileBack(f"{stem}-问题.xlsx", base64.b64encode(data).decode())


def take(work: Work, command: ImportFile, rules: Policies, actor: Actor) -> BatchView:
    """导入:有一处问题整份不收;同一份文件第二次来,取回上次那一批,不另写。"""
    way = _way(command.kind)
    work.lock(f"inputs:{command.kind}:{command.period}")
    way.check(work, command.period)
    look = way.look(work, command, rules)
    check_seen(command.seen, look.book)
    period = look.preview.period
    known = same_file(work, command.kind, period, look.book.digest)
    if known is not None:
        return batch_view(work, known, actor, already_words(work, known))
    refuse_faults(look.preview)
    batch = open_batch(work, actor, (command.kind, period), look.book, len(look.staged))
    way.write(work, batch, look, actor)
    work.session.flush()
    return batch_view(work, batch, actor)


def confirm(work: Work, command: OneBatch, rules: Policies, actor: Actor) -> BatchView:
    """复核一批:另一个人来。"""
    row = batch_of(work, command.batch_id)
    way = _way(row.kind)
    work.lock(f"inputs:{row.kind}:{row.period}")
    way.check(work, row.period)
    confirm_batch(work, row, actor)
    way.confirm(work, row, actor)
    work.session.flush()
    return batch_view(work, row, actor)


def undo(work: Work, command: UndoBatch, rules: Policies, actor: Actor) -> BatchView:
    """撤回一批:锁定之前;文件改好可以再导入。"""
    row = batch_of(work, command.batch_id)
    way = _way(row.kind)
    work.lock(f"inputs:{row.kind}:{row.period}")
    way.check(work, row.period)
    undo_batch(work, row, actor, command.reason)
    way.undo(work, row, actor)
    work.session.flush()
    return batch_view(work, row, actor)


def batches(work: Work, command: BatchesOf, rules: Policies, actor: Actor) -> list[BatchView]:
    """各批导入,新的在前。"""
    query = select(ImportBatch).order_by(col(ImportBatch.id).desc())
    if command.kind:
        query = query.where(ImportBatch.kind == command.kind)
    return [batch_view(work, row, actor) for row in work.session.exec(query)]
