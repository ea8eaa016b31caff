"""得分接口 scores:一个周期的总览与锁定,一个人的各版、评语、校准、申诉,录入的分数。与页面同样的用例。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends

from handlers import (
    performance_appeals,
    performance_calibrate,
    performance_inputs,
    performance_lock,
    performance_overview,
    performance_story,
)
from handlers.people import Nothing
from handlers.performance_appeals import AppealDone, DecideAppeal, OpenAppeal, ReplyAppeal, WithdrawAppeal
from handlers.performance_calibrate import Calibrate, Calibrated
from handlers.performance_inputs import InputsOf, InputView, RecordInput, RevokeInput
from handlers.performance_lock import LockCycle, Locked
from handlers.performance_overview import CycleOf, CycleView
from handlers.performance_story import AddComment, AppealView, NoteView, OneAppeal, Story, StoryOf
from miniapp.visit import ApiKey, Day, Id, Number, Visitor, Words

router = APIRouter(tags=["绩效"])


@dataclass(frozen=True, slots=True)
class NewScore:
    """校准:kind score 总分 | grade 等级 | item 某一项;value 百分数;seen_revision 是您看到的那一版(0 为试算)。"""

    kind: Words
    reason: Words
    seen_revision: Number
    value: Words = ""
    grade: Words = ""
    item: Words = ""


@dataclass(frozen=True, slots=True)
class Said:
    """一句话:item 指标编号,空为总分或总评。"""

    words: Words
    item: Words = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """定一件申诉:grant 成立与否;value、grade 成立时的新值;seen_revision 是您看到的那一版。"""

    grant: bool
    words: Words
    value: Words = ""
    grade: Words = ""
    kind: Words = ""
    seen_revision: Number = 0


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """先不锁的人(编号)。"""

    leave_out: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class NewInput:
    """录入的分数或基线:见 handlers.performance_inputs.RecordInput。"""

    indicator: Words
    value: Words
    earned_on: Day
    counts: Words
    evidence: Words
    reason: Words
    kind: Words = "score"
    until: Day | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """理由。"""

    reason: Words


@router.get("/scores/{cycle}")
def overview(visit: Visitor, cycle: str) -> CycleView:
    """一个周期的总览:上级看自己的团队,HR 看全公司。"""
    return visit.ask(performance_overview.overview, CycleOf(cycle))


@router.post("/scores/{cycle}/lock")
def lock(visit: Visitor, key: ApiKey, cycle: str, body: LeaveOut) -> Locked:
    """锁定一个周期。"""
    return visit.do(performance_lock.lock, LockCycle(cycle, body.leave_out), key)


@router.get("/scores/{cycle}/{person}")
def story(visit: Visitor, cycle: str, person: Id) -> Story:
    """一个人一个周期的各版、评语、申诉。"""
    return visit.ask(performance_story.story, StoryOf(person, cycle))


def change_of(cycle: str, person: Id, body: NewScore) -> Calibrate:
    """地址与正文 → 校准的命令。"""
    return Calibrate(person, cycle, body.kind, body.value, body.grade, body.item, body.reason, body.seen_revision)


@router.post("/scores/{cycle}/{person}/calibrate")
def calibrate(visit: Visitor, key: ApiKey, command: Annotated[Calibrate, Depends(change_of)]) -> Calibrated:
    """校准(锁定之后是 HR 更正):写新的一版。"""
    return visit.do(performance_calibrate.calibrate, command, key)


def comment_of(cycle: str, person: Id, body: Said) -> AddComment:
    """地址与正文 → 评语的命令。"""
    return AddComment(person, cycle, body.item, body.words)


@router.post("/scores/{cycle}/{person}/comment")
def comment(visit: Visitor, key: ApiKey, command: Annotated[AddComment, Depends(comment_of)]) -> NoteView:
    """写评语。"""
    return visit.do(performance_story.comment, command, key)


@router.post("/scores/{cycle}/appeals")
def appeal(visit: Visitor, key: ApiKey, cycle: str, body: Said) -> AppealDone:
    """对自己的绩效提出申诉。"""
    return visit.do(performance_appeals.appeal, OpenAppeal(cycle, body.item, body.words), key)


@router.get("/appeals")
def appeals(visit: Visitor) -> list[AppealView]:
    """开着的申诉:上级看自己的团队,HR 看全公司。"""
    return visit.ask(performance_story.open_appeals, Nothing())


@router.get("/appeals/{appeal_id}")
def one_appeal(visit: Visitor, appeal_id: Id) -> AppealView:
    """一件申诉与往来。"""
    return visit.ask(performance_story.one, OneAppeal(appeal_id))


@router.post("/appeals/{appeal_id}/reply")
def reply(visit: Visitor, key: ApiKey, appeal_id: Id, body: Said) -> AppealDone:
    """在申诉里说一句。"""
    return visit.do(performance_appeals.reply, ReplyAppeal(appeal_id, body.words), key)


@router.post("/appeals/{appeal_id}/withdraw")
def withdraw(visit: Visitor, key: ApiKey, appeal_id: Id) -> AppealDone:
    """撤回自己的申诉。"""
    return visit.do(performance_appeals.withdraw, WithdrawAppeal(appeal_id), key)


@router.post("/appeals/{appeal_id}/decide")
def decide(visit: Visitor, key: ApiKey, appeal_id: Id, body: Decision) -> AppealDone:
    """定成立不成立。"""
    command = DecideAppeal(appeal_id, body.grant, body.words, body.kind, body.value, body.grade, body.seen_revision)
    return visit.do(performance_appeals.decide, command, key)


@router.get("/score-inputs/{person}")
def inputs(visit: Visitor, person: Id) -> list[InputView]:
    """一个人的录入(培训、基线),撤回的也在。"""
    return visit.ask(performance_inputs.inputs, InputsOf(person))


def input_of(person: Id, body: NewInput) -> RecordInput:
    """地址与正文 → 录入的命令。"""
    return RecordInput(
        person,
        body.indicator,
        body.kind,
        body.value,
        body.earned_on,
        body.counts,
        body.evidence,
        body.reason,
        body.until,
    )


@router.post("/score-inputs/{person}")
def record(visit: Visitor, key: ApiKey, command: Annotated[RecordInput, Depends(input_of)]) -> InputView:
    """录入一条。"""
    return visit.do(performance_inputs.record, command, key)


@router.post("/score-inputs/{input_id}/revoke")
def revoke(visit: Visitor, key: ApiKey, input_id: Id, body: Reason) -> InputView:
    """撤回一条录入。"""
    return visit.do(performance_inputs.revoke, RevokeInput(input_id, body.reason), key)
