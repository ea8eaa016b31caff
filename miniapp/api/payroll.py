"""发薪接口 payroll:各期、算一个月、一步一步走、暂缓与单独重算、另发、差异归因、发布(另一位薪酬同事)、复核。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from handlers import (
    leaver_wage,
    payroll,
    payroll_compare,
    payroll_hold,
    payroll_life,
    payroll_offcycle,
    payroll_variance,
    payslip_receipts,
)
from handlers.leaver_wage import LeaverWage, LeaverWageView
from handlers.payroll import LateView, OneRun, Prepare, Publish, RunView, SlipRow
from handlers.payroll_compare import RunChange
from handlers.payroll_hold import OneInRun
from handlers.payroll_life import Move
from handlers.payroll_offcycle import AddBonus, AddLine, BonusWays, DropLine, ExtraView, OpenApart
from handlers.payroll_variance import VarianceView
from handlers.payslip_receipts import ReceiptsView, ReplyToObjection
from handlers.people import Nothing
from miniapp.forms import month_in, one_of
from miniapp.visit import ApiKey, Id, Number, PayVisitor, Words

router = APIRouter(tags=["发薪"])


@dataclass(frozen=True, slots=True)
class Seen:
    """您核对时看到的输入摘要 input_hash。"""

    seen_hash: Words


@dataclass(frozen=True, slots=True)
class MonthToRun:
    """要算的月份,如 2026-11。"""

    month: Words


@dataclass(frozen=True, slots=True)
class Reply:
    """答复的话。"""

    words: Words


@dataclass(frozen=True, slots=True)
class StepBody:
    """走一步;seen_state、seen_hash 是您看到的(空为不比)。"""

    step: Words
    seen_state: Words = ""
    seen_hash: Words = ""
    note: Words = ""


@dataclass(frozen=True, slots=True)
class PersonBody:
    """一期里的一个人:what hold | release | rerun;暂缓要写理由。"""

    person_id: Number
    what: Words
    reason: Words = ""


@dataclass(frozen=True, slots=True)
class LineBody:
    """手工的一行:金额写元的正数;section earning | deduction | after_tax。"""

    person_id: Number
    reason: Words
    label: Words = ""
    amount: Words = ""
    section: Words = "earning"
    taxed: bool = True


@dataclass(frozen=True, slots=True)
class BonusBody:
    """年终奖:way separate 单独计税 | merged 并入综合所得。"""

    person_id: Number
    amount: Words
    reason: Words
    way: Words = ""


OF_PERSON = {"hold": payroll_hold.hold, "release": payroll_hold.release, "rerun": payroll_hold.rerun}


@router.get("/payroll")
def runs(visit: PayVisitor) -> list[RunView]:
    """各期。"""
    return visit.ask(payroll.runs, Nothing())


@router.get("/payroll/late")
def late(visit: PayVisitor) -> list[LateView]:
    """迟到的事实。"""
    return visit.ask(payroll.late, Nothing())


@router.post("/payroll")
def prepare(visit: PayVisitor, key: ApiKey, body: MonthToRun) -> RunView:
    """算一个月。"""
    return visit.do(payroll.run, Prepare(str(month_in(body.month, visit.today))), key)


@router.get("/payroll/{run_id}")
def one(visit: PayVisitor, run_id: Id) -> RunView:
    """一期。"""
    return visit.ask(payroll.view, OneRun(run_id))


@router.get("/payroll/{run_id}/rows")
def rows(visit: PayVisitor, run_id: Id) -> list[SlipRow]:
    """一期里每个人的合计。"""
    return visit.ask(payroll.rows, OneRun(run_id))


@router.get("/payroll/{run_id}/verify")
def verify(visit: PayVisitor, run_id: Id) -> list[str]:
    """由冻结的输入再算一遍;空为完全一致。"""
    return visit.ask(payroll.verify, OneRun(run_id))


@router.get("/payroll/{run_id}/changes")
def changes(visit: PayVisitor, run_id: Id) -> RunChange:
    """与上月比:合计、新来与不在的人、各人实发的前后。"""
    return visit.ask(payroll_compare.changes, OneRun(run_id))


@router.get("/payroll/{run_id}/receipts")
def receipts(visit: PayVisitor, run_id: Id) -> ReceiptsView:
    """回执:看过、确认、有异议各多少,异议与答复。"""
    return visit.ask(payslip_receipts.receipts, OneRun(run_id))


@router.post("/payroll/{run_id}/remind")
def remind(visit: PayVisitor, key: ApiKey, run_id: Id) -> ReceiptsView:
    """提醒还没看的人,一条通知;一天一次。"""
    return visit.do(payslip_receipts.remind, OneRun(run_id), key)


@router.post("/payroll/{run_id}/reply/{person_id}")
def reply(visit: PayVisitor, key: ApiKey, run_id: Id, person_id: Id, body: Reply) -> ReceiptsView:
    """答复一条异议;本人会收到通知(不带内容)。"""
    return visit.do(payslip_receipts.reply, ReplyToObjection(run_id, person_id, body.words), key)


@router.post("/payroll/prepare")
def only_prepare(visit: PayVisitor, key: ApiKey, body: MonthToRun) -> RunView:
    """只准备:收齐、冻结,列出缺什么;锁定、计算另走。"""
    return visit.do(payroll_life.prepare, Prepare(str(month_in(body.month, visit.today))), key)


@router.post("/payroll/{run_id}/steps")
def move(visit: PayVisitor, key: ApiKey, run_id: Id, body: StepBody) -> RunView:
    """走一步:lock、compute、review、approve、archive、back(要理由)。"""
    return visit.do(payroll_life.move, Move(run_id, body.step, body.seen_state, body.seen_hash, body.note), key)


@router.post("/payroll/{run_id}/people")
def one_person(visit: PayVisitor, key: ApiKey, run_id: Id, body: PersonBody) -> RunView:
    """一期里的一个人:hold 暂缓(要理由)、release 恢复、rerun 单独重算。"""
    chosen = one_of(body.what, tuple(OF_PERSON), "暂缓、恢复或重算")
    return visit.do(OF_PERSON[chosen], OneInRun(run_id, body.person_id, body.reason), key)


@router.get("/payroll/{run_id}/variance")
def variance(visit: PayVisitor, run_id: Id) -> VarianceView:
    """与上月的差异归因:各缘由合计与各人的份;各份之和是总差额。"""
    return visit.ask(payroll_variance.variance, OneRun(run_id))


@router.post("/payroll/apart")
def open_apart(visit: PayVisitor, key: ApiKey, body: OpenApart) -> RunView:
    """开一期另发:kind leaver 离职结算 | bonus 年终奖 | arrears 补发。"""
    return visit.do(payroll_offcycle.open_apart, body, key)


@router.get("/payroll/{run_id}/extras")
def extras(visit: PayVisitor, run_id: Id) -> list[ExtraView]:
    """另发的手工行。"""
    return visit.ask(payroll_offcycle.extras, OneRun(run_id))


@router.post("/payroll/{run_id}/extras")
def add_line(visit: PayVisitor, key: ApiKey, run_id: Id, body: LineBody) -> RunView:
    """给一个人添一行,或(金额空)只是列入。"""
    line = AddLine(run_id, body.person_id, body.reason, body.label, body.amount, body.section, body.taxed)
    return visit.do(payroll_offcycle.add_line, line, key)


@router.post("/payroll/{run_id}/extras/{extra_id}/drop")
def drop_line(visit: PayVisitor, key: ApiKey, run_id: Id, extra_id: Id) -> RunView:
    """去掉一行。"""
    return visit.do(payroll_offcycle.drop_line, DropLine(run_id, extra_id), key)


@router.post("/payroll/{run_id}/bonus")
def add_bonus(visit: PayVisitor, key: ApiKey, run_id: Id, body: BonusBody) -> RunView:
    """给一个人添年终奖。"""
    return visit.do(
        payroll_offcycle.add_bonus, AddBonus(run_id, body.person_id, body.amount, body.reason, body.way), key
    )


@router.get("/payroll/{run_id}/bonus")
def bonus_ways(
    visit: PayVisitor, run_id: Id, person_id: Number, amount: Annotated[str, Query(max_length=20)]
) -> BonusWays:
    """年终奖两种计税各要多少税,哪种少。"""
    return visit.ask(payroll_offcycle.bonus_ways, AddBonus(run_id, person_id, amount, ""))


@router.get("/leaver-wage")
def leaver_wage_of(visit: PayVisitor, person_id: Number) -> LeaverWageView:
    """一个人离职以前 12 个月的月均应得工资(经济补偿用)。"""
    return visit.ask(leaver_wage.leaver_wage, LeaverWage(person_id))


@router.post("/payroll/{run_id}/run")
def run_apart(visit: PayVisitor, key: ApiKey, run_id: Id) -> RunView:
    """算另发的一期:准备、锁定、计算连走。"""
    return visit.do(payroll_offcycle.run, OneRun(run_id), key)


@router.post("/payroll/{run_id}/publish")
def publish(visit: PayVisitor, key: ApiKey, run_id: Id, body: Seen) -> RunView:
    """发布。"""
    return visit.do(payroll.publish, Publish(run_id, body.seen_hash), key)
