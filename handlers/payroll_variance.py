"""差异归因 payroll variance:一期与上月的差额,按缘由合计、按人列出;各份之和恰好是总差额,说不清的单列并拦住发布。只给薪酬与审计。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import NotFound
from engine.money import Money
from engine.variance import OWED, WHY_LABELS, Part, Side, Why
from handlers.actor import Actor
from handlers.pay_steps import REGULAR
from handlers.pay_variance import each, previous
from handlers.payroll import OneRun
from models.pay import PayRun
from models.people import Person
from models.work import Work

MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class CauseSum:
    """一种缘由:合计(写成金额与机器看的元)、涉及几个人。"""

    why: str
    label: str
    show: str
    amount: str
    people: int


@dataclass(frozen=True, slots=True)
class PartView:
    """一个人的一份差额:哪一行、什么缘由。"""

    code: str
    line: str
    why: str
    label: str
    show: str
    amount: str


@dataclass(frozen=True, slots=True)
class PersonVariance:
    """一个人的差额:change 实发的差,各份之和与它相等。"""

    person_id: int
    userid: str
    name: str
    change: str
    change_fen: int
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class VarianceView:
    """一期的差异:previous_label 空为没有可比的上月;rows 变动大的在前(最多 200 人,people 是有变动的人数);unexplained 说不清的人数。"""

    run_id: int
    previous_label: str
    change: str
    change_amount: str
    causes: tuple[CauseSum, ...]
    people: int
    rows: tuple[PersonVariance, ...]
    unexplained: int


def variance(work: Work, command: OneRun, rules: Policies, actor: Actor) -> VarianceView:
    """一期与上月已发布的常规一期之间的差异。"""
    row = work.session.get(PayRun, command.run_id)
    if row is None:
        raise NotFound("NO_RUN", "没有找到这一期发薪。请回到发薪列表查看。")
    last = previous(work, row) if row.kind == REGULAR else None
    if last is None:
        return VarianceView(command.run_id, "", "", "", (), 0, (), 0)
    total: dict[Why, int] = {}
    touched: dict[Why, int] = {}
    found: list[tuple[int, int, tuple[Part, ...], Mapping[str, str]]] = []
    for person_id, before, after, parts in each(work, row, last, rules):
        if not parts:
            continue
        for why in {part.why for part in parts}:
            touched[why] = touched.get(why, 0) + 1
        for part in parts:
            total[part.why] = total.get(part.why, 0) + part.fen
        found.append((person_id, sum(p.fen for p in parts), parts, {**_labels(before), **_labels(after)}))
    found.sort(key=lambda one: (-abs(one[1]), one[0]))
    return VarianceView(
        run_id=command.run_id,
        previous_label=Month.parse(last.month).label,
        change=signed(sum(total.values())),
        change_amount=Money(sum(total.values())).yuan(),
        causes=tuple(
            CauseSum(str(why), WHY_LABELS[why], signed(total[why]), Money(total[why]).yuan(), touched[why])
            for why in Why
            if why in total
        ),
        people=len(found),
        rows=_rows(work, found[:MOST_PEOPLE]),
        unexplained=touched.get(Why.UNEXPLAINED, 0),
    )


def _rows(work: Work, found: list[tuple[int, int, tuple[Part, ...], Mapping[str, str]]]) -> tuple[PersonVariance, ...]:
    ids = [one[0] for one in found]
    people = {p.id: p for p in work.session.exec(select(Person).where(col(Person.id).in_(ids)))}
    return tuple(
        PersonVariance(
            person_id,
            people[person_id].userid,
            people[person_id].name,
            signed(change),
            change,
            tuple(
                PartView(
                    p.code, names.get(p.code, p.code), str(p.why), WHY_LABELS[p.why], signed(p.fen), Money(p.fen).yuan()
                )
                for p in sorted(parts, key=lambda p: (-abs(p.fen), p.code))
            ),
        )
        for person_id, change, parts, names in found
    )


def _labels(side: Side | None) -> dict[str, str]:
    """各行的名字。"""
    if side is None:
        return {}
    own = side.facts.insured
    shares = side.rules.shares(own) if own is not None else ()
    return {
        **{item.key: item.label for item in side.rules.items},
        **{one.code: one.label for one in side.facts.adjustments},
        **{f"ins_{step.line.code}": step.line.label for step in shares},
        "iit": "个人所得税",
        OWED: "实发不足,待收回",
    }


def signed(fen: int) -> str:
    """带正号的金额。"""
    return f"+{Money(fen).show()}" if fen > 0 else Money(fen).show()
