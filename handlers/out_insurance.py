"""社保清单 out insurance:一人一险种一行,基数与两边金额,按城市与单位;与这一期的社保合计逐分对得上。"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from sqlmodel import select

from engine.money import Money
from engine.pay import insurance_shares
from engine.pay_facts import PayFacts, from_json
from engine.pay_items import Section
from engine.pay_rules import PayRules
from handlers.out_book import Book, PersonPay, ready_book
from handlers.out_made import Ask, Made, Report, made
from handlers.out_rules import rules_of_run
from handlers.out_write import Cell, Table
from models.pay import PayInput

HEAD = ("城市", "缴费单位", "部门", "工号", "姓名", "险种", "缴费基数", "个人", "单位", "合计")
Rows = list[tuple[Cell, ...]]


def insurance(ask: Ask) -> Made:
    """社保清单:第一张逐人逐险种,第二张按城市、险种汇总。"""
    book = ready_book(ask.work, ask.run, ask.rules)
    facts = {
        row.person_id: from_json(row.facts)
        for row in ask.work.session.exec(select(PayInput).where(PayInput.run_id == book.run_id))
    }
    stamp = ask.stamped(f"{book.month.label},全部城市与单位,{len(book.people)} 人")
    title = f"{book.company.name} {book.month.label}社会保险与住房公积金清单"
    rows = _details(ask, book, facts)
    own, unit = _sums(book)
    total: tuple[Cell, ...] = ("合计", *[None] * 6, Money(own), Money(unit), Money(own + unit))
    detail = Table("逐人", HEAD, (*rows, total), (title, *stamp.lines()), frozenset({len(rows)}))
    report = Report(
        f"社保清单-{book.month}", (detail, _summary(rows, (title, *stamp.lines()))), len(rows),
        {"people": len(book.people), "employee": own, "employer": unit}, stamp,
    )  # fmt: skip
    return made(report, ask.params.get("format", "xlsx"))


def _sums(book: Book) -> tuple[int, int]:
    """个人与单位的合计(分)。"""
    own = -sum(book.total(column.code) for column in book.section(Section.INSURANCE))
    return own, sum(book.total(column.code) for column in book.section(Section.EMPLOYER))


def _details(ask: Ask, book: Book, facts: Mapping[int, PayFacts]) -> Rows:
    """各险种一行;补缴、退回等手工行各有自己的一行(没有基数)。"""
    rows: Rows = []
    lines, rules = _lines(book), rules_of_run(ask.work, ask.run, ask.rules)
    for one in book.people:
        own = facts.get(one.person_id)
        bases = _bases(own, rules) if own is not None else {}
        city = own.insured.city if own is not None and own.insured is not None else one.city
        unit = own.unit if own is not None else book.company.unit
        for code, (label, section) in lines.items():
            both = _both(one, code, section)
            if any(both):
                rows.append(_row((city, unit, label), one, (_base(bases, code, both), *both)))
    return sorted(rows, key=lambda row: (str(row[0]), str(row[1])))


def _lines(book: Book) -> dict[str, tuple[str, Section | None]]:
    """险种(去掉 ins_、er_)→ (名字, 无);手工行 → (名字, 它的栏)。"""
    found: dict[str, tuple[str, Section | None]] = {}
    for column in book.section(Section.INSURANCE, Section.EMPLOYER):
        code = column.code.removeprefix("ins_").removeprefix("er_")
        by_hand = code == column.code
        label = column.label if by_hand else column.label.removesuffix("(单位)")
        found.setdefault(code, (label, column.section if by_hand else None))
    return found


def _both(one: PersonPay, code: str, section: Section | None) -> tuple[int, int]:
    """两边的分;个人的行存的是负数。"""
    if section is None:
        return -one.of(f"ins_{code}"), one.of(f"er_{code}")
    return (-one.of(code), 0) if section is Section.INSURANCE else (0, one.of(code))


def _row(where: tuple[str, str, str], one: PersonPay, found: tuple[int | None, int, int]) -> tuple[Cell, ...]:
    city, unit, label = where
    base, mine, theirs = found
    return (
        city, unit, one.department, one.job_number, one.name, label,
        None if base is None else Money(base), Money(mine), Money(theirs), Money(mine + theirs),
    )  # fmt: skip


def _bases(facts: PayFacts, rules: PayRules) -> dict[str, tuple[int, int, int]]:
    """各险种的基数,由冻结的输入算出:(基数, 个人, 单位)。"""
    return {s.step.line.code: (s.base, s.employee, s.employer) for s in insurance_shares(facts, rules)}


def _base(bases: Mapping[str, tuple[int, int, int]], line: str, stored: tuple[int, int]) -> int | None:
    """基数;与存下的金额对不上(政策后来改过、另有补缴)就空着,不写一个对不上的数。"""
    found = bases.get(line)
    return found[0] if found is not None and found[1:] == stored else None


def _summary(rows: Rows, top: tuple[str, ...]) -> Table:
    """按城市、单位、险种。"""
    out: Rows = []

    def key(row: tuple[Cell, ...]) -> tuple[str, str, str]:
        return str(row[0]), str(row[1]), str(row[5])

    for (city, unit, line), group in groupby(sorted(rows, key=key), key=key):
        found = list(group)
        out.append((city, unit, line, len(found), *(_sum(found, i) for i in (7, 8, 9))))
    return Table("按险种", ("城市", "缴费单位", "险种", "人数", "个人", "单位", "合计"), tuple(out), top)


def _sum(rows: Rows, column: int) -> Money:
    return Money(sum(cell.fen for row in rows if isinstance(cell := row[column], Money)))
