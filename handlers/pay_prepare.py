"""准备一期 pay prepare:收齐事实、添上补差、冻结、封好;一个人也能单独重收重算,不动别人。"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import delete, insert, update
from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month, shanghai_date
from engine.errors import EhrError
from engine.pay import compute
from engine.pay_facts import PayFacts, from_json, to_json
from engine.pay_life import State
from handlers.company import company_of, remember_cycle
from handlers.pay_archive import freeze_rules, policies_of, rules_of
from handlers.pay_arrears import NOTHING, Owed, employed_in, owed
from handlers.pay_compute import COLUMNS, compute_run, run_rules, stored
from handlers.pay_facts import Gathered, gather
from handlers.pay_records import SOURCES, needed
from handlers.pay_seal import Seal, seal_of, sealed
from handlers.progress import told
from models.mailbox import Cursor
from models.pay import LateTruth, PayCorrection, PayExtra, PayFailure, PayHold, PayInput, PayProfile, PayRun, Payslip
from models.people import Person
from models.performance import Indicator
from models.work import Work

TOTALS = ("gross", "insurance", "tax", "net")


def prepare(work: Work, row: PayRun, rules: Policies) -> list[str]:
    """收齐并冻结一期的输入(常规的一期);state 变成 prepared,缺日子的是 draft。返回要告诉人的话。"""
    assert row.id is not None
    month = Month.parse(row.month)
    freeze_rules(work, row, rules)
    clear(work, row)
    held = held_ids(work, row.id)
    remember_cycle(work, rules, month)
    people = [p for p in people_in(work, month, rules) if p.id not in held]
    found = gather(work, people, month, rules)
    more = owed(work, row, people, rules)
    notes = _freeze(work, row, found, more)
    _missing(work, row, found, rules)
    _absorb(work, row.month)
    row.state = str(State.DRAFT if row.missing_days else State.PREPARED)
    work.session.add(row)
    work.session.flush()
    return notes


def clear(work: Work, row: PayRun) -> None:
    """上一次准备留下的都不算。"""
    for table in (PayInput, PayFailure, PayCorrection, Payslip):
        work.session.execute(delete(table).where(col(table.run_id) == row.id))
    row.totals, row.missing_days, row.computed_at = {}, [], None


def _freeze(work: Work, row: PayRun, found: Sequence[Gathered], more: dict[int, Owed]) -> list[str]:
    inputs, failures, notes = [], [], []
    for one in found:
        if one.facts is None:
            code, say = one.failure or ("", "")
            failures.append({"run_id": row.id, "person_id": one.person_id, "code": code, "say": say})
            continue
        extra = more.get(one.person_id, NOTHING)
        facts = with_owed(one.facts, extra)
        inputs.append({"run_id": row.id, "person_id": one.person_id, "facts": to_json(facts)})
        work.session.add_all(extra.corrections)
        notes += [f"{one.facts.person} 的 {month} 补差还算不出来:{why}" for month, why in extra.lacking]
    if inputs:
        work.session.execute(insert(PayInput), inputs)
    if failures:
        work.session.execute(insert(PayFailure), failures)
    sealed((str(i["facts"]) for i in inputs), row.rules_version).keep(row)
    return notes


def with_owed(facts: PayFacts, extra: Owed) -> PayFacts:
    """添上补差的行。"""
    return facts._replace(adjustments=(*facts.adjustments, *extra.adjustments)) if extra.adjustments else facts


def _missing(work: Work, row: PayRun, found: Sequence[Gathered], policies: Policies) -> None:
    period = company_of(work).period(Month.parse(row.month), policies)
    days = {day for g in found for day in g.missing_days}
    row.missing_days = [day.isoformat() for day in sorted(days)]
    if not days and period.last >= shanghai_date(work.now):
        row.missing_days = [period.last.isoformat()]
    elif not days and _results_behind(work, period.month, needed(policies, period.month).kinds):
        row.missing_days = [period.month.last.isoformat()]


def _results_behind(work: Work, month: Month, kinds: Sequence[str]) -> bool:
    """签单、评价还没读到月底之后(用到它们的绩效方案与工资公式要等它们):先出草稿,读到了再算。"""
    used = {row.source for row in work.session.exec(select(Indicator))} & {"deals", "ratings"}
    used |= {feed for kind, (feed, _) in SOURCES.items() if kind in kinds}
    read = {row.feed: row.success_at for row in work.session.exec(select(Cursor))}
    seen = (read.get(feed) for feed in sorted(used))
    return any(at is None or shanghai_date(at) <= month.last for at in seen)


def _absorb(work: Work, month: str, person_id: int = 0) -> None:
    """锁定之后才来的、这个月的更正,重新准备时已经收进来了,不必再补。"""
    query = update(LateTruth).where(col(LateTruth.month) == month, col(LateTruth.state) == "open")
    if person_id:
        query = query.where(col(LateTruth.person_id) == person_id)
    work.session.execute(query.values(state="absorbed"))


def people_in(work: Work, month: Month, rules: Policies) -> list[Person]:
    """这一期在职过、有薪酬档案的人,按编号;已经单独做了离职结算的不在内。"""
    period = company_of(work).period(month, rules)
    rows = work.session.exec(
        select(Person).join(PayProfile, col(PayProfile.person_id) == col(Person.id)).order_by(col(Person.id))
    )
    apart = settled_apart(work, month)
    return [p for p in rows if employed_in(p, period) and p.id not in apart]


def settled_apart(work: Work, month: Month, only: int = 0) -> set[int]:
    """这个月的工资已经放进离职结算的人:那一期里还有他的行,冻结的输入里有他的工资(只补别的不算)。only 只问这个人。"""
    query = (
        select(PayInput.person_id, PayInput.facts)
        .join(PayRun, col(PayRun.id) == col(PayInput.run_id))
        .where(
            PayRun.month == str(month),
            PayRun.kind == "leaver",
            select(PayExtra.id)
            .where(PayExtra.run_id == PayInput.run_id, PayExtra.person_id == PayInput.person_id)
            .exists(),
        )
    )
    found = work.session.exec(query.where(PayInput.person_id == only) if only else query)
    return {person_id for person_id, facts in found if any(wage.fen for wage in from_json(facts).wages)}


def held_ids(work: Work, run_id: int) -> set[int]:
    """这一期里暂缓的人。"""
    return set(work.session.exec(select(PayHold.person_id).where(PayHold.run_id == run_id)))


def refreeze(work: Work, row: PayRun, person: Person, rules: Policies) -> None:
    """单独重收一个人(用这一期自己的规则),别人的不动;算过的期随即重算他一个。"""
    assert row.id is not None and person.id is not None
    drop(work, row, person.id)
    policies = policies_of(work, row, rules)
    (found,) = gather(work, [person], Month.parse(row.month), policies)
    extra = owed(work, row, [person], rules).get(person.id, NOTHING)
    failure = found.failure
    if found.facts is not None and found.missing_days and row.state != State.DRAFT:
        failure = ("DAYS_MISSING", f"{person.name} 有 {len(found.missing_days)} 天的考勤还没有读到,请等读到后再算。")
    if found.facts is None or failure is not None:
        code, say = failure or ("", "")
        work.session.add(PayFailure(run_id=row.id, person_id=person.id, code=code, say=say))
    else:
        text = to_json(with_owed(found.facts, extra))
        work.session.add(PayInput(run_id=row.id, person_id=person.id, facts=text))
        _reseal(work, row, into=text)
        work.session.add_all(extra.corrections)
        if row.state == State.COMPUTED:
            _compute_one(work, row, person.id, rules)
    _absorb(work, row.month, person.id)
    work.session.add(row)
    work.session.flush()


def compute_all(work: Work, row: PayRun, rules: Policies) -> None:
    """算整期(rules 是这一期的政策)。有人算不出来(没有他那个城市的数据等):把他拿出来记下原因,别人照算。"""
    tell = partial(told, "计算")
    try:
        compute_run(work, row, rules, tell)
    except EhrError:
        _set_aside(work, row, rules)
        compute_run(work, row, rules, tell)


def _set_aside(work: Work, row: PayRun, rules: Policies) -> None:
    own = run_rules(work, row, rules)
    for one in work.session.exec(select(PayInput).where(PayInput.run_id == row.id)).all():
        try:
            compute(from_json(one.facts), own)
        except EhrError as problem:
            work.session.delete(one)
            work.session.add(PayFailure(run_id=one.run_id, person_id=one.person_id, code=problem.code, say=problem.say))
    work.session.flush()


def _compute_one(work: Work, row: PayRun, person_id: int, rules: Policies) -> None:
    """只算一个人,合计添上他的。"""
    work.session.flush()
    one = work.session.get(PayInput, (row.id, person_id))
    assert one is not None and row.id is not None
    try:
        kept = stored(compute(from_json(one.facts), rules_of(work, row, rules)))
    except EhrError as problem:
        _reseal(work, row, out=one.facts)
        work.session.delete(one)
        work.session.add(PayFailure(run_id=row.id, person_id=person_id, code=problem.code, say=problem.say))
        return
    work.insert_rows("payslip", COLUMNS, [(row.id, person_id, *kept)])
    _total(row, dict(zip(TOTALS, kept[:4], strict=True)), 1)


def drop(work: Work, row: PayRun, person_id: int) -> None:
    """把一个人从这一期里拿出来:输入、工资条、算不出来的记录;合计与封条减去他的。"""
    slip = work.session.get(Payslip, (row.id, person_id))
    if slip is not None:
        _total(row, {name: getattr(slip, name).fen for name in TOTALS}, -1)
        work.session.expunge(slip)
    kept = work.session.get(PayInput, (row.id, person_id))
    if kept is not None:
        _reseal(work, row, out=kept.facts)
        work.session.expunge(kept)
    for table in (PayInput, PayFailure, PayCorrection, Payslip):
        work.session.execute(delete(table).where(col(table.run_id) == row.id, col(table.person_id) == person_id))
    work.session.flush()


def _reseal(work: Work, row: PayRun, out: str = "", into: str = "") -> None:
    """换一个人冻结的输入:封条减去旧的、加上新的,不读别人的。早先没有记和的一期,先整份封一遍。"""
    if not row.input_sum:
        found = work.session.exec(select(PayInput.facts).where(PayInput.run_id == row.id))
        sealed(found, row.rules_version).keep(row)
        if into:
            return
    seal = Seal.of(row)
    if out:
        seal.drop(out)
    if into:
        seal.add(into)
    seal.keep(row)
    work.session.add(row)


def _total(row: PayRun, amounts: dict[str, int], sign: int) -> None:
    before = {k: int(str(v)) for k, v in row.totals.items()}
    row.totals = {
        "people": before.get("people", 0) + sign,
        **{name: before.get(name, 0) + sign * fen for name, fen in amounts.items()},
    }


def fresh_seal(work: Work, row: PayRun, rules: Policies) -> str:
    """现在再收一遍(连同补差)会是什么样:锁定之前对一对。"""
    assert row.id is not None
    held, month = held_ids(work, row.id), Month.parse(row.month)
    people = [p for p in people_in(work, month, rules) if p.id not in held]
    more = owed(work, row, people, rules)
    found = [g for g in gather(work, people, month, rules) if g.facts is not None]
    texts = (to_json(with_owed(g.facts, more.get(g.person_id, NOTHING))) for g in found if g.facts is not None)
    return seal_of(texts, rules.version)
