"""发薪的步 pay steps:谁、何时、走了哪一步、为什么;只增不改。四只眼按这张表认人。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from engine.days import shanghai
from engine.errors import Conflict, NotFound
from engine.pay_life import MAKING, STATE_LABELS, STEP_LABELS, State, Step, after, check_eyes
from handlers.actor import Actor
from models.pay import PayExtra, PayRun, PayRunStep
from models.people import Person
from models.work import Work

REGULAR = "regular"
KINDS = {REGULAR: "", "leaver": "离职结算", "bonus": "年终奖", "arrears": "补发"}
"""一期的种类;常规的不另写。"""


@dataclass(frozen=True, slots=True)
class StepView:
    """走过的一步:step 英文名,label 中文,by 谁(姓名),note 理由;revision 第几次准备。"""

    step: str
    label: str
    by: str
    at: datetime
    note: str
    revision: int


def record(work: Work, row: PayRun, step: Step, actor: Actor, note: str = "") -> None:
    """记下一步。"""
    assert row.id is not None
    work.session.add(
        PayRunStep(
            run_id=row.id,
            revision=row.revision,
            step=str(step),
            by=actor.userid,
            at=work.now,
            note=note,
            input_hash=row.input_hash,
        )
    )
    work.session.flush()


def walk(work: Work, row: PayRun, step: Step, actor: Actor, note: str = "") -> None:
    """走一步:现在走得了、人也对,才走;记下来。归档不改批次那一行(发布之后它不再动)。"""
    state = after(state_of(work, row), step)
    check_eyes(step, actor.userid, makers(work, row))
    if step is not Step.ARCHIVE:
        row.state = str(state)
        work.session.add(row)
        work.session.flush()
    record(work, row, step, actor, note)


def makers(work: Work, row: PayRun) -> set[str]:
    """这一次准备以来经手数字的人;手工填过行的人一直算。"""
    found = work.session.exec(
        select(PayRunStep.by).where(
            PayRunStep.run_id == row.id,
            PayRunStep.revision == row.revision,
            col(PayRunStep.step).in_([str(s) for s in MAKING]),
        )
    )
    by_hand = work.session.exec(select(PayExtra.entered_by).where(PayExtra.run_id == row.id))
    return {*found, *by_hand, *([row.created_by] if row.created_by else [])}


def state_of(work: Work, row: PayRun) -> str:
    """走到哪里:归档只是历史里的一步。"""
    if row.state != State.PUBLISHED:
        return row.state
    gone = work.session.exec(
        select(PayRunStep.id).where(PayRunStep.run_id == row.id, PayRunStep.step == str(Step.ARCHIVE))
    ).first()
    return str(State.ARCHIVED) if gone is not None else row.state


def history(work: Work, run_id: int) -> tuple[StepView, ...]:
    """走过的各步,按先后。"""
    rows = work.session.exec(select(PayRunStep).where(PayRunStep.run_id == run_id).order_by(col(PayRunStep.id))).all()
    names = {
        p.userid: p.name for p in work.session.exec(select(Person).where(col(Person.userid).in_({r.by for r in rows})))
    }
    return tuple(
        StepView(r.step, STEP_LABELS.get(r.step, r.step), names.get(r.by, r.by), r.at, r.note, r.revision) for r in rows
    )


def take(work: Work, run_id: int) -> PayRun:
    """拿一期来改:别人正在改的,等他改完再看。没有报 NO_RUN。"""
    row = work.session.exec(select(PayRun).where(PayRun.id == run_id).with_for_update()).first()
    if row is None:
        raise NotFound("NO_RUN", "没有找到这一期发薪。请回到发薪列表查看。")
    return row


def slip_key(row: PayRun) -> str:
    """这一期的工资条在地址里的名字:常规的是月份 2026-11,另发的再加期号 2026-11-r5。"""
    return row.month if row.kind == REGULAR else f"{row.month}-r{row.id}"


def check_seen(work: Work, row: PayRun, seen: str) -> None:
    """您看到的与现在的是不是一回事(seen 是看到的状态;空为不比):别人先走了一步的,说清楚是谁、走到哪里。"""
    now = state_of(work, row)
    if not seen or seen == now:
        return
    last = history(work, row.id or 0)[-1:]
    who = f"{last[0].by} 在 {shanghai(last[0].at):%m-%d %H:%M} 走了“{last[0].label}”这一步," if last else ""
    raise Conflict("STEP_TAKEN", f"您打开页面之后,{who}现在是“{STATE_LABELS[now]}”。请刷新页面,看过再继续。")


def check_hash(row: PayRun, seen_hash: str) -> None:
    """核对的与现在的是不是同一份输入。"""
    if seen_hash != row.input_hash:
        raise Conflict("RUN_CHANGED", "您核对之后,这一期又重新算过。请刷新页面,核对最新的结果再发布。")
