"""发薪对比 payroll compare:一期里每个人的实发与上月差多少,谁新来谁不在,合计变了多少——发布之前看清影响多大。只给薪酬与审计。"""

from __future__ import annotations

from dataclasses import dataclass

from config.policies import Policies
from engine.days import Month
from engine.errors import NotFound
from engine.money import Money
from handlers.actor import Actor
from handlers.pay_steps import REGULAR
from handlers.pay_variance import previous
from handlers.payroll import OneRun
from models.pay import PayRun
from models.work import Work


@dataclass(frozen=True, slots=True)
class RowChange:
    """一个人:before/after/change 实发写成金额(上月没有、这月没有的一边为空);change_fen 分,排序用。"""

    person_id: int
    userid: str
    name: str
    before: str
    after: str
    change: str
    change_fen: int
    before_amount: str
    after_amount: str


@dataclass(frozen=True, slots=True)
class RunChange:
    """一期与上月比:previous_label 空为没有可比的上月;joined 这期新有的人,left 这期没有的人(其中 held 是暂缓的);rows 变动大的在前。"""

    run_id: int
    people: int
    net: str
    previous_label: str
    previous_people: int
    previous_net: str
    change: str
    joined: tuple[str, ...]
    left: tuple[str, ...]
    rows: tuple[RowChange, ...]
    held: tuple[str, ...] = ()


Kept = dict[int, tuple[str, str, int]]
"""人员编号 → (userid, 姓名, 实发分)。"""


def changes(work: Work, command: OneRun, rules: Policies, actor: Actor) -> RunChange:
    """一期与上月已发布的比;没有变动的人不列。"""
    run = work.session.get(PayRun, command.run_id)
    if run is None or run.id is None:
        raise NotFound("NO_RUN", "没有找到这一期发薪。请回到发薪列表查看。")
    last = previous(work, run) if run.kind == REGULAR else None
    now = _net(work, run.id)
    was = _net(work, last.id) if last is not None and last.id is not None else {}
    total, before = Money(_sum(now)), Money(_sum(was))
    rows = [_row(one, was.get(one), now.get(one)) for one in {**now, **was}] if last is not None else []
    moved = sorted((r for r in rows if r.change_fen), key=lambda r: (-abs(r.change_fen), r.person_id))
    return RunChange(
        run_id=run.id,
        people=len(now),
        net=total.show(),
        previous_label=Month.parse(last.month).label if last is not None else "",
        previous_people=len(was),
        previous_net=before.show() if last is not None else "",
        change=_signed(total - before) if last is not None else "",
        joined=tuple(now[one][1] for one in now if one not in was) if last is not None else (),
        left=tuple(was[one][1] for one in was if one not in now),
        rows=tuple(moved),
        held=tuple(
            name
            for (name,) in work.rows(
                "SELECT p.name FROM payhold h JOIN person p ON p.id = h.person_id WHERE h.run_id = :r ORDER BY p.id",
                r=run.id,
            )
        ),
    )


def _net(work: Work, run_id: int) -> Kept:
    """按行读:人多时不建对象。"""
    found = work.rows(
        "SELECT s.person_id, p.userid, p.name, s.net FROM payslip s JOIN person p ON p.id = s.person_id"
        " WHERE s.run_id = :r ORDER BY s.person_id",
        r=run_id,
    )
    return {person_id: (userid, name, int(net)) for person_id, userid, name, net in found}


def _sum(kept: Kept) -> int:
    return sum(net for _, _, net in kept.values())


def _row(person_id: int, before: tuple[str, str, int] | None, after: tuple[str, str, int] | None) -> RowChange:
    who = after or before
    assert who is not None
    was, now = Money(before[2] if before else 0), Money(after[2] if after else 0)
    return RowChange(
        person_id,
        who[0],
        who[1],
        was.show() if before else "",
        now.show() if after else "",
        _signed(now - was),
        (now - was).fen,
        was.yuan() if before else "",
        now.yuan() if after else "",
    )


def _signed(amount: Money) -> str:
    return f"+{amount.show()}" if amount.fen > 0 else amount.show()
