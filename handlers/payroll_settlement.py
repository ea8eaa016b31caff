"""离职结算 payroll settlement:看建议、逐行采用。采用的一行连同当时的算法一起存着,理由可以改,由另一个人核对发布。"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import InvalidOperation

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import BadInput, Conflict, NotFound, NotReady, RuleBroken
from engine.money import Money
from engine.severance import ENDINGS
from handlers.actor import Actor
from handlers.evidence import EvidenceView, look_up
from handlers.out_book import run_of
from handlers.pay_settled import SETTLED, together
from handlers.pay_settlement import About, Known, Proposal, Proposed, Question, propose
from handlers.pay_wages_before import Filled, wages_before
from handlers.payroll_offcycle import keep_extra, open_run
from handlers.payroll_views import RunView
from handlers.people import person_of
from models.pay import PayExtra, PayRun
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class LeavingForm:
    """一个人的离职结算,HR 填的(都可以空,缺什么会问)。

    ending 离职原因(engine.severance.ENDINGS 的键);notice 没有提前三十日通知;service_from、joined 日期 2020-03-01;
    missing_gross、missing_overtime 系统里没有的各月应发、加班费的合计;city_average 当地月平均工资;last_wage 上个月工资:都写元。
    """

    run_id: int
    person_id: int
    ending: str = ""
    notice: bool = False
    service_from: str = ""
    joined: str = ""
    missing_gross: str = ""
    missing_overtime: str = ""
    city_average: str = ""
    last_wage: str = ""


@dataclass(frozen=True, slots=True)
class AdoptLine:
    """采用一行:form 看建议时填的,code 哪一行,seen_amount 看到的金额(元),reason 理由。"""

    form: LeavingForm
    code: str
    seen_amount: str
    reason: str

    @property
    def run_id(self) -> int:
        """哪一期(审计用)。"""
        return self.form.run_id


@dataclass(frozen=True, slots=True)
class ProposedView:
    """建议的一行:amount "1000.00"(扣掉的为负),show "¥1,000.00";trace 怎么算的;adopted 已经采用;alone 能单独采用。"""

    code: str
    label: str
    section: str
    amount: str
    show: str
    taxed: bool
    reason: str
    say: str
    trace: dict[str, object]
    evidence: tuple[EvidenceView, ...]
    adopted: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class SettlementView:
    """一个人的离职结算建议:last_day 最后工作日;asked 还要问的;notes 要看的话;endings 离职原因的选项(键, 中文);can 现在能不能采用。"""

    run_id: int
    person_id: int
    name: str
    last_day: date
    form: LeavingForm
    lines: tuple[ProposedView, ...]
    asked: tuple[Question, ...]
    notes: tuple[str, ...]
    endings: tuple[tuple[str, str], ...]
    can: bool


def proposal(work: Work, command: LeavingForm, rules: Policies, actor: Actor) -> SettlementView:
    """看建议:只看,不改。"""
    row, person = _about(work, command)
    found = _propose(work, command, person, rules)
    adopted = {one.code for one in _extras(work, row.id or 0, command.person_id)}
    return SettlementView(
        command.run_id,
        command.person_id,
        person.name,
        _last_day(row, person),
        command,
        tuple(_view(work, one, found, adopted) for one in found.lines),
        tuple(found.asked),
        tuple(found.notes),
        tuple((key, one.label) for key, one in ENDINGS.items()),
        row.state == "prepared" and actor.has("payroll"),
    )


def adopt(work: Work, command: AdoptLine, rules: Policies, actor: Actor) -> RunView:
    """采用一行(补偿连同代通知金与它们的税一起)。看过之后数变了的报 PROPOSAL_CHANGED;采用过的报 ALREADY_ADOPTED。"""
    row = open_run(work, command.form.run_id)
    _, person = _about(work, command.form)
    found = {one.code: one for one in _propose(work, command.form, person, rules).lines}
    chosen = found.get(command.code)
    if chosen is None:
        raise NotFound("NO_PROPOSAL", "建议里没有这一行了。请重新看一遍建议再采用。")
    if Money(chosen.fen).yuan() != command.seen_amount:
        raise Conflict("PROPOSAL_CHANGED", "您看过之后,工资或假期又有变动,这一行的数不同了。请重新看一遍再采用。")
    lines = [found[code] for code in together(command.code) if code in found]
    _check_once(work, row, person, [one.code for one in lines])
    view: RunView | None = None
    for one in lines:
        reason = command.reason if one.code == command.code else one.reason
        view = keep_extra(work, row, _extra(work, (row, person), one, (reason, actor)), actor)
    assert view is not None
    return view


def _extra(work: Work, about: tuple[PayRun, Person], one: Proposed, said: tuple[str, Actor]) -> PayExtra:
    (row, person), (reason, actor) = about, said
    if not reason.strip():
        raise BadInput("REASON_NEEDED", "采用的每一行都要写明理由,本人和审计都看得到。请填写后再采用。")
    return PayExtra(
        run_id=row.id or 0, person_id=person.id or 0, code=one.code, label=one.label, section=one.section,
        amount=Money(one.fen), taxed=one.taxed, reason=reason.strip()[:500], entered_by=actor.userid, at=work.now,
        trace=json.dumps(one.trace.to_json(), ensure_ascii=False, separators=(",", ":")),
    )  # fmt: skip


def _check_once(work: Work, row: PayRun, person: Person, codes: list[str]) -> None:
    """一次离职只采用一次;以前离职又回来的,看入职之后的。"""
    since = str(Month.of(person.hired_on)) if person.hired_on is not None else ""
    taken = work.session.exec(
        select(PayExtra.run_id)
        .join(PayRun, col(PayRun.id) == col(PayExtra.run_id))
        .where(PayExtra.person_id == person.id, col(PayExtra.code).in_(codes), PayRun.month >= since)
    ).first()
    if taken is not None:
        where = "这一期" if taken == row.id else f"第 {taken} 期"
        raise RuleBroken("ALREADY_ADOPTED", f"{person.name} 的这一行在{where}里已经有了。要换的话,请先在那里去掉。")


def _about(work: Work, command: LeavingForm) -> tuple[PayRun, Person]:
    """这一期与这个人:离职结算的一期,最后工作日在所属月里。"""
    row, person = run_of(work, command.run_id), person_of(work, command.person_id)
    if row.kind != "leaver":
        raise RuleBroken("BAD_KIND", "离职结算的建议只在“离职结算”这一期里。请先开一期。")
    _last_day(row, person)
    return row, person


def _last_day(row: PayRun, person: Person) -> date:
    last = person.last_work_day
    if last is None or last not in Month.parse(row.month):
        label = Month.parse(row.month).label
        raise NotReady("NOT_LEAVING", f"{person.name} 没有在 {label} 的最后工作日。请先在花名册里登记离职。")
    return last


def _propose(work: Work, command: LeavingForm, person: Person, rules: Policies) -> Proposal:
    row = run_of(work, command.run_id)
    last = _last_day(row, person)
    gross, overtime = _money(command.missing_gross), _money(command.missing_overtime)
    filled = Filled(gross.fen, overtime.fen) if gross is not None and overtime is not None else None
    if filled is not None and filled.overtime > filled.gross:
        raise BadInput("BAD_AMOUNT", "加班费的合计比应发的合计还多。请核对后再填。")
    before = wages_before(work, person, Month.of(last), rules, filled)
    if command.ending and command.ending not in ENDINGS:
        raise BadInput("BAD_ENDING", "没有这一种离职原因。请从列出的里面选一种。")
    known = Known(
        ENDINGS.get(command.ending), command.notice, _day(command.service_from, last), _day(command.joined, last),
        _money(command.city_average), _money(command.last_wage),
    )  # fmt: skip
    return propose(work, About(person, last, before, known), rules)


def _extras(work: Work, run_id: int, person_id: int) -> list[PayExtra]:
    query = select(PayExtra).where(PayExtra.run_id == run_id, PayExtra.person_id == person_id)
    return list(work.session.exec(query.where(col(PayExtra.code).in_(SETTLED))))


def _view(work: Work, one: Proposed, found: Proposal, adopted: set[str]) -> ProposedView:
    amount = Money(one.fen)
    bundle = [line.code for line in found.lines if line.code in together(one.code)]
    return ProposedView(
        one.code, one.label, one.section, amount.yuan(), amount.show(), one.taxed, one.reason, one.trace.say,
        one.trace.to_json(), look_up(work, one.trace.all_evidence()), one.code in adopted, bundle[0] == one.code,
    )  # fmt: skip


def _money(text: str) -> Money | None:
    plain = text.replace(",", "").replace("¥", "").strip()
    if not plain:
        return None
    try:
        found = Money.of(plain)
    except (InvalidOperation, ValueError):
        raise BadInput("BAD_AMOUNT", "金额没有写对,请写元,最多两位小数,如 1200.50。") from None
    if not 0 <= found.fen < 10**12:
        raise BadInput("BAD_AMOUNT", "金额不能小于零,也不能大得离谱。请核对后再填。")
    return found


def _day(text: str, last: date) -> date | None:
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput("BAD_DAY", "日期没有写对,请写成 2020-03-01 的样子。") from None
    if found > last:
        raise BadInput("BAD_DAY", "这个日期比最后工作日还晚。请核对后再填。")
    return found
