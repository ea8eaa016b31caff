"""算薪 pay compute:从冻结的输入到存好的工资条。按行读、按批写;解释不另存,要看时用同样的输入重算。"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import text

from config.policies import Policies
from config.policy_pay import pay_terms
from engine.days import Month
from engine.pay import Slip, compute
from engine.pay_after import CARRIED, SHORTAGE
from engine.pay_facts import from_json
from engine.pay_rules import PayRules
from handlers.codec import adapter_of
from handlers.company import Company, company_of
from models.pay import PayRun
from models.work import Work

CHUNK = 2000


def rules_for(work: Work, rules: Policies, month: Month) -> PayRules:
    """某个月编好的规则(同一份政策、同一家公司、同一个月只编一次)。"""
    company = company_of(work)
    return _compiled(rules, company, (month, company.pay_month(month, rules)))


def run_rules(work: Work, row: PayRun, rules: Policies) -> PayRules:
    """一期编好的规则:公司资料用冻结时的,发放月用这一期自己的。rules 是这一期的政策(见 pay_archive)。"""
    company: Company = adapter_of(Company).validate_json(row.company) if row.company else company_of(work)
    return _compiled(rules, company, (Month.parse(row.month), Month.parse(row.pay_month)))


def _compiled(rules: Policies, company: Company, months: tuple[Month, Month]) -> PayRules:
    key = (rules.version, company, months)
    found = _COMPILED.get(key)
    if found is None:
        if len(_COMPILED) > MOST_COMPILED:
            _COMPILED.clear()
        rates = {"injury": company.injury_rate}
        found = PayRules(pay_terms(rules, *months, rates, company.period(months[0], rules)))
        _COMPILED[key] = found
    return found


MOST_COMPILED = 64
_COMPILED: dict[tuple[str, Company, tuple[Month, Month]], PayRules] = {}


class Seal:
    """封条:政策版本与各人冻结的输入(按人员编号先后)合起来的 SHA-256;一边读一边算,不占内存。"""

    def __init__(self, version: str) -> None:
        self._whole = hashlib.sha256(version.encode())

    def add(self, facts_text: str) -> None:
        """加一个人冻结的输入(engine.pay_facts.to_json 的文字)。"""
        self._whole.update(b"\n")
        self._whole.update(facts_text.encode())

    def add_all(self, texts: Iterable[str]) -> None:
        """加一批人的,与逐个加一样。"""
        self._whole.update("".join(["\n" + one for one in texts]).encode())

    def value(self) -> str:
        """摘要。"""
        return self._whole.hexdigest()


def seal_of(texts: Iterable[str], version: str) -> str:
    """一批冻结的输入的封条。"""
    seal = Seal(version)
    for one in texts:
        seal.add(one)
    return seal.value()


def compute_run(work: Work, row: PayRun, rules: Policies) -> None:
    """由 PayInput 算出 Payslip 与合计;一批一批读、算、写,内存不随人数增长。"""
    assert row.id is not None
    pay_rules = run_rules(work, row, rules)
    work.session.connection().execute(text("DELETE FROM payslip WHERE run_id = :r"), {"r": row.id})
    people = gross = insurance = tax = net = 0
    seal = Seal(rules.version)
    for chunk in _chunks(work, row.id):
        seal.add_all([facts_text for _, facts_text in chunk])
        values: list[tuple[object, ...]] = []
        for person_id, facts_text in chunk:
            kept = stored(compute(from_json(facts_text), pay_rules))
            gross += kept[0]
            insurance += kept[1]
            tax += kept[2]
            net += kept[3]
            values.append((row.id, person_id, *kept))
        people += len(values)
        work.insert_rows("payslip", COLUMNS, values)
    row.input_hash = seal.value()
    row.totals = {"people": people, "gross": gross, "insurance": insurance, "tax": tax, "net": net}
    work.session.add(row)
    work.session.flush()


COLUMNS = ("run_id", "person_id", "gross", "insurance", "tax", "net", "lines", "exceptions")


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


def stored(slip: Slip) -> tuple[int, int, int, int, str, str]:
    """一张工资条要存的各列,次序同 COLUMNS(分与紧凑的行)。"""
    return (
        slip.gross_fen,
        slip.insurance_fen,
        slip.tax_fen,
        slip.net_fen,
        lines_text(slip),
        json.dumps([[c.code, c.level, c.say] for c in slip.problems], ensure_ascii=False, separators=(",", ":"))
        if slip.problems
        else "[]",
    )


def lines_text(slip: Slip) -> str:
    """存下的行:[[项目,分],…] 的 JSON,为零的不存。项目名只有英文与下划线,直接拼,比通用的编码快几倍。"""
    found = [f'["{key}",{fen}]' for key, fen in zip(slip.rules.keys, slip.amounts, strict=True) if fen]
    if slip.adjustments:
        found += [f'["{one.code}",{one.fen}]' for one in slip.adjustments]
    for step, _, employee, employer, _, _ in slip.shares:
        code = step.line.code
        if employee:
            found.append(f'["ins_{code}",{-employee}]')
        if employer:
            found.append(f'["er_{code}",{employer}]')
    if slip.tax_fen:
        found.append(f'["iit",{-slip.tax_fen}]')
    if slip.receivable_fen:
        found += [f"[{json.dumps(CARRIED + one.code, ensure_ascii=False)},{one.rest}]" for one in slip.carried]
        if slip.shortage:
            found.append(f'["{SHORTAGE}",{slip.shortage.fen}]')
    return f"[{','.join(found)}]"
