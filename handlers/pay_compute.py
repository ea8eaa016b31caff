"""算薪 pay compute:从冻结的输入到存好的工资条。按行读、成批算、按批写;解释不另存,要看时用同样的输入重算。

平常的人一列一列地成批算(engine.batch_slip),其余逐人算(engine.pay.compute),两者一分不差。
一个人算不出来,记下原因,不影响别人。
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import text

from config.policies import Policies
from config.policy_pay import pay_terms
from engine.batch_slip import SlipBatch
from engine.days import Month
from engine.errors import EhrError
from engine.pay import compute
from engine.pay_facts import from_json
from engine.pay_rules import PayRules
from handlers.codec import adapter_of
from handlers.company import Company, company_of
from handlers.pay_rows import Row, lines_text, rows_of, stored
from handlers.pay_seal import Seal
from models.pay import PayRun
from models.work import Work

__all__ = [
    "COLUMNS",
    "Progress",
    "compute_run",
    "freeze_rows",
    "lines_text",
    "rules_for",
    "stored",
]

CHUNK = 10_000
"""一批多少人:读、算、写各一次;内存不随人数增长。"""

WORTH = 64
"""同样规定的人不到这么多,逐人算更快。"""

Progress = Callable[[int, int], None]
"""做到哪里了:(已做几人, 共几人),每批之后叫一次。它抛错就是取消:整个事务退回,什么也不留下。"""


def rules_for(work: Work, rules: Policies, month: Month) -> PayRules:
    """某个月编好的规则(同一份政策、同一家公司、同一个月只编一次)。"""
    return batch_for(work, rules, month).rules


def batch_for(work: Work, rules: Policies, month: Month) -> SlipBatch:
    """某个月编好的规则,连同成批的算法。"""
    company = company_of(work)
    return _compiled(rules, company, (month, company.pay_month(month, rules)))


def run_rules(work: Work, row: PayRun, rules: Policies) -> PayRules:
    """一期编好的规则:公司资料用冻结时的,发放月用这一期自己的。rules 是这一期的政策(见 pay_archive)。"""
    return run_batch(work, row, rules).rules


def run_batch(work: Work, row: PayRun, rules: Policies) -> SlipBatch:
    """一期编好的规则,连同成批的算法。"""
    company: Company = adapter_of(Company).validate_json(row.company) if row.company else company_of(work)
    return _compiled(rules, company, (Month.parse(row.month), Month.parse(row.pay_month)))


def _compiled(rules: Policies, company: Company, months: tuple[Month, Month]) -> SlipBatch:
    key = (rules.version, company, months)
    found = _COMPILED.get(key)
    if found is None:
        if len(_COMPILED) > MOST_COMPILED:
            _COMPILED.clear()
        rates = {"injury": company.injury_rate}
        terms = pay_terms(rules, *months, rates, company.period(months[0], rules))
        found = _COMPILED[key] = SlipBatch(PayRules(terms), WORTH)
    return found


MOST_COMPILED = 64
_COMPILED: dict[tuple[str, Company, tuple[Month, Month]], SlipBatch] = {}


def freeze_rows(work: Work, run_id: int, people: Iterable[tuple[int, str]]) -> int:
    """冻结输入:(人员编号, engine.pay_facts.to_json 的文字)成批写进 PayInput,返回人数。"""
    count = 0
    chunk: list[tuple[object, ...]] = []
    for person_id, facts_text in people:
        chunk.append((run_id, person_id, facts_text))
        if len(chunk) == CHUNK:
            work.insert_rows("payinput", INPUT_COLUMNS, chunk)
            count, chunk = count + len(chunk), []
    work.insert_rows("payinput", INPUT_COLUMNS, chunk)
    return count + len(chunk)


def compute_run(work: Work, row: PayRun, rules: Policies, progress: Progress | None = None) -> None:
    """由 PayInput 算出 Payslip 与合计;一批一批读、算、写,内存不随人数增长。

    算不出来的人没有工资条,姓名与原因记进 PayFailure;progress 每批之后叫一次,它抛错就取消。
    """
    assert row.id is not None
    batch = run_batch(work, row, rules)
    work.session.connection().execute(text("DELETE FROM payslip WHERE run_id = :r"), {"r": row.id})
    total = work.rows("SELECT count(*) FROM payinput WHERE run_id = :r", r=row.id)[0][0] if progress else 0
    people = gross = insurance = tax = net = seen = 0
    seal = Seal(rules.version)
    for chunk in _chunks(work, row.id):
        seal.add_all([facts_text for _, facts_text in chunk])
        found, failures = computed([facts_text for _, facts_text in chunk], batch)
        values = [(row.id, chunk[at][0], *kept) for at, kept in found]
        gross += sum([kept[0] for _, kept in found])
        insurance += sum([kept[1] for _, kept in found])
        tax += sum([kept[2] for _, kept in found])
        net += sum([kept[3] for _, kept in found])
        people += len(values)
        work.insert_rows("payslip", COLUMNS, values)
        _fail(work, row.id, [(chunk[at][0], error) for at, error in failures])
        seen += len(chunk)
        if progress:
            progress(seen, total)
    seal.keep(row)
    row.totals = {"people": people, "gross": gross, "insurance": insurance, "tax": tax, "net": net}
    work.session.add(row)
    work.session.flush()


COLUMNS = ("run_id", "person_id", "gross", "insurance", "tax", "net", "lines", "exceptions")
INPUT_COLUMNS = ("run_id", "person_id", "facts")
Failures = list[tuple[int, EhrError]]


def computed(texts: Sequence[str], batch: SlipBatch) -> tuple[list[tuple[int, Row]], Failures]:
    """一批人冻结的输入 → 按位置排好的 (位置, 要存的行),与算不出来的 (位置, 原因)。"""
    keys = batch.rules.keys
    found: list[tuple[int, Row]] = []
    slips, left = _in_columns(texts, batch)
    for one in slips:
        found += rows_of(one, keys, lambda at: from_json(texts[at]).adjustments)
    failures: Failures = []
    for at in left:
        try:
            found.append((at, stored(compute(from_json(texts[at]), batch.rules))))
        except EhrError as error:
            failures.append((at, error))
    found.sort(key=_place)
    return found, failures


def _place(one: tuple[int, Row]) -> int:
    return one[0]


def _in_columns(texts: Sequence[str], batch: SlipBatch) -> tuple[list[Any], list[int]]:
    """成批算:(各段的列, 要逐人算的位置)。读一个、压一行、丢一个,不攒着。"""
    groups, left = batch.gather(_READ(one)[0] for one in texts)
    slips = []
    for group in groups:
        done, more = batch.compute(group)
        slips += done
        left += more
    return slips, left


_READ = json.JSONDecoder().raw_decode


def _fail(work: Work, run_id: int, failures: Sequence[tuple[int, EhrError]]) -> None:
    """记下算不出来的人;同一个人已经记着别的原因的,换成这一个。"""
    for person_id, _ in failures:
        work.session.connection().execute(
            text("DELETE FROM payfailure WHERE run_id = :r AND person_id = :p"), {"r": run_id, "p": person_id}
        )
    rows = [(run_id, person_id, error.code, error.say) for person_id, error in failures]
    work.insert_rows("payfailure", ("run_id", "person_id", "code", "say"), rows)


def _chunks(work: Work, run_id: int) -> Iterator[list[Any]]:
    last = 0
    while True:
        found = work.rows(
            "SELECT person_id, facts FROM payinput WHERE run_id = :r AND person_id > :last ORDER BY person_id LIMIT :n",
            r=run_id,
            last=last,
            n=CHUNK,
        )
        if not found:
            return
        yield found
        last = found[-1][0]
