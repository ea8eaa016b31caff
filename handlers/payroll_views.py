"""发薪的样子 payroll views:一期工资、每个人的一行、要留意的人、迟到的事实,给页面与命令看。只摆放,不改动。"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from engine.days import Month
from engine.money import Money
from handlers.actor import Actor
from models.pay import PayFailure, PayRun, Payslip
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class PersonNote:
    """一个人要看的一件事:level block 拦住发布 | warn 提醒 | failure 算不出来。"""

    person_id: int
    userid: str
    name: str
    code: str
    level: str
    say: str


@dataclass(frozen=True, slots=True)
class RunView:
    """一期发薪的样子。gross 等写成 "¥1,100.00",gross_amount 等是 "1100.00";can 这位操作者此刻能做的。"""

    run_id: int
    month: str
    month_label: str
    pay_month: str
    state: str
    state_label: str
    revision: int
    people: int
    failures: tuple[PersonNote, ...]
    exceptions: tuple[PersonNote, ...]
    missing_days: tuple[str, ...]
    gross: str
    insurance: str
    tax: str
    net: str
    gross_amount: str
    insurance_amount: str
    tax_amount: str
    net_amount: str
    previous_net: str
    created_by: str
    computed_at: datetime | None
    published_by: str
    published_at: datetime | None
    input_hash: str
    rules_version: str
    can: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SlipRow:
    """一期里一个人的一行。"""

    person_id: int
    userid: str
    name: str
    gross: str
    insurance: str
    tax: str
    net: str
    gross_amount: str
    insurance_amount: str
    tax_amount: str
    net_amount: str
    notes: int


@dataclass(frozen=True, slots=True)
class LateView:
    """一条迟到的事实:触及已发布的月份,列给 HR。"""

    late_id: int
    person_id: int
    name: str
    month: str
    kind: str
    say: str
    state: str
    seen_at: datetime


Names = dict[int | None, Person]
STATES = {"draft": "草稿(还没收齐)", "computed": "已计算,待发布", "published": "已发布"}


def run_view(work: Work, row: PayRun, actor: Actor, note: str = "") -> RunView:
    """一期的样子。"""
    assert row.id is not None
    names: Names = {p.id: p for p in work.session.exec(select(Person))}
    totals = {k: int(str(v)) for k, v in row.totals.items()}
    return RunView(
        run_id=row.id,
        month=row.month,
        month_label=Month.parse(row.month).label,
        pay_month=row.pay_month,
        state=row.state,
        state_label=STATES[row.state],
        revision=row.revision,
        people=totals.get("people", 0),
        failures=_failures(work, row.id, names),
        exceptions=_exceptions(work, row.id, names),
        missing_days=tuple(row.missing_days),
        gross=Money(totals.get("gross", 0)).show(),
        insurance=Money(totals.get("insurance", 0)).show(),
        tax=Money(totals.get("tax", 0)).show(),
        net=Money(totals.get("net", 0)).show(),
        gross_amount=Money(totals.get("gross", 0)).yuan(),
        insurance_amount=Money(totals.get("insurance", 0)).yuan(),
        tax_amount=Money(totals.get("tax", 0)).yuan(),
        net_amount=Money(totals.get("net", 0)).yuan(),
        previous_net=_previous(work, row),
        created_by=name_of(names, row.created_by),
        computed_at=row.computed_at,
        published_by=name_of(names, row.published_by),
        published_at=row.published_at,
        input_hash=row.input_hash,
        rules_version=row.rules_version,
        can=_can(row, actor),
        note=note,
    )


def _can(row: PayRun, actor: Actor) -> tuple[str, ...]:
    """这位此刻能做什么:没发布的可以重算;算好的由另一个人发布。"""
    if row.state == "published" or not actor.has("payroll"):
        return ()
    return ("run", "publish") if row.state == "computed" and actor.userid != row.created_by else ("run",)


def _failures(work: Work, run_id: int, names: Names) -> tuple[PersonNote, ...]:
    found = work.session.exec(select(PayFailure).where(PayFailure.run_id == run_id)).all()
    return tuple(_note(names, f.person_id, (f.code, "failure", f.say)) for f in found)


def _exceptions(work: Work, run_id: int, names: Names) -> tuple[PersonNote, ...]:
    slips = work.session.exec(
        select(col(Payslip.person_id), col(Payslip.exceptions)).where(
            Payslip.run_id == run_id, Payslip.exceptions != "[]"
        )
    ).all()
    return tuple(_note(names, pid, (code, level, say)) for pid, text in slips for code, level, say in json.loads(text))


def _note(names: Names, person_id: int, said: tuple[str, str, str]) -> PersonNote:
    person = names[person_id]
    return PersonNote(person_id, person.userid, person.name, *said)


def _previous(work: Work, row: PayRun) -> str:
    before = work.session.exec(
        select(PayRun).where(PayRun.month == str(Month.parse(row.month).plus(-1)), PayRun.state == "published")
    ).first()
    return Money(int(str(before.totals.get("net", 0)))).show() if before else ""


def name_of(names: Names, userid: str) -> str:
    """userid → 姓名;认不得照写。"""
    return next((p.name for p in names.values() if p.userid == userid), userid)
