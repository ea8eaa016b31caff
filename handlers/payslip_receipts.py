"""工资条回执 payslip receipts:一期里多少人看过、确认、有异议;异议写的是哪一行、什么话;薪酬同事在这里答复,也能提醒还没看的人。

答复只增不改;告诉员工“有答复了”的消息里不写答复的内容(里面可能有金额),点开页面才看得到。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month, shanghai_date
from engine.errors import BadInput, NotFound, RuleBroken
from engine.pay import compute
from engine.pay_facts import from_json
from handlers.actor import Actor
from handlers.outbox import post
from handlers.pay_archive import rules_of
from handlers.pay_steps import slip_key
from handlers.payroll import OneRun
from models.mailbox import OutboxRow
from models.pay import PayInput, PayRun, SlipReceipt, SlipReply
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class ReplyToObjection:
    """答复一个人对一期工资条的异议。"""

    run_id: int
    person_id: int
    words: str


@dataclass(frozen=True, slots=True)
class ReplyView:
    """一次答复:谁、何时、什么话。"""

    words: str
    answered_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """一条异议:line_label 哪一行("整张工资条"为没有指明);replies 我们的答复,先答的在前。"""

    person_id: int
    userid: str
    name: str
    line_code: str
    line_label: str
    words: str
    at: datetime | None
    replies: tuple[ReplyView, ...]


@dataclass(frozen=True, slots=True)
class ReceiptsView:
    """一期的回执:sent 发给多少人;viewed 看过(含确认与异议);unviewed 还没看的在职同事;can_remind 此刻能不能提醒。"""

    run_id: int
    sent: int
    viewed: int
    confirmed: int
    objected: int
    unviewed: tuple[str, ...]
    objections: tuple[ObjectionView, ...]
    reminded_at: datetime | None
    can_remind: bool


def receipts(work: Work, command: OneRun, rules: Policies, actor: Actor) -> ReceiptsView:
    """一期的回执。"""
    return _view(work, _run(work, command.run_id), rules, actor)


def remind(work: Work, command: OneRun, rules: Policies, actor: Actor) -> ReceiptsView:
    """提醒还没看的人:一条通知发给他们所有人;一天只提醒一次。"""
    run = _run(work, command.run_id)
    if run.state != "published":
        raise RuleBroken("NOT_PUBLISHED", "这一期还没有发布,没有人收到工资条。请发布之后再提醒。")
    unseen = _unviewed(work, command.run_id)
    if not unseen:
        raise RuleBroken("ALL_VIEWED", "在职的同事都看过这一期工资条了,不用提醒。")
    if not _can_remind(work, run):
        raise RuleBroken("REMINDED_TODAY", "今天已经提醒过还没看的同事,没有重复发。请明天再看。")
    label = Month.parse(run.month).label
    payload: dict[str, object] = {
        "to": [person.userid for person in unseen],
        "title": "工资条还没有看",
        "text": f"您 {label} 的工资条已经发布,还没有打开过。请点开核对;没有问题请确认,有疑问可以在里面直接提出。",
        "link": f"/m/payslips/{slip_key(run)}",
        "link_text": "查看工资条",
    }
    post(work, "notice", _remind_key(work, run), payload, f"payrun:{run.id}")
    return _view(work, run, rules, actor)


def reply(work: Work, command: ReplyToObjection, rules: Policies, actor: Actor) -> ReceiptsView:
    """答复一条异议,并告诉本人去看(消息里不带内容)。"""
    run, words = _run(work, command.run_id), command.words.strip()
    row = work.session.get(SlipReceipt, (command.run_id, command.person_id))
    if row is None or not row.words:
        raise NotFound("NO_OBJECTION", "没有找到这条异议。请刷新页面后再试。")
    if not words:
        raise BadInput("WORDS_NEEDED", "请写下答复,同事会在工资条页面看到。")
    work.session.add(
        SlipReply(
            run_id=command.run_id,
            person_id=command.person_id,
            words=words[:1000],
            answered_by=actor.userid,
            at=work.now,
        )
    )
    work.session.flush()
    person = work.session.get(Person, command.person_id)
    if person is not None and person.status == "active":
        payload: dict[str, object] = {
            "to": person.userid,
            "title": "工资条的疑问有答复了",
            "markdown": f"您对 {Month.parse(run.month).label} 工资条提出的疑问,薪酬同事已经答复。点开可以看到;还有疑问,可以再提。",
            "link": f"/m/payslips/{slip_key(run)}",
            "link_text": "查看答复",
        }
        count = len(replies_to(work, command.run_id, command.person_id))
        post(work, "say", f"objection-reply:{run.id}:{person.id}:{count}", payload, "payslip")
    return _view(work, run, rules, actor)


def replies_to(work: Work, run_id: int, person_id: int) -> tuple[ReplyView, ...]:
    """对一个人这一期异议的答复,先答的在前。"""
    rows = work.session.exec(
        select(SlipReply, Person.name)
        .join(Person, col(Person.userid) == col(SlipReply.answered_by), isouter=True)
        .where(SlipReply.run_id == run_id, SlipReply.person_id == person_id)
        .order_by(col(SlipReply.id))
    )
    return tuple(ReplyView(row.words, name or row.answered_by, row.at) for row, name in rows)


def _run(work: Work, run_id: int) -> PayRun:
    run = work.session.get(PayRun, run_id)
    if run is None:
        raise NotFound("NO_RUN", "没有找到这一期发薪。请回到发薪列表查看。")
    return run


def _view(work: Work, run: PayRun, rules: Policies, actor: Actor) -> ReceiptsView:
    assert run.id is not None
    rows = work.session.exec(
        select(SlipReceipt, Person)
        .join(Person, col(Person.id) == col(SlipReceipt.person_id))
        .where(SlipReceipt.run_id == run.id)
        .order_by(col(SlipReceipt.person_id))
    ).all()
    states = [row.state for row, _ in rows]
    unseen = _unviewed(work, run.id)
    return ReceiptsView(
        run_id=run.id,
        sent=len(rows),
        viewed=len(rows) - states.count("sent"),
        confirmed=states.count("confirmed"),
        objected=states.count("objected"),
        unviewed=tuple(person.name for person in unseen),
        objections=tuple(_objection(work, run, about, rules) for about in rows if about[0].words),
        reminded_at=_reminded_at(work, run),
        can_remind=bool(unseen) and actor.has("payroll") and _can_remind(work, run),
    )


def _objection(work: Work, run: PayRun, about: tuple[SlipReceipt, Person], rules: Policies) -> ObjectionView:
    row, person = about
    return ObjectionView(
        row.person_id,
        person.userid,
        person.name,
        row.line_code,
        _label(work, run, row, rules),
        row.words,
        row.answered_at,
        replies_to(work, row.run_id, row.person_id),
    )


def _label(work: Work, run: PayRun, row: SlipReceipt, rules: Policies) -> str:
    """哪一行:由冻结的输入得出它的名字。"""
    frozen = work.session.get(PayInput, (row.run_id, row.person_id))
    if not row.line_code or frozen is None:
        return row.line_code or "整张工资条"
    slip = compute(from_json(frozen.facts), rules_of(work, run, rules))
    return next((line.label for line in slip.lines if line.code == row.line_code), row.line_code)


def _unviewed(work: Work, run_id: int) -> list[Person]:
    """还没看过的在职的人。"""
    return list(
        work.session.exec(
            select(Person)
            .join(SlipReceipt, col(SlipReceipt.person_id) == col(Person.id))
            .where(SlipReceipt.run_id == run_id, SlipReceipt.state == "sent", Person.status == "active")
            .order_by(col(Person.id))
        )
    )


def _remind_key(work: Work, run: PayRun) -> str:
    return f"payslip-remind:{run.id}:{shanghai_date(work.now)}"


def _can_remind(work: Work, run: PayRun) -> bool:
    """已发布,且今天还没提醒过。"""
    known = work.session.exec(select(OutboxRow.id).where(OutboxRow.dedupe_key == _remind_key(work, run))).first()
    return run.state == "published" and known is None


def _reminded_at(work: Work, run: PayRun) -> datetime | None:
    return work.session.exec(
        select(OutboxRow.created_at)
        .where(col(OutboxRow.dedupe_key).startswith(f"payslip-remind:{run.id}:"))
        .order_by(col(OutboxRow.id).desc())
        .limit(1)
    ).first()
