"""补差的收集 pay arrears:准备一期时,把各人还没补的迟到的事实变成有正负号的行;发布时记成已补。

从“已经发到的那一份”事实(冻结的,或上一次补差之后的)出发,按那个月当时的规则重算。发布之前再对一遍,免得两期里补两次。
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from config.policies import Policies
from engine.arrears import HELD, Applied, Cause, apply, lines, parse_code, trace
from engine.days import Month, Span
from engine.errors import Conflict, EhrError, NotFound
from engine.pay_facts import Adjustment, PayFacts, from_json, to_json
from engine.trace import Trace
from handlers.company import company_of
from handlers.pay_archive import policies_of, rules_of
from handlers.pay_facts import Gathered, gather
from handlers.pay_steps import REGULAR
from models.pay import LateTruth, PayCorrection, PayInput, PayRun
from models.people import Person
from models.work import Work

EVIDENCE = {"punch": "punch:", "deal": "deal:", "rating": "rating:", "overtime": "overtime:"}
"""迟到的事实的来源编号 → 证据编号的开头;别的种类以迟到的事实自己为证。"""


@dataclass(frozen=True, slots=True)
class Owed:
    """一个人在一期里要补的:adjustments 各行;corrections 各月由哪份事实改成哪份;lacking 补不出来的月份与原因。"""

    adjustments: tuple[Adjustment, ...]
    corrections: tuple[PayCorrection, ...]
    lacking: tuple[tuple[str, str], ...] = ()


NOTHING = Owed((), ())


def owed(work: Work, row: PayRun, people: Sequence[Person], rules: Policies) -> dict[int, Owed]:
    """这一期里各人要补的;没有的人不列。"""
    assert row.id is not None
    wanted = _open(work, {p.id or 0 for p in people}, row)
    by_id = {p.id: p for p in people}
    found: dict[int, Owed] = {}
    for month in sorted({m for months in wanted.values() for m in months}):
        closed = published_run(work, month)
        if closed is None:
            continue
        own = [by_id[one] for one, months in wanted.items() if month in months]
        policies, pay_rules = policies_of(work, closed, rules), rules_of(work, closed, rules)
        for seen in _seen(work, own, Month.parse(month), policies):
            before = found.get(seen.person_id, NOTHING)
            if seen.failure is not None:
                found[seen.person_id] = _lacking(before, month, seen.failure[1])
                continue
            base = paid_facts(work, seen.person_id, month)
            try:
                applied = apply(base, seen.facts, _causes(wanted[seen.person_id][month]))
                more = lines(applied, pay_rules)
            except EhrError as problem:
                found[seen.person_id] = _lacking(before, month, problem.say)
                continue
            kept = _correction(row.id, (seen.person_id, month), base, applied)
            found[seen.person_id] = Owed((*before.adjustments, *more), (*before.corrections, kept), before.lacking)
    return found


def _seen(work: Work, people: Sequence[Person], month: Month, policies: Policies) -> list[Gathered]:
    """现在看那个月的事实;那个月其实不在职的,没有事实也没有缺什么(整个月都不该发)。"""
    period = company_of(work).period(month, policies)
    here = [p for p in people if employed_in(p, period)]
    away = [Gathered(p.id or 0, None) for p in people if not employed_in(p, period)]
    return [*gather(work, here, month, policies), *away]


def employed_in(person: Person, month: Span) -> bool:
    """那个月(或那一期)有没有一天在职。"""
    joined = person.hired_on is None or person.hired_on <= month.last
    return joined and (person.last_work_day is None or person.last_work_day >= month.first)


def _correction(run_id: int, who: tuple[int, str], base: PayFacts | None, applied: Sequence[Applied]) -> PayCorrection:
    last = applied[-1].after
    return PayCorrection(
        run_id=run_id,
        person_id=who[0],
        month=who[1],
        base="" if base is None else to_json(base),
        facts="" if last is None else to_json(last),
        causes=[_kept(one) for one in applied],
    )


def _lacking(before: Owed, month: str, why: str) -> Owed:
    return Owed(before.adjustments, before.corrections, (*before.lacking, (month, why)))


Late = dict[int, dict[str, list[LateTruth]]]


def _open(work: Work, people: set[int], row: PayRun) -> Late:
    """还没补的迟到的事实:人 → 月 → 各条(按知道的先后)。常规的一期只补更早的月份。"""
    found: Late = {}
    query = select(LateTruth).where(LateTruth.state == "open").order_by(col(LateTruth.seen_at), col(LateTruth.id))
    if row.kind == REGULAR:
        query = query.where(LateTruth.month < row.month)
    for one in work.session.exec(query):
        if one.person_id in people:
            found.setdefault(one.person_id, {}).setdefault(one.month, []).append(one)
    return found


def _causes(late: Iterable[LateTruth]) -> list[Cause]:
    """同一种缘由合成一行,先后按头一条;当期没有发的排在最前:整个月就是它的差额。"""
    groups: dict[str, list[LateTruth]] = {}
    for one in late:
        groups.setdefault(one.kind, []).append(one)
    kinds = sorted(groups, key=lambda kind: kind != HELD)
    return [
        Cause(
            kind,
            tuple(one.id or 0 for one in groups[kind]),
            tuple(dict.fromkeys(one.say for one in groups[kind])),
            tuple(dict.fromkeys(e for one in groups[kind] for e in _evidence(one))),
        )
        for kind in kinds
    ]


def _evidence(one: LateTruth) -> tuple[str, ...]:
    start = EVIDENCE.get(one.kind)
    record = (f"{start}{one.source_id}",) if start else ()
    return (f"late:{one.id}", *(record if start else (one.source_id,) if one.source_id.startswith("leave:") else ()))


def _kept(one: Applied) -> dict[str, object]:
    cause = one.cause
    return {"kind": cause.kind, "ids": list(cause.ids), "say": list(cause.say), "evidence": list(cause.evidence)}


def _cause(kept: dict[str, object]) -> Cause:
    ids, say, evidence = kept["ids"], kept["say"], kept["evidence"]
    assert isinstance(ids, list) and isinstance(say, list) and isinstance(evidence, list)
    return Cause(str(kept["kind"]), tuple(ids), tuple(say), tuple(evidence))


def paid_facts(work: Work, person_id: int, month: str) -> PayFacts | None:
    """某人某月已经发到的那一份事实:最近一次发布的补差之后的,没有补过是冻结的;当期没有发为空。"""
    last = work.session.exec(
        select(PayCorrection)
        .join(PayRun, col(PayRun.id) == col(PayCorrection.run_id))
        .where(PayCorrection.person_id == person_id, PayCorrection.month == month, PayRun.state == "published")
        .order_by(col(PayRun.published_at).desc(), col(PayRun.id).desc())
    ).first()
    if last is not None:
        return from_json(last.facts) if last.facts else None
    frozen = work.session.exec(
        select(PayInput)
        .join(PayRun, col(PayRun.id) == col(PayInput.run_id))
        .where(
            PayInput.person_id == person_id,
            PayRun.month == month,
            PayRun.state == "published",
            col(PayRun.kind).in_([REGULAR, "leaver"]),
        )
        .order_by(col(PayRun.id))
    ).first()
    return from_json(frozen.facts) if frozen is not None else None


def published_run(work: Work, month: str) -> PayRun | None:
    """某月已发布的常规一期。"""
    return work.session.exec(
        select(PayRun).where(PayRun.month == month, PayRun.state == "published", PayRun.kind == REGULAR)
    ).first()


def corrections(work: Work, run_id: int) -> list[PayCorrection]:
    """一期里的补差。"""
    return list(
        work.session.exec(
            select(PayCorrection)
            .where(PayCorrection.run_id == run_id)
            .order_by(col(PayCorrection.person_id), col(PayCorrection.month))
        )
    )


def check_unpaid(work: Work, row: PayRun) -> None:
    """发布之前:补的这些还没有在别的一期里补过;补过就要退回重新准备。"""
    for one in corrections(work, row.id or 0):
        late = _truths(work, one)
        base = paid_facts(work, one.person_id, one.month)
        if any(x.state != "open" for x in late) or one.base != ("" if base is None else to_json(base)):
            raise Conflict(
                "ARREARS_TAKEN", f"{one.month} 的补差已经在别的一期里发过。请把这一期退回准备,重新计算后再发布。"
            )


def settle(work: Work, row: PayRun) -> None:
    """发布:补了的迟到的事实记成已补(没有差额的也算,不必再看)。"""
    for one in corrections(work, row.id or 0):
        for late in _truths(work, one):
            late.state, late.handled_run = "handled", row.id
            work.session.add(late)
    work.session.flush()


def _truths(work: Work, one: PayCorrection) -> list[LateTruth]:
    ids = [i for kept in one.causes for i in _cause(kept).ids]
    return list(work.session.exec(select(LateTruth).where(col(LateTruth.id).in_(ids)))) if ids else []


def explain(work: Work, run: PayRun, person_id: int, line: Adjustment, rules: Policies) -> Trace:
    """一行补差怎么算的:那个月里原来怎么算、更正后怎么算。"""
    month, kind, _ = parse_code(line.code)
    kept = work.session.get(PayCorrection, (run.id, person_id, str(month)))
    closed = published_run(work, str(month))
    if kept is None or closed is None:
        raise NotFound("NO_LINE", "没有找到这一行补差的来处。请联系 HR 核对。")
    pay_rules = rules_of(work, closed, rules)
    applied = replayed(kept)
    one = next((x for x in applied if x.cause.kind == kind), applied[-1])
    return trace(one, pay_rules, line)


def replayed(kept: PayCorrection) -> list[Applied]:
    """由存下的两份事实与缘由,照原样一个一个再换一遍。"""
    base = from_json(kept.base) if kept.base else None
    return apply(base, from_json(kept.facts) if kept.facts else None, [_cause(one) for one in kept.causes])


def problems(work: Work, row: PayRun, adjustments: dict[int, tuple[Adjustment, ...]], rules: Policies) -> list[str]:
    """复核补差:由存下的事实再算一遍,与工资条上的行一样。返回不一样的(编号与月份)。"""
    found: list[str] = []
    for kept in corrections(work, row.id or 0):
        closed = published_run(work, kept.month)
        if closed is None:
            found.append(f"编号 {kept.person_id} 补了 {kept.month},而那个月没有发布")
            continue
        fresh = lines(replayed(kept), rules_of(work, closed, rules))
        own = tuple(a for a in adjustments.get(kept.person_id, ()) if a.code.startswith(_start(kept.month)))
        if own != fresh:
            found.append(f"编号 {kept.person_id} 的 {kept.month} 补差与重算不一致")
    return found


def _start(month: str) -> str:
    return f"arrears_{month.replace('-', '')}_"
