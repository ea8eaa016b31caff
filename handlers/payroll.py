"""发薪 payroll:一期工资的一生(这一步:计算 → 另一人核对发布)。发布是一个事务,之后只增不改。

一个薪酬组一个月只有一期常规发薪;月份没过完的是草稿,写明还缺哪些日子,不能发布;
有人算不出来或有拦住的事,列出姓名与原因,处理好再算。
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from config.policies import Policies
from engine.days import Month, Span, shanghai_date, show_date
from engine.errors import Conflict, NotAllowed, NotFound, RuleBroken
from engine.pay_facts import PayFacts, from_json, to_json
from handlers.actor import Actor
from handlers.company import company_of, remember_cycle
from handlers.freshness import PUBLISHING
from handlers.pay_compute import compute_run, rules_for, seal_of
from handlers.pay_facts import gather
from handlers.pay_publish import settle_publication
from handlers.pay_verify import problems_of
from handlers.payroll_views import LateView, PersonNote, RunView, SlipRow, run_view
from handlers.people import Nothing
from models.mailbox import Cursor
from models.pay import LateTruth, PayFailure, PayInput, PayProfile, PayRun, Payslip
from models.people import Person
from models.performance import Indicator
from models.work import Work


@dataclass(frozen=True, slots=True)
class Prepare:
    """算一个月:收齐输入、冻结、计算。已算过而未发布的,重新收、重新算。"""

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
    """算一个月。"""
    month = Month.parse(command.month)
    company = company_of(work)
    if str(month) < company.first_month:
        raise RuleBroken(
            "BEFORE_FIRST_MONTH",
            f"{month.label}在启用本系统之前,没有可算的数据。请选 {company.first_month} 或之后的月份。",
        )
    work.lock(f"payrun:{company.pay_group}:{month}")
    row = work.session.exec(_live_query(month).with_for_update()).first()  # 正在发布的,等它发完再看
    if row is not None and row.state == "published":
        raise RuleBroken("ALREADY_PUBLISHED", f"{month.label}的工资已经发布,不能重算。之后的更正会列在“迟到的事实”里。")
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
    remember_cycle(work, rules, month)
    _freeze(work, row, month, rules)
    compute_run(work, row, rules)
    row.computed_at = work.now
    row.rules_version = rules.version
    row.state = "draft" if row.missing_days else "computed"
    work.session.add(row)
    work.session.flush()
    return run_view(work, row, actor)


def _freeze(work: Work, row: PayRun, month: Month, rules: Policies) -> None:
    """收齐并冻结输入;收不齐的记下原因。"""
    assert row.id is not None
    for table in (PayInput, PayFailure):
        work.session.execute(delete(table).where(col(table.run_id) == row.id))
    found = gather(work, people_in(work, company_of(work).period(month, rules)), month, rules)
    inputs = [
        {"run_id": row.id, "person_id": g.person_id, "facts": to_json(g.facts)} for g in found if g.facts is not None
    ]
    failures = [
        {"run_id": row.id, "person_id": g.person_id, "code": g.failure[0], "say": g.failure[1]}
        for g in found
        if g.failure is not None
    ]
    if inputs:
        work.session.execute(insert(PayInput), inputs)
    if failures:
        work.session.execute(insert(PayFailure), failures)
    days = {day for g in found for day in g.missing_days}
    row.missing_days = [day.isoformat() for day in sorted(days)]
    period = company_of(work).period(month, rules)
    if not days and period.last >= shanghai_date(work.now):
        row.missing_days = [period.last.isoformat()]
    elif not days and _results_behind(work, month):
        row.missing_days = [month.last.isoformat()]


def _results_behind(work: Work, month: Month) -> bool:
    """签单、评价还没读到月底之后(用到它们的绩效方案要等它们):先出草稿,读到了再算。"""
    used = {row.source for row in work.session.exec(select(Indicator))} & {"deals", "ratings"}
    read = {row.feed: row.success_at for row in work.session.exec(select(Cursor))}
    seen = (read.get(feed) for feed in sorted(used))
    return any(at is None or shanghai_date(at) <= month.last for at in seen)


def people_in(work: Work, month: Span) -> list[Person]:
    """这个月(或这一期)在职过、有薪酬档案的人,按编号。"""
    rows = work.session.exec(
        select(Person).join(PayProfile, col(PayProfile.person_id) == col(Person.id)).order_by(col(Person.id))
    )
    return [
        p
        for p in rows
        if (p.hired_on is None or p.hired_on <= month.last)
        and (p.last_work_day is None or p.last_work_day >= month.first)
    ]


def publish(work: Work, command: Publish, rules: Policies, actor: Actor) -> RunView:
    """发布:另一个人来;输入与您看过的一致;没有拦住的事。一个事务,整个成或整个不成。"""
    work.lock(PUBLISHING)
    row = work.session.exec(select(PayRun).where(PayRun.id == command.run_id).with_for_update()).first()
    if row is None:
        raise NotFound("NO_RUN", "没有找到这一期发薪。请回到发薪列表查看。")
    if row.state == "published":
        return run_view(work, row, actor, "这一期之前已经发布,没有重复发布。")
    month = Month.parse(row.month)
    if row.state != "computed":
        days = "、".join(show_date(date.fromisoformat(d)) for d in row.missing_days[:5])
        raise RuleBroken(
            "MONTH_UNFINISHED",
            f"{month.label}的数据还没有收齐(缺 {days} 等 {len(row.missing_days)} 天),不能发布。请等月份过完、数据读齐之后重新计算。",
        )
    if actor.userid == row.created_by:
        raise NotAllowed("FOUR_EYES", "计算和发布要由两个人来做。请另一位薪酬专员核对后发布。")
    if command.seen_hash != row.input_hash:
        raise Conflict("RUN_CHANGED", "您核对之后,这一期又重新算过。请刷新页面,核对最新的结果再发布。")
    view = run_view(work, row, actor)
    blocked = [n for n in (*view.failures, *view.exceptions) if n.level in ("block", "failure")]
    if blocked:
        names = "、".join(dict.fromkeys(n.name for n in blocked))
        raise RuleBroken("BLOCKED", f"还有 {len(blocked)} 件事要先处理,涉及:{names}。请处理后重新计算,再来发布。")
    _check_still_true(work, row, month, rules)
    row.state, row.published_by, row.published_at = "published", actor.userid, work.now
    work.session.add(row)
    settle_publication(work, row, rules)
    return run_view(work, row, actor)


def _check_still_true(work: Work, row: PayRun, month: Month, rules: Policies) -> None:
    """发布前再收一遍:事实或政策变过就要重算。"""
    fresh = gather(work, people_in(work, company_of(work).period(month, rules)), month, rules)
    if seal_of((to_json(g.facts) for g in fresh if g.facts is not None), rules.version) != row.input_hash:
        raise Conflict("INPUTS_CHANGED", "计算之后,考勤、签单、档案或政策又有变动。请重新计算,核对后再发布。")


def view(work: Work, command: OneRun, rules: Policies, actor: Actor) -> RunView:
    """看一期。"""
    row = work.session.get(PayRun, command.run_id)
    if row is None:
        raise NotFound("NO_RUN", "没有找到这一期发薪。请回到发薪列表查看。")
    return run_view(work, row, actor)


def view_of_month(work: Work, command: RunOf, rules: Policies, actor: Actor) -> RunView:
    """看某月的那一期;还没有报 NO_RUN。"""
    row = _live(work, Month.parse(command.month))
    if row is None:
        raise NotFound("NO_RUN", f"{Month.parse(command.month).label}还没有算过工资。请先计算。")
    return run_view(work, row, actor)


def runs(work: Work, command: Nothing, rules: Policies, actor: Actor) -> list[RunView]:
    """各期发薪,新的在前。"""
    rows = work.session.exec(select(PayRun).order_by(col(PayRun.month).desc())).all()
    return [run_view(work, row, actor) for row in rows]


def rows(work: Work, command: OneRun, rules: Policies, actor: Actor) -> list[SlipRow]:
    """一期里每个人的合计。"""
    found = work.session.exec(
        select(Payslip, Person)
        .join(Person, col(Person.id) == col(Payslip.person_id))
        .where(Payslip.run_id == command.run_id)
        .order_by(col(Person.main_dept_id), col(Person.userid))
    )
    return [
        SlipRow(
            s.person_id,
            p.userid,
            p.name,
            s.gross.show(),
            s.insurance.show(),
            s.tax.show(),
            s.net.show(),
            s.gross.yuan(),
            s.insurance.yuan(),
            s.tax.yuan(),
            s.net.yuan(),
            len(json.loads(s.exceptions)),
        )
        for s, p in found
    ]


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
    return problems_of(work, row, frozen(work, command.run_id), rules_for(work, rules, Month.parse(row.month)))


def frozen(work: Work, run_id: int) -> list[tuple[int, PayFacts]]:
    """一期冻结的输入。"""
    found = work.session.exec(select(PayInput).where(PayInput.run_id == run_id).order_by(col(PayInput.person_id)))
    return [(r.person_id, from_json(r.facts)) for r in found]


def _live_query(month: Month) -> SelectOfScalar[PayRun]:
    return select(PayRun).where(PayRun.month == str(month), col(PayRun.live_key).is_not(None))


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
    "frozen",
    "late",
    "people_in",
    "publish",
    "rows",
    "run",
    "runs",
    "verify",
    "view",
    "view_of_month",
]
