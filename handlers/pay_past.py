"""往月的值进工资 pay past:公式里的上月、本年累计,取自已经发布的工资条;启用之前的取自导入的历史工资。

一个月的值是“已经发到的”:发布的那一张,补过差的按最近一次补差之后的事实重算。准备一期时取到多少就冻结多少,以后的更正不回头改。
没有的月份值为 None(公式报 HISTORY_MISSING,写明月份,只拦住这个人);入职以前的月份,本年累计里不算,上月算没有。
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import EhrError
from engine.formula_history import Need, months_of
from engine.formula_types import LAST_MONTH, Pair, Unit
from engine.pay import item_amounts
from engine.pay_facts import Earlier, from_json
from engine.pay_items import PayItem, Section
from engine.pay_rules import PayRules
from handlers.company import Company, company_of
from handlers.pay_archive import rules_of
from handlers.pay_steps import REGULAR
from models.inputs import ImportBatch, PastSlip
from models.pay import PayCorrection, PayInput, PayRun, Payslip
from models.people import Person
from models.work import Work

CHUNK = 400
LEAVER = "leaver"
MINUS = (Section.DEDUCTION, Section.AFTER_TAX)
Values = dict[str, Pair | None]


@dataclass(slots=True)
class _Month:
    """一个人一个月:各项目、事实的值与证据编号。"""

    values: Values = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)


Loaded = dict[tuple[int, str], _Month]
"""(人员编号, 月) → 那个月。"""


def history(
    work: Work, people: Sequence[Person], month: Month, needs: Sequence[Need], rules: Policies
) -> Mapping[int, tuple[Earlier, ...]]:
    """一批人的往月:人员编号 → 公式要的各项。公式一项也不要的不查。"""
    if not needs:
        return {}
    wanted = sorted({str(m) for need in needs for m in months_of(need, month)})
    names = tuple(dict.fromkeys(need.name for need in needs))
    company = company_of(work)
    loaded = _load(work, [p.id or 0 for p in people], (wanted, names), rules)
    return {p.id or 0: tuple(_earlier(p, need, (month, company, rules), loaded) for need in needs) for p in people}


def _earlier(person: Person, need: Need, about: tuple[Month, Company, Policies], loaded: Loaded) -> Earlier:
    month, company, rules = about
    wanted = [m for m in months_of(need, month) if need.function == LAST_MONTH or _here(person, m, company, rules)]
    found = [(str(m), loaded.get((person.id or 0, str(m)))) for m in wanted]
    evidence = tuple(dict.fromkeys(e for _, one in found if one is not None for e in one.evidence))
    return Earlier(need.slot, tuple((m, one.values.get(need.name) if one else None) for m, one in found), evidence)


def _here(person: Person, month: Month, company: Company, rules: Policies) -> bool:
    """那个月(那一期)已经入职。"""
    return person.hired_on is None or person.hired_on <= company.period(month, rules).last


def _load(work: Work, people: list[int], about: tuple[list[str], tuple[str, ...]], rules: Policies) -> Loaded:
    months, names = about
    found: Loaded = {}
    runs = work.session.exec(
        select(PayRun)
        .where(col(PayRun.month).in_(months), PayRun.state == "published", col(PayRun.kind).in_([REGULAR, LEAVER]))
        .order_by(col(PayRun.id))
    ).all()
    for i in range(0, len(people), CHUNK):
        some = people[i : i + CHUNK]
        _imported(work, some, (months, names), (found, rules))
        for run in runs:
            _published(work, run, (some, names), (found, rules))
        _corrected(work, some, (months, names), (found, rules))
    return found


def _published(work: Work, run: PayRun, about: tuple[list[int], tuple[str, ...]], out: tuple[Loaded, Policies]) -> None:
    """发布的各行:工资条上没有的行是零;那个月没有这个项目的,没有这个数。事实由冻结的输入取。"""
    people, names = about
    found, rules = out
    own = rules_of(work, run, rules)
    items = {item.name: item for item in own.items if item.name in names}
    facts = [name for name in names if name not in items and name in own.sheet.scope.units]
    for person_id, lines in work.session.exec(
        select(col(Payslip.person_id), col(Payslip.lines)).where(
            Payslip.run_id == run.id, col(Payslip.person_id).in_(people)
        )
    ):
        paid = dict(json.loads(lines))
        values: Values = {name: (_plain(item, paid.get(item.key, 0)), 1) for name, item in items.items()}
        found[person_id, run.month] = _Month(values, [f"payrun:{run.id}"])
    if facts:
        for person_id, text in _frozen(work, run, people):
            if (person_id, run.month) in found:
                found[person_id, run.month].values |= _slots(text, own, facts)


def _frozen(work: Work, run: PayRun, people: list[int]) -> Iterator[tuple[int, str]]:
    yield from work.session.exec(
        select(col(PayInput.person_id), col(PayInput.facts)).where(
            PayInput.run_id == run.id, col(PayInput.person_id).in_(people)
        )
    )


def _slots(text: str, own: PayRules, names: Sequence[str]) -> Values:
    """由一份事实重算,取其中几个名字的值;算不出来的没有。"""
    try:
        _, slots = item_amounts(from_json(text), own)
    except EhrError:
        return {}
    places = own.sheet.scope.slots
    return {name: slots[places[name]] for name in names if name in places}


def _plain(item: PayItem, fen: int) -> int:
    """公式里的值:扣除在工资条上是负数,公式里是正数。"""
    return -fen if item.section in MINUS else fen


def _corrected(
    work: Work, people: list[int], about: tuple[list[str], tuple[str, ...]], out: tuple[Loaded, Policies]
) -> None:
    """补过差的月份:按最近一次发布的补差之后的事实;那个月其实不该发的是零。"""
    months, names = about
    found, rules = out
    rows = work.session.exec(
        select(PayCorrection, PayRun)
        .join(PayRun, col(PayRun.id) == col(PayCorrection.run_id))
        .where(
            col(PayCorrection.person_id).in_(people),
            col(PayCorrection.month).in_(months),
            PayRun.state == "published",
        )
        .order_by(col(PayRun.published_at), col(PayRun.id))
    ).all()
    for kept, run in rows:
        closed = _closed(work, kept.month)
        if closed is None:
            continue
        own = rules_of(work, closed, rules)
        here = found.setdefault((kept.person_id, kept.month), _Month())
        here.values = _slots(kept.facts, own, names) if kept.facts else dict.fromkeys(names, (0, 1))
        here.evidence.append(f"payrun:{run.id}")


def _closed(work: Work, month: str) -> PayRun | None:
    return work.session.exec(
        select(PayRun).where(PayRun.month == month, PayRun.state == "published", PayRun.kind == REGULAR)
    ).first()


def _imported(
    work: Work, people: list[int], about: tuple[list[str], tuple[str, ...]], out: tuple[Loaded, Policies]
) -> None:
    """启用之前:复核过的历史工资,列名就是项目的名字(或公式里的名字)的那一列;只认金额。"""
    months, names = about
    found, rules = out
    rows = work.session.exec(
        select(PastSlip)
        .join(ImportBatch, col(ImportBatch.id) == col(PastSlip.batch_id))
        .where(col(PastSlip.person_id).in_(people), col(PastSlip.month).in_(months), ImportBatch.state == "confirmed")
        .order_by(col(PastSlip.id))
    ).all()
    units = rules.items.units()
    money = [name for name in names if units.get(name) is Unit.MONEY]
    for row in rows:
        columns = {str(name): int(fen) for name, fen in json.loads(row.lines)}
        items = {one.name: one for one in rules.items.on(Month.parse(row.month).first)}
        values = {name: _column(columns, name, items.get(name)) for name in money}
        found[row.person_id, row.month] = _Month(values, [f"past:{row.id}"])


def _column(columns: Mapping[str, int], name: str, item: PayItem | None) -> Pair | None:
    """历史工资的一列;扣除各家有写正数的、有写负数的,都按扣了多少。"""
    for one in (item.label if item is not None else name, name):
        if one in columns:
            return (abs(columns[one]) if item is not None and item.section in MINUS else columns[one], 1)
    return None
