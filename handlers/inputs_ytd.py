"""个税期初 inputs ytd:启用之前本年各发放月的收入、扣除与已扣税额,一人一月一行;复核之后写进个税台账,撤回就取走。

缺月、负数、别的单位、累计对不上,一律退回,写明哪一格:台账缺一个月,以后每个月的税都是错的。
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, delete, select

from config.input_layouts import Layout, naming, opening_layout
from config.policies import Policies
from engine.days import Month
from engine.errors import BadInput, RuleBroken
from engine.money import Money
from handlers.actor import Actor
from handlers.company import company_of
from handlers.inputs_batch import CLOSED_STATES, Kind, Look, already_words, same_file
from handlers.inputs_columns import Columns
from handlers.inputs_people import Known, roll_of
from handlers.inputs_shapes import ImportFile, ItemTotal, Notes, Preview, PreviewLine
from handlers.sheet_in import read_book
from handlers.sheet_table import Row, Table, find_table
from models.inputs import ImportBatch
from models.pay import PayRun, TaxLedger
from models.people import Person
from models.work import Work

NEEDED = "个税期初要有“姓名”或“工号”、“税款所属期”、“本期收入”、“已扣税额”几列,一人一月一行。"
AMOUNTS = ("income", "tax_free", "insurance", "special_additional", "other", "withheld")
LABELS = {"income": "本期收入", "withheld": "已扣税额", "insurance": "专项扣除", "special_additional": "专项附加扣除"}


@dataclass(frozen=True, slots=True)
class YtdMonth:
    """一个人一个发放月;amounts 次序同 AMOUNTS(分)。"""

    person: Known
    month: int
    amounts: tuple[int, ...]
    row: int
    said: tuple[int | None, int | None]


def year_of(period: str) -> int:
    """期次写的是年,如 "2026"。"""
    if not (period.isdecimal() and len(period) == 4):
        raise BadInput("BAD_YEAR", "个税期初按年导入,请写成 2026 这样。")
    return int(period)


def _look(work: Work, command: ImportFile, rules: Policies) -> Look:
    """读并逐项核对。"""
    year, layout = year_of(command.period), opening_layout()

    def enough(names: Collection[str]) -> bool:
        roles = {naming(layout.columns).get(one) for one in names}
        return bool({"name", "code"} & roles) and {"month", "income", "withheld"} <= roles

    book = read_book(command.upload.name, command.upload.data())
    table = find_table(book, naming(layout.columns), enough, NEEDED)
    notes = Notes(notes=[*table.skipped, *table.notes])
    months = _read(work, table, layout, (year, notes))
    _check_months(work, months, (year, rules), notes)
    _check_sums(table, months, Columns(table, layout.columns, notes))
    batch = same_file(work, "ytd", command.period, book.digest)
    shown = Preview(
        kind="ytd",
        period=command.period,
        file_name=book.name,
        digest=book.digest,
        lines=_lines(months),
        totals=tuple(_total(months, one) for one in LABELS),
        faults=tuple(sorted(notes.faults, key=lambda one: one.row)),
        notes=tuple(notes.notes),
        already=already_words(work, batch) if batch is not None else "",
    )
    return Look(shown, months, book, table.sheet)


def _read(work: Work, table: Table, layout: Layout, about: tuple[int, Notes]) -> list[YtdMonth]:
    year, notes = about
    columns, roll, unit = Columns(table, layout.columns, notes), roll_of(work), company_of(work).unit
    found: list[YtdMonth] = []
    seen: dict[tuple[int, int], int] = {}
    for row in table.rows:
        columns.same_unit(row, unit)
        person, month = columns.person(row, roll), columns.month(row, "month", year)
        if person is None:
            continue
        if month is None or month.year != year:
            say = f"税款所属期不在 {year} 年。" if month is not None else "没有写税款所属期(哪个发放月)。"
            notes.fault(f"第 {row.number} 行", row.number, say)
            continue
        first = seen.setdefault((person.person_id, month.month), row.number)
        if first != row.number:
            notes.fault(f"第 {row.number} 行", row.number, f"{person.name} {month.month} 月在第 {first} 行已经有了。")
            continue
        amounts = tuple(_amount(columns, row, role) or 0 for role in AMOUNTS)
        if amounts[-1] > amounts[0]:
            notes.fault(f"第 {row.number} 行", row.number, f"{person.name} {month.month} 月扣的税比收入还多,请核对列。")
        said = (_amount(columns, row, "income_sum"), _amount(columns, row, "withheld_sum"))
        found.append(YtdMonth(person, month.month, amounts, row.number, said))
    return found


def _amount(columns: Columns, row: Row, role: str) -> int | None:
    at = columns.at.get(role)
    if at is None:
        return None
    found = columns.money(row, at)
    return found.fen if found is not None else None


def _by_person(months: list[YtdMonth]) -> dict[Known, list[YtdMonth]]:
    found: dict[Known, list[YtdMonth]] = {}
    for one in sorted(months, key=lambda one: (one.person.person_id, one.month)):
        found.setdefault(one.person, []).append(one)
    return found


def _check_months(work: Work, months: list[YtdMonth], about: tuple[int, Policies], notes: Notes) -> None:
    """每个人的月份要连着,从入职(或 1 月)到本系统第一次发放的前一个月;累计列与逐月相加一致;台账里还没有。"""
    year, rules = about
    last = _last_month(work, year, rules)
    known = {
        (one.person_id, one.month): one.source
        for one in work.session.exec(
            select(TaxLedger).where(TaxLedger.tax_year == year, TaxLedger.unit == company_of(work).unit)
        )
    }
    for person, own in _by_person(months).items():
        row = own[0].row
        have = {one.month for one in own}
        first = _first_month(work, person, year, min(have))
        missing = [m for m in range(first, last + 1) if m not in have and (person.person_id, m) not in known]
        if missing:
            say = f"{person.name}缺 {'、'.join(str(m) for m in missing)} 月。没有收入的月份也要有一行,写 0。"
            notes.fault(f"第 {row} 行", row, say)
        for one in own:
            if one.month > last:
                notes.fault(f"第 {one.row} 行", one.row, f"{one.month} 月由本系统发放,不从期初导入。")
            if (person.person_id, one.month) in known:
                notes.fault(f"第 {one.row} 行", one.row, f"{person.name} {one.month} 月台账里已经有了,不能再导入。")
        _check_running(own, notes)


def _check_running(own: list[YtdMonth], notes: Notes) -> None:
    income = withheld = 0
    for one in own:
        income, withheld = income + one.amounts[0], withheld + one.amounts[-1]
        for label, said, whole in (("累计收入", one.said[0], income), ("累计税额", one.said[1], withheld)):
            if said is not None and said != whole:
                say = f"{one.person.name} {one.month} 月写的{label}是 {Money(said).show()},逐月加起来是 {Money(whole).show()}。"
                notes.fault(f"第 {one.row} 行", one.row, say)


def _last_month(work: Work, year: int, rules: Policies) -> int:
    """期初最晚到几月:本系统第一次发放的前一个月。"""
    company = company_of(work)
    ours = company.pay_month(Month.parse(company.first_month), rules)
    return 12 if ours.year > year else ours.month - 1 if ours.year == year else 0


def _first_month(work: Work, person: Known, year: int, given: int) -> int:
    """应当从几月起:今年入职的,从入职当月或次月(次月才发)起都可以;早就在职的从 1 月起。"""
    row = work.session.get(Person, person.person_id)
    hired = row.hired_on if row is not None else None
    if hired is not None and hired.year == year:
        return given if given in (hired.month, hired.month + 1) else hired.month
    return 1


def _check_sums(table: Table, months: list[YtdMonth], columns: Columns) -> None:
    """只有一行合计的,要与各行之和一致。"""
    if len(table.totals) != 1:
        return
    row = table.totals[0]
    for role, label in LABELS.items():
        at = columns.at.get(role)
        if at is None or row.cells[at].formula or row.cells[at].blank:
            continue
        said, whole = columns.money(row, at), sum(one.amounts[AMOUNTS.index(role)] for one in months)
        if said is not None and said.fen != whole:
            say = f"合计行的“{label}”写的是 {said.show()},各行加起来是 {Money(whole).show()}。请核对有没有漏行。"
            columns.notes.fault(row.cells[at].at, row.number, say)


def _lines(months: list[YtdMonth]) -> tuple[PreviewLine, ...]:
    found = []
    for person, own in _by_person(months).items():
        income, tax = (Money(sum(one.amounts[i] for one in own)) for i in (0, -1))
        label = f"{own[0].month}–{own[-1].month} 月,{len(own)} 个月"
        shown = f"收入 {income.show()},已扣税 {tax.show()}"
        found.append(PreviewLine(person.person_id, person.name, label, shown, income.yuan(), f"第 {own[0].row} 行"))
    return tuple(found)


def _total(months: list[YtdMonth], role: str) -> ItemTotal:
    whole = Money(sum(one.amounts[AMOUNTS.index(role)] for one in months))
    return ItemTotal(LABELS[role], len({one.person for one in months}), whole.show(), whole.yuan())


def _write(work: Work, batch: ImportBatch, look: Look, actor: Actor) -> None:
    """先留着,复核之后才进台账。"""
    batch.kept = json.dumps([[one.person.person_id, one.month, *one.amounts] for one in look.staged])


def _confirm(work: Work, batch: ImportBatch, actor: Actor) -> None:
    """写进个税台账;source 是 import:批号。"""
    unit, year, source = company_of(work).unit, year_of(batch.period), f"import:{batch.id}"
    known = work.session.exec(select(TaxLedger.id).where(TaxLedger.source == source)).first()
    if known is not None:
        return
    for person_id, month, *amounts in json.loads(batch.kept):
        _check_free(work, (unit, person_id, year, month))
        income, tax_free, insurance, special, other, withheld = map(Money, amounts)
        work.session.add(
            TaxLedger(
                unit=unit,
                person_id=person_id,
                tax_year=year,
                month=month,
                income=income,
                tax_free=tax_free,
                insurance=insurance,
                special_additional=special,
                other=other,
                withheld=withheld,
                source=source,
            )
        )


def _check_free(work: Work, key: tuple[str, int, int, int]) -> None:
    unit, person_id, year, month = key
    taken = work.session.exec(
        select(TaxLedger.id).where(
            TaxLedger.unit == unit,
            TaxLedger.person_id == person_id,
            TaxLedger.tax_year == year,
            TaxLedger.month == month,
        )
    ).first()
    if taken is not None:
        raise RuleBroken(
            "LEDGER_TAKEN", f"台账里 {year} 年 {month} 月已经有了别的记录,没有写下。请撤回这一批,核对后再导入。"
        )


def _undo(work: Work, batch: ImportBatch, actor: Actor) -> None:
    """从台账取走这一批。"""
    work.session.execute(delete(TaxLedger).where(col(TaxLedger.source) == f"import:{batch.id}"))


def _check(work: Work, period: str) -> None:
    """这一年还没有发布过工资:发布之后再改期初,发过的税就对不上了。"""
    year = year_of(period)
    rows = work.session.exec(select(PayRun.state).where(col(PayRun.pay_month).startswith(f"{year}-")))
    if any(state in CLOSED_STATES for state in rows):
        raise RuleBroken("YEAR_STARTED", f"{year} 年已经有锁定或发布的工资,期初不能再改。请由发薪的同事以更正处理。")


YTD = Kind(_look, _write, _confirm, _undo, _check)
