"""发薪 payroll:一期工资的一生,准备 → 锁定 → 计算 → 复核 → 审批 → 发布 → 归档;发布是一个事务,之后只增不改。

一个薪酬组一个月只有一期常规发薪。这里是短路:`run` 连走准备、锁定、计算,`publish` 连走复核、审批、发布,每一步照样留名;
一步一步走的在 payroll_life。月份没过完的是草稿,写明还缺哪些日子,不能发布;算不出来的人列出姓名与原因,
处理好再算,或写明理由暂缓。复核、审批、发布要由没有经手计算的人来做(engine.pay_life)。
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from config.policies import Policies
from engine.days import Month, shanghai, show_date
from engine.errors import NotFound, RuleBroken
from engine.money import Money
from engine.pay_facts import PayFacts, from_json
from engine.pay_life import State, Step, after, check_eyes, steps_to
from handlers.actor import Actor
from handlers.company import company_of
from handlers.freshness import PUBLISHING
from handlers.pay_archive import policies_of
from handlers.pay_arrears import check_unpaid
from handlers.pay_guards import check_ledger, check_ready, check_tax_client, run_notes
from handlers.pay_prepare import compute_all, prepare
from handlers.pay_publish import settle_publication
from handlers.pay_rows import TAXED_APART
from handlers.pay_steps import REGULAR, check_hash, makers, record, take, walk
from handlers.pay_verify import problems_of
from handlers.payroll_views import LateView, PersonNote, RunView, SlipRow, run_view
from handlers.people import Nothing
from models.pay import LateTruth, PayInput, PayRun, Payslip
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class Prepare:
    """算一个月:收齐输入、冻结、计算。算过而还没有人复核的,重新收、重新算。"""

    month: str


@dataclass(frozen=True, slots=True)
class OneRun:
    """一期发薪。"""

    run_id: int


@dataclass(frozen=True, slots=True)
class RunOf:
    """某月的那一期。"""

    month: str


@dataclass(frozen=True, slots=True)
class Publish:
    """发布:seen_hash 是您核对时看到的输入摘要(防看的与发的不是同一份)。"""

    run_id: int
    seen_hash: str


def run(work: Work, command: Prepare, rules: Policies, actor: Actor) -> RunView:
    """算一个月:准备,收齐了的随即锁定、计算;没收齐的是草稿,算出来只给看。"""
    row, notes = start(work, command.month, rules, actor)
    if row.state == State.DRAFT:
        compute_all(work, row, rules)
        row.computed_at = work.now
    else:
        walk(work, row, Step.LOCK, actor)
        compute(work, row, rules, actor)
    return run_view(work, row, actor, ";".join(notes))


def start(work: Work, month_text: str, rules: Policies, actor: Actor) -> tuple[PayRun, list[str]]:
    """准备一个月的常规发薪,记下这一步;返回批次与要说的话。事实与锁定互让:要么收进来,要么记成迟到的事实。"""
    month = Month.parse(month_text)
    company = company_of(work)
    if str(month) < company.first_month:
        raise RuleBroken(
            "BEFORE_FIRST_MONTH",
            f"{month.label}在启用本系统之前,没有可算的数据。请选 {company.first_month} 或之后的月份。",
        )
    work.lock(f"payrun:{company.pay_group}:{month}")
    work.lock(PUBLISHING)
    row = work.session.exec(_live_query(month).with_for_update()).first()  # 正在发布的,等它发完再看
    if row is not None:
        _check_again(row, month)
    row = row or PayRun(
        pay_group=company.pay_group,
        month=str(month),
        pay_month=str(company.pay_month(month, rules)),
        live_key=f"{company.pay_group}:{month}",
        totals={},
        missing_days=[],
        created_at=work.now,
        revision=0,
    )
    row.revision += 1
    row.created_by = actor.userid
    work.session.add(row)
    work.session.flush()
    notes = prepare(work, row, rules)
    record(work, row, Step.PREPARE, actor)
    return row, notes


def _check_again(row: PayRun, month: Month) -> None:
    if row.state == State.PUBLISHED:
        raise RuleBroken(
            "ALREADY_PUBLISHED", f"{month.label}的工资已经发布,不能重算。之后的更正会在下一期里补一行差额。"
        )
    after(row.state, Step.PREPARE)


def compute(work: Work, row: PayRun, rules: Policies, actor: Actor) -> None:
    """由冻结的输入、用冻结的规则计算,记下这一步。"""
    compute_all(work, row, policies_of(work, row, rules))
    row.computed_at = work.now
    row.created_by = actor.userid
    walk(work, row, Step.COMPUTE, actor)


def publish(work: Work, command: Publish, rules: Policies, actor: Actor) -> RunView:
    """发布:另一个人来;输入与您看过的一致;没有拦住的事。还没走的复核、审批一并走完。一个事务,整个成或整个不成。"""
    work.lock(PUBLISHING)
    row = take(work, command.run_id)
    if row.state == State.PUBLISHED:
        shown = run_view(work, row, actor)
        when = f"{shanghai(row.published_at):%m-%d %H:%M}" if row.published_at else ""
        return run_view(work, row, actor, f"这一期之前已经由 {shown.published_by} 在 {when} 发布,没有重复发布。")
    if row.state == State.DRAFT:
        days = "、".join(show_date(date.fromisoformat(d)) for d in row.missing_days[:5])
        raise RuleBroken(
            "MONTH_UNFINISHED",
            f"{Month.parse(row.month).label}的数据还没有收齐(缺 {days} 等 {len(row.missing_days)} 天),不能发布。"
            "请等月份过完、数据读齐之后重新计算。",
        )
    check_eyes(Step.PUBLISH, actor.userid, makers(work, row))
    if row.state in (State.PREPARED, State.LOCKED):
        after(row.state, Step.PUBLISH)
    check_hash(row, command.seen_hash)
    check_ready(work, row, rules, actor)
    check_tax_client(work, row, rules)
    check_unpaid(work, row)
    check_ledger(work, row)
    for step in steps_to(row.state, Step.PUBLISH):
        if step is Step.PUBLISH:
            row.published_by, row.published_at = actor.userid, work.now
        walk(work, row, step, actor)
    settle_publication(work, row, rules)
    return run_view(work, row, actor)


def view(work: Work, command: OneRun, rules: Policies, actor: Actor) -> RunView:
    """看一期。"""
    row = work.session.get(PayRun, command.run_id)
    if row is None:
        raise NotFound("NO_RUN", "没有找到这一期发薪。请回到发薪列表查看。")
    return _noted(work, row, rules, actor)


def _noted(work: Work, row: PayRun, rules: Policies, actor: Actor) -> RunView:
    """看一期,连同与上月比要留意的。"""
    shown = run_view(work, row, actor)
    return replace(shown, exceptions=(*shown.exceptions, *run_notes(work, row, rules)))


def view_of_month(work: Work, command: RunOf, rules: Policies, actor: Actor) -> RunView:
    """看某月的那一期;还没有报 NO_RUN。"""
    row = _live(work, Month.parse(command.month))
    if row is None:
        raise NotFound("NO_RUN", f"{Month.parse(command.month).label}还没有算过工资。请先计算。")
    return _noted(work, row, rules, actor)


def runs(work: Work, command: Nothing, rules: Policies, actor: Actor) -> list[RunView]:
    """各期发薪,新的在前。"""
    rows = work.session.exec(select(PayRun).order_by(col(PayRun.month).desc(), col(PayRun.id).desc())).all()
    return [run_view(work, row, actor) for row in rows]


def rows(work: Work, command: OneRun, rules: Policies, actor: Actor) -> list[SlipRow]:
    """一期里每个人的合计。"""
    found = work.session.exec(
        select(Payslip, Person)
        .join(Person, col(Person.id) == col(Payslip.person_id))
        .where(Payslip.run_id == command.run_id)
        .order_by(col(Person.main_dept_id), col(Person.userid))
    )
    return [_slip_row(s, p) for s, p in found]


def _slip_row(slip: Payslip, person: Person) -> SlipRow:
    """一个人的一行;个税连同单独计税的。"""
    apart = sum(-fen for code, fen in json.loads(slip.lines) if code in TAXED_APART)
    tax = slip.tax + Money(apart)
    return SlipRow(
        slip.person_id, person.userid, person.name,
        slip.gross.show(), slip.insurance.show(), tax.show(), slip.net.show(),
        slip.gross.yuan(), slip.insurance.yuan(), tax.yuan(), slip.net.yuan(),
        len(json.loads(slip.exceptions)),
    )  # fmt: skip


def late(work: Work, command: Nothing, rules: Policies, actor: Actor) -> list[LateView]:
    """迟到的事实,没处理的在前。"""
    found = work.session.exec(
        select(LateTruth, Person)
        .join(Person, col(Person.id) == col(LateTruth.person_id))
        .order_by(col(LateTruth.state).desc(), col(LateTruth.id).desc())
    )
    return [LateView(r.id or 0, r.person_id, p.name, r.month, r.kind, r.say, r.state, r.seen_at) for r, p in found]


def verify(work: Work, command: OneRun, rules: Policies, actor: Actor) -> list[str]:
    """复核一期:由冻结的输入再算一遍,逐人逐分比对;空为完全一致。"""
    row = work.session.get(PayRun, command.run_id)
    if row is None:
        raise NotFound("NO_RUN", "没有找到这一期发薪。请用 ehr payroll status 查看有哪些。")
    return problems_of(work, row, frozen(work, command.run_id), rules)


def frozen(work: Work, run_id: int) -> list[tuple[int, PayFacts]]:
    """一期冻结的输入。"""
    found = work.session.exec(select(PayInput).where(PayInput.run_id == run_id).order_by(col(PayInput.person_id)))
    return [(r.person_id, from_json(r.facts)) for r in found]


def _live_query(month: Month) -> SelectOfScalar[PayRun]:
    return select(PayRun).where(PayRun.month == str(month), PayRun.kind == REGULAR, col(PayRun.live_key).is_not(None))


def _live(work: Work, month: Month) -> PayRun | None:
    return work.session.exec(_live_query(month)).first()


__all__ = [
    "LateView",
    "OneRun",
    "PersonNote",
    "Prepare",
    "Publish",
    "RunOf",
    "RunView",
    "SlipRow",
    "compute",
    "frozen",
    "late",
    "publish",
    "rows",
    "run",
    "runs",
    "start",
    "verify",
    "view",
    "view_of_month",
]
