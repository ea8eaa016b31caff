"""差异归因的读取 pay variance:逐批读这期与上月的冻结事实与存下的行,交给引擎归因;归不到的拦住发布。"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlmodel import select

from config.policies import Policies
from engine.days import Month
from engine.pay_after import CARRIED, SHORTAGE
from engine.pay_facts import PayFacts, from_json
from engine.pay_items import Section
from engine.pay_rules import PayRules
from engine.variance import OWED, OWN, Part, Side, strange, variance
from handlers.pay_archive import rules_of
from handlers.pay_compute import CHUNK
from handlers.pay_steps import REGULAR
from models.pay import PayRun
from models.work import Work

Found = tuple[int, Side | None, Side | None, tuple[Part, ...]]
"""人员编号、上月、本月、各份差额。"""
ASIDE = (Section.EMPLOYER, Section.INFO)


def previous(work: Work, row: PayRun) -> PayRun | None:
    """上月已发布的常规一期。"""
    month = str(Month.parse(row.month).plus(-1))
    return work.session.exec(
        select(PayRun).where(PayRun.month == month, PayRun.state == "published", PayRun.kind == REGULAR)
    ).first()


def each(work: Work, row: PayRun, last: PayRun, rules: Policies) -> Iterator[Found]:
    """逐人的差额,按编号;没有差额的也给出。"""
    for person_id, a, b in _sides(work, row, last, rules):
        yield person_id, a, b, variance(a, b)


def _sides(
    work: Work, row: PayRun, last: PayRun | None, rules: Policies
) -> Iterator[tuple[int, Side | None, Side | None]]:
    """逐批读,逐人给出上月与本月的两边。"""
    assert row.id is not None
    own = rules_of(work, row, rules)
    before = rules_of(work, last, rules) if last is not None else own
    start = 0
    while True:
        now = _read(work, row.id, (start, None))
        end = max(now) if len(now) == CHUNK else None
        old = _read(work, last.id, (start, end), 0) if last is not None and last.id is not None else {}
        for person_id in sorted({*now, *old}):
            yield person_id, _side(old.get(person_id), before), _side(now.get(person_id), own)
        if end is None:
            return
        start = end


READ = (
    "SELECT i.person_id, i.facts, s.lines, s.net FROM payinput i"
    " JOIN payslip s ON s.run_id = i.run_id AND s.person_id = i.person_id"
    " WHERE i.run_id = :r AND i.person_id > :s AND i.person_id <= :e ORDER BY i.person_id LIMIT :n"
)
LAST = 2**31 - 1


def _read(work: Work, run_id: int, span: tuple[int, int | None], limit: int = CHUNK) -> dict[int, Any]:
    """一批人的(事实, 行, 实发);limit 0 为不限。"""
    start, end = span
    rows = work.rows(READ, r=run_id, s=start, e=LAST if end is None else end, n=limit or LAST)
    return {r[0]: r[1:] for r in rows}


def _side(kept: Any, rules: PayRules) -> Side | None:
    if kept is None:
        return None
    facts = from_json(kept[0])
    return Side(facts, rules, own_lines(kept[1], int(kept[2]), facts, rules))


def own_lines(text: str, net: int, facts: PayFacts, rules: PayRules) -> dict[str, int]:
    """存下的行里对实发有影响的;应发不够缴的一截记在 receivable,与实发还有差的也记在那里(重算对不上就说不清)。"""
    aside = {item.key for item in rules.items if item.section not in OWN}
    aside |= {one.code for one in facts.adjustments if one.section in ASIDE}
    found: dict[str, int] = {}
    for code, fen in json.loads(text):
        if code not in aside and not code.startswith(("er_", CARRIED)):
            own = OWED if code == SHORTAGE else code
            found[own] = found.get(own, 0) + fen
    owed = net - sum(found.values())
    if owed:
        found[OWED] = found.get(OWED, 0) + owed
    return found


def unexplained(work: Work, row: PayRun, rules: Policies) -> list[int]:
    """有说不清的差额的人(编号):这期或上月存下的数与重算的不一样。没有上月可比的只对这期。"""
    last = previous(work, row) if row.kind == REGULAR else None
    return [person_id for person_id, a, b in _sides(work, row, last, rules) if strange(a) or strange(b)]
