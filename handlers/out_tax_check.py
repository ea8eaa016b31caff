"""与扣缴客户端核对 out tax check:读回税款计算的结果,逐人比对,不同的列出来、给出可能的原因、留着,直到说明或改平。

政策 tax.client_check 定何时拦:before_publish 发布之前、before_declaration 申报之前、off 不拦。
发布前拦不拦见 out_tax_gate;申报由这里的 `declare` 管。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import BadInput, NotFound, RuleBroken
from engine.money import Money
from handlers.actor import Actor
from handlers.company import company_of
from handlers.out_book import DONE, run_of
from handlers.out_read import Upload, digest_of, rows_of
from handlers.out_tax_compare import Difference, compare
from handlers.out_tax_gate import latest, policy_of, reasons_at
from handlers.out_tax_month import tax_month
from handlers.out_tax_result import read_result
from handlers.payroll import OneRun
from models.exports import TaxClientFile, TaxDeclaration, TaxDifference
from models.pay import PayRun
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class TakeResult:
    """读回客户端的结果。"""

    run_id: int
    file: Upload


@dataclass(frozen=True, slots=True)
class ExplainDifference:
    """说明一处不同:理由。"""

    difference_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """一处不同。ours、theirs 写成金额(没有的一边为空)。"""

    difference_id: int
    person_id: int
    who: str
    label: str
    ours: str
    theirs: str
    hint: str
    state: str
    reason: str
    explained_by: str


@dataclass(frozen=True, slots=True)
class TaxCheckView:
    """一个发放月的核对:file 最近读回的文件(空为还没有);blocked 现在拦着申报的缘由;declared_at 已申报的时刻。"""

    run_id: int
    pay_month: str
    pay_month_label: str
    file_name: str
    taken_at: datetime | None
    rows: int
    differences: tuple[DifferenceView, ...]
    open: int
    policy: str
    blocked: tuple[str, ...]
    declared_at: datetime | None
    declared_by: str


def take_result(work: Work, command: TakeResult, rules: Policies, actor: Actor) -> TaxCheckView:
    """读回结果,逐人比对。同一处不同以前说明过、两边的数都没变的,说明还在。"""
    run = run_of(work, command.run_id)
    work.lock(f"taxcheck:{run.pay_month}")
    laid = rules.layouts.tax_result
    theirs = read_result(rows_of(command.file), laid.shape)
    ours = tax_month(work, run, rules)
    monthly = rules.withholding.on(ours.pay_month.first).monthly_allowance
    found = compare(ours.people, theirs, _id_numbers(work), monthly)
    before = _explained(work, latest(work, ours.unit, run.pay_month))
    file = TaxClientFile(
        unit=ours.unit, pay_month=run.pay_month, file_name=command.file.name[:120], sha256=digest_of(command.file),
        rows=len(theirs), taken_by=actor.userid, taken_at=work.now,
    )  # fmt: skip
    work.session.add(file)
    work.session.flush()
    for one in found:
        work.session.add(_row(file.id or 0, one, before))
    work.session.flush()
    return _view(work, run, rules)


def _id_numbers(work: Work) -> dict[int, str]:
    """人 → 证件号码(只在内存里比对用)。"""
    from_rows = work.rows("SELECT person_id, id_number FROM taxidentity WHERE id_number <> ''")
    return {int(person_id): str(number).upper() for person_id, number in from_rows}


def _row(file_id: int, one: Difference, before: dict[tuple[object, ...], TaxDifference]) -> TaxDifference:
    row = TaxDifference(
        file_id=file_id, person_id=one.person_id, who=one.who, field=one.field, hint=one.hint,
        ours=None if one.ours is None else Money(one.ours), theirs=None if one.theirs is None else Money(one.theirs),
    )  # fmt: skip
    same = before.get(_key(row))
    if same is not None:
        row.state, row.reason, row.explained_by, row.explained_at = (
            same.state, same.reason, same.explained_by, same.explained_at,
        )  # fmt: skip
    return row


def _key(row: TaxDifference) -> tuple[object, ...]:
    return row.person_id, row.who, row.field, row.ours, row.theirs


def _explained(work: Work, file: TaxClientFile | None) -> dict[tuple[object, ...], TaxDifference]:
    if file is None:
        return {}
    rows = work.session.exec(
        select(TaxDifference).where(TaxDifference.file_id == file.id, TaxDifference.state == "explained")
    )
    return {_key(row): row for row in rows}


def check(work: Work, command: OneRun, rules: Policies, actor: Actor) -> TaxCheckView:
    """看一个发放月的核对。"""
    return _view(work, run_of(work, command.run_id), rules)


def explain_difference(work: Work, command: ExplainDifference, rules: Policies, actor: Actor) -> DifferenceView:
    """写明为什么不同;写了就不再拦。"""
    reason = command.reason.strip()[:500]
    if not reason:
        raise BadInput("REASON_NEEDED", "请写明为什么不同(例如:客户端里的入职日期没有更新,已改)。")
    row = work.session.get(TaxDifference, command.difference_id)
    if row is None:
        raise NotFound("NO_DIFFERENCE", "没有找到这一处不同。请刷新页面后再试。")
    row.state, row.reason, row.explained_by, row.explained_at = "explained", reason, actor.userid, work.now
    work.session.add(row)
    work.session.flush()
    return _difference(row, {actor.userid: actor.name}, _labels(rules))


def declare(work: Work, command: OneRun, rules: Policies, actor: Actor) -> TaxCheckView:
    """登记已经申报;政策要核对而还有没说明的不同,就拦住。"""
    run = run_of(work, command.run_id)
    if run.state not in DONE:
        raise RuleBroken("NOT_PUBLISHED", f"{Month.parse(run.month).label}的工资还没有发布,不能登记申报。请先发布。")
    words = reasons_at(work, run, rules, "declare")
    if words:
        raise RuleBroken("TAX_CLIENT_DIFFERS", f"还不能登记申报:{';'.join(words)}。")
    unit = company_of(work).unit
    if work.session.get(TaxDeclaration, (unit, run.pay_month)) is None:
        work.session.add(
            TaxDeclaration(unit=unit, pay_month=run.pay_month, declared_by=actor.userid, declared_at=work.now)
        )
        work.session.flush()
    return _view(work, run, rules)


def _view(work: Work, run: PayRun, rules: Policies) -> TaxCheckView:
    unit = company_of(work).unit
    file = latest(work, unit, run.pay_month)
    rows = (
        work.session.exec(select(TaxDifference).where(TaxDifference.file_id == file.id).order_by(col(TaxDifference.id)))
        if file is not None
        else ()
    )
    names = {p.userid: p.name for p in work.session.exec(select(Person))}
    found = tuple(_difference(row, names, _labels(rules)) for row in rows)
    done = work.session.get(TaxDeclaration, (unit, run.pay_month))
    return TaxCheckView(
        run_id=run.id or 0,
        pay_month=run.pay_month,
        pay_month_label=Month.parse(run.pay_month).label,
        file_name=file.file_name if file else "",
        taken_at=file.taken_at if file else None,
        rows=file.rows if file else 0,
        differences=tuple(sorted(found, key=lambda one: one.state != "open")),
        open=sum(one.state == "open" for one in found),
        policy=policy_of(rules, run),
        blocked=reasons_at(work, run, rules, "declare"),
        declared_at=done.declared_at if done else None,
        declared_by=names.get(done.declared_by, done.declared_by) if done else "",
    )


def _labels(rules: Policies) -> dict[str, str]:
    """各项的名字。"""
    named = {str(key): one.label for key, one in rules.layouts.tax_result.shape.fields.items()}
    return named | {"missing_theirs": "客户端没有这个人", "missing_ours": "我们没有这个人"}


def _difference(row: TaxDifference, names: dict[str, str], labels: dict[str, str]) -> DifferenceView:
    return DifferenceView(
        row.id or 0, row.person_id, row.who, labels.get(row.field, row.field),
        row.ours.show() if row.ours is not None else "", row.theirs.show() if row.theirs is not None else "",
        row.hint, row.state, row.reason, names.get(row.explained_by, row.explained_by),
    )  # fmt: skip
