"""社保清单 out insurance:一人一险种一行,基数与两边金额,按城市与单位;与这一期的社保合计逐分对得上。"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from sqlmodel import select

from engine.days import Month
from engine.money import Money
from engine.pay import insurance_shares
from engine.pay_facts import PayFacts, from_json
from handlers.out_book import Book, PersonPay, ready_book
from handlers.out_made import Ask, Made, Report, made
from handlers.out_write import Cell, Table
from handlers.pay_compute import rules_for
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
    own = -sum(fen for one in book.people for code, fen in one.lines.items() if code.startswith("ins_"))
    return own, sum(fen for one in book.people for code, fen in one.lines.items() if code.startswith("er_"))


def _details(ask: Ask, book: Book, facts: Mapping[int, PayFacts]) -> Rows:
    rows: Rows = []
    labels = {c.code.removeprefix("ins_"): c.label for c in book.columns if c.code.startswith("ins_")}
    labels |= {
        c.code.removeprefix("er_"): c.label.removesuffix("(单位)") for c in book.columns if c.code.startswith("er_")
    }
    for one in book.people:
        own = facts.get(one.person_id)
        bases = _bases(ask, own) if own is not None else {}
        city = own.insured.city if own is not None and own.insured is not None else one.city
        unit = own.unit if own is not None else book.company.unit
        for line in labels:
            mine, theirs = -one.of(f"ins_{line}"), one.of(f"er_{line}")
            if mine or theirs:
                rows.append(_row((city, unit, labels[line]), one, (_base(bases, line, (mine, theirs)), mine, theirs)))
    return sorted(rows, key=lambda row: (str(row[0]), str(row[1])))


def _row(where: tuple[str, str, str], one: PersonPay, found: tuple[int | None, int, int]) -> tuple[Cell, ...]:
    city, unit, label = where
    base, mine, theirs = found
    return (
        city, unit, one.department, one.job_number, one.name, label,
        None if base is None else Money(base), Money(mine), Money(theirs), Money(mine + theirs),
    )  # fmt: skip


def _bases(ask: Ask, facts: PayFacts) -> dict[str, tuple[int, int, int]]:
    """各险种的基数,由冻结的输入算出:(基数, 个人, 单位)。"""
    rules = rules_for(ask.work, ask.rules, Month.parse(facts.month))
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
