"""导出 out exports:一期工资的各种文件,一件一件有记录——照哪个格式、谁、何时、为什么、摘要、控制合计、没有放进去的人。

文件不存:下载时照记录重新生成,摘要与记录一字不差才给;中间账户、姓名或格式变过,就说清楚、请重新导出。
银行文件再导出一次要写理由,免得发两遍。带整号的文件(银行、报税)只给薪酬专员,别的审计也能下载。
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from engine.money import Money
from handlers.actor import Actor
from handlers.out_bank import bank, layouts_of
from handlers.out_book import READY, run_of
from handlers.out_cost import cost
from handlers.out_insurance import insurance
from handlers.out_made import Ask, Made
from handlers.out_sheet import sheet
from handlers.out_tax import tax
from handlers.out_voucher import voucher
from handlers.out_write import Stamp
from handlers.payroll import OneRun
from models.exports import ExportRecord
from models.pay import PayRun
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class Kind:
    """一种文件:label 名字;build 怎么做;formats 可选的格式;private 带整号,只给薪酬专员;once 再导出要理由。"""

    label: str
    build: Callable[[Ask], Made]
    formats: tuple[str, ...] = ("xlsx",)
    private: bool = False
    once: bool = False


KINDS: Mapping[str, Kind] = {
    "sheet": Kind("工资表", sheet),
    "bank": Kind("银行代发文件", bank, ("",), private=True, once=True),
    "tax": Kind("报税文件", tax, private=True),
    "insurance": Kind("社保清单", insurance, ("xlsx", "csv")),
    "voucher": Kind("凭证", voucher, ("xlsx", "csv")),
    "cost": Kind("人工成本表", cost, ("xlsx", "csv")),
}
"""全部种类。"""
TOTALS = {
    "people": "人数", "count": "笔数", "runs": "期数", "gross": "应发", "insurance": "个人社保公积金", "tax": "个税",
    "net": "实发", "sum": "合计", "left_out": "没有放进去", "employee": "个人", "employer": "单位", "debit": "借方",
    "credit": "贷方",
}  # fmt: skip
COUNTS = ("people", "count", "runs")


@dataclass(frozen=True, slots=True)
class Export:
    """导出一份:kind 种类;layout 银行格式的名字;format xlsx 或 csv(空为默认);since 成本表从哪个月起;reason 理由。"""

    run_id: int
    kind: str
    layout: str = ""
    format: str = ""
    since: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OneExport:
    """一条导出记录。"""

    export_id: int


@dataclass(frozen=True, slots=True)
class ExportView:
    """一条导出记录的样子。totals [(名字, 写法)];can_download 这位能不能下载。"""

    export_id: int
    run_id: int
    month: str
    kind: str
    kind_label: str
    layout: str
    layout_version: str
    file_name: str
    sha256: str
    rows: int
    totals: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    reason: str
    exported_by: str
    exported_at: datetime
    can_download: bool


@dataclass(frozen=True, slots=True)
class ExportsView:
    """一期的导出页:ready 审批过没有(没有只能预览工资表);layouts 银行格式 [(名字, 给人看的名字)];again 已导出过银行文件。"""

    run_id: int
    month: str
    month_label: str
    pay_month: str
    state: str
    ready: bool
    layouts: tuple[tuple[str, str], ...]
    again: bool
    records: tuple[ExportView, ...]
    first_month: str


@dataclass(frozen=True, slots=True)
class FileOut:
    """一份文件:name 文件名,media 类型,data 内容,sha256 摘要。"""

    name: str
    media: str
    data: bytes
    sha256: str


def export(work: Work, command: Export, rules: Policies, actor: Actor) -> ExportView:
    """导出一份,留下记录;内容再用 download 取。"""
    kind = KINDS.get(command.kind)
    if kind is None:
        raise BadInput(
            "NO_SUCH_EXPORT", f"没有这种导出。可以导出的有:{'、'.join(one.label for one in KINDS.values())}。"
        )
    work.lock(f"export:{command.run_id}")
    run = run_of(work, command.run_id)
    reason = command.reason.strip()[:200]
    _check_again(work, run, (command.kind, kind), reason)
    params = _params(command, kind, actor, reason)
    made = kind.build(Ask(work, run, rules, Stamp(work.now, actor.name, ""), params))
    row = ExportRecord(
        run_id=command.run_id,
        month=run.month,
        kind=command.kind,
        layout=made.layout,
        layout_version=made.layout_version,
        file_name=made.file_name,
        sha256=hashlib.sha256(made.data).hexdigest(),
        rows=made.rows,
        totals=dict(made.totals),
        left_out=[list(one) for one in made.left_out],
        notes=list(made.notes),
        params=params,
        input_hash=run.input_hash,
        reason=reason,
        exported_by=actor.userid,
        exported_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return _view(row, actor.name, actor)


def _params(command: Export, kind: Kind, actor: Actor, reason: str) -> dict[str, str]:
    """生成时的选项;下载时照着再来一遍。"""
    format = command.format or kind.formats[0]
    if format not in kind.formats:
        raise BadInput("BAD_FORMAT", f"{kind.label}没有 {format} 这种格式。")
    found = {"by": actor.name, "format": format, "layout": command.layout, "since": command.since}
    return found | ({"leave_out": "yes"} if reason and command.kind == "tax" else {})


def _check_again(work: Work, run: PayRun, which: tuple[str, Kind], reason: str) -> None:
    """再导出一次银行文件要写理由。"""
    name, kind = which
    if not kind.once or reason:
        return
    before = _latest(work, run.id or 0, name)
    if before is not None:
        raise RuleBroken(
            "REASON_NEEDED",
            f"{Month.parse(run.month).label}的{kind.label}已经导出过({_who(work, before.exported_by)},{before.rows} 笔)。"
            "再导出可能让银行发两遍;确实需要,请写明理由再来。",
        )


def _latest(work: Work, run_id: int, kind: str) -> ExportRecord | None:
    return work.session.exec(
        select(ExportRecord)
        .where(ExportRecord.run_id == run_id, ExportRecord.kind == kind)
        .order_by(col(ExportRecord.id).desc())
    ).first()


def _who(work: Work, userid: str) -> str:
    person = work.session.exec(select(Person).where(Person.userid == userid)).first()
    return person.name if person is not None else userid


def download(work: Work, command: OneExport, rules: Policies, actor: Actor) -> FileOut:
    """取文件:照记录重新生成,摘要一致才给。"""
    row = work.session.get(ExportRecord, command.export_id)
    if row is None:
        raise NotFound("NO_EXPORT", "没有找到这条导出记录。请回到导出页查看。")
    kind = KINDS[row.kind]
    if kind.private and not actor.has("payroll"):
        raise NotAllowed("NOT_ALLOWED", f"{kind.label}里有完整的账号或证件号,只有薪酬专员能下载。记录您可以照常查看。")
    ask = Ask(work, run_of(work, row.run_id), rules, Stamp(row.exported_at, row.params["by"], ""), row.params)
    made = kind.build(ask)
    if hashlib.sha256(made.data).hexdigest() != row.sha256:
        raise Conflict(
            "EXPORT_CHANGED",
            "这份文件导出之后,收款账户、姓名、格式或程序有过变动,照记录重新生成的与当时的不一致,没有给出。请重新导出一份。",
        )
    return FileOut(made.file_name, made.media, made.data, row.sha256)


def exports(work: Work, command: OneRun, rules: Policies, actor: Actor) -> ExportsView:
    """一期的导出页:记录新的在前。"""
    run = run_of(work, command.run_id)
    rows = work.session.exec(
        select(ExportRecord, Person.name)
        .join(Person, col(Person.userid) == col(ExportRecord.exported_by), isouter=True)
        .where(ExportRecord.run_id == command.run_id)
        .order_by(col(ExportRecord.id).desc())
    ).all()
    first = work.session.exec(select(PayRun.month).order_by(col(PayRun.month)).limit(1)).first()
    return ExportsView(
        run_id=command.run_id,
        month=run.month,
        month_label=Month.parse(run.month).label,
        pay_month=run.pay_month,
        state=run.state,
        ready=run.state in READY,
        layouts=layouts_of(rules.layouts.banks),
        again=any(row.kind == "bank" for row, _ in rows),
        records=tuple(_view(row, name or row.exported_by, actor) for row, name in rows),
        first_month=first or run.month,
    )


def _view(row: ExportRecord, by: str, actor: Actor) -> ExportView:
    kind = KINDS[row.kind]
    return ExportView(
        export_id=row.id or 0,
        run_id=row.run_id,
        month=row.month,
        kind=row.kind,
        kind_label=kind.label,
        layout=row.layout,
        layout_version=row.layout_version,
        file_name=row.file_name,
        sha256=row.sha256,
        rows=row.rows,
        totals=tuple((TOTALS[k], f"{v:,}" if k in COUNTS else Money(v).show()) for k, v in row.totals.items()),
        left_out=tuple((name, why) for name, why in row.left_out),
        notes=tuple(row.notes),
        reason=row.reason,
        exported_by=by,
        exported_at=row.exported_at,
        can_download=actor.has("payroll") or not kind.private,
    )
