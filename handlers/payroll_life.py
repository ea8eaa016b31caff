"""发薪一步一步走 payroll life:准备、锁定、计算、复核、审批、归档、退回。每一步留名;两个人同时按,一个成,另一个听到是谁先走的。"""

from __future__ import annotations

from dataclasses import dataclass

from config.policies import Policies
from engine.errors import BadInput, Conflict
from engine.pay_life import STEP_LABELS, Step
from handlers.actor import Actor
from handlers.freshness import PUBLISHING
from handlers.pay_apart import finish, freeze_apart
from handlers.pay_guards import check_ready
from handlers.pay_prepare import fresh_seal
from handlers.pay_steps import REGULAR, check_hash, check_seen, take, walk
from handlers.payroll import Prepare, compute, start
from handlers.payroll_views import RunView, run_view
from models.pay import PayRun
from models.work import Work

WALKS = (Step.LOCK, Step.COMPUTE, Step.REVIEW, Step.APPROVE, Step.ARCHIVE, Step.BACK)


@dataclass(frozen=True, slots=True)
class Move:
    """走一步:step 见 engine.pay_life;seen_state 您看到的状态(空为不比);seen_hash 复核、审批时核对的输入摘要;note 退回要写理由。"""

    run_id: int
    step: str
    seen_state: str = ""
    seen_hash: str = ""
    note: str = ""


def prepare(work: Work, command: Prepare, rules: Policies, actor: Actor) -> RunView:
    """只走准备:收齐、冻结,列出缺的日子与算不出来的人;锁定、计算另走。"""
    row, notes = start(work, command.month, rules, actor)
    return run_view(work, row, actor, ";".join(notes))


def move(work: Work, command: Move, rules: Policies, actor: Actor) -> RunView:
    """走一步。走不了报 WRONG_STEP,别人先走了报 STEP_TAKEN,不该由您走报 FOUR_EYES。"""
    if command.step not in WALKS:
        allowed = "、".join(STEP_LABELS[s] for s in WALKS)
        raise BadInput("BAD_STEP", f"没有“{command.step}”这一步。可以走的:{allowed};准备、发布、暂缓另有入口。")
    work.lock(PUBLISHING)
    row = take(work, command.run_id)
    check_seen(work, row, command.seen_state)
    WAYS[Step(command.step)](work, row, command, rules, actor)
    return run_view(work, row, actor)


def _lock(work: Work, row: PayRun, command: Move, rules: Policies, actor: Actor) -> None:
    """锁定:从这一刻起,之后的更正是迟到的事实。准备之后事实或政策变过的,先重新准备。"""
    if row.kind == REGULAR and row.state == "prepared" and fresh_seal(work, row, rules) != row.input_hash:
        raise Conflict("INPUTS_CHANGED", "准备之后,考勤、签单、档案或政策又有变动。请重新准备,看过再锁定。")
    if row.kind != REGULAR and row.state == "prepared":
        freeze_apart(work, row, rules)
    walk(work, row, Step.LOCK, actor, command.note.strip())


def _compute(work: Work, row: PayRun, command: Move, rules: Policies, actor: Actor) -> None:
    compute(work, row, rules, actor)
    if row.kind != REGULAR:
        finish(work, row)


def _check(work: Work, row: PayRun, command: Move, rules: Policies, actor: Actor) -> None:
    """复核、审批:看的是这一份,没有拦住的事,不是经手计算的人。"""
    walk(work, row, Step(command.step), actor, command.note.strip())
    check_hash(row, command.seen_hash or row.input_hash)
    check_ready(work, row, rules, actor)


def _archive(work: Work, row: PayRun, command: Move, rules: Policies, actor: Actor) -> None:
    walk(work, row, Step.ARCHIVE, actor, command.note.strip())


def _back(work: Work, row: PayRun, command: Move, rules: Policies, actor: Actor) -> None:
    """退回到准备:写明理由;之后重新准备或锁定、计算、复核。"""
    if not command.note.strip():
        raise BadInput("REASON_NEEDED", "退回要写明理由,留在这一期的经过里。请填写后再退回。")
    walk(work, row, Step.BACK, actor, command.note.strip()[:500])


WAYS = {
    Step.LOCK: _lock,
    Step.COMPUTE: _compute,
    Step.REVIEW: _check,
    Step.APPROVE: _check,
    Step.ARCHIVE: _archive,
    Step.BACK: _back,
}
