"""月度输入的各笔 inputs rows:手工录入、复核、撤回,和一个月的全部输入。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import BadInput, NotAllowed, NotFound, RuleBroken
from handlers.actor import Actor
from handlers.inputs_batch import batch_view, check_open, closed, person_name
from handlers.inputs_facts import open_inputs
from handlers.inputs_items import InputRule, input_rules
from handlers.inputs_people import not_in_month
from handlers.inputs_read import value_in
from handlers.inputs_shapes import BatchView
from handlers.people import person_of
from handlers.sheet_table import Cell
from handlers.sheet_values import Unreadable
from models.inputs import ImportBatch, MonthlyInput
from models.people import Person
from models.work import Work

STATES = {"open": "待复核", "confirmed": "已复核", "withdrawn": "已撤回"}


@dataclass(frozen=True, slots=True)
class EnterInput:
    """手工录一笔:amount 元(个数写整数),扣的也写正数。"""

    person_id: int
    month: str
    item: str
    amount: str
    reason: str


@dataclass(frozen=True, slots=True)
class OneInput:
    """一笔。"""

    input_id: int


@dataclass(frozen=True, slots=True)
class WithdrawInput:
    """撤回一笔:理由要写。"""

    input_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class InputsOf:
    """某个月的输入。"""

    month: str


@dataclass(frozen=True, slots=True)
class InputView:
    """一笔输入。source 从哪来(文件里的哪一格,或“手工”);can 这位此刻能做的。"""

    input_id: int
    batch_id: int
    person_id: int
    name: str
    month: str
    item: str
    label: str
    show: str
    amount: str
    reason: str
    source: str
    state: str
    state_label: str
    entered_by: str
    entered_at: datetime
    confirmed_by: str
    withdrawn_reason: str
    can: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthInputs:
    """一个月的输入:closed 锁定了;waiting 待复核几笔;items 可以录的项目(编号, 名字, 单位)。"""

    month: str
    closed: bool
    waiting: int
    batches: tuple[BatchView, ...]
    rows: tuple[InputView, ...]
    items: tuple[tuple[str, str, str], ...]


def enter(work: Work, command: EnterInput, rules: Policies, actor: Actor) -> InputView:
    """手工录一笔:要写事由,要另一个人复核。"""
    month = Month.parse(command.month)
    work.lock(f"inputs:monthly:{month}")
    check_open(work, str(month))
    item = input_rules(rules).get(command.item)
    if item is None:
        raise BadInput("NO_INPUT_ITEM", "没有这个可以录的项目。请从列表里选一个。")
    person = person_of(work, command.person_id)
    away = not_in_month(work, month).get(command.person_id)
    if away is not None:
        raise RuleBroken("NOT_IN_MONTH", away)
    if not command.reason.strip():
        raise BadInput("REASON_NEEDED", "录入需要写明事由,复核的人和本人会看到。请填写后再保存。")
    try:
        value = value_in(item, Cell(command.amount, "金额"))
    except Unreadable as problem:
        raise BadInput("BAD_AMOUNT", problem.say) from None
    if not value:
        raise BadInput("BAD_AMOUNT", "金额(或数量)不能是空的或零。请填写后再保存。")
    row = MonthlyInput(
        person_id=command.person_id,
        month=str(month),
        item=item.code,
        kind=item.kind,
        unit=item.unit,
        value=value,
        reason=command.reason.strip()[:500],
        entered_by=actor.userid,
        entered_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return _view(work, row, person.name, (input_rules(rules), actor))


def confirm_one(work: Work, command: OneInput, rules: Policies, actor: Actor) -> InputView:
    """复核手工录的一笔。"""
    row = _input_of(work, command.input_id)
    work.lock(f"inputs:monthly:{row.month}")
    check_open(work, row.month)
    if row.state == "withdrawn":
        raise RuleBroken("INPUT_WITHDRAWN", "这一笔已经撤回,不能再复核。需要的话请重新录入。")
    if row.entered_by == actor.userid:
        raise NotAllowed("FOUR_EYES", "录入和复核要由两个人来做。请另一位薪酬专员核对后复核。")
    if row.state == "open":
        row.state, row.confirmed_by, row.confirmed_at = "confirmed", actor.userid, work.now
        work.session.add(row)
        work.session.flush()
    return _view(work, row, person_of(work, row.person_id).name, (input_rules(rules), actor))


def withdraw(work: Work, command: WithdrawInput, rules: Policies, actor: Actor) -> InputView:
    """撤回一笔:锁定之前。"""
    row = _input_of(work, command.input_id)
    work.lock(f"inputs:monthly:{row.month}")
    check_open(work, row.month)
    if not command.reason.strip():
        raise BadInput("REASON_NEEDED", "撤回需要写明理由,之后看得到。请填写后再撤回。")
    if row.state != "withdrawn":
        take_back(work, row, actor, command.reason.strip()[:500])
        work.session.flush()
    return _view(work, row, person_of(work, row.person_id).name, (input_rules(rules), actor))


def take_back(work: Work, row: MonthlyInput, actor: Actor, reason: str) -> None:
    """撤回:记下谁、什么时候、为什么。"""
    row.state, row.withdrawn_by, row.withdrawn_at = "withdrawn", actor.userid, work.now
    row.withdrawn_reason = reason
    work.session.add(row)


def _input_of(work: Work, input_id: int) -> MonthlyInput:
    row = work.session.exec(select(MonthlyInput).where(MonthlyInput.id == input_id).with_for_update()).first()
    if row is None:
        raise NotFound("NO_INPUT", "没有找到这一笔输入。请回到列表查看。")
    return row


def month_inputs(work: Work, command: InputsOf, rules: Policies, actor: Actor) -> MonthInputs:
    """一个月的全部输入与导入的各批,新的在前。"""
    month, known = str(Month.parse(command.month)), input_rules(rules)
    batches = work.session.exec(
        select(ImportBatch)
        .where(ImportBatch.kind == "monthly", ImportBatch.period == month)
        .order_by(col(ImportBatch.id).desc())
    ).all()
    rows = work.session.exec(
        select(MonthlyInput, Person)
        .join(Person, col(Person.id) == col(MonthlyInput.person_id))
        .where(MonthlyInput.month == month)
        .order_by(col(MonthlyInput.state).desc(), col(MonthlyInput.id).desc())
    ).all()
    shut = closed(work, month)
    views = tuple(_view(work, row, person.name, (known, actor), shut) for row, person in rows)
    return MonthInputs(
        month,
        shut,
        sum(one.state == "open" for one in views),
        tuple(batch_view(work, one, actor) for one in batches),
        views,
        tuple((one.code, one.label, one.unit) for one in known.values()),
    )


def waiting(work: Work, command: InputsOf, rules: Policies, actor: Actor) -> list[str]:
    """这个月没复核的输入,一人一句(不含金额):发薪页的头一屏要大声说。"""
    return list(open_inputs(work, Month.parse(command.month), rules))


def _view(
    work: Work, row: MonthlyInput, name: str, about: tuple[dict[str, InputRule], Actor], shut: bool = False
) -> InputView:
    known, actor = about
    item = known.get(row.item) or InputRule(row.item, row.item, row.kind, row.unit, "", False, ())
    can: tuple[str, ...] = ()
    if actor.has("payroll") and row.state != "withdrawn" and not shut:
        mine = row.state == "confirmed" or row.entered_by == actor.userid
        can = ("withdraw",) if mine else ("confirm", "withdraw")
    return InputView(
        input_id=row.id or 0,
        batch_id=row.batch_id or 0,
        person_id=row.person_id,
        name=name,
        month=row.month,
        item=row.item,
        label=item.label,
        show=item.show(row.value),
        amount=item.plain(row.value),
        reason=row.reason,
        source=row.place or "手工录入",
        state=row.state,
        state_label=STATES[row.state],
        entered_by=person_name(work, row.entered_by),
        entered_at=row.entered_at,
        confirmed_by=person_name(work, row.confirmed_by),
        withdrawn_reason=row.withdrawn_reason,
        can=can,
    )
