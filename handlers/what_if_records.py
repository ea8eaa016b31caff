"""试算要的证据 what if records:试的公式用到签单、评价、往月,而那个月发薪时的公式没有用到,没有一起冻结:补上现在的,只为试。"""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.pay_facts import from_json, to_json
from engine.pay_rules import PayRules
from handlers.company import company_of
from handlers.pay_past import history
from handlers.pay_records import SOURCES, sold
from models.people import Person
from models.work import Work

CHUNK = 400


def lacking(before: PayRules, after: PayRules) -> bool:
    """试的公式要的,有没有当时的公式没有要的。"""
    kinds = set(after.sheet.evidence) - set(before.sheet.evidence)
    return bool(kinds & set(SOURCES)) or bool(set(after.sheet.past) - set(before.sheet.past))


def completed(
    work: Work, people: Mapping[int, str], both: tuple[PayRules, PayRules], policies: Policies
) -> dict[int, str]:
    """一批人冻结的输入,补上试的公式要而没有冻结的:签单、评价照现在的,往月照已发的。不认得的人原样。"""
    before, after = both
    month = Month.parse(after.month)
    kinds = tuple(k for k in after.sheet.evidence if k not in before.sheet.evidence)
    needs = tuple(n for n in after.sheet.past if n not in before.sheet.past)
    ids = list(people)
    rows: list[Person] = []
    for i in range(0, len(ids), CHUNK):
        rows += work.session.exec(select(Person).where(col(Person.id).in_(ids[i : i + CHUNK])))
    found = sold(work, rows, company_of(work).period(month, policies), kinds)
    earlier = history(work, rows, month, needs, policies)
    out = dict(people)
    for one in rows:
        facts, number = from_json(people[one.id or 0]), one.id or 0
        more = facts._replace(
            records=(*facts.records, *found[one.userid]), past=(*facts.past, *earlier.get(number, ()))
        )
        out[number] = to_json(more)
    return out
