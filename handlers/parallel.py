"""新旧并行 parallel:旧工资表与我们同月的工资逐行比到分,差异按缘由分组,一组一组由人签认;还剩多少,决定能不能换过来。

我们这边:有这个月的发薪就用它冻结的输入,没有就现收现算。差异总是现比;签过之后差异变了,签认不再算数。
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import BadInput, Conflict, NotFound
from engine.money import Money
from engine.parallel import CAUSE_LABELS, Cause, Comparer, Difference
from engine.pay import compute
from engine.pay_facts import PayFacts
from handlers.actor import Actor
from handlers.inputs_batch import batch_of, person_name
from handlers.inputs_bill import facts_of
from handlers.inputs_shapes import OneBatch
from handlers.parallel_read import extra_lines, targets
from handlers.pay_compute import rules_for
from models.inputs import ImportBatch, OldPayLine, ParallelSign
from models.pay import PayRun
from models.people import Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class SignGroup:
    """签认一组:seen 是您看到的那一组的摘要;reason 为什么可以接受(或怎么处理了)。"""

    batch_id: int
    cause: str
    seen: str
    reason: str


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """一处差异:old 旧表,new 我们,change 相差,写成金额;*_amount 给程序用。"""

    person_id: int
    name: str
    code: str
    label: str
    old: str
    new: str
    change: str
    change_fen: int
    say: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """一组差异:digest 摘要;signed_by 空为还没有签认(或签过之后变了,stale);change 合计相差。"""

    cause: str
    label: str
    people: int
    lines: int
    change: str
    digest: str
    signed_by: str
    signed_at: datetime | None
    reason: str
    stale: bool
    rows: tuple[DifferenceView, ...]


@dataclass(frozen=True, slots=True)
class ParallelView:
    """一次对比:people 比了几个人、equal 几个人一分不差;lines、lines_equal 各行;open 还有几组没签认;go 可以换过来。"""

    batch_id: int
    month: str
    month_label: str
    file_name: str
    source: str
    people: int
    people_equal: int
    lines: int
    lines_equal: int
    open: int
    go: bool
    groups: tuple[GroupView, ...]


def view(work: Work, command: OneBatch, rules: Policies, actor: Actor) -> ParallelView:
    """看一次对比。"""
    return _view(work, _batch(work, command.batch_id), rules)


def sign(work: Work, command: SignGroup, rules: Policies, actor: Actor) -> ParallelView:
    """签认一组:写明理由;您看到的与现在的一致才算。"""
    row = _batch(work, command.batch_id)
    work.lock(f"parallel:{row.id}")
    if not command.reason.strip():
        raise BadInput("REASON_NEEDED", "签认需要写明理由(为什么可以接受,或已经怎么处理)。请填写后再签认。")
    group = next((one for one in _view(work, row, rules).groups if one.cause == command.cause), None)
    if group is None or group.digest != command.seen:
        raise Conflict("GROUP_CHANGED", "这一组差异在您打开页面之后变过了。请刷新页面,看过最新的再签认。")
    key = (row.id, command.cause, command.seen)
    known = work.session.exec(
        select(ParallelSign).where(
            ParallelSign.batch_id == key[0], ParallelSign.cause == key[1], ParallelSign.digest == key[2]
        )
    ).first()
    if known is None:
        work.session.add(
            ParallelSign(
                batch_id=row.id or 0,
                cause=command.cause,
                digest=command.seen,
                reason=command.reason.strip()[:500],
                signed_by=actor.userid,
                signed_at=work.now,
            )
        )
        work.session.flush()
    return _view(work, row, rules)


def _batch(work: Work, batch_id: int) -> ImportBatch:
    row = batch_of(work, batch_id, "old")
    if row.state == "undone":
        raise NotFound("NO_BATCH", "这份旧工资表已经撤回,没有可比的。请重新导入。")
    return row


@dataclass(frozen=True, slots=True)
class _Found:
    """比出来的:各处差异(人员编号, 差异),比了几个人、几个人相等、几行、几行相等。"""

    differences: list[tuple[int, Difference]]
    names: dict[str, str]
    people: int
    equal: int
    lines: int
    lines_equal: int


def _view(work: Work, row: ImportBatch, rules: Policies) -> ParallelView:
    month = Month.parse(row.period)
    ours, source = _ours(work, month, rules)
    found = _compare(work, row, (month, ours), rules)
    signs = work.session.exec(
        select(ParallelSign).where(ParallelSign.batch_id == row.id).order_by(col(ParallelSign.id))
    ).all()
    groups = tuple(
        _group(work, cause, [one for one in found.differences if one[1].cause is cause], signs, found.names)
        for cause in Cause
        if any(one.cause is cause for _, one in found.differences)
    )
    left = sum(not one.signed_by for one in groups)
    return ParallelView(
        batch_id=row.id or 0,
        month=str(month),
        month_label=month.label,
        file_name=row.file_name,
        source=source,
        people=found.people,
        people_equal=found.equal,
        lines=found.lines,
        lines_equal=found.lines_equal,
        open=left,
        go=left == 0,
        groups=groups,
    )


def _ours(work: Work, month: Month, rules: Policies) -> tuple[dict[int, PayFacts], str]:
    """我们这边各人的输入,与它从哪来的话。"""
    run = work.session.exec(select(PayRun).where(PayRun.month == str(month), col(PayRun.live_key).is_not(None))).first()
    source = f"{month.label}发薪(第 {run.revision} 次计算)" if run is not None else f"{month.label}现算(还没有发薪)"
    return facts_of(work, month, rules), source


def _compare(work: Work, row: ImportBatch, about: tuple[Month, dict[int, PayFacts]], rules: Policies) -> _Found:
    month, ours = about
    pay_rules = rules_for(work, rules, month)
    home = Comparer(pay_rules, extra_lines(rules))
    home.labels = {**home.labels, **targets(pay_rules, rules)}
    old, strangers = _old(work, row)
    people = {one.id or 0: one for one in work.session.exec(select(Person))}
    names = {one.userid: one.name for one in people.values()}
    differences: list[tuple[int, Difference]] = []
    equal = lines = lines_equal = 0
    for person_id, amounts in old.items():
        facts = ours.get(person_id)
        if facts is None:
            differences.append((person_id, _whole(people[person_id].userid, Cause.ONLY_OLD, amounts.get("net", 0))))
            continue
        found = home.compare(amounts, facts, compute(facts, pay_rules))
        differences += [(person_id, one) for one in found]
        equal += not found
        lines += len(amounts)
        lines_equal += len(amounts) - len(found)
    for who, net in strangers.items():
        differences.append((0, _whole(who, Cause.ONLY_OLD, net)))
    for person_id, facts in ours.items():
        if person_id not in old:
            net = compute(facts, pay_rules).net_fen
            differences.append((person_id, _whole(facts.person, Cause.ONLY_NEW, net)))
    everybody = len({*old, *ours}) + len(strangers)
    return _Found(differences, names, everybody, equal, lines, lines_equal)


def _old(work: Work, row: ImportBatch) -> tuple[dict[int, dict[str, int]], dict[str, int]]:
    """旧表:人员编号 → 各行;通讯录里没有的人 → 实发。"""
    old: dict[int, dict[str, int]] = {}
    strangers: dict[str, int] = {}
    for one in work.session.exec(select(OldPayLine).where(OldPayLine.batch_id == row.id).order_by(col(OldPayLine.id))):
        if one.person_id is not None:
            old.setdefault(one.person_id, {})[one.item] = one.amount.fen
        else:
            strangers.setdefault(one.who, 0)
            if one.item == "net":
                strangers[one.who] = one.amount.fen
    return old, strangers


def _whole(who: str, cause: Cause, net: int) -> Difference:
    say = "旧表里有,我们这个月没有他的工资" if cause is Cause.ONLY_OLD else "我们有他的工资,旧表里没有"
    sides = (net, 0) if cause is Cause.ONLY_OLD else (0, net)
    return Difference(who, "net", "整个人", *sides, cause, say)


def _group(
    work: Work, cause: Cause, rows: list[tuple[int, Difference]], signs: Iterable[ParallelSign], names: dict[str, str]
) -> GroupView:
    digest = digest_of(one for _, one in rows)
    mine = [one for one in signs if one.cause == cause]
    valid = next((one for one in mine if one.digest == digest), None)
    order = sorted(rows, key=lambda one: (-abs(one[1].fen), one[1].person, one[1].code))
    return GroupView(
        cause=cause.value,
        label=CAUSE_LABELS[cause],
        people=len({one.person for _, one in rows}),
        lines=len(rows),
        change=signed(sum(one.fen for _, one in rows)),
        digest=digest,
        signed_by=person_name(work, valid.signed_by) if valid else "",
        signed_at=valid.signed_at if valid else None,
        reason=valid.reason if valid else mine[-1].reason if mine else "",
        stale=bool(mine) and valid is None,
        rows=tuple(_row(person_id, one, names) for person_id, one in order),
    )


def _row(person_id: int, one: Difference, names: dict[str, str]) -> DifferenceView:
    return DifferenceView(
        person_id,
        names.get(one.person, one.person),
        one.code,
        one.label,
        Money(one.old).show(),
        Money(one.new).show(),
        signed(one.fen),
        one.fen,
        one.say,
    )


def digest_of(found: Iterable[Difference]) -> str:
    """一组差异的摘要:有哪些人、哪些行、各多少;与先后无关。"""
    lines = sorted(f"{one.person}\x1f{one.code}\x1f{one.old}\x1f{one.new}" for one in found)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def signed(fen: int) -> str:
    """带正号的金额。"""
    return f"+{Money(fen).show()}" if fen > 0 else Money(fen).show()
